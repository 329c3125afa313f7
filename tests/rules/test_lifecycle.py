"""The verb table of a claim: the contract's, verb by verb, and the page that is drawn from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from insurance.access.model import Role
from insurance.access.rules import may
from insurance.base.errors import Forbidden, WrongState
from insurance.claims import lifecycle
from insurance.claims.model import ClaimState, Verb
from insurance.claims.names import STATE_NAMES, VERB_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "claim-lifecycle.md"
SQL = max((Path(__file__).parents[2] / "src/insurance/migrations/sql").glob("*/*_transitions.sql"))  # the newest step that states the table
OFFICE = "TOWN_OFFICE COUNTY_OFFICE CITY_OFFICE"
EARLY = "REPORTED ACCEPTED SURVEYING OPENED SUPPLEMENT ASSESSING PUBLICITY DISPUTED REOPENED"
# The contract's table, typed once: verb, from, to ("=" the claim stays), by.
CONTRACT = [
    ("report", "", "REPORTED", OFFICE),
    ("correction", "REPORTED", "=", OFFICE),
    ("acceptance", "REPORTED", "ACCEPTED", "ADJUSTER"),
    ("assignment", "ACCEPTED", "SURVEYING", "ADJUSTER"),
    ("survey", "ACCEPTED SURVEYING", "OPENED", "ADJUSTER"),
    ("survey", "OPENED", "=", "ADJUSTER"),  # once, where the case opened by itself
    ("papers-notice", "OPENED ASSESSING", "SUPPLEMENT", "ADJUSTER"),
    ("papers", "SUPPLEMENT", "=", OFFICE),
    ("papers", "SUPPLEMENT", "OPENED", "ADJUSTER"),
    ("papers", "SUPPLEMENT", "ASSESSING", "ADJUSTER"),
    ("assessment", "OPENED ASSESSING DISPUTED REOPENED", "ASSESSING", "ADJUSTER"),
    ("publicity", "ASSESSING", "PUBLICITY", OFFICE),
    ("objection", "PUBLICITY REJECTED", "DISPUTED", OFFICE),
    ("approval", "ASSESSING PUBLICITY", "APPROVED", "APPROVER"),
    ("declinature", "ASSESSING PUBLICITY", "REJECTED", "APPROVER"),
    ("zero", "ASSESSING", "ZERO", "APPROVER"),
    ("agreement", "APPROVED", "=", OFFICE + " ADJUSTER"),
    ("agreement", "APPROVED", "AGREED", OFFICE + " ADJUSTER"),
    ("payout", "AGREED", "PAYING", "MAKER"),
    ("settled", "PAYING", "PAID", "MAKER CHECKER SYSTEM"),
    ("interim-payment", "ASSESSING SUPPLEMENT DISPUTED", "=", "APPROVER"),
    ("withdrawal", EARLY, "WITHDRAWN", OFFICE),
    ("closure", "PAID REJECTED ZERO WITHDRAWN", "CLOSED", "ADJUSTER SYSTEM"),
    ("reopening", "CLOSED", "REOPENED", "APPROVER"),
]
BEHIND_THE_CONTRACT = {
    Verb.PROOFS, Verb.ORDER_CANCELLED, Verb.UNSETTLED, Verb.OPENING, Verb.ADVANCE_DUE, Verb.OPENING_ENTRY, Verb.OPENING_CORRECTION,
    Verb.REFUSAL_SENT,
}  # fmt: skip


def rows(verb: str, sources: str, target: str, roles: str) -> set[tuple[str, str | None, str, str]]:
    """A line of the contract as (verb, from, to, role)."""
    froms: list[str | None] = [*sources.split()] or [None]
    return {(verb, source, source if target == "=" and source else target, role) for source in froms for role in roles.split()}


def test_the_table_is_the_contracts() -> None:
    promised = set().union(*(rows(*line) for line in CONTRACT))
    table = {
        (edge.verb.value, source, edge.target or source, role)
        for edge in lifecycle.TABLE
        for source in edge.sources
        for role in edge.roles
        if edge.verb not in BEHIND_THE_CONTRACT
    }
    parts_booked = {row for row in table if row[0] == "settled" and row[1] == row[2]}  # an interim payment arrives

    assert table - parts_booked == promised
    assert {row[1] for row in parts_booked} & {"REPORTED", "ACCEPTED", "SURVEYING", "WITHDRAWN", "PAID"} == set()


def test_only_approval_fixes_the_amount_and_only_the_maker_orders_money() -> None:
    assert {role for edge in lifecycle.TABLE if edge.verb is Verb.APPROVAL for role in edge.roles} == {Role.APPROVER}
    assert {
        (s, *edge.roles) for edge in lifecycle.TABLE if edge.target is ClaimState.PAYING and edge.verb is Verb.PAYOUT for s in edge.sources
    } == {(ClaimState.AGREED, Role.MAKER)}


def test_whoever_the_table_lets_the_route_lets_too() -> None:
    for edge in lifecycle.TABLE:
        for role in edge.roles - {Role.SYSTEM}:
            assert may(role, edge.act), (edge.verb, role)


@pytest.mark.parametrize("state", list(ClaimState))
@pytest.mark.parametrize("role", list(Role))
def test_the_buttons_are_what_the_guard_lets_through(state: ClaimState, role: Role) -> None:
    shown = set(lifecycle.open_verbs(state, role))

    for verb in set(Verb) - lifecycle.CONSEQUENCES - {Verb.REPORT}:
        try:
            passes = bool(lifecycle.targets(verb, state, role))
        except (WrongState, Forbidden):
            passes = False
        assert (verb in shown) == passes, verb


def test_a_verb_that_is_open_but_not_yours_is_forbidden_and_a_closed_one_is_a_wrong_state() -> None:
    with pytest.raises(Forbidden):
        lifecycle.after(Verb.APPROVAL, ClaimState.ASSESSING, Role.ADJUSTER)
    with pytest.raises(WrongState):
        lifecycle.after(Verb.APPROVAL, ClaimState.APPROVED, Role.APPROVER)
    with pytest.raises(WrongState):
        lifecycle.after(Verb.AGREEMENT, ClaimState.APPROVED, Role.ADJUSTER, ClaimState.PAID)
    with pytest.raises(WrongState):
        lifecycle.after(Verb.AGREEMENT, ClaimState.APPROVED, Role.ADJUSTER)  # first or second signature: who asks must know


def test_every_state_is_reached_and_left() -> None:
    reached = {edge.target for edge in lifecycle.TABLE if edge.target}
    left = {source for edge in lifecycle.TABLE if edge.target for source in edge.sources if source}

    assert reached == set(ClaimState)
    assert left == set(ClaimState)
    assert lifecycle.OPEN.isdisjoint(lifecycle.ENDED)


def test_states_and_verbs_have_names() -> None:
    assert set(STATE_NAMES) == set(ClaimState)
    assert set(VERB_NAMES) == set(Verb)


def test_the_page_is_drawn_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == lifecycle.document(), "run: python -m insurance.claims.lifecycle > docs/claim-lifecycle.md"
    assert all(f"`{verb}`" in PAGE.read_text("utf-8") for verb in Verb)


def test_the_migration_is_printed_from_the_table() -> None:
    _, _, statement = SQL.read_text("utf-8").partition("DELETE FROM claim_transition;\n")

    assert statement == lifecycle.insert_statement(), "run: python -m insurance.claims.lifecycle sql"
