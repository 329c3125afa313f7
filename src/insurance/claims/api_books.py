"""JSON: insurers' payment lists, and the three books with every difference."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_day, asked_number
from insurance.access.uploads import once_uploaded, read_upload, require_key
from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import t
from insurance.claims import actions_books as actions
from insurance.claims.model_books import Difference, InsurerListView, ListPeriod, ListRowView, Withdrawing
from insurance.claims.views_books import BookItem, BookSums, item_view, sums_views

JSON = "application/json"
_UPLOADED = ("from_on", "until_on", "insurer")
_PAGE = {"limit": "1…200, usually 50", "cursor": "next_cursor of the page before"}


class InsurerListPage(msgspec.Struct):
    """A page of lists, newest first."""

    items: list[InsurerListView]
    next_cursor: str | None


class InsurerListRows(msgspec.Struct):
    """A list with a page of its rows in file order."""

    insurer_list: InsurerListView
    items: list[ListRowView]
    next_cursor: str | None


class Books(msgspec.Struct):
    """The three books as of a day: the sums of what agrees, of every class and of all, and a page of the differences."""

    as_of: dt.date
    sums: list[BookSums]
    items: list[BookItem]
    next_cursor: str | None


def stated(fields: dict[str, str]) -> ListPeriod:
    """What an upload says beside its file. Raises Invalid by field."""
    faults = [FieldFault(name, t("请填写")) for name in ("from_on", "until_on") if name not in fields]
    if faults:
        raise Invalid(t("请填写清单的期间"), faults)
    days: dict[str, dt.date] = {}
    for name in ("from_on", "until_on"):
        try:
            days[name] = dt.date.fromisoformat(fields[name])
        except ValueError:
            raise Invalid.field(name, t("请填真实的日期，例如 2019-08-30")) from None
    return ListPeriod(**days, insurer=fields.get("insurer", ""))


@post(
    "/insurer-lists", guards=[needs("insurer-list.write")], status_code=201,
    opt={"form": ["file", *_UPLOADED], "answers": InsurerListView},
)  # fmt: skip
async def read_list(request: Req) -> Response[bytes]:
    """Take in an insurer's list of payments (Excel or CSV) of the days `from_on` to `until_on`; finance says whose (`insurer`)."""
    require_key(request)
    upload = await read_upload(request, _UPLOADED)
    given = stated(upload.fields)
    return await once_uploaded(
        request, upload, lambda: actions.read_file(upload.content, upload.name, given, actor=request.user), status=201,
        location=lambda made: f"/api/v1/insurer-lists/{made.id}",
    )  # fmt: skip


@get(
    "/insurer-lists", guards=[needs("books.read")], opt={"answers": InsurerListPage, "query": {"insurer": "id or code", **_PAGE}}
)  # fmt: skip
async def list_lists(request: Req) -> Response[bytes]:
    """Lists of the scope, newest first, withdrawn ones too."""
    actor, limit = request.user, asked_number(request, "limit", 50, 200) or 50
    insurer = await actions.insurer_named(request.query_params.get("insurer", ""), actor=actor)
    items = await actions.lists(actor=actor, insurer_id=insurer, before=asked_number(request, "cursor", None, 2**62), limit=limit)
    more = str(items[-1].id) if len(items) == limit else None
    return Response(msgspec.json.encode(InsurerListPage(items, more)), media_type=JSON)


@get("/insurer-lists/{insurer_list_id:int}", guards=[needs("books.read")], opt={"answers": InsurerListRows, "query": _PAGE})
async def one_list(request: Req, insurer_list_id: Id) -> Response[bytes]:
    """One list with its rows."""
    limit = asked_number(request, "limit", 50, 200) or 50
    after = asked_number(request, "cursor", 0, 2**31 - 1) or 0
    head, rows = await actions.one_list(insurer_list_id, actor=request.user, after=after, limit=limit)
    more = str(rows[-1].ordinal) if len(rows) == limit else None
    return Response(msgspec.json.encode(InsurerListRows(head, rows, more)), media_type=JSON)


@post(
    "/insurer-lists/{insurer_list_id:int}/withdrawal", guards=[needs("insurer-list.write")], status_code=200,
    opt=takes(Withdrawing, {"version": 1, "reason": "导出时选错了月份"}, InsurerListView),
)  # fmt: skip
async def withdraw_list(request: Req, insurer_list_id: Id) -> Response[bytes]:
    """Take a list back: it stays on record, its rows count no longer."""
    given = await read_json(request, Withdrawing)
    return await once(request, lambda: actions.withdraw(insurer_list_id, given, actor=request.user))


@get(
    "/books", guards=[needs("books.read")],
    opt={"answers": Books, "query": {"insurer": "id or code, usually all of the scope", "as_of": "a day, usually today",
                                     "kind": "a class of differences", **_PAGE}},
)  # fmt: skip
async def books(request: Req) -> Response[bytes]:
    """Our claim parts, the insurers' lists and the bank side by side: every difference once, in its class and with its reason."""
    actor, limit, kind = request.user, asked_number(request, "limit", 50, 200) or 50, request.query_params.get("kind")
    if kind is not None and kind not in Difference.__members__:
        raise Invalid.field("kind", t("没有这种差异"))
    insurer, as_of = await actions.insurer_named(request.query_params.get("insurer", ""), actor=actor), asked_day(request, "as_of")
    begin = asked_number(request, "cursor", 0, 2**31 - 1) or 0
    found = await actions.comparison(actor=actor, insurer_id=insurer, as_of=as_of)
    every = [one for one in found.items if kind is None or one.kind == kind]
    items = [item_view(one, actor) for one in every[begin : begin + limit]]
    more = str(begin + limit) if len(every) > begin + limit else None
    return Response(msgspec.json.encode(Books(as_of or actor.on, sums_views(found), items, more)), media_type=JSON)


handlers = [read_list, list_lists, one_list, withdraw_list, books]
