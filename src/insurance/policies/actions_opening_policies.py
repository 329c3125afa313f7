"""Policies in force taken over from a workbook (期初保单): as they are stated, with schedule, shares and the insurer's view."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base.money import Fen, largest_remainder
from insurance.base.text import t
from insurance.finance import store as finance_store
from insurance.finance.model import Event
from insurance.finance.rules import postings
from insurance.policies import opening_policies, store, store_opening
from insurance.policies.model import Payer
from insurance.policies.opening_lines import OpeningFile, Shape
from insurance.policies.opening_plan import Planned, plan
from insurance.policies.opening_policies import PolicyRow

_OWN, _PUBLIC = "own", "public"


class PoliciesKind:
    """The workbook 在保保单."""

    @property
    def shape(self) -> Shape[PolicyRow]:
        """How its rows are read."""
        return opening_policies.SHAPE

    async def plan(self, file: OpeningFile[PolicyRow], *, actor: Actor) -> Sequence[Planned]:
        """The policies that would be stored; statements are asked for the file as a whole, never for a row."""
        drafts = opening_policies.drafts(file.lines)
        known = await store_opening.known(drafts)
        for draft in drafts:
            opening_policies.check_itself(draft, actor.on)
            opening_policies.find_project(draft, known)
            opening_policies.find_insurer(draft, known)
            opening_policies.find_insured(draft)
        numbers = await store_opening.numbers(drafts)
        assets = await store_opening.assets(drafts)
        standing = await store_opening.standing(drafts)
        return await asyncio.to_thread(plan, drafts, numbers, assets, standing)

    async def store(self, planned: Sequence[Planned], import_id: int, *, actor: Actor) -> None:
        """Write the policies. One whose number or period was taken out of this office's sight becomes a fault."""
        if not planned:
            return
        await asyncio.to_thread(_work_out, planned)
        await store.hold_projects(one.stated.project_id for one in planned)
        ids = await store_opening.add_policies(planned, actor=actor)
        for one in planned:
            if one.stated.number not in ids:
                for line in one.draft.lines:
                    line.fault("number", "number-taken", t("保单号已被使用，或这段时间刚有了别的保单。请核对后重新导入。"))
        written = [(ids[one.stated.number], one) for one in planned if one.stated.number in ids]
        await store_opening.add_facts(written, import_id, actor=actor)
        await _book_unpaid(written, actor)
        lines: list[tuple[str, dict[str, Any]]] = [
            (
                f"policy:{policy_id}",
                {
                    "number": one.stated.number, "project": one.stated.project_id, "cover": one.stated.cover, "import": import_id,
                    "insurer": one.stated.insurer_id, "sum_insured_fen": one.stated.sum_insured_fen,
                    "premium_fen": one.stated.premium_fen, "terms": one.quote.terms_version,
                },
            )
            for policy_id, one in written
        ]  # fmt: skip
        await audit.record_many(actor, "policy.opening", lines)


POLICIES = PoliciesKind()


def _work_out(planned: Sequence[Planned]) -> None:
    """The month tables of all policies at once, off the loop that serves everybody else."""
    for one in planned:
        one.quote  # noqa: B018  # worked out when first asked for


async def _book_unpaid(written: Sequence[tuple[int, Planned]], actor: Actor) -> None:
    """Premium paid before these books began is no entry of theirs; what the office states as unpaid is due as of today.

    Who owes it is not stated: it is shared between public money and the insured as the premium itself is.
    """
    due = [
        (f"policy:{policy_id}", one.draft.project["region_path"], one.stated.insurer_id, transfer)
        for policy_id, one in written
        if one.stated.unpaid_fen
        for transfer in postings(Event.PREMIUM_DUE, *unpaid_shares(one))
    ]
    if due:
        await finance_store.post_many(due, booked_on=actor.on, made_by=actor.user_id)


def unpaid_shares(one: Planned) -> tuple[Fen, Fen]:
    """Public money's and the insured's part of an unpaid premium, in the proportion of the premium's shares."""
    own = sum(share.amount_fen for share in one.quote.shares if share.payer is Payer.INSURED)
    shared = largest_remainder(one.stated.unpaid_fen, {_OWN: own, _PUBLIC: one.stated.premium_fen - own})
    return shared[_PUBLIC], shared[_OWN]
