"""Invented samples that let `states.html` show every part in every state: a reference for page builders."""

from __future__ import annotations

from datetime import date
from typing import Any

from insurance.base.errors import FieldFault
from insurance.base.text import t, translate
from insurance.web import drawing, forms
from insurance.web.listing import read_listing


def sample(language: str) -> dict[str, Any]:
    """The context of `states.html`."""

    def say(text: str) -> str:
        return translate(text, language)

    listing = read_listing(
        "/states",
        [("county", "370404"), ("q", "大棚"), ("sort", "-net")],
        sorts={"net": (int, int), "name": (str, int)},
        usual_sort="name",
        filters={"county": {"370404", "370406"}, "least": None},
    )
    faults = [
        FieldFault("loss_fen", t("{why}；请填数字，例如 82000 或 8.2万", why=t("不是金额"))),
        FieldFault("happened_at", t("请填日期和时间，例如 2019-08-11 06:00")),
    ]
    typed = {"loss_fen": ["八万多"], "happened_at": [""], "peril": ["WIND"], "result": ["PAY"], "note": ["塘埂冲毁。"]}
    span = drawing.Span
    return {
        "listing": listing,
        "pages": listing.pages(50, (28507, 417), total=285),
        "form": forms.kept(typed, faults),
        "ruler": drawing.ruler(
            [
                span(
                    say("查勘 24 小时"),
                    say("按时完成"),
                    date(2019, 8, 12),
                    date(2019, 8, 13),
                    "done",
                    date(2019, 8, 12),
                ),
                span(
                    say("核定 30 日"),
                    say("剩 16 天"),
                    date(2019, 8, 29),
                    date(2019, 9, 28),
                    pauses=((date(2019, 8, 14), date(2019, 8, 29)),),
                ),
                span(say("支付 10 日"), say("达成协议后起算"), date(2019, 9, 13), date(2019, 9, 23), "future"),
                span(say("先予支付 60 日"), say("总额未定时"), date(2019, 8, 29), date(2019, 10, 28), "aside"),
            ],
            date(2019, 9, 12),
            say("核定时限 2019-09-28，还剩 16 天"),
        ),
        "bars": drawing.columns(
            [("2017", 8_600_000, "8.60"), ("2018", 21_400_000, "21.40"), ("2019.1–7", 18_000_000, "18.00")],
            say("示例：三年的赔款"),
        ),
        "map": {
            "370481": {"shade": 4, "value": "81.1%", "dot": 4},
            "370406": {"shade": 1, "value": "68.0%", "dot": 4},
            "370404": {"shade": 3, "value": "76.8%", "dot": 1},
            "370405": {"shade": 5, "value": "84.9%", "dot": 2},
            "370402": {"shade": 2, "value": "70.2%"},
            "370403": {"shade": 1, "value": "65.5%", "dot": 1},
        },
        "rows": [
            {"name": "榴园镇石榴深加工车间", "held": ("in_force", "open"), "net": 128_400_000, "sum": 123_500_000},
            {"name": "阴平镇大枣烘干车间", "held": ("open", "no"), "net": 64_233_520, "sum": 57_500_000},
            {"name": "阴平镇枣木加工点", "held": ("in_force", "in_force"), "net": 31_860_440, "sum": 35_000_000},
        ],
    }
