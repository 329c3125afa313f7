"""JSON: another insurer from a day on, what follows, taking it back, and policies in conflict with the rules."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.once import once
from insurance.access.query import day_of
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.policies import actions_handover
from insurance.policies.api_projects import answer
from insurance.policies.model import Cover
from insurance.policies.views_handover import Changed, ConflictView, Foreseen, RuleChange, TakenBack

_EXAMPLE = {"counties": ["370404", "370481"], "covers": ["INDUSTRY", "INCOME"], "insurer": "INS-B", "from_on": "2020-01-01"}


class ForeseenPage(msgspec.Struct, frozen=True):
    """What follows, pair by pair."""

    items: list[Foreseen]
    next_cursor: str | None = None


class ConflictPage(msgspec.Struct, frozen=True):
    """Every policy in conflict."""

    items: list[ConflictView]
    next_cursor: str | None = None


class Conflicts(msgspec.Struct, frozen=True):
    """The policies an act put in conflict."""

    conflicts: list[int]


def change_of(request: Req) -> RuleChange | None:
    """The change an address asks about (`county`, `cover`, `insurer`, `from_on`); None when it asks about none. Raises Invalid."""
    query = request.query_params
    counties, covers = query.getall("county", []), query.getall("cover", [])
    if not (counties or covers or query.get("insurer") or query.get("from_on")):
        return None
    from_on = day_of(query.get("from_on"), "from_on")
    missing = {
        "counties": (counties, t("请至少选一个区（市）")), "covers": (covers, t("请至少选一个险种")),
        "insurer": (query.get("insurer"), t("请选择保险公司")), "from_on": (from_on, t("请填起始日")),
    }  # fmt: skip
    for field, (given, text) in missing.items():
        if not given:
            raise Invalid.field(field, text)
    if not set(covers) <= set(Cover):
        raise Invalid.field("covers", t("没有这个险种"))
    assert from_on is not None
    return RuleChange(counties[:100], [Cover(cover) for cover in dict.fromkeys(covers)], query["insurer"][:40], from_on)


@get(
    "/insurer-rules/foreseen",
    guards=[needs("insurer-rule.write")],
    opt={"answers": ForeseenPage, "query": {
        "county": "a county's code; may be repeated", "cover": "INDUSTRY or INCOME; may be repeated", "insurer": "the new insurer's code",
        "from_on": "its first day"}},
)  # fmt: skip
async def foresee(request: Req) -> Response[bytes]:
    """What a change would do; nothing is written."""
    given = change_of(request)
    if given is None:
        raise Invalid.field("county", t("请至少选一个区（市）"))
    return answer(ForeseenPage(await actions_handover.foreseen(given, actor=request.user)))


@post("/insurer-rules/changes", guards=[needs("insurer-rule.write")], status_code=201, opt=takes(RuleChange, _EXAMPLE, Changed))
async def change_rules(request: Req) -> Response[bytes]:
    """Let an insurer take covers of counties from a day on, all in one act."""
    given, actor = await read_json(request, RuleChange), request.user

    async def act() -> Changed:
        return await actions_handover.change(given, actor=actor)

    return await once(request, act, status=201, location=lambda _: "/api/v1/insurer-rules")


@post(
    "/insurer-rules/{rule_id:int}/withdrawal",
    guards=[needs("insurer-rule.write")],
    status_code=200,
    opt=takes(TakenBack, {"reason": "招标结果有变"}, Conflicts),
)
async def take_back(request: Req, rule_id: Id) -> Response[bytes]:
    """Take back a rule that has not begun."""
    given, actor = await read_json(request, TakenBack), request.user

    async def act() -> Conflicts:
        return Conflicts(await actions_handover.take_back(rule_id, given.reason, actor=actor))

    return await once(request, act)


@get("/insurer-conflicts", guards=[needs("policy.read")], opt={"answers": ConflictPage})
async def list_conflicts(request: Req) -> Response[bytes]:
    """Policies that stand with another insurer than the rule of their first day names."""
    return answer(ConflictPage(await actions_handover.conflicts(actor=request.user)))


handlers: list[Any] = [foresee, change_rules, take_back, list_conflicts]
