"""TOML once parsed is kept beside Python's own bytecode, because parsing is three quarters of loading the knowledge.

Found again only by the SHA-256 of the file's bytes, so that a changed file is always parsed anew. The store is trusted
as far as the bytecode in the same folder is; where it cannot be read or written the files are simply parsed.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent
STORE = SHIPPED / "__pycache__" / "toml.pickle"

Tables = dict[str, Any]


class Store:
    """The parsed files of one process, and those that earlier ones left in `file`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[str, Tables] | None = None  # None until the file was looked into
        self.used: dict[str, Tables] = {}
        self.new = False

    def parse(self, data: bytes) -> Tables:
        """The TOML in `data`; the caller must not change it. Raises TOMLDecodeError or UnicodeDecodeError."""
        if self.known is None:
            self.known = self._stored()
        key = hashlib.sha256(data).hexdigest()
        found = self.known.get(key)
        if found is None:
            found = tomllib.loads(data.decode("utf-8"))
            self.new = True
        self.used[key] = found
        return found

    def _stored(self) -> dict[str, Tables]:
        try:
            found = pickle.loads(self.file.read_bytes())
        except Exception:  # a damaged store raises nearly anything, and none of it matters: all is parsed again
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self) -> None:
        """Write what was used, when anything of it is new: replaced in one piece, never half written."""
        if not self.new:
            return
        part = self.file.with_suffix(f".{os.getpid()}")
        try:
            self.file.parent.mkdir(exist_ok=True)
            part.write_bytes(pickle.dumps(self.used))
            part.replace(self.file)
        except OSError:  # a read-only installation: the next start parses again
            with suppress(OSError):
                part.unlink()


_store = Store(STORE)
atexit.register(_store.keep)


def parse(file: Path) -> Tables:
    """The TOML of one file, kept only when it ships with Filiform. Raises OSError and what `Store.parse` raises."""
    data = file.read_bytes()
    return _store.parse(data) if file.is_relative_to(SHIPPED) else tomllib.loads(data.decode("utf-8"))
