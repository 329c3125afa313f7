"""Policies whose premium is due, and bank lines that are premium."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import count

import msgspec

from insurance.base import db
from insurance.checks.stored import stored
from insurance.finance import actions_cases, actions_matching, store
from insurance.finance.model import Side
from insurance.finance.views import LineView
from insurance.policies import actions_premium, store_premium
from insurance.policies.model_premium import MoveEntry
from insurance.policies.store import Bound
from insurance.policies.views_premium import MoveView
from make.finance import PROGRAMME, paying_account
from make.policies import on_day, policy
from make.projects import project
from people import People

CITY, COUNTY, PROVINCE = "枣庄市财政局", "峄城区财政局", "山东省财政厅"
INSURER_ACCOUNT = "1610020009200099999"
_openings = count(10**9, 1000)
Row = tuple[int, str]  # signed amount in fen, name


def statement(rows: list[Row], account: str, day: date) -> bytes:
    """A bank's file: money in is positive; no two of them are the same."""
    out, balance = io.StringIO(), next(_openings)
    write = csv.writer(out)
    write.writerow(["账号", account])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    for number, (fen, name) in enumerate(rows, 1):
        amount, reference = f"{abs(fen) // 100}.{abs(fen) % 100:02d}", f"LS{balance}{number}"
        balance += fen
        cells = [amount, ""] if fen < 0 else ["", amount]
        write.writerow([day, reference, *cells, f"{balance // 100}.{balance % 100:02d}", name, "", "往来"])
    return out.getvalue().encode("gb18030")


async def lines(story: People, *rows: Row, account: str = PROGRAMME, day: date | None = None) -> list[LineView]:
    """Lines of a fresh statement, as finance sees them."""
    content = statement(list(rows), account, day or story.maker.on)
    read = await actions_matching.read_file(content, "流水.csv", Side.PAYER, "", actor=story.maker)
    return (await actions_cases.statement(read.id, actor=story.maker))[1]


async def line(story: People, fen: int, name: str, account: str = PROGRAMME, day: date | None = None) -> LineView:
    """One line of a fresh statement."""
    return (await lines(story, (fen, name), account=account, day=day))[0]


async def accounts(story: People) -> None:
    """The programme's own account and insurer A's, both agreed to."""
    await paying_account(story, programme=True)
    await paying_account(story, number=INSURER_ACCOUNT)


async def due(story: People, *, day: date | None = None, insurer: str = "INS-A") -> Bound:
    """A policy whose premium is due since a day: 2,580.90 yuan or so, 40 % city, 40 % county, 20 % the insured's."""
    actor = story.town if day is None else on_day(story.town, day)
    return await policy(await project(actor), actor=actor, insurer=insurer)


async def stands(bound: Bound, payer: str, story: People) -> tuple[int, int, int]:
    """What is open, owed to the insurer, and held of a policy and payer."""
    async with db.transaction(story.maker.scope):
        (row,) = [one for one in await store_premium.positions(story.maker.on, ids=[bound.id]) if one["payer"] == payer]
    return row["open_fen"], row["owed_fen"], row["held_fen"]


async def confirmed(line: LineView, story: People) -> MoveView:
    """What is offered about a line, confirmed by one click."""
    assert line.offer is not None
    known = {name: value for name, value in line.offer.fields.items() if name in MoveEntry.__struct_fields__}
    entry = msgspec.convert(known, MoveEntry, strict=False)
    return await actions_premium.move(entry, actor=story.maker)


async def books(*codes: str) -> tuple[int, ...]:
    """Balances of accounts, debit positive."""
    rows = {r["code"]: r["debit_fen"] - r["credit_fen"] for r in await store.trial_balance(date(2030, 1, 1))}
    assert sum(rows.values()) == 0
    return tuple(rows[code] for code in codes)


async def offences() -> list[str]:
    """What the checks of premium and books find."""
    names = ("ledger_signs", "ledger_shape", "ledger_policies", "premium_books", "premium_moves", "scopes")
    return [offence for name in names for offence in (await stored(name)).offences]
