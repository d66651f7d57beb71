"""What an earlier release stored, this one opens: every page, every read, the audit chain, and it can go on.

The fixtures and how they are made: tests/fixtures/releases/README.md.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from filiform import __version__
from filiform.clinical.access import Role
from filiform.record import audit
from filiform.record import models as m
from filiform.record.actions import book
from filiform.record.actor import Actor
from filiform.record.reads import book as days
from filiform.record.reads import chart, export, note
from filiform.record.reads import visit as visits
from tests.bench._scale import opened
from tests.fixtures.releases import load, make

BACKEND = "filiform.record.signin.PractitionerBackend"
FOLDERS = load.releases()
STANDING = {
    "booked": "booked",
    "missed": "missed",
    "cancelled": "cancelled",
    "arrived": "to_screen",
    "screened": "consent_missing",
    "withdrawn": "consent_missing",
    "located": "consent_missing",
    "consented": "ready",
    "opened": "in_session",
    "needling": "in_session",
    "counted": "in_session",
    "closed": "to_retest",
    "measured": "to_decide",
    "decided": "note_missing",
    "signed": "signed",
    "amended": "signed",
}

pytestmark = pytest.mark.db  # the fixture below opens databases of its own


@dataclass(frozen=True)
class Release:
    """What the release says of its practice, and somebody to look at it."""

    told: dict[str, Any]
    now: datetime

    def actor(self, role: str) -> Actor:
        row = m.Practitioner.objects.get(role=role)
        return Actor(f"staff:{row.pk}", Role(role), row.practice_id, row.place_id, row.name)

    @property
    def practice(self) -> UUID:
        return UUID(self.told["audit"]["practice"])


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def release(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Release]:
    """The release's practice, migrated to the newest; one database for all tests here."""
    told = load.told(request.param)
    with django_db_blocker.unblock(), load.loaded(request.param, tmp_path_factory.mktemp("release")):
        yield Release(told, datetime.fromisoformat(told["clock"]) + timedelta(days=3))


def test_this_version_has_a_fixture() -> None:
    assert __version__ in [folder.name for folder in FOLDERS], "python -m tests.fixtures.releases.make"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_released_migrations_do_not_change(folder: Path) -> None:
    """Practices have run them. Before the release is out: python -m tests.fixtures.releases.make --replace."""
    now = make.migration_hashes()
    then = load.told(folder)["migration_hashes"]
    assert {name: now.get(name) for name in then} == then


def test_every_row_is_there(release: Release) -> None:
    with connection.cursor() as cursor:
        counts = {}
        for table in release.told["counts"]:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    assert counts == release.told["counts"]
    connection.check_constraints()


def test_the_audit_chain_verifies_to_the_seal_that_was_noted(release: Release) -> None:
    rows = release.told["audit"]["rows"]
    sealed = m.AuditRow.objects.get(practice_id=release.practice, number=rows).sealed
    assert sealed == release.told["audit"]["newest_seal"]
    assert audit.first_broken(release.practice) is None


def test_the_day_shows_every_visit_where_it_stood(release: Release) -> None:
    on = datetime.fromisoformat(release.told["clock"]).date()
    day = days.today(by=release.actor("front_desk"), now=release.now, on=on)
    assert {str(line.visit_id): str(line.standing) for line in day.lines} == {
        visit: STANDING[one["step"]] for visit, one in release.told["visits"].items()
    }
    assert {str(line.visit_id): line.needles_in for line in day.lines} == {
        visit: one["needles_in"] for visit, one in release.told["visits"].items()
    }


def test_every_visit_reads_as_it_was(release: Release) -> None:
    by = release.actor("therapist")
    for visit_id, told in release.told["visits"].items():
        head = visits.head(by=by, now=release.now, visit_id=UUID(visit_id))
        assert (head.state, head.patient_name) == (told["state"], told["patient"])
        state = head.session.state if head.session else None
        assert (state.out if state else 0) == told["needles_out"]
        assert bool(head.session and head.session.closed_at) is told["session_closed"]
        page = note.note(by=by, now=release.now, visit_id=UUID(visit_id))
        assert not told["note"] or page.hash == told["note"]


def test_every_chart_and_export_opens(release: Release) -> None:
    owner, therapist = release.actor("owner"), release.actor("therapist")
    patients = list(m.Patient.objects.values_list("pk", flat=True))
    assert len(patients) == release.told["counts"]["record_patient"]
    for one in patients:
        read = chart.chart(by=therapist, now=release.now, patient_id=one)
        sent = export.patient_export(by=owner, now=release.now, patient_id=one)
        assert len(sent.visits) == len(read.visits)


def test_every_page_of_every_visit_opens(release: Release) -> None:
    client = Client(SERVER_NAME="localhost")
    with mock.patch("django.utils.timezone.now", return_value=release.now):
        client.force_login(m.User.objects.get(practitioner__role="therapist"), backend=BACKEND)
        pages = [reverse(f"{step}:visit", args=[one]) for one in release.told["visits"] for step in visits.STEPS]
        answers = {page: client.get(page).status_code for page in [reverse("today:home"), *pages]}
    assert {page: status for page, status in answers.items() if status != 200} == {}


def test_what_was_written_still_cannot_be_changed(release: Release) -> None:
    forbidden: tuple[Callable[[], Any], ...] = (
        lambda: m.AuditRow.objects.update(about="somebody else"),
        lambda: m.SessionEvent.objects.update(kind="note"),
        lambda: m.Amendment.objects.all().delete(),
        lambda: m.Session.objects.filter(closed_at__isnull=False).update(still_in=1),
    )
    for change in forbidden:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_practice_goes_on(release: Release) -> None:
    """A new row takes its place after the old ones, and the chain of both verifies."""
    before = m.AuditRow.objects.count()
    told = next(visit for visit, one in release.told["visits"].items() if one["step"] == "booked")
    book.mark_arrived(by=release.actor("front_desk"), now=release.now, visit_id=UUID(told))
    assert visits.head(by=release.actor("therapist"), now=release.now, visit_id=UUID(told)).state == "arrived"
    assert m.AuditRow.objects.count() >= before + 2
    assert audit.first_broken(release.practice) is None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_dump_and_the_rows_say_the_same(folder: Path, tmp_path: Path) -> None:
    """The form for SQLite and the form for every other database have the same ids in every table."""
    path = tmp_path / "restored.sqlite3"
    load.restore(folder, path)
    tables = json.loads(gzip.decompress((folder / "practice.json.gz").read_bytes()))
    with sqlite3.connect(path) as db:
        for table, content in tables.items():
            ids = {str(row[0]).replace("-", "") for row in content["rows"]}
            assert ids == {str(row[0]).replace("-", "") for row in db.execute(f"SELECT id FROM {table}")}
    db.close()


@pytest.mark.sqlite  # the dump is for SQLite; the chain is verified by the same program on both
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_one_changed_value_is_found_by_the_chain(
    folder: Path, tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> None:
    """Negative control of the check above: one word of one audit row changed in the dump, and it no longer verifies."""
    path = tmp_path / "changed.sqlite3"
    load.restore(folder, path)
    with sqlite3.connect(path) as db:
        db.execute("DROP TRIGGER record_auditrow_no_update")
        db.execute("UPDATE record_auditrow SET about = 'somebody else' WHERE number = 7")
    db.close()
    with django_db_blocker.unblock(), opened(path):
        assert audit.first_broken(UUID(load.told(folder)["audit"]["practice"])) == 7
