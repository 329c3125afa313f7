"""The page shell: how values are written, forms read, lists addressed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

import msgspec
import pytest

from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import render, t
from insurance.web import forms, listing, shown
from make.shell import CITY

# ---------- how values are written ----------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (shown.money(100867750), "1,008,677.50"),
        (shown.money(5), "0.05"),
        (shown.money(-1426000), "−14,260.00"),
        (shown.money(None), "—"),
        (shown.wan(48000000), "48.00"),
        (shown.wan(61240499), "61.24"),
        (shown.wan(61245000), "61.25"),
        (shown.plain(9125901), "91259.01"),
        (shown.plain(8200000), "82000"),
        (shown.plain(-5), "-0.05"),
        (shown.pct(Fraction(843, 1128)), "74.7%"),
        (shown.pct(Decimal("0.9615")), "96.2%"),
        (shown.pct("0.96169", 2), "96.17%"),
        (shown.pct(None), "—"),
        (shown.grouped(1376), "1,376"),
        (shown.day(date(2019, 8, 30)), "2019-08-30"),
        (shown.day(datetime(2019, 8, 29, 16, 30, tzinfo=UTC)), "2019-08-30"),
        (shown.moment(datetime(2019, 8, 29, 16, 30, tzinfo=UTC)), "2019-08-30 00:30"),
        (shown.moment(None), "—"),
        (shown.width(Fraction(843, 1128)), "74.7"),
        (shown.width(Fraction(5, 4)), "100.0"),
        (shown.width(None), "0.0"),
    ],
)
def test_a_value_is_written_the_way_offices_read_it(written: str, expected: str) -> None:
    assert written == expected


def test_an_instant_without_offset_is_not_shown_as_if_it_were_the_citys() -> None:
    with pytest.raises(ValueError, match="offset"):
        shown.moment(datetime(2019, 8, 30, 8, 0))


# ---------- forms ----------


class Peril(StrEnum):
    WIND = "WIND"
    RAIN = "RAIN"


class Line(msgspec.Struct, forbid_unknown_fields=True):
    asset: Annotated[int, msgspec.Meta(ge=1)]
    loss_fen: Annotated[int, msgspec.Meta(ge=0)]
    remark: str = ""


class Report(msgspec.Struct, forbid_unknown_fields=True):
    loss_fen: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
    happened_at: datetime
    peril: Peril
    seen_on: date | None = None
    result: Literal["PAY", "REFUSE"] = "PAY"
    rate: Decimal | None = None
    people: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""
    agreed: bool = False
    towns: list[str] = []
    lines: list[Line] = []


GOOD = {"loss_fen": ["8.2万"], "happened_at": ["2019-08-11T06:00"], "peril": ["WIND"]}


def test_a_form_becomes_its_struct() -> None:
    body = {
        **GOOD,
        "csrf": ["a-token"],
        "loss_fen": [" １，２３４.５６ 元"],
        "seen_on": ["2019年8月30日"],
        "rate": ["5％"],
        "people": ["１，２００"],
        "note": ["  两行\r\n说明 "],
        "agreed": ["1"],
        "towns": ["370406104", "", "370406105"],
        "lines-10-asset": ["2"],
        "lines-10-loss_fen": ["0.01"],
        "lines-2-asset": ["1"],
        "lines-2-loss_fen": ["3,000"],
        "lines-3-asset": [""],
        "lines-3-loss_fen": [" "],
    }
    found = forms.read(body, Report)
    assert found == Report(
        loss_fen=123456,
        happened_at=datetime(2019, 8, 11, 6, 0, tzinfo=CITY),
        peril=Peril.WIND,
        seen_on=date(2019, 8, 30),
        rate=Decimal("0.05"),
        people=1200,
        note="两行\n说明",
        agreed=True,
        towns=["370406104", "370406105"],
        lines=[Line(1, 300000), Line(2, 1)],
    )


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"loss_fen": ["八万多"]}, "loss_fen", "不是金额；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["0.001"]}, "loss_fen", "金额不能细于一分；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["−5"]}, "loss_fen", "不能小于 0"),
        ({"loss_fen": ["100万零"]}, "loss_fen", "不是金额；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["100.0001万"]}, "loss_fen", "不能大于 1000000"),
        ({"loss_fen": [""]}, "loss_fen", "请填写"),
        ({"loss_fen": ["1", "2"]}, "loss_fen", "只能填一个"),
        ({"happened_at": ["2019-08-11"]}, "happened_at", "请填日期和时间，例如 2019-08-11 06:00"),
        ({"happened_at": ["2019-08-11 25:00"]}, "happened_at", "请填日期和时间，例如 2019-08-11 06:00"),
        ({"peril": ["FIRE"]}, "peril", "请从列表中选择"),
        ({"peril": []}, "peril", "请选择"),
        ({"seen_on": ["2019-02-29"]}, "seen_on", "请填真实的日期，例如 2019-08-30"),
        ({"rate": ["NaN"]}, "rate", "请填数字，例如 0.05 或 5%"),
        ({"people": ["1.5"]}, "people", "请填整数，例如 12"),
        ({"people": ["9" * 19]}, "people", "请填整数，例如 12"),
        ({"note": ["长" * 21]}, "note", "最多 20 个字"),
        ({"note": ["a\x00b"]}, "note", "含有不能使用的字符，请重新输入"),
        ({"towns": ["a\x00b"]}, "towns", "含有不能使用的字符，请重新输入"),
        ({"lines-0-asset": ["1"]}, "lines-0-loss_fen", "请填写"),
        ({"lines-7-asset": ["0"], "lines-7-loss_fen": ["1"]}, "lines-7-asset", "不能小于 1"),
        ({"lines-0-asset": ["1"], "lines-0-loss_fen": ["1"], "lines-0-paid": ["1"]}, "", "表单里有不认识的字段：lines-0-paid"),
        ({"paid_fen": ["1"]}, "", "表单里有不认识的字段：paid_fen"),
    ],
)
def test_a_wrong_field_is_named_with_its_fix(change: dict[str, list[str]], field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.read({**GOOD, **change}, Report)
    assert [(fault.field, str(fault.text)) for fault in refused.value.faults] == [(field, text)]


def test_all_faults_come_at_once_and_what_was_typed_is_kept() -> None:
    body = {"csrf": ["t"], "loss_fen": ["八万多"], "peril": ["FIRE"], "password": ["secret"], "towns": ["a", "b"]}
    with pytest.raises(Invalid) as refused:
        forms.read(body, Report, ignore=("password",))
    form = forms.kept(body, refused.value.faults)
    assert {fault.field for fault in form.faults} == {"loss_fen", "happened_at", "peril"}
    assert (form.value("loss_fen"), form.all("towns")) == ("八万多", ["a", "b"])
    assert form.value("csrf") == form.value("password") == ""
    assert form.fault("loss_fen") is not None
    assert form.fault("towns") is None


def test_a_fault_speaks_the_readers_language_down_to_its_reason() -> None:
    with pytest.raises(Invalid) as refused:
        forms.read({**GOOD, "loss_fen": ["much"]}, Report)
    assert render(refused.value.faults[0].text, "en") == ("not an amount of money; type a number such as 82000 or 8.2万")


def test_too_many_rows_are_refused() -> None:
    body = GOOD | {f"lines-{i}-asset": ["1"] for i in range(forms.MOST_ROWS + 1)}
    with pytest.raises(Invalid) as refused:
        forms.read(body, Report)
    assert refused.value.faults == [FieldFault("lines", t("最多 {n} 行", n=forms.MOST_ROWS))]


def test_a_form_filled_from_a_record_reads_back_as_the_same_record() -> None:
    report = Report(
        loss_fen=9125901,
        happened_at=datetime(2019, 8, 10, 22, 0, tzinfo=UTC),
        peril=Peril.RAIN,
        seen_on=date(2019, 8, 12),
        rate=Decimal("0.05"),
        agreed=True,
        towns=["a", "b"],
        lines=[Line(3, 5), Line(4, 600, "换")],
    )
    form = forms.filled(**msgspec.structs.asdict(report))
    assert form.value("loss_fen") == "91259.01"
    assert form.rows("lines", at_least=4) == [0, 1, 2, 3]
    assert forms.read(form.values, Report) == report


def test_uploads_are_left_out_of_the_texts() -> None:
    assert forms.texts([("a", "1"), ("file", object()), ("a", "2")]) == {"a": ["1", "2"]}


# ---------- lists ----------

SORTS: dict[str, tuple[type, ...]] = {"net": (int, int), "name": (str, int), "since": (date, int)}


def a_list(*query: tuple[str, str]) -> listing.Listing:
    return listing.read_listing(
        "/projects",
        query,
        sorts=SORTS,
        usual_sort="-net",
        filters={"county": {"370404", "370406"}, "town": None},
    )


def test_a_list_keeps_its_state_in_its_address() -> None:
    seen = a_list(("q", " 大棚 "), ("county", "370404"), ("town", "榴园镇"), ("sort", "name"), ("limit", "20"), ("lang", "en"))
    assert (seen.q, seen.filters, seen.sort, seen.descending, seen.limit) == (
        "大棚",
        {"county": ["370404"], "town": ["榴园镇"]},
        "name",
        False,
        20,
    )
    where = "q=%E5%A4%A7%E6%A3%9A&county=370404&town=%E6%A6%B4%E5%9B%AD%E9%95%87"
    assert seen.first_href == f"/projects?{where}&sort=name&limit=20"
    assert seen.export_href("/projects.xlsx") == f"/projects.xlsx?{where}&sort=name"
    assert seen.without("town") == "/projects?q=%E5%A4%A7%E6%A3%9A&county=370404&sort=name&limit=20"
    assert seen.without("q") == "/projects?county=370404&town=%E6%A6%B4%E5%9B%AD%E9%95%87&sort=name&limit=20"
    assert seen.cleared_href == "/projects?sort=name&limit=20"
    assert seen.chosen("county") == "370404"


def test_a_column_head_turns_the_order_round_and_says_how_it_stands() -> None:
    usual = a_list()
    assert (usual.direction("net"), usual.direction("name")) == ("descending", "none")
    assert usual.sort_href("net") == "/projects?sort=net"
    assert usual.sort_href("name") == "/projects?sort=name"
    assert a_list(("sort", "net")).sort_href("net") == "/projects"


def test_the_next_page_starts_after_the_last_row_and_counts_on() -> None:
    first = a_list(("sort", "since"), ("county", "370406")).pages(50, (date(2019, 8, 30), 417), total=120)
    assert (first.first_row, first.last_row, first.first_href) == (1, 50, "")
    cursor = dict(pair.split("=") for pair in first.next_href.split("?")[1].split("&"))["cursor"]
    second = a_list(("sort", "since"), ("county", "370406"), ("cursor", cursor))
    assert second.after == (date(2019, 8, 30), 417)
    pages = second.pages(50, None, total=120)
    assert (pages.first_row, pages.last_row, pages.next_href) == (51, 100, "")
    assert pages.first_href == "/projects?county=370406&sort=since"


def test_a_null_key_survives_the_cursor() -> None:
    assert listing.decode_cursor(listing.encode_cursor("-net", 50, (None, 3)), "-net", (int, int)) == (50, (None, 3))


GOOD_CURSOR = listing.encode_cursor("-net", 50, (28507, 417))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "password"),
        ("sort", "--net"),
        ("county", "110101"),
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "٣"),
        ("limit", "9" * 4000),
        ("q", "x" * 101),
        ("q", "a\x00b"),
        ("cursor", "!!!"),
        ("cursor", GOOD_CURSOR[:-3]),
        ("cursor", "字"),
        ("cursor", listing.encode_cursor("net", 50, (28507, 417))),
        ("cursor", listing.encode_cursor("-net", 50, (28507,))),
        ("cursor", listing.encode_cursor("-net", 50, ("28507", 417))),
        ("cursor", listing.encode_cursor("-net", 50, (2**63, 417))),
        ("cursor", listing.encode_cursor("-net", -1, (28507, 417))),
        ("cursor", "W10"),  # []
        ("cursor", "e30"),  # {}
    ],
)
def test_an_address_that_is_not_allowed_is_a_wrong_field_not_a_crash(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_list((name, value))
    assert refused.value.faults[0].field == name


def test_the_untouched_cursor_is_accepted() -> None:
    assert a_list(("cursor", GOOD_CURSOR)).after == (28507, 417)


@pytest.mark.parametrize("text", ["a\x00b", "长" * 301])
def test_a_text_key_that_the_database_could_not_take_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        listing.decode_cursor(listing.encode_cursor("name", 1, (text, 1)), "name", (str, int))


# ---------- whole page, one block ----------
