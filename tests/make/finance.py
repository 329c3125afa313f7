"""A claim part that may be paid, without its story; a bank's file as Chinese banks give it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from insurance.access import clock
from insurance.access.keys import keys
from insurance.base import db
from insurance.finance import actions, actions_cases, actions_files, actions_matching
from insurance.finance.model import Side
from insurance.finance.model_payments import AccountEntry, PayingAccountView
from insurance.finance.views import PayoutView
from make.access import TANSHAN
from people import People

PAYEE, ACCOUNT = "坛山街道东村股份经济合作社", "6222020000000000000"
PAYER = "1610020009200012345"
PROGRAMME = "1605000000000000001"


async def part(story: People, amount_fen: int = 400_310_1, *, insurer: int | None = None, region: str = TANSHAN) -> int:
    """A claim part of this amount: the rows beneath it are bare, only what the keys demand."""
    insurer = insurer or story.insurer_a
    project = await db.fetchval(
        "INSERT INTO project (code, register_key, name, region_path, taxonomy, source, registered_at)"
        " VALUES (gen_random_uuid()::text, gen_random_uuid()::text, '大棚', $1, 'GREENHOUSE', 'HAND', now()) RETURNING id", region,
    )  # fmt: skip
    policy = await db.fetchval(
        "INSERT INTO policy (number, project_id, region_path, insurer_id, cover, state, period, terms_version, terms_checksum, sum_insured_fen,"
        " premium_fen, steps, judgement, applied_by) VALUES (gen_random_uuid()::text, $1, $2, $3, 'INDUSTRY', 'PROPOSED',"
        " '[2019-01-01,2020-01-01)', '2019-01-01', 'x', 1, 0, '[]', '{}', $4) RETURNING id", project, region, insurer, story.town.user_id,
    )  # fmt: skip
    claim = await db.fetchval(
        "INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, peril, loss_on, loss_at, reported_at, reported_on,"
        " reported_by, reported_from, reported_fen, state, procedure_version, last_verb) VALUES (gen_random_uuid()::text, $1, $2, $3, $4, 'INDUSTRY', 'RAINSTORM',"
        " '2019-06-01', now(), now(), '2019-06-02', $5, $3, 1, 'AGREED', '2019-01-01', 'report') RETURNING id",
        policy, project, region, insurer, story.town.user_id,
    )  # fmt: skip
    party = await db.fetchval(
        "INSERT INTO party (region_path, kind, name, name_key) VALUES ($1, 'VILLAGE', $2, gen_random_uuid()::text) RETURNING id",
        region,
        PAYEE,
    )
    account = await db.fetchval(
        "INSERT INTO party_account (party_id, region_path, holder_name, bank_name, account_cipher, account_digest, account_tail, from_on,"
        " entered_by) VALUES ($1, $2, $3, '农商行', $4, $5, '0000', '2019-01-01', $6) RETURNING id",
        party, region, PAYEE, keys().hide(ACCOUNT), keys().equality_digest(ACCOUNT), story.town.user_id,
    )  # fmt: skip
    found = await db.fetchval(
        "INSERT INTO claim_part (claim_id, region_path, insurer_id, kind, ordinal, amount_fen, payee_account_id, approved_by, approved_on)"
        " VALUES ($1, $2, $3, 'FINAL', 1, $4, $5, $6, '2019-08-01') RETURNING id",
        claim, region, insurer, amount_fen, account, story.approver_a.user_id,
    )  # fmt: skip
    return int(found)


async def paying_account(
    story: People, *, insurer: int | None = None, number: str = PROGRAMME, programme: bool = False, agreed: bool = True
) -> PayingAccountView:
    """An account money is paid from, of insurer A unless it is the programme's own; agreed to by the checker."""
    entry = AccountEntry(
        holder_name="枣庄市双保险赔付专户", bank_name="示范银行", bank_code="102454000019", account_number=number,
        insurer_id=None if programme else insurer or story.insurer_a, from_on=date(2019, 1, 1),
    )  # fmt: skip
    made = await actions_files.enter_account(entry, actor=story.maker)
    return await actions_files.approve_account(made.id, made.version, actor=story.checker) if agreed else made


async def order(
    story: People, amount_fen: int = 400_310_1, *, part_id: int | None = None, paying: PayingAccountView | None = None
) -> PayoutView:
    """An order of the maker for a fresh part."""
    number = part_id or await part(story, amount_fen)
    return await actions.order(
        number, 1, TANSHAN, story.insurer_a, amount_fen, PAYEE, "农商行", keys().hide(ACCOUNT), keys().equality_digest(ACCOUNT), "0000", "赔款",
        paying_account_id=paying.id if paying else None, actor=story.maker,
    )  # fmt: skip


async def released(story: People, amount_fen: int = 400_310_1, *, paying: PayingAccountView | None = None) -> PayoutView:
    """An order the checker has released."""
    made = await order(story, amount_fen, paying=paying)
    return await actions.release(made.id, made.version, actor=story.checker)


def bank_file(lines: list[tuple[date, int, str, str, str]], *, opening_fen: int = 100_000_000_00, account: str = PAYER) -> bytes:
    """A payer's statement as CSV: (day, amount out in fen, payee name, payee account, narrative) oldest first."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["账号", account, "", "户名", "枣庄市扶贫保险专户"])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    balance = opening_fen
    for n, (day, amount, name, number, narrative) in enumerate(lines, 1):
        balance -= amount
        write.writerow([day.isoformat(), f"LS{day:%Y%m%d}{n:05d}", _yuan(amount), "", _yuan(balance), name, number, narrative])
    return out.getvalue().encode("gb18030")


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def next_day() -> date:
    """The day after the business day."""
    return clock.business_now().date() + timedelta(days=1)


AccountRow = tuple[int, str, str, str]  # signed amount, name, account, narrative


def account_file(rows: list[AccountRow], account: str = PROGRAMME, opening_fen: int = 10**9) -> bytes:
    """A statement of one day, 30 August 2019: money in is positive."""
    out, balance = io.StringIO(), opening_fen
    write = csv.writer(out)
    write.writerow(["账号", account])
    write.writerow(["交易日期", "交易流水号", "支出", "收入", "账户余额", "对方户名", "对方账号", "附言"])
    for number, (fen, name, other, said) in enumerate(rows, 1):
        balance += fen
        amount = f"{abs(fen) // 100}.{abs(fen) % 100:02d}"
        cells = [amount, ""] if fen < 0 else ["", amount]
        write.writerow(
            [date(2019, 8, 30), f"LS{opening_fen}{number:04d}", *cells, f"{balance // 100}.{balance % 100:02d}", name, other, said]
        )
    return out.getvalue().encode("gb18030")


async def unmatched_lines(story: People, *amounts_fen: int) -> list[int]:
    """Lines of the payer's account that no rule matches: their payee is unknown."""
    rows = [(date(2019, 8, 30), fen, "某人", "", f"第{n}笔") for n, fen in enumerate(amounts_fen)]
    found = await actions_matching.read_file(bank_file(rows), "流水.csv", Side.PAYER, "", actor=story.maker)
    return [line.id for line in (await actions_cases.statement(found.id, actor=story.maker))[1]]


async def share(story: People, *shares: tuple[int, int, int], made_by: int | None = None) -> None:
    """Write shares (line, order, fen) past the program."""
    async with db.transaction(story.maker.scope):
        await db.execute(
            "INSERT INTO bank_match (line_id, payout_id, rule, confidence, reason, made_by, made_at, booked_on, amount_fen, fee_fen, group_no)"
            " SELECT n.line, n.payout, 'HAND', 'CONFIRMED', '{}', $4, now(), '2019-08-30', n.fen, 0, 1"
            " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS n (line, payout, fen)",
            *(list(column) for column in zip(*shares, strict=True)), story.maker.user_id if made_by is None else made_by,
        )  # fmt: skip
