"""What makes a paper that is only sometimes relevant a required one: read from the claim as it stands, each with its reason; pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from insurance.base.money import Fen, yuan
from insurance.base.text import Text, t
from insurance.claims.procedure import Circumstance
from insurance.policies.model import Cover, Peril


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One assessed item, as far as papers depend on it; amounts in fen. `units`: animals or mu were counted."""

    value_fen: Fen
    loss_fen: Fen
    rescue_fen: Fen = Fen(0)
    salvage_fen: Fen = Fen(0)
    third_party_fen: Fen = Fen(0)
    units: bool = False


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What of a claim decides which papers are asked for.

    `together` counts the projects of the town that the insurer settles for the same disaster, this one included; `asset_claimed`:
    a loss of this project's assets by the same event was reported too, to whichever insurer.
    """

    cover: Cover
    peril: Peril
    peril_insured: bool
    breeding: bool
    items: tuple[Measured, ...] = ()
    third_party: bool = False
    together: int = 1
    published: bool = False
    asset_claimed: bool = False
    outage: bool = False


def circumstances(found: Situation) -> Mapping[Circumstance, Text]:
    """The circumstances that are given, each with the reason that is told beside the paper it asks for."""
    given: dict[Circumstance, Text] = {}
    if found.peril_insured:
        given[Circumstance.PERIL] = t("出险原因是条款约定的保险事故")
    partial = sum(1 for item in found.items if 0 < item.loss_fen < item.value_fen)
    if partial:
        given[Circumstance.PARTIAL] = t("定损有 {n} 项是部分损失", n=partial)
    for circumstance, name, text in _AMOUNTS:
        amount = sum(getattr(item, name) for item in found.items)
        if amount:
            given[circumstance] = t(text.msgid, amount=yuan(Fen(amount)))
    if found.third_party and Circumstance.THIRD_PARTY not in given:
        given[Circumstance.THIRD_PARTY] = t("查明有应负责任的第三者")
    if found.breeding and (found.peril is Peril.DISEASE or any(item.units and item.loss_fen for item in found.items)):
        given[Circumstance.CARCASS] = t("死亡的是牲畜、家禽，须证明已无害化处理")
    # a notice hangs before its photos can be taken: until then nobody is asked for them
    if found.together > 1 and found.published:
        given[Circumstance.GROUP] = t("同一灾害在本镇有 {n} 个项目一并理赔，已经公示", n=found.together)
    if found.outage:
        given[Circumstance.ASSET_DAMAGE] = t("按停产天数索赔，停产因资产受损")
    elif found.asset_claimed:
        given[Circumstance.ASSET_DAMAGE] = t("同一次出险也损坏了项目的资产，已另行报案")
    return given


_AMOUNTS: tuple[tuple[Circumstance, str, Text], ...] = (
    (Circumstance.RESCUE, "rescue_fen", t("定损列有施救费用 {amount} 元")),
    (Circumstance.SALVAGE, "salvage_fen", t("定损列有残值 {amount} 元")),
    (Circumstance.THIRD_PARTY, "third_party_fen", t("定损列有第三者已付 {amount} 元")),
)
