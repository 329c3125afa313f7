"""Quotes and enrolment: what is priced, what is bound, by whom it is seen. Refusals are in `test_policies_refused`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import make
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, NotFound
from insurance.base.money import Fen
from insurance.policies import actions, actions_enrol, actions_quote
from insurance.policies.actions_underwriting import (
    AlreadyCovered,
    NotEligible,
    NotReady,
    Wish,
    asks_for,
    period_for,
)
from insurance.policies.model import Cover, Payer, Period, PolicyState
from insurance.policies.store import Bound
from insurance.projects import actions as projects
from insurance.projects.model import Project
from make.policies import ask, faults, on_day, papers, policy, the_ask
from people import People

TODAY, TOMORROW = date(2019, 8, 30), date(2019, 8, 31)


# -- a policy ---------------------------------------------------------------------------------------------------------


async def test_a_bound_policy_carries_schedule_shares_books_and_its_audit_row(story: People) -> None:
    # Worked example A2: 86,000,000 fen on 1 January 2019, ENT 5 %, rate 0.35 %, here agreed month by month
    office = on_day(story.county, date(2018, 12, 30))
    project = await make.project(office, assets=[{"regime": "ENT"}])

    bound = await policy(project, actor=office, starts_on=date(2019, 1, 1))

    whole = await actions.policy(bound.id, actor=story.adjuster_a, months=True)
    assert (whole.state, whole.starts_on, whole.last_day) == (PolicyState.IN_FORCE, date(2019, 1, 1), date(2019, 12, 31))
    assert (whole.sum_insured_fen, whole.premium_fen) == (73_745_000, 258_108)
    assert [(share.payer, share.amount_fen) for share in whole.shares] == [
        (Payer.CITY, 103_243),
        (Payer.COUNTY, 103_243),
        (Payer.INSURED, 51_622),
    ]
    (item,) = whole.items
    assert item.month_values_fen is not None
    assert item.month_values_fen[0] == 73_745_000
    assert item.month_values_fen[7] == 68_979_167  # A1a: August
    assert [step.rule for step in whole.steps][:2] == ["sum-insured", "premium"]
    assert [(event.verb, event.to_state) for event in whole.events] == [("propose", "PROPOSED"), ("bind", "IN_FORCE")]
    assert whole.insured == "石门村股份经济合作社"
    due = await db.fetch("SELECT debit, credit, amount_fen, booked_on FROM transfer WHERE subject = $1 ORDER BY id", f"policy:{bound.id}")
    assert [tuple(row) for row in due] == [("1101", "2001", 206_486, office.on), ("1102", "2001", 51_622, office.on)]
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE subject = $1", f"policy:{bound.id}") == 1


async def test_an_income_policy_insures_the_income_that_the_special_fund_guarantees(story: People) -> None:
    # Worked example I1: 50,000,000 of special funds at 8 % is 4,000,000; own money in the same project guarantees nothing
    funds = [{"fund": "SPECIAL", "amount_fen": 50_000_000}, {"fund": "SELF", "amount_fen": 36_000_000}]
    project = await make.project(story.county, assets=[{"funds": funds}])

    bound = await policy(project, actor=story.county, cover=Cover.INCOME)

    whole = await actions.policy(bound.id, actor=story.county)
    assert (whole.guaranteed_fen, whole.sum_insured_fen, whole.premium_fen) == (4_000_000, 4_000_000, 120_000)
    assert whole.items == []
    assert whole.number.startswith("SY2019-")


async def test_both_covers_of_a_project_stand_side_by_side(story: People) -> None:
    project = await make.project(story.county)
    await papers(project, actor=story.county)

    for cover in Cover:
        await actions_enrol.enrol(await the_ask(project, story.county, cover=cover), actor=story.county)

    assert {line.cover for line in await actions.policies(actor=story.county)} == set(Cover)


async def test_the_insurer_of_a_policy_sees_its_project_and_nobody_elses(story: People) -> None:
    bound = await policy(await make.project(story.county), actor=story.county, insurer="INS-A")
    await policy(await make.project(story.county), actor=story.county, insurer="INS-B")

    assert [line.id for line in await actions.policies(actor=story.adjuster_a)] == [bound.id]
    assert (await actions.policy(bound.id, actor=story.approver_a)).project_name
    for stranger in (story.adjuster_b, story.other_county, story.other_town):
        with pytest.raises(NotFound):
            await actions.policy(bound.id, actor=stranger)
    assert await actions.policies(actor=story.adjuster_a, insurer="INS-B") == []


# -- the period -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "last_day", "expected"),
    [
        (None, None, Period(TOMORROW, date(2020, 8, 31))),
        (TODAY, None, Period(TODAY, date(2020, 8, 30))),
        (date(2020, 1, 1), None, Period(date(2020, 1, 1), date(2021, 1, 1))),
        (date(2019, 9, 1), date(2019, 12, 31), Period(date(2019, 9, 1), date(2020, 1, 1))),
        (date(2019, 9, 1), date(2019, 9, 1), Period(date(2019, 9, 1), date(2019, 9, 2))),
    ],
)
def test_cover_runs_from_tomorrow_for_a_year_unless_said_otherwise(starts_on: date | None, last_day: date | None, expected: Period) -> None:
    assert period_for(Cover.INDUSTRY, starts_on, last_day, today=TODAY) == expected


@pytest.mark.parametrize(
    ("starts_on", "last_day", "field"),
    [
        (TODAY - timedelta(days=1), None, "starts_on"),
        (TODAY + timedelta(days=367), None, "starts_on"),
        (date(9999, 6, 1), None, "starts_on"),
        (date(2019, 9, 1), date(2020, 9, 1), "last_day"),
        (date(2019, 9, 1), date(2019, 8, 31), "last_day"),
    ],
)
def test_cover_is_never_backdated_nor_longer_than_the_terms(starts_on: date, last_day: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        period_for(Cover.INDUSTRY, starts_on, last_day, today=TODAY)

    assert faults(refused.value) == {field}


async def test_a_short_period_costs_its_days(story: People) -> None:
    project = await make.project(story.county, assets=[{"cost_fen": 36_500_000, "in_use_on": "2019-08-15"}])
    asks = await asks_for(
        [project.id], Cover.INDUSTRY, starts_on=date(2019, 9, 1), last_day=date(2019, 9, 10), insurer="INS-A", actor=story.county
    )

    quote = await actions_quote.quote(asks[0], actor=story.county)

    assert (quote.sum_insured_fen, quote.premium_fen) == (36_500_000, 3_500)  # x 0.35 % x 10 / 365


# -- the insurer ------------------------------------------------------------------------------------------------------


async def test_without_a_choice_the_countys_rule_of_the_first_day_decides(story: People) -> None:
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", TODAY, None, actor=story.city)
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-A", date(2019, 10, 1), None, actor=story.city)
    project = await make.project(story.county)

    now = await actions_quote.quote(await the_ask(project, story.county, insurer=None), actor=story.county)
    later = await actions_quote.quote(await the_ask(project, story.county, insurer=None, starts_on=date(2019, 10, 1)), actor=story.county)
    chosen = await actions_quote.quote(await the_ask(project, story.county, insurer="INS-A"), actor=story.county)

    assert (now.insurer, later.insurer, chosen.insurer) == ("INS-B", "INS-A", "INS-A")
    assert await actions.insurer_rules(actor=story.other_county) == []
    assert [rule.insurer for rule in await actions.insurer_rules(actor=story.adjuster_b)] == ["INS-B"]
    assert {(rule.insurer, rule.last_day) for rule in await actions.insurer_rules(actor=story.town)} == {
        ("INS-B", date(2019, 9, 30)),
        ("INS-A", None),
    }


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"insurer": "INS-C"}, "insurer"),
        ({"county_code": "370499"}, "county_code"),
        ({"county_code": "370404001"}, "county_code"),
        ({"last_day": date(2019, 8, 1)}, "last_day"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(story: People, known: dict[str, Any], field: str) -> None:
    fields: dict[str, Any] = {"county_code": "370404", "cover": Cover.INCOME, "insurer": "INS-A", "from_on": TODAY, "last_day": None}

    with pytest.raises(Invalid) as refused:
        await actions.add_insurer_rule(**(fields | known), actor=story.city)

    assert field in faults(refused.value)
    assert await actions.insurer_rules(actor=story.city) == []


async def test_two_rules_never_cover_one_day(story: People) -> None:
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-A", TODAY, date(2019, 12, 31), actor=story.city)

    with pytest.raises(InsuranceError, match="已另有规则"):
        await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", date(2019, 12, 31), None, actor=story.city)


# -- sums near net value ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "referred"),
    [("0.95", False), ("0.9499999", True), ("1", False), ("0.5", True), ("1.01", True)],  # above the value is over-insurance
)
async def test_a_sum_off_the_value_is_referred_and_not_bound(story: People, share: str, referred: bool) -> None:
    project = await make.project(story.county, assets=[{"cost_fen": 100_000_000, "in_use_on": "2019-08-15"}])
    await papers(project, actor=story.county)
    wish = Wish(project.assets[0].id, sum_insured_fen=Fen(round(float(share) * 100_000_000)))
    (asked,) = await asks_for(
        [project.id], Cover.INDUSTRY, starts_on=None, last_day=None, insurer="INS-A", wishes=(wish,), actor=story.county
    )

    quote = await actions_quote.quote(asked, actor=story.county)
    outcome = (await actions_enrol.enrol_many([asked], actor=story.county))[0]

    assert bool(quote.referrals) is referred
    assert isinstance(outcome, NotReady) is referred
    if referred:
        assert isinstance(outcome, NotReady)
        assert faults(outcome) == {"sum_insured_fen"}


async def test_a_wish_for_an_asset_of_another_project_is_refused(story: People) -> None:
    project, other = await make.project(story.county), await make.project(story.county)
    wishes = (Wish(other.assets[0].id, sum_insured_fen=1_000_000),)
    (asked,) = await asks_for(
        [project.id], Cover.INDUSTRY, starts_on=None, last_day=None, insurer="INS-A", wishes=wishes, actor=story.county
    )

    with pytest.raises(Invalid) as refused:
        await actions_quote.quote(asked, actor=story.county)

    assert faults(refused.value) == {"assets"}


# -- from a quote -----------------------------------------------------------------------------------------------------


async def quoted(project: Project, story: People) -> int:
    return (await actions_quote.quote(await the_ask(project, story.county), actor=story.county)).id


async def test_a_quote_binds_at_the_price_that_was_quoted(story: People) -> None:
    project = await make.project(story.county)
    quote_id = await quoted(project, story)
    await papers(project, actor=story.county)

    (asked,) = await actions_enrol.asks_of_quotes([quote_id], actor=story.county)
    bound = await actions_enrol.enrol(asked, actor=story.county)

    whole, quote = await actions.policy(bound.id, actor=story.county), await actions_quote.one_quote(quote_id, actor=story.county)
    assert (whole.premium_fen, whole.sum_insured_fen, whole.starts_on) == (quote.premium_fen, quote.sum_insured_fen, quote.starts_on)
    assert whole.events[-1].facts["quote"] == quote_id


async def test_a_quote_of_a_project_that_changed_since_is_quoted_again(story: People) -> None:
    project = await make.project(story.county)
    quote_id = await quoted(project, story)
    await papers(project, actor=story.county)
    cheaper = {"id": project.assets[0].id, "cost_fen": 80_000_000}
    await projects.edit(project.id, make.policies.edit(project.version, assets=[cheaper]), actor=story.county)
    (asked,) = await actions_enrol.asks_of_quotes([quote_id], actor=story.county)

    with pytest.raises(NotReady) as refused:
        await actions_enrol.enrol(asked, actor=story.county)

    assert faults(refused.value) == {"quote"}


async def test_a_quote_does_not_bind_backwards(story: People) -> None:
    project = await make.project(story.county)
    quote_id = await quoted(project, story)
    await papers(project, actor=story.county)
    later = on_day(story.county, date(2019, 9, 2))
    (asked,) = await actions_enrol.asks_of_quotes([quote_id], actor=later)

    with pytest.raises(Invalid) as refused:
        await actions_enrol.enrol(asked, actor=later)

    assert faults(refused.value) == {"starts_on"}


async def test_a_quote_elsewhere_does_not_exist(story: People) -> None:
    quote_id = await quoted(await make.project(story.county), story)

    for stranger in (story.other_county, story.adjuster_b):
        with pytest.raises(NotFound):
            await actions_quote.one_quote(quote_id, actor=stranger)
    with pytest.raises(NotFound):
        await actions_enrol.asks_of_quotes([quote_id], actor=story.other_county)


# -- hundreds in one act ----------------------------------------------------------------------------------------------


async def test_what_is_refused_does_not_hold_the_others_back(story: People) -> None:
    ready = [await make.project(story.county) for _ in range(3)]
    bare, public = await make.project(story.county), await make.project(story.county, asset_kind="PUBLIC")
    await papers(*ready, public, actor=story.county)
    covered = await make.project(story.county)
    await policy(covered, actor=story.county)
    asks = await ask(ready[0], bare, ready[1], public, covered, ready[2], ready[0], actor=story.county)

    outcomes = await actions_enrol.enrol_many(asks, actor=story.county)

    assert [type(outcome) for outcome in outcomes] == [
        Bound, NotReady, Bound, NotEligible, AlreadyCovered, Bound, AlreadyCovered
    ]  # fmt: skip
    assert [outcome.project_id for outcome in outcomes if isinstance(outcome, Bound)] == [project.id for project in ready]
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'policy.bound'") == 4
