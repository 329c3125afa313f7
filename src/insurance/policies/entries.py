"""What an office fills in for a policy in mid-term: endorsement, cancellation, renewal. The API reads it from JSON, pages from a form."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from insurance.base.money import MOST_FEN, Fen
from insurance.policies.model_midterm import EndorsementKind, Ground

RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Amount = Annotated[Fen, Meta(ge=1, le=MOST_FEN)]
Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Why = Annotated[str, Meta(min_length=1, max_length=500)]


class AssetEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One asset of an endorsement. What is left out follows from the terms: the sum from net value, the restored amount from the losses."""

    asset: RowId
    sum_insured_fen: Amount | None = None  # ASSET_ADDED, SUM_CHANGED
    replacement_fen: Amount | None = None  # the price of a new one, where the terms insure that
    restored_fen: Amount | None = None  # REINSTATE


class EndorsementEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """批改: what changes and from which day. `document` is the signed paper on file of the project, where the kind asks for one.

    Cover that is bought begins tomorrow unless said otherwise, everything else is of today.
    """

    version: Version
    kind: EndorsementKind
    reason: Why
    effective_on: date | None = None
    document: RowId | None = None
    assets: Annotated[list[AssetEntry], Meta(max_length=500)] = []
    application: RowId | None = None  # CORRECTION: the right application on file
    title: RowId | None = None  # CORRECTION: the right title paper on file


class CancellationEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """退保或解除合同. `effective_on` is the first day without cover; `notice_on` the day the insurer told the policyholder,
    `known_on` the day the insurer learned of what had not been disclosed.
    """

    version: Version
    ground: Ground
    reason: Why
    effective_on: date | None = None
    document: RowId | None = None
    notice_on: date | None = None
    known_on: date | None = None


class RenewalEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """续保: for the following period, by the terms and the insurer of its first day unless another insurer (a code) is named."""

    insurer: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    last_day: date | None = None
