"""Premium in the demo: the city and most counties pay their parts through the programme's account, some in part, some not at all; what came
in goes on to the insurers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from insurance.access.clock import at
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.money import Fen
from insurance.demo.accounts import INSURERS, Staff
from insurance.demo.bank_files import Booking
from insurance.demo.pace import Story
from insurance.demo.programme import Programme
from insurance.policies import rules_premium, store_premium
from insurance.policies.model import Payer
from insurance.policies.model_premium import MoveKind

_TREASURIES = {
    "370402": "市中区财政局",
    "370403": "薛城区财政局",
    "370405": "台儿庄区财政局",
    "370481": "滕州市财政局",
}  # the others owe it yet
# Day of the year, the county (None: the city) and how much of what it owes it pays, per cent.
_PAID: tuple[tuple[int, int, str | None, int], ...] = (
    (1, 22, None, 100), (2, 25, "370402", 100), (3, 15, "370403", 100), (3, 20, "370481", 60), (5, 16, "370405", 50),
)  # fmt: skip
_OWN_PARTS = (3, 12, "370405", 8)  # so many of a county's insured pay their own part through the account
_PASSED_ON = ((2, 14), (4, 15), (6, 14))


class Premiums:
    """What the payers' and the insurers' banks do about premium, year by year."""

    def __init__(self, staff: Staff, programme: Programme) -> None:
        self._staff = staff
        self._programme = programme

    async def years(self, first: int) -> Story:
        """Every day of a year on which money moves, in their order."""
        year = first
        while True:
            days = sorted({(one[0], one[1]) for one in _PAID} | {_OWN_PARTS[:2]} | set(_PASSED_ON))
            for month, day in days:
                now = date(year, month, day)
                yield at(now, 10)
                self._programme.book(*await self._moved(now, self._staff.at("maker", now, 10)))
            year += 1

    async def _moved(self, now: date, actor: Actor) -> list[Booking]:
        """The bookings of a day, worked out from what is due by then."""
        async with db.transaction(actor.scope):
            rows = await store_premium.positions(now)
        day = (now.month, now.day)
        found = [self._paid(now, county, share, rows) for month, on, county, share in _PAID if (month, on) == day]
        found += self._own_parts(now, rows) if _OWN_PARTS[:2] == day else []
        found += [self._passed_on(now, insurer, rows) for insurer in INSURERS] if day in _PASSED_ON else []
        return [booking for booking in found if booking.signed_fen]

    def _paid(self, now: date, county: str | None, share: int, rows: Iterable[Any]) -> Booking:
        payer = Payer.CITY if county is None else Payer.COUNTY
        open_fen = sum(row["open_fen"] for row in rows if row["payer"] == payer and county in (None, row["county_code"]))
        name = "枣庄市财政局" if county is None else _TREASURIES[county]
        return Booking(now, open_fen * share // 100, name, "", "国家金库枣庄市中心支库", f"{now.year}年扶贫双保险保费补贴")

    def _own_parts(self, now: date, rows: Iterable[Any]) -> list[Booking]:
        """Parties whose name nobody else bears: the bank prints no more."""
        own = [row for row in rows if row["payer"] == Payer.INSURED and row["insured_party_id"]]
        parties = Counter(name for name, _ in {(row["insured_name"], row["insured_party_id"]) for row in own})
        owed: dict[str, Fen] = {}
        for row in own:
            if row["county_code"] == _OWN_PARTS[2] and parties[row["insured_name"]] == 1:
                owed[row["insured_name"]] = owed.get(row["insured_name"], 0) + row["open_fen"]
        return [Booking(now, owed[name], name, "", "示范农村商业银行", "自缴保费") for name in sorted(owed)[: _OWN_PARTS[3]]]

    def _passed_on(self, now: date, insurer: str, rows: Iterable[Any]) -> Booking:
        standings = [store_premium.standing(row) for row in rows if row["insurer_code"] == insurer]
        held = sum(rules_premium.room(one, MoveKind.PASSED_ON, direct=False) for one in standings)
        return Booking(now, -held, INSURERS[insurer], "", "示范银行", "扶贫双保险保费")
