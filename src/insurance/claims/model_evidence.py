"""Papers and photos of a claim, what certificates measured, and the signals about photos, as people and programs read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta


class Photo(msgspec.Struct, frozen=True):
    """What is known of a photo beside its paper. Place, time and device are for who handles the case, and absent for others."""

    width_px: int
    height_px: int
    thumbnail: bool
    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    device: str | None = None


class Compared(msgspec.Struct, frozen=True):
    """A measured value beside the wording's for this peril; `reached` None where the wording sets none. A fact, not a decision."""

    measure: str
    value: Decimal
    threshold: Decimal | None
    reached: bool | None
    text: str


class WeatherProof(msgspec.Struct, frozen=True):
    """A certificate of the meteorological office: its station, its number, what it measured."""

    station_name: str
    station_number: str
    certificate_number: str
    compared: tuple[Compared, ...]


class EvidenceItem(msgspec.Struct, frozen=True, kw_only=True):
    """A paper or photo on file."""

    id: int
    kind: str
    name: str
    file_name: str
    media: str
    byte_count: int
    sha256: str
    dated_on: date | None
    filed_at: datetime
    filed_by: str | None
    photo: Photo | None = None
    weather: WeatherProof | None = None


class AskedPaper(msgspec.Struct, frozen=True):
    """A paper the procedure asks for: required, whether it is on file, and why it is asked for where it is not always."""

    code: str
    name: str
    required: bool
    on_file: bool
    why: str | None = None


class Evidence(msgspec.Struct, frozen=True):
    """What is on file of a claim, and what the procedure asks for; `missing` are the required papers that are not on file."""

    items: tuple[EvidenceItem, ...]
    asked: tuple[AskedPaper, ...]
    missing: tuple[str, ...]
    next_cursor: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a weather certificate says: its station and number, and the values it measured (m/s, mm)."""

    station_name: str
    certificate_number: str
    station_number: str = ""
    wind_ms: Decimal | None = None
    rain_mm_1h: Decimal | None = None
    rain_mm_12h: Decimal | None = None
    rain_mm_24h: Decimal | None = None


class SignalKind(StrEnum):
    """What about a photo makes one ask."""

    SAME_PICTURE = "SAME_PICTURE"  # the very file is in another claim
    LIKE_PICTURE = "LIKE_PICTURE"  # what it shows is in another claim
    BEFORE_INCEPTION = "BEFORE_INCEPTION"  # taken before the cover began
    LONG_BEFORE_LOSS = "LONG_BEFORE_LOSS"
    BEFORE_LOSS = "BEFORE_LOSS"
    AFTER_FILING = "AFTER_FILING"  # by its own clock it was taken after it was filed
    FAR_AWAY = "FAR_AWAY"  # taken outside the county of the project


class OtherClaim(msgspec.Struct, frozen=True):
    """The claim that holds the same picture, where the reader may see it."""

    id: int
    number: str


class SignalNote(msgspec.Struct, frozen=True):
    """How somebody explains a signal."""

    note: str
    by: str | None
    at: datetime


class Signal(msgspec.Struct, frozen=True):
    """A question that a photo raises, with its reason; never a verdict. `explained` once somebody has written a note."""

    id: int
    kind: SignalKind
    document_id: int
    file_name: str
    text: str
    found_at: datetime
    explained: bool
    other: OtherClaim | None
    notes: tuple[SignalNote, ...]


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a signal is none after all; it is added and never changed."""

    note: Annotated[str, Meta(min_length=1, max_length=1000)]
