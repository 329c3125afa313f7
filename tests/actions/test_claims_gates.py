"""Before an approval: the public notice and the papers a ruleset asks for, what older procedure only writes down; papers asked for twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from insurance.base.calendar import BEIJING
from insurance.base.errors import Refused
from insurance.claims import actions, actions_decision, actions_evidence, actions_gates, disasters, store
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Approval, Because, Declaration, Papers, PapersNotice, Publicity
from insurance.policies.model import Peril
from make.claims import all_on, assess, claim_in, insured, reported
from make.projects import PDF
from people import People

S = ClaimState
NEW, OLD = date(2023, 8, 14), date(2019, 8, 14)
TOWNS = ("370404001",)
PLANT: dict[str, Any] = {"taxonomy": "PLANT"}


async def flood(story: People, day: date) -> int:
    """A disaster over the town, some days before."""
    first, last = day.replace(day=10), day.replace(day=12)
    given = Declaration(code=f"FLOOD-{day.year}", name="洪灾", peril=Peril.FLOOD, from_on=first, until_on=last, towns=TOWNS)
    return (await disasters.declare(given, actor=all_on(story, day).city)).id


async def claim_of(story: People, day: date, *, disaster: int | None, insurer: str = "INS-A", **known: Any) -> Claim:
    """A claim of the year of `day`, assessed on that day; of a crop nothing is left to be taken off."""
    loss = await insured(story, bound_on=date(day.year, 3, 1), insurer=insurer, **(PLANT | known))
    at = datetime(day.year, 8, 11, 6, tzinfo=BEIJING)
    on = all_on(story, day)
    if insurer != "INS-A":
        return await reported(on, loss, loss_at=at, peril=Peril.FLOOD, disaster_id=disaster)
    opened = await claim_in(S.OPENED, on, loss=loss, loss_at=at, peril=Peril.FLOOD, disaster_id=disaster)
    return await assess(opened, on, salvage_fen=0)


async def withdraw(claim: Claim, story: People) -> None:
    await actions.withdrawal(claim.id, Because(version=claim.version, reason="不再索赔"), actor=story.town)


async def file_all(claim: Claim, story: People, *but: str) -> None:
    """Every required paper on file, and the proof of the notice, except some."""
    asked = await actions_evidence.on_file(claim.id, actor=story.town)
    for kind in {*asked.missing, "PUBLICITY"} - set(but):
        await actions_evidence.file(claim.id, kind, f"{kind}.pdf", PDF + f"{claim.id}{kind}".encode(), actor=story.town)


async def approve(claim: Claim, story: People) -> Claim:
    fresh = await actions.one(claim.id, actor=story.approver_a)
    return await actions_decision.approval(claim.id, Approval(version=fresh.version), actor=story.approver_a)


async def facts(claim: Claim, story: People) -> dict[str, Any]:
    return (await actions.history(claim.id, actor=story.city))[-1].facts


# -- the public notice ------------------------------------------------------------------------------------------------------


async def test_of_a_group_the_result_is_published_before_it_is_approved(story: People) -> None:
    on, disaster = all_on(story, NEW), await flood(story, NEW)
    claim, _ = [await claim_of(story, NEW, disaster=disaster) for _ in range(2)]
    await file_all(claim, on)

    with pytest.raises(Refused, match="公示"):
        await approve(claim, on)
    published = await actions.publicity(
        claim.id, Publicity(version=(await actions.one(claim.id, actor=on.town)).version, place="村务公开栏"), actor=on.town
    )  # fmt: skip
    assert "approval" not in (await actions.one(claim.id, actor=on.approver_a)).open_verbs, "the window runs"
    approved = await approve(published, all_on(story, date(2023, 8, 18)))

    assert approved.state is S.APPROVED
    assert "missing_papers" not in await facts(claim, on)


@pytest.mark.parametrize("case", ["alone", "another village", "another law", "another insurer", "not of the disaster", "withdrawn"])
async def test_what_is_no_group_needs_no_notice(story: People, case: str) -> None:
    on, disaster = all_on(story, NEW), await flood(story, NEW)
    claim = await claim_of(story, NEW, disaster=disaster)
    match case:
        case "another village":
            await claim_of(story, NEW, disaster=disaster, village="东庄村")
        case "another law":
            await claim_of(story, NEW, disaster=disaster, taxonomy="COLD")
        case "another insurer":
            await claim_of(story, NEW, disaster=disaster, insurer="INS-B")
        case "not of the disaster":
            await claim_of(story, NEW, disaster=None)
        case "withdrawn":
            await withdraw(await claim_of(story, NEW, disaster=disaster), on)
    await file_all(claim, on)

    assert (await approve(claim, on)).state is S.APPROVED, case


async def test_two_claims_of_one_disaster_but_of_older_procedure_or_property_need_no_notice(story: People) -> None:
    old, new = await flood(story, OLD), await flood(story, NEW)
    of_2019 = [await claim_of(story, OLD, disaster=old) for _ in range(2)]
    halls = [await claim_of(story, NEW, disaster=new, taxonomy="COLD") for _ in range(2)]

    assert (await approve(of_2019[0], all_on(story, OLD))).state is S.APPROVED
    assert (await approve(halls[0], all_on(story, NEW))).state is S.APPROVED


async def test_a_group_asks_for_the_proof_of_its_notice(story: People) -> None:
    on, disaster = all_on(story, NEW), await flood(story, NEW)
    claim, _ = [await claim_of(story, NEW, disaster=disaster) for _ in range(2)]
    await file_all(claim, on, "PUBLICITY")
    await actions.publicity(claim.id, Publicity(version=(await actions.one(claim.id, actor=on.town)).version, place="村口"), actor=on.town)
    after = all_on(story, date(2023, 8, 18))

    with pytest.raises(Refused, match="公示照片"):
        await approve(claim, after)
    await file_all(claim, after)
    assert (await approve(claim, after)).state is S.APPROVED


async def test_the_size_of_a_group_is_told_to_whoever_reads(story: People) -> None:
    on, disaster = all_on(story, NEW), await flood(story, NEW)
    claim, _ = [await claim_of(story, NEW, disaster=disaster) for _ in range(2)]
    row = await store.claim(claim.id)
    assert row is not None

    found = await actions_gates.gates(row)

    assert (found.group, found.published_first and found.published_first.code) == (2, "NX2022")
    assert "本村有 2 件" in str(found.refusals("zh")[0])
    assert on.town.role == "TOWN_OFFICE"


# -- the papers ---------------------------------------------------------------------------------------------------------------


async def test_under_the_rules_of_2022_nothing_is_approved_while_papers_are_missing(story: People) -> None:
    on = all_on(story, NEW)
    claim = await claim_of(story, NEW, disaster=None)
    await file_all(claim, on, "SURVEY_REPORT", "SCENE")

    with pytest.raises(Refused, match=r"现场影像.*查勘报告"):
        await approve(claim, on)
    await file_all(claim, on)
    assert (await approve(claim, on)).state is S.APPROVED


@pytest.mark.parametrize(("day", "known"), [(OLD, PLANT), (date(2021, 8, 12), PLANT), (NEW, {"taxonomy": "COLD"})])
async def test_elsewhere_the_approval_goes_through_and_says_what_is_missing(story: People, day: date, known: dict[str, Any]) -> None:
    on = all_on(story, day)
    claim = await claim_of(story, day, disaster=None, **known)
    await file_all(claim, on, "SURVEY_REPORT", "SCENE")

    assert (await approve(claim, on)).state is S.APPROVED
    assert (await facts(claim, on))["missing_papers"] == ["SCENE", "SURVEY_REPORT"]


async def test_a_refused_approval_leaves_no_trace(story: People) -> None:
    on = all_on(story, NEW)
    claim = await claim_of(story, NEW, disaster=None)

    with pytest.raises(Refused):
        await approve(claim, on)
    assert await store.decisions(claim.id) == []
    assert (await actions.one(claim.id, actor=on.approver_a)).version == claim.version


# -- papers asked for twice -----------------------------------------------------------------------------------------------------


async def notice(claim: Claim, story: People, *papers: str) -> Claim:
    fresh = await actions.one(claim.id, actor=story.adjuster_a)
    return await actions.papers_notice(claim.id, PapersNotice(version=fresh.version, papers=papers), actor=story.adjuster_a)


async def answered(claim: Claim, story: People) -> None:
    """The office hands in, the adjuster confirms."""
    for actor in (story.town, story.adjuster_a):
        fresh = await actions.one(claim.id, actor=actor)
        await actions.papers(claim.id, Papers(version=fresh.version), actor=actor)


async def test_asking_again_for_what_was_asked_before_is_a_breach_and_is_not_refused(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    await notice(claim, story)
    first = await facts(claim, story)
    await answered(claim, story)  # handed in, but nothing filed: the same papers are missing

    again = await notice(claim, story)

    told = await facts(claim, story)
    assert again.state is S.SUPPLEMENT
    assert "breach" not in first
    assert (told["breach"], told["asked_again"]) == ("L-22", told["papers"])


async def test_a_paper_that_was_not_asked_for_before_is_no_breach(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    await notice(claim, story)
    await answered(claim, story)
    await file_all(claim, story)

    await notice(claim, story, "REPAIR")

    assert "breach" not in await facts(claim, story)


async def test_of_a_mixed_notice_only_what_was_known_counts(story: People) -> None:
    claim = await claim_in(S.OPENED, story)
    await notice(claim, story)
    await answered(claim, story)
    await file_all(claim, story, "TITLE")

    await notice(claim, story, "TITLE", "REPAIR")

    assert (await facts(claim, story))["asked_again"] == ["TITLE"]
