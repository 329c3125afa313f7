"""The clause of the wording as a letter cites it: the wording's name, number and words, and what a peril is measured by; pure."""

from __future__ import annotations

from insurance.claims.model_decision import CitedReason
from insurance.policies.model import Peril
from insurance.policies.wording import CoverWording

_MEASURES = (
    ("wind_ms", "风速不低于 {} 米/秒"),
    ("rain_mm_1h", "1 小时降雨量不低于 {} 毫米"),
    ("rain_mm_12h", "12 小时降雨量不低于 {} 毫米"),
    ("rain_mm_24h", "24 小时降雨量不低于 {} 毫米"),
    ("within_km", "距离不超过 {} 公里"),
)


def clause_told(reason: CitedReason, wording: CoverWording) -> str | None:
    """The clause in full; None for a reason that rests on the law alone."""
    if not reason.clause_zh:
        return None
    measured = _measures(wording, reason.clause_code) if reason.place == "perils" else ""
    return f"《{wording.zh}》条款 {reason.clause}{reason.clause_zh}{measured}"


def _measures(wording: CoverWording, code: str) -> str:
    terms = wording.peril(Peril(code)) if code in Peril.__members__ else None
    told = [text.format(value) for name, text in _MEASURES if terms is not None and (value := getattr(terms, name)) is not None]
    return f"：{'，或者 '.join(told)}" if told else ""
