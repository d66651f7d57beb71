"""Ten patients made into thousands by SQL: INSERT ... SELECT with every id, date and name changed. SQLite only.

A copy is a number from 1 on. It has a prefix of eight hexadecimal digits, which takes the place of the first eight of
every id (a bijection of the number, so that ids of neighbours lie apart in the indexes, as random ones do), and a shift
of whole weeks, so that the copies lie spread over YEARS. What a copy shares with the others: its practice and staff.

Not as in life: copies of one therapist's visits may overlap, and the times inside notes stay those of the template.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from filiform.record import names
from filiform.record.models import Patient

YEARS = 5
_BEGIN = "Al Bar Cam Del El Fer Gal Hol Is Jan Kol Lar Mar Nor Ol Pet Quin Ros Sal Tor Ul Var Wal Yor Zam".split()
_MIDDLE = "a an ber den e en er i ik in is o on or os u ur y".split()
_END = (
    "aro berg dale dez feld ford ham ic ini ita ler man mont nik olt ova quist rak sen ski son ter ton vik wick".split()
)
_GIVEN = (
    "Ada Amir Bea Boris Carla Chen Dina Dov Edna Emil Faye Finn Gina Gus Hana Hugo Ida Ilja Jana Joel Kaja Karl Lena "
    "Luca Maja Milo Nina Nuri Olga Omar Pia Paul Ria Remy Sara Sven Tala Theo Uma Udo Vera Vito Wanda Will Yara Zoe"
).split()
Row = tuple[Any, ...]


def multiply(path: Path, template: Path, copies: int) -> None:
    """Add `copies` of everything about patients to the database at `path`, which is itself a copy of `template`.

    Triggers and the indexes that can be made again are taken off meanwhile and put back; the audit chain is written
    anew with a row for each row of the template.
    """
    with sqlite3.connect(path, isolation_level=None) as db:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("ATTACH ? AS template", (str(template),))
        db.execute("BEGIN")
        taken_off = _take_off(db)
        _prepare(db, copies)
        for model in multiplied():
            db.execute(_insert(model))
        _chain(db, copies)
        for statement in taken_off:
            db.execute(statement)
        db.execute("COMMIT")
        db.execute("DETACH template")
    db.close()


def multiplied() -> list[type[models.Model]]:
    """The tables with rows of patients: whatever points at a patient, straight or by others."""
    found: set[type[models.Model]] = {Patient}
    while True:
        more = {
            model
            for model in apps.get_app_config("record").get_models()
            if model not in found and any(field.related_model in found for field in _keys(model))
        }
        if not more:
            return sorted(found, key=lambda model: model.__name__)
        found |= more


def _keys(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _take_off(db: sqlite3.Connection) -> list[str]:
    """Drop triggers and plain indexes of the record; the statements that make them again, indexes first."""
    rows = db.execute(
        "SELECT type, name, sql FROM main.sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL "
        "AND tbl_name LIKE 'record%' ORDER BY type"
    ).fetchall()
    for kind, name, _ in rows:
        db.execute(f'DROP {kind} main."{name}"')
    return [sql for _, _, sql in rows]


def _prepare(db: sqlite3.Connection, copies: int) -> None:
    """The temporary tables: `copy` with prefix and shift, `person` with a new name and birth date for each patient."""
    db.execute("CREATE TEMP TABLE copy (k INTEGER PRIMARY KEY, prefix TEXT, shift TEXT)")
    db.executemany("INSERT INTO copy VALUES (?, ?, ?)", [(k, prefix(k), shift(k, copies)) for k in _all(copies)])
    db.execute(
        "CREATE TEMP TABLE person (k INTEGER, patient TEXT, family TEXT, given TEXT, name_key TEXT, birth_date TEXT, "
        "PRIMARY KEY (k, patient)) WITHOUT ROWID"
    )
    patients = [row[0] for row in db.execute("SELECT id FROM template.record_patient ORDER BY id")]
    db.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)", _people(patients, copies))


def _all(copies: int) -> range:
    return range(1, copies + 1)


def prefix(copy: int) -> str:
    """Eight hexadecimal digits, another for each copy (an odd factor makes multiplying modulo 2**32 reversible)."""
    return f"{copy * 2654435761 % 2**32:08x}"


def weeks_back(copy: int, copies: int) -> int:
    """How many whole weeks the copy lies before the template."""
    return copy * 52 * YEARS // copies


def shift(copy: int, copies: int) -> str:
    """The same as a modifier of SQLite's date functions."""
    return f"-{7 * weeks_back(copy, copies)} days"


def _people(patients: list[str], copies: int) -> Iterator[Row]:
    rng = Random(7)
    for k in _all(copies):
        for patient in patients:
            family = rng.choice(_BEGIN) + rng.choice(_MIDDLE) + rng.choice(_END)
            given = rng.choice(_GIVEN)
            born = datetime(1935, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(70 * 365))
            yield k, patient, family, given, names.name_key(family, given), born.date().isoformat()


def _insert(model: type[models.Model]) -> str:
    table = model._meta.db_table
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field) for field in fields)
    people = " JOIN person AS p ON p.k = c.k AND p.patient = s.id" if model is Patient else ""
    return (
        f"INSERT INTO main.{table} ({columns}) SELECT {values} FROM copy AS c CROSS JOIN template.{table} AS s{people}"
    )


_SPECIAL = {
    ("patient", "family"): "p.family",
    ("patient", "given"): "p.given",
    ("patient", "name_key"): "p.name_key",
    ("patient", "birth_date"): "p.birth_date",
    ("patient", "source_id"): "CASE s.source_id WHEN '' THEN '' ELSE c.prefix || s.source_id END",
    ("patientlink", "token_hash"): "c.prefix || substr(s.token_hash, 9)",
    # The events of a session name each other by ids that begin with the session's.
    ("sessionevent", "body"): "replace(json_set(s.body, '$.at', strftime('%Y-%m-%dT%H:%M:%S+00:00', "
    "json_extract(s.body, '$.at'), c.shift)), s.session_id, c.prefix || substr(s.session_id, 9))",
}


def _value(model: type[models.Model], field: Any) -> str:
    """What a copy's column holds, in SQL: `s` is the template's row, `c` the copy, `p` the person."""
    column = f's."{field.column}"'
    special = _SPECIAL.get((model._meta.model_name or "", field.name))
    if special:
        return special
    if field.primary_key or (field.related_model in multiplied()):
        return f"c.prefix || substr({column}, 9)"
    if isinstance(field, models.DateTimeField):
        return f"datetime({column}, c.shift)"
    if isinstance(field, models.DateField):
        return f"date({column}, c.shift)"
    return column


def _chain(db: sqlite3.Connection, copies: int) -> None:
    """The audit anew: the template's rows, then each copy's, oldest copy first, every row sealing the one before."""
    rows = db.execute(
        "SELECT practice_id, strftime('%s', at), by, role, act, about, done, detail FROM template.record_auditrow "
        "ORDER BY number"
    ).fetchall()
    owned = _ids(db)
    rows = [_canonical(row) for row in rows]
    theirs = [row for row in rows if row[5] in owned]
    db.execute("DELETE FROM main.record_auditrow")
    db.executemany(
        "INSERT INTO record_auditrow (practice_id, number, at, by, role, act, about, done, detail, sealed) "
        "VALUES (?, ?, datetime(?, 'unixepoch'), ?, ?, ?, ?, ?, ?, ?)",
        _sealed(rows, theirs, copies),
    )


def _ids(db: sqlite3.Connection) -> set[str]:
    """Every id of a multiplied row, as the audit writes it."""
    found: set[str] = set()
    for model in multiplied():
        if isinstance(model._meta.pk, models.UUIDField):
            found |= {str(UUID(row[0])) for row in db.execute(f"SELECT id FROM template.{model._meta.db_table}")}
    return found


def _sealed(rows: list[Row], theirs: list[Row], copies: int) -> Iterator[Row]:
    """Each row with its number and its seal. The canonical form of `audit.seal` is put together by hand: five times
    as fast. `_scale` checks the newest rows by the real one.
    """
    before = "0" * 64
    for number, row in enumerate(_unsealed(rows, theirs, copies), start=1):
        practice, second, by, role, act, about, done, detail = row
        canonical = (
            f'{{"about":"{about}","act":"{act}","at":{second}000000,"by":"{by}","detail":{detail},'
            f'"done":{"true" if done else "false"},"number":{number},"practice":"{practice}","role":"{role}"}}'
        )
        before = hashlib.sha256((before + canonical).encode()).hexdigest()
        yield practice.replace("-", ""), number, second, by, role, act, about, done, detail, before


def _unsealed(rows: list[Row], theirs: list[Row], copies: int) -> Iterator[Row]:
    yield from rows
    for k in reversed(_all(copies)):
        begins, back = prefix(k), weeks_back(k, copies) * 7 * 86400
        for practice, second, by, role, act, about, done, detail in theirs:
            yield practice, second - back, by, role, act, begins + about[8:], done, detail


def _canonical(row: Row) -> Row:
    """A row of the template with its ids and its detail as they are sealed."""
    practice, second, by, role, act, about, done, detail = row
    detail = json.dumps(json.loads(detail), sort_keys=True, separators=(",", ":"))
    return str(UUID(practice)), int(second), by, role, act, about, done, detail
