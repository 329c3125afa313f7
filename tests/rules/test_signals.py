"""Questions that a photo's own words raise, and how far a place lies outside a county."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from insurance.access.outlines import outline
from insurance.base.calendar import BEIJING
from insurance.base.dated import Unsound, read
from insurance.claims.model_evidence import OtherClaim
from insurance.claims.model_evidence import SignalKind as K
from insurance.claims.rules_place import outside_km
from insurance.claims.rules_signals import Shot, Thresholds, Told, reason, signals
from insurance.claims.signal_thresholds import thresholds_on
from make import photos

BY = thresholds_on(date(2019, 8, 30))
COUNTY = outline("370404")
LOSS = datetime(2019, 8, 11, 6, 0, tzinfo=BEIJING)
FILED = datetime(2019, 8, 13, 9, 0, tzinfo=BEIJING)
TOLD = Told(inception_on=date(2019, 3, 2), loss_at=LOSS, filed_at=FILED, outline=COUNTY)


def kinds(shot: Shot, told: Told = TOLD) -> list[K]:
    return [found.kind for found in signals(shot, told, BY)]


TIMES = [
    (None, []),  # no word of a camera raises no question
    (LOSS + timedelta(hours=3), []),
    (LOSS - timedelta(hours=24), []),  # the hour of a loss is often a guess
    (LOSS - timedelta(hours=24, minutes=1), [K.BEFORE_LOSS]),
    (LOSS - timedelta(days=30), [K.BEFORE_LOSS]),
    (LOSS - timedelta(days=30, minutes=1), [K.LONG_BEFORE_LOSS]),
    (datetime(2019, 3, 2, 0, 0, tzinfo=BEIJING), [K.LONG_BEFORE_LOSS]),  # the first instant of cover
    (datetime(2019, 3, 1, 23, 59, tzinfo=BEIJING), [K.BEFORE_INCEPTION]),
    (FILED + timedelta(hours=2), []),  # clocks of cameras run fast
    (FILED + timedelta(hours=2, minutes=1), [K.AFTER_FILING]),
]


@pytest.mark.parametrize(("taken_at", "expected"), TIMES)
def test_the_time_of_a_photo_raises_its_strongest_question_only(taken_at: datetime | None, expected: list[K]) -> None:
    assert kinds(Shot(taken_at=taken_at)) == expected


def test_an_instant_counts_by_beijings_day_whatever_its_offset() -> None:
    assert kinds(Shot(taken_at=datetime(2019, 3, 1, 15, 59, tzinfo=UTC))) == [K.BEFORE_INCEPTION]
    assert kinds(Shot(taken_at=datetime(2019, 3, 1, 16, 0, tzinfo=UTC))) == [K.LONG_BEFORE_LOSS]


PLACES = [
    (None, []),
    (photos.IN_TOWN, []),
    (photos.IN_JINAN, [K.FAR_AWAY]),
    ((34.80, 117.30), []),  # the next county: within ten kilometres of the outline
    ((34.30, 117.00), [K.FAR_AWAY]),
]


@pytest.mark.parametrize(("at", "expected"), PLACES)
def test_a_place_far_outside_the_county_raises_a_question(at: tuple[float, float] | None, expected: list[K]) -> None:
    latitude, longitude = at or (None, None)

    assert kinds(Shot(latitude=latitude, longitude=longitude)) == expected


def test_a_county_without_an_outline_raises_none_and_time_and_place_are_asked_apart() -> None:
    far = Shot(taken_at=LOSS - timedelta(days=2), latitude=36.651, longitude=117.12)

    assert kinds(far) == [K.BEFORE_LOSS, K.FAR_AWAY]
    assert kinds(far, msgspec.structs.replace(TOLD, outline=outline("110101"))) == [K.BEFORE_LOSS]


SENTENCES = [
    (K.SAME_PICTURE, {"bits": 0, "other_insurer": True}, None, "与另一家保险公司案件的照片是同一个文件"),
    (K.SAME_PICTURE, {"bits": None, "other_insurer": False}, OtherClaim(7, "LP7"), "与案件“LP7”的照片是同一个文件"),
    (K.LIKE_PICTURE, {"bits": 3, "other_insurer": False}, None, "与范围以外另一案件的照片画面几乎相同（64 位指纹相差 3 位）"),
    (K.FAR_AWAY, {"km": 209}, None, "拍摄地点在峄城区以外约 209 公里"),
]


@pytest.mark.parametrize(("kind", "facts", "other", "told"), SENTENCES)
def test_a_signal_gives_its_reason_in_a_sentence(kind: K, facts: dict[str, Any], other: OtherClaim | None, told: str) -> None:
    assert str(reason(kind, facts, "峄城区", other)) == told


@pytest.mark.parametrize(("taken_at", "expected"), [(t, k) for t, k in TIMES if k])
def test_what_is_kept_of_a_signal_is_enough_for_its_sentence(taken_at: datetime, expected: list[K]) -> None:
    (found,) = signals(Shot(taken_at=taken_at), TOLD, BY)
    facts = msgspec.json.decode(msgspec.json.encode(found.facts))

    assert f"{taken_at.astimezone(BEIJING):%Y-%m-%d %H:%M}" in str(reason(expected[0], facts, "峄城区", None))


# -- distances ----------------------------------------------------------------------------------------------------------------

SQUARE = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)),)
NOTCHED = (((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0), (0.0, 0.0)),)


@pytest.mark.parametrize(
    ("latitude", "longitude", "rings", "km"),
    [
        (0.5, 0.5, SQUARE, 0),
        (0.0, 2.0, SQUARE, 111.2),
        (2.0, 0.5, SQUARE, 111.2),
        (-1.0, -1.0, SQUARE, 157.2),
        (3.0, 2.0, NOTCHED, 123),  # in the notch: outside, though between two parts that are inside
        (0.5, 2.0, NOTCHED, 0),
    ],
)
def test_distance_to_an_outline(latitude: float, longitude: float, rings: Any, km: float) -> None:
    assert outside_km(latitude, longitude, rings) == pytest.approx(km, rel=0.01)


@given(some.floats(34.0, 35.6), some.floats(116.5, 118.2), some.sampled_from(["370402", "370404", "370481"]))
def test_a_point_is_inside_or_at_some_distance_and_turning_a_ring_changes_nothing(latitude: float, longitude: float, county: str) -> None:
    rings = outline(county)

    away = outside_km(latitude, longitude, rings)

    assert 0 <= away < 300
    assert math.isclose(away, outside_km(latitude, longitude, [tuple(reversed(ring)) for ring in rings]), abs_tol=1e-9)


@given(some.sampled_from([ring for code in ("370402", "370405", "370406") for ring in outline(code)]), some.integers(0, 10_000))
def test_every_corner_of_an_outline_lies_at_its_edge(ring: Any, at: int) -> None:
    longitude, latitude = ring[at % len(ring)]

    assert outside_km(latitude, longitude, [ring]) < 0.001


# -- thresholds ---------------------------------------------------------------------------------------------------------------


def test_thresholds_hold_from_their_day_and_say_how_well_they_are_founded(tmp_path: Any) -> None:
    assert thresholds_on(date(2018, 1, 1)) == BY
    assert BY.mark == "assumed"
    file = tmp_path / "2020-01-01.toml"
    file.write_text(
        'mark="assumed"\nsource="x"\nkinds=[]\nlike_bits=17\nbefore_loss_hours=1\nlong_before_days=1\nafter_filing_hours=1\nfar_km="1"',
        "utf-8",
    )
    with pytest.raises(Unsound, match="like_bits"):
        read(file, Thresholds)
