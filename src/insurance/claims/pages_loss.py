"""The loss table of an asset claim's assessment: what the policy, the wording and the register already say of each line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from insurance.base.money import largest_remainder
from insurance.base.text import Text, render, t
from insurance.claims import store
from insurance.claims.actions_assessment import Assessed
from insurance.claims.assessed import Insured, ScheduleItem
from insurance.claims.model_verbs import LossLine
from insurance.claims.procedure import ReasonScope, procedure_by
from insurance.claims.store import Row
from insurance.policies.model import Cover, LegalRegime
from insurance.policies.rules import insured_on
from insurance.policies.wording import Grade, IndustryWording, Stage
from insurance.projects import store as projects
from insurance.projects.model import Taxonomy
from insurance.web import forms

LINE_LABELS: dict[str, Text] = {
    "loss_fen": t("定损"), "reported_fen": t("报损"), "salvage_fen": t("残值"), "grade": t("损失等级"), "repair_fen": t("修复费用"),
    "film_age_months": t("膜龄（月）"), "stage": t("生长阶段"), "units": t("受损数量"), "degree": t("损失程度"),
    "refused_fen": t("不予赔付金额"), "refused_reason": t("不予赔付理由"), "salvage_to_insurer": t("残值归保险人"),
    "rescue_fen": t("施救费用"), "third_party_fen": t("第三者已赔"), "other_sums_insured_fen": t("其他保单保额"),
    "other_insurers": t("其他保险人名称"), "survey_fen": t("鉴定费用"), "note": t("受损说明"), "policy_item_id": t("资产"),
}  # fmt: skip
# Folded away unless used or prefilled: the common case is a loss and what was saved of it.
_FOLDED = tuple(name for name in LINE_LABELS if name not in {"loss_fen", "reported_fen", "salvage_fen", "policy_item_id"})
_ROOM = 1  # empty rows for other insurers beside those that are known


async def loss_table(row: Row, policy: Any, wording: IndustryWording, assessed: Assessed | None, say: str) -> tuple[dict[str, Any], Any]:
    """What the form offers, and the values it starts from; runs inside the reader's transaction."""
    insured = await store.insured(policy, row)
    declared = await projects.declared_covers(row["project_id"], Cover.INDUSTRY, row["loss_on"])
    others = _by_item(insured, declared)
    before = {line.policy_item_id: line for line in assessed.given.lines} if assessed else {}
    labels: dict[str, str] = {}
    lines: list[dict[str, Any]] = []
    start: dict[str, list[str]] = {}
    for number, item in enumerate(insured.items.values()):
        value, whole = insured_on(wording.sum_insured.basis, item.sum_insured_fen, item.month_values, item.value_from_on, row["loss_on"])
        known = before.get(item.id)
        typed = _line_values(number, known) if known else _prefilled(number, others.get(item.id, []))
        start |= typed
        rows = max(len(typed.get(f"lines-{number}-{name}", ())) for name in ("other_sums_insured_fen", "other_insurers"))
        lines.append(
            _choices(item, wording, row, say)
            | {"row": number, "item_id": item.id, "name": item.name, "value_fen": value, "sum_insured_fen": whole, "others": rows + _ROOM}
        )
        labels |= {f"lines-{number}-{field}": f"{item.name} {render(word, say)}" for field, word in LINE_LABELS.items()}
    told = [(cover["insurer_name"], cover["sum_insured_fen"]) for cover in declared]
    return {"lines": lines, "declared": told, "line_labels": labels, "folded": _FOLDED}, start


def _choices(item: ScheduleItem, wording: IndustryWording, row: Row, say: str) -> dict[str, Any]:
    """In which ways this line can be measured, and by which reasons a part of it refused."""
    growth = wording.growth_of(item.taxonomy)
    reasons = procedure_by(row["procedure_version"]).reasons_for(Cover.INDUSTRY, item.regime_of_law)
    return {
        "grades": [_worded(grade, say) for grade in wording.partial_loss.grades],
        "stages": [_worded(stage, say) for stage in growth.stages] if growth and item.quantity else [],
        "quantity": None if item.quantity is None else f"{item.quantity.normalize():f}",
        "unit": item.unit,
        "film": item.taxonomy is Taxonomy.GREENHOUSE,
        "salvage": item.regime_of_law is not LegalRegime.AGRI or wording.agri_salvage_agreed,
        "reasons": [(one.code, one.en if say == "en" else one.zh) for one in reasons if one.scope is ReasonScope.PART],
    }


def _worded(one: Grade | Stage, say: str) -> tuple[str, str]:
    return one.code, one.en if say == "en" else one.zh


def _by_item(insured: Insured, declared: Sequence[Any]) -> dict[int, list[tuple[str, int]]]:
    """Declared covers of the whole project, shared over the schedule by sums insured: (insurer, sum in fen) of each line."""
    found: dict[int, list[tuple[str, int]]] = {}
    weights = {f"{key:019d}": item.sum_insured_fen for key, item in insured.items.items()}
    for cover in declared:
        if cover["sum_insured_fen"] and weights:
            for key, share in largest_remainder(cover["sum_insured_fen"], weights).items():
                found.setdefault(int(key), []).append((cover["insurer_name"], share))
    return found


def _prefilled(number: int, others: Sequence[tuple[str, int]]) -> dict[str, list[str]]:
    """What the register declares of other insurers, as typed."""
    if not others:
        return {}
    names, sums = zip(*others, strict=True)
    fields = forms.filled(other_insurers=list(names), other_sums_insured_fen=list(sums)).values
    return {f"lines-{number}-{name}": values for name, values in fields.items()}


def _line_values(number: int, line: LossLine) -> dict[str, list[str]]:
    """A line of the assessment before, as typed; zeros are left empty, save an age or a degree of zero."""
    fields = {
        name: value for name, value in msgspec.structs.asdict(line).items()
        if name != "policy_item_id" and value not in (None, "", ()) and (value or name == "film_age_months")
    }  # fmt: skip
    return {f"lines-{number}-{name}": values for name, values in forms.filled(**fields).values.items()}
