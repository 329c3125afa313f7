"""The fields of the calculators: every limit, and nothing in JSON that makes one crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.claims import trials

MOST = 10**14 - 1

NET_VALUE: dict[str, Any] = {
    "cost_fen": 86_000_000,
    "residual_rate": "0.05",
    "life_months": 120,
    "in_use_on": "2017-06-15",
    "as_of": "2019-08-11",
    "regime": "ENT",
}
ASSET: dict[str, Any] = {"value_fen": 60_000_000, "sum_insured_fen": 48_000_000, "loss_fen": 1_234_567}
INCOME: dict[str, Any] = {"guaranteed_fen": 4_000_000, "actual_fen": 2_650_000}
SPLIT: dict[str, Any] = {"total_fen": 10_000, "weights": {"a": 3, "b": 2, "c": 2}}
DEADLINE: dict[str, Any] = {"start_on": "2019-08-14", "days": 30}
WORDS: dict[str, Any] = {"amount_fen": 140_950}
CODE: dict[str, Any] = {"kind": "uscc", "code": "91110000600037341L"}

WELL = {
    "net-value": NET_VALUE,
    "asset-claim": ASSET,
    "income-claim": INCOME,
    "split": SPLIT,
    "deadline": DEADLINE,
    "amount-in-words": WORDS,
    "check-code": CODE,
}


def one(kind: str, case: object, language: str = "zh") -> dict[str, Any]:
    answer = trials.run(kind, case, language)
    assert isinstance(answer, dict)
    return answer


def fault(kind: str, case: object) -> str:
    answer = one(kind, case)
    assert answer.keys() == {"error"}
    assert answer["error"].keys() == {"field", "text"}
    assert answer["error"]["text"]
    field = answer["error"]["field"]
    assert isinstance(field, str)
    return field


AMOUNTS = {
    "net-value": ["cost_fen", "impairment_fen"],
    "asset-claim": [
        *("value_fen", "sum_insured_fen", "loss_fen", "salvage_fen", "third_party_fen", "remaining_fen"),
        *("sublimit_fen", "rescue_fen", "survey_fen", "interim_paid_fen"),
    ],
    "income-claim": ["guaranteed_fen", "other_income_fen", "deductible_fixed_fen", "limit_fen", "interim_paid_fen"],
    "split": ["total_fen"],
    "amount-in-words": ["amount_fen"],
}
NO_AMOUNTS = [-1, MOST + 1, 10**40, 1.0, 0.5, float("inf"), float("nan"), "1", "", True, False, [], {}, [1]]


@pytest.mark.parametrize("wrong", NO_AMOUNTS)
@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in AMOUNTS.items() for field in fields])
def test_an_amount_is_a_json_integer_in_range(kind: str, field: str, wrong: object) -> None:
    assert fault(kind, WELL[kind] | {field: wrong}) == field


@pytest.mark.parametrize("amount", [0, MOST])
@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in AMOUNTS.items() for field in fields])
def test_an_amount_may_be_nothing_or_the_most(kind: str, field: str, amount: int) -> None:
    case = WELL[kind] | {field: amount}
    case |= {"value_fen": MOST} if field == "loss_fen" else {"loss_fen": 0} if field == "value_fen" else {}

    assert not trials.failed(one(kind, case))


@pytest.mark.parametrize("wrong", [-MOST - 1, MOST + 1, 1.0, "1", True, None])
def test_actual_income_may_be_negative_but_is_an_integer(wrong: object) -> None:
    assert fault("income-claim", INCOME | {"actual_fen": wrong}) == "actual_fen"
    assert one("income-claim", INCOME | {"actual_fen": -MOST})["actual_fen"] == 0
    assert one("income-claim", INCOME | {"actual_fen": MOST})["actual_fen"] == MOST


RATES = [
    ("net-value", "residual_rate"),
    *(("income-claim", field) for field in ("trigger", "deductible_rate", "cover_ratio")),
]


@pytest.mark.parametrize(
    "wrong",
    [
        *("1.0000001", "2", "-0.1", "+0.1", ".5", "5.", "1e-1", "0,5", " 0.5", "0.5\n", "５", "٠.٥", "NaN", "50%", ""),
        *(0, 1, 0.5, True, [], {}, "0." + "1" * 400),
    ],
)
@pytest.mark.parametrize(("kind", "field"), RATES)
def test_a_rate_is_a_decimal_string_of_nothing_to_one(kind: str, field: str, wrong: object) -> None:
    assert fault(kind, WELL[kind] | {field: wrong}) == field


@pytest.mark.parametrize("rate", ["1", "1.000", "0.05", "00.5", "0." + "3" * 300])
@pytest.mark.parametrize(("kind", "field"), RATES)
def test_a_rate_keeps_all_its_decimals(kind: str, field: str, rate: str) -> None:
    assert not trials.failed(one(kind, WELL[kind] | {field: rate}))


def test_rates_may_be_nothing_but_a_trigger_may_not() -> None:
    for field in ("deductible_rate", "cover_ratio"):
        assert not trials.failed(one("income-claim", INCOME | {field: "0"}))
    assert fault("income-claim", INCOME | {"trigger": "0.000"}) == "trigger"


DATES = [("net-value", "in_use_on"), ("net-value", "as_of"), ("deadline", "start_on")]


@pytest.mark.parametrize(
    "wrong",
    [
        *("2019-02-29", "2019-13-01", "2019-8-1", "20190811", "2019-W32-1", "2019-08-11T00:00:00", "0000-01-01"),
        *("10000-01-01", "2019-08-11\n", " 2019-08-11", "２０１９-08-11", "today", "", 20190811, 1.5, True, [], {}),
    ],
)
@pytest.mark.parametrize(("kind", "field"), DATES)
def test_a_date_is_a_real_day_written_one_way(kind: str, field: str, wrong: object) -> None:
    assert fault(kind, WELL[kind] | {field: wrong}) == field


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2020-02-29"])
@pytest.mark.parametrize(("kind", "field"), DATES[:2])
def test_any_real_day_is_a_date(kind: str, field: str, day: str) -> None:
    assert not trials.failed(one(kind, WELL[kind] | {field: day}))


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("net-value", {"life_months": 0}, "life_months"),
        ("net-value", {"life_months": 1.0}, "life_months"),
        ("net-value", {"regime": "gov"}, "regime"),
        ("net-value", {"regime": 1}, "regime"),
        ("asset-claim", {"loss_fen": 60_000_001}, "loss_fen"),
        ("asset-claim", {"first_loss": 1}, "first_loss"),
        ("asset-claim", {"first_loss": "true"}, "first_loss"),
        ("asset-claim", {"rescue_average": 0}, "rescue_average"),
        ("asset-claim", {"other_sums_insured_fen": 5}, "other_sums_insured_fen"),
        ("asset-claim", {"other_sums_insured_fen": [1, "2"]}, "other_sums_insured_fen"),
        ("asset-claim", {"other_sums_insured_fen": [None]}, "other_sums_insured_fen"),
        ("asset-claim", {"other_sums_insured_fen": [-1]}, "other_sums_insured_fen"),
        ("asset-claim", {"deductible": []}, "deductible"),
        ("asset-claim", {"deductible": "0.1"}, "deductible"),
        ("asset-claim", {"deductible": {"mode": "fixed"}}, "deductible.fixed_fen"),
        ("asset-claim", {"deductible": {"mode": "fixed", "rate": "0.1"}}, "deductible.fixed_fen"),
        ("asset-claim", {"deductible": {"mode": "rate", "fixed_fen": 1}}, "deductible.rate"),
        ("asset-claim", {"deductible": {"mode": "most"}}, "deductible.mode"),
        ("asset-claim", {"deductible": {"rate": 0.1}}, "deductible.rate"),
        ("asset-claim", {"deductible": {"fixed_fen": -1}}, "deductible.fixed_fen"),
        ("asset-claim", {"deductible": {"percent": "0.1"}}, "deductible.percent"),
        ("split", {"weights": {}}, "weights"),
        ("split", {"weights": {"a": 0}}, "weights"),
        ("split", {"weights": {"a": -1, "b": 2}}, "weights"),
        ("split", {"weights": {"a": 1.0}}, "weights"),
        ("split", {"weights": {"a": True}}, "weights"),
        ("split", {"weights": {"a": None}}, "weights"),
        ("split", {"weights": [1, 2]}, "weights"),
        ("split", {"weights": {"\ud800": 1}}, "weights"),
        ("deadline", {"days": -1}, "days"),
        ("deadline", {"days": 36_501}, "days"),
        ("deadline", {"start_on": "9999-12-31"}, "days"),
        ("deadline", {"roll": "yes"}, "roll"),
        ("deadline", {"suspensions": {}}, "suspensions"),
        ("deadline", {"suspensions": ["2019-08-20"]}, "suspensions"),
        ("deadline", {"suspensions": [["2019-08-20"]]}, "suspensions"),
        ("deadline", {"suspensions": [["2019-08-20", None]]}, "suspensions"),
        ("deadline", {"suspensions": [["2019-08-13", "2019-08-20"]]}, "suspensions"),
        ("deadline", {"suspensions": [["2019-08-20", "2019-08-19"]]}, "suspensions"),
        ("amount-in-words", {"words": "壹元整"}, "words"),
        ("amount-in-words", {"amount_fen": None}, "amount_fen"),
        ("amount-in-words", {"amount_fen": None, "words": 5}, "words"),
        ("amount-in-words", {"amount_fen": None, "words": "壹分整"}, "words"),
        ("amount-in-words", {"amount_fen": None, "words": "壹万亿元整"}, "words"),
        ("check-code", {"kind": "passport"}, "kind"),
        ("check-code", {"code": 622202}, "code"),
    ],
)
def test_what_a_field_may_not_be(kind: str, changes: dict[str, Any], field: str) -> None:
    assert fault(kind, WELL[kind] | changes) == field


@pytest.mark.parametrize("kind", WELL)
def test_each_required_field_is_missed_also_when_it_is_null(kind: str) -> None:
    for name in WELL[kind]:
        assert fault(kind, {key: value for key, value in WELL[kind].items() if key != name}) == name
        assert fault(kind, WELL[kind] | {name: None}) == name


@pytest.mark.parametrize("kind", WELL)
@pytest.mark.parametrize("case", [None, 3, "x", True, 1.5])
def test_a_case_is_an_object(kind: str, case: object) -> None:
    assert fault(kind, case) == ""


@pytest.mark.parametrize("kind", WELL)
def test_an_unknown_field_is_refused_by_name_and_can_be_told_back(kind: str) -> None:
    assert fault(kind, WELL[kind] | {"note": None}) == "note"
    assert fault(kind, WELL[kind] | {"\ud800": 1}) == "?"
    assert fault(kind, WELL[kind] | {"x" * 5_000: 1}) == "x" * 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["0.5", "2019-08-11", MOST]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_nothing_in_json_makes_a_calculator_crash(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(WELL)))
    fields = sorted({*WELL[kind], *AMOUNTS.get(kind, []), "deductible", "suspensions", "other_sums_insured_fen", "x"})
    changes = data.draw(st.dictionaries(st.sampled_from(fields), JSON, max_size=3))

    for case in (WELL[kind] | changes, data.draw(JSON)):
        answer = trials.run(kind, case)
        assert json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
