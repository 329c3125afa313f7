"""Who works in the demo: the accounts with their one password, and their actors on any simulated day."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import msgspec

from insurance.access import actions, clock, scopes, store
from insurance.access.guards import actor_of
from insurance.access.model import Actor, NewUser, Role
from insurance.access.passwords import fresh_password
from insurance.base import db

CITY = "370400"
INSURERS = {"DEMO-A": "示范财产保险甲公司", "DEMO-B": "示范财产保险乙公司"}
INSURER_OF_COUNTY = {"370402": "DEMO-A", "370403": "DEMO-B", "370404": "DEMO-B", "370405": "DEMO-B", "370406": "DEMO-B", "370481": "DEMO-A"}
TOWN = "370481105"  # 级索镇
_LIMIT = 100_000_000_00

MAIN = (
    NewUser("city", "市扶贫办演示账号", Role.CITY_OFFICE, CITY),
    NewUser("county", "滕州市扶贫办演示账号", Role.COUNTY_OFFICE, "370481"),
    NewUser("town", "级索镇扶贫办演示账号", Role.TOWN_OFFICE, TOWN),
    NewUser("adjuster-a", "甲公司理赔演示账号", Role.ADJUSTER, CITY, "DEMO-A"),
    NewUser("approver-a", "甲公司核赔演示账号", Role.APPROVER, CITY, "DEMO-A", _LIMIT),
    NewUser("adjuster-b", "乙公司理赔演示账号", Role.ADJUSTER, CITY, "DEMO-B"),
    NewUser("approver-b", "乙公司核赔演示账号", Role.APPROVER, CITY, "DEMO-B", _LIMIT),
    NewUser("maker", "财务经办演示账号", Role.MAKER, CITY),
    NewUser("checker", "财务复核演示账号", Role.CHECKER, CITY),
    NewUser("leader", "领导演示账号", Role.LEADER, CITY),
    NewUser("auditor", "审计演示账号", Role.AUDITOR, CITY),
)
OTHER_COUNTIES = {"370402": "市中区", "370403": "薛城区", "370404": "峄城区", "370405": "台儿庄区", "370406": "山亭区"}


class Staff(msgspec.Struct, frozen=True):
    """Everybody, as they stand for an act at a business instant."""

    actors: dict[str, Actor]

    def at(self, username: str, day: date, hour: int = 9, minute: int = 0) -> Actor:
        """The person acting on a simulated day."""
        return msgspec.structs.replace(self.actors[username], at=clock.at(day, hour, minute), on=day)

    def office(self, county_code: str) -> str:
        """The account of a county's office."""
        return "county" if county_code == "370481" else f"county-{county_code}"


async def open_accounts(folder: Path, on: date) -> Staff:
    """Make insurers and accounts on a simulated day; the password is written to the data folder."""
    password = _kept_password(folder)
    root = msgspec.structs.replace(actions.system(CITY), at=clock.at(on), on=on)
    admin = NewUser("admin", "系统管理员演示账号", Role.ADMIN, CITY)
    counties = [NewUser(f"county-{code}", f"{name}扶贫办演示账号", Role.COUNTY_OFFICE, code) for code, name in OTHER_COUNTIES.items()]
    async with db.transaction(root.scope):
        for code, name in INSURERS.items():
            await store.add_insurer(code, name)
    for new in (admin, *MAIN, *counties):
        await actions.add_user(new, actor=root, password=password)
    async with db.transaction(root.scope):
        await scopes.load()
    return await staff()


async def staff() -> Staff:
    """The demo's people as they stand in the database."""
    root = actions.system(CITY)
    async with db.transaction(root.scope):
        found = {user["username"]: user for user in await store.users()}
    return Staff({name: actor_of(store.held(user), "zh", "demo") for name, user in found.items()})


def _password_file(folder: Path) -> Path:
    return folder / "demo-password"


def _kept_password(folder: Path) -> str:
    """The demo's password; made once, readable by its owner only."""
    path = _password_file(folder)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(fresh_password() + "\n")
    return path.read_text("utf-8").strip()


def introduction(folder: Path) -> str:
    """The demo's accounts and password, for the terminal."""
    path = _password_file(folder)
    if not path.exists():
        return "(no demo accounts in this data folder)"
    names = " ".join(["admin", *(new.username for new in MAIN)])
    return f"accounts: {names}\n  password: {path.read_text('utf-8').strip()}\n  see it again: cat {path}"
