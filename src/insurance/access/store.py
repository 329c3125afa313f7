"""Reads and writes of accounts, sessions, tokens, regions and settings."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from insurance.access.model import Holder, Role
from insurance.access.tables import AppUser, Insurer, Region
from insurance.base import db
from insurance.base.text import t


def digest(secret: str) -> bytes:
    """What is stored of a session id or a token."""
    return hashlib.sha256(secret.encode()).digest()


_WHO = "SELECT * FROM who_holds($1, $2)"


async def holder(kind: str, secret: str) -> Holder | None:
    """Who holds this session or token; None for unknown, expired or disabled. Needs no scope: it is how the scope is found."""
    row = await db.before_scope(_WHO, kind, digest(secret))
    return None if row is None else held(row, row["language"], row["seen_at"])


def held(row: Any, language: str = "zh", seen_at: datetime | None = None) -> Holder:
    """An account's row as the holder of a session or a token."""
    known = ("username", "display_name", "region_path", "insurer_id", "authority_fen", "must_change_password")
    return Holder(
        user_id=row["user_id"] if "user_id" in row else row["id"],
        role=Role(row["role"]),
        language=language,
        seen_at=seen_at,
        **{name: row[name] for name in known},
    )


async def user_by_name(username: str) -> dict[str, Any] | None:
    """The account with its password hash (system scope only)."""
    return await AppUser.select().where(AppUser.username == username).first()


async def user_by_id(user_id: int) -> dict[str, Any] | None:
    """One account, as far as the scope shows it."""
    return await AppUser.select().where(AppUser.id == user_id).first()


async def users() -> list[dict[str, Any]]:
    """All accounts the scope shows, by name."""
    return await AppUser.select(*AppUser.all_columns(exclude=[AppUser.password_hash])).order_by(AppUser.username)


async def add_user(**columns: Any) -> int:
    """A new account; answers its id."""
    made = await AppUser.insert(AppUser(**columns)).returning(AppUser.id)
    return int(made[0]["id"])


async def change_user(user_id: int, **columns: Any) -> None:
    """Set columns of one account and raise its version."""
    values: dict[Any, Any] = {**columns, "version": AppUser.version + 1}
    await AppUser.update(values).where(AppUser.id == user_id)


async def open_session(secret: str, user_id: int, language: str, expires_at: datetime) -> None:
    """A session row under the digest of its id."""
    await db.execute(
        "INSERT INTO session (id_digest, user_id, language, expires_at) VALUES ($1, $2, $3, $4)",
        digest(secret), user_id, language, expires_at,
    )  # fmt: skip


async def touch_session(secret: str) -> None:
    """The reader is still there: the idle limit starts anew."""
    await db.execute("UPDATE session SET seen_at = now() WHERE id_digest = $1", digest(secret))


async def session_language(secret: str, language: str) -> None:
    """Remember the reader's language."""
    await db.execute("UPDATE session SET language = $2 WHERE id_digest = $1", digest(secret), language)


async def close_session(secret: str) -> None:
    """Forget one session."""
    await db.execute("DELETE FROM session WHERE id_digest = $1", digest(secret))


async def close_all(user_id: int) -> None:
    """Forget every session and token of an account: password change, disable."""
    await db.execute("DELETE FROM session WHERE user_id = $1", user_id)
    await db.execute("DELETE FROM api_token WHERE user_id = $1", user_id)


async def add_token(secret: str, user_id: int, expires_at: datetime) -> None:
    """An API token under its digest."""
    await db.execute(
        "INSERT INTO api_token (token_digest, user_id, expires_at) VALUES ($1, $2, $3)",
        digest(secret),
        user_id,
        expires_at,
    )


async def region(code: str) -> dict[str, Any] | None:
    """One division by its code."""
    return await Region.select().where(Region.code == code).first()


async def region_names() -> dict[str, str]:
    """Names by path, city to village."""
    return {r["path"]: r["name"] for r in await db.fetch("SELECT path, name FROM region")}


async def insurers() -> list[dict[str, Any]]:
    """All insurers, by id."""
    return await Insurer.select().order_by(Insurer.id)


async def insurer(insurer_id: int) -> dict[str, Any] | None:
    """One insurer by its id."""
    return await Insurer.select().where(Insurer.id == insurer_id).first()


async def new_insurer(**columns: Any) -> int:
    """A new insurer with what is known of it; answers its id. Refused for a code, name or credit code that is taken."""
    taken = {
        "insurer_code_key": t("保险公司代码已被使用"), "insurer_name_key": t("已有同名的保险公司"),
        "insurer_credit_code": t("统一社会信用代码已登记在另一家保险公司名下"),
    }  # fmt: skip
    with db.refusing(taken):
        made = await Insurer.insert(Insurer(**columns)).returning(Insurer.id)
    return int(made[0]["id"])


async def insurer_by_code(code: str) -> dict[str, Any] | None:
    """One insurer."""
    return await Insurer.select().where(Insurer.code == code).first()


async def add_insurer(code: str, name: str) -> int:
    """A new insurer; answers its id (the one there, if the code is known)."""
    row = await db.fetchrow(
        "INSERT INTO insurer (code, name) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET name = insurer.name RETURNING id",
        code,
        name,
    )
    assert row is not None
    return int(row["id"])


async def setting(key: str) -> Any:
    """A deployment fact, or None."""
    return await db.fetchval("SELECT value FROM setting WHERE key = $1", key)


async def set_setting(key: str, value: Any) -> None:
    """Store a deployment fact."""
    await db.execute("INSERT INTO setting VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)


class Stored(msgspec.Struct, frozen=True):
    """An answer kept under an idempotency key."""

    request_digest: bytes
    status: int | None
    location: str | None
    body: bytes | None


async def claim_key(actor_id: int, route: str, key: str, request_digest: bytes) -> Stored | None:
    """Take the key, or answer what is stored under it. Waits for a twin that is still running (bounded by lock_timeout)."""
    tag = await db.execute(
        "INSERT INTO idempotency (actor_id, route, key, request_digest) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        actor_id, route, key, request_digest,
    )  # fmt: skip
    if tag == "INSERT 0 1":
        return None
    row = await db.fetchrow(
        "SELECT request_digest, status, location, body FROM idempotency WHERE actor_id = $1 AND route = $2 AND key = $3",
        actor_id, route, key,
    )  # fmt: skip
    return Stored(**row) if row else Stored(request_digest, None, None, None)


async def keep_answer(actor_id: int, route: str, key: str, status: int, location: str | None, body: bytes) -> None:
    """Store the answer beside its effect."""
    await db.execute(
        "UPDATE idempotency SET status = $4, location = $5, body = $6 WHERE actor_id = $1 AND route = $2 AND key = $3",
        actor_id, route, key, status, location, body,
    )  # fmt: skip
