"""The kinds of opening workbooks (期初): a city or county office brings in policies in force, then past claims."""

from __future__ import annotations

from insurance.access.model import Actor
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims.actions_opening import CLAIMS
from insurance.policies import actions_opening
from insurance.policies.actions_opening import Kind
from insurance.policies.actions_opening_policies import POLICIES

KINDS: dict[str, Kind] = {kind.shape.kind: kind for kind in (POLICIES, CLAIMS)}


def kind_of(name: str | None) -> Kind:
    """The kind a form or an address names. Raises Invalid (field `kind`)."""
    if name not in KINDS:
        raise Invalid.field("kind", t("请选择导入的内容：{kinds}", kinds="、".join(KINDS)))
    return KINDS[name]


async def kind_stored(import_id: int, *, actor: Actor) -> Kind:
    """The kind of an import. Raises NotFound."""
    line, _ = await actions_opening.shown(import_id, actor=actor)
    return KINDS[line.kind]
