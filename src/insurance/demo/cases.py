"""Which losses the city suffers: the claims of January to July 2019 and the twelve of Lekima, drawn from the insured projects; pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from insurance.access.clock import at
from insurance.base.money import Fen, largest_remainder
from insurance.claims.model import Verb
from insurance.demo.building import asset_value
from insurance.demo.registering import Registered
from insurance.policies.model import Cover, Peril
from insurance.policies.store import Bound
from insurance.projects.model import Ownership, Taxonomy

PAID_FEN: Fen = 48_000_000  # paid and matched by 31 July 2019
LEKIMA_TOWNS = (
    "370402101", "370403102", "370404001", "370404101", "370404103", "370405102", "370405104", "370406001", "370406102", "370406105",
    "370481104", "370481105", "370481109", "370481112",
)  # fmt: skip
_ANY = tuple(Taxonomy)
_GLASS, _WORKS = (Taxonomy.GREENHOUSE,), (Taxonomy.WORKSHOP, Taxonomy.PROC, Taxonomy.COLD)
_LEAST, _MOST = 4_000_000, 12_000_000  # what an item is worth whose loss no weight says; the most where it is graded
_LEAST_SUM = 1_000_000
_MOST_OF_ITEM = 0.6  # a loss above this share of the item is not drawn: it would be a constructive total


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A loss as it is meant: when, why, to what; how the claim goes. `weight`: its part of what is paid; None: as it comes out."""

    on: date
    peril: Peril
    of: tuple[Taxonomy, ...]
    weight: int | None = None
    cover: Cover = Cover.INDUSTRY
    way: frozenset[str] = frozenset()
    loss_share: float = 0.2  # of the item's value, where no weight says what is to be paid
    steps: Mapping[Verb, tuple[date, int]] = {}  # Lekima: day and hour of each step taken by 30 August
    days_out: int = 0
    accounts: tuple[date, date, float] | None = None  # first and last day, and what share of the guarantee was earned
    town: str | None = None

    @property
    def counted_until(self) -> date:
        """The last day that the income claim counts; the day of the loss for all others."""
        return self.accounts[1] if self.accounts else self.on + timedelta(days=self.days_out)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with the project it befalls. `wanted_fen`: what the assessment must come to."""

    plan: Plan
    one: Registered
    policy: Bound
    loss_at: datetime
    wanted_fen: Fen | None
    last: bool = False  # its loss makes the sum whole
    disaster: bool = False


def _ways(*ways: str) -> frozenset[str]:
    return frozenset(ways)


def _day(month: int, day: int) -> date:
    return date(2019, month, day)


_I = Cover.INCOME
_POWER, _CROPS, _STOCK = (Taxonomy.PV,), (Taxonomy.PLANT, Taxonomy.FOREST), (Taxonomy.BREED,)
PAST: tuple[Plan, ...] = (
    Plan(on=_day(1, 12), peril=Peril.FIRE, of=_WORKS, weight=913, way=_ways("publicity")),
    Plan(on=_day(1, 30), peril=Peril.SNOW, of=_GLASS, weight=612),
    Plan(on=_day(2, 9), peril=Peril.SNOW, of=_GLASS, weight=521, way=_ways("supplement")),
    Plan(on=_day(2, 15), peril=Peril.FREEZE, of=_GLASS, cover=_I, accounts=(_day(1, 1), _day(3, 31), 0.2)),
    Plan(on=_day(2, 16), peril=Peril.FREEZE, of=_STOCK, loss_share=0.001, way=_ways("zero")),
    Plan(on=_day(3, 5), peril=Peril.FIRE, of=_WORKS, weight=787, way=_ways("salvage")),
    Plan(on=_day(3, 12), peril=Peril.DISEASE, of=_STOCK, weight=387),
    Plan(on=_day(3, 20), peril=Peril.GALE, of=_GLASS, weight=574),
    Plan(on=_day(3, 28), peril=Peril.GALE, of=_POWER, way=_ways("grade")),
    Plan(on=_day(4, 9), peril=Peril.GALE, of=_ANY, loss_share=0.05, way=_ways("withdrawn")),
    Plan(on=_day(4, 18), peril=Peril.HAIL, of=_CROPS, weight=486),
    Plan(on=_day(4, 27), peril=Peril.HAIL, of=_GLASS, weight=1094, way=_ways("publicity", "interim")),
    Plan(on=_day(5, 6), peril=Peril.HAIL, of=_GLASS, weight=671, way=_ways("rescue")),
    Plan(on=_day(5, 6), peril=Peril.HAIL, of=_GLASS, cover=_I, accounts=(_day(1, 1), _day(6, 30), 0.35)),
    Plan(on=_day(5, 14), peril=Peril.LIGHTNING, of=_POWER, weight=537),
    Plan(on=_day(5, 19), peril=Peril.GALE, of=_WORKS, way=_ways("rejected")),
    Plan(on=_day(5, 22), peril=Peril.FIRE, of=_WORKS, weight=842, way=_ways("objection", "publicity")),
    Plan(on=_day(6, 4), peril=Peril.HAIL, of=_CROPS, weight=468),
    Plan(on=_day(6, 11), peril=Peril.LIGHTNING, of=_POWER, cover=_I, days_out=21),
    Plan(on=_day(6, 15), peril=Peril.RAINSTORM, of=_STOCK, weight=643),
    Plan(on=_day(6, 22), peril=Peril.RAINSTORM, of=_GLASS, weight=733, way=_ways("publicity")),
    Plan(on=_day(6, 27), peril=Peril.GALE, of=(Taxonomy.TOUR, Taxonomy.MARKET), weight=412),
    Plan(on=_day(6, 29), peril=Peril.RAINSTORM, of=_WORKS, weight=587),
    Plan(on=_day(7, 2), peril=Peril.WATERLOG, of=_WORKS, weight=503),
    Plan(on=_day(7, 3), peril=Peril.RAINSTORM, of=_GLASS, weight=598),
)


def _steps(*steps: tuple[Verb, int, int]) -> dict[Verb, tuple[date, int]]:
    return {verb: (_day(8, day), hour) for verb, day, hour in steps}


_V = Verb
_OPENED = ((_V.REPORT, 12, 9), (_V.ACCEPTANCE, 12, 11), (_V.ASSIGNMENT, 12, 14), (_V.SURVEY, 13, 9))
_ASSESSED = (*_OPENED, (_V.PROOFS, 15, 10), (_V.ASSESSMENT, 19, 15))
_APPROVED = (*_ASSESSED, (_V.PUBLICITY, 20, 10), (_V.APPROVAL, 26, 10))
_RAIN, _WATER = Peril.RAINSTORM, Peril.WATERLOG
LEKIMA: tuple[Plan, ...] = (  # what each comes to by the summer after stands behind it
    Plan(on=_day(8, 11), peril=_RAIN, of=_ANY, town="370481105", steps=_steps((_V.REPORT, 29, 16))),  # paid in full
    Plan(  # income shortfall, of the project whose assets the last of the twelve is about
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370481112", cover=_I, accounts=(_day(7, 1), _day(9, 30), 0.35), way=_ways("joint"),
        steps=_steps((_V.REPORT, 28, 9), (_V.ACCEPTANCE, 29, 10)),
    ),
    Plan(  # withdrawn after the survey
        on=_day(8, 12), peril=_WATER, of=_ANY, town="370481109", way=_ways("given up"),
        steps=_steps((_V.REPORT, 27, 9), (_V.ACCEPTANCE, 28, 9), (_V.ASSIGNMENT, 30, 9)),
    ),
    Plan(  # nothing payable: below the deductible
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370406102", loss_share=0.001, way=_ways("zero"), steps=_steps(*_OPENED),
    ),
    Plan(  # papers asked for, handed in late, decided late
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370404103", way=_ways("supplement", "late"),
        steps=_steps(*_OPENED, (_V.PAPERS_NOTICE, 22, 10)),
    ),
    Plan(  # refused in part
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370404001", way=_ways("refused in part"), steps=_steps(*_ASSESSED),
    ),
    Plan(  # advance paid
        on=_day(8, 12), peril=_WATER, of=_ANY, town="370481105", way=_ways("interim"),
        steps=_steps(*_ASSESSED, (_V.INTERIM_PAYMENT, 23, 10)),
    ),
    Plan(  # under-insured
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370405104", way=_ways("publicity", "under-insured"),
        steps=_steps(*_ASSESSED, (_V.PUBLICITY, 29, 9)),
    ),
    Plan(  # disputed, then raised
        on=_day(8, 11), peril=_WATER, of=_ANY, town="370406105", way=_ways("publicity", "objection"),
        steps=_steps(*_ASSESSED, (_V.PUBLICITY, 21, 9), (_V.OBJECTION, 23, 15)),
    ),
    Plan(  # insured twice
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370402101", way=_ways("publicity", "duplicate"), steps=_steps(*_APPROVED),
    ),
    Plan(  # recovered from who caused it
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370403102", way=_ways("publicity", "recovered"),
        steps=_steps(*_APPROVED, (_V.AGREEMENT, 28, 10)),
    ),
    Plan(  # joint: the assets beside the income above
        on=_day(8, 11), peril=_RAIN, of=_ANY, town="370481112", way=_ways("publicity", "joint"),
        steps=_steps(*_APPROVED, (_V.AGREEMENT, 27, 10), (_V.PAYOUT, 29, 10)),
    ),
)  # fmt: skip


class Draw:
    """Finds a project for each plan; no owner suffers twice."""

    def __init__(self, found: Sequence[Registered], bound: Mapping[tuple[int, Cover], Bound], seed: int) -> None:
        self._random = random.Random(f"{seed}/losses")
        self._bound = bound
        self._found = list(found)
        self._random.shuffle(self._found)
        self._taken: set[tuple[str, str | None]] = set()
        self._joint: Registered | None = None  # the project both of whose covers are hit

    def cases(self, plans: Sequence[Plan], total_fen: Fen = 0, *, disaster: bool = False) -> list[Case]:
        """A case for every plan, in order. The weights share what is left of `total_fen` after the claims that pay as they come
        out; the last weighted case makes the sum whole.
        """
        weights = {n: plan.weight for n, plan in enumerate(plans) if plan.weight}
        most = _shares(total_fen, weights)
        chosen = [self._project(plan, most.get(n)) for n, plan in enumerate(plans)]
        policies = [self._bound[one.id, plan.cover] for one, plan in zip(chosen, plans, strict=True)]
        as_it_comes = sum(_expected(*known) for n, known in enumerate(zip(plans, chosen, policies, strict=True)) if n not in weights)
        wanted = _shares(total_fen - as_it_comes, weights) if weights else {}
        return [
            Case(
                plan=plan, one=one, policy=policy, loss_at=at(plan.on, 4 + n % 16, n * 13 % 60), wanted_fen=wanted.get(n),
                last=n == max(weights, default=-1), disaster=disaster,
            )
            for n, (plan, one, policy) in enumerate(zip(plans, chosen, policies, strict=True))
        ]  # fmt: skip

    def _project(self, plan: Plan, target: Fen | None) -> Registered:
        """A project of the plan's town; where none suits, of another town of Lekima. What is hit jointly is one project."""
        joint = "joint" in plan.way
        if joint and self._joint is not None:
            return self._joint
        for places in ((plan.town,), LEKIMA_TOWNS) if plan.town else ((),):
            for one in self._found:
                row = one.project.rows[0]
                owner = one.project.town_code, row.owner
                fits = (one.id, plan.cover) in self._bound and row.taxonomy in plan.of and (not places or owner[0] in places)
                fits = fits and owner not in self._taken and row.ownership is not Ownership.INDIVIDUAL
                fits = fits and (not joint or all((one.id, cover) in self._bound for cover in Cover))
                if fits and _worth(one, plan, target) and self._bound[one.id, plan.cover].sum_insured_fen >= _LEAST_SUM:
                    self._taken.add(owner)
                    self._joint = one if joint else self._joint
                    return one
        raise ValueError(f"no insured project suits the loss of {plan.on}")


def _shares(total_fen: Fen, weights: Mapping[int, int]) -> dict[int, Fen]:
    if not weights:
        return {}
    found = largest_remainder(total_fen, {f"{n:06d}": weight for n, weight in weights.items()})
    return {int(key): fen for key, fen in found.items()}


def _greatest(one: Registered, on: date) -> Fen:
    return max(asset_value(row, on) or 0 for row in one.project.rows)


def _worth(one: Registered, plan: Plan, target: Fen | None) -> bool:
    """Whether the greatest asset bears the loss that the plan means."""
    if plan.cover is Cover.INCOME:
        return True
    value = _greatest(one, plan.on)
    if target is not None:
        return target < value * _MOST_OF_ITEM
    return _LEAST <= value <= _MOST if "grade" in plan.way else value >= _LEAST


def _expected(plan: Plan, one: Registered, policy: Bound) -> Fen:
    """About what a claim without a weight will pay: only to share out the rest; the program computes what it pays."""
    if not plan.way.isdisjoint({"zero", "withdrawn", "rejected"}):
        return 0
    if plan.accounts is not None:
        first, last, earned = plan.accounts
        return int(policy.sum_insured_fen * ((last - first).days + 1) / 365 * (1 - earned) * 0.8)
    if plan.days_out:
        return policy.sum_insured_fen * (plan.days_out - 7) // 365
    return int(_greatest(one, plan.on) * 0.27)
