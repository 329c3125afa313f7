"""A read register as the columns the database takes in: rows, their projects, holders of rights and money; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from insurance.projects.model import Fund, Ownership, Right, Status
from insurance.projects.parties import kind_by_name, name_key, owner_kind
from insurance.projects.register_rows import FUND_FIELDS, ParsedRow, RegisterRow

ROW_COLUMNS = {
    "ordinal": "integer", "project_key": "text", "asset_key": "text", "digest": "bytea", "town_code": "text", "code": "text",
    "name": "text", "specification": "text", "place": "text", "quantity": "numeric", "unit": "text", "cost_fen": "bigint",
    "residual_millionths": "integer", "life_months": "integer", "in_use_on": "date", "stated_net_value_fen": "bigint",
    "situation": "text", "stated": "text",
}  # fmt: skip
KEY_COLUMNS = {name: ROW_COLUMNS[name] for name in ("ordinal", "project_key", "asset_key", "digest", "town_code")}
PROJECT_COLUMNS = {
    "project_key": "text", "town_code": "text", "village": "text", "code": "text", "name": "text", "taxonomy": "text",
    "asset_kind": "text", "ownership": "text", "operation": "text", "situation": "text", "built_year": "integer", "title_on": "date",
    "title_paper": "text", "title_disputed": "boolean", "contract_number": "text", "contract_from": "date", "contract_until": "date",
    "households": "integer", "people": "integer", "annual_income_fen": "bigint", "distribution": "text", "stated_cover": "text",
}  # fmt: skip
RIGHT_COLUMNS = {
    "project_key": "text", "town_code": "text", "right_kind": "text", "name": "text", "name_key": "text", "kind": "text",
    "from_on": "date", "until_on": "date",
}  # fmt: skip
FUND_COLUMNS = {"ordinal": "integer", "fund": "text", "level": "text", "amount_fen": "bigint"}

_STATED = ("started_on", "completed_on", "invested_fen", "depreciation_fen", "yield_rate", "remark")
_COVER_STATED = {"industry": "industry_stated", "income": "income_stated", "policy": "policy_stated", "period": "period_stated"}
# Facts of the project that any of its rows may state; the first that does decides.
_SHARED = (
    "taxonomy", "asset_kind", "ownership", "operation", "build_year", "title_on", "title_paper", "contract_no", "contract_term",
    "households", "people", "annual_income_fen", "distribution", "owner", "operator", "income_owner", "beneficiary", "supervisor",
    *_COVER_STATED.values(),
)  # fmt: skip
_LEVELS = {
    "CENTRAL": "special_central_fen",
    "PROVINCE": "special_province_fen",
    "CITY": "special_city_fen",
    "COUNTY": "special_county_fen",
}
_LONGEST_PARTY = 200
_funds = attrgetter(*FUND_FIELDS.values())


def keys(rows: Sequence[ParsedRow]) -> Iterator[tuple[Any, ...]]:
    """The rows by their keys and digests only: enough to tell what they would change."""
    for ordinal, parsed in enumerate(rows):
        yield ordinal, parsed.project_key, parsed.asset_key, parsed.digest, parsed.row.town_code


def whole_rows(rows: Sequence[ParsedRow]) -> Iterator[tuple[Any, ...]]:
    """The rows with what they say of their asset; residual rates in millionths."""
    for ordinal, parsed in enumerate(rows):
        row = parsed.row
        stated = {name: value for name in _STATED if (value := getattr(row, name)) is not None}
        rate = row.residual_rate
        yield (
            ordinal, parsed.project_key, parsed.asset_key, parsed.digest, row.town_code, row.asset_code, row.asset_name, row.spec,
            row.place, row.quantity, row.measure, row.cost_fen, None if rate is None else round(rate * 1_000_000), row.life_months,
            row.in_use_on, row.net_value_fen, row.state, _json(stated),
        )  # fmt: skip


def money(rows: Sequence[ParsedRow], ordinals: Iterable[int]) -> Iterator[tuple[int, str, str, int]]:
    """What each source gave to the asset of a row; 专项 by level as far as its parts fit into it."""
    for ordinal in ordinals:
        row = rows[ordinal].row
        given = _funds(row)
        if not any(given):
            continue
        for fund, fen in zip(FUND_FIELDS, given, strict=True):
            if fen and fund is Fund.SPECIAL:
                yield from ((ordinal, fund, level, part) for level, part in _special(row, fen))
            elif fen:
                yield ordinal, fund, "", fen


def _special(row: RegisterRow, whole: int) -> Iterator[tuple[str, int]]:
    parts = {level: part for level, field in _LEVELS.items() if (part := getattr(row, field))}
    rest = whole - sum(parts.values())
    if rest < 0:
        yield "", whole
        return
    yield from parts.items()
    if rest:
        yield "", rest


def _json(facts: dict[str, Any]) -> str | None:
    """JSON as text (COPY takes no other), None where there is nothing to say."""
    return msgspec.json.encode(facts).decode() if facts else None


class _Stated(msgspec.Struct, gc=False):
    """What the rows of one project say of it together."""

    key: str
    first: RegisterRow
    facts: dict[str, Any]
    states: set[Status]


def projects(rows: Sequence[ParsedRow], ordinals: Iterable[int]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The projects these rows belong to, and the holders of their rights, as staged rows."""
    stated: dict[str, _Stated] = {}
    for ordinal in ordinals:
        parsed = rows[ordinal]
        row = parsed.row
        one = stated.get(parsed.project_key)
        if one is None:
            one = stated[parsed.project_key] = _Stated(parsed.project_key, row, {}, set())
        for name in _SHARED:
            if name not in one.facts and (value := getattr(row, name)) is not None:
                one.facts[name] = value
        if row.state is not None:
            one.states.add(row.state)
    return [_project(one) for one in stated.values()], _rights(list(stated.values()))


def _project(one: _Stated) -> tuple[Any, ...]:
    row, fact = one.first, one.facts.get
    term = fact("contract_term") or (None, None)
    covers = {name: value for name, field in _COVER_STATED.items() if (value := fact(field)) is not None}
    return (
        one.key, row.town_code, row.village, row.project_code, row.project_name, fact("taxonomy"), fact("asset_kind"), fact("ownership"),
        fact("operation"), _situation(one), fact("build_year"), fact("title_on"), fact("title_paper"), _disputed(one),
        fact("contract_no"), term[0], term[1], fact("households"), fact("people"), fact("annual_income_fen"), fact("distribution"),
        _json(covers),
    )  # fmt: skip


def _situation(one: _Stated) -> Status | None:
    """A project runs if any of its assets does; else it is as its first stated asset is, in the order of the codes."""
    if not one.states:
        return None
    return Status.RUNNING if Status.RUNNING in one.states else min(one.states, key=list(Status).index)


def _disputed(one: _Stated) -> bool | None:
    if Status.DISPUTED in one.states:
        return True
    return False if one.facts.get("title_on") or one.facts.get("title_paper") else None


def _rights(stated: Sequence[_Stated]) -> list[tuple[Any, ...]]:
    """Holders of the five rights. What an owner is by the register's ownership holds for its name in all of its town."""
    known: dict[tuple[str, str], str] = {}
    found: list[list[Any]] = []
    for one in stated:
        fact = one.facts.get
        ownership: Ownership | None = fact("ownership")
        term = fact("contract_term") or (None, None)
        for right, name, from_on, until_on in (
            (Right.OWNERSHIP, fact("owner"), fact("title_on"), None),
            (Right.OPERATION, fact("operator"), term[0], term[1]),
            (Right.INCOME, fact("income_owner"), None, None),
            (Right.BENEFIT, fact("beneficiary"), None, None),
            (Right.SUPERVISION, fact("supervisor"), None, None),
        ):
            if not name or len(name) > _LONGEST_PARTY:
                continue
            key = name_key(name)
            kind = owner_kind(ownership, name) if right is Right.OWNERSHIP else kind_by_name(name)
            if right is Right.OWNERSHIP and kind is not None:
                known.setdefault((one.first.town_code, key), kind)
            found.append([one.key, one.first.town_code, right, name, key, kind, from_on, until_on])
    for row in found:
        if row[2] is not Right.OWNERSHIP:
            row[5] = known.get((row[1], row[4]), row[5])
    return [tuple(row) for row in found]
