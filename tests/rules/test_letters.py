"""Rules of letters: codes, masks, clauses, facts in words; and the PDF: the same bytes again, text never read as markup."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from insurance.base.calendar import BEIJING
from insurance.claims import letter_pdf
from insurance.claims.model_decision import CitedReason
from insurance.claims.model_letters import FACTS, AskedFor, Content, LetterKind, PapersNoticeFacts, PublicNoticeFacts
from insurance.claims.procedure import procedure_by
from insurance.claims.procedure_letters import letters_by
from insurance.claims.rules_clauses import clause_told
from insurance.claims.rules_letters import (
    SIGNS,
    Absent,
    both_ways,
    compose,
    fill,
    fit_for_the_board,
    grouped_code,
    letter_number,
    read_code,
    verification_code,
)
from insurance.policies.model import Cover
from insurance.policies.terms import terms_for
from make.letters import close, pdf_words

LETTERS = letters_by("2019-01-01")
AT = datetime(2019, 8, 30, 9, 0, tzinfo=BEIJING)
COMMON: dict[str, Any] = {
    "number": "LA2019-0000041-BC1", "claim_number": "LA2019-0000041", "policy_number": "CY2019-0000512", "insurer": "保险公司甲",
    "insured": "石门村股份经济合作社", "project": "石榴大棚", "place": "峄城区坛山街道石门村", "town": "峄城区坛山街道",
    "cover": "扶贫项目资产灾害保险（产业保）", "peril": "暴雨", "disaster": None, "loss_on": date(2019, 8, 11),
    "reported_on": date(2019, 8, 12), "issued_on": date(2019, 8, 30), "issued_by": "理赔员",
    "insured_masked": "石门村股份经济合作社", "law_insurance": "《中华人民共和国保险法》", "law_agri": "《农业保险条例》",
}  # fmt: skip
NASTY = '#import "@preview/x:1.0": * *粗* _斜_ $x^2$ #panic() <script>alert(1)</script> {insured} \\ `代码` //注'


def notice(**known: Any) -> PapersNoticeFacts:
    asked = (AskedFor("TITLE", "权属证明", "证明保险利益"), AskedFor("WEATHER", "气象证明", "证明雨量"))
    fields: dict[str, Any] = {
        "received_on": date(2019, 8, 14), "sent_on": date(2019, 8, 20), "arrived_on": date(2019, 8, 21), "papers": asked, "note": None,
    }  # fmt: skip
    return PapersNoticeFacts(**(COMMON | fields | known))


def printed(facts: Any, kind: LetterKind = LetterKind.PAPERS_NOTICE) -> Content:
    return compose(LETTERS.words[kind], facts, verification_code(range(15)), "https://sbx.example/verify")


async def drawn(content: Content, layout: Path, issued_at: datetime) -> bytes:
    (one,) = await letter_pdf.render([(content, issued_at)], layout)
    return one


def said(content: Content) -> str:
    return close("".join(block.text + "".join("".join(row) for row in block.rows) for block in content.blocks))


# -- numbers, codes, masks ----------------------------------------------------------------------------------------------


def test_a_letter_is_numbered_by_its_claim_kind_and_place() -> None:
    assert letter_number("LA2019-0000041", "BC", 2) == "LA2019-0000041-BC2"
    assert len({words.sign for words in LETTERS.words.values()}) == len(LetterKind)


def test_a_code_is_read_as_people_type_it_and_guards_against_slips() -> None:
    for _ in range(200):
        code = verification_code(secrets.token_bytes(15))
        typed = grouped_code(code).lower().replace("0", "o").replace("1", "i")
        assert read_code(f" {typed} ") == code
        place, other = secrets.randbelow(16), secrets.choice(SIGNS)
        slip = code[:place] + other + code[place + 1 :]
        assert (read_code(slip) is None) == (other != code[place])


@pytest.mark.parametrize("typed", ["", "0", "0" * 15, "0" * 17, "U" * 16, "核" * 16, "-" * 16, "0" * 15 + "1", "\x00" * 16])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1号大棚", "1号大棚"),
        ("峄确〔2018〕12号冷库 20190811", "峄确〔2018〕12号冷库 20190811"),
        ("王小明 370403190001010011 的大棚", "王** **** 的大棚"),
        ("11010519491231002X羊舍", "****羊舍"),
        ("电话138 0000 1234，账号 6222-0200-0000-0000-000", "电话****，账号 ****"),
        ("tel13800001234", "tel****"),
        ("座机0632-7712345", "座机****"),
        ("１３８０００００００１水泵", "****水泵"),
    ],
)
def test_no_name_on_a_board_carries_a_personal_number_or_the_persons_name(text: str, shown: str) -> None:
    assert fit_for_the_board(text, "王小明") == shown


# -- words ------------------------------------------------------------------------------------------------------------------


def test_amounts_stand_in_figures_and_capitals() -> None:
    assert both_ways(4_003_101) == "¥40,031.01 人民币肆万零叁拾壹元零壹分"
    assert fill("付{a_fen}，即{a_fen:figures}元", {"a_fen": 50}) == "付¥0.50 人民币伍角，即0.50元"


def test_days_and_instants_are_written_out() -> None:
    assert fill("{on} {at}", {"on": date(2019, 8, 1), "at": AT}) == "2019年8月1日 2019年8月30日9时00分"


def test_a_fact_that_looks_like_a_blank_is_not_filled_in_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "{b}"


@pytest.mark.parametrize("absent", [None, ""])
def test_a_text_about_what_is_not_given_is_left_out(absent: Any) -> None:
    with pytest.raises(Absent):
        fill("说明：{note}", {"note": absent})
    assert "说明：" not in said(printed(notice(note=absent)))
    assert "说明：雨天" in said(printed(notice(note="雨天")))


def test_a_notice_states_everything_the_law_asks_for() -> None:
    words = said(printed(notice()))

    for statement in (
        "LA2019-0000041", "CY2019-0000512", "石门村股份经济合作社", "2019年8月14日", "1权属证明证明保险利益", "2气象证明证明雨量",
        "以上为本案需要补充的全部资料", "峄城区坛山街道扶贫办", "材料", "停止计算", "通知书发出日期2019年8月20日", "通知书送达日期2019年8月21日",
        "联系人理赔员", "保险公司甲（盖章）", "第二十二条", "第二十三条",
    ):  # fmt: skip
        assert close(statement) in words, statement


def test_why_each_paper_is_needed_is_said_for_all_of_them() -> None:
    assert {paper.code for paper in procedure_by("2019-01-01").papers} == set(LETTERS.words[LetterKind.PAPERS_NOTICE].why)


def test_a_correction_names_what_it_replaces() -> None:
    assert "代替" not in said(printed(notice()))
    assert "更正并代替LA2019-0000041-BC1。" in said(printed(notice(replaces="LA2019-0000041-BC1")))


def test_every_letter_has_words_for_facts_that_it_states() -> None:
    assert set(LETTERS.words) == set(FACTS) == set(LetterKind)


def test_a_later_version_without_letters_of_its_own_keeps_these() -> None:
    assert letters_by("2019-12-31") == LETTERS


# -- clauses ------------------------------------------------------------------------------------------------------------------


def reason(**known: Any) -> CitedReason:
    fields: dict[str, Any] = {
        "code": "THRESHOLD_NOT_MET", "zh": "气象数据未达到标准", "en": "Below the threshold", "scope": "ALL", "article": "保险法 第十四条",
        "mark": "unverified",
    }  # fmt: skip
    return CitedReason(**(fields | known))


@pytest.mark.parametrize(
    ("cited", "clause"),
    [
        (reason(place="perils", clause="第五条（三）", clause_code="RAINSTORM", clause_zh="暴雨"),
         "第五条（三）暴雨：1 小时降雨量不低于 16 毫米，或者 12 小时降雨量不低于 30 毫米，或者 24 小时降雨量不低于 50 毫米"),
        (reason(place="perils", clause="第五条（一）", clause_code="TYPHOON", clause_zh="台风、热带风暴"),
         "第五条（一）台风、热带风暴：风速不低于 17.2 米/秒"),
        (reason(place="perils", clause="第五条、第六条", clause_zh="所列保险责任"), "第五条、第六条所列保险责任"),
        (reason(place="exclusions", clause="第七条（五）", clause_code="WEAR", clause_zh="自然磨损"), "第七条（五）自然磨损"),
        (reason(place="schedule", clause_zh="保险单所附保险清单"), "保险单所附保险清单"),
    ],
)  # fmt: skip
def test_a_refusal_cites_the_very_clause_and_its_measures(cited: CitedReason, clause: str) -> None:
    wording = terms_for(Cover.INDUSTRY, date(2019, 3, 2)).wording

    assert clause_told(cited, wording) == f"《{wording.zh}》条款 {clause}"


def test_a_reason_of_the_law_alone_cites_no_clause() -> None:
    assert clause_told(reason(), terms_for(Cover.INDUSTRY, date(2019, 3, 2)).wording) is None


# -- the file -----------------------------------------------------------------------------------------------------------------


async def test_the_same_content_gives_the_same_bytes() -> None:
    content = printed(notice())
    first = await drawn(content, LETTERS.layout, AT)
    other = await drawn(msgspec.structs.replace(content, code="0000"), LETTERS.layout, AT)
    again = await drawn(msgspec.convert(msgspec.to_builtins(content), Content), LETTERS.layout, AT)

    assert first == again
    assert first != other


async def test_many_letters_are_drawn_by_one_child_each_as_if_alone() -> None:
    contents = [printed(notice(note=f"第{n}份")) for n in range(3)]
    together = await letter_pdf.render([(content, AT) for content in contents], LETTERS.layout)

    assert together == [await drawn(content, LETTERS.layout, AT) for content in contents]


async def test_a_layout_that_cannot_be_drawn_is_a_fault_of_ours(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "letter.typ"
    broken.write_text("#let letter = json(bytes(sys.inputs.letter))\n#letter.nothing", encoding="utf-8")

    with pytest.raises(RuntimeError):
        await drawn(printed(notice()), broken, AT)

    assert "nothing" in caplog.text


async def test_a_layout_reads_nothing_beside_its_own_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.txt").write_text("geheim", encoding="utf-8")
    curious = tmp_path / "inner" / "letter.typ"
    curious.write_text('#read("../secret.txt")', encoding="utf-8")

    with pytest.raises(RuntimeError):
        await drawn(printed(notice()), curious, AT)


async def test_a_pdf_says_every_word_of_the_letter() -> None:
    content = printed(notice())
    words = pdf_words(await drawn(content, LETTERS.layout, AT))

    for block in content.blocks:
        for text in (block.text, *(cell for row in block.rows for cell in row), *(head.text for head in block.heads)):
            assert close(text) in words
    assert content.title in words
    assert f"核验码{content.code}" in words
    assert "https://sbx.example/verify" in words


async def test_what_people_typed_is_shown_and_never_run() -> None:
    content = printed(notice(insured=NASTY, project=NASTY, note=NASTY, papers=(AskedFor("X", NASTY, NASTY),)))
    words = pdf_words(await drawn(content, LETTERS.layout, AT))

    assert words.count(close(NASTY)) == 5


async def test_a_long_letter_runs_on_and_heads_its_tables_again() -> None:
    papers = tuple(AskedFor(str(n), f"资料第{n}号" + "甲" * 150, "乙" * 150) for n in range(60))
    words = pdf_words(await drawn(printed(notice(papers=papers)), LETTERS.layout, AT))

    assert words.count("需要补充的资料") > 3
    assert "资料第59号" in words


async def test_a_public_notice_prints_item_loss_amount_period_and_how_to_object() -> None:
    facts = PublicNoticeFacts(
        **(COMMON | {"insured": "王**", "issued_by": None}), village="石门村", posted_at="村务公开栏", items=(), loss_fen=4_567_890,
        amount_fen=4_003_101, from_on=date(2019, 8, 30), last_on=date(2019, 9, 2), days=3,
    )  # fmt: skip
    words = pdf_words(await drawn(printed(facts, LetterKind.PUBLIC_NOTICE), LETTERS.layout, AT))

    for statement in (
        "石门村",
        "王**",
        "¥45,678.90",
        "¥40,031.01人民币肆万零叁拾壹元零壹分",
        "2019年8月30日起至2019年9月2日二十四时止",
        "3日",
        "异议",
    ):
        assert statement in words
