"""Everything that a visit holds, in one query: what its note is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from filiform.clinical import needle
from filiform.record import against, gathered
from filiform.record import models as m
from filiform.record.actor import Actor
from filiform.record.gathered import Row
from filiform.record.prepared import PreparedText
from filiform.record.write import NotFound

Parts = dict[str, tuple[QuerySet[Any], Sequence[str]]]

_VISIT = (
    "id",
    "starts_at",
    "arrived_at",
    "state",
    "reason",
    "first",
    "episode_id",
    "patient_id",
    "patient__family",
    "patient__given",
    "patient__birth_date",
    "patient__birth_date_said",
    "place__name",
    "room__name",
    "practitioner__name",
    "practitioner__title",
    "place__practice__name",
    "place__practice__phone",
    "place__practice__time_zone",
)
PLAN = (  # the columns of a plan of care
    "visit_id",
    "number",
    "recorded_at",
    "goals",
    "visits",
    "frequency",
    "active_treatments",
    "source_of_pain",
    "needling_can",
    "needling_cannot",
    "home_programme",
    "recheck_on",
)
_WROTE = ("recorded_at", "recorded_by")


@dataclass(frozen=True, slots=True)
class Whole:
    """The rows of one visit by table, and what its session folds to. Read times and numbers with `gathered`."""

    visit: Row
    rows: dict[str, list[Row]]
    events: tuple[needle.Event, ...]
    state: needle.State | None  # None: no session was opened

    def newest(self, kind: str) -> Row | None:
        """The newest of a series that counts by number."""
        return gathered.newest(self.rows[kind])

    def in_order(self, kind: str) -> list[Row]:
        """Rows of `kind`, oldest first."""
        return gathered.in_order(self.rows[kind])

    def held(self) -> tuple[against.Held, ...]:
        """Needles and packs that a gate would have refused."""
        session = self.only("session")
        if session is None or self.state is None:
            return ()
        zone = self.visit["place__practice__time_zone"]
        return against.Past.of(self.rows, zone, gathered.at(session["opened_at"])).state(self.state)

    def only(self, kind: str) -> Row | None:
        """The one row of `kind`, if there is one."""
        return next(iter(self.rows[kind]), None)


def of(by: Actor, visit_id: UUID) -> Whole:
    """Everything of one visit of the practice, or NotFound; one query."""
    kinds, statement = _statement(connection.alias)
    rows = gathered.sort_out(kinds, statement.ask(_ANY, visit_id, _PRACTICE, by.practice))
    visit = next(iter(rows["visit"]), None)
    if visit is None:
        raise NotFound("visit")
    events = tuple(needle.event_from(gathered.structure(row["body"])) for row in rows["event"])
    return Whole(visit, rows, events, needle.fold(events) if rows["session"] else None)


_ANY, _PRACTICE = UUID(int=1), UUID(int=2)  # stand for the ids in the compiled statement


@cache
def _statement(alias: str) -> tuple[tuple[str, ...], PreparedText]:
    parts = _parts(_PRACTICE, _ANY)
    return tuple(parts), PreparedText(gathered.union(parts), alias)


def _parts(practice_id: UUID, visit_id: UUID) -> Parts:
    visits = m.Visit.objects.filter(pk=visit_id, place__practice_id=practice_id)
    episode = Subquery(visits.values("episode_id")[:1])
    signed = m.Note.objects.filter(visit_id=visit_id)
    return {
        "visit": (visits, _VISIT),
        **_before(visit_id),
        "session": (
            m.Session.objects.filter(visit_id=visit_id),
            ("id", "opened_at", "closed_at", "identity_confirmed_at", "room__name", "opened_by", "closed_by"),
        ),
        "event": (m.SessionEvent.objects.filter(session__visit_id=visit_id), ("id", "kind", "body", "received_at")),
        "aside": (m.AsideEvent.objects.filter(session__visit_id=visit_id), ("event_id", "body", "why", "received_at")),
        **_after(visit_id),
        **against.lots(practice_id, visit_id),
        "episode": (m.Episode.objects.filter(pk=episode), ("id", "problem", "examined_on")),
        "plan": (m.Plan.objects.filter(episode_id=episode), PLAN),
        "note": (signed, ("id", "content", "content_hash", "added_words", *_WROTE)),
        "amendment": (m.Amendment.objects.filter(note__visit_id=visit_id), ("text", *_WROTE)),
    }


def _before(visit_id: UUID) -> Parts:
    """What comes before the needles."""
    withdrawn = m.ConsentWithdrawal.objects.filter(consent_id=OuterRef("pk")).values("recorded_at")[:1]
    consents = m.Consent.objects.filter(visit_id=visit_id).annotate(withdrawn_at=Subquery(withdrawn))
    return {
        "screening": (
            m.Screening.objects.filter(visit_id=visit_id),
            ("number", "result", "disposition", "cleared", "profile", *_WROTE),
        ),
        "consent": (
            consents,
            ("number", "sites", "text_version", "text_hash", "pleural_risk_told", "signed_by", "withdrawn_at", *_WROTE),
        ),
        "drawing": (m.PainDrawing.objects.filter(visit_id=visit_id), ("number", "areas", "finished", *_WROTE)),
        "palpation": (
            m.Palpation.objects.filter(visit_id=visit_id).annotate(point=_place("number"), view=_place("view")),
            ("muscle", "side", "point", "view", "taut_band", "tenderness", "familiar_pain", "twitch", *_WROTE),
        ),
        "choice": (m.Choice.objects.filter(visit_id=visit_id), ("number", "muscles", *_WROTE)),
    }


def _place(column: str) -> Subquery:
    """Of the newest place of a pressed point: which point it is, and the view; "" when it was taken back."""
    places = m.PalpationPlace.objects.filter(palpation=OuterRef("pk")).order_by("-recorded_at")
    return Subquery(places.values(column)[:1])


def _after(visit_id: UUID) -> Parts:
    """What comes with and after the needles."""
    return {
        "measure": (
            m.Measure.objects.filter(visit_id=visit_id),
            ("kind", "moment", "what", "side", "value", *_WROTE),
        ),
        "treatment": (m.Treatment.objects.filter(visit_id=visit_id), ("kind", "detail", "minutes", *_WROTE)),
        "adverse": (
            m.AdverseEvent.objects.filter(visit_id=visit_id),
            ("what", "began_hours_after", "lasted_hours", "treatment_needed", "detail", *_WROTE),
        ),
        "decision": (m.Decision.objects.filter(visit_id=visit_id), ("number", "kind", "because", *_WROTE)),
        "follow_up": (m.FollowUp.objects.filter(visit_id=visit_id), ("hours", "due_at", "message__channel")),
    }
