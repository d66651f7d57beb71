"""`./filiform demo` as a newcomer meets it: started once, then looked at from every side."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from filiform.config.start import ROOT
from filiform.pages.today.lines import _CHIPS as WORDS  # the words of each standing
from filiform.record.reads.book import Standing
from tests.journeys.driver import Hand, hand
from tests.journeys.installation import STOPS_WITHIN, Installation, free_port, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE = 300  # seconds to the first page on a machine that does other work as well; the budget on an idle one is 60
ROLES = {"Front desk": "Front desk", "Therapist": "Therapist", "Owner": "Owner", "Auditor": "Auditor"}


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is running. `first_page`: seconds from the start until its first page was there."""

    home: str
    port: int
    printed: Path
    data: Path
    first_page: float
    practice_before: dict[str, bytes]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the demo's database, read only."""
        with closing(sqlite3.connect(f"file:{self.data}/demo-{self.port}/filiform.sqlite3?mode=ro", uri=True)) as there:
            return list(there.execute(sql))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.ask(f"SELECT count(*) FROM record_{table}")[0][0])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, started beside a practice's own data."""
    folder = tmp_path_factory.mktemp("demo")
    here = Installation(folder / "data")
    here.data.mkdir()
    here.run("import", str(next((ROOT / "tests" / "fixtures" / "patients").glob("Renato_*.json.gz"))))
    before, port, printed = _files(here.data), free_port(), folder / "printed"
    command = [sys.executable, "-m", "filiform.config", "demo", "--no-browser", "--port", str(port)]
    with printed.open("w") as out:
        began = time.monotonic()
        process = subprocess.Popen(command, env=here.environment, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        try:
            wait_for(process, f"http://127.0.0.1:{port}/demo/", PATIENCE)
            took = time.monotonic() - began
            yield Demo(f"http://127.0.0.1:{port}", port, printed, here.data, took, before)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPS_WITHIN)


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_it_prints_its_address_and_serves_within_its_time(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{demo.home}/demo/" in demo.printed.read_text()
    with capsys.disabled():
        print(f"\nthe demo's first page after {demo.first_page:.0f} s (budget on an idle machine: 60 s)")
    assert demo.first_page < PATIENCE


def test_six_months_of_a_practice_are_in_it(demo: Demo) -> None:
    assert demo.count("place") == 3
    assert demo.count("patient") >= 150
    assert demo.count("session") >= 600
    (imported,) = demo.ask("SELECT count(DISTINCT patient_id) FROM record_import")
    assert imported[0] >= 8
    first, last = demo.ask("SELECT min(date(starts_at)), max(date(starts_at)) FROM record_visit")[0]
    assert (date.fromisoformat(last) - date.fromisoformat(first)).days >= 150
    names = {f"{given} {family}" for given, family in demo.ask("SELECT given, family FROM record_patient")}
    assert len(names) >= 150
    assert not [name for name in names if re.search(r"\d|test|demo|patient", name, re.IGNORECASE)]


def test_every_row_was_written_by_an_action(demo: Demo) -> None:
    """Whoever wrote a row past the actions would have left no audit row about it."""
    for table in ("session", "note"):
        missing = demo.ask(
            f"SELECT count(*) FROM record_{table} WHERE replace(visit_id, '-', '') NOT IN "
            "(SELECT replace(about, '-', '') FROM record_auditrow)"
        )
        assert missing == [(0,)], table


def test_the_practices_own_data_is_untouched(demo: Demo) -> None:
    assert _files(demo.data) == demo.practice_before


def test_one_button_signs_in_as_each_role_and_five_things_are_there_to_try(browser: Browser, demo: Demo) -> None:
    for button, role in ROLES.items():
        with hand(browser, demo.home, "demo") as one:
            one.go("/demo/")
            expect(one.page.locator("ol li")).to_have_count(5)
            one.press(button)
            expect(one.page).to_have_url(f"{demo.home}/today/")
            expect(one.page.locator(".menu summary")).to_contain_text(role)


def test_today_shows_somebody_at_every_step_at_three_places(browser: Browser, demo: Demo) -> None:
    with hand(browser, demo.home, "demo") as one:
        be(one, "Therapist")
        places = one.page.get_by_role("navigation", name="Place")
        expect(places.get_by_role("link")).to_have_count(4)  # three, and all together
        table = one.page.locator("table")
        for standing in Standing:
            words = "needles? in" if standing is Standing.IN_SESSION else re.escape(WORDS[standing][1])
            expect(table.get_by_text(re.compile(words)).first).to_be_visible()
        strip = one.page.get_by_role("navigation", name="Open sessions")
        expect(strip.get_by_role("link")).to_have_count(2)
        expect(strip.get_by_label(re.compile(r"^[1-9]\d* needles? in$"))).to_have_count(2)


def test_a_message_in_the_outbox_opens_as_its_patient(browser: Browser, demo: Demo) -> None:
    with hand(browser, demo.home, "demo") as desk:
        be(desk, "Front desk")
        desk.follow("Follow-ups")
        desk.follow("Outbox")
        desk.sees("please tell us how you are")
        message = desk.page.get_by_role("row").filter(has=desk.page.get_by_role("link", name="Open as patient")).first
        expect(message.get_by_text("QR code").first).to_be_attached()
        name = message.locator("b").first.inner_text()
        link = message.get_by_role("link", name="Open as patient").get_attribute("href") or ""
    assert link.startswith(demo.home)
    with hand(browser, demo.home, "patient") as patient:
        patient.go(link.removeprefix(demo.home))
        for label, number in zip(("Day", "Month", "Year"), born(demo, name), strict=True):
            patient.page.get_by_label(label, exact=True).fill(str(number))
        patient.press("Continue")
        patient.sees(f"Hello {name.split()[0]}")


def born(demo: Demo, name: str) -> tuple[int, int, int]:
    """Day, month and year."""
    given, _, family = name.partition(" ")
    people = demo.ask("SELECT given, family, birth_date FROM record_patient")
    (found,) = (day for first, last, day in people if (first, last) == (given, family))
    day = date.fromisoformat(found)
    return day.day, day.month, day.year


def be(one: Hand, role: str) -> None:
    """Sign in by the button."""
    one.go("/demo/")
    one.press(role)
    expect(one.page).to_have_url(f"{one.home}/today/")
