"""One claim from the loss to the end, every verb through the program's own functions by the person whose verb it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.money import Fen, half_up
from insurance.claims import (
    actions,
    actions_assessment,
    actions_decision,
    actions_dispute,
    actions_evidence,
    actions_letters,
    actions_report,
    settlement,
    store,
)
from insurance.claims.assessed import Insured, compute
from insurance.claims.assessed_asset import asset_basis
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.model_decision import ObjectionOutcome
from insurance.claims.model_letters import Delivery, DeliveryHow, DeliveryStep
from insurance.claims.model_verbs import (
    Acceptance,
    Agreement,
    Approval,
    Assessment,
    Assignment,
    Because,
    Closure,
    Declinature,
    InterimPayment,
    LossLine,
    Objection,
    Outage,
    Papers,
    PapersNotice,
    Publicity,
    Report,
    Survey,
    Zero,
)
from insurance.claims.rules_weather import WEATHER
from insurance.demo.accounts import INSURER_OF_COUNTY, TOWN, Staff
from insurance.demo.banking import Bank
from insurance.demo.cases import Case
from insurance.demo.country import towns
from insurance.demo.endings import LOWERED_AT, Endings
from insurance.demo.pace import Pace, Story
from insurance.demo.papers import measured, paper, picture
from insurance.finance.actions import release
from insurance.policies.model import Cover, Peril
from insurance.policies.rules import value_on
from insurance.policies.terms import terms_for
from insurance.projects.actions_payees import accounts_of, enter_account
from insurance.projects.entries import AccountEntry

_PLACES = {town.code: f"{town.county}{town.name}" for town in towns()}
_CAUSES = {
    Peril.FIRE: "线路老化起火", Peril.SNOW: "积雪压塌", Peril.FREEZE: "持续低温受冻", Peril.DISEASE: "突发疫病死亡", Peril.GALE: "大风掀损",
    Peril.HAIL: "冰雹砸损", Peril.LIGHTNING: "雷击损坏电气设备", Peril.RAINSTORM: "暴雨冲损", Peril.WATERLOG: "积水浸泡",
}  # fmt: skip
_TENTH = 10
_ROUND_FEN = 10_000  # assessors round to the hundred yuan


class Sum(msgspec.Struct):
    """What the paid claims come to together."""

    wanted_fen: Fen
    assessed_fen: dict[int, Fen] = {}

    def left_for(self, case: Case) -> Fen | None:
        """What this case must come to: the last one makes the sum whole."""
        if not case.last:
            return case.wanted_fen
        return self.wanted_fen - sum(fen for one, fen in self.assessed_fen.items() if one != case.policy.id)


class Storm(msgspec.Struct):
    """The disaster, once it is declared."""

    id: int | None = None


class Claiming(Endings):
    """The story of one case."""

    def __init__(self, case: Case, staff: Staff, bank: Bank, paid: Sum, storm: Storm) -> None:
        self.case, self._staff, self._bank, self._paid, self._storm = case, staff, bank, paid, storm
        row = case.one.project.rows[0]
        self._office = "town" if row.town_code == TOWN else staff.office(row.county_code)
        self.insurer = INSURER_OF_COUNTY[row.county_code]
        self._letter = self.insurer[-1].lower()
        self._claim_id, self._number = 0, ""
        self._last: Claim | None = None
        self._seen_on = case.loss_at.date()
        self._pace = Pace(case.plan, case.loss_at)

    def _who(self, username: str) -> Actor:
        now = self._pace.now
        return self._staff.at(username, now.date(), now.hour, now.minute)

    async def _claim(self) -> Claim:
        """As the last act left it; read anew where bank or calendar may have moved it meanwhile."""
        if self._last is None or "interim" in self.case.plan.way or self._seen_on != self._pace.now.date():
            self._last = await actions.one(self._claim_id, actor=self._who(self._office))
            self._seen_on = self._pace.now.date()
        return self._last

    async def _version(self) -> int:
        return (await self._claim()).version

    async def story(self) -> Story:
        """From the report on; the end depends on the plan's way."""
        way, due = self.case.plan.way, self._pace.due
        if "under-insured" in way:
            yield LOWERED_AT
            await self._lower_the_sum()
        yield due(Verb.REPORT, 0, 10 if self.case.loss_at.hour < 10 else 19)
        await self._report()
        if "withdrawn" in way:
            yield due(Verb.WITHDRAWAL, 3, 10)
            await self._withdraw("核实后损失轻微，被保险人自行修复")
            return
        yield due(Verb.ACCEPTANCE, 0, 11, same_day=not self.case.plan.steps)
        self._last = await actions.acceptance(
            self._claim_id, Acceptance(version=await self._version()), actor=self._who(f"adjuster-{self._letter}")
        )
        yield due(Verb.ASSIGNMENT, 0, 14, same_day=not self.case.plan.steps)
        await self._assign()
        yield due(Verb.SURVEY, 1, 9)
        await self._survey()
        if "given up" in way:
            yield due(Verb.WITHDRAWAL, 3, 10)
            await self._withdraw("查勘后被保险人认可损失未超过免赔额，不再索赔")
            return
        async for instant in self._proofs():
            yield instant
        async for instant in self._assessed():
            yield instant
        if "zero" in way:
            yield due(Verb.ZERO, 2, 10)
            nothing = Zero(version=await self._version(), note="损失未超过免赔额，应付金额为零")
            self._last = await actions_decision.zero(self._claim_id, nothing, actor=self._who(f"approver-{self._letter}"))
        elif "rejected" in way:
            yield due(Verb.DECLINATURE, 3, 10)
            await self._decline()
            yield due(Verb.CLOSURE, 2, 10)
            self._last = await actions.closure(
                self._claim_id, Closure(version=await self._version()), actor=self._who(f"adjuster-{self._letter}")
            )
        else:
            async for instant in self._paying():
                yield instant
        if "recovered" in way:
            async for instant in self._recovering():
                yield instant

    async def _withdraw(self, reason: str) -> None:
        given = Because(version=await self._version(), reason=reason)
        self._last = await actions.withdrawal(self._claim_id, given, actor=self._who(self._office))

    async def _report(self) -> None:
        case, row = self.case, self.case.one.project.rows[0]
        guess = case.wanted_fen or case.policy.sum_insured_fen // (3 if "grade" in case.plan.way else 5)
        given = Report(
            policy_id=case.policy.id,
            disaster_id=self._storm.id if case.disaster else None,
            peril=case.plan.peril,
            loss_at=case.loss_at,
            reported_fen=min(case.policy.sum_insured_fen, half_up(guess * 6 // 5 // _ROUND_FEN + 1) * _ROUND_FEN),
            account_of_loss=f"{_PLACES[row.town_code]}{row.village or ''}：{row.asset_name}等因{_CAUSES[case.plan.peril]}受损",
        )
        self._last = await actions_report.report(given, actor=self._who(self._office))
        self._claim_id, self._number = self._last.id, self._last.number
        await self._file("LOSS_NOTICE", "出险通知书", self._office)

    async def _file(self, kind: str, title: str, username: str) -> None:
        claim_number = (await self._claim()).number
        now = self._pace.now
        photo, lines = kind == "SCENE", [claim_number, self.case.one.project.name, str(now.date())]
        content = picture(f"{claim_number}/{kind}") if photo else paper(title, lines)
        self._last = await actions_evidence.file(
            self._claim_id, kind, f"{title}.{'png' if photo else 'pdf'}", content, now.date(),
            measured(claim_number, self.case.plan.peril) if kind == WEATHER else None, actor=self._who(username),
        )  # fmt: skip

    async def _assign(self) -> None:
        visit_at = self._pace.now + timedelta(hours=19)
        given = Assignment(version=await self._version(), visit_at=visit_at, surveyor=f"查勘组{self._letter.upper()}")
        self._last = await actions.assignment(self._claim_id, given, actor=self._who(f"adjuster-{self._letter}"))

    async def _survey(self) -> None:
        adjuster, row = f"adjuster-{self._letter}", self.case.one.project.rows[0]
        guess = self.case.wanted_fen or self.case.policy.sum_insured_fen // 5
        given = Survey(
            version=await self._version(),
            visited_at=self._pace.now - timedelta(minutes=5),
            place=row.place or _PLACES[row.town_code],
            cause=_CAUSES[self.case.plan.peril],
            findings=f"现场核实{row.asset_name}受损，受损部位已拍照，与报案情况相符",
            reserve_fen=(guess // _ROUND_FEN + 1) * _ROUND_FEN,
        )
        self._last = await actions.survey(self._claim_id, given, actor=self._who(adjuster))
        await self._file("SCENE", "现场照片", adjuster)
        await self._file("SURVEY_REPORT", "查勘报告", adjuster)
        await self._answer_third_party()
        if self._has("duplicate"):
            await self._tell_of_other_cover(self.case.policy.sum_insured_fen // 2 // _ROUND_FEN * _ROUND_FEN)

    async def _proofs(self) -> Story:
        """The papers come in: all at once, or after the insurer's one notice of everything that is missing."""
        if "supplement" in self.case.plan.way:
            yield self._pace.due(Verb.PAPERS_NOTICE, 1, 10)
            self._last = await actions.papers_notice(
                self._claim_id, PapersNotice(version=await self._version()), actor=self._who(f"adjuster-{self._letter}")
            )
            yield self._pace.due(None, 45 if self._has("late") else 5, 10)
            await self._hand_in()
            self._last = await actions.papers(self._claim_id, Papers(version=await self._version()), actor=self._who(self._office))
            yield self._pace.due(None, 0, 15, same_day=True)
            self._last = await actions.papers(
                self._claim_id, Papers(version=await self._version()), actor=self._who(f"adjuster-{self._letter}")
            )
        else:
            yield self._pace.due(Verb.PROOFS, 2, 10, not_before=self.case.plan.counted_until + timedelta(days=2))
            await self._hand_in()

    async def _hand_in(self) -> None:
        asked = await actions_evidence.on_file(self._claim_id, actor=self._who(self._office))
        names = {one.code: one.name for one in asked.asked}
        for kind in asked.missing:
            await self._file(kind, names[kind], self._office)
        await self._enter_account()

    async def _enter_account(self) -> None:
        """Where the insured is paid; each owner's account is entered once."""
        row = self.case.one.project.rows[0]
        assert row.owner is not None
        if await accounts_of(self.case.one.id, actor=self._who(self._office)):
            return  # of the other cover's claim
        entry = AccountEntry(holder_name=row.owner, bank_name=payee_bank(self.case), account_number=payee_account(self.case))
        await enter_account(self.case.one.id, entry, actor=self._who(self._office))

    async def _assessed(self) -> Story:
        way = self.case.plan.way
        yield self._pace.due(Verb.ASSESSMENT, 40 if "late" in way else 3, 15)
        await self._assess(first="objection" in way)
        await self._hand_in()
        if "refused in part" in way:
            yield self._pace.due(None, 3, 15)
            await self._assess(refused=True)
        if "interim" in way:
            yield self._pace.due(Verb.INTERIM_PAYMENT, 2, 10)
            await self._pay_ahead()
            yield self._pace.due(None, 1, 10)
            await self._pay()
            yield self._pace.due(None, 0, 15, same_day=True)
            await self._release()
        if "publicity" in way:
            yield self._pace.due(Verb.PUBLICITY, 1, 10)
            given = Publicity(version=await self._version(), place=f"{self.case.one.project.rows[0].village or '镇街'}村务公开栏")
            self._last = await actions.publicity(self._claim_id, given, actor=self._who(self._office))
        if "objection" in way:
            yield self._pace.due(Verb.OBJECTION, 2, 15)
            given_objection = Objection(version=await self._version(), reason="清单漏列受损构件，请求复核", raised_by="村民代表")
            self._last = await actions_dispute.objection(self._claim_id, given_objection, actor=self._who(self._office))
            yield self._pace.due(None, 3, 15)
            await self._assess()

    async def _assess(self, *, first: bool = False, refused: bool = False) -> None:
        """`first` of two: a tenth too low, so that somebody objects; `refused`: a part is not answered for."""
        adjuster = self._who(f"adjuster-{self._letter}")
        wanted = self._paid.left_for(self.case)
        if first and wanted is not None:
            wanted = wanted * 9 // _TENTH
        async with db.transaction(adjuster.scope):
            row = await store.claim(self._claim_id)
            assert row is not None
            insured = await store.insured(await store.policy_of(row["policy_id"], row["loss_on"]), row)
        given = self._loss(insured, wanted, 9 if first else _TENTH)
        if self.case.plan.accounts is not None:
            given = await self._by_statement(insured)
        if refused:
            given = self._refused_in_part(given)
        if self._has("duplicate"):
            given = self._insured_twice(given)
        given = msgspec.structs.replace(given, version=row["version"])
        if row.state is ClaimState.DISPUTED:
            answer = "经现场复核，漏列的构件属实，已补入损失清单"
            given = msgspec.structs.replace(given, objection_outcome=ObjectionOutcome.UPHELD, objection_answer=answer)
        self._last = await actions_assessment.assessment(self._claim_id, given, actor=adjuster)
        assert self._last.assessed_fen is not None
        if "rejected" not in self.case.plan.way and not self.case.disaster:
            self._paid.assessed_fen[self.case.policy.id] = self._last.assessed_fen

    def _loss(self, insured: Insured, wanted: Fen | None, tenths: int = _TENTH) -> Assessment:
        """`tenths` of the loss that is meant, where no amount says what must come out."""
        plan = self.case.plan
        if plan.accounts is not None:
            return Assessment(version=1)
        if plan.cover is Cover.INCOME:
            outage = Outage(damaged_on=plan.on, resumed_on=plan.on + timedelta(days=plan.days_out or 10), earned_daily_fen=0)
            return Assessment(version=1, outage=outage)
        item = max(insured.items.values(), key=lambda one: value_on(one.month_values, one.value_from_on, plan.on))
        value = value_on(item.month_values, item.value_from_on, plan.on)
        if "grade" in plan.way:
            line = LossLine(policy_item_id=item.id, grade="MODERATE", repair_fen=value // 4)
            return Assessment(version=1, lines=(line,))

        def of(loss_fen: Fen) -> Assessment:
            salvage = loss_fen // 20 // _ROUND_FEN * _ROUND_FEN if "salvage" in plan.way else 0
            rescue = 80_000 if "rescue" in plan.way else 0
            line = LossLine(policy_item_id=item.id, loss_fen=loss_fen, salvage_fen=salvage, rescue_fen=rescue)
            return Assessment(version=1, lines=(line,))

        if wanted is None:
            return of(int(value * plan.loss_share) * tenths // _TENTH // 100 * 100)
        return self._that_comes_to(wanted, of, value, insured)

    def _that_comes_to(self, wanted: Fen, of: Callable[[Fen], Assessment], most: Fen, insured: Insured) -> Assessment:
        """The loss for which the program's own calculation gives the amount: to the fen for the last case, else about."""
        wording = terms_for(Cover.INDUSTRY, insured.period.starts_on).wording

        def total(loss_fen: Fen) -> Fen:
            basis = asset_basis(of(loss_fen), insured, wording, peril=self.case.plan.peril, loss_on=self.case.plan.on, interim_paid_fen=0)
            return compute(basis).total_fen

        low, high = 0, most
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if total(middle) < wanted else (low, middle)
        if not self.case.last:
            return of(low // _ROUND_FEN * _ROUND_FEN)
        if total(low) != wanted:
            raise RuntimeError(f"no loss comes to {wanted} fen")
        return of(low)

    async def _pay_ahead(self) -> None:
        claim = await self._claim()
        amount = (claim.assessed_fen or 0) * 3 // _TENTH // _ROUND_FEN * _ROUND_FEN
        given = InterimPayment(version=claim.version, amount_fen=amount, note="先予支付已能确定的部分")
        self._last = await actions_decision.interim_payment(self._claim_id, given, actor=self._who(f"approver-{self._letter}"))

    async def _decline(self) -> None:
        given = Declinature(
            version=await self._version(), reasons=("THRESHOLD_NOT_MET",), note="气象证明显示当日最大风速 12.4 米/秒，未达到条款约定"
        )
        self._last = await actions_decision.declinature(self._claim_id, given, actor=self._who(f"approver-{self._letter}"))
        adjuster = self._who(f"adjuster-{self._letter}")
        refusal = (await actions_letters.of_claim(self._claim_id, actor=adjuster))[-1]
        sent = Delivery(step=DeliveryStep.SENT, how=DeliveryHow.POST)
        await actions_letters.deliver(self._claim_id, refusal.id, sent, actor=adjuster)
        self._last = await actions.one(self._claim_id, actor=adjuster)

    async def _paying(self) -> Story:
        yield self._pace.due(Verb.APPROVAL, 5, 10)
        self._last = await actions_decision.approval(
            self._claim_id, Approval(version=await self._version()), actor=self._who(f"approver-{self._letter}")
        )
        yield self._pace.due(Verb.AGREEMENT, 1, 10)
        self._last = await actions.agreement(self._claim_id, Agreement(version=await self._version()), actor=self._who(self._office))
        yield self._pace.due(None, 0, 15, same_day=True)
        self._last = await actions.agreement(
            self._claim_id, Agreement(version=await self._version()), actor=self._who(f"adjuster-{self._letter}")
        )
        yield self._pace.due(Verb.PAYOUT, 1, 10)
        await self._pay()
        yield self._pace.due(None, 0, 15, same_day=not self.case.plan.steps)
        await self._release()

    async def _pay(self) -> None:
        await settlement.order_payout(self._bank.order(self._claim_id, await self._version(), self.case), actor=self._who("maker"))
        self._last = None

    async def _release(self) -> None:
        order = next(part.payout for part in (await self._claim()).parts if part.payout is not None and part.payout.state == "ORDERED")
        released = await release(order.id, order.version, actor=self._who("checker"))
        self._last = None
        await self._bank.send(self.insurer, released, payee_account(self.case), self._pace.now)


def payee_account(case: Case) -> str:
    """A unit account of 19 digits, the same for the same owner."""
    row = case.one.project.rows[0]
    return "90" + str(int.from_bytes(hashlib.sha256(f"{row.town_code}/{row.owner}".encode()).digest()[:8]) % 10**17).zfill(17)


def payee_bank(case: Case) -> str:
    """The branch that keeps it."""
    return f"示范农村商业银行{_PLACES[case.one.project.town_code]}支行"
