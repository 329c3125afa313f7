"""The open door: whoever holds a letter checks it by its code, without signing in, and learns no more than the paper says."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import httpx
import pytest

import make
from insurance.access.throttle import Throttle
from insurance.base.errors import TooMany
from insurance.claims import actions_letters, pages_verify
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_letters import LetterIssue, LetterView
from people import People

_HTML = {"accept": "text/html"}
_S = ClaimState


@pytest.fixture(autouse=True)
def _door(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door of its own for every test, that does not wait."""
    monkeypatch.setattr(pages_verify, "_DOOR", Throttle(most=100, seconds=60, pace=0))


async def issued(claim: Claim, story: People, place: int = -1) -> LetterView:
    """A letter of the claim, the newest unless told otherwise."""
    line = (await actions_letters.of_claim(claim.id, actor=story.city))[place]
    return await actions_letters.one(claim.id, line.id, actor=story.city)


async def asked(client: httpx.AsyncClient, code: str, **query: str) -> httpx.Response:
    return await client.get(f"/verify/{code}", params=query, headers=_HTML)


async def test_the_code_opens_what_was_stored(client: httpx.AsyncClient, story: People) -> None:
    letter = await issued(await make.claim_in(_S.APPROVED, story), story)

    page = await asked(client, letter.content.code)
    typed = await client.get("/verify", params={"code": f" {letter.content.code.lower()} "}, headers=_HTML)

    assert page.status_code == 200
    for told in ("赔款确认书", letter.number, letter.facts["claim_number"], "2019-08-30", "保险公司甲", "石门村股份经济合作社", "40,031.01",
                 "肆万零叁拾壹元零壹分", letter.content.code):  # fmt: skip
        assert told in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert typed.status_code == 303
    assert (await client.get(typed.headers["location"], headers=_HTML)).status_code == 200


async def test_it_says_no_more_than_the_paper(client: httpx.AsyncClient, story: People) -> None:
    person: dict[str, Any] = {"ownership": "INDIVIDUAL", "operation": "PRIVATE", "owner": {"name": "王小明"}, "link_agreement": True}
    claim = await make.claim_in(_S.APPROVED, story, loss=await make.insured(story, **person), account_of_loss="患高血压")
    letter = await issued(claim, story)

    page = (await asked(client, letter.content.code)).text

    assert "王**" in page
    for hidden in ("王小明", "患高血压", "0000", "峄城农村商业银行", "adjuster", "approver"):
        assert hidden not in page.replace(letter.pdf.sha256 if letter.pdf else letter.code, "").replace(letter.content.code, "").replace(
            letter.number, ""
        ).replace(letter.facts["claim_number"], ""), hidden


async def test_a_replaced_letter_says_so(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    old = await issued(claim, story)
    new = await actions_letters.issue_by_hand(claim.id, LetterIssue(replaces_id=old.id), actor=story.approver_a)

    assert f"已由 {new.number} 更正并代替" in (await asked(client, old.code)).text
    assert "请勿再使用" not in (await asked(client, new.code)).text


@pytest.mark.parametrize("code", ["0000-0000-0000-0001", "x", "%00", "核验码", "'; DROP TABLE letter; --", "0" * 400])
async def test_a_wrong_code_opens_nothing(client: httpx.AsyncClient, story: People, code: str) -> None:
    answer = await asked(client, code)

    assert answer.status_code == 404
    assert "没有这份函件" in answer.text
    assert "LA2019" not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


async def test_a_slip_in_the_code_opens_nothing(client: httpx.AsyncClient, story: People) -> None:
    letter = await issued(await make.claim_in(_S.APPROVED, story), story)
    other = "0" if letter.code[3] != "0" else "1"

    assert (await asked(client, letter.code[:3] + other + letter.code[4:])).status_code == 404


async def test_the_pdf_is_told_from_any_other_file(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.claim_in(_S.APPROVED, story)
    letter = await issued(claim, story)
    _, content = await actions_letters.pdf(claim.id, letter.id, actor=story.town)
    address = f"/verify/{letter.code}"

    async def compared(file: bytes) -> httpx.Response:
        return await client.post(address, files={"file": ("x.pdf", file)}, headers=_HTML)

    same, other, empty = await compared(content), await compared(content[:-1] + b"x"), await client.post(address, headers=_HTML)
    sha256 = (await issued(claim, story)).pdf
    assert sha256 is not None

    assert (same.status_code, other.status_code, empty.status_code) == (200, 200, 415)
    assert "文件与系统存的函件一致" in same.text
    assert "不一致" in other.text
    assert "函件一致" in (await asked(client, letter.code, sha256=sha256.sha256.upper())).text
    assert "不一致" in (await asked(client, letter.code, sha256="0" * 64)).text
    assert (await asked(client, letter.code, sha256="abc")).status_code == 422


async def test_a_form_of_another_site_is_refused(client: httpx.AsyncClient, story: People) -> None:
    letter = await issued(await make.claim_in(_S.APPROVED, story), story)
    files = {"file": ("x.pdf", b"%PDF-")}

    answer = await client.post(f"/verify/{letter.code}", files=files, headers=_HTML | {"origin": "https://elsewhere.example"})

    assert answer.status_code == 403


async def test_right_and_wrong_codes_take_the_same_time(client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = await issued(await make.claim_in(_S.APPROVED, story), story)
    monkeypatch.setattr(pages_verify, "_DOOR", Throttle(most=100, seconds=60, pace=0.3))
    await asked(client, letter.code)  # templates and file are made

    async def took(code: str) -> float:
        start = perf_counter()
        await asked(client, code)
        return perf_counter() - start

    right, wrong, nonsense = await took(letter.code), await took("0000-0000-0000-0001"), await took("x")

    assert min(right, wrong, nonsense) >= 0.3
    assert max(right, wrong, nonsense) < 0.6


async def test_who_tries_too_often_waits(client: httpx.AsyncClient, story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_verify, "_DOOR", Throttle(most=3, seconds=60, pace=0))

    assert [(await asked(client, "x")).status_code for _ in range(5)] == [404, 404, 404, 429, 429]


def test_a_turn_comes_back_after_its_time() -> None:
    now = [0.0]
    door = Throttle(most=2, seconds=60, pace=0, clock=lambda: now[0])
    door.take("a")
    door.take("a")
    door.take("b")
    with pytest.raises(TooMany):
        door.take("a")
    now[0] = 60.0
    door.take("a")


def test_callers_that_were_silent_longest_are_forgotten() -> None:
    door = Throttle(most=1, seconds=60, pace=0)
    for n in range(10_001):
        door.take(str(n))
    door.take("0")
    known: Any = door._turns
    assert len(known) == 10_000
