"""JSON: the register with its seals, one project whole or changed, and its eligibility on a day."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, patch

from insurance.access.guards import needs
from insurance.access.http import Id, Req, read_json, takes
from insurance.access.query import asked_day
from insurance.policies import actions, actions_due, actions_projects
from insurance.policies.actions_projects import COVER_FILTERS, ELIGIBILITY_FILTERS, SORT_KEYS, USUAL_SORT
from insurance.policies.views import EligibilityView
from insurance.policies.views_projects import DueView, ProjectItem, ProjectWhole
from insurance.projects import actions as register
from insurance.projects.entries import ProjectEdit
from insurance.projects.model import Project
from insurance.web.listing import read_listing

_IN_CAPITALS = ("cover", "eligibility")


class ProjectPage(msgspec.Struct, frozen=True):
    """A page of the register."""

    items: list[ProjectItem]
    next_cursor: str | None


def answer(shown: Any) -> Response[bytes]:
    """A struct as JSON."""
    return Response(msgspec.json.encode(shown), media_type="application/json")


@get(
    "/projects",
    guards=[needs("project.read")],
    opt={
        "answers": ProjectPage,
        "query": {
            "town": "code of a town or county; may be repeated",
            "cover": "covers in force on the business day: industry, income (either way), both, none (neither)",
            "eligibility": "ELIGIBLE, REFER or INELIGIBLE of either cover, or of one: INDUSTRY:ELIGIBLE, INCOME:REFER …; repeated for one"
            " cover: any of them, for both covers: each",
            "q": "part of the name, code or village",
            "sort": "code (usual), name, town, registered, net; descending with a leading minus: -net",
            "limit": "1…200, usually 50",
            "cursor": "next_cursor of the page before",
        },
    },
)
async def projects(request: Req) -> Response[bytes]:
    """The register: each project with its net value, which covers it has, and whether it may have them, on the business day."""
    pairs = [(name, value.upper() if name in _IN_CAPITALS else value) for name, value in request.query_params.multi_items()]
    listing = read_listing(
        request.url.path, pairs, sorts=SORT_KEYS, usual_sort=USUAL_SORT,
        filters={"town": None, "cover": COVER_FILTERS, "eligibility": ELIGIBILITY_FILTERS},
    )  # fmt: skip
    items, last = await actions_projects.projects(listing, actor=request.user)
    return answer(ProjectPage(items, listing.cursor(last, len(items)) if last else None))


@get("/projects/{project_id:int}", guards=[needs("project.read")], opt={"answers": ProjectWhole})
async def one_project(request: Req, project_id: Id) -> Response[bytes]:
    """One project with everything that hangs on it: assets, rights, value, covers, eligibility, policies, papers."""
    return answer(await actions_projects.project(project_id, actor=request.user))


class ProjectEdited(Project, frozen=True, kw_only=True):
    """A project as it stands after a change, with the policies in force that the change leaves out of step."""

    needs_endorsement: list[DueView]


@patch(
    "/projects/{project_id:int}",
    guards=[needs("project.write")],
    opt=takes(ProjectEdit, {"version": 1, "operation": "LEASED", "assets": [{"id": 1, "cost_fen": 86_500_000}]}, ProjectEdited),
)
async def edit_project(request: Req, project_id: Id) -> Response[bytes]:
    """Change fields; one left out stays, null clears it. A version that is no longer current is 409 with both values of each field.

    The rules run again for the policies in force: `needs_endorsement` says which of them no longer fit and what would follow.
    """
    edit, actor = await read_json(request, ProjectEdit), request.user
    made = await register.edit(project_id, edit, actor=actor)
    due = await actions_due.due(actor=actor, project_ids=[project_id])
    return answer(ProjectEdited(**{name: getattr(made, name) for name in Project.__struct_fields__}, needs_endorsement=due))


@get(
    "/projects/{project_id:int}/eligibility",
    guards=[needs("project.read")],
    opt={"answers": EligibilityView, "query": {"as_of": "a day, at most the business date (usual)"}},
)
async def eligibility(request: Req, project_id: Id) -> Response[bytes]:
    """Both covers on a day: every test with its outcome, the fact, paper and date that decide it, and what would mend it."""
    return answer(await actions.eligible(project_id, asked_day(request, "as_of"), actor=request.user))
