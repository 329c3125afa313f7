"""Reads and writes of premium that moves: how policies and payers stand, movements and their shares, statements of a payer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from insurance.base import db
from insurance.base.money import Fen
from insurance.base.text import t
from insurance.policies.model import Payer
from insurance.policies.model_premium import Due, Share, Standing, Target


def _sql(name: str) -> str:
    return db.statement(__package__, name)


_ALL = 10_000_000


async def positions(
    day: dt.date, *, payer: str | None = None, county: str | None = None, insurer: int | None = None, party: int | None = None,
    ids: Sequence[int] | None = None, town: str | None = None, q: str = "", how: str | None = None,
    after: tuple[Any, ...] | None = None, limit: int | None = None,
) -> list[Any]:  # fmt: skip
    """How policies and payers stand at the end of a day, the oldest due first; `after` is (day, policy, payer) of the row before."""
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" if q else None
    name = "premium_positions" if ids is None else "premium_positions_of"
    return await db.fetch(
        _sql(name), day, payer, county, insurer, party, None if ids is None else list(ids), town, like, how,
        *(after or (None, None, None)), limit or _ALL,
    )  # fmt: skip


def standing(row: Any) -> Standing:
    """A row of `positions` as the rules want it."""
    return Standing(
        policy_id=row["policy_id"], number=row["number"], payer=Payer(row["payer"]), region_path=row["region_path"],
        insurer_id=row["insurer_id"], due_on=row["due_on"] or row["first_on"] or dt.date.max, open_fen=row["open_fen"],
        owed_fen=row["owed_fen"], held_fen=row["held_fen"],
    )  # fmt: skip


async def standings(target: Target, day: dt.date, ids: Sequence[int] | None = None) -> list[Standing]:
    """The policies and payers a line may concern."""
    if ids is None and target.party_id is not None:  # a few policies: each by its index, not the whole book
        ids = [row["id"] for row in await db.fetch("SELECT id FROM policy WHERE insured_party_id = $1", target.party_id)]
    rows = await positions(
        day, payer=target.payer, county=target.county_code, insurer=target.insurer_id, party=target.party_id, ids=ids
    )  # fmt: skip
    return [standing(row) for row in rows]


async def hold_policies(ids: Sequence[int]) -> None:
    """Nobody else moves premium of these policies, or endorses them, until the end of the transaction."""
    await db.execute("SELECT FROM policy WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", sorted(set(ids)))


async def arrears(day: dt.date, *, payer: str | None = None, county: str | None = None, insurer: int | None = None) -> list[Any]:
    """What each payer owes, by county and insurer, with its age."""
    return await db.fetch(_sql("premium_arrears"), day, payer, county, insurer)


async def statement(
    before: dt.date, until: dt.date, payer: str, *, county: str | None, insurer: int | None, party: int | None
) -> list[Any]:  # fmt: skip
    """A payer's account, policy by policy: how it stood at the end of the day before, what moved, how it stands."""
    return await db.fetch(_sql("premium_statement"), before, until, payer, county, insurer, party)


async def dues(policy_id: int, day: dt.date) -> list[Due]:
    """The dues of a policy booked by a day, oldest first of each payer."""
    rows = await db.fetch(_sql("premium_dues"), policy_id, day)
    return [Due(Payer(row["payer"]), row["booked_on"], row["amount_fen"]) for row in rows]


async def paid(policy_id: int, day: dt.date) -> dict[Payer, Fen]:
    """What had come in of a policy by a day, by payer, as it is known now."""
    return {Payer(row["payer"]): row["fen"] for row in await db.fetch(_sql("premium_paid"), policy_id, day)}


async def add_move(
    line: Any, case_id: int, target: Target, shares: Sequence[Share], surplus_fen: Fen, *, by: int, at: dt.datetime
) -> int:  # fmt: skip
    """Write a movement with its shares; answers its id. Refused where another took what was due meanwhile: the database decides."""
    move_id: int = await db.fetchval(
        _sql("premium_move_add"), line["id"], case_id, target.kind.value, target.payer, target.county_code, target.party_id,
        target.insurer_id, target.direct, line["amount_fen"], surplus_fen, line["booked_on"], by, at,
    )  # fmt: skip
    with db.refusing({"premium_within_dues": t("应收的保费刚有变动，请刷新后再确认")}):
        await db.execute(
            _sql("premium_shares_out"), move_id, target.kind.value, target.direct, line["booked_on"], [s.policy_id for s in shares],
            [s.payer.value for s in shares], [s.amount_fen for s in shares],
        )  # fmt: skip
    return move_id


async def undo_move(case_id: int, reason: str, *, by: int, at: dt.datetime, on: dt.date) -> int | None:
    """Take a movement back by the case of its line; answers its id, None where there is none. Refused where later ones rest on it."""
    row = await db.fetchrow(_sql("premium_move_undo"), case_id, by, at, reason)
    if row is None:
        return None
    with db.refusing({"premium_within_dues": t("这笔保费已转付或已退还，请先撤销后面的办理")}):
        await db.execute("UPDATE premium_move_share SET undone_on = $2 WHERE move_id = $1", row["id"], on)
    return int(row["id"])


async def moves(
    *, move_id: int | None = None, before: int | None = None, limit: int = 50, line_id: int | None = None
) -> list[Any]:  # fmt: skip
    """Movements, newest first."""
    return await db.fetch(_sql("premium_moves"), move_id, before, limit, line_id)


async def shares(move_id: int) -> list[Any]:
    """The shares of a movement, by policy."""
    return await db.fetch(_sql("premium_move_shares"), move_id)


async def parties(name_keys: Sequence[str]) -> list[Any]:
    """Insured parties of policies by their names."""
    return await db.fetch(_sql("premium_parties"), list(name_keys))


async def open_parties(day: dt.date) -> list[tuple[int, str]]:
    """Insured parties with premium that is open either way, by name."""
    return [(row["id"], row["name"]) for row in await db.fetch(_sql("premium_parties_open"), day)]


async def party_name(party_id: int) -> str | None:
    """The name of a party of the scope, None where there is none."""
    name: str | None = await db.fetchval("SELECT name FROM party WHERE id = $1", party_id)
    return name
