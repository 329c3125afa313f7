"""What is due of policies because the register changed: which need an endorsement, and what would follow; nothing stays silently."""

from __future__ import annotations

from collections.abc import Sequence

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import Text, render, t
from insurance.policies import actions_renew, store_facts, store_midterm
from insurance.policies.actions_underwriting import judge
from insurance.policies.model import Cover, LegalRegime
from insurance.policies.model_midterm import REJUDGED, EndorsementKind
from insurance.policies.names_midterm import KIND_NAMES
from insurance.policies.rules_rejudged import consequence
from insurance.policies.views_projects import DueView
from insurance.projects.model import Status

FURTHEST_DAYS = 366


async def due(*, actor: Actor, project_ids: Sequence[int] | None = None) -> list[DueView]:
    """The policies of the scope (or of some projects) that need an endorsement, by what the register says today."""
    async with db.transaction(actor.scope):
        rows = await store_midterm.endorsements_due(actor, actor.on, project_ids)
        projects = await store_facts.registered(actor, actor.on, sorted({row["project_id"] for row in rows}))
    found = []
    for row in rows:
        project, cover = projects[row["project_id"]], Cover(row["cover"])
        judged = judge(project)
        judgement = judged.industry if cover is Cover.INDUSTRY else judged.income
        kinds = [EndorsementKind(kind) for kind in row["kinds"]]
        regimes = [LegalRegime(regime) for regime in row["regimes"]]
        situation = Status.DISPOSED if project.retired_on and project.retired_on <= actor.on else project.situation
        texts: list[Text] = []
        for kind in kinds:
            follows = consequence(cover, kind, judgement, situation, regimes, actor.on) if kind in REJUDGED else None
            said = follows.text if follows else t("先补齐资料再批改") if kind in REJUDGED else None
            texts.append(t("{kind}：{what}", kind=KIND_NAMES[kind], what=said) if said else KIND_NAMES[kind])
        found.append(
            DueView(row["id"], row["number"], cover, project.id, kinds, judgement.result, [render(text, actor.language) for text in texts])
        )
    return found


async def due_ids(*, actor: Actor) -> list[int]:
    """Ids of the policies of the scope that need an endorsement."""
    async with db.transaction(actor.scope):
        return [row["id"] for row in await store_midterm.endorsements_due(actor, actor.on)]


async def chosen_ids(expiring: str | None, wanted: str | None, *, actor: Actor) -> list[int] | None:
    """Ids for the filters of a list of policies: those that end within so many days unrenewed, those that need an endorsement.

    None: neither filter is on. Raises Invalid for a number of days that is none.
    """
    found: set[int] | None = None
    if expiring is not None:
        if not (expiring.isascii() and expiring.isdigit() and int(expiring[:4]) <= FURTHEST_DAYS):
            raise Invalid.field("expiring", t("请填 0 至 {most} 的天数", most=FURTHEST_DAYS))
        found = set(await actions_renew.expiring(actor=actor, within_days=int(expiring)))
    if wanted is not None:
        due_now = set(await due_ids(actor=actor))
        found = due_now if found is None else found & due_now
    return None if found is None else sorted(found)
