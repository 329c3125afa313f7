"""RFC 9457: a fault as `application/problem+json`, in the reader's language, without personal data."""

from __future__ import annotations

import msgspec

from insurance.base.errors import InsuranceError
from insurance.base.text import render

TITLES = {
    400: "Unreadable request", 401: "Not signed in", 403: "Not permitted", 404: "Not found", 405: "Method not allowed",
    409: "Not as things stand", 413: "Too large", 415: "Wrong media type", 422: "A field is wrong", 429: "Too many requests",
    500: "Fault of the service", 503: "Try again later",
}  # fmt: skip


def problem(fault: InsuranceError, language: str, request_id: str) -> bytes:
    """The body: type, title, status, detail, errors [{field, text}], request id."""
    return msgspec.json.encode(
        {
            "type": f"urn:double-insurance:{fault.code}",
            "title": TITLES.get(fault.status, "Error"),
            "status": fault.status,
            "detail": render(fault.text, language),
            "errors": [{"field": f.field, "text": render(f.text, language)} for f in fault.faults],
            "request_id": request_id,
        }
    )
