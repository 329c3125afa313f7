"""Premium and subsidy through HTTP: lists, statements, lines that are premium; by role and scope."""

from __future__ import annotations

import io
from urllib.parse import parse_qsl

import httpx
import openpyxl
import pytest

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


async def test_a_person_may_choose_another_payer_looks_first_and_confirms_what_was_shown(client: httpx.AsyncClient, story: People) -> None:
    await accounts(story)
    bound = await due(story)
    found = await line(story, 12_00, "某某单位")
    assert found.offer is not None
    assert found.offer.text == ""
    screen = await browser(client, story.maker)
    page = await screen.get(found.offer.href)
    assert (page.status_code, "由人指定" in page.text) == (200, True)
    wrong = await screen.get(f"{found.offer.href}?kind=RECEIVED&payer=COUNTY")
    assert (wrong.status_code, "请选择区（市）" in wrong.text) == (422, True)

    look = await screen.get(f"{found.offer.href}?kind=RECEIVED&payer=COUNTY&county_code=370404")
    assert "收到保费：峄城区财政，1 份保单共 12.00 元，最早到期的在前" in look.text
    assert bound.number in look.text
    form = {
        "line_id": str(found.id),
        "kind": "RECEIVED",
        "payer": "COUNTY",
        "county_code": "370404",
        "expected_fen": "1199",
        "note": "来电核实",
    }
    changed = await screen.post("/premiums/moves", form)
    assert (changed.status_code, "应收的保费刚有变动" in changed.text) == (409, True)
    assert 'value="370404" selected' in changed.text, "what was typed is kept"
    done = await screen.post("/premiums/moves", form | {"expected_fen": "1200"})

    assert (done.status_code, done.headers["location"]) == (303, "/exceptions")
    assert "来电核实" in (await screen.get(f"/statements/{found.statement_id}?view=all")).text
    assert (await screen.get(found.offer.href)).headers["location"] == f"/statements/{found.statement_id}?view=all"
    moves = (await screen.get("/premiums/moves")).text
    assert "某某单位" in moves
    assert "峄城区" not in (await (await browser(client, story.other_county)).get("/premiums")).text


async def test_lists_go_on_page_by_page_and_are_exported_as_seen(client: httpx.AsyncClient, story: People) -> None:
    bound = [await due(story) for _ in range(3)]
    talk = await api(client, story.city)
    seen, cursor = [], None
    while True:
        page = (await talk.get("/premiums", payer="CITY", state="open", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        seen += [one["policy"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [one.id for one in bound]
    screen = await browser(client, story.city)
    first = await screen.get("/premiums/policies?payer=CITY&limit=2")
    assert bound[1].number in first.text
    assert bound[2].number not in first.text
    rows = _rows((await screen.get("/premiums/policies/export?payer=CITY&limit=2")).content)
    assert [row[0] for row in rows[1:]] == [one.number for one in bound]
    groups = _rows((await screen.get("/premiums/export?payer=CITY")).content)
    assert (groups[1][:3], groups[1][3]) == (("市财政", "峄城区", groups[1][2]), 3)
    assert groups[-1][4] == groups[1][4]
    told = (await talk.get("/premiums/arrears", payer="CITY")).json()["items"]
    assert [(one["county_code"], one["policies"]) for one in told] == [("370404", 3)]


def _rows(content: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/premiums?payer=VILLAGE", "payer"),
        ("/premiums?state=late", "state"),
        ("/premiums?as_of=2019-08-31", "as_of"),
        ("/premiums?cursor=abc", "cursor"),
        ("/premiums?insurer=INS-X", "insurer"),
        ("/premiums/statement", "payer"),
        ("/premiums/statement?payer=CITY&until=2019-08-31", "until"),
        ("/premiums/statement?payer=CITY&from=2019-08-02&until=2019-08-01", "from"),
        ("/premiums/statement?payer=CITY&party=1", "party"),
    ],
)
async def test_a_wrong_question_is_refused_by_its_field(client: httpx.AsyncClient, story: People, path: str, field: str) -> None:
    route, _, query = path.partition("?")

    answer = await (await api(client, story.city)).get(route, **dict(parse_qsl(query)))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_body_is_read_strictly_and_roles_are_kept(client: httpx.AsyncClient, story: People) -> None:
    await accounts(story)
    await due(story)
    found = await line(story, 12_00, CITY)
    body = {"line_id": found.id, "kind": "RECEIVED", "payer": "CITY"}
    maker = await api(client, story.maker)
    for wrong, field in (({"kind": "GIFT"}, "kind"), ({"amount_fen": 1}, "amount_fen"), ({"expected_fen": "12"}, "expected_fen")):
        answer = await maker.post("/premiums/moves", body | wrong)
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert (await maker.post("/premiums/moves", body | {"line_id": 999_999})).status_code == 404
    for who in (story.city, story.adjuster_a, story.leader, story.auditor):
        talk = await api(client, who)
        assert (await talk.post("/premiums/moves", body)).status_code == 403
        assert (await talk.get("/premiums")).status_code == 200
    assert (await (await api(client, story.city)).get("/premiums/moves")).status_code == 403
    assert (await (await api(client, story.auditor)).get("/premiums/moves")).status_code == 200


async def test_the_statement_of_an_insured_party_bears_its_name(client: httpx.AsyncClient, story: People) -> None:
    bound = await due(story)
    talk, screen = await api(client, story.county), await browser(client, story.county)
    (own,) = (await talk.get("/premiums", policy=bound.id, payer="INSURED")).json()["items"]

    page = await screen.get(f"/premiums/statement?payer=INSURED&party={own['party']}")

    assert own["insured"] in page.text
    assert bound.number in page.text
    assert (await screen.get("/premiums/statement?payer=CITY&until=2019-08-31")).status_code == 422
