"""What a photo's own words say against its claim: questions with their reason, never verdicts; pure. No words, no question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from insurance.base.calendar import BEIJING
from insurance.base.dated import Words
from insurance.base.text import Text, t
from insurance.claims.model_evidence import OtherClaim, SignalKind
from insurance.claims.rules_place import Ring, outside_km
from insurance.policies.wording import Mark

_K = SignalKind


class Thresholds(Words, frozen=True):
    """When a photo is worth a question: what `claims/signals/<effective date>.toml` holds."""

    mark: Mark
    source: str
    kinds: tuple[str, ...]
    like_bits: int
    before_loss_hours: int
    long_before_days: int
    after_filing_hours: int
    far_km: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.like_bits <= 16:
            raise ValueError("like_bits: 0 to 16; beyond, strangers' photos meet")


class Shot(msgspec.Struct, frozen=True):
    """What a camera wrote: when and where, as far as it did."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the claim says: when the cover began, when the loss was, when the photo came in, and the outline of the county."""

    inception_on: date
    loss_at: datetime
    filed_at: datetime
    outline: Sequence[Ring] = ()


class Found(msgspec.Struct, frozen=True):
    """A signal and what it rests on, as it is kept."""

    kind: SignalKind
    facts: dict[str, Any]


def signals(shot: Shot, told: Told, by: Thresholds) -> tuple[Found, ...]:
    """The questions a photo raises by its time and place; of several about its time only the strongest."""
    found = []
    if shot.taken_at is not None:
        kind = _of_time(shot.taken_at, told, by)
        if kind is not None:
            facts = {
                "taken_at": shot.taken_at.astimezone(BEIJING).isoformat(), "loss_at": told.loss_at.astimezone(BEIJING).isoformat(),
                "inception_on": told.inception_on.isoformat(), "filed_at": told.filed_at.astimezone(BEIJING).isoformat(),
            }  # fmt: skip
            found.append(Found(kind, facts))
    if shot.latitude is not None and shot.longitude is not None and told.outline:
        away = outside_km(shot.latitude, shot.longitude, told.outline)
        if away > by.far_km:
            found.append(Found(_K.FAR_AWAY, {"km": round(away)}))
    return tuple(found)


def _of_time(taken_at: datetime, told: Told, by: Thresholds) -> SignalKind | None:
    if taken_at > told.filed_at + timedelta(hours=by.after_filing_hours):
        return _K.AFTER_FILING
    if taken_at.astimezone(BEIJING).date() < told.inception_on:
        return _K.BEFORE_INCEPTION
    if taken_at < told.loss_at - timedelta(days=by.long_before_days):
        return _K.LONG_BEFORE_LOSS
    if taken_at < told.loss_at - timedelta(hours=by.before_loss_hours):
        return _K.BEFORE_LOSS
    return None


def reason(kind: SignalKind, facts: Mapping[str, Any], county: str, other: OtherClaim | None) -> Text:
    """The sentence of a signal. Another claim has its number only where the reader may see that claim."""
    if kind in (_K.SAME_PICTURE, _K.LIKE_PICTURE):
        whose: Text | str = _whose(facts, other)
        if kind is _K.SAME_PICTURE:
            return t("与{whose}的照片是同一个文件", whose=whose)
        return t("与{whose}的照片画面几乎相同（64 位指纹相差 {bits} 位）", whose=whose, bits=facts["bits"])
    if kind is _K.FAR_AWAY:
        return t("拍摄地点在{county}以外约 {km} 公里", county=county, km=facts["km"])
    days = (_instant(facts["loss_at"]) - _instant(facts["taken_at"])).days
    texts = {
        _K.BEFORE_INCEPTION: t("拍摄于 {taken}，早于保险责任开始的 {day}", taken=_shown(facts["taken_at"]), day=facts["inception_on"]),
        _K.LONG_BEFORE_LOSS: t("拍摄于 {taken}，比出险早 {days} 天", taken=_shown(facts["taken_at"]), days=days),
        _K.BEFORE_LOSS: t("拍摄于 {taken}，早于出险时间 {loss}", taken=_shown(facts["taken_at"]), loss=_shown(facts["loss_at"])),
        _K.AFTER_FILING: t(
            "拍摄时间 {taken} 晚于上传时间 {filed}，相机时钟可能不准", taken=_shown(facts["taken_at"]), filed=_shown(facts["filed_at"])
        ),
    }
    return texts[kind]


def _whose(facts: Mapping[str, Any], other: OtherClaim | None) -> Text:
    if other is not None:
        return t("案件“{number}”", number=other.number)
    return t("另一家保险公司案件") if facts["other_insurer"] else t("范围以外另一案件")


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _shown(said: str) -> str:
    return f"{_instant(said):%Y-%m-%d %H:%M}"
