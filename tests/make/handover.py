"""One county handed over at New Year 2020, played through the real actions: what there is to see, and what happens on which day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import msgspec

import make
from insurance.access import clock
from insurance.access.model import Actor
from insurance.base import db
from insurance.claims import actions_evidence, actions_letters, actions_report, disasters
from insurance.claims.model import Claim, ClaimState
from insurance.claims.model_verbs import Declaration, Report
from insurance.policies import actions, actions_handover, actions_quote, actions_renew
from insurance.policies.entries import RenewalEntry
from insurance.policies.model import Cover, Peril
from insurance.policies.views_handover import RuleChange
from insurance.projects import actions_annual, actions_payees, documents
from insurance.projects.entries import AccountEntry, AnnualEntry
from insurance.projects.model import Project
from make import midterm, photos, recovery
from make.claims import Loss, reported
from make.policies import ask, bind, on_day, paper
from make.projects import PDF, TANSHAN_TOWN
from people import Api, Browser, People

CHANGE = date(2020, 1, 1)
BEFORE, LAST_DAY, MIDNIGHT, AFTER, LATE = date(2019, 12, 1), date(2019, 12, 31), CHANGE, date(2020, 1, 15), date(2020, 1, 20)
MOMENTS = (BEFORE, LAST_DAY, MIDNIGHT, AFTER, LATE)


class Night(msgspec.Struct):
    """The county as it grows: ids by the name of the thing, and the words by which it shows in a list."""

    story: People
    ids: dict[str, dict[str, int]] = {}
    words: dict[str, str] = {}
    projects: dict[str, Project] = {}
    policies: dict[str, Any] = {}
    signed_in: dict[tuple[str, bool], Api | Browser] = {}

    def see(self, name: str, word: str = "", **ids: int) -> None:
        """There is something to see: its ids by the names routes use, and the word of its own."""
        self.ids[name] = ids
        if word:
            self.words[name] = word

    def at(self, who: str, day: date, hour: int = 9) -> Actor:
        """Somebody on a day."""
        actor: Actor = getattr(self.story, who)
        return msgspec.structs.replace(on_day(actor, day), at=clock.at(day, hour))

    async def insured(self, name: str, starts_on: date, insurer: str, bound_on: date) -> None:
        """A project with its owner's account and a policy of the asset cover."""
        office = self.at("town", bound_on)
        owner = f"{name}股份经济合作社"
        made = await make.project(office, assets=[{"regime": "ENT"}], name=f"移交{name}", owner={"name": owner})
        entry = AccountEntry(holder_name=owner, bank_name="农商行", account_number=f"62220200000{made.id:08d}")
        account = await actions_payees.enter_account(made.id, entry, actor=office)
        self.projects[name] = made
        await self.filed(f"paper {name}", name, bound_on, "TITLE")
        await paper(made, "APPLICATION", actor=office)
        self.policies[name] = bound = await bind(made, actor=office, insurer=insurer, starts_on=starts_on)
        self.see(f"project {name}", made.name, project_id=made.id)
        self.see(f"account {name}", account_id=account.id)
        self.see(f"policy {name}", bound.number, policy_id=bound.id)

    async def filed(self, name: str, project: str, day: date, kind: str = "CHANGE") -> int:
        """A paper of a project."""
        file_name = f"{name}.pdf"
        made = await documents.file_for_project(
            self.projects[project].id, kind, file_name, PDF + name.encode(), actor=self.at("town", day)
        )  # fmt: skip
        self.see(name, file_name, document_id=made.id)
        return made.id

    async def lost(self, name: str, project: str, loss_at: datetime, day: date, **known: Any) -> Claim:
        """A loss reported by project and cover: whose policy it is, the moment of loss decides."""
        given = Report(
            project_id=self.projects[project].id,
            cover=Cover.INDUSTRY,
            loss_at=loss_at,
            reported_fen=4_600_000,
            peril=Peril.RAINSTORM,
            **known,
        )
        claim = await actions_report.report(given, actor=self.at("town", day))
        self.see(name, claim.number, claim_id=claim.id)
        return claim


async def old_year(night: Night) -> None:
    """2019: A insures two projects; one claim is paid, photographed, written to, recovered from and closed; the change is entered."""
    story = night.story
    for cover in Cover:
        await actions.add_insurer_rule("370404", cover, "INS-A", date(2019, 1, 1), None, actor=story.city)
    await night.insured("P1", date(2019, 1, 1), "INS-A", date(2018, 12, 30))
    await night.insured("P2", date(2019, 3, 2), "INS-A", date(2019, 3, 1))
    made = await make.project(story.town, name="移交P0", owner={"name": "P0股份经济合作社"})
    quoted = await actions_quote.quote((await ask(made, actor=story.town))[0], actor=story.town)
    night.see("quote of A", quote_id=quoted.id)
    await make.paying_account(story)
    loss = Loss(night.projects["P1"].id, night.projects["P1"].code, night.policies["P1"].id, ())
    claim = await reported(story, loss)
    await actions_evidence.file(claim.id, "SCENE", "现场.jpg", photos.jpeg(1, photos.exif(at=photos.IN_JINAN)), actor=story.adjuster_a)
    claim = await make.way(claim, story, *TO_PAID)
    recovery_id = await recovery.everything(claim, story)
    claim = await make.way(claim, story, "close")
    assert claim.state is ClaimState.CLOSED
    night.see("claim paid", claim.number, claim_id=claim.id)
    async with db.transaction(story.city.scope):
        photo = await db.fetchval("SELECT document_id FROM photo WHERE claim_id = $1", claim.id)
        payout = await db.fetchrow(
            "SELECT o.id, o.number FROM payout o JOIN claim_part t ON t.id = o.part_id WHERE t.claim_id = $1", claim.id
        )
    letter = (await actions_letters.of_claim(claim.id, actor=story.town))[-1]
    night.see("photo of the claim", claim_id=claim.id, photo_id=photo)
    night.see("original of the photo", document_id=photo)
    night.see("letter of the claim", claim_id=claim.id, letter_id=letter.id)
    night.see("payout of the claim", payout["number"], payout_id=payout["id"])  # type: ignore[index]  # it was paid
    night.see("recovery of the claim", recovery_id=recovery_id)
    asked = RuleChange(counties=["370404"], covers=list(Cover), insurer="INS-B", from_on=CHANGE)
    await actions_handover.change(asked, actor=night.at("city", date(2019, 11, 20)))


async def december(night: Night) -> None:
    """The old year's last weeks: B is bound for the new year, the storm begins."""
    day = date(2019, 12, 23)
    await night.filed("application of the new year", "P1", day, "APPLICATION")
    renewed = await actions_renew.renew(night.policies["P1"].id, RenewalEntry(), actor=night.at("town", day))
    night.see("policy P1 renewed", renewed.number, policy_id=renewed.id)


async def january(night: Night) -> None:
    """The new year: the register goes on, a new project, an endorsement of an old policy, losses on both sides of midnight."""
    await night.insured("P3", date(2020, 1, 3), "INS-B", date(2020, 1, 2))
    storm = await disasters.declare(
        Declaration(
            code="NEWYEAR-1", name="跨年暴雨", peril=Peril.RAINSTORM, from_on=LAST_DAY, until_on=date(2020, 1, 2), towns=(TANSHAN_TOWN,)
        ), actor=night.at("county", date(2020, 1, 2)),
    )  # fmt: skip
    night.see("storm over midnight", "跨年暴雨", disaster_id=storm.id)
    day = date(2020, 1, 10)
    await midterm.changed(night.projects["P1"], actor=night.at("town", day), households=61, assets=[midterm.COLD_STORE])
    await midterm.changed(night.projects["P2"], actor=night.at("town", day), operation="LEASED")
    await night.filed("paper of P1 in January", "P1", day)
    await night.filed("paper of P2 in January", "P2", day)
    owner = "P1股份经济合作社"
    entry = AccountEntry(holder_name=owner, bank_name="建设银行", account_number="6222020000000099999")
    account = await actions_payees.enter_account(night.projects["P1"].id, entry, actor=night.at("town", day))
    night.see("account of P1 in January", account_id=account.id)
    accounts = await night.filed("accounts of P1 for 2019", "P1", day, "ACCOUNTS")
    given = AnnualEntry(year=2019, net_income_fen=8_765_432, document_id=accounts)
    await actions_annual.file_annual(night.projects["P1"].id, given, actor=night.at("town", day))
    town = night.at("town", date(2020, 1, 12))
    ended = await midterm.endorsed(night.policies["P2"], "MODE_CHANGED", actor=town, effective_on="2020-01-12")
    night.see("endorsement of P2", policy_id=night.policies["P2"].id, endorsement_id=ended.id or 0)
    await night.lost("claim of 00:00", "P1", datetime(2020, 1, 1, 0, 0, tzinfo=clock.BEIJING), date(2020, 1, 14), disaster_id=storm.id)


async def late(night: Night) -> None:
    """Three weeks later somebody reports what happened in the old year's last minute."""
    storm = night.ids["storm over midnight"]["disaster_id"]
    await night.lost("claim of 23:59", "P1", datetime(2019, 12, 31, 23, 59, tzinfo=clock.BEIJING), LATE, disaster_id=storm)


TO_PAID = ("accept", "survey", "assess", "approve", "sign_office", "sign_adjuster", "order", "pay")
STEPS: dict[date, Callable[[Night], Awaitable[None]]] = {BEFORE: old_year, LAST_DAY: december, AFTER: january, LATE: late}
