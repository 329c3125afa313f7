"""Accounts, insurers, actors."""

from __future__ import annotations

from insurance.access import clock, store
from insurance.access.model import Actor, Role
from insurance.base import db
from people import People

CITY, YICHENG, TENGZHOU = "370400/", "370400/370404/", "370400/370481/"
TANSHAN, JINGHE = "370400/370404/370404001/", "370400/370481/370481001/"


async def user(name: str, role: Role, region: str = CITY, insurer: int | None = None, authority_fen: int | None = None) -> Actor:
    """An account with no usable password, and its actor at nine o'clock of the business day."""
    user_id = await db.fetchval(
        "INSERT INTO app_user (username, display_name, password_hash, role, region_path, insurer_id, authority_fen)"
        " VALUES ($1, $2, 'none', $3, $4, $5, $6) RETURNING id",
        name, name, role.value, region, insurer, authority_fen,
    )  # fmt: skip
    day = clock.business_now().date()
    return Actor(user_id, name, name, role, region, insurer, authority_fen, clock.at(day), day)


async def people() -> People:
    """The demo's accounts: offices of Yicheng and Tengzhou, two insurers, finance, readers."""
    a, b = await store.add_insurer("INS-A", "保险公司甲"), await store.add_insurer("INS-B", "保险公司乙")
    limit = 50_000_000_00
    return People(
        insurer_a=a,
        insurer_b=b,
        admin=await user("admin", Role.ADMIN),
        city=await user("city", Role.CITY_OFFICE),
        county=await user("county", Role.COUNTY_OFFICE, YICHENG),
        other_county=await user("other-county", Role.COUNTY_OFFICE, TENGZHOU),
        town=await user("town", Role.TOWN_OFFICE, TANSHAN),
        other_town=await user("other-town", Role.TOWN_OFFICE, JINGHE),
        adjuster_a=await user("adjuster-a", Role.ADJUSTER, insurer=a),
        approver_a=await user("approver-a", Role.APPROVER, insurer=a, authority_fen=limit),
        adjuster_b=await user("adjuster-b", Role.ADJUSTER, insurer=b),
        approver_b=await user("approver-b", Role.APPROVER, insurer=b, authority_fen=limit),
        maker=await user("maker", Role.MAKER),
        checker=await user("checker", Role.CHECKER),
        leader=await user("leader", Role.LEADER),
        auditor=await user("auditor", Role.AUDITOR),
    )
