"""移交包 as a workbook: a summary whose totals the sheets add up to, then what stays and what goes, each reader's part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from insurance.base.calendar import BEIJING
from insurance.base.spreadsheet_out import Column, Shape, SheetOut, write_sheets
from insurance.base.text import Text, render, t
from insurance.claims.model import ClaimState
from insurance.claims.model_handover import OpenClaim, Pack, Sums
from insurance.claims.model_recovery import RecoveryKind
from insurance.claims.names import STATE_NAMES
from insurance.claims.pages_recovery import KIND_NAMES
from insurance.policies.model import Cover, Payer, Result
from insurance.policies.names import COVER_NAMES, PAYER_NAMES, RESULT_NAMES
from insurance.projects.model import Taxonomy
from insurance.projects.pages_names import TAXONOMY_NAMES

PAYOUT_NAMES: dict[str, Text] = {"ORDERED": t("待复核"), "RELEASED": t("已放行"), "RETURNED": t("已退回，待重付")}
_COUNT, _MONEY, _DATE = Shape.COUNT, Shape.MONEY, Shape.DATE
_PLACE = (Column(t("区（市）"), width=12), Column(t("险种"), width=10))
_PROJECT = (Column(t("项目编号"), width=20), Column(t("项目名称"), width=32))
Say = Callable[[Text], str]


def workbook(pack: Pack, language: str) -> bytes:
    """The pack in the reader's language; the same pack gives the same bytes."""

    def say(text: Text) -> str:
        return render(text, language)

    keeps = any(pack.insurer in (None, one.old) for one in pack.changes)
    takes = any(pack.insurer in (None, one.new) for one in pack.changes)
    sheets = [_summary(pack, say, keeps=keeps)]
    if keeps:
        sheets += [_policies(pack, say), _claims(pack, say), _payouts(pack, say), _recoveries(pack, say), _premiums(pack, say)]
    if takes:
        sheets.append(_projects(pack, say))
    if keeps:
        sheets.append(_experience(pack, say))
    return write_sheets(sheets, language=language, made_at=pack.made_at)


# the totals of the old insurer, and those of the new one
_KEPT: tuple[tuple[str, Text, Shape], ...] = (
    ("ending", t("到期保单（份）"), _COUNT), ("ending_sum_insured_fen", t("到期保单保额（元）"), _MONEY),
    ("ending_premium_fen", t("到期保单保费（元）"), _MONEY), ("running_on", t("留到期满的保单（份）"), _COUNT),
    ("open_claims", t("未结赔案（件）"), _COUNT), ("reserve_fen", t("未决赔款（元）"), _MONEY), ("approved_fen", t("已核赔（元）"), _MONEY),
    ("paid_fen", t("已付（元）"), _MONEY), ("outstanding_fen", t("尚欠（元）"), _MONEY), ("in_transit", t("在途付款（笔）"), _COUNT),
    ("in_transit_fen", t("在途付款（元）"), _MONEY), ("recoveries", t("未收追偿（笔）"), _COUNT),
    ("recoveries_fen", t("未收追偿（元）"), _MONEY),
    ("unpaid_subsidy_fen", t("未到保费补贴（元）"), _MONEY), ("unpaid_insured_fen", t("未到投保人保费（元）"), _MONEY),
)  # fmt: skip
_TAKEN: tuple[tuple[str, Text, Shape], ...] = (
    ("projects", t("移交项目（个）"), _COUNT), ("net_value_fen", t("移交项目净值（元）"), _MONEY),
)  # fmt: skip


def _summary(pack: Pack, say: Say, *, keeps: bool) -> SheetOut:
    wanted = (_KEPT if keeps else ()) + _TAKEN
    columns = (
        *_PLACE, Column(t("原保险公司"), width=24), Column(t("新保险公司"), width=24), Column(t("换保日"), _DATE, 12),
        *(Column(title, shape, 16) for _, title, shape in wanted),
    )  # fmt: skip

    def totals(sums: Sums) -> list[Any]:
        return [getattr(sums, name) for name, _, _ in wanted]

    rows = [
        [one.county, say(COVER_NAMES[one.cover]), one.old_name, one.new_name, one.on, *totals(pack.sums(one.pair))] for one in pack.changes
    ]
    return SheetOut(t("汇总"), columns, [*rows, [say(t("合计")), None, None, None, None, *totals(pack.sums())]])


def _listed(
    title: Text, pack: Pack, say: Say, columns: Sequence[Column], lines: Iterable[Any], cells: Callable[[Any], list[Any]]
) -> SheetOut:
    """A sheet of lines by county and cover, with its total below: numbers of the amounts' own columns only."""
    counties = {one.county_code: one.county for one in pack.changes}
    rows = [[counties[one.county_code], say(COVER_NAMES[one.cover]), *cells(one)] for one in lines]
    foot: list[Any] = [say(t("合计 {n} 行", n=len(rows))), None]
    for place, column in enumerate(columns, start=len(_PLACE)):
        foot.append(sum(row[place] or 0 for row in rows) if column.shape is _MONEY else None)
    return SheetOut(title, (*_PLACE, *columns), [*rows, foot])


def _policies(pack: Pack, say: Say) -> SheetOut:
    columns = (
        Column(t("保单号"), width=18), *_PROJECT, Column(t("镇街")), Column(t("起保日"), _DATE, 12), Column(t("终保日"), _DATE, 12),
        Column(t("保险金额（元）"), _MONEY, 18), Column(t("保费（元）"), _MONEY, 16), Column(t("怎样结束"), width=18),
        Column(t("续保保单"), width=18), Column(t("续保公司"), width=24),
    )  # fmt: skip
    ends = {True: say(t("换保前一天到期")), False: say(t("留到期满"))}
    return _listed(
        t("到期保单"), pack, say, columns, pack.policies,
        lambda one: [
            one.number, one.project_code, one.project_name, one.town, one.starts_on, one.last_day, one.sum_insured_fen, one.premium_fen,
            ends[one.ends_with_it], one.followed_by, one.followed_insurer,
        ],
    )  # fmt: skip


def _claims(pack: Pack, say: Say) -> SheetOut:
    columns = (
        Column(t("赔案号"), width=18), Column(t("保单号"), width=18), *_PROJECT, Column(t("灾害"), width=20),
        Column(t("出险日"), _DATE, 12),
        Column(t("报案日"), _DATE, 12), Column(t("状态"), width=14), Column(t("最近时限"), _DATE, 12), Column(t("剩余天数"), _COUNT, 10),
        Column(t("未决赔款（元）"), _MONEY),
        Column(t("定损（元）"), _MONEY), Column(t("已核赔（元）"), _MONEY), Column(t("已付（元）"), _MONEY),
        Column(t("尚欠（元）"), _MONEY),
    )  # fmt: skip
    return _listed(
        t("未结赔案"), pack, say, columns, pack.claims,
        lambda one: [
            one.number, one.policy_number, one.project_code, one.project_name, one.disaster, one.loss_on, one.reported_on,
            say(STATE_NAMES[ClaimState(one.state)]), _due_on(one), _days_left(one, pack.made_at.date()),
            one.reserve_fen, one.assessed_fen, one.approved_fen,
            one.paid_fen, one.outstanding_fen,
        ],
    )  # fmt: skip


def _due_on(claim: OpenClaim) -> date | None:
    """The day of the most urgent term, where one runs."""
    return claim.due_at.astimezone(BEIJING).date() if claim.due_at else None


def _days_left(claim: OpenClaim, today: date) -> int | None:
    """Days until then; below zero when it is late."""
    due_on = _due_on(claim)
    return (due_on - today).days if due_on else None


def _payouts(pack: Pack, say: Say) -> SheetOut:
    columns = (
        Column(t("付款编号"), width=18), Column(t("赔案号"), width=18), Column(t("收款人"), width=28), Column(t("账号尾号"), width=10),
        Column(t("金额（元）"), _MONEY), Column(t("状态"), width=16), Column(t("制单日"), _DATE, 12), Column(t("退回日"), _DATE, 12),
    )  # fmt: skip
    return _listed(
        t("在途付款"), pack, say, columns, pack.payouts,
        lambda one: [
            one.number, one.claim_number, one.payee_name, one.payee_account_tail, one.amount_fen, say(PAYOUT_NAMES[one.state]),
            one.ordered_on,
            one.returned_on,
        ],
    )  # fmt: skip


def _recoveries(pack: Pack, say: Say) -> SheetOut:
    columns = (
        Column(t("赔案号"), width=18), Column(t("种类"), width=14), Column(t("对方"), width=28), Column(t("起算日"), _DATE, 12),
        Column(t("应收（元）"), _MONEY), Column(t("未收（元）"), _MONEY),
    )  # fmt: skip
    return _listed(
        t("未收追偿"), pack, say, columns, pack.recoveries,
        lambda one: [one.claim_number, say(KIND_NAMES[RecoveryKind(one.kind)]),
        one.counterparty, one.since_on, one.expected_fen, one.left_fen],
    )  # fmt: skip


def _premiums(pack: Pack, say: Say) -> SheetOut:
    payers = [payer for payer in Payer if payer is not Payer.INSURED]
    columns = (
        Column(t("保单号"), width=18), *_PROJECT, Column(t("保费（元）"), _MONEY), Column(t("未到补贴（元）"), _MONEY),
        Column(t("未到投保人保费（元）"), _MONEY),
        *(Column(t("{payer}未到（元）", payer=PAYER_NAMES[payer]), _MONEY) for payer in [*payers, Payer.INSURED]),
    )  # fmt: skip
    return _listed(
        t("未到保费"), pack, say, columns, pack.premiums,
        lambda one: [
            one.number, one.project_code, one.project_name, one.premium_fen, one.subsidy_fen, one.insured_fen,
            *(one.open_fen.get(payer.value, 0) for payer in [*payers, Payer.INSURED]),
        ],
    )  # fmt: skip


def _projects(pack: Pack, say: Say) -> SheetOut:
    columns = (
        *_PROJECT, Column(t("镇街")), Column(t("村")), Column(t("产业类别"), width=14), Column(t("产权人"), width=28),
        Column(t("资产（项）"), _COUNT, 10), Column(t("换保日净值（元）"), _MONEY, 18), Column(t("现保险金额（元）"), _MONEY, 18),
        Column(t("现保障收益（元）"), _MONEY, 18), Column(t("承保条件"), width=12),
    )  # fmt: skip
    results = {result.value: say(name) for result, name in RESULT_NAMES.items()}

    def cells(one: Any) -> list[Any]:
        sum_fen = one.sum_insured_fen if one.cover is Cover.INDUSTRY else None
        guaranteed = one.guaranteed_fen if one.cover is Cover.INCOME else None
        result = results[Result(one.result).value] if one.result else None
        return [
            one.code, one.name, one.town, one.village, say(TAXONOMY_NAMES[Taxonomy(one.taxonomy)]), one.owner, one.asset_count,
            one.net_value_fen, sum_fen, guaranteed, result,
        ]  # fmt: skip

    return _listed(t("移交项目"), pack, say, columns, pack.projects, cells)


def _experience(pack: Pack, say: Say) -> SheetOut:
    columns = (
        *_PROJECT, Column(t("赔案（件）"), _COUNT, 10), Column(t("其中未结"), _COUNT, 10), Column(t("最早出险"), _DATE, 12),
        Column(t("最近出险"), _DATE, 12), Column(t("报损（元）"), _MONEY), Column(t("已核赔（元）"), _MONEY),
        Column(t("已付（元）"), _MONEY),
    )  # fmt: skip
    return _listed(
        t("赔付经历"), pack, say, columns, pack.experience,
        lambda one: [
            one.project_code, one.project_name, one.claims, one.open, one.first_on, one.last_on, one.reported_fen, one.approved_fen,
            one.paid_fen,
        ],
    )  # fmt: skip
