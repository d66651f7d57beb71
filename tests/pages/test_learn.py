"""The public pages: what they say is sourced and unreviewed, signed in nobody sees them, and they stay small."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from filiform import knowledge
from filiform.clinical.terms import Cite, Sure
from filiform.clinical.texts import EducationPage, Paragraph
from filiform.knowledge.loading import HERE
from filiform.pages.learn.shown import Notes, section, shares
from filiform.record.models import Practice, User
from tests import clinic

ROLES = ("front_desk", "therapist", "owner", "auditor")
SLUGS = tuple(sorted(file.stem for file in (HERE / "education").glob("*.toml")))


@pytest.fixture
def practice(db: None) -> clinic.Clinic:
    return clinic.make()


@pytest.mark.usefixtures("practice")
def test_the_front_page_says_who_what_how_safe_and_where(client: Client) -> None:
    text = client.get("/").content.decode()
    for word in (
        "Alder",
        "Dry needling for sore, tight muscles",
        "16 of 100",
        "once in 1,000",
        "River Street",
        "512 555 0100",
    ):
        assert word in text
    assert "Please wait with dry needling" in text and "Ask your doctor first" in text
    assert "No clinician has reviewed these texts yet." in text
    assert text.count('class="btn p ') == 1 and f'href="{reverse("book:request")}"' in text


@pytest.mark.parametrize("role", ROLES)
def test_staff_go_on_to_their_day(role: str, practice: clinic.Clinic) -> None:
    client = Client()
    client.force_login(User.objects.get(username=f"alder.{role}"))
    assert client.get("/")["Location"] == "/today/"


@pytest.mark.django_db
def test_before_the_practice_is_set_up_the_page_says_how(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200 and b"./filiform demo" in response.content
    assert client.get(f"/learn/{SLUGS[0]}/").status_code == 200


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("slug", SLUGS)
def test_every_paragraph_has_sources_and_every_number_its_line(slug: str, client: Client) -> None:
    text = client.get(f"/learn/{slug}/").content.decode()
    paragraphs = knowledge.book().education[slug].paragraphs
    used = re.findall(r'class="fn num" href="#source-(\d+)"', text)
    problems = knowledge.book().conditions.values() if slug == "what-it-cannot-do" else ()
    assert len(used) == sum(len(one.cites) for one in (*paragraphs, *problems))
    assert set(used) == set(re.findall(r'<li id="source-(\d+)"', text))
    assert "No clinician has reviewed these texts yet." in text
    assert "{emergency}" not in text


@pytest.mark.control("C-155")
@pytest.mark.usefixtures("practice")
def test_every_problem_is_read_with_what_needling_cannot_do_about_it(client: Client) -> None:
    text = client.get("/learn/what-it-cannot-do/").content.decode()
    for one in knowledge.book().conditions.values():
        assert one.words in text and one.can in text and f"<b>{one.cannot}</b>" in text
    assert "Problem by problem" not in client.get("/learn/what-it-is/").content.decode()


@pytest.mark.usefixtures("practice")
def test_an_unknown_page_is_not_found(client: Client) -> None:
    assert client.get("/learn/nothing/").status_code == 404


@pytest.mark.usefixtures("practice")
def test_danger_signs_stand_in_one_red_card_with_the_number(client: Client) -> None:
    text = client.get("/learn/when-to-call/").content.decode()
    assert text.count('class="care"') == 1 and "Call 911 now" in text
    assert "not checked yet" not in text, 'a mark beside each sign would read as "not sure whether to call"'
    assert "We have not yet checked each of them in a source." in text


def test_a_practice_without_an_emergency_number_shows_words_and_guesses_none(
    client: Client, practice: clinic.Clinic
) -> None:
    Practice.objects.update(emergency_number="")
    text = client.get("/learn/when-to-call/").content.decode()
    assert "Call the emergency number" in text and "911" not in text and "112" not in text


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("path", ["/", *(f"/learn/{slug}/" for slug in SLUGS), "/book/", "/book/thanks/"])
def test_public_pages_stay_within_their_budget(path: str, client: Client) -> None:
    assert len(gzip.compress(client.get(path).content)) <= 15 * 1024


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("path", ["/", f"/learn/{SLUGS[0]}/"])
def test_pages_to_read_need_no_script_and_nothing_from_elsewhere(path: str, client: Client) -> None:
    text = client.get(path).content.decode()
    assert "<script" not in text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)


@pytest.mark.usefixtures("practice")
def test_the_front_page_is_cheap(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(4):
        client.get("/")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "In a study, 16 of 100 bleed a little, 8 of 100 leave a bruise, and 6 of 100 hurt.",
            [(16, "bleed a little"), (8, "leave a bruise"), (6, "hurt")],
        ),
        ("Of these, 19 of 100 had a small side effect.", []),
        ("116 of 100 fell, 2 of 100 rose.", []),
        ("Nothing.", []),
    ],
)
def test_shares_are_taken_from_the_sentence(text: str, found: list[tuple[int, str]]) -> None:
    assert [(share.count, share.what) for share in shares(text)] == found


FOUND, UNSURE = Cite("boyce_2020", Sure.FOUND, "abstract"), Cite("article", Sure.UNSURE)


def _page(*paragraphs: Paragraph) -> EducationPage:
    return EducationPage("x", "X", False, paragraphs)


def test_a_lonely_unsure_claim_is_marked_and_a_list_of_them_is_explained_once() -> None:
    sure, unsure = Paragraph("A.", (FOUND,)), Paragraph("B.", (UNSURE,))
    mixed = section(_page(sure, sure, unsure), Notes(), "911")
    assert [line.unsure for line in mixed.lines] == [False, False, True] and not mixed.mostly_unsure
    assert section(_page(sure, unsure, unsure), Notes(), "911").mostly_unsure


def test_one_source_keeps_one_number() -> None:
    notes = Notes()
    shown = section(_page(Paragraph("A.", (FOUND, UNSURE)), Paragraph("B.", (UNSURE, FOUND))), notes, "911")
    assert [line.notes for line in shown.lines] == [(1, 2), (2, 1)]
    assert notes.listed() == [(1, FOUND), (2, UNSURE)]


def _cards(urgent: str) -> Iterator[bool]:
    """`!` is a danger sign, `.` a plain point; what of it stands in the red card."""
    points = [Paragraph("Call {emergency}." if sign == "!" else "Rest.", (FOUND,), point=True) for sign in urgent]
    yield from (line.urgent for line in section(_page(*points), Notes(), "911").lines)


@pytest.mark.parametrize(
    ("signs", "card"), [("!!.!!", "!!..."), (".!.", "..."), ("!", "."), ("!.!!", "..!!"), ("", "")]
)
def test_there_is_at_most_one_red_card(signs: str, card: str) -> None:
    assert "".join("!" if urgent else "." for urgent in _cards(signs)) == card
