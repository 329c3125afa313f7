"""移交包: what stays and what goes, each reader's part, sheets that add up to the summary, the same bytes for the same pack."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import make
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.spreadsheet import read_table_file
from insurance.claims import actions_handover as handover
from insurance.claims.model import ClaimState
from insurance.claims.model_handover import Pack
from insurance.claims.pages_handover_book import workbook
from insurance.policies import actions, actions_handover, actions_renew
from insurance.policies.entries import RenewalEntry
from insurance.policies.model import Cover
from insurance.policies.views_handover import RuleChange
from insurance.projects import documents
from make import recovery
from make.midterm import held
from make.policies import on_day
from make.projects import PDF
from people import People

BEFORE, CHANGE = date(2019, 12, 1), date(2020, 1, 1)


async def changed(story: People) -> None:
    """A holds Yicheng in 2019, B from New Year on: policies, claims in every stage, money on its way, one renewed."""
    for cover in Cover:
        await actions.add_insurer_rule("370404", cover, "INS-A", date(2019, 1, 1), None, actor=story.city)
    made, bound = await held(story.county)
    await held(story.county, cover=Cover.INCOME)
    await make.paying_account(story)
    await make.claim_in(ClaimState.PAYING, story)
    await make.claim_in(ClaimState.ASSESSING, story)
    paid = await make.claim_in(ClaimState.PAID, story)
    await recovery.everything(paid, story)
    await make.way(paid, story, "close")
    asked = RuleChange(counties=["370404"], covers=list(Cover), insurer="INS-B", from_on=CHANGE)
    await actions_handover.change(asked, actor=on_day(story.city, BEFORE))
    office = on_day(story.county, BEFORE)
    await documents.file_for_project(made.id, "APPLICATION", "续保.pdf", PDF + b"1", actor=office)
    await actions_renew.renew(bound.id, RenewalEntry(), actor=office)


async def pack(story: People, who: Any = None, **known: Any) -> Pack:
    """The pack of New Year as somebody gets it in December."""
    return await handover.pack(CHANGE, actor=on_day(who or story.city, BEFORE), **known)


async def test_the_offices_pack_has_what_stays_and_what_goes(story: People) -> None:
    await changed(story)

    found = await pack(story)

    assert [(one.county_code, one.cover, one.old, one.new) for one in found.changes] == [
        ("370404", Cover.INCOME, "INS-A", "INS-B"),
        ("370404", Cover.INDUSTRY, "INS-A", "INS-B"),
    ]
    ending = [one for one in found.policies if one.ends_with_it]
    assert {(one.cover, one.last_day) for one in ending} == {(cover, date(2019, 12, 31)) for cover in Cover}
    assert [one.followed_insurer for one in ending if one.cover is Cover.INDUSTRY] == ["保险公司乙"]
    assert {one.last_day for one in found.policies if not one.ends_with_it} == {date(2020, 3, 1)}
    assert {one.state for one in found.claims} == {"PAYING", "ASSESSING"}
    for one in found.claims:
        assert one.outstanding_fen == max((one.approved_fen or one.assessed_fen or one.reserve_fen) - one.paid_fen, 0)
    (payout,) = found.payouts
    assert payout.state == "RELEASED"
    assert payout.claim_number in {one.number for one in found.claims}
    assert 600_000 in {one.left_fen for one in found.recoveries}
    assert all(one.left_fen > 0 for one in found.recoveries)
    assert len(found.projects) == len({one.project for one in found.projects}) == len(found.policies)
    assert {one.result for one in found.projects} <= {"ELIGIBLE", "REFER", "INELIGIBLE"}
    assert sum(one.claims for one in found.experience) == 3
    assert sum(one.open for one in found.experience) == len(found.claims)
    async with db.transaction(story.auditor.scope):
        books = await db.fetchrow(
            "SELECT sum(CASE WHEN debit = '1101' THEN amount_fen WHEN credit = '1101' THEN -amount_fen ELSE 0 END) AS subsidy,"
            " sum(CASE WHEN debit = '1102' THEN amount_fen WHEN credit = '1102' THEN -amount_fen ELSE 0 END) AS own"
            " FROM transfer WHERE insurer_id = $1 AND booked_on < '2019-12-01'", story.insurer_a,
        )  # fmt: skip
    totals = found.sums()
    assert books is not None
    assert {payer for one in found.premiums for payer in one.open_fen} == {"CITY", "COUNTY", "INSURED"}
    assert (totals.unpaid_subsidy_fen, totals.unpaid_insured_fen) == (books["subsidy"], books["own"])
    assert totals.ending == 2


async def test_each_insurer_gets_its_own_part_and_no_other(story: People) -> None:
    await changed(story)

    whole = await pack(story)
    old, new = await pack(story, insurer="INS-A"), await pack(story, insurer="INS-B")
    signed_in_old, signed_in_new = await pack(story, story.adjuster_a), await pack(story, story.approver_b)

    assert (old.claims, old.payouts, old.recoveries) == (whole.claims, whole.payouts, whole.recoveries)
    assert [one.number for one in old.policies] == [one.number for one in whole.policies]
    assert {one.followed_by for one in old.policies} == {None}
    assert (old.premiums, old.experience, old.projects) == (whole.premiums, whole.experience, [])
    assert (new.policies, new.claims, new.payouts, new.recoveries, new.premiums, new.experience) == ([], [], [], [], [], [])
    assert new.projects == whole.projects
    assert (signed_in_old.claims, signed_in_old.premiums, signed_in_old.projects) == (old.claims, old.premiums, [])
    assert [one.followed_by for one in signed_in_old.policies] == [None] * len(old.policies)  # whose the new policy is: not its business
    assert (signed_in_new.claims, signed_in_new.policies, signed_in_new.premiums, signed_in_new.experience) == ([], [], [], [])
    bound = [one for one in whole.policies if one.followed_by]
    assert [one.code for one in signed_in_new.projects] == [one.project_code for one in bound]  # what it bound so far
    assert [(one.sum_insured_fen, one.result) for one in signed_in_new.projects] == [(None, None)]
    with pytest.raises(NotFound):
        await pack(story, story.other_county)
    with pytest.raises(NotFound):
        await handover.pack(date(2020, 2, 1), actor=story.city)
    with pytest.raises(NotFound):
        await pack(story, county="370481")
    assert len((await pack(story, story.county)).changes) == 2


async def test_the_workbook_adds_up_to_its_summary_and_is_the_same_made_again(story: People) -> None:
    await changed(story)
    found = await pack(story)

    content = workbook(found, "zh")
    sheets = {sheet.name: sheet for sheet in (await read_table_file(content)).sheets}

    assert list(sheets) == ["汇总", "到期保单", "未结赔案", "在途付款", "未收追偿", "未到保费", "移交项目", "赔付经历"]
    assert workbook(await pack(story), "zh") == content
    summary = {str(column[0]): column[-1] for column in sheets["汇总"].columns}
    totals = found.sums()
    assert (summary["未结赔案（件）"], summary["移交项目（个）"]) == (float(totals.open_claims), float(totals.projects))
    for sheet, column, name in (
        ("未结赔案", "尚欠（元）", "尚欠（元）"), ("未结赔案", "未决赔款（元）", "未决赔款（元）"), ("在途付款", "金额（元）", "在途付款（元）"),
        ("未收追偿", "未收（元）", "未收追偿（元）"), ("未到保费", "未到补贴（元）", "未到保费补贴（元）"), ("移交项目", "换保日净值（元）", "移交项目净值（元）"),
    ):  # fmt: skip
        cells = next(one for one in sheets[sheet].columns if one[0] == column)
        lines = [cell for cell in cells[1:-1] if cell != ""]
        assert cells[-1] == pytest.approx(sum(lines))
        assert cells[-1] == summary[name]
    policies = next(one for one in sheets["到期保单"].columns if one[0] == "保单号")
    assert all(isinstance(cell, str) for cell in policies)

    for version, names in (("INS-A", [*list(sheets)[:6], "赔付经历"]), ("INS-B", ["汇总", "移交项目"])):
        theirs = (await read_table_file(workbook(await pack(story, insurer=version), "zh"))).sheets
        assert [sheet.name for sheet in theirs] == names
    assert not any("保费" in str(column[0]) for sheet in theirs for column in sheet.columns)
