"""Screening of the day: read strictly, nothing unknown is safe, a doctor's answer makes the result anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.screen import Disposition, Result
from filiform.record import screening
from filiform.record.actions import background, screen
from filiform.record.answers import read_answers
from filiform.record.incoming import FactKind
from filiform.record.models import AuditRow, DoctorAnswer, ImportedResource, Medicine, Screening, Visit
from filiform.record.models import Import as TakenIn
from filiform.record.reads.screen import ScreeningToday, screening_today
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db
HEALTHY_YES = {"willing", "hiv_counts"}  # here "yes" is the healthy answer


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def look(here: Clinic, **other: Any) -> ScreeningToday:
    return screening_today(**{"by": here.therapist, "now": NOW, "visit_id": here.visit, **other})


def answer(here: Clinic, answers: Any, seen: int = 0, **other: Any) -> Result:
    return screen.answer_screening(
        **{"by": here.therapist, "now": NOW, "visit_id": here.visit, "seen": seen, "answers": answers, **other}
    )


def healthy(here: Clinic, **special: dict[str, Any]) -> list[dict[str, Any]]:
    """Every question that is due now, answered as a healthy person would, but for `special`."""
    said = {q.id: {"said": "yes" if q.id in HEALTHY_YES else "no"} for q in look(here).questions}
    return [{"question": name, **value} for name, value in {**said, **special}.items()]


def tell(here: Clinic, kind: FactKind, text: str, **other: Any) -> None:
    background.add_background(by=here.therapist, now=NOW, patient_id=here.patient, kind=kind, text=text, **other)


def doctor(here: Clinic, seen: int, **other: Any) -> Result | None:
    usual: dict[str, Any] = {
        "condition": "anticoagulant",
        "asked": "May she be needled?",
        "answered_by": "Dr Ruiz",
        "answered_on": NOW.date(),
        "verdict": "yes",
    }
    return screen.record_doctor_answer(
        **{"by": here.therapist, "now": NOW, "visit_id": here.visit, "seen": seen, **usual, **other}
    )


def rules(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {block.rule for block in refusal.value.blocks}


@pytest.mark.control("C-062")
def test_a_healthy_person_who_answered_everything_is_cleared(here: Clinic) -> None:
    """The negative control of the tests below: with nothing unknown the screening does clear."""
    result = answer(here, healthy(here))
    assert (result.cleared, result.ask) == (True, ())
    row = Screening.objects.get(visit_id=here.visit)
    assert row.cleared
    assert Result.from_json(row.result) == result
    assert row.knowledge_hash


@pytest.mark.control("C-062")
def test_one_question_left_out_or_unsure_does_not_clear(here: Clinic) -> None:
    everything = healthy(here)
    seen = 0
    for index, left in enumerate(everything):
        without = everything[:index] + everything[index + 1 :]
        unsure = [*without, {"question": left["question"], "said": "unsure"}]
        for answers in (without, unsure):
            result = answer(here, answers, seen=seen)
            seen += 1
            assert not result.cleared, left
            assert result.ask, left
    assert not Screening.objects.filter(cleared=True).exists()


@pytest.mark.control("C-062")
def test_no_answers_at_all_clear_nothing(here: Clinic) -> None:
    assert not answer(here, []).cleared


def test_answers_are_kept_as_given_and_never_taken_over(here: Clinic) -> None:
    answer(here, healthy(here, other_medicines={"said": "yes", "detail": "vitamin D"}))
    later = Visit.objects.get(pk=here.visit)
    later.pk, later.starts_at, later.ends_at = None, NOW + timedelta(days=7), NOW + timedelta(days=7, hours=1)
    later.save(force_insert=True)
    page = look(here, visit_id=later.pk, now=NOW + timedelta(days=7))
    assert page.answers == {}
    assert page.result is None
    assert page.last is not None
    assert page.last.on == NOW.date()
    assert page.last.answers["other_medicines"].detail == "vitamin D"


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ({"question": "favourite_colour", "said": "no"}, "favourite_colour"),
        ({"question": "willing", "said": "perhaps"}, "perhaps"),
        ({"question": "willing"}, "''"),
        ({"question": "fear", "said": "yes", "chosen": ["spiders"]}, "spiders"),
        ({"question": "fear", "said": "no", "chosen": ["a_lot"]}, "at once"),
        ({"question": "fear", "said": "yes", "chosen": ["a_little", "a_lot"]}, "one of these"),
        ({"question": "willing", "said": "yes", "mood": "good"}, "mood"),
        ({"question": "willing", "said": "yes", "number": 3}, "number"),
        ({"question": "pregnancy_weeks", "said": "yes", "number": 90}, "between 0 and 45 weeks"),
        ({"question": "pregnancy_weeks", "said": "yes", "number": "nan"}, "between"),
        ({"question": "pregnancy_weeks", "said": "yes", "number": "many"}, "many"),
        ({"question": "where_skin", "said": "yes", "sites": [{"region": "wing", "side": "left"}]}, "wing"),
        ({"question": "where_skin", "said": "yes", "sites": [{"region": "palm", "side": "midline"}]}, "midline"),
        ({"question": "where_skin", "said": "yes", "sites": ["palm"]}, "region and a side"),
        ({"question": "skin", "said": "yes", "detail": "x" * 2001}, "2000"),
    ],
)
def test_wrong_answer_is_refused_by_name_and_nothing_is_stored(here: Clinic, item: dict[str, Any], names: str) -> None:
    with pytest.raises(Refused) as refusal:
        answer(here, [*healthy(here), item] if item["question"] not in ("willing", "fear", "skin") else [item])
    assert rules(refusal) == {f"screen.answer.{item['question']}"}
    assert names in str(refusal.value)
    assert not Screening.objects.exists()


def test_one_question_twice_is_refused(here: Clinic) -> None:
    with pytest.raises(Refused) as refusal:
        answer(here, [{"question": "willing", "said": "no"}, {"question": "willing", "said": "yes"}])
    assert rules(refusal) == {"screen.answer.willing"}


def test_of_two_writers_one_wins_and_the_other_is_told(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(here, healthy(here))
    with pytest.raises(Stale):
        answer(here, [], seen=0)
    monkeypatch.setattr(screen.within, "next_number", lambda *_: 1)
    with pytest.raises(Stale):
        answer(here, [])
    assert Screening.objects.get(visit_id=here.visit).cleared


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_screens_and_records_doctors(here: Clinic, role: str) -> None:
    with pytest.raises(NotAllowed):
        answer(here, [], by=here.staff[role])
    with pytest.raises(NotAllowed):
        doctor(here, 0, by=here.staff[role])
    assert AuditRow.objects.filter(about=str(here.visit), done=False).count() == 2


def test_another_practice_sees_nothing(here: Clinic) -> None:
    other = clinic.make("Birch").therapist
    for act in (
        lambda: answer(here, [], by=other),
        lambda: doctor(here, 0, by=other),
        lambda: look(here, by=other),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Screening.objects.exists()
    assert not DoctorAnswer.objects.exists()


def test_a_visit_that_was_cancelled_is_not_screened(here: Clinic) -> None:
    Visit.objects.filter(pk=here.visit).update(state="cancelled")
    with pytest.raises(Refused) as refusal:
        answer(here, [])
    assert rules(refusal) == {"visit.over"}


@pytest.mark.control("C-062")
def test_what_the_record_says_counts_though_the_patient_says_no(here: Clinic) -> None:
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    result = answer(here, healthy(here))
    assert result.disposition is Disposition.CONSULT_FIRST
    assert not result.cleared
    found = next(one for one in result.findings if one.condition == "anticoagulant")
    assert any("Apixaban" in piece.text for piece in found.evidence)


@pytest.mark.control("C-062")
def test_an_unknown_status_is_never_read_as_over(here: Clinic) -> None:
    tell(here, FactKind.MEDICINE, "Warfarin 3 mg")
    assert "anticoagulant" in {one.condition for one in look(here).now_known.findings}


def test_a_status_that_says_over_is_believed(here: Clinic) -> None:
    """Negative control of the test above."""
    tell(here, FactKind.MEDICINE, "Warfarin 3 mg", status="stopped")
    assert "anticoagulant" not in {one.condition for one in look(here).now_known.findings}


@pytest.mark.control("C-063")
def test_a_doctors_yes_closes_the_consultation_and_screens_anew(here: Clinic) -> None:
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    answer(here, healthy(here))
    result = doctor(here, 1)
    assert result is not None
    assert result.disposition is not Disposition.CONSULT_FIRST
    assert Screening.objects.filter(visit_id=here.visit).count() == 2
    assert result.ask, "whether anything changed since the doctor's answer must be asked"
    assert not result.cleared
    now_all = healthy(here, doctor_since={"said": "no"})
    assert answer(here, now_all, seen=2).cleared


@pytest.mark.control("C-063")
@pytest.mark.parametrize("verdict", ["no", "limits"])
def test_a_doctors_no_refuses_and_limits_are_kept(here: Clinic, verdict: str) -> None:
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    answer(here, healthy(here))
    result = doctor(here, 1, verdict=verdict, limits="Superficial only" if verdict == "limits" else "")
    assert result is not None
    if verdict == "no":
        assert result.disposition is Disposition.REFUSE
        assert not result.cleared
    else:
        assert any("Superficial only" in one.because for one in result.restrictions)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"condition": "anything"}, "condition"),
        ({"asked": "  "}, "asked"),
        ({"asked": "x" * 501}, "asked"),
        ({"answered_by": ""}, "answered_by"),
        ({"answered_by": "x" * 201}, "answered_by"),
        ({"answered_on": NOW.date() + timedelta(days=1)}, "answered_on"),
        ({"answered_on": date(2024, 1, 1)}, "answered_on"),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "limits"}, "limits"),
        ({"verdict": "limits", "limits": "x" * 501}, "limits"),
    ],
)
def test_wrong_doctors_answer_is_refused_by_name(here: Clinic, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        doctor(here, 0, **change)
    assert rules(refusal) == {f"doctor.{field}"}
    assert not DoctorAnswer.objects.exists()


def test_a_doctors_answer_on_a_stale_page_stores_nothing(here: Clinic) -> None:
    answer(here, healthy(here))
    with pytest.raises(Stale):
        doctor(here, 0)
    assert not DoctorAnswer.objects.exists()


@pytest.mark.control("C-062")
def test_something_new_after_the_screening_is_seen(here: Clinic) -> None:
    assert answer(here, healthy(here)).cleared
    assert not look(here).outdated
    tell(here, FactKind.MEDICINE, "Apixaban 5 mg oral tablet", status="active")
    assert look(here).outdated


def test_a_newer_version_of_a_resource_replaces_the_older_unless_nobody_could_read_it(here: Clinic) -> None:
    stamp = {"recorded_at": NOW, "recorded_by": here.therapist.id}
    taken = TakenIn.objects.create(
        practice_id=here.practice, patient_id=here.patient, file_name="f", file_hash="0" * 64, counts={}, **stamp
    )

    def version(number: int, status: str, refused: str = "") -> None:
        source = ImportedResource.objects.create(
            patient_id=here.patient,
            taken_in=taken,
            resource_type="MedicationRequest",
            source_id="m1",
            content_hash=f"{number:064d}",
            content="{}",
            version=number,
            refused_because=refused,
            **stamp,
        )
        if not refused:
            Medicine.objects.create(
                patient_id=here.patient, source=source, text="Warfarin 3 mg", status=status, **stamp
            )

    version(1, "active")
    version(2, "stopped")
    version(3, "", refused="broken")
    known = screening.known(here.patient)
    assert [(fact.text, fact.status, fact.source) for fact in known.background] == [
        ("Warfarin 3 mg", "stopped", "medicine/m1")
    ]


def test_front_desk_may_not_read_answers(here: Clinic) -> None:
    with pytest.raises(NotAllowed):
        look(here, by=here.staff["front_desk"])


VALUE = st.one_of(
    st.none(), st.integers(), st.text(max_size=20), st.lists(st.one_of(st.text(max_size=5), st.integers()), max_size=3)
)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["question", "said", "detail", "sites", "chosen", "number", "more"]), VALUE, max_size=7
        ),
        max_size=3,
    )
)
def test_garbage_is_refused_never_broken(items: list[dict[str, Any]]) -> None:
    try:
        assert read_answers(items) == () or all("question" in item for item in items)
    except Refused as refusal:
        assert all(block.rule.startswith("screen.answer.") for block in refusal.blocks)
