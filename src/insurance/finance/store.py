"""Reads and writes of transfers, payouts, statements, lines and matches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from insurance.base import db
from insurance.base.text import Text
from insurance.finance.model import BankLine, Direction, Event, Match, Payout, PayoutState, Side, Statement, Transfer


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def post_transfers(
    transfers: Iterable[Transfer], *, subject: str, region_path: str, insurer_id: int | None, booked_on: dt.date, made_by: int | None
) -> None:
    """Write an act's transfers on one subject ('policy:12', 'claim:7', 'payout:3'); POST and VOID end its pending one."""
    rows = list(transfers)
    if rows:
        await db.execute(
            _sql("post_transfers"), [r.kind.value for r in rows], [r.event.value for r in rows], [r.debit for r in rows],
            [r.credit for r in rows], [r.amount_fen for r in rows], booked_on, subject, region_path, insurer_id, made_by or None,
        )  # fmt: skip


async def post_many(entries: Sequence[tuple[str, str, int, Transfer]], *, booked_on: dt.date, made_by: int | None) -> None:
    """Write posted transfers of many subjects at once: (subject, region path, insurer id, transfer)."""
    columns = "(kind, event, debit, credit, amount_fen, subject, region_path, insurer_id, booked_on, made_by)"
    await db.execute(
        f"INSERT INTO transfer {columns} SELECT n.*, $9, $10 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],"  # noqa: S608  # fixed names
        " $5::bigint[], $6::text[], $7::text[], $8::bigint[]) AS n",
        [x.kind.value for *_, x in entries], [x.event.value for *_, x in entries], [x.debit for *_, x in entries],
        [x.credit for *_, x in entries], [x.amount_fen for *_, x in entries], [e[0] for e in entries], [e[1] for e in entries],
        [e[2] for e in entries], booked_on, made_by or None,
    )  # fmt: skip


async def next_payout_number() -> int:
    """The next of the sequence (gaps allowed)."""
    return int(await db.fetchval("SELECT nextval('payout_number')"))


async def add_payout(*columns: Any) -> int:
    """Insert an order (columns in the order of `sql/payout_add.sql`); answers its id."""
    return int(await db.fetchval(_sql("payout_add"), *columns))


async def lock_payout(payout_id: int) -> Any:
    """The row, locked; None outside the scope."""
    return await db.fetchrow(_sql("payout_lock"), payout_id)


async def move_payout(payout_id: int, state: PayoutState, **columns: Any) -> None:
    """Set the state and further columns, one version up."""
    names = list(columns)
    places = "".join(f", {name} = ${i}" for i, name in enumerate(names, 3))
    await db.execute(
        f"UPDATE payout SET state = $2, version = version + 1{places} WHERE id = $1",  # noqa: S608  # column names are ours
        payout_id, state.value, *[columns[n] for n in names],
    )  # fmt: skip


async def payouts(
    *, state: str | None = None, insurer: int | None = None, county: str | None = None, q: str | None = None,
    before: int | None = None, limit: int = 50, payout_id: int | None = None,
) -> list[Any]:  # fmt: skip
    """Payouts of the scope, newest first."""
    return await db.fetch(_sql("payouts"), state, insurer, county, q, before, limit, payout_id)


async def statement_of(content_sha256: bytes) -> int | None:
    """The statement this very file became, if it was read before."""
    found = await db.fetchval("SELECT id FROM bank_statement WHERE content_sha256 = $1", content_sha256)
    return None if found is None else int(found)


_STAGED = (
    "ordinal integer, line_key bytea, account_digest bytea, side text, booked_on date, booked_time text, direction text, amount_fen bigint,"
    " balance_fen bigint, counterparty_name text, counterparty_digest bytea, counterparty_tail text, narrative text, reference text"
)
_STAGED_COLUMNS = [part.split()[0] for part in _STAGED.split(", ")]


async def add_statement(
    found: Statement,
    content_sha256: bytes,
    file_name: str,
    account_digest: bytes,
    digests: Sequence[bytes | None],
    *,
    read_by: int,
    read_at: dt.datetime,
) -> int:
    """Store a statement and its new lines; answers its id. Lines that stand already are left as they are."""
    statement_id = await db.fetchval(
        "INSERT INTO bank_statement (content_sha256, file_name, account_digest, account_tail, side, line_count, new_line_count,"
        " in_fen, out_fen, opening_fen, closing_fen, from_on, until_on, read_by, read_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        content_sha256, file_name, account_digest, found.account[-4:], found.side.value, len(found.lines), found.in_fen, found.out_fen,
        found.opening_fen, found.closing_fen, found.from_on, found.until_on, read_by, read_at,
    )  # fmt: skip
    rows = [
        (
            n, line.key, account_digest, line.side.value, line.booked_on, line.booked_time.isoformat() if line.booked_time else None,
            line.direction.value, line.amount_fen, line.balance_fen, line.counterparty_name, digest, line.counterparty_account[-4:],
            line.narrative, line.reference,
        )
        for n, (line, digest) in enumerate(zip(found.lines, digests, strict=True), 1)
    ]  # fmt: skip
    await db.stage("staged_line", _STAGED, _STAGED_COLUMNS, rows)
    tag = await db.execute(_sql("lines_add"), statement_id)
    await db.execute("DROP TABLE staged_line")
    await db.execute("UPDATE bank_statement SET new_line_count = $2 WHERE id = $1", statement_id, int(tag.rsplit(" ", 1)[1]))
    return int(statement_id)


def _line(row: Any) -> BankLine:
    """A stored line as the matching rules want it: accounts as hex digests."""
    return BankLine(
        key=row["line_key"], account=row["account_digest"].hex(), side=Side(row["side"]), booked_on=row["booked_on"],
        booked_time=dt.time.fromisoformat(row["booked_time"]) if row["booked_time"] else None, direction=Direction(row["direction"]),
        amount_fen=row["amount_fen"], balance_fen=row["balance_fen"], counterparty_name=row["counterparty_name"],
        counterparty_account=row["counterparty_digest"].hex() if row["counterparty_digest"] else "", narrative=row["narrative"],
        reference=row["reference"],
    )  # fmt: skip


class Open(msgspec.Struct, frozen=True):
    """Lines waiting for a match: as the rules want them, with their row ids by key."""

    lines: list[BankLine]
    ids: dict[bytes, int]


async def open_lines(statement_id: int | None) -> Open:
    """Lines without a match, of one statement or of all."""
    rows = await db.fetch(_sql("lines_open"), statement_id)
    return Open([_line(r) for r in rows], {r["line_key"]: r["id"] for r in rows})


async def payouts_concerned(tokens: Sequence[str], accounts: Sequence[tuple[bytes, int]]) -> tuple[list[Payout], dict[int, Any]]:
    """Payouts that may concern lines with these tokens, or these (payee account digest, amount) pairs; and their rows by id."""
    rows = await db.fetch(_sql("payouts_concerned"), list(tokens), [a for a, _ in accounts], [n for _, n in accounts])
    found = [
        Payout(
            id=r["id"], token=r["token"], amount_fen=r["amount_fen"], payee_name=r["payee_name"],
            payee_account=r["payee_account_digest"].hex(), ordered_on=r["ordered_on"], state=PayoutState(r["state"]),
            matched_accounts=tuple(d.hex() for d in r["matched_accounts"]),
        )
        for r in rows
    ]  # fmt: skip
    return found, {r["id"]: r for r in rows}


async def undone_pairs(keys: Sequence[bytes]) -> set[tuple[bytes, int]]:
    """Pairs a person took apart: they are only suggested again."""
    rows = await db.fetch(
        "SELECT l.line_key, m.payout_id FROM bank_match m JOIN bank_line l ON l.id = m.line_id"
        " WHERE m.undone_at IS NOT NULL AND l.line_key = ANY ($1::bytea[])",
        list(keys),
    )
    return {(r["line_key"], r["payout_id"]) for r in rows}


async def settle(
    matches: Sequence[Match], ids: dict[bytes, int], days: dict[bytes, dt.date], *, made_by: int, made_at: dt.datetime
) -> list[Any]:
    """Store matches, settle their payouts and post their transfers, set-based; answers the settled payouts' rows.

    A payout that somebody else settled meanwhile is left out, with its match.
    """
    settled = await db.fetch(_sql("settle"), [m.payout_id for m in matches], [days[m.line_key] for m in matches])
    done = {r["id"] for r in settled}
    kept = [m for m in matches if m.payout_id in done]
    await db.fetch(
        _sql("matches_add"), [ids[m.line_key] for m in kept], [m.payout_id for m in kept], [m.rule.value for m in kept],
        [m.confidence.value for m in kept], [_packed(m.reason) for m in kept], made_by, made_at,
    )  # fmt: skip
    await db.execute(_sql("transfers_settled"), [m.payout_id for m in kept], [days[m.line_key] for m in kept], made_by)
    return settled


def _packed(reason: Text) -> str:
    return msgspec.json.encode(reason).decode()


def unpacked(reason: str) -> Text:
    """The stored reason of a match."""
    return msgspec.json.decode(reason, type=Text)


async def lock_match(match_id: int) -> Any:
    """A match with its payout, locked; None when there is none."""
    return await db.fetchrow(_sql("match_lock"), match_id)


async def undo_match(match_id: int, *, undone_by: int, undone_at: dt.datetime, reason: str) -> None:
    """Mark it undone; the row stays."""
    await db.execute(
        "UPDATE bank_match SET undone_by = $2, undone_at = $3, undone_reason = $4 WHERE id = $1", match_id, undone_by, undone_at, reason
    )


async def statements(*, statement_id: int | None = None, before: int | None = None, limit: int = 50) -> list[Any]:
    """Statements, newest first."""
    return await db.fetch(_sql("statements"), statement_id, before, limit)


async def statement_lines(statement_id: int) -> list[Any]:
    """The lines in file order, each with its live match."""
    return await db.fetch(_sql("statement_lines"), statement_id)


async def line(line_id: int) -> tuple[BankLine, dict[bytes, int]] | None:
    """One line as the rules want it, with its id by key."""
    row = await db.fetchrow("SELECT * FROM bank_line WHERE id = $1 FOR UPDATE", line_id)
    return None if row is None else (_line(row), {row["line_key"]: row["id"]})


def as_lines(rows: Sequence[Any]) -> list[BankLine]:
    """Rows of `statement_lines` as the rules want them."""
    return [_line(r) for r in rows]


async def trial_balance(on: dt.date, recorded_by: dt.datetime | None = None) -> list[Any]:
    """Every account's debit and credit turnover up to and with the day, as far as it was recorded by the instant."""
    return await db.fetch(_sql("trial_balance"), on, recorded_by)


async def opening_transfers() -> list[Transfer]:
    """The opening entries that stand, the books held until the end of the transaction: those not reversed."""
    await db.execute("SELECT pg_advisory_xact_lock(370401)")
    rows = await db.fetch(_sql("opening_transfers"))
    return [Transfer(Event.OPENING, r["debit"], r["credit"], r["amount_fen"]) for r in rows]
