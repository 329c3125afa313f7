"""Lines without a transaction number beside those of earlier files: none lost, none twice, and asked for only where the balance returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.finance.rules_overlap import Overlap
from make.bank_shelf import DAY, Shelf, file, returns, row, walk

EVE, MORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
A, B = "622202000000001111", "622202000000002222"
TOKENS = "SB190812001237", "SB190812001245"


def read_all(*files: Sequence[Sequence[Any]]) -> tuple[int, list[dt.date]]:
    """How many lines stand in the end, and the days the last file was refused for."""
    shelf = Shelf()
    asked = [shelf.take(file(rows)) for rows in files]
    assert not any(asked[:-1])
    return len(shelf.keys), asked[-1]


FOUND = walk(-500, 500, -500)
LATER = walk(100, opening_fen=-500, day=MORROW)
CASES: dict[str, tuple[list[list[list[Any]]], int | None]] = {
    "cut after the first of −5, +5, −5": ([FOUND[:1], FOUND[1:]], None),
    "−5, +5 twice, cut in the middle": ([walk(-500, 500), walk(-500, 500)[:1]], None),
    "the same, the second file ends the day": ([walk(-500, 500), [*FOUND[1:], *LATER]], None),
    "an overlap on a day that never returns": ([walk(-500, 700, -100)[:2], walk(-500, 700, -100)[1:]], 3),
    "a return that lies whole in one file": ([walk(-300, -500, 500), walk(-300, -500, 500, -100)], 4),
    "a return after an overlap": ([walk(-300, -500), walk(-300, -500, 500, -100)], 4),
    "what precedes differs: two lines, though no return is seen": ([walk(500, -900), walk(300, -900, opening_fen=200)], 4),
    "what follows differs: two lines": ([walk(-500, 700), walk(-500, 900)], 4),
    "both begin the day": ([[*walk(1, day=EVE), *walk(-500, 500, opening_fen=1)], [*walk(1, day=EVE), *walk(-500, 500, -500, opening_fen=1)]], 4),
    "both end the day": ([[*FOUND[1:], *LATER], [*FOUND[2:], *LATER]], 3),
    "one begins and one ends it": ([[*walk(-1, opening_fen=1, day=EVE), *FOUND[:1]], [*FOUND[1:], *LATER]], 5),
    "the whole day, then its middle": ([[*walk(-1, opening_fen=1, day=EVE), *FOUND, *LATER], FOUND[1:2]], 5),
    "its middle, then the whole day": ([FOUND[1:2], [*walk(-1, opening_fen=1, day=EVE), *FOUND, *LATER]], 5),
    "other times": ([[row(-500, -500, time="09:00:01")], [row(500, 0, time="10:00:01"), row(-500, -500, time="11:00:01")]], 3),
    "the same times": ([[row(-500, -500, time="09:00:01"), row(500, 0, time="10:00:01")]] * 2, 2),
    "the same time, once without seconds": ([[row(-500, -500, time="09:00"), row(500, 0, time="10:00")], [row(-500, -500, time="09:00:01")]], 2),
    "one time for all": ([[row(-500, -500, time="10:00:00"), row(500, 0, time="10:00:00")]] * 2, None),
    "another account": ([[row(-500, -500, account=A)], [row(500, 0, account=A), row(-500, -500, account=B)]], 3),
    "another name": ([[row(-500, -500, name="甲社")], [row(500, 0), row(-500, -500, name="乙社")]], 3),
    "a name cut short": ([[row(-500, -500, name="甲村股份经济合作社")], [row(500, 0), row(-500, -500, name="甲村股份经济")]], None),
    "another payment": ([[row(-500, -500, said=TOKENS[0])], [row(500, 0), row(-500, -500, said=TOKENS[1])]], 3),
    "other words only": ([[row(-500, -500, said="水费")], [row(500, 0), row(-500, -500, said="电费")]], None),
    "no balance": ([[row(-500, None)], [row(-500, None), row(-700, None)]], None),
    "no balance, other amounts": ([[row(-500, None)], [row(-600, None), row(-700, None)]], 3),
    "no balance, the whole day in both": ([[row(-1, None, day=EVE), *[row(-500, None)] * 2, row(-1, None, day=MORROW)]] * 2, 4),
    "no balance, but times": ([[row(-500, None, time="09:00:01"), row(-700, None, time="10:00:01")]] * 2, 2),
    "an account that ends each day at zero, read again in another form": ([walk(900, -900), walk(900, -900)], None),
    "the same, of three days": ([[*walk(900, -900, day=EVE), *walk(900, -900), *walk(900, -900, day=MORROW)]] * 2, 6),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_line_is_known_again_or_stored_or_asked_for(name: str) -> None:
    files, stands = CASES[name]

    found, asked = read_all(*files)

    assert (found, asked) == (stands, []) if stands is not None else asked


def test_of_an_account_that_is_empty_every_night_only_the_cut_days_are_asked_for() -> None:
    days = [*walk(900, -900, day=EVE), *walk(900, -900), *walk(900, -900, day=MORROW)]
    shelf = Shelf()
    shelf.take(file(days))

    assert shelf.take(file(days)) == []
    assert shelf.take(file(days[2:4])) == []
    assert shelf.take(file([*days[:4], *walk(900, -900, day=MORROW, said="另一种格式")])) == []
    assert len(shelf.keys) == 6


@pytest.mark.parametrize(("overlap", "stands"), [(Overlap.SAME, 2), (Overlap.FURTHER, 3)])
def test_a_person_decides_what_cannot_be_known(overlap: Overlap, stands: int) -> None:
    shelf = Shelf()
    shelf.take(file(FOUND[:1]))

    assert shelf.take(file(FOUND[1:])) == [DAY]
    assert shelf.take(file(FOUND[1:]), overlap) == []
    assert len(set(shelf.keys)) == len(shelf.keys) == stands


def test_a_persons_word_changes_nothing_where_none_is_needed() -> None:
    rows = walk(-500, 700, -100)
    for overlap in Overlap:
        shelf = Shelf()
        shelf.take(file(rows[:2]), overlap)
        shelf.take(file(rows[1:]), overlap)
        assert set(shelf.keys) == {line.key for line in file(rows).lines}


def test_three_files_are_asked_for_in_every_order() -> None:
    rows = walk(-500, 500, -500, 700)
    parts = [rows[:1], rows[1:2], rows[2:]]
    for order in permutations(parts):
        shelf = Shelf()
        asked = [shelf.take(file(part)) for part in order]
        assert asked == [[], [], [DAY]]
        assert shelf.take(file([*walk(1, opening_fen=-1, day=EVE), *rows, *walk(1, opening_fen=200, day=MORROW)])) == []
        assert shelf.take(file(order[2]), Overlap.SAME) == []
        assert len(shelf.keys) == 6


def test_a_file_that_puts_an_earlier_overlap_in_doubt_cannot_say_it_is_a_further_one() -> None:
    rows = walk(-500, 500, -500, 700)
    shelf = Shelf()
    shelf.take(file(rows[:1]))
    shelf.take(file(rows[2:]))

    assert shelf.take(file(rows[1:2]), Overlap.FURTHER) == [DAY]
    assert shelf.take(file(rows[1:2]), Overlap.SAME) == []


# -- any walk, cut anyhow, in any order -----------------------------------------------------------------------------------------------

AMOUNTS = st.sampled_from([[500], [500, 700], [500, 700, 1200], list(range(100, 9_000, 7))])
SHOWN = st.sets(st.sampled_from(["balance", "time", "name"]))


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[list[Any]], list[list[list[Any]]], list[bool]]:
    """A walk over some days, the files it was cut into, shuffled, and which of them stand newest first."""
    amounts, shown = draw(AMOUNTS), draw(SHOWN)
    day, balance, minute, rows = DAY, 0, 0, []
    for later, fen, wait in draw(
        st.lists(
            st.tuples(st.sampled_from([0, 0, 0, 0, 1]), st.sampled_from([a * s for a in amounts for s in (1, -1)]), st.sampled_from([0, 1, 30])),
            min_size=1, max_size=9,
        )
    ):  # fmt: skip
        day, balance, minute = day + dt.timedelta(days=later), balance + fen, minute + wait
        time = f"{9 + minute // 60:02d}:{minute % 60:02d}:30" if "time" in shown else ""
        name = draw(st.sampled_from(["甲社", "乙社", ""])) if "name" in shown else ""
        rows.append(row(fen, balance if "balance" in shown else None, day=day, time=time, name=name))
    size = len(rows)
    cuts = sorted(draw(st.sets(st.integers(1, size), max_size=4)) | {0, size})
    parts = [
        rows[max(0, start - draw(st.integers(0, 2))) : until + draw(st.integers(0, 2))] for start, until in pairwise(cuts)
    ]  # fmt: skip
    return rows, draw(st.permutations(parts)), [draw(st.booleans()) for _ in parts]


@settings(max_examples=400)
@given(story=stories())
def test_no_line_is_lost_or_stands_twice_whatever_the_files_and_their_order(
    story: tuple[list[list[Any]], list[list[list[Any]]], list[bool]],
) -> None:
    rows, parts, turned = story
    shelf = Shelf()
    for part, newest_first in zip(parts, turned, strict=True):
        asked = shelf.take(file(part[::-1] if newest_first else part))
        if asked:
            assert all(returns(rows, day) for day in asked), "asked without a return"
            return
    assert sorted(shelf.keys) == sorted(line.key for line in file(rows).lines)


def test_a_long_day_of_equal_lines_is_only_counted() -> None:
    shelf = Shelf()
    shelf.take(file([row(-500, None)] * 300))
    longer = file([row(-500, None)] * 310)

    assert shelf.take(longer) == [DAY]
    assert shelf.take(longer, Overlap.SAME) == []
    assert len(shelf.keys) == 310
    assert shelf.take(file([row(-500, None)] * 2), Overlap.FURTHER) == []
    assert len(shelf.keys) == 312


def test_a_file_whose_days_run_backwards_is_only_counted() -> None:
    backwards = file([*walk(-500, 500), *walk(700, day=EVE), *walk(-500, opening_fen=700)])
    shelf = Shelf()
    shelf.take(backwards)

    assert shelf.take(backwards) == [DAY]
    assert shelf.take(backwards, Overlap.SAME) == []
    assert len(shelf.keys) == 4
    assert shelf.take(backwards, Overlap.FURTHER) == []
    assert len(shelf.keys) == 6, "only those the balance returns to"
