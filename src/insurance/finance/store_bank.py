"""Reads and writes of bank statements, their lines, matches, and what was done about lines that pay nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.text import Text, t
from insurance.finance.model import BankLine, Direction, Match, Payout, PayoutState, Side, Statement
from insurance.finance.model_cases import CaseAction, CaseKind, Share


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def statement_of(content_sha256: bytes) -> int | None:
    """The statement this very file became, if it was read before."""
    found = await db.fetchval("SELECT id FROM bank_statement WHERE content_sha256 = $1", content_sha256)
    return None if found is None else int(found)


_STATES = {state.value: state for state in PayoutState}
_STAGED = (
    "ordinal integer, line_key bytea, account_digest bytea, side text, booked_on date, booked_time text, direction text, amount_fen bigint,"
    " balance_fen bigint, counterparty_name text, counterparty_digest bytea, counterparty_tail text, narrative text, reference text,"
    " end_to_end_id text, value_on date, return_code text, transaction_code text"
)
_STAGED_COLUMNS = [part.split()[0] for part in _STAGED.split(", ")]


Staged = tuple[Any, ...]


async def hold_account(digest: bytes) -> None:
    """Keep others from reading a statement of this account until the end of the transaction."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 370402))", digest)


def staged(found: Statement, account_digest: bytes, digests: Sequence[bytes | None]) -> list[Staged]:
    """The lines of a statement as `stage_statement` takes them; `digests` of the other parties' accounts."""
    return [
        (
            n, line.key, account_digest, line.side, line.booked_on, line.booked_time.isoformat() if line.booked_time else None,
            line.direction, line.amount_fen, line.balance_fen, line.counterparty_name, digest, line.counterparty_account[-4:],
            line.narrative, line.reference, line.end_to_end_id, line.value_on, line.return_code, line.transaction_code,
        )
        for n, (line, digest) in enumerate(zip(found.lines, digests, strict=True), 1)
    ]  # fmt: skip


async def stage_statement(
    found: Statement,
    content_sha256: bytes,
    file_name: str,
    account_digest: bytes,
    lines: Sequence[Staged],
    *,
    read_by: int,
    read_at: dt.datetime,
) -> tuple[int, bool]:
    """Store a statement, stage its lines (of `staged`) for `add_lines`; answers its id, and whether any of its lines stands already.

    Raises Invalid (`file`) where a line cannot be told from another that stands.
    """
    statement_id = await db.fetchval(
        "INSERT INTO bank_statement (content_sha256, file_name, account_digest, account_tail, side, line_count, new_line_count,"
        " in_fen, out_fen, opening_fen, closing_fen, from_on, until_on, read_by, read_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        content_sha256, file_name, account_digest, found.account[-4:], found.side.value, len(found.lines), found.in_fen, found.out_fen,
        found.opening_fen, found.closing_fen, found.from_on, found.until_on, read_by, read_at,
    )  # fmt: skip
    await db.stage("staged_line", _STAGED, _STAGED_COLUMNS, lines)
    (known,) = await db.fetch(_sql("lines_stand"))
    if known["clashing"]:
        days = "、".join(sorted({found.lines[ordinal - 1].booked_on.isoformat() for ordinal in known["clashing"]}))
        raise Invalid.field("file", t("{day} 的流水与已导入的另一笔无法区分，请使用带交易流水号的对账单", day=days))
    return int(statement_id), known["stand"] > 0


async def add_lines(statement_id: int, *, stand: bool) -> tuple[list[int], dict[bytes, int]]:
    """Store the staged lines that are new (`stand`: some are not); answers those that stood and say more now, the new ones' ids by key."""
    said_more = [row["id"] for row in await db.fetch(_sql("lines_merge"))] if stand else []
    new = {row["line_key"]: row["id"] for row in await db.fetch(_sql("lines_add"), statement_id, stand)}
    await db.execute("DROP TABLE staged_line")
    await db.execute("UPDATE bank_statement SET new_line_count = $2 WHERE id = $1", statement_id, len(new))
    return said_more, new


def _line(row: Any) -> BankLine:
    """A stored line as the matching rules want it: accounts as hex digests."""
    return BankLine(
        key=row["line_key"], account=row["account_digest"].hex(), side=Side(row["side"]), booked_on=row["booked_on"],
        booked_time=dt.time.fromisoformat(row["booked_time"]) if row["booked_time"] else None, direction=Direction(row["direction"]),
        amount_fen=row["amount_fen"], balance_fen=row["balance_fen"], counterparty_name=row["counterparty_name"],
        counterparty_account=row["counterparty_digest"].hex() if row["counterparty_digest"] else "", narrative=row["narrative"],
        reference=row["reference"], end_to_end_id=row["end_to_end_id"], value_on=row["value_on"], return_code=row["return_code"],
        transaction_code=row["transaction_code"],
    )  # fmt: skip


NEAR = dt.timedelta(days=25)  # five working days of any holiday, and more


class Open(msgspec.Struct, frozen=True):
    """Lines waiting for a match: as the rules want them, with their row ids by key."""

    lines: list[BankLine]
    ids: dict[bytes, int]


async def open_rows(keys: Sequence[bytes] | None = None, limit: int | None = None) -> list[Any]:
    """The rows of lines neither matched nor resolved, those with these keys or all, the oldest first."""
    return await db.fetch(_sql("lines_open"), None if keys is None else list(keys), limit)


async def rows_near(rows: Sequence[Any]) -> list[Any]:
    """The rows of lines that bear on these, whichever files they came in: `waits` says which of them wait too."""
    if not rows:
        return []
    days = [row["booked_on"] for row in rows]
    return await db.fetch(_sql("lines_near"), [row["id"] for row in rows], min(days) - NEAR, max(days) + NEAR)


async def matched_by_rule(payout_ids: Sequence[int], line_ids: Sequence[int]) -> list[Any]:
    """Lines a rule has matched whole with a settled order, of these orders or among these lines, locked."""
    return await db.fetch(_sql("matched_by_rule"), list(payout_ids), list(line_ids))


async def closed_months() -> set[dt.date]:
    """First days of the months that are closed."""
    return {row["month"] for row in await db.fetch("SELECT month FROM month_close WHERE reopened_at IS NULL")}


async def open_lines(keys: Sequence[bytes] | None = None) -> Open:
    """Lines neither matched nor resolved, those with these keys or all, locked: nobody deals with them meanwhile."""
    held = await lock_lines([r["id"] for r in await open_rows(keys)])
    rows = [r for r in held.values() if not (r["matched"] or r["resolved"])]
    return Open([_line(r) for r in rows], {r["line_key"]: r["id"] for r in rows})


async def payouts_concerned(tokens: Sequence[str], accounts: Sequence[tuple[str, int]], awaited_since: dt.date | None = None) -> list[Any]:
    """The rows of payouts that may concern lines with these tokens, or these (payee account digest in hex, amount) pairs, and of those
    still awaited that were ordered since a day.
    """
    # one text each: of an array every element is encoded by itself
    rows = await db.fetch(
        _sql("payouts_concerned"), " ".join(tokens), " ".join(a for a, _ in accounts), [n for _, n in accounts], awaited_since
    )  # fmt: skip
    return list({row["id"]: row for row in rows}.values())


def as_payouts(rows: Sequence[Any]) -> list[Payout]:
    """Rows of `payouts_concerned` as the rules want them."""
    return [
        Payout(
            id=r["id"], token=r["token"], amount_fen=r["amount_fen"], payee_name=r["payee_name"],
            payee_account=r["payee_account_digest"].hex(), ordered_on=r["ordered_on"], state=_STATES[r["state"]],
            matched_accounts=tuple(d.hex() for d in r["matched_accounts"]), covered_fen=r["covered_fen"], file_id=r["file_id"],
            returned_on=r["returned_on"] if r["state"] == PayoutState.RETURNED else None,
            paying_account=r["paying_digest"].hex() if r["paying_digest"] else "",
        )
        for r in rows
    ]  # fmt: skip


async def undone_pairs(keys: Sequence[bytes]) -> set[tuple[bytes, int]]:
    """Pairs a person took apart: they are only suggested again."""
    rows = await db.fetch(
        "SELECT l.line_key, m.payout_id FROM bank_match m JOIN bank_line l ON l.id = m.line_id"
        " WHERE m.undone_at IS NOT NULL AND l.line_key = ANY ($1::bytea[])",
        list(keys),
    )
    return {(r["line_key"], r["payout_id"]) for r in rows}


_FOUND = "line_id bigint, payout_id bigint, booked_on date, amount_fen bigint, rule text, confidence text, reason text"
_FOUND_COLUMNS = [part.split()[0] for part in _FOUND.split(", ")]


async def stage_matches(matches: Sequence[Match], lines: Mapping[bytes, BankLine], ids: Mapping[bytes, int]) -> None:
    """Stage matches of whole lines for `settle`; lines and their row ids by key."""
    told = {id(m.reason): m.reason for m in matches}  # few texts, many matches
    reasons = {key: _packed(reason) for key, reason in told.items()}
    rows = [
        (ids[m.line_key], m.payout_id, line.booked_on, line.amount_fen, m.rule, m.confidence, reasons[id(m.reason)])
        for m in matches
        if (line := lines[m.line_key])
    ]
    await db.stage("found_match", _FOUND, _FOUND_COLUMNS, rows)


async def settle(matches: Sequence[Match], *, made_by: int, made_at: dt.datetime, today: dt.date) -> list[Match]:
    """Store the staged matches, settle their payouts and post their transfers, set-based; answers the matches stored.

    A payout that somebody else settled meanwhile is left out, with its match.
    """
    ids = [m.payout_id for m in matches]
    with db.refusing({"transfer_open_month": t("其中有已结账月份的业务，请先由另一人重开该月")}):
        settled = {r["id"] for r in await db.fetch(_sql("settle"), made_by, min(ids), max(ids), today)}
    if len(settled) < len(matches):
        await db.execute("DELETE FROM found_match WHERE NOT payout_id = ANY ($1::bigint[])", list(settled))
    await db.execute(_sql("matches_add_found"), made_by, made_at)
    await db.execute("DROP TABLE found_match")
    return [m for m in matches if m.payout_id in settled]


async def add_matches(matches: Sequence[Match], ids: dict[bytes, int], *, made_by: int, made_at: dt.datetime) -> None:
    """Matches of whole lines with whole orders, each its own group."""
    await db.execute(
        _sql("matches_add"), [ids[m.line_key] for m in matches], [m.payout_id for m in matches], [m.rule.value for m in matches],
        [m.confidence.value for m in matches], [_packed(m.reason) for m in matches], made_by, made_at,
    )  # fmt: skip


def _packed(reason: Text) -> str:
    return msgspec.json.encode(reason).decode()


def unpacked(reason: str) -> Text:
    """The stored reason of a match."""
    return msgspec.json.decode(reason, type=Text)


async def lock_match(match_id: int) -> list[Any]:
    """The live matches confirmed together with this one, with their payouts, locked; empty when there is none."""
    return await db.fetch(_sql("match_lock"), match_id)


async def lock_payouts(ids: Sequence[int]) -> dict[int, Any]:
    """Payouts, locked, each with what has arrived of it and the day of the last line."""
    # Locked first, read after: a statement that had to wait for its lock still sees what hangs on the row as it was before.
    held = sorted(set(ids))
    await db.execute("SELECT FROM payout WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE", held)
    return {r["id"]: r for r in await db.fetch(_sql("payouts_held"), held)}


async def lock_lines(ids: Sequence[int]) -> dict[int, Any]:
    """Lines, locked, each with whether it is done with."""
    held = sorted(set(ids))
    await db.execute("SELECT FROM bank_line WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE", held)
    return {r["id"]: r for r in await db.fetch(_sql("lines_held"), held)}


async def add_shares(shares: Sequence[Share], rule: str, reason: Text, *, made_by: int, made_at: dt.datetime) -> None:
    """Matches confirmed together, one group."""
    await db.execute(
        _sql("shares_add"), [s.line_id for s in shares], [s.payout_id for s in shares], [s.amount_fen for s in shares],
        [s.fee_fen for s in shares], rule, _packed(reason), made_by, made_at, [s.surplus_fen for s in shares],
    )  # fmt: skip


async def arrived(states: Mapping[int, tuple[PayoutState, dt.date | None]]) -> list[Any]:
    """Move payouts to what the bank has shown of them, with the day when they are settled; answers their rows."""
    return await db.fetch(
        _sql("payouts_arrived"), list(states), [state.value for state, _ in states.values()], [day for _, day in states.values()]
    )  # fmt: skip


async def undo_matches(ids: Sequence[int], *, undone_by: int, undone_at: dt.datetime, reason: str) -> None:
    """Mark them undone; the rows stay."""
    await db.execute(
        "UPDATE bank_match SET undone_by = $2, undone_at = $3, undone_reason = $4 WHERE id = ANY ($1::bigint[])",
        list(ids), undone_by, undone_at, reason,
    )  # fmt: skip


async def add_case(
    line_id: int, kind: CaseKind, action: CaseAction, amount_fen: int, booked_on: dt.date, *, payout_id: int | None,
    pair_line_id: int | None, note: str, made_by: int, made_at: dt.datetime, surplus_fen: int = 0,
) -> int:  # fmt: skip
    """What was done about a line; answers its id."""
    found: int = await db.fetchval(
        "INSERT INTO line_case (line_id, kind, action, payout_id, pair_line_id, amount_fen, note, made_by, made_at, booked_on,"
        " surplus_fen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        line_id, kind.value, action.value, payout_id, pair_line_id, amount_fen, note, made_by, made_at, booked_on, surplus_fen,
    )  # fmt: skip
    return found


async def matches_of(line_id: int) -> list[Any]:
    """The live matches of a line."""
    return await db.fetch("SELECT id FROM bank_match WHERE line_id = $1 AND undone_at IS NULL", line_id)


async def return_of(payout_id: int) -> bool:
    """Whether a line has been registered as the return of an order."""
    query = "SELECT true FROM line_case WHERE payout_id = $1 AND action = 'RETURN' AND undone_at IS NULL LIMIT 1"
    return bool(await db.fetchval(query, payout_id))


async def lock_case(case_id: int) -> Any:
    """A case that stands, locked; None when there is none."""
    return await db.fetchrow("SELECT * FROM line_case WHERE id = $1 AND undone_at IS NULL FOR UPDATE", case_id)


async def account_owner(account_digest: bytes, on: dt.date) -> Any:
    """The row of an approved paying account (`insurer_id` null: the programme's own); None for any other account."""
    return await db.fetchrow(
        "SELECT insurer_id FROM paying_account WHERE account_digest = $1 AND approved_by IS NOT NULL AND from_on <= $2", account_digest, on
    )


async def undo_case(case_id: int, *, undone_by: int, undone_at: dt.datetime, reason: str) -> None:
    """Mark it taken back; the row stays."""
    await db.execute(
        "UPDATE line_case SET undone_by = $2, undone_at = $3, undone_reason = $4 WHERE id = $1", case_id, undone_by, undone_at, reason
    )  # fmt: skip


async def suspended() -> list[Any]:
    """Money in suspense (暂收款), the oldest first: its lines and what was noted."""
    return await db.fetch(_sql("suspended"))


async def programme_accounts() -> set[bytes]:
    """The digests of the programme's own accounts: only their lines move its books."""
    rows = await db.fetch("SELECT account_digest FROM paying_account WHERE insurer_id IS NULL")
    return {row["account_digest"] for row in rows}


async def insurer_holders() -> list[tuple[str, int]]:
    """Names under which insurers pay, their own and those of their accounts, each with the insurer's id."""
    rows = await db.fetch(
        "SELECT name, id FROM insurer UNION SELECT holder_name, insurer_id FROM paying_account WHERE insurer_id IS NOT NULL"
    )  # fmt: skip
    return [(row["name"], row["id"]) for row in rows]


async def insurer_names() -> frozenset[str]:
    """The same names alone."""
    return frozenset(name for name, _ in await insurer_holders())


async def statements(
    *, statement_id: int | None = None, before: int | None = None, limit: int = 50, tail: str | None = None, q: str | None = None,
    waiting: bool = False,
) -> list[Any]:  # fmt: skip
    """Statements, newest first; of an account by its last digits, with a text in the file's or holder's name, with lines that wait."""
    return await db.fetch(_sql("statements"), statement_id, before, limit, None, tail, q, waiting)


async def statement_accounts() -> list[tuple[str, str]]:
    """The accounts statements have come of: last digits and holder."""
    return [(row["account_tail"], row["holder_name"]) for row in await db.fetch(_sql("statement_accounts"))]


async def statements_of(ids: Sequence[int]) -> list[Any]:
    """These statements."""
    return await db.fetch(_sql("statements"), None, None, len(ids), list(ids), None, None, False)


async def statement_lines(statement_id: int) -> list[Any]:
    """The lines in file order, each with its live match."""
    return await db.fetch(_sql("statement_lines"), statement_id)


def waiting(rows: Sequence[Any]) -> list[Any]:
    """Those of `statement_lines` that are neither matched nor resolved."""
    return [row for row in rows if row["match_id"] is None and row["case_id"] is None]


def as_line(row: Any) -> BankLine:
    """A row of a bank line as the rules want it."""
    return _line(row)


def as_lines(rows: Sequence[Any]) -> list[BankLine]:
    """Rows of `statement_lines` as the rules want them."""
    return [_line(r) for r in rows]
