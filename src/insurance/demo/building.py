"""Making one project of a town: its parties, assets, money, days and papers, as its office's register would state them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from insurance.base.calendar import add_months
from insurance.base.money import FEN_PER_YUAN, Fen, half_up, largest_remainder
from insurance.demo import country
from insurance.demo.kinds import Kind, Thing
from insurance.demo.stories import Story
from insurance.policies.model import Facts, IncomeBasis
from insurance.projects.model import AssetKind, Fund, Operation, Ownership, Status, Taxonomy
from insurance.projects.register_rows import FUND_FIELDS, SPECIAL_PARTS, RegisterRow
from insurance.projects.rules import Depreciable, net_value, regime_for

REGISTER_ON = date(2018, 11, 30)  # the registers state depreciation up to this day
_FIRST_DAY, _LAST_DAY = date(2016, 3, 1), date(2018, 10, 31)  # of putting into use
_WITHOUT_CODES = "370403"  # 薛城区 keeps no project numbers
_NUMBERED_ASSETS = frozenset({"370481", "370404"})
_LEVELS = ((100, 0, 0, 0), (50, 30, 10, 10), (0, 60, 20, 20), (40, 40, 0, 20), (0, 100, 0, 0))
_YIELDS = ("0.06", "0.07", "0.08", "0.085", "0.1")
_HUNDRED_YUAN = 100 * FEN_PER_YUAN
_BY_OTHERS = frozenset({Operation.CONTRACTED, Operation.LEASED, Operation.COOPERATION, Operation.ENTRUSTED, Operation.SHARE})
_NOT_BUILT = frozenset({Status.PLANNED, Status.BUILDING})
_SHORT = {"370402": "市中", "370403": "薛城", "370404": "峄城", "370405": "台儿庄", "370406": "山亭", "370481": "滕州"}
_CODE = {"370402": "SZ", "370404": "YC", "370405": "TEZ", "370406": "ST", "370481": "TZ"}
_SHARING = (
    "70%用于贫困户分红，30%用于村内公益岗位",
    "60%用于贫困户分红，40%留作村集体公益金",
    "按户均等分配",
    "50%用于贫困户分红，50%用于孝善养老",
)


class Project(msgspec.Struct, frozen=True):
    """A project of the demo: its rows in the register, what the papers say beyond it, and the covers it gets."""

    rows: tuple[RegisterRow, ...]
    story: str
    operator_kind: Ownership | None
    link: bool | None
    income_basis: IncomeBasis | None
    order: tuple[str, str, str]
    industry: bool = False
    income: bool = False
    is_tanshan: bool = False

    @property
    def county_code(self) -> str:
        """Six digits."""
        return self.rows[0].county_code

    @property
    def town_code(self) -> str:
        """Nine digits."""
        return self.rows[0].town_code

    @property
    def name(self) -> str:
        """As the register writes it; unique in its town and village."""
        return self.rows[0].project_name


def facts(project: Project, on: date) -> Facts:
    """What the program will know of the project once register and papers are in."""
    row = project.rows[0]
    values = [asset_value(one, on) for one in project.rows]
    funds: Counter[Fund] = Counter()
    for one in project.rows:
        funds.update(one.funds)
    return Facts(
        on=on,
        kind=row.asset_kind,
        taxonomy=row.taxonomy,
        ownership=row.ownership,
        operator=project.operator_kind,
        operation=row.operation,
        status=row.state,
        funds=dict(funds) or None,
        title_on=row.title_on,
        title_paper=row.title_paper,
        net_value_fen=sum(value for value in values if value is not None),
        incomplete_assets=values.count(None),
        link=project.link,
        households=row.households,
        interest=True,
        income_basis=project.income_basis,
        other_covers=(),
    )


def asset_value(row: RegisterRow, on: date) -> Fen | None:
    """What one asset is worth on a day, by the program's own rule; None where cost, day of use or life is not stated."""
    if row.cost_fen is None or row.life_months is None or row.in_use_on is None or row.ownership is None:
        return None
    regime = regime_for(row.ownership, on)
    asset = Depreciable(row.cost_fen, row.residual_rate or Decimal(0), row.life_months, row.in_use_on, regime)
    return net_value(asset, on).net_value_fen


class Builder:
    """Makes the projects of one town, one after the other."""

    def __init__(self, town: country.Town, projects: int, seed: int) -> None:
        self.projects = 0
        self._town = town
        self._villages = country.villages(town, projects, seed)
        self._draw = random.Random(f"{seed}/projects/{town.code}")
        self._names: Counter[str] = Counter()

    def project(self, story: Story) -> Project:
        """The next project of the town."""
        self.projects += 1
        kind = self._draw.choice(story.of)
        village = None if story.ownership is Ownership.TOWN else self._draw.choice(self._villages)
        days = self._days(story)
        name = self._name(f"{village or self._town.name}{days['build_year']}年{kind.label}项目")
        shared: dict[str, Any] = {"project_name": name, "taxonomy": kind.taxonomy, "village": village}
        shared |= days | self._parties(story, kind, village) | self._titles(story, days)
        return self._finished(story, shared, self._assets(story, kind))

    def tanshan(self, story: Story) -> Project:
        """The article's case: 658,000 yuan of street poverty money as shares in the Zhiping co-operative."""
        self.projects += 1
        in_use = date(2017, 9, 1)
        shared: dict[str, Any] = {
            "project_name": "坛山街道2017年扶贫资金入股志平合作社项目",
            "taxonomy": Taxonomy.EQUITY,
            "build_year": 2017,
            "started_on": date(2017, 6, 1),
            "completed_on": date(2017, 8, 20),
            "in_use_on": in_use,
            "owner": "坛山街道经济联合社",
            "operator": "志平合作社",
            "income_owner": "坛山街道经济联合社",
            "beneficiary": "坛山街道脱贫享受政策户、仙坛老年公寓",
            "supervisor": "坛山街道扶贫办",
            "keeper": "志平合作社",
            "households": 96,
            "people": 171,
            "yield_rate": Decimal("0.08"),
            "distribution": "70%用于贫困户分红，30%用于仙坛老年公寓互助养老",
            "contract_no": "坛扶股2017-01",
            "contract_term": (in_use, date(2027, 8, 31)),
            "title_on": date(2017, 12, 1),
            "title_paper": "峄扶确〔2017〕65号",
        }
        street_shares = msgspec.structs.replace(
            story, ownership=Ownership.TOWN, money=({Fund.SPECIAL: 100},), remark="街道扶贫资金65.8万元入股"
        )
        asset = _Asset(Thing("入股形成种养设施", "处", 240, (6580, 6580)), 1, 65_800_000)
        made = self._finished(street_shares, shared, [asset], levels=(0, 0, 0, 100))
        return msgspec.structs.replace(made, is_tanshan=True)

    def _name(self, name: str) -> str:
        self._names[name] += 1
        phase = self._names[name]
        return name if phase == 1 else f"{name}（{'一二三四五六七八九十'[phase - 1] if phase <= 10 else phase}期）"

    def _day(self, first: date, last: date) -> date:
        """A day between the two; four in ten fall on the first of the month, for offices that write months only."""
        found = first + timedelta(days=self._draw.randint(0, (last - first).days))
        return found.replace(day=1) if self._draw.random() < 0.4 else found

    def _days(self, story: Story) -> dict[str, Any]:
        if story.status in _NOT_BUILT:
            planned = story.status is Status.PLANNED
            year = 2019 if planned else self._draw.choice((2018, 2018, 2019))
            started = None if planned else self._day(date(2018, 7, 1), date(2018, 11, 10))
            return {"build_year": year, "started_on": started, "completed_on": None, "in_use_on": None}
        last = date(2016, 11, 30) if story.aged else _LAST_DAY
        in_use = self._day(_FIRST_DAY, last)
        completed = in_use - timedelta(days=self._draw.randint(0, 60))
        started = completed - timedelta(days=self._draw.randint(45, 200))
        return {"build_year": completed.year, "started_on": _months_only(started), "completed_on": completed, "in_use_on": in_use}

    def _titles(self, story: Story, days: Mapping[str, Any]) -> dict[str, Any]:
        in_use = days["in_use_on"]
        if in_use is None:
            return {}
        on = min(in_use + timedelta(days=self._draw.randint(15, 90)), REGISTER_ON)
        number = self._draw.randint(1, 400)
        titled: dict[str, Any] = {"title_on": on, "title_paper": f"{_SHORT[self._town.county_code]}扶确〔{on.year}〕{number}号"}
        if story.operation in _BY_OTHERS:
            years = self._draw.choice((3, 5, 5, 10))
            start = in_use.replace(day=1)
            titled["contract_no"] = f"{self._town.code[4:]}-{in_use.year}-{self._draw.randint(1, 9999):04d}"
            titled["contract_term"] = (start, add_months(start, 12 * years) - timedelta(days=1))
        return titled

    def _parties(self, story: Story, kind: Kind, village: str | None) -> dict[str, Any]:
        town, here = self._town.name, village or self._town.name
        place = self._town.stem + (village or "").removesuffix("村")
        number = self._draw.randint(8, 60)
        owners = {
            Ownership.VILLAGE: f"{town}{here}股份经济合作社",
            Ownership.TOWN: f"{town}经济联合社",
            Ownership.JOINT: f"{town}{here}等5村股份经济合作社",
            Ownership.STATE: f"{self._town.county}乡村产业国有资产运营中心",
            Ownership.COOP: f"{place}{kind.trade}专业合作社",
            Ownership.ENTERPRISE: f"枣庄{place}{kind.trade}有限公司",
            Ownership.FAMILY_FARM: f"{place}家庭农场",
            Ownership.INDIVIDUAL: f"{town}{here}建档立卡贫困户（{number}户）",
        }
        owner = owners[story.ownership] if story.ownership else None
        by_coop = self._draw.random() < 0.5
        partner = owners[Ownership.COOP if by_coop else Ownership.ENTERPRISE]
        operator = partner if story.operation in _BY_OTHERS else owner if story.operation else None
        keeper = f"{here}村委会" if village else f"{town}扶贫办"
        beneficiary = f"{here}脱贫享受政策户" if story.kind is not AssetKind.PUBLIC else f"{here}群众"
        return {
            "owner": owner,
            "operator": operator,
            "income_owner": owner if story.kind is not AssetKind.PUBLIC else None,
            "beneficiary": beneficiary,
            "supervisor": f"{town}扶贫办",
            "keeper": keeper,
            "households": number,
            "people": number * 2 + self._draw.randint(0, 9),
            "yield_rate": Decimal(self._draw.choice(_YIELDS)) if story.kind is not AssetKind.PUBLIC else None,
            "distribution": self._draw.choice(_SHARING) if story.kind is AssetKind.OPERATING else None,
        }

    def _assets(self, story: Story, kind: Kind) -> list[_Asset]:
        number = min(self._draw.choice((1, 1, 2, 2, 3, 4)), story.most_assets, len(kind.things))
        things = [kind.things[0], *self._draw.sample(kind.things[1:], number - 1)]
        return [self._asset(thing) for thing in things]

    def _asset(self, thing: Thing) -> _Asset:
        quantity = self._draw.randint(1, thing.most)
        each = self._draw.randint(*thing.hundreds) * _HUNDRED_YUAN
        odd = self._draw.choice((0, 0, 0, 0, 0, 0, 0, 3_600, 7_150, 25))  # final accounts that end in yuan, jiao and fen
        return _Asset(thing, quantity, quantity * each + odd)

    def _finished(self, story: Story, shared: dict[str, Any], assets: list[_Asset], *, levels: tuple[int, ...] | None = None) -> Project:
        """The rows: one per asset, each with the facts of the project."""
        county = self._town.county_code
        code = None if county == _WITHOUT_CODES else f"{_CODE[county]}{shared['build_year']}-{self._town.code[6:]}{self.projects:04d}"
        money, shares = self._draw.choice(story.money), levels or self._draw.choice(_LEVELS)
        invested = sum(asset.cost_fen for asset in assets)
        rate = shared.get("yield_rate")
        shared["annual_income_fen"] = half_up(invested * rate / FEN_PER_YUAN) * FEN_PER_YUAN if rate else None
        by_others = story.operation in _BY_OTHERS
        operator_kind = story.ownership if not by_others else Ownership.ENTERPRISE
        if by_others and shared["operator"].endswith("合作社"):
            operator_kind = Ownership.COOP
        rows = []
        for number, asset in enumerate(assets, start=1):
            row = RegisterRow(
                county_code=county,
                town_code=self._town.code,
                village_code=None,
                project_code=code,
                asset_name=asset.thing.name,
                asset_kind=story.kind,
                asset_code=self._asset_code(code, number),
                place=f"{self._town.name}{shared.get('village') or ''}{self._draw.choice(('村东', '村西', '村南', '村北', '驻地'))}",
                spec=asset.thing.spec,
                quantity=Decimal(asset.quantity),
                measure=asset.thing.measure,
                cost_fen=asset.cost_fen,
                invested_fen=asset.cost_fen,
                life_months=asset.thing.life_months,
                residual_rate=asset.thing.residual_rate,
                ownership=story.ownership,
                operation=story.operation,
                state=story.status,
                remark=story.remark,
                industry_stated=False,
                income_stated=False,
                **{"village": None} | shared | _funds(money, shares, asset.cost_fen),
            )
            rows.append(_blanked(_depreciated(row), story.blank))
        order = (county, self._town.code, f"{shared.get('village') or ''}/{self.projects:06d}")
        return Project(tuple(rows), story.name, operator_kind, story.link, story.income_basis, order)

    def _asset_code(self, project_code: str | None, number: int) -> str | None:
        if self._town.county_code not in _NUMBERED_ASSETS:
            return None
        if self._town.county_code == "370481":
            return f"{project_code}-{number}"
        return f"{self._town.code}20180{self.projects * 10 + number:05d}"  # 19 digits: more than a number cell keeps


class _Asset(msgspec.Struct, frozen=True):
    thing: Thing
    quantity: int
    cost_fen: Fen


def _months_only(day: date) -> date:
    return day.replace(day=1)


def _funds(money: Mapping[Fund, int], levels: tuple[int, ...], cost_fen: Fen) -> dict[str, Fen]:
    """The cost by source, and the special money by level; what is nothing stays blank."""
    if not money:
        return {}
    found = largest_remainder(cost_fen, {fund.value: weight for fund, weight in money.items()})
    by_field = {FUND_FIELDS[Fund(fund)]: fen for fund, fen in found.items()}
    special = by_field.get("special_fen")
    if special:
        parts = largest_remainder(special, dict(zip(SPECIAL_PARTS, levels, strict=True)))
        by_field |= {field: fen for field, fen in parts.items() if fen}
    return by_field


def _depreciated(row: RegisterRow) -> RegisterRow:
    """With depreciation and net value as the office's books show them on the day of the register."""
    value = asset_value(row, REGISTER_ON)
    if value is None or row.cost_fen is None:
        return row
    return msgspec.structs.replace(row, depreciation_fen=row.cost_fen - value, net_value_fen=value)


def _blanked(row: RegisterRow, fields: frozenset[str]) -> RegisterRow:
    return msgspec.structs.replace(row, **dict.fromkeys(fields)) if fields else row
