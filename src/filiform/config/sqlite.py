"""Which SQLite library this process uses: Python's own where it is repaired, otherwise the one that Filiform brings.

Python is linked with whatever the system had, on most machines one that can corrupt a WAL database (database.py).
`pysqlite3` is Python's own `sqlite3`, built with a newer library. Where it has no wheel, Python's stays, and the slower
journal with it.
"""

from __future__ import annotations

import sys
from importlib import import_module

from filiform.config.database import journal_mode


def use_repaired() -> str:
    """Make `import sqlite3` give a repaired library in this process; which one it gives now, as 3.53.4.

    Call it before Django's backend is imported. Two libraries must never have one file open in one process: closing it
    in one drops the locks of the other. So the name itself is taken over, and nobody can choose by mistake.
    """
    import sqlite3

    found: str = sqlite3.sqlite_version
    if journal_mode(_numbers(found)).mode == "WAL":
        return found
    try:
        brought = import_module("pysqlite3")
    except ImportError:
        return found
    version: str = brought.sqlite_version
    if journal_mode(_numbers(version)).mode != "WAL":
        return found
    sys.modules["sqlite3"] = brought
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")
    return version


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    return major, minor, patch
