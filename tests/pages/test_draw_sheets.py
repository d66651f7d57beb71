"""Every sheet of the patient's drawing, and its links: what each offers, its budget, and when nothing opens."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filiform.clinical.figure import View
from filiform.knowledge import book
from filiform.knowledge.zones import zones
from filiform.pages.follow import patient as opening
from filiform.record.actions import follow
from filiform.record.models import PainDrawing, PatientLink
from filiform.web import bodylist, paindrawing
from filiform.web.access import link_key
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages.drawing import DONE, HOME, MARK, MORE, NOTHING, UNDO, get, kept, mark, opened
from tests.pages.visiting import signed_in
from tests.web.test_static import SOURCE

pytestmark = pytest.mark.django_db
JAVASCRIPT, CSS = 10_000, 9_800  # gzipped; of the style 7 kB are what every page has, 3 kB are figure and drawing


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=timezone.now())


@pytest.fixture
def phone(here: Clinic) -> Client:
    return opened(here)


# ---- every sheet


def sheets() -> Iterator[str]:
    yield from (f"?view={view}" for view in ("front", "back", "left", "right"))
    yield from (f"?part={zone.id}" + (f".{zone.side.value}" if zone.side else "") for zone in zones())
    yield from ("?list=1", "?ask=heel.left", "?part=face&ask=temple.left")


def test_every_sheet_keeps_its_budget_in_every_figure_with_much_marked(phone: Client) -> None:
    rows = [
        {
            "region": name,
            "side": "midline" if region.midline else "right",
            "intensity": 9,
            "quality": ["ache"],
            "since": "days",
        }
        for name, region in list(book().regions.items())[:60]
    ]
    who = {"recorded_at": timezone.now(), "recorded_by": "patient:x", "finished": False}
    link = PatientLink.objects.get()
    PainDrawing.objects.create(visit=link.visit, patient=link.patient, number=1, areas=rows, **who)
    for figure in ("neutral", "feminine", "masculine"):
        phone.get(HOME, {"figure": figure})
        for query in sheets():
            get(phone, HOME + query)


def test_each_part_offers_exactly_its_places_and_every_region_is_in_one(phone: Client) -> None:
    found = set()
    for zone in zones():
        page = get(phone, f"{HOME}?part={zone.id}" + (f".{zone.side.value}" if zone.side else ""))
        offered = set(re.findall(r'data-place="([^"]+)"', page))
        chips = {
            f"{chip}.{side}"
            for chip in zone.chips
            for side in (["left", "right"] if zone.side is None else [zone.side.value])
        }
        assert offered == {bodylist.value(site) for site in zone.places} | chips, zone.id
        found |= offered
    assert found == listed(get(phone, HOME + "?list=1"))


def listed(page: str) -> set[str]:
    return set(re.findall(r'href="\?ask=([^"#]+)#ask" class="spot', page))


def test_an_overview_opens_every_part_of_its_view(phone: Client) -> None:
    for view in paindrawing.VIEWS:
        page = get(phone, f"{HOME}?view={view}")
        parts = set(re.findall(r'class="cell" href="\?part=([^"]+)"', page))
        assert parts == {zone.id + (f".{zone.side.value}" if zone.side else "") for zone in zones() if zone.on is view}
    assert view is View.RIGHT


def test_the_list_asks_and_gives_the_same_code_as_a_tap(phone: Client) -> None:
    page = get(phone, HOME + "?ask=shoulder_superior.right")
    assert "Right top of the shoulder" in page
    assert re.findall(r'name="intensity" value="(\w+)"', page) == ["2", "5", "8", "10"]
    mark(phone, "shoulder_superior.right", "5", here="?list=1")
    by_list = PainDrawing.objects.order_by("-number")[0].areas
    mark(phone, "shoulder_superior.right", "none")
    for _ in range(2):
        mark(phone, "shoulder_superior.right")
    assert PainDrawing.objects.order_by("-number")[0].areas == by_list


def test_the_figure_is_neutral_until_another_is_chosen_and_stays(phone: Client) -> None:
    neutral = get(phone)
    feminine = get(phone, HOME + "?figure=feminine")
    assert feminine != neutral
    assert re.findall(r'\?figure=(\w+)" aria-current', get(phone)) == ["feminine"]


# ---- links


@pytest.mark.control("C-223")
def test_a_dead_link_opens_nothing_and_writes_nothing(here: Clinic, phone: Client) -> None:
    mark(phone, "heel.left")
    PatientLink.objects.update(
        made_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=1)
    )
    for url in (HOME, MORE, DONE):
        assert phone.get(url).status_code == 403
    for url in (MARK, UNDO, NOTHING, MORE):
        assert phone.post(url, {"site": "heel.right", "seen": 1}).status_code == 403
    assert kept() == {"heel.left": 2}


def test_a_link_that_has_ended_says_so(here: Clinic) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    token = follow.make_link(by=here.therapist, now=long_ago, visit_id=here.visit, purpose="draw")
    answer = Client().get(f"/p/{token}/")
    assert answer.status_code == 410
    assert "This link has ended" in answer.content.decode()


@pytest.mark.control("C-223")
def test_the_next_link_opened_in_a_browser_closes_the_one_before(here: Clinic, phone: Client) -> None:
    """A tablet that is handed round: the drawing of the patient before is shut."""
    visit = steps.reach(here, "closed", timezone.now())
    due = visit.here.visit
    check = follow.FollowUp.objects.filter(visit_id=due).order_by("hours")[0]
    token = follow.make_link(**visit.about(purpose="follow_up", follow_up_id=check.pk))
    assert phone.get(HOME).status_code == 200
    phone.post(f"/p/{token}/", {"birth_date_day": "12", "birth_date_month": "3", "birth_date_year": "1984"})
    assert phone.session.get(link_key("draw")) is None
    assert phone.get(HOME).status_code == 403


@pytest.mark.control("C-223")
def test_control_were_the_draw_link_not_closed_the_drawing_would_stay_open(
    here: Clinic, phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(opening, "LANDING", {"follow_up": "follow:answer"})
    with pytest.raises(AssertionError):
        test_the_next_link_opened_in_a_browser_closes_the_one_before(here, phone)


@pytest.mark.control("C-222")
def test_once_the_session_has_begun_the_page_says_so_and_keeps_the_drawing(here: Clinic, phone: Client) -> None:
    mark(phone, "heel.left")
    one = steps.on(steps.reach(here, "screened", timezone.now()), "screened")
    one.done.append("located")
    steps.measured(one, "before", 7)
    steps.locate.choose_muscles(
        **one.about(seen=0, muscles=[{"muscle": name, "side": "right"} for name in steps.MUSCLES])
    )
    steps.on(one, "opened")
    page = get(phone)
    assert "Your visit has begun" in page and "Left heel" in page and "data-drawing" not in page
    answer = mark(phone, "heel.right")
    assert answer.status_code == 409 and "Your visit has begun" in answer.content.decode()
    assert kept() == {"heel.left": 2}
    assert phone.get(MORE, {"place": "heel.left"}).headers["Location"] == HOME


def test_a_member_of_staff_who_is_signed_in_is_not_the_patient(here: Clinic) -> None:
    browser = signed_in()
    assert browser.get(HOME).status_code == 403
    assert browser.post(MARK, {"site": "heel.left"}).status_code == 403


def test_the_emergency_card_stands_on_the_first_and_the_last_page(phone: Client) -> None:
    assert "Call 911 now if you have" in get(phone)
    phone.post(NOTHING, {"seen": 0})
    assert "Call 911 now if you have" in get(phone, DONE)


def test_its_style_and_module_keep_the_budget_of_a_patients_page(phone: Client) -> None:
    files = {
        name: (SOURCE / "web/static" / name).read_bytes()
        for name in re.findall(r"/static/([\w/]+\.(?:css|js))", get(phone))
    }
    for kind, most in ((".js", JAVASCRIPT), (".css", CSS)):
        found = [data for name, data in files.items() if name.endswith(kind)]
        assert found and len(gzip.compress(b"".join(found))) <= most, kind


def test_reverse_names_the_addresses_above() -> None:
    found = [reverse(f"draw:{name}") for name in ("home", "mark", "undo", "nothing", "more", "done")]
    assert found == [HOME, MARK, UNDO, NOTHING, MORE, DONE]
