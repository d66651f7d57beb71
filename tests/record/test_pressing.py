"""Points that were pressed: each finding saved as it is tapped, each point on its muscle, nothing wrong let in."""

from __future__ import annotations

from typing import Any

import pytest

from filiform.clinical.figure import View
from filiform.clinical.terms import MuscleId, MuscleSide, Side
from filiform.knowledge import points
from filiform.record import pressing
from filiform.record.actions import locate
from filiform.record.models import AuditRow, Palpation, PalpationPlace
from filiform.record.reads.locate import located
from filiform.record.write import NotFound, Refused
from tests import clinic
from tests.clinic import NOW, Clinic
from tests.record.test_locate import draw, rules

pytestmark = pytest.mark.django_db
UPPER = MuscleSide(MuscleId("upper_trapezius"), Side.RIGHT)


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def press(here: Clinic, *findings: tuple[str, str], point: int = 1, **other: Any) -> Any:
    asked = {"by": here.therapist, "now": NOW, "visit_id": here.visit, "muscle": UPPER.muscle, "side": "right"}
    return locate.press(**{**asked, "point": point, "findings": findings, **other})


def place(here: Clinic, view: str, x: object, y: object, point: int = 1, **other: Any) -> Any:
    asked = {"by": here.therapist, "now": NOW, "visit_id": here.visit, "muscle": UPPER.muscle, "side": "right"}
    return locate.place_point(**{**asked, "point": point, "view": view, "x": x, "y": y, **other})


def seen(here: Clinic) -> tuple[pressing.Point, ...]:
    return located(by=here.therapist, now=NOW, visit_id=here.visit).points.get(UPPER, ())


# ---- four findings, each saved at once


@pytest.mark.control("C-232")
def test_each_tap_is_kept_and_what_was_not_looked_for_stays_unknown(here: Clinic) -> None:
    taps = (("familiar_pain", "yes"), ("tenderness", "2"), ("taut_band", "no"), ("twitch", "no"))
    known: dict[str, Any] = dict.fromkeys(pressing.SAID)
    for number, (name, value) in enumerate(taps, 1):
        press(here, (name, value))
        known[name] = pressing.SAID[name][value]
        (point,) = seen(here)
        assert {key: getattr(point.found, key) for key in known} == known
        assert Palpation.objects.count() == number  # appended, never changed
    assert AuditRow.objects.filter(about=str(here.visit), act="palpate", done=True).count() == 4


@pytest.mark.control("C-232")
def test_two_taps_within_one_tick_of_the_clock_both_count(here: Clinic) -> None:
    press(here, ("familiar_pain", "yes"))
    press(here, ("familiar_pain", "no"))
    assert seen(here)[0].found.familiar_pain is False
    rows = list(Palpation.objects.order_by("recorded_at").values_list("familiar_pain", flat=True))
    assert rows == [True, False]


@pytest.mark.control("C-232")
def test_negative_control_without_the_tick_the_second_tap_could_be_lost(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressing, "after", lambda now, _before: now)
    press(here, ("familiar_pain", "yes"))
    press(here, ("familiar_pain", "no"))
    times = set(Palpation.objects.values_list("recorded_at", flat=True))
    assert len(times) == 1, "then nothing says which of the two was later"


def test_every_tap_re_ranks(here: Clinic) -> None:
    draw(here, [{"region": "neck_posterior", "side": "right", "intensity": 6}])

    def chance() -> float:
        found = located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
        return next(one.probability for one in found if (one.muscle, one.side) == (UPPER.muscle, UPPER.side))

    chances = [chance()]
    for tap in (("familiar_pain", "yes"), ("tenderness", "3"), ("taut_band", "yes"), ("twitch", "yes")):
        press(here, tap)
        chances.append(chance())
    assert chances == sorted(set(chances)), "each of these findings speaks for the muscle"


# ---- contradictions and other bad input


@pytest.mark.control("C-232")
@pytest.mark.parametrize(
    ("findings", "rule", "names"),
    [
        (
            [("familiar_pain", "yes"), ("familiar_pain", "no")],
            "palpation.contradiction",
            "Familiar pain of Upper trape",
        ),
        ([("tenderness", "0"), ("twitch", "no"), ("tenderness", "3")], "palpation.contradiction", "two ways at once"),
        ([("tenderness", "4")], "palpation.tenderness", "'4'"),
        ([("tenderness", "yes")], "palpation.tenderness", "0 or 1 or 2 or 3"),
        ([("taut_band", "")], "palpation.taut_band", "yes or no"),
        ([("mood", "yes")], "palpation.finding", "'mood'"),
        ([], "palpation.finding", "Say what was found."),
    ],
)
def test_wrong_findings_are_refused_by_name_and_nothing_is_kept(
    here: Clinic, findings: list[tuple[str, str]], rule: str, names: str
) -> None:
    with pytest.raises(Refused) as refusal:
        press(here, *findings)
    assert rules(refusal) == {rule}
    assert names in str(refusal.value)
    assert not Palpation.objects.exists()


@pytest.mark.control("C-232")
def test_negative_control_where_the_last_word_wins(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pressing, "read_findings", lambda _site, said: {name: pressing.SAID[name][value] for name, value in said}
    )
    with pytest.raises(pytest.fail.Exception):
        test_wrong_findings_are_refused_by_name_and_nothing_is_kept(
            here, [("familiar_pain", "yes"), ("familiar_pain", "no")], "palpation.contradiction", "two ways"
        )


@pytest.mark.control("C-232")
def test_the_same_finding_twice_alike_is_no_contradiction(here: Clinic) -> None:
    press(here, ("twitch", "no"), ("twitch", "no"))
    assert seen(here)[0].found.twitch is False


# ---- several points, each with its place


def test_a_point_begins_at_the_usual_place_and_is_moved_by_a_second_tap(here: Clinic) -> None:
    press(here, ("tenderness", "2"))
    first = points.first(UPPER, 1)
    assert first is not None
    (point,) = seen(here)
    assert (point.view, point.spot) == first
    place(here, "back", 40.04, "140")
    (point,) = seen(here)
    assert (point.view, point.spot) == (View.BACK, (40.0, 140.0))
    assert point.found.tenderness == 2, "moving changes nothing that was found"
    press(here, ("twitch", "yes"))
    assert seen(here)[0].spot == (40.0, 140.0), "a finding changes no place"
    assert PalpationPlace.objects.count() == 3  # every row has its place, the one move is a further row


def test_several_points_of_one_muscle(here: Clinic) -> None:
    draw(here, [{"region": "neck_posterior", "side": "right", "intensity": 6}])
    press(here, ("familiar_pain", "no"))
    press(here, ("familiar_pain", "yes"), point=2)
    place(here, "back", 60, 146, point=3)
    found = seen(here)
    assert [(one.number, one.found.familiar_pain) for one in found] == [(1, False), (2, True), (3, None)]
    assert len({one.spot for one in found}) == 3
    candidate = next(
        one
        for one in located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
        if (one.muscle, one.side) == (UPPER.muscle, UPPER.side)
    )
    assert "Pressing it brings on the familiar pain." in candidate.because, "the point that speaks most for it counts"


@pytest.mark.parametrize("point", [0, -1, 3, 99])
def test_a_point_that_is_neither_there_nor_the_next_is_refused(here: Clinic, point: int) -> None:
    press(here, ("twitch", "no"))
    with pytest.raises(Refused) as refusal:
        press(here, ("twitch", "no"), point=point)
    assert rules(refusal) == {"palpation.point"}


def test_no_more_than_nine_points(here: Clinic) -> None:
    for number in range(1, pressing.MOST_POINTS + 1):
        press(here, ("twitch", "no"), point=number)
    with pytest.raises(Refused):
        press(here, ("twitch", "no"), point=pressing.MOST_POINTS + 1)


@pytest.mark.control("C-233")
@pytest.mark.parametrize(
    ("view", "x", "y"),
    [
        ("back", -33, 134),  # the same place on the other side
        ("back", 33, 400),
        ("front", 0, 300),
        ("hand_palm", 0, 100),  # a view that does not show the muscle
        ("below", 33, 134),
        ("back", "nan", 134),
        ("back", "inf", 134),
        ("back", "here", 134),
        ("", 33, 134),
    ],
)
def test_a_place_that_is_not_on_the_muscle_is_refused(here: Clinic, view: str, x: object, y: object) -> None:
    press(here, ("twitch", "no"))
    before = seen(here)
    with pytest.raises(Refused) as refusal:
        place(here, view, x, y)
    assert rules(refusal) == {"palpation.place"}
    assert seen(here) == before
    assert PalpationPlace.objects.count() == 1


@pytest.mark.control("C-233")
def test_negative_control_without_the_outline_the_other_side_is_taken(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressing.points, "away", lambda *_: 0.0)
    press(here, ("twitch", "no"))
    with pytest.raises(pytest.fail.Exception), pytest.raises(Refused):
        place(here, "back", -33, 134)


@pytest.mark.control("C-233")
def test_every_usual_point_of_every_muscle_may_be_taken() -> None:
    from filiform.knowledge import book

    for muscle in book().muscles:
        for side in (Side.LEFT, Side.RIGHT):
            one = MuscleSide(muscle, side)
            assert points.first(one) is not None, f"{muscle} is drawn nowhere"
            for view in points.views(one):
                for x, y in points.usual(one, view):
                    assert pressing.read_place(one, view.value, x, y) == (view, (round(x, 1), round(y, 1)))


# ---- taken back


@pytest.mark.control("C-232")
def test_a_point_taken_back_counts_no_longer_and_its_rows_stay(here: Clinic) -> None:
    draw(here, [{"region": "neck_posterior", "side": "right", "intensity": 6}])
    before = located(by=here.therapist, now=NOW, visit_id=here.visit).candidates
    press(here, ("familiar_pain", "yes"))
    locate.take_back_point(by=here.therapist, now=NOW, visit_id=here.visit, muscle=UPPER.muscle, side="right", point=1)
    assert seen(here) == ()
    assert located(by=here.therapist, now=NOW, visit_id=here.visit).candidates == before
    assert Palpation.objects.count() == 1
    press(here, ("familiar_pain", "no"))
    assert seen(here)[0].found.familiar_pain is False
    with pytest.raises(NotFound):
        locate.take_back_point(
            by=here.therapist, now=NOW, visit_id=here.visit, muscle=UPPER.muscle, side="right", point=7
        )


def test_a_palpation_from_before_places_were_kept_is_point_1_at_the_usual_place(here: Clinic) -> None:
    Palpation.objects.create(
        visit_id=here.visit,
        patient_id=here.patient,
        muscle=UPPER.muscle,
        side="right",
        taut_band=True,
        tenderness=3,
        familiar_pain=True,
        twitch=False,
        recorded_at=NOW,
        recorded_by=here.therapist.id,
    )
    (point,) = seen(here)
    assert (point.number, (point.view, point.spot)) == (1, points.first(UPPER))
    press(here, ("twitch", "yes"))
    (point,) = seen(here)
    assert (point.number, point.found.twitch, point.found.tenderness) == (1, True, 3)
