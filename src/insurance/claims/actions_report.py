"""Loss reports (报案): one, many of a disaster, and their correction before acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import FieldFault, InsuranceError, Invalid, Refused
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims import actions_signals, clocks, lifecycle, store, store_income, store_signals
from insurance.claims.actions_move import AUDIT, lost_update, take
from insurance.claims.clocks import Happening
from insurance.claims.model import Claim, ClaimState, NotYours, Verb
from insurance.claims.model_verbs import Correction, Report, Reports
from insurance.claims.names import PERIL_NAMES
from insurance.claims.procedure import procedure_of, procedure_on
from insurance.claims.store import Row
from insurance.claims.views import claim_view, reported_by_office_of
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.terms import terms_by, terms_for
from insurance.policies.wording import IncomeWording, IndustryWording
from insurance.projects.model import Taxonomy

_FIRST_YEAR = 1950


class Outcome(msgspec.Struct, frozen=True):
    """What became of one line of many reports: a claim, or why not."""

    place: int
    claim: Claim | None
    errors: tuple[dict[str, str], ...]


class Outcomes(msgspec.Struct, frozen=True):
    """Many reports at once, line by line in the order they were sent."""

    reported: int
    refused: int
    items: tuple[Outcome, ...]


@cache
def wording_of(cover: Cover, version: str, checksum: str) -> IndustryWording | IncomeWording:
    """The words a policy was sold with."""
    return terms_by(cover, version, checksum).wording


def loss_day(loss_at: datetime) -> date:
    """The Beijing day of an instant. Invalid for one that no policy of this republic knew."""
    if loss_at.year < _FIRST_YEAR:
        raise Invalid.field("loss_at", t("日期超出范围"))
    return loss_at.astimezone(BEIJING).date()


async def report(given: Report, *, actor: Actor) -> Claim:
    """Take a loss report: the policy must have covered the moment of loss and its cause.

    Raises Invalid by field, and Refused where the same loss has a live claim already.
    """
    lifecycle.after(Verb.REPORT, None, actor.role)
    _check_form(given, actor)
    loss_on = loss_day(given.loss_at)
    version = procedure_on(actor.on).version
    async with db.transaction(actor.scope):
        found = await store.reported_under(given, loss_on, actor=actor)
        if found is None:
            raise await _no_policy(given, actor)
        faults = _faults(await _with_end(found, loss_on), given, loss_on)
        if faults:
            raise Invalid(t("报案内容有误"), faults)
        row = _made(found | law_and_kind(found), given, loss_on, version, actor)
        made = await store.report(row, given, loss_on, version, row.runs, (row["due_at"], row["due_clock"]), actor=actor)
        if made is None:
            raise await _reported_already(found["id"], found["disaster_id"], found["peril"], loss_on)
        row |= {"id": made["id"], "number": made["number"]}
        await audit.record(
            actor,
            f"claim.{AUDIT[Verb.REPORT]}",
            f"claim:{row['id']}",
            policy=found["id"],
            reported_fen=given.reported_fen,
            peril=found["peril"],
        )
        return claim_view(row, actor)


def law_and_kind(found: Mapping[str, Any]) -> dict[str, Any]:
    """The laws of the schedule's items (条例 32: item by item), by which the clocks are chosen; an income policy has no items, so the
    kind of its project decides.
    """
    if found["regimes"]:
        return {}
    sold_on = max(found["starts_on"], date.fromisoformat(found["terms_version"]))
    industry = terms_for(Cover.INDUSTRY, sold_on).wording
    return {"regimes": [industry.regime_of_law(Taxonomy(found["taxonomy"])).value]}


def _check_form(given: Report, actor: Actor) -> None:
    """What needs no policy to be seen."""
    faults = []
    if given.policy_id is None and ((given.project_id is None) == (given.project_code is None) or given.cover is None):
        faults.append(FieldFault("policy_id", t("请给出保单，或项目（编号或代码之一）和险种")))
    if given.disaster_id is None and given.peril is None:
        faults.append(FieldFault("peril", t("请选择事故原因")))
    if loss_day(given.loss_at) > actor.on:  # the day decides: nobody's watch in the village is ours
        faults.append(FieldFault("loss_at", t("出险日不能晚于今天（{today}），请核对年月日", today=actor.on.isoformat())))
    if faults:
        raise Invalid(t("报案内容有误"), faults)


async def _no_policy(given: Report, actor: Actor) -> Invalid:
    """Why no policy was found, by the field that named it."""
    if given.policy_id is not None:
        return Invalid.field("policy_id", t("没有这张保单，或不在您的范围内"))
    if not await store.project_known(given.project_id, given.project_code, actor.county_code):
        field = "project_code" if given.project_id is None else "project_id"
        return Invalid.field(field, t("没有这个项目，或不在您的范围内"))
    loss_on = loss_day(given.loss_at)
    ended = None
    if given.cover is Cover.INCOME:
        ended = await store_income.mode_ended(None, given.project_id, given.project_code, actor.county_code, loss_on)
    return Invalid.field("loss_at", t("该项目在出险时没有有效的这一险种保单") if ended is None else _mode_ended(ended))


async def _with_end(found: Row, loss_on: date) -> Row:
    """The policy with the day on which the mode of operation ended it, where that is why it does not cover the loss."""
    if not found["covers"]:
        found["mode_ended_on"] = await store_income.mode_ended(found["id"], None, None, None, loss_on)
    return found


def _mode_ended(day: date) -> Text:
    """The reason MODE_CHANGED of the procedure, in words, and the way out."""
    return t(
        "经营方式自 {day} 起不再是集体自营，收益保到此为止，之后的减收不在保险责任内；出险在此之前的，请改正出险时间", day=day.isoformat()
    )


def _faults(found: Row, given: Report, loss_on: date) -> list[FieldFault]:
    """Everything that keeps the policy from answering for this loss."""
    faults: list[FieldFault] = []
    cover = Cover(found["cover"])
    if given.cover not in (None, cover):
        faults.append(FieldFault("cover", t("险种与保单不一致")))
    if given.project_id not in (None, found["project_id"]):
        faults.append(FieldFault("project_id", t("项目与保单不一致")))
    if given.project_code not in (None, found["project_code"]):
        faults.append(FieldFault("project_code", t("项目与保单不一致")))
    if not found["covers"]:
        ended = found.get("mode_ended_on")
        faults.append(FieldFault("loss_at", _outside(found) if ended is None else _mode_ended(ended)))
    else:
        wording = wording_of(cover, found["terms_version"], found["terms_checksum"])
        if loss_on < found["starts_on"] + timedelta(days=wording.notice.waiting_days):
            faults.append(FieldFault("loss_at", t("出险时间在等待期内")))
        if found["peril"] is not None and not _insured(wording, Peril(found["peril"]), found):
            faults.append(FieldFault("peril", _not_insured(wording)))
    if given.disaster_id is not None:
        faults += _disaster_faults(found if found["disaster_id"] else None, loss_on)
    if given.reported_fen > found["sum_insured_fen"]:
        faults.append(FieldFault("reported_fen", _above(found["sum_insured_fen"])))
    return faults


def _outside(found: Row) -> Text:
    """The loss fell outside the period, and what to look at."""
    first = found["starts_on"].isoformat()
    return t("出险时间不在保险期间内（这张保单自 {first} 起，止期见保单）；请核对时间，或改选出险时有效的保单", first=first)


def _not_insured(wording: IndustryWording | IncomeWording) -> Text:
    """The cause is not in the wording; those that are."""
    return t("这一事故原因不属于保险责任；承保的有：{perils}", perils=[PERIL_NAMES[one.code] for one in wording.perils])


def _above(sum_insured_fen: int) -> Text:
    return t("报损金额不能大于保险金额 {sum} 元；请核对单位是元还是万元", sum=yuan(sum_insured_fen))


def _disaster_faults(disaster: Any, loss_on: date) -> list[FieldFault]:
    if disaster is None:
        return [FieldFault("disaster_id", t("没有这场灾害，或不在您的范围内"))]
    if not disaster["from_on"] <= loss_on <= disaster["until_on"]:
        window = {"from_on": disaster["from_on"].isoformat(), "until_on": disaster["until_on"].isoformat()}
        return [FieldFault("loss_at", t("出险日不在灾害期间 {from_on} 至 {until_on} 内", **window))]
    return []


def _insured(wording: IndustryWording | IncomeWording, peril: Peril, found: Row) -> bool:
    """Whether the cover answers for this cause at all; some causes only for items of certain law."""
    terms = wording.peril(peril)
    if terms is None:
        return False
    if len(terms.regimes) == len(LegalRegime):
        return True
    regimes = (found | law_and_kind(found))["regimes"]
    return not set(terms.regimes).isdisjoint(map(LegalRegime, regimes))


async def _reported_already(
    policy_id: int, disaster_id: int | None, peril: str, loss_on: date, *, other_than: int | None = None
) -> Refused:
    number = await store.like(policy_id, disaster_id, peril, loss_on, other_than=other_than)
    return Refused(t("同一保单、同一原因、同一天的损失已报案：{number}", number=number or ""), number=number)


def _made(found: dict[str, Any], given: Report, loss_on: date, version: str, actor: Actor) -> Row:
    """The new claim under a policy as `sql/claim.sql` would read it, its id and number still to come."""
    procedure = procedure_of(found | {"procedure_version": version})
    happening = Happening(verb=Verb.REPORT, source=None, target=ClaimState.REPORTED, at=actor.at)
    runs = clocks.begin(procedure, given.loss_at, happening)
    due = clocks.urgent(runs, procedure)
    return Row(
        found,
        policy_id=found["id"], policy_number=found["number"], loss_on=loss_on,
        loss_at=given.loss_at, reported_at=actor.at, reported_on=actor.on, reported_by=actor.user_id, reported_from=actor.region_path,
        reported_fen=given.reported_fen, account_of_loss=given.account_of_loss, state=ClaimState.REPORTED, resume_state=None,
        procedure_version=version, reserve_fen=None, assessed_fen=None, approved_fen=None, paid_fen=0, payee_party_id=None,
        payee_account_id=None, facts={}, clocks=runs, due_at=due[0], due_clock=due[1], closed_on=None, version=1,
        surveyed=True, opening=False, opening_paid_fen=0,
    )  # fmt: skip


async def reports(disaster_id: int, given: Reports, *, actor: Actor) -> Outcomes:
    """Take many loss reports of one disaster in one transaction, each its own claim. A line that is refused undoes no other."""
    items: list[Outcome] = []
    async with db.transaction(actor.scope):
        for place, line in enumerate(given.reports):
            items.append(await _one_of_many(place, line, disaster_id, actor))
    made = sum(item.claim is not None for item in items)
    return Outcomes(made, len(items) - made, tuple(items))


async def _one_of_many(place: int, line: Report, disaster_id: int, actor: Actor) -> Outcome:
    try:
        if line.disaster_id not in (None, disaster_id):
            raise Invalid.field("disaster_id", t("与所报灾害不一致"))
        claim = await report(msgspec.structs.replace(line, disaster_id=disaster_id), actor=actor)  # a savepoint of its own
    except (Invalid, Refused) as refused:
        return Outcome(place, None, _said(refused, actor))
    return Outcome(place, claim, ())


def _said(refused: InsuranceError, actor: Actor) -> tuple[dict[str, str], ...]:
    faults: list[tuple[str, Text]] = [(fault.field, fault.text) for fault in refused.faults] or [("", refused.text)]
    return tuple({"field": field, "text": render(text, actor.language)} for field, text in faults)


async def correction(claim_id: int, given: Correction, *, actor: Actor) -> Claim:
    """Correct what was reported, before acceptance, by the reporting office; everything is checked anew."""
    async with db.transaction(actor.scope):
        await store_signals.hold()
        row = await take(claim_id, Verb.CORRECTION, given.version, actor=actor)
        if not reported_by_office_of(row, actor):
            raise NotYours(t("只有报案单位可以更正报案"))
        stands = Report(
            loss_at=_or(given.loss_at, row["loss_at"]), reported_fen=_or(given.reported_fen, row["reported_fen"]),
            policy_id=row["policy_id"], peril=Peril(_or(given.peril, row["peril"])), disaster_id=_or(given.disaster_id, row["disaster_id"]),
            account_of_loss=_or(given.account_of_loss, row["account_of_loss"]),
        )  # fmt: skip
        await _check_correction(row, stands, actor)
        await _write_correction(row, stands, actor)
        changed = await store.claim(claim_id)
        assert changed is not None
        await actions_signals.look(changed, actor=actor)
        return claim_view(changed, actor)


def _or(given: Any, stands: Any) -> Any:
    return stands if given is UNSET else given


async def _check_correction(row: Row, stands: Report, actor: Actor) -> None:
    loss_on = loss_day(stands.loss_at)
    if loss_on > row["reported_on"]:
        raise Invalid.field("loss_at", t("出险日不能晚于报案日"))
    found = await store.reported_under(stands, loss_on, actor=actor)
    assert found is not None  # whoever sees the claim sees its policy
    faults = _faults(await _with_end(Row(found, regimes=row["regimes"], taxonomy=row["taxonomy"]), loss_on), stands, loss_on)
    if faults:
        raise Invalid(t("报案内容有误"), faults)
    assert stands.peril is not None
    twin = await store.like(row["policy_id"], stands.disaster_id, stands.peril, loss_on, other_than=row["id"])
    if twin is not None:
        raise Refused(t("同一保单、同一原因、同一天的损失已报案：{number}", number=twin), number=twin)


async def _write_correction(row: Row, stands: Report, actor: Actor) -> None:
    fields = {
        "loss_on": loss_day(stands.loss_at), "loss_at": stands.loss_at, "reported_fen": stands.reported_fen, "peril": stands.peril,
        "disaster_id": stands.disaster_id, "account_of_loss": stands.account_of_loss,
    }  # fmt: skip
    changed = {name: {"from": row[name], "to": value} for name, value in fields.items() if row[name] != value}
    runs = clocks.loss_moved(row.runs, stands.loss_at, procedure_of(row))
    if not await store.correct(row, fields, runs, changed, actor=actor):
        raise lost_update()
    noted = {name: change for name, change in changed.items() if name != "account_of_loss"}
    await audit.record(actor, f"claim.{AUDIT[Verb.CORRECTION]}", f"claim:{row['id']}", **noted)
