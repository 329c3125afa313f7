"""Size, place and words of the tree itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from insurance.cli import main

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 70
BANNED = {"status", "data", "info", "manager", "helper", "process"}


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_says_what_belongs_in_it_and_stays_short(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)

    assert ast.get_docstring(tree), "the file opens with a line saying what belongs in it"
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


PURE = [path for path in SOURCES if re.match(r"(rules|model|lifecycle)(_|\.py)", path.name)]
REACHING = re.compile(
    r"insurance\.base\.db|insurance\.\w+\.(store|actions|api|pages|jobs|tables|audit)\w*$|(piccolo|asyncpg|litestar|jinja2)\b"
)


@pytest.mark.parametrize("path", PURE, ids=lambda p: str(p.relative_to(ROOT)))
def test_rules_and_models_of_every_topic_reach_no_database_and_no_web(path: Path) -> None:
    """Import-linter holds the plain names to it; this the ones with a topic (`rules_statement.py`)."""
    named = [
        f"{node.module}.{name.name}" if name.name in {"db", "store", "actions", "tables"} else node.module or ""
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    assert [module for module in named if REACHING.match(module)] == []


def public(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_others_call_is_described(path: Path) -> None:
    assert not [node.name for node in public(path) if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_has_a_name_of_the_trade(path: Path) -> None:
    assert not BANNED & set(path.stem.split("_"))


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert not [name for name in main.commands if f"insurance {name}" not in readme]


def test_the_docs_name_every_setting() -> None:
    docs = "".join(p.read_text("utf-8") for p in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
    code = "".join(p.read_text("utf-8") for p in SOURCES)
    settings = set(re.findall(r'"((?:INSURANCE_|DATABASE_|MIGRATION_)[A-Z_]+|PORT|HOST)"', code))

    assert settings
    assert not [name for name in sorted(settings) if name not in docs]


def test_no_text_of_a_page_carries_style_or_script() -> None:
    pages = list((ROOT / "src").rglob("*.html"))

    assert pages
    assert not [p.name for p in pages if re.search(r"\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", p.read_text("utf-8"))]
