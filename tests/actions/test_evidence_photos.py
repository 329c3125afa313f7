"""Photos of a claim: the original as it came, the copy people are shown, limits of one claim and one day, thumbnails, who gets what."""

from __future__ import annotations

import asyncio
import hashlib
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

import make
from insurance.access.actions import system
from insurance.base import db, files, pictures
from insurance.base.errors import Busy, Invalid, NotFound
from insurance.checks.trail import stored_files
from insurance.claims import actions_evidence
from insurance.projects import collective_papers, documents
from insurance.projects.model import PaperKind
from make import photos
from make.projects import PDF
from people import People

SYSTEM = db.Scope(0, "SYSTEM", "370400/")
TAKEN = photos.exif("2019:08:12 09:30:00", photos.IN_TOWN, ("HUAWEI", "P30"))


async def photo_of(story: People, content: bytes, *, kind: str = "SCENE") -> tuple[int, Any]:
    """A claim of the town with this photo; answers the claim's id and the photo's row."""
    claim = await make.reported(story)
    await actions_evidence.file(claim.id, kind, "现场.jpg", content, actor=story.town)
    return claim.id, await db.fetchrow(
        "SELECT p.*, d.content_sha256, d.media FROM photo p JOIN document d ON d.id = p.document_id WHERE p.claim_id = $1", claim.id
    )


async def verbs(claim_id: int) -> list[tuple[str, str]]:
    rows = await db.fetch(
        "SELECT verb, role FROM audit_event WHERE subject = $1 AND verb LIKE 'document.%' ORDER BY id", f"claim:{claim_id}"
    )
    return [(row["verb"], row["role"]) for row in rows]


async def test_the_original_stays_as_it_came_and_a_copy_without_its_words_stands_beside_it(story: People) -> None:
    content = photos.jpeg(1, TAKEN) + b"<script>alert(1)</script>"

    _, row = await photo_of(story, content)

    assert await files.content_of(row["content_sha256"]) == content
    assert (row["width_px"], row["height_px"], row["device"], row["media"]) == (320, 240, "HUAWEI P30", "image/jpeg")
    assert (row["latitude"], row["longitude"]) == (Decimal("34.766000"), Decimal("117.585000"))
    assert row["taken_at"].isoformat() == "2019-08-12T01:30:00+00:00", "a camera without offset was in Beijing's time"
    assert (row["insurer_id"], row["region_path"]) == (story.insurer_a, await db.fetchval("SELECT region_path FROM claim"))
    copy = await files.content_of(row["copy_sha256"])
    assert b"script" not in copy
    assert b"Exif" not in copy
    assert row["thumbnail_sha256"] is None


async def test_a_photo_without_any_word_of_its_camera_is_as_welcome(story: People) -> None:
    _, row = await photo_of(story, photos.png(2))

    assert (row["taken_at"], row["latitude"], row["device"], row["media"]) == (None, None, None, "image/png")
    assert row["likeness"] is not None


async def test_the_same_photo_again_changes_nothing(story: People) -> None:
    claim_id, _ = await photo_of(story, photos.jpeg(1))

    await actions_evidence.file(claim_id, "SCENE", "又一张.jpg", photos.jpeg(1), actor=story.adjuster_a)

    assert await db.fetchval("SELECT count(*) FROM photo") == 1
    assert await verbs(claim_id) == [("document.filed", "TOWN_OFFICE")]


@pytest.mark.parametrize(
    "content", [photos.flood(100_000, 100_000), photos.jpeg(1)[:500], b"\xff\xd8\xff\xe0<script>"], ids=["flood", "cut off", "script"]
)
async def test_a_refused_photo_leaves_neither_row_nor_file(story: People, content: bytes) -> None:
    claim = await make.reported(story)

    with pytest.raises(Invalid) as refused:
        await actions_evidence.file(claim.id, "SCENE", "a.jpg", content, actor=story.town)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert not await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'")
    assert not files.place_of(hashlib.sha256(content).digest()).exists()


# -- limits ---------------------------------------------------------------------------------------------------------------


async def test_a_claim_holds_twenty_files_and_says_what_to_do_then(story: People) -> None:
    claim = await make.reported(story)
    for n in range(actions_evidence.MOST_FILES):
        await actions_evidence.file(claim.id, "OTHER", f"{n}.pdf", PDF + b"%%%d" % n, actor=story.town)

    with pytest.raises(Invalid) as refused:
        await actions_evidence.file(claim.id, "OTHER", "more.pdf", PDF + b"% more", actor=story.town)
    again = await actions_evidence.file(claim.id, "OTHER", "0.pdf", PDF + b"%0", actor=story.town)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert "20" in str(refused.value.text)
    assert "PDF" in str(refused.value.text)
    assert again.id == claim.id, "what is on file already is no file more"
    assert not files.place_of(hashlib.sha256(PDF + b"% more").digest()).exists(), "nothing is stored for a claim that is full"


async def test_what_was_weighed_while_another_filed_is_counted_again(story: People) -> None:
    claim = await make.reported(story)
    late = await actions_evidence.for_claim(claim.id, "OTHER", "late.pdf", PDF + b"% late", actor=story.town)
    for n in range(actions_evidence.MOST_FILES):
        await actions_evidence.file(claim.id, "OTHER", f"{n}.pdf", PDF + b"%%%d" % n, actor=story.town)

    with pytest.raises(Invalid):
        await actions_evidence.file(claim.id, "OTHER", "late.pdf", late, actor=story.town)


async def test_a_person_has_a_quota_of_the_day_and_a_colleague_has_another(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_A_DAY", 2 * len(PDF))
    claim = await make.reported(story)
    await actions_evidence.file(claim.id, "OTHER", "1.pdf", PDF, actor=story.town)

    with pytest.raises(Invalid) as refused:
        await actions_evidence.file(claim.id, "OTHER", "2.pdf", PDF + b"%%", actor=story.town)
    await actions_evidence.file(claim.id, "OTHER", "1.pdf", PDF, actor=story.town)
    await actions_evidence.file(claim.id, "OTHER", "2.pdf", PDF + b"%%", actor=story.county)
    await db.execute("UPDATE document SET recorded_at = recorded_at - interval '25 hours'")
    await actions_evidence.file(claim.id, "OTHER", "3.pdf", PDF + b"%%%", actor=story.town)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert await db.fetchval("SELECT count(*) FROM document WHERE subject_kind = 'claim'") == 3


# -- thumbnails -----------------------------------------------------------------------------------------------------------


async def test_thumbnails_are_made_later_once_each(story: People) -> None:
    claim_id, row = await photo_of(story, photos.jpeg(1, size=(1600, 1200)))
    with pytest.raises(NotFound):
        await documents.picture(row["document_id"], small=True, actor=story.town)

    rounds = [await documents.make_thumbnails(actor=system("370400")) for _ in range(2)]

    assert rounds == [1, 0]
    small = await documents.picture(row["document_id"], small=True, actor=story.town)
    assert small[:3] == b"\xff\xd8\xff"
    assert len(small) < len(await documents.picture(row["document_id"], actor=story.town))
    assert claim_id


async def test_two_rounds_at_once_and_a_damaged_copy_harm_nothing(story: People, caplog: pytest.LogCaptureFixture) -> None:
    _, lost = await photo_of(story, photos.jpeg(1))
    await photo_of(story, photos.jpeg(2))
    files.place_of(lost["copy_sha256"]).unlink()

    first = await documents.make_thumbnails(actor=system("370400"))

    assert first == 1
    assert f"document {lost['document_id']}" in caplog.text
    assert await db.fetchval("SELECT count(*) FROM photo WHERE thumbnail_sha256 IS NULL") == 1
    async with db.transaction(SYSTEM):
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction(SYSTEM):
                await db.execute("UPDATE photo SET thumbnail_sha256 = 'x' WHERE thumbnail_sha256 IS NOT NULL")
        for column in ("latitude", "taken_at", "copy_sha256", "likeness"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with db.transaction(SYSTEM):
                    await db.execute(f"UPDATE photo SET {column} = NULL")


async def test_a_machine_that_is_full_leaves_thumbnails_for_the_next_round(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await photo_of(story, photos.jpeg(1))

    async def full(_: bytes) -> bytes:
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "thumbnail", full)
        assert await documents.make_thumbnails(actor=system("370400")) == 0
    assert await documents.make_thumbnails(actor=system("370400")) == 1


# -- who gets what --------------------------------------------------------------------------------------------------------


async def test_who_handles_the_case_gets_the_original_and_others_the_copy(story: People) -> None:
    content = photos.jpeg(1, TAKEN)
    claim_id, row = await photo_of(story, content)
    copy = await files.content_of(row["copy_sha256"])

    for who in ("town", "county", "city", "adjuster_a", "approver_a"):
        paper, got = await documents.hand_out(row["document_id"], actor=getattr(story, who))
        assert (paper.name, got) == ("现场.jpg", content), who
    for who in ("maker", "checker", "leader", "auditor"):
        paper, got = await documents.hand_out(row["document_id"], actor=getattr(story, who))
        assert (paper.media, got) == ("image/jpeg", copy), who
    for who in ("other_town", "other_county", "adjuster_b", "approver_b"):
        for ask in (documents.hand_out, documents.picture):
            with pytest.raises(NotFound):
                await ask(row["document_id"], actor=getattr(story, who))
    assert await verbs(claim_id) == [
        ("document.filed", "TOWN_OFFICE"), *(("document.handed-out", role) for role in
        ("TOWN_OFFICE", "COUNTY_OFFICE", "CITY_OFFICE", "ADJUSTER", "APPROVER")),
    ]  # fmt: skip


async def test_a_paper_that_is_no_photo_goes_out_whole_to_every_reader_and_is_told(story: People) -> None:
    claim = await make.reported(story)
    await actions_evidence.file(claim.id, "TITLE", "确权.pdf", PDF, actor=story.town)
    document_id = await db.fetchval("SELECT id FROM document WHERE subject_kind = 'claim'")

    assert (await documents.hand_out(document_id, actor=story.auditor))[1] == PDF
    with pytest.raises(NotFound):
        await documents.picture(document_id, actor=story.town)
    assert (await verbs(claim.id))[-1] == ("document.handed-out", "AUDITOR")


async def test_row_level_security_keeps_a_photo_where_its_paper_is(story: People) -> None:
    _, row = await photo_of(story, photos.jpeg(1, TAKEN))
    made = await make.project(story.town, code="XM-0099")
    await documents.file_for_project(made.id, "PHOTO", "棚.jpg", photos.jpeg(3), actor=story.town)
    await db.execute("INSERT INTO project_grant (project_id, insurer_id, from_on) VALUES ($1, $2, '2019-01-01')", made.id, story.insurer_b)

    async def seen(who: Any) -> int:
        async with db.transaction(who.scope):
            return int(await db.fetchval("SELECT count(*) FROM photo"))

    counts = {name: await seen(getattr(story, name)) for name in ("city", "town", "other_town", "adjuster_a", "adjuster_b", "auditor")}

    assert counts == {"city": 2, "town": 2, "other_town": 0, "adjuster_a": 1, "adjuster_b": 1, "auditor": 2}
    async with db.transaction(story.adjuster_b.scope):
        assert await db.execute("UPDATE photo SET thumbnail_sha256 = 'x' WHERE document_id = $1", row["document_id"]) == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(story.auditor.scope):
            await db.execute("INSERT INTO photo SELECT * FROM photo")


async def test_one_photo_for_many_projects_is_decoded_once_and_known_of_each(story: People) -> None:
    made = [await make.project(story.town, code=f"XM-{n}") for n in range(3)]

    count = await collective_papers.file_for_projects(
        [one.id for one in made], PaperKind.TITLE, "确权登记表.jpg", photos.jpeg(5), actor=story.town
    )

    assert count == 3
    assert await db.fetchval("SELECT count(DISTINCT copy_sha256) || '/' || count(*) FROM photo") == "1/3"


# -- the stores, seen from verify -----------------------------------------------------------------------------------------


async def _write_down_the_builders_papers() -> None:
    """They are rows only."""
    for row in await db.fetch("SELECT file_name FROM document WHERE subject_kind <> 'claim'"):
        await files.keep(b"%PDF-" + row["file_name"].encode())
        await db.execute(
            "UPDATE document SET content_sha256 = sha256(('%PDF-' || file_name)::bytea) WHERE file_name = $1", row["file_name"]
        )


@pytest.mark.parametrize("column", ["content_sha256", "copy_sha256", "thumbnail_sha256"])
async def test_a_damaged_original_copy_or_thumbnail_is_found(story: People, column: str) -> None:
    await photo_of(story, photos.jpeg(1, size=(900, 700)))
    await documents.make_thumbnails(actor=system("370400"))
    (row,) = await db.fetch("SELECT * FROM photo JOIN document ON id = document_id")
    async with db.transaction(SYSTEM):
        await _write_down_the_builders_papers()
        assert (await stored_files()).offences == []
        place = await asyncio.to_thread(files.place_of, row[column])
        whole = place.read_bytes()
        place.write_bytes(whole[:-1])
        found = await stored_files()
        place.write_bytes(whole)

    assert [offence[:21] for offence in found.offences] == [f"file {row[column].hex()[:16]}"]
