"""`python -m insurance.bench`: all workloads, then the table; `--only W2` measures some and prints them without writing."""

from __future__ import annotations

import importlib
import json
import os
import signal
import time
from pathlib import Path

import click

WORKLOADS = ("W1", "W2", "W3", "W5", "W7", "W8")
DOCUMENT = Path(__file__).parents[3] / "docs" / "benchmarks.md"


async def _measure(chosen: tuple[str, ...]) -> str:
    from insurance.bench import ground, report

    lines, start, load = [], time.monotonic(), os.getloadavg()[0]
    with ground.ground() as made:
        await ground.make_template(made)
        async with made.owner(ground.TEMPLATE) as connection:
            server = connection.get_server_version()
        for name in chosen:
            click.echo(f"{name} … {time.monotonic() - start:.0f} s so far", err=True)
            found = await importlib.import_module(f"insurance.bench.{name.lower()}").run(made)
            for line in found:
                click.echo(f"{line.workload} · {line.size}: {line.ours} / {line.limit} = {line.ratio} ({line.goal})", err=True)
            lines += found
    click.echo(f"{time.monotonic() - start:.0f} s in all", err=True)
    return report.table(lines, report.facts(f"{server.major}.{server.micro}", load))


@click.command()
@click.option("--only", multiple=True, type=click.Choice(WORKLOADS), help="Measure these and print; nothing is written.")
@click.option("--child", nargs=1, hidden=True)
@click.argument("arguments", nargs=-1)
def main(only: tuple[str, ...], child: str | None, arguments: tuple[str, ...]) -> None:
    """Measure the workloads against their limits."""
    import uvloop

    if child:
        from insurance.access import keys
        from insurance.settings import settings

        keys.load(settings().data)
        click.echo(json.dumps(uvloop.run(importlib.import_module(f"insurance.bench.{child}").child(*arguments))))
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server and its folder go with us however we end
    text = uvloop.run(_measure(only or WORKLOADS))
    if only:
        click.echo(text)
    else:
        DOCUMENT.write_text(text, "utf-8")
        click.echo(f"written: {DOCUMENT.name}")


if __name__ == "__main__":
    main()
