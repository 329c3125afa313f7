"""Accounts of parties: numbers encrypted, found again by a keyed digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from insurance.access.keys import keys
from insurance.base import db
from insurance.projects.model import Party
from insurance.projects.tables import PartyAccountTable


class Account(msgspec.Struct, frozen=True):
    """An account as it is stored. `payable` on the day asked: neither ended nor waiting for its second person."""

    id: int
    party: Party
    region_path: str
    holder_name: str
    bank_name: str
    bank_code: str | None
    account_cipher: bytes
    account_digest: bytes
    account_tail: str
    from_on: date
    until_on: date | None
    replaces_id: int | None
    entered_by: int
    approved_by: int | None
    entered_by_name: str | None
    approved_by_name: str | None

    @property
    def waiting(self) -> bool:
        """Whether a second person must still agree to the change."""
        return self.replaces_id is not None and self.approved_by is None and self.until_on is None

    def payable(self, on: date) -> bool:
        """Whether money may go here on a day."""
        settled = self.replaces_id is None or self.approved_by is not None
        return settled and self.from_on <= on and (self.until_on is None or self.until_on > on)


async def _accounts(where: str, *args: Any) -> list[Account]:
    rows = await db.fetch(db.statement(__package__, "payee_accounts").replace("/*where*/", where), *args)
    names = {"party_id", "party_kind", "party_name", "party_code"}
    return [
        Account(
            party=msgspec.convert(
                {"id": r["party_id"], "kind": r["party_kind"], "name": r["party_name"], "credit_code": r["party_code"]}, Party
            ),
            **{name: value for name, value in r.items() if name not in names},
        )
        for r in rows
    ]


async def of_project(project_id: int) -> list[Account]:
    """The accounts of everybody who holds a right in a project, oldest first."""
    return await _accounts("a.party_id IN (SELECT h.party_id FROM right_holding h WHERE h.project_id = $1)", project_id)


async def of_parties(party_ids: Sequence[int]) -> list[Account]:
    """The accounts of some parties, oldest first."""
    return await _accounts("a.party_id = ANY ($1)", list(party_ids))


async def one(account_id: int) -> Account | None:
    """One account, as far as the scope shows it."""
    return next(iter(await _accounts("a.id = $1", account_id)), None)


async def payable_accounts(party_ids: Sequence[int], on: date) -> dict[int, Account]:
    """Where each party may be paid on a day; parties without such an account are absent."""
    return {account.party.id: account for account in await of_parties(party_ids) if account.payable(on)}


async def lock_party(party_id: int) -> None:
    """One change of a party's accounts at a time."""
    await db.execute("SELECT id FROM party WHERE id = $1 FOR UPDATE", party_id)


async def add(
    party: Party, region_path: str, *, holder_name: str, bank_name: str, bank_code: str | None, number: str, from_on: date,
    replaces_id: int | None, entered_by: int,
) -> int:  # fmt: skip
    """A new account; answers its id."""
    row = PartyAccountTable(
        party_id=party.id, region_path=region_path, holder_name=holder_name, bank_name=bank_name, bank_code=bank_code,
        account_cipher=keys().hide(number), account_digest=keys().equality_digest(number), account_tail=number[-4:], from_on=from_on,
        replaces_id=replaces_id, entered_by=entered_by,
    )  # fmt: skip
    made = await PartyAccountTable.insert(row).returning(PartyAccountTable.id)
    return int(made[0]["id"])


async def region_of(party_id: int) -> str:
    """The town a party belongs to."""
    return str(await db.fetchval("SELECT region_path FROM party WHERE id = $1", party_id))


async def end(account_id: int, on: date) -> None:
    """Nothing goes there from this day on."""
    await PartyAccountTable.update({PartyAccountTable.until_on: on}).where(PartyAccountTable.id == account_id)


async def approve(account_id: int, by: int, on: date) -> None:
    """The second person agrees: it holds from this day."""
    values: dict[Any, Any] = {PartyAccountTable.approved_by: by, PartyAccountTable.from_on: on}
    await PartyAccountTable.update(values).where(PartyAccountTable.id == account_id)
