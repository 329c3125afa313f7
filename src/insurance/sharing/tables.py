"""Piccolo's view of the tables of sharing; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class SharingPlan(Table, tablename="sharing_plan"):
    """分配方案: one version; append-only."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    ordinal = Integer(default=None)
    from_on = Date(default=None)
    shown_on = Date(default=None)
    voted_on = Date(default=None)
    document_id = BigInt(default=None)
    document_of = Text(default=None)
    reserve_per_mille = Integer(default=None)
    note = Text(default="")
    entered_by = BigInt(default=None)
    entered_at = Timestamptz(default=None)
    entered_on = Date(default=None)
    recorded_at = Timestamptz()


class SharingPlanPurpose(Table, tablename="sharing_plan_purpose"):
    """A purpose of a plan (its key is plan and purpose)."""

    plan_id = BigInt(primary_key=True, default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    purpose = Text(default=None)
    weight = Integer(default=None)
    payee_name = Text(default=None, null=True)
    payee_bank = Text(default=None, null=True)
    payee_account_cipher = Bytea(default=None, null=True)
    payee_account_digest = Bytea(default=None, null=True)
    payee_account_tail = Text(default=None, null=True)


class BeneficiaryList(Table, tablename="beneficiary_list"):
    """受益户名单 as checked on a day."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    checked_on = Date(default=None)
    content_sha256 = Bytea(default=None)
    line_count = Integer(default=None)
    entered_by = BigInt(default=None)
    entered_at = Timestamptz(default=None)
    entered_on = Date(default=None)
    confirmed_by = BigInt(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    version = Integer(default=1)
    recorded_at = Timestamptz()


class Beneficiary(Table, tablename="beneficiary"):
    """A household of a list (its key is list and number); append-only."""

    list_id = BigInt(primary_key=True, default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    key = Text(default=None)
    name = Text(default=None)
    need = Text(default="")
    weight = Integer(default=None)
    resident_id_cipher = Bytea(default=None)
    resident_id_digest = Bytea(default=None)
    resident_id_tail = Text(default=None)
    bank_name = Text(default=None)
    card_cipher = Bytea(default=None)
    card_digest = Bytea(default=None)
    card_tail = Text(default=None)


class Sharing(Table, tablename="sharing"):
    """收益分配."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    county_code = Text(default=None, null=True)
    source = Text(default=None)
    annual_account_id = BigInt(default=None, null=True)
    statement_id = BigInt(default=None, null=True)
    payout_id = BigInt(default=None, null=True)
    claim_id = BigInt(default=None, null=True)
    from_on = Date(default=None, null=True)
    last_on = Date(default=None, null=True)
    payer = Text(default="")
    reason = Text(default="")
    document_id = BigInt(default=None, null=True)
    document_of = Text(default=None)
    basis = Text(default=None, null=True)
    target_fen = BigInt(default=None, null=True)
    reached_fen = BigInt(default=None, null=True)
    repayable = Boolean(default=False)
    amount_fen = BigInt(default=None)
    state = Text(default=None)
    working_no = Integer(default=1)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    made_on = Date(default=None)
    published_on = Date(default=None, null=True)
    notice_place = Text(default=None, null=True)
    notice_document_id = BigInt(default=None, null=True)
    window_last_on = Date(default=None, null=True)
    confirmed_by = BigInt(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_on = Date(default=None, null=True)
    closed_reason = Text(default=None, null=True)
    version = Integer(default=1)


class SharingWorking(Table, tablename="sharing_working"):
    """A calculation (its key is distribution and number); append-only."""

    sharing_id = BigInt(primary_key=True, default=None)
    no = Integer(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    plan_id = BigInt(default=None)
    list_id = BigInt(default=None, null=True)
    rules_version = Text(default=None)
    inputs = JSONB(default=None)
    steps = JSONB(default=None)
    amount_fen = BigInt(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class SharingShare(Table, tablename="sharing_share"):
    """A share (its key is distribution, working, purpose and key); append-only."""

    sharing_id = BigInt(primary_key=True, default=None)
    working_no = Integer(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    purpose = Text(default=None)
    key = Text(default=None)
    repaid_id = BigInt(default=None, null=True)
    amount_fen = BigInt(default=None)


class SharingEvent(Table, tablename="sharing_event"):
    """What was done to a distribution; append-only."""

    id = BigSerial(primary_key=True)
    sharing_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    version = Integer(default=None)
    verb = Text(default=None)
    from_state = Text(default=None, null=True)
    to_state = Text(default=None)
    business_at = Timestamptz(default=None)
    actor_id = BigInt(default=None)
    role = Text(default=None)
    reason = Text(default="")
    facts = JSONB(default=None)
    recorded_at = Timestamptz()


class SharingPayList(Table, tablename="sharing_pay_list"):
    """付款名单."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    sharing_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    line_count = Integer(default=None)
    sum_fen = BigInt(default=None)
    workbook_sha256 = Bytea(default=None)
    state = Text(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    made_on = Date(default=None)
    paid_on = Date(default=None, null=True)
    cancelled_reason = Text(default=None, null=True)
    version = Integer(default=1)


class SharingPayLine(Table, tablename="sharing_pay_line"):
    """A line of a pay list (its key is list and ordinal)."""

    pay_list_id = BigInt(primary_key=True, default=None)
    ordinal = Integer(default=None)
    sharing_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    working_no = Integer(default=None)
    purpose = Text(default=None)
    key = Text(default=None)
    holder_name = Text(default=None)
    bank_name = Text(default=None)
    account_cipher = Bytea(default=None)
    account_digest = Bytea(default=None)
    account_tail = Text(default=None)
    amount_fen = BigInt(default=None)
    live = Boolean(default=True)


class SharingUse(Table, tablename="sharing_use"):
    """用途: a use of the money, or what takes one back; append-only."""

    id = BigSerial(primary_key=True)
    sharing_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    working_no = Integer(default=None)
    purpose = Text(default=None)
    key = Text(default=None)
    amount_fen = BigInt(default=None)
    used_on = Date(default=None)
    pay_list_id = BigInt(default=None, null=True)
    document_id = BigInt(default=None, null=True)
    document_of = Text(default=None)
    reverses_id = BigInt(default=None, null=True)
    note = Text(default="")
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    recorded_at = Timestamptz()
