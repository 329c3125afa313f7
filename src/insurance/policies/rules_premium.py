"""Whose premium a bank line is, how it is shared out among dues, what the books say of it, what had not come in on a day; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from insurance.base.money import Fen
from insurance.finance.model import Direction, Event, Transfer
from insurance.finance.rules import postings
from insurance.policies.model import Payer
from insurance.policies.model_premium import Allocation, Due, MoveKind, Share, Standing, Target, Treasury, Unpaid
from insurance.projects.parties import name_key

_TREASURY = "财政"
_PROVINCE_WORDS = ("省财政", "省级财政")
_CENTRAL_WORDS = ("财政部", "中央财政")


def treasury_of(name: str, city: str, counties: Mapping[str, str]) -> Treasury | None:
    """The public payer a bank prints (滕州市财政局: the county's, 枣庄市财政局: the city's, 山东省财政厅: the province's, 财政部: central).

    `counties`: names by code. The smallest place that is named decides; None for a name that is no treasury of ours.
    """
    said = name_key(name)
    if _TREASURY not in said:
        return None
    named = [code for code, county in sorted(counties.items()) if name_key(county) in said]
    if named:
        return Treasury(Payer.COUNTY, named[0]) if len(named) == 1 else None
    if name_key(city) in said:
        return Treasury(Payer.CITY)
    if any(word in said for word in _PROVINCE_WORDS):
        return Treasury(Payer.PROVINCE)
    return Treasury(Payer.CENTRAL) if any(word in said for word in _CENTRAL_WORDS) else None


def target_of(
    name: str, direction: Direction, owner_insurer_id: int | None, treasury: Treasury | None, insurers: Mapping[str, int],
    parties: Mapping[str, Sequence[int]],
) -> Target | None:  # fmt: skip
    """What a line with this counterparty would be, None where the name says nothing.

    `owner_insurer_id`: whose account the line is on, None for the programme's own. `insurers` and `parties`: ids by `name_key`; a name
    that several insured parties bear says nothing.
    """
    into = direction is Direction.IN
    kind = MoveKind.RECEIVED if into else MoveKind.PAID_BACK
    direct = owner_insurer_id is not None
    if treasury is not None:
        return Target(kind, treasury.payer, treasury.county_code, insurer_id=owner_insurer_id, direct=direct)
    insurer_id = insurers.get(name_key(name))
    if insurer_id is not None:
        if direct:
            return None
        return Target(MoveKind.INSURER_REFUND if into else MoveKind.PASSED_ON, insurer_id=insurer_id)
    found = parties.get(name_key(name), ())
    if len(found) != 1:
        return None
    return Target(kind, Payer.INSURED, party_id=found[0], insurer_id=owner_insurer_id, direct=direct)


def room(one: Standing, kind: MoveKind, *, direct: bool) -> Fen:
    """How much a line of this kind may take of a policy and payer, in fen.

    Received: what is owed by the payer. Passed on: what is owed to the insurer, out of what is held. Given back by the insurer: what it
    owes. Paid back: what is to go back to the payer, out of what is held, unless the insurer pays it itself.
    """
    match kind:
        case MoveKind.RECEIVED:
            return max(0, one.open_fen)
        case MoveKind.PASSED_ON:
            return max(0, min(one.owed_fen, one.held_fen))
        case MoveKind.INSURER_REFUND:
            return max(0, -one.owed_fen)
        case MoveKind.PAID_BACK:
            return max(0, -one.open_fen if direct else min(-one.open_fen, one.held_fen))


def allocate(amount_fen: Fen, standings: Iterable[Standing], kind: MoveKind, *, direct: bool) -> Allocation:
    """Share a line out: the oldest due first, whole policies by due day, number and payer, the last one in part; the rest is left over."""
    shares: list[Share] = []
    left = amount_fen
    for one in sorted(standings, key=lambda s: (s.due_on, s.number, s.policy_id, s.payer)):
        taken = min(left, room(one, kind, direct=direct))
        if taken:
            shares.append(Share(one.policy_id, one.number, one.payer, one.region_path, one.insurer_id, taken))
            left -= taken
        if not left:
            break
    return Allocation(tuple(shares), left)


_EVENTS: dict[tuple[MoveKind, bool], Event] = {
    (MoveKind.RECEIVED, True): Event.PREMIUM_DIRECT,
    (MoveKind.PASSED_ON, False): Event.PREMIUM_PASSED_ON,
    (MoveKind.INSURER_REFUND, False): Event.INSURER_REFUNDED,
    (MoveKind.PAID_BACK, False): Event.PREMIUM_PAID_BACK,
    (MoveKind.PAID_BACK, True): Event.PREMIUM_BACK_DIRECT,
}


def entries(share: Share, kind: MoveKind, *, direct: bool) -> list[Transfer]:
    """What the books say of one share (domain.md 6.6): public money on 1101, the insured's own on 1102."""
    own = share.payer is Payer.INSURED
    if kind is MoveKind.RECEIVED and not direct:
        return postings(Event.PREMIUM_RECEIVED if own else Event.SUBSIDY_RECEIVED, share.amount_fen)
    event = _EVENTS[kind, direct]
    if kind in (MoveKind.PASSED_ON, MoveKind.INSURER_REFUND):
        return postings(event, share.amount_fen)
    return postings(event, 0 if own else share.amount_fen, share.amount_fen if own else 0)


def unpaid_on(dues: Iterable[Due], paid_fen: Mapping[Payer, Fen], payers: Iterable[Payer], day: dt.date) -> tuple[Unpaid, ...]:
    """The payers, of those the cover waits for, whose part had not come in in full on a day: amount, since when, days.

    `dues` are those booked by the day, in their order; refunds count against the oldest of them like payments.
    """
    known = list(dues)
    found = []
    for payer in sorted(set(payers), key=list(Payer).index):
        mine = [one for one in known if one.payer is payer]
        settled = paid_fen.get(payer, 0) - sum(one.amount_fen for one in mine if one.amount_fen < 0)
        left, since = 0, None
        for one in (due for due in mine if due.amount_fen > 0):
            covered = min(settled, one.amount_fen) if settled > 0 else 0
            settled -= covered
            if covered < one.amount_fen:
                left += one.amount_fen - covered
                since = since or one.booked_on
        if since is not None:
            found.append(Unpaid(payer, left, since, (day - since).days))
    return tuple(found)
