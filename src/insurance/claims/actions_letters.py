"""Letters (函件): issued with the verb that calls for them or by hand, never changed, their way recorded, their PDF made once."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access import audit
from insurance.access.actions import system
from insurance.access.model import INSURER_ROLES, OFFICES, Actor, Role
from insurance.base import db, files
from insurance.base.errors import Busy, Invalid, NotFound
from insurance.base.files import Media
from insurance.base.text import t
from insurance.claims import letter_pdf, store, store_letters
from insurance.claims.actions_move import day_or_today, moment, not_after_today, not_before, put, stated
from insurance.claims.letter_facts import gather
from insurance.claims.model import ClaimState, NotYours, Verb
from insurance.claims.model_letters import (
    Content,
    Delivery,
    DeliveryHow,
    DeliveryStep,
    DeliveryView,
    LetterFacts,
    LetterIssue,
    LetterKind,
    LetterLine,
    LetterPdf,
    LetterView,
    Notice,
    PapersNoticeFacts,
    PublicNoticeFacts,
)
from insurance.claims.procedure import procedure_of
from insurance.claims.procedure_letters import letters_by
from insurance.claims.rules_letters import compose, letter_number, read_code, verification_code
from insurance.settings import settings

log = logging.getLogger("insurance")
_CODE_DRAWN = 15
_MOST_NOTICES = 500
# Who corrects a letter: the role whose verb issues it.
ISSUERS: dict[LetterKind, frozenset[Role]] = {
    LetterKind.PAPERS_NOTICE: frozenset({Role.ADJUSTER}),
    LetterKind.SURVEY_RECORD: frozenset({Role.ADJUSTER}),
    LetterKind.SUBROGATION: INSURER_ROLES,
    LetterKind.REFUSAL: frozenset({Role.APPROVER}),
    LetterKind.SETTLEMENT: frozenset({Role.APPROVER}),
    LetterKind.ADVANCE: frozenset({Role.APPROVER}),
    LetterKind.PUBLIC_NOTICE: OFFICES,
}


# -- issuing --------------------------------------------------------------------------------------------------------------


async def issue(kind: LetterKind, claim_id: int, *, actor: Actor, third_party: str = "", replaces: Any = None) -> int:
    """Issue a letter on the claim as it now stands; answers its id. The caller holds the claim in the transaction at hand.

    What it states and how it is printed is frozen here; the file is made later. Raises WrongState when there is nothing to state.
    """
    about = await store_letters.subject(claim_id)
    if about is None:
        raise NotFound(t("没有这个案件，或不在您的范围内"))
    letters = letters_by(about["procedure_version"])
    words = letters.words[kind]
    ordinal = await store_letters.next_ordinal(claim_id, kind)
    number = letter_number(about["number"], words.sign, ordinal)
    named = None if replaces is None else replaces["number"]
    facts = await gather(kind, about, number, words, replaces=named, third_party=third_party, actor=actor)
    code = verification_code(secrets.token_bytes(_CODE_DRAWN))
    content = compose(words, facts, code, f"{settings().address}/verify")
    replaced_id = None if replaces is None else replaces["id"]
    version = (letters.version, letters.checksum)
    letter_id = await store_letters.add(about, kind, ordinal, replaced_id, version, facts, content, code, actor=actor)
    await audit.record(
        actor, "letter.issued", f"letter:{letter_id}", claim_id=claim_id, kind=kind, number=number,
        digest=letter_digest(facts, content),
    )  # fmt: skip
    if replaces is None:
        await _delivered_with(letter_id, facts, actor)
    return letter_id


def letter_digest(facts: Any, content: Any) -> str:
    """SHA-256 (hexadecimal) of what a letter states and how it is printed, from the structs or from what is stored of them."""
    said = msgspec.to_builtins({"facts": facts, "content": content})
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


async def _delivered_with(letter_id: int, facts: LetterFacts, actor: Actor) -> None:
    """What the verb itself says of the letter's way: the notice arrived, the sheet hangs on the board."""
    if isinstance(facts, PapersNoticeFacts):
        for step, on in ((DeliveryStep.SENT, facts.sent_on), (DeliveryStep.RECEIVED, facts.arrived_on)):
            await store_letters.deliver(letter_id, Delivery(step=step, how=DeliveryHow.ELECTRONIC), on, actor=actor)
    elif isinstance(facts, PublicNoticeFacts):
        posted = Delivery(step=DeliveryStep.SENT, how=DeliveryHow.BOARD, receiver=facts.posted_at)
        await store_letters.deliver(letter_id, posted, facts.from_on, actor=actor)


async def issue_by_hand(claim_id: int, given: LetterIssue, *, actor: Actor) -> LetterView:
    """A 权益转让书, or a new letter in place of one that states something wrong: it states the claim as it now stands.

    Raises NotFound, NotYours for a role whose letter it is not, WrongState, Invalid (`kind`, `third_party`, `replaces_id`), Refused
    when the letter was replaced already.
    """
    async with db.transaction(actor.scope):
        if not await store_letters.hold(claim_id):
            raise NotFound(t("没有这个案件，或不在您的范围内"))
        before = None
        if given.replaces_id is not None:
            before = await store_letters.one(claim_id, given.replaces_id)
            if before is None:
                raise Invalid.field("replaces_id", t("本案没有这份函件"))
        kind = _kind(given, before)
        if actor.role not in ISSUERS[kind]:
            raise NotYours(t("这种函件由其他岗位出具"))
        third_party = given.third_party.strip() or (before["facts"].get("third_party", "") if before is not None else "")
        if kind is LetterKind.SUBROGATION:
            stated("third_party", third_party, t("请写明第三者的名称"))
        with db.refusing({"letter_replaced_once": t("这份函件已经更正过，请更正最新的一份")}):
            letter_id = await issue(kind, claim_id, actor=actor, third_party=third_party, replaces=before)
        return await _view(claim_id, letter_id, actor)


def _kind(given: LetterIssue, before: Any) -> LetterKind:
    if before is None and given.kind is not LetterKind.SUBROGATION:
        raise Invalid.field("kind", t("这种函件随办理自动出具；要更正，请指明被更正的函件"))
    kind = given.kind or LetterKind(before["kind"])
    if before is not None and kind != before["kind"]:
        raise Invalid.field("kind", t("更正的函件与原函件须为同一种"))
    return kind


# -- reading ----------------------------------------------------------------------------------------------------------------


async def of_claim(claim_id: int, *, actor: Actor) -> list[LetterLine]:
    """The letters of a claim, oldest first. Raises NotFound."""
    async with db.transaction(actor.scope):
        rows = await store_letters.of_claim(claim_id)
        if not rows and await store.claim(claim_id) is None:
            raise NotFound(t("没有这个案件，或不在您的范围内"))
    return [LetterLine(**_line(row, actor.language)) for row in rows]


async def one(claim_id: int, letter_id: int, *, actor: Actor) -> LetterView:
    """A letter whole. Raises NotFound."""
    async with db.transaction(actor.scope):
        return await _view(claim_id, letter_id, actor)


async def _row(claim_id: int, letter_id: int) -> Any:
    row = await store_letters.one(claim_id, letter_id)
    if row is None:
        raise NotFound(t("没有这份函件，或不在您的范围内"))
    return row


async def _view(claim_id: int, letter_id: int, actor: Actor) -> LetterView:
    return view_of(await _row(claim_id, letter_id), actor.language)


def view_of(row: Any, language: str) -> LetterView:
    """A row of `sql/letters.sql` as people and programs read it."""
    return LetterView(
        **_line(row, language), claim_id=row["claim_id"], language=row["language"], code=row["code"], words_version=row["words_version"],
        words_checksum=row["words_checksum"], facts=row["facts"], content=_content(row),
    )  # fmt: skip


def _content(row: Any) -> Content:
    return msgspec.convert(row["content"], Content)


def _line(row: Any, language: str) -> dict[str, Any]:
    words = letters_by(row["words_version"]).words[LetterKind(row["kind"])]
    pdf = None if row["content_sha256"] is None else LetterPdf(row["content_sha256"].hex(), row["byte_count"])
    return {
        "id": row["id"], "kind": LetterKind(row["kind"]), "name": words.en if language == "en" else words.zh, "number": row["number"],
        "issued_on": row["issued_on"], "issued_by": row["issued_by_name"], "amount_fen": row["facts"].get("amount_fen"),
        "replaces": row["replaces_number"], "replaced_by": row["replaced_by_number"], "pdf": pdf,
        "deliveries": msgspec.convert(row["deliveries"], tuple[DeliveryView, ...]),
    }  # fmt: skip


async def notices(disaster_id: int | None, town: str, village: str, *, current: bool, actor: Actor) -> list[Notice]:
    """The public notices of a disaster, a town or a village as one sheet shows them; `current`: only those whose days still run."""
    async with db.transaction(actor.scope):
        rows = await store_letters.notices(disaster_id, town, village, actor.on if current else None, _MOST_NOTICES)
    return [msgspec.convert(row["facts"], Notice) for row in rows]


# -- its way ------------------------------------------------------------------------------------------------------------------


async def deliver(claim_id: int, letter_id: int, given: Delivery, *, actor: Actor) -> LetterView:
    """Record that a letter was sent or received; the first record of a refusal ends the insurer's three days (保险法 24).

    Raises NotFound, Invalid (`on`, `receiver`).
    """
    async with db.transaction(actor.scope):
        await store_letters.hold(claim_id)  # before its letter, as every verb does
        row = await _row(claim_id, letter_id)
        on = day_or_today(given.on, actor)
        not_after_today("on", on, actor)
        not_before("on", on, row["issued_on"], t("送达不会早于出具"))
        if given.step is DeliveryStep.RECEIVED:
            stated("receiver", given.receiver, t("请填写签收人"))
        await store_letters.deliver(letter_id, given, on, actor=actor)
        await audit.record(actor, f"letter.{given.step.lower()}", f"letter:{letter_id}", claim_id=claim_id, how=given.how, on=on)
        if row["kind"] == LetterKind.REFUSAL and row["facts"]["whole"]:
            await _refusal_sent(claim_id, row, on, actor)
        return await _view(claim_id, letter_id, actor)


async def _refusal_sent(claim_id: int, letter: Any, on: date, actor: Actor) -> None:
    """The term that began with the refusal ends on the day its notice went out; once."""
    claim = await store.lock(claim_id)
    assert claim is not None
    runs = {run.code for run in claim.runs if run.done_at is None}
    open_ones = [clock for clock in procedure_of(claim).clocks if clock.starts_by == Verb.DECLINATURE and clock.code in runs]
    if claim.state is ClaimState.REJECTED and open_ones:
        went_at = max(moment(on, actor) or actor.at, letter["issued_at"])
        await put(claim, Verb.REFUSAL_SENT, actor=actor, at=went_at, facts={"letter_id": letter["id"], "sent_on": on})


# -- its file -----------------------------------------------------------------------------------------------------------------


async def pdf(claim_id: int, letter_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """File name and content of a letter's PDF, made now if nobody has read it yet. Raises NotFound, Damaged."""
    async with db.transaction(actor.scope):
        row = await _row(claim_id, letter_id)
    content = await files.content_of(row["content_sha256"]) if row["content_sha256"] else (await _made([row]))[0]
    return f"{row['content']['title']} {row['number']}.pdf", content


async def _made(rows: Sequence[Any]) -> list[bytes]:
    """Make the files of letters of one version and keep them; no row is held while they are drawn. Two at once make the same bytes."""
    layout = letters_by(rows[0]["words_version"]).layout
    drawn = await letter_pdf.render([(_content(row), row["issued_at"]) for row in rows], layout)
    actor = system(settings().city)
    for row, content in zip(rows, drawn, strict=True):
        kept = await files.keep(content, {Media.PDF})
        async with db.transaction(actor.scope):
            if await store_letters.add_pdf(row["id"], kept.sha256, kept.byte_count, actor.at):
                await audit.record(actor, "letter.pdf-made", f"letter:{row['id']}", claim_id=row["claim_id"], sha256=kept.sha256.hex())
    return drawn


async def make_waiting(*, actor: Actor, most: int = 20) -> int:
    """Make the files of letters that wait for theirs, the oldest first; answers how many. For the clock: safe to run twice.

    A letter that cannot be drawn is logged and holds back no other; while the store of files is away all wait for the next round.
    """
    async with db.transaction(actor.scope):
        waiting = await store_letters.without_pdf(most)
    of_version = [[row for row in waiting if row["words_version"] == version] for version in {row["words_version"] for row in waiting}]
    try:
        return sum([await _drawn(rows) for rows in of_version])
    except Busy:
        return 0


async def _drawn(rows: Sequence[Any]) -> int:
    """How many of these letters of one version could be drawn: by one child, or each by its own where they spoil one another."""
    try:
        return len(await _made(rows))
    except (RuntimeError, TimeoutError):
        if len(rows) > 1:
            return sum([await _drawn([row]) for row in rows])
        log.exception("letter %s could not be drawn", rows[0]["id"])
        return 0


async def verified(typed: str, language: str = "zh") -> LetterView | None:
    """The letter somebody outside holds, by the code printed on it, its file made; None for a wrong code. Asked in the system's scope."""
    code = read_code(typed)
    actor = system(settings().city)
    async with db.transaction(actor.scope):
        row = await store_letters.by_code(code or "-")
    if row is not None and row["content_sha256"] is None:
        await _made([row])
        async with db.transaction(actor.scope):
            row = await store_letters.by_code(code or "-")
    return None if row is None else view_of(row, language)
