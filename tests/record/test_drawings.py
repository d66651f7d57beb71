"""The patient's own drawing: what is kept of it, what is refused, when it may no longer change, what older rows say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from filiform.clinical.access import Role
from filiform.clinical.pain_drawing import Area
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.record import drawn
from filiform.record.actions import book, follow, locate
from filiform.record.actor import Actor
from filiform.record.models import PainDrawing, Patient, PatientLink
from filiform.record.reads import drawings
from filiform.record.reads import note as notes
from filiform.record.reads.drawings import Drawn, OwnDrawing
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
SHOULDER: dict[str, Any] = {
    "region": "shoulder_superior",
    "side": "right",
    "intensity": 8,
    "quality": ["burning", "ache"],
    "since": "weeks",
}
HEEL: dict[str, Any] = {"region": "heel", "side": "left", "intensity": 2}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def patient_of(here: Clinic, patient: UUID | None = None) -> Actor:
    who = patient or here.patient
    return Actor(f"patient:{who}", Role.PATIENT, here.practice, here.place, patient=who)


def draw(here: Clinic, areas: Any, seen: int = 0, **other: Any) -> int:
    known = {"by": patient_of(here), "now": NOW, "visit_id": here.visit, "seen": seen, "areas": areas}
    return locate.draw_pain(**{**known, **other})


def link(here: Clinic) -> UUID:
    follow.make_link(by=here.staff["front_desk"], now=NOW, visit_id=here.visit, purpose="draw")
    return PatientLink.objects.get(visit_id=here.visit, purpose="draw").pk


def own(here: Clinic, opened: UUID, **other: Any) -> OwnDrawing:
    return drawings.own_drawing(**{"by": patient_of(here), "now": NOW, "link_id": opened, **other})


def rules(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {block.rule for block in refusal.value.blocks}


def test_quality_and_since_are_kept_and_read_back_in_the_order_of_the_table(here: Clinic) -> None:
    assert draw(here, [SHOULDER, HEEL]) == 1
    found = own(here, link(here))
    assert found.areas == (
        Area(BodySite(RegionId("shoulder_superior"), Side.RIGHT), 8, ("ache", "burning"), "weeks"),
        Area(BodySite(RegionId("heel"), Side.LEFT), 2, (), None),
    )
    assert (found.seen, found.given, found.closed) == (1, "Maya", "")


def test_a_row_of_the_first_release_reads_as_unknown(here: Clinic) -> None:
    written = {"visit_id": here.visit, "patient_id": here.patient, "recorded_at": NOW, "recorded_by": here.therapist.id}
    PainDrawing.objects.create(number=1, areas=[HEEL], **written)
    (one,) = drawings.of_patient(by=here.therapist, now=NOW, patient_id=here.patient).drawings
    assert (one.areas[0].qualities, one.areas[0].since, one.finished, one.by_patient) == ((), None, None, False)


@pytest.mark.control("C-220")
@pytest.mark.parametrize(
    ("change", "rule", "names"),
    [
        ({"region": "left_wing"}, "site.region_unknown", "left_wing"),
        ({"side": "up"}, "site.side_unknown", "up"),
        ({"side": "midline"}, "site.not_midline", "top of the shoulder"),
        ({"intensity": 11}, "pain.intensity", "0 to 10"),
        ({"intensity": 7.0}, "pain.intensity", "0 to 10"),
        ({"quality": ["itchy"]}, "pain.quality", "itchy"),
        ({"quality": "ache"}, "pain.quality", "ache"),
        ({"quality": [["ache"]]}, "pain.quality", "ache"),
        ({"quality": None}, "pain.quality", "None"),
        ({"since": "yesterday"}, "pain.since", "yesterday"),
        ({"since": 3}, "pain.since", "3"),
        ({"colour": "red"}, "pain.key", "colour"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_lost(
    here: Clinic, change: dict[str, Any], rule: str, names: str
) -> None:
    draw(here, [HEEL])
    with pytest.raises(Refused) as refusal:
        draw(here, [HEEL, {**SHOULDER, **change}], seen=1)
    assert rules(refusal) == {rule}
    assert names in str(refusal.value)
    assert own(here, link(here)).areas == drawn.from_json([HEEL])


@pytest.mark.control("C-220")
@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("_intensity", {"intensity": 11}),
        ("_known", {"quality": ["itchy"]}),
        ("_known", {"since": "yesterday"}),
        ("_KEYS", {"colour": "red"}),
    ],
)
def test_control_without_its_guard_each_of_them_would_be_kept(
    here: Clinic, monkeypatch: pytest.MonkeyPatch, guard: str, change: dict[str, Any]
) -> None:
    """Negative control."""
    passing: dict[str, Any] = {
        "_intensity": lambda value: value,
        "_known": lambda value, words, what: value,
        "_KEYS": drawn._KEYS | {"colour"},
    }
    monkeypatch.setattr(drawn, guard, passing[guard])
    with pytest.raises(pytest.fail.Exception), pytest.raises(Refused):
        draw(here, [{**SHOULDER, **change}])


# ---- finished, or still drawing


@pytest.mark.control("C-221")
def test_an_empty_drawing_says_that_nothing_hurts_only_when_the_patient_says_so(here: Clinic) -> None:
    opened = link(here)
    assert own(here, opened).drawn is None
    draw(here, [HEEL])
    draw(here, [], seen=1)  # the only place was taken back: that is no answer
    found = own(here, opened).drawn
    assert found is not None and (found.finished, found.nothing_hurts) == (False, False)
    draw(here, [], seen=2, finished=True)
    found = own(here, opened).drawn
    assert found is not None and (found.finished, found.nothing_hurts) == (True, True)


@pytest.mark.control("C-221")
def test_control_without_the_answer_a_mark_taken_back_would_read_as_no_pain(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(Drawn, "nothing_hurts", property(lambda one: not one.areas))
    with pytest.raises(AssertionError):
        test_an_empty_drawing_says_that_nothing_hurts_only_when_the_patient_says_so(here)


def test_a_drawing_by_staff_is_neither_finished_nor_unfinished(here: Clinic) -> None:
    draw(here, [], by=here.therapist, finished=True)
    (one,) = drawings.of_patient(by=here.therapist, now=NOW, patient_id=here.patient).drawings
    assert (one.finished, one.nothing_hurts, one.by_patient) == (None, True, False)


def test_taking_back_draws_the_earlier_state_again_and_keeps_every_row(here: Clinic) -> None:
    draw(here, [HEEL])
    draw(here, [HEEL, SHOULDER], seen=1)
    known: dict[str, Any] = {"by": patient_of(here), "now": NOW, "visit_id": here.visit}
    assert locate.take_back(**known, seen=2, to=1) == 3
    assert own(here, link(here)).areas == drawn.from_json([HEEL])
    assert locate.take_back(**known, seen=3, to=0) == 4
    assert [len(row.areas) for row in PainDrawing.objects.order_by("number")] == [1, 2, 1, 0]
    with pytest.raises(NotFound):
        locate.take_back(**known, seen=4, to=9)
    with pytest.raises(Stale):
        locate.take_back(**known, seen=1, to=1)


def test_the_database_holds_the_answer_as_it_was_given(here: Clinic) -> None:
    draw(here, [HEEL])
    with pytest.raises(DatabaseError), transaction.atomic():
        PainDrawing.objects.update(finished=True)
    assert PainDrawing.objects.get().finished is False


# ---- until when


@pytest.mark.control("C-222")
def test_once_the_session_has_begun_the_link_changes_nothing(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    seen = one.head.seen.drawing
    assert draw(here, [HEEL], seen=seen) == seen + 1  # until then it does
    steps.on(one, "opened")
    with pytest.raises(Refused) as refusal:
        draw(here, [], seen=seen + 1)
    assert rules(refusal) == {"pain.begun"}
    with pytest.raises(Refused) as refusal:
        locate.take_back(by=patient_of(here), now=NOW, visit_id=here.visit, seen=seen + 1, to=seen)
    assert rules(refusal) == {"pain.begun"}
    assert "has begun" in own(here, link(here)).closed
    assert draw(here, [HEEL], seen=seen + 1, by=here.therapist) == seen + 2  # the therapist still draws


@pytest.mark.control("C-222")
def test_control_without_the_guard_the_link_would_change_it(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    seen = steps.reach(here, "opened", NOW).head.seen.drawing
    monkeypatch.setattr(locate, "_may_still_draw", lambda by, visit: None)
    with pytest.raises(pytest.fail.Exception), pytest.raises(Refused):
        draw(here, [], seen=seen)


@pytest.mark.parametrize(("move", "says"), [(book.cancel_visit, "cancelled"), (book.mark_missed, "passed")])
def test_a_visit_that_does_not_take_place_takes_no_drawing(here: Clinic, move: Any, says: str) -> None:
    desk = here.staff["front_desk"]
    other = clinic.another_visit(here, NOW + timedelta(days=1))
    move(by=desk, now=NOW + timedelta(days=1), visit_id=other.visit)
    with pytest.raises(Refused):
        draw(other, [HEEL])
    assert says in own(other, link(other)).closed
    assert says in drawings.link_for(by=desk, now=NOW, visit_id=other.visit).closed


# ---- whose


@pytest.mark.control("C-223")
def test_a_link_opens_the_drawing_of_its_own_patient_and_visit(here: Clinic) -> None:
    opened = link(here)
    stranger = patient_of(here, uuid4())
    for wrong in ({"by": stranger}, {"now": NOW + timedelta(days=8)}, {"link_id": uuid4()}):
        with pytest.raises(NotFound):
            own(here, opened, **wrong)
    with pytest.raises(NotFound):
        draw(here, [HEEL], by=stranger)
    with pytest.raises(NotAllowed):
        own(here, opened, by=here.therapist)
    follow.make_link(by=here.therapist, now=NOW, visit_id=here.visit, purpose="screening")
    other = PatientLink.objects.get(purpose="screening").pk
    with pytest.raises(NotFound):
        own(here, other)  # a link for something else
    assert not PainDrawing.objects.exists()


@pytest.mark.control("C-223")
def test_control_without_the_bounds_a_stranger_would_draw(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    whole = locate.within.visit
    monkeypatch.setattr(locate.within, "visit", lambda by, visit_id: whole(here.therapist, visit_id))
    with pytest.raises(pytest.fail.Exception), pytest.raises(NotFound):
        draw(here, [HEEL], by=patient_of(here, uuid4()))


def test_without_a_birth_date_no_link_is_promised(here: Clinic) -> None:
    desk = here.staff["front_desk"]
    assert drawings.link_for(by=desk, now=NOW, visit_id=here.visit).closed == ""
    Patient.objects.filter(pk=here.patient).update(birth_date=None)
    assert "birth date is not known" in drawings.link_for(by=desk, now=NOW, visit_id=here.visit).closed


def test_the_newest_drawing_of_each_visit_newest_visit_first(here: Clinic) -> None:
    later = clinic.another_visit(here, NOW + timedelta(days=7))
    draw(here, [HEEL])
    draw(here, [SHOULDER], seen=1)
    draw(later, [HEEL], by=here.therapist)
    found = drawings.of_patient(by=here.therapist, now=NOW, patient_id=here.patient).drawings
    assert [(one.visit_id, one.number, one.by_patient) for one in found] == [
        (later.visit, 1, False),
        (here.visit, 2, True),
    ]
    with pytest.raises(NotFound):
        drawings.of_patient(by=clinic.make("Birch").therapist, now=NOW, patient_id=here.patient)
    with pytest.raises(NotAllowed):
        drawings.of_patient(by=here.staff["front_desk"], now=NOW, patient_id=here.patient)


def test_the_note_says_what_the_pain_is_like_and_whether_the_drawing_is_finished(here: Clinic) -> None:
    def said() -> tuple[str, ...]:
        page = notes.note(by=here.therapist, now=NOW, visit_id=here.visit)
        (section,) = [one for one in page.sections if one.id == "pain"]
        return section.lines

    assert said() == ("No pain was drawn at this visit.",)
    draw(here, [SHOULDER])
    unfinished = "Drawn by the patient by link, not finished."
    assert said() == ("Right: top of the shoulder, 8/10, aching, burning, for weeks", unfinished)
    draw(here, [], seen=1)
    assert said() == (unfinished,)
    draw(here, [], seen=2, finished=True)
    assert said() == ("Nothing hurts.",)
