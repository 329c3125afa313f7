"""The three books as rows: a part that all three agree on, and what a list or a bank would say of it; a list as an insurer's file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.claims.model_books import Banked, Comparison, Listed, Own, Reach
from insurance.claims.rules_books import compare

AS_OF = date(2019, 8, 30)
OWED, RELEASED, PAID, BOOKED = date(2019, 7, 1), date(2019, 7, 3), date(2019, 7, 4), date(2019, 7, 4)
INSURER = 1
NAME, ACCOUNT = "石门村股份经济合作社", "a1"
JULY = (date(2019, 7, 1), date(2019, 7, 31))
REACH = Reach({INSURER: (JULY,)}, {INSURER: date(2019, 7, 31)})


def own(part: int = 1, amount_fen: int = 400_00, **more: Any) -> Own:
    """A part that was agreed, released and not returned; each part is a claim of its own unless it says otherwise."""
    usual: dict[str, Any] = {
        "part_id": part, "claim_id": part + 1000, "claim_number": f"LA2019-{part:07d}", "insurer_id": INSURER, "amount_fen": amount_fen,
        "owed_on": OWED, "names": (NAME,), "account": ACCOUNT, "account_tail": "0000", "payouts": (part,), "tokens": (f"SB{part:012d}",),
        "payout_number": f"FK2019-{part:06d}", "released_on": RELEASED,
    }  # fmt: skip
    return Own(**(usual | more))


def listed(of: Own, row: int = 0, **more: Any) -> Listed:
    """A row of a list that says of the part what we say."""
    usual: dict[str, Any] = {
        "id": row or of.part_id, "list_id": 1, "insurer_id": of.insurer_id, "place": str(row or of.part_id), "claim_number": of.claim_number,
        "token": "", "name": NAME, "account": ACCOUNT, "account_tail": "0000", "amount_fen": of.amount_fen, "paid_on": PAID,
    }  # fmt: skip
    return Listed(**(usual | more))


def banked(of: Own, line: int = 0, **more: Any) -> Banked:
    """A bank line matched with the part's order."""
    usual: dict[str, Any] = {
        "line_id": line or of.part_id, "statement_id": 1, "payout_id": of.payouts[-1] if of.payouts else None, "claim_number": "",
        "signed_fen": of.amount_fen, "booked_on": BOOKED, "name": NAME, "account": ACCOUNT, "account_tail": "0000", "matched": True,
    }  # fmt: skip
    return Banked(**(usual | more))


class Triple(msgspec.Struct):
    """What each book has of one part."""

    own: Own | None
    rows: list[Listed]
    lines: list[Banked]


def agreeing(part: int = 1, amount_fen: int = 400_00, **more: Any) -> Triple:
    """All three agree."""
    ours = own(part, amount_fen, **more)
    return Triple(ours, [listed(ours)], [banked(ours)])


def compared(
    triples: Sequence[Triple], *, reach: Reach = REACH, as_of: date = AS_OF, claims: dict[tuple[int, str], int] | None = None
) -> Comparison:
    """The rule over the triples."""
    ours = [one.own for one in triples if one.own is not None]
    known = {(one.insurer_id, one.claim_number): one.claim_id for one in ours} if claims is None else claims
    return compare(
        ours, [row for one in triples for row in one.rows], [line for one in triples for line in one.lines], known, reach, as_of
    )  # fmt: skip


HEADS = ("序号", "赔案号", "被保险人", "收款账号", "支付金额（元）", "支付日期", "备注")


def list_file(rows: Sequence[Sequence[Any]], *, heads: Sequence[str] = HEADS, total: Any = None, encoding: str = "gb18030") -> bytes:
    """A list as CSV: a title, the heading, numbered rows (claim number, name, account, amount in fen, day, remark), the sum."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["示范财产保险甲公司赔款支付清单"])
    write.writerow(heads)
    fen = 0
    for number, (claim, name, account, amount, day, remark) in enumerate(rows, 1):
        fen += amount if isinstance(amount, int) else 0
        written = f"{amount // 100:,}.{amount % 100:02d}" if isinstance(amount, int) else amount
        write.writerow([number, claim, name, account, written, day, remark])
    said = f"{fen // 100:,}.{fen % 100:02d}" if total is None else total
    if said:
        write.writerow(["合计", "", "", "", said, "", ""])
    write.writerow(["制表：王某", "", "", "", "", "", ""])
    return out.getvalue().encode(encoding)
