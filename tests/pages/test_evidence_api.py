"""Papers, photos and signals of a claim as programs send and read them, by role."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image

import make
from insurance.base import db, files
from insurance.claims import actions_evidence, actions_signals
from insurance.claims.model import Claim, ClaimState
from make import photos
from make.claims import assess, claim_in
from make.projects import PDF
from people import People, api, browser

S = ClaimState
TAKEN = photos.exif("2019:08:12 09:30:00", photos.IN_JINAN, ("HUAWEI", "P30"))
HANDLERS = ("town", "county", "city", "adjuster_a", "approver_a")
READERS = ("maker", "checker", "leader", "auditor")
STRANGERS = ("other_town", "other_county", "adjuster_b", "approver_b")


async def claim_with_photo(story: People) -> Claim:
    claim = await make.reported(story)
    await actions_evidence.file(claim.id, "SCENE", "现场.jpg", photos.jpeg(1, TAKEN), actor=story.town)
    return claim


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {fault["field"]: fault["text"] for fault in answer.json()["errors"]}


async def test_a_photo_comes_in_and_its_place_is_for_who_handles_the_case(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town = await api(client, story.town)

    filed = await town.upload(f"/claims/{claim.id}/evidence", "现场.jpg", photos.jpeg(1, TAKEN), {"kind": "SCENE"})

    assert filed.status_code == 200
    for who in (*HANDLERS, *READERS):
        (item,) = (await (await api(client, getattr(story, who))).get(f"/claims/{claim.id}/evidence")).json()["items"]
        photo = item["photo"]
        assert (photo["width_px"], photo["thumbnail"]) == (320, False)
        told = (photo["taken_at"], photo["latitude"], photo["longitude"], photo["device"])
        handles = who in HANDLERS
        assert told == (("2019-08-12T09:30:00+08:00", "36.651000", "117.120000", "HUAWEI P30") if handles else (None,) * 4), who
    for who in STRANGERS:
        assert (await (await api(client, getattr(story, who))).get(f"/claims/{claim.id}/evidence")).status_code == 404


async def test_the_original_leaves_for_handlers_only_as_a_download_that_no_browser_opens(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_with_photo(story)
    document_id = await db.fetchval("SELECT document_id FROM photo")

    for who in (*HANDLERS, *READERS):
        answer = await (await api(client, getattr(story, who))).get(f"/documents/{document_id}")
        exif = Image.open(io.BytesIO(answer.content)).getexif()
        assert bool(exif) is (who in HANDLERS), who
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    count = await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'document.handed-out' AND subject = $1", f"claim:{claim.id}")
    assert count == len(HANDLERS)


REFUSED: list[tuple[str, bytes, dict[str, str], str]] = [
    ("pixel flood", photos.flood(50_000, 50_000), {"kind": "SCENE"}, "file"),
    ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", {"kind": "SCENE"}, "file"),
    ("html", b"\xef\xbb\xbf<!doctype html><script>alert(1)</script>", {"kind": "SCENE"}, "file"),
    ("script called jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>", {"kind": "SCENE"}, "file"),
    ("gif with script", b"GIF89a/*" + b" " * 40 + b"*/=1;alert(1)", {"kind": "SCENE"}, "file"),
    ("pdf behind junk", b"junk\n%PDF-1.7\n", {"kind": "TITLE"}, "file"),
    ("program", b"MZ\x90\x00" + bytes(60), {"kind": "TITLE"}, "file"),
    ("program of linux", b"\x7fELF" + bytes(60), {"kind": "TITLE"}, "file"),
    ("zip", b"PK\x03\x04" + bytes(40), {"kind": "TITLE"}, "file"),
    ("empty", b"", {"kind": "TITLE"}, "file"),
    ("too large", b"%PDF-1.7" + bytes(files.MOST_BYTES), {"kind": "TITLE"}, "file"),
    ("no kind", PDF, {}, "kind"),
    ("unknown kind", PDF, {"kind": "RECIPE"}, "kind"),
    ("tomorrow", PDF, {"kind": "TITLE", "dated_on": "2019-08-31"}, "dated_on"),
    ("no day", PDF, {"kind": "TITLE", "dated_on": "yesterday"}, "dated_on"),
    ("a field of its own", PDF, {"kind": "TITLE", "insurer_id": "1"}, "insurer_id"),
    ("a value without its station", PDF, {"kind": "WEATHER", "rain_mm_24h": "62.4"}, "station_name"),
    ("a value of another paper", PDF, {"kind": "TITLE", "wind_ms": "20"}, "wind_ms"),
]


@pytest.mark.parametrize(("content", "fields", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
async def test_what_is_not_taken_is_told_by_its_field(
    client: httpx.AsyncClient, story: People, content: bytes, fields: dict[str, str], field: str
) -> None:
    claim = await make.reported(story)

    answer = await (await api(client, story.town)).upload(f"/claims/{claim.id}/evidence", "a.jpg", content, fields)

    assert field in faults(answer)
    assert not await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'")


async def test_a_body_beyond_every_limit_is_cut_off_while_it_arrives(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    office, page = await api(client, story.town), await browser(client, story.town)
    parts = [("file", (f"{n}.pdf", b"%PDF-" + bytes([n]) * (files.MOST_BYTES - 5))) for n in range(7)]

    one = await office.upload(f"/claims/{claim.id}/evidence", "a.pdf", bytes(13_000_000), {"kind": "OTHER"})
    many = await page.post(f"/claims/{claim.id}/evidence", {"kind": "OTHER"}, files=parts)

    assert (one.status_code, many.status_code) == (413, 413)
    assert not await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'")


async def test_the_same_key_answers_the_same_even_when_the_claim_has_filled_up(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town, path = await api(client, story.town), f"/claims/{claim.id}/evidence"
    first = await town.upload(path, "a.jpg", photos.jpeg(1), {"kind": "SCENE"}, key="once")
    for n in range(actions_evidence.MOST_FILES - 1):
        await actions_evidence.file(claim.id, "OTHER", "a.pdf", PDF + b"%%%d" % n, actor=story.town)

    again = await town.upload(path, "a.jpg", photos.jpeg(1), {"kind": "SCENE"}, key="once")
    other = await town.upload(path, "a.jpg", photos.jpeg(2), {"kind": "SCENE"}, key="once")
    full = await town.upload(path, "b.jpg", photos.jpeg(2), {"kind": "SCENE"})

    assert (first.status_code, again.json()) == (200, first.json())
    assert "file" in faults(full)
    assert other.status_code == 422


async def test_a_role_that_files_nothing_is_refused(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)

    for who in READERS:
        answer = await (await api(client, getattr(story, who))).upload(f"/claims/{claim.id}/evidence", "a.pdf", PDF, {"kind": "TITLE"})
        assert answer.status_code == 403, who
    for who in STRANGERS:
        answer = await (await api(client, getattr(story, who))).upload(f"/claims/{claim.id}/evidence", "a.pdf", PDF, {"kind": "TITLE"})
        assert answer.status_code == 404, who
    assert not await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'")


# -- what is asked for, and why -----------------------------------------------------------------------------------------------


async def asked(client: httpx.AsyncClient, story: People, claim: Claim) -> dict[str, dict[str, Any]]:
    answer = (await (await api(client, story.adjuster_a)).get(f"/claims/{claim.id}/evidence")).json()
    told = {paper["code"]: paper for paper in answer["asked"]}
    assert answer["missing"] == [code for code, paper in told.items() if paper["required"] and not paper["on_file"]]
    return told


async def test_a_paper_is_asked_for_once_its_circumstance_is_given_with_the_reason(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    before = await asked(client, story, claim)

    claim = await assess(claim, story, rescue_fen=80_000)
    after = await asked(client, story, claim)

    assert {code for code, paper in before.items() if paper["why"]} == set()
    assert {code: (paper["required"], paper["why"]) for code, paper in after.items() if paper["why"]} == {
        "REPAIR": (True, "定损有 1 项是部分损失"), "RESCUE": (True, "定损列有施救费用 800.00 元"), "SALVAGE": (True, "定损列有残值 1,200.00 元"),
    }  # fmt: skip
    assert not before["REPAIR"]["required"]


async def test_the_notice_asks_for_all_of_it(client: httpx.AsyncClient, story: People) -> None:
    claim = await assess(await claim_in(S.OPENED, story), story, rescue_fen=80_000)
    wanted = [code for code, paper in (await asked(client, story, claim)).items() if paper["required"] and not paper["on_file"]]
    adjuster = await api(client, story.adjuster_a)

    short = await adjuster.post(
        f"/claims/{claim.id}/papers-notice", {"version": claim.version, "papers": [code for code in wanted if code != "RESCUE"]}
    )
    whole = await adjuster.post(f"/claims/{claim.id}/papers-notice", {"version": claim.version})

    assert "RESCUE" in faults(short)["papers"]
    assert whole.status_code == 200
    facts = await db.fetchval("SELECT facts FROM claim_event WHERE claim_id = $1 AND verb = 'papers-notice'", claim.id)
    assert facts["papers"] == wanted


async def test_an_income_claim_asks_for_the_asset_papers_when_the_other_insurer_has_the_asset_claim(
    client: httpx.AsyncClient, story: People
) -> None:
    from insurance.policies.model import Cover
    from insurance.projects import store
    from make.claims import BOUND_ON, Loss
    from make.policies import bind, on_day

    loss = await make.insured(story, insurer="INS-B")
    async with db.transaction(story.town.scope):
        project = await store.project(loss.project_id)
    assert project is not None
    bound = await bind(project, actor=on_day(story.town, BOUND_ON), cover=Cover.INCOME, insurer="INS-A")
    income = await make.reported(story, Loss(loss.project_id, loss.project_code, bound.id, ()))
    alone = await asked(client, story, income)

    await make.reported(story, loss)
    together = await asked(client, story, income)

    assert not alone["SURVEY_REPORT"]["required"]
    assert together["SURVEY_REPORT"] == alone["SURVEY_REPORT"] | {"required": True, "why": "同一次出险也损坏了项目的资产，已另行报案"}
    assert together["WEATHER"]["why"] == "出险原因是条款约定的保险事故"


# -- what the station measured ------------------------------------------------------------------------------------------------

MEASURED = {"kind": "WEATHER", "station_name": "峄城国家气象观测站", "station_number": "58024", "certificate_number": "枣气证〔2019〕31号",
            "rain_mm_12h": "28.9", "rain_mm_24h": "62.4"}  # fmt: skip


async def test_what_a_station_measured_is_held_against_the_wording_and_decides_nothing(client: httpx.AsyncClient, story: People) -> None:
    claim = await make.reported(story)
    town, path = await api(client, story.town), f"/claims/{claim.id}/evidence"

    filed = await town.upload(path, "气象证明.pdf", PDF, MEASURED)
    again = await town.upload(path, "气象证明.pdf", PDF, MEASURED)
    changed = await town.upload(path, "气象证明.pdf", PDF, MEASURED | {"rain_mm_24h": "70"})

    assert (filed.status_code, filed.json()["state"], filed.json()["version"]) == (200, "REPORTED", claim.version)
    assert (again.status_code, changed.status_code) == (200, 409)
    (item,) = (await (await api(client, story.approver_a)).get(path)).json()["items"]
    assert item["weather"]["station_number"] == "58024"
    assert [(one["measure"], one["reached"], one["text"]) for one in item["weather"]["compared"]] == [
        ("rain_mm_12h", False, "12 小时雨量实测 28.9 mm < 30 mm"), ("rain_mm_24h", True, "24 小时雨量实测 62.4 mm ≥ 50 mm"),
    ]  # fmt: skip
    assert await db.fetchval("SELECT count(*) FROM weather_proof") == 1


# -- signals ------------------------------------------------------------------------------------------------------------------


async def test_signals_are_read_by_who_handles_or_audits_and_explained_by_the_insurer(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_with_photo(story)
    path = f"/claims/{claim.id}/signals"
    (signal,) = await actions_signals.of_claim(claim.id, actor=story.town)
    note = {"note": "农户在济南务工，照片由其家人转发"}

    answers = {who: await (await api(client, getattr(story, who))).get(path) for who in (*HANDLERS, *READERS, *STRANGERS)}
    notes = {
        who: await (await api(client, getattr(story, who))).post(f"{path}/{signal.id}/notes", note)
        for who in ("town", "auditor", "adjuster_b", "adjuster_a")
    }

    assert {who: answer.status_code for who, answer in answers.items()} == {
        **dict.fromkeys((*HANDLERS, "auditor"), 200), **dict.fromkeys(("maker", "checker", "leader"), 403), **dict.fromkeys(STRANGERS, 404),
    }  # fmt: skip
    (told,) = answers["auditor"].json()["items"]
    assert (told["kind"], told["text"], told["explained"], told["other"]) == ("FAR_AWAY", "拍摄地点在峄城区以外约 209 公里", False, None)
    assert {who: answer.status_code for who, answer in notes.items()} == {"town": 403, "auditor": 403, "adjuster_b": 404, "adjuster_a": 201}
    made = notes["adjuster_a"]
    assert made.headers["location"] == f"/api/v1{path}"
    assert (made.json()["explained"], made.json()["notes"][0]["note"]) == (True, note["note"])


@pytest.mark.parametrize("body", [{}, {"note": ""}, {"note": " "}, {"note": "x" * 1001}, {"note": "x", "verdict": "fraud"}])
async def test_a_note_that_says_nothing_or_more_than_that_is_refused(client: httpx.AsyncClient, story: People, body: Any) -> None:
    claim = await claim_with_photo(story)
    (signal,) = await actions_signals.of_claim(claim.id, actor=story.town)

    answer = await (await api(client, story.adjuster_a)).post(f"/claims/{claim.id}/signals/{signal.id}/notes", body)

    assert answer.status_code == 422
    assert not await db.fetchval("SELECT count(*) FROM signal_note")
