"""All pages of sharing: the list, one distribution with its verbs, a project's plan and households."""

from __future__ import annotations

from litestar import Router

from insurance.sharing import pages_list, pages_plan, pages_sharing

router = Router(path="", route_handlers=[*pages_list.HANDLERS, *pages_plan.HANDLERS, *pages_sharing.HANDLERS])
