"""Amounts in capitals both ways, and dates on bills."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.errors import Invalid
from insurance.base.money import MOST_FEN
from insurance.base.words import amount_words, bill_date, parse_words

CANONICAL = {
    1_409_50: "壹仟肆佰零玖元伍角",
    6_007_14: "陆仟零柒元壹角肆分",
    1_680_32: "壹仟陆佰捌拾元零叁角贰分",
    107_000_53: "壹拾万柒仟元零伍角叁分",
    16_409_02: "壹万陆仟肆佰零玖元零贰分",
    325_04: "叁佰贰拾伍元零肆分",
    480_000_00: "肆拾捌万元整",
    658_000_00: "陆拾伍万捌仟元整",
    1: "壹分",
    50: "伍角",
    100_000_000_00: "壹亿元整",
    100_000_005_00: "壹亿零伍元整",
    0: "零元整",
    1_005_000_00: "壹佰万伍仟元整",
    1_000_000_05: "壹佰万元零伍分",
    40_031_01: "肆万零叁拾壹元零壹分",
    110_000_000_00: "壹亿壹仟万元整",
    100_005_000_00: "壹亿零伍仟元整",
    100_500_000_00: "壹亿零伍拾万元整",
    1_000_000_000_50: "壹拾亿元零伍角",
    MOST_FEN: "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}


@pytest.mark.parametrize(("fen", "words"), CANONICAL.items())
def test_the_canonical_words_are_written_and_read(fen: int, words: str) -> None:
    assert amount_words(fen) == words
    assert parse_words(words) == fen


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("壹佰万零伍仟元整", 1_005_000_00),  # the 万 place is 0: 零 is optional
        ("壹仟陆佰捌拾元叁角贰分", 1_680_32),  # the 元 place is 0: 零 is optional
        ("壹拾万零柒仟元伍角叁分", 107_000_53),
        ("壹拾亿零壹仟万元", 1_010_000_000_00),
        ("壹佰元正", 100_00),
        ("壹佰圆整", 100_00),
        ("壹佰圓正", 100_00),
        ("貳萬參仟陸佰元整", 23_600_00),
        ("壹億元", 100_000_000_00),
        ("人民币壹佰元整", 100_00),
        ("人民币：壹佰元整", 100_00),
        ("人民币: 壹佰 元 整", 100_00),
        ("　壹佰元整 ", 100_00),
        ("拾元整", 10_00),
        ("拾万元", 100_000_00),
        ("人民币拾伍元整", 15_00),
        ("伍角整", 50),
        ("壹仟肆佰零玖元伍角整", 1_409_50),
        ("壹仟肆佰零玖元伍角正", 1_409_50),
        ("零元", 0),
    ],
)
def test_every_permitted_variant_is_read_by_its_value(words: str, fen: int) -> None:
    assert parse_words(words) == fen


@pytest.mark.parametrize(
    "words",
    [
        "壹分整",  # 整 after 分
        "陆仟零柒元壹角肆分整",
        "",
        " ",
        "人民币",
        "人民币：",
        "佰元",  # a unit without digit
        "元整",
        "万元",
        "壹佰拾元整",
        "角",
        "壹佰贰佰元",  # units out of order
        "壹拾贰佰元",
        "壹角贰元",
        "壹分贰角",
        "壹元贰元",
        "壹万贰亿元",
        "一二三",
        "一百元",
        "壹佰",  # neither 元, 角 nor 分
        "肆拾捌万",
        "肆拾捌万整",
        "壹仟伍元整",  # an inner zero must be written
        "壹亿伍元整",
        "壹元伍分",
        "壹佰零伍拾元整",  # and none where there is none
        "壹元零伍角",
        "零壹元整",
        "壹零元整",
        "壹贰元整",
        "零分",
        "伍佰角",
        "壹佰元整整",
        "整壹佰元",
        "壹佰元整伍角",
        "壹万亿元整",  # beyond the largest amount
        "100元",
        "壹佰元a",
        "\ud800元",
        "壹" * 101,
        "壹佰元\x00",
    ],
)
def test_words_that_are_not_well_formed_are_refused(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_words(words)

    assert refused.value.faults[0].field == "words"


@pytest.mark.parametrize("fen", [-1, MOST_FEN + 1])
def test_amounts_out_of_range_have_no_words(fen: int) -> None:
    with pytest.raises(Invalid):
        amount_words(fen)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, MOST_FEN) | st.integers(0, 10**8) | st.sampled_from([10**n for n in range(14)]))
def test_words_say_what_the_figures_say(fen: int) -> None:
    words = amount_words(fen)

    assert parse_words(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="零壹贰伍玖拾佰仟万亿元角分整", max_size=12))
def test_no_text_is_read_as_an_amount_that_is_written_otherwise(words: str) -> None:
    try:
        fen = parse_words(words)
    except Invalid:
        return

    def without_choice(text: str) -> str:
        text = "壹" + text if text.startswith("拾") else text
        return text.removesuffix("整").replace("零", "")

    assert without_choice(words) == without_choice(amount_words(fen))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2019-08-11", "贰零壹玖年捌月壹拾壹日"),
        ("2019-01-15", "贰零壹玖年零壹月壹拾伍日"),
        ("2019-10-20", "贰零壹玖年零壹拾月零贰拾日"),
        ("2019-02-12", "贰零壹玖年零贰月壹拾贰日"),
        ("2019-12-09", "贰零壹玖年壹拾贰月零玖日"),
        ("2019-11-30", "贰零壹玖年壹拾壹月零叁拾日"),
        ("2020-03-31", "贰零贰零年叁月叁拾壹日"),
        ("2020-10-10", "贰零贰零年零壹拾月零壹拾日"),
    ],
)
def test_dates_on_bills_guard_what_could_be_altered(day: str, written: str) -> None:
    assert bill_date(date.fromisoformat(day)) == written
