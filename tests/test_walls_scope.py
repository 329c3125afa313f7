"""The walls between scopes: without a scope no row is seen, and what lies elsewhere answers as if it were not there."""

from __future__ import annotations

import re
from datetime import date

import httpx
import msgspec
import pytest

import make
from insurance.access.actions import system
from insurance.access.model import INSURER_ROLES, Actor
from insurance.base import db
from insurance.claims import actions_books, actions_evidence, actions_letters, disasters, settlement
from insurance.claims.model import ClaimState
from insurance.claims.model_books import ListPeriod
from insurance.claims.model_letters import Delivery, DeliveryHow, DeliveryStep
from insurance.claims.model_verbs import Declaration
from insurance.finance import actions as finance
from insurance.finance import actions_cases, actions_files
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Resolution
from insurance.finance.model_payments import FileWish
from insurance.policies import actions, actions_cancel, actions_endorse, actions_quote
from insurance.policies.model import Cover, Peril
from insurance.policies.views_midterm import EndorsementView
from insurance.projects import actions as projects
from insurance.projects import documents
from make import claims as make_claims
from make import midterm, photos
from make import premium as make_premium
from make import recovery as make_recovery
from make import sharing as make_sharing
from make.books import list_file
from make.finance import ACCOUNT, PAYEE, bank_file
from make.openings import brought_in, claim_row, claims, policies, policy_row
from make.policies import ask
from make.projects import PDF, TANSHAN_TOWN
from people import People
from walk import ABSENT, ROUTES, Route, talker

SYSTEM = db.Scope(0, "SYSTEM", "370400/")
STRANGERS = ["other_county", "other_town", "adjuster_b", "approver_b"]
NAME = "独一无二的石榴大棚"
OWN_ACCOUNT = "1605000000000000099"


class Home(msgspec.Struct):
    """What lies in Tanshan under insurer A: an id for every name a route uses, and words nobody elsewhere may read."""

    ids: dict[str, int]
    canaries: list[str]


async def _changed(story: People, loss: make_claims.Loss) -> EndorsementView:
    """The policy restored by an endorsement, then cancelled."""
    signed = await documents.file_for_project(loss.project_id, "CHANGE", "独一无二的申请.pdf", PDF, actor=story.town)
    version = await db.fetchval("SELECT version FROM policy WHERE id = $1", loss.policy_id)
    restored = await actions_endorse.endorse(
        loss.policy_id, midterm.entry("REINSTATE", version=version, document=signed.id), actor=story.town
    )
    ending = midterm.cancellation("WISH", version=version + 1, document=signed.id, effective_on="2019-12-01")
    await actions_cancel.cancel(loss.policy_id, ending, actor=story.town)
    return restored


async def _listed(story: People, claim_number: str, fen: int) -> int:
    """A list of payments insurer A handed in."""
    rows = [(claim_number, "独一无二的收款人", ACCOUNT, fen, story.maker.on.isoformat(), "")]
    given = ListPeriod(from_on=date(2019, 8, 1), until_on=story.maker.on)
    return (await actions_books.read_file(list_file(rows), "独一无二的清单.csv", given, actor=story.adjuster_a)).id


async def _home(story: People) -> Home:
    register = make.register(make.row(project="独一无二的登记项目"))
    tried = await projects.dry_run(register, "独一无二的台账.csv", actor=story.town)
    await projects.commit(tried.id, actor=story.town)
    event = await disasters.declare(
        Declaration(
            code="TANSHAN-1", name="八月暴雨", peril=Peril.RAINSTORM, from_on=date(2019, 8, 10), until_on=date(2019, 8, 12),
            towns=(TANSHAN_TOWN,),
        ), actor=story.county,
    )  # fmt: skip
    paying = await make.paying_account(story)
    # B is named from March on: what A binds all the same is in conflict
    rule = await actions.add_insurer_rule("370404", Cover.INDUSTRY, "INS-B", date(2019, 3, 1), None, actor=story.city)
    loss = await make.insured(story, name=NAME, owner={"name": PAYEE})
    claim = await make.claim_in(ClaimState.PAYING, story, loss=loss, disaster_id=event.id)
    await actions_evidence.file(claim.id, "OTHER", "现场.pdf", PDF, actor=story.adjuster_a)
    far = photos.jpeg(written=photos.exif(at=photos.IN_JINAN))
    await actions_evidence.file(claim.id, "SCENE", "现场.jpg", far, actor=story.adjuster_a)
    await documents.make_thumbnails(actor=system("370400"))
    await documents.file_for_project(loss.project_id, "PHOTO", "大棚.pdf", PDF, actor=story.town)
    quoted = await actions_quote.quote((await ask(await make.project(story.town), actor=story.town))[0], actor=story.town)
    letter = (await actions_letters.of_claim(claim.id, actor=story.town))[-1]
    await actions_letters.deliver(claim.id, letter.id, Delivery(step=DeliveryStep.SENT, how=DeliveryHow.POST), actor=story.town)
    await actions_letters.pdf(claim.id, letter.id, actor=story.town)
    order = claim.parts[-1].payout
    assert order is not None
    payout = await finance.payout(order.id, actor=story.maker)
    carried = await actions_files.make_file(FileWish(paying_account_id=paying.id), actor=story.maker)
    rows = [(story.maker.on, payout.amount_fen, PAYEE, ACCOUNT, f"{payout.token} 赔款"), (story.maker.on, 500, "", "", "手续费")]
    statement = await settlement.read_statement(bank_file(rows), "八月.csv", Side.PAYER, "", actor=story.maker)
    fee = next(one for one in await actions_cases.exceptions(actor=story.maker))
    await actions_cases.resolve(statement.id, fee.id, Resolution(action=CaseAction.FEE), actor=story.maker)
    await make.paying_account(story, programme=True, number=OWN_ACCOUNT)
    premium = await make_premium.confirmed(await make_premium.line(story, 10_00, make_premium.CITY, account=OWN_ACCOUNT), story)
    restored = await _changed(story, loss)
    assert restored.id is not None
    assert restored.number is not None
    old = await make.project(story.town)
    opening = await brought_in("policies", policies(policy_row(code=old.code, number="独一无二的旧保单")), story.county)
    recovery_id = await make_recovery.everything(claim, story)
    async with db.transaction(story.maker.scope):
        month = await db.fetchval(
            "INSERT INTO month_close (month, facts, closed_by, closed_at) VALUES ('2018-01-01', '{}', $1, now()) RETURNING id",
            story.maker.user_id,
        )
    shared = await make_sharing.used(story, loss.project_id)
    await brought_in("claims", claims(claim_row(number="独一无二的旧赔案", policy="独一无二的旧保单")), story.county)
    ids = {
        "import_id": tried.id, "disaster_id": event.id, "project_id": loss.project_id, "policy_id": loss.policy_id, "claim_id": claim.id,
        "endorsement_id": restored.id,
        "quote_id": quoted.id, "payout_id": payout.id, "statement_id": statement.id, "letter_id": letter.id,
        "paying_account_id": paying.id, "file_id": carried.id,
        "line_id": fee.id, "month_id": month, "case_id": await db.fetchval("SELECT id FROM line_case"),
        "opening_id": opening.id, "recovery_id": recovery_id, "move_id": premium.id,
        "insurer_list_id": await _listed(story, claim.number, payout.amount_fen),
        "match_id": await db.fetchval("SELECT id FROM bank_match"),
        "asset_id": await db.fetchval("SELECT id FROM asset WHERE project_id = $1", loss.project_id),
        "document_id": await db.fetchval("SELECT min(id) FROM document WHERE subject_kind = 'claim'"),
        "signal_id": await db.fetchval("SELECT id FROM claim_signal"),
        "photo_id": await db.fetchval("SELECT document_id FROM photo"),
        "insurer_id": story.insurer_a, "rule_id": rule.id,
        "account_id": await db.fetchval("SELECT id FROM party_account"),
    } | make_sharing.ids_of(shared)  # fmt: skip
    policy = await db.fetchval("SELECT number FROM policy WHERE id = $1", loss.policy_id)
    told = [NAME, "独一无二的", loss.project_code, claim.number, policy, payout.number, payout.token, restored.number, PAYEE]
    return Home(ids, [*told, shared.head.number])


def _far(actor: Actor, home: Home, route: Route) -> bool:
    """Whether all the route asks for lies outside this person's scope: a disaster is no insurer's own, who the insurers are is no secret."""
    here = {"insurer_id"} | ({"disaster_id"} if actor.role in INSURER_ROLES else set())
    return bool(set(route.params) - here)


def _plain(answer: httpx.Response, ids: dict[str, int]) -> str:
    """The answer without what differs anyway: ids, request ids, form keys."""
    text = re.sub(r"\b[0-9a-f]{16}\b|name=\"key\" value=\"[^\"]*\"", "", answer.text)
    numbers = "|".join(map(str, sorted({*ids.values(), ABSENT}, reverse=True)))
    return re.sub(rf"\b({numbers})\b", "#", text)


async def test_every_id_of_every_route_is_one_its_own_people_reach(client: httpx.AsyncClient, story: People) -> None:
    home = await _home(story)
    wrong: list[tuple[str, object]] = []
    for route in ROUTES:
        unknown = set(route.params) - set(home.ids)
        readers = [person for person in (story.town, story.county, story.adjuster_a, story.maker) if route.may(person.role)]
        if route.method != "GET" or not route.params or not readers:
            wrong += [(route.path, sorted(unknown))] if unknown else []
            continue
        answers = [await route.call(await talker(client, route, reader), home.ids) for reader in readers]
        # a form's address asked for anew leads back to its page, never out to the sign-in
        led_back = all(a.status_code == 303 and not a.headers["location"].startswith("/login") for a in answers)
        if not led_back and {a.status_code for a in answers} != {200}:
            wrong.append((route.path, [a.status_code for a in answers]))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", STRANGERS)
async def test_what_lies_elsewhere_answers_as_if_it_were_not_there(client: httpx.AsyncClient, story: People, who: str) -> None:
    home, stranger = await _home(story), story.everybody()[who]
    wrong = []
    for route in (route for route in ROUTES if route.may(stranger.role) and _far(stranger, home, route)):
        person = await talker(client, route, stranger)
        foreign, absent = await route.call(person, home.ids), await route.call(person, {})
        same = foreign.status_code == absent.status_code and _plain(foreign, home.ids) == _plain(absent, home.ids)
        hidden = (
            foreign.status_code == 404
            if route.method == "GET" or (route.is_api and "form" not in route.opt)
            else foreign.status_code >= 400
        )
        if not (same and hidden):
            wrong.append((route.method, route.path, foreign.status_code, absent.status_code, foreign.text[:300]))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", STRANGERS)
async def test_no_list_page_or_figure_tells_of_what_lies_elsewhere(client: httpx.AsyncClient, story: People, who: str) -> None:
    home, stranger = await _home(story), story.everybody()[who]
    told = []
    for route in (route for route in ROUTES if route.method == "GET" and not route.params and route.may(stranger.role)):
        text = (await route.call(await talker(client, route, stranger), {})).text
        told += [(route.path, canary) for canary in home.canaries if canary in text]

    assert not told


async def test_without_a_scope_no_row_of_any_walled_table_is_seen(story: People) -> None:
    await _home(story)
    walled = [
        r["relname"]
        for r in await db.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relrowsecurity"
        )
    ]
    seen = {table: await db.fetchval(f"SELECT count(*) FROM {table}") for table in walled}
    await db.execute("SET LOCAL app.actor = ''; SET LOCAL app.role = ''; SET LOCAL app.region = ''; SET LOCAL app.insurer = ''")
    unscoped = {table: await db.fetchval(f"SELECT count(*) FROM {table}") for table in walled}
    await db.execute(SYSTEM.statement())

    assert not {table: count for table, count in unscoped.items() if count}
    unused = {"idempotency", "impairment", "declared_cover", "project_change"}
    unused |= {"annual_account", "income_statement", "income_statement_line"}  # of an income claim: tests/pages/test_income_api.py
    unused |= {"draft", "objection", "weather_proof", "signal_note"}
    assert {table for table, count in seen.items() if not count} <= unused


@pytest.mark.parametrize("who", STRANGERS)
async def test_row_level_security_holds_alone(story: People, who: str) -> None:
    home, stranger = await _home(story), story.everybody()[who]
    owned = {"project": "project_id", "policy": "policy_id", "claim": "claim_id", "payout": "payout_id", "quote": "quote_id",
             "endorsement": "endorsement_id", "register_import": "import_id", "document": "document_id", "recovery": "recovery_id",
             "party_account": "account_id", "asset": "asset_id", "claim_signal": "signal_id", "sharing": "sharing_id",
             "sharing_plan": "plan_id", "beneficiary_list": "list_id", "sharing_pay_list": "pay_list_id", "sharing_use": "use_id"}  # fmt: skip
    async with db.transaction(stranger.scope):
        seen = {table for table, name in owned.items() if await db.fetchval(f"SELECT true FROM {table} WHERE id = $1", home.ids[name])}

    assert not seen
