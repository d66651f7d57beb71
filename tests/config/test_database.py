"""The choice of journal mode for every SQLite version that matters, and what DATABASE_URL may say."""

import sqlite3
from pathlib import Path

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from filiform.config.database import (
    BUSY_SECONDS,
    DatabaseUrlError,
    Version,
    database_from_url,
    journal_mode,
    sqlite_database,
    sqlite_options,
)

AFFECTED: list[Version] = [
    (3, 7, 0),
    (3, 40, 1),
    (3, 43, 9),
    (3, 44, 0),
    (3, 44, 5),
    (3, 45, 0),
    (3, 45, 9),
    (3, 49, 2),
    (3, 50, 0),
    (3, 50, 6),
    (3, 51, 0),
    (3, 51, 2),
    (3, 52, 0),
]
REPAIRED: list[Version] = [
    (3, 44, 6),
    (3, 44, 9),
    (3, 50, 7),
    (3, 50, 12),
    (3, 51, 3),
    (3, 51, 4),
    (3, 53, 0),
    (4, 0, 0),
]


@pytest.mark.parametrize("version", AFFECTED)
def test_an_affected_sqlite_never_gets_wal(version: Version) -> None:
    assert journal_mode(version).mode == "TRUNCATE"
    assert "journal_mode=TRUNCATE" in sqlite_options(version)["init_command"]


@pytest.mark.parametrize("version", REPAIRED)
def test_a_repaired_sqlite_gets_wal(version: Version) -> None:
    assert journal_mode(version).mode == "WAL"
    assert "journal_mode=WAL" in sqlite_options(version)["init_command"]


@pytest.mark.parametrize("version", AFFECTED + REPAIRED)
def test_every_version_syncs_fully_and_says_why(version: Version) -> None:
    assert "synchronous=FULL" in sqlite_options(version)["init_command"]
    assert ".".join(map(str, version)) in journal_mode(version).because


def test_a_connection_really_has_what_was_asked_for(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    """Asks the open connection, because a misspelt pragma is silently ignored by SQLite."""
    version = sqlite3.sqlite_version_info
    entry = sqlite_database(tmp_path / "x.sqlite3", version)
    wrapper = DatabaseWrapper({**_defaults(), **entry}, alias="probe")
    with django_db_blocker.unblock(), wrapper.cursor() as cursor:
        values = {
            pragma: _ask(cursor, pragma) for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    wrapper.close()
    assert values["journal_mode"].lower() == journal_mode(version).mode.lower()
    assert (values["synchronous"], values["foreign_keys"], values["busy_timeout"]) == (
        "2",
        "1",
        str(BUSY_SECONDS * 1000),
    )
    assert wrapper.transaction_mode == "IMMEDIATE"


def _defaults() -> dict[str, object]:
    return {"AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None, "TEST": {}}


def _ask(cursor: object, pragma: str) -> str:
    return str(cursor.execute(f"PRAGMA {pragma}").fetchone()[0])  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", [None, "", "  "])
def test_without_a_url_the_default_file_is_used(url: str | None) -> None:
    entry = database_from_url(url, Path("/data/filiform.sqlite3"))
    assert (entry["ENGINE"], entry["NAME"]) == ("django.db.backends.sqlite3", "/data/filiform.sqlite3")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////srv/a%20b/x.sqlite3", "/srv/a b/x.sqlite3"),
        ("sqlite:///x.sqlite3", "x.sqlite3"),
        ("sqlite:///:memory:", ":memory:"),
    ],
)
def test_sqlite_addresses(url: str, name: str) -> None:
    assert database_from_url(url, Path("unused"))["NAME"] == name


def test_a_postgres_address_is_taken_apart() -> None:
    entry = database_from_url("postgresql://a%40b:p%2Fw@db.example:6543/the%20clinic?sslmode=require", Path("unused"))
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    parts = (entry["NAME"], entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"])
    assert parts == ("the clinic", "a@b", "p/w", "db.example", "6543")
    assert entry["OPTIONS"] == {"sslmode": "require"}
    assert "transaction_mode" not in entry["OPTIONS"], "IMMEDIATE is SQLite's; psycopg would refuse to connect"


def test_postgres_defaults() -> None:
    entry = database_from_url("postgres://127.0.0.1/clinic", Path("unused"))
    assert (entry["PORT"], entry["USER"], entry["PASSWORD"]) == ("5432", "", "")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:sesame@h/x", "'mysql:'"),
        ("clinic.sqlite3", "no scheme"),
        ("sqlite://clinic.sqlite3", "three slashes"),
        ("sqlite://", "names no file"),
        ("postgresql://u:sesame@h/", "names no database"),
        ("postgresql://u:sesame@h:99999/x", "port"),
        ("postgresql://u:sesame@h:abc/x", "port"),
        ("postgresql://u:sesame@h/x?ssl=on", "unknown option ssl"),
    ],
)
def test_an_unusable_url_says_which_part_and_never_the_password(url: str, says: str) -> None:
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL") as caught:
        database_from_url(url, Path("unused"))
    assert says in str(caught.value)
    assert "sesame" not in str(caught.value)
