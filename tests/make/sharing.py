"""A plan on file, a list of households, and distributions as far as a test wants them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import msgspec

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.codes import luhn_digit
from insurance.claims.model import Claim, ClaimState
from insurance.policies.model import Cover
from insurance.projects import actions_annual, documents, store
from insurance.projects.entries import AnnualEntry
from insurance.projects.model import Project
from insurance.sharing import actions, actions_plans, actions_uses
from insurance.sharing.model import ListWish, Payment, PlanEntry, Publication, SharingEntry, Source, UseEntry
from insurance.sharing.views import ListView, PlanView, SharingView
from make.claims import claim_in, insured, way
from make.income import assess_income, file_statement
from make.projects import PDF
from make.projects import project as make_project
from people import People

_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
HEADING = "户编号,户主姓名,身份证号,开户行,银行卡号,分配权数,困难情况,是否村干部"
UNIT = {"payee_name": "仙坛老年公寓", "payee_bank": "示范银行峄城支行", "payee_account": "3700160808059990001"}
PURPOSES: list[dict[str, Any]] = [{"purpose": "DIVIDEND", "weight": 70}, {"purpose": "MUTUAL_AID", "weight": 30, **UNIT}]


def later(actor: Actor, day: date) -> Actor:
    """The same person on another business day."""
    return msgspec.structs.replace(actor, on=day, at=actor.at + timedelta(days=(day - actor.on).days))


def resident_id(number: int) -> str:
    """A made-up identity number with its check digit."""
    signs = f"370404195{number % 10}0{1 + number % 9}0{1 + number % 8}{number:03d}"
    return signs + _CHECKS[sum(int(sign) * weight for sign, weight in zip(signs, _WEIGHTS, strict=True)) % 11]


def card(number: int) -> str:
    """A made-up card with its check digit."""
    digits = f"622202{number:012d}"
    return digits + luhn_digit(digits)


def household(number: int, weight: int | str = 1, **known: str) -> dict[str, str]:
    """One line of a list."""
    return {
        "key": f"{number:03d}", "name": f"王第{number}", "id": resident_id(number), "bank": "峄城农商行", "card": card(number),
        "weight": str(weight), "need": "享受政策", "cadre": "否",
    } | known  # fmt: skip


def household_file(lines: list[dict[str, str]]) -> bytes:
    """A list as an office's CSV."""
    return "\r\n".join([HEADING, *(",".join(line.values()) for line in lines)]).encode()


async def paper(project: Project, kind: str, actor: Actor) -> int:
    """A paper of the project; answers its id."""
    content = PDF + f"% {kind} {random.random()}".encode()  # noqa: S311
    return (await documents.file_for_project(project.id, kind, f"{kind}.pdf", content, actor=actor)).id


async def plan(project: Project, story: People, *, purposes: list[dict[str, Any]] | None = None, **known: Any) -> PlanView:
    """A plan voted in January: 70 to the households, 30 to the home for the aged."""
    entry = {
        "project_id": project.id, "shown_on": "2019-01-05", "voted_on": "2019-01-20", "from_on": "2019-01-20",
        "document_id": await paper(project, "OTHER", story.town), "purposes": purposes or PURPOSES,
    }  # fmt: skip
    return await actions_plans.file_plan(msgspec.convert(entry | known, PlanEntry), actor=story.town)


async def households(project: Project, story: People, lines: list[dict[str, str]] | None = None, *, on: date | None = None) -> ListView:
    """A list the town brings in and the county agrees to: 37 households of the same weight unless told otherwise."""
    content = household_file([household(number) for number in range(1, 38)] if lines is None else lines)
    made = await actions_plans.bring_in_list(project.id, on or date(2019, 2, 1), content, actor=story.town)
    return await actions_plans.confirm_list(made.id, made.version, actor=story.county)


async def income(project: Project, story: People, amount_fen: int = 5_264_000, year: int = 2018) -> int:
    """The net income of a past year, by its accounts; answers its id."""
    entry = AnnualEntry(year=year, net_income_fen=amount_fen, document_id=await paper(project, "ACCOUNTS", story.town))
    return (await actions_annual.file_annual(project.id, entry, actor=story.town)).id


async def ground(story: People, lines: list[dict[str, str]] | None = None, **known: Any) -> Project:
    """A project of Tanshan with plan and list."""
    project = await make_project(story.town)
    await plan(project, story, **known)
    await households(project, story, lines)
    return project


async def drafted(story: People, project: Project | None = None, amount_fen: int = 5_264_000, year: int = 2018) -> SharingView:
    """A draft of a past year's income."""
    project = project or await ground(story)
    entry = SharingEntry(project_id=project.id, source=Source.INCOME, annual_account_id=await income(project, story, amount_fen, year))
    return await actions.draft(entry, actor=story.town)


async def published(story: People, found: SharingView | None = None) -> SharingView:
    """Shown to the village since mid August, so that its window is over at the end of the month."""
    found = found or await drafted(story)
    posted = found.head.made_on
    given = Publication(version=found.head.version, posted_on=posted, place="村务公开栏", document_id=await photo(found, story))
    return await actions.publish(found.head.id, given, actor=later(story.town, posted))


async def photo(found: SharingView, story: People) -> int:
    """A paper of the distribution's project."""
    content = PDF + f"% {random.random()}".encode()  # noqa: S311
    return (await documents.file_for_project(found.head.project_id, "PHOTO", "公示.pdf", content, actor=story.town)).id


def over(found: SharingView, actor: Actor) -> Actor:
    """The person on the first day after the objection period."""
    assert found.head.window_last_on is not None
    return later(actor, found.head.window_last_on + timedelta(days=1))


async def confirmed(story: People, found: SharingView | None = None) -> SharingView:
    """Agreed to by the county on the day after the window."""
    found = await published(story, found)
    return await actions.confirm(found.head.id, found.head.version, actor=over(found, story.county))


async def use(found: SharingView, story: People, purpose: str, amount_fen: int, *, actor: Actor) -> UseEntry:
    """A use with its paper, on the actor's day."""
    return msgspec.convert(
        {"version": found.head.version, "purpose": purpose, "amount_fen": amount_fen, "used_on": actor.on,
         "document_id": await photo(found, story)}, UseEntry,
    )  # fmt: skip


class Covered(msgspec.Struct):
    """A project with plan and list, and its claim."""

    project: Project
    claim: Claim


async def income_claim(story: People, *, paid: bool = True) -> Covered:
    """An income claim with its statement (1,000,000 fen earned), paid by the bank unless told otherwise; plan and list on file."""
    loss = await insured(story, Cover.INCOME)
    claim = await claim_in(ClaimState.OPENED, story, loss=loss, reported_fen=1_000_000)
    statement = await file_statement(claim, story.town)
    claim = await assess_income(claim, story.adjuster_a, income={"statement_id": statement.id})
    if paid:
        claim = await way(claim, story, "approve", "sign_office", "sign_adjuster", "order", "pay")
    async with db.transaction(story.town.scope):
        project = await store.project(loss.project_id)
    assert project is not None
    await plan(project, story)
    await households(project, story)
    return Covered(project, claim)


def payout_of(claim: Claim) -> int:
    """The payout of a claim's last part."""
    payout = claim.parts[-1].payout
    assert payout is not None
    return payout.id


async def of_payout(story: People, covered: Covered) -> SharingView:
    """A draft of what the bank has paid on the claim."""
    entry = SharingEntry(project_id=covered.project.id, source=Source.INCOME_COVER, payout_id=payout_of(covered.claim))
    return await actions.draft(entry, actor=story.town)


async def given(story: People, project: Project, source: Source, amount_fen: int, **known: Any) -> SharingView:
    """A draft of money with a paper of its own: fund or backstop."""
    entry = SharingEntry(
        project_id=project.id, source=source, amount_fen=amount_fen, payer="峄城区财政局", reason="台风减收，区财政兜底",
        document_id=await paper(project, "OTHER", story.town), **known,
    )  # fmt: skip
    return await actions.draft(entry, actor=story.town)


async def used(story: People, project_id: int) -> SharingView:
    """A distribution of the project whose households are paid by a list; confirmed a week ago."""
    async with db.transaction(story.town.scope):
        project = await store.project(project_id)
    assert project is not None
    before = msgspec.structs.replace(story, **{name: later(actor, date(2019, 8, 12)) for name, actor in story.everybody().items()})
    await plan(project, before)
    await households(project, before)
    found = await confirmed(before, await drafted(before, project))
    listed = await actions_uses.make_list(found.head.id, ListWish(version=found.head.version), actor=over(found, story.maker))
    paper_id = await photo(found, before)
    given = Payment(version=listed.head.version, paid_on=over(found, story.maker).on, document_id=paper_id)
    return await actions_uses.pay(found.head.id, listed.pay_lists[0].id, given, actor=over(found, story.maker))


def ids_of(found: SharingView) -> dict[str, int]:
    """What the routes call its parts."""
    return {
        "sharing_id": found.head.id, "plan_id": found.plan.id, "list_id": found.list_id or 0, "pay_list_id": found.pay_lists[0].id,
        "use_id": found.uses[0].id,
    }  # fmt: skip
