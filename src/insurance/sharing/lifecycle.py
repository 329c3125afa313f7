"""The way of a distribution: one table of verbs, read by the actions, the buttons and (as states) the database guard."""

from __future__ import annotations

from typing import NamedTuple

from insurance.base.errors import WrongState
from insurance.base.text import Text, t
from insurance.sharing.model import STATE_NAMES, SharingState, SharingVerb

_S, _V = SharingState, SharingVerb


class Edge(NamedTuple):
    """A verb: from which state to which, the act of `MAY` it takes, and what it is called."""

    source: SharingState
    target: SharingState
    act: str
    name: Text


EDGES: dict[SharingVerb, Edge] = {
    _V.RECALCULATE: Edge(_S.DRAFT, _S.DRAFT, "sharing.write", t("重新计算")),
    _V.PUBLISH: Edge(_S.DRAFT, _S.PUBLISHED, "sharing.write", t("公示")),
    _V.CANCEL: Edge(_S.DRAFT, _S.CANCELLED, "sharing.write", t("作废")),
    _V.OBJECT: Edge(_S.PUBLISHED, _S.DRAFT, "sharing.write", t("异议")),
    _V.CONFIRM: Edge(_S.PUBLISHED, _S.CONFIRMED, "sharing.confirm", t("确认")),
    _V.LIST: Edge(_S.CONFIRMED, _S.CONFIRMED, "sharing.pay-list", t("生成付款名单")),
    _V.PAY: Edge(_S.CONFIRMED, _S.CONFIRMED, "sharing.use", t("登记付款")),
    _V.VOID_LIST: Edge(_S.CONFIRMED, _S.CONFIRMED, "sharing.pay-list", t("作废付款名单")),
    _V.USE: Edge(_S.CONFIRMED, _S.CONFIRMED, "sharing.use", t("登记用途")),
    _V.TAKE_BACK: Edge(_S.CONFIRMED, _S.CONFIRMED, "sharing.use", t("登记退回")),
}


def after(verb: SharingVerb, state: SharingState) -> SharingState:
    """The state the verb leads to. Raises WrongState where it is not open."""
    edge = EDGES[verb]
    if state is not edge.source:
        raise WrongState(t("分配处于“{state}”，不能{verb}", state=STATE_NAMES[state], verb=edge.name))
    return edge.target


def moves() -> set[tuple[str, str]]:
    """From which state to which anything leads: the database guard says the same."""
    return {(edge.source.value, edge.target.value) for edge in EDGES.values()}
