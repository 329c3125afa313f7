"""Whole page or one block: the Jinja environments (one per language), their filters, and the answers made of them.

In a template `_("中文")` translates, `ui.…` are the macros of `macros.html`, `icon(…)` draws from the sprite and
`static(…)` is an address that changes with the file. All of them also work when only one block is rendered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context
from litestar import Response
from litestar.enums import MediaType
from markupsafe import Markup

from insurance.base.errors import FieldFault
from insurance.base.text import Text, render, t, translate
from insurance.base.words import amount_words
from insurance.web import shown
from insurance.web.view import View

STATIC = Path(__file__).parent / "static"
NOTES_TARGET = "#notes"
_REPEATED = {"seal", "seals", "pill", "clock", "cov", "money", "yuan", "meter"}


def _folders() -> list[Path]:
    """Every context's templates folder, the shell's first so that no context can replace the layout."""
    own = Path(__file__).parent / "templates"
    return [own, *sorted(p for p in Path(__file__).parents[1].glob("*/templates") if p != own)]


@cache
def static(name: str) -> str:
    """The address of a static file, with its digest so that browsers may keep it for a year."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def _pictures() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))


@cache
def icon(name: str, size: str = "") -> Markup:
    """A picture of the sprite, hidden from screen readers (the word beside it speaks). Sizes "", "s", "l"."""
    if name not in _pictures():
        raise ValueError(f"static/icons.svg has no picture {name!r}")
    kind = f"i {size}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(kind, static("icons.svg"), name)


def _words(fen: int | None) -> str:
    return shown.NOTHING if fen is None else amount_words(fen)


def _speaker(language: str) -> Callable[..., str]:
    """`_()` of one language: a source text, with its parameters filled in when there are any."""

    def speak(msgid: str, **params: Any) -> str:
        return render(t(msgid, **params), language) if params else translate(msgid, language)

    return speak


class _LeanContext(Context):
    """Calls go straight through: nothing here asks for Jinja's context, and looking for who does cost a third of a page."""

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call with what the template gave; the compiler's own two arguments are dropped as Jinja drops them."""
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs)


def _parts(env: Environment) -> SimpleNamespace:
    """The macros as `ui`; those a list repeats in every row are remembered, since equal arguments draw equal parts."""
    macros = vars(env.get_template("macros.html").module)
    return SimpleNamespace(**{n: lru_cache(4096)(m) if n in _REPEATED else m for n, m in macros.items() if n[0] != "_"})


@cache
def environment(language: str) -> Environment:
    """The compiled templates of one language; what is undefined raises instead of vanishing."""
    env = Environment(
        loader=FileSystemLoader(_folders()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )

    env.context_class = _LeanContext

    def tr(text: Text | str | None) -> str:
        return shown.NOTHING if text is None else render(text, language)

    for filter_ in (
        shown.money,
        shown.wan,
        shown.plain,
        shown.pct,
        shown.grouped,
        shown.day,
        shown.moment,
        shown.width,
        shown.band,
    ):
        env.filters[filter_.__name__] = filter_
    env.filters |= {"words": _words, "tr": tr}
    env.globals |= {"_": _speaker(language), "icon": icon, "static": static, "share": shown.share, "language": language}
    env.globals["ui"] = _parts(env)
    return env


def page(template: str, view: View, *, block: str | None = None, **context: Any) -> str:
    """The whole page; or only `block` of it when htmx asked (`view.htmx`) and a block is named."""
    if block is not None and view.htmx:
        return fragment(template, block, view, **context)
    return environment(view.language).get_template(template).render(context, view=view)


def fragment(template: str, block: str, view: View, **context: Any) -> str:
    """One block of a page, whoever asks."""
    compiled = environment(view.language).get_template(template)
    return "".join(compiled.blocks[block](compiled.new_context({**context, "view": view})))


def answer(
    template: str,
    view: View,
    *,
    block: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """`page()` as a response. Never kept by caches: every page is one reader's own."""
    return Response(
        page(template, view, block=block, **context),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store", "Vary": "HX-Request", **(headers or {})},
    )


def onward(href: str, view: View) -> Response[str]:
    """After a POST that succeeded: send the reader on (303, or htmx's own redirect)."""
    if view.htmx:
        return Response("", status_code=204, headers={"HX-Redirect": href})
    return Response("", status_code=303, headers={"Location": href})


def refusal(
    view: View,
    *,
    status: int,
    text: Text,
    faults: list[FieldFault] | None = None,
    request_id: str = "",
    back: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """What went wrong, as a whole page or, for htmx, as one message block that leaves the typed form in place."""
    aimed = {"HX-Retarget": NOTES_TARGET, "HX-Reswap": "innerHTML show:top"} if view.htmx else {}
    return answer(
        "error.html",
        view,
        block="fault",
        status=status,
        headers={**aimed, **(headers or {})},
        status_code=status,
        text=text,
        faults=faults or [],
        request_id=request_id,
        back=back,
    )
