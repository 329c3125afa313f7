"""Piccolo's view of the finance tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Account(Table, tablename="account"):
    """会计科目."""

    code = Text(primary_key=True, default=None)
    name = Text(default=None)
    memo = Boolean(default=False)


class Transfer(Table, tablename="transfer"):
    """One debit, one credit, one amount; append-only."""

    id = BigSerial(primary_key=True)
    kind = Text(default=None)
    pending_id = BigInt(default=None, null=True)
    event = Text(default=None)
    debit = Text(default=None)
    credit = Text(default=None)
    amount_fen = BigInt(default=None)
    booked_on = Date(default=None)
    subject = Text(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None, null=True)
    made_by = BigInt(default=None, null=True)
    recorded_at = Timestamptz()


class Payout(Table, tablename="payout"):
    """支付指令."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    part_id = BigInt(default=None)
    part_version = Integer(default=1)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    county_code = Text(default=None, null=True)
    live = Boolean(default=None)
    token = Text(default=None)
    amount_fen = BigInt(default=None)
    payee_name = Text(default=None)
    payee_bank = Text(default=None)
    payee_account_cipher = Bytea(default=None)
    payee_account_digest = Bytea(default=None)
    payee_account_tail = Text(default=None)
    memo = Text(default="")
    state = Text(default=None)
    ordered_by = BigInt(default=None)
    ordered_at = Timestamptz(default=None)
    ordered_on = Date(default=None)
    released_by = BigInt(default=None, null=True)
    released_at = Timestamptz(default=None, null=True)
    settled_on = Date(default=None, null=True)
    closed_reason = Text(default=None, null=True)
    version = Integer(default=1)
    mode = Text(default="DIRECT")
    paying_account_id = BigInt(default=None, null=True)
    payee_bank_code = Text(default=None, null=True)
    returned_on = Date(default=None, null=True)
    return_code = Text(default=None, null=True)


class PayingAccount(Table, tablename="paying_account"):
    """付款账户."""

    id = BigSerial(primary_key=True)
    insurer_id = BigInt(default=None, null=True)
    holder_name = Text(default=None)
    bank_name = Text(default=None)
    bank_code = Text(default=None, null=True)
    account_cipher = Bytea(default=None)
    account_digest = Bytea(default=None)
    account_tail = Text(default=None)
    cut_off = Text(default="16:30")
    from_on = Date(default=None)
    until_on = Date(default=None, null=True)
    entered_by = BigInt(default=None)
    approved_by = BigInt(default=None, null=True)
    version = Integer(default=1)


class PaymentFile(Table, tablename="payment_file"):
    """付款文件."""

    id = BigSerial(primary_key=True)
    number = Text(default=None)
    paying_account_id = BigInt(default=None)
    execution_on = Date(default=None)
    line_count = Integer(default=None)
    sum_fen = BigInt(default=None)
    message_sha256 = Bytea(default=None)
    workbook_sha256 = Bytea(default=None)
    state = Text(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    made_on = Date(default=None)
    cancelled_by = BigInt(default=None, null=True)
    cancelled_reason = Text(default=None, null=True)
    version = Integer(default=1)


class PaymentFileLine(Table, tablename="payment_file_line"):
    """An order in a payment file (its key is file and ordinal)."""

    file_id = BigInt(primary_key=True, default=None)
    ordinal = Integer(default=None)
    payout_id = BigInt(default=None)
    live = Boolean(default=True)


class LineCase(Table, tablename="line_case"):
    """What was done about a bank line that pays no order."""

    id = BigSerial(primary_key=True)
    line_id = BigInt(default=None)
    kind = Text(default=None)
    action = Text(default=None)
    payout_id = BigInt(default=None, null=True)
    pair_line_id = BigInt(default=None, null=True)
    amount_fen = BigInt(default=None)
    note = Text(default="")
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    booked_on = Date(default=None)
    undone_by = BigInt(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    undone_reason = Text(default=None, null=True)
    surplus_fen = BigInt(default=0)


class MonthClose(Table, tablename="month_close"):
    """月结."""

    id = BigSerial(primary_key=True)
    month = Date(default=None)
    facts = JSONB(default=None)
    closed_by = BigInt(default=None)
    closed_at = Timestamptz(default=None)
    reopened_by = BigInt(default=None, null=True)
    reopened_at = Timestamptz(default=None, null=True)
    reopened_reason = Text(default=None, null=True)
    version = Integer(default=1)


class PayoutTransition(Table, tablename="payout_transition"):
    """What the database guard lets a payout do (its key is all four columns)."""

    verb = Text(primary_key=True, default=None)
    from_state = Text(default=None)
    to_state = Text(default=None)
    role = Text(default=None)


class BankStatement(Table, tablename="bank_statement"):
    """银行对账单."""

    id = BigSerial(primary_key=True)
    content_sha256 = Bytea(default=None)
    file_name = Text(default=None)
    account_digest = Bytea(default=None)
    account_tail = Text(default=None)
    side = Text(default=None)
    line_count = Integer(default=None)
    new_line_count = Integer(default=None)
    in_fen = BigInt(default=None)
    out_fen = BigInt(default=None)
    opening_fen = BigInt(default=None, null=True)
    closing_fen = BigInt(default=None, null=True)
    from_on = Date(default=None, null=True)
    until_on = Date(default=None, null=True)
    read_by = BigInt(default=None)
    read_at = Timestamptz(default=None)
    version = Integer(default=1)


class BankLine(Table, tablename="bank_line"):
    """银行流水."""

    id = BigSerial(primary_key=True)
    statement_id = BigInt(default=None)
    ordinal = Integer(default=None)
    line_key = Bytea(default=None)
    account_digest = Bytea(default=None)
    side = Text(default=None)
    booked_on = Date(default=None)
    booked_time = Text(default=None, null=True)
    direction = Text(default=None)
    amount_fen = BigInt(default=None)
    balance_fen = BigInt(default=None, null=True)
    counterparty_name = Text(default="")
    counterparty_digest = Bytea(default=None, null=True)
    counterparty_tail = Text(default="")
    narrative = Text(default="")
    reference = Text(default="")
    end_to_end_id = Text(default="")
    value_on = Date(default=None, null=True)
    return_code = Text(default="")
    transaction_code = Text(default="")
    shown_again = Boolean(default=False)


class BankMatch(Table, tablename="bank_match"):
    """对账匹配: undone ones stay."""

    id = BigSerial(primary_key=True)
    line_id = BigInt(default=None)
    payout_id = BigInt(default=None)
    rule = Text(default=None)
    confidence = Text(default=None)
    reason = Text(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    booked_on = Date(default=None)
    amount_fen = BigInt(default=None)
    fee_fen = BigInt(default=0)
    surplus_fen = BigInt(default=0)
    group_no = BigInt(default=None, null=True)
    undone_by = BigInt(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    undone_reason = Text(default=None, null=True)
