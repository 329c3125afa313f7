"""The article's city, driven through the program's own functions on its own clock, from the registers to the bank.

Every stage commits as it goes, so an interrupted run leaves half a city: it is not continued but begun again from an empty schema
(`place.prepare(fresh=True)`, as `serve` does when the setting `demo` says LOADING).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from insurance.access import actions, store
from insurance.access.clock import at
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Refused
from insurance.base.text import t
from insurance.claims import disasters, jobs
from insurance.claims.model_verbs import Declaration
from insurance.demo import accounts, enrolling, registering, sharing
from insurance.demo.banking import Bank
from insurance.demo.cases import LEKIMA, LEKIMA_TOWNS, PAID_FEN, PAST, Draw
from insurance.demo.city import SEED, build
from insurance.demo.claiming import Claiming, Storm, Sum
from insurance.demo.pace import Story
from insurance.demo.pace import run as take_steps
from insurance.demo.subsidies import Premiums
from insurance.policies import actions_handover, actions_renew
from insurance.policies import jobs as policy_jobs
from insurance.policies.model import Cover, Peril
from insurance.policies.views_handover import RuleChange
from insurance.projects import store as projects
from insurance.settings import settings

BUSINESS_DATE = date(2019, 8, 30)
_OPENED_ON = date(2018, 12, 3)
_FIRST_MONTH = date(2019, 1, 1)
_DECLARED_AT = at(date(2019, 8, 11), 8)
_WEEK = timedelta(days=7)
_RUNNING_OUT_DAYS = 30
HANDED_OVER, TAKES_OVER = "370405", "DEMO-A"  # 台儿庄区 changes its insurer at the end of 2019
Say = Callable[[float, str], None]
LOADING, DONE = "LOADING", "DONE"


async def state() -> str | None:
    """None (no demo here), LOADING (interrupted: begin again from an empty schema) or DONE."""
    async with db.transaction(actions.system(accounts.CITY).scope):
        found = await store.setting("demo")
    return str(found) if found else None


async def run(report_progress: Say, *, scale: int = 1, until: date | None = None, seed: int = SEED, data: Path | None = None) -> None:
    """Build the city and let it live to the end of the day `until` (30 August 2019), which becomes the business date.

    Raises Refused where there is a demo already, whole or interrupted.
    """
    await _begin()
    last_day = until or BUSINESS_DATE
    report_progress(0.01, "开设账号")
    staff = await accounts.open_accounts(data or settings().data, _OPENED_ON)
    city = build(scale, seed)
    report_progress(0.05, "六个区（市）导入台账")
    found = await registering.register(city, staff)
    report_progress(0.30, "收存确权、投保和收益材料")
    await enrolling.let_insurers_in(staff)
    await enrolling.file_papers(found, staff)
    report_progress(0.40, "报价并承保产业保、收益保")
    bound = await enrolling.insure(found, staff)
    draw = Draw(found, bound, seed)
    bank, paid, storm = Bank(staff), Sum(PAID_FEN * scale), Storm()
    await bank.programme.open()
    lekima = draw.cases(LEKIMA * scale, disaster=True)  # first: they need projects of their towns
    past = draw.cases(PAST * scale, PAID_FEN * scale)
    stories: list[Story] = [Claiming(case, staff, bank, paid, storm).story() for case in (*past, *lekima)]
    stories += [
        _typhoon(storm, staff),
        _handed_over(found, staff),
        _renewed(found, staff),
        sharing.tanshan(found, staff),
        sharing.payout(staff),
        _weekly(),
        *(bank.statements(insurer, _FIRST_MONTH) for insurer in accounts.INSURERS),
        *(bank.lists.months(insurer, _FIRST_MONTH) for insurer in accounts.INSURERS),
        bank.programme.months(_FIRST_MONTH),
        Premiums(staff, bank.programme).years(_FIRST_MONTH.year),
    ]
    await take_steps(stories, last_day, _saying(report_progress, last_day))
    await _finish(last_day)
    report_progress(1.0, "演示数据已就绪")


def _saying(report_progress: Say, last_day: date) -> Callable[[datetime], None]:
    """Tells how far the simulated clock is, once a month."""
    said: set[int] = set()
    days = max(1, (last_day - _FIRST_MONTH).days)

    def say(now: datetime) -> None:
        if now.month not in said:
            said.add(now.month)
            report_progress(
                0.55 + 0.44 * min(1.0, max(0, (now.date() - _FIRST_MONTH).days) / days), f"{now.year}年{now.month}月的报案、查勘和赔付"
            )

    return say


async def _begin() -> None:
    root = actions.system(accounts.CITY)
    async with db.transaction(root.scope):
        if await store.setting("demo") or await projects.search(root, limit=1):
            raise Refused(t("库中已有数据，演示只能在空库中建立"))
        await store.set_setting("demo", LOADING)


async def _finish(last_day: date) -> None:
    async with db.transaction(actions.system(accounts.CITY).scope):
        await store.set_setting("business_date", last_day.isoformat())
        await store.set_setting("demo", DONE)


async def _typhoon(storm: Storm, staff: accounts.Staff) -> Story:
    """利奇马: declared by the city while it rains."""
    yield _DECLARED_AT
    first, last = date(2019, 8, 10), date(2019, 8, 12)
    declared = Declaration(
        code="LEKIMA", name="台风利奇马（201909）", peril=Peril.TYPHOON, from_on=first, until_on=last, towns=LEKIMA_TOWNS
    )
    storm.id = (await disasters.declare(declared, actor=staff.at("city", _DECLARED_AT.date(), _DECLARED_AT.hour))).id


async def _renewed(found: Sequence[registering.Registered], staff: accounts.Staff) -> Story:
    """续保: before the year ends every county renews what runs out, with net value refreshed and the terms of the new year."""
    now = at(date(2019, 12, 23), 9)
    yield now
    await enrolling.sign_again(found, staff, now.date())
    for county_code in accounts.INSURER_OF_COUNTY:
        office = staff.at(staff.office(county_code), now.date(), now.hour)
        running_out = await actions_renew.expiring(within_days=_RUNNING_OUT_DAYS, actor=office)
        await actions_renew.renew_many(running_out, actor=office)  # all but the one that turned out to be insured twice


async def _handed_over(found: Sequence[registering.Registered], staff: accounts.Staff) -> Story:
    """换保: 台儿庄区 goes to insurer A at New Year; one policy was renewed with B before anybody knew, and shows in conflict."""
    now = at(date(2019, 12, 9), 10)
    yield now
    office = staff.at(staff.office(HANDED_OVER), now.date(), now.hour)
    first = (await actions_renew.expiring(within_days=_RUNNING_OUT_DAYS, actor=office))[:1]
    early = {row.project for row in await actions_renew.renewals(first, actor=office)}
    await enrolling.sign_again([one for one in found if one.id in early], staff, now.date())
    await actions_renew.renew_many(first, actor=office)
    now = at(date(2019, 12, 16), 9)
    yield now
    asked = RuleChange([HANDED_OVER], list(Cover), TAKES_OVER, date(2020, 1, 1))
    await actions_handover.change(asked, actor=staff.at("city", now.date(), now.hour))


async def _weekly() -> Story:
    """What the service does by the clock, every Monday of the simulated year."""
    now = at(date(2019, 1, 7), 7)
    while True:
        yield now
        await policy_jobs.tick(actor=_system(now))
        await jobs.tick(actor=_system(now))
        now += _WEEK


def _system(now: datetime) -> Actor:
    return msgspec.structs.replace(actions.system(accounts.CITY), at=now, on=now.date())
