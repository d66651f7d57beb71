"""The head of a visit: one next step at every step, what is done, and the newest of every series."""

from __future__ import annotations

import pytest

from filiform.clinical.path import Session
from filiform.record.actions import book, locate
from filiform.record.models import Visit
from filiform.record.reads import visit as visits
from filiform.record.write import NotFound, Refused
from tests import clinic, steps
from tests.clinic import NOW, Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


# After each step of tests/steps.py: the page of the next step, and what is done.
NEXT = {
    "arrived": ("screen", set()),
    "screened": ("consent", {"screen"}),
    "consented": ("needle", {"screen", "locate", "consent"}),
    "opened": ("needle", {"screen", "locate", "consent"}),
    "counted": ("needle", {"screen", "locate", "consent"}),
    "closed": ("evaluate", {"screen", "locate", "consent", "needle", "follow"}),
    "measured": ("plan", {"screen", "locate", "consent", "needle", "evaluate", "follow"}),
    "decided": ("note", {"screen", "locate", "consent", "needle", "evaluate", "plan", "follow"}),
    "signed": ("", set(visits.STEPS)),
}


@pytest.mark.parametrize("step", NEXT)
def test_there_is_one_next_step(here: Clinic, step: str) -> None:
    head = steps.reach(here, step, NOW).head
    assert (visits.next_step(head), set(visits.steps_done(head))) == NEXT[step]


def test_a_patient_who_must_not_be_needled_goes_on_without_needles(here: Clinic) -> None:
    one = steps.reach(here, "arrived", NOW)
    steps.screened(one, infection={"said": "yes", "chosen": ["fever"]})
    assert not one.head.cleared
    assert visits.where(one.head).no_needles
    assert visits.next_step(one.head) in {"plan", "evaluate"}


def test_before_the_patient_is_here_nothing_is_next(here: Clinic) -> None:
    Visit.objects.filter(pk=here.visit).update(state="booked", arrived_at=None)
    head = steps.Visit(here, here.visit, NOW).head
    assert visits.next_step(head) == ""


def test_a_head_knows_the_newest_of_every_series(here: Clinic) -> None:
    one = steps.reach(here, "consented", NOW)
    locate.draw_pain(**one.about(seen=1, areas=[]))
    steps.screened(one)
    seen = one.head.seen
    assert (seen.screening, seen.consent, seen.drawing, seen.choice, seen.plan, seen.decision) == (2, 1, 2, 1, 0, 0)
    assert [str(m.muscle) for m in one.head.choice] == list(steps.MUSCLES)
    assert one.head.consent is not None and one.head.consent.signed_by == steps.NAME


def test_the_session_is_folded_from_its_events(here: Clinic) -> None:
    head = steps.reach(here, "needling", NOW).head
    assert head.session is not None
    assert visits.where(head).session is Session.OPEN
    assert (head.session.state.opened, head.session.state.inserted, len(head.session.state.open_needles)) == (8, 6, 6)
    assert head.session.room == "Room 1"


@pytest.mark.control("C-117")
def test_after_the_note_is_signed_nothing_of_the_visit_is_written(here: Clinic) -> None:
    one = steps.reach(here, "signed", NOW)
    seen = one.head.seen
    writes = {
        "drawing": lambda: locate.draw_pain(**one.about(seen=seen.drawing, areas=[])),
        "choice": lambda: locate.choose_muscles(**one.about(seen=seen.choice, muscles=[])),
        "screening": lambda: steps.screened(one),
        "consent": lambda: steps.consented(one),
        "measure": lambda: steps.measured(one, "after", 3),
        "plan": lambda: steps.plan.write_plan(**one.about(seen=seen.plan, plan=steps.care(NOW.date()))),
        "decision": lambda: steps.plan.decide(**one.about(seen=seen.decision, kind="stop", because="Done.")),
        "treatment": lambda: steps.evaluate.give_treatment(**one.about(kind="Heat", minutes=5)),
        "signature": lambda: steps.signed(one),
    }
    for name, act in writes.items():
        with pytest.raises(Refused):
            act()
        assert one.head.seen == seen, name
    steps.amended(one)  # the one thing that may be written


@pytest.mark.control("C-117")
def test_before_it_is_signed_the_same_writes_pass(here: Clinic) -> None:
    """The negative control."""
    one = steps.reach(here, "decided", NOW)
    seen = one.head.seen
    locate.draw_pain(**one.about(seen=seen.drawing, areas=[]))
    steps.evaluate.give_treatment(**one.about(kind="Heat", minutes=5))
    steps.plan.decide(**one.about(seen=seen.decision, kind="stop", because="Done."))


def test_a_visit_of_nobody_is_not_found(here: Clinic) -> None:
    with pytest.raises(NotFound):
        visits.head(by=here.therapist, now=NOW, visit_id=here.patient)


def test_a_cancelled_visit_is_not_screened(here: Clinic) -> None:
    Visit.objects.filter(pk=here.visit).update(state="booked", arrived_at=None)
    book.cancel_visit(by=here.staff["front_desk"], now=NOW, visit_id=here.visit)
    one = steps.Visit(here, here.visit, NOW)
    with pytest.raises(Refused):
        steps.screened(one)
