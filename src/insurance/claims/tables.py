"""Piccolo's view of the claims tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class DisasterTable(Table, tablename="disaster"):
    """灾害."""

    id = BigSerial(primary_key=True)
    code = Text(default=None)
    name = Text(default=None)
    peril = Text(default=None)
    region_path = Text(default=None)
    from_on = Date(default=None)
    until_on = Date(default=None)
    declared_by = BigInt(default=None)
    declared_at = Timestamptz(default=None)
    version = Integer(default=1)


class DisasterTownTable(Table, tablename="disaster_town"):
    """A town a disaster struck."""

    disaster_id = BigInt(primary_key=True, default=None)
    town_path = Text(default=None)


class ClaimTable(Table, tablename="claim"):
    """赔案."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    policy_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    county_code = Text(default=None, null=True)
    town_code = Text(default=None, null=True)
    cover = Text(default=None)
    disaster_id = BigInt(default=None, null=True)
    peril = Text(default=None)
    loss_on = Date(default=None)
    loss_at = Timestamptz(default=None)
    reported_at = Timestamptz(default=None)
    reported_on = Date(default=None)
    reported_by = BigInt(default=None)
    reported_from = Text(default=None)
    reported_fen = BigInt(default=None)
    account_of_loss = Text(default="")
    state = Text(default=None)
    resume_state = Text(default=None, null=True)
    live = Boolean(default=True)
    procedure_version = Text(default=None)
    reserve_fen = BigInt(default=None, null=True)
    assessed_fen = BigInt(default=None, null=True)
    approved_fen = BigInt(default=None, null=True)
    paid_fen = BigInt(default=0)
    payee_party_id = BigInt(default=None, null=True)
    payee_account_id = BigInt(default=None, null=True)
    facts = JSONB(default=None)
    clocks = JSONB(default=None)
    due_at = Timestamptz(default=None, null=True)
    due_clock = Text(default=None, null=True)
    last_verb = Text(default=None)
    closed_on = Date(default=None, null=True)
    recorded_at = Timestamptz()
    version = Integer(default=1)


class ClaimEventTable(Table, tablename="claim_event"):
    """What happened to a claim; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    verb = Text(default=None)
    from_state = Text(default=None, null=True)
    to_state = Text(default=None)
    business_at = Timestamptz(default=None)
    business_on = Date(default=None)
    actor_id = BigInt(default=None, null=True)
    role = Text(default=None)
    reason = Text(default="")
    facts = JSONB(default=None)
    recorded_at = Timestamptz()


class SurveyTable(Table, tablename="survey"):
    """查勘."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    visited_at = Timestamptz(default=None)
    place = Text(default=None)
    cause = Text(default=None)
    findings = Text(default=None)
    reserve_fen = BigInt(default=None)
    surveyed_by = BigInt(default=None)
    recorded_at = Timestamptz()


class AssessmentTable(Table, tablename="assessment"):
    """定损, a new version each time."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    version = Integer(default=None)
    assessor_id = BigInt(default=None)
    assessed_at = Timestamptz(default=None)
    terms_version = Text(default=None)
    terms_checksum = Text(default=None)
    inputs = JSONB(default=None)
    steps = JSONB(default=None)
    indemnity_fen = BigInt(default=None)
    total_fen = BigInt(default=None)
    payable_fen = BigInt(default=None)
    note = Text(default="")


class AssessmentLineTable(Table, tablename="assessment_line"):
    """One asset of an assessment."""

    id = BigSerial(primary_key=True)
    assessment_id = BigInt(default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    ordinal = Integer(default=None)
    policy_item_id = BigInt(default=None, null=True)
    value_fen = BigInt(default=None)
    sum_insured_fen = BigInt(default=None)
    reported_fen = BigInt(default=None, null=True)
    loss_fen = BigInt(default=None)
    salvage_fen = BigInt(default=0)
    net_fen = BigInt(default=None)
    note = Text(default="")


class DecisionTable(Table, tablename="decision"):
    """核赔, by somebody other than the assessor."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    assessment_id = BigInt(default=None)
    assessor_id = BigInt(default=None)
    outcome = Text(default=None)
    amount_fen = BigInt(default=None)
    payee_party_id = BigInt(default=None, null=True)
    payee_account_id = BigInt(default=None, null=True)
    reasons = JSONB(default=None)
    note = Text(default="")
    decided_by = BigInt(default=None)
    decided_at = Timestamptz(default=None)


class ClaimPartTable(Table, tablename="claim_part"):
    """Money of a claim that may be ordered."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    kind = Text(default=None)
    ordinal = Integer(default=None)
    amount_fen = BigInt(default=None)
    decision_id = BigInt(default=None, null=True)
    payee_account_id = BigInt(default=None)
    approved_by = BigInt(default=None)
    approved_on = Date(default=None)
