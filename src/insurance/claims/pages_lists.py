"""The worklist and the list of claims, both most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from litestar import Response, get

from insurance.access import scopes
from insurance.access.guards import needs
from insurance.access.http import Req, show
from insurance.access.model import FINANCE, Actor, Role
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid
from insurance.base.text import Text, render, t
from insurance.claims import disasters, lifecycle, store_lists, store_pages
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.names import STATE_NAMES, holder_name
from insurance.claims.pages_offers import AT_ONCE, ready_parts, verb_name
from insurance.claims.pages_shown import ICONS, SOON_DAYS, Pressing, pressing, tone
from insurance.claims.pages_stages import next_verb, turn_states, waiting_for
from insurance.claims.store import Row
from insurance.claims.store_lists import Wanted
from insurance.claims.views import claim_view
from insurance.finance import actions as finance
from insurance.web.listing import Listing, read_listing

_ANY_ID = 2**63 - 1
_S = ClaimState
GROUPS: dict[str, Text] = {
    "advance": t("先予支付日已到（保险法第二十五条）"),
    "late": t("已超期"), "today": t("今天到期"), "soon": t("3 天内到期"), "later": t("其后到期"), "waiting": t("等补充材料，时限暂停"),
    "none": t("没有在走的时限"),
}  # fmt: skip
_MOST_ADVANCES = 50
_DUES = ("late", "today", "soon", "waiting")
_WEEKDAYS = (t("星期一"), t("星期二"), t("星期三"), t("星期四"), t("星期五"), t("星期六"), t("星期日"))
STAGES: dict[str, tuple[Text, tuple[ClaimState, ...]]] = {
    "survey": (t("受理查勘"), (_S.REPORTED, _S.ACCEPTED, _S.SURVEYING)),
    "assess": (t("定损核赔"), (_S.OPENED, _S.SUPPLEMENT, _S.ASSESSING, _S.PUBLICITY, _S.DISPUTED, _S.REOPENED)),
    "pay": (t("协议支付"), (_S.APPROVED, _S.AGREED, _S.PAYING)),
    "ended": (t("已了结"), tuple(lifecycle.ENDED)),
}  # fmt: skip


class Next(msgspec.Struct, frozen=True):
    """The step that is next for the reader: its name, where it is done, and whether a button in the row is enough."""

    verb: Verb
    name: str
    href: str
    at_once: bool


class Line(msgspec.Struct, frozen=True):
    """One claim as a row shows it."""

    claim: Claim
    place: str
    town: str
    state: str
    tone: str
    icon: str
    clock: Pressing | None
    next: Next | None
    waiting: str
    holder: str


def line(row: Row, actor: Actor) -> Line:
    """A stored claim as a row for this reader."""
    claim = claim_view(row, actor)
    verb = next_verb(claim)
    href = "/payouts" if verb is Verb.PAYOUT else f"/claims/{claim.id}?do={verb}#do-{verb}"
    onward = None if verb is None else Next(verb, verb_name(verb, actor), href, verb in AT_ONCE)
    town = "/".join(row["region_path"].split("/")[:3]) + "/"
    return Line(
        claim, scopes.place(town), scopes.region_name(town), render(STATE_NAMES[claim.state], actor.language), tone(claim.state),
        ICONS.get(claim.state, ""), pressing(claim, actor.at), onward, render(waiting_for(claim), actor.language),
        holder_name(claim.holder, actor.language),
    )  # fmt: skip


def key_of(row: Row) -> tuple[datetime | None, int]:
    """What the next page begins after."""
    return row["due_at"], row["id"]


# -- 我的工作台 ---------------------------------------------------------------------------------------------------------


def _ends_of_days(now: datetime) -> tuple[datetime, datetime]:
    """The end of today, and the end of the days that count as soon."""
    midnight = datetime.combine(now.astimezone(BEIJING).date() + timedelta(days=1), time(), BEIJING)
    return midnight, midnight + timedelta(days=SOON_DAYS)


def worklist_listing(request: Req) -> Listing:
    """What an address of the worklist asks for. Raises Invalid."""
    states = [state.value for state in _S]
    return read_listing(
        "/worklist", request.query_params.multi_items(), sorts={"due": (datetime, int)}, usual_sort="due",
        filters={"view": ("all",), "state": states, "county": scopes.counties(), "due": _DUES},
    )  # fmt: skip


def _in_view(listing: Listing, actor: Actor) -> tuple[bool, list[ClaimState]]:
    """Whether the reader sees what is theirs to do (else everything not closed), and its states."""
    mine = turn_states(actor.role)
    own = bool(mine) and listing.chosen("view") != "all"
    return own, mine if own else [state for state in _S if state is not _S.CLOSED]


def worklist_asked(listing: Listing, actor: Actor, limit: int) -> Wanted | None:
    """The page of claims the worklist asks for; None where no claim can be in it."""
    _, states = _in_view(listing, actor)
    tomorrow, soon = _ends_of_days(actor.at)
    due = listing.chosen("due")
    asked = listing.chosen("state")
    chosen = [state for state in states if asked in (None, state.value) and (due != "waiting" or state is _S.SUPPLEMENT)]
    starts, ends = {"late": (None, actor.at), "today": (actor.at, tomorrow), "soon": (tomorrow, soon)}.get(due or "", (None, None))
    after: Any = listing.after
    if after is None and starts is not None:
        after = (starts - timedelta(microseconds=1), _ANY_ID)
    if not chosen:
        return None
    return Wanted(
        states=[state.value for state in chosen], county=listing.chosen("county"), q=listing.q, due_before=ends, after=after, limit=limit
    )  # fmt: skip


async def _rows(wanted: Wanted | None, *, actor: Actor) -> list[Row]:
    return [] if wanted is None else await store_lists.claims(wanted, actor=actor)


async def _advances(listing: Listing, actor: Actor) -> list[Row]:
    """What an approver sees first of all, whatever its state: the day has come to pay ahead what is certain (保险法 25)."""
    own, _ = _in_view(listing, actor)
    if actor.role is not Role.APPROVER or not own or listing.after is not None or listing.narrowed:
        return []
    return await store_lists.claims(Wanted(advance_due=True, limit=_MOST_ADVANCES), actor=actor)


@get("/worklist", guards=[needs("claim.read")])
async def worklist(request: Req) -> Response[str]:
    """What is to be done, by deadline."""
    actor, listing = request.user, worklist_listing(request)
    own, states = _in_view(listing, actor)
    everything = [state.value for state in _S if state is not _S.CLOSED]
    tomorrow, soon = _ends_of_days(actor.at)
    async with db.transaction(actor.scope):
        rows = await _rows(worklist_asked(listing, actor, listing.limit + 1), actor=actor)
        advances = await _advances(listing, actor)
        counted = await store_pages.counts([state.value for state in states], actor.at, tomorrow, soon, actor=actor)
        other = await store_pages.counts(everything if own else turn_states(actor.role), actor.at, tomorrow, soon, actor=actor)
        ready = await _money(actor)
    shown = rows[: listing.limit]
    first = {row["id"] for row in advances}
    lines = [line(row, actor) for row in shown if row["id"] not in first]
    say = actor.language
    return show(
        request,
        "claims/worklist.html",
        listing=listing,
        counters=_counters(counted, listing, say),
        tabs=_views(own, counted["whole"], other["whole"], actor),
        groups=_grouped([line(row, actor) for row in advances], lines, say),
        ready=ready,
        advances=bool(advances),
        pages=listing.pages(len(shown), key_of(shown[-1]) if len(rows) > listing.limit else None),
        weekday=render(_WEEKDAYS[actor.on.weekday()], say),
        states=[(state.value, render(STATE_NAMES[state], say)) for state in states],
        counties=_counties(actor),
        dues=[(name, render(GROUPS[name], say)) for name in _DUES],
    )


def _counters(counted: Any, listing: Listing, say: str) -> list[dict[str, Any]]:
    view = "&view=all" if listing.chosen("view") else ""
    words = (
        ("late", t("已超期"), "bad"), ("today", t("今天到期"), "due"), ("soon", t("3 天内到期"), "due"),
        ("waiting", t("等补充材料"), "mut"),
    )  # fmt: skip
    shown = [
        {"word": render(word, say), "n": counted[name], "tone": shade if counted[name] else "", "href": f"/worklist?due={name}{view}"}
        for name, word, shade in words
    ]
    return [*shown, {"word": render(t("全部"), say), "n": counted["whole"], "tone": "", "href": f"/worklist?{view[1:]}"}]


def _views(own: bool, here: int, other: int, actor: Actor) -> list[dict[str, Any]]:
    every = {"word": render(t("全部在办"), actor.language), "href": "/worklist?view=all", "n": here if not own else other, "here": not own}
    if not turn_states(actor.role):
        return [every | {"href": "/worklist"}]
    return [{"word": render(t("轮到我办"), actor.language), "href": "/worklist", "n": here if own else other, "here": own}, every]


def _grouped(advances: Sequence[Line], lines: Sequence[Line], say: str) -> list[dict[str, Any]]:
    """The rows under the headings of their deadlines, in the order of urgency; before them all, what is to be paid ahead."""
    by_group: dict[str, list[Line]] = {name: [] for name in GROUPS}
    by_group["advance"] += advances
    for one in lines:
        by_group[one.clock.group if one.clock else "none"].append(one)
    return [{"word": render(GROUPS[name], say), "rows": rows} for name, rows in by_group.items() if rows]


def _counties(actor: Actor) -> list[tuple[str, str]]:
    """The counties inside the reader's region, by code."""
    inside = [(path, name) for path, name in scopes.regions().items() if path.count("/") == 2 and path.startswith(actor.region_path)]
    return sorted((path.split("/")[1], name) for path, name in inside)


def towns(actor: Actor) -> list[tuple[str, str]]:
    """The towns inside the reader's region by code, each with its county's name before it where there are several."""
    inside = [path for path in scopes.regions() if path.count("/") == 3 and path.startswith(actor.region_path)]
    several = actor.county_code is None
    return [(path.split("/")[2], scopes.place(path) if several else scopes.region_name(path)) for path in sorted(inside)]


async def _money(actor: Actor) -> list[dict[str, Any]]:
    """What waits for finance: parts to order, orders to release."""
    if actor.role not in FINANCE:
        return []
    orders = await finance.payouts(actor=actor, state="ORDERED", limit=200)
    found = [
        (len(await ready_parts()), t("笔赔款待制单"), "/payouts"),
        (len(orders), t("笔付款指令待复核"), "/payouts?state=ORDERED"),
    ]
    return [{"n": n, "word": render(word, actor.language), "href": href} for n, word, href in found if n]


# -- 理赔案件 -----------------------------------------------------------------------------------------------------------


def claims_listing(request: Req) -> Listing:
    """What an address of the list of claims asks for. Raises Invalid."""
    return read_listing(
        "/claims", request.query_params.multi_items(), sorts={"due": (datetime, int)}, usual_sort="due",
        filters={"stage": STAGES, "state": [s.value for s in _S], "insurer": None, "town": None, "disaster": None, "project": None},
    )  # fmt: skip


def number_of(listing: Listing, name: str) -> int | None:
    """A filter that is an id. Raises Invalid for anything else."""
    text = listing.chosen(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid.field(name, t("没有这个筛选值"))
    return int(text)


def claims_asked(listing: Listing, limit: int) -> Wanted:
    """The page of claims the list asks for. Raises Invalid for a filter that is no id."""
    stage, state = listing.chosen("stage"), listing.chosen("state")
    states = [state] if state else [one.value for one in STAGES[stage][1]] if stage else []
    after: Any = listing.after
    return Wanted(
        states=states, insurer_id=number_of(listing, "insurer"), town=listing.chosen("town"), disaster_id=number_of(listing, "disaster"),
        project_id=number_of(listing, "project"), q=listing.q, after=after, limit=limit,
    )  # fmt: skip


@get("/claims", guards=[needs("claim.read")])
async def claims(request: Req) -> Response[str]:
    """Every claim of the reader's scope."""
    actor, listing = request.user, claims_listing(request)
    async with db.transaction(actor.scope):
        rows = await store_lists.claims(claims_asked(listing, listing.limit + 1), actor=actor)
        known = await disasters.many(actor=actor, limit=100)
    shown = rows[: listing.limit]
    say, stage = actor.language, listing.chosen("stage")
    tabs = [{"word": render(t("全部"), say), "href": "/claims", "here": stage is None}]
    tabs += [{"word": render(word, say), "href": f"/claims?stage={name}", "here": stage == name} for name, (word, _) in STAGES.items()]
    return show(
        request,
        "claims/claims.html",
        listing=listing,
        rows=[line(row, actor) for row in shown],
        pages=listing.pages(len(shown), key_of(shown[-1]) if len(rows) > listing.limit else None),
        tabs=tabs,
        states=[(state.value, render(STATE_NAMES[state], say)) for state in _S],
        disasters=[(one.id, one.name) for one in known],
        insurers=[] if actor.insurer_id else list(scopes.insurers().items()),
        towns=towns(actor),
    )


HANDLERS = [worklist, claims]
