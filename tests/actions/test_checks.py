"""`insurance verify`: honest data pass every check; each check finds what was planted behind the functions' back."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import make
import server
from committed import SYSTEM, own_pool
from insurance import anchors, checks, ticking
from insurance.access import audit, clock, scopes
from insurance.base import db, file_store, files
from insurance.checks.recomputed import assessments_recomputed, endorsements_recomputed, policies_recomputed
from insurance.checks.sharings import sharings_recomputed
from insurance.checks.stored import STORED, stored
from insurance.checks.trail import audit_anchors, audit_trail, stored_files
from insurance.claims import actions_books, actions_decision, actions_opening, settlement
from insurance.claims.model import ClaimState
from insurance.claims.model_books import ListPeriod
from insurance.claims.model_opening import OpeningCorrection
from insurance.claims.model_verbs import Cancellation, HandMatch, InterimPayment, Order
from insurance.finance import actions as finance
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.policies import actions_premium
from insurance.policies.model import Cover
from insurance.projects import actions as projects
from insurance.settings import settings
from insurance.sharing import actions_uses
from insurance.sharing.model import Basis, Source
from make import midterm, premium, recovery
from make import sharing as make_sharing
from make.books import list_file
from make.claims import assess
from make.finance import ACCOUNT, PAYEE, PROGRAMME, bank_file
from make.offences import PLANTED
from make.openings import OPEN_CLAIM, brought_in, claim_row, claims, policies, policy_row
from people import People

pytestmark = [pytest.mark.committed, pytest.mark.xdist_group("committed")]
DATABASE = f"k_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


async def _paid(story: People) -> None:
    """A claim paid by the bank, taken apart and matched again."""
    claim = await make.claim_in(ClaimState.PAYING, story)
    payout = claim.parts[-1].payout
    assert payout is not None
    token = (await finance.payout(payout.id, actor=story.maker)).token
    file = bank_file(
        [(story.maker.on, claim.parts[-1].amount_fen, PAYEE, ACCOUNT, f"{token} 赔款"), (story.maker.on, 500, "", "", "手续费")]
    )
    read = await settlement.read_statement(file, "七月.csv", Side.PAYER, "", actor=story.maker)
    async with db.transaction(SYSTEM):
        match = await db.fetchval("SELECT id FROM bank_match")
    await settlement.undo_match(match, "看错了", actor=story.maker)
    async with db.transaction(SYSTEM):
        line = await db.fetchval("SELECT line_id FROM bank_match")
    await settlement.match(read.id, HandMatch(line_id=line, payout_id=payout.id), actor=story.checker)
    await recovery.everything(claim, story)
    rows = [(claim.number, PAYEE, ACCOUNT, claim.parts[-1].amount_fen, story.maker.on.isoformat(), "")] * 2
    period = ListPeriod(from_on=story.maker.on.replace(day=1), until_on=story.maker.on)
    await actions_books.read_file(list_file(rows), "清单.csv", period, actor=story.adjuster_a)


async def _charged(story: People) -> None:
    """The bank takes its fee of the programme's own account."""
    file = bank_file([(story.maker.on, 500, "", "", "手续费")], account=PROGRAMME)
    read = await settlement.read_statement(file, "专户.csv", Side.PAYER, "", actor=story.maker)
    async with db.transaction(SYSTEM):
        line = await db.fetchval("SELECT max(id) FROM bank_line")
    await settlement.resolve_line(read.id, line, Resolution(action=CaseAction.FEE), actor=story.maker)


async def _premium(story: People) -> None:
    """Premium received with something left over, taken back and received again; some of it passed on, some refunded after it came in."""
    await premium.accounts(story)
    project, bound = await midterm.held(story.town)
    first = await premium.confirmed(await premium.line(story, 10_000_000, premium.CITY), story)
    await premium.confirmed(await premium.line(story, 100_00, premium.COUNTY, account=premium.INSURER_ACCOUNT), story)
    await actions_premium.undo(first.id, "看错", actor=story.checker)
    await premium.confirmed(await premium.line(story, 10_000_000, premium.CITY), story)
    await midterm.cancelled(project, bound, actor=story.town)


async def _shared(story: People) -> None:
    """Income paid to households and spent, a backstop, and the payout that repays it."""
    project = await make.project(story.town)
    paid = await make_sharing.used(story, project.id)
    town = make_sharing.over(paid, story.town)
    given = await make_sharing.use(paid, story, "MUTUAL_AID", 700_000, actor=town)
    await actions_uses.use(paid.head.id, given, actor=town)
    waiting = await make_sharing.income_claim(story, paid=False)
    known = {"basis": Basis.GUARANTEED, "claim_id": waiting.claim.id, "repayable": True}
    await make_sharing.confirmed(story, await make_sharing.given(story, waiting.project, Source.BACKSTOP, 100_000, **known))
    claim = await make.way(waiting.claim, story, "approve", "sign_office", "sign_adjuster", "order")
    payout = claim.parts[-1].payout
    assert payout is not None
    token = (await finance.payout(payout.id, actor=story.maker)).token
    owner = claim.parts[-1].amount_fen, "石门村股份经济合作社", ACCOUNT, f"{token} 赔款"
    await settlement.read_statement(bank_file([(story.maker.on, *owner)]), "收益保.csv", Side.PAYER, "", actor=story.maker)
    await make_sharing.confirmed(story, await make_sharing.of_payout(story, make_sharing.Covered(waiting.project, claim)))


async def _city(story: People) -> None:
    """A register, covers of both kinds, claims in every state, money ordered, cancelled, advanced and paid."""
    register = make.register(make.row(), make.row(asset="2号棚"), make.row(asset="2号棚"), make.row(asset="3号棚", cost="约三万"))
    tried = await projects.dry_run(register, "台账.csv", actor=story.town)
    await projects.commit(tried.id, actor=story.town)
    await make.insured(story, Cover.INCOME)
    project, bound = await midterm.held(story.town, cover=Cover.INCOME)
    await midterm.changed(project, actor=story.town, operation="LEASED")
    await midterm.endorsed(bound, "MODE_CHANGED", actor=story.town)
    project, bound = await midterm.held(story.town)
    await midterm.joined(project, bound, actor=story.town)
    await midterm.removed(project, bound, actor=story.town, effective_on="2019-09-15")
    old = await make.project(story.town)
    rows = (policy_row(code=old.code, unpaid="400"), policy_row(code=old.code, number="B-1", starts="2018-03-01", last="2019-02-28"))
    assert (await brought_in("policies", policies(*rows), story.county)).created == 2
    past = await brought_in("claims", claims(claim_row(), claim_row(**OPEN_CLAIM)), story.county)
    assert past.created == 2
    async with db.transaction(SYSTEM):
        taken_over = await db.fetchval("SELECT min(claim_id) FROM claim_opening")
    corrected = OpeningCorrection(version=1, reason="漏记", approved_fen=3_000_000, paid_fen=3_000_000)
    await actions_opening.correction(taken_over, corrected, actor=story.county)
    await _paid(story)
    await _premium(story)
    await _shared(story)
    await _charged(story)
    for state in ClaimState:
        if state not in {ClaimState.PAID, ClaimState.CLOSED, ClaimState.REOPENED}:
            await make.claim_in(state, story)
    await assess(await make.claim_in(ClaimState.DISPUTED, story), story)
    agreed = await make.claim_in(ClaimState.AGREED, story)
    order = await settlement.order_payout(Order(claim_id=agreed.id, version=agreed.version), actor=story.maker)
    await settlement.cancel_payout(order.id, Cancellation(version=order.version, reason="账号有误"), actor=story.maker)
    advanced = await make.claim_in(ClaimState.ASSESSING, story)
    await actions_decision.interim_payment(
        advanced.id, InterimPayment(version=advanced.version, amount_fen=1_000_000), actor=story.approver_a
    )
    async with db.transaction(SYSTEM):
        for row in await db.fetch("SELECT file_name FROM document"):  # papers of the builders are rows only
            content = row["file_name"].encode()
            kept = files.place_of(hashlib.sha256(content).digest())
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(content)


async def _seal(people: People) -> None:
    """One more row, sealed and anchored; a seal waits for every transaction on the server, and other tests have theirs."""
    async with db.transaction(SYSTEM):
        await audit.record(people.city, "test.made", "test:1")
    for _ in range(600):
        async with db.transaction(SYSTEM):
            await audit.seal()
            if not await db.fetchval(
                "SELECT count(*) FROM audit_event WHERE xid >= (SELECT coalesce(max(until_xid), '0') FROM audit_seal)"
            ):
                break
        await asyncio.sleep(0.1)
    await ticking.anchor()


@pytest.fixture(scope="module")
def own_database() -> Any:
    """The server, with a fresh database of this module."""
    return server.fresh_database(DATABASE)


@pytest.fixture(scope="module")
async def city(own_database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    """An honest city, committed, sealed and anchored; seen as the superuser, who alone can plant an offence."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSURANCE_DATA", str(folder))
        settings.cache_clear()
        held = file_store._Held.folder
        files.use(folder / "files")
        async with own_pool(own_database, DATABASE, connections=2, role="insurance"):
            clock.pin(dt.date(2019, 8, 30))
            async with db.transaction(SYSTEM):
                people = await make.people()
                await scopes.load()
            await _city(people)
            for _ in range(2):
                await _seal(people)
            yield
        file_store._Held.folder = held
    settings.cache_clear()


async def test_an_honest_city_passes_every_check(city: None) -> None:
    found = {check.name: check.offences async for check in checks.all_checks()}

    assert not {name: offences for name, offences in found.items() if offences}
    assert len(found) == len(STORED) + 8


def test_every_statement_has_an_offence_to_find() -> None:
    assert {check.args[0] for check in STORED} == set(PLANTED)  # type: ignore[attr-defined]  # partials of `stored`


async def _plant(statement: str) -> None:
    """Behind the functions' back: no trigger, no foreign key, no rule looks."""
    await db.execute("SET LOCAL session_replication_role = replica")
    for part in statement.split("; "):
        await db.execute(part)


@pytest.mark.parametrize(("name", "statement"), [(name, one) for name, many in PLANTED.items() for one in many])
async def test_a_statement_finds_what_was_planted(city: None, name: str, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        found = await stored(name)

    assert found.offences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy SET premium_fen = premium_fen + 1",
        "UPDATE policy_item SET month_values[1] = month_values[1] + 1",
        "UPDATE policy_item SET premium_fen = premium_fen + 1",
        "UPDATE policy SET terms_checksum = 'x'",
        "UPDATE policy SET judgement = '{}'",
        "UPDATE policy_opening SET digest = sha256('x')",
        "UPDATE policy_opening SET assets = jsonb_set(assets, '{0,value,life_months}', '60')",
        "UPDATE policy_opening SET stated = jsonb_set(stated, '{premium_fen}', '100')",
    ],
)
async def test_a_policy_that_comes_out_otherwise_is_found(city: None, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        assert (await policies_recomputed()).offences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE endorsement SET charged_fen = charged_fen + 1, premium_after_fen = premium_after_fen + 1",
        "UPDATE endorsement SET returned_fen = returned_fen + 1, premium_after_fen = premium_after_fen - 1",
        "UPDATE endorsement SET steps = steps - 0",
        "UPDATE endorsement SET basis = jsonb_set(basis, '{closed_from}', '\"2019-08-01\"')",
        "UPDATE endorsement_share SET amount_fen = amount_fen + 1",
        "UPDATE policy_item SET month_values[1] = month_values[1] + 1 WHERE added_by IS NOT NULL",
        "UPDATE endorsement SET terms_checksum = 'x'",
        "UPDATE endorsement SET sum_after_fen = sum_after_fen + 1",
    ],
)
async def test_an_endorsement_that_comes_out_otherwise_is_found(city: None, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        assert (await endorsements_recomputed()).offences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sharing_share SET amount_fen = amount_fen + 1",
        "UPDATE sharing_share SET amount_fen = amount_fen - 1 WHERE key = '001'; UPDATE sharing_share SET amount_fen = amount_fen + 1 WHERE key = '002'",
        "UPDATE sharing_working SET steps = steps - 0",
        "UPDATE sharing_working SET inputs = jsonb_set(inputs, '{reserve_per_mille}', '100')",
        "UPDATE sharing_working SET rules_version = 'x'",
        "UPDATE beneficiary SET weight = weight + 1 WHERE key = '001'",
        "UPDATE sharing_plan_purpose SET weight = weight + 1",
        "UPDATE sharing SET amount_fen = amount_fen + 1",
    ],
)
async def test_a_distribution_that_comes_out_otherwise_is_found(city: None, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        assert (await sharings_recomputed()).offences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment SET payable_fen = payable_fen + 1",
        "UPDATE assessment SET steps = steps - 0",
        "UPDATE assessment SET inputs = jsonb_set(inputs, '{basis,interim_paid_fen}', '100')",
    ],
)
async def test_an_assessment_that_comes_out_otherwise_is_found(city: None, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        assert (await assessments_recomputed()).offences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET facts = replace(facts, '1', '2')",
        "UPDATE audit_event SET actor_id = actor_id + 1 WHERE id = (SELECT min(id) FROM audit_event)",
        "DELETE FROM audit_event WHERE id = (SELECT min(id) FROM audit_event)",
        "UPDATE audit_seal SET signature = digest",
        "DELETE FROM audit_seal WHERE seq = 1",
    ],
)
async def test_a_trail_that_was_touched_is_found(city: None, statement: str) -> None:
    async with db.rolled_back(SYSTEM):
        await _plant(statement)

        assert (await audit_trail()).offences


async def test_a_trail_that_was_cut_off_at_its_end_shows_by_its_anchor(city: None) -> None:
    async with db.rolled_back(SYSTEM):
        last = await db.fetchval("SELECT max(seq) FROM audit_seal")
        await _plant(
            f"DELETE FROM audit_event WHERE xid >= (SELECT from_xid FROM audit_seal WHERE seq = {last}); DELETE FROM audit_seal WHERE seq = {last}"
        )

        assert not (await audit_trail()).offences
        (found,) = (await audit_anchors()).offences
        assert found.startswith(f"seal {last} was anchored")


async def test_anchoring_twice_writes_down_nothing_new(city: None) -> None:
    before = anchors.read(settings().data)

    await ticking.anchor()

    assert anchors.read(settings().data) == before
    assert [anchor.seq for anchor in before] == list(range(1, len(before) + 1))
    assert anchors.last_seq(settings().data) == len(before) >= 2


def test_anchors_of_a_schema_thrown_away_are_put_aside(tmp_path: Path) -> None:
    anchors.append(tmp_path, [anchors.Anchor(1, 1, "ab", "cd", "2019-08-30")])

    anchors.begin_anew(tmp_path)

    assert anchors.read(tmp_path) == []
    assert anchors.last_seq(tmp_path) == 0
    assert (tmp_path / "anchors-1.jsonl").exists()


async def test_a_stored_file_that_is_gone_or_changed_is_found(city: None) -> None:
    async with db.rolled_back(SYSTEM):
        digest = await db.fetchval("SELECT content_sha256 FROM register_import")
        place = files.place_of(digest)
        content = place.read_bytes()

        place.write_bytes(content + b" ")
        changed = await stored_files()
        place.unlink()
        gone = await stored_files()
        place.write_bytes(content)

        assert len(changed.offences) == len(gone.offences) == 1
        assert not (await stored_files()).offences
