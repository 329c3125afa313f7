"""Pages of payment files and of the accounts they are paid from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, submit, typed
from insurance.base.errors import InsuranceError, Invalid, Refused
from insurance.finance import actions_files as actions
from insurance.finance.api_payments import file_contents
from insurance.finance.model_payments import AccountEntry, FileWish
from insurance.web.forms import FormState, kept, read
from insurance.web.view import Note


class _Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int


class _Void(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    reason: str


async def _page(
    request: Req, *, status: int = 200, form: FormState | None = None, account_form: FormState | None = None, notes: tuple[Note, ...] = ()
) -> Response[str]:  # fmt: skip
    actor = request.user
    accounts = await actions.paying_accounts(actor=actor)
    return show(
        request,
        "finance/payment_files.html",
        status=status,
        notes=notes,
        files=await actions.payment_files(actor=actor),
        accounts=accounts,
        usable=[(str(one.id), f"{one.holder_name} {one.account}") for one in accounts if one.usable],
        insurers=[(str(insurer_id), name) for insurer_id, name in scopes.insurers().items()],
        insurer_names=scopes.insurers(),
        form=form or FormState(),
        account_form=account_form or FormState(),
    )


@get("/payment-files", guards=[needs("payment-file.read")])
async def files_page(request: Req) -> Response[str]:
    """The files made so far, the form for the next one, and the accounts."""
    return await _page(request)


async def _done(request: Req, act: Callable[[dict[str, list[str]]], Awaitable[Any]], which: str) -> Response[str]:
    """Carry an act out and come back to the page; with a fault its form stays filled in."""
    body = await typed(request)

    async def run() -> str:
        try:
            await act(body)
        except InsuranceError as refused:
            refused.extra["unstored"] = True
            raise
        return "/payment-files"

    try:
        return await submit(request, run)
    except Invalid as fault:
        return await _page(request, status=fault.status, **{which: kept(body, list(fault.faults))})  # type: ignore[arg-type]  # by name
    except Refused as fault:
        return await _page(request, status=fault.status, notes=(Note(fault.text, "bad"),))


@post("/payment-files", guards=[needs("payment-file.make")], status_code=303)
async def make_file(request: Req) -> Response[str]:
    """All released orders of an account that wait go into one file."""
    return await _done(request, lambda body: actions.make_file(read(body, FileWish), actor=request.user), "form")


@post("/payment-files/{file_id:int}/cancellation", guards=[needs("payment-file.make")], status_code=303)
async def cancel_file(request: Req, file_id: Id) -> Response[str]:
    """The file is void."""

    async def act(body: dict[str, list[str]]) -> None:
        given = read(body, _Void)
        await actions.cancel_file(file_id, given.version, given.reason, actor=request.user)

    return await _done(request, act, "form")


@post("/paying-accounts", guards=[needs("paying-account.enter")], status_code=303)
async def enter_account(request: Req) -> Response[str]:
    """Enter an account; a second person agrees."""
    return await _done(request, lambda body: actions.enter_account(read(body, AccountEntry), actor=request.user), "account_form")


@post("/paying-accounts/{paying_account_id:int}/approval", guards=[needs("paying-account.approve")], status_code=303)
async def approve_account(request: Req, paying_account_id: Id) -> Response[str]:
    """The second person agrees."""
    return await _done(
        request, lambda body: actions.approve_account(paying_account_id, read(body, _Version).version, actor=request.user), "account_form"
    )  # fmt: skip


HANDLERS = [files_page, make_file, cancel_file, *file_contents("/payment-files"), enter_account, approve_account]
