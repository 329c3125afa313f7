"""The wordings: every file decodes, none changes after publication, each value says where it comes from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from insurance.base import dated
from insurance.base.errors import Invalid, Refused
from insurance.policies import terms
from insurance.policies.model import Basis, Cover, LegalRegime, Payer, Peril
from insurance.policies.wording import FundRule, IndustryWording, Mark, Terms
from insurance.projects.model import Fund, Taxonomy

SHIPPED = dated.root("policies")


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may spoil."""
    copy = tmp_path / "policies"
    shutil.copytree(SHIPPED, copy)
    return copy


def faults(where: Path | None = None) -> list[str]:
    return [fault for checked in terms.check_terms(where) for fault in checked.faults]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_shipped_terms_are_sound() -> None:
    assert faults() == []
    assert {checked.file for checked in terms.check_terms()} >= {
        "industry/2019-01-01.toml",
        "income/2019-01-01.toml",
        "CHECKSUMS",
    }


def test_the_asset_cover_promises_what_the_article_says_and_marks_the_rest_as_settings() -> None:
    wording = terms.terms_for(Cover.INDUSTRY, date(2019, 8, 10)).wording

    assert wording.sum_insured.basis is Basis.AGREED_NAV
    assert wording.eligibility.fiscal_funds == {
        Fund.SPECIAL: FundRule.ACCEPT,
        Fund.INTEGRATED: FundRule.NOTE,
        Fund.BOND: FundRule.NOTE,
        Fund.OTHER_FISCAL: FundRule.NOTE,
        Fund.EAST_WEST: FundRule.NOTE,
    }
    assert wording.premium.payers[Payer.INSURED] == 20
    rainstorm = wording.peril(Peril.RAINSTORM)
    assert rainstorm is not None
    assert (rainstorm.rain_mm_1h, rainstorm.rain_mm_12h, rainstorm.rain_mm_24h) == (
        Decimal(16),
        Decimal(30),
        Decimal(50),
    )
    assert wording.peril(Peril.QUAKE) is None
    marks = {source.about: source.mark for source in wording.sources}
    assert marks["premium"] is Mark.ASSUMED
    assert marks["deductible"] is Mark.ASSUMED
    assert marks["sum_insured"] is Mark.VERIFIED


@pytest.mark.parametrize(("months", "share"), [(0, "1"), (12, "1"), (13, "0.6"), (24, "0.6"), (25, "0.3"), (400, "0.3")])
def test_film_loses_value_by_age(months: int, share: str) -> None:
    assert terms.terms_for(Cover.INDUSTRY, date(2019, 8, 10)).wording.film_share(months) == Decimal(share)


def test_items_fall_under_the_law_of_their_kind() -> None:
    wording = terms.terms_for(Cover.INDUSTRY, date(2019, 8, 10)).wording

    assert wording.regime_of_law(Taxonomy.BREED) is LegalRegime.AGRI
    assert wording.regime_of_law(Taxonomy.MACHINE) is LegalRegime.AGRI_RELATED
    assert wording.regime_of_law(Taxonomy.COLD) is LegalRegime.PROPERTY


def test_the_terms_of_a_day_are_the_newest_not_after_it(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = policies / "industry" / "2020-01-01.toml"
    shutil.copy(policies / "industry" / "2019-01-01.toml", newer)
    edit(newer, "effective_from = 2019-01-01", "effective_from = 2020-01-01")
    edit(newer, 'rate = "0.0035"', 'rate = "0.0040"')
    monkeypatch.setattr(dated, "root", lambda _: policies)

    before = terms.terms_for(Cover.INDUSTRY, date(2019, 12, 31))
    after = terms.terms_for(Cover.INDUSTRY, date(2020, 1, 1))

    assert (before.version, after.version) == ("2019-01-01", "2020-01-01")
    assert terms.terms_by(Cover.INDUSTRY, before.version, before.checksum) == before
    assert [str(change) for change in terms.difference(before, after)] == [
        "effective_from: 2019-01-01 -> 2020-01-01",
        "premium.rate: 0.0035 -> 0.0040",
    ]


def test_a_day_before_the_first_terms_has_none() -> None:
    with pytest.raises(Invalid):
        terms.terms_for(Cover.INCOME, date(2018, 12, 31))


def test_a_policy_is_never_judged_by_words_that_were_not_sold() -> None:
    sold = terms.terms_for(Cover.INCOME, date(2019, 1, 1))

    assert terms.terms_by(Cover.INCOME, sold.version, sold.checksum) is sold
    with pytest.raises(Refused):
        terms.terms_by(Cover.INCOME, sold.version, "0" * 64)
    with pytest.raises(Refused):
        terms.terms_by(Cover.INCOME, "2018-01-01")


def test_two_versions_differ_by_code_of_their_entries(policies: Path) -> None:
    path = policies / "industry" / "2019-01-01.toml"
    before = Terms(Cover.INDUSTRY, "a", "", dated.read(path, IndustryWording))
    edit(path, 'within_km = "2"', 'within_km = "3"')
    edit(path, '[[exclusions]]\ncode = "WAR"', '[[exclusions]]\ncode = "RIOT"')
    after = Terms(Cover.INDUSTRY, "b", "", dated.read(path, IndustryWording))

    changed = {change.key: (change.before, change.after) for change in terms.difference(before, after)}

    assert changed["perils[LIGHTNING].within_km"] == ("2", "3")
    assert changed["exclusions[WAR].code"] == ("WAR", None)
    assert changed["exclusions[RIOT].code"] == (None, "RIOT")
    assert terms.difference(before, before) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("[premium]\n", '[premium]\nbonus = "0.1"\n', "unknown field `bonus`"),
        ('rate = "0.0035"', "rate = 0.0035", "write decimals as text"),
        ('rate = "0.0035"', 'rate = "NaN"', "not a finite decimal"),
        ('rate = "0.0035"', 'rate = "-0.1"', "not a finite decimal"),
        ('rate = "0.0035"', 'rate = "1.5"', "above 0, at most 1"),
        ('rate = "0.0035"', 'rate = "0"', "above 0, at most 1"),
        ("CITY = 40, COUNTY = 40, INSURED = 20", "CITY = 0", "not all of them 0"),
        ("CITY = 40", "CITY = -1", "weights of at least 0"),
        ("fixed_fen = 100_000", "fixed_fen = 1000.5", "write decimals as text"),
        ('mode = "greater"', 'mode = "sometimes"', "Invalid enum value"),
        ("fixed_fen = 100_000\n", "", None),  # an absent part is allowed unless the mode needs it
        ('mode = "greater"', 'mode = "fixed"', None),
        ("effective_from = 2019-01-01", "effective_from = 2019-02-01", "is not the date of the file's name"),
        ('cover = "INDUSTRY"', 'cover = "INCOME"', "Invalid value"),
        ('code = "GALE"', 'code = "TYPHOON"', "a code stands twice"),
        ('about = "premium"', 'about = "price"', "nothing here is called 'price'"),
        ('about = "deductible"', 'about = "notice"', "deductible: no source"),
        ('[[film]]\nshare = "0.30"\n', "", "the last step must have no end"),
        ("[limits]", "[limits", "2019-01-01.toml"),
    ],
)
def test_a_spoilt_file_is_told_apart(policies: Path, before: str, after: str, fault: str | None) -> None:
    path = policies / "industry" / "2019-01-01.toml"
    edit(path, before, after)
    found = next(checked for checked in terms.check_terms(policies) if checked.file == "industry/2019-01-01.toml")

    if fault is None:
        assert found.faults == ()
    else:
        assert fault in " ".join(found.faults)


@pytest.mark.parametrize(("mode", "missing"), [("fixed", "fixed_fen = 100_000\n"), ("rate", 'rate = "0.10"\n')])
def test_a_deductible_mode_needs_its_value(policies: Path, mode: str, missing: str) -> None:
    path = policies / "industry" / "2019-01-01.toml"
    edit(path, 'mode = "greater"', f'mode = "{mode}"')
    edit(path, missing, "")

    assert f"mode {mode} without its value" in " ".join(faults(policies))


def test_a_published_file_never_changes(policies: Path) -> None:
    edit(policies / "income" / "2019-01-01.toml", "What is promised", "What was promised")

    assert faults(policies) == ["income/2019-01-01.toml: changed after publication; write a new file with a new date instead"]


def test_a_new_version_is_listed_and_an_old_one_stays(policies: Path) -> None:
    (policies / "income" / "2019-01-01.toml").rename(policies / "income" / "2040-01-01.toml")
    edit(policies / "income" / "2040-01-01.toml", "effective_from = 2019-01-01", "effective_from = 2040-01-01")

    assert faults(policies) == [
        "income/2019-01-01.toml: was published and is gone",
        "income/2040-01-01.toml: not in CHECKSUMS; add its line",
    ]


def test_a_spoilt_list_of_checksums_is_told(policies: Path) -> None:
    listed = (policies / "CHECKSUMS").read_text(encoding="utf-8")
    (policies / "CHECKSUMS").write_text(listed + listed.splitlines()[0] + "\nnonsense\n", encoding="utf-8")

    assert len(faults(policies)) == 2


def test_the_folders_are_found_in_an_installed_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "insurance"
    for name in ("policies", "claims"):
        shutil.copytree(dated.root(name), package / "_dated" / name)
    monkeypatch.setattr(dated, "_PACKAGE", package)

    assert dated.root("policies") == package / "_dated" / "policies"
    assert dated.root("claims") == package / "_dated" / "claims"
    with pytest.raises(dated.Unsound):
        dated.root("letters")


def test_reading_terms_stays_cheap_to_import() -> None:
    script = (
        "import sys; import insurance.policies.terms; "
        "print([m for m in ('numpy', 'piccolo', 'asyncpg', 'litestar', 'jinja2', 'chinese_calendar') if m in sys.modules])"
    )
    source = Path(dated.__file__).parents[2]

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=source)

    assert ran.stdout.strip() == "[]"
