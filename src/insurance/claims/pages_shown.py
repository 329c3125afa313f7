"""How a claim is shown on pages: the tone of its state, the clock that presses, the deadline ruler."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

import msgspec

from insurance.base.calendar import BEIJING
from insurance.base.text import Text, render, t
from insurance.claims.model import BallHolder, Claim, ClaimState, ClockState, ClockView
from insurance.web.drawing import Ruler, Span, ruler

_S = ClaimState
TONES: dict[ClaimState, str] = {
    _S.SUPPLEMENT: "due", _S.DISPUTED: "due", _S.PUBLICITY: "due", _S.APPROVED: "ok", _S.AGREED: "ok", _S.PAYING: "az", _S.PAID: "ok",
    _S.REJECTED: "", _S.WITHDRAWN: "", _S.ZERO: "", _S.CLOSED: "",
}  # fmt: skip
ICONS: dict[ClaimState, str] = {_S.PUBLICITY: "clock", _S.DISPUTED: "circle-help", _S.REJECTED: "circle-slash", _S.WITHDRAWN: "undo-2"}
SOON_DAYS = 3  # a term is shown amber from so many days before its end
_LONGEST_ON_RULER = 400  # days: prescription would squeeze every other term to a dot
_IN_HOURS = 48  # a term of hours is told in hours


def tone(state: ClaimState) -> str:
    """The tint of a state: what runs is blue, what waits amber, what is done green, what is over grey."""
    return TONES.get(state, "az")


class Pressing(msgspec.Struct, frozen=True):
    """The clock of a worklist row, as `ui.clock` takes it; `group` names its heading in the worklist."""

    word: Text
    basis: Text
    tone: str
    spent: Fraction
    paused: bool
    group: str


def pressing(claim: Claim, now: datetime) -> Pressing | None:
    """The most urgent term of a claim; a paused one where nothing else runs; None when no term runs."""
    return pressing_of(claim.state, claim.clocks, claim.holder, now)


def pressing_of(state: ClaimState, clocks: Sequence[ClockView], holder: BallHolder | None, now: datetime) -> Pressing | None:
    """The same of a claim of which only so much is known, as an export of many reads it."""
    running = [clock for clock in clocks if clock.state is not ClockState.DONE and not clock.minimum]
    paused = [clock for clock in running if clock.state is ClockState.PAUSED]
    ticking = [clock for clock in running if clock.state is not ClockState.PAUSED]
    pressed = any(clock.state in (ClockState.LATE, ClockState.DUE) for clock in ticking)
    if paused and not pressed:
        return Pressing(t("已暂停"), _awaited(holder), "", _spent(paused[0], now), True, "waiting")
    if ticking:
        clock = min(ticking, key=lambda one: one.due_at)
        word, shade, group = _left(clock, now)
        return Pressing(word, _basis(clock), shade, _spent(clock, now), False, group)
    if state is _S.SUPPLEMENT:
        word = t("等补充材料") if holder is BallHolder.INSURED else _awaited(holder)
        return Pressing(word, t("核定时限尚未起算"), "", Fraction(0), True, "waiting")
    window = [clock for clock in clocks if clock.minimum and clock.state is not ClockState.DONE]
    if window:
        return Pressing(t("公示期内"), _basis(window[0]), "", _spent(window[0], now), False, "later")
    return None


def _awaited(holder: BallHolder | None) -> Text:
    """What a term that rests waits for: the papers, or the adjuster's word that they are all there."""
    return t("等镇街补材料") if holder is BallHolder.INSURED else t("材料已交，待确认")


def _left(clock: ClockView, now: datetime) -> tuple[Text, str, str]:
    """What is left of a term in words, its tone and its group."""
    days = (_day(clock.due_at) - _day(now)).days
    hours = abs(int((clock.due_at - now).total_seconds())) // 3600
    if clock.state is ClockState.LATE:
        return (t("超 {n} 天", n=-days) if days < 0 else t("超 {n} 小时", n=max(hours, 1))), "bad", "late"
    group = "today" if days == 0 else "soon"
    if not _ends_with_day(clock) and hours <= _IN_HOURS:
        return t("剩 {n} 小时", n=hours), "due", group
    if days == 0:
        return t("今天到期"), "due", group
    return t("剩 {n} 天", n=days), "due" if days <= SOON_DAYS else "", "soon" if days <= SOON_DAYS else "later"


def _ends_with_day(clock: ClockView) -> bool:
    return clock.due_at.astimezone(BEIJING).time().isoformat() == "23:59:59"


def _basis(clock: ClockView) -> Text:
    due = clock.due_at.astimezone(BEIJING)
    until = f"{due:%m-%d}" if _ends_with_day(clock) else f"{due:%m-%d %H:%M}"
    if clock.provisional:
        return t("{name} · {until}（暂定）", name=clock.name, until=until)
    return t("{name} · {until}", name=clock.name, until=until)


def _spent(clock: ClockView, now: datetime) -> Fraction:
    whole = int((clock.due_at - clock.start_at).total_seconds())
    gone = int((now - clock.start_at).total_seconds())
    return min(max(Fraction(gone, whole), Fraction(0)), Fraction(1)) if whole > 0 else Fraction(1)


def _day(when: datetime) -> date:
    return when.astimezone(BEIJING).date()


# -- the deadline ruler -------------------------------------------------------------------------------------------------


def on_ruler(claim: Claim) -> list[ClockView]:
    """The terms that are drawn: prescription runs for years and ended with the report."""
    return [clock for clock in claim.clocks if (clock.due_at - clock.start_at).days <= _LONGEST_ON_RULER]


def deadline_ruler(claim: Claim, now: datetime, language: str) -> Ruler | None:
    """All terms of a claim on one axis; None when none has begun."""
    shown = on_ruler(claim)
    if not shown:
        return None
    today = _day(now)
    spans = [_span(clock, now, today, language) for clock in shown]
    urgent = pressing(claim, now)
    said = render(t("各项时限：{urgent}", urgent=t("{basis}，{word}", basis=urgent.basis, word=urgent.word)), language) if urgent else ""
    return ruler(spans, today, said or render(t("各项时限均已完成"), language))


def _span(clock: ClockView, now: datetime, today: date, language: str) -> Span:
    ended = _day(clock.done_at) if clock.done_at else None
    pauses = tuple((since, until or today) for since, until in clock.pauses)
    return Span(
        label=_shortened(clock.name), words=render(term_told(clock, now), language), start_on=_day(clock.start_at),
        due_on=_day(clock.due_at), how=_how(clock), ended_on=ended, pauses=pauses,
    )  # fmt: skip


def _shortened(name: str) -> str:
    """A term's name as far as the ruler has room for it."""
    room = 20 if name.isascii() else 10
    return name if len(name) <= room else name[: room - 1].rstrip() + "…"


def _how(clock: ClockView) -> Literal["done", "running", "late", "aside"]:
    if clock.state is ClockState.DONE:
        return "done" if clock.done_at is None or clock.done_at <= clock.due_at else "late"
    if clock.state is ClockState.LATE:
        return "late"
    return "aside" if clock.minimum or clock.state is ClockState.PAUSED else "running"


def term_told(clock: ClockView, now: datetime) -> Text:
    """What stands beside a term's bar."""
    due = f"{clock.due_at.astimezone(BEIJING):%m-%d}"
    if clock.state is ClockState.DONE:
        if clock.done_at is None:
            return t("已满 {due}", due=due)
        done = f"{_day(clock.done_at):%m-%d}"
        late = (_day(clock.done_at) - _day(clock.due_at)).days
        return t("{done} 完成，超 {n} 天", done=done, n=max(late, 1)) if clock.done_at > clock.due_at else t("按时完成 {done}", done=done)
    if clock.state is ClockState.PAUSED:
        return t("等补充材料，已暂停")
    if clock.minimum:
        return t("公示至 {due} 24 时", due=due)
    word, _, _ = _left(clock, now)
    return t("{word} · {due} 到期", word=word, due=due)
