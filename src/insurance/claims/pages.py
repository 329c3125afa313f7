"""All pages of claims: lists, one claim with its verbs, disasters and reports, money that moves a claim, letters and their check."""

from __future__ import annotations

from litestar import Router

from insurance.claims import (
    pages_batch,
    pages_books,
    pages_claim,
    pages_disasters,
    pages_drafts,
    pages_evidence,
    pages_exports,
    pages_handover,
    pages_income,
    pages_joint,
    pages_letters,
    pages_lists,
    pages_money,
    pages_opening,
    pages_opening_facts,
    pages_payouts,
    pages_recovery,
    pages_report,
    pages_verify,
)

_PARTS = (
    pages_exports,
    pages_lists, pages_report, pages_claim, pages_evidence, pages_disasters, pages_income, pages_joint, pages_money, pages_letters,
    pages_verify, pages_drafts, pages_recovery, pages_opening, pages_opening_facts, pages_handover, pages_books, pages_batch, pages_payouts,
)  # fmt: skip

router = Router(path="", route_handlers=[handler for part in _PARTS for handler in part.HANDLERS])
