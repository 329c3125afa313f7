"""Net asset value behind every list, page, quote, claim and figure: one rule, applied to arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from insurance.access.model import Actor
from insurance.base import db
from insurance.base.money import Fen
from insurance.projects.model import AssetValue, NetValue, Regime, Status
from insurance.projects.rules_bulk import RATE_UNIT, Columns, Valuations, Whole
from insurance.projects.rules_bulk import net_values as net_values_of

_REGIMES = tuple(Regime)
_SUMS = ("cost_fen", "depreciation_fen", "impairment_fen", "net_value_fen")
_BLOCK_ROWS = 100_000
_FEW = 20  # so many projects are valued asset by asset: COPY takes some round trips more
_HEAD_BYTES = 19  # of COPY's binary form: signature, flags, no extension
# One row of `portfolio.sql`: how many fields, then each with its length before it, all big-endian.
_ROW = np.dtype([
    ("fields", ">i2"), ("l0", ">i4"), ("project_id", ">i8"), ("l1", ">i4"), ("cost_fen", ">i8"), ("l2", ">i4"), ("impairment_fen", ">i8"),
    ("l3", ">i4"), ("residual_millionths", ">i4"), ("l4", ">i4"), ("life_months", ">i4"), ("l5", ">i4"), ("in_use_day", ">i4"),
    ("l6", ">i4"), ("regime", ">i2"), ("l7", ">i4"), ("known", ">i2"),
])  # fmt: skip


class Portfolio(msgspec.Struct, frozen=True):
    """What every project of a region is worth on a day, column by column: fen, and numbers of assets."""

    project_id: Whole
    cost_fen: Whole
    depreciation_fen: Whole
    impairment_fen: Whole
    net_value_fen: Whole
    asset_count: Whole
    incomplete_assets: Whole


class ProjectValue(msgspec.Struct, frozen=True):
    """What a project is worth on a day: sums over its valued assets; `asset_count` counts all that stand."""

    cost_fen: Fen
    depreciation_fen: Fen
    impairment_fen: Fen
    net_value_fen: Fen
    asset_count: int
    incomplete_assets: int


NOTHING = ProjectValue(0, 0, 0, 0, 0, 0)


async def asset_values(project_ids: Sequence[int], as_of: date) -> dict[int, list[AssetValue]]:
    """Every asset of the projects that stands on the day, valued; projects without one are absent."""
    rows = await db.fetch(db.statement(__package__, "asset_values"), list(project_ids), as_of)
    found: dict[int, list[AssetValue]] = {}
    for asset in _standing(rows, as_of):
        found.setdefault(asset.project_id, []).append(asset)
    return found


async def asset_values_by_day(asked: Collection[tuple[int, date]]) -> dict[tuple[int, date], list[AssetValue]]:
    """The assets of each project that stand on the day asked for it, valued; a project without one on its day is absent."""
    pairs = sorted(set(asked))
    rows = await db.fetch(db.statement(__package__, "asset_values_by_day"), [one for one, _ in pairs], [day for _, day in pairs])
    found: dict[tuple[int, date], list[AssetValue]] = {}
    for day, standing in groupby(rows, key=itemgetter("day")):
        for asset in _standing(list(standing), day):
            found.setdefault((asset.project_id, day), []).append(asset)
    return found


def _standing(rows: Sequence[Any], as_of: date) -> list[AssetValue]:
    if not rows:
        return []
    values = net_values_of(_columns(rows), as_of)
    columns = (values.months.tolist(), values.depreciation_fen.tolist(), values.net_value_fen.tolist())
    return [_asset_value(row, *of_it) for row, *of_it in zip(rows, *columns, strict=True)]


def _columns(rows: Sequence[Any]) -> Columns:
    def whole(name: str) -> Whole:
        return np.array([row[name] for row in rows], dtype=np.int64)

    return Columns(
        cost_fen=whole("cost_fen"),
        residual_millionths=whole("residual_millionths"),
        life_months=whole("life_months"),
        in_use_on=np.array([row["in_use_on"] for row in rows], dtype="datetime64[D]"),
        regime=whole("regime").astype(np.int8),
        impairment_fen=whole("impairment_fen"),
    )


def _asset_value(row: Any, months: int, depreciation: int, net: int) -> AssetValue:
    known = row["known"]
    regime = _REGIMES[row["regime"]]
    return AssetValue(
        id=row["asset_id"],
        project_id=row["project_id"],
        name=row["name"],
        code=row["code"],
        cost_fen=row["stated_cost_fen"],
        months=months if known else None,
        depreciation_fen=depreciation if known else None,
        impairment_fen=row["impairment_fen"],
        net_value_fen=net if known else None,
        regime=regime,
        in_use_on=row["stated_in_use_on"],
        life_months=row["stated_life_months"],
        # what the valuation used: under GOV no residual is considered, whatever is stored
        residual_rate=Decimal(0) if regime is Regime.GOV else (Decimal(row["residual_millionths"]) / RATE_UNIT).normalize() + 0,
        situation=Status(row["situation"]) if row["situation"] else None,
    )


def net_value(assets: Sequence[AssetValue], as_of: date) -> NetValue:
    """The sums of a project's valued assets."""
    valued = [asset for asset in assets if asset.net_value_fen is not None]
    sums = {name: sum(getattr(asset, name) for asset in valued) for name in _SUMS}
    return NetValue(as_of=as_of, **sums, incomplete_assets=len(assets) - len(valued), assets=tuple(assets))


async def net_values(project_ids: Sequence[int], as_of: date) -> dict[int, NetValue]:
    """What the projects are worth on a day, asset by asset; every id asked for is answered."""
    assets = await asset_values(project_ids, as_of)
    return {project_id: net_value(assets.get(project_id, []), as_of) for project_id in project_ids}


async def project_values(actor: Actor, as_of: date, project_ids: Sequence[int] | None = None) -> Mapping[int, ProjectValue]:
    """What the projects (None: all in the actor's scope) are worth on a day, in sums only; one without assets is absent."""
    if project_ids is not None and len(project_ids) <= _FEW:
        found = await net_values(project_ids, as_of)
        return {project_id: _in_sums(value) for project_id, value in found.items() if value.assets}
    whole = await portfolio(actor.region_path, as_of, project_ids)
    columns = [getattr(whole, name).tolist() for name in whole.__struct_fields__]
    return {project_id: ProjectValue(*sums) for project_id, *sums in zip(*columns, strict=True)}


def _in_sums(value: NetValue) -> ProjectValue:
    sums = {name: getattr(value, name) for name in _SUMS}
    return ProjectValue(**sums, asset_count=len(value.assets), incomplete_assets=value.incomplete_assets)


async def portfolio(region_path: str, as_of: date, project_ids: Sequence[int] | None = None) -> Portfolio:
    """Every project of a region (or those of these ids) valued on a day, from one statement (one snapshot), in blocks of assets."""
    blocks: list[Whole] = []
    held = bytearray()
    begun = False

    async def take(piece: bytes) -> None:
        nonlocal begun
        held.extend(piece)
        if not begun and len(held) >= _HEAD_BYTES:
            del held[:_HEAD_BYTES]
            begun = True
        rows = len(held) // _ROW.itemsize
        if rows >= _BLOCK_ROWS:
            blocks.append(_valued(bytes(held[: rows * _ROW.itemsize]), as_of))
            del held[: rows * _ROW.itemsize]

    query = db.statement(__package__, "portfolio")
    await db.connection().copy_from_query(
        query, as_of, region_path, None if project_ids is None else list(project_ids), output=take, format="binary"
    )
    rows = (len(held) - 2) // _ROW.itemsize  # the last two bytes say that nothing follows
    blocks.append(_valued(bytes(held[: rows * _ROW.itemsize]), as_of))
    return Portfolio(*_summed(np.concatenate(blocks, axis=1)))


def _valued(raw: bytes, as_of: date) -> Whole:
    """A block of rows as sums per project: the rows of `Portfolio`."""
    rows = np.frombuffer(raw, dtype=_ROW)

    def whole(name: str) -> Whole:
        return rows[name].astype(np.int64)

    columns = Columns(
        cost_fen=whole("cost_fen"),
        residual_millionths=whole("residual_millionths"),
        life_months=whole("life_months"),
        in_use_on=whole("in_use_day").astype("datetime64[D]"),
        regime=rows["regime"].astype(np.int8),
        impairment_fen=whole("impairment_fen"),
    )
    values: Valuations = net_values_of(columns, as_of)
    known = whole("known")
    return _summed(
        np.stack([
            whole("project_id"), columns.cost_fen * known, values.depreciation_fen * known, columns.impairment_fen * known,
            values.net_value_fen * known, np.ones_like(known), 1 - known,
        ])
    )  # fmt: skip


def _summed(block: Whole) -> Whole:
    """Columns summed by their first row, the project; projects in order."""
    if not block.shape[1]:
        return block
    order: NDArray[np.intp] = np.argsort(block[0], kind="stable")
    block = block[:, order]
    starts = np.flatnonzero(np.r_[True, block[0, 1:] != block[0, :-1]])
    sums = np.add.reduceat(block[1:], starts, axis=1)
    return np.vstack([block[0, starts], sums])
