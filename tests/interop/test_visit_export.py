"""A visit as it lies in the tables, out as FHIR: every table reaches the bundle, and both judges pass it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from filiform.clinical import needle
from filiform.interop.fhir.reading import read_bundle
from filiform.interop.fhir.writing.bundle import bundle_text
from filiform.knowledge import book
from filiform.record import models as m
from filiform.record.actions.background import import_bundle
from filiform.record.actor import Actor, system
from filiform.record.reads.export import PatientExport, patient_export
from filiform.record.write import NotAllowed, NotFound
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.interop import judges
from tests.interop.records import session_events

pytestmark = pytest.mark.django_db
TABLES: tuple[Any, ...] = (
    *(m.Screening, m.Consent, m.PainDrawing, m.Palpation, m.Session, m.Treatment, m.Measure, m.Episode, m.Plan),
    *(m.Decision, m.FollowUpAnswer, m.AdverseEvent, m.Note, m.Amendment, m.DoctorAnswer, m.Problem),
)


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def by(here: Clinic) -> Actor:
    return system("export", here.practice)


def exported(here: Clinic) -> PatientExport:
    return patient_export(by=by(here), now=NOW, patient_id=here.patient)


def fill(here: Clinic) -> None:
    """A row in every table of a visit, written straight: the rules of each step have their own tests."""
    wrote: dict[str, Any] = {"recorded_at": NOW, "recorded_by": here.therapist.id}
    visit: dict[str, Any] = {"visit_id": here.visit, **wrote}
    hers: dict[str, Any] = {"patient_id": here.patient, **visit}
    m.Screening.objects.create(
        number=1,
        answers=[{"id": "fever", "value": "no"}],
        result={"disposition": "proceed", "findings": []},
        disposition="proceed",
        cleared=True,
        profile="default",
        knowledge_hash="0" * 64,
        **hers,
    )
    consent: dict[str, Any] = {"sites": [{"region": "neck_back", "side": "left"}], "text_version": "1", "way": "typed"}
    consent |= {"text_hash": "0" * 64, "pleural_risk_told": True, "signature": "Maya", "signed_by": "Maya Okafor"}
    withdrawn = m.Consent.objects.create(number=1, **consent, **hers)
    m.ConsentWithdrawal.objects.create(consent=withdrawn, because="too tired", **wrote)
    m.Consent.objects.create(number=2, **consent, **hers)
    m.PainDrawing.objects.create(number=1, areas=[{"region": "neck_back", "side": "left", "intensity": 6}], **hers)
    found: dict[str, Any] = {"taut_band": True, "tenderness": 2, "familiar_pain": True, "twitch": False}
    pressed = m.Palpation.objects.create(muscle="upper_trapezius", side="left", **found, **hers)
    m.PalpationPlace.objects.create(palpation=pressed, number=1, view="back", x=Decimal(-33), y=Decimal(134), **wrote)
    _session(here)
    m.Treatment.objects.create(kind="exercise", detail="rows", minutes=10, **visit)
    m.Measure.objects.create(kind="pain", moment="before", value=Decimal(6), **hers)
    m.Measure.objects.create(kind="range", moment="after", what="rotation", side="left", value=Decimal(60), **hers)
    episode = m.Episode.objects.create(
        patient_id=here.patient,
        place_id=here.place,
        practitioner_id=here.therapist.staff_id,
        problem="neck pain",
        examined_on=NOW.date(),
        **wrote,
    )
    m.Plan.objects.create(
        number=1,
        episode=episode,
        goals=["sleep"],
        visits=4,
        frequency="weekly",
        active_treatments=["exercise"],
        recheck_on=NOW.date() + timedelta(days=30),
        **hers,
    )
    m.Decision.objects.create(number=1, kind="continue", because="pain halved", **hers)
    due = {"hours": 24, "due_at": NOW + timedelta(hours=24)}
    check = m.FollowUp.objects.create(visit_id=here.visit, patient_id=here.patient, place_id=here.place, **due)
    m.FollowUpAnswer.objects.create(
        follow_up=check, answers={"pain": 2}, queue="routine", because=[], knowledge_hash="0" * 64, **wrote
    )
    m.AdverseEvent.objects.create(what="bruise", **hers)
    note = m.Note.objects.create(content={"pain": [6, 2]}, content_hash="1" * 64, added_words="Better.", **hers)
    m.Amendment.objects.create(note=note, text="The right side as well.", **wrote)
    answered: dict[str, Any] = {"condition": "pregnancy", "asked": "May she?", "answered_by": "Dr. Example"}
    answered |= {"patient_id": here.patient, "answered_on": NOW.date(), "verdict": "yes"}
    m.DoctorAnswer.objects.create(**answered, **wrote)
    m.Problem.objects.create(patient_id=here.patient, text="asthma", **wrote)


def _session(here: Clinic) -> None:
    session = m.Session.objects.create(
        visit_id=here.visit,
        patient_id=here.patient,
        practitioner_id=here.therapist.staff_id,
        place_id=here.place,
        room_id=here.room,
        opened_at=NOW,
        opened_by=here.therapist.id,
        identity_confirmed_at=NOW,
    )
    for event in session_events():
        body = {**needle.as_dict(event), "by": here.therapist.id}
        received: dict[str, Any] = {"received_at": NOW, "received_by": here.therapist.id}
        m.SessionEvent.objects.create(id=event.id, session=session, kind=event.kind, body=body, **received)


@pytest.mark.node
def test_every_table_of_a_visit_reaches_the_bundle_and_passes_both(here: Clinic) -> None:
    fill(here)
    text = bundle_text(exported(here), book(), NOW)
    made = json.loads(text)
    assert judges.official(made)["issues"] == []
    assert judges.healthchain(made) == []
    ids = {entry["resource"]["id"] for entry in made["entry"]}
    for table in (m.Screening, m.Consent, m.PainDrawing, m.Palpation, m.Treatment, m.Measure, m.Plan, m.Decision):
        assert {str(pk) for pk in table.objects.values_list("pk", flat=True)} <= ids, table.__name__
    for table in (
        m.FollowUpAnswer,
        m.AdverseEvent,
        m.Note,
        m.Amendment,
        m.DoctorAnswer,
        m.Problem,
        m.Episode,
        m.Session,
    ):
        assert {str(pk) for pk in table.objects.values_list("pk", flat=True)} <= ids, table.__name__
    assert read_bundle(text.encode(), "again").refused == ()


def test_our_own_export_coming_back_states_nothing_twice(here: Clinic) -> None:
    fill(here)
    text = bundle_text(exported(here), book(), NOW)
    read = read_bundle(text.encode(), "own")
    result = import_bundle(by=system("import", here.practice), now=NOW, place_id=here.place, bundle=read)
    assert result.patient_id == here.patient
    assert [fact.text for fact in exported(here).facts] == ["asthma"]
    assert m.Problem.objects.count() == 1
    again = json.loads(bundle_text(exported(here), book(), NOW))
    ids = [(entry["resource"]["resourceType"], entry["resource"]["id"]) for entry in again["entry"]]
    assert len(ids) == len(set(ids)) == len(json.loads(text)["entry"])


def test_a_visit_of_which_nothing_is_known(here: Clinic) -> None:
    (visit,) = exported(here).visits
    assert (visit.session, visit.note, visit.screenings, visit.answers) == (None, None, (), ())


def test_another_patients_rows_stay_out(here: Clinic) -> None:
    fill(here)
    other = clinic.make("Birch")
    assert not exported(other).facts
    with pytest.raises(NotFound):
        patient_export(by=by(other), now=NOW, patient_id=here.patient)


@pytest.mark.parametrize("role", ["front_desk", "auditor"])
def test_who_may_not_export(here: Clinic, role: str) -> None:
    with pytest.raises(NotAllowed):
        patient_export(by=here.staff[role], now=NOW, patient_id=here.patient)


def test_the_number_of_queries_does_not_grow_with_visits(here: Clinic, django_assert_max_num_queries: Any) -> None:
    fill(here)
    for day in range(1, 6):
        starts = NOW + timedelta(days=day)
        m.Visit.objects.create(
            patient_id=here.patient,
            place_id=here.place,
            practitioner_id=here.therapist.staff_id,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=30),
            recorded_at=NOW,
            recorded_by="system:test",
        )
    with django_assert_max_num_queries(34):
        assert len(exported(here).visits) == 6
