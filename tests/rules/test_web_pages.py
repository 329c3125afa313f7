"""The page shell: pages and blocks rendered, nothing inline, within the page budget."""

from __future__ import annotations

import ast
import gzip
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jinja2 import UndefinedError
from jinja2.ext import extract_from_ast

from insurance.base.errors import FieldFault
from insurance.base.text import catalogue, t
from insurance.web import drawing, forms, states
from insurance.web.render import STATIC, answer, environment, fragment, icon, onward, page, refusal, static
from insurance.web.view import View, chosen_language
from make.shell import ENGLISH, HTMX, VIEW, WEB, states_page


def test_a_page_comes_whole_and_htmx_gets_the_block_it_asked_for() -> None:
    context = states.sample("zh")
    whole = page("states.html", VIEW, block="rows", **context)
    block = page("states.html", HTMX, block="rows", **context)
    assert whole.startswith("<!DOCTYPE html>")
    assert block.lstrip().startswith('<div class="tw" id="rows">')
    assert block.strip() in whole
    assert page("states.html", HTMX, **context) == states_page(HTMX)
    assert fragment("states.html", "rows", VIEW, **context) == block


def test_what_people_typed_is_escaped_everywhere() -> None:
    bad = "<script>alert(1)</script>"
    context = states.sample("zh") | {"form": forms.kept({"note": [bad], "loss_fen": [f'"{bad}']}, [])}
    context["rows"] = [{"name": bad, "held": ("open", "no"), "net": 1, "sum": 1}]
    html = page("states.html", msgspec.structs.replace(VIEW, name=bad, scope=bad, csrf=f"'{bad}"), **context)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_missing_value_raises_instead_of_vanishing() -> None:
    with pytest.raises(UndefinedError):
        page("states.html", VIEW)


def test_the_answer_is_never_kept_by_a_cache() -> None:
    response = answer("states.html", VIEW, status=422, **states.sample("zh"))
    assert (response.status_code, response.headers["Cache-Control"], response.headers["Vary"]) == (422, "no-store", "HX-Request")


def test_after_a_post_the_reader_is_sent_on() -> None:
    assert (onward("/claims/4", VIEW).status_code, onward("/claims/4", VIEW).headers["Location"]) == (303, "/claims/4")
    assert (onward("/claims/4", HTMX).status_code, onward("/claims/4", HTMX).headers["HX-Redirect"]) == (204, "/claims/4")


def test_a_refusal_reaches_htmx_as_one_message_that_leaves_the_form_alone() -> None:
    fault = FieldFault("loss_fen", t("请填写"))
    for view in (VIEW, HTMX):
        response = refusal(view, status=422, text=t("没有保存"), faults=[fault], request_id="R-7", back="/claims")
        assert response.status_code == 422
        for part in ("没有保存", 'href="#f-loss_fen"', "请填写", "R-7", "您填的内容还在"):
            assert part in response.content
        assert ("<html" in response.content) is (view is VIEW)
        assert response.headers.get("HX-Retarget") == ("#notes" if view.htmx else None)
    assert 'id="notes"' in states_page()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 503])
def test_every_refusal_shows_a_way_out(status: int) -> None:
    content = refusal(VIEW, status=status, text=t("没能办成")).content
    assert 'href="/login"' in content if status == 401 else 'class="btn" href="/"' in content


# ---------- the shell ----------


class Tags(HTMLParser):
    """All start tags of a page, and the ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def every_page() -> Iterator[str]:
    for view in (VIEW, ENGLISH, View()):
        yield states_page(view)
        yield refusal(view, status=409, text=t("没有保存")).content


def test_pages_carry_nothing_inline_that_the_content_policy_forbids() -> None:
    for html in every_page():
        for tag, attrs in Tags(html).found:
            assert "style" not in attrs
            assert not [name for name in attrs if name.startswith("on")]
            assert tag != "style"
            assert tag != "script" or (attrs["src"] or "").startswith("/static/")
        assert not re.search(r"<script[^>]*>\s*[^<\s]", html)


def test_every_reference_inside_a_page_leads_somewhere() -> None:
    for html in every_page():
        tags = Tags(html).found
        ids = [attrs["id"] for _, attrs in tags if attrs.get("id")]
        assert len(ids) == len(set(ids))
        for _, attrs in tags:
            for name in [*(attrs.get("aria-describedby") or "").split(), attrs.get("for") or "main"]:
                assert name in ids
            target = attrs.get("href") or ""
            if target.startswith("#f-"):
                assert target[1:] in ids


def test_every_static_address_exists_and_changes_with_its_file() -> None:
    for html in every_page():
        for name in set(re.findall(r"/static/([\w.-]+)\?v=", html)):
            assert static(name) in html


def test_a_picture_that_the_sprite_lacks_is_noticed() -> None:
    assert icon("check", "s") == f'<svg class="i s" aria-hidden="true"><use href="{static("icons.svg")}#check"/></svg>'
    with pytest.raises(ValueError, match="no-such-picture"):
        icon("no-such-picture")


def test_every_post_form_carries_the_token() -> None:
    posts = [form for form in states_page().split("<form")[1:] if 'method="post"' in form.split(">")[0]]
    assert len(posts) >= 6
    for form in posts:
        assert '<input type="hidden" name="csrf" value="a-token">' in form.split("</form>")[0]


def test_the_business_date_of_a_demo_stands_on_every_page() -> None:
    assert "演示数据 · 业务日期 2019-08-30" in refusal(VIEW, status=404, text=t("没能办成")).content
    assert "Demo data · business date 2019-08-30" in states_page(ENGLISH)
    assert "业务日期 2019" not in states_page(View())


@pytest.mark.parametrize(
    ("path", "href"),
    [("/", "/"), ("/projects", "/projects"), ("/projects/417", "/projects"), ("/projects-old", ""), ("/claims/9/x", "/claims")],
)
def test_the_navigation_marks_where_the_reader_is(path: str, href: str) -> None:
    view = msgspec.structs.replace(VIEW, path=path)
    assert view.current() == href
    assert states_page(view).count('aria-current="page"') == (3 if href else 0)  # side, phone menu, bottom bar


def test_the_language_is_the_askers_then_the_accounts_then_the_cookies() -> None:
    assert [chosen_language(*case) for case in [("en", "zh", "zh"), (None, "en", "zh"), ("xx", "en", None), (None, None, None)]] == [
        "en",
        "zh",
        "en",
        "zh",
    ]
    assert VIEW.in_language("en") == "/projects/417?q=a+b&lang=en"


def test_the_reference_page_shows_every_part() -> None:
    parts = {name for name in vars(environment("zh").globals["ui"]) if name.islower()}
    used = set(re.findall(r"\bui\.(\w+)\(", "".join(p.read_text() for p in WEB.glob("templates/*.html") if p.name != "macros.html")))
    inner = {"said_by", "label_of", "below"}  # pieces of a field
    assert parts - inner == used
    documented = (WEB / "templates/macros.html").read_text().split("#}")[0]
    shell = {"brand", "languages", "nav_links", "business_day"}
    assert {part for part in parts - inner - shell if f"ui.{part}(" not in documented} == set()


# ---------- catalogue ----------


def source_texts() -> set[str]:
    found: set[str] = set()
    env = environment("zh")
    for path in WEB.glob("templates/*.html"):
        for _, _, strings in extract_from_ast(env.parse(path.read_text()), ("_",), babel_style=False):
            found |= {strings} if isinstance(strings, str) else {text for text in strings or () if text}
    for path in WEB.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="t" | "say"), args=[ast.Constant(value=str(text)), *_]):
                    found.add(text)
    return found


def test_every_text_of_the_shell_has_an_english_twin_with_the_same_parameters() -> None:
    texts = source_texts()
    assert len(texts) > 200
    missing = {text for text in texts if text not in catalogue("en")}
    assert missing == set()
    for text in texts:
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", catalogue("en")[text])), text


def test_chinese_texts_use_full_width_punctuation() -> None:
    between = re.compile(r"[一-鿿][,:;!?()]|[,:;!?()][一-鿿]")
    assert {text for text in source_texts() if between.search(text)} == set()


def test_the_english_page_speaks_english() -> None:
    html = re.sub(r'<[^>]*lang="zh-CN"[^>]*>[^<]*<', "<", states_page(ENGLISH))
    left = set(re.findall(r"[一-鿿]+", html)) - {"市扶贫办", "市", "枣庄市", "大棚", "八万多", "塘埂冲毁"}
    assert {words for words in left if not any(words in row["name"] for row in states.sample("en")["rows"])} <= {"万"}


# ---------- drawings ----------


def test_the_ruler_draws_each_clock_within_its_frame_and_its_words_too() -> None:
    drawn = states.sample("zh")["ruler"]
    assert [row.label for row in drawn.rows] == ["查勘 24 小时", "核定 30 日", "支付 10 日", "先予支付 60 日"]
    for row in drawn.rows:
        assert all(bar.x >= 130 and bar.x + bar.width <= 1077.1 for bar in row.bars)
        assert 0 <= row.words_x <= 1100 - 6.6
    decision = drawn.rows[1]
    assert [bar.kind for bar in decision.bars] == ["h", "c1l", "c1"]
    waiting, whole, used = decision.bars
    assert waiting.x + waiting.width == pytest.approx(whole.x)
    assert used.width / whole.width == pytest.approx(14 / 30, abs=0.01)
    assert used.x + used.width == pytest.approx(drawn.now_x, abs=0.2)


def test_a_late_clock_runs_red_past_its_due_day() -> None:
    span = drawing.Span("核定", "超 1 天", date(2019, 8, 1), date(2019, 8, 31), "late")
    drawn = drawing.ruler([span], date(2019, 9, 1), "x")
    assert [bar.kind for bar in drawn.rows[0].bars] == ["c1l", "c1 late", "cbad"]


def test_the_words_of_a_clock_long_late_stand_beside_its_bar_and_not_on_it() -> None:
    span = drawing.Span("核定", "超 50 天 · 09-16 到期", date(2019, 8, 15), date(2019, 9, 16), "late")
    row = drawing.ruler([span], date(2019, 11, 5), "x").rows[0]
    assert row.words_x >= max(bar.x + bar.width for bar in row.bars)
    assert row.anchor == "start"


def test_columns_share_one_scale() -> None:
    drawn = drawing.columns([("2017", 860, ""), ("2018", 2140, ""), ("2019", 0, "0.00")], "x")
    heights: list[Any] = [bar.height for bar, _, _ in drawn.bars]
    assert heights[1] == 84
    assert heights[0] == pytest.approx(84 * 860 / 2140, abs=0.1)
    assert [written for _, _, written in drawn.bars] == ["860", "2,140", "0.00"]
    assert drawing.columns([], "x").bars == ()


# ---------- files ----------


@pytest.mark.parametrize(("name", "most"), [("app.js", 6_000), ("icons.svg", 4_000), ("htmx-2.0.11.min.js", 17_500)])
def test_static_files_stay_within_the_page_budget(name: str, most: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= most


def test_both_style_sheets_together_stay_within_the_page_budget() -> None:
    sheets = [gzip.compress((STATIC / name).read_bytes(), 9) for name in ("app.css", "pages.css")]
    assert sum(map(len, sheets)) <= 14_000


def test_vendored_files_stand_beside_their_licences() -> None:
    assert "Zero-Clause BSD" in (STATIC / "htmx-LICENSE.txt").read_text()
    assert "ISC License" in (STATIC / "icons-LICENSE.txt").read_text()


def test_no_file_of_the_shell_names_a_font_or_an_address_elsewhere() -> None:
    for path in [*STATIC.glob("*.css"), STATIC / "app.js", *(WEB / "templates").glob("*.html")]:
        outside = re.findall(r"https?://[^\s'\"%]+", path.read_text().replace("http://www.w3.org", ""))
        assert outside == [], Path(path).name
