"""How bank lines are shown and dealt with: the words of their buckets, groups with one step each, the form's ticks read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from insurance.access.http import Req
from insurance.base.errors import Invalid
from insurance.base.text import Text, render, t
from insurance.finance.actions_batch import Choice, choice
from insurance.finance.actions_cases import ACTION_NAMES, DONE, MATCHED, SUGGESTED
from insurance.finance.model import Direction, Side
from insurance.finance.model_cases import CaseAction, CaseKind, Picks
from insurance.finance.model_payments import RETURN_REASONS
from insurance.finance.views import LineView

BUCKETS: dict[str, tuple[Text, str]] = {
    MATCHED: (t("已匹配"), "ok"),
    DONE: (t("已处理"), "ok"),
    SUGGESTED: (t("建议"), "due"),
    CaseKind.RETURNED: (t("退汇"), "bad"),
    CaseKind.DUPLICATE: (t("重复付款"), "bad"),
    CaseKind.SHORT: (t("少付"), "bad"),
    CaseKind.OVER: (t("多付"), "bad"),
    CaseKind.FEE: (t("手续费"), "due"),
    CaseKind.REVERSAL: (t("冲正"), "due"),
    CaseKind.PAID_IN: (t("保险公司拨入"), "due"),
    CaseKind.PREMIUM: (t("保费"), "due"),
    CaseKind.OTHER_SIDE: (t("对方同笔"), ""),
    CaseKind.NOT_OPEN: (t("指令未放行"), "bad"),
    CaseKind.AMBIGUOUS: (t("多笔候选"), "due"),
    CaseKind.UNKNOWN: (t("未匹配"), "due"),
}


def signed_fen(line: LineView) -> int:
    """What the line does to the account's balance."""
    return line.amount_fen if line.direction == Direction.IN else -line.amount_fen


class Tick(msgspec.Struct, frozen=True):
    """The box before a line that waits: what it stands for in the form, in words, and what the books take in by it."""

    value: str
    word: Text
    sure: bool
    books_fen: int


class Group(msgspec.Struct, frozen=True):
    """Lines of one kind. `value`: the form's word for doing the obvious step of all of them, where every one has the same."""

    name: Text
    tone: str
    lines: tuple[LineView, ...]
    step: Text | None
    value: str
    sum_fen: int


_CONFIRM = t("确认建议")


def _word(found: Choice) -> Text:
    return _CONFIRM if found.rule else ACTION_NAMES[found.action] if found.action else t("处理")


def ticks(lines: Iterable[LineView], side: Side | str = Side.PAYER) -> dict[int, Tick]:
    """The boxes of the lines that have an obvious step, by line."""
    found = {}
    for line in lines:
        chosen = choice(line, side)
        if chosen is not None:
            books = 0 if chosen.action is CaseAction.NOTE else signed_fen(line)
            found[line.id] = Tick(f"{line.id}:{chosen.rule or chosen.action}", _word(chosen), chosen.sure, books)
    return found


def groups(lines: Sequence[LineView], boxes: Mapping[int, Tick]) -> list[Group]:
    """The lines by kind, proposals first, in the order of `BUCKETS`."""
    found = []
    for bucket, (name, tone) in BUCKETS.items():
        mine = tuple(line for line in lines if line.bucket == bucket)
        if not mine:
            continue
        own = [boxes[line.id] for line in mine if line.id in boxes]
        alike = len(own) == len(mine) and len({tick.word.msgid for tick in own}) == 1
        whole = alike and (bucket != SUGGESTED or all(tick.sure for tick in own))
        found.append(
            Group(
                name,
                tone,
                mine,
                own[0].word if whole else None,
                ",".join(tick.value for tick in own) if whole else "",
                sum(signed_fen(line) for line in mine),
            )
        )
    return found


def picked(form: Mapping[str, list[str]], statement_id: int | None = None) -> Picks:
    """What was ticked, or the one kind whose button was pressed. Raises Invalid where nothing was, or the page was tampered with."""
    told = form.get("kind", [""])[0].split(",") if form.get("kind", [""])[0] else form.get("pick", [])
    if not told:
        raise Invalid.field("pick", t("请先勾选要处理的流水"))
    found = []
    for one in told:
        line, _, what = one.partition(":")
        rule = what if what.startswith("M") and what[1:].isdigit() else None
        if not (line.isascii() and line.isdigit() and (rule or what in CaseAction.__members__)):
            raise Invalid.field("pick", t("页面已过期，请刷新后重新提交"))
        found.append({"line_id": int(line)} | ({"rule": rule} if rule else {"action": what}))
    try:
        return msgspec.convert({"picks": found, "statement_id": statement_id}, Picks)
    except msgspec.ValidationError as error:
        raise Invalid.field("pick", t("一次最多处理 200 笔")) from error


def shown(request: Req) -> dict[str, Any]:
    """What both pages of lines need to draw them."""
    say = request.user.language
    return {
        "buckets": BUCKETS,
        "action_names": ACTION_NAMES,
        "return_reasons": [(one.code, f"{render(one.name, say)} {one.code}") for one in RETURN_REASONS.values()],
    }


def pile(line: LineView) -> str:
    """Done with, to be confirmed, or an exception."""
    return MATCHED if line.bucket in {MATCHED, DONE} else line.bucket if line.bucket == SUGGESTED else "OTHER"
