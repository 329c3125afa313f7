"""Eligibility: the golden cases and the edges of every test."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from insurance.policies.eligibility import judge
from insurance.policies.model import Facts, IncomeBasis, Paper, Result
from insurance.policies.wording import FundRule, IndustryEligibility
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy
from make.facts import ASSET_CODES, INCOME_CODES, ON, OTHER, SWITCHES, facts, reason

GOLDEN: dict[str, tuple[dict[str, Any], str, set[str], str, set[str]]] = {
    "G1 village greenhouse": ({}, "ELIGIBLE", set(), "ELIGIBLE", set()),
    "G2 the same, leased": ({"operation": Operation.LEASED}, "ELIGIBLE", set(), "INELIGIBLE", {"I-MODE"}),
    "G3 cold store with east-west money only": (
        {"taxonomy": Taxonomy.COLD, "funds": {Fund.EAST_WEST: 50_000_000}},
        "ELIGIBLE",
        set(),
        "INELIGIBLE",
        {"I-FUND"},
    ),
    "G4 village road": (
        {"kind": AssetKind.PUBLIC, "taxonomy": Taxonomy.OTHER, "operation": None},
        "INELIGIBLE",
        {"A-KIND"},
        "INELIGIBLE",
        {"I-MODE", "I-RUN"},
    ),
    "G5 cooperative's own workshop with 12 households": (
        {
            "taxonomy": Taxonomy.WORKSHOP,
            "ownership": Ownership.COOP,
            "operation": Operation.PRIVATE,
            "funds": {Fund.SELF: 40_000_000},
            "link": True,
            "households": 12,
        },
        "ELIGIBLE",
        set(),
        "INELIGIBLE",
        {"I-FUND", "I-OWNER", "I-MODE"},
    ),
    "G6 enterprise without link or fiscal money": (
        {"ownership": Ownership.ENTERPRISE, "operation": Operation.PRIVATE, "funds": {Fund.LOAN: 9_000_000}},
        "INELIGIBLE",
        {"A-ROUTE"},
        "INELIGIBLE",
        {"I-FUND", "I-OWNER", "I-MODE"},
    ),
    "G7 household sheep with link": (
        {
            "kind": AssetKind.HOUSEHOLD,
            "taxonomy": Taxonomy.BREED,
            "ownership": Ownership.INDIVIDUAL,
            "operation": Operation.PRIVATE,
            "link": True,
        },
        "ELIGIBLE",
        set(),
        "INELIGIBLE",
        {"I-OWNER", "I-MODE"},
    ),
    "G8 solar plant of five villages": (
        {
            "taxonomy": Taxonomy.PV,
            "ownership": Ownership.JOINT,
            "funds": {Fund.SPECIAL: 60_000_000, Fund.SELF: 40_000_000},
        },
        "ELIGIBLE",
        set(),
        "ELIGIBLE",
        set(),
    ),
    "G9 idle village mill": (
        {"taxonomy": Taxonomy.PROC, "status": Status.IDLE},
        "REFER",
        {"A-STATUS"},
        "INELIGIBLE",
        {"I-RUN"},
    ),
    "G10 town workshop, title disputed": (
        {"taxonomy": Taxonomy.WORKSHOP, "ownership": Ownership.TOWN, "title_disputed": True},
        "REFER",
        {"A-TITLE"},
        "REFER",
        set(),
    ),
    "G10 the same, disputed as its situation": (
        {"ownership": Ownership.TOWN, "status": Status.DISPUTED},
        "REFER",
        {"A-TITLE"},
        "REFER",
        set(),
    ),
    "G10 the same, leased": (
        {"ownership": Ownership.TOWN, "title_disputed": True, "operation": Operation.LEASED},
        "REFER",
        {"A-TITLE"},
        "INELIGIBLE",
        {"I-MODE"},
    ),
    "G11 658,000 yuan as shares in a cooperative": (
        {"taxonomy": Taxonomy.EQUITY, "operation": Operation.SHARE, "funds": {Fund.SPECIAL: 65_800_000}},
        "ELIGIBLE",
        set(),
        "INELIGIBLE",
        {"I-MODE"},
    ),
    "G12 fully depreciated": ({"net_value_fen": 0}, "INELIGIBLE", {"A-NAV"}, "ELIGIBLE", set()),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_golden_case(case: str) -> None:
    known, asset, asset_failing, income, income_failing = GOLDEN[case]

    judged = judge(facts(**known), SWITCHES)

    assert judged.industry.result == asset
    assert judged.income.result == income
    assert asset_failing <= set(judged.industry.failing)
    assert income_failing <= set(judged.income.failing)


def test_every_reason_is_given_not_only_the_first_that_fails() -> None:
    judged = judge(Facts(on=ON, kind=AssetKind.PUBLIC, net_value_fen=0, interest=False), SWITCHES)

    assert [one.code for one in judged.industry.reasons] == ASSET_CODES
    assert [one.code for one in judged.income.reasons] == INCOME_CODES
    assert {"A-KIND", "A-NAV", "A-INTEREST"} <= set(judged.industry.failing)


def test_nothing_known_is_referred_with_every_paper_that_would_prove_it() -> None:
    judged = judge(Facts(on=ON), SWITCHES)

    assert judged.industry.result is Result.REFER
    assert judged.income.result is Result.REFER
    assert {"A-KIND", "A-ROUTE", "A-TITLE", "A-STATUS", "A-NAV", "A-INTEREST"} <= set(judged.industry.unproven)
    assert judged.income.unproven == ("I-FUND", "I-OWNER", "I-MODE", "I-RUN")
    assert len(judged.industry.remedies) == 6
    assert len(judged.income.remedies) == 5


@pytest.mark.parametrize(
    ("known", "code", "passed", "result"),
    [
        ({"kind": AssetKind.HOUSEHOLD, "link": True}, "A-KIND", True, "INELIGIBLE"),  # no route for a village's own
        ({"kind": None}, "A-KIND", None, "REFER"),
        # route 1: an operating asset and fiscal poverty money
        ({"funds": {Fund.SPECIAL: 0}}, "A-ROUTE", False, "INELIGIBLE"),
        ({"funds": {Fund.DESIGNATED: 5, Fund.DONATION: 5}}, "A-ROUTE", False, "INELIGIBLE"),
        ({"funds": {Fund.BOND: 1}}, "A-ROUTE", True, "ELIGIBLE"),
        ({"funds": None}, "A-ROUTE", None, "REFER"),
        # route 2: somebody who takes part, proved by the agreement
        ({"funds": None, "ownership": Ownership.COOP, "link": True}, "A-ROUTE", True, "ELIGIBLE"),
        ({"funds": {}, "ownership": Ownership.COOP, "link": None}, "A-ROUTE", None, "REFER"),
        ({"funds": {}, "ownership": Ownership.COOP, "link": False}, "A-ROUTE", False, "INELIGIBLE"),
        ({"funds": {}, "operation": Operation.LEASED, "operator": Ownership.INDIVIDUAL, "link": True}, "A-ROUTE", True, "ELIGIBLE"),
        ({"funds": {}, "operation": Operation.LEASED, "operator": None, "link": True}, "A-ROUTE", None, "REFER"),
        ({"funds": {}, "operation": Operation.LEASED, "operator": Ownership.TOWN, "link": True}, "A-ROUTE", False, "INELIGIBLE"),
        ({"funds": {}, "operation": Operation.SELF, "link": True}, "A-ROUTE", False, "INELIGIBLE"),
        # title
        ({"title_on": None, "title_paper": None}, "A-TITLE", None, "REFER"),
        ({"title_on": None}, "A-TITLE", True, "ELIGIBLE"),
        ({"title_on": date(2019, 5, 2)}, "A-TITLE", False, "REFER"),
        ({"title_on": ON}, "A-TITLE", True, "ELIGIBLE"),
        ({"title_disputed": None}, "A-TITLE", True, "ELIGIBLE"),
        # situation
        ({"status": Status.BUILDING}, "A-STATUS", False, "REFER"),
        ({"status": Status.PLANNED}, "A-STATUS", False, "INELIGIBLE"),
        ({"status": Status.DISPOSED}, "A-STATUS", False, "INELIGIBLE"),
        ({"status": Status.SCRAPPED}, "A-STATUS", False, "INELIGIBLE"),
        ({"status": Status.LOST}, "A-STATUS", False, "INELIGIBLE"),
        ({"status": None}, "A-STATUS", None, "REFER"),
        # value and interest
        ({"net_value_fen": 1}, "A-NAV", True, "ELIGIBLE"),
        ({"net_value_fen": None}, "A-NAV", None, "REFER"),
        ({"incomplete_assets": 1}, "A-NAV", None, "REFER"),
        ({"interest": False}, "A-INTEREST", False, "INELIGIBLE"),
        ({"interest": None}, "A-INTEREST", None, "REFER"),
    ],
)
def test_asset_tests(known: dict[str, Any], code: str, passed: bool | None, result: str) -> None:
    judged = judge(facts(**known), SWITCHES).industry

    assert reason(judged, code).passed is passed
    assert judged.result == result


@pytest.mark.parametrize(
    ("known", "code", "passed", "result"),
    [
        ({"funds": {Fund.SPECIAL: 1}}, "I-FUND", True, "ELIGIBLE"),
        ({"funds": {Fund.INTEGRATED: 9}}, "I-FUND", False, "INELIGIBLE"),  # fiscal, but not the special fund
        ({"funds": None}, "I-FUND", None, "REFER"),
        ({"ownership": Ownership.TOWN}, "I-OWNER", True, "ELIGIBLE"),
        ({"ownership": Ownership.STATE}, "I-OWNER", False, "INELIGIBLE"),
        ({"ownership": Ownership.COOP}, "I-OWNER", False, "INELIGIBLE"),
        ({"ownership": Ownership.JOINT, "mixed_title": True}, "I-OWNER", False, "REFER"),
        ({"ownership": None}, "I-OWNER", None, "REFER"),
        ({"operation": Operation.ENTRUSTED}, "I-MODE", False, "INELIGIBLE"),
        ({"operation": Operation.PRIVATE}, "I-MODE", False, "INELIGIBLE"),
        ({"operation": None}, "I-MODE", None, "REFER"),
        ({"status": Status.BUILDING}, "I-RUN", False, "INELIGIBLE"),
        ({"kind": AssetKind.HOUSEHOLD}, "I-RUN", False, "INELIGIBLE"),
        ({"kind": None}, "I-RUN", None, "REFER"),
        ({"kind": None, "status": Status.IDLE}, "I-RUN", False, "INELIGIBLE"),  # idle, whatever it is
        ({"income_basis": None}, "I-BASE", False, "REFER"),
        ({"income_basis": IncomeBasis.ACCOUNTS}, "I-BASE", True, "ELIGIBLE"),
        ({"income_basis_on": date(2019, 5, 2)}, "I-BASE", False, "REFER"),  # filed only later
    ],
)
def test_income_tests(known: dict[str, Any], code: str, passed: bool | None, result: str) -> None:
    judged = judge(facts(**known), SWITCHES).income

    assert reason(judged, code).passed is passed
    assert judged.result == result


@pytest.mark.parametrize(
    ("known", "failing", "ready"),
    [
        ({}, {"A-CONSENT"}, False),
        ({"applied_on": ON}, set(), True),
        ({"applied_on": date(2019, 5, 2)}, {"A-CONSENT"}, False),  # signed only later
        ({"applied_on": ON, "other_covers": (OTHER,)}, {"A-DUP"}, False),
        ({"applied_on": ON, "other_covers": None}, set(), False),  # never asked
    ],
)
def test_enrolment_checks_are_shown_and_hold_up_binding_but_not_the_result(known: dict[str, Any], failing: set[str], ready: bool) -> None:
    judged = judge(facts(**known), SWITCHES).industry

    assert judged.result is Result.ELIGIBLE
    assert set(judged.failing) == failing
    assert judged.ready_to_bind is ready


def test_money_that_counts_only_with_a_note_leaves_the_note() -> None:
    noted = judge(facts(funds={Fund.EAST_WEST: 5}), SWITCHES).industry
    plain = judge(facts(funds={Fund.EAST_WEST: 5, Fund.SPECIAL: 1}), SWITCHES).industry

    assert [str(note) for note in noted.notes] == ["东西部扶贫协作资金按条款计入财政扶贫资金，须在保单上注明"]
    assert plain.notes == ()


def test_the_link_agreement_that_decides_is_shown_with_its_households() -> None:
    judged = judge(facts(ownership=Ownership.COOP, funds={}, link=True, households=12), SWITCHES).industry

    route = reason(judged, "A-ROUTE")
    assert str(route.text) == "参与精准扶贫的个人或经营主体，带贫关系已登记"
    assert str(route.evidence.fact) == "带贫协议：在档，带动 12 户"


def test_money_in_shares_insures_the_cooperatives_assets_not_the_share() -> None:
    judged = judge(facts(operation=Operation.SHARE), SWITCHES).industry

    assert "不是股权" in str(judged.notes[0])


@pytest.mark.parametrize(
    ("rule", "passed", "result"),
    [
        (FundRule.ACCEPT, True, "ELIGIBLE"),
        (FundRule.NOTE, True, "ELIGIBLE"),
        (FundRule.REFER, None, "REFER"),
        (None, False, "INELIGIBLE"),
    ],
)
def test_what_counts_as_fiscal_poverty_money_is_a_setting(rule: FundRule | None, passed: bool | None, result: str) -> None:
    switches = IndustryEligibility(fiscal_funds={Fund.EAST_WEST: rule} if rule else {}, refer_when=(Status.IDLE,))

    judged = judge(facts(funds={Fund.EAST_WEST: 5}), switches).industry

    assert reason(judged, "A-ROUTE").passed is passed
    assert judged.result == result


def test_a_reason_names_the_fact_the_paper_and_its_day() -> None:
    judged = judge(facts(papers={"funds": Paper("枣财农〔2017〕8号", date(2017, 4, 1))}), SWITCHES)

    title, route = reason(judged.industry, "A-TITLE").evidence, reason(judged.industry, "A-ROUTE").evidence
    assert (title.document, title.on) == ("确权〔2018〕12号", date(2018, 3, 1))
    assert (str(route.fact), route.document) == ("财政扶贫资金 860,000.00 元；带贫协议：无", "枣财农〔2017〕8号")
