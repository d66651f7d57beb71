"""Measuring before and after, other treatments, adverse events: strict, one writer at a time, never too late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from filiform.knowledge.movements import movements
from filiform.record.actions import evaluate
from filiform.record.actions.evaluate import Observed, Value
from filiform.record.models import AdverseEvent, AuditRow, Measure, Treatment
from filiform.record.reads import evaluate as reads
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
SIX = Value("pain", Decimal(6))


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def measure(one: steps.Visit, *values: Value, moment: str = "before", seen: int = 0, **other: Any) -> None:
    evaluate.measure(**{**one.about(moment=moment, values=values, seen=seen), **other})


def rules(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [block.rule for block in refusal.value.blocks]


def test_a_measure_is_stored_as_it_was_said_with_an_audit_row(here: Clinic) -> None:
    one, before = steps.reach(here, "arrived", NOW), AuditRow.objects.count()
    measure(one, SIX, Value("range", Decimal("52.5"), "neck_rotation", "left"))
    kept = Measure.objects.order_by("kind").values_list("kind", "moment", "what", "side", "value")
    assert list(kept) == [
        ("pain", "before", "", "", Decimal(6)),
        ("range", "before", "neck_rotation", "left", Decimal("52.5")),
    ]
    assert AuditRow.objects.count() == before + 1


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (Value("pain", Decimal(11)), "measure.scale"),
        (Value("pain", Decimal(-1)), "measure.scale"),
        (Value("pain", Decimal("NaN")), "measure.scale"),
        (Value("tightness", Decimal("Infinity")), "measure.scale"),
        (Value("mood", Decimal(1)), "measure.kind"),
        (Value("range", Decimal(50), "neck_twirl", "left"), "measure.movement"),
        (Value("range", Decimal(50), "neck_rotation", "midline"), "measure.side"),
        (Value("range", Decimal(50), "neck_flexion", "left"), "measure.side"),
        (Value("range", Decimal(50), "neck_rotation", ""), "measure.side"),
        (Value("range", Decimal(191), "neck_rotation", "left"), "measure.degrees"),
        (Value("range", Decimal("NaN"), "neck_rotation", "left"), "measure.degrees"),
    ],
)
def test_bad_values_are_refused_by_name_and_nothing_is_stored(here: Clinic, value: Value, rule: str) -> None:
    one = steps.reach(here, "arrived", NOW)
    with pytest.raises(Refused) as refusal:
        measure(one, SIX, value)
    assert rules(refusal) == [rule]
    assert not Measure.objects.exists()


def test_nothing_chosen_is_refused(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        measure(steps.reach(here, "arrived", NOW))
    assert rules(refusal) == ["measure.nothing"]


def test_a_stale_writer_is_told(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    measure(one, SIX)
    with pytest.raises(Stale):
        measure(one, Value("pain", Decimal(2)))
    one.at += timedelta(minutes=1)
    measure(one, Value("pain", Decimal(5)), seen=1)
    assert reads.sheet(**one.about()).now.pair("pain").before == 5


@pytest.mark.control("C-130")
def test_before_ends_with_the_first_needle(here: Clinic) -> None:
    measure(steps.reach(here, "opened", NOW), SIX, seen=3)
    one = steps.reach(clinic.make("Birch"), "needling", NOW)
    with pytest.raises(Refused) as refusal:
        measure(one, SIX, seen=3)
    assert rules(refusal) == ["measure.before_is_over"]


@pytest.mark.control("C-130")
@pytest.mark.parametrize("step", ["arrived", "located", "opened", "needling", "counted"])
def test_after_begins_when_the_session_is_closed(here: Clinic, step: str) -> None:
    with pytest.raises(Refused) as refusal:
        measure(steps.reach(here, step, NOW), SIX, moment="after")
    assert rules(refusal) == ["measure.session_open"]
    one = steps.reach(clinic.make("Birch"), "closed", NOW)
    measure(one, SIX, moment="after")


@pytest.mark.control("C-130")
def test_without_the_guard_a_measure_during_the_session_would_pass(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "moment_blocks", lambda head, moment: ())
    measure(steps.reach(here, "needling", NOW), SIX, moment="after")
    assert Measure.objects.filter(moment="after").exists()


@pytest.mark.parametrize("moment", ["follow_up", "", "während"])
def test_other_moments_are_refused(here: Clinic, moment: str) -> None:
    with pytest.raises(Refused) as refusal:
        measure(steps.reach(here, "arrived", NOW), SIX, moment=moment)
    assert rules(refusal) == ["measure.moment"]


def test_a_signed_visit_takes_no_more(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)
    with pytest.raises(Refused) as refusal:
        measure(one, SIX, moment="after", seen=3)
    assert rules(refusal) == ["measure.note_signed"]
    with pytest.raises(Refused):
        evaluate.give_treatment(**one.about(kind="Exercise", minutes=10))


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_measures(here: Clinic, role: str) -> None:
    one = steps.reach(here, "arrived", NOW)
    with pytest.raises(NotAllowed):
        measure(one, SIX, by=here.staff[role])


def test_another_practice_sees_no_such_visit(here: Clinic) -> None:
    one, other = steps.reach(here, "arrived", NOW), clinic.make("Birch")
    with pytest.raises(NotFound):
        measure(one, SIX, by=other.therapist)
    with pytest.raises(NotFound):
        reads.sheet(by=other.therapist, now=NOW, visit_id=here.visit)
    with pytest.raises(NotFound):
        evaluate.report_adverse_event(by=other.therapist, now=NOW, visit_id=here.visit, observed=Observed("Bruise"))


def test_the_sheet_pairs_before_and_after(here: Clinic) -> None:
    one = steps.reach(here, "measured", NOW)
    sheet = reads.sheet(**one.about())
    assert (sheet.now.pair("pain").before, sheet.now.pair("pain").after) == (7, 4)
    [range_] = sheet.now.ranges
    assert (range_.what, range_.side, range_.before, range_.after) == ("neck_rotation", "right", 53, 56)
    assert (sheet.now.seen_before, sheet.now.seen_after) == (3, 3)
    assert [(t.kind, t.minutes) for t in sheet.treatments] == [("Exercise", 10)]


@pytest.mark.parametrize(
    ("kind", "minutes", "rule"), [("", 5, "kind"), ("Heat", 0, "minutes"), ("Heat", 241, "minutes")]
)
def test_a_treatment_has_a_name_and_minutes(here: Clinic, kind: str, minutes: int, rule: str) -> None:
    one = steps.reach(here, "arrived", NOW)
    with pytest.raises(Refused) as refusal:
        evaluate.give_treatment(**one.about(kind=kind, minutes=minutes))
    assert rules(refusal) == [f"treatment.{rule}"]
    assert not Treatment.objects.exists()


def test_an_adverse_event_is_kept_as_facts_and_unknown_stays_unknown(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)  # days later, and after signing, too
    observed = Observed("Bruise on the calf", began_hours_after=Decimal("2.5"))
    evaluate.report_adverse_event(**one.about(observed=observed))
    row = AdverseEvent.objects.get()
    assert (row.what, row.began_hours_after, row.lasted_hours) == ("Bruise on the calf", Decimal("2.5"), None)
    assert (row.function_lost, row.admitted, row.treatment_needed) == (None, None, "")
    [line] = reads.sheet(**one.about()).adverse
    assert line.what == "Bruise on the calf"


@pytest.mark.parametrize(
    "observed",
    [Observed(" "), Observed("Faint", began_hours_after=Decimal(-1)), Observed("Faint", lasted_hours=Decimal("NaN"))],
)
def test_an_adverse_event_without_facts_is_refused(here: Clinic, observed: Observed) -> None:
    with pytest.raises(Refused):
        evaluate.report_adverse_event(**steps.reach(here, "arrived", NOW).about(observed=observed))
    assert not AdverseEvent.objects.exists()


def test_every_movement_has_a_norm_a_source_and_its_sides() -> None:
    assert len(movements()) == 30
    for one in movements().values():
        assert 0 < one.norm[0] <= one.norm[1] <= 190
        assert one.cites and {cite.sure for cite in one.cites} <= {"unsure", "recalled"}, "nobody re-read them"
        assert len(one.sides) == (2 if one.paired else 1)
