"""The people a story needs, and how they talk to the service."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from insurance.access import clock, store
from insurance.access.guards import cookie_name, csrf_token
from insurance.access.model import Actor

_HOUR = timedelta(hours=1)


class People(msgspec.Struct):
    """Everybody of the demo, as actors; `insurer_a`, `insurer_b` are insurer ids."""

    insurer_a: int
    insurer_b: int
    admin: Actor
    city: Actor
    county: Actor
    other_county: Actor
    town: Actor
    other_town: Actor
    adjuster_a: Actor
    approver_a: Actor
    adjuster_b: Actor
    approver_b: Actor
    maker: Actor
    checker: Actor
    leader: Actor
    auditor: Actor

    def everybody(self) -> dict[str, Actor]:
        """All actors by name."""
        return {name: value for name in self.__struct_fields__ if isinstance(value := getattr(self, name), Actor)}


class Api:
    """One person's JSON client: token, idempotency keys, problem bodies."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client, self._token = client, token

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self._client.get(f"/api/v1{path}", params=params, headers={"authorization": f"Bearer {self._token}"})

    async def post(self, path: str, body: Any = None, *, key: str | None = None, method: str = "POST", **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": key or secrets.token_hex(8)} | more.pop("headers", {})
        return await self._client.request(method, f"/api/v1{path}", json=body, headers=headers, **more)

    async def upload(
        self, path: str, name: str, content: bytes, fields: dict[str, str] | None = None, *, key: str | None = None
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": key or secrets.token_hex(8)}
        return await self._client.post(f"/api/v1{path}", files={"file": (name, content)}, data=fields or {}, headers=headers)


class Browser:
    """One person's session: cookies, the csrf field, forms."""

    def __init__(self, client: httpx.AsyncClient, session: str) -> None:
        self._client, self._session = client, session

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers=headers | {"cookie": f"{cookie_name()}={self._session}", "accept": "text/html"})

    async def post(
        self, path: str, form: dict[str, Any] | None = None, *, files: Any = None, csrf: bool = True, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        typed = {"key": secrets.token_hex(6)} | (form or {})
        if csrf:
            typed["csrf"] = csrf_token(self._session)
        return await self._client.post(
            path,
            data=typed,
            files=files,
            headers=(headers or {}) | {"cookie": f"{cookie_name()}={self._session}", "accept": "text/html"},
        )


async def api(client: httpx.AsyncClient, actor: Actor) -> Api:
    """A JSON client with a token of this person."""
    token = "di_" + secrets.token_urlsafe(16)
    await store.add_token(token, actor.user_id, clock.real_now() + _HOUR)
    return Api(client, token)


async def browser(client: httpx.AsyncClient, actor: Actor) -> Browser:
    """A signed-in browser of this person."""
    secret = secrets.token_urlsafe(16)
    await store.open_session(secret, actor.user_id, "zh", clock.real_now() + _HOUR)
    return Browser(client, secret)
