"""The demo, driven through the program's own functions."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from insurance.access import store
from insurance.access.model import Actor, Role
from insurance.access.passwords import fits
from insurance.base import db, files
from insurance.base.errors import Refused
from insurance.checks.recomputed import RECOMPUTED
from insurance.checks.stored import STORED
from insurance.claims import actions_books
from insurance.claims import actions_handover as handover
from insurance.claims.model_books import Difference, Sums
from insurance.demo import accounts, drive, enrolling, registering
from insurance.demo.building import facts
from insurance.demo.city import INCEPTION, build
from insurance.figures.actions import figures
from insurance.finance import actions_cases, actions_ledger, actions_months
from insurance.policies import actions_handover, actions_premium, actions_premium_read, eligibility
from insurance.policies.actions_premium_read import Wanted
from insurance.policies.actions_underwriting import judge
from insurance.policies.model import Cover, Payer
from insurance.policies.model_premium import MoveKind
from insurance.policies.store_facts import registered
from insurance.policies.terms import terms_for
from insurance.projects.actions_import import listed
from insurance.projects.model import Status
from insurance.sharing import shown

SYSTEM = db.Scope(0, "SYSTEM", "370400/", "*")
ON = date(2018, 12, 3)
SWITCHES = terms_for(Cover.INDUSTRY, INCEPTION).wording.eligibility
STAGES = [
    "REPORTED", "ACCEPTED", "SURVEYING", "OPENED", "SUPPLEMENT", "ASSESSING", "ASSESSING", "PUBLICITY", "DISPUTED", "APPROVED", "AGREED", "PAYING",
]  # fmt: skip
GONE = {Status.DISPOSED, Status.SCRAPPED, Status.LOST}
NAMED = {"admin", "city", "county", "town", "adjuster-a", "approver-a", "adjuster-b", "approver-b", "maker", "checker", "leader", "auditor"}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, with its papers."""
    before = files.folder()
    files.use(tmp_path / "files")
    yield tmp_path
    files.use(before)


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


async def test_six_offices_bring_the_register_in_and_the_program_judges_every_project_as_it_was_meant(pool: None, kept: Path) -> None:
    async with db.rolled_back(SYSTEM):
        staff = await accounts.open_accounts(kept, ON)
        found = await registering.register(build(), staff)
        await enrolling.file_papers(found, staff)
        imports = await listed(None, 100, actor=staff.at("auditor", ON))
        known = await registered(staff.at("city", enrolling.BOUND_ON), enrolling.BOUND_ON)

    assert len({one.id for one in found}) == 1_376
    assert [(line.state, line.rows, line.faulty) for line in imports].count(("COMMITTED", 24, 0)) == 1
    assert sum(line.faulty for line in imports) == 24
    assert sum(line.created for line in imports) == sum(len(one.project.rows) for one in found)
    for one in found:
        if one.project.rows[0].state in GONE:  # left the register: without assets, whatever the rows say
            assert known[one.id].asset_count == 0
            continue
        meant = facts(one.project, enrolling.BOUND_ON)
        program, ours = judge(known[one.id]), eligibility.judge(meant, SWITCHES)
        assert known[one.id].net_value_fen == meant.net_value_fen
        assert (program.industry.result, program.income.result) == (ours.industry.result, ours.income.result), one.project.story


async def _premium(actor: Actor, books: dict[str, int]) -> tuple[bool, set[str], int]:
    """Whether the payers' accounts are the books and money both came in and went on; the counties in arrears; what the city owes."""
    found = await actions_premium_read.arrears(Wanted(), actor=actor)
    kinds = {one.kind for one in await actions_premium.moves(actor=actor)}
    own = sum(one.open_fen for one in found if one.payer is Payer.INSURED)
    ties = (sum(one.open_fen for one in found) - own, own) == (books["1101"], books["1102"])
    owing = {one.county for one in found if one.payer is Payer.COUNTY and one.older_fen}
    return (
        ties and kinds == set(MoveKind) - {MoveKind.INSURER_REFUND, MoveKind.PAID_BACK},
        owing,
        sum(one.arrears_fen for one in found if one.payer is Payer.CITY),
    )


async def _three_books(staff: accounts.Staff) -> None:
    """Each slip of the insurers' clerks shows in its class, and beside them only what is owed and has not been paid."""
    checker = staff.at("checker", drive.BUSINESS_DATE, 18)
    found = await actions_books.comparison(actor=checker)
    apart = [await actions_books.comparison(actor=staff.at(who, drive.BUSINESS_DATE, 18)) for who in ("adjuster-a", "adjuster-b")]
    slips = {Difference.AMOUNT, Difference.MISSING, Difference.PAYEE, Difference.DUPLICATE}
    unpaid = await stored(
        "SELECT p.id FROM claim_part p JOIN claim c ON c.id = p.claim_id WHERE (p.kind = 'INTERIM' OR c.state IN ('AGREED', 'PAYING'))"
        " AND NOT EXISTS (SELECT FROM payout o WHERE o.part_id = p.id AND o.state = 'SETTLED')"
    )

    assert {kind: sums.number for kind, sums in found.by_kind.items() if kind in slips} == dict.fromkeys(slips, 1)
    assert {item.part_id for item in found.items if item.kind not in slips} == {row["id"] for row in unpaid}
    assert found.by_kind[Difference.NOT_YET].number == len(unpaid)
    assert found.total.bank_fen == 48_000_000
    assert found.total == Sums(*map(sum, zip(*(one.total for one in apart), strict=True)))


async def _shared(staff: accounts.Staff) -> None:
    """坛山 is shared and used to the last fen (D1, D2 of the reference); a payout of the income cover has households paid and a rest open."""
    leader = staff.at("leader", drive.BUSINESS_DATE)
    payout, tanshan = await shown.lines(actor=leader)
    whole = await shown.whole(tanshan.id, actor=leader)
    dividend = [one.amount_fen for one in whole.shares if one.purpose == "DIVIDEND"]
    assert (tanshan.amount_fen, tanshan.open_fen, sum(dividend)) == (5_264_000, 0, 3_684_800)
    assert dividend == [99_590] * 7 + [99_589] * 30
    assert (payout.source, payout.state, payout.amount_fen > payout.open_fen > 0) == ("INCOME_COVER", "CONFIRMED", True)


async def test_the_article_comes_true_by_the_program_itself(pool: None, kept: Path) -> None:
    told: list[tuple[float, str]] = []
    async with db.rolled_back(SYSTEM):
        await drive.run(lambda fraction, text: told.append((fraction, text)), data=kept)

        staff = await accounts.staff()
        auditor = staff.at("auditor", drive.BUSINESS_DATE, 18)
        july = await figures(date(2019, 7, 31), actor=auditor)
        now = await figures(drive.BUSINESS_DATE, actor=auditor)
        claims = await stored("SELECT state, disaster_id, cover, loss_on, region_path FROM claim")
        matches = await stored("SELECT rule, booked_on FROM bank_match")
        payouts = await stored("SELECT amount_fen, state, mode FROM payout")
        checker = staff.at("checker", drive.BUSINESS_DATE, 18)
        closed = await actions_months.closings(actor=checker)
        waiting = await actions_cases.exceptions(actor=checker)
        await _three_books(staff)
        await _shared(staff)
        unknown = await actions_cases.suspense(actor=checker)
        books = {one.code: one.balance_fen for one in (await actions_ledger.balances(drive.BUSINESS_DATE, actor=checker)).items}
        premium = await _premium(checker, books)
        assert await drive.state() == drive.DONE
        with pytest.raises(Refused):
            await drive.run(lambda fraction, text: told.append((fraction, text)), data=kept)
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
    assert {row["mode"] for row in payouts} == {"DIRECT", "AGENT"}
    assert [one.month for one in closed] == [date(2019, month, 1) for month in range(7, 0, -1)]
    assert {one.facts["difference_fen"] for one in closed} == {0}
    assert {line.bucket for line in waiting} == {"FEE"}  # of the insurers' accounts, for the clerk of the demo to deal with
    assert [row["amount_fen"] for row, _ in unknown] == [30_000]
    assert (books["1901"], books["2901"], books["5001"]) == (0, -30_000, 7_000)
    assert books["1001"] == closed[0].facts["bank_fen"]
    assert premium == (True, {"峄城区", "山亭区", "滕州市", "台儿庄区"}, 0), (
        "four counties owe since the policies were bound, the city nothing"
    )
    assert told[-1][0] == 1.0
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


ENDS = {  # the town and cover of each claim of Lekima, and how it stands on 30 June 2020
    ("370481105", "RAINSTORM", "INDUSTRY"): "paid in full",
    ("370481112", "RAINSTORM", "INCOME"): "income shortfall",
    ("370481109", "WATERLOG", "INDUSTRY"): "withdrawn",
    ("370406102", "RAINSTORM", "INDUSTRY"): "zero",
    ("370404103", "RAINSTORM", "INDUSTRY"): "supplement, late",
    ("370404001", "RAINSTORM", "INDUSTRY"): "refused in part",
    ("370481105", "WATERLOG", "INDUSTRY"): "advance paid",
    ("370405104", "RAINSTORM", "INDUSTRY"): "under-insured",
    ("370406105", "WATERLOG", "INDUSTRY"): "disputed, raised",
    ("370402101", "RAINSTORM", "INDUSTRY"): "insured twice",
    ("370403102", "RAINSTORM", "INDUSTRY"): "recovered",
    ("370481112", "RAINSTORM", "INDUSTRY"): "joint",
}
_LEKIMA = "SELECT id, town_code, peril, cover, state, paid_fen, approved_fen, project_id FROM claim WHERE disaster_id IS NOT NULL"


async def _ended(claim: Any) -> str:
    """How a claim ended, told by what is stored of it alone."""
    events = await stored(f"SELECT verb, business_on, facts FROM claim_event WHERE claim_id = {claim['id']} ORDER BY id")
    verbs = [event["verb"] for event in events]
    rules = await stored(
        f"SELECT s ->> 'rule' AS rule, s -> 'inputs' AS inputs FROM assessment a, jsonb_array_elements(a.steps) s WHERE a.claim_id = {claim['id']}"
    )
    ratios = {str(row["inputs"].get("ratio")) for row in rules if row["rule"] == "L-55d"}
    amounts = [event["facts"]["total_fen"] for event in events if event["verb"] == "assessment"]
    clocks = await stored(
        f"SELECT c ->> 'due_at' < c ->> 'done_at' AS late FROM claim, jsonb_array_elements(clocks) c WHERE id = {claim['id']} AND c ->> 'code' = 'DECISION'"
    )
    found = {
        "withdrawn": "withdrawal" in verbs,
        "zero": "zero" in verbs,
        "supplement, late": "papers-notice" in verbs and any(row["late"] for row in clocks),
        "advance paid": "interim-payment" in verbs,
        "disputed, raised": "objection" in verbs and amounts == sorted(set(amounts)) and len(amounts) == 2,
        "insured twice": any(row["rule"] == "L-56" for row in rules),
        "refused in part": any(row["rule"] == "refused" for row in rules),
        "under-insured": bool(ratios - {"1", "None"}),
        "recovered": bool(await stored(f"SELECT 1 FROM recovery WHERE claim_id = {claim['id']} AND kind = 'SUBROGATION'")),
        "income shortfall": claim["cover"] == "INCOME" and claim["paid_fen"] > 0,
        "joint": bool(await stored(f"SELECT 1 FROM claim WHERE project_id = {claim['project_id']} AND cover <> '{claim['cover']}' AND disaster_id IS NOT NULL")),
    }  # fmt: skip
    return next((end for end, holds in found.items() if holds), "paid in full" if claim["paid_fen"] == claim["approved_fen"] else "open")


async def test_by_the_next_summer_the_twelve_have_ended_in_twelve_ways_and_everything_verifies(pool: None, kept: Path) -> None:
    async with db.rolled_back(SYSTEM):
        await drive.run(lambda _fraction, _text: None, until=date(2020, 6, 30), data=kept)
        claims = await stored(_LEKIMA)
        ends = {(row["town_code"], row["peril"], row["cover"]): await _ended(row) for row in claims}
        staff = await accounts.staff()
        now = await figures(date(2020, 6, 30), actor=staff.at("auditor", date(2020, 6, 30), 18))
        terms = {row["terms_version"] for row in await stored("SELECT DISTINCT terms_version FROM policy WHERE state = 'IN_FORCE'")}
        city = staff.at("city", date(2020, 6, 30))
        in_conflict = await actions_handover.conflicts(actor=city)
        pack = await handover.pack(date(2020, 1, 1), actor=city)
        offences = [offence for check in (*STORED, *RECOMPUTED) for offence in (await check()).offences]

    assert ends == ENDS
    assert {row["state"] for row in claims} == {"CLOSED"}
    assert terms == {"2020-01-01"}
    assert [(one.county_code, one.insurer, one.rule_insurer, one.cause) for one in in_conflict] == [("370405", "DEMO-B", "DEMO-A", "RULE")]
    assert {(one.county_code, one.old, one.new) for one in pack.changes} == {("370405", "DEMO-B", "DEMO-A")}
    assert pack.sums().projects == pack.sums().ending > 50
    assert {one.followed_insurer for one in pack.policies} >= {"示范财产保险甲公司", "示范财产保险乙公司"}
    assert now.industry_insured > 800
    assert now.income_insured > 500
    assert offences == []
