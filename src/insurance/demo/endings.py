"""What sets the twelve claims of Lekima apart on their way to different ends: less insured, insured twice, refused in part, recovered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from insurance.access.clock import at
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.money import Fen, half_up
from insurance.claims import actions, actions_income, actions_recovery, actions_third_party, store
from insurance.claims.assessed import Insured
from insurance.claims.model_income import StatementEntry, StatementLine
from insurance.claims.model_recovery import NewRecovery, Receipt, RecoveryKind, ThirdPartyAnswers
from insurance.claims.model_verbs import Assessment, IncomeLoss
from insurance.demo.cases import Case
from insurance.demo.pace import Pace, Story
from insurance.demo.papers import paper
from insurance.policies.actions_endorse import endorse
from insurance.policies.entries import AssetEntry, EndorsementEntry
from insurance.policies.model import LineKind
from insurance.policies.model_midterm import EndorsementKind
from insurance.projects import actions as projects
from insurance.projects.documents import file_for_project
from insurance.projects.entries import DeclaredCoverEntry
from insurance.projects.model import PaperKind

LOWERED_AT = at(date(2019, 8, 1), 9)
_ROUND_FEN = 10_000
_OF_NET_VALUE = Decimal("0.955")  # just inside the band in which nobody need be asked
_OTHER_INSURER = "某互助保险社"
_CONTRACTOR = "某排水工程公司"
_VALUES = "SELECT asset_id, month_value(month_values, value_from_on, $2) AS value_fen FROM policy_item WHERE policy_id = $1"
_YEAR = (date(2019, 1, 1), date(2019, 12, 31))


class Endings:
    """The parts of a case's story that only some cases have; the story itself is `claiming.Claiming`."""

    case: Case
    _pace: Pace
    _claim_id: int
    _office: str
    _letter: str

    def _who(self, username: str) -> Actor:
        raise NotImplementedError

    def _has(self, way: str) -> bool:
        return way in self.case.plan.way

    async def _lower_the_sum(self) -> None:
        """不足额: ten days before the storm the office has the sum lowered, to save premium."""
        office, day = self._at(LOWERED_AT), LOWERED_AT.date()
        wish = paper("批改申请书", [self.case.one.project.name, "压减保险金额", str(day)])
        signed = await file_for_project(self.case.one.id, PaperKind.CHANGE, "批改申请书.pdf", wish, day, actor=office)
        async with db.transaction(office.scope):
            policy = await store.policy_of(self.case.policy.id, day)
            lines = await db.fetch(_VALUES, policy["id"], day + timedelta(days=1))
            version = await db.fetchval("SELECT version FROM policy WHERE id = $1", policy["id"])
        lowered = {line["asset_id"]: half_up(line["value_fen"] * _OF_NET_VALUE) // _ROUND_FEN * _ROUND_FEN for line in lines}
        given = EndorsementEntry(
            version=version, kind=EndorsementKind.SUM_CHANGED, reason="压减保费，低于净值投保", document=signed.id,
            assets=[AssetEntry(asset=asset, sum_insured_fen=fen) for asset, fen in lowered.items()],
        )  # fmt: skip
        await endorse(self.case.policy.id, given, actor=office)

    def _at(self, now: datetime) -> Actor:
        """The office at an instant the claim's own clock has not reached."""
        office = self._who(self._office)
        return msgspec.structs.replace(office, at=now, on=now.date())

    async def _tell_of_other_cover(self, sum_insured_fen: Fen) -> None:
        """重复保险: at the survey it turns out that a mutual insures the same thing; the office declares it."""
        office = self._who(self._office)
        async with db.transaction(office.scope):
            version = await db.fetchval("SELECT version FROM project WHERE id = $1", self.case.one.id)
        given = DeclaredCoverEntry(
            version=version, insurer_name=_OTHER_INSURER, cover="INDUSTRY", starts_on=_YEAR[0], last_day=_YEAR[1],
            sum_insured_fen=sum_insured_fen,
        )  # fmt: skip
        await projects.declare_cover(self.case.one.id, given, actor=office)

    async def _answer_third_party(self) -> None:
        """Whether somebody else caused the loss, asked of everybody; for one claim somebody did."""
        liable = self._has("recovered")
        answers = ThirdPartyAnswers(caused=liable, name=_CONTRACTOR if liable else "", paid_fen=0 if liable else None)
        if liable:
            answers = msgspec.structs.replace(answers, waived=False, note="排水沟施工未回填，雨水倒灌")
        await actions_third_party.answer(self._claim_id, answers, actor=self._who(f"adjuster-{self._letter}"))

    async def _recovering(self) -> Story:
        """代位追偿: after the payment the insurer turns to who dug the ditch, and gets the most of it back."""
        yield self._pace.due(None, 45, 10)  # the statements of a month come in at its end
        adjuster = f"adjuster-{self._letter}"
        paid = (await actions.one(self._claim_id, actor=self._who(adjuster))).paid_fen
        if not paid:
            return
        wish = NewRecovery(
            kind=RecoveryKind.SUBROGATION, counterparty=_CONTRACTOR, basis="施工方未回填排水沟，应负赔偿责任", expected_fen=paid
        )
        recovery = await actions_recovery.open_recovery(self._claim_id, wish, actor=self._who(adjuster))
        yield self._pace.due(None, 30, 10)
        received = Receipt(version=recovery.version, received_fen=paid * 7 // 10, reason="协商支付七成")
        await actions_recovery.receipt(recovery.id, received, actor=self._who(adjuster))

    def _insured_twice(self, given: Assessment) -> Assessment:
        """The same assessment with what the mutual insures beside it."""
        other = self.case.policy.sum_insured_fen // 2 // _ROUND_FEN * _ROUND_FEN
        lines = [
            msgspec.structs.replace(line, other_sums_insured_fen=(other,), other_insurers=(_OTHER_INSURER,)) for line in given.lines
        ]  # fmt: skip
        return msgspec.structs.replace(given, lines=tuple(lines))

    def _refused_in_part(self, given: Assessment) -> Assessment:
        """The same assessment without a sixth of the loss, which nobody can establish any more."""
        lines = [
            msgspec.structs.replace(
                line, refused_fen=(line.loss_fen or 0) // 6 // _ROUND_FEN * _ROUND_FEN, refused_reason="LATE_NOTICE",
                note="逾四日方通知，其间清理的部分损失无法确定",
            )
            for line in given.lines
        ]  # fmt: skip
        return msgspec.structs.replace(given, lines=tuple(lines))

    async def _by_statement(self, insured: Insured) -> Assessment:
        """An income claim by the statement the office files for the collective."""
        assert self.case.plan.accounts is not None
        first, last, earned = self.case.plan.accounts
        actual = int(insured.sum_insured_fen * ((last - first).days + 1) / 365 * earned)
        statement_id = await self._file_statement(first, last, actual)
        return Assessment(version=1, income=IncomeLoss(statement_id=statement_id))

    async def _file_statement(self, first: date, last: date, earned_fen: Fen) -> int:
        """收益报表 of the collective: what was sold, what it cost, and the asset cover's money, which does not count."""
        costs = earned_fen // 2
        lines = (
            StatementLine(kind=LineKind.SALES, amount_fen=earned_fen + costs),
            StatementLine(kind=LineKind.MATERIAL_COST, amount_fen=costs * 2 // 3),
            StatementLine(kind=LineKind.LABOUR_COST, amount_fen=costs - costs * 2 // 3),
            StatementLine(kind=LineKind.CAPITAL_GRANT, amount_fen=500_000, note="灾后重建补助，不计收益"),
        )
        given = StatementEntry(from_on=first, last_on=last, lines=lines, signed_on=self._pace.now.date(), signed_by="村集体法定代表人")
        return (await actions_income.file_statement(self._claim_id, given, actor=self._who(self._office))).id
