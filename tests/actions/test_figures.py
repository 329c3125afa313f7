"""Figures as of a day: what was known to stand that day, no more and no less."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import make
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.errors import Invalid
from insurance.figures import actions
from insurance.figures.model import CountyFigure, Figures
from insurance.projects import actions as projects
from insurance.projects.entries import ProjectEdit
from insurance.projects.model import Operation
from make.access import JINGHE, TANSHAN
from people import People

JUNE, JULY, AUGUST = dt.date(2019, 6, 1), dt.date(2019, 7, 31), dt.date(2019, 8, 30)


async def _project(region: str = TANSHAN, *, registered: str = "2019-01-05 09:00+08", retired_on: dt.date | None = None) -> int:
    return int(
        await db.fetchval(
            "INSERT INTO project (code, register_key, name, region_path, taxonomy, source, registered_at, retired_on)"
            " VALUES (gen_random_uuid()::text, gen_random_uuid()::text, '大棚', $1, 'GREENHOUSE', 'HAND', $2::text::timestamptz, $3) RETURNING id",
            region, registered, retired_on,
        )
    )  # fmt: skip


async def _policy(
    story: People, project: int, *, cover: str = "INDUSTRY", region: str = TANSHAN, insurer: int | None = None,
    period: tuple[str, str] = ("2019-01-01", "2020-01-01"), events: tuple[tuple[str, str], ...] = (("IN_FORCE", "2019-01-01"),),
) -> int:  # fmt: skip
    """A policy with the history of its states; the row itself says the last of them."""
    insurer = insurer or story.insurer_a
    paper = await db.fetchval(
        "INSERT INTO document (region_path, subject_kind, subject_id, kind, content_sha256, media, byte_count, file_name, filed_by, filed_at)"
        " VALUES ($1, 'project', $2, 'APPLICATION', $3, 'application/pdf', 1, 'a.pdf', $4, now()) RETURNING id",
        region, project, f"{project}{cover}{period}".encode(), story.town.user_id,
    )  # fmt: skip
    policy = await db.fetchval(
        "INSERT INTO policy (number, project_id, region_path, insurer_id, cover, state, period, terms_version, terms_checksum, sum_insured_fen,"
        " guaranteed_fen, premium_fen, steps, judgement, applied_by, bound_on, application_document_id, title_document_id)"
        " VALUES (gen_random_uuid()::text, $1, $2, $3, $4, $5, daterange($6::text::date, $7::text::date), '2019-01-01', 'x', 100, $8, 0, '[]', '{}',"
        " $9, '2019-01-01', $10, $10) RETURNING id",
        project, region, insurer, cover, events[-1][0], *period, 100 if cover == "INCOME" else None, story.town.user_id, paper,
    )  # fmt: skip
    before = "PROPOSED"
    for state, day in events:
        await db.execute(
            "INSERT INTO policy_event (policy_id, region_path, insurer_id, verb, from_state, to_state, business_on)"
            " VALUES ($1, $2, $3, 'x', $4, $5, $6::text::date)", policy, region, insurer, before, state, day,
        )  # fmt: skip
        before = state
    return int(policy)


async def _disaster(story: People, code: str = "TC1909", declared: str = "2019-08-11 10:00+08") -> int:
    return int(
        await db.fetchval(
            "INSERT INTO disaster (code, name, peril, region_path, from_on, until_on, declared_by, declared_at)"
            " VALUES ($1, '利奇马', 'TYPHOON', '370400/', '2019-08-10', '2019-08-12', $2, $3::text::timestamptz) RETURNING id",
            code, story.city.user_id, declared,
        )
    )  # fmt: skip


async def _claim(
    story: People, policy: int, project: int, events: tuple[tuple[str, str], ...], *, disaster: int | None = None, region: str = TANSHAN
) -> int:
    claim = await db.fetchval(
        "INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, disaster_id, peril, loss_on, loss_at, reported_at,"
        " reported_on, reported_by, reported_from, reported_fen, state, procedure_version, last_verb) SELECT gen_random_uuid()::text, id, project_id, region_path,"
        " insurer_id, cover, $2, 'RAINSTORM', $3::text::date, now(), now(), $3::text::date, $4, region_path, 1, $5, '2019-01-01', 'x' FROM policy WHERE id = $1"
        " RETURNING id", policy, disaster, events[0][1], story.town.user_id, events[-1][0],
    )  # fmt: skip
    before = None
    for version, (state, day) in enumerate(events, 1):
        await db.execute(
            "INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on, role)"
            " SELECT id, region_path, insurer_id, $2, 'x', $3, $4, now(), $5::text::date, 'x' FROM claim WHERE id = $1",
            claim, version, before, state, day,
        )  # fmt: skip
        before = state
    return int(claim)


def _county(found: Figures, code: str) -> CountyFigure:
    return next(row for row in found.by_county if row.code == code)


async def test_a_project_counts_from_the_day_it_is_registered_to_the_day_it_is_retired(story: People) -> None:
    await _project(registered="2019-07-31 23:59+08")
    await _project(registered="2019-08-01 00:00+08")
    await _project(retired_on=JULY)

    assert (await actions.figures(dt.date(2019, 7, 30), actor=story.city)).projects == 1
    assert (await actions.figures(JULY, actor=story.city)).projects == 1
    assert (await actions.figures(AUGUST, actor=story.city)).projects == 2


@pytest.mark.parametrize(
    ("period", "events", "insured"),
    [
        (("2019-01-01", "2020-01-01"), (("IN_FORCE", "2019-01-01"),), {JUNE: 1, JULY: 1, AUGUST: 1}),
        (("2019-07-01", "2020-07-01"), (("IN_FORCE", "2019-05-01"),), {JUNE: 0, JULY: 1, AUGUST: 1}),
        (("2018-08-01", "2019-08-01"), (("IN_FORCE", "2018-08-01"), ("EXPIRED", "2019-08-01")), {JUNE: 1, JULY: 1, AUGUST: 0}),
        (
            ("2019-01-01", "2019-07-01"),
            (("IN_FORCE", "2019-01-01"), ("CANCELLED", "2019-06-20")),
            {JUNE: 1, dt.date(2019, 6, 25): 1, JULY: 0},
        ),
        (("2019-01-01", "2020-01-01"), (("IN_FORCE", "2019-07-01"), ("ENDORSED", "2019-08-01")), {JUNE: 0, JULY: 1, AUGUST: 1}),
        (("2019-01-01", "2020-01-01"), (("LAPSED", "2019-06-15"),), {JUNE: 0, JULY: 0, AUGUST: 0}),
    ],
    ids=["all year", "bound before it starts", "expired", "cancelled to 1 July", "endorsed", "never bound"],
)
async def test_cover_counts_on_the_days_it_stood(story: People, period: Any, events: Any, insured: dict[dt.date, int]) -> None:
    await _policy(story, await _project(), period=period, events=events)

    assert {day: (await actions.figures(day, actor=story.city)).industry_insured for day in insured} == insured


async def test_a_project_counts_once_however_many_policies_it_holds_and_each_cover_by_itself(story: People) -> None:
    project = await _project()
    await _policy(story, project)
    await _policy(story, project, cover="INCOME")
    await _policy(story, project, period=("2018-01-01", "2019-01-01"), events=(("IN_FORCE", "2018-01-01"), ("EXPIRED", "2019-01-01")))

    found = await actions.figures(actor=story.city)

    assert (found.industry_insured, found.income_insured) == (1, 1)


async def test_claims_are_open_between_their_report_and_their_end(story: People) -> None:
    project, disaster = await _project(), await _disaster(story)
    policy = await _policy(story, project)
    await _claim(story, policy, project, (("REPORTED", "2019-08-12"), ("ACCEPTED", "2019-08-13")), disaster=disaster)
    await _claim(story, policy, project, (("REPORTED", "2019-06-01"), ("PAID", "2019-07-10"), ("CLOSED", "2019-07-20")))
    await _claim(
        story, policy, project, (("REPORTED", "2019-08-11"), ("REJECTED", "2019-08-15"), ("DISPUTED", "2019-08-20")), disaster=disaster
    )

    open_on = {day: (await actions.figures(day, actor=story.city)).claims_open for day in (JUNE, JULY, dt.date(2019, 8, 15), AUGUST)}
    by_disaster = (await actions.figures(dt.date(2019, 8, 15), actor=story.city)).claims_by_disaster

    assert open_on == {JUNE: 1, JULY: 0, dt.date(2019, 8, 15): 1, AUGUST: 2}
    assert [(d.code, d.reported, d.open) for d in by_disaster] == [("TC1909", 2, 1)]
    assert (await actions.figures(JULY, actor=story.city)).claims_by_disaster == []


async def test_money_counts_by_the_day_the_bank_booked_it(story: People) -> None:
    made = await make.order(story, 4_003_101)
    back = await make.order(story, 100)
    undone = await make.order(story, 7)
    sql = "UPDATE payout SET state = $2, settled_on = $3::text::date, released_by = $4, version = version + 1 WHERE id = $1"
    for payout, state, day in ((made, "SETTLED", "2019-07-15"), (back, "SETTLED", "2019-06-01"), (undone, "RELEASED", None)):
        await db.execute("SET LOCAL app.role = 'CHECKER'")
        await db.execute(sql, payout.id, "RELEASED", None, story.checker.user_id)
        await db.execute(sql, payout.id, state, day, story.checker.user_id) if day else None
    gone_back = "UPDATE payout SET state = 'RETURNED', returned_on = '2019-06-20', version = version + 1 WHERE id = $1"
    await db.execute(gone_back, back.id)
    await db.execute(
        "INSERT INTO transfer (kind, event, debit, credit, amount_fen, booked_on, subject, region_path) VALUES"
        " ('POSTED', 'REVERSAL', '1201', '2101', 100, '2019-06-20', $1, $2)", f"payout:{back.id}", TANSHAN,
    )  # fmt: skip
    await db.execute("SET LOCAL app.role = 'SYSTEM'")

    paid = {
        day: (await actions.figures(day, actor=story.city)).paid_fen for day in (dt.date(2019, 5, 31), JUNE, dt.date(2019, 7, 14), JULY)
    }

    assert paid == {dt.date(2019, 5, 31): 0, JUNE: 100, dt.date(2019, 7, 14): 0, JULY: 4_003_101}
    assert [(m.month, m.paid_fen) for m in (await actions.figures(actor=story.leader)).paid_by_month] == [(dt.date(2019, 7, 1), 4_003_101)]


@pytest.mark.parametrize(
    ("who", "projects", "insured", "counties"),
    [
        ("city", 3, 2, 6), ("leader", 3, 2, 6), ("county", 2, 1, 1), ("other_county", 1, 1, 1), ("town", 2, 1, 1), ("other_town", 1, 1, 1),
        ("adjuster_a", 1, 1, 6), ("adjuster_b", 1, 1, 6),
    ],
)  # fmt: skip
async def test_an_office_sees_its_region_and_an_insurer_its_book(
    story: People, who: str, projects: int, insured: int, counties: int
) -> None:
    await _project()
    for region, insurer in ((TANSHAN, story.insurer_a), (JINGHE, story.insurer_b)):
        project = await _project(region)
        await _policy(story, project, region=region, insurer=insurer)
        await db.execute("INSERT INTO project_grant (project_id, insurer_id, from_on) VALUES ($1, $2, '2019-01-01')", project, insurer)
    reader: Actor = getattr(story, who)

    found = await actions.figures(actor=reader)

    assert (found.projects, found.industry_insured, len(found.by_county)) == (projects, insured, counties)
    assert sum(row.projects for row in found.by_county) == projects


async def test_what_could_be_insured_counts_by_the_facts_of_the_day(story: People) -> None:
    early = make.policies.on_day(story.town, JUNE)
    both = await make.project(early)
    await make.project(early, operation="LEASED")
    await make.project(early, asset_kind="PUBLIC")
    await make.project(story.town)
    await make.policies.policy(both, actor=make.policies.on_day(story.town, JULY))

    def counted(found: Figures) -> tuple[int, int, int, int, int]:
        return found.industry_eligible, found.industry_insured, found.industry_open, found.income_eligible, found.income_open

    assert counted(await actions.figures(dt.date(2019, 5, 31), actor=story.city)) == (0, 0, 0, 0, 0)
    assert counted(await actions.figures(JUNE, actor=story.city)) == (2, 0, 2, 1, 1)
    assert counted(await actions.figures(AUGUST, actor=story.city)) == (3, 1, 2, 2, 2)
    assert counted(await actions.figures(AUGUST, actor=story.other_town)) == (0, 0, 0, 0, 0)


async def test_what_could_be_insured_follows_an_edit_at_once(story: People) -> None:
    made = await make.project(story.town)
    before = await actions.figures(actor=story.city)

    await projects.edit(made.id, ProjectEdit(version=made.version, operation=Operation.LEASED), actor=story.town)
    after = await actions.figures(actor=story.city)

    assert (before.income_eligible, after.income_eligible) == (1, 0)


async def test_a_day_that_has_not_come_has_no_figures(story: People) -> None:
    with pytest.raises(Invalid) as refused:
        await actions.figures(AUGUST + dt.timedelta(days=1), actor=story.city)

    assert [fault.field for fault in refused.value.faults] == ["as_of"]
