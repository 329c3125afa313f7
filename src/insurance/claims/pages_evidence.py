"""Papers and photos of a claim on its page: the form that takes several at once, the pictures, the originals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, typed, view
from insurance.access.uploads import Received, Sent, handed_out, received, shown_inside
from insurance.base import db, files
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.text import t
from insurance.claims import actions, actions_evidence, actions_signals, rules_weather
from insurance.claims.model_evidence import Explanation, Reading
from insurance.claims.pages_claim import claim_page
from insurance.claims.pages_forms import carried_out
from insurance.projects import documents
from insurance.projects.documents import Brought
from insurance.web.forms import kept, read
from insurance.web.render import onward
from insurance.web.view import Note

MOST_BODY = 64 * 2**20  # of one form: some photos at once, each of at most 10 MB
_FIELDS = ("kind", "dated_on", *rules_weather.FIELDS)


class Filed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of files beside their content."""

    kind: str
    dated_on: date | None = None
    reading: Reading | None = None


class _Several:
    """The files of one form: those that can be filed, and why the others cannot."""

    def __init__(self, claim_id: int, said: Filed, request: Req) -> None:
        self._claim_id, self._said, self._actor = claim_id, said, request.user
        self._good: list[Brought] = []
        self.faults: list[FieldFault] = []

    async def bring_in(self, sent: list[Sent]) -> None:
        for one in sent:
            try:
                arrived = await files.weigh(one.file)
                brought = await actions_evidence.for_claim(self._claim_id, self._said.kind, one.name, arrived, actor=self._actor)
                self._good.append(brought)
            except Invalid as refused:
                self._refuse(one.name, refused, alone=len(sent) == 1)
        if not self._good:
            raise Invalid(self.faults[0].text, self.faults)

    async def file(self) -> str:
        """File what is good; one that is refused now does not undo the others. Answers where to go on."""
        filed = 0
        async with db.transaction(self._actor.scope):
            for one in self._good:
                try:
                    await self._file_one(one)
                    filed += 1
                except Invalid as refused:
                    self._refuse(one.name, refused, alone=len(self._good) == 1)
        if not filed:
            raise Invalid(self.faults[0].text, self.faults)
        return f"/claims/{self._claim_id}?done=evidence#papers"

    async def _file_one(self, one: Brought) -> None:
        said = self._said
        await actions_evidence.file(self._claim_id, said.kind, one.name, one, said.dated_on, said.reading, actor=self._actor)

    def _refuse(self, name: str, refused: Invalid, *, alone: bool) -> None:
        for fault in refused.faults:
            told = fault.text if alone or fault.field != "file" else t("{name}：{why}", name=name[:80], why=fault.text)
            if not any(known.field == fault.field and known.text == told for known in self.faults):
                self.faults.append(FieldFault(fault.field, told))


@post("/claims/{claim_id:int}/evidence", guards=[needs("document.file")], status_code=303, request_max_body_size=MOST_BODY)
async def file_evidence(request: Req, claim_id: Id) -> Response[str]:
    """File papers or photos, several at once: what can be filed is, the rest is told by name."""
    body: Mapping[str, list[str]] = await typed(request)
    try:
        async with received(request, _FIELDS, most=actions_evidence.MOST_FILES) as sent:
            several = _Several(claim_id, _said(sent), request)
            await several.bring_in(sent.files)
        answer = await carried_out(request, several.file)
    except (Invalid, Refused) as fault:
        faults = list(fault.faults) or [FieldFault("", fault.text)]
        return await claim_page(request, claim_id, upload=kept(body, faults), status=fault.status)
    if several.faults:
        part = Note(t("其余文件已经存好，下面的没有存"), "due")
        return await claim_page(request, claim_id, upload=kept(body, several.faults), status=422, notes=(part,))
    return answer


def _said(sent: Received) -> Filed:
    measured = {name for name in sent.fields if name in rules_weather.FIELDS}
    said = read({name: [text] for name, text in sent.fields.items() if name not in measured}, Filed)
    reading = rules_weather.reading_of(said.kind, sent.fields)
    if reading is not None and len(sent.files) > 1:
        raise Invalid.field("file", t("填实测值时一次只传一份气象证明"))
    return msgspec.structs.replace(said, reading=reading)


@post("/claims/{claim_id:int}/signals/{signal_id:int}/notes", guards=[needs("signal.explain")], status_code=303)
async def explain_signal(request: Req, claim_id: Id, signal_id: Id) -> Response[str]:
    """Note why a signal is none after all."""
    body: Mapping[str, list[str]] = await typed(request)
    try:

        async def act() -> str:
            await actions_signals.explain(claim_id, signal_id, read(body, Explanation), actor=request.user)
            return f"/claims/{claim_id}?done=signal#signals"

        return await carried_out(request, act)
    except Invalid as fault:
        form = kept({**body, "signal": [str(signal_id)]}, list(fault.faults))
        return await claim_page(request, claim_id, explained=form, status=fault.status)


@get("/claims/{claim_id:int}/signals/{signal_id:int}/notes", guards=[needs("claim.read")])
async def signals_again(request: Req, claim_id: Id, signal_id: Id) -> Response[str]:  # noqa: ARG001  # the address names it
    """The address of a note that came back, asked for anew: the signals of the claim."""
    await actions.one(claim_id, actor=request.user)
    return onward(f"/claims/{claim_id}#signals", view(request))


@get("/claims/{claim_id:int}/evidence", guards=[needs("claim.read")])
async def papers_again(request: Req, claim_id: Id) -> Response[str]:
    """The address of an upload that came back, asked for anew: the papers of the claim."""
    await actions.one(claim_id, actor=request.user)  # what lies elsewhere is not there, under this address neither
    return onward(f"/claims/{claim_id}#papers", view(request))


@get("/claims/{claim_id:int}/evidence/{document_id:int}", guards=[needs("claim.read")])
async def evidence_file(request: Req, claim_id: Id, document_id: Id) -> Response[bytes]:
    """A paper of the claim as a download; of a photo the original, for who handles the case."""
    await _check_of(claim_id, document_id, request)
    paper, content = await documents.hand_out(document_id, actor=request.user)
    return handed_out(content, paper.name, paper.media)


@get("/claims/{claim_id:int}/photos/{photo_id:int}", guards=[needs("claim.read")])
async def photo(request: Req, claim_id: Id, photo_id: Id) -> Response[bytes]:
    """A photo as people are shown it: re-encoded, without what its camera wrote into it."""
    await _check_of(claim_id, photo_id, request)
    return shown_inside(await documents.picture(photo_id, actor=request.user))


@get("/claims/{claim_id:int}/photos/{photo_id:int}/thumbnail", guards=[needs("claim.read")])
async def thumbnail(request: Req, claim_id: Id, photo_id: Id) -> Response[bytes]:
    """The small picture of a photo, once it was made."""
    await _check_of(claim_id, photo_id, request)
    return shown_inside(await documents.picture(photo_id, small=True, actor=request.user))


async def _check_of(claim_id: int, document_id: int, request: Req) -> None:
    if not await actions_evidence.holds(claim_id, document_id, actor=request.user):
        raise NotFound(t("没有这份材料，或不在您的范围内"))


HANDLERS: list[Any] = [file_evidence, papers_again, evidence_file, photo, thumbnail, explain_signal, signals_again]
