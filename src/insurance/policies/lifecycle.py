"""The way of a policy: one table of verbs, read by the guard, the buttons and the database guard."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from insurance.base.errors import WrongState
from insurance.base.text import t
from insurance.policies.model import PolicyState

_S = PolicyState
LIVE = frozenset({_S.IN_FORCE, _S.ENDORSED})  # cover stands


class PolicyVerb(StrEnum):
    """What can be done to a policy."""

    PROPOSE = "propose"  # 投保
    BIND = "bind"  # 承保
    OPENING = "opening"  # 期初录入: an old policy taken over, in force elsewhere
    ENDORSE = "endorse"  # 批改
    CANCEL = "cancel"  # 退保: by the policyholder (保险法 54)
    EXPIRE = "expire"  # 期满
    LAPSE = "lapse"  # 失效: never bound in time, or the conditions of the cover ceased before its first day
    REFUND = "refund"  # 退费: premium for a void part of the sum goes back, also after the end of the cover


class Edge(NamedTuple):
    """A verb: the states it may start from (None: there is no policy yet) and where it leads (None: it stays)."""

    sources: tuple[PolicyState | None, ...]
    target: PolicyState | None


EDGES = {
    PolicyVerb.PROPOSE: Edge((None,), _S.PROPOSED),
    PolicyVerb.BIND: Edge((_S.PROPOSED,), _S.IN_FORCE),
    PolicyVerb.OPENING: Edge((None,), _S.IN_FORCE),
    PolicyVerb.ENDORSE: Edge((_S.IN_FORCE, _S.ENDORSED), _S.ENDORSED),
    PolicyVerb.CANCEL: Edge((_S.IN_FORCE, _S.ENDORSED), _S.CANCELLED),
    PolicyVerb.EXPIRE: Edge((_S.IN_FORCE, _S.ENDORSED), _S.EXPIRED),
    PolicyVerb.LAPSE: Edge((_S.PROPOSED, _S.IN_FORCE, _S.ENDORSED), _S.LAPSED),
    PolicyVerb.REFUND: Edge((_S.IN_FORCE, _S.ENDORSED, _S.EXPIRED, _S.CANCELLED), None),
}


def after(verb: PolicyVerb, state: PolicyState | None) -> PolicyState:
    """The state the verb leads to; `WrongState` where it is not open."""
    edge = EDGES[verb]
    if state not in edge.sources:
        raise WrongState(t("保单当前状态不允许此操作"))
    target = edge.target or state
    assert target is not None
    return target


def open_verbs(state: PolicyState) -> tuple[PolicyVerb, ...]:
    """What may be done to a policy in this state."""
    return tuple(verb for verb, edge in EDGES.items() if state in edge.sources)
