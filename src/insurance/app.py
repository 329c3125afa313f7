"""create_app(): the one place where all contexts meet."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.routes import HTTPRoute
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from insurance.access import api as access_api
from insurance.access import pages as access_pages
from insurance.access import scopes
from insurance.access.actions import system
from insurance.access.guards import Recognise
from insurance.access.http import sign_in_address, view
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Busy, FieldFault, FirstPassword, InsuranceError, Invalid, NotFound, NotSignedIn, Refused, Unreadable
from insurance.base.text import t
from insurance.claims import api as claims_api
from insurance.claims import pages as claims_pages
from insurance.claims import trial_api
from insurance.claims.pages_drafts import KEPT_DRAFT
from insurance.figures import api as figures_api
from insurance.figures import pages as figures_pages
from insurance.finance import api as finance_api
from insurance.finance import pages as finance_pages
from insurance.policies import api as policies_api
from insurance.policies import pages as policies_pages
from insurance.projects import api as projects_api
from insurance.projects import pages as projects_pages
from insurance.settings import settings
from insurance.sharing import api as sharing_api
from insurance.sharing import pages as sharing_pages
from insurance.web.openapi import document
from insurance.web.problem import problem
from insurance.web.render import STATIC, onward, refusal

log = logging.getLogger("insurance")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_A_YEAR = CacheControlHeader(max_age=31_536_000, immutable=True)  # the address changes with the file
_MAX_BODY = 12 * 1024 * 1024


@get("/health/live", sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"live": "yes"}


@get("/health/ready")
async def ready() -> Response[dict[str, str]]:
    """The database answers too; 503 otherwise."""
    try:
        await db.before_scope("SELECT 1 AS one")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, RuntimeError, Busy):
        return Response({"ready": "no"}, status_code=503, headers={"Retry-After": "2"})
    return Response({"ready": "yes"})


@get("/schema/openapi.json", sync_to_thread=False)
def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(msgspec.json.encode(document(request.app)), media_type="application/json")


class _Plain(InsuranceError):
    """A fault of HTTP itself (404 of the router, 405, 413), told in our shape."""

    def __init__(self, status: int) -> None:
        texts = {
            400: t("请求无法读懂"), 404: t("没有这个页面，或不在您的范围内"), 405: t("此地址不支持这种操作"),
            413: t("内容太大，请缩小后再传"),
            415: t("不支持的内容类型"), 429: t("请求太多，请稍后再试"), 503: t("系统繁忙，您填写的内容没有提交，请稍后再试"),
        }  # fmt: skip
        super().__init__(texts.get(status, t("出现错误，已记录，请稍后再试")))
        self.status = status  # type: ignore[misc]  # one class for all of them
        self.code = f"http-{status}"  # type: ignore[misc]


def translated(fault: Exception) -> InsuranceError:
    """Whatever was raised, as one of ours. What we did not foresee is a 500 without details."""
    if isinstance(fault, InsuranceError):
        return fault
    if isinstance(fault, ValidationException):
        extra = fault.extra if isinstance(fault.extra, list) else []
        if any(isinstance(e, dict) and e.get("source") == "path" for e in extra) or "path" in str(fault.detail):
            return NotFound(t("没有这个页面，或不在您的范围内"))
        fields = [FieldFault(str(e.get("key", "")), t("格式不正确")) for e in extra if isinstance(e, dict)]
        return Invalid(t("有字段填写不正确"), fields)
    if isinstance(fault, HTTPException):
        return _Plain(fault.status_code)
    if isinstance(fault, (UnicodeDecodeError, RecursionError)):
        return Unreadable(t("请求无法读懂"))
    return _from_database(fault)


def _from_database(fault: Exception) -> InsuranceError:
    away = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.CannotConnectNowError,
            asyncpg.QueryCanceledError, asyncpg.DiskFullError, asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError,
            ConnectionError, TimeoutError)  # fmt: skip
    if isinstance(fault, away):
        return Busy(t("系统繁忙，您填写的内容没有提交，请稍后再试"))
    if isinstance(fault, (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)):
        return Refused(t("有人正在处理同一条记录，请稍候再试"))
    if isinstance(fault, (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)):
        return Refused(t("与已有记录冲突，数据未保存"))
    if isinstance(fault, (asyncpg.DataError, OverflowError)):
        return Invalid(t("有字段的数值超出范围"))
    return _Plain(500)


def on_fault(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """The one handler: RFC 9457 for programs, a page or a block for people. Faults of the router itself pass no middleware."""
    response = _told(request, fault)
    for name, value in _HEADERS:
        response.headers[name.decode()] = value.decode()
    return response


def _told(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    told = translated(fault)
    request_id = str(request.scope.get("state", {}).get("request_id", "-"))
    if told.status >= 500:
        log.error("request %s %s failed: %s", request_id, request.scope.get("path_template", ""), type(fault).__name__,
                  exc_info=None if isinstance(told, Busy) else fault)  # fmt: skip
    headers = {"Retry-After": "2"} if told.status == 503 else {}
    actor: Actor | None = request.scope.get("user")
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "*/*").replace("*/*", "text/html"):
        language = actor.language if actor else "zh"
        if isinstance(told, NotSignedIn):
            headers["WWW-Authenticate"] = "Bearer"
        return Response(
            problem(told, language, request_id),
            status_code=told.status,
            media_type="application/problem+json",
            headers=headers,
        )
    if isinstance(told, NotSignedIn) and request.headers.get("hx-target") == KEPT_DRAFT:  # who types is not led away from the form
        told = NotSignedIn(t("登录已过期，刚输入的内容还没有存为草稿：请另开窗口登录，回到这里复制后再填"))
    elif isinstance(told, NotSignedIn):
        return onward(sign_in_address(request), view(request))
    if isinstance(told, FirstPassword):
        return onward("/account/password", view(request))
    return refusal(
        view(request), status=told.status, text=told.text, faults=told.faults, request_id=request_id, headers=headers,
        back=request.headers.get("referer", ""),
    )  # fmt: skip


class Armoured:
    """ASGI middleware: the security headers on every answer, also on errors and redirects."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def armoured(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in present)]
            await send(message)

        await self.app(scope, receive, armoured)


@asynccontextmanager
async def _life(_: Litestar) -> AsyncIterator[None]:
    async with db.transaction(system(settings().city).scope):
        await scopes.load()
    yield


def routers() -> list[Router]:
    """Every context's routes."""
    return [
        access_api.router,
        access_pages.router,
        finance_api.router,
        finance_pages.router,
        trial_api.router,
        claims_api.router,
        claims_pages.router,
        sharing_api.router,
        sharing_pages.router,
        figures_api.router,
        figures_pages.router,
        policies_api.router,
        projects_pages.router,
        policies_pages.router,
        projects_api.router,
    ]


def _joined(found: list[Router]) -> list[Router]:
    """Routers of one prefix as one: two contexts may answer different verbs of the same address (an address is not a folder)."""
    handlers: dict[str, list[HTTPRouteHandler]] = {}
    for router in found:
        routes = [route for route in router.routes if isinstance(route, HTTPRoute)]
        own = [handler for route in routes for handler in route.route_handlers if handler.http_methods != {"OPTIONS"}]
        handlers.setdefault(router.path, []).extend(dict.fromkeys(own))
    return [Router(path=path, route_handlers=own) for path, own in handlers.items()]


def create_app() -> Litestar:
    """The service; the pool is opened and the keys are loaded by who calls (serve, tests)."""
    return Litestar(
        route_handlers=[
            live,
            ready,
            openapi,
            *_joined(routers()),
            create_static_files_router(
                path="/static", directories=[STATIC], cache_control=CacheControlHeader(max_age=31_536_000, immutable=True)
            ),
        ],
        middleware=[DefineMiddleware(Armoured), DefineMiddleware(Recognise)],
        exception_handlers={Exception: on_fault, HTTPException: on_fault, InsuranceError: on_fault},
        compression_config=CompressionConfig(backend="gzip", minimum_size=1000, gzip_compress_level=5),
        request_max_body_size=_MAX_BODY,
        lifespan=[_life],
        openapi_config=None,
        type_encoders={msgspec.UnsetType: lambda _: None},
    )
