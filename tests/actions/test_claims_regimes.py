"""One database, three years: a claim follows the procedure of its day of notice, the law of its items and the accounts of its time."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid
from insurance.claims import actions, actions_report
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Acceptance, Correction, Report, Survey
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.wording import IndustryWording
from insurance.projects import store_values
from insurance.projects.model import Regime
from insurance.projects.rules import Depreciable, net_value
from make.claims import Loss, all_on, claim_in, insured, report_of
from make.policies import on_day
from people import People

PLANT = {"taxonomy": "PLANT"}
LOSS, NOTICE = (8, 11), (8, 12)


async def loss_of(story: People, year: int, **known: Any) -> Loss:
    return await insured(story, bound_on=date(year, 3, 1), **(PLANT | known))


async def told(story: People, loss: Loss, year: int, **known: Any) -> Claim:
    """The loss of 11 August, reported the day after."""
    at = datetime(year, *LOSS, 6, tzinfo=BEIJING)
    return await actions_report.report(report_of(loss, loss_at=at, **known), actor=on_day(story.town, date(year, *NOTICE)))


def rules(claim: Claim) -> dict[str, tuple[str, str | None]]:
    return {clock.code: (clock.article[:4], clock.ruleset) for clock in claim.clocks if clock.code != "PRESCRIPTION"}


async def kept(claim: Claim, story: People) -> Any:
    async with db.transaction(story.city.scope):
        return await db.fetchrow("SELECT procedure_version, regimes, taxonomy FROM claim WHERE id = $1", claim.id)


async def test_claims_of_three_years_follow_their_own_clocks_side_by_side(story: People) -> None:
    claims = {year: await told(story, await loss_of(story, year), year) for year in (2019, 2021, 2023)}

    assert rules(claims[2019]) == rules(claims[2021]) == {"SURVEY": ("保险条款", None), "OPENING": ("保险条款", None)}
    assert rules(claims[2023]) == dict.fromkeys(("ACCEPTANCE", "SURVEY", "OPENING", "LOSS_FIXED"), ("银保监规", "NX2022"))
    assert [(await kept(claim, story))["procedure_version"] for claim in claims.values()] == ["2019-01-01", "2021-01-01", "2022-04-01"]
    assert {tuple((await kept(claim, story))["regimes"]) for claim in claims.values()} == {("AGRI",)}
    accepted = await actions.acceptance(
        claims[2023].id, Acceptance(version=1), actor=on_day(story.adjuster_a, date(2023, *NOTICE))
    )  # fmt: skip
    assert [clock.state for clock in accepted.clocks if clock.code == "ACCEPTANCE"] == ["done"]


@pytest.mark.parametrize(
    ("known", "regimes", "ruleset"),
    [
        (PLANT, ["AGRI"], "NX2022"),
        ({"taxonomy": "BREED"}, ["AGRI"], "NX2022"),
        ({"taxonomy": "GREENHOUSE"}, ["AGRI_RELATED"], None),
        ({"taxonomy": "WORKSHOP"}, ["PROPERTY"], None),
    ],
)
@pytest.mark.parametrize("cover", list(Cover))
async def test_the_law_of_the_items_chooses_and_of_income_the_kind_of_the_project(
    story: People, known: dict[str, Any], regimes: list[str], ruleset: str | None, cover: Cover
) -> None:
    claim = await told(story, await loss_of(story, 2023, cover=cover, **known), 2023)

    stored = await kept(claim, story)
    assert (stored["regimes"], stored["taxonomy"]) == (regimes, known["taxonomy"])
    assert {clock.ruleset for clock in claim.clocks if clock.code == "SURVEY"} == {ruleset}


async def test_one_item_under_the_rules_puts_the_claim_under_them(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    laws = itertools.cycle([LegalRegime.AGRI, LegalRegime.PROPERTY])
    monkeypatch.setattr(IndustryWording, "regime_of_law", lambda *_: next(laws))
    loss = await loss_of(story, 2023, assets=[{}, {"name": "冷库", "cost_fen": 50_000_000}])

    claim = await told(story, loss, 2023)

    assert (await kept(claim, story))["regimes"] == ["AGRI", "PROPERTY"]
    assert {clock.ruleset for clock in claim.clocks if clock.code == "SURVEY"} == {"NX2022"}


async def test_what_chose_the_clocks_stays_with_the_claim(story: People) -> None:
    claim = await told(story, await loss_of(story, 2023), 2023)

    for change in ("regimes = ARRAY['PROPERTY']", "taxonomy = 'COLD'", "procedure_version = '2019-01-01'"):
        with pytest.raises(Exception, match="stay as they were"):
            async with db.transaction(story.town.scope):
                await db.execute(f"UPDATE claim SET {change}, last_verb = 'correction', version = version + 1 WHERE id = $1", claim.id)
    given = Correction(version=1, reported_fen=1_000_000, peril=Peril.PEST)
    corrected = await actions_report.correction(claim.id, given, actor=on_day(story.town, date(2023, *NOTICE)))
    assert rules(corrected) == rules(claim)


async def test_a_peril_of_agricultural_law_is_for_items_of_that_law_alone(story: People) -> None:
    crop, hall = await loss_of(story, 2023, cover=Cover.INDUSTRY), await loss_of(story, 2023, taxonomy="WORKSHOP")

    assert (await told(story, crop, 2023, peril=Peril.PEST)).peril == "PEST"
    with pytest.raises(Invalid) as refusal:
        await told(story, hall, 2023, peril=Peril.PEST)
    assert [fault.field for fault in refusal.value.faults] == ["peril"]


# -- the harvest ----------------------------------------------------------------------------------------------------------


def survey_of(claim: Claim, story: People, **known: Any) -> Survey:
    visited_at = on_day(story.adjuster_a, date(2023, 8, 13)).at
    fields: dict[str, Any] = {"place": "东坡", "cause": "倒伏", "findings": "三成", "reserve_fen": 100_000}
    return Survey(version=claim.version, visited_at=visited_at, **(fields | known))


async def test_a_harvest_named_at_the_survey_moves_the_term_to_fix_the_loss(story: People) -> None:
    adjuster = on_day(story.adjuster_a, date(2023, 8, 13))
    claim = await told(story, await loss_of(story, 2023), 2023)
    accepted = await actions.acceptance(claim.id, Acceptance(version=1), actor=adjuster)

    with pytest.raises(Invalid) as early:
        await actions.survey(claim.id, survey_of(accepted, story, harvest_on=date(2023, 8, 1)), actor=adjuster)
    assert [fault.field for fault in early.value.faults] == ["harvest_on"]
    surveyed = await actions.survey(claim.id, survey_of(accepted, story, harvest_on=date(2023, 10, 8)), actor=adjuster)

    fixed = {clock.code: clock.due_at.date() for clock in surveyed.clocks if clock.code.startswith("LOSS_FIXED")}
    assert fixed == {"LOSS_FIXED_HARVEST": date(2023, 10, 30)}
    assert (await actions.history(claim.id, actor=adjuster))[-1].facts["harvest_on"] == "2023-10-08"


async def test_where_no_term_runs_from_the_harvest_its_day_is_not_taken(story: People) -> None:
    claim = await claim_in(ClaimState.ACCEPTED, story)
    given = Survey(
        version=claim.version, visited_at=story.adjuster_a.at, place="1号棚", cause="暴雨", findings="倒塌", reserve_fen=1,
        harvest_on=date(2019, 9, 10),
    )  # fmt: skip

    with pytest.raises(Invalid) as refusal:
        await actions.survey(claim.id, given, actor=story.adjuster_a)
    assert [fault.field for fault in refusal.value.faults] == ["harvest_on"]


# -- accounts of the time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound_on", "regime"),
    [
        (date(2019, 3, 1), Regime.RURAL2004),
        (date(2023, 3, 1), Regime.RURAL2004),
        (date(2023, 12, 30), Regime.RURAL2004),  # cover from 31 December
        (date(2023, 12, 31), Regime.RURAL2024),  # cover from 1 January
        (date(2024, 3, 1), Regime.RURAL2024),
    ],
)
async def test_a_policy_of_a_year_is_valued_by_the_accounts_of_that_year(story: People, bound_on: date, regime: Regime) -> None:
    loss = await insured(story, bound_on=bound_on)
    starts_on = bound_on + timedelta(days=1)
    greenhouse = Depreciable(86_000_000, Decimal("0.05"), 120, date(2017, 6, 15), regime)

    worth = (await store_values.net_values([loss.project_id], starts_on))[loss.project_id]
    async with db.transaction(story.town.scope):
        item = await db.fetchrow("SELECT net_value_fen, month_values FROM policy_item WHERE policy_id = $1", loss.policy_id)

    assert item
    assert [asset.regime for asset in worth.assets] == [regime]
    assert item["net_value_fen"] == item["month_values"][0] == net_value(greenhouse, starts_on).net_value_fen


async def test_a_claim_of_2024_is_assessed_on_the_value_of_2024(story: People) -> None:
    loss = await insured(story, bound_on=date(2024, 3, 1))
    at = datetime(2024, *LOSS, 6, tzinfo=BEIJING)

    claim = await claim_in(ClaimState.ASSESSING, all_on(story, date(2024, 8, 14)), loss=loss, loss_at=at)

    async with db.transaction(story.town.scope):
        value = await db.fetchval("SELECT value_fen FROM assessment_line WHERE claim_id = $1", claim.id)
    greenhouse = Depreciable(86_000_000, Decimal("0.05"), 120, date(2017, 6, 15), Regime.RURAL2024)
    assert value == net_value(greenhouse, date(2024, 8, 11)).net_value_fen
    assert (await kept(claim, story))["procedure_version"] == "2022-04-01"
    assert rules(claim)["SURVEY"] == ("保险条款", None), "a greenhouse is no crop"


def test_a_report_names_no_regime() -> None:
    """What chooses the clocks is read from policy and register, never sent."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"loss_at": "2023-08-11T06:00:00+08:00", "reported_fen": 1, "regimes": ["PROPERTY"]}, Report)
