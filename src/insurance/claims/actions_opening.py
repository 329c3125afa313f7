"""Past claims taken over from a workbook (期初赔案), and their correction by a new statement; never by an edit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from insurance.access import audit
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import midnight
from insurance.base.errors import FieldFault, Invalid, WrongState
from insurance.base.text import render, t
from insurance.claims import clocks, opening_claims, store, store_opening
from insurance.claims.actions_move import AUDIT, lost_update, seen, stated, take
from insurance.claims.model import Claim, Verb, WorkingStep
from insurance.claims.model_opening import OPEN, OpeningCorrection, OpeningVersion, Outcome, StatedClaim
from insurance.claims.opening_claims import ClaimRow, Planned
from insurance.claims.opening_entry import columns_of, event_facts, stated_columns
from insurance.claims.procedure import procedure_of
from insurance.claims.rules_opening import faults_of, taken_from
from insurance.claims.store import Row
from insurance.claims.views import claim_view
from insurance.finance import rules as ledger
from insurance.finance import store as ledger_store
from insurance.policies.model import Peril
from insurance.policies.opening_lines import OpeningFile, Shape

_OF_ENDED = ("outcome", "assessed_fen", "approved_fen", "ended_on")
_CORRECTED = ("outcome", "loss_on", "reported_fen", "assessed_fen", "approved_fen", "paid_fen", "paid_on", "ended_on", "payee_name", "note")


class ClaimsKind:
    """The workbook 历史赔案."""

    @property
    def shape(self) -> Shape[ClaimRow]:
        """How its rows are read."""
        return opening_claims.SHAPE

    async def plan(self, file: OpeningFile[ClaimRow], *, actor: Actor) -> Sequence[Planned]:
        """The claims that would be stored; statements are asked for the file as a whole, never for a row."""
        said = [line.said for line in file.lines]
        policies = await store_opening.policies(sorted({row.policy_number for row in said if row.policy_number}))
        numbers = await store_opening.numbers(sorted({row.number for row in said if row.number}))
        live = await store_opening.live([policy.id for policy in policies.values()])
        return await asyncio.to_thread(opening_claims.plan, file.lines, policies, numbers, live, actor.on)

    async def store(self, planned: Sequence[Planned], import_id: int, *, actor: Actor) -> None:
        """Write the claims. One whose number or loss was taken out of this office's sight becomes a fault."""
        if not planned:
            return
        made = await store_opening.add_claims([columns_of(one, import_id) for one in planned], import_id, actor=actor)
        for one in planned:
            if one.stated.number not in made:
                one.line.fault("number", "number-taken", t("赔案号已被使用，或同一损失刚有了别的赔案。请核对后重新导入。"))
        written = [(made[one.stated.number], one.stated) for one in planned if one.stated.number in made]
        await _book_reserves(written, actor)
        lines: list[tuple[str, dict[str, Any]]] = [
            (f"claim:{row['id']}", {"number": one.number, "policy": one.policy_id, "import": import_id} | event_facts(one))
            for row, one in written
        ]
        await audit.record_many(actor, f"claim.{AUDIT[Verb.OPENING_ENTRY]}", lines)


CLAIMS = ClaimsKind()


async def _book_reserves(written: Sequence[tuple[Any, StatedClaim]], actor: Actor) -> None:
    """The memo books take over what is still expected to be paid of open claims. What was agreed and paid before is no entry of theirs."""
    due = [
        (f"claim:{row['id']}", row["region_path"], row["insurer_id"], transfer)
        for row, one in written
        if one.reserve_fen
        for transfer in ledger.estimate_change(0, one.reserve_fen)
    ]
    if due:
        await ledger_store.post_many(due, booked_on=actor.on, made_by=actor.user_id)


# -- what was stated ----------------------------------------------------------------------------------------------------


async def versions(claim_id: int, *, actor: Actor) -> list[OpeningVersion]:
    """Every version of what was stated of a past claim, oldest first; none of a claim that was reported here."""
    async with db.transaction(actor.scope):
        await seen(claim_id)
        found = await store_opening.versions(claim_id)
    return [store_opening.version_of(row) for row in found]


def opening_step(stated: Sequence[OpeningVersion], language: str) -> WorkingStep:
    """The one step of an amount that was stated, not worked out: as it was stated last."""
    latest = stated[-1]
    names = ("outcome", "reported_fen", "assessed_fen", "approved_fen", "paid_fen", "paid_on")
    inputs = {name: value for name in names if (value := getattr(latest, name)) is not None}
    return WorkingStep(1, "opening", inputs, latest.approved_fen or 0, render(t("期初录入，未经本系统核算"), language))


# -- correction ---------------------------------------------------------------------------------------------------------


async def correction(claim_id: int, given: OpeningCorrection, *, actor: Actor) -> Claim:
    """State a past claim anew (期初更正): a new version with its reason; the versions before stay, and so does every event.

    Raises WrongState for a claim that was reported here, or has been approved here since; Invalid by field.
    """
    async with db.transaction(actor.scope):
        await store.lock_policy(claim_id)
        row = await take(claim_id, Verb.OPENING_CORRECTION, given.version, actor=actor)
        if not row["opening"]:
            raise WrongState(t("不是期初录入的案件，不能办理期初更正"))
        if await store_opening.decided_here(claim_id):
            raise WrongState(t("案件已在本系统核定，不能再更正期初"))
        reason = stated("reason", given.reason, t("请写明更正的原因"))
        found = await store_opening.versions(claim_id)
        before = _stands(row, found[-1])
        after = _corrected(before, given)
        taken = await _check(row, found[-1], before, after, actor)
        await _write(row, found[-1], (before, after), taken, reason, actor)
        changed = await store.claim(claim_id)
        assert changed is not None
        return claim_view(changed, actor, await store.parts(claim_id))


def _stands(row: Row, latest: Any) -> StatedClaim:
    """What is stated now. Of an open claim the loss is the one reported, which may have been corrected since."""
    open_now = Outcome(latest["outcome"]) in OPEN
    loss = {"loss_on": row["loss_on"], "reported_fen": row["reported_fen"]} if open_now else {}
    known = {name: latest[name] for name in _CORRECTED if name != "outcome"}
    return StatedClaim(
        number=row["number"], policy_id=row["policy_id"], peril=Peril(row["peril"]), reported_on=row["reported_on"],
        outcome=Outcome(latest["outcome"]), reserve_fen=latest["reserve_fen"], **(known | loss),
    )  # fmt: skip


def _corrected(before: StatedClaim, given: OpeningCorrection) -> StatedClaim:
    changed = {name: value for name in _CORRECTED if (value := getattr(given, name)) is not UNSET}
    if before.outcome in OPEN and (wrong := [name for name in _OF_ENDED if name in changed]):
        raise Invalid(t("期初更正有误"), [FieldFault(name, t("未决案件按正常流程办理，这一项不在期初更正")) for name in wrong])
    if "outcome" in changed:
        changed["outcome"] = Outcome(changed["outcome"].value)
    after = msgspec.structs.replace(before, **changed)
    if after == before:
        raise Invalid.field("", t("没有改动"))
    return after


async def _check(row: Row, latest: Any, before: StatedClaim, after: StatedClaim, actor: Actor) -> dict[int | None, int]:
    """Whether the new statement holds together; answers which lines of the schedule its indemnity took."""
    policy = (await store_opening.policies([row["policy_number"]]))[row["policy_number"]]
    if policy.period is None:
        raise WrongState(t("这张保单自始没有承担过保险责任。"))
    faults = [FieldFault(wrong.field, wrong.text) for wrong in faults_of(after, policy.period, actor.on)]
    if faults:
        raise Invalid(t("期初更正有误"), faults)
    same = (before.approved_fen, before.loss_on, before.outcome) == (after.approved_fen, after.loss_on, after.outcome)
    if same:
        return dict(zip(latest["item_ids"], latest["items_fen"], strict=True))
    named = latest["item_ids"][0] if len(latest["item_ids"]) == 1 else None
    sums = {item.id: item.sum_insured_fen for item in policy.items if item.insured(after.loss_on)}
    return taken_from(after, sums, named if named in sums else None)


async def _write(
    row: Row, latest: Any, change: tuple[StatedClaim, StatedClaim], taken: dict[int | None, int], reason: str, actor: Actor
) -> None:
    before, after = change
    runs = row.runs
    if before.loss_on != after.loss_on:
        runs = clocks.loss_moved(runs, midnight(after.loss_on), procedure_of(row))
    columns = stated_columns(after, taken) | {"version": latest["version"] + 1, "import_id": latest["import_id"]}
    facts = event_facts(after)
    due = clocks.urgent(runs, procedure_of(row))
    with db.refusing({"claim_one_live": t("同一保单、同一原因、同一天的损失已有别的案件")}):
        if not await store_opening.correct(row, columns, runs, due, facts, reason, actor=actor):
            raise lost_update()
    await audit.record(actor, f"claim.{AUDIT[Verb.OPENING_CORRECTION]}", f"claim:{row['id']}", **facts)
