"""The pages of the register, of enrolment and of policies: one router."""

from __future__ import annotations

from litestar import Router

from insurance.policies import (
    pages_endorse,
    pages_enrol,
    pages_handover,
    pages_policies,
    pages_premium,
    pages_project,
    pages_projects,
    pages_renew,
)

router = Router(
    path="",
    route_handlers=[
        pages_projects.projects_page,
        pages_projects.projects_export,
        pages_project.project_page,
        pages_project.file_paper,
        pages_project.enter_account,
        pages_project.file_account_paper,
        pages_project.approve_account,
        *pages_enrol.handlers,
        *pages_policies.handlers,
        *pages_endorse.handlers,
        *pages_premium.handlers,
        *pages_renew.handlers,
        *pages_handover.handlers,
    ],
)
