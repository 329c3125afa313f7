"""Opening imports (期初导入): a dry run that changes nothing, then the commit of exactly that file. Nothing comes in twice.

One way for every kind of workbook: a kind says how its rows are read, planned and stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from insurance.access import audit
from insurance.access.model import Actor
from insurance.access.rules import may
from insurance.base import db, files
from insurance.base.errors import Forbidden, LostUpdate, NotFound, Refused, WrongState
from insurance.base.spreadsheet import Sheet, read_table_file
from insurance.base.spreadsheet_out import write_workbook
from insurance.base.text import render, t
from insurance.policies import store_opening
from insurance.policies.opening_lines import OpeningFile, Shape, read_file, template_columns
from insurance.policies.store_opening import ImportRow
from insurance.projects import store_import
from insurance.projects.import_remarks import (
    MOST_KEPT,
    ImportFault,
    ImportNote,
    annotated_copy,
    fault_remarks,
    faults_told,
    note_remarks,
    notes_told,
    remark,
)
from insurance.projects.sheet_reader import Counts


class Kind(Protocol):
    """A kind of opening workbook. `plan` marks the lines it would store and faults the others; `store` writes them."""

    @property
    def shape(self) -> Shape[Any]:
        """How its rows are read."""

    async def plan(self, file: OpeningFile[Any], *, actor: Actor) -> Sequence[Any]:
        """What would be stored, inside a transaction; every fault is told to its line."""

    async def store(self, planned: Sequence[Any], import_id: int, *, actor: Actor) -> None:
        """Write it, inside the same transaction; what somebody else was first with becomes a fault."""


class Reading(msgspec.Struct):
    """A file that was read for a kind: its name, where its content is kept, the region it was read for, its rows."""

    kind: str
    name: str
    within: str
    kept: files.Kept
    file: OpeningFile[Any]


class OpeningReport(msgspec.Struct, frozen=True):
    """What a file would bring in, or brought. rows = created + unchanged + faulty, always."""

    id: int
    kind: str
    state: str
    rows: int
    created: int
    unchanged: int
    faulty: int
    faults: list[ImportFault]
    notes: list[ImportNote]
    version: int


class OpeningLine(msgspec.Struct, frozen=True):
    """An opening import in the list."""

    id: int
    kind: str
    state: str
    file_name: str
    rows: int
    created: int
    unchanged: int
    faulty: int
    skipped: int
    made_by: str | None
    made_at: datetime
    committed_by: str | None
    committed_at: datetime | None
    version: int


async def read(kind: Kind, content: bytes, name: str, *, actor: Actor, within: str | None = None) -> Reading:
    """Read a workbook, outside any transaction: in a child process under limits, then off the event loop.

    Raises Invalid (field `file`) when it is no table, too large, or has no heading of this kind.
    """
    table = await read_table_file(content)
    file = await _parsed(kind, table.sheets, within or actor.region_path, actor)
    kept = await files.keep(content, files.WORKBOOKS)
    return Reading(kind.shape.kind, files.safe_name(name, kept.media), within or actor.region_path, kept, file)


async def _parsed(kind: Kind, sheets: Sequence[Sheet], within: str, actor: Actor) -> OpeningFile[Any]:
    async with db.transaction(actor.scope):
        regions = await store_import.regions()
    return await asyncio.to_thread(read_file, kind.shape, sheets, regions, within.strip("/").split("/")[-1])


async def report(kind: Kind, reading: Reading, *, actor: Actor) -> OpeningReport:
    """Compare a reading with what stands and keep the outcome, so that it can be committed. Nothing else is changed.

    Raises Forbidden for anybody but a city or county office.
    """
    _may(actor)
    async with db.transaction(actor.scope):
        await kind.plan(reading.file, actor=actor)
        columns = await _columns(reading, actor)
        import_id = await store_opening.keep(columns, actor=actor)
        await audit.record(
            actor, f"opening.{reading.kind}-read", f"opening-import:{import_id}", sha256=reading.kept.sha256.hex(),
            rows=columns["row_count"], created=columns["created_count"], faulty=columns["faulty_count"],
        )  # fmt: skip
        return _report(await _one(import_id), actor.language)


async def _columns(reading: Reading, actor: Actor) -> dict[str, Any]:
    """The columns of the import's row, once the plan has said all it has to say."""
    counts: Counts = reading.file.closed()
    created = sum(line.created and line.sound for line in reading.file.lines)
    notes = list(note_remarks(counts.faults))
    before = await store_opening.committed_before(reading.kind, reading.kept.sha256)
    if before is not None:
        day = before.astimezone(actor.at.tzinfo).date().isoformat()
        notes.insert(0, remark("", "imported-before", t("此文件已于 {day} 导入过", day=day), count=1))
    return {
        "region_path": reading.within, "kind": reading.kind, "file_name": reading.name,
        "content_sha256": f"\\x{reading.kept.sha256.hex()}", "row_count": counts.read, "created_count": created,
        "unchanged_count": counts.read - counts.faulty - created, "faulty_count": counts.faulty, "skipped_count": reading.file.skipped,
        "faults": list(fault_remarks(counts.faults))[:MOST_KEPT], "notes": notes[:MOST_KEPT],
    }  # fmt: skip


async def reading_of(kind: Kind, import_id: int, *, actor: Actor) -> Reading | None:
    """The content of a dry run, read again; None when it is not waiting for its commit. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    if found.state != "DRY":
        return None
    return await read(kind, await files.content_of(found.content_sha256), found.file_name, actor=actor, within=found.region_path)


async def commit(
    kind: Kind, import_id: int, reading: Reading | None, *, actor: Actor, version: int | None = None
) -> OpeningReport:  # fmt: skip
    """Store the good rows of exactly the file that was tried; faulty ones hold nothing back.

    Raises Forbidden, NotFound, LostUpdate, WrongState (committed already), Refused when another file was read.
    """
    _may(actor)
    async with db.transaction(actor.scope):
        await store_opening.take_turn()
        found = await store_opening.lock(import_id)
        if found is None:
            raise _absent()
        if found.state != "DRY":
            raise WrongState(t("此导入已入库"))
        if version is not None and version != found.version:
            raise LostUpdate(t("您打开后有人处理过这次导入，请刷新"))
        if reading is None or (reading.kept.sha256, reading.within) != (found.content_sha256, found.region_path):
            raise Refused(t("读到的文件与核对时不是同一个，请重新上传"))
        planned = await kind.plan(reading.file, actor=actor)
        await kind.store(planned, import_id, actor=actor)
        columns = await _columns(reading, actor)
        await store_opening.finish(import_id, columns, actor=actor)
        await audit.record(
            actor, f"opening.{reading.kind}-committed", f"opening-import:{import_id}", sha256=reading.kept.sha256.hex(),
            created=columns["created_count"], unchanged=columns["unchanged_count"], faulty=columns["faulty_count"],
        )  # fmt: skip
        return _report(await _one(import_id), actor.language)


async def shown(import_id: int, *, actor: Actor) -> tuple[OpeningLine, OpeningReport]:
    """One import with its faults. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    return _line(found), _report(found, actor.language)


async def listed(before: int | None, limit: int, *, actor: Actor) -> list[OpeningLine]:
    """The newest opening imports of the actor's region."""
    async with db.transaction(actor.scope):
        return [_line(row) for row in await store_opening.page(before, limit)]


async def sheets_of(import_id: int, *, actor: Actor) -> list[Sheet]:
    """The sheets of an import as they came. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    return (await read_table_file(await files.content_of(found.content_sha256))).sheets


async def annotated(kind: Kind, import_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """The file as it came, every fault and note at its cell as things stand now: (name, xlsx). Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    sheets = await sheets_of(import_id, actor=actor)
    file = await _parsed(kind, sheets, found.region_path, actor)
    async with db.transaction(actor.scope):
        await kind.plan(file, actor=actor)
    counts = file.closed()
    name = render(t("核对_{name}", name=found.file_name.rpartition(".")[0]), actor.language)
    return f"{name}.xlsx", await asyncio.to_thread(annotated_copy, sheets, counts.faults, counts.sheets, actor.language)


async def template(kind: Kind, *, language: str) -> tuple[str, bytes]:
    """An empty workbook with the headings of a kind, numbers and codes as text: (name, xlsx)."""
    name = render(t("期初导入模板_{kind}", kind=kind.shape.name), language)
    columns = template_columns(kind.shape)
    return f"{name}.xlsx", await asyncio.to_thread(write_workbook, columns, [], title=kind.shape.name, language=language)


def _may(actor: Actor) -> None:
    """The command line knows no routes: the act itself asks."""
    if not may(actor.role, "opening.import"):
        raise Forbidden(t("您的角色不能进行此操作"))


async def _one(import_id: int) -> ImportRow:
    found = await store_opening.one(import_id)
    if found is None:
        raise _absent()
    return found


def _absent() -> NotFound:
    return NotFound(t("没有这次导入，或不在您的范围内"))


def _report(row: ImportRow, language: str) -> OpeningReport:
    return OpeningReport(
        id=row.id, kind=row.kind, state=row.state, rows=row.row_count, created=row.created_count, unchanged=row.unchanged_count,
        faulty=row.faulty_count, faults=faults_told(row.faults, language), notes=notes_told(row.notes, language), version=row.version,
    )  # fmt: skip


def _line(row: ImportRow) -> OpeningLine:
    return OpeningLine(
        id=row.id, kind=row.kind, state=row.state, file_name=row.file_name, rows=row.row_count, created=row.created_count,
        unchanged=row.unchanged_count, faulty=row.faulty_count, skipped=row.skipped_count, made_by=row.made_by, made_at=row.made_at,
        committed_by=row.committed_by, committed_at=row.committed_at, version=row.version,
    )  # fmt: skip
