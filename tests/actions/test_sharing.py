"""Sharing money: where it may come from, the way of a distribution, who may agree, lists for the bank, uses to the last fen."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

import make
from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid, LostUpdate, NotFound, Refused, WrongState
from insurance.base.spreadsheet import read_table_file
from insurance.claims import settlement
from insurance.claims.model import ClaimState
from insurance.finance.model_payments import Return as PayoutReturn
from insurance.sharing import actions, actions_plans, actions_uses, shown
from insurance.sharing.model import (
    Basis,
    ListWish,
    Payment,
    Publication,
    Purpose,
    Reasoned,
    SharingEntry,
    SharingState,
    Source,
)
from insurance.sharing.views import SharingView
from make import sharing as made
from make.sharing import later
from people import People

S = SharingState


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def draft(story: People, **known: Any) -> SharingView:
    return await actions.draft(msgspec.convert(known, SharingEntry), actor=story.town)


# -- the Tanshan case -------------------------------------------------------------------------------------------------------------


async def test_the_tanshan_case_from_the_accounts_to_the_last_fen(story: People) -> None:
    found = await made.confirmed(story)
    county = made.over(found, story.county)
    finance, town = later(story.maker, county.on), later(story.town, county.on)

    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=finance)
    pay_list = listed.pay_lists[0]
    receipt = await made.photo(found, story)
    paid = await actions_uses.pay(
        found.head.id, pay_list.id, Payment(version=listed.head.version, paid_on=finance.on, document_id=receipt), actor=finance
    )
    half = await actions_uses.use(found.head.id, await made.use(paid, story, "MUTUAL_AID", 800_000, actor=town), actor=town)
    done = await actions_uses.use(found.head.id, await made.use(half, story, "MUTUAL_AID", 779_200, actor=town), actor=town)

    dividend = [one.amount_fen for one in done.shares if one.purpose is Purpose.DIVIDEND]
    assert dividend == [99_590] * 7 + [99_589] * 30
    assert (pay_list.line_count, pay_list.sum_fen) == (37, 3_684_800)
    assert [one.head.open_fen for one in (found, paid, half, done)] == [5_264_000, 1_579_200, 779_200, 0]
    assert found.head.open_days == 0
    assert done.head.open_days is None
    assert "use" not in done.open_verbs
    assert {one.payee_state for one in done.shares} == {"PAID"}
    assert [event.verb for event in done.events] == [
        "draft", "publication", "confirmation", "pay-list", "pay-list-payment", "use", "use",
    ]  # fmt: skip
    assert [event.version for event in done.events] == list(range(1, 8))


async def test_the_list_for_the_bank_holds_whole_numbers_as_text_and_is_the_same_when_made_again(story: People) -> None:
    found = await made.confirmed(story)
    maker = later(story.maker, found.head.confirmed_on or date.min)
    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version, with_units=True), actor=maker)

    number, content = await actions_uses.workbook(found.head.id, listed.pay_lists[0].id, actor=story.checker)
    _, again = await actions_uses.workbook(found.head.id, listed.pay_lists[0].id, actor=story.maker)

    sheet = (await read_table_file(content)).sheets[0]
    assert content == again
    assert number.startswith("FKD2019")
    assert sheet.columns[2][1:-1] == [made.card(n) for n in range(1, 38)] + ["3700160808059990001"]
    assert sheet.columns[1][1] == "王第1"
    assert (sheet.columns[1][-1], sheet.columns[4][-1]) == ("38 笔", 52640)
    lines = await audit.read(subject=f"sharing:{found.head.id}", before=None, limit=20)
    assert [line.verb for line in lines][:2] == ["sharing.pay-list-fetched"] * 2


async def test_nothing_personal_is_told_to_audit_steps_or_views(story: People) -> None:
    found = await made.confirmed(story)
    maker = later(story.maker, found.head.confirmed_on or date.min)
    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=maker)

    told = msgspec.json.encode(listed).decode()
    async with db.transaction(story.auditor.scope):
        rows = await db.fetch("SELECT facts::text AS facts FROM audit_event")
        steps = await db.fetch("SELECT steps::text || inputs::text AS steps FROM sharing_working")
    told += "".join(row["facts"] for row in rows) + "".join(row["steps"] for row in steps)
    assert "王**" in told
    for number in range(1, 38):
        assert made.card(number) not in told
        assert made.resident_id(number) not in told
    assert "王第1" not in told


# -- sources ------------------------------------------------------------------------------------------------------------------------


async def test_what_the_bank_paid_on_an_income_claim_is_pulled_and_shared_once(story: People) -> None:
    covered = await made.income_claim(story)
    found = await made.of_payout(story, covered)

    assert found.head.amount_fen == covered.claim.paid_fen
    assert found.head.claim_id == covered.claim.id
    assert sum(one.amount_fen for one in found.shares) == found.head.amount_fen
    with pytest.raises(Refused, match="已有分配"):
        await made.of_payout(story, covered)
    await actions.cancel(found.head.id, Reasoned(version=found.head.version, reason="重新拟定"), actor=story.town)
    assert (await made.of_payout(story, covered)).head.state is S.DRAFT


async def test_money_of_the_asset_cover_repairs_and_is_not_shared(story: People) -> None:
    claim = await make.claim_in(ClaimState.PAID, story)
    await made.plan(await _project(claim.project.id, story), story)

    with pytest.raises(Invalid, match="不是可分配的收益") as refused:
        await draft(story, project_id=claim.project.id, source="INCOME_COVER", payout_id=made.payout_of(claim))

    assert fields(refused) == ["payout_id"]


async def _project(project_id: int, story: People) -> Any:
    async with db.transaction(story.town.scope):
        return await actions_plans.project_of(project_id)


async def test_a_payout_that_came_back_is_shared_no_further(story: People) -> None:
    covered = await made.income_claim(story)
    found = await made.published(story, await made.of_payout(story, covered))
    async with db.transaction(story.maker.scope):
        version = await db.fetchval("SELECT version FROM payout WHERE id = $1", made.payout_of(covered.claim))
    given = PayoutReturn(version=version, code="AC04", returned_on=story.maker.on)
    await settlement.return_payout(made.payout_of(covered.claim), given, actor=story.maker)

    with pytest.raises(Refused, match="已退回"):
        await actions.confirm(found.head.id, found.head.version, actor=made.over(found, story.county))
    again = await actions.object_to(found.head.id, Reasoned(version=found.head.version, reason="赔款退汇"), actor=story.town)
    await actions.cancel(found.head.id, Reasoned(version=again.head.version, reason="赔款退汇"), actor=story.town)
    with pytest.raises(Invalid, match="还没有到账"):
        await made.of_payout(story, covered)


async def test_the_statement_of_a_claim_is_income_too_and_no_day_is_shared_twice(story: People) -> None:
    covered = await made.income_claim(story, paid=False)

    found = await draft(story, project_id=covered.project.id, source="INCOME", claim_id=covered.claim.id)

    assert (found.head.amount_fen, found.head.from_on, found.head.last_on) == (1_000_000, date(2019, 3, 2), date(2019, 8, 29))
    later_story = msgspec.structs.replace(story, town=later(story.town, date(2020, 1, 20)))
    account = await made.income(covered.project, later_story, 3_000_000, year=2019)
    with pytest.raises(Refused, match="已有分配"):
        await actions.draft(
            SharingEntry(project_id=covered.project.id, source=Source.INCOME, annual_account_id=account), actor=later_story.town
        )


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"source": "INCOME"}, "annual_account_id"),
        ({"source": "INCOME", "annual_account_id": 2**60}, "annual_account_id"),
        ({"source": "INCOME", "annual_account_id": 1, "amount_fen": 5}, "amount_fen"),
        ({"source": "INCOME_COVER"}, "payout_id"),
        ({"source": "INCOME_COVER", "payout_id": 2**60}, "payout_id"),
        ({"source": "INCOME_COVER", "payout_id": 1, "amount_fen": 5}, "amount_fen"),
        ({"source": "FUND", "amount_fen": 5, "payer": "x", "reason": "y"}, "document_id"),
        ({"source": "FUND", "payer": "x", "reason": "y"}, "amount_fen"),
        ({"source": "FUND", "amount_fen": 5}, "payer"),
        ({"source": "FUND", "amount_fen": 5, "payer": "x"}, "reason"),
        ({"source": "FUND", "amount_fen": 5, "payer": "x", "reason": "y", "repayable": True}, "repayable"),
        ({"source": "BACKSTOP", "amount_fen": 5, "payer": "x", "reason": "y"}, "basis"),
        ({"source": "BACKSTOP", "amount_fen": 5, "payer": "x", "reason": "y", "basis": "PROMISED", "repayable": True}, "claim_id"),
    ],
)
async def test_a_source_is_refused_by_its_field(story: People, known: dict[str, Any], field: str) -> None:
    project = await made.ground(story)

    with pytest.raises(Invalid) as refused:
        await draft(story, project_id=project.id, **known)

    assert field in fields(refused)


async def test_a_corrected_year_is_shared_by_its_newest_entry(story: People) -> None:
    project = await made.ground(story)
    old = await made.income(project, story, 1_000)
    new = await made.income(project, story, 2_000)

    with pytest.raises(Invalid, match="已更正"):
        await draft(story, project_id=project.id, source="INCOME", annual_account_id=old)
    assert (await draft(story, project_id=project.id, source="INCOME", annual_account_id=new)).head.amount_fen == 2_000


async def test_a_year_of_loss_has_nothing_to_share(story: People) -> None:
    project = await made.ground(story)

    with pytest.raises(Invalid, match="没有可分配"):
        await draft(story, project_id=project.id, source="INCOME", annual_account_id=await made.income(project, story, -5))


async def test_without_a_plan_or_with_a_list_older_than_a_year_nothing_is_shared(story: People) -> None:
    project = await make.project(story.town)
    account = await made.income(project, story)
    entry = SharingEntry(project_id=project.id, source=Source.INCOME, annual_account_id=account)
    with pytest.raises(Refused, match="没有生效的分配方案"):
        await actions.draft(entry, actor=story.town)
    await made.plan(project, story)
    with pytest.raises(Refused, match="没有可分的受益户"):
        await actions.draft(entry, actor=story.town)
    await made.households(project, story, on=date(2019, 2, 1))

    with pytest.raises(Refused, match="已超过一年"):
        await actions.draft(entry, actor=later(story.town, date(2020, 2, 2)))
    assert (await actions.draft(entry, actor=later(story.town, date(2020, 2, 1)))).head.state is S.DRAFT


# -- fund and backstop --------------------------------------------------------------------------------------------------------------


async def test_the_fund_follows_the_plan(story: People) -> None:
    project = await made.ground(story)

    found = await made.given(story, project, Source.FUND, 10_000)

    assert sum(one.amount_fen for one in found.shares if one.purpose is Purpose.DIVIDEND) == 7_000


async def test_the_treasury_tops_up_to_the_guarantee_and_is_repaid_from_the_payout(story: People) -> None:
    waiting = await made.income_claim(story, paid=False)
    guaranteed = 6_880_000
    with pytest.raises(Invalid) as refused:
        await made.given(
            story,
            waiting.project,
            Source.BACKSTOP,
            guaranteed - 1_000_000 + 1,
            basis=Basis.GUARANTEED,
            claim_id=waiting.claim.id,
            repayable=True,
        )
    assert fields(refused) == ["amount_fen"]
    topped = await made.given(
        story, waiting.project, Source.BACKSTOP, 2_000_000, basis=Basis.GUARANTEED, claim_id=waiting.claim.id, repayable=True
    )
    assert (topped.head.target_fen, topped.head.reached_fen) == (guaranteed, 1_000_000)
    await made.confirmed(story, topped)

    claim = await make.way(waiting.claim, story, "approve", "sign_office", "sign_adjuster", "order", "pay")
    found = await made.of_payout(story, made.Covered(waiting.project, claim))

    first = found.shares[0]
    assert (first.purpose, first.key, first.amount_fen) == (Purpose.REPAYMENT, topped.head.number, min(2_000_000, claim.paid_fen))
    assert sum(one.amount_fen for one in found.shares) == claim.paid_fen
    assert found.steps[0].rule == "SHARE-REPAY"


async def test_what_was_promised_to_households_is_topped_up_for_them_alone(story: People) -> None:
    project = await made.ground(story)
    await made.drafted(story, project, 1_000_000)  # 700,000 for the households this year
    with pytest.raises(Invalid) as refused:
        await made.given(story, project, Source.BACKSTOP, 300_001, basis=Basis.PROMISED, promised_fen=1_000_000)
    assert fields(refused) == ["amount_fen"]

    found = await made.given(story, project, Source.BACKSTOP, 300_000, basis=Basis.PROMISED, promised_fen=1_000_000)

    assert {one.purpose for one in found.shares} == {Purpose.DIVIDEND}
    assert sum(one.amount_fen for one in found.shares) == 300_000


# -- the way of a distribution --------------------------------------------------------------------------------------------------------


async def test_the_window_is_five_working_days_and_only_another_person_confirms(story: People) -> None:
    found = await made.published(story)

    assert (found.head.published_on, found.head.window_last_on) == (date(2019, 8, 30), date(2019, 9, 6))
    with pytest.raises(Refused, match="公示期到 2019-09-06 止"):
        await actions.confirm(found.head.id, found.head.version, actor=later(story.county, date(2019, 9, 6)))
    with pytest.raises(Forbidden):
        await actions.confirm(found.head.id, found.head.version, actor=later(story.town, date(2019, 9, 7)))
    done = await actions.confirm(found.head.id, found.head.version, actor=later(story.county, date(2019, 9, 7)))
    assert (done.head.state, done.head.confirmed_by) == (S.CONFIRMED, "county")


async def test_an_objection_leads_back_to_a_draft_that_is_worked_out_by_the_list_of_today(story: People) -> None:
    project = await made.ground(story)
    found = await made.published(story, await made.drafted(story, project, 10_000))
    back = await actions.object_to(found.head.id, Reasoned(version=found.head.version, reason="两户权数有误"), actor=story.town)
    await made.households(project, story, [made.household(1, 3), made.household(2, 2), made.household(3, 2)], on=date(2019, 8, 1))

    anew = await actions.recalculate(found.head.id, back.head.version, actor=story.county)

    assert (back.head.state, back.head.window_last_on) == (S.DRAFT, None)
    assert [one.amount_fen for one in anew.shares] == [3_000, 2_000, 2_000, 3_000]
    assert anew.events[-2].reason == "两户权数有误"
    shown_again = await made.published(story, anew)
    with pytest.raises(Forbidden):  # who worked it out anew is its maker now
        await actions.confirm(found.head.id, shown_again.head.version, actor=made.over(shown_again, story.county))


@pytest.mark.parametrize("day", [date(2019, 8, 29), date(2019, 8, 31)])
async def test_a_notice_is_posted_between_the_working_and_today(story: People, day: date) -> None:
    found = await made.drafted(story)
    given = Publication(version=found.head.version, posted_on=day, place="村务公开栏", document_id=await made.photo(found, story))

    with pytest.raises(Invalid) as refused:
        await actions.publish(found.head.id, given, actor=story.town)

    assert fields(refused) == ["posted_on"]


async def test_a_notice_needs_a_paper_of_this_project(story: People) -> None:
    found = await made.drafted(story)
    other = await make.project(story.town)
    given = Publication(
        version=found.head.version, posted_on=story.town.on, place="公开栏", document_id=await made.paper(other, "PHOTO", story.town)
    )

    with pytest.raises(Invalid) as refused:
        await actions.publish(found.head.id, given, actor=story.town)

    assert fields(refused) == ["document_id"]


async def test_a_verb_in_the_wrong_state_or_of_an_old_version_is_refused(story: People) -> None:
    found = await made.drafted(story)
    at, version = found.head.id, found.head.version
    for verb in (
        actions.confirm(at, version, actor=story.county),
        actions.object_to(at, Reasoned(version=version, reason="x"), actor=story.town),
        actions_uses.make_list(at, ListWish(version=version), actor=story.maker),
        actions_uses.use(at, await made.use(found, story, "MUTUAL_AID", 1, actor=story.town), actor=story.town),
    ):
        with pytest.raises(WrongState):
            await verb
    with pytest.raises(LostUpdate):
        await actions.recalculate(at, version + 1, actor=story.town)
    await actions.cancel(at, Reasoned(version=version, reason="不分了"), actor=story.town)
    with pytest.raises(WrongState):
        await actions.recalculate(at, version + 1, actor=story.town)


async def test_elsewhere_it_is_not_found(story: People) -> None:
    found = await made.drafted(story)
    stranger = story.other_county

    for verb in (
        shown.whole(found.head.id, actor=stranger),
        actions.confirm(found.head.id, 1, actor=stranger),
        actions_plans.plan(found.plan.id, actor=stranger),
        actions_plans.household_list(found.list_id or 0, actor=stranger),
        actions_plans.lists(found.head.project_id, actor=stranger),
        actions_uses.workbook(found.head.id, 1, actor=stranger),
    ):
        with pytest.raises(NotFound):
            await verb
    assert await shown.lines(actor=stranger) == []
    assert await shown.waiting(actor=stranger) == []


@pytest.mark.parametrize("table", ["sharing", "sharing_plan", "beneficiary", "sharing_share", "sharing_use", "sharing_pay_line"])
async def test_an_insurer_sees_no_row_of_it(story: People, table: str) -> None:
    found = await made.confirmed(story)
    maker = later(story.maker, found.head.confirmed_on or date.min)
    await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=maker)

    async def count(actor: Actor) -> int:
        async with db.transaction(actor.scope):
            return int(await db.fetchval(f"SELECT count(*) FROM {table}"))

    assert await count(story.adjuster_a) == 0
    assert await count(story.other_town) == 0
    assert table == "sharing_use" or await count(story.town) > 0
