"""双险联合核算 on pages: the section of both claims, and the worksheet to print."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from insurance.access.guards import needs
from insurance.access.http import Id, Req, show, view
from insurance.access.model import Actor
from insurance.base.text import Text, render, t
from insurance.claims import actions, actions_joint
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_income import Joint
from insurance.claims.names import STATE_NAMES, peril_name
from insurance.claims.store import Row
from insurance.web.render import onward

# Step of the worksheet → sign before its amount, what it is.
_STEPS: dict[str, tuple[str, Text]] = {
    "joint-damage": ("", t("其他资产损失")),
    "joint-rescue-costs": ("+", t("施救费用")),
    "joint-crops": ("", t("作物等损失")),
    "joint-shortfall": ("", t("收益差额")),
    "joint-loss": ("=", t("损失合计")),
    "joint-asset-paid": ("", t("产业保赔款")),
    "joint-income-paid": ("+", t("收益保赔款")),
    "joint-paid": ("=", t("两险共赔")),
}


def _shown(found: Joint, language: str, *, alone: bool = False) -> dict[str, Any]:
    """What section and worksheet (`alone`) draw of a joint settlement."""
    rows = [
        {"op": _STEPS[step.rule][0], "label": render(_STEPS[step.rule][1], language), "why": step.text, "fen": step.result_fen,
         "how": "sum" if step.rule == "joint-paid" else ""}
        for step in found.steps
    ]  # fmt: skip
    states = {state.value: render(STATE_NAMES[state], language) for state in ClaimState}
    return {"joint": found if found.told else None, "joint_rows": rows, "joint_alone": alone, "state_names": states}


async def section(claim: Claim, _row: Row, actor: Actor) -> dict[str, Any]:
    """The joint worksheet of a claim, None where the other cover was not hit."""
    return _shown(await actions_joint.joint(claim.id, actor=actor), actor.language)


@get("/claims/{claim_id:int}/joint", guards=[needs("claim.read")])
async def worksheet_page(request: Req, claim_id: Id) -> Response[str]:
    """The joint worksheet to print; a claim that stands alone has none."""
    actor: Actor = request.user
    claim = await actions.one(claim_id, actor=actor)
    found = await actions_joint.joint(claim_id, actor=actor)
    if not found.told:
        return onward(f"/claims/{claim_id}", view(request))
    peril = peril_name(claim.peril, actor.language)
    return show(request, "claims/joint.html", claim=claim, peril=peril, **_shown(found, actor.language, alone=True))


HANDLERS = [worksheet_page]
