"""Which pages are asked for, by whom, of which patients; and the asking itself. Needs Django to be started.

Steps of a visit are asked for twice: as the form that a visit of today has next (there are six to twelve such visits,
asked for in turns), and as it stands for finished visits of a hundred different patients.
"""

from __future__ import annotations

import gzip
import itertools
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from filiform.record.models import AuditRow, Patient, Practitioner, Session, Visit
from filiform.record.reads import visit as visits
from tests.bench._frame import percentile
from tests.bench._template import NOW

SAMPLE = 100
WARM_UP = 3
COUNTED = 12  # requests whose queries are counted
BACKEND = "filiform.record.signin.PractitionerBackend"


class Unanswered(Exception):
    """A page answered something else than 200; the message says what."""


@dataclass
class Base:
    """One database of the benchmark, with a signed-in client for each role. Call `use` before asking anything."""

    connection: Any
    path: Path
    clients: dict[str, Client] = field(default_factory=dict)

    def use(self) -> None:
        """What follows works on this database."""
        connections["default"] = self.connection

    def client(self, role: str) -> Client:
        """A client signed in as somebody of `role`."""
        if role not in self.clients:
            person = Practitioner.objects.select_related("user").filter(role=role).order_by("name")[0]
            assert person.user is not None
            self.clients[role] = Client(raise_request_exception=False, SERVER_NAME="localhost")
            self.clients[role].force_login(person.user, backend=BACKEND)
        return self.clients[role]

    def patients(self) -> int:
        return self._count(Patient)

    def sessions(self) -> int:
        return self._count(Session)

    def audits(self) -> int:
        return self._count(AuditRow)

    def _count(self, model: Any) -> int:
        self.use()
        return int(model.objects.count())

    @cached_property
    def sampled(self) -> list[Patient]:
        """SAMPLE different patients, drawn over the whole practice."""
        keys = list(Patient.objects.order_by("id").values_list("pk", flat=True))
        return list(Patient.objects.filter(pk__in=Random(3).sample(keys, SAMPLE)))

    @cached_property
    def past(self) -> list[UUID]:
        """One finished visit of each of the sampled patients."""
        rows = Visit.objects.filter(patient__in=self.sampled, note__isnull=False).order_by("-starts_at")
        return list({row.patient_id: row.pk for row in rows}.values())

    @cached_property
    def today(self) -> dict[str, list[UUID]]:
        """Today's visits by the step that is next; those with needles in under `board`."""
        rows = visits.head_rows().filter(starts_at__date=NOW.date(), state="arrived").order_by("starts_at", "id")
        found: dict[str, list[UUID]] = {}
        for head in visits.heads(rows, NOW):
            found.setdefault(_group(head), []).append(head.visit_id)
        return found


def _group(head: visits.VisitHead) -> str:
    if head.session is not None and head.session.closed_at is None:
        return "board"
    # A decision without a plan of its own leads to the plan first; the note's form is there already.
    return "note" if head.decided and head.note_id is None else visits.next_step(head)


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the table: the addresses of the page in a database, and the role that asks for them."""

    name: str
    urls: Callable[[Base], Iterable[str]]
    role: str = "therapist"


@dataclass(frozen=True, slots=True)
class Measured:
    """One page of one database: milliseconds of every request, most queries, largest compressed HTML in bytes.

    `cpu` is what of each request this process computed: without what others on the machine took, and without the disk.
    """

    ms: tuple[float, ...]
    cpu: tuple[float, ...]
    different: int  # addresses
    queries: int
    compressed: int

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p95(self) -> float:
        return percentile(self.ms, 95)

    @property
    def cpu95(self) -> float:
        return percentile(self.cpu, 95)


def measure(page: Page, bases: Sequence[Base], times: int) -> list[Measured] | None:
    """Ask each database `times` times in turns, so that a noisy moment strikes both; None when there is no page.

    Raises Unanswered when an address does not answer 200.
    """
    asked = [_urls(page, base) for base in bases]
    if not all(asked):
        return None
    counted = [_count(page, base, urls) for base, urls in zip(bases, asked, strict=True)]
    took: list[list[tuple[float, float]]] = [[] for _ in bases]
    for number in range(times):
        for base, urls, list_of in zip(bases, asked, took, strict=True):
            list_of.append(_ask(page, base, urls[number % len(urls)]))
    return [
        Measured(
            ms=tuple(ms for ms, _ in times_of),
            cpu=tuple(cpu for _, cpu in times_of),
            different=min(times, len(set(urls))),
            queries=queries,
            compressed=compressed,
        )
        for times_of, urls, (queries, compressed) in zip(took, asked, counted, strict=True)
    ]


def _urls(page: Page, base: Base) -> list[str]:
    base.use()
    try:
        return list(page.urls(base))
    except NoReverseMatch:
        return []


def _count(page: Page, base: Base, urls: list[str]) -> tuple[int, int]:
    """The most queries of a request (BEGIN and COMMIT among them) and the most bytes of compressed HTML; warms up."""
    base.use()
    queries = compressed = 0
    client = base.client(page.role)
    for url in itertools.islice(itertools.cycle(urls), WARM_UP):
        _ask(page, base, url)
    for url in urls[:COUNTED]:
        with CaptureQueriesContext(base.connection) as captured:
            answer = client.get(url)
        queries = max(queries, len(captured))
        compressed = max(compressed, len(gzip.compress(answer.content, 6)))
    return queries, compressed


def _ask(page: Page, base: Base, url: str) -> tuple[float, float]:
    """Milliseconds of one request, by the clock and computing."""
    base.use()
    client = base.client(page.role)
    began, computing = time.perf_counter(), time.thread_time()
    answer = client.get(url)
    took = time.perf_counter() - began, time.thread_time() - computing
    if answer.status_code != 200:
        raise Unanswered(f"answers {answer.status_code}")
    return took[0] * 1000, took[1] * 1000


def _of_visits(route: str, base: Base, ids: list[UUID]) -> list[str]:
    return [reverse(route, args=[one]) for one in ids]


def _next(name: str, step: str, group: str | None = None, route: str = "visit") -> Page:
    """A step's page for visits of today that have it next."""
    return Page(f"{name}, today", lambda base: _of_visits(f"{step}:{route}", base, base.today.get(group or step, [])))


def _done(name: str, step: str) -> Page:
    """A step's page for finished visits of different patients."""
    return Page(f"{name}, past", lambda base: _of_visits(f"{step}:visit", base, base.past))


def _find(words: Callable[[Patient], str]) -> Callable[[Base], list[str]]:
    return lambda base: [f"{reverse('chart:find')}?q={quote(words(one))}" for one in base.sampled]


def _one_place(base: Base) -> list[str]:
    return [f"{reverse('today:home')}?place={place}" for place in Practitioner.objects.values_list("place", flat=True)]


def _charts(base: Base) -> list[str]:
    return [reverse("chart:patient", args=[one.pk]) for one in base.sampled]


PAGES = (
    Page("Today, desk, one place", _one_place, "front_desk"),
    Page("Today, therapist, one place", _one_place),
    Page("Today, desk, all three places", lambda base: [reverse("today:home")], "front_desk"),
    Page("search, whole name", _find(lambda one: f"{one.given} {one.family}"), "front_desk"),
    Page("search, one letter, 50 found", _find(lambda one: one.family[0]), "front_desk"),
    Page("search, birth date", _find(lambda one: str(one.birth_date)), "front_desk"),
    Page("patient, desk", _charts, "front_desk"),
    Page("chart", _charts),
    _next("screen", "screen"),
    _done("screen", "screen"),
    _next("consent", "consent"),
    _done("consent", "consent"),
    _next("locate", "locate"),
    _done("locate", "locate"),
    _next("before the session", "needle"),
    _next("session board, needles in", "needle", "board"),
    _next("count of needles", "needle", "board", "count"),
    _done("session", "needle"),
    _next("evaluate", "evaluate"),
    _done("evaluate", "evaluate"),
    _next("plan", "plan"),
    _done("plan", "plan"),
    _next("note", "note"),
    _done("note", "note"),
    _done("follow", "follow"),
)
