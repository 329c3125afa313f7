"""Piccolo's view of the claims tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import JSONB, Array, BigInt, BigSerial, Boolean, Bytea, Date, Integer, Text, Timestamptz
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
    regimes = Array(base_column=Text())
    taxonomy = Text(default="OTHER")
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
    opening = Boolean(default=False)
    opening_paid_fen = BigInt(default=0)
    opening_paid_on = Date(default=None, null=True)


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


class LetterTable(Table, tablename="letter"):
    """函件 as it was issued; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    kind = Text(default=None)
    ordinal = Integer(default=None)
    number = Text(default=None)
    claim_version = Integer(default=None)
    replaces_id = BigInt(default=None, null=True)
    language = Text(default="zh")
    words_version = Text(default=None)
    words_checksum = Text(default=None)
    facts = JSONB(default=None)
    content = JSONB(default=None)
    code = Text(default=None)
    issued_on = Date(default=None)
    issued_at = Timestamptz(default=None)
    issued_by = BigInt(default=None, null=True)
    recorded_at = Timestamptz()


class LetterDeliveryTable(Table, tablename="letter_delivery"):
    """送达 of a letter; append-only."""

    id = BigSerial(primary_key=True)
    letter_id = BigInt(default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    step = Text(default=None)
    how = Text(default=None)
    delivered_on = Date(default=None)
    receiver = Text(default="")
    recorded_by = BigInt(default=None, null=True)
    recorded_at = Timestamptz()


class LetterPdfTable(Table, tablename="letter_pdf"):
    """The file made of a letter; append-only."""

    letter_id = BigInt(primary_key=True, default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    content_sha256 = Bytea(default=None)
    byte_count = Integer(default=None)
    made_at = Timestamptz(default=None)


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


class ObjectionTable(Table, tablename="objection"):
    """异议 and its answer."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    against = Text(default=None)
    raised_by = Text(default="")
    reason = Text(default=None)
    raised_on = Date(default=None)
    raised_at = Timestamptz(default=None)
    entered_by = BigInt(default=None)
    outcome = Text(default=None, null=True)
    answer = Text(default=None, null=True)
    answered_version = Integer(default=None, null=True)
    answered_on = Date(default=None, null=True)
    answered_at = Timestamptz(default=None, null=True)
    answered_by = BigInt(default=None, null=True)
    recorded_at = Timestamptz()


class FraudFindingTable(Table, tablename="fraud_finding"):
    """欺诈认定; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    kind = Text(default=None)
    facts = Text(default=None)
    document_ids = Array(base_column=BigInt(), default=None)
    false_fen = BigInt(default=None, null=True)
    found_by = BigInt(default=None)
    found_on = Date(default=None)
    found_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class ThirdPartyTable(Table, tablename="third_party"):
    """第三者责任 as it was answered; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    caused = Boolean(default=None, null=True)
    name = Text(default="")
    family = Boolean(default=None, null=True)
    intent = Boolean(default=None, null=True)
    paid_fen = BigInt(default=None, null=True)
    waived = Boolean(default=None, null=True)
    waived_on = Date(default=None, null=True)
    note = Text(default="")
    answered_by = BigInt(default=None)
    answered_on = Date(default=None)
    answered_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class RecoveryTable(Table, tablename="recovery"):
    """追偿; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    kind = Text(default=None)
    counterparty = Text(default=None)
    basis = Text(default=None)
    expected_fen = BigInt(default=None)
    since_on = Date(default=None)
    decision_id = BigInt(default=None, null=True)
    fraud_finding_id = BigInt(default=None, null=True)
    opened_by = BigInt(default=None)
    opened_on = Date(default=None)
    opened_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class RecoveryMovementTable(Table, tablename="recovery_movement"):
    """What came in on a recovery, was given up or fell away; append-only."""

    id = BigSerial(primary_key=True)
    recovery_id = BigInt(default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    claim_version = Integer(default=None)
    ordinal = Integer(default=None)
    kind = Text(default=None)
    amount_fen = BigInt(default=None)
    left_fen = BigInt(default=None)
    moved_on = Date(default=None)
    reason = Text(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class DraftTable(Table, tablename="draft"):
    """草稿 of one person."""

    user_id = BigInt(primary_key=True, default=None)
    subject = Text(default=None)
    verb = Text(default=None)
    version = Integer(default=None)
    body_cipher = Bytea(default=None)
    saved_at = Timestamptz(default=None)
    recorded_at = Timestamptz(default=None)


class IncomeStatementTable(Table, tablename="income_statement"):
    """收益报表; append-only."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    from_on = Date(default=None)
    last_on = Date(default=None)
    closed_on = Date(default=None)
    signed_on = Date(default=None)
    signed_by = Text(default=None)
    supersedes_id = BigInt(default=None, null=True)
    note = Text(default="")
    filed_by = BigInt(default=None)
    filed_at = Timestamptz(default=None)
    filed_on = Date(default=None)
    recorded_at = Timestamptz()


class IncomeStatementLineTable(Table, tablename="income_statement_line"):
    """One line of a statement, with the paper that proves it."""

    statement_id = BigInt(primary_key=True, default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    ordinal = Integer(default=None)
    kind = Text(default=None)
    amount_fen = BigInt(default=None)
    document_id = BigInt(default=None, null=True)
    document_of = Text(default="claim")
    note = Text(default="")
