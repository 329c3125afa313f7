"""All pages of claims: worklist and lists, one claim with its verbs, disasters and reports, money that moves a claim."""

from __future__ import annotations

from litestar import Router

from insurance.claims import pages_claim, pages_disasters, pages_evidence, pages_income, pages_lists, pages_money, pages_report

_PARTS = (pages_lists, pages_report, pages_claim, pages_evidence, pages_disasters, pages_income, pages_money)

router = Router(path="", route_handlers=[handler for part in _PARTS for handler in part.HANDLERS])
