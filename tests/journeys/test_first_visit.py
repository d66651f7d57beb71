"""A first visit on a record from another hospital, by clicking and typing alone, from Today to a signed note."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from filiform.clinical import consent as rules
from filiform.clinical.terms import BodySite, Side
from filiform.config.commands.import_ import REAL_RECORDS
from filiform.knowledge import book
from filiform.web import bodylist
from tests.journeys import driver, kept
from tests.journeys.driver import Hand, hand
from tests.journeys.installation import Installation
from tests.steps import HEALTHY_YES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENT = "Tom Goodwin"
BORN = (30, 4, 1968)
MUSCLES = ("Upper trapezius", "Levator scapulae", "Infraspinatus", "Splenius capitis")
NEEDLES = (2, 2, 1, 1)
OPENED = 10
ROOM = "River Street, Room 2"
OWN_WORDS = "Lifted the arm without a grimace at the end."
AMENDMENT = "He also slept badly before the visit."


@dataclass(frozen=True, slots=True)
class Here:
    """The practice under test. `told`: what tests/journeys/practice.py printed."""

    installation: Installation
    home: str
    patient: str
    told: dict[str, Any]

    def clock(self, minutes: int) -> str:
        """The practice's clock in so many minutes."""
        at = datetime.now(UTC).astimezone(ZoneInfo(self.told["zone"])) + timedelta(minutes=minutes)
        return f"{at:%H:%M}"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """A practice with a session open next door and one imported patient, served."""
    installation = Installation(tmp_path_factory.mktemp("practice") / "data")
    told = json.loads(installation.make("tests.journeys.practice"))
    (record,) = REAL_RECORDS.glob("Tom_Goodwin_*.json.gz")
    imported = json.loads(installation.run("import", str(record)))
    with installation.serving() as home:
        yield Here(installation, home, imported["patient"], told)


@pytest.fixture(scope="module")
def walked(browser: Browser, here: Here) -> Here:
    """The practice after the whole visit, from the desk to the signed and amended note."""
    with hand(browser, here.home, "desk") as desk:
        at_the_desk(desk, here)
    with hand(browser, here.home, "therapist") as one:
        driver.sign_in(one, "alder.therapist", here.told["password"])
        one.rooms({"Room 1": here.told["needles_next_door"]})
        one.picture("today")
        screening(one)
        consent(one)
        location(one, here)
        needles(one, here)
        after(one)
        note(one)
    return here


def test_a_first_visit_is_taken_from_today_to_a_signed_note(walked: Here) -> None:
    tables = json.loads(walked.installation.run("export", walked.patient))["tables"]
    kept.note_says_what_was_recorded(tables)


@pytest.mark.node
def test_the_visit_leaves_as_valid_fhir_and_nothing_is_lost(walked: Here, tmp_path: Path) -> None:
    tables = json.loads(walked.installation.run("export", walked.patient))["tables"]
    exported = walked.installation.run("export", walked.patient, "--fhir")
    bundle = json.loads(exported)
    kept.bundle_holds_the_visit(bundle, tables)
    kept.bundle_is_valid(bundle)
    kept.nothing_is_lost_elsewhere(exported, tmp_path)


def at_the_desk(desk: Hand, here: Here) -> None:
    """Book the imported patient for today and mark the arrival."""
    driver.sign_in(desk, "alder.front_desk", here.told["password"])
    driver.book_visit(desk, PATIENT, here.told["therapist"], ROOM, here.clock(5), "Right shoulder")
    driver.arrive(desk, PATIENT)


def screening(one: Hand) -> None:
    """From Today: what the record says, every question, the result."""
    driver.next_step(one, PATIENT, "Screen")
    one.picture("screen")
    one.sees("Prediabetes", "Simvistatin 10 MG")
    asked = driver.answer_questions(one, frozenset(HEALTHY_YES), {})
    assert asked > 20
    one.press("Save the answers")
    one.sees(re.compile("^Cleared"))
    one.picture("screened")
    one.follow("Next: Consent")


def consent(one: Hand) -> None:
    """Every area where one of the four muscles is needled, the words about the lung, the name as signature."""
    one.picture("consent")
    one.sees("Near the lungs")
    for site in areas():
        driver.tick_area(one, bodylist.words(site))
    for site in areas():  # also those that the search has hidden
        expect(one.page.locator("[data-marked]")).to_contain_text(bodylist.words(site))
    one.write("Full name, typed by the person who signs", PATIENT)
    one.picture("consent-filled")
    one.press("Sign the consent")
    one.sees("Signed for today")
    one.picture("consent-signed")
    one.follow("Next: Locate")


def areas() -> list[BodySite]:
    """Where needles go in for the four muscles on the right side."""
    named = {muscle.name: muscle for muscle in book().muscles.values()}
    wanted = [rules.planned(named[name], Side.RIGHT) for name in MUSCLES]
    return sorted({site for one in wanted for site in one.enters})


def location(one: Hand, here: Here) -> None:
    """Two painful areas, two muscles pressed, four chosen."""
    one.picture("locate")
    driver.draw_pain(one, "right top of the shoulder", 7)
    driver.draw_pain(one, "over the shoulder blade, right", 5)
    one.picture("drawn")
    driver.press_muscle(one, MUSCLES[0], "right", "2 winces", familiar="Yes", band="Yes", twitch="No")
    driver.press_muscle(one, MUSCLES[2], "right", "1 tender", familiar="Yes", band="No", twitch="No")
    one.picture("pressed")
    for muscle in MUSCLES:
        driver.choose_muscle(one, muscle, "right")
    one.rooms({"Room 1": here.told["needles_next_door"]})
    one.picture("chosen")
    one.follow("Measure before needling")
    one.picture("measure-before")
    driver.measure(one, 7, 6, "Shoulder: lift sideways, right", 120)
    one.picture("measured-before")


def needles(one: Hand, here: Here) -> None:
    """Six needles in four muscles, while a second room has needles in."""
    next_door = here.told["needles_next_door"]
    one.follow("Next: Needle")
    one.picture("who-is-on-the-table")
    driver.open_session(one, (1, 4, 1968), ROOM)
    one.sees("That is not the birth date on this record")
    one.picture("wrong-birth-date")
    driver.open_session(one, BORN, ROOM)
    one.rooms({"Room 1": next_door, "Room 2": 0})
    one.picture("session")
    driver.open_pack(one, OPENED, "LOT-77", f"{datetime.now(UTC).year + 2}-01-31")
    one.picture("pack")
    put_in(one, next_door)
    one.picture("six-in")
    pages_show_both_rooms(one, next_door)
    visit_next_door(one, here)
    take_out(one, next_door - 1)


def put_in(one: Hand, next_door: int) -> None:
    """Two, two, one and one; a twitch at the first, a dull ache at the last."""
    number = 0
    for muscle, needles in zip(MUSCLES, NEEDLES, strict=True):
        if number:
            one.press("NEXT")
        for _ in range(needles):
            number += 1
            driver.needle_in(one, muscle, number)
            one.rooms({"Room 1": next_door, "Room 2": number})
        if number == NEEDLES[0]:
            one.press("TWITCH needle")
            one.sees("1 twitch")
    one.press("Cramp, ache: normal")
    one.sees("Cramp or ache, needle 6: normal")


def pages_show_both_rooms(one: Hand, next_door: int) -> None:
    """Whatever page she opens: both rooms, with their needles in."""
    board = one.page.url.partition("?")[0].removeprefix(one.home)
    visit = board.removesuffix("needle/")
    steps = [visit + step for step in ("screen/", "consent/", "locate/", "evaluate/", "plan/", "follow/", "note/")]
    for path in (
        "/today/",
        "/patients/",
        "/follow-ups/",
        board + "board/",
        board + "problem/",
        board + "count/",
        *steps,
    ):
        one.go(path)
        one.rooms({"Room 1": next_door, "Room 2": sum(NEEDLES)})
    one.go(board)


def visit_next_door(one: Hand, here: Here) -> None:
    """Go to the other room, take one needle out there, and come back."""
    rooms = one.page.get_by_role("navigation", name="Open sessions").get_by_role("link")
    rooms.filter(has_text="Room 1").click()
    expect(one.page).to_have_url(f"{here.home}/visits/{here.told['next_door']}/needle/")
    one.sees("Maya Okafor")
    one.picture("next-door")
    driver.needle_out(one, 1)
    one.rooms({"Room 1": here.told["needles_next_door"] - 1, "Room 2": sum(NEEDLES)})
    rooms.filter(has_text="Room 2").click()
    one.sees(PATIENT)
    expect(one.page.locator("#needles-in")).to_have_text(str(sum(NEEDLES)))


def take_out(one: Hand, next_door: int) -> None:
    """All six out; counted wrong once, which says where to look; counted right; closed."""
    expect(one.page.get_by_role("button", name="Count and close")).to_be_disabled()
    one.sees("6 needles are still in")
    for number in range(1, sum(NEEDLES) + 1):
        driver.needle_out(one, number)
        expect(one.page.locator("#needles-in")).to_have_text(str(sum(NEEDLES) - number))
    one.picture("all-out")
    one.press("Count and close")
    one.picture("chest")
    driver.ask_chest(one)
    one.picture("count")
    driver.count(one, OPENED - 1)
    one.sees("Look here, in this order", "Filiform expects", "You counted")
    expect(one.page.get_by_role("button", name="Close the session")).to_have_count(0)
    one.picture("count-wrong")
    driver.count(one, OPENED)
    one.sees("The count is right.")
    one.picture("count-right")
    one.press("Close the session")
    one.sees("The session is closed and every needle is accounted for.")
    one.rooms({"Room 1": next_door})


def after(one: Hand) -> None:
    """Re-test, another treatment, decision, episode, plan, follow-ups."""
    one.picture("re-test")
    driver.measure(one, 3, 3, "Shoulder: lift sideways, right", 150)
    one.page.get_by_text("Add a treatment").click()
    one.page.get_by_label("Treatment", exact=True).select_option(label="Exercise")
    one.write("Minutes", "12")
    one.write("What exactly", "Wall slides")
    one.press("Add", exact=True)
    one.sees("12 min")
    one.picture("re-tested")
    one.follow("Next: Plan")
    one.picture("plan")
    one.page.locator("label.opt").filter(has_text="Continue as planned").click()
    one.write("Why", "Pain from 7 to 3, lifts higher")
    one.press("Keep the decision")
    one.sees("The decision is kept.")
    one.write("Problem", "Right shoulder pain")
    one.press("Begin an episode")
    one.picture("episode")
    write_plan(one)


def write_plan(one: Hand) -> None:
    """Without an active treatment it is refused; with one it is kept."""
    one.write("Goals, in the patient's own words", "Reach the top shelf\nSleep on the right side")
    one.write("Source of the pain, as far as it is known", "Tight muscles of the shoulder blade")
    one.press("Keep the plan")
    one.sees("There is a problem")
    one.picture("plan-refused")
    one.page.locator("label.opt").filter(has_text="Strengthening").click()
    one.press("Keep the plan")
    one.sees("The plan is kept.")
    one.picture("planned")
    one.step("Follow")
    one.sees("24 hours", "48 hours", "72 hours")
    one.picture("follow")


def note(one: Hand) -> None:
    """Read, signed, and from then on only amended; one printed page."""
    one.step("Note")
    one.picture("note")
    one.sees("Wall slides", "opened 10 = in 6 + unused 4")
    one.page.get_by_label("after-care").check()
    one.write("own words", OWN_WORDS)
    one.press("Sign the note")
    one.sees("The note is signed.", OWN_WORDS)
    one.picture("signed")
    expect(one.page.get_by_role("button", name="Sign the note")).to_have_count(0)
    one.page.get_by_role("textbox").last.fill(AMENDMENT)
    one.press("Add the amendment")
    one.sees("The amendment is kept.", AMENDMENT)
    one.follow("Print")
    one.sees(f"Dry needling visit: {PATIENT}", OWN_WORDS, AMENDMENT)
    one.picture("printed")
    paper = one.page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, "the note is one printed page"
