"""Texts people read: Chinese is the source, English comes from the catalogues (`<context>/locale/en.po`, `en_<topic>.po`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
_ROOT = Path(__file__).parents[1]


class Text(msgspec.Struct, frozen=True):
    """One sentence, not yet in a language: the Chinese source and its parameters (named, `{like_this}`)."""

    msgid: str
    params: dict[str, Any] = {}

    def __str__(self) -> str:
        return render(self, "zh")


def t(msgid: str, **params: Any) -> Text:
    """Mark a Chinese source text for translation; parameters are filled in when it is shown."""
    return Text(msgid, params)


@cache
def catalogue(language: str) -> dict[str, str]:
    """All contexts' translations into one language; Chinese is the source and needs none."""
    merged: dict[str, str] = {}
    for path in sorted(_ROOT.glob(f"*/locale/{language}*.po")):
        with path.open("rb") as handle:
            for message in read_po(handle):
                if message.id and isinstance(message.id, str) and message.string:
                    merged[message.id] = str(message.string)
    return merged


def translate(msgid: str, language: str) -> str:
    """The text in the language, or the Chinese source where no translation stands."""
    return msgid if language == "zh" else catalogue(language).get(msgid, msgid)


def render(text: Text | str, language: str) -> str:
    """Fill a text in: parameters that are texts themselves are translated too, of words in both languages the reader's is taken."""
    if isinstance(text, str):
        return translate(text, language)
    return translate(text.msgid, language).format_map({name: _filled(value, language) for name, value in text.params.items()})


def _filled(value: Any, language: str) -> Any:
    """One parameter. As JSON gives it back a text is a dict again; `{"zh": …, "en": …}` are words of a dated file; several are listed."""
    if isinstance(value, list | tuple):
        return translate("、", language).join(str(_filled(one, language)) for one in value)
    if isinstance(value, Text):
        return render(value, language)
    if isinstance(value, dict) and "msgid" in value:
        return render(Text(value["msgid"], value.get("params", {})), language)
    return value.get(language, value["zh"]) if isinstance(value, dict) and "zh" in value else value
