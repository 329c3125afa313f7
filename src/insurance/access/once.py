"""Do it once: the answer is stored under the idempotency key in the transaction of the effect."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.enums import MediaType

from insurance.access import store
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, InFlight, InsuranceError, Invalid, Unreadable
from insurance.base.text import t
from insurance.web.problem import problem

_KEY_LIMIT = 255


async def once(
    request: Request[Actor, Any, Any],
    act: Callable[[], Awaitable[Any]],
    *,
    status: int = 200,
    location: Callable[[Any], str] | None = None,
) -> Response[bytes]:
    """Run `act` at most once per (actor, route, Idempotency-Key) and answer its result as JSON.

    Missing key 400, same key with another body 422, twin in flight 409, else the first answer again. A refusal by a
    business rule (4xx) is stored too; nothing is stored of a fault of ours.
    """
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= _KEY_LIMIT or not key.isprintable():
        raise Unreadable(t("缺少 Idempotency-Key 请求头（1 至 255 个可见字符）"))
    digest = hashlib.sha256(await request.body()).digest()
    actor, route = request.user, f"{request.method} {request.url.path}"

    async def run() -> tuple[int, str | None, bytes]:
        result = await act()
        return status, location(result) if location else None, msgspec.json.encode(result)

    return _respond(*await perform(actor, route, key, digest, run))


async def perform(
    actor: Actor,
    route: str,
    key: str,
    digest: bytes,
    run: Callable[[], Awaitable[tuple[int, str | None, bytes]]],
    *,
    keep_refusals: bool = True,
) -> tuple[int, str | None, bytes]:
    """The same without HTTP: pages use it with their form's hidden key.

    A page does not keep refusals: the form comes back with what was typed, to be mended and sent again.
    """
    try:
        async with db.transaction(actor.scope, joinable=True):
            stored = await _take(actor, route, key, digest)
            if stored is not None:
                return stored
            status, location, body = await run()
            await store.keep_answer(actor.user_id, route, key, status, location, body)
            return status, location, body
    except asyncpg.LockNotAvailableError:
        raise InFlight(t("同一请求正在处理，请稍候")) from None
    except InsuranceError as refused:
        ours = isinstance(refused, (Unreadable, InFlight)) or not 400 <= refused.status < 500
        if ours or not keep_refusals or refused.extra.get("unstored"):
            raise
        body = problem(refused, actor.language, actor.request_id)
        async with db.transaction(actor.scope):
            if await store.claim_key(actor.user_id, route, key, digest) is None:
                await store.keep_answer(actor.user_id, route, key, refused.status, None, body)
        raise


async def _take(actor: Actor, route: str, key: str, digest: bytes) -> tuple[int, str | None, bytes] | None:
    stored = await store.claim_key(actor.user_id, route, key, digest)
    if stored is None:
        return None
    if stored.request_digest != digest:
        raise Invalid(
            t("同一 Idempotency-Key 用于了不同的内容"),
            [FieldFault("Idempotency-Key", t("换一个新的键，或发送与第一次相同的内容"))],
            unstored=True,
        )
    if stored.status is None or stored.body is None:
        raise InFlight(t("同一请求正在处理，请稍候"))
    return stored.status, stored.location, stored.body


def _respond(status: int, location: str | None, body: bytes) -> Response[bytes]:
    media = MediaType.JSON if status < 400 else "application/problem+json"
    return Response(body, status_code=status, media_type=media, headers={"Location": location} if location else None)
