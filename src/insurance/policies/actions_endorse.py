"""批改: what each kind of endorsement takes and leaves, tried out or recorded; amounts follow from the terms, nobody types them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.text import Text, t
from insurance.policies import lifecycle, store_facts, store_midterm
from insurance.policies.actions_midterm import hold, inside, paper, unused, write
from insurance.policies.actions_underwriting import NotReady, Wish, judge, not_eligible, with_wishes
from insurance.policies.entries import AssetEntry, EndorsementEntry
from insurance.policies.held import Held, HeldLine, Plan, Reckoned, charges, lowered_by, reckon
from insurance.policies.lifecycle import PolicyVerb
from insurance.policies.model import Cover, Judgement, Period, Result
from insurance.policies.model_midterm import REJUDGED, EndorsementKind, Restored
from insurance.policies.rules_midterm import Footing
from insurance.policies.rules_quote import InsuredAsset
from insurance.policies.rules_rejudged import consequence
from insurance.policies.views_midterm import EndorsementView, endorsement_view, reckoned_view
from insurance.projects.model import PaperKind, ProjectFacts, Status

_K = EndorsementKind
BY_HAND = tuple(kind for kind in _K if kind not in (_K.EXCESS_REFUND, _K.CANCELLATION))  # what an office may ask for
# Papers an office must have on file of the project, signed: whoever changes the contract wants it in writing.
PAPERS: dict[EndorsementKind, tuple[PaperKind, ...]] = {
    _K.ASSET_ADDED: (PaperKind.CHANGE, PaperKind.APPLICATION),
    _K.ASSET_REMOVED: (PaperKind.CHANGE,),
    _K.SUM_CHANGED: (PaperKind.CHANGE, PaperKind.APPLICATION),
    _K.REINSTATE: (PaperKind.CHANGE, PaperKind.APPLICATION),
    _K.INSURED_CHANGED: (PaperKind.CHANGE, PaperKind.TITLE, PaperKind.CONTRACT),
}
_BOUGHT = (_K.ASSET_ADDED, _K.SUM_CHANGED, _K.REINSTATE)  # cover is bought: never backdated
_OF_ASSETS = (*_BOUGHT, _K.ASSET_REMOVED)
_DAY = timedelta(days=1)


async def endorse(policy_id: int, given: EndorsementEntry, *, actor: Actor) -> EndorsementView:
    """Record an endorsement. Raises NotFound, LostUpdate, WrongState, Invalid by field, NotReady, NotEligible, Refused."""
    async with db.transaction(actor.scope):
        reckoned = await _reckoned(policy_id, given, actor, lock=True)
        endorsement_id = await write(reckoned, actor=actor)
        return endorsement_view((await store_midterm.endorsements(endorsement_id=endorsement_id))[0], actor.language)


async def preview(policy_id: int, given: EndorsementEntry, *, actor: Actor) -> EndorsementView:
    """The same, tried out: its amounts, its working and what they leave insured; nothing is written. Raises what `endorse` raises."""
    async with db.transaction(actor.scope):
        return reckoned_view(await _reckoned(policy_id, given, actor, lock=False), actor)


async def _reckoned(policy_id: int, given: EndorsementEntry, actor: Actor, *, lock: bool) -> Reckoned:
    if given.kind not in BY_HAND:
        raise Invalid.field("kind", t("这种批单不由扶贫办办理"))
    held = await hold(policy_id, given.version, lock=lock)
    lifecycle.after(PolicyVerb.ENDORSE, held.state)
    if held.period.ends_before < held.sold_before:
        raise Refused(t("保险责任已提前终止，不能再批改"))
    day = given.effective_on or (actor.on + _DAY if given.kind in _BOUGHT else actor.on)
    _check_form(held, given)
    _check_day(held, given.kind, day, actor)
    await paper(held, given.document, PAPERS.get(given.kind, ()))
    reckoned = reckon(held, await _PLANS[given.kind](held, given, day, actor))
    if reckoned.worked.referrals:
        raise NotReady(t("还不能批改"), [FieldFault("sum_insured_fen", text) for text in reckoned.worked.referrals])
    return reckoned


def _check_form(held: Held, given: EndorsementEntry) -> None:
    """Fields of other kinds are not silently passed over."""
    faults = []
    if given.kind in _OF_ASSETS:
        if held.cover is Cover.INCOME:
            raise Invalid.field("kind", t("收益保没有保险清单；保障收益在续保时按新的投入核定"))
        if not given.assets and given.kind is not _K.REINSTATE:
            faults.append(FieldFault("assets", t("请至少选一项资产")))
        if len({one.asset for one in given.assets}) < len(given.assets):
            faults.append(FieldFault("assets", t("同一资产只填一行")))
    elif given.assets:
        faults.append(unused("assets"))
    for place, one in enumerate(given.assets if given.kind in _OF_ASSETS else ()):
        takes = {
            "sum_insured_fen": given.kind in (_K.ASSET_ADDED, _K.SUM_CHANGED),
            "replacement_fen": given.kind in (_K.ASSET_ADDED, _K.SUM_CHANGED),
            "restored_fen": given.kind is _K.REINSTATE,
        }
        faults += [unused(f"assets[{place}].{name}") for name, may in takes.items() if not may and getattr(one, name) is not None]
    if given.kind is not _K.CORRECTION:
        faults += [unused(name) for name in ("application", "title") if getattr(given, name) is not None]
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)


def _check_day(held: Held, kind: EndorsementKind, day: date, actor: Actor) -> None:
    """Cover is bought for days to come; a fact may have come about since the policy was bound, up to today."""
    earliest = max(actor.on, held.period.starts_on) if kind in _BOUGHT else held.bound_on
    inside(held, day, earliest=earliest)
    if kind in (*REJUDGED, _K.INSURED_CHANGED, _K.CORRECTION) and day > actor.on:
        raise Invalid.field("effective_on", t("不能晚于今天"))


async def _project(held: Held, actor: Actor) -> ProjectFacts:
    return (await store_facts.registered(actor, actor.on, [held.project_id]))[held.project_id]


def _eligible(held: Held, project: ProjectFacts) -> Judgement:
    """The judgement of the policy's own cover by what the register knows today."""
    judged = judge(project)
    return judged.industry if held.cover is Cover.INDUSTRY else judged.income


def _plan(given: EndorsementEntry, day: date, footing: Footing, **known: object) -> Plan:
    """A plan with what every kind takes from the form."""
    same: dict[str, object] = {
        "kind": given.kind, "effective_on": day, "reason": given.reason.strip(), "inputs": given, "footing": footing,
        "document_id": given.document,
    }  # fmt: skip
    return Plan(**(same | known))  # type: ignore[arg-type]  # the fields of Plan


# -- the schedule -------------------------------------------------------------------------------------------------------


async def _opened(held: Held, entries: list[AssetEntry], day: date, actor: Actor) -> tuple[InsuredAsset, ...]:
    """The assets named, valued on the day, with what is wanted of each. Refused where the project is no longer eligible."""
    project = await _project(held, actor)
    judgement = _eligible(held, project)
    if judgement.result is not Result.ELIGIBLE:
        raise not_eligible(judgement)
    standing = (await store_facts.insurable_assets([project], day)).get(project.id, ())
    wishes = [Wish(one.asset, one.sum_insured_fen, one.replacement_fen) for one in entries]
    wanted = {one.asset for one in entries}
    return tuple(asset for asset in with_wishes(standing, wishes) if asset.asset_id in wanted)


async def _asset_added(held: Held, given: EndorsementEntry, day: date, actor: Actor) -> Plan:
    """Assets join with their net value of the day, for premium by the days left."""
    insured = {line.asset_id for line in held.lines}
    faults = [
        FieldFault(f"assets[{place}].asset", t("该资产已在保险清单内")) for place, one in enumerate(given.assets) if one.asset in insured
    ]
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    opened = await _opened(held, given.assets, day, actor)
    return _plan(given, day, Footing(opened=opened, opened_for=Period(day, held.period.ends_before)))


def _named(held: Held, given: EndorsementEntry) -> list[HeldLine]:
    """The lines of the schedule that are named. Raises Invalid for an asset that is not on it."""
    lines = {line.asset_id: line for line in held.lines}
    faults = [
        FieldFault(f"assets[{place}].asset", t("该资产不在保险清单内"))
        for place, one in enumerate(given.assets)
        if one.asset not in lines
    ]  # fmt: skip
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    return [lines[one.asset] for one in given.assets]


async def _asset_removed(held: Held, given: EndorsementEntry, day: date, _: Actor) -> Plan:
    """Assets leave; their unearned premium goes back. Never all of them, and none a claim says was there later."""
    going = _named(held, given)
    ids = {line.id for line in going}
    if len(ids) == len(held.lines):
        raise Refused(t("不能减去全部保险标的；不再投保的，请办理退保"))
    later = [claim.number for claim in held.claims if claim.live and claim.loss_on >= day and any(str(one) in claim.taken for one in ids)]
    if later:
        raise Refused(t("该资产在此日之后已有赔案：{numbers}", numbers="、".join(later)))
    waiting = [claim.number for claim in held.claims if claim.undecided and claim.loss_on >= day]
    if waiting:  # which lines it takes is not known before it is decided
        raise Refused(t("此日之后有尚未核定的赔案：{numbers}，请先核定，或改为出险之后的日期", numbers="、".join(waiting)))
    footing = Footing(closed=charges(held, going), closed_from=day, borne_fen=held.borne_fen)
    return _plan(given, day, footing, ends=tuple(sorted(ids)))


async def _sum_changed(held: Held, given: EndorsementEntry, day: date, actor: Actor) -> Plan:
    """Another sum from the day on (without one: net value of the day): the old line ends with its premium back, a new one begins."""
    changing = _named(held, given)
    lowered = [line for line in changing if lowered_by(held, line)]
    if lowered:
        raise Refused(t("{name} 的保险金额因出险减少，请先恢复保险金额", name=lowered[0].name))
    opened = await _opened(held, given.assets, day, actor)
    footing = Footing(
        opened=opened, opened_for=Period(day, held.period.ends_before), closed=charges(held, changing), closed_from=day,
        borne_fen=held.borne_fen,
    )  # fmt: skip
    return _plan(given, day, footing, ends=tuple(sorted(line.id for line in changing)))


async def _reinstated(held: Held, given: EndorsementEntry, day: date, _: Actor) -> Plan:
    """恢复保险金额: what losses took of the sums is bought back, all of it or as much as is asked for."""
    entries = {one.asset: one for one in given.assets}
    lines = _named(held, given) if given.assets else [line for line in held.lines if lowered_by(held, line)]
    restored, faults = [], []
    for place, line in enumerate(lines):
        lowered = lowered_by(held, line)
        wanted = entries[line.asset_id].restored_fen if line.asset_id in entries else None
        if not lowered:
            faults.append(FieldFault(f"assets[{place}].asset", t("{name} 的保险金额没有减少", name=line.name)))
        elif wanted is not None and wanted > lowered:
            faults.append(FieldFault(f"assets[{place}].restored_fen", t("最多恢复到原保险金额")))
        else:
            restored.append(Restored(policy_item_id=line.id, name=line.name, amount_fen=wanted or lowered))
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    if not restored:
        raise Refused(t("没有因出险减少的保险金额"))
    footing = Footing(restored=tuple(restored), restored_for=Period(day, held.period.ends_before))
    return _plan(given, day, footing)


# -- the parties and the facts ------------------------------------------------------------------------------------------


async def _insured_changed(held: Held, given: EndorsementEntry, day: date, actor: Actor) -> Plan:
    """The holder of the title by the register steps in (保险法 49): losses from the day on are theirs."""
    owner = (await _project(held, actor)).owner
    if owner is None or owner.id == held.insured_party_id:
        raise Refused(t("台账中的所有权人没有变化，请先修改项目"))
    note = t("被保险人由 {before} 变更为 {after}", before=held.insured_name or "—", after=owner.name)
    return _plan(given, day, Footing(), insured_party_id=owner.id, insured_name=owner.name, notes=(note,))


_FACTS: dict[EndorsementKind, str] = {_K.MODE_CHANGED: "operation", _K.OWNERSHIP_CHANGED: "ownership", _K.SITUATION_CHANGED: "situation"}


async def _rejudged(held: Held, given: EndorsementEntry, day: date, actor: Actor) -> Plan:
    """The rules again, by the register of today: the cover goes on, or it ends from the day with the unearned premium back."""
    project = await _project(held, actor)
    fact = _FACTS[given.kind]
    now = known_now(project)[fact]
    if now == getattr(held, f"known_{fact}"):
        raise Refused(t("台账中没有这项变化，请先修改项目"))
    judgement = _eligible(held, project)
    regimes = {line.regime_of_law for line in held.lines}
    situation = None if project.situation is None else Status(known_now(project)["situation"] or project.situation)
    found = consequence(held.cover, given.kind, judgement, situation, regimes, day)
    if found is None:
        raise not_eligible(judgement)
    if found.ends_before is None:
        return _plan(given, day, Footing(), judgement=judgement, known={fact: now}, notes=(found.text,))
    if situation is Status.LOST and any(claim.undecided for claim in held.claims):
        raise Refused(t("赔案尚未核定，请先按赔案办理"))
    never = found.ends_before <= held.period.starts_on
    ends = min(max(found.ends_before, held.period.starts_on), held.period.ends_before)
    footing = Footing(closed=charges(held), closed_from=ends, borne_fen=held.borne_fen)
    return _plan(
        given, day, footing, judgement=judgement, known=known_now(project), ends_before=ends, never_covered=never,
        notes=(found.text, *_later(held, ends)),
    )  # fmt: skip


def known_now(project: ProjectFacts) -> dict[str, str | None]:
    """The facts a policy is judged by, as the register has them."""
    gone = project.retired_on is not None and project.retired_on <= project.on
    return {
        "ownership": project.ownership and project.ownership.value,
        "operation": project.operation and project.operation.value,
        "situation": Status.DISPOSED.value if gone else project.situation and project.situation.value,
    }


def _later(held: Held, ends: date) -> tuple[Text, ...]:
    """What is to be said of claims for losses after the end of the cover."""
    numbers = [claim.number for claim in held.claims if claim.live and claim.loss_on >= ends]
    return (t("出险日在责任终止之后的赔案：{numbers}", numbers="、".join(numbers)),) if numbers else ()


async def _corrected(held: Held, given: EndorsementEntry, day: date, _: Actor) -> Plan:
    """A slip of the pen: the policy rests on another application or title paper than it says. No amount changes."""
    if given.application is None and given.title is None:
        raise Invalid.field("application", t("请选择更正后的投保单或确权文件"))
    for field, kind in (("application", PaperKind.APPLICATION), ("title", PaperKind.TITLE)):
        document_id = getattr(given, field)
        if document_id is not None:
            await paper(held, document_id, (kind,), field)
    return _plan(given, day, Footing(), application_document_id=given.application, title_document_id=given.title)


_PLANS: dict[EndorsementKind, Callable[[Held, EndorsementEntry, date, Actor], Awaitable[Plan]]] = {
    _K.ASSET_ADDED: _asset_added,
    _K.ASSET_REMOVED: _asset_removed,
    _K.SUM_CHANGED: _sum_changed,
    _K.REINSTATE: _reinstated,
    _K.INSURED_CHANGED: _insured_changed,
    **dict.fromkeys(REJUDGED, _rejudged),
    _K.CORRECTION: _corrected,
}


async def endorsements(policy_id: int, *, actor: Actor) -> list[EndorsementView]:
    """The endorsements of a policy, oldest first. Raises NotFound outside the scope."""
    async with db.transaction(actor.scope):
        await hold(policy_id, lock=False)
        rows = await store_midterm.endorsements(policy_id=policy_id)
    return [endorsement_view(row, actor.language) for row in rows]


async def endorsement(policy_id: int, endorsement_id: int, *, actor: Actor) -> EndorsementView:
    """One endorsement of a policy with its whole working. Raises NotFound."""
    found = [one for one in await endorsements(policy_id, actor=actor) if one.id == endorsement_id]
    if not found:
        raise NotFound(t("没有这份批单，或不在您的范围内"))
    return found[0]
