"""Sign in and out, tokens, and the admin's work on accounts."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from insurance.access import audit, clock, passwords, store
from insurance.access.model import INSURER_ROLES, Actor, NewUser, Role
from insurance.base import db
from insurance.base.errors import FieldFault, Forbidden, Invalid, NotFound, NotSignedIn, Refused
from insurance.base.text import t

SESSION_LIMIT = timedelta(hours=12)
TOKEN_LIMIT = timedelta(days=30)


def system(city: str, request_id: str = "-") -> Actor:
    """The program itself, acting for the whole city."""
    now = clock.business_now()
    return Actor(0, "system", "系统", Role.SYSTEM, f"{city}/", None, None, now, now.date(), request_id=request_id)


async def _check(username: str, password: str, actor: Actor) -> dict[str, Any]:
    async with db.transaction(actor.scope):
        user = await store.user_by_name(username)
    usable = user is not None and user["disabled_at"] is None
    if not await passwords.fits(user["password_hash"] if usable and user else None, password) or user is None:
        async with db.transaction(actor.scope):
            await audit.record(actor, "account.sign-in-refused", "account:unknown" if user is None else f"account:{user['id']}")
        raise NotSignedIn(t("账号或密码不正确"))
    return user


async def sign_in(username: str, password: str, *, language: str, actor: Actor) -> str:
    """A new session with a new id; answers the id for the cookie. Raises NotSignedIn without saying which part was wrong."""
    user = await _check(username, password, actor)
    secret = secrets.token_urlsafe(32)
    async with db.transaction(actor.scope):
        await store.open_session(secret, user["id"], language, clock.real_now() + SESSION_LIMIT)
        await audit.record(actor, "account.signed-in", f"account:{user['id']}")
    return secret


async def sign_out(secret: str, *, actor: Actor) -> None:
    """Forget the session."""
    async with db.transaction(actor.scope):
        await store.close_session(secret)
        await audit.record(actor, "account.signed-out", f"account:{actor.user_id}")


async def issue_token(username: str, password: str, *, actor: Actor) -> tuple[str, str]:
    """An API token for a name and password; answers (token, expiry in ISO 8601)."""
    user = await _check(username, password, actor)
    return await _token_for(user["id"], actor)


async def issue_token_as_operator(username: str, *, actor: Actor) -> tuple[str, str]:
    """An API token without a password: only for the operator of the machine, through the command line."""
    async with db.transaction(actor.scope):
        user = await store.user_by_name(username)
    if user is None or user["disabled_at"] is not None:
        raise NotFound(t("没有这个账号"))
    return await _token_for(user["id"], actor)


async def _token_for(user_id: int, actor: Actor) -> tuple[str, str]:
    secret, expires_at = "di_" + secrets.token_urlsafe(32), clock.real_now() + TOKEN_LIMIT
    async with db.transaction(actor.scope):
        await store.add_token(secret, user_id, expires_at)
        await audit.record(actor, "account.token-issued", f"account:{user_id}")
    return secret, expires_at.isoformat()


async def change_password(old: str, new: str, *, actor: Actor) -> None:
    """Everybody changes their own password; every session and token of the account ends."""
    passwords.check_new(new, actor.username, "new_password")
    async with db.transaction(actor.scope):
        user = await store.user_by_id(actor.user_id)
    if user is None or not await passwords.fits(user["password_hash"], old):
        raise Invalid.field("old_password", t("原密码不正确"))
    fresh = await passwords.hashed(new)
    async with db.transaction(actor.scope):
        await store.change_user(actor.user_id, password_hash=fresh, must_change_password=False)
        await store.close_all(actor.user_id)
        await audit.record(actor, "account.password-changed", f"account:{actor.user_id}")


async def add_user(new: NewUser, *, actor: Actor, password: str | None = None) -> tuple[int, str]:
    """A new account; answers its id and the first password, which its owner must change. Raises Invalid, Refused (name taken)."""
    chosen = password or passwords.fresh_password()
    fresh = await passwords.hashed(chosen)
    async with db.transaction(actor.scope):
        region = await store.region(new.region_code)
        insurer = await store.insurer_by_code(new.insurer_code) if new.insurer_code else None
        _check_new_user(new, region, insurer)
        assert region is not None
        if await store.user_by_name(new.username):
            raise Refused(t("账号名已被使用"), [FieldFault("username", t("换一个账号名"))])
        user_id = await store.add_user(
            username=new.username, display_name=new.display_name, password_hash=fresh, role=new.role.value,
            region_path=region["path"], insurer_id=insurer["id"] if insurer else None, authority_fen=new.authority_fen,
            must_change_password=password is None, created_at=clock.real_now(),
        )  # fmt: skip
        await audit.record(
            actor,
            "account.added",
            f"account:{user_id}",
            role=new.role,
            region=new.region_code,
            insurer=new.insurer_code,
        )
    return user_id, chosen


_LEVEL = {Role.COUNTY_OFFICE: "county", Role.TOWN_OFFICE: "township"}


def _check_new_user(new: NewUser, region: dict[str, Any] | None, insurer: dict[str, Any] | None) -> None:
    faults: list[FieldFault] = []
    if new.role is Role.SYSTEM:
        faults.append(FieldFault("role", t("不能使用这个角色")))
    if region is None or region["level"] != _LEVEL.get(new.role, "city"):
        faults.append(FieldFault("region_code", t("区划与角色的层级不一致")))
    if (insurer is not None) != (new.role in INSURER_ROLES):
        faults.append(FieldFault("insurer_code", t("理赔员和核赔人须指定保险公司，其他角色不填")))
    if new.authority_fen is not None and (new.authority_fen < 0 or new.role is not Role.APPROVER):
        faults.append(FieldFault("authority_fen", t("只有核赔人有核赔权限额")))
    if faults:
        raise Invalid(t("账号资料有误"), faults)


async def disable_user(username: str, *, actor: Actor) -> None:
    """Close an account: its sessions and tokens end at once. One's own cannot be closed."""
    async with db.transaction(actor.scope):
        user = await store.user_by_name(username)
        if user is None:
            raise NotFound(t("没有这个账号"))
        if user["id"] == actor.user_id:
            raise Forbidden(t("不能停用自己的账号"))
        await store.change_user(user["id"], disabled_at=clock.real_now())
        await store.close_all(user["id"])
        await audit.record(actor, "account.disabled", f"account:{user['id']}")


async def reset_user(username: str, *, actor: Actor, password: str | None = None) -> str:
    """A new first password, and the account is open again; answers the password."""
    chosen = password or passwords.fresh_password()
    fresh = await passwords.hashed(chosen)
    async with db.transaction(actor.scope):
        user = await store.user_by_name(username)
        if user is None:
            raise NotFound(t("没有这个账号"))
        await store.change_user(user["id"], password_hash=fresh, must_change_password=password is None, disabled_at=None)
        await store.close_all(user["id"])
        await audit.record(actor, "account.reset", f"account:{user['id']}")
    return chosen
