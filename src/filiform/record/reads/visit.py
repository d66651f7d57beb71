"""The head of a visit: who, where, what is known and how far it has come. Every step's page begins with it.

Two queries whatever the visit holds, because it stands on every clinical page (budget: 12 queries a page, of which
signing in, the audit row and the strip of open rooms take seven).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Exists, F, JSONField, OuterRef, PositiveIntegerField, Q, QuerySet, Subquery

from filiform.clinical import needle, path
from filiform.clinical.access import Act
from filiform.clinical.needle.manner import Manner, manner_again
from filiform.clinical.terms import BodySite, MuscleId, MuscleSide, RegionId, Side
from filiform.record import models as m
from filiform.record import names
from filiform.record.actor import Actor
from filiform.record.events import Events, of_session
from filiform.record.models.base import Numbered
from filiform.record.prepared import Prepared
from filiform.record.reads.people import age_on
from filiform.record.write import NotFound, internal, read

HeadRows = QuerySet[m.Visit, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest number of each of the visit's series (0: none yet). A form sends back the one it showed."""

    screening: int
    consent: int
    drawing: int
    choice: int
    plan: int
    decision: int


@dataclass(frozen=True, slots=True)
class ConsentHead:
    """The newest consent of the visit."""

    sites: tuple[BodySite, ...]
    text_version: str
    text_hash: str
    pleural_risk_told: bool
    signed_at: datetime
    signed_by: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SessionHead:
    """The visit's session, if it was opened. Its events are read when first asked for: a day's list asks for few."""

    id: UUID
    opened_at: datetime
    closed_at: datetime | None
    room: str
    ledger: Events

    @property
    def events(self) -> tuple[needle.Event, ...]:
        """The events, in no order."""
        return self.ledger.every

    @property
    def state(self) -> needle.State:
        """What the events fold to."""
        return self.ledger.state


@dataclass(frozen=True, slots=True)
class VisitHead:
    """Everything a step's page needs to know of the other steps."""

    visit_id: UUID
    patient_id: UUID
    patient_name: str
    birth_date: date | None
    birth_date_said: str
    age: int | None
    place_id: UUID
    place: str
    zone: str  # the practice's clock
    room_id: UUID | None
    room: str
    practitioner_id: UUID
    practitioner: str
    episode_id: UUID | None
    starts_at: datetime
    minutes: int
    reason: str
    first: bool
    state: str
    seen: Seen
    screening: Mapping[str, Any] | None  # the newest result, as clinical.screen wrote it
    screened_at: datetime | None
    cleared: bool
    consent: ConsentHead | None
    choice: tuple[MuscleSide, ...]
    how: Mapping[MuscleSide, Manner]  # how they are to be needled, of those of which it was planned
    pain: tuple[BodySite, ...]  # where it hurts, from the newest drawing
    session: SessionHead | None
    measured_before: bool
    measured_after: bool
    decided: bool
    planned: bool
    follow_ups: bool
    note_id: UUID | None

    @property
    def restrictions(self) -> tuple[Mapping[str, Any], ...]:
        """What the screening forbids or asks to modify, as in the contract of `screen`."""
        return tuple(self.screening.get("restrictions", ())) if self.screening else ()


STEPS = ("screen", "consent", "locate", "needle", "evaluate", "plan", "follow", "note")
# Which page a move is made on.
_PAGE = {
    path.Move.ARRIVE: "",
    path.Move.SCREEN: "screen",
    path.Move.CLEAR: "screen",
    path.Move.CONSENT: "consent",
    path.Move.LOCATE: "locate",
    path.Move.OPEN_SESSION: "needle",
    path.Move.CLOSE_SESSION: "needle",
    path.Move.RETEST: "evaluate",
    path.Move.DECIDE: "plan",
    path.Move.PLAN: "plan",
    path.Move.FOLLOW: "follow",
    path.Move.SIGN_NOTE: "note",
}


@internal("pure")
def where(head: VisitHead) -> path.Where:
    """How far the visit has come, for the table of `clinical.path`."""
    session = path.Session.NONE
    if head.session is not None:
        session = path.Session.OPEN if head.session.closed_at is None else path.Session.CLOSED
    stopped = head.screening is not None and head.screening.get("disposition") in ("defer", "refuse", "emergency")
    return path.Where(
        arrived=head.state == "arrived",
        screened=head.screening is not None,
        cleared=head.cleared,
        consented=head.consent is not None and not head.consent.withdrawn,
        located=bool(head.choice) and head.measured_before,
        session=session,
        retested=head.measured_after,
        decided=head.decided,
        planned=head.planned,
        followed=head.follow_ups,
        note_signed=head.note_id is not None,
        no_needles=head.session is None and (stopped or head.decided),
    )


@internal("pure")
def steps_done(head: VisitHead) -> frozenset[str]:
    """Which of `STEPS` are done at this visit."""
    here = where(head)
    done = {
        "screen": here.cleared,
        "consent": here.consented,
        "locate": here.located,
        "needle": here.session is path.Session.CLOSED,
        "evaluate": here.retested,
        "plan": here.decided and here.planned,
        "follow": here.followed,
        "note": here.note_signed,
    }
    return frozenset(step for step, is_done in done.items() if is_done)


@internal("pure")
def next_step(head: VisitHead) -> str:
    """The page of the one next step; "" when the visit is done (or the patient has not arrived)."""
    following = path.next_step(where(head))
    return _PAGE[following.move] if following.move is not None else ""


@read(Act.READ_CHART, about="visit_id")
def head(*, by: Actor, now: datetime, visit_id: UUID) -> VisitHead:
    """The head of one visit."""
    return inside(by, now, visit_id)


@internal("checked and audited by its callers in the record")
def inside(by: Actor, now: datetime, visit_id: UUID) -> VisitHead:
    """The head, for other reads and actions of the record, which check and audit by themselves."""
    row = _row(visit_id, by.practice)
    if row is None or (by.patient is not None and by.patient != row.patient_id):
        raise NotFound("visit")
    return _head(row, _sessions([row]).get(visit_id), now)


@internal("checked and audited by its callers in the record")
def heads(rows: HeadRows, now: datetime) -> tuple[VisitHead, ...]:
    """The heads of several visits, in the order of `rows`; two queries however many there are."""
    found = [SimpleNamespace(**row) for row in rows]
    sessions = _sessions(found)
    return tuple(_head(row, sessions.get(row.id), now) for row in found)


@internal("a query, not yet asked")
def head_rows() -> HeadRows:
    """Visits with everything that a head needs, for `heads`."""
    return _rows()


_COLUMNS = {
    "family": "patient__family",
    "given": "patient__given",
    "birth_date": "patient__birth_date",
    "birth_date_said": "patient__birth_date_said",
    "place_name": "place__name",
    "zone": "place__practice__time_zone",
    "room_name": "room__name",
    "practitioner_name": "practitioner__name",
}


@cache
def _rows() -> HeadRows:
    # Built once: putting twenty subqueries together costs more than asking them. A query set is copied before use.
    newest = m.Consent.objects.filter(visit=OuterRef("pk")).order_by("-number")[:1]
    measures = m.Measure.objects.filter(visit=OuterRef("pk"))
    rows = m.Visit.objects.annotate(**{name: F(path) for name, path in _COLUMNS.items()})
    rows = rows.annotate(
        n_screening=_newest(m.Screening),
        n_consent=_newest(m.Consent),
        n_drawing=_newest(m.PainDrawing),
        n_choice=_newest(m.Choice),
        n_plan=_newest(m.Plan),
        n_decision=_newest(m.Decision),
        has_plan=Exists(m.Plan.objects.filter(Q(visit=OuterRef("pk")) | Q(episode=OuterRef("episode")))),
        screening_result=_newest_value(m.Screening, "result", JSONField()),
        screening_cleared=_newest_value(m.Screening, "cleared", PositiveIntegerField()),
        screening_at=_newest_value(m.Screening, "recorded_at", None),
        choice_muscles=_newest_value(m.Choice, "muscles", JSONField()),
        pain_areas=_newest_value(m.PainDrawing, "areas", JSONField()),
        consent_sites=Subquery(newest.values("sites"), output_field=JSONField()),
        consent_version=Subquery(newest.values("text_version")),
        consent_hash=Subquery(newest.values("text_hash")),
        consent_pleura=Subquery(newest.values("pleural_risk_told")),
        consent_at=Subquery(newest.values("recorded_at")),
        consent_by=Subquery(newest.values("signed_by"), output_field=CharField()),
        consent_withdrawn=Subquery(newest.values("withdrawal__id")),
        has_before=Exists(measures.filter(moment="before")),
        has_after=Exists(measures.filter(moment="after")),
        has_session=Exists(m.Session.objects.filter(visit=OuterRef("pk"))),
        has_follow_ups=Exists(m.FollowUp.objects.filter(visit=OuterRef("pk"))),
        the_note=Subquery(m.Note.objects.filter(visit=OuterRef("pk")).values("id")[:1]),
    )
    chosen: HeadRows = rows.values(
        "id",
        "patient_id",
        "place_id",
        "room_id",
        "practitioner_id",
        "episode_id",
        "starts_at",
        "ends_at",
        "reason",
        "first",
        "state",
        *_COLUMNS,
        *(name for name in rows.query.annotations if name not in _COLUMNS),
    )
    return chosen


def _row(visit_id: UUID, practice_id: UUID) -> Any | None:
    """The row of one visit of the practice, by a statement that is compiled once."""
    found = _one_row(connection.alias).ask(_VISIT, visit_id, _PRACTICE, practice_id)
    return next((SimpleNamespace(**row) for row in found), None)


_VISIT, _PRACTICE = UUID(int=1), UUID(int=2)  # stand for the ids in the compiled statement


@cache
def _one_row(alias: str) -> Prepared:
    return Prepared(_rows().filter(pk=_VISIT, place__practice_id=_PRACTICE).order_by(), alias)


def _newest(model: type[Numbered]) -> Subquery:
    return _newest_value(model, "number", None)


def _newest_value(model: type[Numbered], field: str, output: Any) -> Subquery:
    rows = model._default_manager.filter(visit=OuterRef("pk")).order_by("-number").values(field)[:1]
    return Subquery(rows, output_field=output) if output is not None else Subquery(rows)


def _sessions(visits: list[SimpleNamespace]) -> dict[UUID, SessionHead]:
    """The sessions of those `visits` that have one, by visit; not asked for when none has."""
    opened = [row.id for row in visits if row.has_session]
    if not opened:
        return {}
    rows = m.Session.objects.filter(visit_id__in=opened).annotate(strung=of_session())
    found = rows.values_list("visit_id", "id", "opened_at", "closed_at", "room__name", "strung")
    return {
        visit_id: SessionHead(pk, at, until, room, Events.of(strung)) for visit_id, pk, at, until, room, strung in found
    }


def _head(row: Any, session: SessionHead | None, now: datetime) -> VisitHead:
    return VisitHead(
        visit_id=row.id,
        patient_id=row.patient_id,
        patient_name=names.shown(row.family, row.given),
        birth_date=row.birth_date,
        birth_date_said=row.birth_date_said,
        age=age_on(row.birth_date, now.date()),
        place_id=row.place_id,
        place=row.place_name,
        zone=row.zone,
        room_id=row.room_id,
        room=row.room_name or "",
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner_name,
        episode_id=row.episode_id,
        starts_at=row.starts_at,
        minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
        reason=row.reason,
        first=row.first,
        state=row.state,
        seen=Seen(
            *(n or 0 for n in (row.n_screening, row.n_consent, row.n_drawing, row.n_choice, row.n_plan, row.n_decision))
        ),
        screening=row.screening_result,
        screened_at=row.screening_at,
        cleared=bool(row.screening_cleared),
        consent=_consent(row),
        choice=tuple(map(_muscle, row.choice_muscles or ())),
        how={_muscle(c): how for c in row.choice_muscles or () if (how := manner_again(c.get("plan")))},
        pain=tuple(BodySite(RegionId(a["region"]), Side(a["side"])) for a in row.pain_areas or ()),
        session=session,
        measured_before=row.has_before,
        measured_after=row.has_after,
        decided=bool(row.n_decision),
        planned=row.has_plan,  # a plan belongs to the episode: one visit writes it, the others follow it
        follow_ups=row.has_follow_ups,
        note_id=row.the_note,
    )


def _muscle(chosen: Mapping[str, Any]) -> MuscleSide:
    return MuscleSide(MuscleId(chosen["muscle"]), Side(chosen["side"]))


def _consent(row: Any) -> ConsentHead | None:
    if not row.n_consent:
        return None
    return ConsentHead(
        sites=tuple(BodySite(RegionId(s["region"]), Side(s["side"])) for s in row.consent_sites),
        text_version=row.consent_version,
        text_hash=row.consent_hash,
        pleural_risk_told=bool(row.consent_pleura),
        signed_at=row.consent_at,
        signed_by=row.consent_by,
        withdrawn=row.consent_withdrawn is not None,
    )
