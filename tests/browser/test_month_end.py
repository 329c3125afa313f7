"""A finance clerk's month: thirty bank lines, nine clicks from the list of statements to the closed month and the printed statement."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader

from browser.conftest import Comes
from browser.person import _SHOTS, Person
from browser.service import Service
from insurance.base.money import yuan
from make.letters import close, pdf_words
from make.month import CLOSED_ON, LINES, MONTH

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MOST_CLICKS = 9
A4 = (210, 297)


class Clerk:
    """The maker at the pages, every press counted; choosing the file counts as one."""

    def __init__(self, person: Person) -> None:
        self.person, self.clicks = person, 0

    async def attach(self, label: str, name: str, content: bytes) -> None:
        self.clicks += 1
        await self.person.attach(label, name, content)

    async def press(self, name: str, *, within: str = "main") -> None:
        self.clicks += 1
        await self.person.press(name, within=within)

    async def follow(self, name: str) -> None:
        self.clicks += 1
        await self.person.follow(name)

    async def print(self) -> str:
        """The print button opens the browser's dialogue; what it prints, as text."""
        page = self.person.page
        await page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
        self.clicks += 1
        await page.get_by_role("button", name="打印").click()
        assert await page.evaluate("window.printed") == 1
        return await printed(self.person)


async def printed(person: Person) -> str:
    """The words of the page as it comes out of the printer, of sheets of A4 upright."""
    pdf = await person.page.pdf(prefer_css_page_size=True)
    sheets = PdfReader(io.BytesIO(pdf)).pages
    assert [(round(one.mediabox.width / 72 * 25.4), round(one.mediabox.height / 72 * 25.4)) for one in sheets] == [A4]
    if _SHOTS:
        (Path(_SHOTS) / "month.pdf").write_bytes(pdf)
    return unicodedata.normalize("NFKC", pdf_words(pdf)).replace(":", "：")


@pytest.fixture
async def bank_file(service: Service, tmp_path: Path) -> bytes:
    """Twenty orders of the running service, and the bank's workbook about them."""
    await service.move_to(CLOSED_ON)
    made = tmp_path / "八月.xlsx"
    await service.run(str(Path(__file__).with_name("prepare_month.py")), str(made))
    return made.read_bytes()


async def test_a_month_of_thirty_lines_is_closed_in_nine_clicks(comes: Comes, service: Service, bank_file: bytes) -> None:
    maker = await comes("maker")
    await maker.open("/statements")
    clerk = Clerk(maker)

    await clerk.attach("对账单文件", "八月.xlsx", bank_file)
    await clerk.press("导入并匹配")
    await maker.sees(f"{LINES}", "书面差额", "M4", "M5", "M6", "M7", "退汇", "重复付款", "冲正", "保险公司拨入", "手续费")
    await maker.look("month-statement", axe=True)
    await clerk.press("处理勾选的流水")
    await maker.look("month-ticked")
    for words in ("登记退汇 1 笔", "立追偿 1 笔", "挂暂收款 1 笔"):
        await clerk.press(words)
    await maker.sees("这份对账单全部处理完毕", "0.00", "银行与账面一致")
    await maker.look("month-done", axe=True)
    await clerk.follow("2019-08 余额调节表")
    await maker.sees("可以结账")
    await maker.look("month-ready", axe=True)
    await clerk.press("结账 2019-08")
    await maker.sees("已结账")
    paper = await clerk.print()

    assert clerk.clicks <= MOST_CLICKS, f"{clerk.clicks} clicks"
    await right(service, paper)


async def right(service: Service, paper: str) -> None:
    """0.00 by the API and as printed; the printed numbers are the closed month's; everything verifies."""
    password = (service.folder / "demo-password").read_text("utf-8").strip()
    async with httpx.AsyncClient(base_url=f"{service.url}/api/v1") as client:
        token = (await client.post("/tokens", json={"username": "maker", "password": password})).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        now = (await client.get("/reconciliation", params={"month": str(MONTH)})).json()
        (closed,) = (await client.get("/months")).json()["items"]
        newest = (await client.get("/statements")).json()["items"][0]
    assert (now["difference_fen"], closed["facts"]["difference_fen"], closed["month"]) == (0, 0, str(MONTH))
    assert (newest["lines"], newest["matched"], newest["open"]) == (LINES, LINES, 0)
    balance = yuan(closed["facts"]["bank_fen"])
    assert paper.count(close(balance)) == 4, f"{balance} not in\n{paper}"
    for words in ("银行存款余额调节表", "截至 2019-08-31", "差额 0.00", "制表：", "复核："):
        assert close(words) in paper, f"{words} not in\n{paper}"
    await service.run("-m", "insurance", "verify")
