"""The page shell: how values are written, forms read, lists addressed, pages and blocks rendered."""

from __future__ import annotations

import ast
import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from jinja2 import UndefinedError
from jinja2.ext import extract_from_ast

from insurance.base.errors import FieldFault, Invalid
from insurance.base.text import catalogue, render, t
from insurance.web import drawing, forms, listing, shown, states
from insurance.web.render import STATIC, answer, environment, fragment, icon, onward, page, refusal, static
from insurance.web.view import NavItem, Note, View, chosen_language

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


# ---------- how values are written ----------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (shown.money(100867750), "1,008,677.50"),
        (shown.money(5), "0.05"),
        (shown.money(-1426000), "−14,260.00"),
        (shown.money(None), "—"),
        (shown.wan(48000000), "48.00"),
        (shown.wan(61240499), "61.24"),
        (shown.wan(61245000), "61.25"),
        (shown.plain(9125901), "91259.01"),
        (shown.plain(8200000), "82000"),
        (shown.plain(-5), "-0.05"),
        (shown.pct(Fraction(843, 1128)), "74.7%"),
        (shown.pct(Decimal("0.9615")), "96.2%"),
        (shown.pct("0.96169", 2), "96.17%"),
        (shown.pct(None), "—"),
        (shown.grouped(1376), "1,376"),
        (shown.day(date(2019, 8, 30)), "2019-08-30"),
        (shown.day(datetime(2019, 8, 29, 16, 30, tzinfo=UTC)), "2019-08-30"),
        (shown.moment(datetime(2019, 8, 29, 16, 30, tzinfo=UTC)), "2019-08-30 00:30"),
        (shown.moment(None), "—"),
        (shown.width(Fraction(843, 1128)), "74.7"),
        (shown.width(Fraction(5, 4)), "100.0"),
        (shown.width(None), "0.0"),
    ],
)
def test_a_value_is_written_the_way_offices_read_it(written: str, expected: str) -> None:
    assert written == expected


def test_an_instant_without_offset_is_not_shown_as_if_it_were_the_citys() -> None:
    with pytest.raises(ValueError, match="offset"):
        shown.moment(datetime(2019, 8, 30, 8, 0))


# ---------- forms ----------


class Peril(StrEnum):
    WIND = "WIND"
    RAIN = "RAIN"


class Line(msgspec.Struct, forbid_unknown_fields=True):
    asset: Annotated[int, msgspec.Meta(ge=1)]
    loss_fen: Annotated[int, msgspec.Meta(ge=0)]
    remark: str = ""


class Report(msgspec.Struct, forbid_unknown_fields=True):
    loss_fen: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
    happened_at: datetime
    peril: Peril
    seen_on: date | None = None
    result: Literal["PAY", "REFUSE"] = "PAY"
    rate: Decimal | None = None
    people: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""
    agreed: bool = False
    towns: list[str] = []
    lines: list[Line] = []


GOOD = {"loss_fen": ["8.2万"], "happened_at": ["2019-08-11T06:00"], "peril": ["WIND"]}


def test_a_form_becomes_its_struct() -> None:
    body = {
        **GOOD,
        "csrf": ["a-token"],
        "loss_fen": [" １，２３４.５６ 元"],
        "seen_on": ["2019年8月30日"],
        "rate": ["5％"],
        "people": ["１，２００"],
        "note": ["  两行\r\n说明 "],
        "agreed": ["1"],
        "towns": ["370406104", "", "370406105"],
        "lines-10-asset": ["2"],
        "lines-10-loss_fen": ["0.01"],
        "lines-2-asset": ["1"],
        "lines-2-loss_fen": ["3,000"],
        "lines-3-asset": [""],
        "lines-3-loss_fen": [" "],
    }
    found = forms.read(body, Report)
    assert found == Report(
        loss_fen=123456,
        happened_at=datetime(2019, 8, 11, 6, 0, tzinfo=CITY),
        peril=Peril.WIND,
        seen_on=date(2019, 8, 30),
        rate=Decimal("0.05"),
        people=1200,
        note="两行\n说明",
        agreed=True,
        towns=["370406104", "370406105"],
        lines=[Line(1, 300000), Line(2, 1)],
    )


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"loss_fen": ["八万多"]}, "loss_fen", "不是金额；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["0.001"]}, "loss_fen", "金额不能细于一分；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["−5"]}, "loss_fen", "不能小于 0"),
        ({"loss_fen": ["100万零"]}, "loss_fen", "不是金额；请填数字，例如 82000 或 8.2万"),
        ({"loss_fen": ["100.0001万"]}, "loss_fen", "不能大于 1000000"),
        ({"loss_fen": [""]}, "loss_fen", "请填写"),
        ({"loss_fen": ["1", "2"]}, "loss_fen", "只能填一个"),
        ({"happened_at": ["2019-08-11"]}, "happened_at", "请填日期和时间，例如 2019-08-11 06:00"),
        ({"happened_at": ["2019-08-11 25:00"]}, "happened_at", "请填日期和时间，例如 2019-08-11 06:00"),
        ({"peril": ["FIRE"]}, "peril", "请从列表中选择"),
        ({"peril": []}, "peril", "请选择"),
        ({"seen_on": ["2019-02-29"]}, "seen_on", "请填真实的日期，例如 2019-08-30"),
        ({"rate": ["NaN"]}, "rate", "请填数字，例如 0.05 或 5%"),
        ({"people": ["1.5"]}, "people", "请填整数，例如 12"),
        ({"people": ["9" * 19]}, "people", "请填整数，例如 12"),
        ({"note": ["长" * 21]}, "note", "最多 20 个字"),
        ({"note": ["a\x00b"]}, "note", "含有不能使用的字符，请重新输入"),
        ({"towns": ["a\x00b"]}, "towns", "含有不能使用的字符，请重新输入"),
        ({"lines-0-asset": ["1"]}, "lines-0-loss_fen", "请填写"),
        ({"lines-7-asset": ["0"], "lines-7-loss_fen": ["1"]}, "lines-7-asset", "不能小于 1"),
        ({"lines-0-asset": ["1"], "lines-0-loss_fen": ["1"], "lines-0-paid": ["1"]}, "", "表单里有不认识的字段：lines-0-paid"),
        ({"paid_fen": ["1"]}, "", "表单里有不认识的字段：paid_fen"),
    ],
)
def test_a_wrong_field_is_named_with_its_fix(change: dict[str, list[str]], field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.read({**GOOD, **change}, Report)
    assert [(fault.field, str(fault.text)) for fault in refused.value.faults] == [(field, text)]


def test_all_faults_come_at_once_and_what_was_typed_is_kept() -> None:
    body = {"csrf": ["t"], "loss_fen": ["八万多"], "peril": ["FIRE"], "password": ["secret"], "towns": ["a", "b"]}
    with pytest.raises(Invalid) as refused:
        forms.read(body, Report, ignore=("password",))
    form = forms.kept(body, refused.value.faults)
    assert {fault.field for fault in form.faults} == {"loss_fen", "happened_at", "peril"}
    assert (form.value("loss_fen"), form.all("towns")) == ("八万多", ["a", "b"])
    assert form.value("csrf") == form.value("password") == ""
    assert form.fault("loss_fen") is not None
    assert form.fault("towns") is None


def test_a_fault_speaks_the_readers_language_down_to_its_reason() -> None:
    with pytest.raises(Invalid) as refused:
        forms.read({**GOOD, "loss_fen": ["much"]}, Report)
    assert render(refused.value.faults[0].text, "en") == ("not an amount of money; type a number such as 82000 or 8.2万")


def test_too_many_rows_are_refused() -> None:
    body = GOOD | {f"lines-{i}-asset": ["1"] for i in range(forms.MOST_ROWS + 1)}
    with pytest.raises(Invalid) as refused:
        forms.read(body, Report)
    assert refused.value.faults == [FieldFault("lines", t("最多 {n} 行", n=forms.MOST_ROWS))]


def test_a_form_filled_from_a_record_reads_back_as_the_same_record() -> None:
    report = Report(
        loss_fen=9125901,
        happened_at=datetime(2019, 8, 10, 22, 0, tzinfo=UTC),
        peril=Peril.RAIN,
        seen_on=date(2019, 8, 12),
        rate=Decimal("0.05"),
        agreed=True,
        towns=["a", "b"],
        lines=[Line(3, 5), Line(4, 600, "换")],
    )
    form = forms.filled(**msgspec.structs.asdict(report))
    assert form.value("loss_fen") == "91259.01"
    assert form.rows("lines", at_least=4) == [0, 1, 2, 3]
    assert forms.read(form.values, Report) == report


def test_uploads_are_left_out_of_the_texts() -> None:
    assert forms.texts([("a", "1"), ("file", object()), ("a", "2")]) == {"a": ["1", "2"]}


# ---------- lists ----------

SORTS: dict[str, tuple[type, ...]] = {"net": (int, int), "name": (str, int), "since": (date, int)}


def a_list(*query: tuple[str, str]) -> listing.Listing:
    return listing.read_listing(
        "/projects",
        query,
        sorts=SORTS,
        usual_sort="-net",
        filters={"county": {"370404", "370406"}, "town": None},
    )


def test_a_list_keeps_its_state_in_its_address() -> None:
    seen = a_list(("q", " 大棚 "), ("county", "370404"), ("town", "榴园镇"), ("sort", "name"), ("limit", "20"), ("lang", "en"))
    assert (seen.q, seen.filters, seen.sort, seen.descending, seen.limit) == (
        "大棚",
        {"county": ["370404"], "town": ["榴园镇"]},
        "name",
        False,
        20,
    )
    where = "q=%E5%A4%A7%E6%A3%9A&county=370404&town=%E6%A6%B4%E5%9B%AD%E9%95%87"
    assert seen.first_href == f"/projects?{where}&sort=name&limit=20"
    assert seen.export_href("/projects.xlsx") == f"/projects.xlsx?{where}&sort=name"
    assert seen.without("town") == "/projects?q=%E5%A4%A7%E6%A3%9A&county=370404&sort=name&limit=20"
    assert seen.without("q") == "/projects?county=370404&town=%E6%A6%B4%E5%9B%AD%E9%95%87&sort=name&limit=20"
    assert seen.cleared_href == "/projects?sort=name&limit=20"
    assert seen.chosen("county") == "370404"


def test_a_column_head_turns_the_order_round_and_says_how_it_stands() -> None:
    usual = a_list()
    assert (usual.direction("net"), usual.direction("name")) == ("descending", "none")
    assert usual.sort_href("net") == "/projects?sort=net"
    assert usual.sort_href("name") == "/projects?sort=name"
    assert a_list(("sort", "net")).sort_href("net") == "/projects"


def test_the_next_page_starts_after_the_last_row_and_counts_on() -> None:
    first = a_list(("sort", "since"), ("county", "370406")).pages(50, (date(2019, 8, 30), 417), total=120)
    assert (first.first_row, first.last_row, first.first_href) == (1, 50, "")
    cursor = dict(pair.split("=") for pair in first.next_href.split("?")[1].split("&"))["cursor"]
    second = a_list(("sort", "since"), ("county", "370406"), ("cursor", cursor))
    assert second.after == (date(2019, 8, 30), 417)
    pages = second.pages(50, None, total=120)
    assert (pages.first_row, pages.last_row, pages.next_href) == (51, 100, "")
    assert pages.first_href == "/projects?county=370406&sort=since"


def test_a_null_key_survives_the_cursor() -> None:
    assert listing.decode_cursor(listing.encode_cursor("-net", 50, (None, 3)), "-net", (int, int)) == (50, (None, 3))


GOOD_CURSOR = listing.encode_cursor("-net", 50, (28507, 417))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "password"),
        ("sort", "--net"),
        ("county", "110101"),
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "٣"),
        ("limit", "9" * 4000),
        ("q", "x" * 101),
        ("q", "a\x00b"),
        ("cursor", "!!!"),
        ("cursor", GOOD_CURSOR[:-3]),
        ("cursor", "字"),
        ("cursor", listing.encode_cursor("net", 50, (28507, 417))),
        ("cursor", listing.encode_cursor("-net", 50, (28507,))),
        ("cursor", listing.encode_cursor("-net", 50, ("28507", 417))),
        ("cursor", listing.encode_cursor("-net", 50, (2**63, 417))),
        ("cursor", listing.encode_cursor("-net", -1, (28507, 417))),
        ("cursor", "W10"),  # []
        ("cursor", "e30"),  # {}
    ],
)
def test_an_address_that_is_not_allowed_is_a_wrong_field_not_a_crash(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_list((name, value))
    assert refused.value.faults[0].field == name


def test_the_untouched_cursor_is_accepted() -> None:
    assert a_list(("cursor", GOOD_CURSOR)).after == (28507, 417)


@pytest.mark.parametrize("text", ["a\x00b", "长" * 301])
def test_a_text_key_that_the_database_could_not_take_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        listing.decode_cursor(listing.encode_cursor("name", 1, (text, 1)), "name", (str, int))


# ---------- whole page, one block ----------


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
