"""Identifying codes and masks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.codes import (
    card_fault,
    luhn_digit,
    mask_card,
    mask_name,
    mask_phone,
    mask_resident_id,
    normal_code,
    resident_id_fault,
    uscc_fault,
)


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341L",
        "N2370404MF1234567P",
        "N2370481MF00001281",
        "54370405ME2000013E",
        "93370406MA3C00003P",
        "11370400MB2857382G",
        " 91110000600037341l ",
    ],
)
def test_valid_credit_codes_pass_rural_collectives_among_them(code: str) -> None:
    assert uscc_fault(code) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91110000600037341M", "check"),
        ("9111000060003734OL", "character"),
        ("9111000060003734L", "length"),
        ("", "length"),
        ("91110000600037341", "length"),
        ("911100006000373411L", "length"),
        ("91A10000600037341L", "structure"),
        ("9111000A600037341L", "structure"),
        ("9111000A60003734OL", "character"),  # the character is tested before the structure
        ("9111 000600037341L", "character"),
        ("９1110000600037341L", "character"),
        ("91110000600037341ß", "character"),  # upper case would make it longer
    ],
)
def test_a_credit_code_fails_by_the_first_test_it_fails(code: str, reason: str) -> None:
    assert uscc_fault(code) == reason


@pytest.mark.parametrize("code", ["11010519491231002X", "370403190001010011", " 11010519491231002x"])
def test_valid_resident_numbers_pass(code: str) -> None:
    assert resident_id_fault(code) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("110105194912310029", "check"),
        ("370481190002290018", "date"),
        ("110105491231002", "length"),
        ("1101051949123100２X", "character"),
        ("11010519491231A02X", "character"),
        ("1101051949123X0022", "character"),
        ("110105194913310028", "date"),
        ("110105000012310020", "date"),
    ],
)
def test_a_resident_number_fails_by_the_first_test_it_fails(code: str, reason: str) -> None:
    assert resident_id_fault(code) == reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("6222020000000000000", None),
        ("6222020000000000001", "check"),
        ("622202000000000", "length"),
        ("62220200000000000000", "length"),
        ("6222 0200 0000 0000", "character"),
        ("622202000000000000X", "character"),
        ("６222020000000000000", "character"),
        ("6.22202E+18", "length"),
    ],
)
def test_cards_are_sixteen_to_nineteen_digits_with_luhn(code: str, reason: str | None) -> None:
    assert card_fault(code) == reason


def test_the_luhn_digit_closes_a_payment_token() -> None:
    assert luhn_digit("19081200123") == "7"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789", min_size=15, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_one_changed_digit_of_a_card_is_always_seen(body: str, place: int, shift: int) -> None:
    card = body + luhn_digit(body)
    place = min(place, len(card) - 1)
    changed = card[:place] + str((int(card[place]) + shift) % 10) + card[place + 1 :]

    assert card_fault(card) is None
    assert card_fault(changed) == "check"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_no_text_makes_a_check_crash(code: str) -> None:
    assert uscc_fault(code) is not None
    assert resident_id_fault(code) is not None
    assert card_fault(code) is not None


def test_codes_are_stored_in_upper_case_without_outer_spaces() -> None:
    assert normal_code(" 11010519491231002x\n") == "11010519491231002X"


def test_masks_hide_all_but_what_tells_two_apart() -> None:
    assert mask_resident_id("11010519491231002X") == "110***********002X"
    assert mask_phone("13800000000") == "138****0000"
    assert mask_card("6222020000000000001") == "****0001"
    assert mask_name("王小明") == "王**"


def test_a_mask_of_something_too_short_shows_nothing() -> None:
    assert mask_resident_id("1234567") == "*******"
    assert mask_phone("") == ""
    assert mask_card("12345678") == "****"
    assert mask_name("") == "**"
