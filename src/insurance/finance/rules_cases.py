"""What a line is that pays no order: returned money, a fee, a reversal, money an insurer passed on, a short or second payment; pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from insurance.base.calendar import add_working_days
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.finance.model import BankLine, Direction, Finding, FindingKind, Payout, PayoutState, Side
from insurance.finance.model_cases import CaseKind
from insurance.finance.rules import find_tokens, name_key

RETURN_WORKING_DAYS = 10  # domain.md 6.5
_CHARGES = frozenset({"CHRG", "COMM", "FEES"})
_RETURNS = frozenset({"RRTN", "RTN", "RRCT"})
_SMALL_FEN = 50_000
_SAID = {
    "BE01": ("户名不符", "户名错"),
    "AC04": ("销户",),
    "AC06": ("冻结", "止付", "状态异常"),
    "AC01": ("账号不存在", "账号错", "账号有误"),
}  # fmt: skip


class Case(msgspec.Struct, frozen=True):
    """A line's kind, the orders and the line it may concern, and why in words."""

    line_key: bytes
    kind: CaseKind
    reason: Text
    payout_ids: tuple[int, ...] = ()
    pair_key: bytes | None = None
    return_code: str = ""


def return_code_of(line: BankLine) -> str:
    """Why the money came back: the bank's code, or what it printed; MS03 where it does not say."""
    if line.return_code:
        return line.return_code
    return next((code for code, words in _SAID.items() if any(word in line.narrative for word in words)), "MS03")


def judge(
    lines: Sequence[BankLine], findings: Mapping[bytes, Finding], payouts: Iterable[Payout], insurers: frozenset[str]
) -> dict[bytes, Case]:
    """The case of every line among `findings`. `lines` may hold more: the other half of a reversal may be matched already.

    `insurers`: names (compared by `name_key`) of those who pass money on to the programme's account.
    """
    orders = list(payouts)
    by_id = {payout.id: payout for payout in orders}
    paid: dict[tuple[str, Fen], list[Payout]] = defaultdict(list)
    for payout in orders:
        if payout.state in (PayoutState.SETTLED, PayoutState.RELEASED, PayoutState.PARTIAL, PayoutState.RETURNED):
            paid[payout.payee_account, payout.amount_fen].append(payout)
    pairs = _reversals(lines)
    return {line.key: _case(line, findings[line.key], by_id, paid, pairs, insurers) for line in lines if line.key in findings}


def _case(
    line: BankLine, finding: Finding, by_id: Mapping[int, Payout], paid: Mapping[tuple[str, Fen], Sequence[Payout]],
    pairs: Mapping[bytes, bytes], insurers: frozenset[str],
) -> Case:  # fmt: skip
    if line.key in pairs:
        reason = t("银行冲正：与同日方向相反、金额相同的一笔对销")
        return Case(line.key, CaseKind.REVERSAL, reason, pair_key=pairs[line.key])
    if finding.kind is FindingKind.RETURNED:
        return Case(line.key, CaseKind.RETURNED, finding.reason, finding.payout_ids, return_code=return_code_of(line))
    if _charged(line) and not find_tokens(line.narrative):
        return Case(line.key, CaseKind.FEE, t("银行手续费，小额且未指明付款指令"))
    if finding.kind is FindingKind.AMOUNT and finding.payout_ids:
        left = by_id[finding.payout_ids[0]].left_fen
        kind = CaseKind.SHORT if line.amount_fen < left else CaseKind.OVER
        return Case(line.key, kind, finding.reason, finding.payout_ids)
    if finding.kind is FindingKind.UNKNOWN:
        return _unknown(line, finding, paid, insurers)
    return Case(line.key, CaseKind(finding.kind.value), finding.reason, finding.payout_ids)


def _unknown(
    line: BankLine, finding: Finding, paid: Mapping[tuple[str, Fen], Sequence[Payout]], insurers: frozenset[str]
) -> Case:  # fmt: skip
    if line.side is Side.PAYER and line.direction is Direction.IN:
        back = _sent_back(line, paid)
        if back:
            reason = t("金额和对方账号与一笔付款相同而方向相反，应为退汇")
            return Case(line.key, CaseKind.RETURNED, reason, back, return_code=return_code_of(line))
        if name_key(line.counterparty_name) in insurers:
            return Case(line.key, CaseKind.PAID_IN, t("保险公司拨入，尚未对应赔款"))
    return Case(line.key, CaseKind.UNKNOWN, finding.reason)


def _sent_back(line: BankLine, paid: Mapping[tuple[str, Fen], Sequence[Payout]]) -> tuple[int, ...]:
    """Orders of the same payee and amount that were paid at most ten working days before, if the bank says or shows a return."""
    says = bool(line.return_code) or line.transaction_code in _RETURNS or "退" in line.narrative
    fitting = [
        one
        for one in paid.get((line.counterparty_account, line.amount_fen), ())
        if one.ordered_on <= line.booked_on <= _last_day(one.ordered_on) and not one.foreign(line)
    ]  # fmt: skip
    return tuple(sorted(one.id for one in fitting)) if says else ()


def _last_day(ordered_on: dt.date) -> dt.date:
    return add_working_days(ordered_on, RETURN_WORKING_DAYS)


def _charged(line: BankLine) -> bool:
    said = line.transaction_code in _CHARGES or any(word in line.narrative for word in ("手续费", "汇划费", "工本费", "账户管理费"))
    return said and line.direction is Direction.OUT and line.amount_fen <= _SMALL_FEN


def _reversals(lines: Iterable[BankLine]) -> dict[bytes, bytes]:
    """Pairs of one account and day, equal and opposite, of which one says 冲正: each half by the other's key.

    Of several that fit, the one that names the same order or party, says 冲正 itself, or is the later: a second payment of an order
    is reversed before the first.
    """
    days: dict[tuple[str, dt.date, Fen], list[BankLine]] = defaultdict(list)
    for line in lines:
        days[line.account, line.booked_on, line.amount_fen].append(line)
    pairs: dict[bytes, bytes] = {}
    for halves in days.values():
        for said in sorted(filter(_reversing, halves), key=_by_time):
            fitting = [
                (near, _reversing(one), _by_time(one), one)
                for one in halves
                if one.direction is not said.direction and one.key not in pairs and (near := _nearness(said, one)) is not None
            ]
            if said.key not in pairs and fitting:
                other = max(fitting, key=lambda found: found[:3])[3]
                pairs[said.key], pairs[other.key] = other.key, said.key
    return pairs


def _by_time(line: BankLine) -> tuple[dt.time, bytes]:
    return line.booked_time or dt.time(), line.key


def _reversing(line: BankLine) -> bool:
    return "冲正" in line.narrative or "抹账" in line.narrative


def _nearness(one: BankLine, other: BankLine) -> int | None:
    """How surely two lines are of one payment: 2 by its token, 1 by the other party, 0 when the bank does not say; None: they are not."""
    tokens, others = set(find_tokens(one.narrative)), set(find_tokens(other.narrative))
    if tokens and others:
        return 2 if tokens & others else None
    if one.counterparty_account and other.counterparty_account:
        return 1 if one.counterparty_account == other.counterparty_account else None
    return 0
