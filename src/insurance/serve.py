"""`insurance serve`: the service on its port at once, the demo loading behind a progress page when it is wanted and missing."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import sys
from collections.abc import AsyncIterator

import uvicorn
from litestar import Litestar
from litestar.types import Receive, Scope, Send

from insurance import place
from insurance.access import scopes, store
from insurance.access.actions import system
from insurance.app import create_app
from insurance.base import db
from insurance.settings import settings
from insurance.web.loading import loading_page


class Loading:
    """How far the demo is; None in `fraction` when there is nothing to load."""

    fraction: float | None = None
    said: str = ""
    failed: bool = False


async def demo_state() -> str | None:
    """None (never), LOADING (interrupted) or DONE."""
    async with db.transaction(system(settings().city).scope):
        found = await store.setting("demo")
    return str(found) if found else None


async def load_demo(state: Loading) -> None:
    """Run the demo in a process of its own and follow its progress lines."""
    state.fraction = 0.0
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "insurance", "demo", "--progress-lines", stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    async for line in process.stdout:
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            state.fraction, state.said = float(told["fraction"]), str(told["text"])
            print(f"\r[{'#' * int(state.fraction * 30):<30}] {state.fraction:4.0%} {state.said}\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201
    code = await process.wait()
    print(file=sys.stderr)  # noqa: T201
    if code == 0:
        await place.pin_from_settings()
        async with db.transaction(system(settings().city).scope):
            await scopes.load()
        state.fraction = None
        announce()
    else:
        state.failed = True
        print("demo data could not be loaded; see above", file=sys.stderr)  # noqa: T201


def announce() -> None:
    """Where to go and how to sign in."""
    from insurance.demo import accounts

    print(  # noqa: T201
        f"\n  双保险  http://{settings().host}:{settings().port}\n\n  {accounts.introduction(settings().data)}\n",
        flush=True,
    )


class WithLoading:
    """While the demo loads, pages show how far it is; health and static files answer as always."""

    def __init__(self, app: Litestar, state: Loading) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and not scope["path"].startswith(("/static/", "/health/"))  # type: ignore[comparison-overlap]
        if wanted and self.state.fraction is not None:
            body = loading_page(self.state.fraction, self.state.said, failed=self.state.failed).encode()
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"2"), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return
        await self.app(scope, receive, send)


@contextlib.asynccontextmanager
async def _tasks(state: Loading, *, demo: bool) -> AsyncIterator[None]:
    from insurance.ticking import tick_forever

    async def load_then_tick() -> None:
        """The tick waits for the demo: only then does this service know the demo's business day, and nothing expires by today's."""
        await load_demo(state)
        await tick_forever()

    loading = demo and await demo_state() != "DONE"
    running = [asyncio.create_task(load_then_tick() if loading else tick_forever())]
    if demo and not loading:
        announce()
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def spare_the_collector() -> None:
    """What start-up made lives as long as the process: the cyclic collector need not walk it, nor a large file's rows time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def serve(*, demo: bool) -> None:
    """Migrate, open, listen. The demo of an interrupted start is begun again from an empty schema."""
    await place.prepare()
    async with place.opened():
        interrupted = demo and await demo_state() == "LOADING"
    if interrupted:
        await place.prepare(fresh=True)
    async with place.opened():
        state = Loading()
        app = WithLoading(create_app(), state)
        async with _tasks(state, demo=demo):
            config = uvicorn.Config(app, host=settings().host, port=settings().port, log_level="warning", access_log=False,
                                    server_header=False, date_header=True, timeout_graceful_shutdown=25)  # fmt: skip
            spare_the_collector()
            await uvicorn.Server(config).serve()
