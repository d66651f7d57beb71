"""What the locate page shows: the drawing, the muscles ranked by match, what the hand found, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import JSONField, Subquery

from filiform import knowledge
from filiform.clinical.access import Act
from filiform.clinical.locate import Answer, Candidate, Mimic, Move, Pain, Palpated, locate, moves
from filiform.clinical.needle.manner import Manner
from filiform.clinical.pain_drawing import Area
from filiform.clinical.screen import Restriction, restriction_blocks, restriction_from_json
from filiform.clinical.terms import Block, BodySite, MuscleSide
from filiform.record import models as m
from filiform.record import pressing
from filiform.record.actor import Actor
from filiform.record.events import Events, of_session
from filiform.record.pressing import Point
from filiform.record.reads import drawings, visit
from filiform.record.reads.drawings import Drawn
from filiform.record.reads.visit import VisitHead
from filiform.record.write import internal, read


@dataclass(frozen=True, slots=True)
class Before:
    """How a muscle was needled in the patient's last closed session: its last needle, by the practice's day."""

    on: date
    how: Manner


@dataclass(frozen=True, slots=True)
class ChosenMuscle:
    """A muscle chosen for today. `locked` are the blocks of a screening that came after the choice.

    `how`: what was planned of it, None for nothing. `before`: None when the last session did not use the muscle there.
    """

    one: MuscleSide
    locked: tuple[Block, ...]
    how: Manner | None
    before: Before | None


@dataclass(frozen=True, slots=True)
class Flag:
    """What the drawing can mimic, the places that say so, and what today's screening heard about it.

    `said` are the answers to the questions that ask the same ("no", "yes", "unsure"; "" for not answered).
    """

    mimic: Mimic
    sites: tuple[BodySite, ...]
    said: tuple[str, ...]

    @property
    def excluded(self) -> bool:
        """Whether every question was answered with no. No question at all excludes nothing."""
        return bool(self.said) and all(said == "no" for said in self.said)

    @property
    def answered(self) -> bool:
        """Whether every question was answered with yes or no; unsure is not answered."""
        return bool(self.said) and all(said in ("yes", "no") for said in self.said)


@dataclass(frozen=True, slots=True)
class Located:
    """Everything about where it hurts and which muscles it may come from."""

    head: VisitHead
    drawing: Drawn | None
    points: Mapping[MuscleSide, tuple[Point, ...]]
    answer: Answer
    moves: tuple[Move, ...]  # none while nothing was pressed
    flags: tuple[Flag, ...]
    chosen: tuple[ChosenMuscle, ...]
    restrictions: tuple[Restriction, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The drawn areas, head to foot."""
        return self.drawing.areas if self.drawing else ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The muscles ranked by match, not by safety; locked ones last."""
        return self.answer.candidates

    @property
    def unexplained(self) -> tuple[BodySite, ...]:
        """The places that no muscle of the table explains."""
        return self.answer.unexplained


@read(Act.READ_CHART, about="visit_id")
def located(*, by: Actor, now: datetime, visit_id: UUID) -> Located:
    """The newest drawing and everything that follows from it; three queries at most beside those of the head."""
    head = visit.inside(by, now, visit_id)
    row = _drawing(visit_id)
    drawn = drawings.of_row(row, head.starts_at) if row else None
    points = pressing.of_visit(visit_id)
    limits = tuple(restriction_from_json(item) for item in head.restrictions)
    book = knowledge.book()
    pain = tuple(Pain(area.site, area.intensity) for area in drawn.areas) if drawn else ()
    found = tuple(point.found for several in points.values() for point in several)
    answer = locate(pain, found, lambda one: _blocks(limits, one), book.muscles, book.locator)
    return Located(
        head=head,
        drawing=drawn,
        points=points,
        answer=answer,
        moves=moves(pain, found, book.muscles, book.locator) if _weighs(found) else (),
        flags=_flags(answer, (row.said if row else None) or ()),
        chosen=_chosen(head, limits),
        restrictions=limits,
    )


def _chosen(head: VisitHead, limits: tuple[Restriction, ...]) -> tuple[ChosenMuscle, ...]:
    before = _before(head) if head.choice else {}
    return tuple(ChosenMuscle(one, _blocks(limits, one), head.how.get(one), before.get(one)) for one in head.choice)


def _before(head: VisitHead) -> dict[MuscleSide, Before]:
    """How each muscle was needled in the patient's last closed session, as far as anything was recorded of it."""
    rows = m.Session.objects.filter(patient_id=head.patient_id, closed_at__isnull=False).exclude(visit=head.visit_id)
    last = rows.order_by("-opened_at").annotate(strung=of_session()).values_list("opened_at", "strung").first()
    if last is None:
        return {}
    opened_at, strung = last
    state = Events.of(strung).state
    packs = {pack.id: pack for pack in state.packs}
    on = opened_at.astimezone(ZoneInfo(head.zone)).date()
    found = {}
    for one in sorted(state.needles, key=lambda one: (one.since, one.id)):
        pack = packs.get(one.pack)
        how = Manner(one.technique, one.depth_mm, one.planned_minutes)
        if how:
            sized = replace(how, length_mm=pack.length_mm, gauge_mm=pack.gauge_mm) if pack else how
            found[MuscleSide(one.muscle, one.side)] = Before(on, sized)
    return found


@internal("pure: looks only at what was already read")
def locks(found: Located, one: MuscleSide) -> tuple[Block, ...]:
    """What today's screening says against needling `one`, whether or not it is a candidate."""
    return _blocks(found.restrictions, one)


def _drawing(visit_id: UUID) -> Any:
    """The newest drawing, with the answers of the newest screening beside it: one query for both."""
    screened = m.Screening.objects.filter(visit_id=visit_id).order_by("-number").values("answers")[:1]
    rows = m.PainDrawing.objects.filter(visit_id=visit_id).annotate(said=Subquery(screened, output_field=JSONField()))
    return rows.order_by("-number").first()


def _weighs(found: tuple[Palpated, ...]) -> bool:
    """Whether anything was looked for."""
    return any(one is not None for point in found for one in point.findings)


def _flags(answer: Answer, said: Any) -> tuple[Flag, ...]:
    answers = {str(one.get("question")): str(one.get("said") or "") for one in said}
    return tuple(
        Flag(flag.mimic, flag.sites, tuple(answers.get(question, "") for question in flag.mimic.screening))
        for flag in answer.red_flags
    )


def _blocks(limits: tuple[Restriction, ...], one: MuscleSide) -> tuple[Block, ...]:
    return restriction_blocks(limits, knowledge.book().muscles[one.muscle], one.side)
