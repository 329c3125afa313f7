"""Signals about photos: found on both sides whoever insures them, told within one's own scope, explained by notes that stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import asyncpg
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, NotFound
from insurance.claims import actions, actions_evidence, actions_report, actions_signals
from insurance.claims.model import Claim
from insurance.claims.model_evidence import Explanation, SignalKind
from insurance.claims.model_verbs import Because, Correction
from insurance.policies.model import Cover
from insurance.projects import store
from make import photos
from make.claims import BOUND_ON, LOSS_AT, Loss, trail
from make.policies import bind, on_day
from people import People

K = SignalKind


async def elsewhere(story: People, insurer: str = "INS-B", **known: Any) -> Claim:
    """A claim of another insurer, of the same town unless told otherwise."""
    return await make.reported(story, await make.insured(story, insurer=insurer, **known))


async def scene(claim: Claim, content: bytes, who: Actor, kind: str = "SCENE") -> None:
    await actions_evidence.file(claim.id, kind, f"{kind}.jpg", content, actor=who)


async def told(claim: Claim, who: Actor) -> list[tuple[K, str]]:
    return [(one.kind, one.text) for one in await actions_signals.of_claim(claim.id, actor=who)]


async def test_the_same_file_in_another_insurers_case_is_told_without_its_number(story: People) -> None:
    first, second = await make.reported(story), await elsewhere(story)
    await scene(first, photos.jpeg(1), story.town)

    await scene(second, photos.jpeg(1), story.adjuster_b)

    assert await told(second, story.adjuster_b) == [(K.SAME_PICTURE, "与另一家保险公司案件的照片是同一个文件")]
    assert await told(first, story.approver_a) == [(K.SAME_PICTURE, "与另一家保险公司案件的照片是同一个文件")], (
        "the first one learns of it too"
    )
    assert await told(first, story.city) == [(K.SAME_PICTURE, f"与案件“{second.number}”的照片是同一个文件")], "an office sees both"
    (signal,) = await actions_signals.of_claim(second.id, actor=story.adjuster_b)
    assert (signal.other, signal.explained, signal.file_name) == (None, False, "SCENE.jpg")


async def test_the_same_picture_written_anew_in_ones_own_book_is_told_with_its_number(story: People) -> None:
    first, second = await make.reported(story), await make.reported(story)
    await scene(first, photos.jpeg(1, quality=95), story.town)

    await scene(second, photos.saved(photos.scene(1).resize((240, 180)), "JPEG", quality=60), story.town)

    (signal,) = await actions_signals.of_claim(second.id, actor=story.adjuster_a)
    assert signal.kind is K.LIKE_PICTURE
    assert signal.other is not None
    assert (signal.other.id, signal.other.number) == (first.id, first.number)
    assert first.number in signal.text


async def test_a_case_of_ones_own_insurer_outside_ones_region_has_no_number(story: People) -> None:
    here = await make.reported(story)
    loss = await make.insured(story, office=story.other_town, town_code="370481001")
    far = await make.reported(story, loss, office=story.other_town)
    await scene(here, photos.jpeg(1), story.town)

    await scene(far, photos.jpeg(1), story.other_town)

    assert await told(here, story.town) == [(K.SAME_PICTURE, "与范围以外另一案件的照片是同一个文件")]
    assert await told(here, story.adjuster_a) == [(K.SAME_PICTURE, f"与案件“{far.number}”的照片是同一个文件")]
    assert await told(far, story.other_county) == [(K.SAME_PICTURE, "与范围以外另一案件的照片是同一个文件")]


async def test_one_scene_shown_to_both_covers_of_one_loss_is_honest(story: People) -> None:
    loss = await make.insured(story)
    async with db.transaction(story.town.scope):
        project = await store.project(loss.project_id)
    assert project is not None
    bound = await bind(project, actor=on_day(story.town, BOUND_ON), cover=Cover.INCOME, insurer="INS-B")
    assets = await make.reported(story, loss)
    income = await make.reported(story, Loss(loss.project_id, loss.project_code, bound.id, ()))
    earlier = await make.reported(story, Loss(loss.project_id, loss.project_code, bound.id, ()), loss_at=LOSS_AT.replace(day=3))
    await scene(assets, photos.jpeg(1), story.town)

    await scene(income, photos.jpeg(1), story.town)
    await scene(earlier, photos.jpeg(1), story.town)

    assert await told(income, story.city) == [(K.SAME_PICTURE, f"与案件“{earlier.number}”的照片是同一个文件")]


async def test_old_photos_of_the_same_project_are_a_question_again(story: People) -> None:
    loss = await make.insured(story)
    first = await make.reported(story, loss)
    await actions.withdrawal(first.id, Because(version=first.version, reason="不再索赔"), actor=story.town)
    again = await make.reported(story, loss)
    other = await make.reported(story, loss, loss_at=LOSS_AT.replace(day=20))
    await scene(first, photos.jpeg(1), story.town)

    await scene(again, photos.jpeg(1), story.town)
    await scene(other, photos.jpeg(1), story.town)

    assert await told(again, story.city) == [(K.SAME_PICTURE, f"与案件“{other.number}”的照片是同一个文件")], (
        "the same loss, reported anew, is not"
    )
    assert len(await told(other, story.city)) == 2


@pytest.mark.parametrize(("kind", "count"), [("SCENE", 1), ("OTHER", 1), ("TITLE", 0), ("ACCOUNT", 0)])
async def test_only_photos_of_the_loss_raise_questions(story: People, kind: str, count: int) -> None:
    first, second = await make.reported(story), await elsewhere(story)
    old = photos.jpeg(1, photos.exif("2018:01:01 10:00:00"))
    await scene(first, old, story.town, kind)

    await scene(second, old, story.town, kind)

    assert len(await told(second, story.city)) == 2 * count, "a title is honestly older than the cover, and the same in many claims"


async def test_papers_that_are_no_photos_and_plain_pictures_raise_none(story: People) -> None:
    from PIL import Image

    first, second = await make.reported(story), await elsewhere(story)
    for claim in (first, second):
        await scene(claim, b"%PDF-1.4 the same certificate", story.town)
    await scene(first, photos.saved(Image.new("RGB", (300, 200), "white"), "PNG"), story.town)
    await scene(second, photos.saved(Image.new("RGB", (310, 200), "white"), "PNG"), story.town)

    assert await told(second, story.city) == []


# -- time and place -------------------------------------------------------------------------------------------------------


async def test_time_and_place_are_held_against_the_claim(story: People) -> None:
    claim = await make.reported(story)
    await scene(claim, photos.jpeg(1, photos.exif("2019:08:12 09:30:00", photos.IN_TOWN)), story.town)
    await scene(claim, photos.jpeg(2, photos.exif("2019:02:28 09:30:00", photos.IN_JINAN)), story.town)
    await scene(claim, photos.jpeg(3, photos.exif("2019:06:01 09:30:00")), story.town)
    await scene(claim, photos.jpeg(4, photos.exif("2099:01:01 00:00:00")), story.town)
    await scene(claim, photos.jpeg(5), story.town)

    assert [kind for kind, _ in await told(claim, story.adjuster_a)] == [K.BEFORE_INCEPTION, K.FAR_AWAY, K.LONG_BEFORE_LOSS, K.AFTER_FILING]
    assert [text for _, text in await told(claim, story.adjuster_a)][:2] == [
        "拍摄于 2019-02-28 09:30，早于保险责任开始的 2019-03-02", "拍摄地点在峄城区以外约 209 公里",
    ]  # fmt: skip


async def test_a_corrected_report_is_asked_about_again_and_what_was_asked_stays(story: People) -> None:
    claim = await make.reported(story, loss_at=LOSS_AT.replace(day=9))
    await scene(claim, photos.jpeg(1, photos.exif("2019:08:09 12:00:00")), story.town)
    before = await told(claim, story.town)

    await actions_report.correction(claim.id, Correction(version=claim.version, loss_at=LOSS_AT), actor=story.town)

    assert before == []
    assert [kind for kind, _ in await told(claim, story.town)] == [K.BEFORE_LOSS]
    back = Correction(version=claim.version + 1, loss_at=LOSS_AT.replace(day=9))
    await actions_report.correction(claim.id, back, actor=story.town)
    assert [kind for kind, _ in await told(claim, story.town)] == [K.BEFORE_LOSS]


# -- notes ----------------------------------------------------------------------------------------------------------------


async def asked(story: People) -> tuple[Claim, int]:
    claim = await make.reported(story)
    await scene(claim, photos.jpeg(2, photos.exif(at=photos.IN_JINAN)), story.town)
    return claim, (await actions_signals.of_claim(claim.id, actor=story.town))[0].id


async def test_a_signal_is_explained_by_notes_and_stays(story: People) -> None:
    claim, signal_id = await asked(story)

    await actions_signals.explain(claim.id, signal_id, Explanation("农户在外地打工时补传"), actor=story.adjuster_a)
    signal = await actions_signals.explain(claim.id, signal_id, Explanation(" 已电话核实 "), actor=story.approver_a)

    assert signal.explained
    assert [(note.note, note.by) for note in signal.notes] == [("农户在外地打工时补传", "adjuster-a"), ("已电话核实", "approver-a")]
    assert (await trail(claim))[-2:] == ["claim.signal-explained"] * 2
    for statement in (
        "UPDATE signal_note SET note = 'x'",
        "DELETE FROM signal_note",
        "UPDATE claim_signal SET facts = '{}'",
        "DELETE FROM claim_signal",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(story.adjuster_a.scope):
                await db.execute(statement)


async def test_an_open_signal_stands_before_an_explained_one(story: People) -> None:
    claim, first = await asked(story)
    await scene(claim, photos.jpeg(3, photos.exif("2019:06:01 09:30:00")), story.town)

    await actions_signals.explain(claim.id, first, Explanation("核实"), actor=story.adjuster_a)

    assert [one.explained for one in await actions_signals.of_claim(claim.id, actor=story.adjuster_a)] == [False, True]


async def test_a_note_needs_words_and_a_signal_of_this_claim(story: People) -> None:
    claim, signal_id = await asked(story)
    other = await elsewhere(story)

    with pytest.raises(Invalid):
        await actions_signals.explain(claim.id, signal_id, Explanation("  "), actor=story.adjuster_a)
    for number, who in ((other.id, story.adjuster_b), (claim.id, story.adjuster_b)):
        with pytest.raises(NotFound):
            await actions_signals.explain(number, signal_id, Explanation("核实"), actor=who)


# -- the wall -------------------------------------------------------------------------------------------------------------


async def test_the_database_itself_does_not_tell_whose_the_other_picture_is(story: People) -> None:
    first, second = await make.reported(story), await elsewhere(story)
    await scene(first, photos.jpeg(1), story.town)
    await scene(second, photos.jpeg(1), story.town)

    for column in ("other_claim_id", "other_document_id", "*"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(story.adjuster_a.scope):
                await db.fetch(f"SELECT {column} FROM claim_signal")
    async with db.transaction(story.adjuster_a.scope):
        rows = await db.fetch("SELECT id, claim_id, facts FROM claim_signal")
        others = await db.fetch("SELECT * FROM signal_others($1)", [row["id"] for row in rows])
        scope = await db.fetchrow(
            "SELECT current_setting('app.insurer') AS i, current_setting('app.region') AS r, current_setting('app.role') AS o"
        )
    assert [(row["claim_id"], row["facts"]["other_insurer"]) for row in rows] == [(first.id, True)]
    assert others == []
    assert scope is not None
    assert tuple(scope) == (str(story.insurer_a), "370400/", "ADJUSTER")


async def test_looking_leaves_the_scope_as_it_was(story: People) -> None:
    first, second = await make.reported(story), await elsewhere(story)
    await scene(first, photos.jpeg(1), story.town)
    await scene(second, photos.jpeg(1), story.town)
    async with db.transaction(story.town.scope):
        document_id = await db.fetchval("SELECT max(document_id) FROM photo")
        made = await db.fetchval("SELECT signal_pictures($1, 6, '{SCENE}', now())", document_id)
        region = await db.fetchval("SELECT current_setting('app.region')")
        seen = await db.fetchval("SELECT asset_claimed($1, $2, NULL)", first.project.id, date(2019, 8, 11))

    assert (made, region, seen) == (0, story.town.region_path, True)


@pytest.mark.parametrize("bits", [(0, 0), (3, 3), (2**63 - 1, 2**63 - 64), (-1, -64), (-(2**63), -(2**63) + 63)])
async def test_the_database_counts_bits_alike_from_both_sides(pool: None, bits: tuple[int, int]) -> None:
    count = "SELECT bit_count(($1::bigint # $2::bigint)::bit(64))"
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        there, back = await db.fetchval(count, *bits), await db.fetchval(count, *reversed(bits))

    assert there == back == ((bits[0] ^ bits[1]) & (2**64 - 1)).bit_count()
