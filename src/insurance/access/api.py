"""JSON: tokens and the audit trail."""

from __future__ import annotations

import msgspec
from litestar import Response, Router, get, post

from insurance.access import actions, api_insurers, audit
from insurance.access.guards import needs
from insurance.access.http import Req, read_json, takes
from insurance.access.model import AuditLine
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.settings import settings


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """Name and password; `totp` is reserved for accounts with a second factor."""

    username: str
    password: str
    totp: str | None = None


class Token(msgspec.Struct):
    """A bearer token and when it ends."""

    token: str
    expires_at: str


class AuditPage(msgspec.Struct):
    """A page of the trail."""

    items: list[AuditLine]
    next_cursor: str | None


@post("/tokens", opt=takes(Credentials, {"username": "city", "password": "…"}, Token), status_code=201)
async def make_token(request: Req) -> Response[bytes]:
    """A token for a name and password. 401 without saying which part was wrong."""
    given = await read_json(request, Credentials)
    actor = actions.system(settings().city, request.scope["state"]["request_id"])
    token, expires_at = await actions.issue_token(given.username, given.password, actor=actor)
    return Response(msgspec.json.encode(Token(token, expires_at)), status_code=201, media_type="application/json")


@get("/audit", guards=[needs("audit.read")], opt={"answers": AuditPage})
async def read_audit(request: Req) -> Response[bytes]:
    """The newest rows first; `subject`, `limit` (at most 200), `cursor`."""
    query = request.query_params
    limit, cursor = query.get("limit", "50"), query.get("cursor")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= 200:
        raise Invalid.field("limit", t("1 至 200 的整数"))
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid.field("cursor", t("请使用上一页给出的 next_cursor"))
    async with db.transaction(request.user.scope):
        lines = await audit.read(subject=query.get("subject"), before=int(cursor) if cursor else None, limit=int(limit))
    more = str(lines[-1].id) if len(lines) == int(limit) else None
    return Response(msgspec.json.encode(AuditPage(lines, more)), media_type="application/json")


router = Router(path="/api/v1", route_handlers=[make_token, read_audit, *api_insurers.handlers])
