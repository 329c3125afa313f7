"""Laws by the day: what a letter of that day cites, and files that contradict each other are told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from insurance.base import dated
from insurance.claims.laws import LawCode, check_laws, law_on
from insurance.policies.wording import Mark

L = LawCode


@pytest.mark.parametrize(
    ("code", "day", "short"),
    [
        (L.CIVIL, date(2017, 9, 30), None),
        (L.CIVIL, date(2017, 10, 1), "民法总则"),
        (L.CIVIL, date(2019, 8, 12), "民法总则"),
        (L.CIVIL, date(2020, 12, 31), "民法总则"),
        (L.CIVIL, date(2021, 1, 1), "民法典"),
        (L.INSURANCE, date(2019, 8, 12), "保险法"),
        (L.AGRI_INSURANCE, date(2019, 8, 12), "农业保险条例"),
        (L.AGRI_HANDLING, date(2019, 8, 12), "农业保险承保理赔管理暂行办法"),
        (L.AGRI_HANDLING, date(2022, 3, 31), "农业保险承保理赔管理暂行办法"),
        (L.AGRI_HANDLING, date(2022, 4, 1), "农业保险承保理赔管理办法"),
        (L.PERSONAL_DATA, date(2021, 10, 31), None),
        (L.PERSONAL_DATA, date(2021, 11, 1), "个人信息保护法"),
        (L.COLLECTIVE, date(2025, 4, 30), None),
        (L.COLLECTIVE, date(2025, 5, 1), "农村集体经济组织法"),
    ],
)
def test_a_day_has_its_law(code: LawCode, day: date, short: str | None) -> None:
    law = law_on(code, day)

    assert (law and law.short) == short


def test_a_law_says_how_well_it_is_known_and_has_an_english_name() -> None:
    interim, civil = law_on(L.AGRI_HANDLING, date(2019, 8, 12)), law_on(L.CIVIL, date(2021, 1, 1))

    assert interim
    assert civil
    assert (interim.mark, civil.mark) == (Mark.SECONDARY, Mark.VERIFIED)
    assert (civil.named("zh"), civil.named("en")) == ("民法典", "Civil Code")
    assert "保监发〔2015〕31号" in interim.zh


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("civil/2021-01-01.toml", "from_on = 2021-01-01", "from_on = 2021-01-02", "not the date of the file's name"),
        ("civil/2017-10-01.toml", "until_on = 2020-12-31", "until_on = 2021-01-31", "the version before ends on 2021-01-31"),
        ("civil/2017-10-01.toml", "until_on = 2020-12-31", "until_on = 2016-12-31", "until_on lies before from_on"),
        ("insurance/2015-04-24.toml", 'mark = "verified"', 'mark = "sure"', "Invalid enum value"),
    ],
)
def test_a_spoilt_law_is_told(tmp_path: Path, file: str, before: str, after: str, fault: str) -> None:
    shutil.copytree(dated.root("claims"), tmp_path / "claims")
    path = tmp_path / "claims" / "laws" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    assert fault in " ".join(check_laws(tmp_path / "claims"))


def test_a_law_without_a_file_is_told(tmp_path: Path) -> None:
    shutil.copytree(dated.root("claims"), tmp_path / "claims")
    (tmp_path / "claims" / "laws" / "personal_data" / "2021-11-01.toml").unlink()

    assert list(check_laws(tmp_path / "claims")) == ["laws/personal_data: no version"]
