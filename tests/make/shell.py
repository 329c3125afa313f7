"""A reader in front of the page shell."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import msgspec

from insurance.base.text import t
from insurance.web import states
from insurance.web.render import STATIC, page
from insurance.web.view import NavItem, Note, View

WEB = STATIC.parent
CITY = timezone(timedelta(hours=8))
VIEW = View(
    name="市扶贫办",
    role=t("总览"),
    scope="枣庄市",
    day=date(2019, 8, 30),
    demo=True,
    csrf="a-token",
    path="/projects/417",
    query=(("q", "a b"), ("lang", "zh")),
    open_work=7,
    notes=(Note(t("已受理"), undo="/claims/417/undo"),),
    nav=(
        NavItem("/", t("总览"), "layout-dashboard"),
        NavItem("/projects", t("项目"), "table-2", 1376),
        NavItem("/claims", t("核定"), "scale", 12, hot=True, group=t("时限")),
    ),
)
HTMX = msgspec.structs.replace(VIEW, htmx=True)
ENGLISH = msgspec.structs.replace(VIEW, language="en")


def states_page(view: View = VIEW) -> str:
    return page("states.html", view, **states.sample(view.language))
