"""What routes read from an address: days, whole numbers, page sizes, cursors."""

from __future__ import annotations

from datetime import date

from insurance.access.http import Req
from insurance.base.errors import Invalid
from insurance.base.text import t

_MOST = 200


def asked_day(request: Req, name: str) -> date | None:
    """A day of the address, YYYY-MM-DD; None when it is not asked. Raises Invalid."""
    return day_of(request.query_params.get(name), name)


def asked_whole(request: Req, name: str) -> int | None:
    """A number from 1 on of the address; None when it is not asked. Raises Invalid."""
    text = request.query_params.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise Invalid.field(name, t("请填整数，例如 12"))
    return int(text)


def day_of(text: str | None, name: str) -> date | None:
    """A day as programs write it. Raises Invalid for anything else, also for days no register knows."""
    if not text:
        return None
    try:
        if len(text) == 10 and text.isascii() and 1949 <= (day := date.fromisoformat(text)).year <= 2199:
            return day
    except ValueError:
        pass
    raise Invalid.field(name, t("请填真实的日期，例如 2019-08-30"))


def asked_page(request: Req) -> tuple[int | None, int]:
    """(the id before which the page begins, how many). Raises Invalid."""
    limit, cursor = request.query_params.get("limit", "50"), request.query_params.get("cursor")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 6 and 1 <= int(limit) <= _MOST):
        raise Invalid.field("limit", t("每页行数应为 1–{most}", most=_MOST))
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid.field("cursor", t("翻页位置不对，请从第一页重新翻"))
    return (int(cursor) if cursor else None), int(limit)


def asked_number(request: Req, name: str, usual: int | None, most: int) -> int | None:
    """A whole number 1…most of the query, or the usual one. Raises Invalid by its name."""
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 19 and 1 <= int(text) <= most):
        raise Invalid.field(name, t("1 至 {most} 的整数", most=most))
    return int(text)
