"""`./filiform doctor`: the state of this installation, as JSON. Changes neither the database nor a setting."""

import json
import os
import platform
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filiform import __version__
from filiform.config import durable
from filiform.config.database import journal_mode, sqlite_version
from filiform.config.start import Refused, first_line, start_django, waiting_migrations

PYTHONS = ((3, 11), (3, 12), (3, 13))
LEAST_FREE_MB = 500  # room for a year of a small practice and its backup
MEGABYTE = 1_000_000
OWNER_ONLY = 0o077


def run(argv: list[str]) -> int:
    """Print the report; 0 when nothing is wrong, else 1 with every fault under `problems`."""
    if argv:
        print("usage: ./filiform doctor", file=sys.stderr)
        return 0 if argv[0] in ("-h", "--help") else 2
    found = report()
    print(json.dumps(found, indent=2))
    return 0 if found["ok"] else 1


def report() -> dict[str, Any]:
    """Every section's findings; each has `problem`, which is None or a sentence that says what to do."""
    sections: dict[str, dict[str, Any]] = {"python": python()}
    try:
        start_django()
    except Refused as error:
        sections["settings"] = {"problem": str(error)}
    else:
        sections |= {"database": database(), "disk": disk(), "static": static(), "secret_key": secret_key()}
    problems = [section["problem"] for section in sections.values() if section["problem"]]
    return {"filiform": __version__, "ok": not problems, "problems": problems, **sections}


def python() -> dict[str, Any]:
    """The Python that runs this, and whether Filiform is tested on it."""
    version = platform.python_version()
    tested = sys.version_info[:2] in PYTHONS
    problem = (
        None if tested else f"Python {version} is not one of 3.11, 3.12 and 3.13; remove .venv and set FILIFORM_PYTHON"
    )
    return {"version": version, "executable": sys.executable, "problem": problem}


def database() -> dict[str, Any]:
    """The engine and its journal with the reason, whether it answers, and the migrations it still needs."""
    from django.db import DatabaseError, connection

    settings = connection.settings_dict
    told: dict[str, Any] = {"engine": connection.vendor, "name": str(settings["NAME"]), "reachable": False}
    if connection.vendor == "sqlite":
        told |= _journal()
        if not Path(str(settings["NAME"])).exists():
            return told | {"problem": "there is no database yet; ./filiform serve makes it"}
    try:
        told |= {"reachable": True, "version": _version(), "waiting_migrations": waiting_migrations()}
        told |= _lasting(connection)
    except DatabaseError as error:
        return told | {"reachable": False, "problem": f"the database does not answer: {first_line(error)}"}
    return told | {"problem": _database_problem(told)}


def _journal() -> dict[str, Any]:
    choice = journal_mode(sqlite_version())
    return {"journal_mode": choice.mode, "because": choice.because}


def _lasting(connection: Any) -> dict[str, Any]:
    """How the open database is really set, and why it could lose what it acknowledged: what `serve` asks first."""
    found, wrong = durable.found(connection), durable.problem(connection)
    if isinstance(found, durable.Postgres):
        return {**asdict(found), "unsafe": wrong}
    folder = Path(str(connection.settings_dict["NAME"])).parent
    return {
        "journal_mode_in_use": found.journal,
        "synchronous": durable.SYNCHRONOUS.get(found.synchronous, str(found.synchronous)),
        "foreign_keys": "on" if found.foreign_keys else "off",
        "transactions": found.begins,
        "file_system": durable.file_system(folder),
        "unsafe": wrong or durable.folder_problem(folder),
    }


def _version() -> str:
    from django.db import connection

    connection.ensure_connection()
    return ".".join(map(str, connection.get_database_version()))


def _database_problem(told: dict[str, Any]) -> str | None:
    if told["unsafe"]:
        return f"{told['unsafe']}; until then ./filiform serve refuses to start"
    if told["waiting_migrations"]:
        return f"{len(told['waiting_migrations'])} migrations are waiting; ./filiform serve applies them"
    return None


def disk() -> dict[str, Any]:
    """The data folder and the room on its disk, in megabytes."""
    from django.conf import settings

    folder = Path(settings.DATA)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free // MEGABYTE
    problem = None if free >= LEAST_FREE_MB else f"only {free} MB are free where {folder} is; make room"
    if not os.access(there, os.W_OK):
        problem = f"{there} cannot be written to; give it to this user or set FILIFORM_DATA"
    return {"data": str(folder), "free_mb": free, "problem": problem}


def static() -> dict[str, Any]:
    """How many files browsers can be given, and whether Filiform's own are among them."""
    from django.contrib.staticfiles.finders import get_finders

    found = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    own = sum("filiform" in path.parts and path.suffix == ".css" for path in found)
    problem = None if own else "Filiform's own style sheets are missing; this checkout is not whole, clone it again"
    return {"files": len(found), "own_style_sheets": own, "problem": problem}


def secret_key() -> dict[str, Any]:
    """Where the key that signs sessions and links comes from; never the key."""
    from django.conf import settings

    if os.environ.get("FILIFORM_SECRET_KEY"):
        return {"source": "FILIFORM_SECRET_KEY", "problem": None}
    path = Path(settings.DATA) / "secret_key"
    mode = path.stat().st_mode & 0o777
    open_to_others = bool(mode & OWNER_ONLY)
    problem = f"others on this machine can read {path}; run: chmod 600 {path}" if open_to_others else None
    return {"source": str(path), "mode": f"{mode:03o}", "problem": problem}
