"""A statement line by line, every line in exactly one bucket; what a person does about one that pays no order, taken back in one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.text import Text, render, t
from insurance.finance import actions, actions_steps, rules, store
from insurance.finance import store_bank as bank
from insurance.finance.actions_matching import confirm, judged, open_day, proposed, undo
from insurance.finance.model import Direction, Event, PayoutState, Rule
from insurance.finance.model_cases import STEPS, CaseAction, CaseKind, Proposal, Resolution, Share, age_of, open_actions
from insurance.finance.model_payments import RETURN_REASONS, Return
from insurance.finance.rules import name_key
from insurance.finance.rules_cases import Case, judge
from insurance.finance.views import Candidate, LineView, Paid, PayoutView, StatementView, statement_view

MATCHED, SUGGESTED, DONE = "MATCHED", "SUGGESTED", "DONE"
MOST_WAITING = 500
_SHOWN = (
    "id",
    "statement_id",
    "booked_on",
    "value_on",
    "direction",
    "amount_fen",
    "balance_fen",
    "counterparty_name",
    "narrative",
    "reference",
)
ACTION_NAMES: dict[CaseAction, Text] = {
    CaseAction.RETURN: t("登记退汇"), CaseAction.FEE: t("记手续费"), CaseAction.PAID_IN: t("记保险公司拨入"),
    CaseAction.SUSPENSE: t("挂暂收款"), CaseAction.RECOVERY: t("立追偿"), CaseAction.PAIR: t("冲正对销"), CaseAction.NOTE: t("注明后了结"),
    CaseAction.PART: t("按部分到账确认"), CaseAction.OVER: t("按指令到账，多付部分立追偿"), CaseAction.PREMIUM: t("记保费"),
}  # fmt: skip


# -- line by line ------------------------------------------------------------------------------------------------------------


async def statement(statement_id: int, *, actor: Actor) -> tuple[StatementView, list[LineView]]:
    """One statement with its lines, each in exactly one bucket."""
    async with db.transaction(actor.scope):
        rows = await bank.statements(statement_id=statement_id)
        if not rows:
            raise NotFound(t("没有这份对账单"))
        return statement_view(rows[0]), await lines_of(statement_id, actor)


async def lines_of(statement_id: int, actor: Actor) -> list[LineView]:
    """The lines of a statement in file order."""
    rows = await bank.statement_lines(statement_id)
    waiting = bank.waiting(rows)
    views = (await waiting_lines(waiting, actor)).views
    if len(views) < len(waiting):  # somebody has dealt with one since it was read
        return await lines_of(statement_id, actor)
    return [views[r["id"]] if r["id"] in views else _done_with(r, actor) for r in rows]


async def exceptions(*, actor: Actor) -> list[LineView]:
    """Lines of every statement that wait for a person, the oldest first."""
    async with db.transaction(actor.scope):
        views = (await waiting_lines(await bank.open_rows(limit=MOST_WAITING), actor)).views
    return sorted(views.values(), key=lambda one: (one.booked_on, one.id))


async def suspense(*, actor: Actor) -> list[tuple[Any, tuple[int, int]]]:
    """Money in suspense, the oldest first, each with its days and age."""
    async with db.transaction(actor.scope):
        return [(row, age_of(row["booked_on"], actor.on)) for row in await bank.suspended()]


def _common(row: Any) -> dict[str, Any]:
    common = {name: row[name] for name in _SHOWN}
    common["counterparty_account"] = "****" + row["counterparty_tail"] if row["counterparty_tail"] else ""
    return common


def _done_with(row: Any, actor: Actor) -> LineView:
    """A line that is matched, or about which something was done."""
    if row["match_id"] is None:
        what = ACTION_NAMES[CaseAction(row["case_action"])]
        said = f"{render(what, actor.language)} {row['case_note']}".strip()
        return LineView(**_common(row), bucket=DONE, case_id=row["case_id"], reason=said, rule=row["case_action"])
    pays = [Paid(**one) for one in row["payouts"]]
    return LineView(
        **_common(row), bucket=MATCHED, match_id=row["match_id"], payout_id=pays[0].payout_id, payout_number=pays[0].number,
        rule=row["rule"], reason=render(bank.unpacked(row["reason"]), actor.language), pays=pays,
    )  # fmt: skip


class Waiting(NamedTuple):
    """Lines that wait, as they are shown, by row id; what is proposed of a line, and the row ids of all lines concerned, by key."""

    views: dict[int, LineView]
    proposals: Mapping[bytes, Proposal]
    ids: dict[bytes, int]


async def waiting_lines(rows: Sequence[Any], actor: Actor) -> Waiting:
    """Lines that wait: a proposal to confirm, or an exception with its next step. One that waits no longer is left out.

    They are judged together with what bears on them in other files, so that it does not matter how the bank cut its story up.
    """
    near = await bank.rows_near(rows)
    still = {row["id"] for row in near if row["waits"]}
    rows = [row for row in rows if row["id"] in still]
    lines = bank.as_lines([row for row in near if row["waits"]])
    matching, payouts, named = await judged(lines, awaited=True)
    asked = proposed(lines, matching, payouts)
    findings = {finding.line_key: finding for finding in matching.findings}
    insurers = frozenset(name_key(name) for name in await bank.insurer_names())
    cases = judge(bank.as_lines(near), findings, payouts, insurers)
    ids, own = {row["line_key"]: row["id"] for row in near}, await bank.programme_accounts()
    views = {}
    for row in rows:
        days, age = age_of(row["booked_on"], actor.on)
        common = _common(row) | {"days": days, "age": age}
        key = row["line_key"]
        case = cases.get(key)
        if key in asked and (case is None or case.kind is not CaseKind.REVERSAL):
            proposal = asked[key]
            mine = [one.payout_id for one in proposal.allocations]
            views[row["id"]] = LineView(
                **common, bucket=SUGGESTED, rule=proposal.rule.value, reason=render(proposal.reason, actor.language),
                candidates=_candidates(mine, named, proposal.rule.value),
            )  # fmt: skip
        else:
            assert case is not None
            views[row["id"]] = _exception(common, case, ids, named, actor, programme=row["account_digest"] in own)
    return Waiting(views | await _offered(rows, views, own, actor), asked, ids)


async def _offered(rows: Sequence[Any], views: Mapping[int, LineView], own: AbstractSet[bytes], actor: Actor) -> dict[int, LineView]:
    """Lines of which nobody here knows what they are, as other contexts see them."""
    unknown = [row for row in rows if views[row["id"]].bucket in (CaseKind.UNKNOWN, CaseKind.PAID_IN)]
    found, accounts = {}, {row["id"]: row["account_digest"] for row in unknown}
    for line_id, offer in (await actions_steps.offers(unknown, actor)).items():
        view = msgspec.structs.replace(views[line_id], offer=offer)
        if offer.sure and view.bucket == CaseKind.UNKNOWN:
            step = STEPS[CaseKind.PREMIUM]
            actions = open_actions(CaseKind.PREMIUM, Direction(view.direction), programme=accounts[line_id] in own)
            view = msgspec.structs.replace(
                view, bucket=CaseKind.PREMIUM.value, reason=offer.text, next_step=render(step.text, actor.language),
                actions=[action.value for action in actions],
            )  # fmt: skip
        found[line_id] = view
    return found


def _exception(
    common: dict[str, Any], case: Case, ids: Mapping[bytes, int], named: dict[int, Any], actor: Actor, *, programme: bool
) -> LineView:  # fmt: skip
    step = STEPS[case.kind]
    actions = open_actions(case.kind, Direction(common["direction"]), programme=programme)
    return LineView(
        **common, bucket=case.kind.value, reason=render(case.reason, actor.language), next_step=render(step.text, actor.language),
        actions=[action.value for action in actions], candidates=_candidates(case.payout_ids, named, ""),
        pair_line_id=ids.get(case.pair_key) if case.pair_key else None, return_code=case.return_code,
    )  # fmt: skip


def _candidates(ids: Sequence[int], named: dict[int, Any], rule: str) -> list[Candidate]:
    return [
        Candidate(i, named[i]["number"], named[i]["token"], named[i]["payee_name"], named[i]["amount_fen"], rule)
        for i in dict.fromkeys(ids)
        if i in named
    ]


# -- what a person does about it ---------------------------------------------------------------------------------------------


async def resolve(statement_id: int, line_id: int, given: Resolution, *, actor: Actor) -> PayoutView | None:
    """Do something about a line that pays no order. Answers the order that came back, was paid or is awaited again, if one is.

    Only lines of the programme's own account move its books (fee 5001, suspense 2901, money passed on 1201, recovery 1221).
    Raises NotFound, Invalid by field, Refused where the line is done with or the action does not fit its kind.
    """
    async with db.transaction(actor.scope):
        wanted = {line_id} | ({given.pair_line_id} if given.pair_line_id else set())
        locked = await bank.lock_lines(sorted(wanted))
        if line_id not in locked or locked[line_id]["statement_id"] != statement_id:
            raise NotFound(t("没有这笔流水"))
        halves = given.action is CaseAction.PAIR  # a reversal takes the match of its other half apart
        if any(row["resolved"] or (row["matched"] and not (halves and row["id"] != line_id)) for row in locked.values()):
            raise Refused(t("这笔流水已经处理"))
        case = await _case_of(locked[line_id], actor)
        return await carry_out(given, case, locked, actor=actor)


async def carry_out(given: Resolution, case: LineView, locked: Mapping[int, Any], *, actor: Actor) -> PayoutView | None:
    """The same for a line whose case is known, within the transaction that has locked it (and the line it is netted with)."""
    row, line_id = locked[case.id], case.id
    if given.action.value not in case.actions:
        note = given.action is CaseAction.NOTE and case.bucket != SUGGESTED and given.action in STEPS[CaseKind(case.bucket)].actions
        raise Refused(t("专户的流水都要入账，不能只注明") if note else t("这笔流水不能这样处理"))
    if given.action is CaseAction.NOTE and not given.note.strip():
        raise Invalid.field("note", t("请注明了结的理由"))
    _check_pair(given, row, locked)
    if given.action is CaseAction.PART:
        share = Share(line_id=line_id, payout_id=_concerned(given, case), amount_fen=row["amount_fen"])
        await confirm((share,), Rule.IN_PARTS, t("人工确认部分到账"), actor=actor)
        return None
    if given.action is CaseAction.OVER:
        return await _over(_concerned(given, case), row, actor)
    returned = await _give_back(given, case, row, actor) if given.action is CaseAction.RETURN else None
    apart = await _take_apart(locked[given.pair_line_id], actor) if given.pair_line_id and locked[given.pair_line_id]["matched"] else None
    with db.refusing({"line_case_once": t("这笔流水已经处理"), "line_case_pair_once": t("这笔流水已经处理")}):
        case_id = await bank.add_case(
            line_id, CaseKind(case.bucket), given.action, row["amount_fen"], row["booked_on"],
            payout_id=returned.id if returned else given.payout_id, pair_line_id=given.pair_line_id, note=given.note.strip(),
            made_by=actor.user_id, made_at=actor.at,
        )  # fmt: skip
    await _book(given.action, row, actor)
    await audit.record(
        actor, f"line.{given.action.value.lower()}", f"line:{line_id}", case=case_id, amount_fen=row["amount_fen"]
    )  # fmt: skip
    return returned or apart


async def _over(payout_id: int, row: Any, actor: Actor) -> PayoutView:
    """The line pays what the order still awaits; what is over is owed back. Answers the order."""
    payout = (await bank.lock_payouts([payout_id]))[payout_id]
    left = payout["amount_fen"] - payout["covered_fen"]
    if not 0 < left <= row["amount_fen"]:
        raise Refused(t("这笔流水不能这样处理"))
    share = Share(line_id=row["id"], payout_id=payout_id, amount_fen=left, surplus_fen=row["amount_fen"] - left)
    await confirm((share,), Rule.HAND, t("人工确认：按指令到账，多付部分待追回"), actor=actor)
    return await actions.payout(payout_id, actor=actor)


async def _take_apart(row: Any, actor: Actor) -> PayoutView:
    """The match of a line that the bank has reversed. Refused where it paid several orders: they are undone by themselves first."""
    matches = await bank.matches_of(row["id"])
    if len(matches) != 1:
        raise Refused(t("被冲正的一笔付了多笔指令，请先撤销它的匹配"))
    return (await undo(matches[0]["id"], "银行冲正", actor=actor))[0]


async def _case_of(row: Any, actor: Actor) -> LineView:
    """The exception as it stands, of a line that is held: judged with its statement, as it is shown."""
    waiting = bank.waiting(await bank.statement_lines(row["statement_id"]))
    view = (await waiting_lines(waiting, actor)).views[row["id"]]
    return view if view.bucket != SUGGESTED else _unwanted(row, actor, programme=row["account_digest"] in await bank.programme_accounts())


def _unwanted(row: Any, actor: Actor, *, programme: bool) -> LineView:
    """A line the rules have a proposal for, seen as the exception it is if nobody wants the proposal."""
    actions = open_actions(CaseKind.UNKNOWN, Direction(row["direction"]), programme=programme)
    return LineView(
        **_common(row), bucket=CaseKind.UNKNOWN.value, next_step=render(STEPS[CaseKind.UNKNOWN].text, actor.language),
        actions=[action.value for action in actions],
    )  # fmt: skip


def _check_pair(given: Resolution, row: Any, locked: Mapping[int, Any]) -> None:
    """Two lines of a reversal: same account, same amount, opposite directions."""
    if given.action is not CaseAction.PAIR:
        if given.pair_line_id is not None:
            raise Invalid.field("pair_line_id", t("只有冲正才对销另一笔"))
        return
    other = locked.get(given.pair_line_id or 0)
    fits = (
        other is not None
        and other["account_digest"] == row["account_digest"]
        and other["amount_fen"] == row["amount_fen"]
        and other["direction"] != row["direction"]
    )
    if not fits:
        raise Invalid.field("pair_line_id", t("请指定同一账户金额相同、方向相反的一笔"))


def _concerned(given: Resolution, case: LineView) -> int:
    """The order that is named, or the only one the line may concern."""
    ids = [one.payout_id for one in case.candidates]
    payout_id = given.payout_id or (ids[0] if len(ids) == 1 else None)
    if payout_id is None or payout_id not in ids:
        raise Invalid.field("payout_id", t("请指定这笔流水涉及的付款指令"))
    return payout_id


async def _give_back(given: Resolution, case: LineView, row: Any, actor: Actor) -> PayoutView:
    """The order the line brings back: the one named, or the only one it may concern."""
    payout_id = _concerned(given, case)
    code = given.code or case.return_code
    if code not in RETURN_REASONS:
        code = "MS03"
    await bank.lock_payouts([payout_id])  # two lines never bring one order back twice
    payout = await actions.payout(payout_id, actor=actor)
    if payout.state is not PayoutState.PARTIAL and row["amount_fen"] != payout.amount_fen:
        raise Refused(t("退回的金额与付款指令不同，请先挂暂收款并与银行核实"))
    if payout.state is PayoutState.RETURNED and not await bank.return_of(payout_id):
        return payout  # the return was registered before its line came in
    back = Return(version=payout.version, code=code, returned_on=row["booked_on"], note=given.note.strip())
    return await actions.give_back(payout_id, back, actor=actor)


async def _book(action: CaseAction, row: Any, actor: Actor) -> None:
    """The books of the programme's own account; a return is booked with its order."""
    into = row["direction"] == Direction.IN
    events = {
        CaseAction.FEE: Event.BANK_FEE, CaseAction.PAID_IN: Event.INSURER_PAID_IN, CaseAction.SUSPENSE: Event.SUSPENDED,
        CaseAction.RECOVERY: Event.RECOVERY_DUE,
    }  # fmt: skip
    event = events.get(action)
    if event is None or row["account_digest"] not in await bank.programme_accounts():
        return
    if into != (action in (CaseAction.PAID_IN, CaseAction.SUSPENSE)):
        raise Refused(t("收付方向不符，不能这样处理"))
    entries = [
        store.Entry(one, f"line:{row['id']}", actor.region_path, None, row["booked_on"])
        for one in rules.postings(event, row["amount_fen"])
    ]  # fmt: skip
    await store.post(entries, made_by=actor.user_id)


async def take_back(case_id: int, reason: str, *, actor: Actor) -> int:
    """Take back what was done about a line; it waits again, its books reversed. Answers the line. A return stays."""
    async with db.transaction(actor.scope):
        case = await bank.lock_case(case_id)
        if case is None:
            raise NotFound(t("没有这项处理，或已经撤销"))
        if case["action"] == CaseAction.RETURN:
            raise Refused(t("退汇已登记，不能撤销；确属误登的，请重新制单付款"))
        on = await open_day(case["booked_on"], actor)
        further = await actions_steps.undo_of(CaseAction(case["action"]), case_id, reason.strip(), on, actor)
        await bank.undo_case(case_id, undone_by=actor.user_id, undone_at=actor.at, reason=reason.strip())
        subjects = [f"line:{case['line_id']}", *further]
        await store.reverse_subjects(subjects, booked_on=on, made_by=actor.user_id)
        await audit.record(actor, "line.reopened", f"line:{case['line_id']}", case=case_id)
        return int(case["line_id"])
