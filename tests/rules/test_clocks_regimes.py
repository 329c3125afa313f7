"""Which terms run for which claim: by the procedure of the day of notice, the law of its items and the kind of its project."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from insurance.base.calendar import BEIJING
from insurance.claims import clocks
from insurance.claims.clocks import ClockRun, Happening
from insurance.claims.model import ClaimState, ClockView, Verb
from insurance.claims.procedure import Procedure, procedure_of, procedure_on
from insurance.policies.model import LegalRegime
from insurance.policies.wording import Mark
from insurance.projects.model import Taxonomy

S, R, T = ClaimState, LegalRegime, Taxonomy
OLD, CIVIL_CODE, NEW = date(2019, 8, 12), date(2021, 8, 12), date(2023, 8, 14)
WORDING = {"SURVEY": "wording", "OPENING": "wording", "PUBLICITY": "wording"}
RULES = {"ACCEPTANCE": "N-1", "SURVEY": "N-2", "OPENING": "N-4", "PUBLICITY": "N-6"}


def applied(day: date, regimes: set[LegalRegime], taxonomy: Taxonomy) -> Procedure:
    return procedure_of({"procedure_version": procedure_on(day).version, "regimes": sorted(regimes), "taxonomy": taxonomy})


def reported(procedure: Procedure, day: date) -> tuple[ClockRun, ...]:
    at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=BEIJING)
    return clocks.begin(procedure, at - timedelta(hours=3), Happening(verb=Verb.REPORT, source=None, target=S.REPORTED, at=at))


def view(runs: tuple[ClockRun, ...], procedure: Procedure, code: str) -> ClockView:
    return next(one for one in clocks.views(runs, procedure, runs[0].start_at, "zh") if one.code == code)


@pytest.mark.parametrize(
    ("day", "regimes", "taxonomy", "rules", "rulesets"),
    [
        (OLD, {R.AGRI}, T.PLANT, WORDING, ["INTERIM2015"]),
        (OLD, {R.PROPERTY}, T.WORKSHOP, WORDING, []),
        (CIVIL_CODE, {R.AGRI}, T.PLANT, WORDING, ["INTERIM2015"]),
        (date(2022, 3, 31), {R.AGRI}, T.PLANT, WORDING, ["INTERIM2015"]),
        (date(2022, 4, 1), {R.AGRI}, T.PLANT, RULES | {"LOSS_FIXED": "N-5", "LOSS_FIXED_HARVEST": "N-5"}, ["NX2022"]),
        (NEW, {R.AGRI}, T.PLANT, RULES | {"LOSS_FIXED": "N-5", "LOSS_FIXED_HARVEST": "N-5"}, ["NX2022"]),
        (NEW, {R.AGRI}, T.FOREST, RULES | {"LOSS_FIXED": "N-5", "LOSS_FIXED_HARVEST": "N-5"}, ["NX2022"]),
        (NEW, {R.AGRI}, T.BREED, RULES | {"LOSS_FIXED": "N-5"}, ["NX2022"]),
        (NEW, {R.AGRI_RELATED}, T.GREENHOUSE, WORDING, []),
        (NEW, {R.PROPERTY}, T.COLD, WORDING, []),
        (NEW, {R.AGRI, R.PROPERTY}, T.OTHER, RULES, ["NX2022"]),  # one item under the rules is enough
        (NEW, set(), T.OTHER, WORDING, []),
    ],
)
def test_which_rules_a_claim_follows(
    day: date, regimes: set[LegalRegime], taxonomy: Taxonomy, rules: dict[str, str], rulesets: list[str]
) -> None:
    procedure = applied(day, regimes, taxonomy)

    assert {clock.code: clock.rule for clock in procedure.clocks if not clock.rule.startswith("L-")} == rules
    assert [one.code for one in procedure.rulesets] == rulesets
    assert len({clock.code for clock in procedure.clocks}) == len(procedure.clocks)


@pytest.mark.parametrize("day", [OLD, CIVIL_CODE, NEW])
def test_the_terms_of_the_law_run_for_every_claim(day: date) -> None:
    for regimes in ({R.AGRI}, {R.PROPERTY}):
        found = {clock.code for clock in applied(day, regimes, T.PLANT).clocks}
        assert found >= {"PAPERS_NOTICE", "DECISION", "REFUSAL_NOTICE", "PAYMENT", "ADVANCE", "PRESCRIPTION"}


@pytest.mark.parametrize(
    ("taxonomy", "due", "disputed"),
    [(T.PLANT, date(2023, 9, 4), 10), (T.FOREST, date(2023, 9, 4), 10), (T.BREED, date(2023, 8, 17), None)],
)
def test_n5_by_kind_with_what_another_source_says(taxonomy: Taxonomy, due: date, disputed: int | None) -> None:
    procedure = applied(NEW, {R.AGRI}, taxonomy)  # 20 days from 14 August is Sunday, 3 September

    shown = view(reported(procedure, NEW), procedure, "LOSS_FIXED")

    assert (shown.due_at.date(), shown.mark, shown.ruleset, shown.disputed_days) == (due, Mark.UNVERIFIED, "NX2022", disputed)


def test_n5_of_a_crop_partly_lost_runs_from_the_harvest_instead() -> None:
    procedure = applied(NEW, {R.AGRI}, T.PLANT)
    runs = reported(procedure, NEW)
    surveyed = Happening(
        verb=Verb.SURVEY, source=S.ACCEPTED, target=S.OPENED, at=runs[0].start_at + timedelta(hours=20), harvest_on=date(2023, 10, 8)
    )

    after = clocks.advance(runs, surveyed, procedure)

    assert "LOSS_FIXED" not in {run.code for run in after}
    assert view(after, procedure, "LOSS_FIXED_HARVEST").due_at.date() == date(2023, 10, 30)  # 28 October is a Saturday


def test_under_the_rules_of_2022_acceptance_has_a_term_and_the_loss_is_fixed_by_the_assessment() -> None:
    procedure = applied(NEW, {R.AGRI}, T.BREED)
    runs = reported(procedure, NEW)
    at = runs[0].start_at
    way = [
        (Verb.ACCEPTANCE, S.REPORTED, S.ACCEPTED, 5),
        (Verb.SURVEY, S.ACCEPTED, S.OPENED, 20),
        (Verb.ASSESSMENT, S.OPENED, S.ASSESSING, 40),
    ]

    assert clocks.urgent(runs, procedure) == (at + timedelta(hours=24), "ACCEPTANCE")
    for verb, source, target, hours in way:
        runs = clocks.advance(runs, Happening(verb=verb, source=source, target=target, at=at + timedelta(hours=hours)), procedure)

    done = {run.code: run.done_at for run in runs}
    assert done["ACCEPTANCE"] == at + timedelta(hours=5)
    assert done["SURVEY"] == done["OPENING"] == at + timedelta(hours=20)
    assert done["LOSS_FIXED"] == at + timedelta(hours=40)


@pytest.mark.parametrize(("day", "version"), [(OLD, "2019-01-01"), (CIVIL_CODE, "2021-01-01"), (NEW, "2022-04-01")])
def test_an_opening_by_itself_keeps_the_term_of_opening_but_not_that_of_the_survey(day: date, version: str) -> None:
    procedure = applied(day, {R.AGRI}, T.PLANT)
    runs = reported(procedure, day)
    term = clocks.open_run(runs, clocks.OPENING)
    assert term
    assert procedure.version == version

    opened = clocks.advance(runs, Happening(verb=Verb.OPENING, source=S.REPORTED, target=S.OPENED, at=term.due_at), procedure)

    open_ones = {run.code for run in opened if run.done_at is None}
    assert "SURVEY" in open_ones
    assert open_ones.isdisjoint({"OPENING", "ACCEPTANCE"})
    surveyed = Happening(verb=Verb.SURVEY, source=S.OPENED, target=S.OPENED, at=term.due_at + timedelta(days=1))
    assert clocks.open_run(clocks.advance(opened, surveyed, procedure), "SURVEY") is None


@pytest.mark.parametrize("day", [OLD, CIVIL_CODE, NEW])
def test_days_are_counted_by_articles_that_are_named(day: date) -> None:
    counting = procedure_on(day).counting

    assert (counting.law, counting.article, counting.mark) == ("CIVIL", "第二百条至第二百零四条", Mark.VERIFIED)
