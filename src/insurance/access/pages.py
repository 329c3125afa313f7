"""Pages: sign in and out, one's own password, the admin's accounts, the audit trail."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from insurance.access import actions, audit, pages_insurers, scopes, store
from insurance.access.guards import check_origin, cookie_name, needs
from insurance.access.http import Req, show, typed, view
from insurance.access.model import ROLE_NAMES, NewUser, Role
from insurance.base import db
from insurance.base.errors import FieldFault, InsuranceError, Invalid
from insurance.base.text import render
from insurance.settings import settings
from insurance.web import forms, states
from insurance.web.render import onward


def _safe_next(target: str) -> str:
    """Only a path of this site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable() else "/"


@get("/login")
async def login_page(request: Req) -> Response[str]:
    """The sign-in form."""
    return show(request, "access/login.html", next=_safe_next(request.query_params.get("next", "/")), form=forms.FormState())


@post("/login", status_code=303)
async def login(request: Req) -> Response[str]:
    """Sign in; a wrong password shows the form again with the name kept."""
    check_origin(request)
    body = await typed(request)
    first = {name: values[0] for name, values in body.items()}
    target, username = _safe_next(first.get("next", "/")), first.get("username", "").strip().lower()
    actor = actions.system(settings().city, request.scope["state"]["request_id"])
    try:
        secret = await actions.sign_in(username[:60], first.get("password", "")[:200], language=view(request).language, actor=actor)
    except InsuranceError as refused:
        form = forms.FormState({"username": [username[:60]]}, [FieldFault("password", refused.text)])
        return show(request, "access/login.html", status=refused.status, next=target, form=form)
    response = onward(target, view(request))
    response.set_cookie(
        cookie_name(), secret, httponly=True, secure=settings().secure, samesite="lax", path="/",
        max_age=int(actions.SESSION_LIMIT.total_seconds()),
    )  # fmt: skip
    return response


@post("/sign-out", guards=[needs("account.own")], status_code=303)
async def sign_out(request: Req) -> Response[str]:
    """Forget the session."""
    await actions.sign_out(str(request.scope["auth"]), actor=request.user)
    response = onward("/login", view(request))
    response.delete_cookie(cookie_name())
    return response


@get("/account/password", guards=[needs("account.own")])
async def password_page(request: Req) -> Response[str]:
    """The form for one's own password."""
    return show(request, "access/password.html", form=forms.FormState())


@post("/account/password", guards=[needs("account.own")], status_code=303)
async def change_password(request: Req) -> Response[str]:
    """Change it; every session ends, so one signs in again."""
    body = await typed(request)
    old, new = (body.get(name, [""])[0] for name in ("old_password", "new_password"))
    try:
        await actions.change_password(old, new, actor=request.user)
    except Invalid as wrong:
        return show(request, "access/password.html", status=wrong.status, form=forms.FormState({}, wrong.faults))
    response = onward("/login", view(request))
    response.delete_cookie(cookie_name())
    return response


async def _accounts(request: Req, *, form: forms.FormState, status: int = 200, made: tuple[str, str] | None = None) -> Response[str]:
    async with db.transaction(request.user.scope):
        users: list[dict[str, Any]] = await store.users()
        insurers = await store.insurers()
    for user in users:
        user["role"] = Role(user["role"])
        user["where"] = scopes.insurer_name(user["insurer_id"]) if user["insurer_id"] else scopes.region_name(user["region_path"])
    language = request.user.language
    return show(
        request,
        "access/accounts.html",
        status=status,
        users=users,
        roles=ROLE_NAMES,
        role_options=[(role.value, render(name, language)) for role, name in ROLE_NAMES.items() if role is not Role.SYSTEM],
        insurer_options=[(insurer["code"], insurer["name"]) for insurer in insurers],
        form=form,
        made=made,
    )


@get("/accounts", guards=[needs("account.administer")])
async def accounts_page(request: Req) -> Response[str]:
    """All accounts."""
    return await _accounts(request, form=forms.FormState())


@post("/accounts", guards=[needs("account.administer")], status_code=200)
async def add_account(request: Req) -> Response[str]:
    """A new account; its first password is shown once."""
    body = await typed(request)
    try:
        new = forms.read(body, NewUser)
        _, password = await actions.add_user(new, actor=request.user)
    except InsuranceError as wrong:
        return await _accounts(request, form=forms.kept(body, wrong.faults), status=wrong.status)
    return await _accounts(request, form=forms.FormState(), made=(new.username, password))


@post("/accounts/{username:str}/disable", guards=[needs("account.administer")], status_code=303)
async def disable_account(request: Req, username: FromPath[str]) -> Response[str]:
    """Close an account."""
    await actions.disable_user(username, actor=request.user)
    return onward("/accounts", view(request))


@post("/accounts/{username:str}/reset", guards=[needs("account.administer")], status_code=200)
async def reset_account(request: Req, username: FromPath[str]) -> Response[str]:
    """A new first password, shown once."""
    password = await actions.reset_user(username, actor=request.user)
    return await _accounts(request, form=forms.FormState(), made=(username, password))


@get("/audit", guards=[needs("audit.read")])
async def audit_page(request: Req) -> Response[str]:
    """The trail, newest first."""
    subject, before = request.query_params.get("subject", "")[:60], request.query_params.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 19
    async with db.transaction(request.user.scope):
        lines = await audit.read(subject=subject or None, before=int(before) if known else None, limit=100)
    more = lines[-1].id if len(lines) == 100 else None
    return show(request, "access/audit.html", lines=lines, subject=subject, more=more)


@get("/states", guards=[needs("account.own")])
async def states_page(request: Req) -> Response[str]:
    """The reference page: every part in every state."""
    return show(request, "states.html", **states.sample(request.user.language))


router = Router(
    path="",
    route_handlers=[
        login_page, login, sign_out, password_page, change_password, accounts_page, add_account, disable_account, reset_account, audit_page,
        states_page, *pages_insurers.handlers,
    ],
)  # fmt: skip
