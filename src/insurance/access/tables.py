"""Piccolo's view of the access tables; the SQL of the migrations is the source, a test holds the two together."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Region(Table, tablename="region"):
    """行政区划, from the city down to the village, each with its path."""

    code = Text(primary_key=True, default=None)
    name = Text(default=None)
    level = Text(default=None)
    parent_code = Text(default=None, null=True)
    path = Text(default=None)
    valid_from = Date(default=None)
    valid_until = Date(default=None, null=True)


class Insurer(Table, tablename="insurer"):
    """保险人."""

    id = BigSerial(primary_key=True)
    code = Text(default=None)
    name = Text(default=None)
    short_name = Text(default="")
    credit_code = Text(default=None, null=True)
    address = Text(default="")
    contact = Text(default="")
    telephone = Text(default="")


class AppUser(Table, tablename="app_user"):
    """An account: one person, one role, one scope."""

    id = BigSerial(primary_key=True)
    username = Text(default=None)
    display_name = Text(default=None)
    password_hash = Text(default=None, secret=True)
    role = Text(default=None)
    region_path = Text(default=None)
    insurer_id = BigInt(default=None, null=True)
    authority_fen = BigInt(default=None, null=True)
    must_change_password = Boolean(default=False)
    disabled_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz()
    version = Integer(default=1)
