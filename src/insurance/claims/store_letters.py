"""Reads and writes of letters: what they are about, the letters themselves, their way and their files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from insurance.access.model import Actor
from insurance.base import db
from insurance.claims.model_letters import Content, Delivery, LetterFacts, LetterKind


def _sql(name: str) -> str:
    return db.statement(__package__, name)


async def subject(claim_id: int) -> Any:
    """What every letter of a claim states; None outside the scope."""
    return await db.fetchrow(_sql("letter_subject"), claim_id)


async def hold(claim_id: int) -> bool:
    """Hold the claim until the end of the transaction; False outside the scope."""
    return bool(await db.fetchval("SELECT true FROM claim WHERE id = $1 FOR UPDATE", claim_id))


async def last_event(claim_id: int, verb: str) -> Any:
    """The newest event of a verb, or None."""
    return await db.fetchrow(
        "SELECT facts FROM claim_event WHERE claim_id = $1 AND verb = $2 ORDER BY claim_version DESC LIMIT 1", claim_id, verb
    )


async def last_decision(claim_id: int, outcome: str | None = None) -> Any:
    """The newest decision, or the newest with this outcome; None without one."""
    return await db.fetchrow(
        "SELECT * FROM decision WHERE claim_id = $1 AND ($2::text IS NULL OR outcome = $2) ORDER BY claim_version DESC LIMIT 1",
        claim_id, outcome,
    )  # fmt: skip


async def assessment(assessment_id: int) -> Any:
    """One version of the assessment."""
    return await db.fetchrow("SELECT * FROM assessment WHERE id = $1", assessment_id)


async def next_ordinal(claim_id: int, kind: LetterKind) -> int:
    """The place of the next letter of a kind; the caller holds the claim."""
    found: int = await db.fetchval("SELECT 1 + count(*) FROM letter WHERE claim_id = $1 AND kind = $2", claim_id, kind)
    return found


async def add(
    about: Any, kind: LetterKind, ordinal: int, replaces_id: int | None, words: tuple[str, str], facts: LetterFacts, content: Content,
    code: str, *, actor: Actor,
) -> int:  # fmt: skip
    """A letter; answers its id. `words` are version and checksum of what it was put into words with."""
    found: int = await db.fetchval(
        _sql("letter_add"), about["id"], about["region_path"], about["insurer_id"], kind, ordinal, facts.number, about["version"],
        replaces_id, *words, facts, content, code, actor.on, actor.at, actor.user_id or None,
    )  # fmt: skip
    return found


async def of_claim(claim_id: int) -> list[Any]:
    """The letters of a claim, oldest first."""
    return await db.fetch(_sql("letters") + "WHERE l.claim_id = $1 ORDER BY l.id", claim_id)


async def one(claim_id: int, letter_id: int) -> Any:
    """A letter of a claim, or None."""
    return await db.fetchrow(_sql("letters") + "WHERE l.claim_id = $1 AND l.id = $2", claim_id, letter_id)


async def by_code(code: str) -> Any:
    """The letter with a verification code, or None; asked in the system's scope by whoever holds the paper."""
    return await db.fetchrow(_sql("letters") + "WHERE l.code = $1", code)


async def deliver(letter_id: int, given: Delivery, on: date, *, actor: Actor) -> None:
    """One more record of a letter's way."""
    await db.execute(
        "INSERT INTO letter_delivery (letter_id, claim_id, region_path, insurer_id, step, how, delivered_on, receiver, recorded_by)"
        " SELECT id, claim_id, region_path, insurer_id, $2, $3, $4, $5, $6 FROM letter WHERE id = $1",
        letter_id, given.step, given.how, on, given.receiver.strip(), actor.user_id or None,
    )  # fmt: skip


async def add_pdf(letter_id: int, content_sha256: bytes, byte_count: int, made_at: datetime) -> bool:
    """The file of a letter, once; False when another round was first."""
    tag = await db.execute(
        "INSERT INTO letter_pdf (letter_id, claim_id, region_path, insurer_id, content_sha256, byte_count, made_at)"
        " SELECT id, claim_id, region_path, insurer_id, $2, $3, $4 FROM letter WHERE id = $1 ON CONFLICT (letter_id) DO NOTHING",
        letter_id, content_sha256, byte_count, made_at,
    )  # fmt: skip
    return tag == "INSERT 0 1"


async def without_pdf(most: int) -> list[Any]:
    """The oldest letters of the last days whose file was not made yet; what lies longer is made when somebody reads it."""
    return await db.fetch(
        _sql("letters") + "WHERE f.letter_id IS NULL AND l.recorded_at > now() - interval '7 days' ORDER BY l.id LIMIT $1", most
    )


async def notices(disaster_id: int | None, town: str, village: str, running_on: date | None, most: int) -> list[Any]:
    """The newest public notice of each claim, newest first."""
    return await db.fetch(_sql("notices"), disaster_id, town, village, running_on, most)


async def name_of(user_id: int) -> str | None:
    """How a person is called beside an act."""
    found: str | None = await db.fetchval("SELECT display_name FROM user_names(ARRAY[$1::bigint])", user_id)
    return found
