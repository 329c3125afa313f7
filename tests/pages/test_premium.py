"""Premium and subsidy through HTTP: lists, statements, lines that are premium; by role and scope."""

from __future__ import annotations

import io

import httpx
import openpyxl

from make.premium import CITY, COUNTY, accounts, books, confirmed, due, line
from people import People, api, browser


async def test_a_line_becomes_premium_and_is_taken_back_over_http(client: httpx.AsyncClient, story: People) -> None:
    await accounts(story)
    bound = await due(story)
    talk = await api(client, story.maker)
    (city,) = [one for one in (await talk.get("/premiums", policy=bound.id)).json()["items"] if one["payer"] == "CITY"]
    found = await line(story, city["open_fen"] + 50_00, CITY)
    body = {"line_id": found.id, "kind": "RECEIVED", "payer": "CITY", "expected_fen": city["open_fen"]}

    made = await talk.post("/premiums/moves", body, key="k1")

    assert made.status_code == 201
    assert made.headers["location"] == f"/api/v1/premiums/moves/{made.json()['id']}"
    assert made.json()["surplus_fen"] == 50_00
    assert made.json()["shares"] == [{"policy": bound.id, "number": bound.number, "payer": "CITY", "amount_fen": city["open_fen"]}]
    assert (await talk.post("/premiums/moves", body, key="k1")).json() == made.json(), "the same key answers the same"
    suspended = (await talk.get("/suspense")).json()
    assert [one["amount_fen"] for one in suspended["items"]] == [50_00], "what is left over waits in suspense"
    again = await talk.post("/premiums/moves", body)
    assert again.status_code == 409

    gone = await talk.post(f"/premiums/moves/{made.json()['id']}?reason=看错", method="DELETE")

    assert gone.status_code == 200
    assert gone.json()["undone_reason"] == "看错"
    assert (await talk.get("/suspense")).json()["items"] == []
    assert (await talk.post(f"/premiums/moves/{made.json()['id']}", method="DELETE")).status_code == 404
    moves = (await talk.get("/premiums/moves")).json()["items"]
    assert [(one["id"], one["undone_by"]) for one in moves] == [(made.json()["id"], story.maker.display_name)]


async def test_the_statement_page_offers_the_premium_and_one_click_books_it(client: httpx.AsyncClient, story: People) -> None:
    await accounts(story)
    await due(story)
    found = await line(story, 30_00, COUNTY)
    assert found.offer is not None
    talk = await browser(client, story.maker)
    page = await talk.get(f"/statements/{found.statement_id}")
    assert found.offer.text in page.text
    assert "峄城区财政" in found.offer.text

    done = await talk.post(found.offer.post_to, dict(found.offer.fields))

    assert done.status_code == 303
    assert done.headers["location"] == f"/statements/{found.statement_id}"
    assert (await books("1001"))[0] == 30_00
    assert "撤销" in (await talk.get(f"/statements/{found.statement_id}?view=all")).text


async def test_a_statement_of_a_payer_is_a_page_and_a_workbook_that_tie(client: httpx.AsyncClient, story: People) -> None:
    await accounts(story)
    bound = await due(story)
    found = await line(story, 30_00, CITY)
    await confirmed(found, story)
    talk, screen = await api(client, story.city), await browser(client, story.city)
    told = (await talk.get("/premiums/statement", payer="CITY")).json()

    assert (told["opening_fen"], told["received_fen"]) == (0, 30_00)
    assert (
        told["closing_fen"] == told["opening_fen"] + told["due_fen"] - told["refunded_fen"] - told["received_fen"] + told["paid_back_fen"]
    )
    page = await screen.get("/premiums/statement?payer=CITY")
    assert bound.number in page.text
    book = openpyxl.load_workbook(io.BytesIO((await screen.get("/premiums/statement/export?payer=CITY")).content)).active
    assert book is not None
    rows = list(book.iter_rows(values_only=True))
    assert rows[1][0] == bound.number
    assert rows[-1][-1] * 100 == told["closing_fen"]
