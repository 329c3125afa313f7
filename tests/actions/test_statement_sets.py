"""Whole sets of bank files with every fault of the trade and known truth: in any order the same result, no false match, no line lost.

`INSURANCE_FAULT_SETS` says how many sets (`make faults` runs 500); a set that fails is told by its seed, which makes it again.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest

import make
from committed import SYSTEM
from insurance.access import clock
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.base.spreadsheet import TableFile, read_table_file
from insurance.checks.stored import stored
from insurance.finance import actions, actions_cases, actions_ledger, actions_matching, actions_months
from insurance.finance.actions_ledger import Opening
from insurance.finance.model import Side
from insurance.finance.model_payments import PayingAccountView
from insurance.finance.views import LineView
from make.access import TANSHAN
from make.bank_story import INSURER, INSURER_NAME, PROGRAMME, VILLAGES, Line, Order, Story, Wish, told, wishes
from make.bank_writers import File, Stretch, files_of
from people import People

SETS = int(os.environ.get("INSURANCE_FAULT_SETS", "20"))
FIRST_SEED = int(os.environ.get("INSURANCE_FAULT_SEED", "0"))
OPENING = 1_000_000_00
CHECKS = ("ledger_payouts", "ledger_shape", "payouts_live", "payouts_matched")
TABLES = ("bank_statement", "bank_line", "bank_match", "line_case", "payout", "transfer", "audit_event")


@pytest.fixture(autouse=True)
def each_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a list starts a process of its own; what it finds in the same bytes is the same."""
    found: dict[bytes, TableFile | Invalid] = {}

    async def once(content: bytes) -> TableFile:
        if content not in found:
            try:
                found[content] = await read_table_file(content)
            except Invalid as refused:
                found[content] = refused
        table = found[content]
        if isinstance(table, Invalid):
            raise table
        return table

    monkeypatch.setattr(actions_matching, "read_table_file", once)


class _NeverError(Exception):
    """Ends what never happened."""


@asynccontextmanager
async def never_happened() -> AsyncIterator[None]:
    """A savepoint that is always undone."""
    with suppress(_NeverError):
        async with db.transaction(SYSTEM):
            yield
            raise _NeverError


def on(actor: Actor, day: date) -> Actor:
    return msgspec.structs.replace(actor, at=clock.at(day), on=day)


async def ordered(story: People, wish: Wish, programme: PayingAccountView) -> Order:
    """The order of a wish, released unless its fate says otherwise."""
    name, number = VILLAGES[wish.village]
    part = await make.part(story, wish.amount_fen)
    made = await actions.order(
        part, 1, TANSHAN, story.insurer_a, wish.amount_fen, name, "农商行", keys().hide(number), keys().equality_digest(number), number[-4:],
        "赔款", paying_account_id=programme.id if wish.agent else None, actor=on(story.maker, wish.on),
    )  # fmt: skip
    if wish.fate != "not released":
        await actions.release(made.id, made.version, actor=on(story.checker, wish.on))
    return Order(made.token, wish)


async def read(story: People, file: File) -> None:
    """Upload it; one that must be refused is."""
    given = (file.content, file.name, Side.PAYEE if file.payee else Side.PAYER, file.account)
    if not file.refused:
        await actions_matching.read_file(*given, actor=story.maker)
        return
    before = await contents()
    with pytest.raises(Invalid):
        await actions_matching.read_file(*given, actor=story.maker)
    assert await contents() == before, f"{file.refused}: a refused file changed something"


async def contents() -> dict[str, tuple[int, str]]:
    """Every row of the tables a bank file may touch."""
    found = {}
    for table in TABLES:
        rows = await db.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
        found[table] = len(rows), hashlib.sha256("\n".join(row["row"] for row in rows).encode()).hexdigest()
    return found


class Picture(NamedTuple):
    """What stands at the end, by meaning: no row ids, no times of the import."""

    lines: dict[str, tuple[Any, ...]]
    orders: dict[str, tuple[Any, ...]]
    books: dict[tuple[date, str], int]
    bank: tuple[Any, ...]


async def programme_statements() -> set[int]:
    """The statements of the programme's own account."""
    rows = await db.fetch("SELECT id FROM bank_statement WHERE account_digest = $1", keys().equality_digest(PROGRAMME))
    return {row["id"] for row in rows}


async def line_views(story: People) -> list[LineView]:
    rows = await db.fetch("SELECT id FROM bank_statement ORDER BY id")
    return [line for row in rows for line in (await actions_cases.statement(row["id"], actor=story.maker))[1]]


def _meant(line: LineView, references: dict[int, str]) -> tuple[Any, ...]:
    why = ("", "") if line.bucket == "MATCHED" else (line.rule, line.reason)  # another file may name what was found without
    return (
        line.bucket, *why, line.booked_on, line.direction, line.amount_fen, line.counterparty_name, line.narrative,
        sorted((one.token, one.amount_fen, one.fee_fen) for one in line.pays), sorted(one.token for one in line.candidates), line.actions,
        line.return_code, references.get(line.pair_line_id or 0),
    )  # fmt: skip


async def picture(story: People) -> Picture:
    views = await line_views(story)
    references = {line.id: line.reference for line in views}
    assert len(set(references.values())) == len(views), "a line stands twice"
    waiting = {line.reference: _meant(line, references) for line in await actions_cases.exceptions(actor=story.maker)}
    lines = {line.reference: _meant(line, references) for line in views}
    assert waiting == {key: one for key, one in lines.items() if one[0] not in ("MATCHED", "DONE")}, "two pages say different things"
    orders = {row["token"]: (row["state"], row["settled_on"]) for row in await db.fetch("SELECT token, state, settled_on FROM payout")}
    books: Counter[tuple[date, str]] = Counter()
    for row in await db.fetch("SELECT booked_on, debit, credit, amount_fen FROM transfer WHERE kind IN ('POSTED', 'POST')"):
        books[row["booked_on"], row["debit"]] += row["amount_fen"]
        books[row["booked_on"], row["credit"]] -= row["amount_fen"]
    end = await actions_months.reconciliation(date(2019, 8, 1), actor=story.maker)
    own = await programme_statements()
    if any(line.statement_id in own and line.balance_fen is not None for line in views):
        assert end.difference_fen == 0
    else:  # a set in which the bank tells no balance: nobody may say that the books agree with it
        assert (end.bank_fen, end.difference_fen) == (None, None)
        last = (await actions_months.in_the_way(end, actor=story.maker))[-1]
        assert (last.passed, str(last.refusal)) == (False, "没有银行余额，差额无法核对")
    sums = [sorted((item.on, item.amount_fen) for item in pile) for pile in (end.bank_in, end.bank_out, end.booked_in, end.booked_out)]
    return Picture(lines, orders, {key: fen for key, fen in books.items() if fen}, (end.book_fen, end.bank_fen, *sums))


def check_truth(seen: Picture, told_story: Story) -> None:
    """No false match, no false proposal, every line once and where it belongs, every order as it ends."""
    truth: dict[str, Line] = {line.reference: line for lines in told_story.lines.values() for line in lines}
    assert seen.lines.keys() == truth.keys(), "a line was lost or invented"
    for reference, line in truth.items():
        bucket, rule, _, day, _, amount, _, _, pays, candidates, *_ = seen.lines[reference]
        assert (day, amount) == (line.on, abs(line.fen))
        assert bucket in line.buckets, (reference, bucket, line)
        assert {token for token, *_ in pays} <= line.pays, f"a false match: {reference} {line}"
        assert bucket != "SUGGESTED" or set(candidates) <= line.pays, f"a false proposal by {rule}: {reference} {line}"
    for token, ends in told_story.ends.items():
        assert seen.orders[token][0] in ends, (token, seen.orders[token])


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SETS))
async def test_a_set_of_files_gives_the_same_result_in_any_order(story: People, seed: int) -> None:
    draw = Random(seed)  # noqa: S311
    await db.execute("UPDATE insurer SET name = $2 WHERE id = $1", story.insurer_a, INSURER_NAME)
    programme = await make.paying_account(story, programme=True, number=PROGRAMME)
    await actions_ledger.open_books(Opening(on=date(2019, 8, 1), balances={"1001": OPENING, "2101": -OPENING}), actor=story.checker)
    orders = [await ordered(story, wish, programme) for wish in wishes(draw, draw.randrange(5, 14))]
    tale = told(draw, orders)
    files = [
        file
        for account, lines in tale.lines.items()
        for file in files_of(draw, Stretch(account, OPENING, lines), payee=account not in (PROGRAMME, INSURER))
    ]
    pictures = []
    for _ in range(2):
        draw.shuffle(files)
        async with never_happened():
            for file in files:
                await read(story, file)
            pictures.append(await picture(story))
            check_truth(pictures[-1], tale)
            assert [offence for name in CHECKS for offence in (await stored(name)).offences] == []
            before = await contents()
            for file in draw.sample(files, len(files)):
                await read(story, file)
            await actions_matching.match_waiting(actor=story.maker)
            assert await contents() == before, "the same files again changed something"
    for other in pictures[1:]:
        for field in Picture._fields:
            assert getattr(other, field) == getattr(pictures[0], field)
