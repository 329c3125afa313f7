"""Words of the income claim: statements with their proof, what an assessment used of them, the joint worksheet. No rule, no storage."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import Fen
from insurance.claims.model_verbs import Amount, RowId, Short
from insurance.policies.model import Counting, LineKind

MOST_STATEMENT_LINES = 100


class StatementLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a statement as it is filed: a kind, its amount in fen (never negative), the paper on file that proves it."""

    kind: LineKind
    amount_fen: Amount
    document_id: RowId | None = None
    note: Short = ""


class StatementEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """收益报表 of a period (both days counted), signed by whom and when. `closed_on`: the day its accounts were closed (the day
    of signature if none is named). A correction is a new statement that names the one it `supersedes_id`.
    """

    from_on: date
    last_on: date
    lines: Annotated[tuple[StatementLine, ...], Meta(max_length=MOST_STATEMENT_LINES)]
    signed_on: date
    signed_by: Short
    closed_on: date | None = None
    supersedes_id: RowId | None = None
    note: Short = ""


class StatementLineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is read: how the policy's wording counts it, and the file that proves it (None: 未附凭证)."""

    ordinal: int
    kind: LineKind
    name: str
    counts: Counting | None
    amount_fen: Fen
    document_id: int | None
    file_name: str | None
    note: str


class StatementView(msgspec.Struct, frozen=True, kw_only=True):
    """A statement on file. `actual_fen` is the income its lines come to before what the other cover pays, at least 0;
    `late_days` how long after the term of the wording it came (0: in time), told and never held against the insured by itself.
    """

    id: int
    claim_id: int
    from_on: date
    last_on: date
    lines: tuple[StatementLineView, ...]
    actual_fen: Fen
    unproved_fen: Fen
    signed_on: date
    signed_by: str
    closed_on: date
    due_on: date
    late_days: int
    supersedes_id: int | None
    superseded: bool
    filed_by: str | None
    filed_at: datetime
    note: str


class CountedLine(msgspec.Struct, frozen=True):
    """A line as an assessment used it."""

    kind: LineKind
    counts: Counting
    amount_fen: Fen
    proved: bool


class CountedStatement(msgspec.Struct, frozen=True):
    """The statement an amount rests on, kept with it so that the amount can be replayed."""

    id: int
    lines: tuple[CountedLine, ...]


class SetOff(msgspec.Struct, frozen=True):
    """What the project's asset cover answers for in the same days, in fen: indemnity on crops and the like (`yield_fen`), loss
    of other items (`repair_fen`), rescue costs (`rescue_fen`). Totals only: whose claim they come from is not told.
    """

    yield_fen: Fen = 0
    repair_fen: Fen = 0
    rescue_fen: Fen = 0


class PaidDays(msgspec.Struct, frozen=True):
    """Days whose income an approved claim of the same policy has paid, both counted."""

    number: str
    from_on: date
    last_on: date


class FiledStatement(msgspec.Struct, frozen=True):
    """The statement that counts for a claim, as it was filed."""

    id: int
    from_on: date
    last_on: date
    lines: tuple[StatementLine, ...]


class IncomeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an income claim rests on beside the policy. `mode_ended_on`: the first day on which the collective no longer ran the
    project itself; `ended_early`: the cover ended before the day it was sold to.
    """

    statement: FiledStatement | None = None
    paid: tuple[PaidDays, ...] = ()
    mode_ended_on: date | None = None
    ended_early: bool = False
    set_off: SetOff = SetOff()


class JointItem(msgspec.Struct, frozen=True, kw_only=True):
    """An insured asset that was hit, in fen. `yields`: what is paid on it stands in for yield, so it counts as income."""

    name: str
    yields: bool
    loss_fen: Fen
    salvage_fen: Fen
    third_party_fen: Fen
    indemnity_fen: Fen


class JointAsset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset claim beside the income claim; `total_fen` None before its first assessment."""

    id: int
    number: str
    state: str
    insurer_name: str
    loss_on: date
    peril: str
    items: tuple[JointItem, ...]
    rescue_fen: Fen
    rescue_paid_fen: Fen
    survey_fen: Fen
    total_fen: Fen | None


class JointIncome(msgspec.Struct, frozen=True, kw_only=True):
    """The income claim, in fen; days and amounts are None before its first assessment. `shortfall_fen` is counted before what the
    asset cover pays, `payout_fen` after it; `payout_now_fen` is what the pay-out would be by the asset claims of today.
    """

    id: int
    number: str
    state: str
    insurer_name: str
    from_on: date | None = None
    last_on: date | None = None
    guaranteed_fen: Fen | None = None
    shortfall_fen: Fen | None = None
    payout_fen: Fen | None = None
    payout_now_fen: Fen | None = None


class JointStep(msgspec.Struct, frozen=True):
    """One line of the joint worksheet: its rule, an amount in fen, a sentence."""

    rule: str
    result_fen: Fen
    text: str


class Joint(msgspec.Struct, frozen=True, kw_only=True):
    """双险联合核算: where both covers of a project were hit; without `income` there is nothing to tell this reader.

    `assets_hidden`: the asset cover lies with an insurer whose claims the reader does not see, only `set_off` in totals. `waiting`: an
    asset claim has no assessment yet. `stale`: the asset cover has changed since the income claim was assessed. `economic_loss_fen` and
    `paid_fen` (before interim payments, without survey costs) are None where one side is not seen or not assessed.
    """

    claim_id: int
    income: JointIncome | None = None
    assets: tuple[JointAsset, ...] = ()
    assets_hidden: bool = False
    set_off: SetOff = SetOff()
    waiting: bool = False
    stale: bool = False
    economic_loss_fen: Fen | None = None
    paid_fen: Fen | None = None
    steps: tuple[JointStep, ...] = ()

    @property
    def told(self) -> bool:
        """Whether there is anything to show: the other cover was hit too."""
        return self.income is not None and (bool(self.assets) or self.waiting or self.set_off != SetOff())
