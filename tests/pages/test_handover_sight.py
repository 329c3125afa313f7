"""Two insurers on both sides of midnight: what each of them is shown of everything there is, through every list, page, export and file.

The table is that of docs/visibility.md; a test holds the two together.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import httpx
import openpyxl
import pytest

from insurance.access import clock
from insurance.access.model import Actor
from make.handover import AFTER, BEFORE, LAST_DAY, LATE, MIDNIGHT, MOMENTS, STEPS, Night
from people import People, api, browser
from walk import ROUTES, Route, talker

# Who is shown it on each of the five days: nobody (-), the old insurer (A), the new one (B), both (AB).
TABLE = """
project P1                    | A  | AB | AB | AB | AB
project P2                    | A  | A  | A  | A  | A
project P3                    | -  | -  | -  | B  | B
policy P1                     | A  | A  | A  | A  | A
policy P1 renewed             | -  | B  | B  | B  | B
policy P2                     | A  | A  | A  | A  | A
policy P3                     | -  | -  | -  | B  | B
endorsement of P2             | -  | -  | -  | A  | A
quote of A                    | A  | A  | A  | A  | A
claim paid                    | A  | A  | A  | A  | A
claim of 23:59                | -  | -  | -  | -  | A
claim of 00:00                | -  | -  | -  | B  | B
photo of the claim            | A  | A  | A  | A  | A
original of the photo         | A  | A  | A  | A  | A
letter of the claim           | A  | A  | A  | A  | A
payout of the claim           | A  | A  | A  | A  | A
recovery of the claim         | A  | A  | A  | A  | A
storm over midnight           | -  | -  | -  | AB | AB
paper P1                      | A  | AB | AB | AB | AB
application of the new year   | -  | AB | AB | AB | AB
paper of P1 in January        | -  | -  | -  | B  | AB
accounts of P1 for 2019       | -  | -  | -  | B  | AB
paper P2                      | A  | A  | A  | A  | A
paper of P2 in January        | -  | -  | -  | A  | A
paper P3                      | -  | -  | -  | B  | B
account P1                    | A  | AB | AB | AB | AB
account of P1 in January      | -  | -  | -  | B  | AB
account P2                    | A  | A  | A  | A  | A
account P3                    | -  | -  | -  | B  | B
"""
EXPECTED = {
    name.strip(): dict(zip(MOMENTS, (cell.strip() for cell in cells), strict=True))
    for name, *cells in (line.split("|") for line in TABLE.strip().splitlines())
}
# The lists, and what each is a list of.
LISTS = {
    "project": ("/api/v1/projects", "/projects", "/projects/export"),
    "policy": ("/api/v1/policies", "/policies", "/policies/export"),
    "claim": ("/api/v1/claims", "/claims", "/claims/export"),
    "payout": ("/api/v1/payouts", "/payouts"),
    "storm": ("/api/v1/disasters", "/disasters"),
}
# Of the lists, those that leave out what is over.
_OPEN_ONLY = {"/claims": {"claim paid"}, "/claims/export": {"claim paid"}, "/payouts": {"payout of the claim"}}
FIGURES = {  # projects, insured, open claims, whether anything was paid
    ("A", BEFORE): (2, 2, 0, True), ("B", BEFORE): (0, 0, 0, False),
    ("A", LAST_DAY): (2, 2, 0, True), ("B", LAST_DAY): (1, 0, 0, False),
    ("A", MIDNIGHT): (2, 1, 0, True), ("B", MIDNIGHT): (1, 1, 0, False),
    ("A", AFTER): (2, 1, 0, True), ("B", AFTER): (2, 2, 1, False),
    ("A", LATE): (2, 1, 1, True), ("B", LATE): (2, 2, 1, False),
}  # fmt: skip
# P1 as the register tells it: households, assets, years of accounts, payees' accounts, the change of January in its history; None: out
# of sight.
OLD, NEW = (37, 1, 0, 1, False), (61, 2, 1, 2, True)
FACTS = {
    ("A", BEFORE): OLD, ("B", BEFORE): None, ("A", LAST_DAY): OLD, ("B", LAST_DAY): OLD, ("A", MIDNIGHT): OLD, ("B", MIDNIGHT): OLD,
    ("A", AFTER): OLD, ("B", AFTER): NEW, ("A", LATE): NEW, ("B", LATE): NEW,
}  # fmt: skip


@pytest.fixture
async def night(story: People) -> AsyncIterator[Night]:
    """The county before anything happened; the business day is put back afterwards."""
    pinned = clock.pinned()
    yield Night(story)
    clock.pin(pinned)


async def told(route: Route, client: httpx.AsyncClient, night: Night, who: Actor, ids: dict[str, int]) -> httpx.Response:
    """What the route answers this person, who stays signed in."""
    key = (who.username, route.is_api)
    if key not in night.signed_in:
        night.signed_in[key] = await talker(client, route, who)
    return await route.call(night.signed_in[key], ids)


def words_of(answer: httpx.Response) -> str:
    """Everything an answer says; of a workbook, its cells."""
    if "spreadsheet" not in answer.headers.get("content-type", ""):
        return answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    return "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)


async def test_what_each_insurer_sees_on_both_sides_of_midnight(client: httpx.AsyncClient, night: Night) -> None:
    asked = dict.fromkeys(EXPECTED, 0)
    wrong: list[object] = []
    for day in MOMENTS:
        clock.pin(day)
        if day in STEPS:
            await STEPS[day](night)
        for insurer, who in (("A", night.story.adjuster_a), ("B", night.story.approver_b)):
            for name, ids in night.ids.items():
                if name not in EXPECTED:
                    continue
                expected = insurer in EXPECTED[name][day]
                for route in _routes_of(ids, who):
                    status = (await told(route, client, night, who, ids)).status_code
                    if status == 404 and expected and (await told(route, client, night, night.story.city, ids)).status_code == 404:
                        continue  # there is no such part of it at all
                    asked[name] += status in (200, 303)
                    if status not in (200, 303, 404) or (status != 404) != expected:
                        wrong.append((day, insurer, name, route.path, status))
            wrong += await _lists(client, night, day, insurer, who)
            wrong += await _figures(client, night, day, insurer, who)

    assert not wrong, "\n".join(map(str, wrong))
    assert min(asked.values()) > 0, asked
    assert set(EXPECTED) <= set(night.ids)


def _routes_of(ids: dict[str, int], who: Actor) -> list[Route]:
    """Every address that takes all these ids and no other."""
    return [route for route in ROUTES if route.method == "GET" and set(route.params) == set(ids) and route.may(who.role)]


async def _lists(client: httpx.AsyncClient, night: Night, day: date, insurer: str, who: Actor) -> list[object]:
    """No list, page, export or figure names what is hidden; the lists of a thing name all that is shown."""
    wrong: list[object] = []
    shown = {name for name in EXPECTED if insurer in EXPECTED[name][day] and name in night.ids}
    for route in (route for route in ROUTES if route.method == "GET" and not route.params and route.may(who.role)):
        text = words_of(await told(route, client, night, who, {}))
        found = {name for name, word in night.words.items() if word in text and name in EXPECTED}
        wrong += [(day, insurer, route.path, "leaks", name) for name in found - shown]
        for kind, paths in LISTS.items():
            if route.path in paths:
                wanted = {name for name in shown if name.startswith(kind) and name in night.words} - _OPEN_ONLY.get(route.path, set())
                wrong += [(day, insurer, route.path, "leaves out", name) for name in wanted - found]
    return wrong


async def _figures(client: httpx.AsyncClient, night: Night, day: date, insurer: str, who: Actor) -> list[object]:
    """The dashboard's numbers and the facts of P1, exactly."""
    person = await api(client, who)
    figures = (await person.get("/figures")).json()
    numbers = (figures["projects"], figures["industry_insured"], figures["claims_open"], figures["paid_fen"] > 0)
    project = night.projects["P1"].id
    whole = await person.get(f"/projects/{project}")
    facts = None
    if whole.status_code == 200:
        years = (await person.get(f"/projects/{project}/annual-accounts")).json()["items"]
        accounts = (await person.get(f"/projects/{project}/payee-accounts")).json()["items"]
        value = (await person.get(f"/projects/{project}/net-value")).json()
        page = (await (await browser(client, who)).get(f"/projects/{project}")).text
        facts = (whole.json()["households"], len(whole.json()["assets"]), len(years), len(accounts), "2020-01-10" in page)
        assert len(value["assets"]) == len(whole.json()["assets"])
        assert ("冷库" in page) == (len(value["assets"]) == 2)
        (line,) = [one for one in (await person.get("/projects")).json()["items"] if one["id"] == project]
        assert line["net_value_fen"] == value["net_value_fen"]
        file = await (await browser(client, who)).get("/projects/export")
        (row,) = [one for one in openpyxl.load_workbook(io.BytesIO(file.content)).active.values if night.words["project P1"] in one]
        assert Fraction(value["net_value_fen"], 100) == Fraction(str(row[6]))
    wrong: list[object] = []
    if numbers != FIGURES[insurer, day]:
        wrong.append((day, insurer, "figures", numbers))
    if facts != FACTS[insurer, day]:
        wrong.append((day, insurer, "facts of P1", facts))
    return wrong


def test_the_document_has_the_same_table() -> None:
    document = (Path(__file__).parents[2] / "docs" / "visibility.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in document.splitlines() if line.startswith("| ")]

    assert {row[0]: tuple(row[1:]) for row in rows[1:]} == {name: tuple(days.values()) for name, days in EXPECTED.items()}
