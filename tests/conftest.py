"""What all tests share: which run on which database, the browser, and how thorough random tests are.

`db`        given here to every test that uses the database; `--db-only` runs those alone, for a second database.
`browser`   given here to every test that uses the `browser` fixture.
`postgres`  `sqlite`: written on a test that is about one database; it does not run on the other.

`real_db`   a database in which transactions really end, for threads and servers; see tests/realdb.py.

After a transactional test Django empties the tables by DELETE on SQLite, and the record's triggers refuse DELETE. A
permit for lawful erasure is therefore put down before, by a fixture that every test has; the emptying removes it again.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DB_FIXTURES = frozenset(
    {
        "db",
        "transactional_db",
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
        "live_server",
        "admin_user",
    }
)

# Seeded here, so that a failure repeats; `./filiform bench` runs the same laws at length with new seeds.
hypothesis.settings.register_profile("test", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.register_profile(
    "campaign",
    deadline=None,
    max_examples=1000,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("campaign" if os.environ.get("FILIFORM_CAMPAIGN") == "1" else "test")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--db-only."""
    parser.addoption(
        "--db-only",
        action="store_true",
        help="only the tests that use the database and no browser: run them again with another DATABASE_URL",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the database or the browser, and leave out what is not for this run."""
    for item in items:
        _mark(item)
    kept = [item for item in items if _wanted(item, config.getoption("--db-only"))]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _mark(item: pytest.Item) -> None:
    fixtures = set(getattr(item, "fixturenames", ()))
    if "real_db" in fixtures:
        item.add_marker(pytest.mark.django_db(transaction=True))
    if fixtures & DB_FIXTURES or item.get_closest_marker("django_db"):
        item.add_marker("db")
    if "browser" in fixtures:
        item.add_marker("browser")


def _wanted(item: pytest.Item, db_only: bool) -> bool:
    other = "sqlite" if on_postgres() else "postgres"
    if item.get_closest_marker(other):
        return False
    marks = {mark.name for mark in item.iter_markers()}
    return not db_only or ("db" in marks and "browser" not in marks)


def on_postgres() -> bool:
    """Whether this run's database is PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(autouse=True)
def _emptying_is_permitted(request: pytest.FixtureRequest) -> Iterator[None]:
    if not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")  # so that what follows is done before the tables are emptied
    yield
    from django.utils import timezone

    from filiform.record.models import ErasurePermit

    ErasurePermit.objects.create(because="a test is over", at=timezone.now())
    if not on_postgres():
        _empty_all_but(ErasurePermit._meta.db_table)


def _empty_all_but(permit: str) -> None:
    """Django empties tables in no fixed order; once the permit is gone the triggers refuse, so it must go last."""
    from django.db import connection

    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table != permit:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    asked = marker is not None and bool(marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    return asked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@pytest.fixture
def real_db(tmp_path: Path) -> Iterator[None]:
    """A database in which transactions really end (tests/realdb.py)."""
    if on_postgres():
        yield
        return
    from tests.realdb import file_database

    with file_database(tmp_path / "real.sqlite3"):
        yield


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One headless Chromium for the whole process, the system's; open a new context in every test."""
    from playwright.sync_api import sync_playwright

    program = needs.chromium()
    # Playwright's synchronous interface keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own sandbox refuses to run as root
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=sandbox)
        yield launched
        launched.close()
