"""Where a party is paid: an office enters the account, a change of it needs a paper and a second person."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import msgspec

from insurance.access import audit
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.codes import card_fault
from insurance.base.errors import Invalid, NotFound, Refused, WrongState
from insurance.base.files import Arrived
from insurance.base.money import half_width
from insurance.base.text import t
from insurance.projects import documents, store, store_documents, store_payees
from insurance.projects.documents import Brought
from insurance.projects.entries import AccountEntry, checked
from insurance.projects.model import Party, PartyKind, Project
from insurance.projects.parties import name_key
from insurance.projects.store_documents import FiledPaper
from insurance.projects.store_payees import Account

_NUMBER = re.compile(r"[0-9]{8,30}")
_CARD = re.compile(r"[0-9]{16,19}")


class PayeeAccount(msgspec.Struct, frozen=True):
    """A payee's account as people see it: the number masked. WAITING: a change nobody has approved yet."""

    id: int
    party: Party
    holder_name: str
    bank_name: str
    bank_code: str | None
    account: str
    from_on: date
    until_on: date | None
    state: Literal["CURRENT", "WAITING", "ENDED"]
    replaces_id: int | None
    entered_by: str | None
    approved_by: str | None


def masked(account: Account, on: date) -> PayeeAccount:
    """The account without its number."""
    return PayeeAccount(
        id=account.id, party=account.party, holder_name=account.holder_name, bank_name=account.bank_name, bank_code=account.bank_code,
        account=f"****{account.account_tail}", from_on=account.from_on, until_on=account.until_on,
        state="WAITING" if account.waiting else "CURRENT" if account.payable(on) else "ENDED", replaces_id=account.replaces_id,
        entered_by=account.entered_by_name, approved_by=account.approved_by_name,
    )  # fmt: skip


async def accounts_of(project_id: int, *, actor: Actor) -> list[PayeeAccount]:
    """The accounts of everybody who holds a right in the project. Raises NotFound."""
    async with db.transaction(actor.scope):
        await _project(project_id)
        return [masked(account, actor.on) for account in await store_payees.of_project(project_id)]


async def account(account_id: int, *, actor: Actor) -> PayeeAccount:
    """One account. Raises NotFound."""
    async with db.transaction(actor.scope):
        return masked(await _account(account_id), actor.on)


async def enter_account(project_id: int, entry: AccountEntry, *, actor: Actor) -> PayeeAccount:
    """Enter where a holder of rights is paid: the first account holds at once, a further one waits for a second person.

    Raises NotFound, Invalid (the holder's name is not the party's, the number cannot be one), Refused (it is the account already).
    """
    checked(entry)
    number = re.sub(r"[\s-]", "", half_width(entry.account_number))
    async with db.transaction(actor.scope):
        party = _payee(await _project(project_id), entry)
        if name_key(entry.holder_name) != name_key(party.name):
            raise Invalid.field("holder_name", t("户名须与权利人名称一致：{name}", name=party.name))
        if not _NUMBER.fullmatch(number) or (party.kind is PartyKind.INDIVIDUAL and _CARD.fullmatch(number) and card_fault(number)):
            raise Invalid.field("account_number", t("账号不正确，请按开户资料逐位核对"))
        await store_payees.lock_party(party.id)
        known = await store_payees.of_parties([party.id])
        current = next((one for one in known if one.payable(actor.on)), None)
        if current is not None and current.account_digest == keys().equality_digest(number):
            raise Refused(t("这已是该权利人的收款账户"))
        for waiting in (one for one in known if one.waiting):
            await store_payees.end(waiting.id, actor.on)
        with db.refusing({"party_account_once": t("今天已提交过这个账号"), "party_account_first": t("该权利人已有收款账户，请刷新")}):
            account_id = await store_payees.add(
                party, await store_payees.region_of(party.id), holder_name=entry.holder_name.strip(), bank_name=entry.bank_name.strip(),
                bank_code=entry.bank_code, number=number, from_on=actor.on, replaces_id=current.id if current else None,
                entered_by=actor.user_id,
            )  # fmt: skip
        await audit.record(
            actor, "payee-account.entered", f"account:{account_id}", party=party.id, project=project_id, change=current is not None
        )
        return masked(await _account(account_id), actor.on)


async def for_account(account_id: int, name: str, content: bytes | Arrived, *, actor: Actor) -> Brought:
    """Bring in the sealed paper behind a change of account, once it is clear that there is one."""
    async with db.transaction(actor.scope):
        await _account(account_id)
    return await documents.bring_in(name, content, actor=actor)


async def file_for_account(
    account_id: int, name: str, content: bytes | Brought, dated_on: date | None = None, *, actor: Actor
) -> FiledPaper:
    """The sealed paper behind a change of account (reference §6.1)."""
    brought = content if isinstance(content, Brought) else await for_account(account_id, name, content, actor=actor)
    async with db.transaction(actor.scope):
        found = await _account(account_id)
        return await documents.file_paper(actor, "account", account_id, found.region_path, None, "ACCOUNT_CHANGE", name, brought, dated_on)


async def approve_account(account_id: int, *, actor: Actor) -> PayeeAccount:
    """The second person agrees to a change: the new account holds from today, the old one ends.

    Raises NotFound, WrongState (nothing waits), Refused (the same person, or no sealed paper on file).
    """
    async with db.transaction(actor.scope):
        found = await _account(account_id)
        await store_payees.lock_party(found.party.id)
        found = await _account(account_id)
        if not found.waiting or found.replaces_id is None:
            raise WrongState(t("这个账户没有待复核的变更"))
        if found.entered_by == actor.user_id:
            raise Refused(t("变更账户须由另一人复核，不能由录入人自己复核"))
        if not await store_documents.of("account", account_id):
            raise Refused(t("变更账户须先上传盖章的变更材料"))
        await store_payees.end(found.replaces_id, actor.on)
        await store_payees.approve(account_id, actor.user_id, actor.on)
        await audit.record(actor, "payee-account.approved", f"account:{account_id}", party=found.party.id, replaces=found.replaces_id)
        return masked(await _account(account_id), actor.on)


async def _project(project_id: int) -> Project:
    found = await store.project(project_id)
    if found is None:
        raise NotFound(t("没有这个项目，或不在您的范围内"))
    return found


async def _account(account_id: int) -> Account:
    found = await store_payees.one(account_id)
    if found is None:
        raise NotFound(t("没有这个账户，或不在您的范围内"))
    return found


def _payee(project: Project, entry: AccountEntry) -> Party:
    """Who is paid: the party named, among those who hold a right now; else the owner."""
    holders = {holding.party.id: holding.party for holding in project.rights if holding.until_on is None}
    if project.owner is not None:
        holders.setdefault(project.owner.id, project.owner)
    wanted = entry.party_id or (project.owner.id if project.owner else None)
    if wanted is None:
        raise Invalid.field("party_id", t("项目没有登记所有权人，请指明收款的权利人"))
    if wanted not in holders:
        raise Invalid.field("party_id", t("该项目没有这个权利人"))
    return holders[wanted]
