"""What is refused when a policy is to be bound, and why; nothing refused leaves a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import asyncpg
import pytest

import make
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, NotFound
from insurance.policies import actions_enrol, actions_quote, store
from insurance.policies.actions_underwriting import AlreadyCovered, NotEligible, NotReady
from insurance.policies.model import Cover
from insurance.projects import actions as projects
from insurance.projects.entries import DeclaredCoverEntry
from insurance.projects.model import Project
from make.policies import faults, paper, papers, policy, the_ask
from people import People

TODAY = date(2019, 8, 30)
COOP: dict[str, Any] = {"ownership": "COOP", "operation": "PRIVATE", "link_agreement": False}
OWN_MONEY = [{"funds": [{"fund": "SELF", "amount_fen": 86_000_000}]}]


async def traces() -> int:
    """Rows that binding or quoting a policy leaves."""
    return int(
        await db.fetchval(
            "SELECT (SELECT count(*) FROM policy) + (SELECT count(*) FROM policy_event) + (SELECT count(*) FROM premium_share)"
            " + (SELECT count(*) FROM policy_item) + (SELECT count(*) FROM transfer) + (SELECT count(*) FROM project_grant)"
            " + (SELECT count(*) FROM quote) + (SELECT count(*) FROM audit_event WHERE verb ~ '^(policy|quote)')"
        )
    )


async def refusal_of(project: Project, story: People, **known: Any) -> InsuranceError:
    before = await traces()
    asked = await the_ask(project, story.county, **known)
    with pytest.raises(InsuranceError) as refused:
        await actions_enrol.enrol(asked, actor=story.county)
    assert await traces() == before
    return refused.value


@pytest.mark.parametrize(
    ("filed", "missing"),
    [
        ((), {"A-DUP", "A-CONSENT", "TITLE"}),  # who applies declares other insurance: without an application nobody was asked
        (("APPLICATION",), {"TITLE"}),
        (("TITLE",), {"A-DUP", "A-CONSENT"}),
    ],
)
async def test_binding_wants_the_papers_and_names_each_that_is_missing(story: People, filed: tuple[str, ...], missing: set[str]) -> None:
    project = await make.project(story.county)
    for kind in filed:
        await paper(project, kind, actor=story.county)

    refused = await refusal_of(project, story)

    assert isinstance(refused, NotReady)
    assert faults(refused) == missing


async def test_an_income_policy_wants_the_signed_application_too(story: People) -> None:
    project = await make.project(story.county)
    await paper(project, "TITLE", actor=story.county)

    assert faults(await refusal_of(project, story, cover=Cover.INCOME)) == {"A-CONSENT"}


@pytest.mark.parametrize(
    ("known", "cover", "failing"),
    [
        ({"asset_kind": "PUBLIC"}, Cover.INDUSTRY, {"A-KIND", "A-ROUTE"}),
        ({**COOP, "assets": OWN_MONEY}, Cover.INDUSTRY, {"A-ROUTE"}),
        ({**COOP, "assets": OWN_MONEY}, Cover.INCOME, {"I-FUND", "I-OWNER", "I-MODE"}),
        ({"operation": "SHARE"}, Cover.INCOME, {"I-MODE"}),
        ({"situation": "IDLE"}, Cover.INDUSTRY, {"A-STATUS"}),  # referred: not bound either
        ({"title_disputed": True}, Cover.INDUSTRY, {"A-TITLE"}),
        ({"income_basis": None}, Cover.INCOME, {"I-BASE"}),
    ],
)
async def test_what_is_not_eligible_is_refused_with_every_reason(
    story: People, known: dict[str, Any], cover: Cover, failing: set[str]
) -> None:
    project = await make.project(story.county, **known)
    await papers(project, actor=story.county)

    refused = await refusal_of(project, story, cover=cover)

    assert isinstance(refused, NotEligible)
    assert faults(refused) == failing


async def test_a_referred_project_is_quoted_and_an_ineligible_one_is_not(story: People) -> None:
    idle, public = await make.project(story.county, situation="IDLE"), await make.project(story.county, asset_kind="PUBLIC")

    quote = await actions_quote.quote(await the_ask(idle, story.county), actor=story.county)
    with pytest.raises(NotEligible):
        await actions_quote.quote(await the_ask(public, story.county), actor=story.county)

    assert quote.eligibility.result == "REFER"


async def test_cover_of_another_insurer_must_be_settled_first(story: People) -> None:
    project = await make.project(story.county)
    declared = DeclaredCoverEntry(project.version, "别家保险公司", "INDUSTRY", date(2019, 1, 1), date(2019, 12, 31))
    await projects.declare_cover(project.id, declared, actor=story.county)
    await papers(project, actor=story.county)

    assert faults(await refusal_of(project, story)) == {"A-DUP"}


async def test_a_second_policy_in_the_period_is_refused_by_the_name_of_the_first(story: People) -> None:
    project = await make.project(story.county)
    bound = await policy(project, actor=story.county, starts_on=TODAY)

    refused = await refusal_of(project, story, starts_on=date(2020, 8, 29))  # its last day
    after = await actions_enrol.enrol(await the_ask(project, story.county, starts_on=date(2020, 8, 30)), actor=story.county)

    assert isinstance(refused, AlreadyCovered)
    assert bound.number in str(refused.text)
    assert after.number != bound.number


async def test_the_database_refuses_an_overlap_that_the_program_did_not_see(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await make.project(story.county)
    await policy(project, actor=story.county)

    async def blind(_: object) -> dict[int, Any]:
        return {}

    monkeypatch.setattr(store, "standing", blind)

    assert isinstance(await refusal_of(project, story), AlreadyCovered)


async def test_a_project_elsewhere_does_not_exist(story: People) -> None:
    theirs = await make.project(story.other_county, town_code=make.projects.JINGHE_TOWN)

    assert isinstance(await refusal_of(theirs, story), NotFound)


async def test_without_insurer_and_rule_nothing_is_priced(story: People) -> None:
    refused = await refusal_of(await make.project(story.county), story, insurer=None)

    assert isinstance(refused, Invalid)
    assert faults(refused) == {"insurer"}


async def test_readers_write_nothing_even_behind_the_guards(story: People) -> None:
    project = await make.project(story.county)
    await papers(project, actor=story.county)
    asked = await the_ask(project, story.county)

    for reader in (story.leader, story.auditor):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await actions_quote.quote(asked, actor=reader)
        with pytest.raises((asyncpg.InsufficientPrivilegeError, InsuranceError)):
            await actions_enrol.enrol(asked, actor=reader)

    assert await db.fetchval("SELECT count(*) FROM policy") == 0
