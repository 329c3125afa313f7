"""The laws that claims and letters cite, by the day: reads top-level `claims/laws/`, a folder per law, a file per version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from insurance.base import dated
from insurance.base.dated import Words
from insurance.policies.wording import Mark

_ONE_DAY = timedelta(days=1)


class LawCode(StrEnum):
    """A matter and the law that rules it; its title may change with the day (民法总则, then 民法典)."""

    CIVIL = "CIVIL"  # counting of days, prescription
    INSURANCE = "INSURANCE"  # 保险法
    AGRI_INSURANCE = "AGRI_INSURANCE"  # 农业保险条例
    AGRI_HANDLING = "AGRI_HANDLING"  # 农业保险承保理赔的监管规定
    COLLECTIVE = "COLLECTIVE"  # 农村集体经济组织法
    PERSONAL_DATA = "PERSONAL_DATA"  # 个人信息保护法


class Law(Words, frozen=True):
    """A law as it stood from `from_on` to `until_on` (both counted; None: still). `short` is how people cite it."""

    from_on: date
    zh: str
    short: str
    en: str
    mark: Mark
    source: str
    until_on: date | None = None

    def named(self, language: str) -> str:
        """How it is cited: 保险法, Insurance Law."""
        return self.en if language == "en" else self.short


def _folder(code: LawCode) -> Path:
    return dated.root("claims") / "laws" / code.lower()


@cache
def law_on(code: LawCode, day: date) -> Law | None:
    """The law of a matter in force on a day; None when there was none (yet, or any more)."""
    path = dated.in_force(_folder(code), day)
    law = None if path is None else dated.read(path, Law)
    return None if law is None or (law.until_on is not None and day > law.until_on) else law


def check_laws(top: Path) -> Iterator[str]:
    """What is wrong with the laws under `top/laws`: files that do not decode, days that overlap or are not those of the name."""
    for code in LawCode:
        before: Law | None = None
        found = dated.versions(top / "laws" / code.lower())
        if not found:
            yield f"laws/{code.lower()}: no version"
        for effective, path in found:
            try:
                law = dated.read(path, Law)
            except dated.Unsound as unsound:
                yield str(unsound)
                continue
            where = f"laws/{code.lower()}/{path.name}"
            if law.from_on != effective:
                yield f"{where}: from_on is not the date of the file's name"
            if law.until_on is not None and law.until_on < law.from_on:
                yield f"{where}: until_on lies before from_on"
            if before is not None and before.until_on not in (None, effective - _ONE_DAY):
                yield f"{where}: the version before ends on {before.until_on}"
            before = law
