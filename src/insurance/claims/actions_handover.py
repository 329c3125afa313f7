"""移交: the pack of a change of insurers, for the office or for one of the two insurers; reads only."""

from __future__ import annotations

from datetime import date

import msgspec

from insurance.access import scopes
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import NotFound
from insurance.base.text import t
from insurance.claims import store_handover
from insurance.claims.model_handover import Change, EndingPolicy, GoingProject, Pack, kept_by, taken_by
from insurance.policies import store_facts
from insurance.policies.actions_underwriting import insurer_of, judge
from insurance.policies.model import Cover
from insurance.projects import store_values


async def changes(*, actor: Actor) -> list[Change]:
    """Every change of insurers of the reader's county, or with the reader's insurer on either side; the latest first."""
    async with db.transaction(actor.scope):
        return await store_handover.changes(actor.county_code, actor.insurer_id)


async def pack(on: date, *, actor: Actor, county: str | None = None, insurer: str | None = None) -> Pack:
    """What stays and what goes on a day, as it stands now.

    An office may ask for one county, and for the version of one insurer (a code): the old one's has what it keeps, with the claims
    experience; the new one's has the projects it takes over and nothing of the old one's claims and premiums. An insurer gets its own.
    Raises NotFound where nothing changes for the reader that day.
    """
    async with db.transaction(actor.scope):
        reader = actor.insurer_id or await insurer_of(insurer)
        found = await store_handover.changes(actor.county_code, reader)
        found = [one for one in found if one.on == on and county in (None, one.county_code)]
        if not found:
            raise NotFound(t("这一天没有换保险公司，或不在您的范围内"))
        kept, taken = kept_by(found, reader), taken_by(found, reader)
        return Pack(
            on=on,
            made_at=actor.at,
            insurer=None if reader is None else next(c.old if c.old_id == reader else c.new for c in found),
            changes=found,
            policies=[_without_strangers(one, reader) for one in await store_handover.policies(kept, on)],
            claims=await store_handover.claims(kept, on),
            payouts=await store_handover.payouts(kept, on),
            recoveries=await store_handover.recoveries(kept, on),
            premiums=await store_handover.premiums(kept, on, actor.on),
            projects=await _projects(taken, on, actor),
            experience=await store_handover.experience(kept, on),
        )


def _without_strangers(line: EndingPolicy, reader: int | None) -> EndingPolicy:
    """What follows a policy with another insurer is not told in the version of one insurer."""
    if reader is None or line.followed_insurer == scopes.insurer_name(reader):
        return line
    return msgspec.structs.replace(line, followed_by=None, followed_insurer=None)


async def _projects(taken: list[Change], on: date, actor: Actor) -> list[GoingProject]:
    """Valued on the day of the change; eligibility as the register stands now, which insurers see too little of to judge."""
    rows = await store_handover.projects(taken, on)
    ids = sorted({row["project_id"] for row in rows})
    values = await store_values.project_values(actor, on, ids) if ids else {}
    facts = await store_facts.registered(actor, actor.on, ids) if ids and actor.insurer_id is None else {}
    judged = {project_id: judge(known) for project_id, known in facts.items()}
    same = ("county_code", "code", "name", "town", "village", "taxonomy", "owner", "sum_insured_fen", "guaranteed_fen")
    return [
        GoingProject(
            project=row["project_id"],
            cover=Cover(row["cover"]),
            net_value_fen=value.net_value_fen if (value := values.get(row["project_id"])) else None,
            asset_count=value.asset_count if value else 0,
            result=(known.industry if row["cover"] == Cover.INDUSTRY else known.income).result
            if (known := judged.get(row["project_id"]))
            else None,
            **{name: row[name] for name in same},
        )
        for row in rows
    ]
