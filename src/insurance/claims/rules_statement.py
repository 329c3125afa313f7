"""From the lines of an income statement (收益报表) to the actual income, a step per group: counted, left out and why; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from insurance.base.money import Fen, yuan
from insurance.base.text import Text, t
from insurance.claims.model_income import CountedLine, CountedStatement, FiledStatement, SetOff
from insurance.claims.names import LEFT_OUT_WHY, LINE_NAMES
from insurance.claims.rules_income import IncomePeriod
from insurance.claims.working import Working
from insurance.policies.model import Counting, LineKind
from insurance.policies.wording import IncomeWording

_BY_WORDING = t("保险条款不计")
# Costs that the asset cover may be answering for already, and the part of a set-off that says how far.
_ONCE_ONLY: dict[LineKind, str] = {LineKind.REPAIR_COST: "repair_fen", LineKind.RESCUE_COST: "rescue_fen"}


def counted(filed: FiledStatement, wording: IncomeWording) -> CountedStatement:
    """A filed statement as the policy's wording counts it. Kinds the wording does not know were refused when it was filed."""
    known = ((line, wording.counting(line.kind)) for line in filed.lines)
    return CountedStatement(
        filed.id, tuple(CountedLine(line.kind, how, line.amount_fen, line.document_id is not None) for line, how in known if how)
    )  # fmt: skip


def actual_of(statement: CountedStatement) -> Fen:
    """The actual income the lines come to, before what the asset cover answers for: at least 0, after everything is added."""
    signs = {Counting.INCOME: 1, Counting.ADDED: 1, Counting.COST: -1, Counting.LEFT_OUT: 0}
    return max(0, sum(signs[line.counts] * line.amount_fen for line in statement.lines))


def statement_net(statement: CountedStatement, set_off: SetOff, working: Working) -> tuple[Fen, Fen]:
    """What the project earned less its direct costs (negative for a loss), and what came in its place, in fen.

    Repair and rescue costs that the asset cover was asked for are not deducted once more (双险联合核算). The floor of 0 comes
    later, after everything is added.
    """
    groups = {how: [line for line in statement.lines if line.counts is how] for how in Counting}
    earned = _group(groups[Counting.INCOME], "statement-income", t("没有经营收入"), working)
    costs = _group(groups[Counting.COST], "statement-costs", t("没有直接成本"), working)
    costs -= _not_twice(groups[Counting.COST], set_off, working)
    added = _group(groups[Counting.ADDED], "statement-added", t("没有农险赔款和补贴"), working) if groups[Counting.ADDED] else 0
    if left := groups[Counting.LEFT_OUT]:
        working.add("statement-left-out", _sum(left), t("不计入收益：{lines}", lines=_told(left)), **_inputs(left))
    text = t("经营收入 {earned} 元减直接成本 {costs} 元", earned=yuan(earned), costs=yuan(costs))
    working.add("statement-net", earned - costs, text, earned_fen=earned, costs_fen=costs)
    return earned - costs, added


def add_yield(period: IncomePeriod, set_off: SetOff, working: Working) -> IncomePeriod:
    """The period with the asset cover's indemnity on crops and the like counted as income: what replaced the yield is no
    shortfall of it (双险联合核算).
    """
    if not set_off.yield_fen:
        return period
    text = t("同期产业保对作物等的赔款 {amount} 元代替了收成，计入收益", amount=yuan(set_off.yield_fen))
    working.add("joint-yield", set_off.yield_fen, text, yield_fen=set_off.yield_fen)
    return msgspec.structs.replace(period, other_income_fen=period.other_income_fen + set_off.yield_fen)


def _not_twice(costs: Sequence[CountedLine], set_off: SetOff, working: Working) -> Fen:
    """Of the costs, the part the asset cover answers for: not deducted here."""
    taken = 0
    for kind, part in _ONCE_ONLY.items():
        booked = _sum(line for line in costs if line.kind is kind)
        answered = min(booked, getattr(set_off, part))
        if not answered:
            continue
        text = t("{name}中已向产业保索赔的 {amount} 元不重复扣除", name=LINE_NAMES[kind], amount=yuan(answered))
        working.add(f"joint-{part.removesuffix('_fen')}", answered, text, booked_fen=booked, asset_cover_fen=getattr(set_off, part))
        taken += answered
    return taken


def _group(lines: Sequence[CountedLine], rule: str, none: Text, working: Working) -> Fen:
    total = _sum(lines)
    working.add(rule, total, _told(lines) if lines else none, **_inputs(lines))
    return total


def _sum(lines: Iterable[CountedLine]) -> Fen:
    return sum(line.amount_fen for line in lines)


def _kinds(lines: Iterable[CountedLine]) -> list[LineKind]:
    return list(dict.fromkeys(line.kind for line in lines))


def _inputs(lines: Sequence[CountedLine]) -> dict[str, Fen]:
    """The kinds of a group with their amounts, and how much of it no paper proves."""
    by_kind = {f"{kind.lower()}_fen": _sum(line for line in lines if line.kind is kind) for kind in _kinds(lines)}
    unproved = _sum(line for line in lines if not line.proved)
    return by_kind | ({"unproved_fen": unproved} if unproved else {})


def _told(lines: Sequence[CountedLine]) -> Text:
    """The kinds of a group in one sentence: `销售收入 9,000.00 元、租金收入 1,200.00 元`; what is left out says why."""
    told: Text | None = None
    for kind in _kinds(lines):
        amount = yuan(_sum(line for line in lines if line.kind is kind))
        more = t("{name} {amount} 元", name=LINE_NAMES[kind], amount=amount)
        if lines[0].counts is Counting.LEFT_OUT:
            more = t("{line}（{why}）", line=more, why=LEFT_OUT_WHY.get(kind, _BY_WORDING))
        told = more if told is None else t("{before}、{more}", before=told, more=more)
    assert told is not None  # only groups with lines are told
    return told
