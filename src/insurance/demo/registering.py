"""The registers come in: six offices import their workbooks, the city hands in what was wrong in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from insurance.base import db
from insurance.demo.accounts import Staff
from insurance.demo.building import Project
from insurance.demo.city import City
from insurance.demo.workbooks import Workbook, deliver
from insurance.projects import actions, store
from insurance.projects.entries import ProjectEdit
from insurance.projects.model import Ownership, ProjectLine

IMPORTED_ON, CORRECTED_ON = date(2018, 12, 4), date(2018, 12, 12)
_ALL = 10_000_000
_PARTICIPANTS = frozenset({Ownership.INDIVIDUAL, Ownership.FAMILY_FARM, Ownership.COOP, Ownership.ENTERPRISE})


class Registered(msgspec.Struct, frozen=True):
    """A project of the city with its id in the register."""

    id: int
    version: int
    project: Project


async def register(city: City, staff: Staff) -> list[Registered]:
    """Import all workbooks and the corrections, and enter what no register has a column for."""
    delivery = deliver(city)
    for number, workbook in enumerate(delivery.workbooks):
        day = IMPORTED_ON + timedelta(days=number % 4)
        await _take_in(workbook, staff.office(workbook.layout.county_code), day, staff)
    await _take_in(delivery.corrections, "city", CORRECTED_ON, staff)
    found = await _found(city, staff)
    await _state_missing_links(found, staff)
    return found


async def _take_in(workbook: Workbook, office: str, day: date, staff: Staff) -> None:
    """A dry run, then the commit; both must find what is in the file and nothing else."""
    tried = await actions.dry_run(workbook.content, workbook.file_name, actor=staff.at(office, day, 9))
    faulty = sum(planted.is_fault for planted in workbook.planted)
    if (tried.rows, tried.faulty) != (workbook.rows, faulty):
        raise RuntimeError(f"{workbook.file_name}: {tried.rows} rows read, {tried.faulty} faulty; {workbook.rows} and {faulty} written")
    await actions.commit(tried.id, version=tried.version, actor=staff.at(office, day, 10))


async def _found(city: City, staff: Staff) -> list[Registered]:
    actor = staff.at("city", CORRECTED_ON)
    async with db.transaction(actor.scope):
        lines = await store.search(actor, sort="code", limit=_ALL)
    known: Mapping[tuple[str, str, str], ProjectLine] = {(line.town_code, line.village, line.name): line for line in lines}
    if len(known) != len(city.projects):
        raise RuntimeError(f"{len(known)} projects in the register, {len(city.projects)} in the city")
    keys = ((project.town_code, project.rows[0].village or "", project.name) for project in city.projects)
    return [Registered(known[key].id, known[key].version, project) for key, project in zip(keys, city.projects, strict=True)]


async def _state_missing_links(found: list[Registered], staff: Staff) -> None:
    """Firms that were asked and take no part: their office enters that there is no link agreement."""
    for one in found:
        if one.project.link is False and one.project.rows[0].ownership in _PARTICIPANTS:
            actor = staff.at(staff.office(one.project.county_code), CORRECTED_ON, 14)
            await actions.edit(one.id, ProjectEdit(version=one.version, link_agreement=False), actor=actor)
