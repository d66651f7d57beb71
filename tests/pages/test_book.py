"""Asking for a first visit: it reaches the desk, bad input keeps what was typed, a flood is stopped."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from filiform.pages.book import limit
from filiform.pages.book.forms import region_of
from filiform.record.models import AuditRow, VisitRequest
from filiform.record.reads.practice import PlaceInfo, PracticeInfo
from tests import clinic


@pytest.fixture
def practice(db: None) -> clinic.Clinic:
    cache.clear()
    return clinic.make()


def _typed(practice: clinic.Clinic, **other: str) -> dict[str, str]:
    return {"name": "Lena Fischer", "phone": "(512) 555-0142", "place": str(practice.place), **other}


def test_a_request_is_stored_for_the_desk_with_an_audit_row(client: Client, practice: clinic.Clinic) -> None:
    before = AuditRow.objects.count()
    sent = client.post(
        "/book/",
        _typed(
            practice,
            birth_date_day="27",
            birth_date_month="3",
            birth_date_year="1984",
            where_it_hurts="neck",
            when_suits="mornings",
            email="lena@example.com",
        ),
    )
    assert sent.status_code == 302 and sent["Location"] == "/book/thanks/"
    row = VisitRequest.objects.get()
    assert (row.name, row.phone, row.birth_date) == ("Lena Fischer", "+15125550142", date(1984, 3, 27))
    assert (row.where_it_hurts, row.when_suits, row.email) == ("neck", "mornings", "lena@example.com")
    assert row.place_id == practice.place and row.answered_at is None
    assert AuditRow.objects.count() == before + 1


def test_the_answer_says_the_number_once(client: Client, practice: clinic.Clinic) -> None:
    client.post("/book/", _typed(practice))
    assert b"+15125550142" in client.get("/book/thanks/").content
    assert b"+15125550142" not in client.get("/book/thanks/").content


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": "x" * 201}, "at most 200"),
        ({"phone": ""}, "Enter a telephone number, so that we can call you."),
        ({"phone": "12"}, "area code"),
        ({"place": ""}, "Choose a place."),
        ({"place": "elsewhere"}, "elsewhere is not one of the available choices"),
        ({"email": "lena at home"}, "like name@example.com"),
        ({"birth_date_day": "31", "birth_date_month": "2", "birth_date_year": "1984"}, "29 days"),
        ({"birth_date_year": "1984"}, "as numbers"),
        ({"where_it_hurts": "x" * 501}, "at most 500"),
        ({"name": "\x00"}, "Enter your name."),
        ({"nothing": "spam"}, "Leave the last box empty"),
    ],
)
def test_bad_input_is_refused_with_the_reason_and_keeps_what_was_typed(
    wrong: dict[str, str], because: str, client: Client, practice: clinic.Clinic
) -> None:
    answer = client.post("/book/", _typed(practice, when_suits="mornings & evenings", **wrong))
    text = answer.content.decode()
    assert answer.status_code == 422 and because in text
    assert 'role="alert"' in text and "<title>Error: Book a first visit" in text
    assert 'value="mornings &amp; evenings"' in text
    assert VisitRequest.objects.count() == 0


def test_a_nul_is_taken_out_of_what_was_typed_and_the_rest_is_kept(client: Client, practice: clinic.Clinic) -> None:
    """Nobody can type one, and PostgreSQL stores no text that holds one."""
    assert client.post("/book/", _typed(practice, name="Le\x00na")).status_code == 302
    assert VisitRequest.objects.get().name == "Lena"


def test_markup_is_shown_as_typed_and_never_run(client: Client, practice: clinic.Clinic) -> None:
    text = client.post("/book/", _typed(practice, name="<script>x</script>", phone="")).content.decode()
    assert "<script>x" not in text and "&lt;script&gt;x" in text


def test_a_place_of_another_practice_cannot_be_chosen(client: Client, practice: clinic.Clinic) -> None:
    both = {str(practice.place), str(clinic.make(name="Birch").place)}
    shown = {place for place in both if place in client.get("/book/").content.decode()}
    assert len(shown) == 1, "an installation has one public face"
    (other,) = both - shown
    assert client.post("/book/", _typed(practice, place=other)).status_code == 422
    assert client.post("/book/", _typed(practice, place=shown.pop())).status_code == 302


def test_a_flood_from_one_address_is_stopped_and_another_is_served(client: Client, practice: clinic.Clinic) -> None:
    for _ in range(limit.REQUESTS):
        assert client.post("/book/", _typed(practice)).status_code == 302
    flooded = client.post("/book/", _typed(practice))
    assert flooded.status_code == 422 and b"Too many requests" in flooded.content
    assert b"Lena Fischer" in flooded.content
    assert VisitRequest.objects.count() == limit.REQUESTS
    assert client.post("/book/", _typed(practice), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_mistakes_do_not_count_as_a_flood(client: Client, practice: clinic.Clinic) -> None:
    for _ in range(limit.REQUESTS + 5):
        client.post("/book/", _typed(practice, phone=""))
    assert client.post("/book/", _typed(practice)).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/book/", "/book/thanks/"])
def test_without_a_practice_there_is_nothing_to_book(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, {"name": "x"}).status_code == 404


def _practice(*phones: str) -> PracticeInfo:
    places = tuple(PlaceInfo(clinic.UUID(int=n), "P", "", phone) for n, phone in enumerate(phones[1:]))
    return PracticeInfo(clinic.UUID(int=9), "P", phones[0], "", "UTC", "default", places)


@pytest.mark.parametrize(
    ("phones", "region"),
    [
        (("+49 30 1234567",), "DE"),
        (("030 1234567", "+44 20 7946 0018"), "GB"),
        (("512 555 0100",), "US"),
        (("",), "US"),
    ],
)
def test_a_bare_number_is_read_as_of_the_practices_country(phones: tuple[str, ...], region: str) -> None:
    assert region_of(_practice(*phones)) == region


def test_the_form_works_without_javascript_and_labels_everything(client: Client, practice: clinic.Clinic) -> None:
    text = client.get("/book/").content.decode()
    assert '<form class="stack" method="post" novalidate>' in text
    assert text.count("<h1>") == 1 and 'name="csrfmiddlewaretoken"' in text
