"""A weather certificate as it is filled in, and its values held against the wording of the peril: facts beside a decision; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from insurance.base.errors import FieldFault, Invalid
from insurance.base.money import half_width
from insurance.base.text import Text, t
from insurance.claims.model_evidence import Reading
from insurance.policies.wording import PerilTerms

WEATHER = "WEATHER"  # 气象证明
_TEXTS = ("station_name", "station_number", "certificate_number")
_MOST = {"wind_ms": 150, "rain_mm_1h": 3000, "rain_mm_12h": 3000, "rain_mm_24h": 3000}  # beyond any record: a slip of the pen
FIELDS = (*_TEXTS, *_MOST)
_VALUE = re.compile(r"\d{1,4}(\.\d{1,2})?")
_LONGEST = 100
_NAMES: dict[str, tuple[Text, str]] = {
    "wind_ms": (t("最大风速"), "m/s"),
    "rain_mm_1h": (t("1 小时雨量"), "mm"),
    "rain_mm_12h": (t("12 小时雨量"), "mm"),
    "rain_mm_24h": (t("24 小时雨量"), "mm"),
}


class Held(msgspec.Struct, frozen=True):
    """One measured value and the wording's; `reached` None where the wording sets none."""

    measure: str
    value: Decimal
    threshold: Decimal | None
    reached: bool | None
    text: Text


def reading_of(kind: str, typed: Mapping[str, str]) -> Reading | None:
    """The certificate's values out of a form's texts; None when nothing was filled in. Raises Invalid by field."""
    given = {name: typed[name].strip() for name in FIELDS if typed.get(name, "").strip()}
    if not given:
        return None
    if kind != WEATHER:
        raise _faulty([FieldFault(name, t("只有气象证明才填测站和实测值")) for name in given])
    faults = [FieldFault(name, t("请填写此项")) for name in ("station_name", "certificate_number") if name not in given]
    faults += [FieldFault(name, t("最多 {n} 个字", n=_LONGEST)) for name in _TEXTS if len(given.get(name, "")) > _LONGEST]
    values: dict[str, Decimal] = {}
    for name, most in _MOST.items():
        text = half_width(given.get(name, ""))
        if not text:
            continue
        if not _VALUE.fullmatch(text) or Decimal(text) > most:
            faults.append(FieldFault(name, t("请填 0 到 {most} 之间的数，最多两位小数", most=most)))
        else:
            values[name] = Decimal(text)
    rains = [(name, values[name]) for name in _MOST if name.startswith("rain") and name in values]
    faults += [
        FieldFault(longer, t("较长时段的雨量不会小于较短时段的雨量")) for (_, less), (longer, more) in pairwise(rains) if more < less
    ]
    if faults:
        raise _faulty(faults)
    told: dict[str, Any] = {name: given[name] for name in _TEXTS if name in given} | values
    return Reading(**told)


def _faulty(faults: list[FieldFault]) -> Invalid:
    return Invalid(t("有 {n} 处要改", n=len(faults)), faults)


def held_against(measured: Mapping[str, Decimal | None], terms: PerilTerms | None) -> tuple[Held, ...]:
    """Each measured value beside the threshold that the wording sets for the peril (None: it insures no such peril)."""
    found = []
    for measure, (name, unit) in _NAMES.items():
        value = measured.get(measure)
        if value is None:
            continue
        threshold: Decimal | None = getattr(terms, measure, None)
        shown = {"what": name, "value": f"{value.normalize():f}", "unit": unit}
        if threshold is None:
            found.append(Held(measure, value, None, None, t("{what}实测 {value} {unit}，条款没有这一项标准", **shown)))
            continue
        reached = value >= threshold
        shown["limit"] = f"{threshold.normalize():f}"
        text = (
            t("{what}实测 {value} {unit} ≥ {limit} {unit}", **shown)
            if reached
            else t("{what}实测 {value} {unit} < {limit} {unit}", **shown)
        )
        found.append(Held(measure, value, threshold, reached, text))
    return tuple(found)
