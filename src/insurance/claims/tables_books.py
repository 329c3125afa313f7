"""Piccolo's view of the insurers' payment lists."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class InsurerListTable(Table, tablename="insurer_list"):
    """理赔支付清单."""

    id = BigSerial(primary_key=True)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    content_sha256 = Bytea(default=None)
    file_name = Text(default=None)
    from_on = Date(default=None)
    until_on = Date(default=None)
    row_count = Integer(default=None)
    sum_fen = BigInt(default=None)
    read_by = BigInt(default=None)
    read_at = Timestamptz(default=None)
    withdrawn_by = BigInt(default=None, null=True)
    withdrawn_at = Timestamptz(default=None, null=True)
    withdrawn_reason = Text(default=None, null=True)
    version = Integer(default=1)


class InsurerListRowTable(Table, tablename="insurer_list_row"):
    """One row of a list; append-only."""

    id = BigSerial(primary_key=True)
    list_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    ordinal = Integer(default=None)
    place = Text(default=None)
    row_key = Bytea(default=None)
    claim_number = Text(default="")
    token = Text(default="")
    payee_name = Text(default="")
    account_digest = Bytea(default=None, null=True)
    account_tail = Text(default="")
    amount_fen = BigInt(default=None)
    paid_on = Date(default=None)
    remark = Text(default="")
