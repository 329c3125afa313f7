"""Drafts (草稿): what a person types into a form of a claim outlives leaving the page, a refusal, a conflict and a sign-out.

A draft is no act: it changes nothing, nobody else sees it, and it leaves no audit row. The text is encrypted, for it may name people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from insurance.access.keys import keys
from insurance.access.model import Actor
from insurance.base import db
from insurance.base.calendar import BEIJING
from insurance.base.errors import Invalid
from insurance.base.text import t
from insurance.claims import store_drafts

REPORT = "report"  # the verb of a draft that belongs to a policy
_MOST_BYTES = 300_000
_HIDDEN = frozenset({"csrf", "key", "version", "policy_id"})
_BODY = msgspec.json.Decoder(dict[str, list[str]])


class Draft(msgspec.Struct, frozen=True):
    """What was typed, by field; when (business time), and at which version of the claim."""

    body: dict[str, list[str]]
    saved_at: datetime
    version: int


async def keep(subject: str, verb: str, body: Mapping[str, list[str]], *, actor: Actor) -> Draft | None:
    """Keep what stands in the form; None, and nothing kept, when it is empty. Raises Invalid when it is too long."""
    typed = {name: list(values) for name, values in body.items() if name not in _HIDDEN and any(value.strip() for value in values)}
    if not typed:
        return None
    text = msgspec.json.encode(typed)
    if len(text) > _MOST_BYTES:
        raise Invalid(t("内容太长，草稿没有保存；请分成几次填写"))
    version = _version(body)
    async with db.transaction(actor.scope):
        await store_drafts.keep(subject, verb, version, keys().hide(text.decode()), actor=actor)
    return Draft(typed, actor.at, version)


def _version(body: Mapping[str, list[str]]) -> int:
    stated = next(iter(body.get("version", ())), "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 0


async def find(subject: str, verb: str, *, actor: Actor) -> Draft | None:
    """The person's draft for a form, if there is one that this program can read."""
    async with db.transaction(actor.scope):
        row = await store_drafts.find(subject, verb, actor=actor)
    if row is None:
        return None
    return Draft(_BODY.decode(keys().show(row["body_cipher"])), row["saved_at"].astimezone(BEIJING), row["version"])


async def drop(subject: str, verb: str, *, actor: Actor) -> None:
    """The form was sent, or is not wanted any more."""
    async with db.transaction(actor.scope):
        await store_drafts.drop(subject, verb, actor=actor)
