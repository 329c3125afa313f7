"""Reads and writes of paying accounts and payment files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.access.keys import keys
from insurance.base import db
from insurance.finance.model_payments import AccountEntry, Payer, Payment


def _sql(name: str) -> str:
    return db.statement(__package__, name)


class PayingAccount(msgspec.Struct, frozen=True, kw_only=True):
    """付款账户 as it is stored; without an insurer it is the programme's own. Usable once a second person has agreed."""

    id: int
    insurer_id: int | None
    holder_name: str
    bank_name: str
    bank_code: str | None
    account_cipher: bytes
    account_tail: str
    cut_off: str
    from_on: dt.date
    until_on: dt.date | None
    entered_by: int
    approved_by: int | None
    entered_name: str | None
    approved_name: str | None
    version: int

    def usable(self, on: dt.date) -> bool:
        """Whether money may leave it on a day."""
        return self.approved_by is not None and self.from_on <= on and (self.until_on is None or self.until_on > on)

    def payer(self) -> Payer:
        """With the number in plain text, for a file that is being made."""
        return Payer(self.holder_name, self.bank_name, self.bank_code, keys().show(self.account_cipher))


async def accounts() -> list[PayingAccount]:
    """All paying accounts, oldest first."""
    return [msgspec.convert(dict(row), PayingAccount) for row in await db.fetch(_sql("paying_accounts"), None, None)]


async def account(account_id: int) -> PayingAccount | None:
    """One of them; None for whoever may not see it."""
    row = await db.fetchrow(_sql("paying_accounts"), account_id, None)
    return None if row is None else msgspec.convert(dict(row), PayingAccount)


async def account_of_insurer(insurer_id: int, on: dt.date) -> PayingAccount | None:
    """The newest account of an insurer that may be used on a day."""
    rows = await db.fetch(_sql("paying_accounts"), None, insurer_id)
    usable = [one for one in (msgspec.convert(dict(row), PayingAccount) for row in rows) if one.usable(on)]
    return usable[-1] if usable else None


async def add_account(entry: AccountEntry, *, on: dt.date, entered_by: int) -> int:
    """A new one; answers its id."""
    number = entry.account_number
    found: int = await db.fetchval(
        "INSERT INTO paying_account (insurer_id, holder_name, bank_name, bank_code, account_cipher, account_digest, account_tail, from_on,"
        " entered_by, cut_off) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        entry.insurer_id, entry.holder_name.strip(), entry.bank_name.strip(), entry.bank_code, keys().hide(number),
        keys().equality_digest(number), number[-4:], entry.from_on or on, entered_by, entry.cut_off,
    )  # fmt: skip
    return found


async def approve_account(account_id: int, version: int, by: int) -> bool:
    """The second person agrees; False when somebody else was first."""
    tag = await db.execute(
        "UPDATE paying_account SET approved_by = $3, version = version + 1 WHERE id = $1 AND version = $2 AND approved_by IS NULL",
        account_id, version, by,
    )  # fmt: skip
    return tag == "UPDATE 1"


# -- files ---------------------------------------------------------------------------------------------------------------


async def waiting(account_id: int, payout_ids: Sequence[int]) -> list[Any]:
    """Released orders of an account that no live file carries, locked, in order; only those named if any are."""
    return await db.fetch(_sql("payouts_for_file"), account_id, list(payout_ids))


async def next_number() -> int:
    """The next of the sequence (gaps allowed)."""
    return int(await db.fetchval("SELECT nextval('payment_file_number')"))


async def add_file(payout_ids: Sequence[int], *columns: Any) -> int:
    """A file with its lines (columns in the order of `sql/payment_file_add.sql`); answers its id."""
    return int(await db.fetchval(_sql("payment_file_add"), list(payout_ids), *columns))


async def files(*, before: int | None = None, limit: int = 50, file_id: int | None = None) -> list[Any]:
    """Files, newest first."""
    return await db.fetch(_sql("payment_files"), before, limit, file_id)


async def lock_file(file_id: int) -> Any:
    """One file, locked; None for whoever may not see it."""
    return await db.fetchrow("SELECT * FROM payment_file WHERE id = $1 FOR UPDATE", file_id)


async def file_lines(file_id: int) -> list[Any]:
    """Its orders as they were put in, in order."""
    return await db.fetch(_sql("payment_file_lines"), file_id)


async def cancel_file(file_id: int, by: int, reason: str) -> None:
    """The file is void: its orders wait for another."""
    await db.execute(
        "UPDATE payment_file SET state = 'CANCELLED', cancelled_by = $2, cancelled_reason = $3, version = version + 1 WHERE id = $1",
        file_id, by, reason,
    )  # fmt: skip
    await db.execute("UPDATE payment_file_line SET live = false WHERE file_id = $1", file_id)


async def leave_file(payout_id: int) -> None:
    """The order no longer counts to the file that carried it; the file stays as it was sent."""
    await db.execute("UPDATE payment_file_line SET live = false WHERE payout_id = $1 AND live", payout_id)


def payment_of(row: Any) -> Payment:
    """One line with the payee's number in plain text."""
    return Payment(
        token=row["token"], amount_fen=row["amount_fen"], payee_name=row["payee_name"], payee_bank=row["payee_bank"],
        payee_bank_code=row["payee_bank_code"], payee_account=keys().show(row["payee_account_cipher"]), memo=row["memo"],
    )  # fmt: skip
