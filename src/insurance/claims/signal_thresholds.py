"""When a photo is worth a question, as set on a day: reads top-level `claims/signals/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from insurance.base import dated
from insurance.claims.rules_signals import Thresholds


@cache
def thresholds_on(day: date) -> Thresholds:
    """The thresholds in force on a day; before the first setting, the first."""
    folder = dated.root("claims") / "signals"
    return dated.read(dated.in_force(folder, day) or dated.versions(folder)[0][1], Thresholds)


def check_signals(top: Path) -> Iterator[str]:
    """What is wrong with the thresholds under `top/signals`."""
    for _, path in dated.versions(top / "signals"):
        try:
            dated.read(path, Thresholds)
        except dated.Unsound as unsound:
            yield str(unsound)
