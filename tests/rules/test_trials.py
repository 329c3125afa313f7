"""The calculators: the worked examples as JSON, one and many at a time, and the reading of JSON itself."""

from __future__ import annotations

from typing import Any

import pytest

from insurance.base.errors import NotFound, Unreadable
from insurance.claims import trials

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


def test_there_are_seven_kinds() -> None:
    assert list(trials.KINDS) == list(WELL)


@pytest.mark.parametrize(
    ("kind", "case", "answer"),
    [
        ("net-value", NET_VALUE, {"months": 25, "depreciation_fen": 17_020_833, "net_value_fen": 68_979_167}),
        (
            "net-value",
            NET_VALUE | {"regime": "GOV", "impairment_fen": 300_000},
            {"months": 26, "depreciation_fen": 18_633_333, "net_value_fen": 67_066_667},
        ),
        (
            "net-value",
            NET_VALUE | {"as_of": "2031-01-01", "impairment_fen": None},
            {"months": 120, "depreciation_fen": 81_700_000, "net_value_fen": 4_300_000},
        ),
        (
            "net-value",
            NET_VALUE | {"as_of": "2001-01-01"},
            {"months": 0, "depreciation_fen": 0, "net_value_fen": 86_000_000},
        ),
        ("split", SPLIT, {"shares_fen": {"a": 4_286, "b": 2_857, "c": 2_857}}),
        ("split", {"total_fen": 1, "weights": {"9": 1, "10": 1}}, {"shares_fen": {"9": 0, "10": 1}}),
        ("split", {"total_fen": 7, "weights": {"a": 10**300}}, {"shares_fen": {"a": 7}}),
        ("deadline", DEADLINE, {"due_on": "2019-09-16", "rolled_from": "2019-09-13", "provisional": False}),
        (
            "deadline",
            DEADLINE | {"suspensions": [["2019-08-20", "2019-08-27"]]},
            {"due_on": "2019-09-20", "rolled_from": None, "provisional": False},
        ),
        (
            "deadline",
            DEADLINE | {"roll": False, "suspensions": None},
            {"due_on": "2019-09-13", "rolled_from": None, "provisional": False},
        ),
        (
            "deadline",
            {"start_on": "2026-12-31", "days": 1},
            {"due_on": "2027-01-04", "rolled_from": "2027-01-01", "provisional": True},
        ),
        ("amount-in-words", WORDS, {"words": "壹仟肆佰零玖元伍角", "amount_fen": 140_950}),
        (
            "amount-in-words",
            {"words": "人民币壹佰万零伍仟元正", "amount_fen": None},
            {"words": "壹佰万伍仟元整", "amount_fen": 100_500_000},
        ),
        ("amount-in-words", {"amount_fen": 0}, {"words": "零元整", "amount_fen": 0}),
        ("check-code", CODE, {"valid": True, "reason": None}),
        ("check-code", {"kind": "uscc", "code": "9111000060003734OL"}, {"valid": False, "reason": "character"}),
        ("check-code", {"kind": "resident-id", "code": "370481190002290018"}, {"valid": False, "reason": "date"}),
        ("check-code", {"kind": "card", "code": "6222020000000000000"}, {"valid": True, "reason": None}),
        ("check-code", {"kind": "card", "code": ""}, {"valid": False, "reason": "length"}),
    ],
)
def test_the_worked_examples(kind: str, case: dict[str, Any], answer: dict[str, Any]) -> None:
    assert one(kind, case) == answer


def test_an_asset_claim_shows_every_amount_and_its_steps() -> None:
    answer = one(
        "asset-claim",
        {
            "value_fen": 60_000_000,
            "sum_insured_fen": 48_000_000,
            "loss_fen": 60_000_000,
            "rescue_fen": 2_345_678,
            "survey_fen": 300_000,
            "interim_paid_fen": 60_000_000,
        },
    )
    steps = answer.pop("steps")

    assert answer == {
        "sum_insured_effective_fen": 48_000_000,
        "ratio": "0.8",
        "deductible_fen": 0,
        "indemnity_fen": 48_000_000,
        "rescue_fen": 1_876_542,
        "survey_fen": 300_000,
        "total_fen": 50_176_542,
        "payable_fen": 0,
        "recovery_fen": 9_823_458,
    }
    assert all(step.keys() == {"step", "rule", "inputs", "result_fen", "text"} for step in steps)
    assert steps[-1]["rule"] == "recovery"
    assert steps[-1]["result_fen"] == 9_823_458
    assert steps[-1]["text"] == "预付赔款超出合计 98,234.58 元，应予追回"


def test_steps_and_errors_can_be_had_in_english() -> None:
    assert one("asset-claim", ASSET, "en")["steps"][1]["text"] == "loss 12,345.67 yuan"
    assert one("split", {}, "en")["error"]["text"] == "the field is required"


@pytest.mark.parametrize(
    ("value", "insured", "more", "ratio"),
    [
        (3, 1, {}, "0.333333"),
        (3, 2, {}, "0.666667"),
        (10_000_000, 9_999_999, {}, "1"),
        (2_000_000, 1, {}, "0.000001"),  # half up
        (2_000_001, 1, {}, "0"),
        (0, 5, {}, "1"),
        (5, 0, {}, "0"),
        (5, 9, {}, "1"),
        (4, 4, {"other_sums_insured_fen": [4]}, "0.5"),
        (5, 4, {"first_loss": True}, "1"),
    ],
)
def test_the_ratio_has_six_decimals_without_trailing_zeros(value: int, insured: int, more: dict[str, Any], ratio: str) -> None:
    assert one("asset-claim", {"value_fen": value, "sum_insured_fen": insured, "loss_fen": 0, **more})["ratio"] == ratio


@pytest.mark.parametrize(
    ("deductible", "taken"),
    [
        ({"fixed_fen": 100, "rate": "0.5"}, 500),
        ({"fixed_fen": 100, "rate": "0.5", "mode": "lesser"}, 100),
        ({"fixed_fen": 100, "rate": "0.5", "mode": "sum"}, 600),
        ({"fixed_fen": 100, "rate": "0.5", "mode": "fixed"}, 100),
        ({"fixed_fen": 900, "rate": "0.5", "mode": "rate"}, 500),
        ({"rate": "0.00049"}, 0),
        ({"rate": "0.0005"}, 1),  # rounded for display
        ({}, 0),
        ({"mode": None, "rate": None}, 0),
        (None, 0),
    ],
)
def test_the_deductible_taken_is_shown(deductible: object, taken: int) -> None:
    case = {"value_fen": 1_000, "sum_insured_fen": 1_000, "loss_fen": 1_000, "deductible": deductible}

    assert one("asset-claim", case)["deductible_fen"] == taken


def test_an_income_claim_shows_its_amounts() -> None:
    answer = one("income-claim", {"guaranteed_fen": 4_000_000, "actual_fen": 3_599_999, "trigger": "0.9"})

    assert answer.pop("steps")[0]["rule"] == "actual"
    assert answer == {
        "actual_fen": 3_599_999,
        "shortfall_fen": 400_001,
        "triggered": True,
        "payout_fen": 400_001,
        "payable_fen": 400_001,
        "recovery_fen": 0,
    }


def test_an_array_is_answered_in_order_and_a_bad_case_spoils_no_other() -> None:
    answers = trials.run("split", [SPLIT, {}, 3, SPLIT, [SPLIT]])

    assert isinstance(answers, list)
    assert [trials.failed(answer) for answer in answers] == [False, True, True, False, True]
    assert trials.run("split", []) == []


def test_a_single_bad_case_is_known_as_failed() -> None:
    assert trials.failed(trials.run("split", {}))
    assert not trials.failed(trials.run("split", SPLIT))
    assert not trials.failed(trials.run("split", [{}]))


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound):
        trials.run("net_value", {})


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"{'a':1}", b'{"a":1,}', b"NaN", b"[Infinity]", b'"\xff"', b'"\xed\xa0\x80"', b"[" * 200_000, b"1 2"],
)
def test_what_is_not_json_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        trials.read(raw)


def test_json_is_read_with_or_without_byte_order_mark() -> None:
    assert trials.read(b"\xef\xbb\xbf[1]") == trials.read(b"[1]") == [1]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b'{"total_fen":1,"total_fen":2,"weights":{"a":1}}', "total_fen"),
        (b'{"total_fen":1,"weights":{"a":1,"a":2}}', "weights"),  # else one household's share is lost in silence
        (b'{"total_fen":1e2,"weights":{"a":1}}', "total_fen"),
        (b'{"total_fen":1e999,"weights":{"a":1}}', "total_fen"),
        (b'{"total_fen":%s,"weights":{"a":1}}' % (b"9" * 10_000), "total_fen"),
    ],
)
def test_what_json_leaves_open_is_a_fault_of_its_case_only(raw: bytes, field: str) -> None:
    answers = trials.run("split", trials.read(b'[%s,{"total_fen":1,"weights":{"a":1}}]' % raw))

    assert isinstance(answers, list)
    assert answers[0]["error"]["field"] == field
    assert answers[1] == {"shares_fen": {"a": 1}}
