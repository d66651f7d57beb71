"""What keeps pages fast when the practice grows: as many queries at 200 visits as at 20, and every one by an index.

The times themselves are measured by `./filiform bench pages`; the generator of its databases is tried here in small.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from filiform.record import audit, names
from filiform.record import models as m
from filiform.record.reads import people
from filiform.record.reads import visit as visits
from tests import clinic, steps
from tests.clinic import Clinic

BACKEND = "filiform.record.signin.PractitionerBackend"
MOST_QUERIES = 12
FEW, MANY = 20, 200
APART = timedelta(minutes=7)  # 200 of these fit into a day
# Tables that stay small however long a practice works; everything else must be found by an index.
SMALL = {"record_practice", "record_place", "record_room", "record_practitioner", "record_credential", "CONSTANT"}
SMALL |= {"record_asideevent", "record_lot"}  # a few in a year: what came too late; some dozens: lots

HOLDS_FEW = {"session_open_by_place", "request_waiting", "message_due"}  # indexes of open things only


class World:
    """A practice with one visit taken to the signed note, and rows beside it as a growing practice has them."""

    def __init__(self) -> None:
        # Late yesterday, so that the day of the rows that follow is still free.
        self.day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.here = clinic.make(now=self.day - timedelta(hours=2))
        self.done = steps.reach(self.here, "amended", self.day - timedelta(hours=2))
        self.made = 0

    def grow(self, count: int, *, of: UUID | None = None) -> None:
        """Add visits until there are `count`: each with a patient of its own, or all `of` one."""
        numbers = range(self.made, count)
        patients = [_patient(self.here, number) for number in numbers]
        m.Patient.objects.bulk_create(patients)
        rows = [_visit(self.here, of or one.pk, self.day + APART * n) for n, one in zip(numbers, patients, strict=True)]
        m.Visit.objects.bulk_create(rows)
        sessions = [_session(row) for row in rows if row.state == "arrived"]
        m.Session.objects.bulk_create(sessions)
        m.SessionEvent.objects.bulk_create(event for one in sessions for event in _events(one))
        m.Measure.objects.bulk_create(measure for row in rows for measure in _measures(row))
        self.made = count

    def browser(self, role: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(m.User.objects.get(username=f"alder.{role}"), backend=BACKEND)
        return client


@pytest.fixture
def world(db: None) -> World:
    return World()


PAGES: dict[str, tuple[str, Callable[[World], str]]] = {
    "today, desk": ("front_desk", lambda w: f"{reverse('today:home')}?on={w.day.date()}"),
    "today, therapist": ("therapist", lambda w: f"{reverse('today:home')}?on={w.day.date()}&place={w.here.place}"),
    "search, name": ("front_desk", lambda w: f"{reverse('chart:find')}?q=Okafor"),
    "search, both names": ("front_desk", lambda w: f"{reverse('chart:find')}?q=Maya+Okafor"),
    "search, date": ("front_desk", lambda w: f"{reverse('chart:find')}?q=1984-03-12"),
    "patient, desk": ("front_desk", lambda w: reverse("chart:patient", args=[w.here.patient])),
    "chart": ("therapist", lambda w: reverse("chart:patient", args=[w.here.patient])),
    "call list": ("therapist", lambda w: reverse("follow:queue")),
    "outbox": ("front_desk", lambda w: reverse("follow:outbox")),
    "requests": ("front_desk", lambda w: reverse("today:requests")),
    **{
        step: ("therapist", lambda w, step=step: reverse(f"{step}:visit", args=[w.here.visit]))  # type: ignore[misc]
        for step in visits.STEPS
    },
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_queries_at_many_visits(world: World, page: str) -> None:
    role, url = PAGES[page]
    client = world.browser(role)
    of = world.here.patient if page in ("chart", "patient, desk") else None
    world.grow(FEW, of=of)
    client.get(url(world))
    few = len(_asked(client, url(world)))
    world.grow(MANY, of=of)
    many = len(_asked(client, url(world)))
    assert few == many <= MOST_QUERIES


def test_the_control_of_the_count_sees_a_query_per_row(world: World) -> None:
    """The same count of a page that asked for each visit's patient would differ."""
    with CaptureQueriesContext(connection) as few:
        assert [row.patient.family for row in m.Visit.objects.all()]
    world.grow(FEW)
    with CaptureQueriesContext(connection) as many:
        assert [row.patient.family for row in m.Visit.objects.all()]
    assert len(many) > len(few)


@pytest.mark.sqlite
@pytest.mark.parametrize("page", PAGES)
def test_every_query_of_a_page_uses_an_index(world: World, page: str) -> None:
    role, url = PAGES[page]
    client = world.browser(role)
    world.grow(FEW)
    asked = _asked(client, url(world))
    assert {sql: found for sql in asked if (found := scanned(sql))} == {}


@pytest.mark.sqlite
def test_the_control_of_the_plan_sees_a_table_read_from_end_to_end(world: World) -> None:
    world.grow(FEW)
    assert scanned("SELECT 1 FROM record_visit WHERE reason = 'x'") == ["record_visit"]
    assert scanned("SELECT 1 FROM record_place p WHERE EXISTS (SELECT 1 FROM record_visit v WHERE v.reason = p.name)")
    assert scanned(f"SELECT 1 FROM record_visit WHERE id = '{world.here.visit.hex}'") == []


@pytest.mark.sqlite
def test_the_control_of_the_plan_sees_a_practice_read_from_end_to_end(world: World) -> None:
    """An index that only narrows down to the practice narrows down to everything."""
    who = f"practice_id = '{world.here.practice.hex}'"
    assert scanned(f"SELECT 1 FROM record_patient WHERE {who} AND phone = '1' ORDER BY name_key") == ["record_patient"]
    assert scanned(f"SELECT 1 FROM record_patient WHERE {who} AND birth_date = '1984-03-12' ORDER BY name_key") == []


@pytest.mark.sqlite
def test_open_sessions_of_a_therapist_are_found_among_open_ones(world: World) -> None:
    """By an index of open sessions only: hers of all years would be read on every page of hers."""
    sql = "SELECT id FROM record_session WHERE practitioner_id = 'x' AND closed_at IS NULL"
    assert "session_open_by_therapist" in " ".join(_plan(sql))


def test_search_of_a_growing_practice_finds_the_same_people(world: World) -> None:
    desk = world.here.staff["front_desk"]
    world.grow(MANY)
    for words in ("okafor maya", "Maya Okafor", "okaf", "1984-03-12"):
        found = people.find_patients(by=desk, now=world.day, words=words)
        assert [one.id for one in found] == [world.here.patient]
    assert len(people.find_patients(by=desk, now=world.day, words="fam")) == people.FOUND_AT_MOST


def test_a_visit_among_many_has_the_same_head(world: World) -> None:
    before = visits.head(by=world.here.therapist, now=world.day, visit_id=world.here.visit)
    world.grow(MANY)
    assert visits.head(by=world.here.therapist, now=world.day, visit_id=world.here.visit) == before


# ---- the databases of the benchmark, in small


@pytest.fixture
def multiplied(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Path, Path]]:
    """A practice with one patient and two visits by actions, and a database with that and three copies."""
    from django.core.management import call_command

    from tests.bench import _multiply, _scale, _template

    template, large = tmp_path / "template.sqlite3", tmp_path / "large.sqlite3"
    with django_db_blocker.unblock():
        with _scale.opened(template, fast=True):
            call_command("migrate", interactive=False, verbosity=0)
            _template.make_history(_template.make_practice(), patients=2, visits=1)
        shutil.copyfile(template, large)
        _multiply.multiply(large, template, 3)
        with _scale.opened(large):
            yield template, large


@pytest.mark.sqlite
def test_multiplying_keeps_every_row_whole(multiplied: tuple[Path, Path]) -> None:
    template, large = multiplied
    with sqlite3.connect(template) as small, sqlite3.connect(large) as big:
        assert _counts(big) == {name: count * 4 for name, count in _counts(small).items()}
        assert _schema(big) == _schema(small)
        assert big.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert big.execute("PRAGMA foreign_key_check").fetchall() == []
    small.close()
    big.close()
    assert audit.first_broken(m.Practice.objects.get().pk) is None
    assert m.AuditRow.objects.count() > m.Visit.objects.count() * 15


@pytest.mark.sqlite
def test_a_multiplied_visit_is_a_visit(multiplied: tuple[Path, Path]) -> None:
    """Each copy folds to a closed session of its own with its own ids, lies in its own year, and has another name."""
    heads = visits.heads(visits.head_rows().order_by("starts_at"), timezone.now())
    assert len(heads) == 8 and all(head.note_id for head in heads)
    for head in heads:
        assert head.session is not None and head.session.closed_at is not None
        assert head.session.state.out == head.session.state.inserted > 0
        assert all(event.id.startswith(head.session.id.hex) for event in head.session.events)
    assert len({head.starts_at.year for head in heads}) > 3
    assert len({head.patient_name for head in heads}) > 4


# ---- helpers


def scanned(sql: str) -> list[str]:
    """The tables that SQLite reads from end to end for `sql`, or all of the practice's or place's rows in them.

    Small tables do not count, nor the newest row of the audit, nor what a subquery gave.
    """
    aliases = dict(re.findall(r'"?(record_\w+|django_\w+)"? (?:AS )?"?([A-Z]\d+|\w)"?(?= |$)', sql))
    of = {alias: table for table, alias in aliases.items()}
    # An automatic index is made for this one statement, by reading the whole table.
    whole = re.compile("SCAN|.*USING AUTOMATIC ")
    found = [line.split()[1] for line in _plan(sql) if whole.match(line) or _all_of_the_practice(line)]
    return [of.get(name, name) for name in found if of.get(name, name) not in SMALL and not name.startswith("(")]


def _all_of_the_practice(line: str) -> bool:
    narrowed = re.search(r"USING (?:COVERING )?INDEX (\w+) \((?:practice_id|place_id)=\?\)", line)
    return narrowed is not None and narrowed[1] not in HOLDS_FEW and "record_auditrow" not in line


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        return [row[3] for row in cursor.fetchall()]


def _asked(client: Client, url: str) -> list[str]:
    """The statements of one request; only SELECTs have a plan worth reading, but all are counted."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200
    return [one["sql"] for one in captured.captured_queries]


def _patient(here: Clinic, number: int) -> m.Patient:
    family, given = f"Family {number:03d}", "Given"
    return m.Patient(
        practice_id=here.practice,
        place_id=here.place,
        family=family,
        given=given,
        name_key=names.name_key(family, given),
        birth_date=datetime(1950, 1, 1).date() + timedelta(days=number),  # noqa: DTZ001
        **_stamp(),
    )


def _stamp() -> dict[str, Any]:
    return {"recorded_at": clinic.NOW, "recorded_by": "staff:somebody"}


def _visit(here: Clinic, patient: UUID, at: datetime) -> m.Visit:
    arrived = at.minute % 2 == 0
    return m.Visit(
        patient_id=patient,
        place_id=here.place,
        room_id=here.room,
        practitioner_id=here.therapist.staff_id,
        starts_at=at,
        ends_at=at + APART,
        state="arrived" if arrived else "booked",
        arrived_at=at if arrived else None,
        **_stamp(),
    )


def _session(row: m.Visit) -> m.Session:
    return m.Session(
        visit_id=row.pk,
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        place_id=row.place_id,
        room_id=row.room_id,
        opened_at=row.starts_at,
        opened_by="staff:somebody",
        identity_confirmed_at=row.starts_at,
        closed_at=row.ends_at,
        closed_by="staff:somebody",
        still_in=0,
        closing_state={},
    )


def _events(one: m.Session) -> list[m.SessionEvent]:
    own = {"at": one.opened_at.isoformat(), "device": "t1", "by": "staff:somebody"}
    bodies = [{"id": f"{uuid4().hex}", "kind": "note", "text": "All well", **own} for _ in range(3)]
    about = {"session": one, "received_at": one.opened_at, "received_by": "staff:somebody"}
    return [m.SessionEvent(id=body["id"], kind=body["kind"], body=body, **about) for body in bodies]


def _measures(row: m.Visit) -> list[m.Measure]:
    about = {"patient_id": row.patient_id, "visit_id": row.pk, "kind": "pain", **_stamp()}
    return [m.Measure(moment=moment, value=3, **about) for moment in ("before", "after")]


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    from tests.bench._multiply import multiplied as models

    tables = [model._meta.db_table for model in models()]
    return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def _schema(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Tables, indexes and triggers; the statistics' own tables aside."""
    rows = db.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
    return set(rows.fetchall())
