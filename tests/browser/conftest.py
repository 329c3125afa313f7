"""The service on a database of its own and Chromium in front of it; skipped, with the reason, where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

import server
from browser.person import Person, newcomer
from browser.service import Service
from insurance.base.embedded import Embedded

DATABASE = f"b_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
FIRST_DAY = date(2019, 5, 6)
_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

Comes = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="package")
def chromium() -> str:
    """Where Chromium is."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium on this machine: install chromium, or name it in CHROMIUM")
    return found


@pytest.fixture(scope="package")
def database(chromium: str) -> Embedded:
    """The server, with a fresh database for the service."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="package")
async def service(database: Embedded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The service with the demo's accounts on its first business date."""
    made = Service(database, DATABASE, tmp_path_factory.mktemp("service"))
    await made.run(str(Path(__file__).with_name("prepare.py")), FIRST_DAY.isoformat())
    await made.start(FIRST_DAY)
    yield made
    await made.stop()


@pytest.fixture(scope="package")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium for all windows."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def comes(service: Service, chrome: Browser) -> AsyncIterator[Comes]:
    """People who come and sign in, each in a window of their own; at the end nothing may have gone wrong on any page."""
    windows, people = [], {}
    password = (service.folder / "demo-password").read_text("utf-8").strip()

    async def come(name: str, *, script: bool = True) -> Person:
        if name not in people:
            window, people[name] = await newcomer(chrome, name, service.url, script=script)
            windows.append(window)
            await people[name].sign_in(password)
        return people[name]

    yield come
    for window in windows:
        await window.close()
    wrongs = [f"{person.name}: {wrong}" for person in people.values() for wrong in person.wrongs]
    assert not wrongs, "\n".join(wrongs) + "\n" + service.said()
