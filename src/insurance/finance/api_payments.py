"""JSON: paying accounts, payment files and their two forms."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import asked_number
from insurance.access.uploads import handed_out
from insurance.finance import actions_files as actions
from insurance.finance.model_payments import AccountEntry, FileWish, PayingAccountView, PaymentFileView

JSON = "application/json"
MEDIA = {"message": ("application/xml", "xml"), "workbook": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")}


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version was read."""

    version: int


class Void(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version was read, and why the file is void."""

    version: int
    reason: str


class PayingAccounts(msgspec.Struct):
    """All paying accounts."""

    items: list[PayingAccountView]
    next_cursor: str | None = None


class PaymentFiles(msgspec.Struct):
    """A page of payment files."""

    items: list[PaymentFileView]
    next_cursor: str | None


@get("/paying-accounts", guards=[needs("payment-file.read")], opt={"answers": PayingAccounts})
async def list_accounts(request: Req) -> Response[bytes]:
    """Accounts money is paid from: the insurers' (DIRECT) and the programme's own (AGENT)."""
    return Response(msgspec.json.encode(PayingAccounts(await actions.paying_accounts(actor=request.user))), media_type=JSON)


_ACCOUNT = {
    "holder_name": "枣庄市双保险赔付专户", "bank_name": "示范银行枣庄分行", "bank_code": "102454000019",
    "account_number": "1605000000000000001",
}  # fmt: skip


@post(
    "/paying-accounts", guards=[needs("paying-account.enter")], status_code=201, opt=takes(AccountEntry, _ACCOUNT, PayingAccountView)
)  # fmt: skip
async def enter_account(request: Req) -> Response[bytes]:
    """Enter an account; it may be paid from once another person has agreed."""
    given = await read_json(request, AccountEntry)
    return await once(
        request,
        lambda: actions.enter_account(given, actor=request.user),
        status=201,
        location=lambda made: f"/api/v1/paying-accounts/{made.id}",
    )


@get("/paying-accounts/{paying_account_id:int}", guards=[needs("payment-file.read")], opt={"answers": PayingAccountView})
async def one_account(request: Req, paying_account_id: Id) -> Response[bytes]:
    """One account."""
    return Response(msgspec.json.encode(await actions.paying_account(paying_account_id, actor=request.user)), media_type=JSON)


@post(
    "/paying-accounts/{paying_account_id:int}/approval", guards=[needs("paying-account.approve")], status_code=200,
    opt=takes(Agreed, {"version": 1}, PayingAccountView),
)  # fmt: skip
async def approve_account(request: Req, paying_account_id: Id) -> Response[bytes]:
    """The second person agrees to an account."""
    given = await read_json(request, Agreed)
    return await once(request, lambda: actions.approve_account(paying_account_id, given.version, actor=request.user))


@get(
    "/payment-files",
    guards=[needs("payment-file.read")],
    opt={"answers": PaymentFiles, "query": {"limit": "1…200", "cursor": "next_cursor"}},
)
async def list_files(request: Req) -> Response[bytes]:
    """Payment files, newest first."""
    limit = asked_number(request, "limit", 50, 200) or 50
    items = await actions.payment_files(actor=request.user, before=asked_number(request, "cursor", None, 2**62), limit=limit)
    more = str(items[-1].id) if len(items) == limit else None
    return Response(msgspec.json.encode(PaymentFiles(items, more)), media_type=JSON)


@post(
    "/payment-files", guards=[needs("payment-file.make")], status_code=201,
    opt=takes(FileWish, {"paying_account_id": 1, "payout_ids": [12, 13], "execution_on": "2019-09-02"}, PaymentFileView),
)  # fmt: skip
async def make_file(request: Req) -> Response[bytes]:
    """Put released orders of an account into a file for the bank; without ids all that wait."""
    given = await read_json(request, FileWish)
    return await once(
        request, lambda: actions.make_file(given, actor=request.user), status=201, location=lambda made: f"/api/v1/payment-files/{made.id}"
    )  # fmt: skip


@get("/payment-files/{file_id:int}", guards=[needs("payment-file.read")], opt={"answers": PaymentFileView})
async def one_file(request: Req, file_id: Id) -> Response[bytes]:
    """One payment file."""
    return Response(msgspec.json.encode(await actions.payment_file(file_id, actor=request.user)), media_type=JSON)


def file_contents(prefix: str) -> list[HTTPRouteHandler]:
    """The routes of a file's two forms: `message` (pain.001.001.09), `workbook` (the bank's Excel list). The same bytes each time."""

    def route(form: str) -> HTTPRouteHandler:
        media, ending = MEDIA[form]

        async def fetch(request: Req, file_id: Id) -> Response[bytes]:
            number, content = await actions.content(file_id, form, actor=request.user)
            return handed_out(content, f"{number}.{ending}", media)

        fetch.__doc__ = f"The payment file as {ending}: the same bytes each time."
        fetch.__name__ = f"payment_file_{form}"
        return get(f"{prefix}/{{file_id:int}}/{form}", guards=[needs("payment-file.fetch")])(fetch)

    return [route(form) for form in MEDIA]


@post(
    "/payment-files/{file_id:int}/cancellation", guards=[needs("payment-file.make")], status_code=200,
    opt=takes(Void, {"version": 1, "reason": "银行退回，改用表格"}, PaymentFileView),
)  # fmt: skip
async def cancel_file(request: Req, file_id: Id) -> Response[bytes]:
    """The file is void; its orders wait for another."""
    given = await read_json(request, Void)
    return await once(request, lambda: actions.cancel_file(file_id, given.version, given.reason, actor=request.user))


handlers = [
    list_accounts, enter_account, one_account, approve_account, list_files, make_file, one_file,
    *file_contents("/payment-files"), cancel_file,
]  # fmt: skip
