"""W7: bank lines taken in and matched with as many orders, stored, booked and audited; against a dictionary join and COPY in."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import msgspec

from insurance.access.keys import keys
from insurance.base import db
from insurance.bench import ground, population
from insurance.bench.ground import CITY, Ground
from insurance.bench.memory import watched
from insurance.bench.report import Line, middle, spread
from insurance.finance import actions_matching, rules
from insurance.finance.model import BankLine, Direction, Side, Statement
from insurance.migrations.run import APPLICATION
from insurance.serve import spare_the_collector

A_FILE = 100_000  # lines of one statement: what one file may hold
ROUNDS = {10_000: 3, 100_000: 5, 1_000_000: 1}
GOAL, GROWTH = 3.0, 1.2
_FIRST, _A_DAY, _LONGEST = dt.date(2019, 8, 1), 50_000, 21  # so many tokens on each of so many days
_ACCOUNT = "6222021603000000001"


class Order(msgspec.Struct, frozen=True):
    """A payout as the limit knows it, and as the population writes it."""

    id: int
    token: str
    amount_fen: int
    ordered_on: dt.date
    account: str
    name: str


def orders(count: int) -> Iterator[Order]:
    """So many orders, each of a payee of its own."""
    for n in range(count):
        day = _FIRST + dt.timedelta(days=n // _A_DAY)
        token = rules.make_token(day, n % _A_DAY + 1)
        yield Order(n + 1, token, 100_000 + (n * 7919) % 9_000_000, day, f"62170018{n:011d}", f"第{n + 1}号大棚合作社")


def statement(made: Sequence[Order], file: int = 0) -> Statement:
    """What the bank shows of these orders: of a hundred 96 with their token, two by account only, one paid twice, one line unknown."""
    lines = list(_lines(made, file))
    total = sum(line.amount_fen for line in lines)
    return Statement(
        account=_ACCOUNT, holder="农业保险专户", side=Side.PAYER, lines=tuple(lines), in_fen=0, out_fen=total, opening_fen=None,
        closing_fen=None, from_on=lines[0].booked_on, until_on=lines[-1].booked_on,
    )  # fmt: skip


def _lines(made: Sequence[Order], file: int) -> Iterator[BankLine]:
    for place, order in enumerate(made):
        kind = place % 100
        paid = made[place - 5] if kind == 98 else order  # a second payment
        token, account, name = paid.token, paid.account, paid.name
        if kind in (96, 97):
            token = ""
        elif kind == 99:
            token, account, name = "", f"95588{order.account[5:]}", "某某贸易公司"
        reference = f"{file:03d}{place:08d}"
        yield BankLine(
            key=hashlib.sha256(reference.encode()).digest(), account=_ACCOUNT, side=Side.PAYER,
            booked_on=paid.ordered_on + dt.timedelta(days=1), booked_time=dt.time(9 + place % 8, place % 60, place % 59),
            direction=Direction.OUT, amount_fen=paid.amount_fen, balance_fen=None, counterparty_name=name, counterparty_account=account,
            narrative=f"{token} 农业保险赔款".strip(), reference=reference,
        )  # fmt: skip


def _files(count: int) -> Iterator[tuple[int, list[Order]]]:
    made = list(orders(count))
    for file, start in enumerate(range(0, count, A_FILE)):
        yield file, made[start : start + A_FILE]


# -- ours ---------------------------------------------------------------------------------------------------------------


async def child(address: str, count: str) -> dict[str, float]:
    """Ours, in this process: every file taken in as the product does once it is read; how long each took, what was matched."""
    async with ground.opened(address):
        maker = await ground.actor("maker")
        spare_the_collector()
        took, matched, peak = [], 0, 0.0
        for file, made in _files(int(count)):
            found = statement(made, file)
            sha256 = hashlib.sha256(str(file).encode()).digest()
            with watched() as seen:
                start = time.perf_counter()
                async with db.transaction(maker.scope, joinable=True):  # as a route does
                    taken = await actions_matching.take_in(found, sha256, f"{file}.xlsx", actor=maker)
                took.append(time.perf_counter() - start)
            matched += taken.matched
            peak = max(peak, seen.megabytes)
    return {"seconds": sum(took), "first": took[0], "last": took[-1], "matched": matched, "peak": peak}


async def populate(connection: asyncpg.Connection[Any], count: int) -> None:
    """The orders, released, with what they have written to the books."""
    await connection.execute("SET session_replication_role = replica")
    people = {row["role"]: row["id"] for row in await connection.fetch("SELECT role, min(id) AS id FROM app_user GROUP BY role")}
    insurer = await connection.fetchval("SELECT min(id) FROM insurer")
    for _, made in _files(count):
        await connection.execute(
            db.statement(__package__, "payouts"), [o.id for o in made], [o.token for o in made], [o.amount_fen for o in made],
            [o.ordered_on for o in made], [keys().equality_digest(o.account) for o in made], people["MAKER"], people["CHECKER"], insurer,
            f"{CITY}/",
        )  # fmt: skip
    await connection.execute(db.statement(__package__, "orders_booked"))
    await population.settled_down(connection, "payout", "transfer")


# -- the limit ----------------------------------------------------------------------------------------------------------

# The product's own columns and indexes, but no walls, no references, no checks, no triggers.
_PLAIN = ("bank_line", "payout", "bank_match", "transfer", "audit_event")
_LINE = ("id", "statement_id", "ordinal", "line_key", "account_digest", "side", "booked_on", "booked_time", "direction", "amount_fen",
         "counterparty_name", "counterparty_digest", "counterparty_tail", "narrative", "reference")  # fmt: skip
_PAYOUT = ("id", "number", "part_id", "part_version", "region_path", "insurer_id", "token", "amount_fen", "payee_name", "payee_bank",
           "payee_account_cipher", "payee_account_digest", "payee_account_tail", "memo", "state", "ordered_by", "ordered_at", "ordered_on",
           "version", "mode", "released_by")  # fmt: skip
_MATCH = ("id", "line_id", "payout_id", "rule", "confidence", "reason", "made_by", "made_at", "booked_on", "amount_fen")
_TRANSFER = ("id", "kind", "pending_id", "event", "debit", "credit", "amount_fen", "booked_on", "subject", "region_path", "insurer_id",
             "made_by", "recorded_at")  # fmt: skip
_AUDIT = ("id", "recorded_at", "business_at", "actor_id", "role", "scope_region", "scope_insurer", "verb", "subject", "facts", "request_id",
          "digest")  # fmt: skip
_AT = dt.datetime(2019, 8, 30, tzinfo=dt.UTC)


async def reference(connection: asyncpg.Connection[Any], count: int) -> tuple[float, float, int]:
    """Lines and orders joined in dictionaries, then both copied into bare tables; and all else that ours stores copied too.

    Answers the seconds of the first, the seconds of both, and how many matched.
    """
    for table in _PLAIN:
        await connection.execute(f"DROP TABLE IF EXISTS plain_{table}; CREATE TABLE plain_{table} (LIKE {table} INCLUDING ALL"
                                 " EXCLUDING CONSTRAINTS EXCLUDING IDENTITY)")  # fmt: skip
    narrow, whole, matched = 0.0, 0.0, 0
    for file, made in _files(count):
        lines, first = statement(made, file).lines, file * A_FILE + 1
        start = time.perf_counter()
        pairs = joined(lines, made)
        async with connection.transaction():
            await _copied(connection, lines, made, first)
        narrow += time.perf_counter() - start
        async with connection.transaction():
            await _copied_besides(connection, lines, first, pairs)
        whole += time.perf_counter() - start
        matched += len(pairs)
    return narrow, whole, matched


async def _copied(connection: asyncpg.Connection[Any], lines: Sequence[BankLine], made: Sequence[Order], first: int) -> None:
    key = keys().equality_digest(_ACCOUNT)
    await connection.copy_records_to_table(
        "plain_bank_line", columns=_LINE, records=[
            (first + n, 1, n, one.key, key, one.side.value, one.booked_on, str(one.booked_time), one.direction.value, one.amount_fen,
             one.counterparty_name, keys().equality_digest(one.counterparty_account), one.counterparty_account[-4:], one.narrative,
             one.reference)
            for n, one in enumerate(lines)
        ],
    )  # fmt: skip
    await connection.copy_records_to_table(
        "plain_payout", columns=_PAYOUT, records=[
            (o.id, f"FK2019-{o.id}", o.id, 1, f"{CITY}/", 1, o.token, o.amount_fen, o.name, "枣庄农村商业银行", b"x",
             keys().equality_digest(o.account), o.account[-4:], "农业保险赔款", "RELEASED", 1, _AT, o.ordered_on, 2, "DIRECT", 2)
            for o in made
        ],
    )  # fmt: skip


async def _copied_besides(
    connection: asyncpg.Connection[Any], lines: Sequence[BankLine], first: int, pairs: Sequence[tuple[int, int, str]]
) -> None:
    """Matches, transfers and audit rows."""
    rows = [(first + place, lines[place], order, rule) for place, order, rule in pairs]
    await connection.copy_records_to_table(
        "plain_bank_match", columns=_MATCH, records=[
            (n, n, order, rule, "AUTO", "附言中的付款编号有效，金额相同，收付方向正确", 1, _AT, line.booked_on, line.amount_fen)
            for n, line, order, rule in rows
        ],
    )  # fmt: skip
    await connection.copy_records_to_table(
        "plain_transfer", columns=_TRANSFER, records=[
            (n, "POST", n, "PAID_DIRECT", "2101", "1201", line.amount_fen, line.booked_on, f"payout:{order}", f"{CITY}/", 1, 1, _AT)
            for n, line, order, _ in rows
        ],
    )  # fmt: skip
    await connection.copy_records_to_table(
        "plain_audit_event", columns=_AUDIT, records=[
            (n, _AT, _AT, 1, "MAKER", f"{CITY}/", "*", "payout.settled", f"payout:{order}", f'{{"amount_fen":{line.amount_fen}}}', "bench",
             hashlib.sha256(line.key).digest())
            for n, line, order, _ in rows
        ],
    )  # fmt: skip


def joined(lines: Sequence[BankLine], made: Sequence[Order]) -> list[tuple[int, int, str]]:
    """The dictionary join: by token, else by account and amount within eight days; every order once. Place of the line, order, rule."""
    by_token = {order.token: order for order in made}
    by_account = {(order.account, order.amount_fen): order for order in made}
    taken: set[int] = set()
    found = []
    for place, line in enumerate(lines):
        order = by_token.get(line.narrative[:14])
        rule = "M1" if order else "M3"
        order = order or by_account.get((line.counterparty_account, line.amount_fen))
        if order is None or order.id in taken or order.amount_fen != line.amount_fen or (line.booked_on - order.ordered_on).days > 8:
            continue
        taken.add(order.id)
        found.append((place, order.id, rule))
    return found


# -- measured -----------------------------------------------------------------------------------------------------------


async def run(made: Ground) -> list[Line]:
    """Measure each size, ours and the limit in turns; then how the largest grew."""
    lines, seconds = [], {}
    for count, rounds in ROUNDS.items():
        found, seconds[count] = await _measured(made, count, rounds)
        lines += found
    small, large = A_FILE, max(seconds)
    growth = seconds[large] / seconds[small] / (large / small)
    lines.append(
        Line(
            workload="W7 growth",
            size=f"{large:,} lines beside {small:,}",
            ours=f"{seconds[large] / large * 1e6:.0f} µs a line",
            limit=f"{seconds[small] / small * 1e6:.0f} µs a line",
            ratio=f"{growth:.2f} ×",
            goal=f"≤ {GROWTH:g} ×",
            met=growth <= GROWTH,
        )
    )
    return lines


async def _measured(made: Ground, count: int, rounds: int) -> tuple[list[Line], float]:
    await made.database("w7_ground")
    async with made.owner("w7_ground") as connection:
        await populate(connection, count)
    ours, narrow, whole, peak = [], [], [], 0.0
    for _ in range(rounds):
        await made.database("w7", of="w7_ground")
        one = await ground.in_a_child(made, "w7", made.server.dsn(APPLICATION, "w7"), str(count))
        await made.database("w7", of="w7_ground")
        async with made.owner("w7") as connection:
            lines_and_orders, everything, matched = await reference(connection, count)
        await made.drop("w7")
        assert one["matched"] == matched == count * 98 // 100, (one, matched)
        ours.append(one["seconds"])
        narrow.append(lines_and_orders)
        whole.append(everything)
        peak = max(peak, one["peak"])
    await made.drop("w7_ground")
    files = f", {count // A_FILE} files" if count > A_FILE else ""
    written = f"{spread(ours, '.2f')} s, {peak:.0f} MB"
    return [
        _line(f"{count:,} lines × {count:,} orders{files}", written, "dictionary join + COPY in of lines and orders", ours, narrow,
              GOAL if count == A_FILE else None),
        _line("the same", written, "and COPY in of the matches, transfers and audit rows", ours, whole, None),
    ], middle(ours)  # fmt: skip


def _line(size: str, written: str, limit: str, ours: Sequence[float], limits: Sequence[float], goal: float | None) -> Line:
    ratios = [a / b for a, b in zip(ours, limits, strict=True)]
    return Line(
        workload="W7 bank lines matched, booked, audited",
        size=size,
        ours=written,
        limit=f"{limit} {spread(limits, '.2f')} s",
        ratio=f"{spread(ratios, '.2f')} ×",
        goal=f"≤ {goal:g} ×" if goal else "–",
        met=middle(ratios) <= goal if goal else None,
    )
