"""Piccolo's view of the policy tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from typing import Any

from asyncpg import Range
from piccolo.columns import JSONB, Array, BigInt, BigSerial, Date, Integer, Text, Timestamptz
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
