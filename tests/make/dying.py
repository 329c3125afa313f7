"""Acts about money on a database where connections die: the people with an account and orders, and what they are about to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec

from crashes import Act, Bomb
from insurance.access.model import Actor
from insurance.claims import actions as claims
from insurance.claims import settlement
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Order
from insurance.finance import actions, actions_cases
from insurance.finance.model import Side
from insurance.finance.model_cases import CaseAction, Pick, Picks
from insurance.finance.model_payments import PayingAccountView
from insurance.finance.views import LineView, PayoutView
from insurance.policies import actions_premium
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveEntry, MoveKind
from insurance.policies.views_premium import MoveView
from insurance.sharing import actions as actions_sharing
from insurance.sharing import actions_uses
from insurance.sharing.model import ListWish, Payment, Return
from insurance.sharing.views import SharingView
from make import midterm, recovery
from make import premium as make_premium
from make import sharing as make_sharing
from make.bank_story import Line
from make.bank_writers import Stretch, message
from make.claims import claim_in
from make.finance import ACCOUNT, PROGRAMME
from make.policies import on_day, policy
from make.projects import project
from people import People

DAY = date(2019, 8, 30)
_B, _B_NAME = "INS-B", "保险公司乙"  # its premium is moved by these acts alone


class Town(msgspec.Struct):
    """The people, the programme's account, and what has been used so far."""

    people: People
    paying: PayingAccountView
    bomb: Bomb
    told: int = 0
    july: bool = False

    def line(self, payout: PayoutView, *, fen: int | None = None, words: str | None = None) -> Line:
        """A line about an order, with a reference of its own; money out unless told otherwise."""
        self.told += 1
        amount = -payout.amount_fen if fen is None else fen
        said = payout.token if words is None else words
        return Line(PROGRAMME, DAY, amount, payout.payee_name, ACCOUNT, said, frozenset(), reference=f"X{self.told:06d}")

    def file(self, *lines: Line) -> bytes:
        """A message of lines, at a balance nobody else has."""
        self.told += 1
        return message(Stretch(lines[0].account, self.told * 10**9, lines))

    async def read(self, *lines: Line) -> list[LineView]:
        """The lines as they stand after their import."""
        found = await settlement.read_statement(self.file(*lines), "流水.xml", Side.PAYER, "", actor=self.people.maker)
        return await self.lines(found.id)

    async def lines(self, statement_id: int) -> list[LineView]:
        """The lines of a statement as they stand now."""
        return (await actions_cases.statement(statement_id, actor=self.people.maker))[1]

    async def ordered(self, claim: Claim | None = None) -> PayoutView:
        """The order of an agreed claim, from the programme's account."""
        claim = claim or await claim_in(ClaimState.AGREED, self.people)
        given = Order(claim_id=claim.id, version=claim.version, paying_account_id=self.paying.id)
        return await settlement.order_payout(given, actor=self.people.maker)

    async def released(self, claim: Claim | None = None) -> PayoutView:
        """The same, released."""
        made = await self.ordered(claim)
        return await actions.release(made.id, made.version, actor=self.people.checker)

    async def paid(self) -> Claim:
        """A claim that the bank has paid."""
        claim = await claim_in(ClaimState.AGREED, self.people)
        await self.read(self.line(await self.released(claim)))
        return await claims.one(claim.id, actor=self.people.maker)


Way = Callable[[Town], Awaitable[tuple[Actor, Act]]]


async def batch(town: Town) -> tuple[Actor, Act]:
    """A match a rule has found since, and a fee, ticked together."""
    made = await town.ordered()
    statement_id = (await town.read(town.line(made), town.line(made, fen=-5_00, words="手续费")))[0].statement_id
    await actions.release(made.id, made.version, actor=town.people.checker)
    paid, fee = await town.lines(statement_id)
    ticked = Pick(line_id=paid.id, rule=paid.rule), Pick(line_id=fee.id, action=CaseAction.FEE)
    given = Picks(statement_id=statement_id, picks=ticked)
    return town.people.maker, lambda: settlement.deal(given, actor=town.people.maker)


async def receipt(town: Town) -> tuple[Actor, Act]:
    """Money of a third party comes in on a claim that was paid."""
    adjuster, claim = town.people.adjuster_a, await town.paid()
    await recovery.third_party(claim, adjuster)
    opened = await recovery.subrogation(claim, adjuster)
    return adjuster, lambda: recovery.receipt(opened, adjuster, 400_000)


# -- premium --------------------------------------------------------------------------------------------------------------------


def premium(then: str) -> Way:
    """Premium that comes in by one click; or, once it is in, goes on to the insurer or is taken back."""

    async def due_in(town: Town) -> LineView:
        bound = await make_premium.due(town.people)
        open_fen, *_ = await make_premium.stands(bound, "CITY", town.people)
        return await make_premium.line(town.people, open_fen, make_premium.CITY)

    async def way(town: Town) -> tuple[Actor, Act]:
        maker, line = town.people.maker, await due_in(town)
        if then == "in":
            return maker, lambda: make_premium.confirmed(line, town.people)
        moved = await make_premium.confirmed(line, town.people)
        if then == "undo":
            return maker, lambda: actions_premium.undo(moved.id, "看错", actor=maker)
        on = await make_premium.line(town.people, -moved.amount_fen, "保险公司甲")
        return maker, lambda: make_premium.confirmed(on, town.people)

    return way


def refund(then: MoveKind) -> Way:
    """Premium that was passed on when its policy ended: the insurer gives it back, or it goes back to who paid it."""

    async def way(town: Town) -> tuple[Actor, Act]:
        people = town.people

        async def moved(fen: int, kind: MoveKind) -> Callable[[], Awaitable[MoveView]]:
            of_payer = kind in (MoveKind.RECEIVED, MoveKind.PAID_BACK)
            line = await make_premium.line(people, fen, make_premium.CITY if of_payer else _B_NAME)
            entry = MoveEntry(line_id=line.id, kind=kind, payer=Payer.CITY if of_payer else None, insurer=_B)
            return lambda: actions_premium.move(entry, actor=people.maker)

        office = on_day(people.town, midterm.BOUND_ON)
        made = await project(office)
        bound = await policy(made, actor=office, insurer=_B, starts_on=midterm.STARTS_ON)
        open_fen, *_ = await make_premium.stands(bound, "CITY", people)
        await (await moved(open_fen, MoveKind.RECEIVED))()
        await (await moved(-open_fen, MoveKind.PASSED_ON))()
        await midterm.cancelled(made, bound, actor=people.town)
        credit, *_ = await make_premium.stands(bound, "CITY", people)
        given_back = await moved(-credit, MoveKind.INSURER_REFUND)
        if then is MoveKind.INSURER_REFUND:
            return people.maker, given_back
        await given_back()
        return people.maker, await moved(credit, MoveKind.PAID_BACK)

    return way


# -- money shared out -----------------------------------------------------------------------------------------------------------


async def share_out(town: Town) -> tuple[Actor, Act]:
    """The second person agrees."""
    shown = await make_sharing.published(town.people)
    county = make_sharing.over(shown, town.people.county)
    return county, lambda: actions_sharing.confirm(shown.head.id, shown.head.version, actor=county)


async def households_listed(town: Town) -> tuple[Actor, Act]:
    """A list for the bank."""
    agreed = await make_sharing.confirmed(town.people)
    maker = make_sharing.over(agreed, town.people.maker)
    return maker, lambda: actions_uses.make_list(agreed.head.id, ListWish(version=agreed.head.version), actor=maker)


async def _listed(town: Town) -> tuple[Actor, SharingView, Payment]:
    """Three households on a list, and the bank's receipt."""
    ground = await make_sharing.ground(town.people, [make_sharing.household(number) for number in (1, 2, 3)])
    agreed = await make_sharing.confirmed(town.people, await make_sharing.drafted(town.people, ground, 10_000))
    maker = make_sharing.over(agreed, town.people.maker)
    listed = await actions_uses.make_list(agreed.head.id, ListWish(version=agreed.head.version), actor=maker)
    paper = await make_sharing.photo(agreed, town.people)
    return maker, listed, Payment(version=listed.head.version, paid_on=maker.on, document_id=paper)


async def households_paid(town: Town) -> tuple[Actor, Act]:
    """The bank has paid the list."""
    maker, listed, given = await _listed(town)
    return maker, lambda: actions_uses.pay(listed.head.id, listed.pay_lists[0].id, given, actor=maker)


async def household_returned(town: Town) -> tuple[Actor, Act]:
    """The money of one household came back."""
    maker, listed, given = await _listed(town)
    paid = await actions_uses.pay(listed.head.id, listed.pay_lists[0].id, given, actor=maker)
    back = Return(version=paid.head.version, returned_on=maker.on, reason="卡已销户")
    return maker, lambda: actions_uses.take_back(paid.head.id, paid.uses[0].id, back, actor=maker)


async def money_used(town: Town) -> tuple[Actor, Act]:
    """Some of a purpose is spent."""
    agreed = await make_sharing.confirmed(town.people)
    clerk = make_sharing.over(agreed, town.people.town)
    entry = await make_sharing.use(agreed, town.people, "MUTUAL_AID", 100_00, actor=clerk)
    return clerk, lambda: actions_uses.use(agreed.head.id, entry, actor=clerk)


OTHERS: dict[str, Way] = {
    "lines dealt with together": batch,
    "premium in": premium("in"),
    "premium passed on": premium("passed on"),
    "premium taken back": premium("undo"),
    "premium given back by the insurer": refund(MoveKind.INSURER_REFUND),
    "premium paid back": refund(MoveKind.PAID_BACK),
    "receipt of a recovery": receipt,
    "distribution agreed to": share_out,
    "list for the bank": households_listed,
    "list for the bank paid": households_paid,
    "payment of a household come back": household_returned,
    "use of shared money": money_used,
}
