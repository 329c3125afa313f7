"""What stands between an assessed amount and its approval by the rulesets of the claim: the public notice, the papers."""

from __future__ import annotations

from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base.errors import Refused
from insurance.base.text import Text, render, t
from insurance.claims import asked, store
from insurance.claims.model import ClaimState
from insurance.claims.procedure import Circumstance, PaperRule, procedure_of
from insurance.claims.rulesets import Area, Ruleset
from insurance.claims.store import Row


class Gates(msgspec.Struct, frozen=True):
    """How a claim stands before its approval.

    `published_first`: the ruleset that asks for the public notice of its group of `group` claims, and asks for it still;
    `missing`: required papers that are not on file; `waits_for_papers`: the ruleset that lets none of them be missing.
    """

    group: int
    published_first: Ruleset | None
    missing: tuple[PaperRule, ...]
    waits_for_papers: Ruleset | None

    def refusals(self, language: str) -> list[Text]:
        """Why the claim may not be approved yet, each with the way out."""
        found = []
        if self.published_first is not None and self.published_first.publicity is not None:
            said = {"rules": _name(self.published_first, language), "n": self.group}
            if self.published_first.publicity.area is Area.VILLAGE:
                found.append(t("同一灾害在本村有 {n} 件赔案，核赔前须先公示（{rules}）；请扶贫办办理村级公示，期满后再核赔", **said))
            else:
                found.append(t("同一灾害在本镇街有 {n} 件赔案，核赔前须先公示（{rules}）；请扶贫办办理公示，期满后再核赔", **said))
        if self.waits_for_papers is not None and self.missing:
            papers, rules = names(self.missing, language), _name(self.waits_for_papers, language)
            found.append(t("核赔前须补齐材料：{papers}（{rules}）；请上传，或通知补充", papers=papers, rules=rules))
        return found


def _name(ruleset: Ruleset, language: str) -> str:
    return ruleset.en if language == "en" else ruleset.zh


def names(papers: tuple[PaperRule, ...], language: str) -> str:
    """Papers by their names, in a row."""
    return render(t("、"), language).join(paper.en if language == "en" else paper.zh for paper in papers)


async def gates(row: Row) -> Gates:
    """What stands before the approval of a claim as it lies now; runs inside the reader's transaction."""
    procedure = procedure_of(row)
    group, published_first = 0, None
    for ruleset in procedure.rulesets:
        if ruleset.publicity is not None and row["disaster_id"] is not None:
            laws = [switch.regime.value for switch in ruleset.regimes if switch.on]
            group = await store.group_size(row, laws, by_village=ruleset.publicity.area is Area.VILLAGE)
            if group >= ruleset.publicity.claims:
                published_first = ruleset
                break
    missing = await asked.missing(row, {Circumstance.GROUP} if published_first else ())
    waits = next((ruleset for ruleset in procedure.rulesets if ruleset.papers is not None and ruleset.papers.on), None)
    return Gates(group, published_first if row.state is ClaimState.ASSESSING else None, missing, waits)


async def before_approval(row: Row, *, actor: Actor) -> dict[str, Any]:
    """Refused where a ruleset of the claim asks for the public notice first, or for papers that are missing.

    Where none does, the missing papers are facts of the approval: answers them for its event.
    """
    found = await gates(row)
    refusals = found.refusals(actor.language)
    if refusals:
        raise Refused(refusals[0])
    return {"missing_papers": [paper.code for paper in found.missing]} if found.missing else {}
