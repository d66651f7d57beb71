"""The note page: reasons instead of a dead button, signed as read, printed on one page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from filiform.clinical import coding
from filiform.clinical.coding import CodeBook, Coded
from filiform.clinical.terms import MuscleSide
from filiform.record.models import Amendment, Note
from filiform.record.reads import note as reads
from tests import clinic, steps
from tests.clinic import NOW, Clinic
from tests.pages.visiting import check_people, get, post, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.django_db
READERS = {"therapist", "owner", "auditor"}


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


@pytest.fixture
def staff(here: Clinic) -> Client:
    return signed_in()


def seen(one: steps.Visit) -> str:
    return reads.note(**one.about()).hash


def test_people(here: Clinic) -> None:
    clinic.make("Birch")
    one = steps.reach(here, "decided", NOW)
    check_people("note:visit", here, 200, None, READERS)
    check_people("note:print", here, 200, None, READERS)
    check_people("note:sign", here, 302, lambda: {"seen": seen(one)}, {"therapist"})
    check_people("note:amend", here, 302, lambda: {"text": "More"}, {"therapist"})


@pytest.mark.parametrize("step", ["arrived", "needling", "decided", "amended"])
def test_the_pages_keep_their_budget_at_every_step(here: Clinic, staff: Client, step: str) -> None:
    steps.reach(here, step, NOW)
    for route in ("note:visit", "note:print"):
        assert "style=" not in get(staff, route, here).content.decode()


def test_while_something_is_missing_the_button_is_shut_and_says_why(here: Clinic, staff: Client) -> None:
    one = steps.reach(here, "needling", NOW)
    text = get(staff, "note:visit", here).content.decode()
    assert "Still to do before signing: count and close." in text and "disabled" in text
    answer = post(staff, "note:sign", here, {"seen": seen(one)})
    assert answer.status_code == 422 and "Still to do before signing: count and close." in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.control("C-171")
def test_the_billing_code_is_proposed_by_distinct_muscles_and_nothing_is_stored(here: Clinic, staff: Client) -> None:
    """Six needles in four muscles are one code; before the session is closed nothing is proposed."""
    one = steps.reach(here, "needling", NOW)
    assert "Billing code" not in get(staff, "note:visit", here).content.decode()
    steps.on(one, "decided")
    text = get(staff, "note:visit", here).content.decode()
    assert "20561" in text and "4 different muscles" in text and "20560" not in text
    assert "No clinician has reviewed these texts yet." in text
    assert "20561" not in get(staff, "note:print", here).content.decode(), "a bill is no part of the note"


@pytest.mark.control("C-171")
def test_without_needles_there_is_no_code(here: Clinic, staff: Client) -> None:
    steps.reach(here, "consented", NOW)
    assert "Billing code" not in get(staff, "note:visit", here).content.decode()


@pytest.mark.control("C-171")
def test_counting_needles_instead_of_muscles_would_be_seen(
    here: Clinic, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: one muscle with two needles, counted twice, would be billed as two muscles more."""
    steps.reach(here, "decided", NOW)
    real = coding.propose

    def by_needles(needled: Iterable[MuscleSide], on: date, codes: CodeBook) -> Coded:
        return real(list(needled)[:2], on, codes)

    monkeypatch.setattr(coding, "propose", by_needles)
    assert "20561" not in get(staff, "note:visit", here).content.decode()


def test_it_is_signed_as_it_was_read_with_own_words(here: Clinic, staff: Client) -> None:
    one = steps.reach(here, "decided", NOW)
    sent = {"seen": seen(one), "added_words": "The chair was changed.", "aftercare_given": "on"}
    assert post(staff, "note:sign", here, sent).status_code == 302
    text = get(staff, "note:visit", here).content.decode()
    assert "Signed by Therapist of Alder" in text and "The chair was changed." in text
    assert "The after-care sheet was explained and given." in text and "Sign the note" not in text


@pytest.mark.parametrize("wrong", ["", "0" * 64, "x" * 5000, "\x00"])
def test_what_was_not_read_is_not_signed(here: Clinic, staff: Client, wrong: str) -> None:
    steps.reach(here, "decided", NOW)
    answer = post(staff, "note:sign", here, {"seen": wrong, "added_words": "Keep these"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else has just changed the record" in text and "Keep these" in text
    assert not Note.objects.exists()


def test_a_second_signature_is_told(here: Clinic, staff: Client) -> None:
    one = steps.reach(here, "signed", NOW)
    answer = post(staff, "note:sign", here, {"seen": seen(one)})
    assert answer.status_code == 422 and Note.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, "\x00"])
def test_an_amendment_says_something(here: Clinic, staff: Client, text: str) -> None:
    steps.reach(here, "signed", NOW)
    answer = post(staff, "note:amend", here, {"text": text})
    assert answer.status_code == 422 and not Amendment.objects.exists()


def test_an_unsigned_note_is_not_amended(here: Clinic, staff: Client) -> None:
    steps.reach(here, "decided", NOW)
    assert post(staff, "note:amend", here, {"text": "x"}).status_code == 404


def test_an_amendment_stands_below(here: Clinic, staff: Client) -> None:
    steps.reach(here, "amended", NOW)
    for route in ("note:visit", "note:print"):
        text = get(staff, route, here).content.decode()
        assert "Amended by Therapist of Alder" in text and "The left side was looked at, too." in text


def test_the_auditor_reads_and_is_offered_nothing_to_write(here: Clinic) -> None:
    steps.reach(here, "decided", NOW)
    text = get(signed_in("auditor"), "note:visit", here).content.decode()
    assert "A therapist signs it." in text and "<textarea" not in text


def test_a_normal_visit_is_printed_on_one_page(here: Clinic, browser: Browser) -> None:
    """On A4 and on Letter, by the browser's own print."""
    steps.reach(here, "signed", NOW)
    html = get(signed_in(), "note:print", here).content.decode()
    for css in ("web/tokens.css", "web/components.css", "web/print.css", "note/note.css"):
        path = finders.find(css)
        assert isinstance(path, str)
        link = f'<link rel="stylesheet" href="/static/{css}">'
        assert link in html
        html = html.replace(link, f"<style>{Path(path).read_text()}</style>")
    page = browser.new_page()
    try:
        page.set_content(html)
        for paper in ("A4", "Letter"):
            assert len(re.findall(rb"/Type /Page\b", page.pdf(format=paper))) == 1, paper
    finally:
        page.close()
