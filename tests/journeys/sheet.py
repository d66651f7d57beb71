"""What the journeys of the pain drawing share: the running server, the patient's telephone, and a finger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.journeys.installation import Installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TELEPHONE = {"width": 390, "height": 844}
TALL = {"width": 390, "height": 1700}  # the same width, and every place in sight at once
TAP = 44  # px
BUILDS = ("neutral", "feminine", "masculine")
VIEWS = ("front", "back", "left", "right")


@dataclass(frozen=True, slots=True)
class Scene:
    """A running server, what was made in it, and where its database lies."""

    home: str
    told: dict[str, Any]
    data: Path

    def drawings(self) -> list[tuple[int, dict[str, int], str]]:
        """(number, {place: number}, finished) of the visit of today, oldest first."""
        visit = self.told["visit"].replace("-", "")
        with closing(sqlite3.connect(f"file:{self.data}/filiform.sqlite3?mode=ro", uri=True)) as there:
            ask = "SELECT number, areas, finished FROM record_paindrawing WHERE replace(visit_id, '-', '') = ?"
            rows = there.execute(f"{ask} ORDER BY number", (visit,)).fetchall()
        return [(n, {f"{a['region']}.{a['side']}": a["intensity"] for a in json.loads(x)}, f) for n, x, f in rows]

    def newest(self) -> dict[str, int]:
        found = self.drawings()
        return found[-1][1] if found else {}


@contextmanager
def serving(folder: Path) -> Iterator[Scene]:
    """An installation in `folder` with a patient who may draw."""
    installation = Installation(folder / "data")
    told = json.loads(installation.make("tests.journeys.drawing"))
    with installation.serving() as home:
        yield Scene(home, told, installation.data)


@contextmanager
def window(browser: Browser, errors: list[str] | None = None, **looks: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(**{"viewport": TELEPHONE, "reduced_motion": "reduce", **looks})
    context.set_default_timeout(8_000)
    faults = [] if errors is None else errors
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    try:
        yield context
    finally:
        context.close()
    assert faults == []


def opened(context: BrowserContext, scene: Scene) -> Page:
    """The patient's page, with nothing marked."""
    page = context.new_page()
    page.goto(f"{scene.home}/p/{scene.told['links'][0]}/")
    for label, number in zip(("Day", "Month", "Year"), scene.told["born"], strict=True):
        page.get_by_label(label, exact=True).fill(str(number))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{scene.home}/p/drawing/")
    while scene.newest():  # what another test has left
        place = next(iter(scene.newest()))
        page.goto(f"{scene.home}/p/drawing/?ask={place}")
        page.get_by_role("button", name="It does not hurt there").click()
    page.goto(f"{scene.home}/p/drawing/")
    return page


def place(page: Page, value: str) -> Any:
    return page.locator(f'[data-place="{value}"]')


# Where a shape that is bent like a bow has its middle: where its number stands.
MIDDLE = """one => {
  one.scrollIntoView({block: 'center'});
  const text = one.querySelector('text');
  const at = new DOMPoint(+text.getAttribute('x'), +text.getAttribute('y')).matrixTransform(text.getScreenCTM());
  return [at.x, at.y - 7];
}"""


def tap(page: Page, value: str) -> None:
    """Press a place of the picture where its number would stand, or the word of a place that is not skin."""
    one = place(page, value)
    if one.locator("text").count():
        page.mouse.click(*one.evaluate(MIDDLE))
    else:
        one.click()


def kept(page: Page) -> None:
    """Everything tapped has reached the server."""
    expect(page.locator("[data-words]")).to_have_text("Saved")
