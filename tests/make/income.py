"""Income claims: projects with both covers, statements as an office files them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import actions_assessment, actions_evidence, actions_income
from insurance.claims.model import Claim
from insurance.claims.model_income import StatementEntry, StatementView
from insurance.claims.model_verbs import Assessment, LossLine
from insurance.policies import actions_enrol
from insurance.policies.actions_underwriting import asks_for
from insurance.policies.model import Cover
from make.claims import BOUND_ON, Loss, insured
from make.policies import on_day
from make.projects import PDF
from people import People

# 181 of 365 days of 6,880,000 a year (8 % of 86,000,000): 3,411,726 guaranteed.
STATEMENT: dict[str, Any] = {
    "from_on": "2019-03-02",
    "last_on": "2019-08-29",
    "signed_on": "2019-08-30",
    "signed_by": "石门村股份经济合作社 王五",
    "lines": [{"kind": "SALES", "amount_fen": 1_800_000}, {"kind": "LABOUR_COST", "amount_fen": 800_000}],
}


def statement_of(**known: Any) -> StatementEntry:
    """A statement of the cover so far: 1,000,000 fen earned."""
    return msgspec.convert(STATEMENT | known, StatementEntry)


async def file_statement(claim: Claim, actor: Actor, **known: Any) -> StatementView:
    """File a statement to the claim."""
    return await actions_income.file_statement(claim.id, statement_of(**known), actor=actor)


async def proof(claim: Claim, actor: Actor, kind: str = "INCOME_ACCOUNTS") -> int:
    """A paper of the claim on file; answers its id."""
    await actions_evidence.file(claim.id, kind, "流水.pdf", PDF, actor=actor)
    return (await actions_evidence.on_file(claim.id, actor=actor)).items[-1].id


class Both(msgspec.Struct):
    """One project with both covers."""

    asset: Loss
    income: Loss


async def both_covers(story: People, *, asset_insurer: str = "INS-A", income_insurer: str = "INS-A", **known: Any) -> Both:
    """A project of crops (the law of agricultural insurance) insured twice, maybe by two insurers."""
    crops = {"taxonomy": "PLANT", "assets": [{"name": "露地蔬菜", "asset_class": "CONSUMABLE"}]}
    asset = await insured(story, insurer=asset_insurer, **(crops | known))
    office = on_day(story.town, BOUND_ON)
    ask = (await asks_for([asset.project_id], Cover.INCOME, starts_on=None, last_day=None, insurer=income_insurer, actor=office))[0]
    bound = await actions_enrol.enrol(ask, actor=office)
    return Both(asset, Loss(asset.project_id, asset.project_code, bound.id, ()))


async def assess_asset(claim: Claim, adjuster: Actor, **line: Any) -> Claim:
    """An assessment of the first line of an asset claim's schedule."""
    async with db.transaction(adjuster.scope):
        item = await db.fetchval("SELECT min(id) FROM policy_item WHERE policy_id = $1", claim.policy.id)
    given = Assessment(version=claim.version, lines=(LossLine(policy_item_id=item, **line),))
    return await actions_assessment.assessment(claim.id, given, actor=adjuster)


async def assess_income(claim: Claim, adjuster: Actor, **known: Any) -> Claim:
    """An assessment of an income claim."""
    return await actions_assessment.assessment(claim.id, msgspec.convert({"version": claim.version} | known, Assessment), actor=adjuster)


PERIOD = {"from_on": "2019-03-02", "last_on": "2019-08-29"}
END_OF_YEAR = date(2019, 12, 31)
