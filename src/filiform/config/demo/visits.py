"""One visit of the demo, step by step, by the same actions that the pages call, as far as is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from filiform.clinical import consent as rules
from filiform.clinical.screen import Answer, Disposition, Said
from filiform.clinical.screen import screen as judge
from filiform.clinical.terms import BodySite, MuscleId, Side
from filiform.config.demo.cases import Case
from filiform.config.demo.stocking import GAUGE, LENGTH, NEEDLES, lot_of
from filiform.knowledge import book
from filiform.record.actions import book as booking
from filiform.record.actions import consent, evaluate, locate, needle, note, plan, screen
from filiform.record.actor import Actor
from filiform.record.reads import consent as consents
from filiform.record.reads import note as notes
from filiform.record.reads import visit as visits
from filiform.record.reads.practice import PlaceInfo


class Until(IntEnum):
    """How far a visit is taken."""

    BOOKED = 0
    ARRIVED = 1
    SCREENED = 2
    CONSENTED = 3
    LOCATED = 4
    IN_SESSION = 5
    CLOSED = 6
    RETESTED = 7
    DECIDED = 8
    SIGNED = 9


@dataclass
class Course:
    """One patient's way through one episode: what hurts, how much, and how it goes from visit to visit."""

    patient: UUID
    name: str
    birth_date: date
    case: Case
    side: Side
    pain: int
    gain: int  # pain points that a visit takes away on average; 0 or less: it does not help
    visits: int
    done: int = 0
    episode: UUID | None = None
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Maker:
    """Makes visits for one therapist in one room."""

    def __init__(self, desk: Actor, therapist: Actor, place: PlaceInfo, room: int, rng: Random) -> None:
        self.desk, self.by, self.rng = desk, therapist, rng
        self.there, self.number = place, room % len(place.rooms)
        self.place, self.room = place.id, place.rooms[self.number].id

    def in_room(self, further: int) -> Maker:
        """The same therapist, so many doors further; 0 is the own room."""
        return Maker(self.desk, self.by, self.there, self.number + further, self.rng) if further else self

    def book(self, course: Course, at: datetime, minutes: int = 45) -> UUID:
        """Book the visit, three days before it; its id."""
        assert self.by.staff_id is not None
        return booking.book_visit(
            by=self.desk,
            now=at - timedelta(days=3),
            patient_id=course.patient,
            practitioner_id=self.by.staff_id,
            place_id=self.place,
            room_id=self.room,
            starts_at=at,
            minutes=minutes,
            reason=course.case.problem,
            first=course.done == 0,
            episode_id=course.episode,
        )

    def visit(self, course: Course, at: datetime, until: Until = Until.SIGNED, began: datetime | None = None) -> UUID:
        """Book the visit for `at` and take it as far as `until`, three minutes a step from `began` on; its id."""
        visit_id = self.book(course, at)
        began = began or at
        steps = (
            self._arrive,
            self._screen,
            self._consent,
            self._locate,
            self._needle,
            self._close,
            self._retest,
            self._decide,
            self._sign,
        )
        for number, step in enumerate(steps, start=1):
            if number > until:
                break
            step(course, visit_id, began + timedelta(minutes=3 * number))
        if until >= Until.RETESTED:
            course.done += 1
        return visit_id

    def _arrive(self, course: Course, visit_id: UUID, now: datetime) -> None:
        booking.mark_arrived(by=self.desk, now=now - timedelta(minutes=3), visit_id=visit_id)

    def _screen(self, course: Course, visit_id: UUID, now: datetime) -> None:
        screen.answer_screening(by=self.by, now=now, visit_id=visit_id, seen=0, answers=answers(course.answers))

    def _consent(self, course: Course, visit_id: UUID, now: datetime) -> None:
        wanted = [rules.planned(book().muscles[MuscleId(m)], course.side) for m in course.case.muscles]
        sites = {site for one in wanted for site in one.enters}
        consent.sign_consent(
            by=self.by,
            now=now,
            visit_id=visit_id,
            seen=0,
            areas=[{"region": site.region, "side": _side(site, course.side)} for site in sorted(sites)],
            text_hash=consents.consent_today(by=self.by, now=now, visit_id=visit_id).text.hash,
            signed_by=course.name,
        )

    def _locate(self, course: Course, visit_id: UUID, now: datetime) -> None:
        pain = self._pain_now(course)
        areas = [
            {
                "region": region,
                "side": side_of(region, course.side),
                "intensity": max(0, min(10, strongest - 6 + pain)),
            }
            for region, strongest in course.case.areas
        ]
        locate.draw_pain(by=self.by, now=now, visit_id=visit_id, seen=0, areas=areas)
        for muscle in course.case.muscles:
            locate.palpate(
                by=self.by,
                now=now,
                visit_id=visit_id,
                muscle=muscle,
                side=course.side,
                taut_band=self.rng.random() < 0.7,
                tenderness=self.rng.randint(1, 3),
                familiar_pain=self.rng.random() < 0.6,
                twitch=self.rng.random() < 0.3,
            )
        chosen = [{"muscle": muscle, "side": course.side} for muscle in course.case.muscles]
        locate.choose_muscles(by=self.by, now=now, visit_id=visit_id, seen=0, muscles=chosen)
        self._measure(course, visit_id, now, "before", pain)

    def _needle(self, course: Course, visit_id: UUID, now: datetime) -> None:
        session = needle.open_session(
            by=self.by, now=now, visit_id=visit_id, room_id=self.room, birth_date=course.birth_date
        )
        self.session = session
        needle.add_events(by=self.by, now=now, session_id=session, events=self.needles_in(course, session, now))

    def needles_in(self, course: Course, session: UUID, now: datetime) -> list[dict[str, Any]]:
        """A pack opened, then one or two needles in each muscle, most with a twitch."""
        number, expiry = lot_of(now.date())
        events = [
            self._event(
                session,
                0,
                now,
                "open_pack",
                needles=NEEDLES,
                gauge_mm=float(GAUGE),
                length_mm=float(LENGTH),
                lot=number,
                expiry=expiry.isoformat(),
            )
        ]
        for muscle in course.case.muscles:
            for _ in range(self.rng.randint(1, 2)):
                n = len(events)
                into = self._event(
                    session,
                    n,
                    now + timedelta(seconds=20 * n),
                    "in",
                    muscle=muscle,
                    side=course.side,
                    pack=events[0]["id"],
                    technique="pistoning",
                )
                events.append(into)
                if self.rng.random() < 0.6:
                    events.append(
                        self._event(session, n + 1, now + timedelta(seconds=20 * n + 8), "twitch", needle=into["id"])
                    )
        return events

    def _close(self, course: Course, visit_id: UUID, now: datetime) -> None:
        head = visits.head(by=self.by, now=now, visit_id=visit_id)
        assert head.session is not None
        state = head.session.state
        number = len(state.events)
        outs = [
            self._event(self.session, number + i, now + timedelta(seconds=10 * i), "out", needle=one.id)
            for i, one in enumerate(state.open_needles)
        ]
        chest = self._event(
            self.session,
            number + len(outs),
            now + timedelta(minutes=1),
            "chest_check",
            covers=[one.id for one in state.needles],
            breathless=False,
            chest_pain=False,
        )
        said = [*outs, chest]
        covers = [*state.events, *(one["id"] for one in said)]
        counted = self._event(
            self.session, number + len(said), now + timedelta(minutes=2), "count", tray=state.opened, covers=covers
        )
        needle.add_events(by=self.by, now=now, session_id=self.session, events=[*said, counted])
        needle.close_session(by=self.by, now=now + timedelta(minutes=2), session_id=self.session)

    def _retest(self, course: Course, visit_id: UUID, now: datetime) -> None:
        pain = self._pain_now(course)
        self._measure(course, visit_id, now, "after", max(0, pain - self.rng.choice((0, 1, 1, 2))))
        evaluate.give_treatment(
            by=self.by, now=now, visit_id=visit_id, kind=course.case.active, minutes=self.rng.choice((8, 10, 15))
        )

    def _decide(self, course: Course, visit_id: UUID, now: datetime) -> None:
        first = course.episode is None
        if first:
            course.episode = plan.open_episode(
                by=self.by, now=now, visit_id=visit_id, problem=course.case.problem, examined_on=now.date()
            )
        kind, because = self._decision(course)
        plan.decide(by=self.by, now=now, visit_id=visit_id, seen=0, kind=kind, because=because)
        if first or kind == "change":
            plan.write_plan(by=self.by, now=now, visit_id=visit_id, seen=0, plan=_plan(course, now))

    def _sign(self, course: Course, visit_id: UUID, now: datetime) -> None:
        draft = notes.note(by=self.by, now=now, visit_id=visit_id)
        note.sign_note(by=self.by, now=now, visit_id=visit_id, seen_hash=draft.hash, aftercare_given=True)

    def _decision(self, course: Course) -> tuple[str, str]:
        if course.done + 1 < course.visits:
            if course.gain <= 0 and course.done >= 1:
                return "change", "No change of pain or range after two visits"
            return "continue", "Pain is less and the range is better than before"
        if course.gain <= 0:
            return "refer", "No change after the planned visits; the doctor is asked"
        return "stop", "The goal is reached; the exercises go on at home"

    def _measure(self, course: Course, visit_id: UUID, now: datetime, moment: str, pain: int) -> None:
        movement, worst, best = course.case.movement
        won = (best - worst) * (course.done + (moment == "after")) * max(course.gain, 0) // 6
        reached = min(best, worst + won)
        paired = movement not in _MIDLINE_MOVEMENTS
        values = [
            evaluate.Value("pain", Decimal(pain)),
            evaluate.Value("tightness", Decimal(max(0, min(10, pain + self.rng.choice((-1, 0, 1)))))),
            evaluate.Value("range", Decimal(5 * round(reached / 5)), movement, course.side if paired else "midline"),
        ]
        evaluate.measure(by=self.by, now=now, visit_id=visit_id, moment=moment, values=values, seen=0)

    def _pain_now(self, course: Course) -> int:
        return max(0, min(10, course.pain - course.gain * course.done))

    def _event(self, session: UUID, number: int, at: datetime, kind: str, **fields: Any) -> dict[str, Any]:
        return {
            "id": f"{session.hex}-{number}",
            "at": at.isoformat(),
            "device": "demo",
            "by": self.by.id,
            "kind": kind,
            **fields,
        }


_MIDLINE_MOVEMENTS = frozenset({"neck_flexion", "neck_extension", "back_flexion", "back_extension"})


def answers(other: Mapping[str, Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The answers of somebody with nothing to tell, but for those in `other`."""
    given: dict[str, Mapping[str, Any]] = {name: {"question": name, "said": said} for name, said in _nothing_to_tell()}
    given.update({name: {"question": name, **answer} for name, answer in other.items()})
    return list(given.values())


@cache
def _nothing_to_tell() -> tuple[tuple[str, str], ...]:
    """(question, answer) for every question asked of everybody: of yes and no the one that leads to less."""
    asked = [question for question in book().screening.questions if not question.ask_if]
    return tuple((question.id, min(("no", "yes"), key=lambda said: _weight(question.id, said))) for question in asked)


def _weight(question: str, said: str) -> tuple[int, int]:
    given = [Answer(question, Said(said))]
    result = judge(given, (), book_rules=book().screening, patient_age=40, on=date(2026, 1, 1))
    return list(Disposition).index(result.disposition), len(result.findings)


def side_of(region: str, side: Side) -> str:
    """The side of a region for somebody who hurts on `side`."""
    return "midline" if book().regions[region].midline else side.value  # type: ignore[index]


def _side(site: BodySite, side: Side) -> str:
    return side_of(site.region, side)


def _plan(course: Course, now: datetime) -> plan.PlanOfCare:
    return plan.PlanOfCare(
        goals=(course.case.goal,),
        visits=course.visits,
        frequency="once a week",
        active_treatments=(course.case.active,),
        source_of_pain=course.case.source,
        needling_can="Ease the pain for a while, so that moving is easier",
        needling_cannot="Cure the source of the pain",
        home_programme=course.case.home,
        recheck_on=(now + timedelta(days=28)).date(),
    )
