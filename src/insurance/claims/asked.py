"""Which papers one claim is asked for, and why, as it stands now: the procedure held against its cover, cause and assessment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from insurance.base.text import Text
from insurance.claims import store_evidence
from insurance.claims.procedure import Circumstance, Need, PaperRule, procedure_of
from insurance.claims.rules_evidence import Measured, Situation, circumstances
from insurance.claims.store import Row
from insurance.policies.model import Cover, Peril
from insurance.policies.terms import terms_by
from insurance.projects.model import Taxonomy


class AskedFor(msgspec.Struct, frozen=True):
    """A paper of one claim: whether it is required, the circumstance that makes it so, whether it is on file."""

    paper: PaperRule
    required: bool
    why: Text | None
    on_file: bool


async def asked_for(row: Row, also: Collection[Circumstance] = ()) -> tuple[AskedFor, ...]:
    """All papers of a claim in the order of the procedure; `also` are circumstances the caller knows of. Inside a transaction."""
    kinds = await store_evidence.kinds_on_file(row["id"])
    given, cover = await _circumstances(row), Cover(row["cover"])
    asked = procedure_of(row).papers_for(cover, Peril(row["peril"]), frozenset(given) | frozenset(also))
    return tuple(AskedFor(one.paper, one.required, _why(one.paper, cover, given), one.paper.code in kinds) for one in asked)


def _why(paper: PaperRule, cover: Cover, given: Mapping[Circumstance, Text]) -> Text | None:
    if paper.circumstance is None or paper.need(cover) is not Need.RELEVANT:
        return None
    return given.get(paper.circumstance)


async def missing(row: Row, also: Collection[Circumstance] = ()) -> tuple[PaperRule, ...]:
    """The required papers of a claim that are not on file, all of them: the insurer may ask only once (保险法 22)."""
    return tuple(one.paper for one in await asked_for(row, also) if one.required and not one.on_file)


async def _circumstances(row: Row) -> Mapping[Circumstance, Text]:
    found = await store_evidence.situation(row["id"])
    wording = terms_by(Cover(found["cover"]), found["terms_version"], found["terms_checksum"]).wording
    given: dict[str, Any] = found["given"] or {}
    return circumstances(
        Situation(
            cover=Cover(found["cover"]),
            peril=Peril(found["peril"]),
            peril_insured=wording.peril(Peril(found["peril"])) is not None,
            breeding=found["taxonomy"] == Taxonomy.BREED,
            items=_items(found["losses"], given.get("lines") or []),
            third_party=found["third_party"],
            together=found["together"],
            published=found["published"],
            asset_claimed=found["asset_claimed"],
            outage=given.get("outage") is not None,
        )
    )


def _items(losses: list[tuple[int, int]], lines: list[dict[str, Any]]) -> tuple[Measured, ...]:
    """The lines as they were computed beside what was filled in for each; the assessment keeps both in one order."""
    amounts = ("rescue_fen", "salvage_fen", "third_party_fen")
    return tuple(
        Measured(
            value_fen=value, loss_fen=loss, units=line.get("units") is not None, **{name: line.get(name) or 0 for name in amounts},
        )
        for (value, loss), line in zip(losses, lines, strict=False)
    )  # fmt: skip
