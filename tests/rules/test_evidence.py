"""Papers that are asked for when they become relevant, and what a weather certificate measured, as pure rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from insurance.base.errors import Invalid
from insurance.base.money import Fen
from insurance.claims.procedure import Circumstance
from insurance.claims.rules_evidence import Measured, Situation, circumstances
from insurance.claims.rules_weather import FIELDS, held_against, reading_of
from insurance.policies.model import Cover, Peril
from insurance.policies.terms import terms_by


def situation(**known: Any) -> Situation:
    fields: dict[str, Any] = {"cover": Cover.INDUSTRY, "peril": Peril.GALE, "peril_insured": False, "breeding": False}
    return Situation(**(fields | known))


def item(loss_fen: int = 100, **known: Any) -> Measured:
    return Measured(value_fen=Fen(100), loss_fen=Fen(loss_fen), **known)


GIVEN: list[tuple[str, Situation, set[Circumstance]]] = [
    ("nothing assessed yet", situation(), set()),
    ("an insured peril", situation(peril_insured=True), {Circumstance.PERIL}),
    ("a total loss", situation(items=(item(100),)), set()),
    ("no loss at all", situation(items=(item(0),)), set()),
    ("a partial loss beside a total one", situation(items=(item(100), item(1))), {Circumstance.PARTIAL}),
    ("rescue", situation(items=(item(rescue_fen=Fen(1)),)), {Circumstance.RESCUE}),
    ("salvage", situation(items=(item(salvage_fen=Fen(1)),)), {Circumstance.SALVAGE}),
    ("a third party who paid", situation(items=(item(third_party_fen=Fen(1)),)), {Circumstance.THIRD_PARTY}),
    ("a third party who has not", situation(third_party=True), {Circumstance.THIRD_PARTY}),
    ("a disease of animals", situation(breeding=True, peril=Peril.DISEASE), {Circumstance.CARCASS}),
    ("animals that drowned", situation(breeding=True, peril=Peril.FLOOD, items=(item(units=True),)), {Circumstance.CARCASS}),
    ("a barn that fell", situation(breeding=True, peril=Peril.GALE, items=(item(),)), set()),
    ("a disease of crops", situation(peril=Peril.PEST, items=(item(units=True),)), set()),
    ("many together, not yet published", situation(together=3), set()),
    ("many together, published", situation(together=3, published=True), {Circumstance.GROUP}),
    ("one alone, published", situation(together=1, published=True), set()),
    ("an asset reported too", situation(cover=Cover.INCOME, asset_claimed=True), {Circumstance.ASSET_DAMAGE}),
    ("an outage", situation(cover=Cover.INCOME, outage=True), {Circumstance.ASSET_DAMAGE}),
]


@pytest.mark.parametrize(("found", "given"), [(found, given) for _, found, given in GIVEN], ids=[name for name, _, _ in GIVEN])
def test_a_circumstance_is_read_from_the_claim_with_its_reason(found: Situation, given: set[Circumstance]) -> None:
    told = circumstances(found)

    assert set(told) == given
    assert all(str(reason) for reason in told.values())


def test_the_reason_names_the_amount_in_yuan_and_the_count() -> None:
    told = circumstances(situation(items=(item(50, rescue_fen=Fen(123_456)), item(60, rescue_fen=Fen(100))), together=4, published=True))

    assert str(told[Circumstance.RESCUE]) == "定损列有施救费用 1,235.56 元"
    assert str(told[Circumstance.PARTIAL]) == "定损有 2 项是部分损失"
    assert str(told[Circumstance.GROUP]) == "同一灾害在本镇有 4 个项目一并理赔，已经公示"


# -- what a certificate measured ----------------------------------------------------------------------------------------------

STATION = {"station_name": "峄城国家气象观测站", "certificate_number": "枣气证〔2019〕31号"}


def test_a_certificate_is_read_as_it_is_filled_in() -> None:
    read = reading_of("WEATHER", STATION | {"station_number": "58024", "rain_mm_1h": "１８.5", "rain_mm_24h": " 62.4 ", "wind_ms": ""})

    assert read is not None
    assert (read.station_number, read.wind_ms, read.rain_mm_1h, read.rain_mm_24h) == ("58024", None, Decimal("18.5"), Decimal("62.4"))


def test_a_paper_without_values_has_no_reading() -> None:
    assert reading_of("WEATHER", {}) is None
    assert reading_of("TITLE", dict.fromkeys(FIELDS, " ")) is None


WRONG: list[tuple[str, dict[str, str], set[str]]] = [
    ("TITLE", {"wind_ms": "18"}, {"wind_ms"}),
    ("WEATHER", {"wind_ms": "18"}, {"station_name", "certificate_number"}),
    ("WEATHER", STATION | {"wind_ms": "-1"}, {"wind_ms"}),
    ("WEATHER", STATION | {"wind_ms": "150.01"}, {"wind_ms"}),
    ("WEATHER", STATION | {"wind_ms": "18.123"}, {"wind_ms"}),
    ("WEATHER", STATION | {"rain_mm_24h": "NaN"}, {"rain_mm_24h"}),
    ("WEATHER", STATION | {"rain_mm_24h": "1e3"}, {"rain_mm_24h"}),
    ("WEATHER", STATION | {"rain_mm_24h": "3001"}, {"rain_mm_24h"}),
    ("WEATHER", STATION | {"rain_mm_24h": "很大"}, {"rain_mm_24h"}),
    ("WEATHER", STATION | {"rain_mm_1h": "30", "rain_mm_24h": "29.9"}, {"rain_mm_24h"}),
    ("WEATHER", STATION | {"rain_mm_1h": "30", "rain_mm_12h": "20", "rain_mm_24h": "25"}, {"rain_mm_12h"}),
    ("WEATHER", STATION | {"station_name": "站" * 101}, {"station_name"}),
]


@pytest.mark.parametrize(("kind", "typed", "fields"), WRONG)
def test_a_slip_of_the_pen_is_told_by_its_field(kind: str, typed: dict[str, str], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        reading_of(kind, typed)

    assert {fault.field for fault in refused.value.faults} == fields


RAIN = terms_by(Cover.INDUSTRY, "2019-01-01").wording.peril(Peril.RAINSTORM)
WIND = terms_by(Cover.INDUSTRY, "2019-01-01").wording.peril(Peril.TYPHOON)
HELD = [
    (RAIN, {"rain_mm_24h": "62.4"}, [("rain_mm_24h", True, "24 小时雨量实测 62.4 mm ≥ 50 mm")]),
    (RAIN, {"rain_mm_24h": "50"}, [("rain_mm_24h", True, "24 小时雨量实测 50 mm ≥ 50 mm")]),
    (RAIN, {"rain_mm_24h": "49.99"}, [("rain_mm_24h", False, "24 小时雨量实测 49.99 mm < 50 mm")]),
    (RAIN, {"rain_mm_1h": "16", "rain_mm_12h": "29.5"},
     [("rain_mm_1h", True, "1 小时雨量实测 16 mm ≥ 16 mm"), ("rain_mm_12h", False, "12 小时雨量实测 29.5 mm < 30 mm")]),
    (WIND, {"wind_ms": "17.20"}, [("wind_ms", True, "最大风速实测 17.2 m/s ≥ 17.2 m/s")]),
    (WIND, {"rain_mm_1h": "40"}, [("rain_mm_1h", None, "1 小时雨量实测 40 mm，条款没有这一项标准")]),
    (None, {"wind_ms": "40"}, [("wind_ms", None, "最大风速实测 40 m/s，条款没有这一项标准")]),
    (RAIN, {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "measured", "told"), HELD)
def test_a_value_is_held_against_the_wording_and_decides_nothing(terms: Any, measured: dict[str, str], told: list[Any]) -> None:
    found = held_against({name: Decimal(value) for name, value in measured.items()}, terms)

    assert [(one.measure, one.reached, str(one.text)) for one in found] == told
