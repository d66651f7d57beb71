"""For staff: the drawings of different visits compared, and the link with which a patient draws."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from filiform.clinical.figure import View
from filiform.record.actions import locate
from filiform.record.models import AuditRow, PainDrawing, Patient, PatientLink
from tests import clinic
from tests.clinic import Clinic
from tests.pages.visiting import check_people, signed_in
from tests.record.test_drawings import patient_of

pytestmark = pytest.mark.django_db
BEFORE: list[dict[str, Any]] = [
    {"region": "shoulder_superior", "side": "right", "intensity": 5, "quality": ["ache"], "since": "weeks"},
    {"region": "neck_lateral", "side": "right", "intensity": 8},
    {"region": "scapula_superior", "side": "right", "intensity": 6},
    {"region": "heel", "side": "left", "intensity": 4},
]
AFTER: list[dict[str, Any]] = [
    {"region": "shoulder_superior", "side": "right", "intensity": 8},
    {"region": "neck_lateral", "side": "right", "intensity": 4},
    {"region": "heel", "side": "left", "intensity": 4, "quality": ["numb"]},
    {"region": "occiput", "side": "right", "intensity": 3},
]


@pytest.fixture
def here() -> Clinic:
    return clinic.make(now=timezone.now())


def drawn(here: Clinic, areas: list[dict[str, Any]], **other: Any) -> Clinic:
    locate.draw_pain(
        **{"by": here.therapist, "now": timezone.now(), "visit_id": here.visit, "seen": 0, "areas": areas, **other}
    )
    return here


def page(browser: Client, here: Clinic, query: str = "") -> str:
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(reverse("draw:compare", args=[here.patient]) + query)
    assert answer.status_code == 200
    assert len(asked) <= 12 + (connection.vendor == "postgresql"), "\n".join(q["sql"][:120] for q in asked)
    assert len(gzip.compress(answer.content)) <= 60_000
    return answer.content.decode()


def both(here: Clinic) -> tuple[Clinic, Clinic]:
    """The visit before and the one after, drawn."""
    later = clinic.another_visit(here, timezone.now() + timedelta(days=7))
    return drawn(here, BEFORE), drawn(later, AFTER)


def test_each_change_is_said_in_words_in_the_table_and_in_the_picture(here: Clinic) -> None:
    both(here)
    text = page(signed_in(), here)
    lines = dict(re.findall(r"<dt>(\w+)</dt><dd>([^<]+)</dd>", text))
    assert lines == {
        "New": "right back of the head (3)",
        "Stronger": "right top of the shoulder (5 → 8)",
        "Weaker": "right side of the neck (8 → 4)",
        "Gone": "above the shoulder blade, right (6)",
        "Same": "left heel (4)",
    }
    table = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', text)
    assert table == [
        "Right back of the head",
        "Right side of the neck",
        "Right top of the shoulder",
        "Above the shoulder blade, right",
        "Left heel",
    ]
    words = re.findall(r"<text class=\"(?:from|until)\"[^>]*>([^<]+)</text>", text.split('class="said"')[1])
    assert sorted(words) == ["+ new", "= same", "↑ stronger", "↓ weaker", "− gone"]
    assert "aching, for weeks" in text and "numb" in text
    assert "has followed change in pain poorly" in text and "2024" in text
    assert "not reviewed by a clinician" in text


def test_the_view_that_shows_most_comes_first_and_each_can_be_chosen(here: Clinic) -> None:
    both(here)
    browser = signed_in()
    text = page(browser, here)
    tabs = re.findall(r'view=(\w+)"( aria-current="page")?>([^<]+) <span class="num muted">(\d)', text)
    assert [name for name, current, _, _ in tabs if current] == ["back"]
    assert {name: int(n) for name, _, _, n in tabs}["back"] == 5
    for name, *_ in tabs:
        assert f'class="bodymap change {name}"' in page(browser, here, f"?view={name}")
    for wrong in ("inside", "", "../x", View.HAND_PALM.value):  # the last one shows nothing of these
        assert 'class="bodymap change back"' in page(browser, here, f"?view={wrong}")


def test_any_two_visits_can_be_compared_the_earlier_one_before(here: Clinic) -> None:
    first, second = both(here)
    browser = signed_in()
    straight = page(browser, here, f"?from={first.visit}&to={second.visit}")
    turned = page(browser, here, f"?from={second.visit}&to={first.visit}")
    for text in (straight, turned):
        assert "<dt>New</dt><dd>right back of the head (3)</dd>" in text
    other = drawn(clinic.make("Birch"), AFTER)
    for wrong in ("not-a-visit", str(other.visit), "\x00"):
        assert "<dt>New</dt><dd>right back of the head (3)</dd>" in page(browser, here, f"?from={wrong}&to={wrong}")


def test_one_drawing_alone_is_shown_and_none_says_so(here: Clinic) -> None:
    browser = signed_in()
    assert "No pain was drawn yet." in page(browser, here)
    drawn(here, BEFORE)
    text = page(browser, here)
    assert "There is one drawing." in text and "Right top of the shoulder" in text
    assert "What changed" not in text


@pytest.mark.control("C-221")
def test_who_drew_and_whether_it_is_finished_stands_beside_it(here: Clinic) -> None:
    browser, patient = signed_in(), {"by": patient_of(here)}
    drawn(here, [], **patient)
    text = page(browser, here)
    assert "By the patient, not finished" in text and "has not said that nothing hurts" in text
    drawn(here, [], seen=1, finished=True, **patient)
    text = page(browser, here)
    assert "Drawn by the patient by link" in text and "Nothing hurts." in text


def test_people(here: Clinic) -> None:
    drawn(here, BEFORE)
    clinic.make("Birch")
    url = reverse("draw:compare", args=[here.patient])
    found = {role: signed_in(role).get(url).status_code for role in ("front_desk", "owner", "auditor", "therapist")}
    assert found == {"front_desk": 403, "owner": 200, "auditor": 200, "therapist": 200}
    assert signed_in("therapist", "Birch").get(url).status_code == 404
    assert Client().get(url).status_code == 302
    for data in (None, dict):
        check_people("draw:link", here, 200, data, {"front_desk", "owner", "therapist"})


# ---- the link


def test_a_link_is_shown_once_with_its_code_and_opens(here: Clinic) -> None:
    browser = signed_in("front_desk")
    url = reverse("draw:link", args=[here.visit])
    before = browser.get(url).content.decode()
    assert "Make a link" in before and not PatientLink.objects.exists()
    answer = browser.post(url)
    text = answer.content.decode()
    address = re.search(r'class="address" href="([^"]+)"', text)
    assert address and 'class="qr"' in text
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]
    link = PatientLink.objects.get()
    token = address.group(1).rstrip("/").rpartition("/")[2]
    assert link.purpose == "draw" and token not in (link.token_hash, "")
    assert token not in browser.get(url).content.decode()
    assert Client().get(address.group(1)).status_code == 200
    assert AuditRow.objects.filter(act="make_link", about=str(here.visit), done=True).count() == 1
    assert not any(token in str(row.detail) for row in AuditRow.objects.all())


def test_no_link_is_made_that_could_not_be_opened(here: Clinic) -> None:
    Patient.objects.filter(pk=here.patient).update(birth_date=None)
    browser, url = signed_in("front_desk"), reverse("draw:link", args=[here.visit])
    text = browser.get(url).content.decode()
    assert "birth date is not known" in text and "disabled" in text
    assert browser.post(url).status_code == 409
    assert not PatientLink.objects.exists()


def test_chart_and_contact_lead_there_while_the_visit_is_to_come(here: Clinic) -> None:
    link = reverse("draw:link", args=[here.visit])
    chart = reverse("chart:patient", args=[here.patient])
    for role in ("therapist", "front_desk"):
        assert link in signed_in(role).get(chart).content.decode(), role
    assert link not in signed_in("auditor").get(chart).content.decode()
    assert reverse("draw:compare", args=[here.patient]) in signed_in().get(chart).content.decode()


def test_the_locate_page_works_from_the_patients_drawing_and_says_whose_it_is(here: Clinic) -> None:
    drawn(here, AFTER, by=patient_of(here), finished=True)
    browser, url = signed_in(), reverse("locate:visit", args=[here.visit])
    text = browser.get(url).content.decode()
    assert "Drawn by the patient" in text and "Right top of the shoulder" in text
    drawn(here, AFTER[:1], seen=1, by=patient_of(here))
    assert "Not finished" in browser.get(url).content.decode()


def test_a_change_by_the_therapist_keeps_what_the_patient_said_of_the_other_places(here: Clinic) -> None:
    drawn(here, BEFORE, by=patient_of(here), finished=True)
    sent = {"site": "jaw.left", "intensity": "3", "seen": 1}
    answer = signed_in().post(reverse("locate:pain", args=[here.visit]), sent)
    assert answer.status_code == 302
    areas = {area["region"]: area for area in PainDrawing.objects.order_by("-number")[0].areas}
    assert (areas["shoulder_superior"]["quality"], areas["shoulder_superior"]["since"]) == (["ache"], "weeks")
    assert areas["jaw"]["intensity"] == 3
