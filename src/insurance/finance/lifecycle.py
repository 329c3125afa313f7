"""The way of a payout order: one table of verbs, read by the guard, the buttons and the database guard."""

from __future__ import annotations

from typing import NamedTuple

from insurance.access.model import Role
from insurance.base.errors import WrongState
from insurance.base.text import t
from insurance.finance.model import PayoutState, PayoutVerb

_S = PayoutState


class Edge(NamedTuple):
    """A verb: the states it may start from (None: there is no order yet), where it leads, and who may do it."""

    sources: tuple[PayoutState | None, ...]
    target: PayoutState
    roles: tuple[Role, ...]


_FINANCE = (Role.MAKER, Role.CHECKER)

# The person who releases is never the one who ordered: the action and the table's check see to that.
EDGES = {
    PayoutVerb.ORDER: Edge((None,), _S.ORDERED, (Role.MAKER,)),
    PayoutVerb.RELEASE: Edge((_S.ORDERED,), _S.RELEASED, (Role.CHECKER,)),
    PayoutVerb.CANCEL: Edge((_S.ORDERED,), _S.CANCELLED, _FINANCE),
    PayoutVerb.SETTLE: Edge((_S.RELEASED, _S.PARTIAL), _S.SETTLED, _FINANCE),
    PayoutVerb.SETTLE_PART: Edge((_S.RELEASED, _S.PARTIAL), _S.PARTIAL, _FINANCE),
    PayoutVerb.UNDO: Edge((_S.SETTLED, _S.PARTIAL), _S.RELEASED, _FINANCE),
    PayoutVerb.UNDO_PART: Edge((_S.SETTLED, _S.PARTIAL), _S.PARTIAL, _FINANCE),
    PayoutVerb.RETURN: Edge((_S.RELEASED, _S.SETTLED), _S.RETURNED, _FINANCE),
}


def after(verb: PayoutVerb, state: PayoutState | None) -> PayoutState:
    """The state the verb leads to; `WrongState` where it is not open."""
    edge = EDGES[verb]
    if state not in edge.sources:
        raise WrongState(t("付款指令当前状态不允许此操作"))
    return edge.target


def open_verbs(state: PayoutState, role: str) -> tuple[PayoutVerb, ...]:
    """What this role may do to an order in this state."""
    return tuple(verb for verb, edge in EDGES.items() if state in edge.sources and role in edge.roles)


def transitions() -> list[tuple[str, str, str, str]]:
    """The table as rows (verb, from, to, role) for the database guard; the making of an order is no transition."""
    return sorted(
        (verb.value, source.value, edge.target.value, role.value)
        for verb, edge in EDGES.items()
        for source in edge.sources
        if source is not None
        for role in edge.roles
    )
