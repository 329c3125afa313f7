"""The handover pack over HTTP: who may read it, the page of a day, the workbook as seen, each insurer only its part."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import httpx
import pytest

from insurance.base.spreadsheet import read_table_file
from insurance.policies import actions
from insurance.policies.model import Cover
from make.midterm import held
from people import People, api, browser


@pytest.fixture
async def changed(story: People) -> People:
    """Yicheng goes from A to B on 31 August 2019, tomorrow; one policy runs on."""
    for insurer, from_on in (("INS-A", date(2019, 1, 1)), ("INS-B", date(2019, 8, 31))):
        await actions.add_insurer_rule("370404", Cover.INDUSTRY, insurer, from_on, None, actor=story.city)
    await held(story.county)
    return story


async def test_the_api_lists_the_changes_and_gives_each_its_pack(client: httpx.AsyncClient, changed: People) -> None:
    city, old, new = [await api(client, who) for who in (changed.city, changed.adjuster_a, changed.approver_b)]

    listed = (await city.get("/handovers")).json()["items"]
    whole = (await city.get("/handovers", on="2019-08-31")).json()
    theirs = (await city.get("/handovers", on="2019-08-31", insurer="INS-B")).json()

    assert [(one["on"], one["old"], one["new"]) for one in listed] == [("2019-08-31", "INS-A", "INS-B")]
    assert (whole["totals"]["running_on"], whole["totals"]["projects"], len(whole["pack"]["premiums"])) == (1, 1, 1)
    assert (theirs["totals"]["running_on"], theirs["totals"]["projects"], theirs["pack"]["premiums"]) == (0, 1, [])
    assert (await old.get("/handovers", on="2019-08-31")).json()["pack"]["insurer"] == "INS-A"
    assert (await new.get("/handovers", on="2019-08-31", insurer="INS-A")).json()["pack"]["insurer"] == "INS-B"  # always its own
    assert (await city.get("/handovers", on="2019-08-30")).status_code == 404
    assert (await city.get("/handovers", on="soon")).json()["errors"][0]["field"] == "on"
    assert (await city.get("/handovers", on="2019-08-31", insurer="INS-X")).json()["errors"][0]["field"] == "insurer"
    assert (await (await api(client, changed.other_county)).get("/handovers", on="2019-08-31")).status_code == 404
    assert (await (await api(client, changed.other_county)).get("/handovers")).json()["items"] == []
    for stranger in (changed.town, changed.maker, changed.leader):
        assert (await (await api(client, stranger)).get("/handovers")).status_code == 403


async def test_the_page_leads_to_the_pack_and_exports_what_it_shows(client: httpx.AsyncClient, changed: People) -> None:
    city = await browser(client, changed.city)

    index, page = await city.get("/handovers"), await city.get("/handovers?on=2019-08-31&insurer=INS-B")
    whole = await city.get("/handovers?on=2019-08-31")
    file = await city.get("/handovers/export?on=2019-08-31&insurer=INS-B")
    again = await city.get("/handovers/export?on=2019-08-31&insurer=INS-B")

    assert "/handovers?on=2019-08-31" in index.text
    assert re.search(r"/handovers/export\?on=2019-08-31&(amp;)?insurer=INS-B", page.text)
    assert "尚欠（元）" in whole.text
    assert "尚欠（元）" not in page.text
    assert "移交包_2019-08-31_INS-B.xlsx" in unquote(file.headers["content-disposition"])
    assert [sheet.name for sheet in (await read_table_file(file.content)).sheets] == ["汇总", "移交项目"]
    assert (await city.get("/handovers/export")).status_code == 404
    assert len(again.content) == len(file.content)
    english = await city.get("/handovers/export?on=2019-08-31&lang=en")
    assert (await read_table_file(english.content)).sheets[1].name == "Policies that end"


async def test_an_insurer_reads_its_own_pack_on_the_page(client: httpx.AsyncClient, changed: People) -> None:
    old, new = await browser(client, changed.approver_a), await browser(client, changed.adjuster_b)

    kept, taken = await old.get("/handovers?on=2019-08-31"), await new.get("/handovers?on=2019-08-31")

    assert "另 1 份留到期满" in kept.text
    assert "给哪家公司" not in kept.text
    assert "清空" not in kept.text  # nothing to choose, no filters
    assert "尚欠" not in taken.text
    assert (await (await browser(client, changed.other_county)).get("/handovers?on=2019-08-31")).status_code == 404
