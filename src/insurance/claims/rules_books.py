"""The three books compared: our claim parts, an insurer's list, the bank's lines; every difference once, in its class; pure.

An item is a claim part with every row and line that concerns it; rows and lines of a claim that owes nothing are an item of that claim.
Agreed means the three amounts are equal and no name or account differs. What differs is, in this order,

1. RETURNED: money came back and is owed again, or the list still counts what came back;
2. DUPLICATE: the list or the bank has the same amount more than once, and more than we owe;
3. AMOUNT: two books that have it have it with different amounts (less at the bank is on its way while its term runs);
4. MISSING: a book has it not though it should: we, always; the list, where a list covers the day of the payment; the bank, where its
   statements reach five working days beyond the release (or the day of the list);
5. PAYEE: the amounts agree, but the list or the bank names another person or account;
6. NOT_YET: a book has it not, and its time has not come.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from insurance.base.calendar import add_working_days
from insurance.base.money import yuan
from insurance.base.text import Text, t
from insurance.claims.model_books import Banked, Comparison, Difference, Item, Listed, Own, Reach, Sums
from insurance.finance.rules import MATCH_WORKING_DAYS, name_key

_D = Difference
ClaimKey = tuple[int, str]  # insurer, claim number
Entry = TypeVar("Entry", Listed, Banked)
_key = lru_cache(maxsize=8192)(name_key)


class _Group:
    """One item in the making."""

    __slots__ = ("claim_id", "insurer_id", "lines", "number", "own", "rows")

    def __init__(self, own: Own | None, insurer_id: int, number: str, claim_id: int | None) -> None:
        self.own, self.insurer_id, self.number, self.claim_id = own, insurer_id, number, claim_id
        self.rows: list[Listed] = []
        self.lines: list[Banked] = []

    @property
    def ours(self) -> int:
        return self.own.amount_fen if self.own is not None and self.own.owed_on is not None else 0

    @property
    def theirs(self) -> int:
        return sum(row.amount_fen for row in self.rows)

    @property
    def bank(self) -> int:
        return sum(line.signed_fen for line in self.lines)


def compare(
    own: Iterable[Own], listed: Iterable[Listed], banked: Iterable[Banked], claims: Mapping[ClaimKey, int], reach: Reach, as_of: dt.date
) -> Comparison:
    """Compare the books as of a day, each given as far as that day. `claims`: claims that exist, also those that owe nothing.

    Linear in rows; neither the order of rows nor that of files matters. A line that names no order and no claim among these is no
    matter of these books and must not be handed in.
    """
    judge = _Judge(reach, as_of)
    agreed = [0, 0, 0, 0]
    items = []
    for group in _grouped(own, listed, banked, claims):
        ours, theirs, bank = group.ours, group.theirs, group.bank
        found = judge.findings(group, ours, theirs, bank)
        if found:
            items.append(_item(group, found, (ours, theirs, bank)))
        elif ours or theirs or bank:
            for place, fen in enumerate((1, ours, theirs, bank)):
                agreed[place] += fen
    items.sort(key=_place)
    by_kind = {kind: Sums() for kind in Difference}
    for one in items:
        old = by_kind[one.kind]
        by_kind[one.kind] = Sums(
            old.number + 1, old.ours_fen + one.ours_fen, old.insurer_fen + one.insurer_fen, old.bank_fen + one.bank_fen
        )  # fmt: skip
    return Comparison(tuple(items), Sums(*agreed), by_kind)


_RANK = {kind: rank for rank, kind in enumerate(Difference)}


def _place(one: Item) -> tuple[int, int, str, int]:
    return _RANK[one.kind], one.insurer_id, one.claim_number, one.part_id or 0


def _item(group: _Group, found: Sequence[tuple[Difference, Text]], sums: tuple[int, int, int]) -> Item:
    own = group.own
    payee = (
        own.names[-1] if own and own.names else next((row.name for row in group.rows), "") or next((one.name for one in group.lines), "")
    )
    return Item(
        kind=found[0][0], reason=found[0][1], also=tuple(dict.fromkeys(kind for kind, _ in found[1:] if kind is not found[0][0])),
        insurer_id=group.insurer_id, claim_number=group.number, claim_id=group.claim_id, part_id=own.part_id if own else None,
        payout_id=own.payouts[-1] if own and own.payouts else None, payout_number=own.payout_number if own else "", payee=payee,
        ours_fen=sums[0], insurer_fen=sums[1], bank_fen=sums[2], ours_on=own.owed_on if own else None,
        rows=tuple(sorted(group.rows, key=_row_order)), lines=tuple(sorted(group.lines, key=_line_order)),
    )  # fmt: skip


# -- which row and which line belongs to which part ----------------------------------------------------------------------------


def _row_order(row: Listed) -> tuple[dt.date, int, str, str, int]:
    return row.paid_on, row.amount_fen, row.name, row.account, row.id


def _line_order(line: Banked) -> tuple[dt.date, int, str, str, int]:
    return line.booked_on, line.signed_fen, line.name, line.account, line.line_id


def _grouped(
    own: Iterable[Own], listed: Iterable[Listed], banked: Iterable[Banked], claims: Mapping[ClaimKey, int]
) -> list[_Group]:  # fmt: skip
    parts = sorted(own, key=lambda one: (one.owed_on or dt.date.max, one.part_id))
    groups = [_Group(one, one.insurer_id, one.claim_number, one.claim_id) for one in parts]
    by_token = {token: group for one, group in zip(parts, groups, strict=True) for token in one.tokens}
    by_payout = {payout: group for one, group in zip(parts, groups, strict=True) for payout in one.payouts}
    by_claim: dict[ClaimKey, list[_Group]] = defaultdict(list)
    for group in groups:
        by_claim[group.insurer_id, group.number].append(group)
    insurer_of = {group.number: group.insurer_id for group in groups} | {number: insurer for insurer, number in claims}
    unclear: dict[ClaimKey, tuple[list[Listed], list[Banked]]] = defaultdict(lambda: ([], []))
    for row in listed:
        key = row.insurer_id, row.claim_number or row.token
        named = by_token.get(row.token) if row.token else None
        if named is not None and named.insurer_id == row.insurer_id:
            named.rows.append(row)
        elif len(parts_named := by_claim.get(key, [])) == 1:
            parts_named[0].rows.append(row)
        else:
            unclear[key][0].append(row)
    for line in banked:
        paid = by_payout.get(line.payout_id) if line.payout_id is not None else None
        if paid is not None:
            paid.lines.append(line)
        elif line.claim_number in insurer_of:
            unclear[insurer_of[line.claim_number], line.claim_number][1].append(line)
    for key, (rows, lines) in unclear.items():
        mine = by_claim.get(key)
        if mine is None:
            mine = [_Group(None, *key, claims.get(key))]
            groups += mine
        for row, group in _shared_out(mine, [(one.amount_fen, one) for one in sorted(rows, key=_row_order)], rows=True):
            group.rows.append(row)
        for line, group in _shared_out(mine, [(one.signed_fen, one) for one in sorted(lines, key=_line_order)], rows=False):
            group.lines.append(line)
    return groups


def _shared_out(groups: Sequence[_Group], entries: Sequence[tuple[int, Entry]], *, rows: bool) -> list[tuple[Entry, _Group]]:
    """Entries that name a claim, not a part: to a part of their amount that has none yet, then to any of their amount (a second payment,
    or one taken back), then to the first part that has none, at last to the newest.
    """
    if len(groups) == 1:
        return [(entry, groups[0]) for _, entry in entries]
    free = [group for group in groups if not (group.rows if rows else group.lines)]
    given: list[tuple[Entry, _Group]] = []
    rest: list[tuple[int, Entry]] = []
    for fen, entry in entries:
        fitting = next((group for group in free if group.own is not None and group.own.amount_fen == fen), None)
        if fitting is None:
            rest.append((fen, entry))
        else:
            free.remove(fitting)
            given.append((entry, fitting))
    for fen, entry in rest:
        same = next((group for group in groups if group.own is not None and group.own.amount_fen == abs(fen)), None)
        group = same or (free.pop(0) if free else groups[-1])
        given.append((entry, group))
    return given


# -- what is the matter with an item -------------------------------------------------------------------------------------------


class _Judge:
    """Knows how far the books go and which day it is."""

    def __init__(self, reach: Reach, as_of: dt.date) -> None:
        self.reach, self.as_of = reach, as_of
        self._terms: dict[dt.date, dt.date] = {}

    def findings(self, group: _Group, ours: int, theirs: int, bank: int) -> list[tuple[Difference, Text]]:
        """Everything that is the matter, the class of the item first."""
        own = group.own
        if ours == theirs == bank and (own is None or own.returned_on is None):
            return _payee(group) if ours else []
        if back := _returned(group, ours, theirs, bank):
            return back + _payee(group)  # it says what the amounts differ by, and why a book has less
        found = _duplicate(group, ours, theirs, bank) or self._amount(group, ours, theirs, bank)
        return found + self._absent(group, ours, theirs, bank)

    def _term(self, day: dt.date) -> dt.date:
        if day not in self._terms:
            self._terms[day] = add_working_days(day, MATCH_WORKING_DAYS)
        return self._terms[day]

    def _due(self, group: _Group) -> dt.date | None:
        """By when the bank should have the payment; None: nobody has let it go yet and no term runs."""
        own = group.own
        if own is not None and own.released_on is not None:
            return self._term(own.released_on)
        paid_on = max((row.paid_on for row in group.rows), default=None)
        if paid_on is not None:
            return self._term(paid_on)
        return own.pay_due_on if own is not None else None

    def _bank_knows(self, group: _Group, day: dt.date) -> bool:
        until = self.reach.bank_until.get(group.insurer_id)
        return until is not None and day <= min(until, self.as_of)

    def _amount(self, group: _Group, ours: int, theirs: int, bank: int) -> list[tuple[Difference, Text]]:
        found: list[tuple[Difference, Text]] = []
        if ours and theirs and ours != theirs:
            told = t(
                "金额不同：我方账 {ours} 元，清单 {insurer} 元，相差 {gap} 元",
                ours=yuan(ours),
                insurer=yuan(theirs),
                gap=yuan(theirs - ours),
            )
            found.append((_D.AMOUNT, told))
        if ours and bank and ours != bank and not self._partly(group, ours, bank):
            told = t("金额不同：我方账 {ours} 元，银行 {bank} 元，相差 {gap} 元", ours=yuan(ours), bank=yuan(bank), gap=yuan(bank - ours))
            found.append((_D.AMOUNT, told))
        if not ours and theirs and bank and theirs != bank:
            told = t(
                "金额不同：清单 {insurer} 元，银行 {bank} 元，相差 {gap} 元", insurer=yuan(theirs), bank=yuan(bank), gap=yuan(bank - theirs)
            )
            found.append((_D.AMOUNT, told))
        return found

    def _partly(self, group: _Group, ours: int, bank: int) -> bool:
        """A part has arrived as the order awaits it, and the rest may still come."""
        due = self._due(group)
        return 0 < bank < ours and all(line.matched for line in group.lines) and not (due is not None and self._bank_knows(group, due))

    def _absent(self, group: _Group, ours: int, theirs: int, bank: int) -> list[tuple[Difference, Text]]:
        """MISSING, PAYEE and NOT_YET, in this order."""
        missing, waiting = self._lacking(group, ours, theirs, bank)
        has = _has(group, ours, theirs, bank)
        found: list[tuple[Difference, Text]] = []
        if missing:
            found.append((_D.MISSING, t("{has}；{lacks}应有而没有", has=has, lacks=missing)))
        found += _payee(group)
        if waiting:
            found.append((_D.NOT_YET, t("{has}；{lacks}", has=has, lacks=waiting)))
        return found

    def _lacking(self, group: _Group, ours: int, theirs: int, bank: int) -> tuple[list[Text], list[Text]]:
        """The books that should have the item and have it not, and those whose time has not come; each with why."""
        missing: list[Text] = []
        waiting: list[Text] = []
        if not ours:
            known = t("我方账（案件还没有达成协议的赔款）") if group.claim_id is not None else t("我方账（没有这个案件）")
            missing += [known] if theirs or bank else []
            return missing + self._unlisted(group, theirs, bank), waiting
        due = self._due(group)
        paid_on = max((line.booked_on for line in group.lines), default=None) if bank else due
        if not theirs:
            if paid_on is not None and paid_on <= self.as_of and self.reach.listed(group.insurer_id, paid_on):
                missing.append(t("清单（{day} 已在所交清单的期间内）", day=paid_on.isoformat()))
            elif bank or group.own is None or group.own.released_on is not None:
                waiting.append(t("清单还没有（付款日不在已交清单的期间内）"))
            else:
                waiting.append(t("清单还没有"))
        if bank < ours and (not bank or self._partly(group, ours, bank)):
            if due is not None and self._bank_knows(group, due):
                missing.append(t("银行（应在 {day} 前入账）", day=due.isoformat()))
            else:
                waiting.append(self._bank_waits(group, ours, bank, due))
        return missing, waiting

    def _unlisted(self, group: _Group, theirs: int, bank: int) -> list[Text]:
        """Of what we do not owe: the other book that should have it too."""
        if theirs and not bank:
            due = self._due(group)
            return [t("银行（应在 {day} 前入账）", day=due.isoformat())] if due is not None and self._bank_knows(group, due) else []
        if bank and not theirs and self.reach.listed(group.insurer_id, max(line.booked_on for line in group.lines)):
            return [t("清单（{day} 已在所交清单的期间内）", day=max(line.booked_on for line in group.lines).isoformat())]
        return []

    def _bank_waits(self, group: _Group, ours: int, bank: int, due: dt.date | None) -> Text:
        if bank:
            return t("银行已到 {part} 元，余 {rest} 元还没有", part=yuan(bank), rest=yuan(ours - bank))
        own = group.own
        if own is not None and own.released_on is None and not group.rows:
            return t("银行还没有（尚未放行付款）")
        until = self.reach.bank_until.get(group.insurer_id)
        if due is not None and due <= self.as_of:
            return t("银行还没有（对账单只到 {day}）", day=until.isoformat() if until else "—")
        return t("银行还没有（{day} 前入账即可）", day=due.isoformat() if due else "—")


def _returned(group: _Group, ours: int, theirs: int, bank: int) -> list[tuple[Difference, Text]]:
    back = [line for line in group.lines if line.signed_fen < 0]
    own = group.own
    day = max([line.booked_on for line in back] + ([own.returned_on] if own is not None and own.returned_on else []), default=None)
    if day is None or own is None:
        return []
    back_fen = -sum(line.signed_fen for line in back)
    if own.returned_on is not None or bank < ours:
        told = t(
            "{day} 退汇或冲正，尚未重新付到：我方账 {ours} 元，清单 {insurer} 元，银行净额 {bank} 元",
            day=day.isoformat(), ours=yuan(ours), insurer=yuan(theirs), bank=yuan(bank),
        )  # fmt: skip
        return [(_D.RETURNED, told)]
    if theirs - back_fen == ours and len(group.rows) > 1:
        told = t(
            "{day} 退汇后已重新支付，清单仍计入退回的一笔：清单 {insurer} 元，应为 {ours} 元",
            day=day.isoformat(),
            insurer=yuan(theirs),
            ours=yuan(ours),
        )
        return [(_D.RETURNED, told)]
    return []


def _duplicate(group: _Group, ours: int, theirs: int, bank: int) -> list[tuple[Difference, Text]]:
    found: list[tuple[Difference, Text]] = []
    times = _most([row.amount_fen for row in group.rows])
    if times > 1 and theirs > ours:
        found.append(
            (_D.DUPLICATE, t("清单列了 {n} 次，合计 {insurer} 元，我方账 {ours} 元", n=times, insurer=yuan(theirs), ours=yuan(ours)))
        )
    times = _most([line.signed_fen for line in group.lines])
    if times > 1 and bank > ours:
        found.append((_D.DUPLICATE, t("银行付了 {n} 次，净额 {bank} 元，我方账 {ours} 元", n=times, bank=yuan(bank), ours=yuan(ours))))
    return found


def _most(amounts: Sequence[int]) -> int:
    """How often the amount that comes most often comes, what was taken back taken off."""
    net: Counter[int] = Counter()
    for fen in amounts:
        net[abs(fen)] += 1 if fen > 0 else -1
    return max(net.values(), default=0)


def _payee(group: _Group) -> list[tuple[Difference, Text]]:
    """Another name or account than ours in the list or at the bank; what is left empty says nothing."""
    own = group.own
    if own is None or own.owed_on is None:
        return []
    names = {_key(name) for name in own.names}
    for book, entries in ((t("清单"), group.rows), (t("银行"), group.lines)):
        for one in entries:
            if one.name and names and _key(one.name) not in names:
                told = t("{book}的户名“{theirs}”与我方“{ours}”不同", book=book, theirs=one.name, ours=own.names[-1])
                return [(_D.PAYEE, told)]
            if one.account and own.account and one.account != own.account:
                told = t(
                    "{book}的收款账号（尾号 {theirs}）与我方（尾号 {ours}）不同", book=book, theirs=one.account_tail, ours=own.account_tail
                )
                return [(_D.PAYEE, told)]
    return []


def _has(group: _Group, ours: int, theirs: int, bank: int) -> list[Text]:
    """The books that have the item, each with its day and amount."""
    has = []
    if ours and group.own is not None and group.own.owed_on is not None:
        has.append(t("我方账 {day} 起应付 {fen} 元", day=group.own.owed_on.isoformat(), fen=yuan(ours)))
    if theirs:
        has.append(t("清单 {day} 付 {fen} 元", day=max(row.paid_on for row in group.rows).isoformat(), fen=yuan(theirs)))
    if bank:
        has.append(t("银行 {day} 付 {fen} 元", day=max(line.booked_on for line in group.lines).isoformat(), fen=yuan(bank)))
    return has
