"""A form as a person meets it: found on the page by its address, its hidden and filled-in fields sent along with what is typed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx

from people import Browser

_TICKS = ("checkbox", "radio")


class _Forms(HTMLParser):
    """Every form of a page: address → field → values as the page filled them in."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._named: dict[str, dict[str, list[str]]] = {}  # forms by id: a field elsewhere may say `form="…"`
        self._select: str | None = None
        self._area: str | None = None
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((about.get("action", ""), {}))
            self._named[about.get("id", "")] = self.forms[-1][1]
        elif tag == "input" and about.get("name") and about.get("type") != "file":
            if about.get("type") not in _TICKS or "checked" in about:
                self._keep(about["name"], about.get("value", ""), about.get("form"))
        elif tag == "select":
            self._select, self._options = about.get("name"), []
        elif tag == "option" and self._select:
            self._options.append((about.get("value", ""), "selected" in about))
        elif tag == "textarea":
            self._area = about.get("name")
            self._keep(about["name"], "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = next((value for value, selected in self._options if selected), self._options[0][0] if self._options else "")
            self._keep(self._select, chosen)
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area][-1] += data

    def _keep(self, name: str, value: str, form: str | None = None) -> None:
        if form is not None:
            self._named[form].setdefault(name, []).append(value)
        elif self.forms:
            self.forms[-1][1].setdefault(name, []).append(value)


def fields(page: str, action: str) -> dict[str, list[str]]:
    """The form that goes to this address (without its query), as the page filled it in. Fails when the page has none."""
    parser = _Forms()
    parser.feed(page)
    found = [form for to, form in parser.forms if to.partition("?")[0] == action]
    assert found, f"no form to {action} among {[to for to, _ in parser.forms]}"
    return next((form for form in found if "csrf" in form), found[0])  # a list's filter may lead to the same address


def addresses(page: str) -> set[str]:
    """Where the POST forms of a page lead."""
    parser = _Forms()
    parser.feed(page)
    return {to.partition("?")[0] for to, form in parser.forms if "csrf" in form}


async def fill_in(who: Browser, page: httpx.Response, action: str, files: Any = None, **typed: Any) -> httpx.Response:
    """Send the page's form with these fields typed into it (`lines-0-loss_fen` as `**{"lines-0-loss_fen": …}`)."""
    assert page.status_code in (200, 409, 422), page.text[:2000]
    sent = fields(page.text, action) | {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return await who.post(action, {name: values for name, values in sent.items() if name != "csrf"}, files=files)
