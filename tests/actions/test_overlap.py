"""Files without transaction numbers in the store: what is told apart by rule, what a person decides, and that files with numbers pay nothing."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from random import Random

import msgspec
import pytest

from insurance.base import db
from insurance.base.errors import Invalid
from insurance.finance import actions_matching, store_overlap
from insurance.finance.model import Side, Statement
from insurance.finance.rules_overlap import Overlap
from insurance.finance.views import StatementView
from make.bank import HEAD, LINES, OWN, PREAMBLE
from make.bank import read as read_rows
from make.bank_shelf import DAY, Shelf, content, file, row, walk
from make.bank_story import Line
from make.bank_writers import Stretch, message
from people import People

RETURNING = walk(-500, 500, -500, name="甲社", said="手续费")


async def read(story: People, rows: list[list[object]], overlap: Overlap | None = None) -> StatementView:
    return await actions_matching.read_file(content(rows), "流水.csv", Side.PAYER, "", overlap, actor=story.maker)


async def refused(story: People, rows: list[list[object]], overlap: Overlap | None = None) -> str:
    with pytest.raises(Invalid) as fault:
        await read(story, rows, overlap)
    assert [one.field for one in fault.value.faults] == ["overlap"]
    return str(fault.value.faults[0].text)


async def stands() -> list[tuple[int, int | None]]:
    rows = await db.fetch("SELECT direction, amount_fen, balance_fen FROM bank_line ORDER BY booked_on, statement_id, ordinal")
    return [(row["amount_fen"] * (1 if row["direction"] == "IN" else -1), row["balance_fen"]) for row in rows]


async def facts(statement: StatementView) -> dict[str, object]:
    found = await db.fetchval("SELECT facts FROM audit_event WHERE subject = $1 AND verb = 'statement.read'", f"statement:{statement.id}")
    return msgspec.json.decode(found, type=dict[str, object])


@pytest.mark.parametrize(
    ("overlap", "left"), [(Overlap.SAME, [(-500, -500), (500, 0)]), (Overlap.FURTHER, [(-500, -500), (500, 0), (-500, -500)])]
)
async def test_a_day_in_doubt_is_refused_whole_until_a_person_decides(story: People, overlap: Overlap, left: list[tuple[int, int]]) -> None:
    first = await read(story, RETURNING[:1])

    said = await refused(story, RETURNING[1:])
    before = await stands()
    done = await read(story, RETURNING[1:], overlap)

    assert "2019-07-01" in said
    assert "是另外的流水" in said
    assert before == [(-500, -500)]
    assert await stands() == left
    assert (done.lines, done.new_lines) == (2, len(left) - 1)
    assert "overlap" not in await facts(first)
    assert {key: value for key, value in (await facts(done)).items() if "overlap" in key} == {
        "overlap": overlap,
        "overlap_days": ["2019-07-01"],
    }


async def test_a_word_that_was_not_needed_is_not_kept(story: People) -> None:
    done = await read(story, walk(-500, 700), Overlap.FURTHER)

    assert "overlap" not in await facts(done)


async def test_a_further_line_is_dealt_with_as_a_line_of_its_own(story: People) -> None:
    await read(story, RETURNING[:1])
    await read(story, RETURNING[1:], Overlap.FURTHER)
    await read(story, walk(-500, 500, -500, -700, name="甲社", said="手续费"), Overlap.SAME)

    assert sorted(await stands()) == [(-700, -1200), (-500, -500), (-500, -500), (500, 0)]


async def test_an_earlier_overlap_that_turns_out_doubtful_is_asked_for(story: People) -> None:
    rows = walk(-500, 500, -500, 700)
    await read(story, rows[:1])
    await read(story, rows[2:])

    said = await refused(story, rows[1:2])
    further = await refused(story, rows[1:2], Overlap.FURTHER)
    eve, morrow = row(1, 0, day=DAY - timedelta(days=1)), row(1, 201, day=DAY + timedelta(days=1))
    await read(story, [eve, *rows, morrow])

    assert said == further
    assert "先前导入" in said
    assert sorted(await stands()) == [(-500, -500), (-500, -500), (1, 0), (1, 201), (500, 0), (700, 200)]


@pytest.mark.parametrize("list_first", [True, False])
async def test_a_message_and_a_list_of_one_day_without_numbers_agree(story: People, *, list_first: bool) -> None:
    fens = (-500, -700, 1300)
    rows = walk(*fens, opening_fen=10_000)
    lines = [Line(OWN, DAY, fen, "", "", "", frozenset()) for fen in fens]
    files = [content(rows), message(Stretch(OWN, 10_000, lines[:2])), message(Stretch(OWN, 9_500, lines[1:]))]

    for one in files if list_first else files[::-1]:
        await actions_matching.read_file(one, "流水", Side.PAYER, "", actor=story.maker)

    assert sorted(await stands()) == sorted([(-500, 9_500), (-700, 8_800), (1300, 10_100)])


async def test_files_with_numbers_are_not_laid_beside_anything(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(*_: object) -> None:
        raise AssertionError("a file with numbers asked for what stands")

    monkeypatch.setattr(store_overlap, "standing", asked)
    whole, part = read_rows([*PREAMBLE, HEAD, *LINES]), read_rows([*PREAMBLE, HEAD, *LINES[:2]])

    taken = [await actions_matching.take_in(one, name, "a", actor=story.maker) for one, name in ((part, b"1" * 32), (whole, b"2" * 32))]

    assert [one.new_lines for one in taken] == [2, 1]


@pytest.mark.parametrize("seed", range(40))
async def test_the_store_tells_lines_apart_as_the_rule_does(story: People, seed: int) -> None:
    draw = Random(seed)  # noqa: S311
    shelf = Shelf()
    for number, found in enumerate(_files(draw)):
        overlap = draw.choice([None, None, *Overlap])
        asked = shelf.take(found, overlap)
        sha256 = hashlib.sha256(bytes([number])).digest()
        if asked:
            with pytest.raises(Invalid) as fault:
                await actions_matching.take_in(found, sha256, "流水.csv", overlap, actor=story.maker)
            assert any(day.isoformat() in str(fault.value.faults[0].text) for day in asked)
        else:
            await actions_matching.take_in(found, sha256, "流水.csv", overlap, actor=story.maker)
        keys = [row["line_key"] for row in await db.fetch("SELECT line_key FROM bank_line")]
        assert sorted(keys) == sorted(shelf.keys)


def _files(draw: Random) -> list[Statement]:
    """Stretches of a walk over some days that returns often, overlapping, shuffled."""
    day, balance, rows = date(2019, 7, 1), 0, []
    for _ in range(draw.randrange(4, 10)):
        fen = draw.choice((-500, 500, -500, 500, 700))
        day, balance = day + timedelta(days=draw.random() < 0.25), balance + fen
        rows.append(row(fen, balance, day=day))
    starts = [draw.randrange(len(rows)) for _ in range(5)]
    return [file(rows[start : start + draw.randrange(1, 6)]) for start in starts]
