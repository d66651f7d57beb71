"""Which database Filiform uses, and how it opens it. Pure: reads no settings and opens nothing.

SQLite by default, PostgreSQL by DATABASE_URL. What is chosen for SQLite depends on the library's version,
because a WAL database with two connections can be corrupted by most of them (see `journal_mode`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Version = tuple[int, int, int]
Journal = Literal["WAL", "TRUNCATE"]

BUSY_SECONDS = 20
POSTGRES_KEEP_SECONDS = 600
POSTGRES_PORT = 5432
POSTGRES_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "target_session_attrs"}
)

# The WAL-reset race: 3.7.0 to 3.51.2, repaired in 3.51.3 and carried back to these two older branches.
FIXED_FROM: Version = (3, 51, 3)
FIXED_BRANCHES: tuple[Version, ...] = ((3, 50, 7), (3, 44, 6))
WITHDRAWN: frozenset[Version] = frozenset({(3, 52, 0)})


class DatabaseUrlError(ValueError):
    """DATABASE_URL cannot be used; the message says which part and how it should read, never the password."""


@dataclass(frozen=True)
class JournalChoice:
    """The journal mode for one SQLite version, and the reason in one sentence."""

    mode: Journal
    because: str


def journal_mode(version: Version) -> JournalChoice:
    """WAL where the library is known to be safe, otherwise TRUNCATE: slower for readers, and never corrupt.

    Not DELETE: with synchronous=FULL it lost acknowledged commits in simulated power cuts, because removing
    the journal is not synced to disk. TRUNCATE lost none.
    """
    name = ".".join(map(str, version))
    if version in WITHDRAWN:
        return JournalChoice("TRUNCATE", f"SQLite {name} was withdrawn by its authors, so WAL is not trusted to it")
    if version >= FIXED_FROM:
        return JournalChoice("WAL", f"SQLite {name} has the repair of the WAL-reset race (3.51.3)")
    for branch in FIXED_BRANCHES:
        if version[:2] == branch[:2] and version >= branch:
            repaired = ".".join(map(str, branch))
            return JournalChoice(
                "WAL", f"SQLite {name} has the repair of the WAL-reset race (carried back to {repaired})"
            )
    return JournalChoice(
        "TRUNCATE", f"SQLite {name} can corrupt a WAL database that has two connections (until 3.51.3)"
    )


def sqlite_options(version: Version) -> dict[str, Any]:
    """Django's OPTIONS for SQLite `version` (three numbers, as in `sqlite3.sqlite_version_info`).

    synchronous=FULL always: WAL with NORMAL loses acknowledged writes when the power fails. IMMEDIATE takes the
    write lock when a transaction begins, so that two writers wait for one another instead of failing half way.
    """
    # fullfsync: on a Mac an ordinary sync ends in the drive's own memory. Elsewhere SQLite takes no notice of it.
    pragmas = (f"journal_mode={journal_mode(version).mode}", "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON")
    return {
        "timeout": BUSY_SECONDS,
        "transaction_mode": "IMMEDIATE",
        "init_command": "; ".join(f"PRAGMA {pragma}" for pragma in pragmas),
    }


def sqlite_database(path: Path | str, version: Version) -> dict[str, Any]:
    """The DATABASES entry for the SQLite file at `path`; connections are kept."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": sqlite_options(version),
        "CONN_MAX_AGE": None,
    }


def database_from_url(url: str | None, default_path: Path, version: Version | None = None) -> dict[str, Any]:
    """The DATABASES entry that DATABASE_URL asks for; without one, the SQLite file at `default_path`.

    `version` is the SQLite library's and is looked up when not given. Raises DatabaseUrlError.
    """
    if not url or not url.strip():
        return sqlite_database(default_path, version or sqlite_version())
    parts = urlsplit(url.strip())
    if parts.scheme == "sqlite":
        return sqlite_database(_sqlite_path(parts.netloc, unquote(parts.path)), version or sqlite_version())
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(url.strip())
    raise DatabaseUrlError(
        f"DATABASE_URL begins with {parts.scheme + ':' if parts.scheme else 'no scheme'!r}; "
        "write postgresql://user:password@host:5432/name or sqlite:////full/path/to/file.sqlite3"
    )


def sqlite_version() -> Version:
    """The version of the SQLite library that this Python is linked with."""
    import sqlite3

    return sqlite3.sqlite_version_info


def _sqlite_path(host: str, path: str) -> str:
    """`/name` is relative to the working directory, `//full/path` absolute, as in other programs' sqlite URLs."""
    if host:
        raise DatabaseUrlError("DATABASE_URL: a sqlite address has three slashes (relative) or four (full path)")
    name = path.removeprefix("/")
    if not name:
        raise DatabaseUrlError(
            "DATABASE_URL: the sqlite address names no file; write sqlite:////full/path/to/file.sqlite3"
        )
    return name


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise DatabaseUrlError("DATABASE_URL: the postgresql address names no database; end it with /name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(_port(url)),
        "OPTIONS": _postgres_options(parts.query),
        "CONN_MAX_AGE": POSTGRES_KEEP_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }


def _port(url: str) -> int:
    try:
        return urlsplit(url).port or POSTGRES_PORT
    except ValueError:
        raise DatabaseUrlError("DATABASE_URL: the port is not a number between 1 and 65535") from None


def _postgres_options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - POSTGRES_OPTIONS)
    if unknown:
        raise DatabaseUrlError(
            f"DATABASE_URL: unknown option {', '.join(unknown)}; known are {', '.join(sorted(POSTGRES_OPTIONS))}"
        )
    return options
