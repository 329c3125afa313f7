"""收益分配: the worked examples D1-D4 to the fen, any split, plans and lists that are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.base.errors import Invalid, WrongState
from insurance.base.spreadsheet import Sheet
from insurance.sharing import lifecycle
from insurance.sharing.households import MOST_HOUSEHOLDS, read_households
from insurance.sharing.model import Basis, Inputs, PlanEntry, Purpose, SharingState, SharingVerb
from insurance.sharing.rules import backstop_gap, dividend_only, is_unit, key_fault, list_until, parts, plan_faults, share
from insurance.sharing.terms import terms_on
from make.sharing import HEADING, PURPOSES, card, household, resident_id

ON = date(2019, 8, 30)
SEVENTY_THIRTY = {Purpose.DIVIDEND: 70, Purpose.MUTUAL_AID: 30}
EQUAL = {f"{number:02d}": 1 for number in range(1, 38)}


def shares(given: Inputs) -> dict[tuple[str, str], int]:
    return {(one.purpose.value, one.key): one.amount_fen for one in share(given).shares}


# -- the worked examples of the reference ---------------------------------------------------------------------------------------


def test_d1_the_income_of_the_tanshan_case_is_shared_seventy_to_thirty() -> None:
    given = Inputs(amount_fen=65_800_000 * 8 // 100, purposes=SEVENTY_THIRTY, households={"01": 1})

    assert shares(given) == {("DIVIDEND", "01"): 3_684_800, ("MUTUAL_AID", ""): 1_579_200}


def test_d2_thirty_seven_equal_households() -> None:
    found = shares(Inputs(amount_fen=3_684_800, purposes={Purpose.DIVIDEND: 1}, households=EQUAL))

    assert [found["DIVIDEND", key] for key in EQUAL] == [99_590] * 7 + [99_589] * 30


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        pytest.param(10_000, {"a": 3, "b": 2, "c": 2}, [4_286, 2_857, 2_857], id="D3"),
        pytest.param(2, {"a": 1, "b": 1, "c": 1}, [1, 1, 0], id="D4"),
        pytest.param(1, {"9": 1, "10": 1}, [1, 0], id="ties go by code point: 10 before 9"),
        pytest.param(100, {"a": 0, "b": 3}, [0, 100], id="weight 0 gets 0"),
        pytest.param(0, {"a": 1}, [0], id="nothing to share"),
    ],
)
def test_households_by_weight(total: int, weights: dict[str, int], expected: list[int]) -> None:
    assert [part.amount_fen for part in parts(total, weights)] == expected


@pytest.mark.parametrize("weights", [{}, {"a": 0}, {"a": 1, "b": -1}])
def test_weights_that_share_nothing_are_refused(weights: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        parts(100, weights)


# -- the order ------------------------------------------------------------------------------------------------------------------


def test_repayment_comes_before_the_reserve_and_the_reserve_before_the_plan() -> None:
    given = Inputs(
        amount_fen=1_000_001,
        repay_fen={"FP2019-000002": 300_000},
        reserve_per_mille=100,
        purposes=SEVENTY_THIRTY,
        households={"01": 2, "02": 1},
    )

    found = share(given)

    assert [(one.purpose, one.key, one.amount_fen) for one in found.shares] == [
        (Purpose.REPAYMENT, "FP2019-000002", 300_000), (Purpose.RESERVE, "", 70_000), (Purpose.DIVIDEND, "01", 294_001),
        (Purpose.DIVIDEND, "02", 147_000), (Purpose.MUTUAL_AID, "", 189_000),
    ]  # fmt: skip
    assert [step.rule for step in found.steps] == ["SHARE-REPAY", "SHARE-RESERVE", "SHARE-PURPOSE", "SHARE-HOUSEHOLD", "SHARE-PURPOSE"]


def test_a_backstop_that_takes_all_leaves_no_plan() -> None:
    given = Inputs(amount_fen=100, repay_fen={"A": 60, "B": 70}, purposes=SEVENTY_THIRTY)

    assert shares(given) == {("REPAYMENT", "A"): 60, ("REPAYMENT", "B"): 40}


def test_a_top_up_of_what_was_promised_is_the_households_alone() -> None:
    assert dividend_only(Basis.PROMISED)
    assert not dividend_only(Basis.GUARANTEED)
    assert not dividend_only(None)

    given = Inputs(amount_fen=5, reserve_per_mille=500, purposes=SEVENTY_THIRTY, households={"a": 1, "b": 1}, dividend_only=True)

    assert shares(given) == {("DIVIDEND", "a"): 3, ("DIVIDEND", "b"): 2}


def test_the_reserve_is_rounded_half_up() -> None:
    given = Inputs(amount_fen=50, reserve_per_mille=50, purposes={Purpose.VILLAGE: 1})

    assert shares(given) == {("RESERVE", ""): 3, ("VILLAGE", ""): 47}


@pytest.mark.parametrize("households", [{}, {"a": 0}])
def test_a_dividend_needs_a_household(households: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refused:
        share(Inputs(amount_fen=100, purposes=SEVENTY_THIRTY, households=households))

    assert refused.value.faults[0].field == "households"


def test_without_a_dividend_no_household_is_asked_for() -> None:
    assert shares(Inputs(amount_fen=7, purposes={Purpose.DIVIDEND: 0, Purpose.VILLAGE: 1})) == {("VILLAGE", ""): 7}


_KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)


@given(
    st.integers(1, 10**14 - 1),
    st.dictionaries(_KEYS, st.integers(1, 10**12), max_size=3),
    st.integers(0, 999),
    st.dictionaries(st.sampled_from([Purpose.DIVIDEND, Purpose.MUTUAL_AID, Purpose.FUND]), st.integers(0, 10**6), min_size=1),
    st.dictionaries(_KEYS, st.integers(0, 10**6), min_size=1, max_size=30),
    st.booleans(),
)
def test_any_split_adds_up_to_the_fen_and_favours_nobody(
    amount: int, repay: dict[str, int], reserve: int, purposes: dict[Purpose, int], households: dict[str, int], alone: bool
) -> None:
    given = Inputs(
        amount_fen=amount, repay_fen=repay, reserve_per_mille=reserve, purposes=purposes | {Purpose.VILLAGE: 1},
        households=households | {"~": 1}, dividend_only=alone,
    )  # fmt: skip

    found = share(given)
    stored = msgspec.convert(msgspec.json.decode(msgspec.json.encode(given)), Inputs)

    assert share(stored) == found  # what is kept comes out the same
    assert sum(one.amount_fen for one in found.shares) == amount
    assert min(one.amount_fen for one in found.shares) >= 0
    assert len({(one.purpose, one.key) for one in found.shares}) == len(found.shares)
    repaid = sum(one.amount_fen for one in found.shares if one.purpose is Purpose.REPAYMENT)
    assert repaid == min(amount, sum(repay.values()))
    dividend = {one.key: one.amount_fen for one in found.shares if one.purpose is Purpose.DIVIDEND}
    whole = sum(given.households.values())
    for key, got in dividend.items():
        assert abs(got * whole - sum(dividend.values()) * given.households[key]) < whole  # within a fen of its exact share


def test_a_backstop_brings_no_more_than_what_is_missing() -> None:
    assert backstop_gap(4_000_000, 2_650_000) == 1_350_000
    assert backstop_gap(4_000_000, 4_000_001) == 0


# -- plans ------------------------------------------------------------------------------------------------------------------------


def plan(**known: Any) -> PlanEntry:
    entry = {
        "project_id": 1, "shown_on": "2019-01-10", "voted_on": "2019-01-20", "from_on": "2019-01-20", "document_id": 1, "purposes": PURPOSES,
    }  # fmt: skip
    return msgspec.convert(entry | known, PlanEntry)


def test_a_plan_shown_for_ten_days_is_taken() -> None:
    assert plan_faults(plan(), terms_on(ON), ON) == []


def purpose(**known: Any) -> list[dict[str, Any]]:
    return [PURPOSES[1] | known]


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"shown_on": "2019-01-11"}, "shown_on"),
        ({"voted_on": "2019-09-01", "from_on": "2019-09-01"}, "voted_on"),
        ({"from_on": "2019-01-19"}, "from_on"),
        ({"purposes": []}, "purposes"),
        ({"purposes": [{"purpose": "DIVIDEND", "weight": 0}]}, "purposes"),
        ({"purposes": [{"purpose": "DIVIDEND", "weight": 1}] * 2}, "purposes"),
        ({"purposes": [{"purpose": "RESERVE", "weight": 1}]}, "purposes[0].purpose"),
        ({"purposes": [{"purpose": "DIVIDEND", "weight": 1, "payee_name": "某社"}]}, "purposes[0].payee_account"),
        ({"purposes": purpose(payee_name="王建国")}, "purposes[0].payee_name"),
        ({"purposes": purpose(payee_name="欧阳建国")}, "purposes[0].payee_name"),
        ({"purposes": purpose(payee_name="")}, "purposes[0].payee_name"),
        ({"purposes": purpose(payee_bank=" ")}, "purposes[0].payee_bank"),
        ({"purposes": purpose(payee_account="12-34")}, "purposes[0].payee_account"),
    ],
)
def test_a_plan_is_refused_by_its_field(known: dict[str, Any], field: str) -> None:
    assert field in [fault.field for fault in plan_faults(plan(**known), terms_on(ON), ON)]


@pytest.mark.parametrize(
    "name", ["仙坛老年公寓", "石门村股份经济合作社", "坛山街道经济联合社", "峄城区扶贫专项基金专户", "坛山街道财政所", "石门村村民委员会"]
)
def test_a_unit_is_known_by_its_name(name: str) -> None:
    assert is_unit(name)


@pytest.mark.parametrize("name", ["王五", "王会", "李家社", "张建国", "买买提·艾力", "老李家庭农场", ""])
def test_nobodys_own_account_is_taken_for_a_unit(name: str) -> None:
    assert not is_unit(name)


def test_terms_are_dated_and_each_names_its_source() -> None:
    before, after = terms_on(date(2025, 4, 30)), terms_on(date(2025, 5, 1))

    assert (before.plan_shown_days, before.objection_working_days, before.list_months) == (10, 5, 12)
    assert (before.mark, after.mark) == ("assumed", "verified")
    assert "第四十六条" in after.source
    assert terms_on(date(2017, 1, 1)) == before
    assert list_until(date(2019, 2, 28), before) == date(2020, 2, 28)


def test_the_table_of_verbs_leads_where_it_says() -> None:
    assert lifecycle.after(SharingVerb.PUBLISH, SharingState.DRAFT) is SharingState.PUBLISHED
    with pytest.raises(WrongState):
        lifecycle.after(SharingVerb.CONFIRM, SharingState.DRAFT)


# -- lists ------------------------------------------------------------------------------------------------------------------------


def sheet(*lines: dict[str, str], heading: str = HEADING) -> list[Sheet]:
    rows = [heading.split(","), *([*line.values()] for line in lines)]
    width = len(rows[0])
    return [Sheet("", len(rows), [[row[column] if column < len(row) else "" for row in rows] for column in range(width)])]


def test_a_list_is_read() -> None:
    found = read_households(sheet(household(1, 3), household(2, need="")))

    assert [(one.number, one.name, one.weight, one.card) for one in found] == [("001", "王第1", 3, card(1)), ("002", "王第2", 1, card(2))]
    assert found[1].need is None


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ({"id": "370404195101010029"}, "C3"),
        ({"card": card(9)[:-1] + "x"}, "E3"),
        ({"card": "6222020000000000001"}, "E3"),
        ({"weight": "-1"}, "F3"),
        ({"weight": "1000001"}, "F3"),
        ({"weight": ""}, "F3"),
        ({"name": ""}, "B3"),
        ({"name": "无"}, "B3"),
        ({"bank": ""}, "D3"),
        ({"key": resident_id(5)}, "A3"),
        ({"key": card(5)}, "A3"),
        ({"key": "001"}, "A3"),
        ({"id": resident_id(1)}, "C3"),
        ({"card": card(1)}, "E3"),
        ({"cadre": "是"}, "H3"),
    ],
)
def test_a_fault_is_told_by_its_cell_and_repeats_nothing_of_it(line: dict[str, str], cell: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_households(sheet(household(1), household(2, **line)))

    assert [fault.field for fault in refused.value.faults] == [cell]
    told = str(refused.value.faults[0].text) + str(refused.value.text)
    assert not [value for value in line.values() if len(value) > 3 and value in told]


def test_a_household_of_weight_0_may_be_an_officials() -> None:
    assert read_households(sheet(household(1), household(2, 0, cadre="是")))[1].cadre


@pytest.mark.parametrize("heading", ["甲,乙,丙,丁,戊,己,庚,辛", HEADING.replace("分配权数", "其他")])
def test_a_file_without_its_columns_is_refused_whole(heading: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_households(sheet(household(1), heading=heading))

    assert refused.value.faults[0].field == "file"


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(Invalid):
        read_households(sheet())


def test_a_household_number_is_nobodys_own_number() -> None:
    assert key_fault("001") is None
    assert key_fault("长" * 41) is not None
    assert MOST_HOUSEHOLDS > 3_664  # Tanshan alone has so many
