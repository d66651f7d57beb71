"""Under "Today" on the locate page each muscle says how it is to be needled, and the live page begins with that."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from filiform.record.models import Choice
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages import walk
from tests.pages.visiting import get, post, signed_in

pytestmark = pytest.mark.django_db
UPPER = f"{steps.MUSCLES[0]}.right"
SENT = {"technique": "deep", "depth_mm": "20", "planned_minutes": "10", "gauge_mm": "0.30", "length_mm": "40"}
PLAN = {"technique": "deep", "depth_mm": 20, "planned_minutes": 10, "gauge_mm": 0.3, "length_mm": 40}


@pytest.fixture
def one() -> steps.Visit:
    return steps.reach(clinic.make(now=walk.began()), "consented", walk.began())


@pytest.fixture
def browser(one: steps.Visit) -> Client:
    return signed_in()


def send(browser: Client, here: Clinic, **changes: str) -> Any:
    seen = Choice.objects.filter(visit_id=here.visit).count()
    return post(browser, "locate:choose", here, {"seen": seen, "plan": UPPER, **SENT, **changes})


def plans() -> list[Any]:
    newest = Choice.objects.order_by("-number")[0]
    return [row.get("plan") for row in newest.muscles]


def words(answer: Any) -> str:
    """The page with single spaces."""
    return " ".join(answer.content.decode().split())


def today(answer: Any) -> list[str]:
    """What "Today" says, a muscle each, without tags."""
    text = answer.content.decode().split('id="chosen"')[1].split("</ol>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in text.split("<li>")[1:]]


def test_a_plan_is_made_changed_and_taken_back(one: steps.Visit, browser: Client) -> None:
    assert all("How: not planned" in line for line in today(get(browser, "locate:visit", one.here)))
    assert send(browser, one.here).status_code == 302
    assert plans() == [PLAN, None, None, None]
    first, second, *_others = today(get(browser, "locate:visit", one.here))
    assert "How: Deep, 20 mm, 10 min, needle 0.30 × 40 mm" in first and "How: not planned" in second
    send(browser, one.here, depth_mm="12,5", technique="superficial", gauge_mm="", length_mm="")
    assert plans()[0] == {"technique": "superficial", "depth_mm": 12.5, "planned_minutes": 10}
    send(browser, one.here, **dict.fromkeys(SENT, ""))
    assert plans() == [None] * 4


@pytest.mark.parametrize(
    ("change", "now"),
    [
        ({"add": "soleus.left"}, [PLAN, None, None, None, None]),
        ({"up": f"{steps.MUSCLES[1]}.right"}, [None, PLAN, None, None]),
        ({"remove": f"{steps.MUSCLES[1]}.right"}, [PLAN, None, None]),
        ({"remove": UPPER}, [None, None, None]),
    ],
)
def test_what_is_planned_stays_with_its_muscle(
    one: steps.Visit, browser: Client, change: dict[str, str], now: list[Any]
) -> None:
    send(browser, one.here)
    assert post(browser, "locate:choose", one.here, {"seen": 2, **change}).status_code == 302
    assert plans() == now


@pytest.mark.control("C-268")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"depth_mm": "40"}, "take a longer one"),
        ({"depth_mm": "deep"}, "The depth must be a number, in mm."),
        ({"planned_minutes": "200"}, "from 0.1 to 120 minutes"),
        ({"technique": "hammer"}, "The technique must be one of"),
    ],
)
def test_a_refused_plan_is_said_and_what_was_sent_stays(
    one: steps.Visit, browser: Client, change: dict[str, str], why: str
) -> None:
    answer = send(browser, one.here, **change)
    html = answer.content.decode()
    assert answer.status_code == 409 and why in html and "Upper trapezius, right" in html
    assert plans() == [None] * 4
    assert html.count('<details class="how" open>') == 1
    form = html.split('<details class="how" open>')[1].split("</details>")[0]
    for name in {"depth_mm", "planned_minutes"} & set(change):
        assert f'name="{name}" inputmode="decimal" autocomplete="off" value="{change[name]}"' in form


def test_little_shaft_outside_is_said_beside_the_plan(one: steps.Visit, browser: Client) -> None:
    send(browser, one.here, depth_mm="35")
    assert "Only 5 of 40 mm stay outside" in today(get(browser, "locate:visit", one.here))[0]


def test_the_session_before_is_offered_in_one_tap_and_never_taken_by_itself(one: steps.Visit, browser: Client) -> None:
    steps.on(one, "opened")
    steps.add(one, steps.event(one, "pack", "open_pack", **steps.pack(one)))
    how = {"technique": "deep", "depth_mm": 20}
    steps.add(
        one, steps.event(one, "n1", "in", muscle=steps.MUSCLES[0], side="right", pack=f"{one.session.hex}-pack", **how)
    )
    steps.add(one, steps.event(one, "out", "out", needle=f"{one.session.hex}-n1"), steps.chest(one))
    steps.count(one, 8)
    steps.closed(one)
    later = one.at + timedelta(hours=2)
    second = steps.reach(clinic.another_visit(one.here, later), "located", later)
    text = words(get(browser, "locate:visit", second.here))
    offer = re.search(
        r"<form[^>]*>(?:(?!</form>).)*As on \d+ \w+ \d+: Deep, 20 mm, needle 0.30 × 40 mm.*?</form>", text, re.S
    )
    assert offer and text.count("As on ") == 1
    assert "How: not planned" in today(get(browser, "locate:visit", second.here))[0]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', offer[0]))
    del sent["csrfmiddlewaretoken"]
    assert post(browser, "locate:choose", second.here, {**sent, "plan": UPPER}).status_code == 302
    assert plans()[0] == {**how, "length_mm": 40, "gauge_mm": 0.3}
    text = words(get(browser, "locate:visit", second.here))
    assert "As on " not in text, "what is planned so already is not offered"


def test_who_only_reads_is_told_the_plan_without_a_form(one: steps.Visit, browser: Client) -> None:
    send(browser, one.here)
    html = words(get(signed_in("auditor"), "locate:visit", one.here))
    assert "Deep, 20 mm, 10 min" in html and "plan-form" not in html


def test_the_live_page_brings_what_an_event_can_carry_of_the_plan(one: steps.Visit, browser: Client) -> None:
    send(browser, one.here)
    steps.on(one, "opened")
    html = words(browser.get(f"/visits/{one.visit}/needle/"))
    found = re.search(r'<script id="live-data" type="application/json">(.*?)</script>', html, re.S)
    assert found
    targets = json.loads(found[1])["targets"]
    assert [one["plan"] for one in targets] == [
        {"technique": "deep", "depth_mm": 20, "planned_minutes": 10},
        *[{}] * 3,
    ]
    assert html.count("Planned needle: 0.30 × 40 mm.") == 1
