"""What can go wrong, each with its HTTP status; one handler in `app.py` turns them into RFC 9457 or a page block."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from insurance.base.text import Text, t


class FieldFault(msgspec.Struct, frozen=True):
    """One field that is wrong, and what would mend it."""

    field: str
    text: Text


class InsuranceError(Exception):
    """The root. `code` is stable for programs, `text` is for people."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, text: Text | None = None, faults: list[FieldFault] | None = None, **extra: Any) -> None:
        self.text = text or t("出现错误")
        self.faults = faults or []
        self.extra = extra
        super().__init__(str(self.text))


class Unreadable(InsuranceError):
    """400: the request cannot be read at all."""

    status, code = 400, "unreadable"


class NotSignedIn(InsuranceError):
    """401."""

    status, code = 401, "not-signed-in"


class Forbidden(InsuranceError):
    """403: the role may not."""

    status, code = 403, "forbidden"


class FirstPassword(Forbidden):
    """403: the account still has the password somebody else gave it; only changing it is open."""

    code = "first-password"


class NotFound(InsuranceError):
    """404: absent, or outside the reader's scope: the two are not told apart."""

    status, code = 404, "not-found"


class Refused(InsuranceError):
    """409: understood, but not as things stand."""

    status, code = 409, "refused"


class WrongState(Refused):
    """409: this verb is not open in this state."""

    code = "wrong-state"


class LostUpdate(Refused):
    """409: somebody else changed it since it was read."""

    code = "lost-update"


class InFlight(Refused):
    """409: the same idempotency key is being worked on right now."""

    code = "in-flight"


class WrongMediaType(InsuranceError):
    """415."""

    status, code = 415, "wrong-media-type"


class Invalid(InsuranceError):
    """422: readable, but a field is wrong; `faults` names each."""

    status, code = 422, "invalid"

    @classmethod
    def field(cls, field: str, text: Text) -> Invalid:
        """One wrong field."""
        return cls(text, [FieldFault(field, text)])


class TooMany(InsuranceError):
    """429."""

    status, code = 429, "too-many"


class Busy(InsuranceError):
    """503, with Retry-After: the database is away or over-full; nothing was stored."""

    status, code = 503, "busy"
