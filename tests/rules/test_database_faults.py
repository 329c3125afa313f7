"""What the database or the way to it raises, as people are told it: busy, in use by another, or a fault of ours."""

from __future__ import annotations

import asyncpg
import pytest

from insurance.app import translated


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (asyncpg.AdminShutdownError("terminating connection"), 503),
        (asyncpg.InterfaceError("connection is closed"), 503),
        # the server's farewell was read, the end of the connection not yet
        (asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"), 503),
        (ConnectionResetError(), 503),
        (TimeoutError(), 503),
        (asyncpg.DeadlockDetectedError("deadlock"), 409),
        (asyncpg.UniqueViolationError("twice"), 409),
        (asyncpg.NumericValueOutOfRangeError("too much"), 422),
        (KeyError("ours"), 500),
    ],
)
def test_what_the_database_raises_is_told_by_its_kind(fault: Exception, status: int) -> None:
    assert translated(fault).status == status
