"""A refusal cites article and clause of the policy's own wording; who may approve what, at every band's edge."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Forbidden, Invalid
from insurance.base.text import render
from insurance.claims import actions_assessment, actions_decision
from insurance.claims.actions_decision import check_authority
from insurance.claims.model import Claim, ClaimState, OverAuthority
from insurance.claims.model_verbs import Approval, Assessment, Declinature, InterimPayment, Outage
from insurance.claims.store import Row
from insurance.policies.model import Cover
from insurance.projects.model import Taxonomy
from make.claims import assess, claim_in, later
from people import People, api, browser

S = ClaimState
# reason → what is given with it, and the clause that is kept
CITED: dict[str, tuple[Cover, dict[str, Any], str, str]] = {
    "EXCLUDED": (Cover.INDUSTRY, {"exclusion": "WEAR", "explained": True}, "第七条（五）", "自然磨损、锈蚀、固有缺陷"),
    "THRESHOLD_NOT_MET": (Cover.INDUSTRY, {}, "第五条（三）", "暴雨"),
    "PERIL_NOT_INSURED": (Cover.INDUSTRY, {}, "第五条、第六条", "所列保险责任"),
    "NOT_IN_FORCE": (Cover.INDUSTRY, {}, "", "保险单载明的保险期间：2019-03-02 至 2020-03-01"),
    "NO_INTEREST": (Cover.INDUSTRY, {}, "", ""),
    "MODE_CHANGED": (Cover.INCOME, {"exclusion": "MODE", "explained": True}, "第六条（四）", "经营方式不再是集体自营之后的减收"),
}


async def assessed(story: People, cover: Cover, **insured: Any) -> Claim:
    """A claim of this cover, assessed."""
    claim = await claim_in(S.OPENED, story, loss=await make.insured(story, cover, **insured))
    if cover is Cover.INDUSTRY:
        return await assess(claim, story, salvage_fen=0)
    outage = Outage(damaged_on=date(2019, 8, 11), resumed_on=date(2019, 8, 30))
    return await actions_assessment.assessment(claim.id, Assessment(version=claim.version, outage=outage), actor=story.adjuster_a)


async def decline(claim: Claim, actor: Actor, **known: Any) -> Claim:
    fields: dict[str, Any] = {"version": claim.version, "note": "现场与气象资料查明"} | known
    given = Declinature(**fields)
    return await actions_decision.declinature(claim.id, given, actor=actor)


@pytest.mark.parametrize("code", CITED)
async def test_a_reason_is_kept_with_article_and_clause(story: People, code: str) -> None:
    cover, more, clause, said = CITED[code]
    claim = await assessed(story, cover)

    await decline(claim, story.approver_a, reasons=(code,), **more)

    (kept,) = await db.fetchval("SELECT reasons FROM decision WHERE claim_id = $1", claim.id)
    assert (kept["code"], kept["clause"], kept["clause_zh"]) == (code, clause, said)
    assert kept["article"].startswith("保险法")
    assert kept["mark"] in {"verified", "unverified"}
    assert kept["explained"] is (True if "exclusion" in more else None)
    assert bool(kept["clause_en"]) is bool(said)


async def test_danger_is_no_reason_against_a_crop(story: People) -> None:
    crop = await assessed(story, Cover.INDUSTRY, taxonomy=Taxonomy.PLANT.value)
    shed = await claim_in(S.ASSESSING, story)

    with pytest.raises(Invalid, match="有误") as refusal:
        await decline(crop, story.approver_a, reasons=("DANGER_NOT_NOTIFIED",))

    assert [fault.field for fault in refusal.value.faults] == ["reasons[0]"]
    assert "农业保险标的" in str(refusal.value.faults[0].text)
    assert (await decline(shed, story.approver_a, reasons=("DANGER_NOT_NOTIFIED",))).state is S.REJECTED


async def test_the_form_offers_only_what_fits(client: httpx.AsyncClient, story: People) -> None:
    crop = await assessed(story, Cover.INDUSTRY, taxonomy=Taxonomy.PLANT.value)

    page = await (await browser(client, story.approver_a)).get(f"/claims/{crop.id}?do=declinature")

    assert 'value="DANGER_NOT_NOTIFIED"' not in page.text
    assert 'value="MODE_CHANGED"' not in page.text
    assert 'value="EXCLUDED"' in page.text
    assert "第七条（五） 自然磨损" in page.text


async def test_an_unproved_exclusion_says_why_it_cannot_be_used(client: httpx.AsyncClient, story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    body = {"version": claim.version, "reasons": ["EXCLUDED"], "exclusion": "WEAR", "note": "锈蚀"}

    told = await (await api(client, story.approver_a)).post(f"/claims/{claim.id}/declinature", body)

    assert told.status_code == 422
    assert [error["field"] for error in told.json()["errors"]] == ["explained"]
    assert "第十七条" in told.json()["errors"][0]["text"]


# -- authority ---------------------------------------------------------------------------------------------------------------

BANDS = [(20_000_000, "核赔岗"), (20_000_001, "高级核赔人"), (100_000_000, "高级核赔人"), (100_000_001, "分公司核赔负责人")]


@pytest.mark.parametrize(("amount", "level"), BANDS)
def test_above_authority_says_whose_it_is_at_every_edge(story: People, amount: int, level: str) -> None:
    row = Row({"procedure_version": "2019-01-01", "regimes": ["PROPERTY"], "taxonomy": "GREENHOUSE"})
    own = msgspec.structs.replace(story.approver_a, authority_fen=amount)

    check_authority(row, amount, own)
    for less in (amount - 1, 0, None):
        with pytest.raises(OverAuthority, match=level) as refusal:
            check_authority(row, amount, msgspec.structs.replace(own, authority_fen=less))
        assert refusal.value.status == 403
        assert re.search(r"[Aa]pprover|branch", render(refusal.value.text, "en"))


async def test_interim_money_counts_towards_authority(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)  # A3: 4,003,101
    given = InterimPayment(version=claim.version, amount_fen=4_000_000)
    claim = await actions_decision.interim_payment(claim.id, given, actor=story.approver_a)
    small = msgspec.structs.replace(story.approver_a, authority_fen=4_003_100)

    with pytest.raises(OverAuthority, match=r"40,031\.01"):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=small)


# -- four eyes ---------------------------------------------------------------------------------------------------------------


async def test_whoever_assessed_an_earlier_version_does_not_decide_either(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    claim = await assess(
        claim, msgspec.structs.replace(story, adjuster_a=msgspec.structs.replace(story.adjuster_a, user_id=story.city.user_id))
    )
    first = msgspec.structs.replace(story.approver_a, user_id=story.adjuster_a.user_id)

    with pytest.raises(Forbidden, match="另一位核赔人"):
        await actions_decision.approval(claim.id, Approval(version=claim.version), actor=first)
    with pytest.raises(asyncpg.CheckViolationError, match="four_eyes"):
        async with db.transaction(first.scope):
            await db.execute(
                "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen,"
                " decided_by, decided_at) SELECT a.claim_id, a.region_path, a.insurer_id, 99, a.id, a.assessor_id, 'ZERO', 0, $2, now()"
                " FROM assessment a WHERE a.claim_id = $1 ORDER BY a.version DESC LIMIT 1", claim.id, first.user_id,
            )  # fmt: skip


_PART = (
    "INSERT INTO claim_part (claim_id, region_path, insurer_id, kind, ordinal, amount_fen, decision_id, payee_account_id, approved_by,"
    " approved_on) SELECT d.claim_id, d.region_path, d.insurer_id, 'FINAL', 2, d.amount_fen + $2, d.id, d.payee_account_id, d.decided_by,"
    " '2019-08-30' FROM decision d WHERE d.claim_id = $1"
)


async def test_a_decision_has_one_part(story: People) -> None:
    claim = await claim_in(S.APPROVED, story)

    with pytest.raises(asyncpg.UniqueViolationError, match="claim_part_once"):
        async with db.transaction(story.approver_a.scope):
            await db.execute(_PART, claim.id, 0)


async def test_the_part_of_a_decision_has_its_amount(story: People) -> None:
    claim = await claim_in(S.ASSESSING, story)
    decide = (
        "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen,"
        " payee_party_id, payee_account_id, decided_by, decided_at) SELECT a.claim_id, a.region_path, a.insurer_id, 99, a.id, a.assessor_id,"
        " 'APPROVED', a.payable_fen, y.party_id, y.id, $2, now() FROM assessment a, party_account y WHERE a.claim_id = $1"
    )

    async with db.transaction(story.approver_a.scope):
        await db.execute(decide, claim.id, story.approver_a.user_id)
        with pytest.raises(asyncpg.ForeignKeyViolationError, match="claim_part_decided"):
            async with db.transaction(story.approver_a.scope):
                await db.execute(_PART, claim.id, 1)
        await db.execute(_PART, claim.id, 0)


async def test_one_version_is_decided_once(story: People) -> None:
    claim = await claim_in(S.PUBLICITY, story)
    approver = later(story.approver_a, 4)
    await actions_decision.approval(claim.id, Approval(version=claim.version), actor=approver)

    with pytest.raises(asyncpg.UniqueViolationError, match="decision_claim_id_claim_version"):
        async with db.transaction(approver.scope):
            await db.execute(
                "INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen,"
                " decided_by, decided_at) SELECT claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, 'REJECTED', 0,"
                " decided_by, decided_at FROM decision WHERE claim_id = $1", claim.id,
            )  # fmt: skip
