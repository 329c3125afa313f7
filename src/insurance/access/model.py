"""Who acts: roles, and the actor every action is handed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from insurance.base.scope import Scope
from insurance.base.text import Text, t


class Role(StrEnum):
    """A person's work; what it may do stands in `rules.MAY`."""

    ADMIN = "ADMIN"
    CITY_OFFICE = "CITY_OFFICE"
    COUNTY_OFFICE = "COUNTY_OFFICE"
    TOWN_OFFICE = "TOWN_OFFICE"
    ADJUSTER = "ADJUSTER"
    APPROVER = "APPROVER"
    MAKER = "MAKER"
    CHECKER = "CHECKER"
    LEADER = "LEADER"
    AUDITOR = "AUDITOR"
    SYSTEM = "SYSTEM"


ROLE_NAMES: dict[Role, Text] = {
    Role.ADMIN: t("系统管理员"),
    Role.CITY_OFFICE: t("市扶贫办"),
    Role.COUNTY_OFFICE: t("区（市）扶贫办"),
    Role.TOWN_OFFICE: t("镇街扶贫办"),
    Role.ADJUSTER: t("理赔员"),
    Role.APPROVER: t("核赔人"),
    Role.MAKER: t("财务经办"),
    Role.CHECKER: t("财务复核"),
    Role.LEADER: t("领导"),
    Role.AUDITOR: t("审计"),
    Role.SYSTEM: t("系统"),
}
OFFICES = frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE, Role.TOWN_OFFICE})
INSURER_ROLES = frozenset({Role.ADJUSTER, Role.APPROVER})
FINANCE = frozenset({Role.MAKER, Role.CHECKER})


class Actor(msgspec.Struct, frozen=True):
    """The person (or the system) behind an act, with the business instant and day of the act.

    `at` is the business instant with offset +08:00, `on` its day: law, money and figures go by them. Real time drives
    sessions, tokens and the audit's recorded-at. `authority_fen` is the most this person may approve, None = nothing.
    """

    user_id: int
    username: str
    display_name: str
    role: Role
    region_path: str
    insurer_id: int | None
    authority_fen: int | None
    at: datetime
    on: date
    language: str = "zh"
    request_id: str = "-"
    must_change_password: bool = False

    @property
    def scope(self) -> Scope:
        """What this actor's transactions may see."""
        return Scope(self.user_id, self.role, self.region_path, "*" if self.insurer_id is None else str(self.insurer_id))

    @property
    def county_code(self) -> str | None:
        """The county of a county or town office, else None."""
        parts = self.region_path.strip("/").split("/")
        return parts[1] if len(parts) > 1 else None

    @property
    def town_code(self) -> str | None:
        """The town of a town office, else None."""
        parts = self.region_path.strip("/").split("/")
        return parts[2] if len(parts) > 2 else None


class Holder(msgspec.Struct, frozen=True):
    """Who holds a session or a token, as the database knows it at this request."""

    user_id: int
    username: str
    display_name: str
    role: Role
    region_path: str
    insurer_id: int | None
    authority_fen: int | None
    must_change_password: bool
    language: str
    seen_at: datetime | None = None


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the admin fills in for an account."""

    username: str
    display_name: str
    role: Role
    region_code: str
    insurer_code: str | None = None
    authority_fen: int | None = None


class AuditLine(msgspec.Struct, frozen=True):
    """One row of the audit trail as auditors read it."""

    id: int
    recorded_at: datetime
    business_at: datetime
    actor: str | None
    role: str
    verb: str
    subject: str
    facts: dict[str, object]
    request_id: str
