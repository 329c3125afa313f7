"""Papers of a project and accounts of its payees: filed once, seen in scope, changed by two persons."""

from __future__ import annotations

from datetime import date
from typing import Any

import asyncpg
import msgspec
import pytest

import make
from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import InsuranceError, Invalid, NotFound, Refused, WrongState
from insurance.projects import actions_payees, documents, store_facts, store_payees
from insurance.projects.actions_payees import PayeeAccount
from insurance.projects.entries import AccountEntry
from insurance.projects.model import PaperKind, Project
from make.projects import PDF
from people import People

FIRST, OTHER = "9140114010142050001234", "9140114010142050009999"
OWNER = "石门村股份经济合作社"


async def test_a_paper_is_filed_once_and_handed_out_as_it_was(story: People) -> None:
    made = await make.project(story.town)

    filed = await documents.file_for_project(made.id, "TITLE", "../确权.exe", PDF, date(2018, 3, 1), actor=story.town)
    again = await documents.file_for_project(made.id, "TITLE", "另名.pdf", PDF, actor=story.county)
    paper, content = await documents.hand_out(filed.id, actor=story.county)

    assert again == filed == paper
    assert (filed.name, filed.media, filed.byte_count, filed.filed_by) == ("确权.exe.pdf", "application/pdf", len(PDF), "town")
    assert content == PDF
    assert await db.fetchval("SELECT count(*) FROM audit_event WHERE verb = 'document.filed'") == 1
    assert await documents.papers_of("project", made.id, actor=story.city) == [filed]


async def test_a_paper_is_not_there_for_a_stranger(story: People) -> None:
    made = await make.project(story.town)
    filed = await documents.file_for_project(made.id, "TITLE", "a.pdf", PDF, actor=story.town)
    await db.execute("INSERT INTO project_grant (project_id, insurer_id, from_on) VALUES ($1, $2, '2019-01-01')", made.id, story.insurer_a)

    for stranger in (story.other_county, story.other_town, story.adjuster_b):
        with pytest.raises(NotFound):
            await documents.hand_out(filed.id, actor=stranger)
    with pytest.raises(NotFound):
        await documents.file_for_project(made.id, "TITLE", "a.pdf", PDF, actor=story.other_county)
    own = await documents.file_for_project(made.id, "PHOTO", "a.pdf", PDF, actor=story.adjuster_a)
    with pytest.raises(NotFound):
        await documents.hand_out(own.id, actor=story.adjuster_b)
    assert (await documents.hand_out(own.id, actor=story.town))[1] == PDF


async def test_an_insurer_reads_what_its_cover_rests_on_and_writes_none_of_it(story: People) -> None:
    made = await make.project(story.town)
    filed = [await documents.file_for_project(made.id, kind.value, "a.pdf", PDF, actor=story.town) for kind in PaperKind]
    others = await documents.file_for_project(made.id, "TITLE", "b.pdf", PDF + b"%", actor=story.city)
    await db.execute("UPDATE document SET insurer_id = $1 WHERE id = $2", story.insurer_b, others.id)
    before = await documents.papers_of("project", made.id, actor=story.adjuster_a)
    await db.execute("INSERT INTO project_grant (project_id, insurer_id, from_on) VALUES ($1, $2, '2019-01-01')", made.id, story.insurer_a)

    seen = await documents.papers_of("project", made.id, actor=story.adjuster_a)

    assert before == []
    assert [paper.kind for paper in seen] == [paper.kind for paper in filed if paper.kind != "LINK"], "poor households are named there"
    assert [paper.id for paper in await documents.papers_of("project", made.id, actor=story.adjuster_b)] == [others.id]
    async with db.transaction(story.adjuster_a.scope):
        assert await db.execute("UPDATE document SET file_name = 'x' WHERE id = $1", filed[0].id) == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(story.adjuster_a.scope):
            await db.execute(
                "INSERT INTO document (region_path, subject_kind, subject_id, kind, content_sha256, media, byte_count, file_name, filed_by,"
                " filed_at) SELECT region_path, subject_kind, subject_id, 'OTHER', 'x', media, 1, 'x', filed_by, filed_at FROM document"
                " WHERE id = $1", filed[0].id,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "content", "dated_on", "field"),
    [
        ("RECIPE", PDF, None, "kind"),
        ("TITLE", b"MZ\x90\x00", None, "file"),
        ("TITLE", b"", None, "file"),
        ("TITLE", PDF, date(2019, 8, 31), "dated_on"),
    ],
)
async def test_a_refused_paper_leaves_no_trace(story: People, kind: str, content: bytes, dated_on: date | None, field: str) -> None:
    made = await make.project(story.town)

    with pytest.raises(Invalid) as refused:
        await documents.file_for_project(made.id, kind, "a.pdf", content, dated_on, actor=story.town)

    assert [fault.field for fault in refused.value.faults] == [field]
    assert await documents.papers_of("project", made.id, actor=story.town) == []


@pytest.mark.parametrize(
    ("kind", "fact", "known"),
    [("LINK", "link_agreement", True), ("INCOME_AGREEMENT", "income_basis", "AGREEMENT"), ("ACCOUNTS", "income_basis", "ACCOUNTS")],
)
async def test_a_paper_proves_its_fact_from_its_day(story: People, kind: str, fact: str, known: Any) -> None:
    made = await make.project(story.town, income_basis=None)
    await documents.file_for_project(made.id, kind, "a.pdf", PDF, date(2019, 5, 1), actor=story.town)

    before, after = [(await store_facts.facts_of(story.town, day, [made.id]))[0] for day in (date(2019, 4, 30), date(2019, 5, 1))]

    assert (getattr(before, fact), getattr(after, fact)) == (None, known)
    assert (list(before.papers), list(after.papers)) == ([], [kind])


def account(**fields: Any) -> AccountEntry:
    usual = {"holder_name": OWNER, "bank_name": "峄城农村商业银行", "account_number": FIRST}
    return msgspec.convert(usual | fields, AccountEntry)


async def entered(made: Project, actor: Actor, **fields: Any) -> PayeeAccount:
    return await actions_payees.enter_account(made.id, account(**fields), actor=actor)


async def test_the_first_account_holds_at_once_and_its_number_is_nowhere_in_the_clear(story: People) -> None:
    made = await make.project(story.town)

    first = await entered(made, story.town, account_number="9140 1140 1014 2050 0012 34", holder_name="石门村股份经济合作社 ")

    assert made.owner is not None
    assert (first.state, first.account, first.party) == ("CURRENT", "****1234", made.owner)
    stored = await db.fetchrow("SELECT * FROM party_account")
    assert stored is not None
    assert FIRST not in repr(dict(stored))
    assert keys().show(stored["account_cipher"]) == FIRST
    assert FIRST not in str(await db.fetch("SELECT facts FROM audit_event"))
    payable = await store_payees.payable_accounts([made.owner.id], story.town.on)
    assert payable[made.owner.id].id == first.id


async def test_a_change_of_account_needs_a_paper_and_a_second_person(story: People) -> None:
    made = await make.project(story.town)
    assert made.owner is not None
    first = await entered(made, story.town)
    change = await entered(made, story.town, account_number=OTHER)

    async def current() -> int:
        assert made.owner is not None
        return (await store_payees.payable_accounts([made.owner.id], story.town.on))[made.owner.id].id

    assert (change.state, change.replaces_id, await current()) == ("WAITING", first.id, first.id)
    with pytest.raises(Refused):  # no paper yet
        await actions_payees.approve_account(change.id, actor=story.county)
    await actions_payees.file_for_account(change.id, "变更申请.pdf", PDF, actor=story.town)
    with pytest.raises(Refused):  # who entered it
        await actions_payees.approve_account(change.id, actor=story.town)
    assert await current() == first.id

    approved = await actions_payees.approve_account(change.id, actor=story.county)

    assert (approved.state, approved.approved_by, await current()) == ("CURRENT", "county", change.id)
    assert [one.state for one in await actions_payees.accounts_of(made.id, actor=story.town)] == ["ENDED", "CURRENT"]
    with pytest.raises(WrongState):
        await actions_payees.approve_account(change.id, actor=story.county)
    with pytest.raises(WrongState):
        await actions_payees.approve_account(first.id, actor=story.county)
    verbs = await db.fetch("SELECT verb FROM audit_event WHERE subject = $1 ORDER BY id", f"account:{change.id}")
    assert [row["verb"] for row in verbs] == ["payee-account.entered", "document.filed", "payee-account.approved"]


async def test_a_newer_change_takes_the_place_of_one_still_waiting(story: People) -> None:
    made = await make.project(story.town)
    await entered(made, story.town)
    mistaken = await entered(made, story.town, account_number=OTHER)

    await entered(made, story.town, account_number="9140114010142050008888")

    with pytest.raises(WrongState):
        await actions_payees.approve_account(mistaken.id, actor=story.county)
    states = [one.state for one in await actions_payees.accounts_of(made.id, actor=story.town)]
    assert states == ["CURRENT", "ENDED", "WAITING"]


@pytest.mark.parametrize(
    ("known", "fields", "refusal", "field"),
    [
        ({}, {"holder_name": "某人"}, Invalid, "holder_name"),
        ({}, {"account_number": "1234567"}, Invalid, "account_number"),
        ({}, {"account_number": "6.22E+18"}, Invalid, "account_number"),
        ({}, {"party_id": 2**62}, Invalid, "party_id"),
        ({"owner": None}, {}, Invalid, "party_id"),
        ({"owner": {"name": "王某", "kind": "INDIVIDUAL"}}, {"holder_name": "王某", "account_number": "6222020000000000001"}, Invalid,
         "account_number"),
    ],
)  # fmt: skip
async def test_a_refused_account_leaves_no_trace(
    story: People, known: dict[str, Any], fields: dict[str, Any], refusal: type[InsuranceError], field: str
) -> None:
    made = await make.project(story.town, **known)

    with pytest.raises(refusal) as refused:
        await entered(made, story.town, **fields)

    assert [fault.field for fault in refused.value.faults] == [field]
    assert await db.fetchval("SELECT count(*) FROM party_account") == 0


async def test_the_account_in_use_is_not_entered_again_and_a_persons_card_is_checked(story: People) -> None:
    made = await make.project(story.town, owner={"name": "王某", "kind": "INDIVIDUAL"})
    await entered(made, story.town, holder_name="王某", account_number="6222020000000000000")

    with pytest.raises(Refused):
        await entered(made, story.county, holder_name="王某", account_number="6222020000000000000")


async def test_an_account_of_another_county_is_not_there(story: People) -> None:
    made = await make.project(story.town)
    first = await entered(made, story.town)

    for act in (
        actions_payees.accounts_of(made.id, actor=story.other_county),
        actions_payees.account(first.id, actor=story.other_county),
        actions_payees.enter_account(made.id, account(), actor=story.other_county),
        actions_payees.approve_account(first.id, actor=story.other_county),
        actions_payees.file_for_account(first.id, "a.pdf", PDF, actor=story.other_county),
        actions_payees.account(first.id, actor=story.adjuster_a),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await actions_payees.account(first.id, actor=story.maker)).account == "****1234"
