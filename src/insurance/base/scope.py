"""What a transaction may see, as checked literals for SET LOCAL. Pure: actors carry it."""

from __future__ import annotations

import re

import msgspec

_LITERAL = {
    "actor": re.compile(r"[0-9]{1,19}"),
    "role": re.compile(r"[A-Z_]{1,30}"),
    "region": re.compile(r"([0-9a-z]{6,20}/)+"),
    "insurer": re.compile(r"\*|[0-9]{1,19}"),
}


class Scope(msgspec.Struct, frozen=True):
    """What a transaction may see: region path ('370400/370404/'), insurer id or '*', role and user for guards and audit."""

    user_id: int
    role: str
    region: str
    insurer: str = "*"

    def statement(self) -> str:
        """SET LOCAL with checked literals: `set_config()` does not travel to a sharded city's node."""
        parts = {"actor": str(self.user_id), "role": self.role, "region": self.region, "insurer": self.insurer}
        for name, value in parts.items():
            if not _LITERAL[name].fullmatch(value):
                raise ValueError(f"scope {name} is not a literal")
        return "".join(f"SET LOCAL app.{name} = '{value}';" for name, value in parts.items())
