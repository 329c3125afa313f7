"""What has changed between the draft of a distribution and the agreement to it: gaps, figures, backstops given back, cards and accounts."""

from __future__ import annotations

from typing import Any

import pytest

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid, LostUpdate, Refused
from insurance.base.spreadsheet import read_table_file
from insurance.sharing import actions, actions_uses, store_plans
from insurance.sharing.model import Basis, ListWish, Publication, Purpose, Reasoned, SharingEntry, SharingState, Source
from insurance.sharing.views import SharingView
from make import sharing as made
from make.claims import way
from make.income import file_statement
from people import People

GUARANTEED, EARNED = 6_880_000, 1_000_000
PAID = ("approve", "sign_office", "sign_adjuster", "order", "pay")


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.field for fault in refusal.value.faults]


async def backstop(story: People, covered: made.Covered, amount_fen: int, *, repayable: bool = False) -> SharingView:
    known: dict[str, Any] = {"basis": Basis.GUARANTEED, "claim_id": covered.claim.id, "repayable": repayable}
    return await made.given(story, covered.project, Source.BACKSTOP, amount_fen, **known)


async def agree(found: SharingView, story: People) -> SharingView:
    return await actions.confirm(found.head.id, found.head.version, actor=made.over(found, story.county))


async def publish(found: SharingView, story: People, actor: Actor) -> SharingView:
    paper = await made.photo(found, story)
    given = Publication(version=found.head.version, posted_on=actor.on, place="村务公开栏", document_id=paper)
    return await actions.publish(found.head.id, given, actor=actor)


async def void(found: SharingView, story: People) -> None:
    """Objected to, so that it is a draft again, and void."""
    back = await actions.object_to(found.head.id, Reasoned(version=found.head.version, reason="已变"), actor=story.town)
    await actions.cancel(found.head.id, Reasoned(version=back.head.version, reason="已变"), actor=story.town)


# -- the gap of a backstop ----------------------------------------------------------------------------------------------------------


async def test_a_backstop_is_measured_again_when_the_payout_has_come(story: People) -> None:
    covered = await made.income_claim(story, paid=False)
    found = await made.published(story, await backstop(story, covered, GUARANTEED - EARNED))
    claim = await way(covered.claim, story, *PAID)
    assert claim.paid_fen > 0

    with pytest.raises(Refused, match=r"缺口在拟定之后变小了.*请作废"):
        await agree(found, story)

    await void(found, story)
    anew = await backstop(story, covered, GUARANTEED - EARNED - claim.paid_fen)
    assert anew.head.reached_fen == EARNED + claim.paid_fen
    assert (await made.confirmed(story, anew)).head.state is SharingState.CONFIRMED


async def test_a_backstop_that_still_fits_is_agreed_to_after_the_payout(story: People) -> None:
    covered = await made.income_claim(story, paid=False)
    found = await made.published(story, await backstop(story, covered, 100_000))
    await way(covered.claim, story, *PAID)

    assert (await agree(found, story)).head.state is SharingState.CONFIRMED


async def test_a_backstop_above_its_gap_is_not_shown_to_the_village(story: People) -> None:
    covered = await made.income_claim(story, paid=False)
    found = await backstop(story, covered, GUARANTEED - EARNED)
    await way(covered.claim, story, *PAID)

    with pytest.raises(Refused, match="缺口"):
        await made.published(story, found)


async def test_what_was_promised_is_measured_again_by_what_households_got_since(story: People) -> None:
    project = await made.ground(story)
    await made.drafted(story, project, 1_000_000)  # 700,000 for the households this year
    draft = await made.given(story, project, Source.BACKSTOP, 300_000, basis=Basis.PROMISED, promised_fen=1_000_000)
    found = await made.published(story, draft)
    more = await made.given(story, project, Source.FUND, 10_000)  # 7,000 of it for the households

    with pytest.raises(Refused, match="缺口"):
        await agree(found, story)
    await actions.cancel(more.head.id, Reasoned(version=more.head.version, reason="不拨了"), actor=story.town)
    assert (await agree(found, story)).head.state is SharingState.CONFIRMED, "its own shares do not count against it"


async def test_a_backstop_that_was_given_back_is_not_there_any_more(story: People) -> None:
    covered = await made.income_claim(story, paid=False)
    lent = 500_000
    await made.confirmed(story, await backstop(story, covered, lent, repayable=True))
    claim = await way(covered.claim, story, *PAID)
    left = GUARANTEED - EARNED - claim.paid_fen
    repaying = await made.published(story, await made.of_payout(story, made.Covered(covered.project, claim)))

    with pytest.raises(Invalid) as refused:  # nobody has agreed to the repayment yet
        await backstop(story, covered, left)
    assert fields(refused) == ["amount_fen"]
    await agree(repaying, story)

    again = await backstop(story, covered, left)
    assert (again.head.reached_fen, again.head.amount_fen) == (EARNED + claim.paid_fen, left)


# -- corrected figures --------------------------------------------------------------------------------------------------------------


async def test_income_that_was_corrected_is_neither_shown_nor_agreed_to(story: People) -> None:
    project = await made.ground(story)
    draft = await made.drafted(story, project, 5_264_000)
    shown = await made.published(story, draft)
    new = await made.income(project, story, 4_000_000)

    with pytest.raises(Refused, match=r"已更正.*请作废"):
        await agree(shown, story)
    back = await actions.object_to(shown.head.id, Reasoned(version=shown.head.version, reason="更正"), actor=story.town)
    with pytest.raises(Refused, match="已更正"):
        await publish(back, story, story.town)

    await actions.cancel(back.head.id, Reasoned(version=back.head.version, reason="更正"), actor=story.town)
    entry = SharingEntry(project_id=project.id, source=Source.INCOME, annual_account_id=new)
    done = await made.confirmed(story, await actions.draft(entry, actor=story.town))
    assert (done.head.state, done.head.amount_fen) == (SharingState.CONFIRMED, 4_000_000)


async def test_income_by_a_statement_that_another_one_replaced_is_not_agreed_to(story: People) -> None:
    covered = await made.income_claim(story, paid=False)
    entry = SharingEntry(project_id=covered.project.id, source=Source.INCOME, claim_id=covered.claim.id)
    draft = await actions.draft(entry, actor=story.town)
    found = await made.published(story, draft)
    sales = [{"kind": "SALES", "amount_fen": 1_700_000}, {"kind": "LABOUR_COST", "amount_fen": 800_000}]
    await file_statement(covered.claim, story.town, supersedes_id=await _statement(draft), lines=sales)

    with pytest.raises(Refused, match="已更正"):
        await agree(found, story)


async def _statement(draft: SharingView) -> int:
    return int(await db.fetchval("SELECT statement_id FROM sharing WHERE id = $1", draft.head.id))


# -- cards and accounts -------------------------------------------------------------------------------------------------------------


def paying_unit(account: str) -> list[dict[str, Any]]:
    unit = made.UNIT | {"payee_account": account}
    return [{"purpose": "DIVIDEND", "weight": 70}, {"purpose": "MUTUAL_AID", "weight": 30, **unit}]


async def test_a_household_is_not_paid_on_the_account_of_a_unit(story: People) -> None:
    project = await made.ground(story, purposes=paying_unit(made.card(77)))

    with pytest.raises(Invalid) as refused:
        await made.households(project, story, [made.household(1), made.household(2, card=made.card(77))])

    assert fields(refused) == ["E3"]
    assert made.card(77) not in str(refused.value.faults[0].text)
    assert await made.households(project, story, [made.household(1), made.household(2, card=made.card(78))])


async def test_a_list_read_while_a_plan_was_filed_is_read_again(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await made.ground(story)

    async def and_meanwhile(content: bytes) -> Any:
        await made.plan(project, story, purposes=paying_unit(made.card(1)))
        return await read_table_file(content)

    monkeypatch.setattr(store_plans, "card_of_household", _never)  # the list is not in when the plan is filed
    monkeypatch.setattr("insurance.sharing.actions_plans.read_table_file", and_meanwhile)
    with pytest.raises(LostUpdate, match="方案"):
        await made.households(project, story, [made.household(1)])


async def _never(*_: object) -> bool:
    return False


@pytest.mark.parametrize("with_units", [False, True])
async def test_a_list_for_the_bank_mixes_no_unit_with_a_household(story: People, monkeypatch: pytest.MonkeyPatch, with_units: bool) -> None:
    with monkeypatch.context() as before:  # taken in before anybody compared the two
        before.setattr(store_plans, "card_of_household", _never)
        before.setattr(store_plans, "unit_accounts", _nothing)
        project = await made.ground(story, purposes=paying_unit(made.card(37)))
    found = await made.confirmed(story, await made.drafted(story, project))
    maker = made.over(found, story.maker)

    with pytest.raises(Refused, match="单位的账户"):
        await actions_uses.make_list(found.head.id, ListWish(version=found.head.version, with_units=with_units), actor=maker)


async def _nothing(*_: object) -> frozenset[bytes]:
    return frozenset()


async def test_a_unit_that_a_later_list_names_as_a_household_is_not_paid(story: People, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await made.ground(story, purposes=[{"purpose": "MUTUAL_AID", "weight": 1, **made.UNIT, "payee_account": made.card(99)}])
    found = await made.confirmed(story, await made.drafted(story, project))
    assert {one.purpose for one in found.shares} == {Purpose.MUTUAL_AID}
    with monkeypatch.context() as before:
        before.setattr(store_plans, "unit_accounts", _nothing)
        await made.households(project, story, [made.household(1, card=made.card(99))])

    wish = ListWish(version=found.head.version, with_units=True)
    with pytest.raises(Refused, match="单位的账户"):
        await actions_uses.make_list(found.head.id, wish, actor=made.over(found, story.maker))
