"""Every (state, verb, role) over HTTP: what the table does not allow is 403 or 409 and leaves nothing behind.

The same triples against the program's functions and against the database alone: tests/actions/test_claims_matrix.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from insurance.access.model import Actor, Role
from insurance.access.rules import may
from insurance.base import db
from insurance.claims import lifecycle
from insurance.claims.api_verbs import VERBS
from insurance.claims.model import Claim, ClaimState, Verb
from make.claims import claim_in
from people import Api, People, api

ACTS = {verb: f"claim.{verb}" for verb in VERBS} | {Verb.PAYOUT: "payout.order"}
ROLES = [role for role in Role if role is not Role.SYSTEM]  # the system has no account
ALLOWED = {(verb, source, role) for verb, source, _, role in lifecycle.transitions()}


def triples(state: ClaimState) -> Iterator[tuple[Verb, Role, bool]]:
    """Every verb that is posted and every role, and whether the table allows it in this state."""
    for verb in ACTS:
        for role in ROLES:
            yield verb, role, (verb.value, state.value, role.value) in ALLOWED


def request_of(verb: Verb, claim: Claim) -> tuple[str, dict[str, object]]:
    """Where the verb is posted, with the example body at the claim's version."""
    if verb is Verb.PAYOUT:
        return "/payouts", {"claim_id": claim.id, "version": claim.version}
    _, example, _ = VERBS[verb]
    return f"/claims/{claim.id}/{verb}", example | {"version": claim.version}


def by_role(story: People) -> dict[Role, Actor]:
    """Somebody of every role for whom the claim is in scope."""
    return {actor.role: actor for actor in reversed(list(story.everybody().values()))}


async def traces(claim: Claim) -> tuple[int, ...]:
    """How much there is of the claim: version, events, decisions, parts, assessments, audit rows."""
    tables = ("claim_event", "decision", "claim_part", "assessment", "survey", "objection", "recovery")
    async with db.transaction(db.Scope(0, "SYSTEM", "370400/")):
        version = await db.fetchval("SELECT version FROM claim WHERE id = $1", claim.id)
        counts = [await db.fetchval(f"SELECT count(*) FROM {table} WHERE claim_id = $1", claim.id) for table in tables]
        return (version, *counts, await db.fetchval("SELECT count(*) FROM audit_event WHERE subject = $1", f"claim:{claim.id}"))


@pytest.mark.parametrize("state", ClaimState)
async def test_what_the_table_does_not_allow_is_refused_over_http(client: httpx.AsyncClient, story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)
    talkers: dict[Role, Api] = {role: await api(client, actor) for role, actor in by_role(story).items()}
    before, wrong, refused = await traces(claim), [], 0

    for verb, role, allowed in triples(state):
        if allowed:
            continue
        path, body = request_of(verb, claim)
        answer = await talkers[role].post(path, body)
        expected = 409 if may(role, ACTS[verb]) else 403
        refused += 1
        if answer.status_code != expected or answer.headers["content-type"] != "application/problem+json":
            wrong.append((verb, role, answer.status_code, answer.text[:200]))

    assert not wrong, "\n".join(map(str, wrong))
    assert refused == sum(not allowed for _, _, allowed in triples(state)) > 150
    assert await traces(claim) == before, "a refusal leaves nothing behind"


def test_the_matrix_is_whole() -> None:
    tried = {(verb.value, state.value, role.value) for state in ClaimState for verb, role, _ in triples(state)}
    posted = {(verb, source, role) for verb, source, role in ALLOWED if verb in {one.value for one in ACTS} and role != Role.SYSTEM}

    assert posted <= tried
    assert len(tried) == len(ClaimState) * len(ACTS) * len(ROLES)
    assert {verb for verb, _, _ in ALLOWED} - {verb for verb, _, _ in tried} <= {one.value for one in lifecycle.CONSEQUENCES}
