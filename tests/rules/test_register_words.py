"""Coded words and places of a register: variants, old names, what is ours."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from insurance.base.spreadsheet import Cell
from insurance.projects.model import AssetKind, Operation, Ownership, Status, Taxonomy
from insurance.projects.register import parse_register
from insurance.projects.register_places import Region, Regions
from make.registers import CITY, COUNTY, FACTS, HEAD, TOWN, VILLAGE, parse, read_one, sheet


@pytest.mark.parametrize(
    ("heading", "word", "field", "code", "note"),
    [
        ("权属", "村集体", "ownership", Ownership.VILLAGE, None),
        ("权属", "村集体所有", "ownership", Ownership.VILLAGE, None),
        ("权属", "村级集体", "ownership", Ownership.VILLAGE, None),
        ("权属", "镇(街)集体", "ownership", Ownership.TOWN, None),
        ("权属", "联村共有", "ownership", Ownership.JOINT, None),
        ("权属", "国有", "ownership", Ownership.STATE, None),
        ("权属", "石门村村民委员会", "ownership", Ownership.VILLAGE, "word-read-as"),
        ("权属", "石门村股份经济合作社", "ownership", Ownership.VILLAGE, "word-read-as"),
        ("权属", "某某种植专业合作社", "ownership", Ownership.COOP, "word-read-as"),
        ("权属", "某某农业有限公司", "ownership", Ownership.ENTERPRISE, "word-read-as"),
        ("经营方式", "集体 自营", "operation", Operation.SELF, None),
        ("经营方式", "自营", "operation", Operation.SELF, None),
        ("经营方式", "承包经营", "operation", Operation.CONTRACTED, None),
        ("经营方式", "出租", "operation", Operation.LEASED, None),
        ("经营方式", "租赁", "operation", Operation.LEASED, None),
        ("经营方式", "合作经营", "operation", Operation.COOPERATION, None),
        ("经营方式", "入股", "operation", Operation.SHARE, None),
        ("经营方式", "入股分红", "operation", Operation.SHARE, None),
        ("经营方式", "委托经营", "operation", Operation.ENTRUSTED, None),
        ("经营方式", "企业自营", "operation", Operation.PRIVATE, None),
        ("项目类型", "大棚", "taxonomy", Taxonomy.GREENHOUSE, None),
        ("项目类型", "日光温室", "taxonomy", Taxonomy.GREENHOUSE, None),
        ("项目类型", "养殖", "taxonomy", Taxonomy.BREED, None),
        ("项目类型", "冷库/仓储", "taxonomy", Taxonomy.COLD, None),
        ("项目类型", "光伏发电30kW项目", "taxonomy", Taxonomy.PV, "word-read-as"),
        ("项目类型", "入股分红", "taxonomy", Taxonomy.EQUITY, None),
        ("资产性质", "公益性资产", "asset_kind", AssetKind.PUBLIC, None),
        ("资产性质", "到户", "asset_kind", AssetKind.HOUSEHOLD, None),
        ("资产状态", "闲置", "state", Status.IDLE, None),
        ("资产状态", "权属争议", "state", Status.DISPUTED, None),
        ("资产状态", "正常使用", "state", Status.RUNNING, None),
        ("资产状态", "", "state", None, None),
    ],
)
def test_coded_words_have_variants(heading: str, word: str, field: str, code: Any, note: str | None) -> None:
    row, noticed = read_one(heading, word)

    assert row is not None
    assert getattr(row, field) == code
    assert noticed == ([("D2", note, "note")] if note else [])


@pytest.mark.parametrize("heading", ["权属", "经营方式", "项目类型", "资产类别", "资产状态"])
def test_an_unknown_word_keeps_its_row_out_and_the_accepted_ones_are_named(heading: str) -> None:
    [fault] = parse([*HEAD, heading], [*FACTS, "不详某某"]).faults

    assert (fault.cell, fault.code, fault.severity) == ("D2", "unknown-word", "error")
    assert "、" in fault.text.params["accepted"]
    assert "某某" not in str(fault.text)


def test_every_code_of_the_model_has_a_word() -> None:
    for heading, codes in (
        ("权属", Ownership),
        ("经营方式", Operation),
        ("项目类型", Taxonomy),
        ("资产类别", AssetKind),
        ("资产状态", Status),
    ):
        accepted = parse([*HEAD, heading], [*FACTS, "不详某某"]).faults[0].text.params["accepted"].split("、")
        read = {value for word in accepted if (row := read_one(heading, word)[0]) for value in msgspec.structs.astuple(row)}
        assert set(codes) <= read


@pytest.mark.parametrize(
    ("title", "operation", "note"),
    [
        ("合作社", Operation.PRIVATE, True),
        ("个人", Operation.PRIVATE, True),
        ("村集体", Operation.SELF, False),
        ("", Operation.SELF, False),
    ],
)
def test_a_bare_self_run_means_whoever_holds_the_title(title: str, operation: Operation, note: bool) -> None:
    parsed = parse([*HEAD, "权属", "经营方式"], [*FACTS, title, "自营"])

    assert parsed.rows[0].row.operation == operation
    assert [f.code for f in parsed.faults] == (["self-run-privately"] if note else [])


def test_stated_cover_is_kept_and_an_unknown_answer_only_noted() -> None:
    row, noticed = read_one("是否投保产业保", "拟投保")

    assert row is not None
    assert row.industry_stated is None
    assert noticed == [("D2", "unknown-word", "note")]


@pytest.mark.parametrize(
    ("county", "town", "code", "note"),
    [
        ("峄城区", "坛山街道", TOWN, False),
        ("峄城", "坛山街道", TOWN, False),
        ("枣庄市峄城区", "坛山街道", TOWN, False),
        ("370404", "坛山街道", TOWN, False),
        ("", "坛山街道", TOWN, False),
        ("", "峄城区坛山街道", TOWN, False),
        ("", "枣庄市峄城区坛山街道", TOWN, False),
        ("", "370404001", TOWN, False),
        ("", 370404001.0, TOWN, False),
        ("", "坛山镇", TOWN, True),
        ("", "坛山", TOWN, True),
        ("", "坛山街道办事处", TOWN, True),
        ("", "常庄镇", "370403005", True),
        ("", "张范镇", "370403004", True),
        ("", "阴平乡", "370404101", True),
        ("", "中心街道", "370402001", True),
        ("薛城区", "张范镇", "370403004", True),
    ],
)
def test_a_town_is_found_by_code_name_or_old_name(county: str, town: Cell, code: str, note: bool) -> None:
    parsed = parse(["县(市、区)", *HEAD], [county, town, "石门村", "大棚"])

    assert parsed.rows[0].row.town_code == code
    assert parsed.rows[0].row.county_code == code[:6]
    assert [f.code for f in parsed.faults] == (["town-alias"] if note else [])


@pytest.mark.parametrize(
    ("county", "town", "within", "cell", "code", "text"),
    [
        ("", "古卲镇", CITY, "B2", "unknown-town", "古邵镇"),
        ("", "某某镇", CITY, "B2", "unknown-town", "没有这个镇街"),
        ("", "", CITY, "B2", "town-missing", "缺少镇街"),
        ("", "370404999", CITY, "B2", "unknown-town", "没有这个镇街代码"),
        ("峄城区", "木石镇", CITY, "B2", "town-not-in-county", "木石镇"),
        ("", "木石镇", COUNTY, "B2", "town-outside", "木石镇"),
        ("", "阴平镇", TOWN, "B2", "town-outside", "阴平镇"),
        ("某某县", "坛山街道", CITY, "A2", "unknown-county", "没有这个县"),
    ],
)
def test_a_town_that_is_none_or_not_ours_is_a_fault(county: str, town: str, within: str, cell: str, code: str, text: str) -> None:
    parsed = parse(["县(市、区)", *HEAD], [county, town, "石门村", "大棚"], within=within)

    [fault] = parsed.faults
    assert (fault.cell, fault.code, fault.severity, parsed.rows) == (cell, code, "error", [])
    assert text in str(fault.text)


def test_two_towns_of_one_name_need_the_county() -> None:
    regions = Regions(
        [Region("1" * 6, "甲县"), Region("2" * 6, "乙县"), Region("1" * 9, "城关镇", "1" * 6), Region("2" * 9, "城关镇", "2" * 6)]
    )
    heads: list[Cell] = ["县", "镇街", "项目名称"]

    parsed = parse_register([sheet(heads, ["", "城关镇", "大棚"], ["乙县", "城关镇", "大棚"])], regions, "1" * 6)
    assert [f.code for f in parsed.faults] == ["town-outside"]
    both = Regions(
        [
            Region("0" * 6, "市"),
            *(
                Region(code * n, name, parent)
                for code, n, name, parent in (
                    ("1", 6, "甲县", "0" * 6),
                    ("2", 6, "乙县", "0" * 6),
                    ("1", 9, "城关镇", "1" * 6),
                    ("2", 9, "城关镇", "2" * 6),
                )
            ),
        ]
    )
    parsed = parse_register([sheet(heads, ["", "城关镇", "大棚"], ["乙县", "城关镇", "大棚"])], both, "0" * 6)
    assert [(f.cell, f.code) for f in parsed.faults] == [("B2", "ambiguous-town")]
    assert parsed.rows[0].row.town_code == "2" * 9


def test_a_towns_own_register_needs_no_town_column() -> None:
    parsed = parse(["村", "项目名称", "资产原值"], ["石门村", "大棚", 100], within=TOWN)

    assert parsed.rows[0].row.town_code == TOWN


@pytest.mark.parametrize(
    ("written", "code", "name"),
    [
        ("石门村", VILLAGE, "石门村"),
        ("石门", VILLAGE, "石门村"),
        ("石门村委会", VILLAGE, "石门村"),
        (VILLAGE, VILLAGE, "石门村"),
        ("新村", None, "新村"),
        ("", None, None),
    ],
)
def test_a_village_has_a_code_where_one_is_known(written: str, code: str | None, name: str | None) -> None:
    row = parse(HEAD, ["坛山街道", written, "大棚"]).rows[0].row

    assert (row.village_code, row.village) == (code, name)
