"""How a claim is handled: clocks, papers, authority and reasons decode and answer for a claim."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from insurance.base import dated
from insurance.base.errors import Invalid
from insurance.claims.procedure import Circumstance, check_procedure, difference, procedure_by, procedure_on
from insurance.cli import main
from insurance.policies.model import Cover, LegalRegime, Peril
from insurance.policies.wording import Mark
from insurance.projects.model import Taxonomy

ON = date(2019, 8, 12)
PROCEDURE = procedure_on(ON)


def asked(cover: Cover, peril: Peril | None, *circumstances: Circumstance) -> set[str]:
    """Codes of the papers that are required."""
    return {one.paper.code for one in PROCEDURE.papers_for(cover, peril, frozenset(circumstances)) if one.required}


def test_the_shipped_procedure_is_sound() -> None:
    assert list(check_procedure()) == []
    assert procedure_by("2019-01-01") == PROCEDURE


def test_a_notice_before_the_first_procedure_has_none() -> None:
    with pytest.raises(Invalid):
        procedure_on(date(2018, 12, 31))
    with pytest.raises(Invalid):
        procedure_by("2018-01-01")


@pytest.mark.parametrize(
    ("code", "rule", "hours", "days", "years", "rolls"),
    [
        ("SURVEY", "wording", 24, None, None, True),
        ("OPENING", "wording", None, 10, None, True),
        ("PAPERS_NOTICE", "L-22", None, None, None, True),
        ("DECISION", "L-23a", None, 30, None, True),
        ("PAYMENT", "L-23b", None, 10, None, True),
        ("REFUSAL_NOTICE", "L-24", None, 3, None, True),
        ("ADVANCE", "L-25", None, 60, None, True),
        ("PRESCRIPTION", "L-26", None, None, 2, False),
        ("PUBLICITY", "wording", None, 3, None, False),
    ],
)
def test_clocks(code: str, rule: str, hours: int | None, days: int | None, years: int | None, rolls: bool) -> None:
    clock = PROCEDURE.clock(code)

    assert (clock.rule, clock.hours, clock.days, clock.years, clock.roll) == (rule, hours, days, years, rolls)


def test_only_the_decision_stops_for_missing_papers_and_only_the_notice_is_a_minimum() -> None:
    assert [clock.code for clock in PROCEDURE.clocks if clock.stops_while] == ["DECISION"]
    assert PROCEDURE.clock("DECISION").stops_while == ("SUPPLEMENT",)
    assert [clock.code for clock in PROCEDURE.clocks if clock.minimum] == ["PUBLICITY"]
    assert PROCEDURE.clock("PRESCRIPTION").warn_days == (90, 30)
    assert {clock.mark for clock in PROCEDURE.clocks if clock.rule.startswith("L-")} == {Mark.VERIFIED}


ALWAYS = {"LOSS_NOTICE", "CLAIM_FORM", "POLICY", "TITLE", "ACCOUNT"}
ASSET = ALWAYS | {"COST", "SCENE", "LOSS_LIST", "SURVEY_REPORT"}
INCOME = ALWAYS | {"INCOME_ACCOUNTS", "PUBLICITY"}


@pytest.mark.parametrize(
    ("cover", "peril", "circumstances", "papers"),
    [
        (Cover.INDUSTRY, Peril.RAINSTORM, (), ASSET | {"WEATHER"}),
        (Cover.INDUSTRY, Peril.FLOOD, (), ASSET | {"WATER"}),
        (Cover.INDUSTRY, Peril.FIRE, (), ASSET | {"FIRE"}),
        (Cover.INDUSTRY, Peril.FALL, (), ASSET | {"POLICE"}),
        (Cover.INDUSTRY, Peril.DISEASE, (Circumstance.CARCASS,), ASSET | {"VET", "CARCASS"}),
        (
            Cover.INDUSTRY,
            Peril.TYPHOON,
            (Circumstance.PARTIAL, Circumstance.RESCUE, Circumstance.SALVAGE, Circumstance.THIRD_PARTY),
            ASSET | {"WEATHER", "REPAIR", "RESCUE", "SALVAGE", "THIRD_PARTY"},
        ),
        (Cover.INDUSTRY, Peril.HAIL, (Circumstance.GROUP,), ASSET | {"WEATHER", "PUBLICITY"}),
        (Cover.INCOME, Peril.RAINSTORM, (), INCOME),
        (Cover.INCOME, Peril.RAINSTORM, (Circumstance.PERIL,), INCOME | {"WEATHER"}),
        (Cover.INCOME, None, (Circumstance.ASSET_DAMAGE,), INCOME | {"COST", "SCENE", "SURVEY_REPORT"}),
    ],
)
def test_required_papers(cover: Cover, peril: Peril | None, circumstances: tuple[Circumstance, ...], papers: set[str]) -> None:
    assert asked(cover, peril, *circumstances) == papers


def test_every_insured_peril_but_the_plain_ones_asks_for_its_own_proof() -> None:
    without = {peril for peril in Peril if asked(Cover.INDUSTRY, peril) == ASSET}

    assert without == {Peril.QUAKE}  # not insured


def test_relevant_papers_are_listed_but_not_required() -> None:
    papers = {one.paper.code: one.required for one in PROCEDURE.papers_for(Cover.INDUSTRY, Peril.RAINSTORM)}

    assert papers["SALVAGE"] is False
    assert "INCOME_ACCOUNTS" not in papers
    assert "WATER" not in papers


@pytest.mark.parametrize(("amount", "level"), [(0, 1), (20_000_000, 1), (20_000_001, 2), (100_000_001, 3), (10**14, 3)])
def test_an_amount_needs_the_lowest_band_that_reaches_it(amount: int, level: int) -> None:
    assert PROCEDURE.band_for(amount).level == level


def test_refusal_reasons_know_cover_law_and_how_much_they_take() -> None:
    assert PROCEDURE.reason("LATE_NOTICE").scope == "PART"  # 保险法 21: never the whole claim
    assert PROCEDURE.reason("NO_INTEREST").article == "保险法 第十二条、第四十八条"
    codes = {one.code for one in PROCEDURE.reasons_for(Cover.INDUSTRY, LegalRegime.AGRI)}
    assert "DANGER_NOT_NOTIFIED" not in codes  # 农业保险条例 11
    assert "MODE_CHANGED" not in codes
    assert "DANGER_NOT_NOTIFIED" in {one.code for one in PROCEDURE.reasons_for(Cover.INDUSTRY, LegalRegime.PROPERTY)}
    assert "MODE_CHANGED" in {one.code for one in PROCEDURE.reasons_for(Cover.INCOME)}
    with pytest.raises(Invalid):
        PROCEDURE.reason("NO_SUCH")


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("clocks.toml", "hours = 24", "hours = 24\ndays = 1", "one of hours, days, years"),
        ("clocks.toml", "days = 30", "days = 0", "above 0"),
        ("clocks.toml", 'code = "OPENING"', 'code = "SURVEY"', "a code stands twice"),
        ("clocks.toml", 'holder = "insurer"', 'holder = "nobody"', "Invalid enum value"),
        ("evidence.toml", 'circumstance = "PARTIAL"\n', "", "name a circumstance"),
        ("evidence.toml", 'perils = ["GEO"]', 'perils = ["GEOLOGY"]', "Invalid enum value"),
        ("authority.toml", "up_to_fen = 20_000_000", "up_to_fen = 200_000_000", "bands go upwards"),
        ("authority.toml", "up_to_fen = 100_000_000\n", "", "bands go upwards"),
        ("reasons.toml", 'scope = "ALL"', 'scope = "ALL"\nnote = "x"', "unknown field `note`"),
        ("clocks.toml", 'starts_by = "report"', 'starts_by = "rumour"', "starts_by and ends_by name verbs"),
        ("clocks.toml", 'stops_while = ["SUPPLEMENT"]', 'stops_while = ["WAITING"]', "Invalid enum value"),
        ("clocks.toml", 'rule = "wording"', 'rule = "wording"\nruleset = "NX2099"', "names a ruleset or a clock that is not there"),
        ("clocks.toml", 'rule = "wording"', 'rule = "wording"\nyields_to = "NOTHING"', "names a ruleset or a clock that is not there"),
        ("rulesets.toml", "until_on = 2022-03-31", "until_on = 2018-03-31", "is not in force on 2019-01-01"),
        ("rulesets.toml", 'law = "AGRI_HANDLING"', 'law = "CUSTOM"', "Invalid enum value"),
    ],
)
def test_a_spoilt_procedure_is_told(tmp_path: Path, file: str, before: str, after: str, fault: str) -> None:
    copy = tmp_path / "claims"
    shutil.copytree(dated.root("claims"), copy)
    path = copy / "2019-01-01" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    told = list(check_procedure(copy))

    assert fault in " ".join(told)
    assert f"2019-01-01/{file}: changed after publication" in " ".join(told)


def test_a_ruleset_switched_off_leaves_the_terms_to_law_and_wording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "claims"
    shutil.copytree(dated.root("claims"), copy)
    path = copy / "2022-04-01" / "rulesets.toml"
    path.write_text(path.read_text("utf-8").replace("on = true", "on = false", 1), "utf-8")
    monkeypatch.setattr(dated, "root", lambda _: copy)

    off = procedure_by.__wrapped__("2022-04-01").applied({LegalRegime.AGRI}, Taxonomy.PLANT)

    assert {clock.rule for clock in off.clocks if clock.code in ("SURVEY", "OPENING", "PUBLICITY")} == {"wording"}
    assert "LOSS_FIXED" not in {clock.code for clock in off.clocks}
    assert off.rulesets == ()


def test_a_ruleset_may_be_switched_on_for_related_property(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "claims"
    shutil.copytree(dated.root("claims"), copy)
    path = copy / "2022-04-01" / "rulesets.toml"
    path.write_text(path.read_text("utf-8").replace('"AGRI_RELATED"\non = false', '"AGRI_RELATED"\non = true'), "utf-8")
    monkeypatch.setattr(dated, "root", lambda _: copy)

    whole = procedure_by.__wrapped__("2022-04-01")

    assert whole.applied({LegalRegime.AGRI_RELATED}, Taxonomy.GREENHOUSE).clock("SURVEY").rule == "N-2"
    assert whole.applied({LegalRegime.PROPERTY}, Taxonomy.COLD).clock("SURVEY").rule == "wording"
    switch = next(one for one in whole.rulesets[0].regimes if one.regime is LegalRegime.AGRI_RELATED)
    assert switch.mark is Mark.ASSUMED


def test_two_versions_of_the_procedure_differ_by_file_and_code() -> None:
    changed = {one.key: (one.before, one.after) for one in difference(procedure_by("2019-01-01"), procedure_by("2022-04-01"))}

    assert changed["clocks[ACCEPTANCE].hours"] == (None, "24")
    assert changed["clocks[SURVEY].rule"] == ("wording", "N-2")
    assert changed["clocks[SURVEY#2].rule"] == (None, "wording")
    assert changed["rulesets[NX2022].papers.mark"] == (None, "secondary")
    assert not [key for key in changed if key.startswith(("papers", "bands", "reasons"))]
    assert difference(PROCEDURE, PROCEDURE) == []


def test_the_command_prints_versions_and_their_difference() -> None:
    told = CliRunner().invoke(main, ["check-terms", "claims/2019-01-01", "claims/2021-01-01"])

    assert told.exit_code == 0, told.output
    assert "claims/2022-04-01" in told.output
    assert "clocks[OPENING].ends_by: survey -> survey, opening" in told.output
