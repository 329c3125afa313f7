"""Taking registers in: a dry run that changes nothing, the commit of exactly that file, and undoing it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from insurance.access import audit, scopes
from insurance.access.model import Actor
from insurance.base import db, files
from insurance.base.errors import FieldFault, LostUpdate, NotFound, Refused, WrongState
from insurance.base.spreadsheet import column_letters, read_table_file
from insurance.base.text import Text, render, t
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
from insurance.projects.register import parse_register
from insurance.projects.register_rows import ParsedRegister, ParsedRow
from insurance.projects.store_import import ImportRow

_KEPT_SECONDS = 300
_RESTING = {
    "policy": t("已有 {n} 份保单"),
    "quote": t("已有 {n} 份报价"),
    "claim": t("已有 {n} 件赔案"),
    "document": t("已收存 {n} 份材料"),
    "account": t("已登记 {n} 笔年度收益"),
    "change": t("有 {n} 个项目后来又改动过"),
}


class Reading(msgspec.Struct):
    """A file that was read: what it holds, where its content is kept, and the region it was read for."""

    name: str
    within: str
    kept: files.Kept
    parsed: ParsedRegister


class ImportReport(msgspec.Struct, frozen=True):
    """What a file would change, or did. rows = created + updated + unchanged + faulty, always."""

    id: int
    state: str
    rows: int
    created: int
    updated: int
    unchanged: int
    faulty: int
    faults: list[ImportFault]
    notes: list[ImportNote]
    version: int


class ImportLine(msgspec.Struct, frozen=True):
    """An import in the list."""

    id: int
    state: str
    file_name: str
    rows: int
    created: int
    updated: int
    unchanged: int
    faulty: int
    skipped: int
    made_by: str | None
    made_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None
    version: int


class _Latest:
    """The reading of the last dry run, so that its commit need not read the same file again; forgotten after five minutes."""

    reading: Reading | None = None
    forgetting: asyncio.TimerHandle | None = None


def _remember(reading: Reading | None) -> None:
    if _Latest.forgetting is not None:
        _Latest.forgetting.cancel()
    _Latest.reading = reading
    _Latest.forgetting = None if reading is None else asyncio.get_running_loop().call_later(_KEPT_SECONDS, _remember, None)


async def read(content: bytes, name: str, *, actor: Actor, within: str | None = None) -> Reading:
    """Read an office's register, outside any transaction: in a child process under limits, then off the event loop.

    Raises Invalid (field `file`) when it is no table, too large, or has no register's heading.
    """
    table = await read_table_file(content)
    async with db.transaction(actor.scope):
        regions = await store_import.regions()
    region = within or actor.region_path
    parsed = await asyncio.to_thread(parse_register, table.sheets, regions, region.strip("/").split("/")[-1])
    kept = await files.keep(content, files.WORKBOOKS)
    reading = Reading(files.safe_name(name, kept.media), region, kept, parsed)
    _remember(reading)
    return reading


async def dry_run(content: bytes, name: str, *, actor: Actor) -> ImportReport:
    """What the register would change, changing nothing of it: every fault by cell, and counts that tie."""
    return await report(await read(content, name, actor=actor), actor=actor)


async def report(reading: Reading, *, actor: Actor) -> ImportReport:
    """Compare a reading with the register and keep the outcome, so that it can be committed."""
    parsed = reading.parsed
    async with db.transaction(actor.scope):
        outcome = await store_import.compare(parsed.rows)
        faults = [*fault_remarks(parsed.faults), *_clashes(parsed, outcome.clashes)]
        notes = list(note_remarks(parsed.faults))
        before = await store_import.committed_before(reading.kept.sha256)
        if before is not None:
            day = before.astimezone(actor.at.tzinfo).date().isoformat()
            notes.insert(0, remark("", "imported-before", t("此文件已于 {day} 导入过", day=day), count=1))
        columns = {
            "region_path": actor.region_path,
            "file_name": reading.name,
            "content_sha256": f"\\x{reading.kept.sha256.hex()}",
            "row_count": parsed.read,
            "created_count": outcome.created,
            "updated_count": outcome.updated,
            "unchanged_count": outcome.unchanged + parsed.duplicates,
            "faulty_count": parsed.faulty + len(outcome.clashes),
            "skipped_count": parsed.totals + parsed.blank + parsed.remarks,
            "faults": faults[:MOST_KEPT],
            "notes": notes[:MOST_KEPT],
        }
        import_id = await store_import.add(actor, columns)
        await audit.record(
            actor, "register.read", f"import:{import_id}", sha256=reading.kept.sha256.hex(), rows=parsed.read, created=outcome.created,
            updated=outcome.updated, faulty=columns["faulty_count"],
        )  # fmt: skip
        return _report(await _one(import_id), actor.language)


async def reading_of(import_id: int, *, actor: Actor) -> Reading | None:
    """The content of a dry run, read (again); None when it is not waiting for its commit. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    if found.state != "DRY":
        return None
    latest = _Latest.reading
    if latest is not None and (latest.kept.sha256, latest.within) == (found.content_sha256, found.region_path):
        return latest
    content = await files.content_of(found.content_sha256)
    return await read(content, found.file_name, actor=actor, within=found.region_path)


async def commit(import_id: int, *, actor: Actor, version: int | None = None, reading: Reading | None = None) -> ImportReport:
    """Store the good rows of exactly the file that was tried; faulty ones hold nothing back.

    Raises NotFound, LostUpdate, WrongState (committed already, or undone).
    """
    reading = reading or await reading_of(import_id, actor=actor)
    async with db.transaction(actor.scope):
        found = await _locked(import_id, version)
        if found.state != "DRY":
            raise WrongState(t("此导入已入库，或已撤销"))
        if reading is None or reading.kept.sha256 != found.content_sha256 or reading.within != found.region_path:
            raise Refused(t("读到的文件与核对时不是同一个，请重新上传"))
        parsed = reading.parsed
        outcome = await store_import.take_in(import_id, parsed.rows, actor=actor)
        faulty = parsed.faulty + len(outcome.clashes)
        faults = [*fault_remarks(parsed.faults), *_clashes(parsed, outcome.clashes)][:MOST_KEPT]
        await store_import.finish(import_id, outcome, duplicates=parsed.duplicates, faulty=faulty, faults=faults, actor=actor)
        await audit.record(
            actor, "register.committed", f"import:{import_id}", sha256=found.content_sha256.hex(), created=outcome.created,
            updated=outcome.updated, unchanged=outcome.unchanged + parsed.duplicates, faulty=faulty,
        )  # fmt: skip
        stored = _report(await _one(import_id), actor.language)
        await scopes.load()  # villages it made
    _remember(None)
    return stored


async def undo(import_id: int, *, actor: Actor, version: int | None = None) -> ImportReport:
    """Undo a committed import while nothing rests on it. Raises NotFound, LostUpdate, WrongState, Refused naming what rests."""
    async with db.transaction(actor.scope):
        found = await _locked(import_id, version)
        if found.state != "COMMITTED":
            raise WrongState(t("只有已入库的导入可以撤销"))
        resting = await store_import.rests(import_id)
        if resting:
            faults = [FieldFault(what, Text(_RESTING[what].msgid, {"n": number})) for what, number in resting.items()]
            raise Refused(t("不能撤销：{why}", why=faults[0].text), faults)
        undone = await store_import.take_back(import_id, actor=actor)
        await audit.record(actor, "register.undone", f"import:{import_id}", rows=undone)
        return _report(await _one(import_id), actor.language)


async def shown(import_id: int, *, actor: Actor) -> tuple[ImportLine, ImportReport]:
    """One import with its faults. Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
    return _line(found), _report(found, actor.language)


async def listed(before: int | None, limit: int, *, actor: Actor) -> list[ImportLine]:
    """The newest imports of the actor's region."""
    async with db.transaction(actor.scope):
        return [_line(row) for row in await store_import.page(before, limit)]


async def annotated(import_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """The file as it came, every fault and note at its cell: (name, xlsx). Raises NotFound."""
    async with db.transaction(actor.scope):
        found = await _one(import_id)
        regions = await store_import.regions()
    table = await read_table_file(await files.content_of(found.content_sha256))
    within = found.region_path.strip("/").split("/")[-1]

    def work() -> bytes:
        parsed = parse_register(table.sheets, regions, within)
        return annotated_copy(table.sheets, parsed.faults, parsed.sheets, actor.language)

    name = render(t("核对_{name}", name=found.file_name.rpartition(".")[0]), actor.language)
    return f"{name}.xlsx", await asyncio.to_thread(work)


async def _one(import_id: int) -> ImportRow:
    found = await store_import.one(import_id)
    if found is None:
        raise NotFound(t("没有这次导入，或不在您的范围内"))
    return found


async def _locked(import_id: int, version: int | None) -> ImportRow:
    found = await store_import.lock(import_id)
    if found is None:
        raise NotFound(t("没有这次导入，或不在您的范围内"))
    if version is not None and version != found.version:
        raise LostUpdate(t("您打开后有人处理过这次导入，请刷新"))
    return found


def _clashes(parsed: ParsedRegister, places: Sequence[int]) -> Iterable[dict[str, Any]]:
    """Rows whose project number another town uses."""
    uses = {use.sheet: use for use in parsed.sheets}
    for place in places:
        row: ParsedRow = parsed.rows[place]
        use = uses[row.sheet]
        column = use.columns.get("project_code") or use.columns.get("project_name") or column_letters(0)
        cell = f"{column}{row.line}" if len(uses) == 1 else f"{use.name}!{column}{row.line}"
        yield remark(cell, "project-code-taken", t("这个项目编号已用于本区（市）另一镇街的项目。请核对编号。"))


def _report(row: ImportRow, language: str) -> ImportReport:
    return ImportReport(
        id=row.id, state=row.state, rows=row.row_count, created=row.created_count, updated=row.updated_count,
        unchanged=row.unchanged_count, faulty=row.faulty_count,
        faults=faults_told(row.faults, language), notes=notes_told(row.notes, language), version=row.version,
    )  # fmt: skip


def _line(row: ImportRow) -> ImportLine:
    return ImportLine(
        id=row.id, state=row.state, file_name=row.file_name, rows=row.row_count, created=row.created_count, updated=row.updated_count,
        unchanged=row.unchanged_count, faulty=row.faulty_count, skipped=row.skipped_count, made_by=row.made_by, made_at=row.made_at,
        committed_at=row.committed_at, undone_at=row.undone_at, version=row.version,
    )  # fmt: skip
