"""The demo's papers are what they say, and its bank files read back by the program's own reader, balance by balance."""

from __future__ import annotations

import io
from datetime import date
from itertools import combinations

import imagehash
import pytest
from PIL import Image

from insurance.base.files import Media, media_of
from insurance.base.spreadsheet import read_table_file
from insurance.claims.rules_weather import FIELDS, WEATHER, held_against, reading_of
from insurance.claims.signal_thresholds import thresholds_on
from insurance.demo.bank_files import Booking, Form, statement
from insurance.demo.papers import measured, paper, picture
from insurance.finance.bank import read_statement
from insurance.finance.model import Direction, Payout, PayoutState, Rule, Side
from insurance.finance.rules import make_token, match_lines
from insurance.policies.model import Cover, Peril
from insurance.policies.terms import terms_by

ACCOUNT, HOLDER = "3700160808050012345", "示范财产保险甲公司"
PAYEE, PAYEE_ACCOUNT = "榴园镇朱村股份经济合作社", "9040104000801000123"
ON = date(2019, 5, 20)
BOOKINGS = [
    Booking(date(2019, 5, 6), 50_000_000, "示范财产保险总部", "3700160808050099999", "示范银行", "赔款资金"),
    Booking(date(2019, 5, 21), -4_003_101, PAYEE, PAYEE_ACCOUNT, "示范农商银行", f"{make_token(ON, 1)}赔款"),
    Booking(date(2019, 5, 21), -500, "示范银行", "", "", "手续费"),
    Booking(date(2019, 5, 22), -1_234_567, PAYEE, PAYEE_ACCOUNT, "示范农商银行", "赔款"),
]
ORDERS = [
    Payout(1, make_token(ON, 1), 4_003_101, PAYEE, PAYEE_ACCOUNT, ON, PayoutState.RELEASED),
    Payout(2, make_token(ON, 2), 1_234_567, PAYEE, PAYEE_ACCOUNT, ON, PayoutState.RELEASED),
]


@pytest.mark.parametrize("form", list(Form))
async def test_a_banks_file_reads_back_and_its_payments_match(form: Form) -> None:
    table = await read_table_file(statement(form, ACCOUNT, HOLDER, 10_000_000, BOOKINGS))

    found = read_statement(table.sheets, Side.PAYER)

    assert (found.account, found.opening_fen, found.closing_fen) == (ACCOUNT, 10_000_000, 54_761_832)
    assert [(one.booked_on, one.amount_fen if one.direction is Direction.IN else -one.amount_fen) for one in found.lines] == [
        (one.on, one.signed_fen) for one in BOOKINGS
    ]
    assert [line.counterparty_account for line in found.lines] == [one.account for one in BOOKINGS]
    matching = match_lines(found.lines, ORDERS)
    assert [(match.payout_id, match.rule, match.confidence) for match in matching.matches] == [
        (1, Rule.REFERENCE, "AUTO"),
        (2, Rule.PAYEE_ACCOUNT, "AUTO"),
    ]


def test_a_paper_is_a_pdf_of_as_many_pages_as_it_needs() -> None:
    short, long = paper("投保单", ["榴园镇朱村"]), paper("投保清单", [f"第{n}项" for n in range(80)])

    assert media_of(short) is media_of(long) is Media.PDF
    assert short.count(b"/Type /Page ") == 1
    assert long.count(b"/Type /Page ") == 3
    assert "榴园镇朱村".encode("utf-16-be").hex().encode() in short


def test_pictures_differ_by_subject_and_are_the_same_for_the_same() -> None:
    assert media_of(picture("a")) is Media.PNG
    assert picture("a") == picture("a") != picture("b")


def test_no_two_pictures_of_the_demo_pass_for_one_photo() -> None:
    prints = [int(str(imagehash.dhash(Image.open(io.BytesIO(picture(f"案件{n}/SCENE"))))), 16) for n in range(80)]

    assert min((one ^ other).bit_count() for one, other in combinations(prints, 2)) > thresholds_on(date(2019, 8, 30)).like_bits


@pytest.mark.parametrize("peril", [Peril.RAINSTORM, Peril.GALE, Peril.TYPHOON])
def test_the_stations_of_the_demo_measured_what_the_wording_calls_its_peril(peril: Peril) -> None:
    terms = terms_by(Cover.INDUSTRY, "2019-01-01").wording.peril(peril)
    for n in range(40):
        reading = measured(f"案件{n}", peril)
        assert reading is not None
        held = held_against({name: getattr(reading, name) for name in FIELDS if name in ("wind_ms", "rain_mm_24h")}, terms)
        assert [one.reached for one in held] == [True]
        typed = {name: str(value) for name in FIELDS if (value := getattr(reading, name))}
        assert reading_of(WEATHER, typed) == reading, "what a person could have filled in"


def test_a_flood_has_no_station() -> None:
    assert measured("案件1", Peril.FLOOD) is None
