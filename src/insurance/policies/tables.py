"""Piccolo's view of the policy tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from typing import Any

from asyncpg import Range
from piccolo.columns import JSONB, Array, BigInt, BigSerial, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.columns.base import Column
from piccolo.table import Table


class DateRange(Column):
    """Days from a first one to the one after the last; Piccolo has no such column."""

    value_type = Range

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=None, **kwargs)

    @property
    def column_type(self) -> str:
        """The type in PostgreSQL."""
        return "DATERANGE"


class InsurerRule(Table, tablename="insurer_rule"):
    """Which insurer takes a county's projects of a cover, and when."""

    id = BigSerial(primary_key=True)
    county_code = Text(default=None)
    cover = Text(default=None)
    insurer_id = BigInt(default=None)
    period = DateRange()
    ended_by = BigInt(default=None, null=True)


class InsurerConflict(Table, tablename="insurer_conflict"):
    """A policy that stands with another insurer than the rule of its first day; written down when it was found."""

    policy_id = BigInt(primary_key=True, default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    cause = Text(default=None)
    found_on = Date(default=None)
    found_by = BigInt(default=None, null=True)
    recorded_at = Timestamptz()


class Quote(Table, tablename="quote"):
    """报价: the whole working stands in `body`."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    cover = Text(default=None)
    period = DateRange()
    terms_version = Text(default=None)
    terms_checksum = Text(default=None)
    body = JSONB(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)


class Policy(Table, tablename="policy"):
    """保单."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    county_code = Text(default=None, null=True)
    town_code = Text(default=None, null=True)
    cover = Text(default=None)
    state = Text(default=None)
    period = DateRange()
    terms_version = Text(default=None)
    terms_checksum = Text(default=None)
    insured_party_id = BigInt(default=None, null=True)
    sum_insured_fen = BigInt(default=None)
    guaranteed_fen = BigInt(default=None, null=True)
    premium_fen = BigInt(default=None)
    steps = JSONB(default=None)
    judgement = JSONB(default=None)
    application_document_id = BigInt(default=None, null=True)
    title_document_id = BigInt(default=None, null=True)
    applied_by = BigInt(default=None)
    bound_on = Date(default=None, null=True)
    recorded_at = Timestamptz()
    version = Integer(default=1)
    sold_before = Date(default=None)
    never_covered = Boolean(default=False)
    known_ownership = Text(default=None, null=True)
    known_operation = Text(default=None, null=True)
    known_situation = Text(default=None, null=True)
    renewed_from = BigInt(default=None, null=True)
    stands = Boolean(default=True)
    opening = Boolean(default=False)


class PolicyItem(Table, tablename="policy_item"):
    """保险清单: one line per asset, its month table frozen at binding."""

    id = BigSerial(primary_key=True)
    policy_id = BigInt(default=None)
    project_id = BigInt(default=None)
    asset_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    regime_of_law = Text(default=None)
    net_value_fen = BigInt(default=None)
    sum_insured_fen = BigInt(default=None)
    premium_fen = BigInt(default=None)
    value_from_on = Date(default=None)
    month_values = Array(base_column=BigInt(), default=None)
    steps = JSONB(default=None)
    until_on = Date(default=None, null=True)
    added_by = BigInt(default=None, null=True)
    ended_by = BigInt(default=None, null=True)


class PremiumShare(Table, tablename="premium_share"):
    """What one payer owes of a premium (its key is policy and payer)."""

    policy_id = BigInt(primary_key=True, default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    payer = Text(default=None)
    weight = Integer(default=None)
    amount_fen = BigInt(default=None)


class PolicyEvent(Table, tablename="policy_event"):
    """What happened to a policy; append-only."""

    id = BigSerial(primary_key=True)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    verb = Text(default=None)
    from_state = Text(default=None, null=True)
    to_state = Text(default=None)
    business_on = Date(default=None)
    actor_id = BigInt(default=None, null=True)
    facts = JSONB(default={})
    recorded_at = Timestamptz()


class Endorsement(Table, tablename="endorsement"):
    """批单: a change of a policy; append-only."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    policy_version = Integer(default=None)
    kind = Text(default=None)
    ground = Text(default=None, null=True)
    effective_on = Date(default=None)
    made_on = Date(default=None)
    terms_version = Text(default=None)
    terms_checksum = Text(default=None)
    reason = Text(default=None)
    document_id = BigInt(default=None, null=True)
    claim_id = BigInt(default=None, null=True)
    inputs = JSONB(default=None)
    basis = JSONB(default=None)
    steps = JSONB(default=None)
    judgement = JSONB(default=None, null=True)
    notes = JSONB(default=[])
    charged_fen = BigInt(default=None)
    returned_fen = BigInt(default=None)
    premium_before_fen = BigInt(default=None)
    premium_after_fen = BigInt(default=None)
    sum_before_fen = BigInt(default=None)
    sum_after_fen = BigInt(default=None)
    insured_before_id = BigInt(default=None, null=True)
    insured_after_id = BigInt(default=None, null=True)
    ends_before = Date(default=None, null=True)
    made_by = BigInt(default=None)
    recorded_at = Timestamptz()


class EndorsementLine(Table, tablename="endorsement_line"):
    """What an endorsement does to one line of the schedule (its key is both); append-only."""

    endorsement_id = BigInt(primary_key=True, default=None)
    policy_item_id = BigInt(default=None)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    charged_fen = BigInt(default=None)
    returned_fen = BigInt(default=None)
    restored_fen = BigInt(default=None)


class EndorsementShare(Table, tablename="endorsement_share"):
    """The difference of one payer by an endorsement (its key is both); append-only."""

    endorsement_id = BigInt(primary_key=True, default=None)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    payer = Text(default=None)
    amount_fen = BigInt(default=None)


class OpeningImport(Table, tablename="opening_import"):
    """A workbook of policies in force or past claims, tried or taken in."""

    id = BigSerial(primary_key=True)
    region_path = Text(default=None)
    kind = Text(default=None)
    file_name = Text(default=None)
    content_sha256 = Bytea(default=None)
    state = Text(default=None)
    row_count = Integer(default=None)
    created_count = Integer(default=None)
    unchanged_count = Integer(default=None)
    faulty_count = Integer(default=None)
    skipped_count = Integer(default=0)
    faults = JSONB(default=None)
    notes = JSONB(default="[]")
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    committed_by = BigInt(default=None, null=True)
    committed_at = Timestamptz(default=None, null=True)
    version = Integer(default=1)


class PolicyOpening(Table, tablename="policy_opening"):
    """What the workbook said of an opening policy; append-only."""

    policy_id = BigInt(primary_key=True, default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    import_id = BigInt(default=None)
    row_count = Integer(default=None)
    stated = JSONB(default=None)
    assets = JSONB(default=None)
    digest = Bytea(default=None)
    unpaid_fen = BigInt(default=None)
    recorded_at = Timestamptz()
