"""A whole record for the tests of the export: two visits with every step, made by hand; nobody in it is real."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from filiform.clinical import needle
from filiform.record.incoming import FactKind
from filiform.record.reads import export as e
from filiform.record.reads.background import Fact

ROOT = UUID("8a8fbb0e-4b8f-4d59-9d4c-3f8f4c9a1a00")
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PATIENT = uuid5(ROOT, "patient")
THERAPIST = uuid5(ROOT, "therapist")
BY = f"staff:{THERAPIST}"


def ident(name: str) -> UUID:
    return uuid5(ROOT, name)


def wrote(name: str, minutes: int = 0) -> dict[str, Any]:
    return {"id": ident(name), "recorded_at": START + timedelta(minutes=minutes), "recorded_by": BY}


def fact(kind: FactKind, text: str, *, status: str = "", code: str = "", began: str = "") -> Fact:
    return Fact(
        id=ident(f"{kind}/{text}"),
        kind=kind,
        text=text,
        code_system="http://snomed.info/sct" if code else "",
        code=code,
        status=status,
        verification="",
        began_said=began,
        began_on=date.fromisoformat(began) if len(began) == 10 else None,
        ended_said="",
        ended_on=None,
        source="",
        recorded_at=START,
        recorded_by=BY,
    )


FACTS = (
    fact(FactKind.PROBLEM, "neck pain", status="active", code="81680005", began="2026-10"),
    fact(FactKind.PROBLEM, "fainted once at the dentist", status="long ago"),
    fact(FactKind.MEDICINE, "apixaban 5 mg twice a day", status="active", began="2026-01-05"),
    fact(FactKind.MEDICINE, "something for sleep", began="last winter"),
    fact(FactKind.ALLERGY, "nickel"),
    fact(FactKind.ALLERGY, "latex", status="active", began="2001-02-03"),
    fact(FactKind.DEVICE, "pacemaker", status="active", began="2019"),
    fact(FactKind.DEVICE, "breast implant, left"),
    fact(FactKind.PROCEDURE, "knee replaced, left", status="completed", began="2019-04-02"),
    fact(FactKind.PROCEDURE, "an operation on the back", status="long ago", began="as a small child"),
)


def event(number: int, kind: str, **fields: object) -> needle.Event:
    at = (START + timedelta(minutes=20, seconds=number)).isoformat()
    return needle.event_from({"id": f"e{number}", "at": at, "device": "t1", "by": BY, "kind": kind, **fields})


def session_events() -> list[needle.Event]:
    """Six needles in four muscles, all out and counted."""
    muscles = [
        ("upper_trapezius", "left"),
        ("upper_trapezius", "left"),
        ("upper_trapezius", "right"),
        ("infraspinatus", "left"),
        ("infraspinatus", "left"),
        ("levator_scapulae", "left"),
    ]
    pack = {"needles": 8, "gauge_mm": 0.3, "length_mm": 40, "lot": "L1", "expiry": "2028-01-31"}
    events = [event(1, "open_pack", **pack)]
    for number, (muscle, side) in enumerate(muscles, 2):
        more = {"depth_mm": 20, "technique": "pistoning"} if number == 2 else {}
        events.append(event(number, "in", muscle=muscle, side=side, pack="e1", **more))
    events.append(event(20, "twitch", needle="e2"))
    events += [event(30 + number, "out", needle=f"e{number}", bleeding="none") for number in range(2, 8)]
    events.append(event(40, "count", tray=8, covers=[one.id for one in events]))
    return events


def consent(name: str, withdrawn: bool) -> e.ConsentPart:
    return e.ConsentPart(
        **wrote(name, 5),
        sites=[{"region": "neck_back", "side": "left"}, {"region": "neck_back", "side": "midline"}],
        text_version="2026-11",
        text_hash="ab" * 32,
        pleural_risk_told=True,
        signed_by="Ada Probe",
        withdrawn_at=START + timedelta(minutes=7) if withdrawn else None,
        withdrawn_because="changed her mind" if withdrawn else "",
    )


def plan(name: str, minutes: int) -> e.PlanPart:
    return e.PlanPart(
        **wrote(name, minutes),
        episode_id=ident("episode"),
        goals=["look over the shoulder when driving", "sleep through"],
        visits=6,
        frequency="once a week",
        active_treatments=["strengthening of the neck"],
        source_of_pain="muscles of the neck",
        needling_can="ease pain for days",
        needling_cannot="mend a joint",
        home_programme="",
        recheck_on=date(2026, 12, 1),
    )


def note() -> e.NotePart:
    return e.NotePart(
        **wrote("note", 60),
        content={"needling": ["upper trapezius, left: 2 needles"], "retest": {"pain": [6, 3]}},
        content_hash="cd" * 32,
        added_words="Felt better.",
        amendments=(e.AmendmentPart(**wrote("amendment", 90), text="It was the right side as well."),),
    )


def screenings() -> tuple[e.ScreeningPart, ...]:
    return (
        e.ScreeningPart(
            **wrote("screening", 2),
            answers={"fever": False, "pregnancy_weeks": None, "medications": ["apixaban"], "age": 44, "inr": 2.5},
            result={
                "disposition": "proceed_modified",
                "findings": [{"rule": "anticoagulant", "evidence": [{"text": "apixaban", "date": None}]}],
                "ask": [],
            },
            disposition="proceed_modified",
            cleared=True,
            profile="default",
        ),
    )


def drawings() -> tuple[e.DrawingPart, ...]:
    return (
        e.DrawingPart(
            **wrote("drawing", 8),
            areas=[
                {"region": "neck_back", "side": "midline", "intensity": 6},
                {"region": "scapula_body", "side": "left", "intensity": 0},
            ],
            finished=None,
        ),
    )


def palpations() -> tuple[e.PalpationPart, ...]:
    return (
        e.PalpationPart(
            **wrote("palpation", 10),
            muscle="upper_trapezius",
            side="left",
            taut_band=True,
            tenderness=0,
            familiar_pain=False,
            twitch=False,
            spots=(),
        ),
        e.PalpationPart(
            **wrote("palpation/second", 11),
            muscle="upper_trapezius",
            side="left",
            taut_band=None,
            tenderness=2,
            familiar_pain=None,
            twitch=None,
            spots=(e.SpotPart(**wrote("spot", 11), number=2, view="back", x=Decimal("-33.0"), y=Decimal("134.5")),),
        ),
    )


def measures() -> tuple[e.MeasurePart, ...]:
    return tuple(
        e.MeasurePart(**wrote(f"{kind}/{moment}", 12), kind=kind, moment=moment, what=what, side="", value=value)
        for kind, moment, what, value in (
            ("pain", "before", "", Decimal("6")),
            ("pain", "after", "", Decimal("0")),
            ("tightness", "before", "", Decimal("7.5")),
            ("range", "before", "rotation", Decimal("40")),
        )
    )


def adverse_events() -> tuple[e.AdverseEventPart, ...]:
    return (
        e.AdverseEventPart(
            **wrote("event", 1445),
            what="bruise at the shoulder",
            began_hours_after=Decimal("2.0"),
            lasted_hours=None,
            treatment_needed="",
            function_lost=False,
            admitted=None,
            detail="2 cm",
        ),
    )


def session_part() -> e.SessionPart:
    return e.SessionPart(
        id=ident("session"),
        opened_at=START + timedelta(minutes=15),
        closed_at=START + timedelta(minutes=40),
        practitioner_id=THERAPIST,
        place_id=ident("place"),
        room="Room 1",
        state=needle.fold(session_events()),
    )


def full_visit() -> e.VisitPart:
    return e.VisitPart(
        **wrote("visit"),
        starts_at=START,
        ends_at=START + timedelta(minutes=45),
        state="arrived",
        reason="neck pain",
        arrived_at=START,
        place_id=ident("place"),
        practitioner_id=THERAPIST,
        episode_id=ident("episode"),
        screenings=screenings(),
        consents=(consent("withdrawn consent", True), consent("consent", False)),
        drawings=drawings(),
        palpations=palpations(),
        session=session_part(),
        treatments=(e.TreatmentPart(**wrote("treatment", 41), kind="exercise", detail="rows", minutes=10),),
        measures=measures(),
        plans=(plan("old plan", 43), plan("plan", 44)),
        decisions=(e.DecisionPart(**wrote("decision", 45), kind="continue", because="pain halved"),),
        answers=(
            e.AnswerPart(**wrote("answer", 1440), hours=24, answers={"soreness": 3, "bruise": True}, queue="routine"),
        ),
        adverse_events=adverse_events(),
        note=note(),
    )


def bare_visit(name: str, state: str) -> e.VisitPart:
    """A visit of which nothing is known but its time."""
    nothing: tuple[()] = ()
    steps = ("screenings", "consents", "drawings", "palpations", "treatments", "measures", "plans", "decisions")
    empty: dict[str, Any] = {step: nothing for step in (*steps, "answers", "adverse_events")}
    return e.VisitPart(
        **wrote(name),
        starts_at=START + timedelta(days=7),
        ends_at=START + timedelta(days=7, minutes=30),
        state=state,
        reason="",
        arrived_at=None,
        place_id=ident("place"),
        practitioner_id=THERAPIST,
        episode_id=None,
        session=None,
        note=None,
        **empty,
    )


def whole(sources: tuple[e.SourcePart, ...] = (), **patient: object) -> e.PatientExport:
    """The record, with `sources` as the imported part and `patient` columns changed."""
    columns: dict[str, Any] = {
        "practice_id": ident("practice"),
        "family": "Probe",
        "given": "Ada Maria",
        "birth_date": date(1982, 5, 6),
        "birth_date_said": "1982-05-06",
        "sex": "female",
        "phone": "555-0100",
        "email": "",
        "deceased_said": "",
        **patient,
    }
    return e.PatientExport(
        patient=e.PatientPart(**{**wrote("patient"), **columns}),
        practice=e.PlacePart(id=ident("practice"), name="Practice", address="", phone="555-0199"),
        places=(
            e.PlacePart(id=ident("place"), name="North", address="1 Main Street", phone=""),
            e.PlacePart(id=ident("other place"), name="South", address="", phone=""),
        ),
        people=(
            e.PersonPart(id=THERAPIST, name="Robin Therapist", title="PT"),
            e.PersonPart(id=ident("somebody else"), name="Not Here", title=""),
        ),
        sources=sources,
        facts=FACTS,
        doctor_answers=(
            e.DoctorAnswerPart(
                **wrote("doctor"),
                condition="anticoagulant",
                asked="May she be needled on apixaban?",
                answered_by="Dr. Example",
                answered_on=date(2026, 10, 30),
                verdict="limits",
                limits="no deep muscles",
            ),
        ),
        episodes=(
            e.EpisodePart(
                **wrote("episode"),
                practitioner_id=THERAPIST,
                problem="neck pain",
                examined_on=date(2026, 11, 2),
                ended_at=None,
                ended_because="",
            ),
        ),
        visits=(full_visit(), bare_visit("booked", "booked"), bare_visit("missed", "missed")),
    )
