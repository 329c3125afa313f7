"""What each letter states, gathered from the claim as it stands: read in the transaction of the verb that issues it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base.calendar import BEIJING, prescription
from insurance.base.codes import mask_name
from insurance.base.errors import NotFound, WrongState
from insurance.base.text import t
from insurance.claims import store, store_evidence, store_letters
from insurance.claims.actions_report import wording_of
from insurance.claims.assessed import AssetBasis, Basis
from insurance.claims.clocks import publicity_ends
from insurance.claims.laws import LawCode, law_on
from insurance.claims.model import PartKind, Verb, WorkingStep
from insurance.claims.model_decision import CitedReason
from insurance.claims.model_letters import (
    AdvanceFacts,
    AskedFor,
    Ground,
    ItemLine,
    LetterFacts,
    LetterKind,
    OnFile,
    PapersNoticeFacts,
    PublicNoticeFacts,
    RefusalFacts,
    RefusedItem,
    SettlementFacts,
    StepLine,
    SubrogationFacts,
    SurveyRecordFacts,
)
from insurance.claims.names import peril_name
from insurance.claims.pages_calc import calculation
from insurance.claims.procedure import procedure_of
from insurance.claims.procedure_letters import LetterWords, NamesShown
from insurance.claims.rules_clauses import clause_told
from insurance.claims.rules_letters import fit_for_the_board
from insurance.claims.rules_loss import Refused
from insurance.claims.rules_refusal import Refused as Held
from insurance.claims.rules_refusal import cited_part
from insurance.policies.model import Cover, Peril, Period
from insurance.projects import store_payees
from insurance.projects.model import PartyKind

SCENE = "SCENE"  # 现场影像
_PAYMENT_DAYS = 10  # 保险法 23, where the procedure names no other term
_NOBODY = "—"
_ADDED = "加："
_REPORT, _SURVEY = "报案登记", "现场查勘记录"


async def gather(
    kind: LetterKind, about: Any, number: str, words: LetterWords, *, replaces: str | None, third_party: str, actor: Actor
) -> LetterFacts:
    """The facts of a letter. Raises WrongState when the claim has nothing yet that such a letter could state."""
    common = _common(about, number, replaces, actor)
    if kind is LetterKind.SUBROGATION:
        return _subrogation(about, common, third_party)
    return await _OF[kind](about, common, words)


def _common(about: Any, number: str, replaces: str | None, actor: Actor) -> dict[str, Any]:
    wording, person, insured = _wording(about), _person(about), about["insured_name"] or _NOBODY
    return {
        "number": number, "claim_number": about["number"], "policy_number": about["policy_number"], "insurer": about["insurer_name"],
        "insured": insured, "insured_masked": mask_name(person) if person else insured, "project": about["project_name"],
        "place": f"{about['town']}{about['village']}",
        "town": about["town"], "cover": wording.zh, "peril": peril_name(about["peril"], "zh"), "disaster": about["disaster_name"],
        "loss_on": about["loss_on"], "reported_on": about["reported_on"], "issued_on": actor.on, "issued_by": actor.display_name,
        "replaces": replaces, "law_insurance": _law(LawCode.INSURANCE, actor.on), "law_agri": _law(LawCode.AGRI_INSURANCE, actor.on),
    }  # fmt: skip


def _law(code: LawCode, day: date) -> str:
    """The law in force on the day of the letter, by its whole title."""
    law = law_on(code, day)
    return "" if law is None else f"《{law.zh}》"


def _person(about: Any) -> str | None:
    """The insured's name where it is a person's."""
    name: str | None = about["insured_name"]
    return name if about["insured_kind"] == PartyKind.INDIVIDUAL else None


def _wording(about: Any) -> Any:
    return wording_of(Cover(about["cover"]), about["terms_version"], about["terms_checksum"])


def _day(instant: Any) -> date:
    day: date = instant.astimezone(BEIJING).date()
    return day


def _given(found: Any) -> Any:
    """What a letter rests on, which must be there."""
    if found is None:
        raise WrongState(t("案件还没有可以写入这种函件的内容"))
    return found


async def _papers_notice(about: Any, common: dict[str, Any], words: LetterWords) -> PapersNoticeFacts:
    event = _given(await store_letters.last_event(about["id"], Verb.PAPERS_NOTICE))
    asked = set(event["facts"]["papers"])
    arrived_on = date.fromisoformat(event["facts"]["received_on"])
    papers = tuple(
        AskedFor(paper.code, paper.zh, words.why.get(paper.code, words.why_else))
        for paper in procedure_of(about).papers
        if paper.code in asked
    )
    return PapersNoticeFacts(
        **common, received_on=about["proofs_on"] or about["reported_on"], sent_on=min(common["issued_on"], arrived_on),
        arrived_on=arrived_on, papers=papers, note=event["facts"].get("note"),
    )  # fmt: skip


async def _refusal(about: Any, common: dict[str, Any], _: LetterWords) -> RefusalFacts:
    """Of the newest decision: a refusal of all, or an approval that left a part out."""
    decision = _given(await store_letters.last_decision(about["id"]))
    assessed = _given(await store_letters.assessment(decision["assessment_id"]))
    whole = decision["outcome"] == "REJECTED"
    parts = () if whole else await refused_parts(assessed)
    if not whole and not parts:
        raise WrongState(t("案件还没有可以写入这种函件的内容"))
    wording = _wording(about)
    cited = msgspec.convert(decision["reasons"], tuple[CitedReason, ...]) if whole else _partial(about, assessed, wording)
    grounds = tuple(Ground(one.code, one.zh, one.article, clause_told(one, wording)) for one in cited)
    return RefusalFacts(
        **common, assessed_on=_day(assessed["assessed_at"]), found=(decision["note"] if whole else assessed["note"]) or None, whole=whole,
        parts=parts, refused_fen=sum(part.refused_fen for part in parts) or None, reported_fen=about["reported_fen"], grounds=grounds,
        evidence=await _on_file(about), prescribed_on=prescription(about["loss_on"]),
    )  # fmt: skip


async def refused_parts(assessed: Any) -> tuple[RefusedItem, ...]:
    """The parts of an assessment's losses that are not answered for."""
    names = [line["name"] for line in await store.assessment_lines(assessed["id"])]
    losses = zip(names, _refused(assessed), strict=True)
    return tuple(RefusedItem(name, loss_fen, part.amount_fen, part.zh) for name, (loss_fen, part) in losses if part is not None)


def _refused(assessed: Any) -> list[tuple[int, Refused | None]]:
    basis = _basis(assessed)
    return [(item.loss.loss_fen, item.loss.refused) for item in basis.items] if isinstance(basis, AssetBasis) else []


def _basis(assessed: Any) -> Basis:
    found: Basis = msgspec.convert(assessed["inputs"]["basis"], Basis)
    return found


def _partial(about: Any, assessed: Any, wording: Any) -> tuple[CitedReason, ...]:
    """The reasons of the refused parts, each once, with the clause of the policy's own wording."""
    period = Period(about["starts_on"], about["ends_before"])
    held = Held(cover=Cover(about["cover"]), peril=Peril(about["peril"]), period=period, wording=wording, laws={})
    codes = dict.fromkeys(refused.code for _, refused in _refused(assessed) if refused is not None)
    return tuple(cited_part(procedure_of(about).reason(code), held) for code in codes)


async def _on_file(about: Any) -> tuple[OnFile, ...]:
    """What a decision rests on: report, survey, and the papers on file, each kind once with the day it first came in."""
    names = {paper.code: paper.zh for paper in procedure_of(about).papers}
    found = {_REPORT: OnFile(_REPORT, about["reported_on"])}
    if survey := await store.survey(about["id"]):
        found[_SURVEY] = OnFile(_SURVEY, _day(survey["visited_at"]))
    for row in await store_evidence.evidence(about["id"]):
        name = names.get(row["kind"], "其他材料")
        found.setdefault(name, OnFile(name, _day(row["filed_at"])))
    return tuple(found.values())


async def _settlement(about: Any, common: dict[str, Any], _: LetterWords) -> SettlementFacts:
    decision = _given(await store_letters.last_decision(about["id"], "APPROVED"))
    assessed = _given(await store_letters.assessment(decision["assessment_id"]))
    items = await _items(assessed)
    ahead = about["opening_paid_fen"] + sum(
        part["amount_fen"] for part in await store.parts(about["id"]) if part["kind"] == PartKind.INTERIM
    )
    steps = store.steps_of(assessed, "zh")
    to_insurer = sum(step.result_fen for step in steps if step.rule == "L-59")
    salvage = _kept_salvage(assessed)
    return SettlementFacts(
        **common | await _payee(decision["payee_account_id"]), amount_fen=decision["amount_fen"], approved_on=_day(decision["decided_at"]),
        items=items, steps=_steps(steps), total_fen=assessed["total_fen"], interim_fen=ahead or None, salvage_fen=salvage or None,
        insurer_salvage_fen=to_insurer or None, no_salvage=bool(items) and not salvage and not to_insurer,
        refused=any(refused for _, refused in _refused(assessed)), within_days=procedure_of(about).clock("PAYMENT").days or _PAYMENT_DAYS,
    )  # fmt: skip


def _kept_salvage(assessed: Any) -> int:
    """The salvage that stays with the insured and was deducted."""
    basis = _basis(assessed)
    losses = [item.loss for item in basis.items] if isinstance(basis, AssetBasis) else []
    return sum(loss.salvage_fen for loss in losses if not loss.salvage_to_insurer)


async def _payee(account_id: int) -> dict[str, Any]:
    account = await store_payees.one(account_id)
    if account is None:
        raise NotFound(t("没有这个账户，或不在您的范围内"))
    return {"payee": account.holder_name, "bank": account.bank_name, "account": "****" + account.account_tail}


async def _items(assessed: Any) -> tuple[ItemLine, ...]:
    return tuple(
        ItemLine(line["name"], line["value_fen"], line["sum_insured_fen"], line["loss_fen"], line["salvage_fen"], line["net_fen"])
        for line in await store.assessment_lines(assessed["id"])
    )


def _steps(steps: Sequence[WorkingStep]) -> tuple[StepLine, ...]:
    rows = calculation(steps, "zh")
    return tuple(StepLine(f"{_ADDED if row.get('op') == '+' else ''}{row['label']}", row.get("why", ""), row.get("fen")) for row in rows)


async def _advance(about: Any, common: dict[str, Any], _: LetterWords) -> AdvanceFacts:
    parts = [part for part in await store.parts(about["id"]) if part["kind"] == PartKind.INTERIM]
    last = _given(max(parts, key=lambda part: part["ordinal"], default=None))
    before = about["opening_paid_fen"] + sum(part["amount_fen"] for part in parts if part["ordinal"] < last["ordinal"])
    event = _given(await store_letters.last_event(about["id"], Verb.INTERIM_PAYMENT))
    return AdvanceFacts(
        **common | await _payee(last["payee_account_id"]), amount_fen=last["amount_fen"], determined_fen=about["assessed_fen"],
        reserved=about["assessed_fen"] is None, before_fen=before or None, basis=event["facts"].get("note"),
    )  # fmt: skip


def _subrogation(about: Any, common: dict[str, Any], third_party: str) -> SubrogationFacts:
    if about["approved_fen"] is None:
        raise WrongState(t("核赔通过后才能出具权益转让书"))
    return SubrogationFacts(**common, third_party=third_party, amount_fen=about["approved_fen"])


async def _public_notice(about: Any, common: dict[str, Any], words: LetterWords) -> PublicNoticeFacts:
    event = _given(await store_letters.last_event(about["id"], Verb.PUBLICITY))
    assessed = _given(await store.latest_assessment(about["id"]))
    posted_on = date.fromisoformat(event["facts"]["posted_on"])
    last_on = _last_day(about, posted_on)
    person = _person(about) if words.names is NamesShown.PERSONS_MASKED else None

    def shown(text: str) -> str:
        return fit_for_the_board(text, person)

    items = [ItemLine(shown(one.name), one.value_fen, one.sum_insured_fen, one.loss_fen, one.salvage_fen, one.net_fen)
             for one in await _items(assessed)]  # fmt: skip
    return PublicNoticeFacts(
        **common | {"insured": common["insured_masked"] if person else common["insured"], "project": shown(common["project"]),
                    "issued_by": None},
        village=about["village"] or about["town"], posted_at=shown(event["facts"]["place"]), items=tuple(items),
        loss_fen=_loss(items, assessed), amount_fen=assessed["total_fen"], from_on=posted_on, last_on=last_on,
        days=(last_on - posted_on).days,
    )  # fmt: skip


def _last_day(about: Any, posted_on: date) -> date:
    """The last day of the window, counted."""
    return date.fromordinal(_day(publicity_ends(procedure_of(about), posted_on)).toordinal() - 1)


def _loss(items: Sequence[ItemLine], assessed: Any) -> int:
    """The loss of the items; of income, what is missing from the guaranteed income."""
    if items:
        return sum(item.loss_fen for item in items)
    short = (step.result_fen for step in store.steps_of(assessed, "zh") if step.rule in ("shortfall", "outage"))
    return next(short, assessed["total_fen"])


async def _survey_record(about: Any, common: dict[str, Any], _: LetterWords) -> SurveyRecordFacts:
    survey = _given(await store.survey(about["id"]))
    photos = sum(row["kind"] == SCENE for row in await store_evidence.evidence(about["id"]))
    return SurveyRecordFacts(
        **common, surveyor=await store_letters.name_of(survey["surveyed_by"]), visited_at=survey["visited_at"],
        survey_place=survey["place"], cause=survey["cause"], findings=survey["findings"],
        account_of_loss=about["account_of_loss"] or None, photos=photos or None,
    )  # fmt: skip


_Gatherer = Callable[[Any, dict[str, Any], LetterWords], Awaitable[LetterFacts]]
_OF: dict[LetterKind, _Gatherer] = {
    LetterKind.PAPERS_NOTICE: _papers_notice,
    LetterKind.REFUSAL: _refusal,
    LetterKind.SETTLEMENT: _settlement,
    LetterKind.ADVANCE: _advance,
    LetterKind.PUBLIC_NOTICE: _public_notice,
    LetterKind.SURVEY_RECORD: _survey_record,
}
