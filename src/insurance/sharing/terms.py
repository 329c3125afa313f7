"""The terms of sharing in force on a day: reads top-level `claims/sharing/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from insurance.base import dated
from insurance.sharing.model import Terms


@cache
def terms_on(day: date) -> Terms:
    """The terms of a day; before the first, the first."""
    folder = dated.root("claims") / "sharing"
    return dated.read(dated.in_force(folder, day) or dated.versions(folder)[0][1], Terms)


def check_terms() -> Iterator[str]:
    """What is wrong with the dated terms of sharing."""
    for _, path in dated.versions(dated.root("claims") / "sharing"):
        try:
            dated.read(path, Terms)
        except dated.Unsound as unsound:
            yield str(unsound)
