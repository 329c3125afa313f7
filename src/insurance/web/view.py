"""What the page shell shows about the reader and the day; the app fills it in, so this floor knows nobody above it."""

from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import urlencode

import msgspec

from insurance.base.text import LANGUAGES, Text

Tone = Literal["", "ok", "az", "due", "bad"]


class NavItem(msgspec.Struct, frozen=True):
    """One entry of the side navigation; `count` is open work, `hot` paints it late, `group` heads a new section."""

    href: str
    label: Text
    icon: str
    count: int | None = None
    hot: bool = False
    group: Text | None = None


class Note(msgspec.Struct, frozen=True):
    """One message at the top of the page; `undo` is the POST address that takes the act back."""

    text: Text | str
    tone: Tone = "ok"
    href: str = ""
    link: Text | None = None
    undo: str = ""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The reader as the shell sees them. `name` is empty when nobody is signed in; `day` is the business date."""

    language: str = "zh"
    name: str = ""
    role: Text | None = None
    scope: str = ""
    nav: tuple[NavItem, ...] = ()
    open_work: int = 0
    work_href: str = "/"
    day: date | None = None
    demo: bool = False
    csrf: str = ""
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    htmx: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def html_lang(self) -> str:
        """The BCP 47 tag of the page."""
        return "en" if self.language == "en" else "zh-CN"

    def current(self) -> str:
        """The href of the nav item this page belongs to: the longest one that leads to the path."""
        leading = [n.href for n in self.nav if self.path == n.href or self.path.startswith(n.href.rstrip("/") + "/")]
        return max((href for href in leading if href != "/" or self.path == "/"), key=len, default="")

    def in_language(self, language: str) -> str:
        """The address of this page in the other language; the app keeps the choice in the `lang` cookie."""
        kept = [(k, v) for k, v in self.query if k != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"


def chosen_language(asked: str | None, cookie: str | None, account: str | None = None) -> str:
    """The first known language of: `?lang=`, the account's setting, the `lang` cookie; else Chinese."""
    return next((c for c in (asked, account, cookie) if c in LANGUAGES), "zh")
