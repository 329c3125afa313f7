"""What was known of projects on a day: everything that eligibility asks, for one project or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.projects import store_annual, store_values
from insurance.projects.model import PaperKind, ProjectFacts

_TAKEN = frozenset({
    "id", "code", "name", "region_path", "county_code", "town_code", "version", "taxonomy", "asset_kind", "ownership", "operation",
    "situation", "title_on", "title_paper", "title_disputed", "households", "people", "annual_income_fen", "contract_until",
    "retired_on", "stated_cover", "funds",
})  # fmt: skip


async def facts_of(actor: Actor, as_of: date, project_ids: Sequence[int] | None = None) -> list[ProjectFacts]:
    """The facts of the projects (None: all in the actor's scope) as they stood on the day, by id.

    An edit made after the day does not count: what stood before it does. A link agreement or a basis of income counts
    as given when its paper is on file, insurable interest when the owner is known, unless somebody said otherwise.
    """
    ids = None if project_ids is None else list(project_ids)
    rows = await db.fetch(db.statement(__package__, "facts"), ids, as_of, actor.county_code, actor.town_code)
    values = await store_values.project_values(actor, as_of, ids)
    years = await store_annual.years_of(ids, as_of)
    return [
        msgspec.convert(_facts(row, as_of, values.get(row["id"])) | {"annual_accounts": years.get(row["id"], {})}, ProjectFacts)
        for row in rows
    ]


def _facts(row: Any, as_of: date, value: store_values.ProjectValue | None) -> dict[str, Any]:
    facts = {name: row[name] for name in _TAKEN}
    papers = row["papers"] or {}
    basis, basis_on = row["income_basis"], row["income_basis_on"]
    for kind, meaning in ((PaperKind.INCOME_AGREEMENT, "AGREEMENT"), (PaperKind.ACCOUNTS, "ACCOUNTS")):
        if basis is None and kind in papers:
            basis, basis_on = meaning, date.fromisoformat(papers[kind]["on"])
    return facts | {
        "on": as_of,
        "owner": _party(row, "owner"),
        "operator": _party(row, "operator"),
        "owner_kinds": row["owner_kinds"] or (),
        "link_agreement": True if row["link_agreement"] is None and PaperKind.LINK in papers else row["link_agreement"],
        "insurable_interest": True if row["insurable_interest"] is None and row["owner_id"] else row["insurable_interest"],
        "income_basis": basis,
        "income_basis_on": basis_on,
        "papers": papers,
        "declared_covers": row["covers"] or (),
        "net_value_fen": value.net_value_fen if value else None,
        "cost_fen": value.cost_fen if value else None,
        "asset_count": value.asset_count if value else 0,
        "incomplete_assets": value.incomplete_assets if value else 0,
    }


def _party(row: Any, which: str) -> dict[str, Any] | None:
    if row[f"{which}_id"] is None:
        return None
    return {"id": row[f"{which}_id"], "kind": row[f"{which}_kind"], "name": row[f"{which}_name"]}
