"""Run by the month-end journey in the service's own environment: twenty orders of the programme's account, and the bank's file about them.

Writes the file to the path given and prints nothing; the orders are the running service's own.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import make
from insurance import place
from insurance.access import store
from insurance.access.actions import system
from insurance.access.model import Role
from insurance.base import db, file_store
from insurance.demo.accounts import CITY, staff
from insurance.finance import actions_ledger
from insurance.finance.actions_ledger import Opening
from make.access import TANSHAN
from make.claims import all_on
from make.month import MONTH, OPENING_FEN, ORDERED_ON, Month, month
from people import People

INSURER = "保险公司甲"


async def people() -> People:
    """People of the story beside the demo's; maker and checker are the demo's own."""
    office = await make.user("month-office", Role.TOWN_OFFICE, TANSHAN)
    a, b = await store.add_insurer("INS-A", INSURER), await store.add_insurer("INS-B", "保险公司乙")
    adjuster = await make.user("month-adjuster", Role.ADJUSTER, insurer=a)
    approver = await make.user("month-approver", Role.APPROVER, insurer=a, authority_fen=10**12)
    known = (await staff()).actors
    return People(
        insurer_a=a, insurer_b=b, admin=known["admin"], city=known["city"], county=known["county"], other_county=known["county"],
        town=office, other_town=office, adjuster_a=adjuster, approver_a=approver, adjuster_b=adjuster, approver_b=approver,
        maker=known["maker"], checker=known["checker"], leader=known["leader"], auditor=known["auditor"],
    )  # fmt: skip


async def made() -> Month:
    """The books opened with what the bank has, and the orders."""
    async with db.transaction(system(CITY).scope):
        story = all_on(await people(), ORDERED_ON)
    opening = Opening(on=MONTH.replace(month=7, day=31), balances={"1001": OPENING_FEN, "2001": -OPENING_FEN})
    await actions_ledger.open_books(opening, actor=story.checker)
    found = await month(story, INSURER)
    async with db.transaction(system(CITY).scope):
        for row in await db.fetch(
            "SELECT file_name, content_sha256 FROM document WHERE byte_count = 4"
        ):  # rows only, so far: each paper says its own name
            file_store.put(row["content_sha256"], io.BytesIO(row["file_name"].encode()))
    return found


async def main(path: str) -> None:
    file_store.use(None)  # papers of tests go to a folder of their own; these stay with the service
    await place.prepare()
    async with place.opened(max_size=2):
        found = await made()
    Path(path).write_bytes(found.file())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
