"""Piccolo's view of the premium tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, Text, Timestamptz
from piccolo.table import Table


class PremiumMove(Table, tablename="premium_move"):
    """A bank line that is premium: undone ones stay."""

    id = BigSerial(primary_key=True)
    line_id = BigInt(default=None)
    case_id = BigInt(default=None)
    kind = Text(default=None)
    payer = Text(default=None, null=True)
    county_code = Text(default=None, null=True)
    party_id = BigInt(default=None, null=True)
    insurer_id = BigInt(default=None, null=True)
    direct = Boolean(default=None)
    amount_fen = BigInt(default=None)
    surplus_fen = BigInt(default=None)
    booked_on = Date(default=None)
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    undone_by = BigInt(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    undone_reason = Text(default=None, null=True)


class PremiumMoveShare(Table, tablename="premium_move_share"):
    """So much of a movement is of a policy and payer (its key is all three)."""

    move_id = BigInt(primary_key=True, default=None)
    policy_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    payer = Text(default=None)
    kind = Text(default=None)
    direct = Boolean(default=None)
    amount_fen = BigInt(default=None)
    booked_on = Date(default=None)
    undone_on = Date(default=None, null=True)
