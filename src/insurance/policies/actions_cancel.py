"""退保和解除合同: by the policyholder (保险法 54), after a partial loss (58), or rescinded by the insurer for non-disclosure (16)."""

from __future__ import annotations

from datetime import date, timedelta

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import add_months
from insurance.base.errors import Invalid, NotFound, Refused
from insurance.base.text import Text, t
from insurance.policies import lifecycle, store_midterm
from insurance.policies.actions_midterm import hold, inside, paper, unused, write
from insurance.policies.entries import CancellationEntry
from insurance.policies.held import Held, Plan, Reckoned, charges, reckon
from insurance.policies.lifecycle import PolicyVerb
from insurance.policies.model_midterm import BY_INSURER, RESCISSIONS, EndorsementKind, GivenBack, Ground
from insurance.policies.rules_midterm import Footing
from insurance.policies.terms import terms_by
from insurance.policies.views_midterm import EndorsementView, endorsement_view, reckoned_view
from insurance.projects.model import PaperKind

_DAY = timedelta(days=1)
NOTICE_DAYS = 15  # the insurer tells the policyholder so many days before (保险法 58)
AFTER_LOSS_DAYS = 30  # from the payment of a partial loss (58)
RESCIND_DAYS = 30  # from the day the insurer learned of it (16)
RESCIND_MONTHS = 24  # from the conclusion of the contract (16)

_GIVEN_BACK = {Ground.NONDISCLOSURE_SERIOUS: GivenBack.ALL, Ground.NONDISCLOSURE_INTENT: GivenBack.NONE}
_FROM_THE_START = frozenset(_GIVEN_BACK)  # no loss before the rescission is answered for


async def cancel(policy_id: int, given: CancellationEntry, *, actor: Actor) -> EndorsementView:
    """Cancel a policy. Raises NotFound, LostUpdate, WrongState, Invalid by field, Refused (too early, too late, claims stand)."""
    async with db.transaction(actor.scope):
        reckoned = await _reckoned(policy_id, given, actor, lock=True)
        endorsement_id = await write(reckoned, actor=actor)
        return endorsement_view((await store_midterm.endorsements(endorsement_id=endorsement_id))[0], actor.language)


async def preview(policy_id: int, given: CancellationEntry, *, actor: Actor) -> EndorsementView:
    """The same, tried out: what goes back, to whom and why; nothing is written. Raises what `cancel` raises."""
    async with db.transaction(actor.scope):
        return reckoned_view(await _reckoned(policy_id, given, actor, lock=False), actor)


async def cancellation(policy_id: int, *, actor: Actor) -> EndorsementView:
    """How a policy was cancelled. Raises NotFound where it was not, or outside the scope."""
    async with db.transaction(actor.scope):
        await hold(policy_id, lock=False)
        rows = await store_midterm.endorsements(policy_id=policy_id, kind=EndorsementKind.CANCELLATION)
    if not rows:
        raise NotFound(t("这份保单没有退保"))
    return endorsement_view(rows[0], actor.language)


async def _reckoned(policy_id: int, given: CancellationEntry, actor: Actor, *, lock: bool) -> Reckoned:
    held = await hold(policy_id, given.version, lock=lock)
    lifecycle.after(PolicyVerb.CANCEL, held.state)
    if held.period.ends_before < held.sold_before:
        raise Refused(t("保险责任已提前终止，无须退保"))
    faults = []
    if (given.notice_on is not None) and given.ground is not Ground.AFTER_LOSS_INSURER:
        faults.append(unused("notice_on"))
    if (given.known_on is not None) and given.ground not in RESCISSIONS:
        faults.append(unused("known_on"))
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    day = _day(held, given, actor)
    await paper(held, given.document, (PaperKind.CHANGE,))
    return reckon(held, _plan(held, given, day))


def _day(held: Held, given: CancellationEntry, actor: Actor) -> date:
    """The first day without cover: today or later; what the law wants of it besides is looked at by its ground."""
    if given.ground in RESCISSIONS:
        _rescindable(held, given, actor)
        if given.effective_on not in (None, actor.on):
            raise Invalid.field("effective_on", t("解除合同自当日起生效"))
        return actor.on
    earliest = actor.on
    if given.ground in (Ground.AFTER_LOSS, Ground.AFTER_LOSS_INSURER):
        asked = given.notice_on if given.ground is Ground.AFTER_LOSS_INSURER else actor.on
        if asked is None or asked > actor.on:
            raise Invalid.field("notice_on", t("请填保险人通知投保人的日期，不晚于今天"))
        _after_a_loss(held, asked)
        if given.ground is Ground.AFTER_LOSS_INSURER:  # whole days lie between: the day of the notice is not counted
            earliest = max(earliest, asked + timedelta(days=NOTICE_DAYS) + _DAY)
    day = given.effective_on or earliest
    inside(held, day, earliest=earliest)
    return day


def _after_a_loss(held: Held, asked: date) -> None:
    """Whether a partial loss was paid within 30 days before (保险法 58)."""
    paid = [claim.paid_on for claim in held.claims if claim.paid_on is not None]
    if not paid:
        raise Refused(t("没有已赔付的部分损失，不能按保险法第五十八条解除"))
    last = max(paid) + timedelta(days=AFTER_LOSS_DAYS)
    if asked > last:
        raise Refused(t("已超过赔付之日起三十日（{day}），不能按保险法第五十八条解除", day=last.isoformat()))


def _rescindable(held: Held, given: CancellationEntry, actor: Actor) -> None:
    """Whether the insurer may still rescind (保险法 16): it did not know at the conclusion, and both terms still run."""
    known = given.known_on
    if known is None or known > actor.on:
        raise Invalid.field("known_on", t("请填保险人知道解除事由的日期，不晚于今天"))
    if known <= held.bound_on:
        raise Refused(t("保险人在订立合同时已经知道，不能解除合同（保险法第十六条）"))
    ends = (
        (known + timedelta(days=RESCIND_DAYS), t("自知道解除事由之日起三十日")),
        (add_months(held.bound_on, RESCIND_MONTHS), t("自合同成立之日起二年")),
    )
    for last, term in ends:
        if actor.on > last:
            raise Refused(t("已超过{term}（{day}），解除权消灭（保险法第十六条）", term=term, day=last.isoformat()))
    paid = [claim.number for claim in held.claims if claim.live and claim.approved_fen]
    if given.ground in _FROM_THE_START and paid:
        raise Refused(t("已有核赔通过的赔案：{numbers}，请先按赔案办理", numbers="、".join(paid)))


def _plan(held: Held, given: CancellationEntry, day: date) -> Plan:
    """What goes back and from when nothing is covered."""
    from_the_start = given.ground in _FROM_THE_START
    before = day <= held.period.starts_on
    terms = terms_by(held.cover, held.terms_version, held.terms_checksum)
    fee = terms.wording.cancellation_fee_fen if before and given.ground is Ground.WISH else 0
    footing = Footing(
        closed=charges(held), closed_from=day, given_back=_GIVEN_BACK.get(given.ground, GivenBack.UNEARNED), fee_fen=fee,
        borne_fen=held.borne_fen,
    )  # fmt: skip
    return Plan(
        kind=EndorsementKind.CANCELLATION,
        ground=given.ground,
        effective_on=day,
        reason=given.reason.strip(),
        inputs=given,
        footing=footing,
        document_id=given.document,
        ends_before=held.period.starts_on if before or from_the_start else day,
        never_covered=before or from_the_start,
        notes=_notes(held, given.ground, day, from_the_start=from_the_start),
    )


def _notes(held: Held, ground: Ground, day: date, *, from_the_start: bool) -> tuple[Text, ...]:
    """What people must know besides the amount: claims are no obstacle, those of earlier losses run off."""
    notes: list[Text] = []
    live = [claim.number for claim in held.claims if claim.live]
    if from_the_start:
        notes.append(t("保险人对解除前发生的保险事故不承担赔偿责任（保险法第十六条）"))
    elif live:
        last = (day - _DAY).isoformat()
        notes.append(t("{day} 及以前出险的赔案继续办理：{numbers}", day=last, numbers="、".join(live)))
    if ground in BY_INSURER:
        notes.append(t("由保险人提出，依据其书面通知办理"))
    return tuple(notes)
