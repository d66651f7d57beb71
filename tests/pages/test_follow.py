"""Follow-up pages: the patient's three questions by link, the call list, the outbox."""

from __future__ import annotations

import gzip
import io
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from filiform.record.actions import follow, outbox
from filiform.record.actor import system
from filiform.record.models import FollowUp, FollowUpAnswer, Message, Patient, PatientLink
from filiform.web.logs import HideTokens
from tests import clinic, steps
from tests.clinic import Clinic
from tests.pages.visiting import MOST_BYTES, MOST_QUERIES, check_people, get, signed_in

pytestmark = pytest.mark.django_db
PATIENT_BYTES = 15_000  # HTML, gzipped
BIRTH = {"birth_date_day": "12", "birth_date_month": "3", "birth_date_year": "1984"}


@pytest.fixture
def here() -> Clinic:
    """A visit of two days ago, closed; its first message was sent."""
    at = timezone.now() - timedelta(hours=30)
    made = clinic.make(now=at)
    Patient.objects.filter(pk=made.patient).update(phone="+15125550177")
    steps.reach(made, "closed", at)
    outbox.send_due_messages(by=system("worker", made.practice), now=timezone.now(), keep_links=True)
    return made


@pytest.fixture
def token(here: Clinic) -> str:
    return _token(here)


def _token(here: Clinic, purpose: str = "follow_up") -> str:
    check = FollowUp.objects.filter(visit_id=here.visit).order_by("hours")[0]
    return follow.make_link(
        by=here.staff["front_desk"], now=timezone.now(), visit_id=here.visit, purpose=purpose, follow_up_id=check.pk
    )


def page(answer: HttpResponse) -> str:
    """The page's text, its bytes and the emergency card checked."""
    text = answer.content.decode()
    assert len(gzip.compress(answer.content)) <= PATIENT_BYTES
    assert text.count('class="care"') == 1 and "Call 911 now if you have" in text
    return text


def opened(token: str) -> Client:
    browser = Client()
    answer = browser.post(f"/p/{token}/", BIRTH)
    assert answer.status_code == 302 and answer["Location"] == "/p/how-are-you/"
    return browser


def send(browser: Client, **data: Any) -> HttpResponse:
    return browser.post("/p/how-are-you/", data)


# ---- the link


@pytest.mark.control("C-137")
def test_the_emergency_card_stands_before_the_birth_date_is_asked(token: str) -> None:
    answer = Client().get(f"/p/{token}/")
    text = page(answer)
    assert answer.status_code == 200 and "Maya" not in text and "Okafor" not in text
    assert "needl" not in text.lower(), "whoever finds the telephone must not learn what was done"


@pytest.mark.control("C-135")
def test_five_wrong_birth_dates_end_the_link(token: str) -> None:
    browser = Client()
    for n in range(5):
        answer = browser.post(f"/p/{token}/", {**BIRTH, "birth_date_day": str(13 + n)})
        assert answer.status_code == (422 if n < 4 else 410)
        page(answer)
    assert browser.post(f"/p/{token}/", BIRTH).status_code == 410
    assert browser.get("/p/how-are-you/").status_code == 403


@pytest.mark.control("C-135")
def test_a_link_that_ended_or_never_was_says_so_and_shows_the_card(here: Clinic, token: str) -> None:
    PatientLink.objects.update(expires_at=timezone.now())
    for wrong in (token, "nothing", "x" * 300):
        for answer in (Client().get(f"/p/{wrong}/"), Client().post(f"/p/{wrong}/", BIRTH)):
            assert answer.status_code == 410
            assert "512 555 0100" in page(answer)


@pytest.mark.control("C-135")
def test_a_link_of_another_purpose_answers_nothing(here: Clinic) -> None:
    browser = Client()
    answer = browser.post(f"/p/{_token(here, 'screening')}/", BIRTH)
    assert answer.status_code == 410
    assert browser.get("/p/how-are-you/").status_code == 403


@pytest.mark.control("C-135")
def test_without_an_opened_link_nobody_answers(here: Clinic) -> None:
    for browser in (Client(), signed_in("therapist"), signed_in("owner")):
        assert browser.get("/p/how-are-you/").status_code == 403
        assert send(browser, step="1", pain="3").status_code == 403
        assert browser.get("/p/how-are-you/thanks/").status_code == 403


@pytest.mark.control("C-135")
def test_an_opened_link_dies_with_its_seven_days(token: str) -> None:
    browser = opened(token)
    assert browser.get("/p/how-are-you/").status_code == 200
    PatientLink.objects.update(
        made_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(days=1)
    )
    assert browser.get("/p/how-are-you/").status_code == 403


def test_opening_changes_the_session_so_that_nobody_else_holds_it(token: str) -> None:
    browser = Client()
    browser.get("/")
    before = browser.session.session_key
    browser.post(f"/p/{token}/", BIRTH)
    assert browser.session.session_key != before


# ---- the questions


def test_three_questions_lead_to_an_answer_and_the_same_thanks(here: Clinic, token: str) -> None:
    browser = opened(token)
    first = page(browser.get("/p/how-are-you/"))
    assert "Hello Maya" in first and "How bad is your pain right now?" in first and "1 of 3" in first
    assert "Do you have any of these now?" in page(send(browser, step="1", pain="3"))
    assert "Is there anything else?" in page(send(browser, step="2", pain="3", signs="none"))
    answer = send(browser, step="3", pain="3", signs="none", more="sore", words="")
    assert answer.status_code == 302 and answer["Location"] == "/p/how-are-you/thanks/"
    row = FollowUpAnswer.objects.get()
    assert (row.answers, row.recorded_by) == (
        {"pain": 3, "lines": ["sore"], "words": ""},
        f"patient:{here.patient}",
    )


@pytest.mark.control("C-137")
def test_a_danger_sign_is_stored_at_once_and_answered_with_the_number(token: str) -> None:
    browser = opened(token)
    send(browser, step="1", pain="3")
    answer = send(browser, step="2", pain="3", signs=["breath_or_chest", "none"])
    assert answer.status_code == 302
    assert FollowUpAnswer.objects.get().queue == "now"
    text = browser.get(answer["Location"]).content.decode()
    assert text.count('class="care"') == 1 and 'href="tel:911"' in text
    assert "Call 911 now" in text and "Do not drive or travel alone." in text and "What you told us" in text


@pytest.mark.control("C-137")
def test_the_thanks_are_the_same_for_every_other_answer(token: str) -> None:
    texts = set()
    for more, words in (("sore", ""), ("infection", ""), ("pain_worse", "It hurts a lot")):
        browser = opened(token)
        send(browser, step="3", pain="9", signs="none", more=more, words=words)
        texts.add(page(browser.get("/p/how-are-you/thanks/")))
    assert len(texts) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"step": "1"},
        {"step": "1", "pain": "11"},
        {"step": "1", "pain": "three"},
        {"step": "2", "pain": "3"},
        {"step": "2", "pain": "3", "signs": "made_up"},
        {"step": "3", "pain": "3", "signs": "none"},
        {"step": "3", "pain": "3", "signs": "none", "words": "x" * 2001},
        {"step": "3", "pain": "3", "signs": "none", "more": "\x00"},
        {"step": "99", "pain": "3", "signs": "none", "more": ""},
    ],
)
def test_garbage_is_told_and_stores_nothing(token: str, data: dict[str, str]) -> None:
    answer = send(opened(token), **data)
    assert answer.status_code == 422
    assert 'role="alert"' in page(answer)
    assert not FollowUpAnswer.objects.exists()


@pytest.mark.parametrize(
    "typed", [{}, {**BIRTH, "birth_date_day": "31", "birth_date_month": "2"}, {**BIRTH, "birth_date_year": "x"}]
)
def test_a_birth_date_that_is_none_uses_no_try(token: str, typed: dict[str, str]) -> None:
    answer = Client().post(f"/p/{token}/", typed)
    assert answer.status_code == 422
    assert not PatientLink.objects.filter(wrong_answers__gt=0).exists()


def test_patient_pages_need_no_script_of_ours_and_no_style_in_the_page(token: str) -> None:
    for answer in (Client().get(f"/p/{token}/"), opened(token).get("/p/how-are-you/")):
        text = answer.content.decode()
        assert "style=" not in text and "onclick" not in text and "<script>" not in text


@pytest.mark.control("C-135")
@pytest.mark.parametrize("hidden", [True, False])
def test_no_log_holds_the_token(here: Clinic, token: str, hidden: bool) -> None:
    """With the filter taken off the same check fails: Django names the path of every refused request."""
    handler = next(one for one in logging.getLogger().handlers if any(isinstance(f, HideTokens) for f in one.filters))
    assert isinstance(handler, logging.StreamHandler)
    written, filters = io.StringIO(), list(handler.filters)
    before = handler.setStream(written)
    handler.filters = filters if hidden else []
    try:
        Client().post(f"/p/{token}/", {})
        Client(enforce_csrf_checks=True).post(f"/p/{token}/", BIRTH)
    finally:
        handler.filters = filters
        if before is not None:
            handler.setStream(before)
    assert (token in written.getvalue()) is not hidden
    assert ("/p/..." in written.getvalue()) is hidden


# ---- the call list


def answered(here: Clinic, *lines: str, words: str = "") -> FollowUpAnswer:
    check = FollowUp.objects.filter(visit_id=here.visit).order_by("hours")[0]
    answer = follow.Answer(pain=2, lines=lines, words=words)
    by = here.staff["front_desk"]
    follow.answer_follow_up(by=by, now=timezone.now(), follow_up_id=check.pk, answer=answer)
    return FollowUpAnswer.objects.latest("recorded_at")


def budget(browser: Client, url: str) -> str:
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(url)
    assert answer.status_code == 200
    most = MOST_QUERIES + (connection.vendor == "postgresql")
    assert len(asked) <= most, "\n".join(one["sql"][:160] for one in asked)
    assert len(gzip.compress(answer.content)) <= MOST_BYTES
    return answer.content.decode()


@pytest.mark.control("C-136")
def test_the_call_list_shows_answers_to_clinicians_and_only_the_call_to_the_desk(here: Clinic) -> None:
    answered(here, "breath_or_chest", words="since this morning")
    read = budget(signed_in("therapist"), "/follow-ups/")
    assert "since this morning" in read and "Call now" in read and "+15125550177" in read
    desk = budget(signed_in("front_desk"), "/follow-ups/")
    assert "since this morning" not in desk and "breath" not in desk
    assert "The patient reports a danger sign" in desk and "Call now" in desk
    for role in ("owner", "auditor"):
        assert "since this morning" in budget(signed_in(role), "/follow-ups/")


@pytest.mark.control("C-136")
def test_reading_takes_it_off_the_list_once(here: Clinic) -> None:
    row, browser = answered(here, "sore"), signed_in("therapist")
    url = reverse("follow:mark_read", args=[row.pk])
    assert "Say in a few words" in browser.post(url, {"outcome": " "}, follow=True).content.decode()
    assert "off the list" in browser.post(url, {"outcome": "Well"}, follow=True).content.decode()
    assert "Somebody else has just changed" in browser.post(url, {"outcome": "Me too"}, follow=True).content.decode()
    assert "Every answer was read." in browser.get("/follow-ups/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("front_desk", 403), ("auditor", 403), ("owner", 302)])
def test_who_may_read_an_answer_off(here: Clinic, role: str, status: int) -> None:
    row = answered(here, "sore")
    url = reverse("follow:mark_read", args=[row.pk])
    assert signed_in(role).post(url, {"outcome": "Well"}).status_code == status
    clinic.make("Birch")
    assert signed_in("therapist", "Birch").post(url, {"outcome": "Well"}).status_code == 404
    assert Client().post(url).status_code == 302


def test_the_desk_asks_on_the_telephone(here: Clinic) -> None:
    check = FollowUp.objects.order_by("hours")[0]
    browser, url = signed_in("front_desk"), reverse("follow:by_telephone", args=[check.pk])
    assert browser.post(url, {"pain": "2"}).status_code == 422
    sent = {"pain": "skip", "signs": "none", "more": "small_bruise", "words": ""}
    assert browser.post(url, sent).status_code == 302
    assert FollowUpAnswer.objects.get().answers["lines"] == ["small_bruise"]
    called = reverse("follow:called", args=[check.pk])
    assert browser.post(called, {"outcome": ""}).status_code == 422
    assert browser.post(called, {"outcome": "Voicemail"}).status_code == 302
    assert "Voicemail" in budget(browser, reverse("follow:check", args=[check.pk]))
    assert signed_in("auditor").post(called, {"outcome": "x"}).status_code == 403


def test_a_check_of_another_practice_is_not_found(here: Clinic) -> None:
    clinic.make("Birch")
    check, other = FollowUp.objects.order_by("hours")[0], signed_in("therapist", "Birch")
    for route in ("check", "by_telephone", "called"):
        url = reverse(f"follow:{route}", args=[check.pk])
        sent = {"pain": "2", "signs": "none", "more": "none", "outcome": "x"}
        assert (other.get(url) if route == "check" else other.post(url, sent)).status_code == 404
    assert "Maya" not in other.get("/follow-ups/").content.decode()
    assert "Maya" not in other.get("/outbox/").content.decode()


def test_the_page_of_the_visit(here: Clinic) -> None:
    clinic.make("Birch")
    text = get(signed_in(), "follow:visit", here).content.decode()
    assert "24 hours" in text and "72 hours" in text and "Sent" in text and "Waits until due" in text
    assert "Call 911" in text and "No clinician has reviewed" in text
    check_people("follow:visit", here, 200, None, {"therapist", "owner", "auditor"})


# ---- the outbox


def test_the_outbox_says_that_nothing_leaves_and_shows_links_in_the_demo_only(here: Clinic, settings: Any) -> None:
    settings.FILIFORM_DEMO = False
    text = budget(signed_in("front_desk"), "/outbox/")
    link = Message.objects.exclude(link="")[0].link
    assert "Nothing leaves this machine yet" in text and link not in text and 'class="qr"' not in text
    settings.FILIFORM_DEMO = True
    text = budget(signed_in("front_desk"), "/outbox/")
    assert link in text and 'class="qr"' in text and "Open as patient" in text
    assert "style=" not in text


def test_an_unknown_id_is_not_found(here: Clinic) -> None:
    browser = signed_in()
    assert browser.get(reverse("follow:check", args=[uuid4()])).status_code == 404
    assert browser.post(reverse("follow:mark_read", args=[uuid4()]), {"outcome": "x"}).status_code == 404
