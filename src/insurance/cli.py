"""The command `insurance`: everything heavy is imported by the verb that needs it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from insurance import __version__


@click.group()
@click.version_option(__version__)
def main() -> None:
    """双保险: insure poverty-alleviation projects twice, and run their claims to a matched payout."""


def _options(port: int | None, data: Path | None) -> None:
    if port:
        os.environ["PORT"] = str(port)
    if data:
        os.environ["INSURANCE_DATA"] = str(data.absolute())


_port = click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1 (default 8000, or $PORT).")
_data = click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded database and files.")


@main.command()
@_port
@_data
@click.option("--demo", is_flag=True, help="Load the article's city on the first start.")
def serve(port: int | None, data: Path | None, *, demo: bool) -> None:
    """Run the service (embedded PostgreSQL, or the server of DATABASE_URL)."""
    _options(port, data)
    from insurance.serve import serve as run

    _run(run(demo=demo))


@main.command()
@_data
def migrate(data: Path | None) -> None:
    """Bring the schema up to date."""
    _options(None, data)
    from insurance import place

    _run(place.prepare())


@main.command()
@_data
@click.option("--scale", type=click.IntRange(1, 1000), default=1, help="N times the article's city.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Let the demo run on to this day.")
@click.option("--seed", type=int, default=2019)
@click.option("--progress-lines", is_flag=True, hidden=True)
def demo(data: Path | None, scale: int, until: Any, seed: int, *, progress_lines: bool) -> None:
    """Build the article's city through the program's own functions."""
    _options(None, data)
    from insurance.demo import drive

    def say(fraction: float, text: str) -> None:
        line = json.dumps({"fraction": fraction, "text": text}, ensure_ascii=False) if progress_lines else f"{fraction:4.0%} {text}"
        click.echo(line)
        sys.stdout.flush()

    async def go() -> None:
        from insurance import place

        await place.prepare()
        async with place.opened(max_size=2):
            interrupted = await drive.state() == "LOADING"
        if interrupted:  # an interrupted demo is begun again, never continued
            await place.prepare(fresh=True)
        async with place.opened(max_size=4):
            await drive.run(say, scale=scale, until=until.date() if until else None, seed=seed)

    _run(go())


@main.command("check-terms")
@click.argument("versions", nargs=-1)
def check_terms(versions: tuple[str, ...]) -> None:
    """Validate wordings, procedure and laws; two versions (industry/2019-01-01 …, claims/2019-01-01 …) also print their difference."""
    from insurance.claims import procedure
    from insurance.policies import terms
    from insurance.sharing import terms as sharing

    faults = [*procedure.check_procedure(), *sharing.check_terms()]
    for version in procedure.check_versions():
        click.echo(f"claims/{version.version} {version.checksum[:12]} {'ok' if not version.faults else ''}")
    for checked in terms.check_terms():
        click.echo(f"{checked.file} {checked.checksum[:12]} {'ok' if not checked.faults else ''}")
        faults += [f"{checked.file}: {fault}" for fault in checked.faults]
    if len(versions) == 2:
        for line in _difference(*versions):
            click.echo(line)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)


def _difference(before: str, after: str) -> list[Any]:
    """What two versions of a wording or of the procedure state differently."""
    from insurance.claims import procedure
    from insurance.policies import terms
    from insurance.policies.model import Cover

    (kind, old), (other, new) = before.split("/", 1), after.split("/", 1)
    if kind == other == "claims":
        return procedure.difference(procedure.procedure_by(old), procedure.procedure_by(new))
    return terms.difference(terms.terms_by(Cover(kind.upper()), old), terms.terms_by(Cover(other.upper()), new))


@main.command()
@click.argument("kind")
def trial(kind: str) -> None:
    """Try a case: `insurance trial KIND < case.json` (one object or an array)."""
    import msgspec

    from insurance.base.errors import Unreadable
    from insurance.claims import trials

    if kind not in trials.KINDS:
        click.echo(f"unknown kind: {kind}; known: {', '.join(trials.KINDS)}", err=True)
        raise SystemExit(2)
    try:
        case = trials.read(sys.stdin.buffer.read())
    except Unreadable:
        click.echo("stdin is not JSON", err=True)
        raise SystemExit(2) from None
    sys.stdout.buffer.write(msgspec.json.encode(trials.run(kind, case)) + b"\n")


@main.command("import")
@_data
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--commit", "store_it", is_flag=True, help="Store the good rows (needs --as).")
@click.option("--as", "username", default="city", help="The account whose scope and name the import runs under.")
@click.option(
    "--kind",
    type=click.Choice(["register", "policies", "claims"]),
    default="register",
    show_default=True,
    help="What the workbook holds: the asset register, policies in force, or past claims (the last two as opening facts).",
)
def import_register(data: Path | None, file: Path, username: str, kind: str, *, store_it: bool) -> None:
    """Read an office's workbook: a dry run; --commit --as USER stores it."""
    _options(None, data)

    async def go() -> None:
        from insurance import place

        await place.prepare()
        async with place.opened(max_size=4):
            actor = await _actor(username)
            click.echo(_pretty(await (_register if kind == "register" else _opening)(file, kind, actor, store_it)))

    _run(go())


async def _register(file: Path, _: str, actor: Any, store_it: bool) -> Any:
    """An office's register tried, and stored if asked for."""
    from insurance.projects import actions as projects

    found = await projects.dry_run(file.read_bytes(), file.name, actor=actor)
    return await projects.commit(found.id, version=found.version, actor=actor) if store_it else found


async def _opening(file: Path, kind: str, actor: Any, store_it: bool) -> Any:
    """A workbook of opening facts tried, and stored if asked for."""
    from insurance.claims.openings import KINDS
    from insurance.policies import actions_opening as openings

    reading = await openings.read(KINDS[kind], file.read_bytes(), file.name, actor=actor)
    found = await openings.report(KINDS[kind], reading, actor=actor)
    if not store_it:
        return found
    reading = await openings.read(KINDS[kind], file.read_bytes(), file.name, actor=actor)
    return await openings.commit(KINDS[kind], found.id, reading, actor=actor, version=found.version)


@main.group()
def account() -> None:
    """Add, disable and reset accounts (operator of the machine only)."""


@account.command("add")
@_data
@click.argument("username")
@click.option("--role", required=True)
@click.option("--name", "display_name", required=True)
@click.option("--region", "region_code", default="370400", show_default=True)
@click.option("--insurer", "insurer_code")
@click.option("--authority-fen", type=int)
def account_add(data: Path | None, **fields: Any) -> None:
    """A new account; prints its first password."""
    import msgspec

    from insurance.access import actions
    from insurance.access.model import NewUser

    _options(None, data)
    new = msgspec.convert(fields, NewUser)
    _, password = _run(_as_admin(lambda actor: actions.add_user(new, actor=actor)))
    click.echo(password)


@account.command("disable")
@_data
@click.argument("username")
def account_disable(data: Path | None, username: str) -> None:
    """Close an account; its sessions and tokens end at once."""
    from insurance.access import actions

    _options(None, data)
    _run(_as_admin(lambda actor: actions.disable_user(username, actor=actor)))


@account.command("reset")
@_data
@click.argument("username")
def account_reset(data: Path | None, username: str) -> None:
    """A new first password; prints it."""
    from insurance.access import actions

    _options(None, data)
    click.echo(_run(_as_admin(lambda actor: actions.reset_user(username, actor=actor))))


@main.command()
@_data
@click.argument("username")
def token(data: Path | None, username: str) -> None:
    """Print an API token for an account."""
    from insurance.access import actions

    _options(None, data)
    secret, _ = _run(_as_admin(lambda actor: actions.issue_token_as_operator(username, actor=actor)))
    click.echo(secret)


@main.command()
@_data
def tick(data: Path | None) -> None:
    """One round of what runs by the clock; safe to run twice."""
    _options(None, data)

    async def go() -> None:
        from insurance import place, ticking

        async with place.opened(max_size=2):
            click.echo(_pretty(await ticking.tick()))

    _run(go())


@main.command()
@_data
def verify(data: Path | None) -> None:
    """All invariants, ledger, audit chain, stored amounts recomputed; exit 1 with the first offence."""
    _options(None, data)

    async def go() -> bool:
        from insurance import checks, place

        async with place.opened(max_size=2):
            whole = True
            async for check in checks.all_checks():
                click.echo(
                    f"{'ok  ' if not check.offences else 'FAIL'} {check.name}: {check.offences[0] if check.offences else check.said}"
                )
                whole = whole and not check.offences
            return whole

    if not _run(go()):
        raise SystemExit(1)


async def _actor(username: str) -> Any:
    """The actor of an account, for the operator of the machine."""
    from insurance.access import store
    from insurance.access.actions import system
    from insurance.access.guards import actor_of
    from insurance.base import db
    from insurance.settings import settings

    async with db.transaction(system(settings().city).scope):
        user = await store.user_by_name(username)
    if user is None or user["disabled_at"] is not None:
        raise click.ClickException(f"no such account: {username}")
    return actor_of(store.held(user), "zh", "cli")


async def _as_admin(act: Any) -> Any:
    from insurance import place
    from insurance.access.actions import system
    from insurance.settings import settings

    await place.prepare()
    async with place.opened(max_size=2):
        return await act(system(settings().city))


def _pretty(thing: Any) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(thing), indent=1).decode()


def _run(work: Any) -> Any:
    """Run to the end; a fault of the user's is one line, not a traceback."""
    from insurance.base.embedded import PostgresTrouble
    from insurance.base.errors import InsuranceError

    try:
        if sys.platform != "win32":
            import uvloop

            return uvloop.run(work)
        return asyncio.run(work)
    except KeyboardInterrupt:
        return None
    except (InsuranceError, PostgresTrouble) as trouble:
        faults = "".join(f"\n  {f.field}: {f.text}" for f in getattr(trouble, "faults", []))
        raise click.ClickException(f"{trouble}{faults}") from None
