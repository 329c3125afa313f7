"""Piccolo's view of the tables of evidence: what certificates measured, signals about photos and their notes."""

from __future__ import annotations

from piccolo.columns import JSONB, BigInt, BigSerial, Numeric, Text, Timestamptz
from piccolo.table import Table


class WeatherProofTable(Table, tablename="weather_proof"):
    """What a certificate of the meteorological office says it measured."""

    document_id = BigInt(primary_key=True, default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    station_name = Text(default=None)
    station_number = Text(default="")
    certificate_number = Text(default=None)
    wind_ms = Numeric(default=None, null=True)
    rain_mm_1h = Numeric(default=None, null=True)
    rain_mm_12h = Numeric(default=None, null=True)
    rain_mm_24h = Numeric(default=None, null=True)
    recorded_at = Timestamptz()


class ClaimSignalTable(Table, tablename="claim_signal"):
    """A question that a photo raises; the application cannot read the columns of the other claim."""

    id = BigSerial(primary_key=True)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    document_id = BigInt(default=None)
    kind = Text(default=None)
    facts = JSONB(default=None)
    other_claim_id = BigInt(default=None, null=True)
    other_document_id = BigInt(default=None, null=True)
    found_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class SignalNoteTable(Table, tablename="signal_note"):
    """How somebody explains a signal."""

    id = BigSerial(primary_key=True)
    signal_id = BigInt(default=None)
    claim_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None)
    note = Text(default=None)
    noted_by = BigInt(default=None)
    noted_at = Timestamptz(default=None)
    recorded_at = Timestamptz()
