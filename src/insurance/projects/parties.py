"""Who a name means: names as they are compared, and what a holder is by the way its name ends; pure."""

from __future__ import annotations

from insurance.projects.model import Ownership, PartyKind
from insurance.projects.register_words import REGISTER, plain

_ENDINGS = {**REGISTER.ends["ownership"], "公司": "ENTERPRISE", "社区": "VILLAGE", "居委会": "VILLAGE", "居民委员会": "VILLAGE"}


def name_key(name: str) -> str:
    """A name as it is compared: brackets, width, spaces and case folded (（） = ())."""
    return plain(name)


def kind_by_name(name: str) -> PartyKind | None:
    """What a holder is by the end of its name, or None where that does not tell."""
    key = plain(name)
    for ending, kind in _ENDINGS.items():
        if key.endswith(ending):
            return PartyKind(kind)
    return None


def owner_kind(ownership: Ownership | None, name: str) -> PartyKind | None:
    """What the holder of the title is: as the register's ownership says, else by the name."""
    return PartyKind(ownership.value) if ownership else kind_by_name(name)
