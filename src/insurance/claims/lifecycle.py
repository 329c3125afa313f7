"""The way of a claim: ONE table of verbs, read by the guard, the buttons, the database guard and the docs."""

from __future__ import annotations

import sys
from functools import cache
from typing import NamedTuple

from insurance.access.model import FINANCE, OFFICES, Role
from insurance.access.rules import MAY
from insurance.base.errors import Forbidden, WrongState
from insurance.base.text import t
from insurance.claims.model import ClaimState, Verb
from insurance.claims.names import STATE_NAMES, VERB_NAMES

_S = ClaimState
ENDED = frozenset({_S.PAID, _S.REJECTED, _S.WITHDRAWN, _S.ZERO, _S.CLOSED})  # nothing is left to decide or to pay
OPEN = frozenset(ClaimState) - ENDED
BEFORE_APPROVAL = (
    _S.REPORTED, _S.ACCEPTED, _S.SURVEYING, _S.OPENED, _S.SUPPLEMENT, _S.ASSESSING, _S.PUBLICITY, _S.DISPUTED, _S.REOPENED,
)  # fmt: skip
# Where an interim payment, or the first of several parts, may reach the insured: the claim stays what it is.
_PART_BOOKED = (
    _S.OPENED, _S.SUPPLEMENT, _S.ASSESSING, _S.PUBLICITY, _S.DISPUTED, _S.APPROVED, _S.AGREED, _S.PAYING, _S.REJECTED, _S.ZERO, _S.REOPENED,
    _S.CLOSED,  # the bank may send money back long after
)  # fmt: skip
_BANK = FINANCE | {Role.SYSTEM}


class Edge(NamedTuple):
    """A verb: the states it may start from (None: there is no claim yet), where it leads (None: the claim stays), by whom."""

    verb: Verb
    sources: tuple[ClaimState | None, ...]
    target: ClaimState | None
    roles: frozenset[Role]
    act: str  # the line of `access.rules.MAY` that opens the route


def _edge(verb: Verb, sources: tuple[ClaimState | None, ...], target: ClaimState | None, roles: frozenset[Role] | None = None) -> Edge:
    act = f"claim.{verb}"
    return Edge(verb, sources, target, MAY[act] if roles is None else roles, act)


TABLE: tuple[Edge, ...] = (
    _edge(Verb.REPORT, (None,), _S.REPORTED),
    _edge(Verb.CORRECTION, (_S.REPORTED,), None),
    _edge(Verb.ACCEPTANCE, (_S.REPORTED,), _S.ACCEPTED),
    _edge(Verb.ASSIGNMENT, (_S.ACCEPTED,), _S.SURVEYING),
    # a case that opened by itself is surveyed after: out of OPENED only while no survey is on file
    _edge(Verb.SURVEY, (_S.ACCEPTED, _S.SURVEYING, _S.OPENED), _S.OPENED),
    _edge(Verb.PAPERS_NOTICE, (_S.OPENED, _S.ASSESSING), _S.SUPPLEMENT),
    # the office hands in, the adjuster confirms, and the claim goes back to where it was
    _edge(Verb.PAPERS, (_S.SUPPLEMENT,), None, OFFICES),
    _edge(Verb.PAPERS, (_S.SUPPLEMENT,), _S.OPENED, frozenset({Role.ADJUSTER})),
    _edge(Verb.PAPERS, (_S.SUPPLEMENT,), _S.ASSESSING, frozenset({Role.ADJUSTER})),
    _edge(Verb.ASSESSMENT, (_S.OPENED, _S.ASSESSING, _S.DISPUTED, _S.REOPENED), _S.ASSESSING),
    _edge(Verb.PUBLICITY, (_S.ASSESSING,), _S.PUBLICITY),
    _edge(Verb.OBJECTION, (_S.PUBLICITY, _S.REJECTED), _S.DISPUTED),
    _edge(Verb.APPROVAL, (_S.ASSESSING, _S.PUBLICITY), _S.APPROVED),
    _edge(Verb.DECLINATURE, (_S.ASSESSING, _S.PUBLICITY), _S.REJECTED),
    _edge(Verb.ZERO, (_S.ASSESSING,), _S.ZERO),
    # the first signature leaves the claim where it is, the other side's moves it
    _edge(Verb.AGREEMENT, (_S.APPROVED,), None),
    _edge(Verb.AGREEMENT, (_S.APPROVED,), _S.AGREED),
    _edge(Verb.INTERIM_PAYMENT, (_S.ASSESSING, _S.SUPPLEMENT, _S.DISPUTED), None),
    _edge(Verb.WITHDRAWAL, BEFORE_APPROVAL, _S.WITHDRAWN),
    _edge(Verb.CLOSURE, (_S.PAID, _S.REJECTED, _S.ZERO, _S.WITHDRAWN), _S.CLOSED),
    _edge(Verb.REOPENING, (_S.CLOSED,), _S.REOPENED),
    # money: ordered after agreement, settled by the bank
    Edge(Verb.PAYOUT, (_S.AGREED,), _S.PAYING, MAY["payout.order"], "payout.order"),
    Edge(Verb.ORDER_CANCELLED, (_S.PAYING,), _S.AGREED, MAY["payout.cancel"], "payout.cancel"),
    Edge(Verb.SETTLED, (_S.PAYING,), _S.PAID, _BANK, "statement.write"),
    Edge(Verb.SETTLED, _PART_BOOKED, None, _BANK, "statement.write"),
    Edge(Verb.UNSETTLED, (_S.PAID,), _S.PAYING, _BANK, "statement.write"),
    Edge(Verb.UNSETTLED, _PART_BOOKED, None, _BANK, "statement.write"),
    # the claim form is on file: the terms of decision and advance begin
    Edge(Verb.PROOFS, (_S.REPORTED, _S.ACCEPTED, _S.SURVEYING, _S.OPENED, _S.SUPPLEMENT), None, MAY["document.file"], "document.file"),
    # the notice of refusal went out: its term of three days ends (保险法 24)
    Edge(Verb.REFUSAL_SENT, (_S.REJECTED,), None, MAY["letter.deliver"], "letter.deliver"),
    # the calendar: a case nobody opened in time opens itself; the day has come to pay what is certain (保险法 25)
    _edge(Verb.OPENING, (_S.REPORTED, _S.ACCEPTED, _S.SURVEYING), _S.OPENED),
    # a past claim taken over from an office's workbook, finished or open; a wrong statement is followed by a new one
    *(Edge(Verb.OPENING_ENTRY, (None,), state, MAY["opening.import"], "opening.import") for state in (_S.CLOSED, _S.REPORTED, _S.OPENED)),
    _edge(Verb.OPENING_CORRECTION, (*BEFORE_APPROVAL, _S.CLOSED), None),
    _edge(Verb.ADVANCE_DUE, (_S.SUPPLEMENT, _S.ASSESSING, _S.PUBLICITY, _S.DISPUTED), None),
)
# no button and no route of their own name
CONSEQUENCES = frozenset({
    Verb.PROOFS, Verb.ORDER_CANCELLED, Verb.SETTLED, Verb.UNSETTLED, Verb.OPENING, Verb.ADVANCE_DUE, Verb.OPENING_ENTRY,
    Verb.OPENING_CORRECTION, Verb.REFUSAL_SENT,
})  # fmt: skip


def targets(verb: Verb, state: ClaimState | None, role: Role) -> frozenset[ClaimState]:
    """Where the verb may lead from here: mostly one state. WrongState where it is not open, Forbidden where it is not this role's."""
    here = [edge for edge in TABLE if edge.verb is verb and state in edge.sources]
    if not here:
        raise _not_open(verb, state)
    found = frozenset(target for edge in here if role in edge.roles and (target := edge.target or state) is not None)
    if not found:
        raise Forbidden(t("您的角色不能进行此操作"))
    return found


def after(verb: Verb, state: ClaimState | None, role: Role, to: ClaimState | None = None) -> ClaimState:
    """The state the verb leads to; `to` chooses where the table leaves a choice (a first or a second signature)."""
    open_ones = targets(verb, state, role)
    if to is None and len(open_ones) == 1:
        (to,) = open_ones
    if to is None or to not in open_ones:
        raise _not_open(verb, state)
    return to


def _not_open(verb: Verb, state: ClaimState | None) -> WrongState:
    """Where the claim stands, and what can be done with it instead."""
    if state is None:
        return WrongState(t("案件当前状态不允许此操作"))
    instead = dict.fromkeys(edge.verb for edge in TABLE if state in edge.sources and edge.verb not in CONSEQUENCES | {verb})
    told = {"state": STATE_NAMES[state], "verb": VERB_NAMES[verb], "instead": [VERB_NAMES[one] for one in instead]}
    return WrongState(t("案件现在是「{state}」，不能办「{verb}」；可以办的有：{instead}", **told))


@cache
def open_verbs(state: ClaimState, role: Role) -> tuple[Verb, ...]:
    """What this role may do to a claim in this state, in the order of the table."""
    found = (edge.verb for edge in TABLE if state in edge.sources and role in edge.roles and edge.verb not in CONSEQUENCES)
    return tuple(dict.fromkeys(found))


def transitions() -> list[tuple[str, str, str, str]]:
    """The table as rows (verb, from, to, role) for the database guard; a report is no transition."""
    return sorted(
        (edge.verb.value, source.value, (edge.target or source).value, role.value)
        for edge in TABLE
        for source in edge.sources
        if source is not None
        for role in edge.roles
    )


def insert_statement() -> str:
    """The INSERT of the migration that fills `claim_transition`: a row per verb, from, to and role."""
    roles: dict[tuple[str, str, str], list[str]] = {}
    for verb, source, target, role in transitions():
        roles.setdefault((verb, source, target), []).append(role)
    rows = ",\n".join(f"    ('{verb}', '{source}', '{target}', '{' '.join(by)}')" for (verb, source, target), by in roles.items())
    return (
        "INSERT INTO claim_transition (verb, from_state, to_state, role)\n"
        "SELECT verb, from_state, to_state, unnest(string_to_array(roles, ' ')) FROM (VALUES\n"
        f"{rows}\n) AS edge (verb, from_state, to_state, roles);\n"
    )


def document() -> str:
    """`docs/claim-lifecycle.md`: the diagram and the table, drawn from the table itself."""
    moves: dict[tuple[str, str], list[str]] = {}
    for edge in TABLE:
        for source in edge.sources:
            if edge.target is not None:
                moves.setdefault((source or "[*]", edge.target), []).append(edge.verb)
    arrows = "\n".join(f"    {source} --> {target}: {', '.join(dict.fromkeys(verbs))}" for (source, target), verbs in moves.items())
    rows = "\n".join(
        f"| `{edge.verb}` | {', '.join(source or '–' for source in edge.sources)} | {edge.target or 'unchanged'} |"
        f" {', '.join(sorted(edge.roles))} | `{edge.act}` |"
        for edge in TABLE
    )
    return _PAGE.format(arrows=arrows, rows=rows)


_PAGE = """# The way of a claim

Drawn from the verb table of `src/insurance/claims/lifecycle.py` by
`python -m insurance.claims.lifecycle > docs/claim-lifecycle.md`; a test holds page, table and database guard together.
The guard of a route asks for the act; `approval` out of PUBLICITY waits for the end of the window.

```mermaid
stateDiagram-v2
{arrows}
    CLOSED --> [*]
```

| verb | from | to | by | act |
|---|---|---|---|---|
{rows}

- `papers`: the office hands in, then the adjuster confirms and the claim goes back to where it was.
- `agreement`: either side signs first; the other side's signature moves the claim.
- `payout` and `order-cancelled` come with a payout order, `settled` and `unsettled` with a bank match and its undoing,
  `proofs` with the claim form on file; `opening` and `advance-due` come from `insurance tick`;
  `opening-entry` is the one event of a past claim that comes in from a workbook, `opening-correction` a new statement of it.
- `survey` out of OPENED: only where the case opened by itself and no survey is on file.
- An interim payment and a returned payment are facts of a payout, not states of the claim.
"""

if __name__ == "__main__":
    sys.stdout.write(insert_statement() if sys.argv[1:] == ["sql"] else document())
