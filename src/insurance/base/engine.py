"""Piccolo's engine with its transaction bug mended, and the one pool everything shares.

Piccolo 1.38 leaks the pooled connection and leaves its context variable set when COMMIT itself fails (deferred
constraint, lost link): the next "transaction" in that task would silently run in autocommit. See docs/decisions/0003.
"""

from __future__ import annotations

import os
from types import TracebackType

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

os.environ.setdefault("PICCOLO_CONF", "insurance.piccolo_conf")  # where Piccolo's tables look for the engine


class SafeTransaction(PostgresTransaction):
    """Gives the connection back and clears the context whatever happens to BEGIN or COMMIT."""

    __slots__ = ()

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        self.connection = await self.get_connection()  # type: ignore[no-untyped-call]  # Piccolo
        try:
            await self.start()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def start(self) -> None:
        """BEGIN; the scoped transaction sends its scope in the same message."""
        self.transaction = self.connection.transaction()
        await self.transaction.start()

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._parent is not None:
            return False
        try:
            if exception_type is not None:
                if not self._rolled_back:
                    await self.rollback()  # type: ignore[no-untyped-call]  # Piccolo
            elif not (self._committed or self._rolled_back):
                await self.commit()  # type: ignore[no-untyped-call]  # Piccolo
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class SafeEngine(PostgresEngine):
    """The engine of this program: its transactions are safe, and importing it does not connect."""

    def transaction(self, allow_nested: bool = True) -> SafeTransaction:
        """A transaction without a scope: for migrations and Piccolo's own needs."""
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """`base.db.connect` demands PostgreSQL 18; a check at import would open a connection."""

    async def prep_database(self) -> None:
        """Extensions belong to the migrations."""


DB = SafeEngine(config={}, extensions=())
