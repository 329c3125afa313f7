"""Run by the browser fixture in the service's own environment: the insurers and accounts people sign in with."""

from __future__ import annotations

import asyncio
import sys
from datetime import date

from insurance import place
from insurance.demo.accounts import open_accounts
from insurance.settings import settings


async def main(day: date) -> None:
    await place.prepare()
    async with place.opened(max_size=2):
        await open_accounts(settings().data, day)


if __name__ == "__main__":
    asyncio.run(main(date.fromisoformat(sys.argv[1])))
