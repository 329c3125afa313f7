"""What a person may confirm of the lines no rule settled: by name (M4), several orders in one line (M5), one order in several lines (M6),
with a known fee (M7). Never more than one proposal a line, never where two would fit; pure.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from insurance.base.calendar import add_working_days
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, t
from insurance.finance.model import BankLine, Direction, Payout, PayoutState, Rule, Side
from insurance.finance.model_cases import Allocation, Proposal
from insurance.finance.rules import MATCH_WORKING_DAYS, find_tokens, name_key

MOST_TOGETHER = 20  # orders in one line, or lines of one order
MOST_FEE_FEN = 5_000
_SEARCHED = 16  # above it only the sum of all is tried: the subsets of 20 are a million
_OPEN = (PayoutState.RELEASED, PayoutState.PARTIAL)
Item = TypeVar("Item")


def suggest(lines: Iterable[BankLine], payouts: Iterable[Payout], fees_fen: frozenset[Fen]) -> list[Proposal]:
    """Proposals for lines that are left over, in the order of the rules; what one takes is gone for the next.

    `fees_fen` are the tariffs of the banks. The order of lines and payouts does not matter. Linear but for M5 and M6, whose
    groups hold at most 20.
    """
    work = _Work(payouts, fees_fen)
    rest = sorted((line for line in lines if line.direction is _paying(line)), key=lambda line: (line.booked_on, line.key))
    for rule in (work.by_name, work.together, work.in_parts, work.with_fee):
        rest = rule(rest)
    return work.proposals


def subset_of_sum(items: Sequence[tuple[Item, Fen]], total_fen: Fen) -> list[Item] | None:
    """The one subset of 2…20 items that adds up to the total; None where there is none or more than one.

    Up to 16 items every subset counts; above, only all of them together.
    """
    if len(items) > _SEARCHED:
        whole = sum(fen for _, fen in items) == total_fen and len(items) <= MOST_TOGETHER
        return [item for item, _ in items] if whole else None
    ways: dict[Fen, list[tuple[int, ...]]] = {0: [()]}  # of each sum at most two subsets: more is as good as two
    for place, (_, fen) in enumerate(items):
        for reached, subsets in [(reached, tuple(subsets)) for reached, subsets in ways.items()]:
            if reached + fen <= total_fen:
                grown = ways.setdefault(reached + fen, [])
                grown += [(*subset, place) for subset in subsets][: 2 - len(grown)]
    found = [subset for subset in ways.get(total_fen, []) if len(subset) > 1]
    return [items[place][0] for place in found[0]] if len(found) == 1 == len(ways.get(total_fen, [])) else None


def _paying(line: BankLine) -> Direction:
    return Direction.OUT if line.side is Side.PAYER else Direction.IN


class _Work:
    """One run: which orders are still open, what was proposed."""

    def __init__(self, payouts: Iterable[Payout], fees_fen: frozenset[Fen]) -> None:
        self.open = {payout.id: payout for payout in sorted(payouts, key=lambda one: one.id) if payout.state in _OPEN}
        self.fees_fen = frozenset(fee for fee in fees_fen if 0 < fee <= MOST_FEE_FEN)
        self.proposals: list[Proposal] = []
        self._last: dict[dt.date, dt.date] = {}

    # -- what fits ---------------------------------------------------------------------------------------------------

    def in_window(self, payout: Payout, line: BankLine) -> bool:
        if payout.ordered_on not in self._last:
            self._last[payout.ordered_on] = add_working_days(payout.ordered_on, MATCH_WORKING_DAYS)
        return payout.ordered_on <= line.booked_on <= self._last[payout.ordered_on] and not payout.foreign(line)

    def named(self, line: BankLine, by_token: Mapping[str, Payout]) -> list[Payout]:
        """The open orders a line names, those that are paid from another account left out."""
        tokens = find_tokens(line.narrative, by_token)
        return [by_token[token] for token in tokens if token in by_token and not by_token[token].foreign(line)]

    def grouped(self, key: str) -> dict[Hashable, list[Payout]]:
        """Open orders by payee name, payee account or payment file."""
        found: dict[Hashable, list[Payout]] = defaultdict(list)
        for payout in self.open.values():
            value: Hashable = name_key(payout.payee_name) if key == "name" else getattr(payout, key)
            if value:
                found[value].append(payout)
        return found

    def take(self, rule: Rule, reason: Text, allocations: Sequence[Allocation]) -> None:
        self.proposals.append(Proposal(rule, reason, tuple(allocations)))
        for one in allocations:
            self.open.pop(one.payout_id, None)

    # -- the rules ---------------------------------------------------------------------------------------------------

    def by_name(self, lines: Sequence[BankLine]) -> list[BankLine]:
        """M4: the payee's name and the amount, the only order of the window, and the only line for it."""
        orders: dict[tuple[str, Fen], list[Payout]] = defaultdict(list)
        for payout in self.open.values():
            orders[name_key(payout.payee_name), payout.left_fen].append(payout)
        wishes: dict[int, list[BankLine]] = defaultdict(list)
        named = {payout.token for payout in self.open.values()}
        for line in lines:
            if find_tokens(line.narrative, named):
                continue  # it names its order itself
            fitting = [one for one in orders.get((_name(line), line.amount_fen), ()) if self.in_window(one, line)]
            if len(fitting) == 1 and _name(line):
                wishes[fitting[0].id].append(line)
        done = set()
        for payout_id, wanting in wishes.items():
            if len(wanting) == 1:
                line = wanting[0]
                self.take(Rule.PAYEE_NAME, t("收款户名和金额相同，日期在制单后五个工作日内，请核实账号"), [_all(line, payout_id)])
                done.add(line.key)
        return [line for line in lines if line.key not in done]

    def together(self, lines: Sequence[BankLine]) -> list[BankLine]:
        """M5: one line for several orders of one payment file or one payee."""
        files, accounts, names = self.grouped("file_id"), self.grouped("payee_account"), self.grouped("name")
        of_sum: dict[Fen, list[list[Payout]]] = defaultdict(list)
        for orders in files.values():
            of_sum[_sum(orders)].append(orders)
        rest = []
        for line in lines:
            groups = [(t("一份付款文件"), orders) for orders in of_sum.get(line.amount_fen, ())]
            by_payee = accounts.get(_account(line)) or names.get(_name(line)) or []
            groups += [(t("同一收款人"), by_payee)] if by_payee else []
            found = None
            for what, orders in groups:
                standing = [one for one in orders if one.id in self.open and self.in_window(one, line)]
                found = subset_of_sum([(one, one.left_fen) for one in standing], line.amount_fen)
                if found:
                    reason = t("等于{what}的 {count} 笔指令之和，疑为合并入账", what=what, count=len(found))
                    self.take(Rule.TOGETHER, reason, [Allocation(line.key, one.id, one.left_fen) for one in found])
                    break
            if not found:
                rest.append(line)
        return rest

    def in_parts(self, lines: Sequence[BankLine]) -> list[BankLine]:
        """M6: several lines of one order; or the one line that brings what was left of it."""
        by_token = {payout.token: payout for payout in self.open.values()}
        wishes: dict[int, list[BankLine]] = defaultdict(list)
        accounts = self.grouped("payee_account")
        for line in lines:
            named = self.named(line, by_token)
            fitting = named or [one for one in accounts.get(_account(line), ()) if self.in_window(one, line)]
            if len(fitting) == 1 and line.amount_fen <= fitting[0].left_fen:
                wishes[fitting[0].id].append(line)
        done: set[bytes] = set()
        for payout_id, parts in wishes.items():
            payout = self.open[payout_id]
            one = [line for line in parts if line.amount_fen == payout.left_fen and payout.state is PayoutState.PARTIAL]
            found = one if len(one) == 1 else subset_of_sum([(line, line.amount_fen) for line in parts], payout.left_fen)
            if found:
                reason = t("{count} 笔流水之和等于该指令尚未到账的金额", count=len(found))
                self.take(Rule.IN_PARTS, reason, [_all(line, payout_id) for line in found])
                done |= {line.key for line in found}
        return [line for line in lines if line.key not in done]

    def with_fee(self, lines: Sequence[BankLine]) -> list[BankLine]:
        """M7: the difference is a tariff of the banks: on the payer's account on top, on the payee's taken off."""
        by_token = {payout.token: payout for payout in self.open.values()}
        accounts, names = self.grouped("payee_account"), self.grouped("name")
        wishes: dict[int, list[tuple[BankLine, Fen]]] = defaultdict(list)
        for line in lines:
            named = self.named(line, by_token)
            fitting = named or [
                one for one in accounts.get(_account(line)) or names.get(_name(line)) or () if self.in_window(one, line)
            ]  # fmt: skip
            sign = 1 if line.side is Side.PAYER else -1
            charged = [(one, fee) for one in fitting if (fee := sign * (line.amount_fen - one.left_fen)) in self.fees_fen]
            if len(charged) == 1:
                wishes[charged[0][0].id].append((line, charged[0][1]))
        done = set()
        for payout_id, wanting in wishes.items():
            if len(wanting) == 1 and payout_id in self.open:
                line, fee = wanting[0]
                amount = self.open[payout_id].left_fen
                reason = t("与指令相差 {fee} 元，等于银行手续费标准，手续费另记", fee=yuan(fee))
                self.take(Rule.WITH_FEE, reason, [Allocation(line.key, payout_id, amount, line.amount_fen - amount)])
                done.add(line.key)
        return [line for line in lines if line.key not in done]


def _all(line: BankLine, payout_id: int) -> Allocation:
    return Allocation(line.key, payout_id, line.amount_fen)


def _sum(payouts: Iterable[Payout]) -> Fen:
    return sum(payout.left_fen for payout in payouts)


def _account(line: BankLine) -> str:
    return line.counterparty_account if line.side is Side.PAYER else line.account


def _name(line: BankLine) -> str:
    """The payee's name as the payer's statement prints it; the payee's own statement prints the payer's."""
    return name_key(line.counterparty_name) if line.side is Side.PAYER else ""


def proposals_by_line(proposals: Iterable[Proposal]) -> Mapping[bytes, Proposal]:
    """Each line with its one proposal."""
    return {one.line_key: proposal for proposal in proposals for one in proposal.allocations}
