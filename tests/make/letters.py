"""Letters as a reader gets them: the words of a PDF and of a page without their line breaks, the letters of a claim by kind."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from pypdf import PdfReader

from people import Api


def close(text: str) -> str:
    """Without white space: lines break where the paper ends."""
    return re.sub(r"\s", "", text)


def pdf_words(content: bytes) -> str:
    """Everything printed on a PDF, without white space."""
    return close("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def page_words(html: str) -> str:
    """Everything a page says, without tags and white space."""
    return close(unescape(re.sub(r"<[^>]*>", "", re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL))))


async def letters_of(person: Api, claim_id: int) -> dict[str, Any]:
    """The newest letter of each kind, whole, as the API tells it."""
    listed = (await person.get(f"/claims/{claim_id}/letters")).json()["items"]
    found = {}
    for line in listed:
        found[line["kind"]] = (await person.get(f"/claims/{claim_id}/letters/{line['id']}")).json()
    return found
