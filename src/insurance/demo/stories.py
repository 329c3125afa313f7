"""The kinds of cases a real register holds, and how many of each: who owns, who runs, whose money, what is not known."""

from __future__ import annotations

import msgspec

from insurance.demo import kinds
from insurance.demo.kinds import Kind
from insurance.policies.model import IncomeBasis
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status

SPECIAL = {Fund.SPECIAL: 100}
SPECIAL_MIXES = (SPECIAL, SPECIAL, SPECIAL, {Fund.SPECIAL: 80, Fund.SELF: 20}, {Fund.SPECIAL: 70, Fund.INTEGRATED: 30})


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of case; `count` of it make the city. Money in per cent of cost; `blank` cells the office left empty."""

    name: str
    count: int
    of: tuple[Kind, ...]
    ownership: Ownership | None = Ownership.VILLAGE
    operation: Operation | None = Operation.SELF
    kind: AssetKind | None = AssetKind.OPERATING
    status: Status | None = Status.RUNNING
    money: tuple[dict[Fund, int], ...] = SPECIAL_MIXES
    link: bool | None = False
    income_basis: IncomeBasis | None = None
    most_assets: int = 4
    blank: frozenset[str] = frozenset()
    remark: str | None = None
    aged: bool = False  # every asset fully depreciated before the covers start


def _blank(*fields: str) -> frozenset[str]:
    return frozenset(fields)


_AGREED = IncomeBasis.AGREEMENT
_ACCOUNTS = IncomeBasis.ACCOUNTS

STORIES: tuple[Story, ...] = (
    # Both covers.
    Story(name="G1 village, run by itself, agreed income", count=420, of=kinds.FARMING, income_basis=_AGREED),
    Story(name="G1 village, run by itself, a year of accounts", count=140, of=kinds.FARMING, income_basis=_ACCOUNTS),
    Story(name="G1 town, run by itself", count=40, of=kinds.FARMING, ownership=Ownership.TOWN, income_basis=_AGREED),
    Story(
        name="G8 solar plant of five villages", count=24, of=(kinds.SOLAR,), ownership=Ownership.JOINT,
        money=({Fund.SPECIAL: 60, Fund.SELF: 40},), income_basis=_ACCOUNTS,
    ),
    # Income cover only: nothing of net value is left to insure.
    Story(name="G12 fully depreciated", count=14, of=(kinds.FILM,), money=(SPECIAL,), income_basis=_ACCOUNTS, aged=True, most_assets=1),
    # Asset cover only.
    Story(name="self-run, no basis of income yet", count=46, of=kinds.FARMING),
    Story(name="G2 leased", count=110, of=kinds.LETTABLE, operation=Operation.LEASED, income_basis=_AGREED),
    Story(name="contracted", count=50, of=kinds.LETTABLE, operation=Operation.CONTRACTED, income_basis=_AGREED),
    Story(name="run together", count=24, of=kinds.LETTABLE, operation=Operation.COOPERATION),
    Story(name="entrusted", count=20, of=kinds.LETTABLE, operation=Operation.ENTRUSTED),
    Story(name="state-owned, entrusted", count=6, of=(kinds.MARKET, kinds.COLD), ownership=Ownership.STATE, operation=Operation.ENTRUSTED),
    Story(name="G11 shares in a cooperative", count=24, of=(kinds.SHARES,), operation=Operation.SHARE, income_basis=_AGREED),
    Story(
        name="G3 east-west money only", count=20, of=(kinds.COLD, kinds.GREENHOUSE), money=({Fund.EAST_WEST: 100},), income_basis=_AGREED,
        remark="威海—枣庄扶贫协作",
    ),
    Story(name="integrated money only", count=18, of=kinds.FARMING, money=({Fund.INTEGRATED: 100}, {Fund.INTEGRATED: 80, Fund.SELF: 20})),
    Story(name="bond or other fiscal money", count=8, of=(kinds.SOLAR, kinds.MILL), money=({Fund.BOND: 100}, {Fund.OTHER_FISCAL: 100})),
    Story(
        name="G5 cooperative with link agreement", count=30, of=kinds.FIRMS, ownership=Ownership.COOP, operation=Operation.PRIVATE,
        money=({Fund.SELF: 100}, {Fund.SELF: 60, Fund.LOAN: 40}), link=True,
    ),
    Story(
        name="enterprise with link agreement", count=24, of=kinds.FIRMS, ownership=Ownership.ENTERPRISE, operation=Operation.PRIVATE,
        money=({Fund.SELF: 70, Fund.LOAN: 30}, {Fund.SELF: 80, Fund.DESIGNATED: 20}), link=True,
    ),
    Story(
        name="family farm with link agreement", count=14, of=(kinds.GREENHOUSE, kinds.SHEEP, kinds.ORCHARD),
        ownership=Ownership.FAMILY_FARM, operation=Operation.PRIVATE, money=({Fund.SELF: 100},), link=True,
    ),
    Story(
        name="G7 household sheep with link", count=26, of=(kinds.FLOCK,), ownership=Ownership.INDIVIDUAL, operation=Operation.PRIVATE,
        kind=AssetKind.HOUSEHOLD, money=(SPECIAL,), link=True, most_assets=1,
    ),
    # Neither, or not yet.
    Story(
        name="G4 public work", count=102, of=kinds.PUBLIC, operation=None, kind=AssetKind.PUBLIC,
        money=(SPECIAL, {Fund.INTEGRATED: 100}, {Fund.SPECIAL: 50, Fund.INTEGRATED: 50}),
    ),
    Story(
        name="G6 enterprise without link", count=30, of=kinds.FIRMS, ownership=Ownership.ENTERPRISE, operation=Operation.PRIVATE,
        money=({Fund.SELF: 100}, {Fund.LOAN: 100}),
    ),
    Story(
        name="enterprise, link not known", count=12, of=kinds.FIRMS, ownership=Ownership.ENTERPRISE, operation=Operation.PRIVATE,
        money=({Fund.SELF: 100},), link=None,
    ),
    Story(name="G9 idle", count=34, of=(kinds.MILL, kinds.WORKSHOP, kinds.COLD), status=Status.IDLE, income_basis=_ACCOUNTS),
    Story(name="being built", count=30, of=kinds.FARMING, status=Status.BUILDING),
    Story(name="planned", count=12, of=kinds.FARMING, status=Status.PLANNED, operation=None),
    Story(name="disposed of", count=8, of=(kinds.MACHINES,), status=Status.DISPOSED),
    Story(name="scrapped", count=10, of=(kinds.MILL, kinds.SHEEP), status=Status.SCRAPPED),
    Story(name="lost", count=4, of=(kinds.GREENHOUSE,), status=Status.LOST),
    Story(name="G10 title disputed", count=20, of=kinds.LETTABLE, ownership=Ownership.TOWN, status=Status.DISPUTED, income_basis=_AGREED),
    Story(name="kind not known", count=6, of=kinds.FARMING, kind=None, income_basis=_AGREED),
    Story(name="mode not known", count=6, of=kinds.LETTABLE, operation=None, blank=_blank("title_on", "title_paper")),
    Story(name="state not known", count=6, of=kinds.FARMING, status=None, income_basis=_AGREED),
    Story(name="title not proven", count=12, of=kinds.FARMING, blank=_blank("title_on", "title_paper")),
    Story(
        name="day of use not known", count=4, of=kinds.FARMING,
        blank=_blank("in_use_on", "completed_on", "depreciation_fen", "net_value_fen"),
    ),
    Story(name="life not known", count=4, of=kinds.FARMING, blank=_blank("life_months", "depreciation_fen", "net_value_fen")),
    Story(name="household asset without link", count=6, of=(kinds.FLOCK,), kind=AssetKind.HOUSEHOLD, most_assets=1),
    Story(name="donated money only", count=8, of=(kinds.ECOM, kinds.WORKSHOP), money=({Fund.DONATION: 100}, {Fund.DESIGNATED: 100})),
    Story(name="money not known", count=4, of=kinds.FARMING, money=({},)),
)  # fmt: skip

PROJECTS = 1_376
INDUSTRY_INSURED = 843
INCOME_INSURED = 566
