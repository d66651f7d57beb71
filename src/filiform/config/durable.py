"""Whether what was acknowledged survives a power cut: the open database is asked, and an unsafe one refused.

Settings that were asked for are not believed: SQLite ignores a pragma that it does not know, keeps a journal mode that
another program needs, and PostgreSQL's own files may say anything. The judging is pure; `found` asks the connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filiform.config.database import Version, journal_mode
from filiform.config.start import Refused, unusable

MOUNTS = Path("/proc/self/mountinfo")  # Linux; elsewhere a file system stays unknown
# SQLite's synchronous as a number. EXTRA also syncs the folder after a journal was removed, which DELETE needs.
OFF, NORMAL, FULL, EXTRA = 0, 1, 2, 3
SYNCHRONOUS = {OFF: "OFF", NORMAL: "NORMAL", FULL: "FULL", EXTRA: "EXTRA"}
# The least synchronous with which a journal mode lost nothing in simulated power cuts (docs/adr/0002-database.md).
# A mode that is not here keeps its journal in memory, or none at all.
LEAST = {"WAL": FULL, "TRUNCATE": FULL, "PERSIST": FULL, "DELETE": EXTRA}
GONE_WITH_THE_POWER = frozenset({"tmpfs", "ramfs"})
# SQLite needs locks that hold and syncs that sync; over a network neither is sure, and a broken lock corrupts the file.
OVER_A_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "davfs"})
OVER_A_NETWORK_BY_FUSE = frozenset({"sshfs", "davfs2", "glusterfs", "s3fs", "rclone", "gcsfuse", "ceph", "curlftpfs"})


@dataclass(frozen=True, slots=True)
class Sqlite:
    """How an open SQLite database is set. `begins`: how Django begins a transaction."""

    version: Version
    journal: str
    synchronous: int
    foreign_keys: bool
    begins: str

    def problems(self) -> tuple[str, ...]:
        """What would lose or spoil what was acknowledged, a sentence each; empty when nothing would."""
        return (*self._journal(), *self._rest())

    def _journal(self) -> Iterable[str]:
        least = LEAST.get(self.journal)
        if least is None:
            yield f"its journal is {self.journal or 'unknown'}, which a power cut destroys"
        elif not least <= self.synchronous <= EXTRA:
            said = SYNCHRONOUS.get(self.synchronous, str(self.synchronous))
            yield f"synchronous is {said}; with journal mode {self.journal} it must be {SYNCHRONOUS[least]}"
        if self.journal == "WAL" and journal_mode(self.version).mode != "WAL":
            yield f"it is in WAL mode, and {journal_mode(self.version).because}"

    def _rest(self) -> Iterable[str]:
        if not self.foreign_keys:
            yield "foreign keys are off, so a row may point at nothing"
        if self.begins not in ("IMMEDIATE", "EXCLUSIVE"):
            yield f"writes begin {self.begins or 'DEFERRED'}, not IMMEDIATE, so two writers fail half way"


@dataclass(frozen=True, slots=True)
class Postgres:
    """What an open PostgreSQL connection answers to SHOW."""

    fsync: str
    synchronous_commit: str
    full_page_writes: str

    def problems(self) -> tuple[str, ...]:
        """As `Sqlite.problems`. `local` and `remote_write` wait for this server's own disk too; only `off` does not."""
        found = []
        if self.fsync != "on":
            found.append(f"fsync is {self.fsync}")
        if self.synchronous_commit not in ("on", "local", "remote_write", "remote_apply"):
            found.append(f"synchronous_commit is {self.synchronous_commit}")
        if self.full_page_writes != "on":
            found.append(f"full_page_writes is {self.full_page_writes}")
        return tuple(found)


def found(connection: Any) -> Sqlite | Postgres:
    """How Django's `connection` is really set; opens it when it is not. Raises Django's DatabaseError."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ("fsync", "synchronous_commit", "full_page_writes")
            return Postgres(*(_one(cursor, f"SHOW {name}") for name in names))
        return Sqlite(
            version=_version(_one(cursor, "SELECT sqlite_version()")),
            journal=_one(cursor, "PRAGMA journal_mode").upper(),
            synchronous=int(_one(cursor, "PRAGMA synchronous")),
            foreign_keys=_one(cursor, "PRAGMA foreign_keys") == "1",
            begins=connection.transaction_mode or "",
        )


def problem(connection: Any) -> str | None:
    """None, or why this database must not be used and what to do."""
    wrong = "; ".join(found(connection).problems())
    return f"{_named(connection)} could lose what it acknowledged: {wrong}; {_remedy(connection)}" if wrong else None


def folder_problem(folder: Path) -> str | None:
    """None, or why a SQLite database in `folder` would not last, and what to do."""
    kind = file_system(folder)
    if kind in GONE_WITH_THE_POWER:
        because = f"{folder} is in memory ({kind}) and gone when the power is"
    elif kind in OVER_A_NETWORK or kind.partition("fuse.")[2] in OVER_A_NETWORK_BY_FUSE:
        because = f"{folder} is on another machine ({kind}), where locks and syncs are not sure"
    else:
        return None
    return f"{because}; set FILIFORM_DATA to a folder on a disk of this machine, or DATABASE_URL to a PostgreSQL"


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system that `folder` is on, as ext4; "unknown" where the system does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return "unknown"
    there = folder.resolve()
    best, kind = -1, "unknown"
    for fields, _, rest in (line.partition(" - ") for line in lines):
        at = Path(_unescaped(fields.split()[4]))
        # Of two on one point the later covers the earlier.
        if (there == at or at in there.parents) and len(at.parts) >= best:
            best, kind = len(at.parts), rest.split()[0]
    return kind


def refuse_unless_durable(connection: Any, *, lasting: bool = True) -> None:
    """Raises Refused when `connection`'s database could lose or spoil what it acknowledged.

    `lasting=False` leaves the folder out: the demo's database is made anew at every start. Raises DatabaseError.
    """
    wrong = problem(connection)
    name = str(connection.settings_dict["NAME"])
    if wrong is None and lasting and connection.vendor == "sqlite":
        wrong = folder_problem(Path(name).parent)
    if wrong is not None:
        connection.close()
        raise Refused(wrong)


def check(*, lasting: bool = True) -> None:
    """As `refuse_unless_durable`, for a command about to serve or to write; also Refused when nothing answers."""
    from django.db import DatabaseError, connection

    try:
        refuse_unless_durable(connection, lasting=lasting)
    except DatabaseError as error:
        raise unusable(error) from None


def watch() -> None:
    """From now on, ask every new connection of this process: while a server runs for months, settings change."""
    from django.db.backends.signals import connection_created

    connection_created.connect(_on_connection, dispatch_uid="filiform.config.durable")


def _on_connection(sender: object, connection: Any, **_: object) -> None:
    refuse_unless_durable(connection, lasting=False)


def _named(connection: Any) -> str:
    name = connection.settings_dict["NAME"]
    return f"the PostgreSQL database {name}" if connection.vendor == "postgresql" else f"the database {name}"


def _remedy(connection: Any) -> str:
    if connection.vendor == "postgresql":
        return "set each to on in postgresql.conf (and for no role or database to off), reload the server, start again"
    return (
        "stop every other program that has it open and start again; if that does not help, the settings in "
        "filiform/config/database.py were changed"
    )


def _one(cursor: Any, question: str) -> str:
    cursor.execute(question)
    row = cursor.fetchone()
    return "" if row is None else str(row[0])


def _version(text: str) -> Version:
    major, minor, patch = (int(part) for part in text.split(".")[:3])
    return major, minor, patch


def _unescaped(mount: str) -> str:
    """mountinfo writes a space as \\040."""
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        mount = mount.replace(code, sign)
    return mount
