"""Premium that moves: a bank line becomes premium received, passed on, given back or paid back, on one click; taken back on another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from insurance.access import scopes
from insurance.access import store as access_store
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import FieldFault, Invalid, NotFound, Refused
from insurance.base.money import Fen, yuan
from insurance.base.text import Text, render, t
from insurance.finance import actions_cases, actions_steps
from insurance.finance import store_bank as bank
from insurance.finance.model import Direction, Event
from insurance.finance.model_cases import CaseAction, CaseKind
from insurance.finance.rules import postings
from insurance.finance.store import Entry
from insurance.finance.views import Offer
from insurance.policies import rules_premium as rules
from insurance.policies import store_premium as store
from insurance.policies.actions_underwriting import insurer_of
from insurance.policies.model import Payer
from insurance.policies.model_premium import OF_A_PAYER, Allocation, MoveEntry, MoveKind, Target
from insurance.policies.names import PAYER_NAMES
from insurance.policies.views_premium import Look, MoveView, move_view, share_view
from insurance.projects.parties import name_key

_ACTION = CaseAction.PREMIUM
A_PAGE = 50
_OF_DIRECTION = {
    Direction.IN: (MoveKind.RECEIVED, MoveKind.INSURER_REFUND),
    Direction.OUT: (MoveKind.PASSED_ON, MoveKind.PAID_BACK),
}
KIND_NAMES: dict[MoveKind, Text] = {
    MoveKind.RECEIVED: t("收到保费"), MoveKind.PASSED_ON: t("保费付保险公司"), MoveKind.INSURER_REFUND: t("保险公司退来保费"),
    MoveKind.PAID_BACK: t("退还保费"),
}  # fmt: skip


# -- what a line would be ------------------------------------------------------------------------------------------------


class Known(NamedTuple):
    """The places and insurers of the programme, by which lines and texts name payers."""

    city: str
    counties: dict[str, str]  # names by code
    insurers: dict[int, tuple[str, str]]  # code and name by id
    names: dict[str, int]  # insurers by the keys of the names they pay under


async def known(actor: Actor) -> Known:
    """Read once for an act; runs inside its transaction."""
    insurers = {row["id"]: (row["code"], row["name"]) for row in await access_store.insurers()}
    names = {name_key(name): insurer_id for name, insurer_id in await bank.insurer_holders()}
    return Known(scopes.region_name(actor.region_path.split("/")[0] + "/"), scopes.counties(), insurers, names)


async def _names(rows: Sequence[Any]) -> dict[str, list[int]]:
    """Insured parties by the keys of the names the lines print."""
    keys = sorted({name_key(row["counterparty_name"]) for row in rows if row["counterparty_name"]})
    found: dict[str, list[int]] = {}
    for row in await store.parties(keys) if keys else ():
        found.setdefault(row["name_key"], []).append(row["id"])
    return found


async def targets(rows: Sequence[Any], places: Known, actor: Actor) -> dict[int, Target]:
    """What each line would be by the name it prints, those that say nothing left out; runs inside the reader's transaction."""
    parties = await _names(rows)
    owners: dict[bytes, tuple[bool, int | None]] = {}
    found = {}
    for row in rows:
        digest = row["account_digest"]
        if digest not in owners:
            account = await bank.account_owner(digest, actor.on)
            owners[digest] = (account is not None, None if account is None else account["insurer_id"])
        registered, owner = owners[digest]
        name = row["counterparty_name"]
        if registered and name:
            treasury = rules.treasury_of(name, places.city, places.counties)
            target = rules.target_of(name, Direction(row["direction"]), owner, treasury, places.names, parties)
            if target is not None:
                found[row["id"]] = target
    return found


async def offers(rows: Sequence[Any], actor: Actor) -> Mapping[int, Offer]:
    """What finance may confirm in one click about lines that wait: whose premium, of how many policies, what is left over."""
    if not rows:
        return {}
    places = await known(actor)
    seen = await targets(rows, places, actor)
    dues = {target: await store.standings(target, actor.on) for target in dict.fromkeys(seen.values())}
    found = {}
    for row in rows:
        href = f"/premiums/lines/{row['id']}"
        target = seen.get(row["id"])
        allocated = target and rules.allocate(row["amount_fen"], dues[target], target.kind, direct=target.direct)
        if target is None or not allocated or not allocated.shares or not fits(target.kind, allocated.surplus_fen):
            found[row["id"]] = Offer(_ACTION, "", href, "", {}, sure=False)
            continue
        said = render(words(target, allocated, places), actor.language)
        sure = target.payer is not Payer.INSURED and target.kind is not MoveKind.INSURER_REFUND
        fields = {name: str(value) for name, value in told(target, places).items() if value is not None}
        fields |= {"line_id": str(row["id"]), "expected_fen": str(allocated.shared_fen), "statement_id": str(row["statement_id"])}
        found[row["id"]] = Offer(_ACTION, said, href, "/premiums/moves", fields, sure or allocated.surplus_fen == 0)
    return found


def told(target: Target, places: Known) -> dict[str, str | None]:
    """A target as a form sends it back; the insurer of its own account is known from the line."""
    insurer = None if target.direct or target.insurer_id is None else places.insurers[target.insurer_id][0]
    party = None if target.party_id is None else str(target.party_id)
    return {"kind": target.kind, "payer": target.payer, "county_code": target.county_code, "party_id": party, "insurer": insurer}


def words(target: Target, allocated: Allocation, places: Known) -> Text:
    """What would be booked, with what is left over said before it is confirmed."""
    count, shared = len({share.policy_id for share in allocated.shares}), yuan(allocated.shared_fen)
    said = {"what": KIND_NAMES[target.kind], "who": whose(target, places), "n": count, "amount": shared}
    rest = yuan(allocated.surplus_fen)
    if not allocated.surplus_fen:
        return t("{what}：{who}，{n} 份保单共 {amount} 元，最早到期的在前", **said)
    if target.direct:
        return t("{what}：{who}，{n} 份保单共 {amount} 元，最早到期的在前；余 {rest} 元不属于应收保费", **said, rest=rest)
    return t("{what}：{who}，{n} 份保单共 {amount} 元，最早到期的在前；余 {rest} 元挂暂收款", **said, rest=rest)


def whose(target: Target, places: Known) -> Text | str:
    """The payer or insurer of a line, in words."""
    if target.payer is None:
        return places.insurers[target.insurer_id or 0][1]
    if target.payer is Payer.COUNTY:
        return t("{county}财政", county=places.counties.get(target.county_code or "", ""))
    return PAYER_NAMES[target.payer]


def fits(kind: MoveKind, surplus_fen: Fen) -> bool:
    """Whether so much may be left over: of money that came in, never of money that went out."""
    return not surplus_fen or kind in _OF_DIRECTION[Direction.IN]


def kinds_of(line: Any) -> tuple[MoveKind, ...]:
    """What a line may be, by its direction."""
    return _OF_DIRECTION[Direction(line["direction"])]


async def parties(*, actor: Actor) -> list[tuple[int, str]]:
    """Insured parties with premium that is open either way, by name."""
    async with db.transaction(actor.scope):
        return await store.open_parties(actor.on)


# -- a clerk says what it is -----------------------------------------------------------------------------------------------


async def _target(given: MoveEntry, line: Any, actor: Actor) -> Target:
    """What the clerk says, held against the line and its account. Raises Invalid by field."""
    if given.kind not in _OF_DIRECTION[Direction(line["direction"])]:
        raise Invalid.field("kind", t("收付方向不符，不能这样处理"))
    account = await bank.account_owner(line["account_digest"], actor.on)
    if account is None:
        raise Refused(t("这份对账单的账户还没有登记并核定，不能记保费"))
    owner = account["insurer_id"]
    of_payer, faults = given.kind in OF_A_PAYER, []
    insurer_id = await insurer_of(given.insurer)
    if owner is not None and not of_payer:
        raise Invalid.field("kind", t("保险公司账户上的流水只能记收到或退还的保费"))
    if owner is not None and insurer_id not in (None, owner):
        faults.append(FieldFault("insurer", t("这是另一家保险公司账户上的流水")))
    if not of_payer and insurer_id is None:
        faults.append(FieldFault("insurer", t("请选择保险公司")))
    if of_payer == (given.payer is None):
        faults.append(FieldFault("payer", t("请选择付款方") if of_payer else t("付保险公司或其退来的不填付款方")))
    if (given.payer is Payer.INSURED) == (given.party_id is None):
        faults.append(FieldFault("party_id", t("请指定被保险人") if given.party_id is None else t("只有被保险人才填这一项")))
    if given.payer is Payer.COUNTY and given.county_code is None:
        faults.append(FieldFault("county_code", t("请选择区（市）")))
    if given.county_code is not None and given.county_code not in scopes.counties():
        faults.append(FieldFault("county_code", t("没有这个区（市）")))
    if given.party_id is not None and await store.party_name(given.party_id) is None:
        faults.append(FieldFault("party_id", t("没有这个被保险人")))
    if faults:
        raise Invalid(t("有字段填写不正确"), faults)
    return Target(given.kind, given.payer, given.county_code, given.party_id, owner if owner is not None else insurer_id, owner is not None)


async def look(given: MoveEntry, *, actor: Actor) -> Look:
    """What would be booked, nothing written. Raises what `move` raises but for what others do meanwhile."""
    async with db.transaction(actor.scope):
        line = await actions_steps.hold_line(given.line_id)
        target = await _target(given, line, actor)
        allocated = await _allocated(line, target, actor)
        said = render(words(target, allocated, await known(actor)), actor.language)
        return Look(said, allocated.shared_fen, allocated.surplus_fen, [share_view(share) for share in allocated.shares])


async def _allocated(line: Any, target: Target, actor: Actor) -> Allocation:
    """The line shared out as the dues stand now. Refused where nothing is due, or money that went out is more than may go."""
    dues = await store.standings(target, actor.on)
    allocated = rules.allocate(line["amount_fen"], dues, target.kind, direct=target.direct)
    who = whose(target, await known(actor))
    if not allocated.shares:
        raise Refused(t("没有可以对应的保费：{who}", who=who))
    if not fits(target.kind, allocated.surplus_fen):
        raise Refused(t("付出的比可付的多：{who}最多可付 {most} 元", who=who, most=yuan(allocated.shared_fen)))
    return allocated


async def move(given: MoveEntry, *, actor: Actor) -> MoveView:
    """A line is premium: shared out among dues, oldest first; what is left over is in suspense. The line is dealt with.

    Raises NotFound, Invalid by field, Refused (dealt with already, nothing due, the dues changed since they were shown).
    """
    async with db.transaction(actor.scope):
        line = await actions_steps.hold_line(given.line_id)
        target = await _target(given, line, actor)
        first = await _allocated(line, target, actor)
        ids = sorted({share.policy_id for share in first.shares})
        await store.hold_policies(ids)
        anew = rules.allocate(line["amount_fen"], await store.standings(target, actor.on, ids), target.kind, direct=target.direct)
        if anew != first or given.expected_fen not in (None, anew.shared_fen):
            raise Refused(t("应收的保费刚有变动，请刷新后再确认"))
        surplus = 0 if target.direct else anew.surplus_fen
        case_id = await actions_steps.deal_with(
            line, CaseKind.PREMIUM, _ACTION, _entries(line, target, anew, actor), surplus_fen=surplus, actor=actor,
            note=_note(given, words(target, anew, await known(actor))), what=target.kind, policies=len(ids), payer=target.payer,
        )  # fmt: skip
        move_id = await store.add_move(line, case_id, target, anew.shares, anew.surplus_fen, by=actor.user_id, at=actor.at)
        return await one(move_id, actor=actor)


def _note(given: MoveEntry, said: Text) -> str:
    return " ".join(part for part in (render(said, "zh"), given.note.strip()) if part)


def _entries(line: Any, target: Target, allocated: Allocation, actor: Actor) -> list[Entry]:
    """The books of a line: each policy's entries on a subject of their own, what is left over on the line's."""
    day = line["booked_on"]
    found = [
        Entry(one, subject_of(line["id"], share.policy_id), share.region_path, share.insurer_id, day)
        for share in allocated.shares
        for one in rules.entries(share, target.kind, direct=target.direct)
    ]
    if allocated.surplus_fen and not target.direct:
        rest = postings(Event.SUSPENDED, allocated.surplus_fen)
        found += [Entry(one, f"line:{line['id']}", actor.region_path, None, day) for one in rest]
    return found


def subject_of(line_id: int, policy_id: int) -> str:
    """The subject of a policy's entries by a line."""
    return f"line:{line_id}/policy:{policy_id}"


# -- taken back, and read -----------------------------------------------------------------------------------------------------


async def _taken_back(case_id: int, reason: str, on: dt.date, actor: Actor) -> Sequence[str]:
    """The movement of a case is undone with it; answers the subjects of its entries."""
    move_id = await store.undo_move(case_id, reason, by=actor.user_id, at=actor.at, on=on)
    if move_id is None:
        return ()
    row = (await store.moves(move_id=move_id))[0]
    return list(dict.fromkeys(subject_of(row["line_id"], share["policy_id"]) for share in await store.shares(move_id)))


async def undo(move_id: int, reason: str, *, actor: Actor) -> MoveView:
    """Take a movement back: the line waits again, the books are reversed. Raises NotFound, Refused where later ones rest on it."""
    async with db.transaction(actor.scope):
        rows = await store.moves(move_id=move_id)
        if not rows or rows[0]["undone_at"] is not None:
            raise NotFound(t("没有这笔保费，或已经撤销"))
        await actions_cases.take_back(rows[0]["case_id"], reason, actor=actor)
        return await one(move_id, actor=actor)


async def one(move_id: int, *, actor: Actor) -> MoveView:
    """A movement with its shares."""
    async with db.transaction(actor.scope):
        rows = await store.moves(move_id=move_id)
        if not rows:
            raise NotFound(t("没有这笔保费，或已经撤销"))
        return move_view(rows[0], await store.shares(move_id))


async def moves(*, actor: Actor, before: int | None = None, limit: int = A_PAGE) -> list[MoveView]:
    """Movements without their shares, newest first."""
    async with db.transaction(actor.scope):
        return [move_view(row, ()) for row in await store.moves(before=before, limit=limit)]


actions_steps.register(_ACTION, actions_steps.Step(offers, _taken_back))
