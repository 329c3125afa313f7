"""An opening policy goes on as any other: its sum is corrected by an endorsement, a lowered sum bought back, the cover cancelled."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from insurance.base import db
from insurance.policies import actions, actions_endorse, actions_verify, store_premium
from insurance.policies.model import Cover, PolicyState
from insurance.policies.store import Bound
from insurance.projects.model import Project
from make.midterm import cancelled, change_paper, endorsed, joined
from make.openings import a_new_loss, brought_in, claim_row, claims, counts, insured, offences, policies, policy_row, tried
from people import People

TWO: list[dict[str, Any]] = [{"code": "ZC-1"}, {"code": "ZC-2", "name": "2号棚", "cost_fen": 40_000_000}]


async def taken_over(story: People, **known: Any) -> tuple[Project, Bound]:
    """A project with an opening policy of 1 March 2019 over 70,000,000 fen for 245,000."""
    made = await insured(story, assets=TWO, **known)
    async with db.transaction(story.county.scope):
        row = await db.fetchrow("SELECT id, number FROM policy WHERE project_id = $1", made.id)
    assert row is not None
    return made, Bound(row["id"], row["number"], made.id, Cover.INDUSTRY, 70_000_000, 245_000)


async def test_another_sum_is_an_endorsement_and_what_was_stated_stays(client: httpx.AsyncClient, story: People) -> None:
    made, bound = await taken_over(story)
    signed = await change_paper(made, story.county)

    done = await endorsed(
        bound, "SUM_CHANGED", actor=story.county, effective_on="2019-08-31", document=signed,
        assets=[{"asset": made.assets[0].id}],
    )  # fmt: skip
    added = await joined(made, bound, actor=story.county)

    whole = await actions.policy(bound.id, actor=story.county)
    assert (done.sum_before_fen, whole.state) == (70_000_000, PolicyState.ENDORSED)
    assert whole.sum_insured_fen == done.sum_after_fen + added.added[0].sum_insured_fen
    assert sum(share.amount_fen for share in whole.shares) == whole.premium_fen == 245_000 + done.difference_fen + added.charged_fen
    assert whole.opening
    again = await tried(client, story.county, policies(policy_row(code=made.code)), "policies")
    other = await tried(client, story.county, policies(policy_row(code=made.code, sum="600000")), "policies")
    assert counts(again) == (0, 1, 0), "what was stated stays what it was"
    assert [fault["code"] for fault in other["faults"]] == ["already-there"]
    assert await actions_verify.verify(actor=story.city) == (1, [])
    assert await actions_verify.verify_endorsements(actor=story.city) == (2, [])
    assert await offences() == []


async def test_what_a_past_claim_took_of_the_sum_is_bought_back(story: People) -> None:
    made, bound = await taken_over(story)
    await brought_in("claims", claims(claim_row(asset_code="ZC-1")), story.county)
    signed = await change_paper(made, story.county)

    done = await endorsed(bound, "REINSTATE", actor=story.county, document=signed, effective_on="2019-09-01")

    assert [(line.name, line.restored_fen) for line in done.lines] == [(made.assets[0].name, 2_520_000)]
    assert done.charged_fen == 4_398  # 2,520,000 x 0.35 % x 182 / 365
    assert await offences() == []


async def test_a_cancelled_opening_policy_gives_back_the_days_left(story: People) -> None:
    made, bound = await taken_over(story, unpaid="45.00")

    done = await cancelled(made, bound, actor=story.county)

    whole = await actions.policy(bound.id, actor=story.county)
    books = await db.fetch("SELECT event, amount_fen FROM transfer WHERE subject = $1 ORDER BY id", f"policy:{bound.id}")
    assert whole.state is PolicyState.CANCELLED
    assert whole.last_day < date(2020, 2, 29)
    assert done.returned_fen > 0
    assert sum(row["amount_fen"] for row in books if row["event"] == "PREMIUM_DUE") == 4_500, "only what was unpaid was an entry"
    assert sum(row["amount_fen"] for row in books if row["event"] == "REFUND") == done.returned_fen
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])
    assert await offences() == []


@pytest.mark.parametrize(
    ("unpaid", "left"),
    [
        ("0", -24_634),  # 123,170 x 20 %, paid before these books began: owed to the insured
        ("2450.00", 24_366),  # all of its 49,000 fen still due: given back from that
        ("600.00", -12_634),  # 12,000 fen of the unpaid 60,000 are the insured's
    ],
)
async def test_a_refund_of_premium_paid_before_is_owed_to_its_payer_and_by_the_insurer(story: People, unpaid: str, left: int) -> None:
    made, bound = await taken_over(story, unpaid=unpaid)

    done = await cancelled(made, bound, actor=story.county)

    books = await db.fetch(
        "SELECT event, CASE '1102' WHEN debit THEN amount_fen ELSE -amount_fen END AS fen FROM transfer"
        " WHERE subject = $1 AND '1102' IN (debit, credit) ORDER BY id", f"policy:{bound.id}",
    )  # fmt: skip
    assert [row["fen"] for row in books if row["event"] == "REFUND"] == [-24_634]
    assert sum(row["fen"] for row in books) == left
    stands = {row["payer"]: row for row in await store_premium.positions(story.city.on, ids=[bound.id])}
    assert stands["INSURED"]["open_fen"] == left
    assert sum(row["refunded_fen"] for row in stands.values()) == done.returned_fen
    assert sum(row["open_fen"] for row in stands.values()) == sum(row["owed_fen"] for row in stands.values())
    assert await offences() == []


async def test_a_loss_on_an_over_insured_policy_pays_the_value_and_gives_the_excess_premium_back(
    client: httpx.AsyncClient, story: People
) -> None:
    _, bound = await taken_over(story, sum="1500000.00", premium="5250.00")  # worth 1,060,500 yuan on the first day

    claim = await a_new_loss(client, story, 5_000_000)

    (refund,) = await actions_endorse.endorsements(bound.id, actor=story.county)
    assert claim["state"] == "APPROVED"
    assert (refund.kind, refund.claim) == ("EXCESS_REFUND", claim["id"])
    assert refund.returned_fen > 0
    assert await actions_verify.verify_endorsements(actor=story.city) == (1, [])
    assert await offences() == []
