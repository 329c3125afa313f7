"""A working of a quote or policy as the lines of `ui.calc`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from insurance.base.money import Fen
from insurance.base.text import Text, render

_SIGNS = {"sum-insured": ("=", "sub"), "premium": ("=", "sum"), "basis": ("=", "sub")}


class Working(Protocol):
    """A step, fresh or stored."""

    @property
    def rule(self) -> str:
        """Which rule."""

    @property
    def result_fen(self) -> Fen:
        """What came out."""

    @property
    def text(self) -> Text | str:
        """In words."""


def calc_rows(steps: Iterable[Working], language: str) -> list[dict[str, Any]]:
    """The steps in order: the sum insured as a subtotal, the premium as the sum, who pays it below."""
    rows = []
    for step in steps:
        op, how = _SIGNS.get(step.rule, ("", ""))
        rows.append({"op": op, "how": how, "label": render(step.text, language), "fen": step.result_fen})
    return rows
