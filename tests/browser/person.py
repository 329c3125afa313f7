"""Somebody at a browser: signs in, follows links, fills forms by their labels; whatever the page did wrong is written down."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, FilePayload, Page, Request, Response

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
_SHOTS = os.environ.get("INSURANCE_TEST_SHOTS")  # a folder for pictures of every page that is looked at
_AXE = Axe()
_BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SQUEEZED = """[...document.querySelectorAll("main td, main dd, main p")]
  .filter((one) => one.innerText.trim().length > 5 && one.offsetHeight > 4 * one.offsetWidth).map((one) => one.innerText)"""
_TIDY = (
    """document.querySelectorAll('[style=""]').forEach((one) => one.removeAttribute("style"))"""  # what axe and screenshots leave behind
)


class Person:
    """One account in one browser context. `wrongs` collects console errors, refused content and failed requests."""

    def __init__(self, name: str, page: Page, url: str) -> None:
        self.name, self.page, self.url = name, page, url
        self.wrongs: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda fault: self.wrongs.append(f"{page.url}: {fault}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.wrongs.append(f"{self.page.url}: {said.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page left before its last request ended
            self.wrongs.append(f"{request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrongs.append(f"{response.request.method} {response.url}: {response.status}")

    async def sign_in(self, password: str) -> None:
        await self.page.goto(f"{self.url}/login")
        await self.fill("账号", self.name)
        await self.fill("密码", password)
        await self.press("登录")
        assert not self.page.url.endswith("/login"), await self.page.inner_text("main")

    async def open(self, path: str) -> None:
        """A page by its address."""
        await self.page.goto(self.url + path)

    async def follow(self, name: str, *, within: str = "main") -> None:
        """Click a link by its words, and be where it leads: another page, or the block htmx has put in."""
        link = self.page.locator(within).get_by_role("link", name=name).first
        if await link.get_attribute("hx-get"):
            async with self.page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
                await link.click()
            await self.page.locator(_BUSY).first.wait_for(state="detached")
            return
        async with self.page.expect_navigation():
            await link.click()

    async def fill(self, label: str, value: str, *, within: str = "main") -> None:
        """Type into a field by its label."""
        await self.page.locator(within).get_by_label(label).first.fill(value)

    async def tick(self, label: str, *, within: str = "main") -> None:
        """Tick a box by its label."""
        await self.page.locator(within).get_by_label(label).first.check()

    async def choose(self, label: str, word: str, *, within: str = "main") -> None:
        """Choose from a list: the first entry with this word in it."""
        select = self.page.locator(within).get_by_label(label).first
        words = await select.locator("option").all_inner_texts()
        assert any(word in one for one in words), f"{word} not in {words}"
        await select.select_option(index=next(n for n, one in enumerate(words) if word in one))

    async def attach(self, label: str, name: str, content: bytes, *, within: str = "main") -> None:
        """Give a file."""
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        await self.page.locator(within).get_by_label(label).first.set_input_files(file)

    async def press(self, name: str, *, within: str = "main") -> None:
        """Press a button and be where it leads; a form that comes back with faults is a fault of the story."""
        async with self.page.expect_navigation():
            await self.page.locator(within).get_by_role("button", name=name).first.click()
        errors = self.page.locator("#errors")
        assert not await errors.count(), f"{self.name} {name}: {await errors.inner_text()}"

    async def refused(self, name: str, *words: str, within: str = "main") -> None:
        """Press a button that ends in a form with faults, and these words among them; that 422 is no fault of the page."""
        before = len(self.wrongs)
        async with self.page.expect_navigation():
            await self.page.locator(within).get_by_role("button", name=name).first.click()
        said = await self.page.locator("#errors").inner_text()
        assert all(word in said for word in words), said
        self.wrongs[before:] = [wrong for wrong in self.wrongs[before:] if "422" not in wrong]

    async def do(self, verb: str, fields: dict[str, str] | None = None) -> None:
        """A verb of a claim: its form, its fields, its button."""
        await self.follow(verb, within="#do nav")
        for label, value in (fields or {}).items():
            await self.fill(label, value, within="[id^=do-]")
        await self.press(verb, within="[id^=do-] form")

    async def sees(self, *words: str) -> None:
        """The page says so."""
        text = await self.page.inner_text("body")
        assert all(word in text for word in words), f"{self.page.url}: {[w for w in words if w not in text]} not in\n{text}"

    async def look(self, name: str, *, axe: bool = False) -> None:
        """The page at both widths: no sideways scroll, no column squeezed to a character; with `axe` also nothing it objects to."""
        for size in (WIDE, NARROW):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict
            if _SHOTS:
                await self.page.screenshot(path=Path(_SHOTS) / f"{name}-{size['width']}.png", full_page=True)
            if (over := await self.page.evaluate(_WIDER)) > 0:
                self.wrongs.append(f"{self.page.url}: scrolls sideways by {over} px at {size['width']}")
            if squeezed := await self.page.evaluate(_SQUEEZED):
                self.wrongs.append(f"{self.page.url}: one character to the line at {size['width']}: {squeezed}")
        await self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        if axe:
            found = await _AXE.run(self.page)
            if found.violations_count:
                self.wrongs.append(f"{self.page.url}: {' '.join(found.generate_report().split())}")
        await self.page.evaluate(_TIDY)


async def newcomer(browser: Browser, name: str, url: str, *, script: bool = True) -> tuple[BrowserContext, Person]:
    """A fresh browser window for an account."""
    context = await browser.new_context(viewport=WIDE, locale="zh-CN", java_script_enabled=script)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)  # milliseconds; a busy machine is no fault of the page
    return context, Person(name, await context.new_page(), url)
