"""One net value behind page, list, portfolio and claim: equal to the rule, to the fen, whichever way it is asked."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import make
from insurance.base import db
from insurance.projects import actions, store_facts, store_values
from insurance.projects.entries import ImpairmentEntry, RetirementEntry
from insurance.projects.model import AssetValue, Regime
from insurance.projects.rules import Depreciable, net_value
from people import People

LOSS_DAY = date(2019, 8, 11)
FRUIT_TREES = {"cost_fen": 12_345_678, "life_months": 180, "in_use_on": "2016-03-01"}


# The reference's worked examples A1 a-e: what is owned, on which day, what is written off and what is left.
A1: list[tuple[dict[str, Any], dict[str, Any], date, int, int, int]] = [
    ({"ownership": "ENTERPRISE"}, {}, LOSS_DAY, 25, 17_020_833, 68_979_167),
    ({"ownership": "STATE"}, {}, LOSS_DAY, 26, 18_633_333, 67_366_667),
    ({"ownership": "ENTERPRISE"}, {}, date(2031, 1, 1), 120, 81_700_000, 4_300_000),
    ({"ownership": "VILLAGE"}, FRUIT_TREES, date(2019, 8, 31), 41, 2_671_468, 9_674_210),
    ({"ownership": "ENTERPRISE"}, {}, date(2017, 1, 1), 0, 0, 86_000_000),
]


@pytest.mark.parametrize(("owned", "asset", "as_of", "months", "depreciation", "value"), A1)
async def test_a_stored_asset_is_worth_what_the_reference_says(
    story: People, owned: dict[str, Any], asset: dict[str, Any], as_of: date, months: int, depreciation: int, value: int
) -> None:
    made = await make.project(story.town, assets=[asset], **owned)

    worth = (await store_values.net_values([made.id], as_of))[made.id]

    assert (worth.depreciation_fen, worth.net_value_fen) == (depreciation, value)
    assert [a.months for a in worth.assets] == [months]


async def test_an_impairment_lowers_the_value_from_its_day(story: People) -> None:
    made = await make.project(story.town, ownership="ENTERPRISE")
    await actions.impair(made.id, ImpairmentEntry(1, made.assets[0].id, LOSS_DAY, 300_000, "雪灾"), actor=story.town)

    day_before = (await store_values.net_values([made.id], date(2019, 8, 10)))[made.id]
    on_the_day = (await store_values.net_values([made.id], LOSS_DAY))[made.id]

    assert (day_before.impairment_fen, day_before.net_value_fen) == (0, 68_979_167)
    assert (on_the_day.impairment_fen, on_the_day.net_value_fen) == (300_000, 68_679_167)


async def test_a_retired_asset_has_no_value_from_its_day(story: People) -> None:
    made = await make.project(story.town, assets=[{}, {"name": "卷帘机", "cost_fen": 100}])
    await actions.retire(made.id, made.assets[0].id, RetirementEntry(1, LOSS_DAY, "LOST"), actor=story.town)

    standing = {day: (await store_values.asset_values([made.id], day))[made.id] for day in (date(2019, 8, 10), LOSS_DAY)}

    assert [a.name for a in standing[date(2019, 8, 10)]] == ["钢架大棚", "卷帘机"]
    assert [a.name for a in standing[LOSS_DAY]] == ["卷帘机"]


async def test_what_cannot_be_valued_is_counted_and_adds_nothing(story: People) -> None:
    made = await make.project(story.town, assets=[{}, {"name": "乙", "cost_fen": None}, {"name": "丙", "in_use_on": None}])

    worth = (await store_values.net_values([made.id], LOSS_DAY))[made.id]
    whole = await store_values.portfolio("370400/", LOSS_DAY)

    assert (worth.cost_fen, worth.net_value_fen, worth.incomplete_assets) == (86_000_000, 68_979_167, 2)
    assert [(a.depreciation_fen, a.net_value_fen) for a in worth.assets[1:]] == [(None, None)] * 2
    assert (whole.asset_count.tolist(), whole.incomplete_assets.tolist(), whole.net_value_fen.tolist()) == ([3], [2], [68_979_167])


@pytest.mark.parametrize(
    ("owned", "asset", "regime", "rate"),
    [
        ({"ownership": "VILLAGE"}, {}, Regime.RURAL2004, "0.05"),
        ({"ownership": "TOWN"}, {}, Regime.RURAL2004, "0.05"),
        ({"ownership": "JOINT"}, {}, Regime.RURAL2004, "0.05"),
        ({"ownership": "STATE"}, {}, Regime.GOV, "0"),
        ({"ownership": "COOP"}, {}, Regime.ENT, "0.05"),
        ({"ownership": None}, {}, Regime.ENT, "0.05"),
        ({"ownership": "VILLAGE"}, {"regime": "GOV"}, Regime.GOV, "0"),
        ({"ownership": "VILLAGE"}, {"residual_rate": None}, Regime.RURAL2004, "0.05"),
        ({"ownership": "VILLAGE"}, {"residual_rate": "0.123456"}, Regime.RURAL2004, "0.123456"),
    ],
)
async def test_the_regime_follows_the_owner_unless_one_is_set(
    story: People, owned: dict[str, Any], asset: dict[str, Any], regime: Regime, rate: str
) -> None:
    made = await make.project(story.town, assets=[asset], **owned)

    ((value,),) = (await store_values.asset_values([made.id], LOSS_DAY)).values()
    (later,) = (await store_values.asset_values([made.id], date(2024, 1, 1)))[made.id]

    assert (value.regime, value.residual_rate) == (regime, Decimal(rate))
    assert later.regime == (Regime.RURAL2024 if regime is Regime.RURAL2004 else regime)


def by_the_rule(value: AssetValue, as_of: date) -> tuple[int, int, int]:
    assert value.cost_fen is not None
    assert value.life_months is not None
    assert value.in_use_on is not None
    asset = Depreciable(value.cost_fen, value.residual_rate, value.life_months, value.in_use_on, value.regime, value.impairment_fen)
    worth = net_value(asset, as_of)
    return worth.months, worth.depreciation_fen, worth.net_value_fen


async def test_page_list_portfolio_and_rule_give_the_same_fen(story: People) -> None:
    draw = random.Random(2019)  # noqa: S311  # a seeded draw must repeat itself
    for _ in range(20):
        assets = [
            {
                "name": f"资产{i}",
                "cost_fen": draw.randrange(10**14),
                "residual_rate": f"{draw.randrange(10**6) / 10**6:.6f}",
                "life_months": draw.randrange(1, 1201),
                "in_use_on": date.fromordinal(draw.randrange(date(2005, 1, 1).toordinal(), date(2030, 1, 1).toordinal())).isoformat(),
            }
            for i in range(draw.randrange(4))
        ]
        await make.project(story.town, assets=assets, ownership=draw.choice(["STATE", "VILLAGE", "ENTERPRISE"]))
    ids = [row["id"] for row in await db.fetch("SELECT id FROM project ORDER BY id")]

    for as_of in (date(2019, 8, 31), date(2024, 2, 29)):
        pages = await store_values.net_values(ids, as_of)
        lists = await store_values.project_values(story.city, as_of, ids)
        whole = await store_values.project_values(story.city, as_of)
        facts = {f.id: f.net_value_fen for f in await store_facts.facts_of(story.city, as_of)}

        assert lists == whole
        assert set(whole) == {project_id for project_id, page in pages.items() if page.assets}
        assert facts == {project_id: page.net_value_fen if page.assets else None for project_id, page in pages.items()}
        for project_id, page in pages.items():
            if page.assets:
                assert (page.cost_fen, page.net_value_fen) == (whole[project_id].cost_fen, whole[project_id].net_value_fen)
            for value in page.assets:
                assert (value.months, value.depreciation_fen, value.net_value_fen) == by_the_rule(value, as_of)


async def test_a_portfolio_holds_its_region_only_and_may_be_empty(story: People) -> None:
    assert (await store_values.portfolio("370400/", LOSS_DAY)).project_id.tolist() == []
    here = await make.project(story.town)
    there = await make.project(story.other_town, town_code=make.projects.JINGHE_TOWN)

    assert (await store_values.portfolio("370400/370404/", LOSS_DAY)).project_id.tolist() == [here.id]
    async with db.transaction(story.other_county.scope):
        assert (await store_values.portfolio("370400/", LOSS_DAY)).project_id.tolist() == [there.id]  # the second wall
