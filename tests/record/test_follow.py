"""Follow-ups: made when the session closes, sent once, answered, sorted, read by a clinician."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from filiform.record import links
from filiform.record.actions import follow, needle, outbox
from filiform.record.actor import system
from filiform.record.models import (
    AdverseEvent,
    FollowUp,
    FollowUpAnswer,
    Measure,
    Message,
    Patient,
    PatientLink,
)
from filiform.record.reads import follow as reads
from filiform.record.write import NotAllowed, NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.record.afterwards import DAY, asked, closed, patient_of, tell, with_telephone

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return with_telephone()


# ---- made


@pytest.mark.control("C-133")
def test_closing_makes_checks_with_a_message_each(here: Clinic) -> None:
    closed(here, "upper_trapezius")
    last_out = max(row.body["at"] for row in _events("out"))
    for check in FollowUp.objects.all():
        assert check.due_at == datetime.fromisoformat(last_out) + timedelta(hours=check.hours)
        assert (check.message.due_at, check.message.channel, check.message.to) == (check.due_at, "text", "+15125550177")
    assert sorted(FollowUp.objects.values_list("hours", flat=True)) == [24, 48, 72]


def _events(kind: str) -> Any:
    from filiform.record.models import SessionEvent

    return SessionEvent.objects.filter(kind=kind)


@pytest.mark.control("C-133")
@pytest.mark.parametrize(
    ("muscle", "feeling", "hours"),
    [
        ("splenius_capitis", "", [24, 48]),
        ("splenius_capitis", "sharp", [24, 48, 72]),
        ("infraspinatus", "ache", [24, 48, 72]),
    ],
)
def test_the_lung_and_an_unusual_feeling_add_a_third_check(
    here: Clinic, muscle: str, feeling: str, hours: list[int]
) -> None:
    closed(here, muscle, feeling=feeling)
    assert sorted(FollowUp.objects.values_list("hours", flat=True)) == hours


@pytest.mark.control("C-133")
def test_without_the_call_a_closed_session_would_ask_nobody(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needle.follow, "schedule_follow_ups", lambda *a: None)
    closed(here, "upper_trapezius")
    assert not FollowUp.objects.exists()


def test_a_message_says_the_practice_and_nothing_of_health(here: Clinic) -> None:
    closed(here, "upper_trapezius")
    for text in Message.objects.values_list("text", flat=True):
        assert "Alder" in text
        low = text.lower()
        assert not [w for w in ("needl", "pain", "treat", "therap", "muscle", "health", "maya", "okafor") if w in low]


@pytest.mark.parametrize("known", [{"phone": "", "email": ""}, {"birth_date": None}])
def test_who_cannot_be_asked_gets_no_message_and_is_called(here: Clinic, known: dict[str, Any]) -> None:
    one = steps.reach(here, "counted", NOW)
    Patient.objects.filter(pk=here.patient).update(**known)
    steps.on(one, "closed")
    assert FollowUp.objects.count() == 3 and not Message.objects.exists()
    found = reads.call_list(by=here.staff["front_desk"], now=one.at + DAY + timedelta(hours=1))
    assert [(c.check.patient_id, c.queue) for c in found.silent] == [(here.patient, "same_day")]


# ---- sent


@pytest.mark.control("C-134")
def test_a_due_message_is_sent_once_and_its_link_is_kept_in_the_demo_only(here: Clinic) -> None:
    closed(here, "splenius_capitis")
    worker = system("worker", here.practice)
    assert outbox.send_due_messages(by=worker, now=NOW) == 0
    later = NOW + timedelta(hours=25)
    assert outbox.send_due_messages(by=worker, now=later, base_url="https://x.example/") == 1
    assert outbox.send_due_messages(by=worker, now=later) == 0
    first = Message.objects.get(sent_at__isnull=False)
    assert (first.link, first.follow_up.asked_at) == ("", later)
    outbox.send_due_messages(by=worker, now=NOW + timedelta(hours=50), base_url="https://x.example/", keep_links=True)
    second = Message.objects.exclude(link="").get()
    token = second.link.removeprefix("https://x.example/p/").rstrip("/")
    assert PatientLink.objects.filter(token_hash=links.token_hash(token), follow_up=second.follow_up).exists()


def test_a_worker_sends_for_its_own_practice_only(here: Clinic) -> None:
    closed(here, "splenius_capitis")
    other = system("worker", clinic.make("Birch").practice)
    assert outbox.send_due_messages(by=other, now=NOW + 3 * DAY) == 0
    with pytest.raises(NotFound):
        outbox.send_message(by=other, now=NOW + 3 * DAY, message_id=Message.objects.first().pk)  # type: ignore[union-attr]
    assert outbox.send_due_messages(by=system("worker", None), now=NOW + 3 * DAY) == 0


@pytest.mark.parametrize("role", ["front_desk", "therapist", "owner", "auditor"])
def test_nobody_but_the_program_sends(here: Clinic, role: str) -> None:
    closed(here, "splenius_capitis")
    with pytest.raises(NotAllowed):
        outbox.send_message(by=here.staff[role], now=NOW + DAY, message_id=Message.objects.first().pk)  # type: ignore[union-attr]


# ---- answered


@pytest.mark.parametrize(
    ("pain", "lines", "words", "queue"),
    [
        (2, ("nothing",), "", "none"),
        (2, ("sore",), "", "none"),
        (2, ("sore", "breath_or_chest"), "", "now"),
        (7, ("nothing",), "", "same_day"),
        (2, (), "my arm is odd", "same_day"),
        (2, (), "", "none"),
        (None, (), "", "same_day"),
        (None, ("made_up",), "", "same_day"),
    ],
)
def test_an_answer_is_sorted_by_its_worst_line(
    here: Clinic, pain: int | None, lines: tuple[str, ...], words: str, queue: str
) -> None:
    found = tell(here, asked(here), pain, *lines, words=words)
    row = FollowUpAnswer.objects.get()
    assert (row.queue, found.queue.word) == (queue, queue)
    assert row.because and len(row.knowledge_hash) == 64


def test_pain_that_was_said_is_a_measure_of_the_visit(here: Clinic) -> None:
    tell(here, asked(here), 3, "sore")
    row = Measure.objects.get(moment="follow_up")
    assert (row.kind, row.value, row.visit_id, row.recorded_by) == ("pain", 3, here.visit, f"patient:{here.patient}")


def test_soreness_is_an_adverse_event_of_the_visit_told_of_once(here: Clinic) -> None:
    check = asked(here)
    tell(here, check, 1, "nothing")
    assert not AdverseEvent.objects.exists()
    tell(here, check, 3, "sore")
    tell(here, check, 2, "sore", now=NOW + 2 * DAY)
    row = AdverseEvent.objects.get()
    assert (row.visit_id, row.recorded_by, row.admitted) == (here.visit, f"patient:{here.patient}", None)
    assert "ore" in row.what


@pytest.mark.parametrize("pain", [-1, 11, 1000])
def test_pain_beyond_its_scale_is_refused(here: Clinic, pain: int) -> None:
    with pytest.raises(Refused):
        tell(here, asked(here), pain)
    assert not FollowUpAnswer.objects.exists()


@pytest.mark.control("C-135")
def test_a_patient_answers_for_nobody_else(here: Clinic) -> None:
    check = asked(here)
    stranger = patient_of(here, id="patient:x", patient=uuid4())
    for by in (stranger, patient_of(clinic.make("Birch"))):
        with pytest.raises(NotFound):
            tell(here, check, by=by)
    assert not FollowUpAnswer.objects.exists()


# ---- read by a person


def lists(here: Clinic, at: datetime, role: str = "therapist") -> reads.CallList:
    return reads.call_list(by=here.staff[role], now=at)


@pytest.mark.control("C-136")
def test_the_most_urgent_answer_stands_first_and_stays_until_it_is_read(here: Clinic) -> None:
    check = asked(here)
    at = NOW + DAY
    for minutes, (pain, line) in enumerate(
        [(1, "nothing"), (2, "infection"), (1, "breath_or_chest"), (3, "pain_worse")]
    ):
        tell(here, check, pain, line, now=at + timedelta(minutes=minutes))
    found = lists(here, at + timedelta(hours=1))
    assert [said.queue for _, said in found.unread] == ["now", "same_day", "routine", "none"]
    follow.mark_read(by=here.therapist, now=at, answer_id=found.unread[0][1].id, outcome="Called, at the hospital")
    assert [said.queue for _, said in lists(here, at).unread] == ["same_day", "routine", "none"]


@pytest.mark.control("C-136")
def test_an_answer_is_read_once_with_what_came_of_it(here: Clinic) -> None:
    tell(here, asked(here), 2, "sore")
    row = FollowUpAnswer.objects.get()
    read = {"by": here.therapist, "now": NOW + DAY, "answer_id": row.pk}
    with pytest.raises(Refused):
        follow.mark_read(**read, outcome=" ")
    follow.mark_read(**read, outcome="Well")
    with pytest.raises(Stale):
        follow.mark_read(**read, outcome="Also looked")
    row.refresh_from_db()
    assert (row.call_outcome, row.read_by) == ("Well", here.therapist.id)


@pytest.mark.control("C-136")
@pytest.mark.parametrize("role", ["front_desk", "auditor"])
def test_only_a_clinician_ticks_an_answer_off(here: Clinic, role: str) -> None:
    tell(here, asked(here), 2, "breath_or_chest")
    row = FollowUpAnswer.objects.get()
    for by in (here.staff[role], patient_of(here), system("worker", here.practice)):
        with pytest.raises(NotAllowed):
            follow.mark_read(by=by, now=NOW, answer_id=row.pk, outcome="Fine")
    with pytest.raises(NotFound):
        follow.mark_read(by=clinic.make("Birch").therapist, now=NOW, answer_id=row.pk, outcome="Fine")


@pytest.mark.control("C-136")
def test_who_stays_silent_is_called_and_stays_listed_after_a_vain_call(here: Clinic) -> None:
    check = asked(here, 48)
    soon, later = check.due_at + timedelta(hours=1), check.due_at + timedelta(hours=5)
    assert (lists(here, soon).silent, len(lists(here, soon).waiting)) == ((), 1)
    [one] = lists(here, later).silent
    assert (one.check.id, one.queue) == (check.pk, "routine")
    follow.record_call(by=here.staff["front_desk"], now=later, follow_up_id=check.pk, outcome="Voicemail")
    [one] = lists(here, later).silent
    assert [call.outcome for call in one.check.calls] == ["Voicemail"]
    tell(here, check, 1, "nothing", by=here.staff["front_desk"], now=later)
    assert lists(here, later).silent == ()
    assert len(lists(here, later).unread) == 1


def test_silence_after_the_lung_was_near_is_called_the_same_day(here: Clinic) -> None:
    closed(here, "upper_trapezius")
    [one] = lists(here, NOW + timedelta(hours=54)).silent
    assert one.queue == "same_day"


def test_a_call_that_reached_nobody_is_for_staff_and_says_what_came(here: Clinic) -> None:
    check = asked(here)
    for by, refusal in ((here.staff["auditor"], NotAllowed), (patient_of(here), NotFound)):
        with pytest.raises(refusal):
            follow.record_call(by=by, now=NOW, follow_up_id=check.pk, outcome="x")
    with pytest.raises(Refused):
        follow.record_call(by=here.therapist, now=NOW, follow_up_id=check.pk, outcome="")


def test_another_practice_sees_nothing(here: Clinic) -> None:
    check = asked(here)
    tell(here, check, 2, "sore")
    other = clinic.make("Birch").therapist
    found = reads.call_list(by=other, now=NOW + DAY)
    assert (found.unread, found.silent, found.waiting) == ((), (), ())
    assert reads.outbox(by=other, now=NOW + DAY) == ()
    assert reads.asked_since(by=other, now=NOW + 3 * DAY, since=NOW) == []
    lookups: list[Callable[[UUID], Any]] = [
        lambda i: reads.check(by=other, now=NOW, follow_up_id=i),
        lambda _: reads.of_visit(by=other, now=NOW, visit_id=here.visit),
    ]
    for look in lookups:
        with pytest.raises(NotFound):
            look(check.pk)


def test_a_visit_shows_its_checks(here: Clinic) -> None:
    asked(here)
    found = reads.of_visit(by=here.therapist, now=NOW, visit_id=here.visit)
    assert [(c.hours, c.asked_at is not None, c.can_be_asked) for c in found.checks] == [
        (24, True, True),
        (48, False, True),
    ]
    assert len(reads.outbox(by=here.staff["front_desk"], now=NOW + 2 * DAY)) == 2
