"""Every route of the service, as the generated tests walk them: its guard, its example body, its address with ids filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx

from insurance.access import rules
from insurance.access.model import Actor, Role
from insurance.app import create_app
from insurance.web.openapi import routes
from people import Api, Browser, api, browser

# What may be asked for without signing in.
OPEN = {
    ("GET", "/login"), ("POST", "/login"), ("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/schema/openapi.json"),
    ("POST", "/api/v1/tokens"), ("GET", "/static/{file_path:path}"),
    ("GET", "/verify"), ("GET", "/verify/{code:str}"), ("POST", "/verify/{code:str}"),  # whoever holds a letter
}  # fmt: skip
ABSENT = 2**62


class Route:
    """One method of one path, with the act its guard asks for and the example body its `opt` gives."""

    def __init__(self, method: str, path: str, handler: Any) -> None:
        acts = [guard.act for guard in handler.resolve_guards() if hasattr(guard, "act")]
        self.method, self.path, self.opt = method, path, handler.opt
        self.acts: list[str] = acts
        self.params = re.findall(r"\{(\w+):int\}", path)

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    def may(self, role: Role) -> bool:
        return all(rules.may(role, act) for act in self.acts)

    def address(self, ids: dict[str, int]) -> str:
        filled = re.sub(r"\{(\w+):int\}", lambda m: str(ids.get(m[1], ABSENT)), self.path)
        return re.sub(r"\{(\w+):str\}", "nobody", filled)

    async def call(self, who: Api | Browser, ids: dict[str, int]) -> httpx.Response:
        """The request as its maker describes it: the example body, a file for an upload, a form for a page."""
        address = self.address(ids)
        if isinstance(who, Browser):
            return await (who.get(address) if self.method == "GET" else who.post(address))
        address = address.removeprefix("/api/v1")
        if self.method == "GET":
            return await who.get(address)
        if "form" in self.opt:
            fields = {name: "x" for name in self.opt["form"] if name != "file"}
            return await who.upload(address, "a.csv", b"a,b\n", fields)
        return await who.post(address, self.opt.get("example", {}), method=self.method)


def all_routes() -> Iterator[Route]:
    for method, path, handler in routes(create_app()):
        yield Route(method, path, handler)


ROUTES = [route for route in all_routes() if (route.method, route.path) not in OPEN]


async def talker(client: httpx.AsyncClient, route: Route, actor: Actor) -> Api | Browser:
    """The person at the counter this route stands at."""
    return await api(client, actor) if route.is_api else await browser(client, actor)
