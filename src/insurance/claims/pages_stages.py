"""The stage line of a claim and the step that is next for a reader; what happened, told line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insurance.access.model import Role
from insurance.base.calendar import BEIJING
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims.lifecycle import open_verbs
from insurance.claims.model import BallHolder, Claim, ClaimState, Event, Side, Verb
from insurance.claims.model_decision import ObjectionOutcome
from insurance.claims.names import OUTCOME_NAMES, SIDE_NAMES

_S = ClaimState
# Stages in order: the verb that ends each, and the states in which it is under way.
_STAGES: tuple[tuple[Text, Verb, frozenset[ClaimState]], ...] = (
    (t("报案"), Verb.REPORT, frozenset()),
    (t("受理"), Verb.ACCEPTANCE, frozenset({_S.REPORTED})),
    (t("查勘立案"), Verb.SURVEY, frozenset({_S.ACCEPTED, _S.SURVEYING})),
    (t("定损"), Verb.ASSESSMENT, frozenset({_S.OPENED, _S.SUPPLEMENT, _S.DISPUTED, _S.REOPENED})),
    (t("核赔"), Verb.APPROVAL, frozenset({_S.ASSESSING, _S.PUBLICITY})),
    (t("赔偿协议"), Verb.AGREEMENT, frozenset({_S.APPROVED})),
    (t("支付"), Verb.SETTLED, frozenset({_S.AGREED, _S.PAYING})),
    (t("结案"), Verb.CLOSURE, frozenset({_S.PAID, _S.REJECTED, _S.ZERO, _S.WITHDRAWN})),
)
# A claim that ended otherwise: which verb ended it stands where the decision, agreement and payment would stand.
_OTHER_ENDS: dict[Verb, Text] = {Verb.DECLINATURE: t("拒赔"), Verb.ZERO: t("零结案"), Verb.WITHDRAWAL: t("撤案")}
_NOTES: dict[ClaimState, Text] = {
    _S.REPORTED: t("待受理"), _S.ACCEPTED: t("待查勘"), _S.SURVEYING: t("已安排查勘"), _S.OPENED: t("待定损"),
    _S.SUPPLEMENT: t("等补充材料"), _S.ASSESSING: t("待核赔"), _S.PUBLICITY: t("公示中"), _S.DISPUTED: t("异议复核"),
    _S.APPROVED: t("待双方签字"), _S.AGREED: t("待财务制单"), _S.PAYING: t("付款中"), _S.PAID: t("待结案"), _S.REJECTED: t("待结案"),
    _S.ZERO: t("待结案"), _S.WITHDRAWN: t("待结案"), _S.REOPENED: t("重开，待定损"),
}  # fmt: skip
# Where the claim came back to the insurer without leaving its state.
_PASSED_ON: dict[ClaimState, Text] = {_S.SUPPLEMENT: t("材料已交，待确认"), _S.PUBLICITY: t("公示期满，待核赔")}
# Where each state is led on, and by which verb; what is left out is a way round, not the way on.
_ON: dict[ClaimState, tuple[Verb, ...]] = {
    _S.REPORTED: (Verb.ACCEPTANCE,), _S.ACCEPTED: (Verb.SURVEY,), _S.SURVEYING: (Verb.SURVEY,), _S.OPENED: (Verb.SURVEY, Verb.ASSESSMENT),
    _S.SUPPLEMENT: (Verb.PAPERS,), _S.ASSESSING: (Verb.APPROVAL, Verb.PUBLICITY), _S.PUBLICITY: (Verb.APPROVAL,),
    _S.DISPUTED: (Verb.ASSESSMENT,), _S.REOPENED: (Verb.ASSESSMENT,), _S.APPROVED: (Verb.AGREEMENT,), _S.AGREED: (Verb.PAYOUT,),
    _S.PAID: (Verb.CLOSURE,), _S.REJECTED: (Verb.CLOSURE,), _S.ZERO: (Verb.CLOSURE,), _S.WITHDRAWN: (Verb.CLOSURE,),
}  # fmt: skip


def stages(claim: Claim, history: Sequence[Event], language: str) -> list[dict[str, str]]:
    """The stage line as `ui.steps` takes it."""
    done = {
        event.verb: event for event in history if event.verb not in (Verb.AGREEMENT, Verb.SETTLED) or event.from_state != event.to_state
    }
    ended = _ended_by(claim, history)
    unsurveyed = claim.state is _S.OPENED and Verb.OPENING in done and Verb.SURVEY not in done
    line = [(name, verb, under_way) for name, verb, under_way in _STAGES]
    if claim.state is _S.CLOSED and Verb.OPENING_ENTRY in done and Verb.CLOSURE not in done:  # decided and paid elsewhere
        line = [(t("期初录入"), Verb.OPENING_ENTRY, frozenset()), line[-1]]
    if ended is not None:
        reached = [stage for stage in line[:4] if stage[1] in done]
        line = [*reached, (_OTHER_ENDS[ended], ended, frozenset()), line[-1]]
    at = next((place for place, (_, _, under_way) in enumerate(line) if claim.state in under_way), len(line))
    at -= unsurveyed
    shown = []
    for place, (name, verb, _) in enumerate(line):
        how = "done" if place < at else "now" if place == at else "next"
        small = (t("已自动立案，待查勘") if unsurveyed else _NOTES.get(claim.state, t("待办"))) if how == "now" else None
        when = f"{done[verb].at.astimezone(BEIJING):%m-%d %H:%M}" if how == "done" and verb in done else ""
        shown.append({"word": render(name, language), "small": render(small, language) if small else when, "how": how})
    return shown


def _ended_by(claim: Claim, history: Sequence[Event]) -> Verb | None:
    """The verb by which the claim ended without an amount, if it did and was not taken up again."""
    if claim.state not in {_S.REJECTED, _S.ZERO, _S.WITHDRAWN, _S.CLOSED}:
        return None
    deciding = [event.verb for event in history if event.verb in _OTHER_ENDS or event.verb is Verb.APPROVAL]
    return deciding[-1] if deciding and deciding[-1] in _OTHER_ENDS else None


def turn_states(role: Role) -> list[ClaimState]:
    """The states in which it is this role's turn."""
    return [state for state, verbs in _ON.items() if any(verb in open_verbs(state, role) for verb in verbs)]


def next_verb(claim: Claim) -> Verb | None:
    """The one verb that leads the claim on and is open to this reader now; nothing payable is closed as such; where the day of
    advance has come, the payment ahead if nothing else.
    """
    if claim.state is _S.ASSESSING and claim.assessed_fen == 0 and Verb.ZERO in claim.open_verbs:
        return Verb.ZERO
    on = _ON.get(claim.state, ()) + ((Verb.INTERIM_PAYMENT,) if claim.advance_due else ())
    return next((verb for verb in on if verb in claim.open_verbs), None)


def waiting_for(claim: Claim) -> Text:
    """What the claim waits for, for a reader who has nothing to do."""
    if claim.state is _S.APPROVED and len(claim.missing_signatures) == 1:
        return t("等{side}签字", side=SIDE_NAMES[claim.missing_signatures[0]])
    if claim.holder is BallHolder.INSURER and claim.state in _PASSED_ON:
        return _PASSED_ON[claim.state]
    return _NOTES.get(claim.state, t("已结案"))


_TOLD = ("article", "note", "place", "surveyor", "raised_by", "objection_answer", "premium_decision")  # facts of an event that are words
_DAYS: dict[str, Text] = {
    "visit_at": t("查勘"), "visited_at": t("到场"), "posted_on": t("张贴"), "received_on": t("收到"), "signed_on": t("签字"),
    "proofs_on": t("收到索赔资料"), "harvest_on": t("收获"), "booked_on": t("入账"), "knew_on": t("知道出险"),
}  # fmt: skip
_AMOUNTS: dict[str, Text] = {
    "reported_fen": t("报损"), "reserve_fen": t("未决赔款"), "payable_fen": t("应付"), "amount_fen": t("金额"), "paid_fen": t("累计已付"),
    "certain_fen": t("可确定金额"),
}  # fmt: skip


def _said(event: Event, language: str) -> str:
    """What an event says beside its name: the reason, its words, its days and its amounts."""
    facts = event.facts
    words = [event.reason, *(str(facts[name]) for name in _TOLD if facts.get(name))]
    if facts.get("objection_outcome"):
        words.append(render(OUTCOME_NAMES[ObjectionOutcome(facts["objection_outcome"])], language))
    if facts.get("side"):
        words.append(render(SIDE_NAMES[Side(facts["side"])], language))
    words += [f"{render(word, language)} {str(facts[name])[:16].replace('T', ' ')}" for name, word in _DAYS.items() if facts.get(name)]
    words += [f"{render(word, language)} {yuan(facts[name])}" for name, word in _AMOUNTS.items() if isinstance(facts.get(name), int)]
    return " · ".join(dict.fromkeys(word for word in words if word))


def told(history: Sequence[Event], language: str) -> list[dict[str, Any]]:
    """The history, newest first, for the page: when, what, by whom, why."""
    return [
        {
            "at": event.at, "name": event.name, "by": event.by or render(t("系统"), language), "reason": _said(event, language),
            "moved": event.from_state is not event.to_state, "to": event.to_state, "version": event.version,
        }
        for event in sorted(history, key=lambda one: one.version, reverse=True)
    ]  # fmt: skip
