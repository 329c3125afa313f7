"""换保: an insurer entered, the rules changed for many counties in one act, told before, taken back; conflicts shown and never moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

import make
from insurance.access import actions as access
from insurance.access import actions_insurers, clock, scopes
from insurance.access.actions_insurers import NewInsurer
from insurance.access.model import NewUser, Role
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, NotFound, Refused, WrongState
from insurance.claims import actions as claims
from insurance.claims import actions_report
from insurance.claims.model_verbs import Acceptance, Report
from insurance.policies import actions, actions_endorse, actions_handover, actions_renew
from insurance.policies.entries import RenewalEntry
from insurance.policies.model import Cover, Peril
from insurance.policies.views_handover import RuleChange
from insurance.projects import actions as projects
from insurance.projects import documents
from make import midterm
from make.midterm import entry, held
from make.policies import edit, faults, on_day
from make.projects import PDF
from people import People

BEFORE, CHANGE = date(2019, 12, 1), date(2020, 1, 1)
CODE = "91110000600037341L"


async def entered(story: People, **known: Any) -> actions_insurers.InsurerView:
    """A third insurer."""
    fields: dict[str, Any] = {"code": "INS-C", "name": "保险公司丙", "credit_code": CODE}
    return await actions_insurers.add_insurer(NewInsurer(**(fields | known)), actor=story.city)


def change(**known: Any) -> RuleChange:
    """Both covers of Yicheng to B from New Year on."""
    fields: dict[str, Any] = {"counties": ["370404"], "covers": list(Cover), "insurer": "INS-B", "from_on": CHANGE}
    return RuleChange(**(fields | known))


async def ruled(story: People, *counties: str, insurer: str = "INS-A") -> None:
    """A has taken these counties since 2019."""
    for county in counties or ("370404",):
        for cover in Cover:
            await actions.add_insurer_rule(county, cover, insurer, date(2019, 1, 1), None, actor=story.city)


async def signed_anew(project_id: int, actor: Any) -> None:
    """The application of the new year on file."""
    await documents.file_for_project(project_id, "APPLICATION", f"续保{project_id}.pdf", PDF + str(project_id).encode(), actor=actor)


# -- insurers ---------------------------------------------------------------------------------------------------------


async def test_a_new_insurers_adjuster_works_on_its_claims(story: People) -> None:
    made = await entered(story, contact="张经理", telephone="0632-3322110", address="光明大道1号")
    new = NewUser(username="adjuster-c", display_name="丙理赔", role=Role.ADJUSTER, region_code="370400", insurer_code="INS-C")
    user_id, _ = await access.add_user(new, actor=story.admin)
    adjuster = on_day(story.adjuster_a, story.town.on)
    adjuster = type(adjuster)(
        user_id, "adjuster-c", "丙理赔", Role.ADJUSTER, "370400/", made.id, None, clock.at(adjuster.on), adjuster.on
    )  # fmt: skip
    claim = await make.reported(story, await make.insured(story, insurer="INS-C"))

    accepted = await claims.acceptance(claim.id, Acceptance(version=claim.version), actor=adjuster)

    assert accepted.state == "ACCEPTED"
    assert scopes.insurer_name(made.id) == "保险公司丙"
    with pytest.raises(NotFound):
        await claims.acceptance(claim.id, Acceptance(version=accepted.version), actor=story.adjuster_a)
    assert [one.code for one in await actions_insurers.insurers(actor=story.adjuster_a)] == ["INS-A", "INS-B", "INS-C"]
    assert (await actions_insurers.insurer(made.id, actor=story.county)).telephone == "0632-3322110"


@pytest.mark.parametrize(
    ("known", "kind", "field"),
    [
        ({"code": "保险"}, Invalid, "code"),
        ({"code": ""}, Invalid, "code"),
        ({"name": " "}, Invalid, "name"),
        ({"credit_code": "91110000600037341M"}, Invalid, "credit_code"),  # wrong check sign
        ({"telephone": "abc"}, Invalid, "telephone"),
        ({"short_name": "字" * 21}, Invalid, "short_name"),
        ({"code": "INS-A"}, Refused, ""),
        ({"name": "保险公司乙"}, Refused, ""),
    ],
)
async def test_an_insurer_that_is_wrong_or_known_is_refused(
    story: People, known: dict[str, Any], kind: type[InsuranceError], field: str
) -> None:
    with pytest.raises(kind) as refused:
        await entered(story, **known)

    assert faults(refused.value) == ({field} if field else set())
    assert len(await actions_insurers.insurers(actor=story.city)) == 2


async def test_one_credit_code_is_one_insurer_however_it_is_typed(story: People) -> None:
    await entered(story)

    with pytest.raises(Refused, match="信用代码"):
        await entered(story, code="INS-D", name="保险公司丁", credit_code=f" {CODE.lower()} ")


# -- the change -------------------------------------------------------------------------------------------------------


async def test_one_act_changes_many_counties_and_says_before_what_follows(story: People) -> None:
    await ruled(story, "370404", "370481")
    await actions.add_insurer_rule("370402", Cover.INDUSTRY, "INS-B", date(2019, 1, 1), None, actor=story.city)
    _, ending = await held(story.county)
    income, _ = await held(story.county, cover=Cover.INCOME)
    later = await make.insured(story)  # 2 March 2019 for a year
    await make.reported(story, later)
    city, office = on_day(story.city, BEFORE), on_day(story.county, BEFORE)
    await signed_anew(income.id, office)
    early = await actions_renew.renew((await actions.policies(actor=office, project_id=income.id))[0].id, RenewalEntry(), actor=office)
    asked = change(counties=["370481", "370404", "370402"])

    told = await actions_handover.foreseen(asked, actor=city)
    done = await actions_handover.change(asked, actor=city)

    seen = {(one.county_code, one.cover): one for one in told}
    asset = seen["370404", Cover.INDUSTRY]
    assert (asset.insurer_before, asset.ending, asset.later, asset.early, asset.open_claims) == ("保险公司甲", 1, 1, 0, 1)
    assert (seen["370404", Cover.INCOME].early, seen["370404", Cover.INCOME].ending) == (1, 1)
    assert (seen["370402", Cover.INDUSTRY].changes, seen["370402", Cover.INCOME].insurer_before) == (False, None)
    assert {(rule.county_code, rule.cover, rule.insurer, rule.from_on) for rule in done.made} == {
        ("370404", Cover.INDUSTRY, "INS-B", CHANGE), ("370404", Cover.INCOME, "INS-B", CHANGE), ("370402", Cover.INCOME, "INS-B", CHANGE),
        ("370481", Cover.INDUSTRY, "INS-B", CHANGE), ("370481", Cover.INCOME, "INS-B", CHANGE),
    }  # fmt: skip
    assert (done.unchanged, done.conflicts) == (1, [early.id])
    stands = await actions.policy(ending.id, actor=office)
    assert (stands.insurer, stands.last_day) == ("INS-A", date(2019, 12, 31))
    assert (await actions.policy(early.id, actor=office)).insurer == "INS-A"  # bound before the change: shown, never moved
    (conflict,) = await actions_handover.conflicts(actor=office)
    assert (conflict.policy, conflict.insurer, conflict.rule_insurer, conflict.cause) == (early.id, "INS-A", "INS-B", "RULE")
    assert await actions_handover.conflicts(actor=on_day(story.other_county, BEFORE)) == []
    assert [one.policy for one in await actions_handover.conflicts(actor=story.adjuster_a)] == [early.id]
    assert await actions_handover.conflicts(actor=story.adjuster_b) == []


async def test_a_renewal_made_early_goes_to_whom_the_rule_of_its_first_day_names(story: People) -> None:
    await ruled(story)
    made, bound = await held(story.county)
    office = on_day(story.county, BEFORE)
    await signed_anew(made.id, office)
    await actions_handover.change(change(), actor=on_day(story.city, BEFORE))

    renewed = await actions_renew.renew(bound.id, RenewalEntry(), actor=office)

    whole = await actions.policy(renewed.id, actor=office)
    assert (whole.insurer, whole.starts_on) == ("INS-B", CHANGE)
    assert await actions_handover.conflicts(actor=office) == []


async def test_who_chooses_another_insurer_than_the_rule_names_is_shown_in_conflict(story: People) -> None:
    await ruled(story)
    loss = await make.insured(story, insurer="INS-B")

    (conflict,) = await actions_handover.conflicts(actor=story.county)

    assert (conflict.policy, conflict.cause, conflict.rule_insurer) == (loss.policy_id, "CHOSEN", "INS-A")


async def test_a_change_is_taken_back_until_it_has_begun(story: People) -> None:
    await ruled(story)
    made, bound = await held(story.county)
    city, office = on_day(story.city, BEFORE), on_day(story.county, BEFORE)
    await signed_anew(made.id, office)
    rules = {rule.cover: rule.id for rule in (await actions_handover.change(change(), actor=city)).made}
    renewed = await actions_renew.renew(bound.id, RenewalEntry(), actor=office)

    conflicts = await actions_handover.take_back(rules[Cover.INDUSTRY], "招标无效", actor=city)

    assert conflicts == [renewed.id]  # bound with B for the year: shown as in conflict with A's rule
    left = {(rule.cover, rule.insurer, rule.from_on, rule.last_day) for rule in await actions.insurer_rules(actor=city)}
    assert left == {
        (Cover.INDUSTRY, "INS-A", date(2019, 1, 1), None),
        (Cover.INCOME, "INS-A", date(2019, 1, 1), date(2019, 12, 31)),
        (Cover.INCOME, "INS-B", CHANGE, None),
    }
    with pytest.raises(NotFound):
        await actions_handover.take_back(rules[Cover.INDUSTRY], "再撤", actor=city)
    with pytest.raises(WrongState, match="已经生效"):
        await actions_handover.take_back(rules[Cover.INCOME], "太晚", actor=on_day(story.city, CHANGE))
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'insurer-rule.taken-back'") == 1


async def test_the_middle_one_of_three_is_taken_back_and_the_first_goes_on_to_the_third(story: People) -> None:
    await entered(story)
    await ruled(story)
    city = on_day(story.city, BEFORE)
    middle = {rule.cover: rule.id for rule in (await actions_handover.change(change(), actor=city)).made}
    await actions_handover.change(change(insurer="INS-C", from_on=date(2020, 7, 1)), actor=city)

    await actions_handover.take_back(middle[Cover.INDUSTRY], "招标无效", actor=city)

    held_by = [
        (rule.insurer, rule.from_on, rule.last_day) for rule in await actions.insurer_rules(actor=city) if rule.cover is Cover.INDUSTRY
    ]
    assert held_by == [("INS-C", date(2020, 7, 1), None), ("INS-A", date(2019, 1, 1), date(2020, 6, 30))]


@pytest.mark.parametrize(
    ("known", "kind", "field"),
    [
        ({"counties": ["370499"]}, Invalid, "counties"),
        ({"insurer": "INS-X"}, Invalid, "insurer"),
        ({"from_on": BEFORE}, Invalid, "from_on"),  # today has begun
        ({"from_on": date(2022, 1, 1)}, Invalid, "from_on"),
        ({"insurer": "INS-A"}, Invalid, "insurer"),  # has them already
        ({"from_on": date(2020, 2, 1), "counties": ["370402"]}, WrongState, ""),  # a later rule stands in the way
    ],
)
async def test_a_change_that_makes_no_sense_is_refused_and_leaves_the_rules_alone(
    story: People, known: dict[str, Any], kind: type[InsuranceError], field: str
) -> None:
    await ruled(story)
    city = on_day(story.city, BEFORE)
    await actions_handover.change(change(counties=["370402"], from_on=date(2020, 3, 1)), actor=city)
    before = await actions.insurer_rules(actor=city)

    with pytest.raises(kind) as refused:
        await actions_handover.change(change(**known), actor=city)

    assert faults(refused.value) == ({field} if field else set())
    assert await actions.insurer_rules(actor=city) == before


async def test_an_old_policy_is_endorsed_with_its_old_insurer_after_the_change(story: People) -> None:
    await ruled(story)
    loss = await make.insured(story, Cover.INCOME)  # until 1 March 2020
    await actions_handover.change(change(), actor=on_day(story.city, BEFORE))
    town = on_day(story.town, date(2020, 1, 15))
    async with db.transaction(town.scope):
        version = await db.fetchval("SELECT version FROM project WHERE id = $1", loss.project_id)
    await projects.edit(loss.project_id, edit(version, operation="LEASED"), actor=town)

    given = entry("MODE_CHANGED", effective_on="2020-01-10")
    made = await actions_endorse.endorse(loss.policy_id, given, actor=town)

    assert made.last_day == date(2020, 1, 9)
    assert (await actions.policy(loss.policy_id, actor=on_day(story.adjuster_a, date(2020, 1, 15)))).insurer == "INS-A"
    with pytest.raises(NotFound):
        await actions.policy(loss.policy_id, actor=on_day(story.adjuster_b, date(2020, 1, 15)))


# -- the night of the change ------------------------------------------------------------------------------------------


async def test_income_of_the_old_year_is_the_old_insurers_claim_however_late_it_is_reported(story: People) -> None:
    await ruled(story)
    made, bound = await held(story.county, cover=Cover.INCOME)
    office = on_day(story.county, BEFORE)
    await signed_anew(made.id, office)
    await actions_handover.change(change(), actor=on_day(story.city, BEFORE))
    renewed = await actions_renew.renew(bound.id, RenewalEntry(), actor=office)
    late = on_day(story.county, date(2020, 2, 20))

    def shortfall(moment: datetime) -> Report:
        return Report(project_id=made.id, cover=Cover.INCOME, loss_at=moment, reported_fen=1_000_000, peril=Peril.RAINSTORM)

    old = await actions_report.report(shortfall(datetime(2019, 12, 31, 23, 59, 59, tzinfo=clock.BEIJING)), actor=late)
    new = await actions_report.report(shortfall(datetime(2020, 1, 1, 0, 0, tzinfo=clock.BEIJING)), actor=late)

    assert (old.policy.id, old.insurer.code, new.policy.id, new.insurer.code) == (bound.id, "INS-A", renewed.id, "INS-B")
    assert (await claims.one(old.id, actor=on_day(story.adjuster_a, date(2020, 2, 21)))).id == old.id
    for claim, stranger in ((old, story.adjuster_b), (new, story.adjuster_a)):
        with pytest.raises(NotFound):
            await claims.one(claim.id, actor=on_day(stranger, date(2020, 2, 21)))


async def test_cover_that_ended_with_its_mode_is_not_revived_by_the_change(story: People) -> None:
    await ruled(story)
    made, bound = await held(story.county, cover=Cover.INCOME)
    autumn = on_day(story.county, date(2019, 10, 15))
    await projects.edit(made.id, edit(made.version, operation="LEASED"), actor=autumn)
    ended = await midterm.endorsed(bound, "MODE_CHANGED", actor=autumn, effective_on="2019-10-01")
    told = await actions_handover.foreseen(change(covers=[Cover.INCOME]), actor=on_day(story.city, BEFORE))

    assert ended.last_day == date(2019, 9, 30)  # a part of the year, with the old insurer
    assert (told[0].ending, told[0].later) == (0, 0)  # nothing of it is left to go to the new one
    given = Report(
        project_id=made.id, cover=Cover.INCOME, loss_at=datetime(2019, 9, 30, 23, 59, tzinfo=clock.BEIJING), reported_fen=1_000_000,
        peril=Peril.RAINSTORM,
    )  # fmt: skip
    claim = await actions_report.report(given, actor=on_day(story.county, date(2020, 1, 10)))
    assert (claim.policy.id, claim.insurer.code) == (bound.id, "INS-A")
    with pytest.raises(InsuranceError):
        await actions_report.report(
            Report(
                project_id=made.id, cover=Cover.INCOME, loss_at=datetime(2020, 1, 1, 0, 0, tzinfo=clock.BEIJING), reported_fen=1,
                peril=Peril.RAINSTORM,
            ),
            actor=on_day(story.county, date(2020, 1, 10)),
        )  # fmt: skip


async def test_a_second_change_of_the_same_county_finds_the_first_in_its_way(story: People) -> None:
    await ruled(story)
    city = on_day(story.city, BEFORE)
    first = await actions_handover.change(change(), actor=city)

    with pytest.raises(WrongState):
        await actions_handover.change(change(), actor=city)

    assert {rule.id for rule in await actions.insurer_rules(actor=city) if rule.from_on == CHANGE} == {rule.id for rule in first.made}
