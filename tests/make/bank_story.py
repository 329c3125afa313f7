"""A bank's story of some orders with known truth: what each line pays, which bucket it belongs to, how each order ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from insurance.finance.rules import make_token

FIRST = dt.date(2019, 8, 19)  # a Monday; orders of a week, lines until the 29th
PROGRAMME, INSURER = "1605000000000000001", "1610020009200012345"
VILLAGES = tuple((f"第{n}村股份经济合作社", f"62220200000000001{n:02d}") for n in range(5))
FEES_FEN = (200, 500, 1_050)
INSURER_NAME = "保险公司甲"


class Wish(NamedTuple):
    """An order to be made: on which day, of how much, to which village, from the programme's account or the insurer's, released or not."""

    on: dt.date
    amount_fen: int
    village: int
    agent: bool
    fate: str


class Order(NamedTuple):
    """The order that was made of a wish."""

    token: str
    wish: Wish


class Line(NamedTuple):
    """One movement at the bank, and the truth about it: the tokens it pays, the buckets it may stand in.

    `fen` is signed from the account's owner; a pair is named by the reference of its other half.
    """

    account: str
    on: dt.date
    fen: int
    name: str
    number: str
    said: str
    buckets: frozenset[str]
    pays: frozenset[str] = frozenset()
    end_to_end: str = ""
    return_code: str = ""
    kind: str = ""
    reference: str = ""


class Story(NamedTuple):
    """All lines by account, oldest first, and which states each order may end in."""

    lines: dict[str, list[Line]]
    ends: dict[str, frozenset[str]]


FATES = (
    "token", "token", "token", "end to end", "silent", "silent", "twice", "twice, silent", "returned", "returned, silent", "reversed",
    "short", "over", "parts", "batch", "fee", "other name", "two names", "both sides", "received", "not released", "never",
)  # fmt: skip
_SETTLED, _RELEASED, _ORDERED = frozenset({"SETTLED"}), frozenset({"RELEASED"}), frozenset({"ORDERED"})
_EITHER = _SETTLED | _RELEASED


def wishes(draw: Random, count: int) -> list[Wish]:
    """Orders of a week; now and then one with a twin of the same day, payee and amount."""
    found: list[Wish] = []
    while len(found) < count:
        one = Wish(
            FIRST + dt.timedelta(days=draw.randrange(5)), draw.randrange(1_000_00, 90_000_00), draw.randrange(len(VILLAGES)),
            draw.random() < 0.5, draw.choice(FATES),
        )  # fmt: skip
        found.append(one)
        if draw.random() < 0.25:
            found.append(one._replace(fate=draw.choice(("token", "silent", "twice", "never", "not released"))))
    return found


def told(draw: Random, orders: Sequence[Order]) -> Story:
    """What the bank says of the orders, and of others."""
    lines: list[Line] = []
    ends: dict[str, frozenset[str]] = {}
    batched: dict[tuple[int, bool], list[Order]] = {}
    for order in orders:
        if order.wish.fate == "batch":
            batched.setdefault((order.wish.village, order.wish.agent), []).append(order)
            ends[order.token] = _RELEASED
            continue
        made, ends[order.token] = _WAYS[order.wish.fate](draw, order)
        lines += made
    for many in batched.values():
        lines += [_together(many)] if len(many) > 1 else []
    lines += _strangers(draw)
    by_account: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda one: one.on):  # of one day in the order they were told: a return follows its payment
        by_account.setdefault(line.account, []).append(line)
    for number, account in enumerate(sorted(by_account)):
        by_account[account] = [one._replace(reference=f"{number}LS{place:05d}") for place, one in enumerate(by_account[account])]
    return Story(by_account, ends)


def _paid(draw: Random, order: Order, **known: Any) -> Line:
    wish = order.wish
    name, number = VILLAGES[wish.village]
    account = PROGRAMME if wish.agent else INSURER
    on = wish.on + dt.timedelta(days=draw.randrange(3))
    plain = Line(
        account, on, -wish.amount_fen, name, number, f"{order.token[:5]} {order.token[5:]} 赔款", frozenset({"MATCHED"}),
        frozenset({order.token}),
    )  # fmt: skip
    return plain._replace(**known)


def _silent(draw: Random, order: Order) -> Line:
    """No token: its account, name and amount must do, and a twin leaves it in doubt."""
    return _paid(draw, order, said="赔款", buckets=frozenset({"MATCHED", "AMBIGUOUS"}))


def _later(draw: Random, line: Line) -> dt.date:
    return line.on + dt.timedelta(days=draw.randrange(3))


def _twice(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    first = _paid(draw, order)
    return [first, first._replace(on=first.on + dt.timedelta(days=1), buckets=frozenset({"DUPLICATE"}))], _SETTLED


def _twice_silent(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    first = _silent(draw, order)
    second = first._replace(on=first.on + dt.timedelta(days=1), buckets=frozenset({"DUPLICATE", "AMBIGUOUS"}))
    return [first, second], _EITHER


def _returned(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    paid = _paid(draw, order)
    back = paid._replace(
        on=_later(draw, paid), fen=-paid.fen, said=f"退汇 {paid.said}", buckets=frozenset({"RETURNED"}), return_code="AC04"
    )
    return [paid, back], _SETTLED


def _returned_silent(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    paid = _paid(draw, order)
    back = paid._replace(on=_later(draw, paid), fen=-paid.fen, said="退汇 账户已销户", buckets=frozenset({"RETURNED"}))
    return [paid, back], _SETTLED


def _reversed(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    paid = _paid(draw, order)
    return [paid, paid._replace(fen=-paid.fen, said=f"冲正 {order.token}", buckets=frozenset({"REVERSAL"}))], _SETTLED


def _off(by_fen: int, bucket: str) -> Callable[[Random, Order], tuple[list[Line], frozenset[str]]]:
    def way(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
        return [_paid(draw, order, fen=-order.wish.amount_fen - by_fen, buckets=frozenset({bucket}))], _RELEASED

    return way


def _parts(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    cut = draw.randrange(1_00, order.wish.amount_fen - 1_00)
    paid = _paid(draw, order, said="赔款", buckets=frozenset({"SUGGESTED", "UNKNOWN"}))
    return [paid._replace(fen=-fen, on=_later(draw, paid)) for fen in (cut, order.wish.amount_fen - cut)], _RELEASED


def _together(many: list[Order]) -> Line:
    wish = max((one.wish for one in many), key=lambda one: one.on)
    name, number = VILLAGES[wish.village]
    total = sum(one.wish.amount_fen for one in many)
    return Line(
        PROGRAMME if wish.agent else INSURER, wish.on, -total, name, number, "批量代付", frozenset({"SUGGESTED", "UNKNOWN"}),
        frozenset(one.token for one in many),
    )  # fmt: skip


def _fee(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    fen = order.wish.amount_fen + draw.choice(FEES_FEN)
    return [_paid(draw, order, said="赔款", fen=-fen, buckets=frozenset({"SUGGESTED", "UNKNOWN"}))], _RELEASED


def _other_name(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    return [_paid(draw, order, said="赔款", name="某某村委会", buckets=frozenset({"SUGGESTED", "AMBIGUOUS"}))], _RELEASED


def _two_names(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    """To a wrong account first, then rightly: the certain line gets the order, the other is a second payment."""
    wrong = _paid(draw, order, number="6222020000000009999", buckets=frozenset({"DUPLICATE"}))
    return [wrong, _paid(draw, order, on=wrong.on)], _SETTLED


def _both_sides(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    paid = _paid(draw, order)
    return [paid, _receipt(paid, on=_later(draw, paid), buckets=frozenset({"OTHER_SIDE"}))], _SETTLED


def _received(draw: Random, order: Order) -> tuple[list[Line], frozenset[str]]:
    """Only the payee's own statement shows it."""
    return [_receipt(_paid(draw, order))], _SETTLED


def _receipt(paid: Line, **known: Any) -> Line:
    return paid._replace(account=paid.number, name="付款专户", number=paid.account, fen=-paid.fen, **known)


def _strangers(draw: Random) -> list[Line]:
    """What has nothing to do with any order."""
    day = FIRST + dt.timedelta(days=draw.randrange(9))
    plain = Line(PROGRAMME, day, 0, "不相干单位", "6228480000000000001", "往来款", frozenset({"UNKNOWN"}))
    amount = draw.randrange(1_000_00, 90_000_00)
    found = [
        plain._replace(fen=amount),
        plain._replace(fen=-amount),
        plain._replace(fen=amount + 7, name=INSURER_NAME, said="赔款拨付", buckets=frozenset({"PAID_IN"})),
        plain._replace(fen=-1_50, name="", number="", said="汇划手续费", buckets=frozenset({"FEE"})),
        plain._replace(fen=-amount - 9, said=f"{make_token(day, 99_000 + draw.randrange(900))} 赔款"),
        plain._replace(account=INSURER, fen=-amount - 11),
    ]
    return draw.sample(found, draw.randrange(2, len(found) + 1))


_WAYS: dict[str, Callable[[Random, Order], tuple[list[Line], frozenset[str]]]] = {
    "token": lambda draw, order: ([_paid(draw, order)], _SETTLED),
    "end to end": lambda draw, order: ([_silent(draw, order)._replace(end_to_end=order.token)], _EITHER),  # a list does not print the id
    "silent": lambda draw, order: ([_silent(draw, order)], _EITHER),
    "twice": _twice,
    "twice, silent": _twice_silent,
    "returned": _returned,
    "returned, silent": _returned_silent,
    "reversed": _reversed,
    "short": _off(-1, "SHORT"),
    "over": _off(1, "OVER"),
    "parts": _parts,
    "fee": _fee,
    "other name": _other_name,
    "two names": _two_names,
    "both sides": _both_sides,
    "received": _received,
    "not released": lambda draw, order: ([_paid(draw, order, buckets=frozenset({"NOT_OPEN"}))], _ORDERED),
    "never": lambda _, __: ([], _RELEASED),
}
