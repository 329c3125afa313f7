"""The workbook of past claims (历史赔案): its rows, and from what is known the claims that would be stored; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from insurance.base.errors import Invalid
from insurance.base.money import Fen, yuan
from insurance.base.text import t
from insurance.claims.model_opening import OPEN, Outcome, StatedClaim
from insurance.claims.procedure import procedure_earliest, procedure_on
from insurance.claims.rules_opening import faults_of, taken_from
from insurance.policies.model import Cover, LegalRegime, Peril, Period
from insurance.policies.opening_lines import Line, Shape, exact_day, number_reader, require
from insurance.policies.terms import terms_by
from insurance.projects.register_cells import choice_reader, code_reader, text_reader
from insurance.projects.register_words import Vocabulary, plain

VOCABULARY = Vocabulary(Path(__file__).parent / "data" / "opening.toml")
OWN_NUMBER = re.compile(r"LA[0-9]{4}-[0-9]{7,}", re.IGNORECASE)


class ClaimRow(msgspec.Struct, gc=False):
    """One row, one past claim. Amounts in fen; None: not stated."""

    number: str | None = None
    policy_number: str | None = None
    loss_on: date | None = None
    peril: Peril | None = None
    reported_on: date | None = None
    reported_fen: Fen | None = None
    reserve_fen: Fen | None = None
    assessed_fen: Fen | None = None
    approved_fen: Fen | None = None
    paid_fen: Fen | None = None
    paid_on: date | None = None
    ended_on: date | None = None
    outcome: Outcome | None = None
    payee: str | None = None
    asset_code: str | None = None
    asset_name: str | None = None
    remark: str | None = None


SHAPE: Shape[ClaimRow] = Shape(
    kind="claims",
    name=t("历史赔案"),
    vocabulary=VOCABULARY,
    row=ClaimRow,
    readers={
        "number": number_reader(OWN_NUMBER.fullmatch, t("这是本系统的赔案号。期初只录入原有的赔案，请填原赔案号。")),
        "policy_number": code_reader(60), "loss_on": exact_day, "peril": choice_reader("peril", Peril, VOCABULARY),
        "reported_on": exact_day, "paid_on": exact_day, "ended_on": exact_day,
        "outcome": choice_reader("outcome", Outcome, VOCABULARY), "payee": text_reader(200), "asset_code": code_reader(60),
        "asset_name": text_reader(200), "remark": text_reader(2000),
    },
)  # fmt: skip


class InsuredItem(msgspec.Struct, frozen=True):
    """A line of a policy's schedule as a workbook may name it; insured until the day before `until_on`."""

    id: int
    asset_code: str | None
    asset_name: str
    sum_insured_fen: Fen
    value_from_on: date
    until_on: date | None

    def insured(self, on: date) -> bool:
        """Whether the line was insured on a day."""
        return self.value_from_on <= on and (self.until_on is None or self.until_on > on)


class PolicyOf(msgspec.Struct, frozen=True, kw_only=True):
    """The policy a past claim is made under. `period` is None where it never covered a day."""

    id: int
    region_path: str
    insurer_id: int
    cover: Cover
    terms_version: str
    terms_checksum: str
    starts_on: date
    period: Period | None
    sum_insured_fen: Fen
    taxonomy: str
    regimes: tuple[LegalRegime, ...]
    items: tuple[InsuredItem, ...]


class Planned(msgspec.Struct, frozen=True):
    """A past claim that would be stored, and which lines of the schedule its indemnity took."""

    line: Line[ClaimRow]
    stated: StatedClaim
    policy: PolicyOf
    taken: Mapping[int | None, Fen]
    procedure: str


Loss = tuple[int, Peril, date]  # policy, cause, day: one live claim for each


def plan(
    lines: Sequence[Line[ClaimRow]], policies: Mapping[str, PolicyOf], numbers: Mapping[str, bytes | None], live: Mapping[Loss, str],
    today: date,
) -> list[Planned]:  # fmt: skip
    """The claims to store; every other row has its fault, or stands already.

    `numbers`: claim numbers that exist → the digest of what was first stated (None: no opening claim); `live`: the number of
    the live claim for a loss.
    """
    found: list[Planned] = []
    seen: set[str] = set()
    losses = dict(live)
    for line in lines:
        planned = _planned(line, policies, today)
        number = line.said.number
        if number is not None and number in seen:
            line.fault("number", "number-twice", t("同一赔案号在本文件中出现两次。"))
        if number is not None:
            seen.add(number)
        if planned is None or not line.sound:
            continue
        if planned.stated.number in numbers:
            if numbers[planned.stated.number] != planned.stated.digest:
                text = t("这个赔案号已经入库，内容不同。已入库的不能改写，更正请在案件页办理期初更正。")
                line.fault("number", "already-there", text)
            continue
        loss = planned.policy.id, planned.stated.peril, planned.stated.loss_on
        if planned.stated.outcome is not Outcome.WITHDRAWN:
            if loss in losses:
                text = t("同一保单、同一原因、同一天的损失已有赔案 {number}。", number=losses[loss])
                line.fault("loss_on", "same-loss", text)
                continue
            losses[loss] = planned.stated.number
        line.created = True
        found.append(planned)
    return found


def _planned(line: Line[ClaimRow], policies: Mapping[str, PolicyOf], today: date) -> Planned | None:
    said = line.said
    whole = require(line, SHAPE, ["number", "policy_number", "loss_on", "peril", "reported_on", "outcome"])
    policy = policies.get(said.policy_number or "")
    if said.policy_number is not None and policy is None:
        text = t("没有这张保单，或不在本单位辖区内。请先导入在保保单。")
        line.fault("policy_number", "unknown-policy", text)
    if policy is not None and policy.period is None:
        line.fault("policy_number", "policy-void", t("这张保单自始没有承担过保险责任。"))
    if policy is None or policy.period is None or not whole:
        return None
    stated = _stated(line, policy)
    if stated is None:
        return None
    for wrong in faults_of(stated, policy.period, today):
        line.fault(wrong.field, wrong.code, wrong.text)
    item = _item(line, policy)
    if not line.sound:
        return None
    sums = {one.id: one.sum_insured_fen for one in policy.items if one.insured(stated.loss_on)}
    taken = taken_from(stated, sums, item)
    if item is None and len(taken) > 1:
        line.note("approved_fen", "shared-over-items", t("没有写明受损资产，赔款按保险金额分摊到 {n} 项，计算剩余保额时用。", n=len(taken)))
    _note_terms(line, stated, policy)
    return Planned(line, stated, policy, taken, _procedure(line, stated))


def _stated(line: Line[ClaimRow], policy: PolicyOf) -> StatedClaim | None:
    """The claim as it is understood: what the row leaves open is taken from what it states, and noted."""
    said = line.said
    assert said.number is not None
    assert said.loss_on is not None
    assert said.peril is not None
    assert said.reported_on is not None
    assert said.outcome is not None
    reported = next((fen for fen in (said.reported_fen, said.assessed_fen, said.approved_fen) if fen is not None), None)
    if reported is None:
        require(line, SHAPE, ["reported_fen"])
        return None
    if said.reported_fen is None:
        line.note("reported_fen", "reported-from", t("缺少报损金额，按定损或赔款金额 {amount} 元读取。", amount=yuan(reported)))
    outcome, ended, reserve = said.outcome, None, None
    if outcome in OPEN:
        if outcome is Outcome.REPORTED and said.reserve_fen:
            outcome = Outcome.OPENED
            line.note("reserve_fen", "reserve-opens", t("有未决金额，按已立案读取。"))
        reserve = _reserve(line, reported) if outcome is Outcome.OPENED else None
    else:
        ended = said.ended_on or said.paid_on or said.reported_on
        if said.ended_on is None and said.paid_on is None:
            line.note("ended_on", "ended-from", t("缺少结案日期，按报案日期 {day} 记载。", day=ended.isoformat()))
    return StatedClaim(
        number=said.number, policy_id=policy.id, peril=said.peril, reported_on=said.reported_on, outcome=outcome, loss_on=said.loss_on,
        reported_fen=reported, reserve_fen=reserve, assessed_fen=said.assessed_fen, approved_fen=said.approved_fen,
        paid_fen=said.paid_fen or 0, paid_on=said.paid_on, ended_on=ended, payee_name=said.payee or "", note=said.remark or "",
    )  # fmt: skip


def _reserve(line: Line[ClaimRow], reported: Fen) -> Fen:
    """What is still expected to be paid of an opened case: as stated, else what is known of the loss less what was paid."""
    said = line.said
    if said.reserve_fen is not None:
        return said.reserve_fen
    known = next((fen for fen in (said.approved_fen, said.assessed_fen) if fen is not None), reported)
    reserve = max(0, known - (said.paid_fen or 0))
    line.note("reserve_fen", "reserve-from", t("没有填未决金额，按已知损失减已付 {amount} 元计。", amount=yuan(reserve)))
    return reserve


def _item(line: Line[ClaimRow], policy: PolicyOf) -> int | None:
    """The line of the schedule the row names, if it names one."""
    code, name = line.said.asset_code, line.said.asset_name
    if (code is None and name is None) or line.said.loss_on is None:
        return None
    on = line.said.loss_on
    found = [
        item for item in policy.items
        if item.insured(on) and (code is None or plain(item.asset_code or "") == plain(code))
        and (name is None or plain(item.asset_name) == plain(name))
    ]  # fmt: skip
    field = "asset_code" if code is not None else "asset_name"
    if not found:
        line.fault(field, "unknown-asset", t("保险清单里没有这项资产，或出险日不在保。"))
    elif len(found) > 1:
        line.fault(field, "ambiguous-asset", t("保险清单里有 {n} 项资产符合，请填资产编号。", n=len(found)))
    else:
        return found[0].id
    return None


def _note_terms(line: Line[ClaimRow], stated: StatedClaim, policy: PolicyOf) -> None:
    """What the office should see: it was decided elsewhere, and is taken as it is."""
    if stated.approved_fen is not None and stated.approved_fen > policy.sum_insured_fen:
        text = t("赔款大于保险金额 {sum} 元，照录。", sum=yuan(policy.sum_insured_fen))
        line.note("approved_fen", "above-sum", text)
    if terms_by(policy.cover, policy.terms_version, policy.terms_checksum).wording.peril(stated.peril) is None:
        line.note("peril", "peril-not-covered", t("这一原因不属于保单条款的保险责任，照录。"))


def _procedure(line: Line[ClaimRow], stated: StatedClaim) -> str:
    """The procedure of the day of notice; before the first version there was, that one."""
    try:
        return procedure_on(stated.reported_on).version
    except Invalid:
        first = procedure_earliest()
        line.note(
            "reported_on", "procedure-earliest", t("报案日还没有本系统收录的理赔程序，按最早的一版 {version} 记载。", version=first.version)
        )
        return first.version
