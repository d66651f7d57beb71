"""One valid row of every table, written past the actions: what the database itself must judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from filiform.record import models as m
from tests import clinic
from tests.clinic import NOW, Clinic

STAMP = {"recorded_at": NOW, "recorded_by": "staff:somebody"}
HASH = "0" * 64
Kwargs = dict[str, Any]


@dataclass
class World:
    """A practice, and one row of each table as soon as somebody asks for it."""

    here: Clinic = field(default_factory=clinic.make)
    made: dict[type[Model], Model] = field(default_factory=dict)

    def row(self, model: type[Model]) -> Any:
        """The one row of `model`: the clinic's own, or made now."""
        if model not in self.made:
            self.made[model] = self._of_the_clinic(model) or self.make(model)
        return self.made[model]

    def make(self, model: type[Model], **changes: Any) -> Any:
        """A new row of `model`, valid but for `changes`."""
        return model._base_manager.create(**{**VALID[model](self), **changes})

    def prepare(self, model: type[Model]) -> None:
        """Make every row that one of `model` points at."""
        VALID[model](self)

    def _of_the_clinic(self, model: type[Model]) -> Model | None:
        ids = {
            m.Practice: self.here.practice,
            m.Place: self.here.place,
            m.Room: self.here.room,
            m.Patient: self.here.patient,
            m.Visit: self.here.visit,
            m.Practitioner: self.here.therapist.staff_id,
        }
        return model._base_manager.get(pk=ids[model]) if model in ids else None

    def of_visit(self) -> Kwargs:
        return {"visit": self.row(m.Visit), "patient": self.row(m.Patient)}


def _background(world: World) -> Kwargs:
    return {"patient": world.row(m.Patient), "source": world.row(m.ImportedResource), "text": "Gout", **STAMP}


def _visit(world: World) -> Kwargs:
    later = NOW + timedelta(days=30)
    return {
        "patient": world.row(m.Patient),
        "place": world.row(m.Place),
        "practitioner": world.row(m.Practitioner),
        "starts_at": later,
        "ends_at": later + timedelta(minutes=30),
        **STAMP,
    }


def _session(world: World) -> Kwargs:
    return {
        **world.of_visit(),
        "practitioner": world.row(m.Practitioner),
        "place": world.row(m.Place),
        "room": world.row(m.Room),
        "opened_at": NOW,
        "opened_by": "staff:somebody",
        "identity_confirmed_at": NOW,
    }


def _message(world: World) -> Kwargs:
    own = {"practice": world.row(m.Practice), "place": world.row(m.Place), "patient": world.row(m.Patient)}
    return {**own, "follow_up": world.row(m.FollowUp), "channel": "text", "to": "1", "text": "Hello", "due_at": NOW}


def _link(world: World) -> Kwargs:
    ends = NOW + timedelta(days=7)
    return {**world.of_visit(), "purpose": "follow_up", "token_hash": HASH, "made_at": NOW, "expires_at": ends}


VALID: dict[type[Model], Callable[[World], Kwargs]] = {
    m.Place: lambda w: {"practice": w.row(m.Practice), "name": "Hill Street"},
    m.Room: lambda w: {"place": w.row(m.Place), "name": "Room 9"},
    m.Practitioner: lambda w: {
        "practice": w.row(m.Practice),
        "place": w.row(m.Place),
        "name": "Ana",
        "role": "therapist",
        "user": w.row(m.User),
    },
    m.User: lambda w: {"username": "ana"},
    m.AuditRow: lambda w: {
        "practice": w.row(m.Practice),
        "number": 9999,
        "at": NOW,
        "by": "x",
        "role": "owner",
        "act": "employ",
        "about": "y",
        "done": True,
        "detail": {},
        "sealed": HASH,
    },
    m.Credential: lambda w: {
        "practitioner": w.row(m.Practitioner),
        "kind": "licence",
        "issued_on": date(2020, 1, 1),
        "expires_on": date(2030, 1, 1),
        **STAMP,
    },
    m.Patient: lambda w: {
        "practice": w.row(m.Practice),
        "place": w.row(m.Place),
        "name_key": "tester tess",
        "source_system": "urn:a",
        "source_id": "1",
        **STAMP,
    },
    m.Import: lambda w: {
        "practice": w.row(m.Practice),
        "patient": w.row(m.Patient),
        "file_name": "a.json",
        "file_hash": HASH,
        "counts": {},
        **STAMP,
    },
    m.ImportedResource: lambda w: {
        "patient": w.row(m.Patient),
        "taken_in": w.row(m.Import),
        "resource_type": "Condition",
        "source_id": "1",
        "content_hash": HASH,
        "content": "{}",
        **STAMP,
    },
    m.Problem: _background,
    m.Medicine: _background,
    m.Allergy: _background,
    m.Device: _background,
    m.Procedure: _background,
    m.VisitRequest: lambda w: {
        "practice": w.row(m.Practice),
        "place": w.row(m.Place),
        "name": "Ana",
        "phone": "1",
        **STAMP,
    },
    m.Visit: _visit,
    m.Screening: lambda w: {
        **w.of_visit(),
        "number": 1,
        "answers": [],
        "result": {},
        "disposition": "proceed",
        "cleared": True,
        "profile": "default",
        "knowledge_hash": HASH,
        **STAMP,
    },
    m.DoctorAnswer: lambda w: {
        "patient": w.row(m.Patient),
        "condition": "anticoagulant",
        "asked": "May we?",
        "answered_by": "Dr Who",
        "answered_on": NOW.date(),
        "verdict": "yes",
        **STAMP,
    },
    m.Consent: lambda w: {
        **w.of_visit(),
        "number": 1,
        "sites": [],
        "text_version": "1",
        "text_hash": HASH,
        "pleural_risk_told": True,
        "way": "typed",
        "signature": "Ana",
        "signed_by": "Ana",
        **STAMP,
    },
    m.ConsentWithdrawal: lambda w: {"consent": w.row(m.Consent), **STAMP},
    m.PainDrawing: lambda w: {**w.of_visit(), "number": 1, "areas": [], **STAMP},
    m.Palpation: lambda w: {
        **w.of_visit(),
        "muscle": "soleus",
        "side": "left",
        "taut_band": True,
        "tenderness": 2,
        "familiar_pain": True,
        "twitch": False,
        **STAMP,
    },
    m.PalpationPlace: lambda w: {
        "palpation": w.row(m.Palpation),
        "number": 1,
        "view": "back",
        "x": Decimal("33.0"),
        "y": Decimal("134.0"),
        **STAMP,
    },
    m.Choice: lambda w: {"visit": w.row(m.Visit), "number": 1, "muscles": [], **STAMP},
    m.Session: _session,
    m.SessionEvent: lambda w: {
        "id": "e1",
        "session": w.row(m.Session),
        "kind": "remark",
        "body": {},
        "received_at": NOW,
        "received_by": "x",
    },
    m.AsideEvent: lambda w: {
        "session": w.row(m.Session),
        "event_id": "e1",
        "digest": "0" * 64,
        "why": "closed",
        "body": {},
        "received_at": NOW,
        "received_by": "x",
    },
    m.Lot: lambda w: {
        "practice": w.row(m.Practice),
        "key": "F1",
        "number": "F-1",
        "maker": "Alder",
        "gauge_mm": Decimal("0.30"),
        "length_mm": Decimal(40),
        "needles": 10,
        "expiry": date(2030, 1, 1),
        **STAMP,
    },
    m.LotMove: lambda w: {"lot": w.row(m.Lot), "place": w.row(m.Place), "kind": "received", "packs": 5, **STAMP},
    m.LotRecall: lambda w: {"lot": w.row(m.Lot), "because": "The maker wrote.", **STAMP},
    m.Treatment: lambda w: {"visit": w.row(m.Visit), "kind": "Exercise", "minutes": 10, **STAMP},
    m.Measure: lambda w: {**w.of_visit(), "kind": "pain", "moment": "before", "value": Decimal(5), **STAMP},
    m.Episode: lambda w: {
        "patient": w.row(m.Patient),
        "place": w.row(m.Place),
        "practitioner": w.row(m.Practitioner),
        "problem": "Neck",
        "examined_on": NOW.date(),
        **STAMP,
    },
    m.Plan: lambda w: {
        **w.of_visit(),
        "number": 1,
        "episode": w.row(m.Episode),
        "goals": ["Sleep"],
        "visits": 6,
        "frequency": "weekly",
        "active_treatments": ["Walking"],
        "recheck_on": NOW.date(),
        **STAMP,
    },
    m.Decision: lambda w: {**w.of_visit(), "number": 1, "kind": "continue", "because": "Better", **STAMP},
    m.FollowUp: lambda w: {**w.of_visit(), "place": w.row(m.Place), "hours": 24, "due_at": NOW},
    m.FollowUpAnswer: lambda w: {
        "follow_up": w.row(m.FollowUp),
        "answers": {},
        "queue": "none",
        "because": [],
        "knowledge_hash": HASH,
        **STAMP,
    },
    m.AdverseEvent: lambda w: {**w.of_visit(), "what": "Bruise", **STAMP},
    m.PatientLink: _link,
    m.Message: _message,
    m.Note: lambda w: {**w.of_visit(), "content": {}, "content_hash": HASH, **STAMP},
    m.Amendment: lambda w: {"note": w.row(m.Note), "text": "Also the left.", **STAMP},
}
