"""Piccolo's view of the register's tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from typing import Any

from asyncpg import Range
from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Bytea, Column, Date, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

# Rows with JSON or generated columns are inserted by SQL: Piccolo would encode the one twice and insert into the other.


class DateRange(Column):
    """A canonical range of days; Piccolo has no such column."""

    value_type = Range

    def __init__(self, **kwargs: Any) -> None:
        self.default = None
        super().__init__(default=None, **kwargs)


class PartyTable(Table, tablename="party"):
    """Who holds rights."""

    id = BigSerial(primary_key=True)
    region_path = Text(default=None)
    kind = Text(default=None)
    name = Text(default=None)
    name_key = Text(default=None)
    credit_code = Text(default=None, null=True)
    created_at = Timestamptz()


class PartyAccountTable(Table, tablename="party_account"):
    """Where a party is paid."""

    id = BigSerial(primary_key=True)
    party_id = BigInt(default=None)
    region_path = Text(default=None)
    holder_name = Text(default=None)
    bank_name = Text(default=None)
    bank_code = Text(default=None, null=True)
    account_cipher = Bytea(default=None, secret=True)
    account_digest = Bytea(default=None, secret=True)
    account_tail = Text(default=None)
    from_on = Date(default=None)
    until_on = Date(default=None, null=True)
    replaces_id = BigInt(default=None, null=True)
    entered_by = BigInt(default=None)
    approved_by = BigInt(default=None, null=True)


class ProjectTable(Table, tablename="project"):
    """A project; county_code and town_code are made by the database from the path."""

    id = BigSerial(primary_key=True)
    code = Text(default=None)
    register_key = Text(default=None)
    name = Text(default=None)
    region_path = Text(default=None)
    county_code = Text(default=None, null=True)
    town_code = Text(default=None, null=True)
    village = Text(default="")
    taxonomy = Text(default=None)
    asset_kind = Text(default=None, null=True)
    ownership = Text(default=None, null=True)
    operation = Text(default=None, null=True)
    situation = Text(default=None, null=True)
    built_year = Integer(default=None, null=True)
    owner_party_id = BigInt(default=None, null=True)
    operator_party_id = BigInt(default=None, null=True)
    title_on = Date(default=None, null=True)
    title_paper = Text(default=None, null=True)
    title_disputed = Boolean(default=None, null=True)
    contract_number = Text(default=None, null=True)
    contract_from = Date(default=None, null=True)
    contract_until = Date(default=None, null=True)
    link_agreement = Boolean(default=None, null=True)
    insurable_interest = Boolean(default=None, null=True)
    households = Integer(default=None, null=True)
    people = Integer(default=None, null=True)
    annual_income_fen = BigInt(default=None, null=True)
    income_basis = Text(default=None, null=True)
    income_basis_on = Date(default=None, null=True)
    distribution = Text(default=None, null=True)
    stated_cover = JSONB(default="{}")
    source = Text(default=None)
    first_import_id = BigInt(default=None, null=True)
    retired_on = Date(default=None, null=True)
    registered_at = Timestamptz(default=None)
    version = Integer(default=1)


class AssetTable(Table, tablename="asset"):
    """An asset of a project."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    register_key = Text(default=None)
    code = Text(default=None, null=True)
    name = Text(default=None)
    specification = Text(default="")
    place = Text(default="")
    quantity = Numeric(default=None, null=True)
    unit = Text(default="")
    asset_class = Text(default=None, null=True)
    cost_fen = BigInt(default=None, null=True)
    residual_rate = Numeric(default=None, null=True)
    life_months = Integer(default=None, null=True)
    in_use_on = Date(default=None, null=True)
    regime = Text(default=None, null=True)
    stated_net_value_fen = BigInt(default=None, null=True)
    stated = JSONB(default="{}")
    situation = Text(default=None, null=True)
    retired_on = Date(default=None, null=True)
    row_digest = Bytea(default=None, null=True)


class ImpairmentTable(Table, tablename="impairment"):
    """减值准备."""

    id = BigSerial(primary_key=True)
    asset_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    from_on = Date(default=None)
    amount_fen = BigInt(default=None)
    reason = Text(default=None)


class FundingTable(Table, tablename="funding"):
    """Money by source."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    asset_id = BigInt(default=None)
    region_path = Text(default=None)
    fund = Text(default=None)
    level = Text(default="")
    amount_fen = BigInt(default=None)


class RightHoldingTable(Table, tablename="right_holding"):
    """五权."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    right_kind = Text(default=None)
    party_id = BigInt(default=None)
    from_on = Date(default=None, null=True)
    until_on = Date(default=None, null=True)


class ProjectChangeTable(Table, tablename="project_change"):
    """What stood before an edit."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    version = Integer(default=None)
    business_on = Date(default=None)
    made_by = BigInt(default=None, null=True)
    before = JSONB(default=None)
    recorded_at = Timestamptz()


class ProjectGrantTable(Table, tablename="project_grant"):
    """What an insurer may see; a key of three columns, which Piccolo cannot say."""

    project_id = BigInt(default=None, primary_key=True)
    insurer_id = BigInt(default=None)
    from_on = Date(default=None)
    until_on = Date(default=None, null=True)


class DocumentTable(Table, tablename="document"):
    """A paper tied to its subject."""

    id = BigSerial(primary_key=True)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None, null=True)
    subject_kind = Text(default=None)
    subject_id = BigInt(default=None)
    kind = Text(default=None)
    content_sha256 = Bytea(default=None)
    media = Text(default=None)
    byte_count = BigInt(default=None)
    file_name = Text(default=None)
    dated_on = Date(default=None, null=True)
    filed_by = BigInt(default=None)
    filed_at = Timestamptz(default=None)
    recorded_at = Timestamptz()


class PhotoTable(Table, tablename="photo"):
    """What is known of a photo beside its paper; `likeness` is its 64-bit difference hash."""

    document_id = BigInt(primary_key=True, default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None, null=True)
    claim_id = BigInt(default=None, null=True)
    width_px = Integer(default=None)
    height_px = Integer(default=None)
    taken_at = Timestamptz(default=None, null=True)
    latitude = Numeric(default=None, null=True)
    longitude = Numeric(default=None, null=True)
    device = Text(default=None, null=True)
    likeness = BigInt(default=None, null=True)
    copy_sha256 = Bytea(default=None)
    thumbnail_sha256 = Bytea(default=None, null=True)
    recorded_at = Timestamptz()


class DeclaredCoverTable(Table, tablename="declared_cover"):
    """Cover by insurers outside the system."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    insurer_name = Text(default=None)
    cover = Text(default=None)
    period = DateRange()
    sum_insured_fen = BigInt(default=None, null=True)


class RegisterImportTable(Table, tablename="register_import"):
    """An office's workbook and what came of it."""

    id = BigSerial(primary_key=True)
    region_path = Text(default=None)
    file_name = Text(default=None)
    content_sha256 = Bytea(default=None)
    state = Text(default=None)
    row_count = Integer(default=None)
    created_count = Integer(default=None)
    updated_count = Integer(default=None)
    unchanged_count = Integer(default=None)
    faulty_count = Integer(default=None)
    skipped_count = Integer(default=0)
    faults = JSONB(default=None)
    notes = JSONB(default="[]")
    made_by = BigInt(default=None)
    made_at = Timestamptz(default=None)
    made_on = Date(default=None)
    committed_at = Timestamptz(default=None, null=True)
    stored_at = Timestamptz(default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    version = Integer(default=1)


class RegisterRowTable(Table, tablename="register_row"):
    """What an import did with an asset; a key of two columns, which Piccolo cannot say."""

    import_id = BigInt(default=None, primary_key=True)
    asset_id = BigInt(default=None)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    outcome = Text(default=None)
    project_created = Boolean(default=None)
    project_version = Integer(default=None)


class AnnualAccountTable(Table, tablename="annual_account"):
    """年度收益 of a past year; append-only."""

    id = BigSerial(primary_key=True)
    project_id = BigInt(default=None)
    region_path = Text(default=None)
    year = Integer(default=None)
    net_income_fen = BigInt(default=None)
    document_id = BigInt(default=None)
    document_of = Text(default="project")
    note = Text(default="")
    filed_by = BigInt(default=None)
    filed_at = Timestamptz(default=None)
    filed_on = Date(default=None)
    recorded_at = Timestamptz()
