"""What an endorsement charges and gives back: the worked examples, the days and shares, and what a change of facts does to a cover."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insurance.base import db
from insurance.policies.eligibility import judge
from insurance.policies.lifecycle import EDGES, PolicyVerb, after
from insurance.policies.model import Cover, LegalRegime, Payer, Period, PolicyState
from insurance.policies.model_midterm import Charge, EndorsementKind, Excess, GivenBack, Restored
from insurance.policies.rules import reinstatement_premium
from insurance.policies.rules_midterm import Footing, consumed, share_out, unearned, work_out
from insurance.policies.rules_rejudged import consequence
from insurance.policies.terms import terms_for
from insurance.projects.model import Operation, Ownership, Status
from make.facts import SWITCHES, facts

YEAR = Period(date(2019, 1, 1), date(2020, 1, 1))
TERMS = terms_for(Cover.INDUSTRY, date(2019, 1, 1))
SHARES = {Payer.CITY: 103_236, Payer.COUNTY: 103_236, Payer.INSURED: 51_618}  # A2: 258,090


def charge(**known: Any) -> Charge:
    """A2's premium for the year 2019, undamaged."""
    fields: dict[str, Any] = {
        "policy_item_id": 1, "name": "钢架大棚", "premium_fen": 258_090, "period": YEAR, "sum_insured_fen": 73_740_000
    }  # fmt: skip
    return Charge(**(fields | known))


# -- the worked examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("premium", "sums", "value", "back"),
    [
        (150_000, (50_000_000,), 42_000_000, 24_000),  # A5
        (45_000, (15_000_000, 10_000_000), 20_000_000, 9_000),  # A7, the first insurer
        (32_000, (10_000_000, 15_000_000), 20_000_000, 6_400),  # A7, the second
        (32_000, (10_000_000, 10_000_000), 20_000_000, 0),
    ],
)
def test_premium_for_a_void_part_of_the_sum_goes_back(premium: int, sums: tuple[int, ...], value: int, back: int) -> None:
    excess = Excess(policy_item_id=7, name="冷库", premium_fen=premium, sums_insured_fen=sums, value_fen=value)

    worked = work_out(Footing(excess=(excess,), borne_fen={Payer.INSURED: premium}), TERMS)

    assert (worked.returned_fen, worked.charged_fen) == (back, 0)
    assert [(line.policy_item_id, line.returned_fen) for line in worked.lines] == [(7, back)]


def test_a9_a_sum_is_bought_back_for_the_days_left_both_counted() -> None:
    days = Period(date(2019, 8, 12), date(2020, 1, 1))

    worked = work_out(Footing(restored=(Restored(policy_item_id=7, name="冷库", amount_fen=30_000_000),), restored_for=days), TERMS)

    assert days.days == 142
    assert worked.charged_fen == reinstatement_premium(30_000_000, TERMS.wording.premium.rate, days.starts_on, days.last_day) == 40_849
    assert worked.charged == {Payer.CITY: 16_340, Payer.COUNTY: 16_339, Payer.INSURED: 8_170}
    assert [(line.charged_fen, line.restored_fen) for line in worked.lines] == [(40_849, 30_000_000)]


# -- days, damage, shares -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "from_on", "back"),
    [
        ({}, date(2018, 6, 1), 258_090),  # before the first day all of it
        ({}, date(2019, 1, 1), 258_090),
        ({}, date(2019, 1, 2), 257_383),  # x 364 / 365 = 257,382.9
        ({}, date(2019, 12, 31), 707),
        ({}, date(2020, 1, 1), 0),
        ({}, date(2021, 1, 1), 0),
        ({"consumed_fen": 36_870_000}, date(2019, 7, 2), 64_699),  # x 183 / 365 x 1/2 = 64,699.2
        ({"consumed_fen": 73_740_000}, date(2019, 1, 1), 0),
        ({"premium_fen": 0}, date(2019, 1, 1), 0),
        ({"period": Period(date(2019, 10, 1), date(2020, 1, 1)), "premium_fen": 92}, date(2019, 12, 1), 31),
    ],
)
def test_unearned_premium_is_that_of_the_days_left_and_of_the_part_not_damaged(known: dict[str, Any], from_on: date, back: int) -> None:
    assert unearned(charge(**known), from_on) == back


@pytest.mark.parametrize(
    ("taken", "sums", "used"),
    [
        (0, [40], [0]),
        (30, [40], [30]),
        (50, [40], [40]),
        (30, [40, 30], [30, 0]),  # bought back, not yet used
        (48, [40, 30], [40, 8]),  # a second loss takes the rest of the first sum, then of what was bought
    ],
)
def test_losses_use_up_a_lines_own_sum_before_what_was_bought_back(taken: int, sums: list[int], used: list[int]) -> None:
    assert consumed(taken, sums) == used


def test_what_goes_back_is_shared_by_what_each_has_borne() -> None:
    assert share_out(100_000, SHARES) == {Payer.CITY: 40_000, Payer.COUNTY: 40_000, Payer.INSURED: 20_000}
    assert share_out(258_090, SHARES) == SHARES
    assert share_out(1, SHARES) == {Payer.CITY: 1}
    assert share_out(0, {}) == {}


@given(
    borne=st.dictionaries(st.sampled_from(Payer), st.integers(0, 10**12), min_size=1),
    part=st.fractions(0, 1),
)  # fmt: skip
def test_nobody_gets_back_more_than_they_bore(borne: dict[Payer, int], part: Any) -> None:
    back = int(sum(borne.values()) * part)

    shares = share_out(back, borne)

    assert sum(shares.values()) == back
    assert all(shares[payer] <= borne[payer] for payer in shares)


@given(day=st.dates(date(2018, 12, 1), date(2020, 2, 1)), taken=st.integers(0, 73_740_000))
def test_a_later_day_or_a_larger_loss_never_gives_back_more(day: date, taken: int) -> None:
    now = unearned(charge(consumed_fen=taken), day)

    assert 0 <= now <= 258_090
    assert unearned(charge(consumed_fen=taken), date.fromordinal(day.toordinal() + 1)) <= now
    assert unearned(charge(consumed_fen=min(73_740_000, taken + 1)), day) <= now


@pytest.mark.parametrize(
    ("given_back", "fee", "back", "steps"),
    [
        (GivenBack.UNEARNED, 0, 258_090, ["unearned"]),
        (GivenBack.ALL, 0, 258_090, ["whole"]),
        (GivenBack.NONE, 0, 0, ["whole"]),
        (GivenBack.UNEARNED, 5_000, 253_090, ["unearned", "fee"]),
        (GivenBack.UNEARNED, 999_999, 0, ["unearned", "fee"]),  # the fee is at most the premium
    ],
)
def test_a_fee_is_kept_of_what_goes_back(given_back: GivenBack, fee: int, back: int, steps: list[str]) -> None:
    footing = Footing(closed=(charge(),), closed_from=date(2018, 12, 31), given_back=given_back, fee_fen=fee, borne_fen=SHARES)

    worked = work_out(footing, TERMS)

    assert worked.returned_fen == back
    assert [step.rule for step in worked.steps if not step.rule.startswith("back-")] == steps
    assert [step.step for step in worked.steps] == list(range(1, len(worked.steps) + 1))


# -- what a change of facts does ------------------------------------------------------------------------------------------

_K, _R = EndorsementKind, LegalRegime
CHANGED = date(2019, 8, 12)


@pytest.mark.parametrize(
    ("cover", "kind", "known", "regimes", "ends", "article"),
    [
        (Cover.INCOME, _K.MODE_CHANGED, {"operation": Operation.LEASED}, (), CHANGED, "I-MODE"),
        (Cover.INCOME, _K.SITUATION_CHANGED, {"status": Status.IDLE}, (), CHANGED, "I-RUN"),
        (Cover.INCOME, _K.OWNERSHIP_CHANGED, {"ownership": Ownership.COOP}, (), CHANGED, "I-OWNER"),
        (Cover.INCOME, _K.OWNERSHIP_CHANGED, {"ownership": Ownership.TOWN}, (), None, "继续"),
        (Cover.INDUSTRY, _K.MODE_CHANGED, {"operation": Operation.LEASED}, (_R.AGRI,), None, "条例第十一条"),
        (Cover.INDUSTRY, _K.MODE_CHANGED, {"operation": Operation.LEASED}, (_R.PROPERTY,), None, "第五十二条"),
        (Cover.INDUSTRY, _K.SITUATION_CHANGED, {"status": Status.IDLE}, (_R.AGRI_RELATED,), None, "第五十二条"),
        (Cover.INDUSTRY, _K.SITUATION_CHANGED, {"status": Status.DISPOSED}, (_R.AGRI,), CHANGED, "终止"),
        (Cover.INDUSTRY, _K.SITUATION_CHANGED, {"status": Status.SCRAPPED}, (_R.PROPERTY,), CHANGED, "终止"),
        (
            Cover.INDUSTRY,
            _K.SITUATION_CHANGED,
            {"status": Status.LOST},
            (_R.PROPERTY,),
            date(2019, 8, 13),
            "终止",
        ),  # insured on its last day
        (Cover.INDUSTRY, _K.OWNERSHIP_CHANGED, {"ownership": Ownership.ENTERPRISE}, (_R.PROPERTY,), None, "第四十九条"),
        (Cover.INDUSTRY, _K.MODE_CHANGED, {"interest": False}, (_R.PROPERTY,), CHANGED, "第四十八条"),
    ],
)
def test_a_changed_fact_ends_the_cover_or_lets_it_go_on(
    cover: Cover, kind: EndorsementKind, known: dict[str, Any], regimes: tuple[LegalRegime, ...], ends: date | None, article: str
) -> None:
    judged = judge(facts(**known), SWITCHES)
    judgement = judged.industry if cover is Cover.INDUSTRY else judged.income

    found = consequence(cover, kind, judgement, known.get("status", Status.RUNNING), regimes, CHANGED)

    assert found is not None
    assert found.ends_before == ends
    assert article in str(found.text)


def test_an_income_cover_is_not_ended_while_too_little_is_proven() -> None:
    judgement = judge(facts(mixed_title=True), SWITCHES).income

    assert consequence(Cover.INCOME, _K.OWNERSHIP_CHANGED, judgement, Status.RUNNING, (), CHANGED) is None


# -- the way of a policy ---------------------------------------------------------------------------------------------------


async def test_the_database_lets_a_policy_go_where_the_verbs_lead_and_nowhere_else(pool: None) -> None:
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        source = await db.fetchval(
            "SELECT prosrc FROM pg_proc WHERE proname = 'guard_policy' AND pronamespace = current_schema()::regnamespace"
        )

    ways = {
        (before.value, edge.target.value)
        for edge in EDGES.values()
        for before in edge.sources
        if edge.target and before and before is not edge.target
    }
    assert all(f"('{before}', '{target}')" in source for before, target in ways)
    assert sum(source.count(f"('{a.value}', '{b.value}')") for a in PolicyState for b in PolicyState) == len(ways)


def test_premium_for_a_void_sum_goes_back_wherever_the_policy_stands() -> None:
    for state in (PolicyState.IN_FORCE, PolicyState.ENDORSED, PolicyState.EXPIRED, PolicyState.CANCELLED):
        assert after(PolicyVerb.REFUND, state) is state
