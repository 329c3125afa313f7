"""A file without transaction numbers beside those read before: its lines get the keys of standing or of further ones, or it is refused."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.finance import store_overlap as store
from insurance.finance.model import Statement
from insurance.finance.rules_overlap import Overlap, part


async def told_apart(found: Statement, account_digest: bytes, overlap: Overlap | None) -> tuple[Statement, dict[str, Any]]:
    """The file as it is to be stored, and for the audit the person's word `overlap` with the days on which it decided.

    Raises Invalid (`overlap`), naming the days, where it cannot be known which lines stand already.
    """
    loose = [line for line in found.lines if not line.reference]
    if not loose:
        return found, {}
    standing = await store.standing(account_digest, [line.key for line in loose], sorted({line.booked_on for line in loose}))
    if not standing:
        return found, {}
    parted = await asyncio.to_thread(part, found, standing, overlap)
    if parted.earlier:
        raise Invalid.field(
            "overlap",
            t(
                "{days} 的余额在一天之内回到原处，先前导入的几份对账单在这一天重叠的流水可能不是同一笔。"
                "请导入带交易流水号的对账单，或同时含前一天和后一天的对账单；确认是同一笔的，请选“与已导入的流水重复”",
                days=_days(parted.earlier),
            ),
        )
    if parted.doubtful:
        raise Invalid.field(
            "overlap",
            t(
                "{days} 的流水没有交易流水号，不能判断与已导入的流水是否同一笔。"
                "请选择“与已导入的流水重复”或“是另外的流水”，或改用带交易流水号的对账单",
                days=_days(parted.doubtful),
            ),
        )
    await store.mark_shown_again(parted.met)
    days = [day.isoformat() for day in parted.decided]
    return parted.found, {"overlap": overlap, "overlap_days": days} if days else {}


def _days(days: list[date]) -> str:
    return "、".join(day.isoformat() for day in days)
