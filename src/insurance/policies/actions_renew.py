"""续保: a new policy for the following period, net value and eligibility anew, the county's insurer of its first day; one or many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, NotFound, WrongState
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.policies import actions_enrol, store, store_midterm
from insurance.policies.actions_underwriting import AlreadyCovered, Ask, Priced, Renews, insurer_of, period_for, underwrite
from insurance.policies.entries import RenewalEntry
from insurance.policies.model import Cover, Period, PolicyState
from insurance.policies.store import Bound
from insurance.policies.views_quotes import RefusalView, refusal_view

RENEWABLE = (PolicyState.IN_FORCE, PolicyState.ENDORSED, PolicyState.EXPIRED)
MOST = 5000  # policies renewed in one act


class Renewed(msgspec.Struct, frozen=True):
    """One policy of many: what it became, or why it stays as it is."""

    policy_id: int
    number: str | None
    project_id: int | None
    outcome: Bound | InsuranceError


class RenewalView(msgspec.Struct, frozen=True, kw_only=True):
    """How a policy is or could be renewed. `renewed_by` is the policy that follows it; without one, the sums are those of today's facts,
    and `refusal` says what stands against it.
    """

    policy: int
    number: str
    cover: Cover
    project: int
    project_name: str
    town: str
    last_day: date
    renewed_by: int | None
    starts_on: date | None
    new_last_day: date | None
    insurer_name: str | None
    insurer_changes: bool
    net_value_fen: Fen | None
    sum_insured_fen: Fen | None
    premium_fen: Fen | None
    before_sum_insured_fen: Fen
    before_premium_fen: Fen
    ready: bool
    refusal: RefusalView | None


async def renew(policy_id: int, given: RenewalEntry, *, actor: Actor) -> Bound:
    """Renew one policy. Raises NotFound, WrongState (cancelled), AlreadyCovered (renewed already), and what enrolment raises."""
    outcome = (await renew_many([policy_id], actor=actor, insurer=given.insurer, last_day=given.last_day))[0].outcome
    if isinstance(outcome, InsuranceError):
        raise outcome
    return outcome


async def renew_many(policy_ids: Sequence[int], *, actor: Actor, insurer: str | None = None, last_day: date | None = None) -> list[Renewed]:
    """Renew many in one act, each answered with its new policy or its refusal, in the order asked; one refused holds back no other.

    Two people renewing the same policy at the same moment make one: the database lets no two policies of a project and cover overlap.
    """
    ids = list(dict.fromkeys(policy_ids))
    async with db.transaction(actor.scope):
        insurer_id = await insurer_of(insurer)
        rows = await store_midterm.to_renew(ids)
        asked: dict[int, Ask | InsuranceError] = {one: _ask(rows.get(one), insurer_id, last_day, actor) for one in ids}
        asks = [ask for ask in asked.values() if isinstance(ask, Ask)]
        bound = iter(await actions_enrol.enrol_many(asks, actor=actor))
    done = []
    for policy_id, ask in asked.items():
        row = rows.get(policy_id)
        outcome = next(bound) if isinstance(ask, Ask) else ask
        done.append(Renewed(policy_id, row["number"] if row else None, row["project_id"] if row else None, outcome))
    return done


def _ask(row: object, insurer_id: int | None, last_day: date | None, actor: Actor) -> Ask | InsuranceError:
    """What the renewal of a policy asks for; or why it cannot be asked."""
    if row is None:
        return NotFound(t("没有这份保单，或不在您的范围内"))
    policy = dict(row)  # type: ignore[call-overload]  # a database row
    if policy["state"] not in RENEWABLE:
        return WrongState(t("这份保单已退保或失效，不能续保，请重新投保"))
    if policy["renewed_by"] is not None:
        return AlreadyCovered(t("已经续保"))
    try:
        period = _following(policy, last_day, actor)
    except Invalid as wrong:
        return wrong
    renews = Renews(policy["id"], policy["insurer_id"], policy["application_document_id"])
    return Ask(project_id=policy["project_id"], cover=Cover(policy["cover"]), period=period, insurer_id=insurer_id, renews=renews)


def _following(policy: dict[str, Any], last_day: date | None, actor: Actor) -> Period:
    """From the day after the last one with cover, never backdated, as long as the terms then in force have it."""
    starts: date = max(policy["ends_before"], actor.on)
    return period_for(Cover(policy["cover"]), starts, last_day, today=actor.on)


async def expiring(
    *, actor: Actor, within_days: int, cover: Cover | None = None, towns: Sequence[str] | None = None, limit: int | None = None
) -> list[int]:
    """Policies of the scope that end within so many days and that nobody renewed, the first to end first."""
    async with db.transaction(actor.scope):
        last = actor.on + timedelta(days=within_days)
        return await store_midterm.expiring(actor, actor.on, last, cover=cover, towns=towns, limit=limit)


async def renewals(policy_ids: Sequence[int], *, actor: Actor) -> list[RenewalView]:
    """How policies are or could be renewed today, in the order asked; policies out of scope are left out."""
    async with db.transaction(actor.scope):
        rows = await store_midterm.to_renew(policy_ids)
        lines = {row["id"]: row for row in await store.policies(ids=list(rows), limit=max(1, len(rows)))}
        asked = {one: _ask(rows[one], None, None, actor) for one in dict.fromkeys(policy_ids) if one in rows}
        asks = [ask for ask in asked.values() if isinstance(ask, Ask)]
        binding = await underwrite(asks, actor=actor, binding=True)
        unready = [ask for ask, outcome in zip(asks, binding, strict=True) if not isinstance(outcome, Priced)]
        priced = iter(await underwrite(unready, actor=actor, binding=False))
        standing = await store.standing([(ask.project_id, ask.cover, ask.period) for ask in asks])
    found = []
    place = 0
    for policy_id, ask in asked.items():
        line = lines[policy_id]
        if not isinstance(ask, Ask):
            found.append(_view(line, rows[policy_id], None, ask, actor))
            continue
        outcome = binding[place]
        price = outcome if isinstance(outcome, Priced) else next(priced)
        row = standing.get(place)
        against = AlreadyCovered(t("已有保单 {number}", number=row["number"])) if row is not None else outcome
        found.append(_view(line, rows[policy_id], price, None if isinstance(against, Priced) else against, actor))
        place += 1
    return found


def _view(line: Any, row: Any, price: object, against: InsuranceError | None, actor: Actor) -> RenewalView:
    quote = price.quote if isinstance(price, Priced) else None
    insurer_id = price.insurer_id if isinstance(price, Priced) else None
    return RenewalView(
        policy=line["id"],
        number=line["number"],
        cover=Cover(line["cover"]),
        project=line["project_id"],
        project_name=line["project_name"] or "",
        town=line["town"],
        last_day=store.period_of(line).last_day,
        renewed_by=row["renewed_by"],
        starts_on=quote.period.starts_on if quote else None,
        new_last_day=quote.period.last_day if quote else None,
        insurer_name=scopes.insurer_name(insurer_id) if insurer_id else None,
        insurer_changes=insurer_id is not None and insurer_id != row["insurer_id"],
        net_value_fen=sum(item.net_value_fen for item in quote.items) if quote and quote.items else None,
        sum_insured_fen=quote.sum_insured_fen if quote else None,
        premium_fen=quote.premium_fen if quote else None,
        before_sum_insured_fen=line["sum_insured_fen"],
        before_premium_fen=line["premium_fen"],
        ready=against is None and quote is not None,
        refusal=refusal_view(against, actor.language) if against is not None else None,
    )
