"""Lines that may stand already, over HTTP: the file is refused by the day, the form offers the choice, either word lets it in."""

from __future__ import annotations

import httpx
import pytest

from make.bank_shelf import content, walk
from make.paper_forms import fields, fill_in
from people import Browser, People, api, browser

ROWS = walk(-500, 500, -500)
FIRST, REST = content(ROWS[:1]), content(ROWS[1:])


async def upload(who: Browser, page: httpx.Response, file: bytes, **typed: str) -> httpx.Response:
    return await fill_in(who, page, "/statements", {"file": ("流水.csv", file)}, **({"side": "PAYER", "account": "6222"} | typed))


@pytest.mark.parametrize(("word", "new"), [("same", 1), ("further", 2)])
async def test_the_form_comes_back_with_the_choice(client: httpx.AsyncClient, story: People, word: str, new: int) -> None:
    maker = await browser(client, story.maker)
    empty = await maker.get("/statements")
    await upload(maker, empty, FIRST)

    refused = await upload(maker, await maker.get("/statements"), REST)
    done = await upload(maker, refused, REST, overlap=word)

    assert 'name="overlap"' not in empty.text
    assert refused.status_code == 422
    assert "2019-07-01" in refused.text
    assert "与已导入的流水重复" in refused.text
    assert "是另外的流水" in refused.text
    assert fields(refused.text, "/statements")["account"] == ["6222"]
    assert fields(refused.text, "/statements").get("overlap", []) == []
    assert done.status_code == 303
    assert (await (await api(client, story.maker)).get("/statements")).json()["items"][0]["new_lines"] == new


@pytest.mark.parametrize(("word", "new"), [("same", 1), ("further", 2)])
async def test_a_program_is_told_the_field_and_says_it(client: httpx.AsyncClient, story: People, word: str, new: int) -> None:
    maker = await api(client, story.maker)
    first = await maker.upload("/statements", "a.csv", FIRST, {"side": "PAYER"})

    refused = await maker.upload("/statements", "b.csv", REST, {"side": "PAYER"})
    unknown = await maker.upload("/statements", "b.csv", REST, {"side": "PAYER", "overlap": "both"})
    done = await maker.upload("/statements", "b.csv", REST, {"side": "PAYER", "overlap": word})

    assert first.status_code == 201
    for answer in (refused, unknown):
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == ["overlap"]
    assert "2019-07-01" in refused.text
    assert (done.status_code, done.json()["new_lines"]) == (201, new)


async def test_a_word_the_form_does_not_know_is_refused(client: httpx.AsyncClient, story: People) -> None:
    maker = await browser(client, story.maker)

    wrong = await upload(maker, await maker.get("/statements"), FIRST, overlap="both")

    assert wrong.status_code == 422
    assert 'href="#f-overlap"' in wrong.text
