"""Pages: sign in and out, one's own password."""

from __future__ import annotations

from litestar import Response, Router, get, post

from insurance.access import actions
from insurance.access.guards import check_origin, cookie_name, needs
from insurance.access.http import Req, show, view
from insurance.base.errors import InsuranceError
from insurance.settings import settings
from insurance.web.render import onward
from insurance.web.view import Note


def _safe_next(target: str) -> str:
    """Only a path of this site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target else "/"


@get("/login")
async def login_page(request: Req) -> Response[str]:
    """The sign-in form."""
    return show(request, "access/login.html", next=_safe_next(request.query_params.get("next", "/")), username="", fault=None)


@post("/login", status_code=303)
async def login(request: Req) -> Response[str]:
    """Sign in; a wrong password shows the form again with the name kept."""
    check_origin(request)
    form = await request.form()
    username, target = str(form.get("username", ""))[:60].strip().lower(), _safe_next(str(form.get("next", "/")))
    actor = actions.system(settings().city, request.scope["state"]["request_id"])
    try:
        secret = await actions.sign_in(username, str(form.get("password", ""))[:200], language=view(request).language, actor=actor)
    except InsuranceError as refused:
        return show(request, "access/login.html", status=refused.status, next=target, username=username, fault=refused.text)
    response = onward(target, view(request))
    response.set_cookie(
        cookie_name(),
        secret,
        httponly=True,
        secure=settings().secure,
        samesite="lax",
        path="/",
        max_age=int(actions.SESSION_LIMIT.total_seconds()),
    )
    return response


@post("/logout", guards=[needs("account.own")], status_code=303)
async def logout(request: Req) -> Response[str]:
    """Forget the session."""
    await actions.sign_out(str(request.scope["auth"]), actor=request.user)
    response = onward("/login", view(request))
    response.delete_cookie(cookie_name())
    return response


@get("/password", guards=[needs("account.own")])
async def password_page(request: Req) -> Response[str]:
    """The form for one's own password."""
    return show(request, "access/password.html", faults=[])


@post("/password", guards=[needs("account.own")], status_code=303)
async def change_password(request: Req) -> Response[str]:
    """Change it; every session ends, so one signs in again."""
    form = await request.form()
    try:
        await actions.change_password(str(form.get("old_password", "")), str(form.get("new_password", "")), actor=request.user)
    except InsuranceError as refused:
        return show(
            request,
            "access/password.html",
            status=refused.status,
            faults=refused.faults,
            notes=(Note(refused.text, "bad"),),
        )
    response = onward("/login", view(request))
    response.delete_cookie(cookie_name())
    return response


router = Router(path="", route_handlers=[login_page, login, logout, password_page, change_password])
