"""The note: complete before it is signed, signed once, never changed, read as it was when knowledge changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from filiform.clinical import path
from filiform.record import notes, whole
from filiform.record.actions import evaluate, note, plan
from filiform.record.models import Amendment, AuditRow, Measure, Note
from filiform.record.notes import signing
from filiform.record.reads import note as reads
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def sign(one: steps.Visit, **other: Any) -> Any:
    seen = reads.note(**one.about()).hash
    return note.sign_note(**{**one.about(seen_hash=seen), **other})


def rules(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [block.rule for block in refusal.value.blocks]


def text(one: steps.Visit) -> str:
    """Everything that the note says, as one text."""
    page = reads.note(**one.about())
    return "\n".join(
        " | ".join((s.title, *(f"{a}: {b}" for a, b in s.facts), *s.head, *(" ".join(r) for r in s.rows), *s.lines))
        for s in page.sections
    )


# What each step's absence is called, in the order of the steps.
MISSING = {
    "opened": ["close_session", "retest", "decide", "plan", "follow"],
    "counted": ["close_session", "retest", "decide", "plan", "follow"],
    "closed": ["retest", "decide", "plan"],
    "measured": ["decide", "plan"],
    "decided": [],
}


@pytest.mark.control("C-131")
@pytest.mark.parametrize("step", MISSING)
def test_a_note_is_signed_only_when_every_step_is_done_and_says_which_is_not(here: Clinic, step: str) -> None:
    one = steps.reach(here, step, NOW)
    wanted = [f"note.missing.{name}" for name in MISSING[step]]
    assert [block.rule for block in reads.note(**one.about()).blocks] == wanted
    if not wanted:
        sign(one)
        return
    with pytest.raises(Refused) as refusal:
        sign(one)
    assert rules(refusal) == wanted
    assert not Note.objects.exists()


@pytest.mark.control("C-131")
def test_without_the_guard_an_open_session_would_be_signed(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    one = steps.reach(here, "needling", NOW)
    monkeypatch.setattr(signing, "against_signing", lambda found: ())
    sign(one)
    assert Note.objects.exists()


def test_a_visit_without_needles_needs_a_decision_and_no_needles(here: Clinic) -> None:
    one = steps.reach(here, "screened", NOW)
    assert "note.missing.decide" in [block.rule for block in reads.note(**one.about()).blocks]
    plan.decide(**one.about(seen=0, kind="stop", because="Does not want needles"))
    sign(one)
    assert "No needles were used at this visit." in text(one)


def test_a_visit_that_was_missed_has_nothing_to_sign(here: Clinic) -> None:
    from filiform.record.models import Visit

    Visit.objects.filter(pk=here.visit).update(state="missed", arrived_at=None)
    one = steps.Visit(here, here.visit, NOW)
    with pytest.raises(Refused) as refusal:
        sign(one)
    assert rules(refusal) == ["note.not_arrived"]


@pytest.mark.control("C-132")
def test_what_changed_since_it_was_read_is_not_signed_unread(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    seen = reads.note(**one.about()).hash
    evaluate.give_treatment(**one.about(kind="Heat", minutes=5))
    with pytest.raises(Stale):
        note.sign_note(**one.about(seen_hash=seen))
    for rubbish in ("", "0" * 64, "x"):
        with pytest.raises(Stale):
            note.sign_note(**one.about(seen_hash=rubbish))
    assert not Note.objects.exists()
    sign(one)


def test_a_note_is_signed_once(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)
    with pytest.raises(Refused) as refusal:
        sign(one)
    assert rules(refusal) == ["path.signed"]
    assert Note.objects.count() == 1


@pytest.mark.parametrize("role", ["front_desk", "owner", "auditor"])
def test_only_a_therapist_signs_and_amends(here: Clinic, role: str) -> None:
    one = steps.reach(here, "decided", NOW)
    with pytest.raises(NotAllowed):
        sign(one, by=here.staff[role])
    steps.on(one, "signed")
    with pytest.raises(NotAllowed):
        note.amend_note(**{**one.about(text="x"), "by": here.staff[role]})


def test_another_practice_neither_reads_nor_signs_nor_amends(here: Clinic) -> None:
    one, other = steps.reach(here, "decided", NOW), clinic.make("Birch").therapist
    with pytest.raises(NotFound):
        sign(one, by=other)
    with pytest.raises(NotFound):
        reads.note(by=other, now=NOW, visit_id=here.visit)
    steps.on(one, "signed")
    with pytest.raises(NotFound):
        note.amend_note(**{**one.about(text="x"), "by": other})


def test_the_note_says_what_happened(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    said = text(one)
    for expected in (
        "Patient: Maya Okafor",
        "Born: 12 Mar 1984",
        "Identity: birth date asked and right",
        "Cleared: yes",
        "Told of the lung: yes",
        "7/10",
        "Taut band",
        "opened 8 = in 6 + unused 2; out 6; left in 0; tray 8",
        "0.3 x 40",
        "Exercise, 10 minutes",
        "Pain, 0 to 10 7 4 better",
        "Neck, turn, right, ° 53 56",
        "Continue: Less pain, more range.",
        "Goals: Look over the shoulder when driving",
        "Home programme: Turn the head ten times, twice a day",
        "24 hours",
        "72 hours",
    ):
        assert expected in said, expected


def test_what_is_not_in_the_record_is_said_to_be_missing(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    said = text(one)
    for expected in (
        "Not screened at this visit.",
        "No consent was signed at this visit.",
        "No pain was drawn at this visit.",
        "No muscle was palpated on record.",
        "No needles were used at this visit.",
        "Nothing was measured at this visit.",
        "No decision was made.",
        "There is no plan of care.",
    ):
        assert expected in said, expected


def test_own_words_and_after_care_are_signed_with_it(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    sign(one, added_words="Talked about the new chair.", aftercare_given=True)
    page, row = reads.note(**one.about()), Note.objects.get()
    assert (page.added_words, page.aftercare_given, page.signed_by) == (
        "Talked about the new chair.",
        True,
        "Therapist of Alder",
    )
    assert row.content_hash == notes.content_hash(row.content, row.added_words) == page.hash


@pytest.mark.control("C-132")
def test_a_signed_note_reads_the_same_whatever_the_record_says_later(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)
    before = reads.note(**one.about()).sections
    Measure.objects.create(
        visit_id=here.visit,
        patient_id=here.patient,
        kind="pain",
        moment="after",
        value=0,
        recorded_at=NOW + timedelta(days=1),
        recorded_by="staff:x",
    )
    assert reads.note(**one.about()).sections == before


def test_amendments_stand_below_in_order_with_who_and_when(here: Clinic) -> None:
    one = steps.reach(here, "amended", NOW)
    one.at += timedelta(hours=1)
    note.amend_note(**one.about(text=" Second look. "))
    page = reads.note(**one.about())
    assert [a.text for a in page.amendments] == ["The left side was looked at, too.", "Second look."]
    assert {a.by for a in page.amendments} == {"Therapist of Alder"}
    with pytest.raises(Refused):
        note.amend_note(**one.about(text="  "))
    assert Amendment.objects.count() == 2


def test_an_unsigned_note_is_not_amended(here: Clinic) -> None:
    with pytest.raises(NotFound):
        note.amend_note(**steps.reach(here, "decided", NOW).about(text="x"))


@pytest.mark.control("C-132")
@pytest.mark.parametrize("table", ["record_note", "record_amendment"])
@pytest.mark.parametrize("what", ["UPDATE {} SET recorded_by = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_it(here: Clinic, table: str, what: str) -> None:
    steps.reach(here, "amended", NOW)
    with pytest.raises(DatabaseError, match="appended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(what.format(table))
    assert Note.objects.exclude(recorded_by="x").count() == Amendment.objects.exclude(recorded_by="x").count() == 1


def test_signing_leaves_its_audit_row_with_the_hash_and_no_words(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    sign(one, added_words="Maya said a secret")
    row = AuditRow.objects.filter(act="sign_note", done=True).get()
    assert row.detail == {"note": str(Note.objects.get().pk), "hash": Note.objects.get().content_hash}


def test_where_follows_the_visit(here: Clinic) -> None:
    one = steps.reach(here, "decided", NOW)
    stands = signing.where(whole.of(here.therapist, here.visit))
    assert path.may(path.Move.SIGN_NOTE, stands) == ()
    assert one.head.session is not None
