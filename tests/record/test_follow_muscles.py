"""An answer after the visit is sorted by the muscles of that visit's session (facts.md 3.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from filiform.clinical.anatomy import Hazard
from filiform.clinical.follow import asking, nearby
from filiform.clinical.follow.book import near
from filiform.clinical.terms import MuscleId
from filiform.knowledge import book
from filiform.record.actions import follow, outbox
from filiform.record.actor import system
from filiform.record.models import FollowUp, FollowUpAnswer
from tests.clinic import NOW, Clinic
from tests.record.afterwards import closed, tell, with_telephone

pytestmark = pytest.mark.django_db
COUGH = "a little cough"  # of itself nothing that a line knows; after a needle near the lung it is a collapsed lung's


@pytest.fixture
def here() -> Clinic:
    return with_telephone()


def check_after(here: Clinic, *muscles: str) -> FollowUp:
    """The first check after a closed session of these muscles, its messages sent."""
    closed(here, *muscles)
    outbox.send_due_messages(by=system("worker", here.practice), now=NOW + timedelta(hours=44))
    return FollowUp.objects.get(hours=24)


def queue_after(here: Clinic, *muscles: str) -> str:
    return tell(here, check_after(here, *muscles), None, words=COUGH).queue.word  # type: ignore[no-any-return]


@pytest.mark.control("C-164")
@pytest.mark.parametrize(
    ("muscles", "queue"),
    [
        (("upper_trapezius",), "now"),
        (("gastrocnemius",), "same_day"),
        (("gastrocnemius", "rhomboids"), "now"),
    ],
)
def test_a_cough_is_heard_by_the_muscles_of_the_session(here: Clinic, muscles: tuple[str, ...], queue: str) -> None:
    assert queue_after(here, *muscles) == queue
    assert FollowUpAnswer.objects.get().queue == queue


@pytest.mark.control("C-164")
def test_guard_removed_a_cough_after_the_lung_would_wait(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the session's muscles the same answer is not called at once."""
    monkeypatch.setattr(follow.rules, "nearby", lambda needled, muscles: frozenset())
    with pytest.raises(AssertionError):
        test_a_cough_is_heard_by_the_muscles_of_the_session(here, ("upper_trapezius",), "now")


@pytest.mark.control("C-164")
@pytest.mark.parametrize("needled", [(), ("no_such_muscle",), ("gastrocnemius", "no_such_muscle")])
def test_what_is_not_known_counts_as_near_the_lung(needled: tuple[MuscleId, ...]) -> None:
    """Unknown is never safe: no events, or a muscle that no table knows any more."""
    assert near(Hazard.PLEURA) in nearby(needled, book().muscles)


@pytest.mark.control("C-164")
def test_guard_removed_an_unknown_muscle_would_be_far_from_the_lung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: unknown taken for none."""
    monkeypatch.setattr(asking, "EVERYWHERE", frozenset())
    for needled in ((), (MuscleId("no_such_muscle"),)):
        with pytest.raises(AssertionError):
            test_what_is_not_known_counts_as_near_the_lung(needled)


def test_what_is_urgent_anywhere_stays_so_far_from_the_lung(here: Clinic) -> None:
    """ "Any muscle, any hour": breathless after a calf is called at once."""
    check = check_after(here, "gastrocnemius")
    assert tell(here, check, None, words="short of breath since last night").queue.word == "now"
