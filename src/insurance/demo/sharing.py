"""收益分配 in the demo: the Tanshan case from the year's accounts to its last use, and a payout of the income cover on its way."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime

from insurance.access.clock import at
from insurance.access.model import Actor
from insurance.base.calendar import add_working_days
from insurance.base.codes import luhn_digit, resident_id_fault
from insurance.base.money import Fen
from insurance.demo.accounts import INSURER_OF_COUNTY, Staff
from insurance.demo.pace import Story
from insurance.demo.papers import paper, picture
from insurance.demo.registering import Registered
from insurance.projects import actions_annual, documents
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import PaperKind
from insurance.sharing import actions, actions_plans, actions_uses, shown
from insurance.sharing.model import (
    ListWish,
    Payment,
    PlanEntry,
    Publication,
    Purpose,
    PurposeEntry,
    SharingEntry,
    Source,
    UseEntry,
)
from insurance.sharing.views import SharingView

_PRINCIPAL_FEN: Fen = 65_800_000  # the article's 658,000 yuan
_ASSUMED_PER_CENT = 8  # the article gives no return: a documented practice of Shandong
_HOUSEHOLDS = 37
_HOME = PurposeEntry(
    purpose=Purpose.MUTUAL_AID, weight=30, payee_name="仙坛老年公寓", payee_bank="示范银行峄城支行", payee_account="3700160808059990001"
)
_SURNAMES, _GIVEN = "王李张刘陈杨赵孙马朱", "建国秀英桂兰玉珍德福广友"
_COLUMNS = ("户编号", "户主姓名", "身份证号", "开户行", "银行卡号", "分配权数", "困难情况", "是否村干部")
_NEEDS = (("低保户，有重病人", 3), ("残疾", 2), ("享受政策", 2), ("享受政策", 1))


def households(county_code: str, count: int, seed: str, *, equal: bool = False) -> bytes:
    """A list of made-up households as an office's CSV: numbers padded, weights by need unless they are equal."""
    dice = random.Random(seed)
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(_COLUMNS)
    for number in range(1, count + 1):
        digits = f"622202{dice.randrange(10**8):08d}{number:04d}"
        head = f"{county_code}19{dice.randrange(38, 69)}{dice.randrange(1, 13):02d}{dice.randrange(1, 28):02d}{number:03d}"
        person = next(head + sign for sign in "0123456789X" if resident_id_fault(head + sign) is None)
        name = dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))
        need, weight = dice.choice(_NEEDS)
        write.writerow(
            (f"{number:03d}", name, person, "示范农商行", digits + luhn_digit(digits), 1 if equal else weight, need, "否")
        )  # fmt: skip
    return out.getvalue().encode("gb18030")


class _Way:
    """One project's money on its way: who acts, and with which papers."""

    def __init__(self, project_id: int, county_code: str, staff: Staff) -> None:
        self.project_id, self.county_code, self._staff = project_id, county_code, staff

    def office(self, now: datetime) -> Actor:
        return self._staff.at(self._staff.office(self.county_code), now.date(), now.hour)

    def other(self, name: str, now: datetime) -> Actor:
        return self._staff.at(name, now.date(), now.hour)

    async def file(self, kind: PaperKind, title: str, lines: Sequence[str], now: datetime) -> int:
        content = picture(title) if kind is PaperKind.PHOTO else paper(title, lines)
        name = f"{title}.{'png' if kind is PaperKind.PHOTO else 'pdf'}"
        return (await documents.file_for_project(self.project_id, kind, name, content, now.date(), actor=self.office(now))).id

    async def ground(self, purposes: list[PurposeEntry], days: tuple[date, date], content: bytes, now: datetime, reserve: int = 0) -> None:
        """The plan that was voted, and the households, which the city agrees to."""
        voted = await self.file(PaperKind.OTHER, "收益分配方案及成员大会表决记录", ["按户公示无异议", "到会成员三分之二以上同意"], now)
        entry = PlanEntry(
            project_id=self.project_id, shown_on=days[0], voted_on=days[1], from_on=days[1], document_id=voted, reserve_per_mille=reserve,
            purposes=purposes,
        )  # fmt: skip
        await actions_plans.file_plan(entry, actor=self.office(now))
        made = await actions_plans.bring_in_list(self.project_id, now.date(), content, actor=self.office(now))
        await actions_plans.confirm_list(made.id, made.version, actor=self.other("city", now))

    async def publish(self, found: SharingView, now: datetime) -> SharingView:
        photo = await self.file(PaperKind.PHOTO, f"{found.head.number}公示照片", (), now)
        given = Publication(version=found.head.version, posted_on=now.date(), place="村务公开栏", document_id=photo)
        return await actions.publish(found.head.id, given, actor=self.office(now))

    async def listed(self, found: SharingView, now: datetime) -> SharingView:
        """Confirmed by the city, and the list for the bank made by finance."""
        found = await actions.confirm(found.head.id, found.head.version, actor=self.other("city", now))
        return await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=self.other("maker", now))

    async def paid(self, found: SharingView, now: datetime) -> SharingView:
        receipt = await self.file(PaperKind.OTHER, f"{found.pay_lists[-1].number}银行代发回单", ["全部成功"], now)
        given = Payment(version=found.head.version, paid_on=now.date(), document_id=receipt)
        return await actions_uses.pay(found.head.id, found.pay_lists[-1].id, given, actor=self.other("checker", now))

    async def used(self, found: SharingView, purpose: Purpose, amount_fen: Fen, note: str, now: datetime) -> SharingView:
        receipt = await self.file(PaperKind.OTHER, f"{found.head.number}{note}凭证", [note], now)
        entry = UseEntry(
            version=found.head.version, purpose=purpose, amount_fen=amount_fen, used_on=now.date(), document_id=receipt, note=note
        )
        return await actions_uses.use(found.head.id, entry, actor=self.office(now))


async def tanshan(found: Sequence[Registered], staff: Staff) -> Story:
    """坛山: 658,000 yuan of shares bring 8 % (assumed) in 2018; 70 to 37 households, 30 to the home for the aged; used to the last fen."""
    now = at(date(2019, 1, 21), 9)
    yield now
    one = next(one for one in found if one.project.is_tanshan)
    way = _Way(one.id, one.project.county_code, staff)
    dividend = PurposeEntry(purpose=Purpose.DIVIDEND, weight=70)
    content = households(way.county_code, _HOUSEHOLDS, "tanshan", equal=True)
    await way.ground([dividend, _HOME], (date(2019, 1, 4), date(2019, 1, 18)), content, now)
    accounts = await way.file(PaperKind.ACCOUNTS, "2018年度入股分红结算单", ["入股本金658,000.00元", "收益率8%为演示假设，报道未载"], now)
    earned = AnnualEntry(year=2018, net_income_fen=_PRINCIPAL_FEN * _ASSUMED_PER_CENT // 100, document_id=accounts, note="收益率为演示假设")
    filed = await actions_annual.file_annual(one.id, earned, actor=way.office(now))
    entry = SharingEntry(project_id=one.id, source=Source.INCOME, annual_account_id=filed.id)
    sharing = await way.publish(await actions.draft(entry, actor=way.office(now)), now)
    now = at(date(2019, 1, 30), 10)
    yield now
    sharing = await way.listed(sharing, now)
    now = at(date(2019, 1, 31), 15)
    yield now
    sharing = await way.paid(sharing, now)
    now = at(date(2019, 2, 18), 10)
    yield now
    sharing = await way.used(sharing, Purpose.MUTUAL_AID, 1_000_000, "老年公寓取暖和被褥", now)
    now = at(date(2019, 3, 18), 10)
    yield now
    await way.used(sharing, Purpose.MUTUAL_AID, sharing.head.open_fen, "老年公寓互助餐补", now)


async def payout(staff: Staff) -> Story:
    """A payout of the income cover, shared once the bank has shown it: households paid, the rest of it still to find its use."""
    now = at(date(2019, 8, 1), 9)
    yield now
    waiting = [one for one in await shown.waiting(actor=staff.at("city", now.date())) if one["source"] == Source.INCOME_COVER]
    if not waiting:
        return
    one = waiting[0]
    way = _Way(one["project_id"], await _county(one["project_id"], staff, now), staff)
    purposes = [
        PurposeEntry(purpose=Purpose.DIVIDEND, weight=60), _unit(Purpose.POSTS, 30, way.county_code),
        _unit(Purpose.VILLAGE, 10, way.county_code),
    ]  # fmt: skip
    content = households(way.county_code, 14, "payout")
    await way.ground(purposes, (date(2019, 7, 5), date(2019, 7, 20)), content, now, 50)
    entry = SharingEntry(project_id=way.project_id, source=Source.INCOME_COVER, payout_id=one["id"])
    sharing = await way.publish(await actions.draft(entry, actor=way.office(now)), now)
    now = at(add_working_days(now.date(), 6), 10)
    yield now
    sharing = await way.listed(sharing, now)
    now = at(add_working_days(now.date(), 1), 15)
    yield now
    sharing = await way.paid(sharing, now)
    now = at(add_working_days(now.date(), 5), 10)
    yield now
    share = next(one for one in sharing.shares if one.purpose is Purpose.POSTS)
    await way.used(sharing, Purpose.POSTS, share.amount_fen // 2, "8月公益岗位补贴", now)


def _unit(purpose: Purpose, weight: int, county_code: str) -> PurposeEntry:
    return PurposeEntry(
        purpose=purpose, weight=weight, payee_name="村股份经济合作社", payee_bank="示范农商行", payee_account=f"{county_code}0808050001"
    )  # fmt: skip


async def _county(project_id: int, staff: Staff, now: datetime) -> str:
    project = await actions_plans.project(project_id, actor=staff.at("city", now.date()))
    return next(code for code in INSURER_OF_COUNTY if f"/{code}/" in project.region_path)
