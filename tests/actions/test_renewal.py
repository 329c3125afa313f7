"""续保 and expiry: a new policy with value, eligibility, terms and insurer of its first day; one or many, twice the same; the tick ends cover."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from insurance.access.actions import system
from insurance.base import db
from insurance.base.errors import InsuranceError, NotFound, WrongState
from insurance.policies import actions, actions_due, actions_renew, jobs, store
from insurance.policies.actions_renew import Renewed
from insurance.policies.actions_underwriting import AlreadyCovered, NotEligible, NotReady
from insurance.policies.entries import RenewalEntry
from insurance.policies.model import Cover, PolicyState
from insurance.policies.store import Bound
from insurance.projects import documents
from insurance.projects.model import Project
from make.midterm import cancelled, changed, held
from make.policies import faults, on_day
from make.projects import JINGHE_TOWN, PDF
from people import People

LATE = date(2019, 12, 1)
FIRST = RenewalEntry()


async def signed_anew(project: Project, actor: Any) -> None:
    """The application of this year on file."""
    await documents.file_for_project(project.id, "APPLICATION", f"续保投保单{project.id}.pdf", PDF + str(project.id).encode(), actor=actor)


async def test_a_renewal_follows_without_a_gap_by_the_value_of_its_first_day(story: People) -> None:
    # A1a on 1 January 2020: 30 months posted, 86,000,000 - 20,425,000 = 65,575,000
    made, bound = await held(story.county)
    office = on_day(story.county, LATE)
    await signed_anew(made, office)

    renewed = await actions_renew.renew(bound.id, FIRST, actor=office)

    whole = await actions.policy(renewed.id, actor=office)
    assert (whole.starts_on, whole.last_day) == (date(2020, 1, 1), date(2020, 12, 31))
    assert (whole.sum_insured_fen, whole.items[0].net_value_fen) == (65_575_000, 65_575_000)
    assert whole.renewed_from == bound.id
    assert (await actions.policy(bound.id, actor=office)).renewed_by == renewed.id
    assert await store.policy_on(bound.id, date(2019, 12, 31)) is not None
    assert whole.terms_version == "2020-01-01"  # the words in force on its first day


async def test_the_countys_rule_of_the_first_day_names_the_insurer_and_without_one_it_stays(story: People) -> None:
    made, bound = await held(story.county)
    other, kept = await held(story.county, cover=Cover.INCOME)
    office = on_day(story.county, LATE)
    await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", date(2020, 1, 1), None, actor=story.city)
    for project in (made, other):
        await signed_anew(project, office)

    changes = await actions_renew.renew(bound.id, FIRST, actor=office)
    stays = await actions_renew.renew(kept.id, FIRST, actor=office)

    assert (await actions.policy(changes.id, actor=office)).insurer == "INS-B"
    assert (await actions.policy(stays.id, actor=office)).insurer == "INS-A"


async def test_a_policy_that_has_ended_is_renewed_from_today(story: People) -> None:
    made, bound = await held(story.county)
    office = on_day(story.county, date(2020, 2, 3))
    await signed_anew(made, office)
    await jobs.tick(actor=on_day(system("370400"), date(2020, 2, 3)))

    renewed = await actions_renew.renew(bound.id, FIRST, actor=office)

    assert (await actions.policy(renewed.id, actor=office)).starts_on == date(2020, 2, 3)


@pytest.mark.parametrize(
    ("why", "kind", "says"),
    [
        ("no new signature", NotReady, "A-CONSENT"),
        ("let", NotEligible, "I-MODE"),
        ("cancelled", WrongState, "重新投保"),
        ("renewed", AlreadyCovered, "已经续保"),
        ("elsewhere", NotFound, "没有这份保单"),
    ],
)
async def test_what_cannot_be_renewed_says_why(story: People, why: str, kind: type[InsuranceError], says: str) -> None:
    made, bound = await held(story.county, cover=Cover.INCOME)
    office = on_day(story.county, LATE)
    if why != "no new signature":
        await signed_anew(made, office)
    if why == "let":
        await changed(made, actor=office, operation="LEASED")
    if why == "cancelled":
        await cancelled(made, bound, actor=office)
    if why == "renewed":
        await actions_renew.renew(bound.id, FIRST, actor=office)
    reader = on_day(story.other_county, LATE) if why == "elsewhere" else office

    with pytest.raises(kind) as refused:
        await actions_renew.renew(bound.id, FIRST, actor=reader)

    assert says in faults(refused.value) or says in str(refused.value.text)


async def test_many_are_renewed_in_one_act_each_with_its_own_answer_and_a_second_act_changes_nothing(story: People) -> None:
    office = on_day(story.county, LATE)
    held_ones = [await held(story.county) for _ in range(3)]
    for project, _ in held_ones[:2]:
        await signed_anew(project, office)
    ids = [bound.id for _, bound in held_ones]

    first = await actions_renew.renew_many([*ids, 2**60, ids[0]], actor=office)
    second = await actions_renew.renew_many(ids, actor=office)

    def kinds(done: list[Renewed]) -> list[type[object]]:
        return [type(one.outcome) for one in done]

    assert kinds(first) == [Bound, Bound, NotReady, NotFound]
    assert kinds(second) == [AlreadyCovered, AlreadyCovered, NotReady]
    assert await db.fetchval("SELECT count(*) FROM policy WHERE renewed_from IS NOT NULL") == 2


async def test_what_ends_soon_and_was_not_renewed_is_found(story: People) -> None:
    made, bound = await held(story.county)
    other, income = await held(story.county, cover=Cover.INCOME)
    elsewhere, _ = await held(story.other_county, town_code=JINGHE_TOWN)
    office = on_day(story.county, LATE)

    async def found(days: int, **known: Any) -> list[int]:
        return await actions_renew.expiring(actor=office, within_days=days, **known)

    assert await found(29) == []  # the last day is 31 December, 30 days from 1 December
    assert await found(30) == [bound.id, income.id]
    assert await found(30, cover=Cover.INCOME) == [income.id]
    assert await found(30, towns=["370404002"]) == []
    assert await found(30, towns=["370404"], limit=1) == [bound.id]
    assert elsewhere.id not in {made.id, other.id}
    assert await actions_due.chosen_ids("30", None, actor=office) == [bound.id, income.id]
    await signed_anew(made, office)
    renewed = await actions_renew.renew(bound.id, FIRST, actor=office)
    assert await found(30) == [income.id]
    (view,) = await actions_renew.renewals([bound.id], actor=office)
    assert (view.renewed_by, view.ready) == (renewed.id, False)


async def test_a_renewal_can_be_looked_at_before_it_is_made(story: People) -> None:
    made, bound = await held(story.county)
    office = on_day(story.county, LATE)

    (unsigned,) = await actions_renew.renewals([bound.id], actor=office)
    await signed_anew(made, office)
    (ready,) = await actions_renew.renewals([bound.id], actor=office)

    assert unsigned.refusal is not None
    assert [error.field for error in unsigned.refusal.errors] == ["A-CONSENT"]
    assert (ready.ready, ready.refusal, ready.insurer_changes) == (True, None, False)
    assert (ready.before_sum_insured_fen, ready.sum_insured_fen, ready.net_value_fen) == (73_745_000, 65_575_000, 65_575_000)
    assert (ready.starts_on, ready.new_last_day) == (date(2020, 1, 1), date(2020, 12, 31))
    assert await db.fetchval("SELECT count(*) FROM policy") == 1


# -- expiry -----------------------------------------------------------------------------------------------------------------


async def test_the_tick_ends_what_is_past_its_last_day_once(story: People) -> None:
    _, bound = await held(story.county)
    clock_hand = system("370400")

    assert await jobs.tick(actor=on_day(clock_hand, date(2019, 12, 31))) == {"policies_expired": 0}
    assert await jobs.tick(actor=on_day(clock_hand, date(2020, 1, 1))) == {"policies_expired": 1}
    assert await jobs.tick(actor=on_day(clock_hand, date(2020, 1, 2))) == {"policies_expired": 0}

    whole = await actions.policy(bound.id, actor=story.county)
    assert (whole.state, whole.version) == (PolicyState.EXPIRED, 2)
    assert [(event.verb, event.from_state, event.actor) for event in whole.events][-1] == ("expire", PolicyState.IN_FORCE, None)
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'policy.expired'") == 1
    assert await store.policy_on(bound.id, date(2019, 12, 31)) is not None
