"""Opening a session, tapping, closing: every gate, each with the same act passing once the gate is satisfied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from filiform.record.actions import book, consent, locate, needle, people, practice
from filiform.record.models import (
    AuditRow,
    Credential,
    ErasurePermit,
    FollowUp,
    Patient,
    Room,
    Screening,
    Session,
    SessionEvent,
    Visit,
)
from filiform.record.reads import needle as reads
from filiform.record.write import NotFound, Refused, Stale
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def rules(attempt: Callable[[], Any]) -> set[str]:
    """The rules by which `attempt` is refused; nothing is stored."""
    before = SessionEvent.objects.count(), Session.objects.count()
    with pytest.raises(Refused) as refusal:
        attempt()
    assert (SessionEvent.objects.count(), Session.objects.count()) == before
    return {block.rule for block in refusal.value.blocks}


def open_it(one: steps.Visit, **changes: Any) -> Any:
    return needle.open_session(**one.about(**{"room_id": one.here.room, "birth_date": one.birth, **changes}))


# ---- opening


def no_credential(one: steps.Visit) -> None:
    ErasurePermit.objects.create(because="a test takes the credential away", at=NOW)
    Credential.objects.all().delete()


def credential_ended(one: steps.Visit) -> None:
    no_credential(one)
    given(one, NOW.date() - timedelta(days=300), NOW.date() - timedelta(days=1))


def credential_not_begun(one: steps.Visit) -> None:
    no_credential(one)
    given(one, NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=300))


def only_a_licence(one: steps.Visit) -> None:
    no_credential(one)
    given(one, NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=1), kind="licence")


def given(one: steps.Visit, begins: date, ends: date, kind: str = "dry_needling") -> None:
    practice.record_credential(
        by=one.here.staff["owner"],
        now=NOW,
        practitioner_id=one.here.therapist.staff_id,  # type: ignore[arg-type]
        kind=kind,
        issued_on=begins,
        expires_on=ends,
    )


def not_cleared(one: steps.Visit) -> None:
    steps.screened(one, infection={"said": "yes", "chosen": ["fever"]})


def withdrawn(one: steps.Visit) -> None:
    consent.withdraw_consent(**one.about(seen=one.head.seen.consent))


def another_region(one: steps.Visit) -> None:
    """Consented to the shoulder; then a muscle of the calf is chosen, too."""
    chosen = [{"muscle": name, "side": "right"} for name in ("upper_trapezius", "soleus")]
    locate.choose_muscles(**one.about(seen=one.head.seen.choice, muscles=chosen))


def birth_date_unknown(one: steps.Visit) -> None:
    Patient.objects.filter(pk=one.here.patient).update(birth_date=None)


MISSING: dict[Callable[[steps.Visit], None], str] = {
    no_credential: "credential.not_valid",
    credential_ended: "credential.not_valid",
    credential_not_begun: "credential.not_valid",
    only_a_licence: "credential.not_valid",
    not_cleared: "screening.not_cleared",
    withdrawn: "consent.withdrawn",
    another_region: "consent.region_not_covered",
    birth_date_unknown: "identity.unknown screening.outdated",  # the screening asked by age
}


@pytest.mark.control("C-113")
@pytest.mark.parametrize("take_away", MISSING, ids=lambda one: one.__name__)
def test_one_thing_missing_keeps_the_session_shut(here: Clinic, take_away: Callable[[steps.Visit], None]) -> None:
    one = steps.reach(here, "consented", NOW)
    take_away(one)
    assert rules(lambda: open_it(one)) == set(MISSING[take_away].split())


@pytest.mark.control("C-113")
def test_with_everything_there_it_opens(here: Clinic) -> None:
    """The negative control of the tests around."""
    one = steps.reach(here, "consented", NOW)
    session = Session.objects.get(pk=open_it(one))
    assert (session.visit_id, session.patient_id, session.room_id) == (here.visit, here.patient, here.room)
    assert session.identity_confirmed_at == one.at
    assert (session.closed_at, session.still_in) == (None, None)


@pytest.mark.control("C-113")
def test_every_reason_is_said_at_once(here: Clinic) -> None:
    one = steps.Visit(here, here.visit, NOW, birth=steps.BIRTH + timedelta(days=1))
    no_credential(one)
    found = rules(lambda: open_it(one))
    assert found == {"credential.not_valid", "screening.missing", "consent.missing", "identity.differs"}


@pytest.mark.control("C-113")
@pytest.mark.parametrize("wrong", [date(1984, 12, 3), date(1984, 3, 11), date(1985, 3, 12)])
def test_another_birth_date_is_another_patient(here: Clinic, wrong: date) -> None:
    one = steps.reach(here, "consented", NOW)
    assert rules(lambda: open_it(one, birth_date=wrong)) == {"identity.differs"}
    open_it(one)


@pytest.mark.control("C-113")
def test_yesterdays_screening_and_consent_open_nothing_today(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    one.at = NOW + timedelta(days=1)
    assert rules(lambda: open_it(one)) == {"screening.not_today", "consent.lapsed"}


@pytest.mark.control("C-113")
def test_the_newest_screening_counts_and_not_the_best(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    not_cleared(one)
    assert rules(lambda: open_it(one)) == {"screening.not_cleared"}
    steps.screened(one)
    assert [row.cleared for row in Screening.objects.order_by("number")] == [True, False, True]
    open_it(one)


def test_a_room_of_nobody_is_not_found_and_a_second_session_of_the_visit_is_told(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    with pytest.raises(NotFound):
        open_it(one, room_id=uuid4())
    open_it(one)
    with pytest.raises(Stale):
        open_it(one)


def test_a_therapist_may_have_two_patients_under_needles(here: Clinic) -> None:
    """Needles dwell while she is in the next room; both rooms are shown, the longest dwell first."""
    first = steps.reach(here, "needling", NOW)
    desk = here.staff["front_desk"]
    patient = people.register_patient(
        by=desk, now=NOW, place_id=here.place, family="Berg", given="Bo", birth_date=steps.BIRTH
    )
    other_room = Room.objects.exclude(pk=here.room).get(place_id=here.place)
    visit = book.book_visit(
        by=desk,
        now=NOW,
        patient_id=patient,
        practitioner_id=here.therapist.staff_id,  # type: ignore[arg-type]
        place_id=here.place,
        room_id=other_room.pk,
        starts_at=NOW + timedelta(minutes=45),
        minutes=30,
    )
    book.mark_arrived(by=desk, now=NOW, visit_id=visit)
    second = steps.Visit(here, visit, first.at + timedelta(minutes=10))
    steps.on(second, "consented")
    second.session = open_it(second, room_id=other_room.pk)
    steps.needling(second)
    rooms = reads.own_open_sessions(by=here.therapist, now=second.at + timedelta(minutes=5))
    assert [(room.room_name, room.needles_in) for room in rooms] == [("Room 1", 6), ("Room 2", 6)]
    assert rooms[0].longest_dwell_seconds > rooms[1].longest_dwell_seconds >= 300
    assert [room.patient_short for room in rooms] == ["", ""], "the strip needs no name"
    named = reads.open_sessions(by=desk, now=second.at)
    assert {room.patient_short for room in named} == {"Maya O.", "Bo B."}


# ---- tapping


@pytest.fixture
def opened(here: Clinic) -> steps.Visit:
    return steps.reach(here, "opened", NOW)


def tap(one: steps.Visit, name: str, kind: str, **fields: Any) -> Any:
    return steps.tapping(one, name, kind, **fields)()


def into(one: steps.Visit, name: str, muscle: str = "upper_trapezius", side: str = "right", pack: str = "p") -> Any:
    return tap(one, name, "in", muscle=muscle, side=side, pack=f"{one.session.hex}-{pack}")


def a_pack(one: steps.Visit, name: str = "p", **changes: Any) -> Any:
    return tap(one, name, "open_pack", **steps.pack(one, **changes))


@pytest.mark.control("C-114")
def test_a_tap_twice_is_one_needle(opened: steps.Visit) -> None:
    a_pack(opened)
    for _ in range(3):
        state = into(opened, "n1")
        opened.at += timedelta(seconds=2)  # the second press is a moment later
    assert (state.inserted, len(state.open_needles)) == (1, 1)
    assert SessionEvent.objects.count() == 2
    repeats = [row for row in AuditRow.objects.filter(act="add_session_event") if "repeat" in row.detail]
    assert len(repeats) == 2


@pytest.mark.control("C-114")
def test_one_id_with_another_content_is_refused_and_never_lost_silently(opened: steps.Visit) -> None:
    a_pack(opened)
    into(opened, "n1")
    assert rules(lambda: into(opened, "n1", muscle="infraspinatus")) == {"session.event_conflict"}
    assert rules(lambda: tap(opened, "n1", "remark", text="x")) & {"session.event_conflict", "session.event_unreadable"}
    conflict = steps.event(opened, "n1", "in", muscle="soleus", side="left", pack="p")
    assert rules(lambda: steps.add(opened, conflict)) == {"session.event_conflict"}
    assert into(opened, "n2", muscle="infraspinatus").inserted == 2


@pytest.mark.control("C-114")
def test_an_id_of_another_session_is_refused(opened: steps.Visit) -> None:
    a_pack(opened)
    other = steps.reach(clinic.make("Birch"), "opened", NOW)
    stolen = {**steps.event(other, "x", "open_pack", **steps.pack(other)), "id": f"{opened.session.hex}-p"}
    assert rules(lambda: steps.add(other, stolen)) == {"session.event_conflict"}


@pytest.mark.control("C-115")
def test_a_pack_past_its_date_is_not_opened(opened: steps.Visit) -> None:
    yesterday = (opened.at.date() - timedelta(days=1)).isoformat()
    assert rules(lambda: a_pack(opened, expiry=yesterday)) == {"pack.expired"}
    assert a_pack(opened, expiry=opened.at.date().isoformat()).opened == 8, "its last day itself is good"


@pytest.mark.control("C-115")
def test_no_needle_without_a_pack_and_none_from_an_empty_one(opened: steps.Visit) -> None:
    assert rules(lambda: into(opened, "n1")) == {"pack.not_opened"}
    a_pack(opened, needles=1)
    into(opened, "n1")
    assert rules(lambda: into(opened, "n2")) == {"pack.empty"}


@pytest.mark.control("C-115")
def test_no_needle_into_what_the_screening_locks(here: Clinic) -> None:
    """A swollen right arm (lymphoedema): the right arm is locked, the left is not."""
    one = steps.reach(here, "opened", NOW)
    arms = [{"muscle": "biceps_brachii", "side": side} for side in ("left", "right")]
    steps.locate.choose_muscles(**one.about(seen=one.head.seen.choice, muscles=arms))
    steps.consented(one, areas=[{"region": "upper_arm_anterior", "side": arm["side"]} for arm in arms])
    a_pack(one)
    into(one, "before", muscle="biceps_brachii")  # the negative control: nothing is locked yet
    steps.screened(one, lymph=LYMPH["lymph"])  # then the screening asks where
    answers = [{**a, **LYMPH.get(a["question"], {})} for a in steps.healthy(one)]
    steps.screen.answer_screening(**one.about(seen=one.head.seen.screening, answers=answers))
    assert [r for r in one.head.restrictions if r["action"] == "avoid"], one.head.screening
    found = rules(lambda: into(one, "n1", muscle="biceps_brachii"))
    assert found and not {rule for rule in found if rule.startswith(("pack.", "consent.", "needle."))}
    assert into(one, "n2", muscle="biceps_brachii", side="left").inserted == 2


LYMPH: dict[str, dict[str, Any]] = {
    "lymph": {"said": "yes", "chosen": ["swelling"]},
    "where_lymph": {"said": "yes", "sites": [{"region": "upper_arm_anterior", "side": "right"}]},
}


@pytest.mark.control("C-114")
def test_what_happened_is_kept_whatever_a_gate_would_have_said(opened: steps.Visit) -> None:
    """A needle that went in while the network was away is in: the gates stand before a tap, not before its record."""
    state = steps.add(opened, steps.event(opened, "n1", "in", muscle="soleus", side="left", pack="nowhere"))
    assert len(state.open_needles) == 1
    assert rules(lambda: steps.closed(opened)) >= {"needle.still_in"}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"id": "x"},
        {"id": "x", "at": "yesterday", "device": "d", "by": "b", "kind": "twitch", "needle": "n"},
        {"id": "x", "at": "2026-11-23T15:00:00Z", "device": "d", "by": "b", "kind": "sneeze"},
        {"id": "x", "at": "2026-11-23T15:00:00Z", "device": "d", "by": "b", "kind": "count", "tray": -1, "covers": []},
        {"id": "", "at": "2026-11-23T15:00:00Z", "device": "d", "by": "b", "kind": "count", "tray": 1, "covers": []},
        {"id": "x", "at": "2026-11-23T15:00:00Z", "device": "d", "by": "b", "kind": "in", "muscle": "m", "side": "up"},
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_beside_it_is_stored(
    opened: steps.Visit, event: dict[str, Any]
) -> None:
    good = steps.event(opened, "p", "open_pack", **steps.pack(opened))
    assert rules(lambda: steps.add(opened, good, event)) == {"session.event_unreadable"}


def test_none_and_too_many_events_are_refused(opened: steps.Visit) -> None:
    assert rules(lambda: steps.add(opened)) == {"session.events"}
    many = [steps.event(opened, f"p{n}", "open_pack", **steps.pack(opened)) for n in range(501)]
    assert rules(lambda: steps.add(opened, *many)) == {"session.events"}


# ---- closing


@pytest.mark.control("C-116")
def test_a_session_with_a_needle_in_does_not_close(here: Clinic) -> None:
    one = steps.reach(here, "needling", NOW)
    assert rules(lambda: steps.closed(one)) >= {"needle.still_in", "count.none"}
    steps.on(one, "closed")  # the negative control: out, counted, closed
    session = Session.objects.get()
    assert (session.still_in, session.closed_by) == (0, here.therapist.id)
    assert session.closing_state["in"] == session.closing_state["out"] == 6
    assert sorted(FollowUp.objects.values_list("hours", flat=True))[:2] == [24, 48]


@pytest.mark.control("C-116")
def test_a_wrong_count_keeps_it_open_until_an_incident_accounts_for_it(here: Clinic) -> None:
    one = steps.reach(here, "needling", NOW)
    outs = [steps.event(one, f"o{n.id[-2:]}", "out", needle=n.id) for n in one.head.session.state.open_needles]  # type: ignore[union-attr]
    steps.add(one, *outs, steps.chest(one))
    steps.count(one, 7, "c1")
    assert rules(lambda: steps.closed(one)) == {"count.mismatch"}
    steps.add(one, steps.event(one, "gone", "missing", needles=1, account="Floor searched; the patient was told."))
    assert rules(lambda: steps.closed(one)) >= {"count.not_covering"}, "who wrote the incident counts again"
    steps.searched(one)
    steps.count(one, 7, "c2")
    steps.closed(one)
    assert Session.objects.get().closing_state["incidents"]


@pytest.mark.control("C-116")
def test_after_all_out_everything_is_counted_again(here: Clinic) -> None:
    one = steps.reach(here, "needling", NOW)
    pulled = [n.id for n in one.head.session.state.open_needles]  # type: ignore[union-attr]
    tap(one, "all", "all_out", needles=pulled)
    assert rules(lambda: steps.closed(one)) >= {"all_out.recount"}
    pack = one.head.session.state.packs[0].id.removeprefix(f"{one.session.hex}-")  # type: ignore[union-attr]
    assert "all_out.recount" in rules(lambda: into(one, "late", pack=pack))
    steps.count(one, 8)
    assert rules(lambda: steps.closed(one)) == {"chest.not_asked"}
    steps.add(one, steps.chest(one))
    steps.count(one, 8, "again")
    steps.closed(one)


@pytest.mark.control("C-116")
def test_what_comes_after_a_count_must_be_counted_again(here: Clinic) -> None:
    one = steps.reach(here, "counted", NOW)
    steps.add(one, steps.event(one, "p2", "open_pack", **steps.pack(one, needles=2)))
    assert rules(lambda: steps.closed(one)) >= {"count.not_covering"}
    steps.count(one, 10, "again")
    steps.closed(one)


@pytest.mark.control("C-116")
def test_a_closed_session_takes_nothing_more(here: Clinic) -> None:
    one = steps.reach(here, "closed", NOW)
    late = steps.event(one, "late", "remark", text="x")
    assert rules(lambda: steps.add(one, late)) == {"session.closed"}
    with pytest.raises(Refused):
        a_pack(one, "p9")
    with pytest.raises(Stale):
        steps.closed(one)
    assert not reads.own_open_sessions(by=here.therapist, now=one.at)


def test_only_who_needles_writes_and_a_refusal_names_the_session(opened: steps.Visit) -> None:
    owner = opened.here.staff["owner"]
    with pytest.raises(Refused):
        needle.close_session(by=owner, now=NOW, session_id=opened.session)
    row = AuditRow.objects.order_by("-number")[0]
    assert (row.about, row.done, row.detail) == (str(opened.session), False, {"rules": ["access.role"]})
    assert Visit.objects.get(pk=opened.visit).state == "arrived"
