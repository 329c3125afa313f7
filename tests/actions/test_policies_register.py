"""The register as insurance sees it: eligibility from what is on file, as of a day; the list with its seals, filters and orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

import make
from insurance.base.errors import Invalid, NotFound
from insurance.policies import actions, actions_projects
from insurance.policies.actions_projects import COVER_FILTERS, ELIGIBILITY_FILTERS, SORT_KEYS, USUAL_SORT
from insurance.policies.model import Cover
from insurance.policies.views import EligibilityView, ReasonView
from insurance.policies.views_projects import ProjectItem, Seal
from insurance.projects import actions as projects
from insurance.projects.model import Project
from insurance.web.listing import Listing, read_listing
from make.policies import edit, on_day, paper, papers, policy
from people import People

TODAY = date(2019, 8, 30)


def money(*funds: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"funds": [{"fund": fund, "amount_fen": amount} for fund, amount in funds]}]


EAST_WEST, OWN = money(("EAST_WEST", 60_000_000)), money(("SELF", 60_000_000))
COOP = {"ownership": "COOP", "operation": "PRIVATE", "owner": {"name": "石榴种植专业合作社", "kind": "COOP"}}
FIVE = {"ownership": "JOINT", "owner": {"name": "五村联营体", "kind": "JOINT"}, "taxonomy": "PV"}
SPENT = [{"in_use_on": "2001-01-15", "residual_rate": "0", "life_months": 120}]

# The golden cases of the reference, entered by hand into the register: what the tests answer there, the facts must give here.
GOLDEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("G1", {}, "ELIGIBLE", "ELIGIBLE"),
    ("G2", {"operation": "LEASED"}, "ELIGIBLE", "INELIGIBLE I-MODE"),
    ("G3", {"taxonomy": "COLD", "assets": EAST_WEST}, "ELIGIBLE", "INELIGIBLE I-FUND"),
    ("G4", {"asset_kind": "PUBLIC", "operation": None}, "INELIGIBLE A-KIND", "INELIGIBLE I-MODE I-RUN"),
    ("G5", {**COOP, "link_agreement": True, "assets": OWN}, "ELIGIBLE", "INELIGIBLE I-FUND I-OWNER I-MODE"),
    ("G6", {"ownership": "ENTERPRISE", "operation": "PRIVATE", "link_agreement": False, "assets": OWN}, "INELIGIBLE A-ROUTE", "INELIGIBLE"),
    (
        "G7",
        {"asset_kind": "HOUSEHOLD", "ownership": "INDIVIDUAL", "operation": "PRIVATE", "link_agreement": True, "taxonomy": "BREED"},
        "ELIGIBLE",
        "INELIGIBLE I-OWNER I-MODE",
    ),
    ("G8", {**FIVE, "assets": money(("SPECIAL", 60_000_000), ("SELF", 40_000_000))}, "ELIGIBLE", "ELIGIBLE"),
    ("G9", {"situation": "IDLE"}, "REFER A-STATUS", "INELIGIBLE I-RUN"),
    ("G10", {"ownership": "TOWN", "title_disputed": True}, "REFER A-TITLE", "REFER"),
    ("G11", {"taxonomy": "EQUITY", "operation": "SHARE"}, "ELIGIBLE", "INELIGIBLE I-MODE"),
    ("G12", {"assets": SPENT}, "INELIGIBLE A-NAV", "ELIGIBLE"),
]


def failing(reasons: Iterable[ReasonView]) -> set[str]:
    return {reason.code for reason in reasons if not reason.passed and not reason.enrolment}


@pytest.mark.parametrize(("known", "industry", "income"), [case[1:] for case in GOLDEN], ids=[case[0] for case in GOLDEN])
async def test_the_golden_cases_come_out_of_the_register(story: People, known: dict[str, Any], industry: str, income: str) -> None:
    project = await make.project(story.county, **known)

    judged = await actions.eligible(project.id, None, actor=story.town)

    for answer, expected in ((judged.industry, industry), (judged.income, income)):
        result, *codes = expected.split()
        assert answer.result == result
        assert set(codes) <= failing(answer.reasons)


async def judged_on(project: Project, day: str | date | None, story: People) -> EligibilityView:
    return await actions.eligible(project.id, date.fromisoformat(day) if isinstance(day, str) else day, actor=story.county)


def reason(found: EligibilityView, code: str) -> ReasonView:
    return next(one for one in [*found.industry.reasons, *found.income.reasons] if one.code == code)


async def test_every_reason_names_the_fact_the_paper_and_the_day(story: People) -> None:
    project = await make.project(story.county)
    await paper(project, "APPLICATION", actor=story.county, on=date(2019, 8, 20))

    found = await judged_on(project, None, story)

    title, consent, kind = (reason(found, code).evidence for code in ("A-TITLE", "A-CONSENT", "A-KIND"))
    assert (title.document, title.on) == ("确权〔2018〕12号", date(2018, 3, 1))
    assert (consent.document, consent.on) == (f"APPLICATION-{project.id}.pdf", date(2019, 8, 20))
    assert kind.document is not None
    assert project.code in kind.document
    assert kind.on == TODAY
    assert all(one.remedy for one in [*found.industry.reasons, *found.income.reasons] if not one.passed)


async def test_only_what_was_known_on_the_day_counts(story: People) -> None:
    project = await make.project(story.county)
    await papers(project, actor=story.county, on=date(2019, 6, 1))

    before, after = await judged_on(project, "2018-02-28", story), await judged_on(project, "2018-03-01", story)
    unsigned, signed = await judged_on(project, "2019-05-31", story), await judged_on(project, "2019-06-01", story)

    assert (before.industry.result, after.industry.result) == ("REFER", "ELIGIBLE")
    assert [reason(found, "A-CONSENT").passed for found in (unsigned, signed)] == [False, True]
    assert [reason(found, "A-DUP").passed for found in (unsigned, signed)] == [None, True]
    assert "860,000.00" in reason(await judged_on(project, "2017-06-15", story), "A-NAV").evidence.fact


async def test_an_edit_counts_from_its_business_day(story: People) -> None:
    office = on_day(story.county, date(2019, 5, 1))
    project = await make.project(office)
    await projects.edit(project.id, edit(project.version, operation="LEASED"), actor=on_day(story.county, date(2019, 7, 1)))

    results = [(await judged_on(project, day, story)).income.result for day in ("2019-06-30", "2019-07-01", None)]

    assert results == ["ELIGIBLE", "INELIGIBLE", "INELIGIBLE"]


async def test_a_title_paper_on_file_proves_the_title(story: People) -> None:
    project = await make.project(story.county, title_on=None, title_paper=None)
    unproven = await judged_on(project, None, story)
    await paper(project, "TITLE", actor=story.county, on=date(2019, 8, 1))

    proven = await judged_on(project, None, story)

    assert (unproven.industry.result, reason(unproven, "A-TITLE").passed) == ("REFER", None)
    assert proven.industry.result == "ELIGIBLE"
    assert reason(proven, "A-TITLE").evidence.on == date(2019, 8, 1)


async def test_nobody_judges_tomorrow_or_a_project_elsewhere(story: People) -> None:
    project = await make.project(story.county)

    with pytest.raises(Invalid) as refused:
        await judged_on(project, "2019-08-31", story)
    assert [fault.field for fault in refused.value.faults] == ["as_of"]
    for stranger in (story.other_county, story.other_town, story.adjuster_a):
        with pytest.raises(NotFound):
            await actions.eligible(project.id, None, actor=stranger)
        with pytest.raises(NotFound):
            await actions_projects.project(project.id, actor=stranger)


# -- the list ---------------------------------------------------------------------------------------------------------


def listing(query: str = "", **more: str) -> Listing:
    pairs = [tuple(part.split("=", 1)) for part in query.split("&") if part] + list(more.items())
    filters = {"town": None, "cover": COVER_FILTERS, "eligibility": ELIGIBILITY_FILTERS}
    return read_listing("/projects", [(a, b) for a, b in pairs], sorts=SORT_KEYS, usual_sort=USUAL_SORT, filters=filters)


async def listed(story: People, query: str = "", who: str = "county") -> list[ProjectItem]:
    items, more = await actions_projects.projects(listing(query), actor=getattr(story, who))
    assert more is None
    return items


async def city_of_five(story: People) -> dict[str, Project]:
    """Five projects: both covers, one each, none and not eligible; one of them in another county."""
    made = {
        "both": await make.project(story.county, name="甲双保"),
        "industry": await make.project(story.county, name="乙资产", operation="LEASED", assets=[{"cost_fen": 50_000_000}]),
        "income": await make.project(story.county, name="丙收益", assets=SPENT),
        "none": await make.project(story.county, name="丁闲置", situation="IDLE", assets=[{"cost_fen": 90_000_000}]),
        "public": await make.project(story.other_county, name="戊公益", asset_kind="PUBLIC", town_code=make.projects.JINGHE_TOWN),
    }
    for name, covers in {"both": tuple(Cover), "industry": (Cover.INDUSTRY,), "income": (Cover.INCOME,)}.items():
        await papers(made[name], actor=story.county)
        for cover in covers:
            await make.policies.bind(made[name], actor=story.county, cover=cover)
    return made


@pytest.mark.parametrize(
    ("query", "who", "expected"),
    [
        ("", "county", "both income industry none"),
        ("", "city", "both income industry none public"),
        ("", "other_county", "public"),
        ("", "leader", "both income industry none public"),
        ("", "adjuster_a", "both income industry"),
        ("", "adjuster_b", ""),
        ("cover=INDUSTRY", "city", "both industry"),
        ("cover=INCOME", "city", "both income"),
        ("cover=BOTH", "city", "both"),
        ("cover=NONE", "city", "none public"),
        ("town=370404001", "city", "both income industry none"),
        ("town=370481", "city", "public"),
        ("town=370499", "city", ""),
        ("eligibility=INDUSTRY:ELIGIBLE", "city", "both industry"),
        ("eligibility=INDUSTRY:REFER", "city", "none"),
        ("eligibility=INCOME:INELIGIBLE", "city", "industry none public"),
        ("eligibility=INDUSTRY:ELIGIBLE&eligibility=INCOME:INELIGIBLE", "city", "industry"),
        ("eligibility=INDUSTRY:ELIGIBLE&eligibility=INDUSTRY:REFER", "city", "both industry none"),
        ("eligibility=ELIGIBLE", "city", "both income industry"),
        ("eligibility=REFER&cover=NONE", "city", "none"),
        ("q=资产", "city", "industry"),
        ("q=石门村", "city", "both income industry none public"),
        ("q=%", "city", ""),  # no wildcard
        ("q=_", "city", ""),
    ],
)
async def test_the_list_is_what_was_asked_for_and_the_reader_may_see(story: People, query: str, who: str, expected: str) -> None:
    made = await city_of_five(story)
    # Policies begin the day after they were bound; look at the list on that day.
    people = {name: on_day(actor, date(2019, 8, 31)) for name, actor in story.everybody().items()}

    items, more = await actions_projects.projects(listing(query), actor=people[who])

    names = {project.id: name for name, project in made.items()}
    assert sorted(names[item.id] for item in items) == expected.split()
    assert more is None


async def test_a_row_shows_value_seals_and_why(story: People) -> None:
    made = await city_of_five(story)
    items, _ = await actions_projects.projects(listing(), actor=on_day(story.city, date(2019, 8, 31)))
    row = {item.id: item for item in items}

    leased, idle = row[made["industry"].id], row[made["none"].id]
    assert (leased.covers.industry.seal, leased.covers.income.seal) == (Seal.IN_FORCE, Seal.NO)
    assert leased.covers.industry.number is not None
    assert leased.eligibility.income.failing == ["I-MODE"]
    assert leased.eligibility.income.text == "经营方式不是集体自营"
    assert (idle.covers.industry.seal, idle.covers.income.seal) == (Seal.OPEN, Seal.NO)
    assert row[made["both"].id].net_value_fen == 68_298_333
    assert await actions_projects.seals([made["none"].id], TODAY, actor=story.city) == {
        made["none"].id: {Cover.INDUSTRY: Seal.OPEN, Cover.INCOME: Seal.NO}
    }


@pytest.mark.parametrize("order", ["code", "-code", "name", "-name", "town", "registered", "-registered", "net", "-net"])
@pytest.mark.parametrize("narrowed", ["", "eligibility=ELIGIBLE"])
async def test_pages_show_every_project_once_and_in_order(story: People, order: str, narrowed: str) -> None:
    for number in range(7):
        assets = [{"cost_fen": 10_000_000 * (number % 3 + 1)}]  # equal values on purpose
        await make.project(story.county, name=f"项目{number % 4}", village=f"村{number}", assets=assets)
        await make.project(story.county, name=f"公益{number}", asset_kind="PUBLIC", operation="LEASED")
    whole = await listed(story, f"sort={order}&{narrowed}")

    seen: list[ProjectItem] = []
    page = listing(f"sort={order}&limit=3&{narrowed}")
    while True:
        items, more = await actions_projects.projects(page, actor=story.county)
        seen += items
        if more is None:
            break
        page = listing(f"sort={order}&limit=3&{narrowed}", cursor=page.cursor(more, len(items)))

    assert [item.id for item in seen] == [item.id for item in whole]
    assert len(whole) == (7 if narrowed else 14)
    key = {"net": "net_value_fen", "town": "town_code", "registered": "id"}.get(order.removeprefix("-"), order.removeprefix("-"))
    values = [getattr(item, key) for item in whole]
    assert values == sorted(values, reverse=order.startswith("-"))


async def test_one_project_whole(story: People) -> None:
    project = await make.project(story.county)
    bound = await policy(project, actor=story.county, starts_on=TODAY)

    whole = await actions_projects.project(project.id, actor=story.adjuster_a)

    assert (whole.net_value.net_value_fen, whole.code) == (68_979_167, project.code)
    assert whole.covers.industry.number == bound.number
    assert [line.id for line in whole.policies] == [bound.id]
    assert whole.eligibility.income.result == "ELIGIBLE"
    assert whole.assets[0].funds[0].fund == "SPECIAL"
