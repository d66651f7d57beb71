"""The pages of the stock: taken in as on the box, refused by name, followed to patients, printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from filiform.record.actions import stock
from filiform.record.models import Lot, LotMove, LotRecall
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.test_today import words
from tests.pages.visiting import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=walk.began())


def label(here: Clinic, **changes: Any) -> dict[str, Any]:
    good = (timezone.now() + timedelta(days=400)).date().isoformat()
    box: dict[str, Any] = {
        "number": "F2611-42",
        "maker": "Alder Needles",
        "gauge_mm": "0.30",
        "length_mm": "40",
        "needles": "10",
    }
    return {**box, "expiry": good, "packs": "5", "place": str(here.place), **changes}


def take_in(here: Clinic, role: str = "front_desk", **changes: Any) -> Any:
    return signed_in(role).post("/stock/receive/", label(here, **changes))


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return words(answer.content.decode())


def the_lot() -> str:
    return f"/stock/lots/{Lot.objects.get().pk}/"


def needled(here: Clinic) -> steps.Visit:
    """A session with a pack of the lot opened, and one needle of it in."""
    visit = steps.reach(here, "opened", walk.began())
    lot = Lot.objects.get().pk
    about: dict[str, Any] = {"by": here.therapist, "now": visit.at, "session_id": visit.session}
    state = stock.open_pack(**about, event_id="pack-1", device="d", lot_id=lot)
    steps.add(visit, steps.event(visit, "n1", "in", muscle=steps.MUSCLES[0], side="right", pack=state.packs[0].id))
    return visit


@pytest.mark.parametrize("role", ["front_desk", "therapist", "owner"])
def test_a_box_is_taken_in_and_stands_on_the_shelf(here: Clinic, role: str) -> None:
    answer = take_in(here, role)
    assert (answer.status_code, answer["Location"]) == (302, the_lot())
    shelf = said(signed_in(role).get("/stock/"))
    assert "F2611-42 Alder Needles" in shelf and "0.30 × 40 mm" in shelf and "Good until" in shelf
    assert "5 of 5, 0 opened" in shelf


def test_the_auditor_sees_and_changes_nothing(here: Clinic) -> None:
    take_in(here)
    shelf = signed_in("auditor").get("/stock/").content.decode()
    assert "F2611-42" in shelf and "/stock/receive/" not in shelf
    assert "put-away" not in signed_in("auditor").get(the_lot()).content.decode()
    assert take_in(here, "auditor").status_code == 403


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"number": ""}, "Enter the lot number"),
        ({"number": " -- "}, "Write the lot number as it is on the box"),
        ({"maker": ""}, "Enter who made the needles"),
        ({"gauge_mm": "7"}, "Select a valid choice"),
        ({"needles": "ten"}, "Enter a whole number"),
        ({"needles": "0"}, "A pack holds from 1 to 200"),
        ({"expiry": "2020-01-31"}, "was good until 2020-01-31"),
        ({"expiry": "31/31/2030"}, "Enter a valid date"),
        ({"expiry": "9999-12-31"}, "more than fifteen years away"),
        ({"packs": "-1"}, "number of packs, from 1"),
        ({"packs": ""}, "Enter how many packs came"),
        ({"place": "nowhere"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_refused_by_name_and_what_was_typed_is_kept(
    here: Clinic, changes: dict[str, str], says: str
) -> None:
    answer = take_in(here, **changes)
    assert says in said(answer, 422)
    assert 'value="5"' in answer.content.decode() or "packs" in changes
    assert (Lot.objects.count(), LotMove.objects.count()) == (0, 0)


def test_a_lot_shows_whom_it_went_into_to_the_desk_too(here: Clinic) -> None:
    take_in(here)
    needled(here)
    shown = said(signed_in("front_desk").get(the_lot()))
    assert "Maya Okafor" in shown and "1 needle went in" in shown and "1984-03-12" in shown
    found = signed_in("front_desk").get("/stock/find/?lot=f2611%2042")
    assert (found.status_code, found["Location"]) == (302, the_lot())
    assert "4 of 5, 1 opened" in said(signed_in("front_desk").get("/stock/"))


def test_a_lot_that_was_never_taken_in_is_found_and_nothing_is_found_of_nothing(here: Clinic) -> None:
    steps.reach(here, "needling", walk.began())
    written = steps.pack(steps.Visit(here, here.visit, walk.began()))["lot"]
    shown = said(signed_in().get("/stock/find/", {"lot": written.lower()}))
    assert "never taken into the stock" in shown and "Maya Okafor" in shown
    for nothing in ("", "\x00", "%", "x" * 500, "never-heard-of"):
        assert "No session says" in said(signed_in().get("/stock/find/", {"lot": nothing}))


def test_the_recall_list_is_printed_with_room_for_what_came_of_it(here: Clinic) -> None:
    take_in(here)
    needled(here)
    signed_in("owner").post(f"{the_lot()}recall/", {"because": "The maker wrote: not sterile."})
    printed = signed_in("front_desk").get("/stock/print/?lot=F2611-42")
    text = said(printed)
    assert "The maker wrote: not sterile." in text and "Maya Okafor" in text and "1 patient." in text
    assert "Called, by whom, what came of it" in text
    assert "<nav" not in printed.content.decode(), "a list on paper has no bars"


def test_a_recall_is_said_everywhere_and_is_for_good(here: Clinic) -> None:
    take_in(here)
    url = f"{the_lot()}recall/"
    assert "Enter who recalled the lot" in said(signed_in().post(url, {"because": ""}), 422)
    assert signed_in().post(url, {"because": "Not sterile"}).status_code == 302
    assert "somebody else has just changed" in said(signed_in().post(url, {"because": "Again"}), 422).lower()
    assert LotRecall.objects.count() == 1
    assert "Recalled: open none" in said(signed_in().get("/stock/"))
    assert "Not sterile" in said(signed_in().get(the_lot()))


def test_packs_are_put_away_with_the_reason(here: Clinic) -> None:
    take_in(here)
    url = f"{the_lot()}put-away/"
    form = {"packs": "6", "because": "Torn", "place": str(here.place)}
    assert "knows of 5 packs here" in said(signed_in().post(url, form), 422)
    assert "Enter why" in said(signed_in().post(url, {**form, "because": ""}), 422)
    assert signed_in().post(url, {**form, "packs": "2"}).status_code == 302
    assert "2 packs put away, River Street: Torn" in said(signed_in().get(the_lot()))


def test_a_patient_s_page_leads_to_the_lots_and_the_desk_does_not_see_it(here: Clinic) -> None:
    take_in(here)
    needled(here)
    url = f"/patients/{here.patient}/needles/"
    assert f'href="{url}"' in signed_in().get(f"/patients/{here.patient}/").content.decode()
    shown = signed_in().get(url).content.decode()
    assert "/stock/find/?lot=F2611-42" in shown and "1 needle went in" in words(shown)
    assert signed_in("front_desk").get(url).status_code == 403
    clinic.make("Birch", now=walk.began(), birth=steps.BIRTH)
    assert signed_in("therapist", "Birch").get(url).status_code == 404
    assert signed_in("therapist", "Birch").get(the_lot()).status_code == 404
    assert signed_in("therapist", "Birch").get(f"/stock/lots/{UUID(int=5)}/").status_code == 404
