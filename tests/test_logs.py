"""Logs hold no patient: every page is opened, refused and broken with all loggers listening, and nothing is said."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from filiform.record.models import Patient
from tests.pages import walk
from tests.pages.walk import Scene

pytestmark = pytest.mark.django_db
SPOKEN = ("Quetzalcoatl", "Xiomara", "555 8675", "5558675", "1984-03-12", "12 Mar 1984", "upper_trapezius", "Xiomara@")
LOUD = {"filiform": logging.DEBUG, "django": logging.INFO, "": logging.WARNING, "axes": logging.DEBUG, "allauth": 10}


class Listener(logging.Handler):
    """Keeps every line as it would be written, with what goes along with it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        whole = logging.Formatter("%(name)s %(levelname)s %(message)s").format(record)
        self.lines.append(f"{whole} {record.args!r}")


@pytest.fixture
def heard() -> Iterator[Listener]:
    listener = Listener()
    before = {name: logging.getLogger(name).level for name in LOUD}
    for name, level in LOUD.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(listener)
    yield listener
    logging.getLogger().removeHandler(listener)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def scene() -> Scene:
    made = walk.scene("amended")
    Patient.objects.filter(pk=made.here.patient).update(
        family="Quetzalcoatl", given="Xiomara", name_key="quetzalcoatl xiomara", phone="512 555 8675"
    )
    return made


def named(listener: Listener) -> list[str]:
    """The lines that say something about the patient."""
    return [line[:200] for line in listener.lines if any(word.lower() in line.lower() for word in SPOKEN)]


@pytest.mark.control("C-109")
@pytest.mark.parametrize("who", ["therapist", "front_desk", "auditor", "other", "visitor", "patient"])
def test_no_page_says_a_name_into_the_log(scene: Scene, heard: Listener, who: str) -> None:
    browser = scene.browser(who)
    typed = {
        "family": "Quetzalcoatl",
        "given": "Xiomara",
        "phone": "512 555 8675",
        "birth_date_day": "12",
        "text": "Xiomara",
    }
    for route in walk.own_routes():
        browser.get(route.url(scene.ids))
        browser.post(route.url(scene.ids), typed)
    assert len(heard.lines) > 5, "refused and missing pages are logged, so there was something to hear"
    assert named(heard) == []


@pytest.mark.control("C-109")
def test_a_search_a_wrong_sign_in_and_an_error_say_none(
    scene: Scene, heard: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = scene.browser("therapist")
    browser.get("/patients/?q=Quetzalcoatl")
    scene.browser("visitor").post("/account/login/", {"login": "Xiomara Quetzalcoatl", "password": "Quetzalcoatl"})
    browser.raise_request_exception = False
    monkeypatch.setattr("filiform.record.audit.leave_read", _broken)
    assert browser.get(f"/patients/{scene.here.patient}/").status_code == 500
    assert any("went wrong inside" in line for line in heard.lines)
    assert named(heard) == []


def _broken(**_: object) -> None:
    raise RuntimeError("went wrong inside")


@pytest.mark.control("C-109")
def test_a_line_with_a_name_is_heard(scene: Scene, heard: Listener) -> None:
    """The negative control."""
    logging.getLogger("filiform.record").debug("opened %s", "Xiomara Quetzalcoatl")
    logging.getLogger("django.request").warning("Not Found: %s", "/patients/?q=quetzalcoatl")
    assert len(named(heard)) == 2
