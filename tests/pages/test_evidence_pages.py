"""Papers, photos and signals on the page of a claim: several files at once, pictures, originals, notes; by role."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image

import make
from insurance.access.actions import system
from insurance.base import db
from insurance.claims import actions_evidence, actions_signals
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_evidence import Explanation
from insurance.projects import documents
from make import photos
from make.claims import assess, claim_in
from make.projects import PDF
from people import Browser, People, browser

FAR = photos.exif("2019:08:12 09:30:00", photos.IN_JINAN)


def several(*contents: tuple[str, bytes]) -> list[tuple[str, Any]]:
    return [("file", one) for one in contents]


def card(text: str, name: str) -> str:
    """One card of the page."""
    found = re.search(rf'<section class="card" id="{name}">.*?</section>', text, re.DOTALL)
    return found[0] if found else ""


async def page_of(person: Browser, claim: Claim) -> str:
    answer = await person.get(f"/claims/{claim.id}")
    assert answer.status_code == 200
    return answer.text


async def filed(story: People) -> Claim:
    """A claim with a photo taken far away."""
    claim = await make.reported(story)
    await actions_evidence.file(claim.id, "SCENE", "现场.jpg", photos.jpeg(1, FAR), actor=story.town)
    return claim


async def test_several_photos_come_in_with_one_form(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town = await browser(client, story.town)
    form = {"kind": "SCENE", "key": "k1"}
    files = several(("1.jpg", photos.jpeg(1)), ("2.png", photos.png(2)), ("3.pdf", PDF))

    first = await town.post(f"/claims/{claim.id}/evidence", form, files=files)
    again = await town.post(f"/claims/{claim.id}/evidence", form, files=files)

    assert (first.status_code, first.headers["location"]) == (303, f"/claims/{claim.id}?done=evidence#papers")
    assert again.headers["location"] == first.headers["location"], "a double click goes to the same place"
    text = card(await page_of(town, claim), "papers")
    assert "3 份在案 · 2 张照片" in text
    assert text.count("缩略图稍后生成") == 2
    assert "<img" not in text


async def test_what_cannot_be_filed_is_told_by_name_and_the_rest_is_stored(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town = await browser(client, story.town)
    files = several(
        ("好.jpg", photos.jpeg(1)), ("IMG_2.heic", b"\x00\x00\x00\x18ftypheic" + bytes(90)), ("半张.jpg", photos.jpeg(3)[:900]),
    )  # fmt: skip

    answer = await town.post(f"/claims/{claim.id}/evidence", {"kind": "SCENE", "key": "k1"}, files=files)

    assert answer.status_code == 422
    text = answer.text
    assert "其余文件已经存好" in text
    assert "IMG_2.heic：不支持这种文件" in text
    assert "半张.jpg：照片打不开" in text
    assert "好.jpg" in card(text, "papers")
    assert await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'") == 1


@pytest.mark.parametrize(
    ("form", "files", "said"),
    [
        ({"kind": "SCENE"}, several(("a.svg", b"<svg/>")), "不支持这种文件"),
        ({"kind": "SCENE"}, several(("a.svg", b"<svg/>"), ("b.exe", b"MZ\x90\x00")), "b.exe：不支持这种文件"),
        ({"kind": "SCENE"}, [], "请选择要上传的文件"),
        ({}, several(("a.pdf", PDF)), "请填写"),
        ({"kind": "RECIPE"}, several(("a.pdf", PDF)), "理赔程序中没有这种材料"),
        ({"kind": "SCENE", "dated_on": "2030-01-01"}, several(("a.pdf", PDF)), "材料日期不能晚于今天"),
        ({"kind": "WEATHER", "rain_mm_24h": "62.4"}, several(("a.pdf", PDF)), "证明编号"),
        (
            {"kind": "WEATHER", "station_name": "峄城站", "certificate_number": "31"},
            several(("a.pdf", PDF), ("b.pdf", PDF)),
            "一次只传一份",
        ),
        ({"kind": "OTHER"}, several(*((f"{n}.pdf", PDF + b"%%%d" % n) for n in range(21))), "一次最多传 20 个文件"),
    ],
)
async def test_a_form_that_brings_nothing_in_comes_back(
    client: httpx.AsyncClient, story: People, form: dict[str, str], files: Any, said: str
) -> None:
    claim = await make.reported(story)
    town = await browser(client, story.town)

    answer = await town.post(f"/claims/{claim.id}/evidence", form | {"key": "k"}, files=files or {"x": ("", b"")})

    assert answer.status_code == 422
    assert said in answer.text
    assert not await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'")


async def test_the_last_place_of_a_claim_goes_to_the_first_of_two(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    for n in range(actions_evidence.MOST_FILES - 1):
        await actions_evidence.file(claim.id, "OTHER", "a.pdf", PDF + b"%%%d" % n, actor=story.town)
    town = await browser(client, story.town)

    answer = await town.post(
        f"/claims/{claim.id}/evidence", {"kind": "SCENE"}, files=several(("1.jpg", photos.jpeg(1)), ("2.jpg", photos.jpeg(2)))
    )

    assert answer.status_code == 422
    assert "2.jpg：一个案件最多存 20 个文件" in answer.text
    assert "1.jpg" in card(answer.text, "papers")


# -- pictures -----------------------------------------------------------------------------------------------------------------


async def test_people_see_the_copy_and_later_the_thumbnail(client: httpx.AsyncClient, story: People) -> None:
    claim = await filed(story)
    photo_id = await db.fetchval("SELECT document_id FROM photo")
    leader, here = await browser(client, story.leader), f"/claims/{claim.id}/photos/{photo_id}"
    before = await leader.get(f"{here}/thumbnail")
    await documents.make_thumbnails(actor=system("370400"))

    copy, small = await leader.get(here), await leader.get(f"{here}/thumbnail")

    assert before.status_code == 404
    for answer in (copy, small):
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer.headers["cache-control"]
        assert not Image.open(io.BytesIO(answer.content)).getexif()
    assert f'src="{here}/thumbnail"' in await page_of(leader, claim)


async def test_originals_and_places_are_shown_to_who_handles_the_case(client: httpx.AsyncClient, story: People) -> None:
    claim = await filed(story)
    photo_id = await db.fetchval("SELECT document_id FROM photo")

    for who, handles in (("town", True), ("adjuster_a", True), ("leader", False), ("auditor", False), ("maker", False)):
        person = await browser(client, getattr(story, who))
        text = card(await page_of(person, claim), "papers")
        assert (f'href="/claims/{claim.id}/evidence/{photo_id}"' in text) is handles, who
        assert ("<em>GPS</em>" in text) is handles, who
        got = await person.get(f"/claims/{claim.id}/evidence/{photo_id}")
        assert got.headers["content-disposition"].startswith("attachment;")
        assert bool(Image.open(io.BytesIO(got.content)).getexif()) is handles, who


async def test_a_paper_of_another_claim_is_not_there(client: httpx.AsyncClient, story: People) -> None:
    await filed(story)
    other = await make.reported(story)
    photo_id = await db.fetchval("SELECT document_id FROM photo")
    town = await browser(client, story.town)

    for path in (f"evidence/{photo_id}", f"photos/{photo_id}", f"photos/{photo_id}/thumbnail"):
        assert (await town.get(f"/claims/{other.id}/{path}")).status_code == 404


# -- what is missing, and why --------------------------------------------------------------------------------------------------


async def test_what_is_missing_stands_first_with_its_reason(client: httpx.AsyncClient, story: People) -> None:
    claim = await assess(await claim_in(ClaimState.OPENED, story), story, rescue_fen=80_000)
    await actions_evidence.file(claim.id, "TITLE", "确权.pdf", PDF, actor=story.town)

    text = card(await page_of(await browser(client, story.adjuster_a), claim), "papers")

    assert text.index("施救费用凭证") < text.index("定损列有施救费用 800.00 元") < text.index("确权.pdf")
    assert "视情况需要的" in text


async def test_what_the_station_measured_stands_beside_the_wording(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town = await browser(client, story.town)
    form = {"kind": "WEATHER", "station_name": "峄城站", "certificate_number": "枣气证31号", "rain_mm_24h": "62.4"}

    answer = await town.post(f"/claims/{claim.id}/evidence", form, files=several(("气象证明.pdf", PDF)))

    assert answer.status_code == 303
    text = card(await page_of(await browser(client, story.approver_a), claim), "papers")
    assert "24 小时雨量实测 62.4 mm ≥ 50 mm" in text
    assert "枣气证31号" in text


async def test_an_insurer_reads_the_papers_of_the_project_it_insures(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    paper = await documents.file_for_project(claim.project.id, "TITLE", "确权证书.pdf", PDF + b"% title", actor=story.town)
    adjuster, stranger = await browser(client, story.adjuster_a), await browser(client, story.adjuster_b)

    text = await page_of(adjuster, claim)

    assert f'href="/documents/{paper.id}"' in card(text, "papers")
    assert (await adjuster.get(f"/documents/{paper.id}")).content == PDF + b"% title"
    assert (await stranger.get(f"/documents/{paper.id}")).status_code == 404


# -- signals ------------------------------------------------------------------------------------------------------------------


async def test_a_signal_is_shown_with_its_reason_and_explained_on_the_page(client: httpx.AsyncClient, story: People) -> None:
    claim = await filed(story)
    (signal,) = await actions_signals.of_claim(claim.id, actor=story.town)
    adjuster, path = await browser(client, story.adjuster_a), f"/claims/{claim.id}/signals/{signal.id}/notes"

    empty = await adjuster.post(path, {"note": "", "key": "a"})
    done = await adjuster.post(path, {"note": "农户在济南务工", "key": "b"})

    assert empty.status_code == 422
    assert 'aria-invalid="true"' in card(empty.text, "signals")
    assert (done.status_code, done.headers["location"]) == (303, f"/claims/{claim.id}?done=signal#signals")
    text = card(await page_of(adjuster, claim), "signals")
    assert "拍摄地点在峄城区以外约 209 公里" in text
    assert "农户在济南务工" in text
    assert "都已说明" in text
    assert (await adjuster.get(path)).headers["location"] == f"/claims/{claim.id}#signals"


async def test_signals_are_for_who_handles_or_audits_and_forms_for_the_insurer(client: httpx.AsyncClient, story: People) -> None:
    claim = await filed(story)
    (signal,) = await actions_signals.of_claim(claim.id, actor=story.town)
    await actions_signals.explain(claim.id, signal.id, Explanation("核实"), actor=story.approver_a)

    shown = {who: card(await page_of(await browser(client, getattr(story, who)), claim), "signals") for who in story.everybody()
             if who not in {"admin", "other_county", "other_town", "adjuster_b", "approver_b"}}  # fmt: skip

    assert {who for who, text in shown.items() if text} == {"city", "county", "town", "adjuster_a", "approver_a", "auditor"}
    assert {who for who, text in shown.items() if "<form" in text} == {"adjuster_a", "approver_a"}


async def test_a_claim_without_photos_has_no_card_of_signals(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town = await browser(client, story.town)
    assert card(await page_of(town, claim), "signals") == ""

    await actions_evidence.file(claim.id, "SCENE", "现场.jpg", photos.jpeg(1), actor=story.town)

    assert "没有要问的" in card(await page_of(town, claim), "signals")
