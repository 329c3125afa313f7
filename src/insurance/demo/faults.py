"""The rows that are wrong on purpose: what clerks really get wrong, four rows a district, and what the import must answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from insurance.demo.building import Project
from insurance.demo.cells import Formula, Raw


class Duplicate(msgspec.Struct, frozen=True):
    """In place of a cell: the whole row stands twice."""


class Wrong(msgspec.Struct, frozen=True):
    """One row to spoil: the cell, what is written there, and the code of the fault that must come back."""

    project: Project
    asset: int
    field: str
    cell: Raw | Duplicate
    code: str


class Planted(msgspec.Struct, frozen=True):
    """A line of the manifest: where the fault was put and what it is called."""

    county_code: str
    field: str
    code: str
    project_name: str
    asset_name: str

    @property
    def is_fault(self) -> bool:
        """Whether it keeps its row out; a row that stands twice is only noted."""
        return self.code != "duplicate-row"


class _Recipe(msgspec.Struct, frozen=True):
    field: str
    cell: Raw | Duplicate
    code: str
    same_as_first: bool = False  # write what the project's first asset has there


_RECIPES: dict[str, tuple[_Recipe, ...]] = {
    "370402": (
        _Recipe("net_value_fen", "1.00", "net-value-differs"),
        _Recipe("residual_rate", "150%", "rate-unreadable"),
        _Recipe("state", "待定", "unknown-word"),
        _Recipe("contract_no", "6.22202E+18", "code-became-number"),
    ),
    "370403": (
        _Recipe("in_use_on", "2017.13", "month-range"),
        _Recipe("completed_on", "2017年", "date-without-month"),
        _Recipe("cost_fen", "35,000.005", "amount-unreadable"),
        _Recipe("town", "榴园镇", "town-not-in-county"),
    ),
    "370404": (
        _Recipe("asset_code", 3_704_040_012_018_000_000.0, "code-became-number"),
        _Recipe("in_use_on", 2017.1, "date-ambiguous"),
        _Recipe("quantity", "若干", "quantity-unreadable"),
        _Recipe("households", "二十户", "count-unreadable"),
    ),
    "370405": (
        _Recipe("net_value_fen", Formula("={cost_fen}{row}-1", 1), "net-value-differs"),
        _Recipe("net_value_fen", Formula("={cost_fen}{row}-{depreciation_fen}{row}", ""), "formula-without-result"),
        _Recipe("cost_fen", Formula("=SUM(#REF!)", "#REF!"), "excel-error"),
        _Recipe("in_use_on", "2018-02-30", "date-unreadable"),
    ),
    "370406": (
        _Recipe("project_name", None, "project-name-missing"),
        _Recipe("cost_fen", "-35000.00", "amount-negative"),
        _Recipe("life_months", "长期", "life-unreadable"),
        _Recipe("town", None, "town-missing"),
        _Recipe("project_name", Duplicate(), "duplicate-row"),
    ),
    "370481": (
        _Recipe("town", "级所镇", "unknown-town"),
        _Recipe("cost_fen", "约65", "amount-unreadable"),
        _Recipe("operation", "村民小组代管", "unknown-word"),
        _Recipe("asset_code", "", "asset-code-clash", same_as_first=True),
        _Recipe("project_name", Duplicate(), "duplicate-row"),
    ),
}


def plan(projects: Sequence[Project]) -> list[Wrong]:
    """Which rows of one district are spoiled: each fault in a project of its own, spread over the register."""
    recipes = _RECIPES[projects[0].county_code]
    wrongs: list[Wrong] = []
    step = len(projects) // (len(recipes) + 1)
    for number, recipe in enumerate(recipes, start=1):
        for project in projects[number * step :]:
            if not any(wrong.project is project for wrong in wrongs) and _suits(project, recipe):
                asset = len(project.rows) - 1
                cell = getattr(project.rows[0], recipe.field) if recipe.same_as_first else recipe.cell
                wrongs.append(Wrong(project, asset, recipe.field, cell, recipe.code))
                break
        else:
            raise ValueError(f"no project of {projects[0].county_code} suits {recipe.code}")
    return wrongs


def _suits(project: Project, recipe: _Recipe) -> bool:
    """Half the faults hit a project's only row, so that it waits for the corrections whole."""
    if project.is_tanshan or (recipe.field == "town" and recipe.cell == "级所镇" and project.town_code != "370481105"):
        return False
    if recipe.same_as_first or isinstance(recipe.cell, Duplicate):
        return len(project.rows) > 1
    stated = recipe.field == "town" or getattr(project.rows[-1], recipe.field) is not None
    return stated and len(project.rows) == 1 and project.rows[0].net_value_fen is not None
