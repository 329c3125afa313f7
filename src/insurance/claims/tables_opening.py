"""Piccolo's view of what was stated of past claims; the SQL of the migrations is the source."""

from __future__ import annotations

from piccolo.columns import Array, BigInt, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class ClaimOpeningTable(Table, tablename="claim_opening"):
    """A version of what was stated of a past claim; append-only (its key is claim and version)."""

    claim_id = BigInt(primary_key=True, default=None)
    version = Integer(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    import_id = BigInt(default=None)
    claim_version = Integer(default=None)
    outcome = Text(default=None)
    loss_on = Date(default=None)
    reported_fen = BigInt(default=None)
    reserve_fen = BigInt(default=None, null=True)
    assessed_fen = BigInt(default=None, null=True)
    approved_fen = BigInt(default=None, null=True)
    paid_fen = BigInt(default=None)
    paid_on = Date(default=None, null=True)
    ended_on = Date(default=None, null=True)
    payee_name = Text(default="")
    note = Text(default="")
    item_ids = Array(base_column=BigInt(), default=None)
    items_fen = Array(base_column=BigInt(), default=None)
    digest = Bytea(default=None)
    entered_by = BigInt(default=None)
    entered_on = Date(default=None)
    recorded_at = Timestamptz()
