"""Filter, order and page of a list, read from its address: any view can be bookmarked, sent and exported as seen.

Pages are found by key (the order columns of the last row), never by counting rows off, so page 900 costs what page 1
does. The cursor is opaque to readers; one that does not decode for this very order is refused with 422.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

import msgspec

from insurance.base.errors import Invalid
from insurance.base.text import t

KeyPart = str | int | date | datetime | None
LIMITS = (20, 50, 100, 200)
_LONGEST_Q = 100
_LONGEST_PART = 300
_BIGINT = 2**63
_RESERVED = ("q", "sort", "limit", "cursor")


class Pages(msgspec.Struct, frozen=True):
    """Where a list stands: rows shown and the ways on. `total` None = not counted."""

    shown: int
    first_row: int
    last_row: int
    total: int | None
    first_href: str
    next_href: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One list as its address describes it; `after` is the key of the last row already seen, `before` how many were."""

    path: str
    sort: str
    descending: bool
    q: str = ""
    filters: dict[str, list[str]] = {}
    limit: int = 50
    after: tuple[KeyPart, ...] | None = None
    before: int = 0
    usual_sort: str = ""
    usual_limit: int = 50

    @property
    def narrowed(self) -> bool:
        """Whether any filter or search is on."""
        return bool(self.q or self.filters)

    @property
    def order(self) -> str:
        """The order as the address writes it: `net`, or `-net` for descending."""
        return f"-{self.sort}" if self.descending else self.sort

    def chosen(self, name: str) -> str | None:
        """The one value of a filter, or None."""
        return next(iter(self.filters.get(name, ())), None)

    def _query(self, *, order: str | None = None, paged: bool = True, searched: bool = True) -> list[tuple[str, str]]:
        order = self.order if order is None else order
        pairs = [("q", self.q)] if searched and self.q else []
        pairs += [(name, value) for name, values in self.filters.items() if searched for value in values]
        pairs += [("sort", order)] if order != self.usual_sort else []
        return pairs + ([("limit", str(self.limit))] if paged and self.limit != self.usual_limit else [])

    def _href(self, pairs: list[tuple[str, str]]) -> str:
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def direction(self, key: str) -> str:
        """`aria-sort` of a column head."""
        return "none" if key != self.sort else "descending" if self.descending else "ascending"

    def sort_href(self, key: str) -> str:
        """The list by another column; the same column again turns the order round."""
        return self._href(self._query(order=f"-{key}" if key == self.sort and not self.descending else key))

    def without(self, name: str, value: str | None = None) -> str:
        """The list with one filter (or one value of it, or the search `q`) taken off."""
        if name == "q":
            return msgspec.structs.replace(self, q="").first_href
        left = {k: [v for v in vs if k != name or value not in (None, v)] for k, vs in self.filters.items()}
        return msgspec.structs.replace(self, filters={k: vs for k, vs in left.items() if vs}).first_href

    @property
    def first_href(self) -> str:
        """The first page of this view."""
        return self._href(self._query())

    @property
    def cleared_href(self) -> str:
        """The list with no filter and no search, in the same order."""
        return self._href(self._query(searched=False))

    def export_href(self, path: str) -> str:
        """`path` with the parameters that give the same rows in the same order, all pages of them."""
        return msgspec.structs.replace(self, path=path)._href(self._query(paged=False))  # noqa: SLF001 own class

    def kept(self) -> list[tuple[str, str]]:
        """What the filter form must carry along as hidden fields: the order and the page size."""
        return self._query(searched=False)

    def next_href(self, last: Sequence[KeyPart], shown: int) -> str:
        """The page after the row whose key is `last`."""
        return self._href([*self._query(), ("cursor", self.cursor(last, shown))])

    def cursor(self, last: Sequence[KeyPart], shown: int) -> str:
        """The cursor that continues after the row whose key is `last`."""
        return encode_cursor(self.order, self.before + shown, last)

    def pages(self, shown: int, last: Sequence[KeyPart] | None, total: int | None = None) -> Pages:
        """The pager of this page: `shown` rows, and the key of the last one if more follow (None = the end)."""
        return Pages(
            shown=shown,
            first_row=self.before + 1,
            last_row=self.before + shown,
            total=total,
            first_href=self.first_href if self.after is not None else "",
            next_href="" if last is None else self.next_href(last, shown),
        )


def read_listing(
    path: str,
    query: Iterable[tuple[str, str]],
    *,
    sorts: Mapping[str, tuple[type, ...]],
    usual_sort: str,
    filters: Mapping[str, Collection[str] | None] | None = None,
    usual_limit: int = 50,
) -> Listing:
    """The list that the address asks for.

    `sorts`: allowed order → types of its key columns, the last one unique (`{"net": (int, int)}`); `usual_sort` with a
    leading `-` for descending; `filters`: allowed name → allowed values, None = any text. Other parameters are left
    alone (language, view). Raises Invalid (422) for an order, value, limit or cursor that is not allowed.
    """
    allowed = filters or {}
    given: dict[str, list[str]] = {}
    for name, value in query:
        if (name in _RESERVED or name in allowed) and value.strip():
            given.setdefault(name, []).append(_safe(name, value.strip()))
    order = given.get("sort", [usual_sort])[0]
    sort, descending = order.removeprefix("-"), order.startswith("-")
    if sort not in sorts:
        raise Invalid.field("sort", t("不能按这一列排序"))
    chosen = {name: list(dict.fromkeys(given[name])) for name in allowed if name in given}
    for name, values in chosen.items():
        permitted = allowed[name]
        if permitted is not None and not set(values) <= set(permitted):
            raise Invalid.field(name, t("没有这个筛选值"))
    before, after = 0, None
    if "cursor" in given:
        before, after = decode_cursor(given["cursor"][0], order, sorts[sort])
    return Listing(
        path=path,
        q=given.get("q", [""])[0],
        sort=sort,
        descending=descending,
        filters=chosen,
        limit=_limit(given.get("limit", [str(usual_limit)])[0]),
        after=after,
        before=before,
        usual_sort=usual_sort,
        usual_limit=usual_limit,
    )


def _safe(name: str, value: str) -> str:
    if "\x00" in value or len(value) > (_LONGEST_Q if name != "cursor" else 4 * _LONGEST_PART):
        raise Invalid.field(name, t("查询条件过长或含有不能使用的字符"))
    return value


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LIMITS[-1]):
        raise Invalid.field("limit", t("每页行数应为 1–{most}", most=LIMITS[-1]))
    return int(text)


def encode_cursor(order: str, before: int, last: Sequence[KeyPart]) -> str:
    """The opaque form of: the order, how many rows were seen, and the key of the last one."""
    return base64.urlsafe_b64encode(msgspec.json.encode([order, before, *last])).decode().rstrip("=")


def decode_cursor(text: str, order: str, types: tuple[type, ...]) -> tuple[int, tuple[KeyPart, ...]]:
    """How many rows were seen and the key of the last; anything but a cursor of this order raises Invalid (422)."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        made_for, before, *last = msgspec.json.decode(raw, type=list[msgspec.Raw])
        seen = msgspec.json.decode(before, type=int)
        if msgspec.json.decode(made_for, type=str) != order or len(last) != len(types) or not 0 <= seen < _BIGINT:
            raise _not_a_cursor()
        key = tuple(_part(part, kind) for part, kind in zip(last, types, strict=True))
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise _not_a_cursor() from error
    return seen, key


def _part(raw: msgspec.Raw, kind: type) -> KeyPart:
    """One key column, held to what the database can take."""
    part: KeyPart = msgspec.json.decode(raw, type=kind | None)
    if isinstance(part, int) and not -_BIGINT <= part < _BIGINT:
        raise _not_a_cursor()
    if isinstance(part, str) and ("\x00" in part or len(part) > _LONGEST_PART):
        raise _not_a_cursor()
    return part


def _not_a_cursor() -> Invalid:
    return Invalid.field("cursor", t("翻页位置不对，请从第一页重新翻"))
