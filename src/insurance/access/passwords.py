"""Passwords: Argon2id off the event loop, two at a time (each takes 19 MiB)."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from insurance.base.errors import Invalid
from insurance.base.text import t

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_PLACES = asyncio.Semaphore(2)
MIN_LENGTH = 10
MAX_LENGTH = 128
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$y3JT4pMKs5zJ8b2Cy6U3ZQ9cVd0m2b7nYpE1rKq0W5M"


async def hashed(password: str) -> str:
    """The hash to store."""
    async with _PLACES:
        return await asyncio.to_thread(_HASHER.hash, password)


async def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the account's; takes as long when there is no account, so that names cannot be probed."""
    async with _PLACES:
        return await asyncio.to_thread(_fits, stored, password)


def _fits(stored: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check_new(password: str, username: str, field: str = "password") -> None:
    """Length 10 to 128, not the name. Raises Invalid naming the field."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid.field(field, t("密码需 {least} 至 {most} 个字符", least=MIN_LENGTH, most=MAX_LENGTH))
    if username and username.lower() in password.lower():
        raise Invalid.field(field, t("密码不能包含账号名"))


def fresh_password() -> str:
    """A random one, for a new or reset account."""
    return secrets.token_urlsafe(12)
