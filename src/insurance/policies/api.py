"""JSON: quotes, policies, enrolment of one or many, and which insurer takes which county."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from msgspec import Meta

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.model import Actor
from insurance.access.once import once
from insurance.base.errors import InsuranceError, Invalid
from insurance.base.money import MOST_FEN
from insurance.base.text import t
from insurance.policies import actions, actions_due, actions_enrol, actions_quote, api_handover, api_midterm, api_premium
from insurance.policies.actions_underwriting import Ask, Wish, asks_for
from insurance.policies.api_projects import answer, edit_project, eligibility, one_project, projects
from insurance.policies.model import Cover, PolicyState
from insurance.policies.store import Bound
from insurance.policies.views import PolicyLine, PolicyWhole
from insurance.policies.views_quotes import QuoteView, RefusalView, RuleView, refusal_view
from insurance.web.listing import Listing, read_listing

BigId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Amount = Annotated[int, Meta(ge=1, le=MOST_FEN)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
_MANY = Meta(min_length=1, max_length=5000)
_NEWEST: dict[str, tuple[type, ...]] = {"newest": (int,)}
_PAGE = {"limit": "1…200, usually 50", "cursor": "next_cursor of the page before"}


class AssetBody(msgspec.Struct, forbid_unknown_fields=True):
    """Another sum for one asset than the terms give, or the price of a new one where they insure that."""

    asset: BigId
    sum_insured_fen: Amount | None = None
    replacement_fen: Amount | None = None


class QuoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """One cover of one project. From tomorrow for a year and by the county's insurer, unless said otherwise."""

    project: BigId
    cover: Cover
    starts_on: date | None = None
    last_day: date | None = None
    insurer: Code | None = None
    assets: Annotated[list[AssetBody], Meta(max_length=500)] = []


class QuotesBody(msgspec.Struct, forbid_unknown_fields=True):
    """One cover of many projects."""

    projects: Annotated[list[BigId], _MANY]
    cover: Cover
    starts_on: date | None = None
    last_day: date | None = None
    insurer: Code | None = None


class PolicyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A quote to bind; or, without one, a project and cover as in a quote."""

    quote: BigId | None = None
    project: BigId | None = None
    cover: Cover | None = None
    starts_on: date | None = None
    last_day: date | None = None
    insurer: Code | None = None
    assets: Annotated[list[AssetBody], Meta(max_length=500)] = []


class PoliciesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Quotes to bind; or, without them, one cover of many projects."""

    quotes: Annotated[list[BigId], Meta(max_length=5000)] = []
    projects: Annotated[list[BigId], Meta(max_length=5000)] = []
    cover: Cover | None = None
    starts_on: date | None = None
    last_day: date | None = None
    insurer: Code | None = None


class RuleBody(msgspec.Struct, forbid_unknown_fields=True):
    """From `from_on` (through `last_day`, else until a newer rule) this insurer takes the county's projects of the cover."""

    county_code: Code
    cover: Cover
    insurer: Code
    from_on: date
    last_day: date | None = None


class QuoteShort(msgspec.Struct, frozen=True):
    """A quote among many; the whole of it stands at /quotes/{id}."""

    id: int
    insurer: str
    sum_insured_fen: int
    guaranteed_fen: int | None
    premium_fen: int
    referrals: list[str]


class PolicyShort(msgspec.Struct, frozen=True):
    """A policy among many; the whole of it stands at /policies/{id}."""

    id: int
    number: str
    sum_insured_fen: int
    premium_fen: int


class QuoteOutcome(msgspec.Struct, frozen=True):
    """One project of many: its quote, or why there is none."""

    project: int
    quote: QuoteShort | None
    refusal: RefusalView | None


class PolicyOutcome(msgspec.Struct, frozen=True):
    """One project of many: its policy, or why there is none."""

    project: int
    quote: int | None
    policy: PolicyShort | None
    refusal: RefusalView | None


class QuoteOutcomes(msgspec.Struct, frozen=True):
    """Each project in the order asked; what was refused did not hold the others back."""

    quoted: int
    refused: int
    items: list[QuoteOutcome]


class PolicyOutcomes(msgspec.Struct, frozen=True):
    """Each project in the order asked; what was refused did not hold the others back."""

    bound: int
    refused: int
    items: list[PolicyOutcome]


class QuotePage(msgspec.Struct, frozen=True):
    """A page of quotes."""

    items: list[QuoteView]
    next_cursor: str | None


class PolicyPage(msgspec.Struct, frozen=True):
    """A page of policies."""

    items: list[PolicyLine]
    next_cursor: str | None


class RulePage(msgspec.Struct, frozen=True):
    """All rules."""

    items: list[RuleView]
    next_cursor: str | None = None


def _newest(request: Req, **filters: Any) -> tuple[Listing, int | None]:
    """The list asked for, newest first, and the id before which the page begins."""
    listing = read_listing(request.url.path, request.query_params.multi_items(), sorts=_NEWEST, usual_sort="newest", filters=filters)
    if listing.descending:
        raise Invalid.field("sort", t("不能按这一列排序"))
    before = listing.after[0] if listing.after else None
    assert before is None or isinstance(before, int)
    return listing, before


def _id_filter(listing: Listing, name: str) -> int | None:
    text = listing.chosen(name)
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid.field(name, t("请填编号（数字）"))
    return int(text) if text else None


def _wishes(assets: list[AssetBody]) -> tuple[Wish, ...]:
    return tuple(Wish(asset.asset, asset.sum_insured_fen, asset.replacement_fen) for asset in assets)


@post("/quotes", guards=[needs("policy.quote")], status_code=201, opt=takes(QuoteBody, {"project": 1, "cover": "INDUSTRY"}, QuoteView))
async def make_quote(request: Req) -> Response[bytes]:
    """Price one cover of one project: sum insured near net value, premium, shares, every step; refused with all reasons."""
    body, actor = await read_json(request, QuoteBody), request.user

    async def act() -> QuoteView:
        asks = await asks_for(
            [body.project], body.cover, starts_on=body.starts_on, last_day=body.last_day, insurer=body.insurer,
            wishes=_wishes(body.assets), actor=actor,
        )  # fmt: skip
        return await actions_quote.quote(asks[0], actor=actor)

    return await once(request, act, status=201, location=lambda made: f"/api/v1/quotes/{made.id}")


@post(
    "/quotes/bulk",
    guards=[needs("policy.quote")],
    status_code=200,
    opt=takes(QuotesBody, {"projects": [1, 2], "cover": "INDUSTRY"}, QuoteOutcomes),
)
async def make_quotes(request: Req) -> Response[bytes]:
    """Price one cover of many projects."""
    body, actor = await read_json(request, QuotesBody), request.user

    async def act() -> QuoteOutcomes:
        asks = await asks_for(
            body.projects, body.cover, starts_on=body.starts_on, last_day=body.last_day, insurer=body.insurer, actor=actor
        )
        outcomes = await actions_quote.quote_many(asks, actor=actor)
        items = [_quote_outcome(ask, outcome, actor) for ask, outcome in zip(asks, outcomes, strict=True)]
        quoted = sum(item.quote is not None for item in items)
        return QuoteOutcomes(quoted, len(items) - quoted, items)

    return await once(request, act)


def _quote_outcome(ask: Ask, outcome: QuoteView | InsuranceError, actor: Actor) -> QuoteOutcome:
    if isinstance(outcome, InsuranceError):
        return QuoteOutcome(ask.project_id, None, refusal_view(outcome, actor.language))
    same = ("id", "insurer", "sum_insured_fen", "guaranteed_fen", "premium_fen", "referrals")
    return QuoteOutcome(ask.project_id, QuoteShort(*(getattr(outcome, name) for name in same)), None)


@get("/quotes", guards=[needs("policy.read")], opt={"answers": QuotePage, "query": {"project": "a project's id", **_PAGE}})
async def list_quotes(request: Req) -> Response[bytes]:
    """Quotes of the scope, newest first."""
    listing, before = _newest(request, project=None)
    items = await actions_quote.quotes(
        actor=request.user, project_id=_id_filter(listing, "project"), before=before, limit=listing.limit + 1
    )
    return answer(QuotePage(items[: listing.limit], _next(listing, items)))


@get("/quotes/{quote_id:int}", guards=[needs("policy.read")], opt={"answers": QuoteView})
async def one_quote(request: Req, quote_id: Id) -> Response[bytes]:
    """One quote with its whole working."""
    return answer(await actions_quote.one_quote(quote_id, actor=request.user))


@post(
    "/policies",
    guards=[needs("policy.enrol")],
    status_code=201,
    opt=takes(PolicyBody, {"project": 1, "cover": "INDUSTRY", "insurer": "INS-A"}, PolicyWhole),
)
async def make_policy(request: Req) -> Response[bytes]:
    """Enrol one project: signed application and title paper on file, eligible, not yet covered; refused with all that is missing."""
    body, actor = await read_json(request, PolicyBody), request.user

    async def act() -> PolicyWhole:
        if body.quote is not None:
            _alone("quote", [body.project, body.cover, body.starts_on, body.last_day, body.insurer, body.assets])
            asks = await actions_enrol.asks_of_quotes([body.quote], actor=actor)
        elif body.project is None or body.cover is None:
            raise Invalid.field("project" if body.project is None else "cover", t("请给出报价，或项目和险种"))
        else:
            asks = await asks_for(
                [body.project], body.cover, starts_on=body.starts_on, last_day=body.last_day, insurer=body.insurer,
                wishes=_wishes(body.assets), actor=actor,
            )  # fmt: skip
        bound = await actions_enrol.enrol(asks[0], actor=actor)
        return await actions.policy(bound.id, actor=actor)

    return await once(request, act, status=201, location=lambda made: f"/api/v1/policies/{made.id}")


def _alone(field: str, others: list[Any]) -> None:
    if any(others):
        raise Invalid.field(field, t("给出报价时，不再另填项目、险种、日期、保险公司和资产"))


@post(
    "/policies/bulk",
    guards=[needs("policy.enrol")],
    status_code=200,
    opt=takes(PoliciesBody, {"projects": [1, 2], "cover": "INDUSTRY", "insurer": "INS-A"}, PolicyOutcomes),
)
async def make_policies(request: Req) -> Response[bytes]:
    """Enrol many projects in one act; each is answered with its policy or its refusal."""
    body, actor = await read_json(request, PoliciesBody), request.user

    async def act() -> PolicyOutcomes:
        if body.quotes:
            _alone("quotes", [body.projects, body.cover, body.starts_on, body.last_day, body.insurer])
            asks = await actions_enrol.asks_of_quotes(body.quotes, actor=actor)
        elif not body.projects or body.cover is None:
            raise Invalid.field("cover" if body.projects else "projects", t("请给出报价，或项目和险种"))
        else:
            asks = await asks_for(
                body.projects, body.cover, starts_on=body.starts_on, last_day=body.last_day, insurer=body.insurer, actor=actor
            )
        outcomes = await actions_enrol.enrol_many(asks, actor=actor)
        items = [_policy_outcome(ask, outcome, actor) for ask, outcome in zip(asks, outcomes, strict=True)]
        bound = sum(item.policy is not None for item in items)
        return PolicyOutcomes(bound, len(items) - bound, items)

    return await once(request, act)


def _policy_outcome(ask: Ask, outcome: Bound | InsuranceError, actor: Actor) -> PolicyOutcome:
    quote = ask.quoted.id if ask.quoted else None
    if isinstance(outcome, InsuranceError):
        return PolicyOutcome(ask.project_id, quote, None, refusal_view(outcome, actor.language))
    return PolicyOutcome(ask.project_id, quote, PolicyShort(outcome.id, outcome.number, outcome.sum_insured_fen, outcome.premium_fen), None)


_POLICY_QUERY = {
    "cover": "INDUSTRY or INCOME",
    "insurer": "an insurer's code",
    "town": "code of a town or county; may be repeated",
    "state": ", ".join(PolicyState) + "; may be repeated",
    "project": "a project's id",
    "expiring": "last day within so many days (0…366) and not yet renewed",
    "due": "endorsement: the register no longer fits, an endorsement is needed",
    "q": "part of the number, or of the project's name or code",
}


@get("/policies", guards=[needs("policy.read")], opt={"answers": PolicyPage, "query": _POLICY_QUERY | _PAGE})
async def list_policies(request: Req) -> Response[bytes]:
    """Policies of the scope, newest first."""
    listing, before = _newest(
        request, cover=tuple(Cover), insurer=None, town=None, state=tuple(PolicyState), project=None, expiring=None, due=("endorsement",)
    )
    cover = listing.chosen("cover")
    ids = await actions_due.chosen_ids(listing.chosen("expiring"), listing.chosen("due"), actor=request.user)
    items = await actions.policies(
        actor=request.user, cover=Cover(cover) if cover else None, insurer=listing.chosen("insurer"), towns=listing.filters.get("town"),
        states=[PolicyState(state) for state in listing.filters.get("state", ())], project_id=_id_filter(listing, "project"), q=listing.q,
        before=before, limit=listing.limit + 1, ids=ids,
    )  # fmt: skip
    return answer(PolicyPage(items[: listing.limit], _next(listing, items)))


def _next(listing: Listing, items: list[Any]) -> str | None:
    """The cursor after this page, if a further row was found."""
    return listing.cursor((items[listing.limit - 1].id,), listing.limit) if len(items) > listing.limit else None


@get(
    "/policies/{policy_id:int}",
    guards=[needs("policy.read")],
    opt={"answers": PolicyWhole, "query": {"months": "yes: with the month table of every line"}},
)
async def one_policy(request: Req, policy_id: Id) -> Response[bytes]:
    """One policy: schedule, shares, working, papers, the judgement it was bound on, events."""
    months = request.query_params.get("months", "no")
    if months not in ("yes", "no"):
        raise Invalid.field("months", t("请填 yes 或 no"))
    return answer(await actions.policy(policy_id, actor=request.user, months=months == "yes"))


@get("/insurer-rules", guards=[needs("policy.read")], opt={"answers": RulePage})
async def list_insurer_rules(request: Req) -> Response[bytes]:
    """Which insurer takes which county's projects, and when."""
    return answer(RulePage(await actions.insurer_rules(actor=request.user)))


@post(
    "/insurer-rules",
    guards=[needs("insurer-rule.write")],
    status_code=201,
    opt=takes(RuleBody, {"county_code": "370404", "cover": "INDUSTRY", "insurer": "INS-A", "from_on": "2019-09-01"}, RuleView),
)
async def make_insurer_rule(request: Req) -> Response[bytes]:
    """Let an insurer take a county's projects; a rule without an end gives way to the newer one."""
    body, actor = await read_json(request, RuleBody), request.user

    async def act() -> RuleView:
        return await actions.add_insurer_rule(body.county_code, body.cover, body.insurer, body.from_on, body.last_day, actor=actor)

    return await once(request, act, status=201, location=lambda _: "/api/v1/insurer-rules")


router = Router(
    path="/api/v1",
    route_handlers=[
        projects, one_project, edit_project, eligibility, make_quote, make_quotes, list_quotes, one_quote, make_policy, make_policies,
        list_policies, one_policy, list_insurer_rules, make_insurer_rule, *api_midterm.handlers, *api_handover.handlers,
        *api_premium.handlers,
    ],
)  # fmt: skip
