"""What the enrolment page shows of each project: its price, who pays it, the insurer, what is missing; and the sums of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError
from insurance.base.money import Fen
from insurance.base.text import Text, t
from insurance.policies import store, store_facts
from insurance.policies.actions_underwriting import Ask, NotReady, Outcome, Priced, underwrite
from insurance.policies.model import Cover, Payer, Quote
from insurance.web.shown import share


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One project of an enrolment. `ready`: can be bound now; else `refusal` and `missing` say what stands against it.

    `quote` is None where nothing can be priced.
    """

    project_id: int
    name: str
    code: str
    place: str
    insurer: str
    quote: Quote | None
    ready: bool
    refusal: Text | None
    missing: tuple[Text, ...]

    @property
    def net_fen(self) -> Fen | None:
        """Net value of the insured assets on the first day of cover; None for 收益保 and where nothing is priced."""
        if self.quote is None or self.quote.cover is Cover.INCOME:
            return None
        return sum(item.net_value_fen for item in self.quote.items)

    @property
    def ratio(self) -> Fraction | None:
        """Sum insured to net value."""
        return share(self.quote.sum_insured_fen, self.net_fen) if self.quote and self.net_fen else None

    @property
    def own_fen(self) -> Fen:
        """What the insured pays of the premium."""
        return sum(s.amount_fen for s in self.quote.shares if s.payer is Payer.INSURED) if self.quote else 0

    @property
    def subsidy_fen(self) -> Fen:
        """What public money pays of the premium."""
        return self.quote.premium_fen - self.own_fen if self.quote else 0


class Sums(msgspec.Struct, frozen=True):
    """The ready proposals together; `shares` by payer, those above nothing."""

    count: int
    sum_fen: Fen
    premium_fen: Fen
    shares: tuple[tuple[Payer, Fen], ...]


async def proposals(asks: Sequence[Ask], *, actor: Actor) -> list[Proposal]:
    """Every ask with its price and whether it can be bound now, in the order asked; projects out of scope are left out."""
    async with db.transaction(actor.scope):
        projects = await store_facts.registered(actor, actor.on, [ask.project_id for ask in asks])
        known = [ask for ask in asks if ask.project_id in projects]
        binding = await underwrite(known, actor=actor, binding=True)
        unready = [ask for ask, outcome in zip(known, binding, strict=True) if not isinstance(outcome, Priced)]
        priced = iter(await underwrite(unready, actor=actor, binding=False))
        standing = await store.standing([(ask.project_id, ask.cover, ask.period) for ask in known])
    made = []
    for place, (ask, outcome) in enumerate(zip(known, binding, strict=True)):
        project = projects[ask.project_id]
        price = outcome if isinstance(outcome, Priced) else next(priced)
        refusal, missing = _against(outcome, standing.get(place))
        made.append(
            Proposal(
                project_id=project.id,
                name=project.name,
                code=project.code,
                place=scopes.place("/".join(project.region_path.split("/")[:3]) + "/"),
                insurer=scopes.insurer_name(price.insurer_id) if isinstance(price, Priced) else "",
                quote=price.quote if isinstance(price, Priced) else None,
                ready=refusal is None,
                refusal=refusal,
                missing=missing,
            )
        )
    return made


def _against(outcome: Outcome, standing: object) -> tuple[Text | None, tuple[Text, ...]]:
    """Why it cannot be bound now, and everything that is missing."""
    if standing is not None:
        row: dict[str, object] = dict(standing)  # type: ignore[call-overload]  # a database row
        return t("已有保单 {number}", number=row["number"]), ()
    if not isinstance(outcome, InsuranceError):
        return None, ()
    if isinstance(outcome, NotReady):
        return t("缺 {n} 项", n=len(outcome.faults)), tuple(fault.text for fault in outcome.faults)
    return outcome.text, tuple(fault.text for fault in outcome.faults if fault.text != outcome.text)


def sums(found: Iterable[Proposal]) -> Sums:
    """The ready ones together."""
    ready = [one for one in found if one.ready and one.quote]
    by_payer: dict[Payer, Fen] = dict.fromkeys(Payer, 0)
    for one in ready:
        for part in one.quote.shares if one.quote else ():
            by_payer[part.payer] += part.amount_fen
    return Sums(
        count=len(ready),
        sum_fen=sum(one.quote.sum_insured_fen for one in ready if one.quote),
        premium_fen=sum(one.quote.premium_fen for one in ready if one.quote),
        shares=tuple((payer, amount) for payer, amount in by_payer.items() if amount),
    )
