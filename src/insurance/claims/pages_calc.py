"""The working of an amount as rows a village accountant can follow: what each step is called, and the article behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from insurance.base.money import yuan
from insurance.base.text import Text, render, t
from insurance.claims.model import WorkingStep
from insurance.claims.names import LINE_NAMES

# Rule of a step → (sign, what the amount beside it is, the article or clause it rests on).
_RULES: dict[str, tuple[str, Text | str, Text | None]] = {
    "L-55c": ("", t("有效保险金额"), t("保险法 第五十五条第三款")),
    "film": ("", t("棚膜按膜龄"), t("保险条款 棚膜折旧")),
    "grade": ("", t("损失等级"), t("保险条款 部分损失分级")),
    "growth": ("", t("按生长阶段"), t("保险条款 生长阶段")),
    "loss": ("", t("损失金额"), None),
    "refused": ("=", t("扣除不予赔付部分后"), None),
    "L-60": ("=", t("扣残值和第三者赔款后"), t("保险法 第六十条")),
    "L-56": ("=", t("重复保险分担后"), t("保险法 第五十六条")),
    "L-56-other": ("", t("其他保险人分担"), t("保险法 第五十六条")),
    "L-55d": ("=", t("按保障比例"), t("保险法 第五十五条第四款")),
    "L-17": ("=", t("不扣免赔"), t("保险法 第十七条")),
    "deductible": ("=", t("扣除免赔后"), t("保险条款 免赔")),
    "limit": ("=", t("限额以内"), t("保险条款 限额")),
    "round": ("=", t("赔款"), None),
    "L-57": ("+", t("施救费用"), t("保险法 第五十七条")),
    "L-64": ("+", t("查勘、鉴定费用"), t("保险法 第六十四条")),
    "L-59": ("", t("保险人应得残值"), t("保险法 第五十九条")),
    "L-55c-refund": ("", t("应退保险费"), t("保险法 第五十五条第三款")),
    "L-56-refund": ("", t("应退保险费"), t("保险法 第五十六条")),
    "override": ("=", t("改定后合计"), None),
    "payable": ("=", t("应付赔款"), None),
    "recovery": ("", t("应予追回"), None),
    "actual": ("", t("实际收益"), None),
    "shortfall": ("=", t("与保证收益的差额"), t("保险条款 赔偿处理")),
    "trigger": ("=", t("计入赔款的差额"), t("保险条款 起赔点")),
    "cover": ("=", t("按保障比例"), t("保险条款 保障比例")),
    "outage": ("", t("停产损失"), t("保险条款 停产保障")),
    "part-period": ("", t("本期保证收益"), t("保险条款 保证收益")),
    "statement-income": ("", t("经营收入"), t("保险条款 实际收益")),
    "statement-costs": ("−", t("直接成本"), t("保险条款 实际收益")),
    "joint-repair": ("+", t("修复费不重复扣"), t("双险联合核算")),
    "joint-rescue": ("+", t("施救费不重复扣"), t("双险联合核算")),
    "statement-added": ("", t("农险赔款和补贴"), t("保险条款 实际收益")),
    "statement-left-out": ("", t("不计入收益"), t("保险条款 实际收益")),
    "statement-net": ("=", t("经营收入减成本"), None),
    "joint-yield": ("+", t("产业保赔作物的部分"), t("双险联合核算")),
    "joint-outage": ("=", t("减去产业保赔作物的部分"), t("双险联合核算")),
}
_INPUTS: dict[str, Text] = {
    "value_fen": t("保险价值"), "sum_insured_fen": t("保额"), "sum_insured_effective_fen": t("有效保额"),
    "sums_insured_fen": t("各保单保额合计"),
    "loss_fen": t("损失"), "salvage_fen": t("残值"), "third_party_fen": t("第三者已赔"), "ratio": t("比例"), "gross_fen": t("扣免赔前"),
    "mode": t("免赔方式"), "fixed_fen": t("定额免赔"), "rate": t("免赔率"), "deductible_fen": t("免赔额"), "remaining_fen": t("保额余额"),
    "sublimit_fen": t("分项限额"), "limit_fen": t("限额"), "exact_fen": t("取整前（分）"), "rescue_fen": t("施救费用"),
    "survey_fen": t("鉴定费用"), "total_fen": t("合计"), "interim_paid_fen": t("已预付"), "actual_fen": t("实际收益"),
    "other_income_fen": t("其他收益"), "guaranteed_fen": t("保证收益"), "trigger": t("起赔点"), "threshold_fen": t("起赔线"),
    "deductible_fixed_fen": t("定额免赔"), "deductible_rate": t("免赔率"), "cover_ratio": t("保障比例"), "outage_days": t("停产天数"),
    "age_months": t("膜龄（月）"), "share": t("比例"), "repair_fen": t("修复费用"), "units": t("受损数量"), "of_units": t("承保数量"),
    "unit_value_fen": t("单位价值"), "degree": t("损失程度"), "counted": t("计入程度"), "refused_fen": t("不赔部分"),
    "insurer": t("保险人"), "premium_fen": t("保险费"), "given_back_fen": t("前案已退"),
    "computed_fen": t("计算金额"), "override_fen": t("改定金额"),
    "difference_fen": t("差额"), "most_fen": t("最多"),
    "waiting_days": t("等待期（天）"), "most_days": t("最长赔付（天）"), "earned_daily_fen": t("停产期间每天仍有收益"),
}  # fmt: skip
_INPUTS |= {
    "year_guaranteed_fen": t("一年保证收益"), "days": t("天数"), "day_basis": t("全年天数"), "unproved_fen": t("其中未附凭证"),
    "earned_fen": t("经营收入"), "costs_fen": t("直接成本"), "yield_fen": t("产业保赔作物的部分"), "booked_fen": t("报表列支"),
    "asset_cover_fen": t("产业保已索赔"),
} | {f"{kind.lower()}_fen": name for kind, name in LINE_NAMES.items()}  # fmt: skip
_MODES: dict[str, Text] = {
    "greater": t("定额与比例取大"), "lesser": t("定额与比例取小"), "sum": t("定额加比例"), "fixed": t("定额"), "rate": t("比例"),
}  # fmt: skip
_SUB = frozenset({"round", "trigger", "L-56-other", "L-59", "L-55c-refund", "L-56-refund"})
_SAID = frozenset({"item", "reason", "article"})  # inputs that stand in the row already: as its heading, in its sentence


def calculation(steps: Sequence[WorkingStep], language: str) -> list[dict[str, Any]]:
    """The steps as `ui.calc` takes them; an item of several gets a heading of its own."""
    rows: list[dict[str, Any]] = []
    item = None
    for step in steps:
        if (named := step.inputs.get("item")) != item:
            item = named
            if item:
                rows.append({"label": _item_name(str(item)), "shown": " ", "how": "sub"})
        sign, name, clause = _RULES.get(step.rule, ("", step.rule, None))
        rows.append(
            {
                "op": sign,
                "label": render(name, language),
                "why": step.text,
                "clause": "" if clause is None else render(clause, language),
                "fen": step.result_fen,
                "item": _item_name(str(item)) if item else "",
                "how": _how(step, item),
            }
        )
    return rows


def _how(step: WorkingStep, item: Any) -> str:
    if step.rule in ("payable", "override"):
        return "sum"
    return "sub" if step.rule in _SUB and not item else ""


def _item_name(key: str) -> str:
    """An item's key in the working is its place and its name: `001 日光温室`."""
    place, _, name = key.partition(" ")
    return f"{int(place)}. {name}" if place.isdigit() and name else key


def inputs_told(step: WorkingStep, language: str) -> str:
    """What went into a step, for the printed working: amounts as yuan, every input by its name."""
    parts = [f"{render(_INPUTS.get(name, name), language)} {_told(name, value, language)}"
             for name, value in step.inputs.items() if value is not None and name not in _SAID]  # fmt: skip
    return render(t("；"), language).join(parts)


def _told(name: str, value: Any, language: str) -> str:
    if name == "mode" and value in _MODES:
        return render(_MODES[value], language)
    return yuan(value) if name.endswith("_fen") and isinstance(value, int) else str(value)
