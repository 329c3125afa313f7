"""The workbook of policies in force (在保保单): its rows, the policies they make together, what each states; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from insurance.base.errors import Invalid, Refused
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, t
from insurance.policies.model import Cover, Payer, Period
from insurance.policies.opening_lines import Line, Shape, day_text, exact_day, number_reader, require
from insurance.policies.terms import terms_by, terms_earliest, terms_for
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects.register_cells import choice_reader, code_reader, text_reader
from insurance.projects.register_words import Vocabulary, plain

VOCABULARY = Vocabulary(Path(__file__).parent / "data" / "opening.toml")
OWN_NUMBER = re.compile(r"(?:CY|SY)[0-9]{4}-[0-9]{6,}", re.IGNORECASE)
_MOST_DAYS = 3660  # ten years of cover: longer is a mistyped year
_SHARES: dict[str, Payer] = {
    "central_fen": Payer.CENTRAL, "province_fen": Payer.PROVINCE, "city_fen": Payer.CITY, "county_fen": Payer.COUNTY,
    "own_fen": Payer.INSURED,
}  # fmt: skip


class PolicyRow(msgspec.Struct, gc=False):
    """One row: a policy, or one of its assets beside the policy it belongs to. Amounts in fen; None: not stated."""

    number: str | None = None
    cover: Cover | None = None
    project_code: str | None = None
    project_name: str | None = None
    insurer: str | None = None
    starts_on: date | None = None
    last_on: date | None = None
    sum_insured_fen: Fen | None = None
    premium_fen: Fen | None = None
    central_fen: Fen | None = None
    province_fen: Fen | None = None
    city_fen: Fen | None = None
    county_fen: Fen | None = None
    own_fen: Fen | None = None
    unpaid_fen: Fen | None = None
    guaranteed_fen: Fen | None = None
    terms_version: str | None = None
    insured: str | None = None
    asset_code: str | None = None
    asset_name: str | None = None
    item_sum_fen: Fen | None = None
    remark: str | None = None


_OF_THE_ASSET = ("asset_code", "asset_name", "item_sum_fen", "remark")
_OF_THE_POLICY = tuple(field for field in PolicyRow.__struct_fields__ if field not in ("number", *_OF_THE_ASSET))

SHAPE: Shape[PolicyRow] = Shape(
    kind="policies",
    name=t("在保保单"),
    vocabulary=VOCABULARY,
    row=PolicyRow,
    readers={
        "number": number_reader(OWN_NUMBER.fullmatch, t("这是本系统的保单号。期初只录入原有的保单，请填原保单号。")),
        "cover": choice_reader("cover", Cover, VOCABULARY),
        "project_code": code_reader(60), "project_name": text_reader(200), "insurer": text_reader(100), "starts_on": exact_day,
        "last_on": exact_day, "terms_version": day_text, "insured": text_reader(200), "asset_code": code_reader(60),
        "asset_name": text_reader(200), "remark": text_reader(2000),
    },
    placed=lambda row: row.project_code is None and row.project_name is not None,
)  # fmt: skip


class Draft(msgspec.Struct):
    """A policy of the file on its way: its rows, what they state together, and what was found for it."""

    number: str
    lines: list[Line[PolicyRow]]
    said: PolicyRow
    project: Any = None
    insurer_id: int | None = None
    insured_party_id: int | None = None
    period: Period | None = None
    terms: Terms[IndustryWording | IncomeWording] | None = None

    @property
    def head(self) -> Line[PolicyRow]:
        """The first row, where the policy's own facts are told of."""
        return self.lines[0]

    @property
    def sound(self) -> bool:
        """Whether no row of it is faulty."""
        return all(line.sound for line in self.lines)

    @property
    def listed(self) -> list[Line[PolicyRow]]:
        """The rows that name an asset, or a sum for one."""
        return [line for line in self.lines if line_lists(line)]


def line_lists(line: Line[PolicyRow]) -> bool:
    """Whether the row names an asset, or a sum for one."""
    return any(getattr(line.said, field) is not None for field in ("asset_code", "asset_name", "item_sum_fen"))


def drafts(lines: Iterable[Line[PolicyRow]]) -> list[Draft]:
    """The policies of a file, rows of one number together; what a row leaves blank another of its policy may state."""
    by_number: dict[str, list[Line[PolicyRow]]] = {}
    for line in lines:
        if require(line, SHAPE, ["number"]):
            by_number.setdefault(str(line.said.number), []).append(line)
    made = []
    for number, rows in by_number.items():
        draft = Draft(number, rows, _together(rows))
        for line in rows[1:]:
            if not line_lists(line):
                line.fault("number", "number-twice", t("同一保单号出现两次；逐项列明资产的，每行写明资产和该项保额。"))
        made.append(draft)
    return made


def _together(rows: Sequence[Line[PolicyRow]]) -> PolicyRow:
    """What the rows of a policy state of it; a row that contradicts an earlier one is a fault."""
    found: dict[str, tuple[Any, int]] = {}
    for line in rows:
        for field in _OF_THE_POLICY:
            value = getattr(line.said, field)
            if value is None:
                continue
            stands, row = found.setdefault(field, (value, line.number))
            if stands != value:
                line.fault(field, "row-differs", t("与同一保单第 {row} 行所填不同。", row=row))
    notes = dict.fromkeys(line.said.remark for line in rows if line.said.remark)
    return PolicyRow(number=rows[0].said.number, remark="；".join(notes) or None, **{field: value for field, (value, _) in found.items()})


def hold_back(draft: Draft) -> None:
    """One faulty row keeps its whole policy out: its other rows say so."""
    bad = next((line for line in draft.lines if not line.sound), None)
    if bad is not None:
        for line in draft.lines:
            if line.sound:
                line.fault("number", "held-back", t("同一保单的第 {row} 行有错，整张保单暂不入库。", row=bad.number))


# -- what a policy states of itself -------------------------------------------------------------------------------------


def check_itself(draft: Draft, today: date) -> None:
    """Everything that needs nothing but the row: what is missing, days, amounts, terms."""
    line, said = _as_head(draft), draft.said
    require(line, SHAPE, ["cover", "insurer", "starts_on", "last_on", "premium_fen"])
    if said.project_code is None and said.project_name is None:
        line.fault("project_code", "missing", t("缺少项目编号；没有编号的，填项目名称、镇街和村。"))
    if said.sum_insured_fen is None and not any(one.said.item_sum_fen for one in draft.lines):
        require(line, SHAPE, ["sum_insured_fen"])
    if said.sum_insured_fen == 0:
        line.fault("sum_insured_fen", "sum-zero", t("保险金额应大于零。"))
    if said.cover is Cover.INCOME and not said.guaranteed_fen:
        line.fault("guaranteed_fen", "missing", t("收益保须填每年的保障收益。"))
    if said.cover is Cover.INDUSTRY and said.guaranteed_fen is not None:
        line.fault("guaranteed_fen", "guarantee-not-asked", t("产业保没有保障收益，请核对险种。"))
    _check_period(draft, today)
    _check_premium(draft)
    if draft.period is not None and said.cover is not None:
        draft.terms = _terms(draft, said.cover, draft.period)


def _as_head(draft: Draft) -> Line[PolicyRow]:
    """The first row as if it stated all that the policy states."""
    return msgspec.structs.replace(draft.head, said=draft.said)


def _check_period(draft: Draft, today: date) -> None:
    starts, last = draft.said.starts_on, draft.said.last_on
    if starts is None or last is None:
        return
    if last < starts:
        draft.head.fault("last_on", "period-order", t("终保日期早于起保日期。"))
    elif (last - starts).days >= _MOST_DAYS:
        draft.head.fault("last_on", "period-too-long", t("保险期间超过十年，请核对年份。"))
    elif starts > today:
        draft.head.fault("starts_on", "starts-later", t("起保日期晚于今天：还没有起保的保单请在本系统办理投保。"))
    else:
        draft.period = Period(starts, last + timedelta(days=1))


def _check_premium(draft: Draft) -> None:
    said = draft.said
    if said.premium_fen is None:
        return
    shares = stated_shares(said)
    if shares and sum(shares.values()) != said.premium_fen:
        first = next(field for field in _SHARES if getattr(said, field) is not None)
        together = yuan(sum(shares.values()))
        text = t("各级补贴与自缴合计 {together} 元，不等于保险费 {premium} 元。", together=together, premium=yuan(said.premium_fen))
        draft.head.fault(first, "shares-differ", text)
    if said.unpaid_fen is not None and said.unpaid_fen > said.premium_fen:
        draft.head.fault("unpaid_fen", "unpaid-over-premium", t("未缴保费大于保险费。"))


def stated_shares(said: PolicyRow) -> dict[Payer, Fen]:
    """Who bears how much of the premium, where the row says so."""
    return {payer: fen for field, payer in _SHARES.items() if (fen := getattr(said, field)) is not None}


def _terms(draft: Draft, cover: Cover, period: Period) -> Terms[Any] | None:
    """The words the policy goes by: the stated version, else those in force on its first day, else the first ever."""
    if draft.said.terms_version is not None:
        try:
            return terms_by(cover, draft.said.terms_version)
        except Refused:
            draft.head.fault("terms_version", "unknown-terms", t("没有这一版条款。不填则用起保日生效的条款。"))
            return None
    try:
        return terms_for(cover, period.starts_on)
    except Invalid:
        first = terms_earliest(cover)
        text = t("起保日还没有本系统收录的条款，按最早的一版 {version} 记载。", version=first.version)
        draft.head.note("starts_on", "terms-earliest", text)
        return first


# -- what the register knows of it ------------------------------------------------------------------------------------


class Known(msgspec.Struct):
    """What was looked up for a file: projects by code and by town and name, insurers by code and name."""

    by_code: Mapping[str, Sequence[Any]]
    by_name: Mapping[tuple[str, str], Sequence[Any]]
    insurers: Mapping[str, int]


def find_project(draft: Draft, known: Known) -> None:
    """The registered project the row means: by its code, else by name within its town (and village)."""
    said, line = draft.said, draft.head
    place = next((one.located for one in draft.lines if one.located is not None), None)
    if said.project_code is not None:
        found = list(known.by_code.get(plain(said.project_code), ()))
        if place is not None:
            found = [one for one in found if one["town_code"] == place.town_code]
        field = "project_code"
    elif said.project_name is not None and place is not None:
        found = list(known.by_name.get((place.town_code, plain(said.project_name)), ()))
        if place.village and any(one["village"] for one in found):
            found = [one for one in found if _same_village(one["village"], place.village)]
        field = "project_name"
    else:
        return
    if not found:
        text = t("台账里没有这个项目，或不在本单位辖区内。请先登记项目，再导入保单。")
        line.fault(field, "unknown-project", text)
    elif len(found) > 1:
        line.fault(field, "ambiguous-project", t("有 {n} 个项目符合，请填项目编号或写明镇街、村。", n=len(found)))
    elif said.project_code is not None and said.project_name is not None and plain(said.project_name) != plain(found[0]["name"]):
        text = t("项目编号对应的项目是“{name}”，与所填名称不同。", name=found[0]["name"])
        line.fault("project_name", "project-differs", text)
    else:
        draft.project = found[0]


def _same_village(left: str, right: str) -> bool:
    """Villages are as offices write them: with or without 村 and its like."""
    return plain(left).removesuffix("社区").removesuffix("村") == plain(right).removesuffix("社区").removesuffix("村")


def find_insurer(draft: Draft, known: Known) -> None:
    """The insurer by code or name."""
    if draft.said.insurer is None:
        return
    draft.insurer_id = known.insurers.get(plain(draft.said.insurer))
    if draft.insurer_id is None:
        draft.head.fault("insurer", "unknown-insurer", t("没有这家保险公司。请填代码或全称。"))


def find_insured(draft: Draft) -> None:
    """The insured: the party the row names among those with a right to the project, else its owner."""
    project = draft.project
    if project is None:
        return
    if draft.said.insured is None:
        if project["owner_party_id"] is None:
            text = t("没有被保险人：台账里也没有所有权人，赔款将没有收款户。请先登记。")
            draft.head.note("insured", "no-insured", text)
        return
    parties: dict[str, int] = dict(zip(project["party_keys"] or (), project["party_ids"] or (), strict=True))
    draft.insured_party_id = parties.get(plain(draft.said.insured))
    if draft.insured_party_id is None:
        draft.head.fault("insured", "unknown-insured", t("不是这个项目登记的权利人。请先在台账登记，或留空用所有权人。"))


def note_value(draft: Draft, field: str, sum_fen: Fen, value_fen: Fen) -> None:
    """An old policy may be insured above or below its value: it is taken as it is, and noted."""
    text: Text | None = None
    if sum_fen > value_fen:
        text = t("保险金额 {sum} 元高于起保日净值 {value} 元（超额保险），照录。", sum=yuan(sum_fen), value=yuan(value_fen))
    elif sum_fen < value_fen:
        text = t("保险金额 {sum} 元低于起保日净值 {value} 元（不足额保险），照录。", sum=yuan(sum_fen), value=yuan(value_fen))
    if text is not None:
        draft.head.note(field, "over-insured" if sum_fen > value_fen else "under-insured", text)
