"""A person at a tablet: she only clicks and types. Nothing is sent but by the page, nothing read but what it shows.

With FILIFORM_PICTURES=folder every `picture` is kept there, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, Locator, Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLET = {"width": 1180, "height": 820}
SLIP = 450  # milliseconds
PATIENCE = 8_000  # milliseconds that a page has to show what is expected


@dataclass
class Hand:
    """One person's browser. `label` begins the names of her pictures."""

    page: Page
    home: str
    label: str
    pictures: int = 0

    def go(self, path: str) -> None:
        """Open an address by typing it."""
        self.page.goto(self.home + path)

    def press(self, name: str, exact: bool = False) -> None:
        """Press the one button that is called so."""
        self.page.get_by_role("button", name=name, exact=exact).click()

    def follow(self, name: str, exact: bool = False) -> None:
        """Follow the first link that is called so."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def write(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(label).first.fill(text)

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Each text is on the page, visibly."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def main(self) -> Locator:
        """The page without its bars."""
        return self.page.locator("#main")

    def step(self, name: str) -> None:
        """Go to a step of the visit by the row of steps."""
        self.page.get_by_role("navigation", name="Steps of this visit").get_by_role("link", name=name).click()

    def rooms(self, needles: dict[str, int]) -> None:
        """Every page of a therapist shows each of her open rooms with its needles in."""
        strip = self.page.get_by_role("navigation", name="Open sessions")
        expect(strip.get_by_role("link")).to_have_count(len(needles))
        for room, count in needles.items():
            line = strip.get_by_role("link").filter(has_text=room)
            expect(line.get_by_label(re.compile(rf"^{count} needles? in$"))).to_be_visible()

    def picture(self, name: str) -> None:
        """Keep a picture of the page as it is, when pictures are wanted."""
        folder = os.environ.get("FILIFORM_PICTURES")
        self.pictures += 1
        if not folder:
            return
        with suppress(Error):  # a picture is a courtesy: a slow one must not fail the journey
            self.page.screenshot(
                path=Path(folder) / f"{self.label}-{self.pictures:02}-{name}.png", full_page=name == "failed"
            )


@contextmanager
def hand(browser: Browser, home: str, label: str) -> Iterator[Hand]:
    """A browser of one person's own; whatever it reports as an error fails the test at the end."""
    context = browser.new_context(viewport=TABLET)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    one = Hand(page, home, label)
    try:
        yield one
    except BaseException:
        one.picture("failed")
        raise
    finally:
        context.close()
    assert errors == []


def sign_in(one: Hand, username: str, password: str) -> None:
    """Sign in; Today is the first page."""
    one.go("/account/login/")
    one.write("Username", username)
    one.write("Password", password)
    one.press("Sign in")
    expect(one.page).to_have_url(re.compile("/today/$"))


def book_visit(desk: Hand, patient: str, therapist: str, room: str, time: str, reason: str) -> None:
    """Find the patient and add a visit of today."""
    family = patient.split()[-1]
    desk.page.get_by_role("searchbox", name="Find a patient").fill(family)
    desk.page.keyboard.press("Enter")
    desk.picture("find")
    desk.follow(patient)
    desk.picture("contact")
    desk.follow("Add a visit")
    desk.write("Time", time)
    desk.page.get_by_label("Therapist").select_option(label=therapist)
    desk.page.get_by_label("Room").select_option(label=room)
    desk.write("What for", reason)
    desk.picture("new-visit")
    desk.press("Book the visit")
    desk.sees("The visit is booked.")


def arrive(desk: Hand, patient: str) -> None:
    """Mark the patient as arrived, from Today."""
    line = desk.page.get_by_role("row").filter(has_text=patient)
    expect(line).to_contain_text("Booked")
    line.get_by_role("button", name="Arrived").click()
    expect(desk.page.get_by_role("row").filter(has_text=patient)).to_contain_text("Arrived. To be screened")
    desk.picture("today")


def next_step(one: Hand, patient: str, words: str) -> None:
    """The patient's one next step, from Today."""
    one.page.get_by_role("row").filter(has_text=patient).get_by_role("link", name=words).click()


def answer_questions(one: Hand, yes: frozenset[str], special: dict[str, str]) -> int:
    """Answer every question on the page: no, but yes to the ids in `yes` and as `special` says; how many there were."""
    asked = one.page.locator("fieldset.q")
    expect(asked.first).to_be_visible()
    ids = [(one_asked.get_attribute("id") or "").removeprefix("q-") for one_asked in asked.all()]
    for name in ids:
        words = special.get(name, "Yes" if name in yes else "No|None of these")
        tile = one.page.locator(f"#q-{name}").locator("label.opt")
        tile.filter(has_text=re.compile(rf"^\s*({words})\s*$")).first.click()
    return len(ids)


def region_in(where: str) -> str:
    """The region's words without the side."""
    return re.sub(r"^(left|right) |, (left|right|in the middle)$", "", where)


def draw_pain(one: Hand, where: str, intensity: int) -> None:
    """Mark one area in the list of the body, found by its name ("right top of the shoulder")."""
    search = one.page.get_by_role("searchbox", name="Find a part of the body")
    if not search.is_visible():
        one.page.locator("summary", has_text="Add an area").click()
    search.fill(region_in(where))
    one.page.get_by_role("link", name=where, exact=True).click()
    ask = one.page.locator("#ask")
    expect(ask).to_contain_text(region_in(where), ignore_case=True)
    ask.get_by_role("button", name=str(intensity), exact=True).click()
    expect(one.page.get_by_role("list", name="Painful areas")).to_contain_text(where[:1].upper() + where[1:])


def press_muscle(one: Hand, muscle: str, side: str, tenderness: str, familiar: str, band: str, twitch: str) -> None:
    """Open a muscle by name and tap what was found: four taps, each saved at once."""
    open_muscle(one, muscle, side)
    for question, answer in (
        ("Is this the pain you know?", familiar),
        ("Tenderness", tenderness),
        ("Taut band", band),
        ("Twitch", twitch),
    ):
        tap_finding(one, question, answer)


def tap_finding(one: Hand, question: str, answer: str) -> None:
    """One finding of the muscle that is open: seen as pressed at once, then kept."""
    button = one.page.locator("#findings").get_by_role("group", name=question).get_by_role("button", name=answer)
    with one.page.expect_response(lambda answer: "/locate/press/" in answer.url) as kept:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    assert kept.value.status == 200


def open_muscle(one: Hand, muscle: str, side: str) -> None:
    """Open a muscle that is asked for by name."""
    one.page.get_by_label("Another muscle").select_option(label=muscle)
    one.page.locator("form.other").get_by_role("button", name=side.capitalize()).click()
    expect(one.page.locator("#press")).to_contain_text(muscle)


def choose_muscle(one: Hand, muscle: str, side: str) -> None:
    """Add a muscle to today from its card, or by name when it is not among the first."""
    add = one.page.get_by_role("button", name=re.compile(rf"^Add to today\W+{muscle}, {side}$"))
    if not add.count():
        open_muscle(one, muscle, side)
    add.first.click()
    expect(one.page.locator("#chosen")).to_contain_text(muscle)


def tick_area(one: Hand, where: str) -> None:
    """Tick one area in the list of the body that has boxes."""
    one.page.get_by_role("searchbox", name="Find a part of the body").fill(region_in(where))
    one.page.get_by_role("checkbox", name=where, exact=True).check()


def measure(one: Hand, pain: int, tightness: int, movement: str, degrees: int) -> None:
    """Pain, tightness and one movement, on the page of measures."""
    for question, number in (("Pain now", pain), ("Tightness now", tightness)):
        tile = one.page.get_by_role("group", name=question).locator("label")
        tile.filter(has_text=re.compile(rf"^\s*{number}\s*$")).click()
    known = one.page.get_by_role("group", name=movement.replace(":", ","))
    if known.count():
        one.page.locator(".range").filter(has=known).get_by_label("Other").fill(str(degrees))
    else:
        one.page.get_by_label("Another movement").select_option(label=movement)
        one.page.get_by_label("Degrees").fill(str(degrees))
    one.press("Save", exact=True)
    one.sees("Saved.")


def open_session(one: Hand, born: tuple[int, int, int], room: str) -> None:
    """Ask for the birth date, type it, open."""
    for label, number in zip(("Day", "Month", "Year"), born, strict=True):
        one.page.get_by_label(label, exact=True).fill(str(number))
    one.page.get_by_label("Room").select_option(label=room)
    one.press("Open the session")


def open_pack(one: Hand, needles: int, lot: str, expiry: str) -> None:
    """Open a pack of needles that is not from the stock."""
    one.page.locator("[data-open=pack]").click()
    form = one.page.locator("#pack-form")
    form.get_by_label("Needles").fill(str(needles))
    form.get_by_label("Lot").fill(lot)
    form.get_by_label("Good until").fill(expiry)
    one.press("Open this pack")
    expect(one.page.locator("#pack-now")).to_contain_text(f"lot {lot}")


def needle_in(one: Hand, muscle: str, number: int) -> None:
    """Needle `number` into the muscle that is in hand."""
    button = one.page.get_by_role("button", name="NEEDLE IN")
    expect(button).to_contain_text(f"no. {number} · {muscle}")
    button.click(delay=SLIP)  # a person's finger does not come back within 400 ms
    expect(one.page.locator("#needles-in")).to_have_text(str(number))


def needle_out(one: Hand, number: int) -> None:
    """Take needle `number` out."""
    one.page.get_by_role("button", name=re.compile(rf"^OUT\W*needle {number}\b")).click()


def ask_chest(one: Hand) -> None:
    """Before anybody counts: breathing and chest pain, both no."""
    for group in ("Short of breath", "Pain in the chest"):
        one.page.get_by_role("group", name=re.compile(group)).get_by_role("button", name="No", exact=True).click()


def count(one: Hand, needles: int) -> None:
    """Say how many needles were counted by hand."""
    one.page.locator("#close [data-do=recount]:visible").first.click()
    one.page.locator("#number").get_by_role("button", name=str(needles), exact=True).click()
