"""Eligibility: what must hold for any facts at all."""

from __future__ import annotations

import re
from datetime import date

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from insurance.base.text import render
from insurance.policies.eligibility import judge
from insurance.policies.model import Facts, IncomeBasis, Judgement, Result
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy
from make.facts import ON, OTHER, SWITCHES, facts

ANY_FACTS = st.builds(
    Facts,
    on=st.just(ON),
    kind=st.none() | st.sampled_from(AssetKind),
    taxonomy=st.none() | st.sampled_from(Taxonomy),
    ownership=st.none() | st.sampled_from(Ownership),
    mixed_title=st.booleans(),
    operator=st.none() | st.sampled_from(Ownership),
    operation=st.none() | st.sampled_from(Operation),
    status=st.none() | st.sampled_from(Status),
    funds=st.none() | st.dictionaries(st.sampled_from(Fund), st.integers(0, 10**9), max_size=3),
    title_on=st.none() | st.dates(date(2018, 1, 1), date(2020, 1, 1)),
    title_paper=st.none() | st.just("文号"),
    title_disputed=st.none() | st.booleans(),
    net_value_fen=st.none() | st.integers(0, 3),
    incomplete_assets=st.integers(0, 2),
    link=st.none() | st.booleans(),
    interest=st.none() | st.booleans(),
    income_basis=st.none() | st.sampled_from(IncomeBasis),
    applied_on=st.none() | st.just(ON),
    other_covers=st.none() | st.sampled_from([(), (OTHER,)]),
)
# Facts near an eligible project, so that the properties are not all about hopeless ones.
NEARLY_ELIGIBLE = st.one_of(
    st.just(facts()),
    st.builds(
        facts,
        ownership=st.sampled_from([Ownership.VILLAGE, Ownership.TOWN, Ownership.JOINT, Ownership.COOP]),
        funds=st.sampled_from([{Fund.SPECIAL: 1}, {Fund.BOND: 1}, {Fund.SELF: 1}, {}]),
        link=st.none() | st.booleans(),
        operation=st.sampled_from([Operation.SELF, Operation.PRIVATE, Operation.SHARE]),
        operator=st.none() | st.sampled_from(Ownership),
    ),
)


def both(known: Facts) -> tuple[Judgement, Judgement]:
    judged = judge(known, SWITCHES)
    return judged.industry, judged.income


@settings(max_examples=400, deadline=None)
@given(ANY_FACTS | NEARLY_ELIGIBLE)
def test_the_result_follows_from_the_reasons_alone(known: Facts) -> None:
    for judged in both(known):
        counted = [one for one in judged.reasons if not one.enrolment]
        assert (judged.result is Result.ELIGIBLE) == all(one.passed for one in counted)
        assert (judged.result is Result.INELIGIBLE) == any(one.passed is False and one.fails_to is Result.INELIGIBLE for one in counted)


@settings(max_examples=400, deadline=None)
@given(
    NEARLY_ELIGIBLE | ANY_FACTS,
    st.sampled_from(["kind", "ownership", "operator", "operation", "status", "funds", "net_value_fen", "link", "interest"]),
)
def test_forgetting_a_fact_never_makes_an_eligible_project_ineligible(known: Facts, fact: str) -> None:
    for before, after in zip(both(known), both(msgspec.structs.replace(known, **{fact: None})), strict=True):
        if before.result is Result.ELIGIBLE:
            assert after.result is not Result.INELIGIBLE


READS = {
    "kind": {"A-KIND", "A-ROUTE", "I-RUN", "I-MODE"},
    "ownership": {"A-ROUTE", "I-OWNER"},
    "operator": {"A-ROUTE"},
    "operation": {"A-ROUTE", "I-MODE"},
    "status": {"A-STATUS", "A-TITLE", "I-RUN", "I-OWNER"},
    "funds": {"A-ROUTE", "I-FUND"},
    "title_paper": {"A-TITLE"},
    "title_disputed": {"A-TITLE", "I-OWNER"},
    "net_value_fen": {"A-NAV"},
    "link": {"A-ROUTE"},
    "interest": {"A-INTEREST"},
    "income_basis": {"I-BASE"},
    "applied_on": {"A-CONSENT"},
    "other_covers": {"A-DUP"},
    "mixed_title": {"I-OWNER"},
    "taxonomy": set(),
}


@settings(max_examples=400, deadline=None)
@given(ANY_FACTS | NEARLY_ELIGIBLE, ANY_FACTS, st.sampled_from(sorted(READS)))
def test_changing_one_fact_changes_only_the_tests_that_read_it(known: Facts, other: Facts, fact: str) -> None:
    changed = msgspec.structs.replace(known, **{fact: getattr(other, fact)})
    differing = set()
    for before, after in zip(both(known), both(changed), strict=True):
        for old, new in zip(before.reasons, after.reasons, strict=True):
            if old.passed is not new.passed:
                differing.add(old.code)

    assert differing <= READS[fact]


@settings(max_examples=200, deadline=None)
@given(ANY_FACTS)
def test_what_does_not_hold_says_what_would_mend_it_in_both_languages(known: Facts) -> None:
    for judged in both(known):
        for one in judged.reasons:
            assert (one.remedy is None) == (one.passed is True)
            said = [one.text, *([one.remedy] if one.remedy else [])]
            assert not [text for text in said if re.search("[一-鿿]", render(text, "en"))]
            assert not re.search("[一-鿿]", render(one.evidence.fact, "en").replace("甲保险公司", ""))
