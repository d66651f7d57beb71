"""Strict reading of TOML: an unknown key, a missing key, a wrong type or a wrong id names its file, table and line.

A fact that is silently dropped or defaulted is more dangerous than a program that does not start: nothing here guesses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from filiform.clinical.terms import Cite, Sure
from filiform.knowledge.parsed import parse

HERE = Path(__file__).parent
E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_MISSING = object()


class KnowledgeError(ValueError):
    """A knowledge file is wrong. The message says the file, the line where it can be told, the table and what to do."""

    def __init__(self, file: Path, message: str, table: str = "", line: int | None = None) -> None:
        place = _shown(file) + (f":{line}" if line else "") + (f" [{table}]" if table else "")
        super().__init__(f"{place}: {message}")
        self.file, self.table, self.line = file, table, line


def _shown(file: Path) -> str:
    """The file as a person would name it: relative to the knowledge folder where it lies inside it."""
    return str(file.relative_to(HERE)) if file.is_relative_to(HERE) else file.name


class Table:
    """One TOML table being read. Each getter takes its key out; `done()` refuses whatever nobody asked for."""

    def __init__(self, data: Mapping[str, Any], file: Path, name: str = "") -> None:
        self.file, self.name, self._data = file, name, dict(data)

    def error(self, message: str, key: str = "") -> KnowledgeError:
        """The error to raise about this table (or one key of it), with the line looked up only now."""
        return KnowledgeError(self.file, message, self.name, _line_of(self.file, self.name, key))

    def done(self) -> None:
        """Call after the last getter: refuses unknown keys by name."""
        for key in self._data:
            raise self.error(f"unknown key {key!r}; take it out or spell it as its neighbours do", key)

    def _take(self, key: str, kind: type, what: str, default: Any = _MISSING) -> Any:
        value = self._data.pop(key, default)
        if value is _MISSING:
            raise self.error(f"key {key!r} is missing")
        if value is default and default is not _MISSING:
            return value
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(f"{key!r} must be {what}, not {value!r}", key)
        return value

    def has(self, key: str) -> bool:
        """Whether `key` is there and not yet read."""
        return key in self._data

    def peek(self, key: str) -> object:
        """The raw value of `key` without taking it out; None when it is not there."""
        return self._data.get(key)

    def keys(self) -> tuple[str, ...]:
        """The keys not yet read, in the file's order."""
        return tuple(self._data)

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A non-empty string."""
        value: str = self._take(key, str, "text", default)
        if value == "" and default is _MISSING:
            raise self.error(f"{key!r} is empty", key)
        return value

    def flag(self, key: str, default: Any = _MISSING) -> bool:
        """true or false."""
        return bool(self._take(key, bool, "true or false", default))

    def whole(self, key: str, default: Any = _MISSING) -> int:
        """A whole number."""
        value: int = self._take(key, int, "a whole number", default)
        return value

    def number(self, key: str) -> float:
        """A number, whole or not."""
        value = self._data.get(key)
        if isinstance(value, float):
            return float(self._take(key, float, "a number"))
        return float(self.whole(key))

    def day(self, key: str) -> date:
        """A date, written without quotes: 2026-11-23."""
        value: date = self._take(key, date, "a date like 2026-11-23")
        return value

    def texts(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        """A list of non-empty strings."""
        values = self._take(key, list, "a list of texts", default)
        for value in values:
            if not isinstance(value, str) or not value:
                raise self.error(f"{key!r} must hold texts only, not {value!r}", key)
        return tuple(values)

    def pair(self, key: str) -> tuple[int, int]:
        """Two whole numbers."""
        values = self._take(key, list, "two whole numbers")
        if len(values) != 2 or not all(type(value) is int for value in values):
            raise self.error(f"{key!r} must be two whole numbers, not {values!r}", key)
        return values[0], values[1]

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        values = self._take(key, list, "a list of whole numbers")
        if not all(type(value) is int for value in values):
            raise self.error(f"{key!r} must hold whole numbers only, not {values!r}", key)
        return tuple(values)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers, whole or not."""
        values = self._take(key, list, "a list of numbers")
        if not all(type(value) in (int, float) for value in values):
            raise self.error(f"{key!r} must hold numbers only, not {values!r}", key)
        return tuple(map(float, values))

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """A list of places or pairs, each two numbers: `[[x, y], ...]`."""
        values = self._take(key, list, "a list of pairs of numbers")
        for value in values:
            if not isinstance(value, list) or len(value) != 2 or not all(type(part) in (int, float) for part in value):
                raise self.error(f"{key!r} must hold pairs of numbers only, not {value!r}", key)
        return tuple((float(x), float(y)) for x, y in values)

    def one_of(self, key: str, kind: type[E]) -> E:
        """One member of an enumeration, by its value."""
        return self._member(key, self.text(key), kind)

    def some_of(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Several members of an enumeration, each once."""
        return tuple(self._member(key, value, kind) for value in self.distinct(key))

    def _member(self, key: str, value: str, kind: type[E]) -> E:
        try:
            return kind(value)
        except ValueError:
            raise self.error(f"{value!r} in {key!r} is none of {', '.join(kind)}", key) from None

    def distinct(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        """A list of texts in which nothing comes twice."""
        values = self.texts(key, default)
        for value in values:
            if values.count(value) > 1:
                raise self.error(f"{value!r} comes twice in {key!r}", key)
        return values

    def ids(self, key: str, known: Mapping[Any, object], what: str, default: Any = _MISSING) -> tuple[str, ...]:
        """A list of ids, each of them a key of `known`."""
        values = self.distinct(key, default)
        for value in values:
            if value not in known:
                raise self.error(f"{value!r} in {key!r} is not a known {what}", key)
        return values

    def cites(self, sources: Mapping[str, object], key: str = "cites", default: Any = _MISSING) -> tuple[Cite, ...]:
        """A list of cites, each written `"source sure locator"`; `found` needs a locator, `recalled` may have none."""
        values = self.texts(key, default)
        if not values and default is _MISSING:
            raise self.error(f"{key!r} is empty: every fact needs a source", key)
        return tuple(self._cite(key, value, sources) for value in values)

    def _cite(self, key: str, value: str, sources: Mapping[str, object]) -> Cite:
        source, _, rest = value.partition(" ")
        sure, _, locator = rest.partition(" ")
        if source not in sources:
            raise self.error(f"{source!r} in {key!r} is not a known source", key)
        cite = Cite(source, self._member(key, sure, Sure), locator.strip())
        if cite.sure is Sure.FOUND and not cite.locator:
            raise self.error(f"{value!r}: a found source needs the place in it", key)
        if cite.sure is Sure.RECALLED and cite.locator:
            raise self.error(f"{value!r}: a recalled source has no place; nobody re-read it", key)
        return cite

    def table(self, key: str) -> Table:
        """The table under `key`."""
        return Table(self._take(key, dict, "a table"), self.file, self._below(key))

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """The named tables under `key` (`[key.name]`), as (name, table), in the file's order."""
        for name, value in self._take(key, dict, f"tables like [{key}.name]").items():
            path = f"{self._below(key)}.{name}"
            if not _ID.fullmatch(name):
                raise self.error(f"{name!r} is no id: small letters, digits and _ only", name)
            if not isinstance(value, dict):
                raise self.error(f"{path!r} must be a table, not {value!r}", name)
            yield name, Table(value, self.file, path)

    def listed(self, key: str) -> tuple[Table, ...]:
        """The tables of a list (`[[key]]`), in the file's order."""
        values = self._take(key, list, f"tables like [[{key}]]")
        for value in values:
            if not isinstance(value, dict):
                raise self.error(f"{key!r} must hold tables only, not {value!r}", key)
        return tuple(Table(value, self.file, f"{self._below(key)}#{n}") for n, value in enumerate(values, 1))

    def _below(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def read(file: Path) -> Table:
    """The root table of one TOML file; a syntax error or a key written twice is a `KnowledgeError` with its line."""
    try:
        return Table(parse(file), file)
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"at line (\d+)", str(wrong))
        raise KnowledgeError(file, str(wrong), line=int(found[1]) if found else None) from wrong
    except UnicodeDecodeError as wrong:
        raise KnowledgeError(file, f"is not UTF-8: {wrong}") from wrong
    except OSError as wrong:
        raise KnowledgeError(file, f"cannot be read: {wrong.strerror}") from wrong


def collect(files: Sequence[Path], load: Callable[[Table], Mapping[str, V]]) -> dict[str, V]:
    """The entries of several files as one mapping in file order; an id that two files define is refused."""
    entries: dict[str, V] = {}
    for file in files:
        root = read(file)
        loaded = load(root)
        root.done()
        for name in loaded:
            if name in entries:
                raise KnowledgeError(file, f"{name!r} is defined in another file already")
        entries.update(loaded)
    return entries


def _line_of(file: Path, table: str, key: str) -> int | None:
    """The line of `key` in `table`, or of the table's header; None when it cannot be told."""
    name, _, number = table.partition("#")
    header = re.compile(rf"\s*\[\[?{re.escape(name)}\]\]?\s*(#.*)?")
    wanted = re.compile(rf"\s*([\"']?){re.escape(key)}\1\s*=|\s*\[.*\b{re.escape(key)}\]")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    heads = [n for n, line in enumerate(lines) if header.fullmatch(line)]
    start = heads[int(number or 1) - 1] if len(heads) >= int(number or 1) else None
    if table and start is None:  # written inside its parent, on one line: the parent's place is the nearest
        return _line_of(file, table.rpartition(".")[0], "") if "." in table else None
    first = 0 if start is None else start
    if key:
        found = [n + 1 for n, line in enumerate(lines) if n >= first and wanted.match(line)]
        return found[0] if found else (None if start is None else start + 1)
    return None if start is None else start + 1
