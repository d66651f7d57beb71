"""A visit taken as far as a test needs, by the same actions that the pages call.

`reach(here, "counted")` takes the clinic's own visit through every step before that one. Whoever wants one step done
otherwise does it itself on what the step before left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from filiform.clinical import consent as consents
from filiform.clinical.terms import MuscleId, Side
from filiform.knowledge import book
from filiform.record import agreeing
from filiform.record.actions import consent, evaluate, locate, needle, note, plan, screen
from filiform.record.actor import NOWHERE
from filiform.record.reads import note as notes
from filiform.record.reads import screen as screenings
from filiform.record.reads import visit as visits
from tests.clinic import Clinic

BIRTH = date(1984, 3, 12)
HEALTHY_YES = {"willing", "hiv_counts"}  # here "yes" is the healthy answer
MUSCLES = ("upper_trapezius", "levator_scapulae", "infraspinatus", "splenius_capitis")
NEEDLES = (0, 0, 1, 2, 2, 3)  # six needles, by muscle
NAME = "Maya Okafor"
STEPS = ("arrived", "screened", "located", "consented", "opened", "needling", "counted", "closed", "measured")
STEPS = (*STEPS, "decided", "signed", "amended")


@dataclass
class Visit:
    """One visit under way. `at` moves on by a minute with every step, so that rows have an order."""

    here: Clinic
    visit: UUID
    at: datetime
    birth: date = BIRTH
    session: UUID = NOWHERE
    done: list[str] = field(default_factory=list)

    @property
    def head(self) -> visits.VisitHead:
        """The visit as the record sees it."""
        return visits.inside(self.here.therapist, self.at, self.visit)

    def about(self, **more: Any) -> dict[str, Any]:
        """The arguments that nearly every action of a visit takes."""
        return {"by": self.here.therapist, "now": self.at, "visit_id": self.visit, **more}


def reach(here: Clinic, step: str, now: datetime, visit: UUID | None = None) -> Visit:
    """The clinic's visit (or `visit`), taken through every one of STEPS up to `step`."""
    one = Visit(here, visit or here.visit, now)
    return on(one, step)


def on(one: Visit, step: str) -> Visit:
    """Take a visit further, through every step up to `step` that is not done."""
    for name in STEPS[: STEPS.index(step) + 1]:
        if name not in one.done:
            DO[name](one)
            one.done.append(name)
            one.at += timedelta(minutes=1)
    return one


def nothing(one: Visit) -> None:
    """The clinic's visit has arrived already."""


def healthy(one: Visit) -> list[dict[str, Any]]:
    """Every question that is due now, answered as a healthy person would."""
    due = screenings.screening_today(**one.about()).questions
    return [{"question": q.id, "said": "yes" if q.id in HEALTHY_YES else "no"} for q in due]


def screened(one: Visit, **special: Mapping[str, Any]) -> None:
    """Answered as a healthy person would, but for `special` ({question: what is said})."""
    said = [{**answer, **special.get(answer["question"], {})} for answer in healthy(one)]
    screen.answer_screening(**one.about(seen=one.head.seen.screening, answers=said))


def consented(one: Visit, **changes: Any) -> None:
    """Signed for every place where the four muscles are needled, after they were chosen: the text depends on them."""
    enters = {site for name in MUSCLES for site in consents.planned(book().muscles[MuscleId(name)], Side.RIGHT).enters}
    areas = [{"region": site.region, "side": _side(site.region)} for site in sorted(enters)]
    shown = agreeing.text_for(agreeing.chosen(one.visit)).hash
    words = {"areas": areas, "text_hash": shown, "signed_by": NAME, **changes}
    consent.sign_consent(**one.about(seen=one.head.seen.consent, **words))


def located(one: Visit) -> None:
    """Drawn, pressed, chosen, and measured before."""
    areas = [{"region": "shoulder_superior", "side": "right", "intensity": 7}]
    locate.draw_pain(**one.about(seen=0, areas=areas))
    for name in MUSCLES[:2]:
        found = {"taut_band": True, "tenderness": 2, "familiar_pain": True, "twitch": False}
        locate.palpate(**one.about(muscle=name, side="right", **found))
    locate.choose_muscles(**one.about(seen=0, muscles=[{"muscle": name, "side": "right"} for name in MUSCLES]))
    measured(one, "before", 7)


def opened(one: Visit) -> None:
    """The patient said her birth date."""
    one.session = needle.open_session(**one.about(room_id=one.here.room, birth_date=one.birth))


def needling(one: Visit) -> None:
    """Six needles in four muscles."""
    first = event(one, "pack", "open_pack", **pack(one))
    others = [
        event(one, f"n{number}", "in", muscle=MUSCLES[muscle], side="right", pack=first["id"])
        for number, muscle in enumerate(NEEDLES)
    ]
    twitch = event(one, "twitch", "twitch", needle=others[0]["id"])
    add(one, first, *others, twitch)


def counted(one: Visit) -> None:
    """Every needle out, and as many on the tray as were opened."""
    outs = [event(one, f"out{n.id[-2:]}", "out", needle=n.id) for n in one.head.session.state.open_needles]  # type: ignore[union-attr]
    add(one, *outs, chest(one))
    count(one, 8)


def chest(one: Visit, name: str = "chest", **said: bool) -> dict[str, Any]:
    """The patient was asked about breathing and chest pain, knowing every needle."""
    needles = [needle.id for needle in one.head.session.state.needles]  # type: ignore[union-attr]
    answers = {"breathless": False, "chest_pain": False, **said}
    return event(one, name, "chest_check", covers=needles, **answers)


def count(one: Visit, tray: int, name: str = "count") -> None:
    """Somebody counted `tray` needles, knowing every event."""
    covers = list(one.head.session.state.events)  # type: ignore[union-attr]
    add(one, event(one, name, "count", tray=tray, covers=covers))


def closed(one: Visit) -> None:
    needle.close_session(by=one.here.therapist, now=one.at, session_id=one.session)


def retested(one: Visit) -> None:
    measured(one, "after", 4)
    evaluate.give_treatment(**one.about(kind="Exercise", minutes=10))


def decided(one: Visit) -> None:
    """An episode with its plan, and what comes next."""
    plan.open_episode(**one.about(problem="Neck pain", examined_on=one.at.date()))
    plan.decide(**one.about(seen=0, kind="continue", because="Less pain, more range."))
    plan.write_plan(**one.about(seen=0, plan=care(one.at.date())))


def signed(one: Visit) -> None:
    note.sign_note(**one.about(seen_hash=notes.note(**one.about()).hash))


def amended(one: Visit) -> None:
    note.amend_note(**one.about(text="The left side was looked at, too."))


def measured(one: Visit, moment: str, pain: int) -> None:
    """Pain, tightness, and how far the neck turns."""
    values = [
        evaluate.Value("pain", Decimal(pain)),
        evaluate.Value("tightness", Decimal(pain)),
        evaluate.Value("range", Decimal(60 - pain), "neck_rotation", "right"),
    ]
    evaluate.measure(**one.about(moment=moment, values=values, seen=0))


def care(day: date) -> plan.PlanOfCare:
    """A plan that the rules accept."""
    return plan.PlanOfCare(
        goals=("Look over the shoulder when driving",),
        visits=6,
        frequency="once a week",
        active_treatments=("Strengthening of the neck",),
        source_of_pain="Long hours at a low screen",
        needling_can="Ease the pain for a while",
        needling_cannot="Change the desk",
        home_programme="Turn the head ten times, twice a day",
        recheck_on=day + timedelta(days=28),
    )


def pack(one: Visit, **changes: Any) -> dict[str, Any]:
    """A pack of eight, good for a year."""
    good_until = (one.at.date() + timedelta(days=365)).isoformat()
    return {"needles": 8, "gauge_mm": 0.3, "length_mm": 40, "lot": "A1", "expiry": good_until, **changes}


def event(one: Visit, name: str, kind: str, **fields: Any) -> dict[str, Any]:
    """One event of the session as a tablet sends it. `name` is unique in this session."""
    own = {"id": f"{one.session.hex}-{name}", "at": one.at.isoformat(), "device": "t1", "by": one.here.therapist.id}
    return {**own, "kind": kind, **fields}


def add(one: Visit, *events: Mapping[str, Any]) -> Any:
    """Send events; the folded state."""
    return needle.add_events(by=one.here.therapist, now=one.at, session_id=one.session, events=events)


def tapping(one: Visit, name: str, kind: str, **fields: Any) -> Callable[[], Any]:
    """What a tap on the page does, to be done later; `name` is unique in this session."""
    own = {"by": one.here.therapist, "now": one.at, "session_id": one.session, "device": "t1"}
    return lambda: needle.tap(**own, event_id=f"{one.session.hex}-{name}", kind=kind, fields=fields)


def _side(region: str) -> str:
    return "midline" if book().regions[region].midline else "right"  # type: ignore[index]


DO = {
    "arrived": nothing,
    "screened": screened,
    "consented": consented,
    "located": located,
    "opened": opened,
    "needling": needling,
    "counted": counted,
    "closed": closed,
    "measured": retested,
    "decided": decided,
    "signed": signed,
    "amended": amended,
}


def searched(one: Visit) -> None:
    """Every place was looked at, and no needle found."""
    places = ("skin", "hair", "clothing", "table", "floor")
    add(one, *(event(one, place, "searched", place=place, found=0) for place in places))
