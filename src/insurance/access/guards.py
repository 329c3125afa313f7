"""Who is asking, and whether the role may: the middleware that finds the actor and the guard on every route."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from insurance.access import clock, rules, store
from insurance.access.keys import keys
from insurance.access.model import Actor, Holder
from insurance.base import db
from insurance.base.errors import FirstPassword, Forbidden, NotSignedIn
from insurance.base.text import LANGUAGES, t
from insurance.settings import settings
from insurance.web.view import chosen_language

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
API = "/api/"
_SEEN_EVERY = timedelta(minutes=5)  # one write per reader in five minutes is enough for a 30 minute limit
_OPEN = ("/static/", "/health/", "/favicon")


def cookie_name() -> str:
    """Plain on loopback http; `__Host-` (Secure, no domain, whole site) behind https."""
    return "__Host-session" if settings().secure else "session"


def csrf_token(session: str) -> str:
    """Bound to the session: a token planted from another session does not fit."""
    return hmac.new(bytes.fromhex(keys().csrf), session.encode(), hashlib.sha256).hexdigest()


def actor_of(held: Holder, language: str, request_id: str) -> Actor:
    """The holder at this business instant."""
    now = clock.business_now()
    return Actor(
        user_id=held.user_id, username=held.username, display_name=held.display_name, role=held.role,
        region_path=held.region_path, insurer_id=held.insurer_id, authority_fen=held.authority_fen, at=now, on=now.date(),
        language=language, request_id=request_id, must_change_password=held.must_change_password,
    )  # fmt: skip


class Recognise:
    """ASGI middleware: a bearer token on the API, a session cookie on pages; sets scope['user'] (Actor or None)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(_OPEN):
            scope["user"] = None
            await self.app(scope, receive, send)
            return
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        request_id = secrets.token_hex(8)
        scope["state"]["request_id"] = request_id
        scope["user"], scope["auth"] = await self._find(connection, request_id)
        await self.app(scope, receive, send)

    @staticmethod
    async def _find(connection: ASGIConnection[Any, Any, Any, Any], request_id: str) -> tuple[Actor | None, str | None]:
        bearer = connection.headers.get("authorization", "")
        if connection.scope["path"].startswith(API):
            if not bearer.startswith("Bearer "):
                return None, None
            held = await store.holder("token", bearer[7:])
            asked = "en" if connection.headers.get("accept-language", "").startswith("en") else "zh"
            return (actor_of(held, asked, request_id), None) if held else (None, None)
        session = connection.cookies.get(cookie_name())
        if not session:
            return None, None
        held = await store.holder("session", session)
        if held is None:
            return None, None
        wanted: str | None = connection.query_params.get("lang")
        actor = actor_of(held, chosen_language(wanted, held.language, None), request_id)
        now = clock.real_now()
        if wanted in LANGUAGES and wanted != held.language:
            async with db.transaction(actor.scope):
                await store.session_language(session, wanted)
        elif held.seen_at is None or now - held.seen_at > _SEEN_EVERY:
            async with db.transaction(actor.scope):
                await store.touch_session(session)
        return actor, session


Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def needs(act: str) -> Guard:
    """The guard of a route: signed in, role may do `act` (a line of `rules.MAY`), and a form is really ours."""
    assert act in rules.MAY, act

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        actor: Actor | None = connection.scope.get("user")
        if actor is None:
            raise NotSignedIn(t("请先登录"))
        if actor.must_change_password and act != "account.own":
            raise FirstPassword(t("请先修改初始密码"))
        if not rules.may(actor.role, act):
            raise Forbidden(t("您的角色不能进行此操作"))
        if connection.scope["method"] in UNSAFE and connection.scope.get("auth"):  # type: ignore[typeddict-item]  # HTTP only
            await _check_form(connection)

    guard.act = act  # type: ignore[attr-defined]  # the generated route tests read it
    return guard


def check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """A browser says where a POST comes from; another site's is refused. Raises Forbidden."""
    origin, site = connection.headers.get("origin"), connection.headers.get("sec-fetch-site", "same-origin")
    host = connection.headers.get("host", "")
    if site not in {"same-origin", "none"} or (origin and origin.split("//", 1)[-1] != host):
        raise Forbidden(t("请求来自其他网站，已拒绝"))


async def _check_form(connection: Any) -> None:
    check_origin(connection)
    given = connection.headers.get("x-csrf-token")
    if given is None:
        form = await connection.form()
        given = form.get("csrf", "")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), csrf_token(connection.scope["auth"]).encode()):
        raise Forbidden(t("页面已过期，请刷新后重新提交"))
