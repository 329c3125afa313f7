"""The demo, driven through the program's own functions."""

from __future__ import annotations

import stat
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from insurance.access import store
from insurance.access.model import Role
from insurance.access.passwords import fits
from insurance.base import db, files
from insurance.demo import accounts, drive, enrolling, registering
from insurance.demo.building import facts
from insurance.demo.city import INCEPTION, build
from insurance.figures.actions import figures
from insurance.policies import eligibility
from insurance.policies.actions_underwriting import judge
from insurance.policies.model import Cover
from insurance.policies.store_facts import registered
from insurance.policies.terms import terms_for
from insurance.projects.actions_import import listed
from insurance.projects.model import Status

SYSTEM = db.Scope(0, "SYSTEM", "370400/", "*")
ON = date(2018, 12, 3)
SWITCHES = terms_for(Cover.INDUSTRY, INCEPTION).wording.eligibility
STAGES = [
    "REPORTED", "ACCEPTED", "SURVEYING", "OPENED", "SUPPLEMENT", "ASSESSING", "ASSESSING", "PUBLICITY", "DISPUTED", "APPROVED", "AGREED", "PAYING",
]  # fmt: skip
GONE = {Status.DISPOSED, Status.SCRAPPED, Status.LOST}
NAMED = {"admin", "city", "county", "town", "adjuster-a", "approver-a", "adjuster-b", "approver-b", "maker", "checker", "leader", "auditor"}


async def stored(query: str) -> list[Any]:
    return await db.fetch(query)


async def test_everybody_of_the_demo_gets_an_account_with_the_one_password(pool: None, tmp_path: Path) -> None:
    async with db.rolled_back(SYSTEM):
        staff = await accounts.open_accounts(tmp_path, ON)
        kept = tmp_path / "demo-password"
        county = await store.user_by_name("county")

    assert set(staff.actors) >= NAMED
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert county is not None
    assert await fits(county["password_hash"], kept.read_text().strip())
    assert not county["must_change_password"]
    shown = accounts.introduction(tmp_path)
    assert kept.read_text().strip() in shown
    assert all(name in shown for name in NAMED)


async def test_the_demos_people_act_on_the_simulated_day_within_their_own_place(pool: None, tmp_path: Path) -> None:
    async with db.rolled_back(SYSTEM):
        staff = await accounts.open_accounts(tmp_path, ON)

    town, adjuster = staff.at("town", date(2019, 8, 12), 7, 30), staff.at("adjuster-b", ON)
    assert (town.on, town.at.isoformat()) == (date(2019, 8, 12), "2019-08-12T07:30:00+08:00")
    assert town.region_path == "370400/370481/370481105/"
    assert adjuster.insurer_id != staff.at("adjuster-a", ON).insurer_id
    assert {staff.at(staff.office(code), ON).county_code for code in accounts.INSURER_OF_COUNTY} == set(accounts.INSURER_OF_COUNTY)
    assert all(actor.role is not Role.SYSTEM for actor in staff.actors.values())


def test_without_a_demo_there_is_nothing_to_introduce(tmp_path: Path) -> None:
    assert "no demo" in accounts.introduction(tmp_path)


async def test_six_offices_bring_the_whole_register_in(pool: None, tmp_path: Path) -> None:
    files.use(tmp_path / "files")
    async with db.rolled_back(SYSTEM):
        staff = await accounts.open_accounts(tmp_path, ON)

        found = await registering.register(build(), staff)

        assert len({one.id for one in found}) == 1_376
        imports = await listed(None, 100, actor=staff.at("auditor", ON))
        known = await registered(staff.at("city", date(2018, 12, 13)), date(2018, 12, 13))

    assert [(line.state, line.rows, line.faulty) for line in imports].count(("COMMITTED", 24, 0)) == 1
    assert sum(line.faulty for line in imports) == 24
    assert sum(line.created for line in imports) == sum(len(one.project.rows) for one in found)
    standing = [one for one in found if one.project.rows[0].state not in GONE]
    assert sum(one.asset_count for one in known.values()) == sum(len(one.project.rows) for one in standing)
    for one in standing:
        assert known[one.id].net_value_fen == facts(one.project, date(2018, 12, 13)).net_value_fen
    firms = [one for one in found if one.project.story.startswith("G6")]
    assert firms
    assert all(known[one.id].link_agreement is False for one in firms)


async def test_papers_make_the_city_eligible_and_843_and_566_are_insured(pool: None, tmp_path: Path) -> None:
    files.use(tmp_path / "files")
    async with db.rolled_back(SYSTEM):
        staff = await accounts.open_accounts(tmp_path, ON)
        found = await registering.register(build(), staff)
        await enrolling.let_insurers_in(staff)
        await enrolling.file_papers(found, staff)
        bound = await enrolling.insure(found, staff)
        known = await registered(staff.at("city", enrolling.BOUND_ON), enrolling.BOUND_ON)

    covers = Counter(cover for _, cover in bound)
    assert covers == {Cover.INDUSTRY: 843, Cover.INCOME: 566}
    for one in found:
        program, ours = judge(known[one.id]), eligibility.judge(facts(one.project, enrolling.BOUND_ON), SWITCHES)
        if one.project.rows[0].state not in GONE:
            assert (program.industry.result, program.income.result) == (ours.industry.result, ours.income.result), one.project.story


async def test_the_article_comes_true_by_the_program_itself(pool: None, tmp_path: Path) -> None:
    files.use(tmp_path / "files")
    told: list[tuple[float, str]] = []
    async with db.rolled_back(SYSTEM):
        await drive.run(lambda fraction, text: told.append((fraction, text)), data=tmp_path)

        staff = await accounts.staff()
        auditor = staff.at("auditor", drive.BUSINESS_DATE, 18)
        july = await figures(date(2019, 7, 31), actor=auditor)
        now = await figures(drive.BUSINESS_DATE, actor=auditor)
        claims = await stored("SELECT state, disaster_id, cover, loss_on, region_path FROM claim")
        matches = await stored("SELECT rule, booked_on FROM bank_match")
        payouts = await stored("SELECT amount_fen, state FROM payout")
        assert await drive.state() == drive.DONE
        assert await store.setting("business_date") == "2019-08-30"

    assert (now.projects, now.industry_insured, now.income_insured) == (1_376, 843, 566)
    assert july.paid_fen == now.paid_fen == 48_000_000
    assert now.claims_open == 12
    lekima = [row for row in claims if row["disaster_id"]]
    assert Counter(row["state"] for row in lekima) == Counter(STAGES)
    assert {row["cover"] for row in lekima} == {"INDUSTRY", "INCOME"}
    assert all(date(2019, 8, 10) <= row["loss_on"] <= date(2019, 8, 12) for row in lekima)
    assert {row["state"] for row in claims if not row["disaster_id"]} == {"CLOSED"}
    assert now.claims_by_disaster[0].reported == now.claims_by_disaster[0].open == 12
    assert sum(row["amount_fen"] for row in payouts if row["state"] == "SETTLED") == 48_000_000
    assert {row["rule"] for row in matches} == {"M1", "M3"}
    assert max(row["booked_on"] for row in matches) <= date(2019, 7, 31)
    assert told[-1][0] == 1.0
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
