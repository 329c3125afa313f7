"""Fixtures: a database per worker, a transaction per test, the app in the test's own task, the people of the story."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from litestar import Litestar

import make
import server
from insurance.access import clock, keys, scopes
from insurance.base import db
from people import People

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
BUSINESS_DAY = date(2019, 8, 30)
# How long an example takes says something of the machine, nothing of the product.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
SYSTEM = db.Scope(0, "SYSTEM", "370400/", "*")


@pytest.fixture(scope="session")
def postgres() -> Any:
    """The embedded server with this worker's own database."""
    return server.fresh_database(f"t_{WORKER}")


@pytest.fixture(scope="session")
async def pool(postgres: Any) -> AsyncIterator[None]:
    """The pool of the application role, with keys of the tests and the demo's business day."""
    keys.use(keys.fresh())
    clock.pin(BUSINESS_DAY)
    await db.connect(postgres.dsn("insurance_app", f"t_{WORKER}"), server.SCHEMA, min_size=1, max_size=4)
    yield
    await db.disconnect()


@pytest.fixture
async def story(pool: None) -> AsyncIterator[People]:
    """The people of the city inside a transaction that never happened: two insurers, offices, finance, readers."""
    async with db.rolled_back(SYSTEM):
        people = await make.people()
        await scopes.load()
        yield people


@pytest.fixture(scope="session")
async def app(pool: None) -> AsyncIterator[Litestar]:
    """The app, its lifespan held in a task of its own (scopes must be left in the task that entered them)."""
    from insurance.app import create_app

    made = create_app()
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with made.lifespan():
            up.set()
            await down.wait()

    task = asyncio.create_task(live())
    ready = asyncio.create_task(up.wait())
    await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    yield made
    down.set()
    await task


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP in the test's own loop and task, so that app and test share the transaction."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]  # two spellings of ASGI
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes have no name: a workbook holds the clock, and every worker must collect the same tests."""
    return "bytes" if isinstance(val, bytes) else None
