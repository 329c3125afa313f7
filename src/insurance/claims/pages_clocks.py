"""The terms of a claim on its page: each with its article and how well that is founded; what presses; in whose hands the claim lay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base.calendar import LAST_YEAR
from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims import actions
from insurance.claims.actions_gates import gates, names
from insurance.claims.actions_holders import Holders, passings, told
from insurance.claims.laws import law_on
from insurance.claims.model import Claim, ClaimState, ClockState, ClockView, Event, Verb
from insurance.claims.names import MARK_NAMES, VERB_NAMES
from insurance.claims.pages_shown import term_told
from insurance.claims.procedure import PaperRule, Procedure, procedure_of
from insurance.claims.rules_holders import held
from insurance.claims.store import Row
from insurance.policies.wording import Mark
from insurance.web.shown import share

MARK_TONES: dict[Mark, str] = {Mark.VERIFIED: "ok", Mark.SECONDARY: "", Mark.UNVERIFIED: "due", Mark.ASSUMED: "line"}
MARK_ICONS: dict[Mark, str] = {Mark.VERIFIED: "check", Mark.SECONDARY: "file-check", Mark.UNVERIFIED: "circle-help", Mark.ASSUMED: "pencil"}
_TONES: dict[ClockState, str] = {ClockState.LATE: "bad", ClockState.DUE: "due", ClockState.DONE: "", ClockState.PAUSED: "due"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Saying(msgspec.Struct, frozen=True):
    """A note above the claim: what is said, and how grave it is."""

    text: Text
    tone: str


def mark_shown(mark: Mark, language: str) -> dict[str, str]:
    """A mark as `ui.pill` takes it."""
    return {"word": render(MARK_NAMES[mark], language), "tone": MARK_TONES[mark], "icon": MARK_ICONS[mark]}


def lasted(seconds: int) -> Text:
    """A time in words: days and hours, hours and minutes, minutes."""
    if seconds >= _DAY:
        return t("{d} 天 {h} 小时", d=seconds // _DAY, h=seconds % _DAY // _HOUR)
    if seconds >= _HOUR:
        return t("{h} 小时 {m} 分", h=seconds // _HOUR, m=seconds % _HOUR // _MINUTE)
    return t("{m} 分钟", m=seconds // _MINUTE)


async def clocks_section(claim: Claim, row: Row, actor: Actor) -> dict[str, Any]:
    """时限与依据, 在谁手里, and the notes that belong above both."""
    procedure = procedure_of(row)
    history = await actions.history(claim.id, actor=actor)
    holders = told(held(passings(history, procedure), actor.at), actor.language)
    undecided = claim.state in (ClaimState.ASSESSING, ClaimState.PUBLICITY)
    waits = (await gates(row)).refusals(actor.language) if undecided else []
    before = [Saying(text, "due") for text in waits]
    return {
        "terms": [_term(clock, procedure, actor) for clock in claim.clocks],
        "founded": _founded(row, procedure, actor.language),
        "sayings": [*_pressing(claim, actor.language), *before, *_recorded(history, procedure, actor.language)],
        "held": _held(holders, actor.language),
    }


def _term(clock: ClockView, procedure: Procedure, actor: Actor) -> dict[str, Any]:
    """A row of the table: the term, how it stands, its article and the mark."""
    ruleset = procedure.ruleset(clock.ruleset)
    return {
        "name": clock.name,
        "stands": render(term_told(clock, actor.at), actor.language),
        "tone": _TONES.get(clock.state, "az"),
        "article": clock.article,
        "mark": mark_shown(clock.mark, actor.language),
        "ruleset": None if ruleset is None else ruleset.code,
        "disputed_days": clock.disputed_days,
        "provisional": clock.provisional,
        "rolled_from": clock.rolled_from,
    }


def _founded(row: Row, procedure: Procedure, language: str) -> dict[str, Any]:
    """By which version, rulesets and articles the terms run."""
    law = law_on(procedure.counting.law, row["reported_on"])
    return {
        "version": procedure.version,
        "reported_on": row["reported_on"],
        "counting": f"{law.named(language) if law else ''} {procedure.counting.article}".strip(),
        "counting_mark": mark_shown(procedure.counting.mark, language),
        "rulesets": [
            {"code": one.code, "name": one.en if language == "en" else one.zh, "mark": mark_shown(one.mark, language), "source": one.source}
            for one in procedure.rulesets
        ],
    }  # fmt: skip


def _pressing(claim: Claim, language: str) -> list[Saying]:
    """What the calendar says: the day of advance has come; a day that lies beyond the published holidays."""
    found = []
    if claim.advance_due is not None:
        amount, day = yuan(claim.advance_due.amount_fen), claim.advance_due.on.isoformat()
        text = t("先予支付日已到（{day}）：材料已能确定 {amount} 元，由核赔人决定先予支付（保险法第二十五条）", day=day, amount=amount)
        found.append(Saying(text, "bad"))
    open_ones = [clock for clock in claim.clocks if clock.provisional and clock.state is not ClockState.DONE]
    if open_ones:
        terms = render(t("、"), language).join(clock.name for clock in open_ones)
        text = t("节假日安排只公布到 {year} 年，到期日暂定：{names}", year=LAST_YEAR, names=terms)
        found.append(Saying(text, "due"))
    return found


def _recorded(history: Sequence[Event], procedure: Procedure, language: str) -> list[Saying]:
    """What stands in the history as a breach or a gap: a second request, an approval without papers (the newest one)."""
    found = []
    for event in history:
        if again := event.facts.get("asked_again"):
            said = {"day": event.on.isoformat(), "papers": names(_papers(procedure, again), language)}
            found.append(Saying(t("{day} 再次索要先前已通知补充的材料：{papers}（保险法第二十二条要求一次性通知）", **said), "bad"))
    approval = next((event for event in reversed(history) if event.verb is Verb.APPROVAL), None)
    if approval is not None and (missing := approval.facts.get("missing_papers")):
        said = {"day": approval.on.isoformat(), "papers": names(_papers(procedure, missing), language)}
        found.append(Saying(t("{day} 核赔时必备材料还缺：{papers}", **said), "due"))
    return found


def _papers(procedure: Procedure, codes: Sequence[str]) -> tuple[PaperRule, ...]:
    return tuple(paper for paper in procedure.papers if paper.code in codes)


def _held(holders: Holders, language: str) -> dict[str, Any]:
    """In whose hands the claim is, since when, and how the time adds up."""
    passed = {one.value: render(name, language) for one, name in VERB_NAMES.items()}
    window = render(t("公示期满"), language)
    whole = holders.elapsed_seconds
    return {
        "name": holders.spans[-1].name,
        "since": holders.spans[-1].from_at,
        "whole": render(lasted(whole), language),
        "by": [
            {"name": one.name, "lasted": render(lasted(one.seconds), language), "share": share(one.seconds, whole)}
            for one in holders.by_holder
        ],
        "spans": [
            {
                "name": one.name, "from_at": one.from_at, "until_at": one.until_at, "lasted": render(lasted(one.seconds), language),
                "why": passed[one.passed_by] if one.passed_by else window,
            }
            for one in holders.spans
        ],
    }  # fmt: skip
