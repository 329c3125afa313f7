"""Every text people read stands in both languages."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from insurance.base.text import catalogue, t, translate

SOURCES = Path(__file__).parents[1] / "src" / "insurance"
_OPTIONS = {"encoding": "utf-8"}


def marked() -> Iterator[tuple[str, str]]:
    """Every source text marked in code (`t`) and templates (`_`), with its file."""
    code = extract_from_dir(SOURCES, [("**.py", "python")], {"**.py": _OPTIONS}, keywords={"t": None, "say": None}, callback=None)
    pages = extract_from_dir(SOURCES, [("**.html", "jinja2")], {"**.html": _OPTIONS | {"silent": "false"}}, keywords={"_": None})
    for file, _, message, _, _ in [*code, *pages]:
        if isinstance(message, str) and message:
            yield file, message


TEXTS = sorted(set(marked()))


def test_there_are_texts_to_check() -> None:
    assert len(TEXTS) > 300


def test_every_text_has_its_english() -> None:
    missing = [f"{file}: {text}" for file, text in TEXTS if text not in catalogue("en")]

    assert not missing, "\n".join(missing)


def test_a_translation_fills_in_the_same_parameters() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    wrong = [text for text, english in catalogue("en").items() if names(text) != names(english)]

    assert not wrong


def test_no_translation_outlives_its_text() -> None:
    used = {text for _, text in TEXTS}

    assert not sorted(set(catalogue("en")) - used)


def test_chinese_texts_use_full_width_punctuation() -> None:
    half_width = re.compile(r"[一-鿿][,;:?!()][^\d]?|[,;:?!(][一-鿿]")

    assert not [f"{file}: {text}" for file, text in TEXTS if half_width.search(text)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_text_is_shown_as_it_stands(language: str) -> None:
    assert translate(t("没有人译过这一句").msgid, language) == "没有人译过这一句"
