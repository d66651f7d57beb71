"""Starting Django for a command, so that what commonly goes wrong is one line and not a traceback."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Refused(Exception):
    """A command cannot do what was asked; the message says what is wrong, where, and what to do. Exit code 1."""


def start_django() -> None:
    """Load the settings and the apps. Raises Refused when DATABASE_URL is unusable or the data folder is closed."""
    import django

    from filiform.config.database import DatabaseUrlError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.config.settings")
    try:
        django.setup()
        _make_room()
    except DatabaseUrlError as error:
        raise Refused(str(error)) from None
    except PermissionError as error:
        raise Refused(f"{error.filename} cannot be written to; give it to this user or set FILIFORM_DATA") from None


def _make_room() -> None:
    """The folder of a SQLite database, which SQLite itself does not make."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and database["NAME"] != ":memory:":
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def migrate() -> int:
    """Bring the database up to date; how many migrations were applied. Raises Refused when it cannot be reached."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
        waiting = len(waiting_migrations())
        if waiting:  # asked first: a server that was killed should be back at once
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise unusable(error) from None
    return waiting


def unusable(error: BaseException) -> Refused:
    """What a command says when its database does not answer."""
    return Refused(f"the database cannot be used: {first_line(error)}; ./filiform doctor says more")


def waiting_migrations() -> list[str]:
    """The migrations that the open database has not had yet, as app.name."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def first_line(error: BaseException) -> str:
    """An error's first line: database drivers add hints over several."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
