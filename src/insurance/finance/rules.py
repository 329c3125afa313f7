"""Arithmetic and judgement of money that moves: payment tokens, matching of bank lines, postings, trial balance."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from insurance.base.calendar import add_working_days
from insurance.base.codes import luhn_digit
from insurance.base.errors import Refused
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.finance.model import (
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

_TOKEN = re.compile(r"(SB([0-9]{11})([0-9]))")
_MOST_PER_DAY = 99_999
Tokens = Mapping[bytes, tuple[str, ...]]  # of lines, by their keys

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
    compact = "".join((narrative if narrative.isascii() else unicodedata.normalize("NFKC", narrative)).split())
    found = [token for token, digits, check in _TOKEN.findall(compact) if token in known or luhn_digit(digits) == check]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def name_key(name: str) -> str:
    """A payee's name for comparison: brackets （）(), full width and spaces do not make a difference."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


# -- matching ---------------------------------------------------------------------------------------------------------


def match_lines(
    lines: Iterable[BankLine],
    payouts: Iterable[Payout],
    undone: Container[tuple[bytes, int]] = frozenset(),
    tokens: Tokens = MappingProxyType({}),
) -> Matching:
    """Find the payout each line pays: M1 token, M2 end-to-end id, M3 payee account, amount and day.

    `payouts` are all that may concern the lines (same token; same payee account and amount), whatever their state: only
    RELEASED ones are matched (and RETURNED ones with what paid them before they came back), the others explain a finding.
    `undone` are pairs (line key, payout id) that were taken apart: they are only suggested; `tokens` is what `find_tokens` has given
    already, by line key. Two candidates are never matched by themselves. What a line asks for depends on the line and the orders
    alone; of several lines that ask for one order the first by `_rank` gets it. So neither the order of the lines nor the files they
    came in matter. Linear in lines and payouts.
    """
    work = _Work(payouts, undone, tokens)
    claims = [claim for line in sorted(lines, key=_by_time) if (claim := work.claim(line))]
    for claim in sorted(claims, key=_rank):  # equals keep the order of time
        work.grant(claim)
    return Matching(tuple(work.matches), tuple(work.findings))


_BY_TOKEN = t("附言中的付款编号有效，金额相同，收付方向正确")


def _by_time(line: BankLine) -> tuple[dt.date, dt.time, bytes]:
    return line.booked_on, line.booked_time or dt.time(), line.key


class _Claim(NamedTuple):
    """A line and the one order it asks for; without a rule its amount is not the order's."""

    line: BankLine
    payout: Payout
    rule: Rule | None
    confidence: Confidence
    reason: Text


def _rank(claim: _Claim) -> tuple[bool, bool, bool, bool]:
    """Who comes first: the right amount, then the certain, the payer's own statement, the line that names the order."""
    unsure, payee = claim.confidence is not Confidence.AUTO, claim.line.side is Side.PAYEE
    return claim.rule is None, unsure, payee, claim.rule is Rule.PAYEE_ACCOUNT


class _Work:
    """One run of the matching: what is taken (from which sides), what was found."""

    def __init__(self, payouts: Iterable[Payout], undone: Container[tuple[bytes, int]], tokens: Tokens) -> None:
        self.payouts = list(payouts)
        self.undone = undone
        self.tokens = tokens
        self.by_token = {payout.token: payout for payout in self.payouts}
        self.taken = {
            payout.id: {Side.PAYEE if account == payout.payee_account else Side.PAYER for account in payout.matched_accounts}
            for payout in self.payouts
            if payout.state is not PayoutState.PARTIAL and (payout.matched_accounts or payout.state is PayoutState.SETTLED)
        }
        self.orders: dict[tuple[str, Fen], list[Payout]] = defaultdict(list)
        for payout in self.payouts:
            if payout.state is not PayoutState.CANCELLED:
                self.orders[payout.payee_account, payout.amount_fen].append(payout)
        self.matches: list[Match] = []
        self.findings: list[Finding] = []
        self.last_days: dict[dt.date, dt.date] = {}

    def claim(self, line: BankLine) -> _Claim | None:
        """The order a line asks for, by what it names (M1, M2) or by account, amount and day (M3); None: it asks for none."""
        said = self.tokens.get(line.key)
        if said is None:
            said = find_tokens(line.narrative, self.by_token)
        also = line.end_to_end_id if line.end_to_end_id in self.by_token and line.end_to_end_id not in said else ""
        tokens = (*said, also) if also else said
        if len(tokens) > 1:
            known = tuple(self.by_token[token].id for token in tokens if token in self.by_token)
            self.find(line, FindingKind.AMBIGUOUS, known, t("附言中有多个付款编号，不能自动匹配"))
            return None
        if not tokens:
            return self.by_payee_account(line)
        return self.by_reference(line, self.by_token.get(tokens[0]), Rule.REFERENCE if said else Rule.END_TO_END)

    def by_reference(self, line: BankLine, payout: Payout | None, rule: Rule) -> _Claim | None:
        """What a line asks for that names its order, or what is wrong with it."""
        if payout is None:
            self.find(line, FindingKind.UNKNOWN, (), t("付款编号有效，但没有这笔付款指令"))
            return None
        if payout.foreign(line):
            self.find(line, FindingKind.UNKNOWN, (), t("付款编号相符，但不是从该指令的付款账户付出，请核实"))
            return None
        if line.direction is not _paying(line):
            self.find(line, FindingKind.RETURNED, (payout.id,), t("付款编号相同而方向相反，应为退汇"))
            return None
        if payout.state is PayoutState.PARTIAL:
            self.find(line, FindingKind.AMOUNT, (payout.id,), t("该付款指令已部分到账，请核对余额"))
            return None
        if payout.id not in self.taken and not _payable(payout, line):
            self.find(line, FindingKind.NOT_OPEN, (payout.id,), t("银行已入账，但该付款指令未放行、已作废或已退汇"))
            return None
        if line.amount_fen != payout.amount_fen:
            return _Claim(line, payout, None, Confidence.SUGGEST, t("付款编号相符，但金额与付款指令不同"))
        if _payee_account(line) not in ("", payout.payee_account):
            return self.asks(line, payout, rule, Confidence.SUGGEST, t("付款编号和金额相符，但收款账号与付款指令不同，请核实"))
        if rule is Rule.REFERENCE:
            return self.asks(line, payout, rule, Confidence.AUTO, _BY_TOKEN)
        return self.asks(line, payout, rule, Confidence.AUTO, t("端到端标识相同，金额相同，收付方向正确"))

    def by_payee_account(self, line: BankLine) -> _Claim | None:
        """M3: same payee account, same amount, booked from the order's day to five working days later.

        Orders that are settled, not yet released or came back later are candidates too: the line may be theirs, or a second
        payment of one. So what a line may pay depends on the orders alone, and not on what was imported before it.
        """
        fitting = self.candidates(line)
        if len(fitting) > 1:
            ids = tuple(sorted(payout.id for payout in fitting))
            self.find(line, FindingKind.AMBIGUOUS, ids, t("有多笔付款指令的账号、金额和日期都相符"))
            return None
        if not fitting or not (fitting[0].id in self.taken or _payable(fitting[0], line)):
            self.find(line, FindingKind.UNKNOWN, (), t("没有找到对应的付款指令"))
            return None
        if _other_name(line, fitting[0]):
            reason = t("收款账号和金额相同，日期在制单后五个工作日内，但户名不同，请核实")
            return self.asks(line, fitting[0], Rule.PAYEE_ACCOUNT, Confidence.SUGGEST, reason)
        reason = t("收款账号、户名和金额相同，日期在制单后五个工作日内，且只有这一笔指令")
        return self.asks(line, fitting[0], Rule.PAYEE_ACCOUNT, Confidence.AUTO, reason)

    def candidates(self, line: BankLine) -> list[Payout]:
        """Orders the line may pay."""
        if line.direction is not _paying(line) or not _payee_account(line):
            return []
        same = self.orders.get((_payee_account(line), line.amount_fen), ())
        return [
            payout
            for payout in same
            if payout.ordered_on <= line.booked_on <= min(self.last_day(payout.ordered_on), payout.returned_on or dt.date.max)
            and not payout.foreign(line)
        ]

    def last_day(self, ordered_on: dt.date) -> dt.date:
        if ordered_on not in self.last_days:
            self.last_days[ordered_on] = add_working_days(ordered_on, MATCH_WORKING_DAYS)
        return self.last_days[ordered_on]

    def asks(self, line: BankLine, payout: Payout, rule: Rule, confidence: Confidence, reason: Text) -> _Claim:
        if self.undone and (line.key, payout.id) in self.undone:
            confidence, reason = Confidence.SUGGEST, t("各项相符，但这一匹配曾被人工撤销，请核实")
        return _Claim(line, payout, rule, confidence, reason)

    def grant(self, claim: _Claim) -> None:
        """Give the order to the line, unless a line before it has it."""
        line, payout = claim.line, claim.payout
        if payout.id in self.taken:
            self.find_second(line, payout)
        elif payout.state is PayoutState.RETURNED and claim.confidence is not Confidence.AUTO:
            self.find(line, FindingKind.NOT_OPEN, (payout.id,), t("银行已入账，但该付款指令未放行、已作废或已退汇"))
        elif claim.rule is None:
            self.find(line, FindingKind.AMOUNT, (payout.id,), claim.reason)
        else:
            if not self.undone or (line.key, payout.id) not in self.undone:
                self.taken[payout.id] = {line.side}
            self.matches.append(Match(line.key, payout.id, claim.rule, claim.confidence, claim.reason))

    def find(self, line: BankLine, kind: FindingKind, payout_ids: tuple[int, ...], reason: Text) -> None:
        self.findings.append(Finding(line.key, kind, payout_ids, reason))

    def find_second(self, line: BankLine, payout: Payout) -> None:
        """A further line of a paid order: on the other party's account it is the same payment, on the same side a second."""
        sides = self.taken[payout.id]
        if line.side in sides:
            self.find(line, FindingKind.DUPLICATE, (payout.id,), t("该付款指令已有一笔流水，疑为重复付款"))
        else:
            sides.add(line.side)
            self.find(line, FindingKind.OTHER_SIDE, (payout.id,), t("同一笔付款在另一方账户上的记录，无需处理"))


def _payable(payout: Payout, line: BankLine) -> bool:
    """Whether a line may pay an order: it is released, or came back on the line's day or later and its payment was not seen yet."""
    back = payout.returned_on is not None and line.booked_on <= payout.returned_on
    return payout.state is PayoutState.RELEASED or (payout.state is PayoutState.RETURNED and back)


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
    Event.PREMIUM_DIRECT: (("2001", "1101"), ("2001", "1102")),
    Event.INSURER_REFUNDED: (("1001", "2001"),),
    Event.PREMIUM_PAID_BACK: (("1101", "1001"), ("1102", "1001")),
    Event.PREMIUM_BACK_DIRECT: (("1101", "2001"), ("1102", "2001")),
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


def paid_before_return(amount_fen: Fen, mode: PayoutMode) -> tuple[list[Transfer], list[Transfer]]:
    """What the payment of an order writes that is known to have come back before its line was seen: on the line's day, and back on the
    day of the return. The return itself has written that the order is owed again.
    """
    paid = postings(Event.PAYOUT_BOOKED if mode is PayoutMode.AGENT else Event.PAID_DIRECT, amount_fen)
    return paid, reversing(paid)


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
