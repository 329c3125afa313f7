"""Every state, verb and role: what the table does not allow is refused by the program and by the database alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from insurance.access.model import Actor, Role
from insurance.base import db
from insurance.base.errors import Forbidden, NotFound, WrongState
from insurance.claims import lifecycle, settlement
from insurance.claims.api_verbs import VERBS
from insurance.claims.model import Claim, ClaimState, Verb
from insurance.claims.model_verbs import Order
from make.claims import claim_in, trail
from people import People

TRIED = [*VERBS, Verb.PAYOUT]
ALLOWED = {(verb, source, role) for verb, source, _, role in lifecycle.transitions()}


def in_role(story: People, role: Role) -> Actor:
    """Somebody of this role for whom the claim is in scope; the system last."""
    found = {actor.role: actor for actor in reversed(list(story.everybody().values()))}
    return found.get(role) or msgspec.structs.replace(story.city, user_id=0, role=role)


def act(verb: Verb, claim: Claim) -> Callable[[Actor], Awaitable[Any]]:
    """The program's own action with a body that fits."""
    if verb is Verb.PAYOUT:
        return lambda actor: settlement.order_payout(Order(claim_id=claim.id, version=claim.version), actor=actor)
    shape, example, action = VERBS[verb]
    body = msgspec.convert(example | {"version": claim.version}, shape)
    return lambda actor: action(claim.id, body, actor=actor)


@pytest.mark.parametrize("state", list(ClaimState))
async def test_the_program_refuses_what_the_table_does_not_allow(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)
    before = await trail(claim)
    refused = 0

    for verb in TRIED:
        for role in Role:
            if (verb.value, state.value, role.value) in ALLOWED:
                continue
            with pytest.raises((WrongState, Forbidden, NotFound)):
                await act(verb, claim)(in_role(story, role))
            refused += 1

    assert refused > 100
    assert await trail(claim) == before, "a refused verb leaves no trace"
    async with db.transaction(story.city.scope):
        assert await db.fetchval("SELECT version FROM claim WHERE id = $1", claim.id) == claim.version


# Every verb, target and role by direct SQL as the application role: the guard alone decides. Whatever succeeds is undone at once.
_TRY = """DO $$
DECLARE found text[] := '{}'; verb text; target text; role text; changed bigint;
BEGIN
    FOREACH role IN ARRAY '%(roles)s'::text[] LOOP
        PERFORM set_config('app.role', role, true);
        FOREACH verb IN ARRAY '%(verbs)s'::text[] LOOP
            FOREACH target IN ARRAY '%(states)s'::text[] LOOP
                BEGIN
                    UPDATE claim SET state = target, last_verb = verb, version = version + 1,
                        resume_state = CASE WHEN target = 'SUPPLEMENT' THEN coalesce(resume_state, state) END
                    WHERE id = %(claim)s;
                    GET DIAGNOSTICS changed = ROW_COUNT;
                    IF changed = 1 THEN found := found || (verb || ' ' || target || ' ' || role); END IF;
                    RAISE EXCEPTION 'undone' USING ERRCODE = 'raise_exception';
                EXCEPTION WHEN raise_exception OR check_violation THEN NULL;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
    PERFORM set_config('app.role', 'SYSTEM', true);
    PERFORM set_config('test.found', array_to_string(found, ','), true);
END $$"""


def _array(values: list[str]) -> str:
    return "{" + ",".join(values) + "}"


@pytest.mark.parametrize("state", list(ClaimState))
async def test_the_database_alone_refuses_what_the_table_does_not_allow(story: People, state: ClaimState) -> None:
    claim = await claim_in(state, story)
    tried = {
        "roles": _array([role.value for role in Role]), "verbs": _array([verb.value for verb in Verb]),
        "states": _array([one.value for one in ClaimState]), "claim": str(claim.id),
    }  # fmt: skip

    await db.execute(_TRY % tried)

    found = {tuple(one.split(" ")) for one in (await db.fetchval("SELECT current_setting('test.found')")).split(",") if one}
    promised = {(verb, target, role) for verb, source, target, role in lifecycle.transitions() if source == state}
    if state is ClaimState.SUPPLEMENT:  # it was opened before: the guard lets it go nowhere else
        promised -= {("papers", "ASSESSING", "ADJUSTER")}
    promised = {move for move in promised if move[0] != "opening-correction"}  # only of a claim that was taken over
    assert found == promised


async def test_the_database_holds_the_tables_rows(story: People) -> None:
    rows = await db.fetch("SELECT verb, from_state, to_state, role FROM claim_transition ORDER BY 1, 2, 3, 4")

    assert [tuple(row) for row in rows] == lifecycle.transitions()


@pytest.mark.parametrize(
    "change",
    [
        "approved_fen = approved_fen + 1",
        "payee_account_id = payee_account_id + 1",
        "version = version + 1",
        "policy_id = policy_id + 1",
        "number = 'LA2019-9999999'",
        "reported_at = reported_at + interval '1 day'",
    ],
)
async def test_what_is_fixed_is_fixed_by_the_database_too(story: People, change: str) -> None:
    claim = await claim_in(ClaimState.AGREED, story)
    moved = "state = 'PAYING', last_verb = 'payout', version = version + 1"
    changed = moved.replace("version = version + 1", "version = version + 2") if change.startswith("version") else f"{moved}, {change}"

    with pytest.raises(Exception, match=r"fixed|one|stays"):
        async with db.transaction(story.maker.scope):
            await db.execute(f"UPDATE claim SET {changed} WHERE id = $1", claim.id)


async def test_history_is_append_only(story: People) -> None:
    claim = await claim_in(ClaimState.ACCEPTED, story)

    for statement in ("UPDATE claim_event SET reason = 'x'", "DELETE FROM claim_event", "DELETE FROM claim", "DELETE FROM assessment"):
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            async with db.transaction(story.city.scope):
                await db.execute(statement)
    assert await trail(claim) == ["claim.reported", "claim.accepted"]


async def test_without_a_scope_the_application_sees_no_claim(story: People) -> None:
    await claim_in(ClaimState.REPORTED, story)
    tables = ("claim", "claim_event", "survey", "assessment", "assessment_line", "decision", "claim_part", "disaster")

    async with db.transaction(db.Scope(0, "SYSTEM", "000000/")):
        assert [await db.fetchval(f"SELECT count(*) FROM {table}") for table in tables] == [0] * len(tables)
