"""Every address, found by walking the URL patterns, and everybody who may come: what comes later is walked too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from filiform.clinical.access import STAFF, Role, may
from filiform.record.actions import book, follow, stock
from filiform.record.models import FollowUp, FollowUpAnswer, PatientLink, User
from filiform.web.access import Declared, declared, link_key
from tests import clinic, steps
from tests.clinic import Clinic

BACKEND = "filiform.record.signin.PractitionerBackend"
STAFF_ROLES = ("front_desk", "therapist", "owner", "auditor")
WHO = ("visitor", *STAFF_ROLES, "patient", "other")  # `other` is a therapist of another practice


@dataclass(frozen=True)
class Route:
    """One address with the names it takes."""

    name: str
    view: Callable[..., object]
    takes: tuple[str, ...]

    @property
    def ours(self) -> bool:
        """Whether we wrote it."""
        return self.view.__module__.startswith("filiform.")

    @property
    def declares(self) -> Declared | None:
        """Who may use it."""
        return declared(self.view, self.name)

    def url(self, ids: Mapping[str, Any]) -> str:
        """The address, filled in with `ids`."""
        return reverse(self.name, kwargs={name: ids[name] for name in self.takes})


@cache
def routes() -> tuple[Route, ...]:
    """Every address that the program answers."""
    return tuple(walk(get_resolver().url_patterns))


def own_routes() -> tuple[Route, ...]:
    """Those we wrote."""
    return tuple(route for route in routes() if route.ours)


def walk(patterns: Any, space: str = "", takes: tuple[str, ...] = ()) -> Iterator[Route]:
    """The routes under `patterns`, in whatever included lists they lie."""
    for one in patterns:
        names = (*takes, *_names(one.pattern))
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from walk(one.url_patterns, inner, names)
        elif isinstance(one, URLPattern):
            yield Route(f"{space}{one.name}", one.callback, names)


def _names(pattern: Any) -> tuple[str, ...]:
    return tuple(getattr(pattern, "converters", None) or pattern.regex.groupindex)


# ---- a practice with something under every address


def began() -> datetime:
    """Half an hour ago, or midnight when that was yesterday: pages ask for the day."""
    now = timezone.now()
    return max(now - timedelta(minutes=30), now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


@dataclass(frozen=True)
class Scene:
    """A practice whose visit has come to some step, and the ids of what there is."""

    here: Clinic
    visit: steps.Visit
    ids: Mapping[str, Any]
    name: str = "alder"

    def browser(self, who: str) -> Client:
        """A browser of `who` (one of WHO)."""
        client = Client(SERVER_NAME="127.0.0.1")
        if who in STAFF_ROLES:
            client.force_login(User.objects.get(username=f"{self.name}.{who}"), backend=BACKEND)
        elif who == "other":
            client.force_login(User.objects.get(username="birch.therapist"), backend=BACKEND)
        elif who == "patient":
            session = client.session
            for purpose, link_id in self.ids["links"].items():
                session[link_key(purpose)] = str(link_id)
            session.save()
        return client


def scene(step: str = "amended", name: str = "Alder") -> Scene:
    """A practice with a visit at `step`, a second practice, a request, a link and, where closed, an answer."""
    start = began()
    here = clinic.make(name, now=start)
    if name == "Alder":
        clinic.make("Birch", now=start, birth=steps.BIRTH)
    visit = steps.reach(here, step, start)
    asked = book.request_visit(
        by=here.staff["front_desk"], now=start, place_id=here.place, name="Bo Berg", phone="512 555 0142"
    )
    return Scene(here, visit, {**_fixed(here, asked), **_links(here, visit)}, name.lower())


def _fixed(here: Clinic, asked: UUID) -> dict[str, Any]:
    lot = stock.receive_lot(
        by=here.therapist,
        now=began(),
        place_id=here.place,
        number="LOT-1",
        maker="Alder Needles",
        gauge_mm=Decimal("0.30"),
        length_mm=Decimal(40),
        needles=10,
        expiry=began().date() + timedelta(days=400),
        packs=5,
    )
    return {
        "visit_id": here.visit,
        "lot_id": lot,
        "patient_id": here.patient,
        "request_id": asked,
        "slug": "what-it-is",
        "muscle": "infraspinatus",
        "region": "heel",
        # of the packages; nothing of theirs that takes a key is open
        "key": "k",
        "uidb36": "1",
        "pk": 1,
    }


def _links(here: Clinic, visit: steps.Visit) -> dict[str, Any]:
    """Links of the patient and, when the session is closed, a follow-up with an answer."""
    due = FollowUp.objects.filter(visit_id=here.visit).order_by("hours").first()
    purpose = "follow_up" if due else "screening"
    token = follow.make_link(**visit.about(purpose=purpose, follow_up_id=due.pk if due else None))
    follow.make_link(**visit.about(purpose="draw"))
    links = PatientLink.objects.filter(visit_id=here.visit)
    found = {"token": token, "links": dict(links.values_list("purpose", "pk"))}
    if due is None:
        return {**found, "follow_up_id": uuid4(), "answer_id": uuid4()}
    said = follow.Answer(pain=2, words="Better.")
    follow.answer_follow_up(by=here.therapist, now=visit.at, follow_up_id=due.pk, answer=said)
    answer = FollowUpAnswer.objects.get(follow_up=due)
    return {**found, "follow_up_id": due.pk, "answer_id": answer.pk}


# ---- who may come in


def role_of(who: str) -> Role:
    return Role.THERAPIST if who == "other" else Role(who)


def expected(route: Route, who: str) -> str:
    """`in`, `sign in` or `forbidden`: what the declaration of `route` means for `who`."""
    what = route.declares
    if what is None:
        return "forbidden"
    if what.kind == "public":
        return "in"
    role = role_of(who)
    if what.kind == "link":
        return "in" if role is Role.PATIENT else "forbidden"
    if role not in STAFF:
        return "sign in"  # a patient's link is no sign-in
    return "forbidden" if may(role, what.act) else "in"


# ---- what a page holds


class Page(HTMLParser):
    """What the walk looks at in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = self.title = ""
        self.faults: list[str] = []
        self.fields: set[str] = set()
        self.posts: list[str] = []
        self._form: str | None = None
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        self.faults += [f"{tag} {value[:40]}" for value in given.values() if value.startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.faults.append(f"inline <{tag}>")
        if tag == "html":
            self.lang = given.get("lang", "")
        self._in_title = tag == "title"
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self._form = given.get("action", "") if given.get("method", "").lower() == "post" else None
            if self._form is not None:
                self.posts.append(self._form)
                self.faults.append(f"form {self._form} without its token")
        if given.get("name") == "csrfmiddlewaretoken" and self._form is not None:
            self.faults.remove(f"form {self._form} without its token")
        if tag in ("input", "select", "textarea", "button") and given.get("name"):
            self.fields.add(given["name"])

    def handle_data(self, data: str) -> None:
        if self._in_title and not self.title:
            self.title = data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "form":
            self._form = None


def whole_page(response: Any) -> bool:
    """Whether a response is a page and no part of one, no file and no redirect."""
    return b"<html" in response.content[:400] if not response.streaming else False
