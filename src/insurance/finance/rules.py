"""Arithmetic and judgement of money that moves: payment tokens, matching of bank lines, postings, trial balance."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from insurance.base.calendar import add_working_days
from insurance.base.codes import luhn_digit
from insurance.base.errors import Refused
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.finance.model import (
    CHART,
    BankLine,
    Confidence,
    Direction,
    Event,
    Finding,
    FindingKind,
    Match,
    Matching,
    Payout,
    PayoutState,
    PayoutVerb,
    Rule,
    Side,
    Transfer,
    TransferKind,
)
from insurance.finance.model_payments import PayoutMode

# -- the payment token ------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"SB([0-9]{11})([0-9])")
_MOST_PER_DAY = 99_999

MATCH_WORKING_DAYS = 5  # an order is expected on a statement from its day to so many working days later


def make_token(ordered_on: dt.date, sequence: int) -> str:
    """The reference a payout carries through the bank: `SB` + yymmdd + 5 digits + Luhn over the 11 digits.

    `sequence` is 1…99,999 within the day; Refused when the day has no more.
    """
    if not 1 <= sequence <= _MOST_PER_DAY:
        raise Refused(t("当日付款编号已用完，请次日再制单"))
    digits = f"{ordered_on:%y%m%d}{sequence:05d}"
    return f"SB{digits}{luhn_digit(digits)}"


def find_tokens(narrative: str, known: Container[str] = ()) -> tuple[str, ...]:
    """The different valid tokens in a bank's text, in order; full width and spaces put in by the bank do not hide one.

    Tokens in `known` are taken without computing their check digit again.
    """
    compact = "".join(unicodedata.normalize("NFKC", narrative).split())
    found = (hit[0] for hit in _TOKEN.finditer(compact) if hit[0] in known or luhn_digit(hit[1]) == hit[2])
    return tuple(dict.fromkeys(found))


def name_key(name: str) -> str:
    """A payee's name for comparison: brackets （）(), full width and spaces do not make a difference."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


# -- matching ---------------------------------------------------------------------------------------------------------


def match_lines(lines: Iterable[BankLine], payouts: Iterable[Payout], undone: Container[tuple[bytes, int]] = frozenset()) -> Matching:
    """Find the payout each line pays: M1 token, M2 end-to-end id, M3 payee account, amount and day.

    `payouts` are all that may concern the lines (same token; same payee account and amount), whatever their state: only
    RELEASED ones are matched, the others explain a finding. `undone` are pairs (line key, payout id) that a person took
    apart: they are only suggested. Two candidates are never matched by themselves. The order of the lines does not
    matter. Linear in lines and payouts.
    """
    work = _Work(payouts, undone)
    rest = [line for line in sorted(lines, key=_by_time) if not work.by_reference(line)]
    work.by_payee_account(rest)
    return Matching(tuple(work.matches), tuple(work.findings))


def _by_time(line: BankLine) -> tuple[dt.date, dt.time, bytes]:
    return line.booked_on, line.booked_time or dt.time(), line.key


class _Work:
    """One run of the matching: what is taken, what was found."""

    def __init__(self, payouts: Iterable[Payout], undone: Container[tuple[bytes, int]]) -> None:
        self.payouts = list(payouts)
        self.undone = undone
        self.by_token = {payout.token: payout for payout in self.payouts}
        self.taken = {
            payout.id: set(payout.matched_accounts)
            for payout in self.payouts
            if payout.state is not PayoutState.PARTIAL and (payout.matched_accounts or payout.state is PayoutState.SETTLED)
        }
        self.matches: list[Match] = []
        self.findings: list[Finding] = []
        self.last_days: dict[dt.date, dt.date] = {}

    def by_reference(self, line: BankLine) -> bool:
        """Judge a line that names its order (M1, M2). False when it names none."""
        tokens = find_tokens(line.narrative, self.by_token)
        if len(tokens) > 1:
            known = tuple(self.by_token[token].id for token in tokens if token in self.by_token)
            self.find(line, FindingKind.AMBIGUOUS, known, t("附言中有多个付款编号，不能自动匹配"))
        elif tokens:
            self.judge(line, self.by_token.get(tokens[0]), Rule.REFERENCE)
        elif line.end_to_end_id in self.by_token:
            self.judge(line, self.by_token[line.end_to_end_id], Rule.END_TO_END)
        else:
            return False
        return True

    def judge(self, line: BankLine, payout: Payout | None, rule: Rule) -> None:
        """Match a line with the order it names, or say what is wrong with it."""
        if payout is None:
            self.find(line, FindingKind.UNKNOWN, (), t("付款编号有效，但没有这笔付款指令"))
        elif line.direction is not _paying(line):
            self.find(line, FindingKind.RETURNED, (payout.id,), t("付款编号相同而方向相反，应为退汇"))
        elif payout.id in self.taken:
            self.find_second(line, payout)
        elif payout.state is PayoutState.PARTIAL:
            self.find(line, FindingKind.AMOUNT, (payout.id,), t("该付款指令已部分到账，请核对余额"))
        elif payout.state is not PayoutState.RELEASED:
            self.find(line, FindingKind.NOT_OPEN, (payout.id,), t("银行已入账，但该付款指令未放行、已作废或已退汇"))
        elif line.amount_fen != payout.amount_fen:
            self.find(line, FindingKind.AMOUNT, (payout.id,), t("付款编号相符，但金额与付款指令不同"))
        elif _payee_account(line) not in ("", payout.payee_account):
            self.match(line, payout, rule, Confidence.SUGGEST, t("付款编号和金额相符，但收款账号与付款指令不同，请核实"))
        elif rule is Rule.REFERENCE:
            self.match(line, payout, rule, Confidence.AUTO, t("附言中的付款编号有效，金额相同，收付方向正确"))
        else:
            self.match(line, payout, rule, Confidence.AUTO, t("端到端标识相同，金额相同，收付方向正确"))

    def by_payee_account(self, lines: Sequence[BankLine]) -> None:
        """M3: same payee account, same amount, booked from the order's day to five working days later.

        Orders that are settled already count as candidates too: the line may be a second payment of one. So what a line
        may pay depends on the orders alone, and not on which lines were imported before it.
        """
        orders: dict[tuple[str, Fen], list[Payout]] = defaultdict(list)
        for payout in self.payouts:
            if payout.state in (PayoutState.RELEASED, PayoutState.SETTLED):
                orders[payout.payee_account, payout.amount_fen].append(payout)
        unique: list[tuple[bool, BankLine, Payout]] = []
        for line in lines:
            fitting = self.candidates(line, orders)
            if len(fitting) == 1:
                unique.append((_other_name(line, fitting[0]), line, fitting[0]))
            elif fitting:
                ids = tuple(sorted(payout.id for payout in fitting))
                self.find(line, FindingKind.AMBIGUOUS, ids, t("有多笔付款指令的账号、金额和日期都相符"))
            else:
                self.find(line, FindingKind.UNKNOWN, (), t("没有找到对应的付款指令"))
        for other_name, line, payout in sorted(unique, key=lambda found: found[0]):
            if payout.id in self.taken:
                self.find_second(line, payout)
            elif other_name:
                reason = t("收款账号和金额相同，日期在制单后五个工作日内，但户名不同，请核实")
                self.match(line, payout, Rule.PAYEE_ACCOUNT, Confidence.SUGGEST, reason)
            else:
                reason = t("收款账号、户名和金额相同，日期在制单后五个工作日内，且只有这一笔指令")
                self.match(line, payout, Rule.PAYEE_ACCOUNT, Confidence.AUTO, reason)

    def candidates(self, line: BankLine, orders: dict[tuple[str, Fen], list[Payout]]) -> list[Payout]:
        """Orders the line may pay."""
        if line.direction is not _paying(line) or not _payee_account(line):
            return []
        same = orders.get((_payee_account(line), line.amount_fen), ())
        return [payout for payout in same if payout.ordered_on <= line.booked_on <= self.last_day(payout.ordered_on)]

    def last_day(self, ordered_on: dt.date) -> dt.date:
        if ordered_on not in self.last_days:
            self.last_days[ordered_on] = add_working_days(ordered_on, MATCH_WORKING_DAYS)
        return self.last_days[ordered_on]

    def match(self, line: BankLine, payout: Payout, rule: Rule, confidence: Confidence, reason: Text) -> None:
        if (line.key, payout.id) in self.undone:
            confidence, reason = Confidence.SUGGEST, t("各项相符，但这一匹配曾被人工撤销，请核实")
        else:
            self.taken.setdefault(payout.id, set()).add(line.account)
        self.matches.append(Match(line.key, payout.id, rule, confidence, reason))

    def find(self, line: BankLine, kind: FindingKind, payout_ids: tuple[int, ...], reason: Text) -> None:
        self.findings.append(Finding(line.key, kind, payout_ids, reason))

    def find_second(self, line: BankLine, payout: Payout) -> None:
        """A further line of a paid order: on the other party's account it is the same payment, on the same one a second."""
        accounts = self.taken[payout.id]
        if line.account in accounts:
            self.find(line, FindingKind.DUPLICATE, (payout.id,), t("该付款指令已有一笔流水，疑为重复付款"))
        else:
            accounts.add(line.account)
            self.find(line, FindingKind.OTHER_SIDE, (payout.id,), t("同一笔付款在另一方账户上的记录，无需处理"))


def _paying(line: BankLine) -> Direction:
    """The direction a payout has on this account."""
    return Direction.OUT if line.side is Side.PAYER else Direction.IN


def _payee_account(line: BankLine) -> str:
    """The payee's account as the line shows it; empty when the bank did not say."""
    return line.counterparty_account if line.side is Side.PAYER else line.account


def _other_name(line: BankLine, payout: Payout) -> bool:
    """Whether the bank names another payee; on the payee's own statement the name printed is the payer's."""
    return line.side is Side.PAYER and name_key(line.counterparty_name) != name_key(payout.payee_name)


# -- postings ---------------------------------------------------------------------------------------------------------

# Debit and credit account per event; an event with two rows takes two amounts (subsidy first, then the insured's part).
POSTINGS: dict[Event, tuple[tuple[str, str], ...]] = {
    Event.PREMIUM_DUE: (("1101", "2001"), ("1102", "2001")),
    Event.SUBSIDY_RECEIVED: (("1001", "1101"),),
    Event.PREMIUM_RECEIVED: (("1001", "1102"),),
    Event.PREMIUM_PASSED_ON: (("2001", "1001"),),
    Event.REFUND: (("2001", "1101"), ("2001", "1102")),
    Event.CLAIM_AGREED: (("1201", "2101"),),
    Event.INSURER_PAID_IN: (("1001", "1201"),),
    Event.PAYOUT_SENT: (("2101", "1901"),),
    Event.PAYOUT_BOOKED: (("1901", "1001"),),
    Event.BANK_FEE: (("5001", "1001"),),
    Event.PAYOUT_RETURNED: (("1001", "1902"),),
    Event.RETURN_OWED: (("1902", "2101"),),
    Event.SUSPENDED: (("1001", "2901"),),
    Event.RECOVERY_DUE: (("1221", "1001"),),
    Event.PAID_DIRECT: (("2101", "1201"),),
    Event.ESTIMATE_RAISED: (("9001", "9002"),),
    Event.ESTIMATE_CUT: (("9002", "9001"),),
    Event.ESTIMATE_RELEASED: (("9002", "9001"),),
}


def postings(event: Event, *amounts_fen: Fen, kind: TransferKind = TransferKind.POSTED) -> list[Transfer]:
    """The transfers of an event, one per row of the table; a zero amount moves nothing."""
    rows = POSTINGS[event]
    assert len(amounts_fen) == len(rows)
    assert min(amounts_fen) >= 0
    return [Transfer(event, debit, credit, amount, kind) for (debit, credit), amount in zip(rows, amounts_fen, strict=True) if amount]


def reversing(transfers: Iterable[Transfer]) -> list[Transfer]:
    """The entries that undo posted ones: debit and credit change places, nothing is rubbed out."""
    return [Transfer(Event.REVERSAL, old.credit, old.debit, old.amount_fen) for old in transfers]


def part_booked(left_fen: Fen, parts_fen: Sequence[Fen], mode: PayoutMode) -> list[Transfer]:
    """The bank has booked parts of an order of which so much was left, one posting each in their order.

    Of a direct payment the open pending transfer is posted when one part is all, else it makes way for the parts and for the
    rest that still waits; the programme's account gives each part.
    """
    if mode is PayoutMode.AGENT:
        return [one for part in parts_fen for one in postings(Event.PAYOUT_BOOKED, part)]
    if list(parts_fen) == [left_fen]:
        return postings(Event.PAID_DIRECT, left_fen, kind=TransferKind.POST)
    void = postings(Event.PAID_DIRECT, left_fen, kind=TransferKind.VOID)
    rest = postings(Event.PAID_DIRECT, left_fen - sum(parts_fen), kind=TransferKind.PENDING)
    return [*void, *(one for part in parts_fen for one in postings(Event.PAID_DIRECT, part)), *rest]


def part_undone(left_fen: Fen, parts_fen: Sequence[Fen], mode: PayoutMode) -> list[Transfer]:
    """The same taken back, with so much of the order left before: the parts are reversed and wait again together with the rest."""
    if mode is PayoutMode.AGENT:
        return reversing(one for part in parts_fen for one in postings(Event.PAYOUT_BOOKED, part))
    void = postings(Event.PAID_DIRECT, left_fen, kind=TransferKind.VOID)
    again = postings(Event.PAID_DIRECT, left_fen + sum(parts_fen), kind=TransferKind.PENDING)
    return [*reversing(one for part in parts_fen for one in postings(Event.PAID_DIRECT, part)), *void, *again]


def estimate_change(before_fen: Fen, after_fen: Fen) -> list[Transfer]:
    """The memo entry that brings the estimate of an open claim (未决赔款) from one amount to another."""
    if after_fen >= before_fen:
        return postings(Event.ESTIMATE_RAISED, after_fen - before_fen)
    return postings(Event.ESTIMATE_CUT, before_fen - after_fen)


def payout_transfers(verb: PayoutVerb, before: PayoutState | None, amount_fen: Fen, mode: PayoutMode = PayoutMode.DIRECT) -> list[Transfer]:
    """What a verb on a payout order writes.

    The order is a pending transfer; cancelling or a refusal before booking voids it. A POST or VOID ends the order's open
    pending transfer. What was posted is never voided but reversed. DIRECT (the insurer pays): the bank's booking posts it.
    AGENT (the programme's account pays): the release sends the money on its way (1901), the booking takes it from the bank,
    and money that came back is owed again (domain.md 6.6).
    """
    if mode is PayoutMode.AGENT:
        return _agent_transfers(verb, before, amount_fen)
    pending = postings(Event.PAID_DIRECT, amount_fen, kind=TransferKind.PENDING)
    booked = before is PayoutState.SETTLED
    match verb:
        case PayoutVerb.ORDER:
            return pending
        case PayoutVerb.SETTLE:
            return postings(Event.PAID_DIRECT, amount_fen, kind=TransferKind.POST)
        case PayoutVerb.UNDO:
            return reversing(pending) + pending
        case PayoutVerb.RETURN if booked:
            return reversing(pending)
        case PayoutVerb.CANCEL | PayoutVerb.RETURN:
            return postings(Event.PAID_DIRECT, amount_fen, kind=TransferKind.VOID)
        case PayoutVerb.RELEASE | PayoutVerb.SETTLE_PART | PayoutVerb.UNDO_PART:
            return []  # parts are written by `part_booked` and `part_undone`


def _agent_transfers(verb: PayoutVerb, before: PayoutState | None, amount_fen: Fen) -> list[Transfer]:
    sent = postings(Event.PAYOUT_SENT, amount_fen, kind=TransferKind.PENDING)
    booked = postings(Event.PAYOUT_BOOKED, amount_fen)
    match verb:
        case PayoutVerb.ORDER:
            return sent
        case PayoutVerb.RELEASE:
            return postings(Event.PAYOUT_SENT, amount_fen, kind=TransferKind.POST)
        case PayoutVerb.CANCEL:
            return postings(Event.PAYOUT_SENT, amount_fen, kind=TransferKind.VOID)
        case PayoutVerb.SETTLE:
            return booked
        case PayoutVerb.UNDO:
            return reversing(booked)
        case PayoutVerb.RETURN if before is PayoutState.SETTLED:
            return postings(Event.PAYOUT_RETURNED, amount_fen) + postings(Event.RETURN_OWED, amount_fen)
        case PayoutVerb.RETURN:
            return reversing(sent)
        case PayoutVerb.SETTLE_PART | PayoutVerb.UNDO_PART:
            return []


def trial_balance(transfers: Iterable[Transfer]) -> dict[str, int]:
    """Every account of the chart with its balance in fen, debit positive; the balances add up to 0."""
    balances = dict.fromkeys(CHART, 0)
    for transfer in transfers:
        if transfer.kind in (TransferKind.POSTED, TransferKind.POST):
            balances[transfer.debit] += transfer.amount_fen
            balances[transfer.credit] -= transfer.amount_fen
    return balances
