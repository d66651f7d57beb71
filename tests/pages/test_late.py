"""Late needle events stand on Today, for who is responsible, until a note or an amendment says what really happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from filiform.clinical.access import Role
from filiform.record.actions import note as writing
from filiform.record.actions import practice
from filiform.record.actor import Actor, system
from filiform.record.models import Practitioner
from filiform.record.reads import book, late
from filiform.record.reads import note as notes
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.tablet import Tablet
from tests.pages.test_today import shown

pytestmark = pytest.mark.django_db
SAYS = "Needle events that nobody has written up"


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


def late_needle(one: steps.Visit, tablet: Tablet) -> None:
    """A tablet comes back into the net after its session was closed."""
    answer = tablet.answer(tablet.into({"id": "p"}))
    assert [told["rule"] for told in answer["aside"]] == ["session.closed"]
    one.at = timezone.now()


def check_until_written(here: Clinic) -> None:
    one = steps.reach(here, "opened", walk.began())
    tablet = Tablet(one)
    steps.on(one, "decided")
    assert SAYS not in shown(), "nothing came yet"
    late_needle(one, tablet)
    for role in ("therapist", "owner"):
        page = shown(role)
        assert SAYS in page and "Maya Okafor" in page.partition(SAYS)[2][:400] and "1 event, came" in page, role
        assert SAYS in shown(role, "?on=2026-01-01"), "on whatever day, at whatever place"
    for role in ("front_desk", "auditor"):
        assert SAYS not in shown(role), role
    draft = notes.note(**one.about())
    (section,) = [each for each in draft.sections if each.id == "aside"]
    assert "Infraspinatus, right" in section.lines[0] and "after the session was closed" in section.lines[0]
    steps.on(one, "signed")
    assert SAYS not in shown(), "the note that was signed says it"
    late_needle(one, tablet)
    assert SAYS in shown() and SAYS in shown("owner"), "came after the note was signed"
    writing.amend_note(**one.about(text="A needle had been tapped in on the second tablet by mistake."))
    assert SAYS not in shown() and SAYS not in shown("owner"), "the amendment says it"


@pytest.mark.control("C-261")
def test_late_events_stand_on_today_until_they_are_written_up(here: Clinic) -> None:
    check_until_written(here)


@pytest.mark.control("C-261")
@pytest.mark.parametrize(
    ("where", "name", "instead"),
    [
        (late, "unwritten", lambda by: ()),
        (late.m.Note, "objects", late.m.Note.objects.none()),
        (late.m.Amendment, "objects", late.m.Amendment.objects.none()),
    ],
)
def test_the_check_sees_a_list_that_forgets_or_never_ends(
    here: Clinic, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: Any
) -> None:
    if where is late:
        monkeypatch.setattr(where, name, instead)
    else:
        asked = late.unwritten

        def blind(by: Actor) -> tuple[late.Late, ...]:
            with pytest.MonkeyPatch.context() as inside:
                inside.setattr(where, name, instead)
                return asked(by)

        monkeypatch.setattr(late, "unwritten", blind)
    with pytest.raises(AssertionError, match=r"therapist|says it|after the note"):
        check_until_written(here)


def another(here: Clinic, now: datetime) -> Actor:
    inside = system("setup", here.practice)
    made = practice.employ(by=inside, now=now, place_id=here.place, name="Robin", role="therapist", username="robin")
    row = Practitioner.objects.get(pk=made)
    return Actor(f"staff:{row.pk}", Role.THERAPIST, here.practice, here.place, row.name)


def told(by: Actor) -> list[int]:
    return [one.events for one in book.today(by=by, now=timezone.now()).late]


@pytest.mark.control("C-261")
def test_a_session_is_whose_it_was_and_nobody_elses(here: Clinic) -> None:
    colleague = another(here, walk.began())
    one = steps.reach(here, "opened", walk.began())
    tablet = Tablet(one)
    steps.on(one, "closed")
    late_needle(one, tablet)
    late_needle(one, tablet)
    assert told(here.therapist) == [2] and told(here.staff["owner"]) == [2] and told(colleague) == []
    other = clinic.make("Birch", now=walk.began())
    assert told(other.therapist) == told(other.staff["owner"]) == []


@pytest.mark.control("C-261")
def test_who_took_the_session_over_is_told_too(here: Clinic) -> None:
    colleague = another(here, walk.began())
    one = steps.reach(here, "needling", walk.began())
    tablet = Tablet(one)
    needles = [needle.id for needle in one.head.session.state.needles]  # type: ignore[union-attr]
    steps.add(one, steps.event(one, "h", "hand_over", to=colleague.id, needles_in=6, known=needles))
    steps.on(one, "closed")
    late_needle(one, tablet)
    assert told(colleague) == told(here.therapist) == [1]


@pytest.mark.control("C-261")
def test_events_of_nobody_known_stand_there_as_well(here: Clinic) -> None:
    one = steps.reach(here, "opened", walk.began())
    tablet = Tablet(one)
    answer = tablet.post({"entry": "forged", "events": [tablet.pack()]}).json()
    assert [each["rule"] for each in answer["aside"]] == ["event.unproven"]
    assert told(here.therapist) == [1]
