"""保单: the list with its export, one policy with its schedule and working, and the printed policy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get

from insurance.access import scopes
from insurance.access import store as access_store
from insurance.access.guards import needs
from insurance.access.http import Id, Req, show
from insurance.access.uploads import handed_out
from insurance.base import db
from insurance.base.calendar import add_months
from insurance.base.files import Media
from insurance.base.spreadsheet_out import Column, Shape, write_workbook
from insurance.base.text import Text, render, t
from insurance.policies import actions, actions_due, actions_endorse, actions_handover, store_register
from insurance.policies.actions_renew import RENEWABLE
from insurance.policies.actions_underwriting import insurer_of
from insurance.policies.lifecycle import LIVE
from insurance.policies.model import Cover, Payer, PolicyState
from insurance.policies.names import COVER_NAMES, PAYER_NAMES, REGIME_OF_LAW_NAMES, RESULT_NAMES, STATE_NAMES
from insurance.policies.names_midterm import KIND_NAMES
from insurance.policies.pages_premium import premium_context
from insurance.policies.pages_project_parts import STATE_TONES, deductible_text
from insurance.policies.pages_working import calc_rows
from insurance.policies.store_register import PolicyTotals
from insurance.policies.terms import terms_by
from insurance.policies.views import ItemView, PolicyLine, PolicyWhole
from insurance.policies.wording import IncomeWording, IndustryWording, Terms
from insurance.projects.pages_names import PAPER_NAMES, counties, options, towns
from insurance.web.listing import Listing, read_listing
from insurance.web.shown import pct

_ALL = 1_000_000
EXPIRING_DAYS = (30, 60, 90)
_LINES_ON_PAPER = 14  # of the schedule on one sheet
VERB_NAMES: dict[str, Text] = {
    "propose": t("投保"),
    "bind": t("承保"),
    "opening": t("期初录入"),
    "endorse": t("批改"),
    "cancel": t("退保"),
    "expire": t("期满"),
    "lapse": t("失效"),
    "refund": t("退费"),
}


class Seen(msgspec.Struct, frozen=True):
    """The list of policies as one address shows it."""

    listing: Listing
    lines: list[PolicyLine]
    totals: PolicyTotals


async def _seen(request: Req, limit: int | None = None) -> Seen:
    """Read the address and the policies behind it; `limit` for an export takes them all. Raises Invalid."""
    actor = request.user
    listing = read_listing(
        "/policies",
        request.query_params.multi_items(),
        sorts={"newest": (int,)},
        usual_sort="newest",
        filters={
            "cover": set(Cover),
            "state": set(PolicyState),
            "insurer": None,
            "county": None,
            "town": None,
            "expiring": None,
            "due": {"endorsement"},
        },
    )
    cover, state = listing.chosen("cover"), listing.chosen("state")
    place = listing.chosen("town") or listing.chosen("county")
    before = listing.after[0] if listing.after and limit is None else None
    assert before is None or isinstance(before, int)
    ids = await actions_due.chosen_ids(listing.chosen("expiring"), listing.chosen("due"), actor=actor)
    wanted: dict[str, Any] = {"cover": Cover(cover) if cover else None, "towns": [place] if place else None, "q": listing.q, "ids": ids}
    lines = await actions.policies(
        actor=actor, insurer=listing.chosen("insurer"), states=[PolicyState(state)] if state else None, before=before,
        limit=limit or listing.limit + 1, **wanted,
    )  # fmt: skip
    async with db.transaction(actor.scope):
        insurer = actor.insurer_id or await insurer_of(listing.chosen("insurer"))
        totals = await store_register.policy_totals(actor, insurer=insurer, states=[state] if state else None, **wanted)
    return Seen(listing, lines, totals)


def _tabs(listing: Listing, language: str) -> list[dict[str, Any]]:
    others = {name: values for name, values in listing.filters.items() if name != "cover"}

    def tab(word: Text, cover: Cover | None) -> dict[str, Any]:
        filters = others | ({"cover": [cover.value]} if cover else {})
        here = listing.chosen("cover") == (cover.value if cover else None)
        href = msgspec.structs.replace(listing, filters=filters, after=None).first_href
        made = {"word": render(word, language), "href": href, "here": here}
        return made | ({"seal": (cover.value, "in_force")} if cover else {})

    return [tab(t("全部"), None), *(tab(COVER_NAMES[cover], cover) for cover in Cover)]


@get("/policies", guards=[needs("policy.read")])
async def policies_page(request: Req) -> Response[str]:
    """The policies of the scope, newest first."""
    actor = request.user
    found = await _seen(request)
    listing = found.listing
    lines = found.lines[: listing.limit]
    async with db.transaction(actor.scope):
        insurers = await access_store.insurers()
    last = (lines[-1].id,) if len(found.lines) > listing.limit else None
    bare = msgspec.structs.replace(listing, filters={name: values for name, values in listing.filters.items() if name != "cover"})
    return show(
        request,
        "policies/policies.html",
        listing=listing,
        bare=bare,
        tabs=_tabs(listing, actor.language),
        lines=lines,
        totals=found.totals,
        pages=listing.pages(len(lines), last, total=found.totals.number),
        states=STATE_NAMES,
        cover_names=COVER_NAMES,
        tones=STATE_TONES,
        state_options=options(STATE_NAMES, actor.language),
        expiring_options=[(str(days), render(t("{n} 天内到期", n=days), actor.language)) for days in EXPIRING_DAYS],
        due_options=[("endorsement", render(t("需要批改"), actor.language))],
        insurer_options=[] if actor.insurer_id is not None else [(one["code"], one["name"]) for one in insurers],
        county_options=counties(actor),
        town_options=towns(actor, listing.chosen("county")),
        export_href=listing.export_href("/policies/export"),
    )


_COLUMNS = (
    Column(t("保单号"), width=18),
    Column(t("险种"), width=10),
    Column(t("项目编号"), width=22),
    Column(t("项目名称"), width=32),
    Column(t("镇街")),
    Column(t("保险公司"), width=20),
    Column(t("起保日"), Shape.DATE, 12),
    Column(t("终保日"), Shape.DATE, 12),
    Column(t("保险金额（元）"), Shape.MONEY, 18),
    Column(t("保费（元）"), Shape.MONEY, 16),
    Column(t("状态"), width=14),
)


def _exported(lines: Sequence[PolicyLine], totals: PolicyTotals, language: str) -> bytes:
    def cells(one: PolicyLine) -> list[Any]:
        return [
            one.number, render(COVER_NAMES[one.cover], language), one.project_code, one.project_name, one.town, one.insurer_name,
            one.starts_on, one.last_day, one.sum_insured_fen, one.premium_fen, render(STATE_NAMES[one.state], language),
        ]  # fmt: skip

    total = render(t("合计 {n} 份", n=totals.number), language)
    foot = [total, *[None] * 7, totals.sum_insured_fen, totals.premium_fen, None]
    return write_workbook(_COLUMNS, [*map(cells, lines), foot], title=t("保单"), language=language)


@get("/policies/export", guards=[needs("policy.read")])
async def policies_export(request: Req) -> Response[bytes]:
    """The same policies in the same order, all pages of them."""
    found = await _seen(request, limit=_ALL)
    content = await asyncio.to_thread(_exported, found.lines, found.totals, request.user.language)
    name = render(t("保单_{day}", day=request.user.on.isoformat()), request.user.language)
    return handed_out(content, f"{name}.xlsx", Media.XLSX)


# -- one policy -----------------------------------------------------------------------------------------------------------


def _months(whole: PolicyWhole) -> list[tuple[str, list[int | None], int]]:
    """The agreed values month by month: the month, each line's value (None before it joined), and their sum."""
    if not whole.items:
        return []
    columns = [
        {add_months(one.value_from_on.replace(day=1), place): fen for place, fen in enumerate(one.month_values_fen or [])}
        for one in whole.items
    ]
    months = sorted({month for column in columns for month in column})
    values = [(month, [column.get(month) for column in columns]) for month in months]
    return [(f"{month:%Y-%m}", row, sum(fen or 0 for fen in row)) for month, row in values]


def _facts(whole: PolicyWhole, terms: Terms[IndustryWording | IncomeWording]) -> list[tuple[Text, Text | str]]:
    """What the wording says of this policy in a few lines."""
    wording = terms.wording
    facts: list[tuple[Text, Text | str]] = [
        (t("条款"), t("{name}（{version}）", name=wording.zh, version=whole.terms_version)),
        (t("费率"), pct(wording.premium.rate, 2)),
    ]
    if isinstance(wording, IndustryWording):
        facts.append((t("免赔"), deductible_text(wording.deductible)))
    else:
        facts.append((t("起赔点"), t("保障收益的 {ratio}", ratio=pct(wording.payout.trigger))))
    facts.append((t("出险报案"), t("{n} 小时内", n=wording.notice.within_hours)))
    return facts


async def _whole(request: Req, policy_id: int) -> tuple[PolicyWhole, dict[str, Any]]:
    """A policy and what both its pages show of it."""
    whole = await actions.policy(policy_id, actor=request.user, months=True)
    terms = terms_by(whole.cover, whole.terms_version)
    subsidy = sum(share.amount_fen for share in whole.shares if share.payer is not Payer.INSURED)
    async with db.transaction(request.user.scope):
        place = scopes.place(f"{request.user.region_path.split('/')[0]}/{whole.county_code}/{whole.town_code}/")
    return whole, {
        "policy": whole,
        "items": whole.items,
        "asset": whole.cover is Cover.INDUSTRY,
        "cover_name": COVER_NAMES[whole.cover],
        "wording": terms.wording,
        "facts": _facts(whole, terms),
        "payers": PAYER_NAMES,
        "regimes": REGIME_OF_LAW_NAMES,
        "subsidy_fen": subsidy,
        "place": place,
        "months": _months(whole),
    }


@get("/policies/{policy_id:int}", guards=[needs("policy.read")])
async def policy_page(request: Req, policy_id: Id) -> Response[str]:
    """One policy: its sums, schedule, month table, shares, working, and what happened to it."""
    whole, context = await _whole(request, policy_id)
    actor = request.user
    language = actor.language
    due = await actions_due.due(actor=actor, project_ids=[whole.project])
    return show(
        request,
        "policies/policy.html",
        **context,
        **await premium_context(whole, actor),
        due=next((one for one in due if one.policy == whole.id), None),
        conflicts=await actions_handover.conflicts(actor=actor, policy_ids=[policy_id]),
        in_force=whole.state in LIVE and whole.last_day >= actor.on and whole.last_day == whole.sold_last_day,
        renewable=whole.state in RENEWABLE and whole.renewed_by is None,
        endorsements=await actions_endorse.endorsements(policy_id, actor=actor),
        kinds=KIND_NAMES,
        states=STATE_NAMES,
        tones=STATE_TONES,
        results=RESULT_NAMES,
        verbs=VERB_NAMES,
        paper_names={kind.value: name for kind, name in PAPER_NAMES.items()},
        working=calc_rows(whole.steps, language),
        item_workings={item.asset: calc_rows(item.steps, language) for item in whole.items},
        reasons=[
            {
                "passed": reason.passed,
                "word": reason.text,
                "small": " · ".join(
                    part
                    for part in (reason.evidence.fact, reason.evidence.document, reason.evidence.on and reason.evidence.on.isoformat())
                    if part
                ),
            }
            for reason in (whole.eligibility.reasons if whole.eligibility else ())
        ],
    )


@get("/policies/{policy_id:int}/print", guards=[needs("policy.read")])
async def policy_print(request: Req, policy_id: Id) -> Response[str]:
    """保险单 with 保险清单 on A4, ready for the printer."""
    whole, context = await _whole(request, policy_id)
    lines: list[ItemView] = whole.items
    sheets = [lines[first : first + _LINES_ON_PAPER] for first in range(0, len(lines), _LINES_ON_PAPER)]
    return show(request, "policies/policy_print.html", **context, sheets=sheets, on_a_sheet=_LINES_ON_PAPER)


handlers: list[Any] = [policies_page, policies_export, policy_page, policy_print]
