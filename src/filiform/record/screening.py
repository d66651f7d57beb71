"""What a screening is decided from: the background as it came, doctors' answers, and answers in their stored form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from filiform import knowledge
from filiform.clinical.screen import Action, Answer, Background, DoctorAnswer, Kind, Rulebook, Said, Verdict
from filiform.clinical.terms import BodySite, RegionId, Side
from filiform.record import models as m
from filiform.record.models.background import Background as Row
from filiform.record.prepared import Prepared

_TABLES: tuple[tuple[Kind, type[Row]], ...] = (
    (Kind.PROBLEM, m.Problem),
    (Kind.MEDICINE, m.Medicine),
    (Kind.ALLERGY, m.Allergy),
    (Kind.DEVICE, m.Device),
    (Kind.PROCEDURE, m.Procedure),
)
_DOCTOR = "doctor"
_WITHDRAWN = ("refuted", "entered-in-error")
_COLUMNS = ("text", "code_system", "code", "status", "verification", "began_said", "began_on", "ended_said", "said_by")


@dataclass(frozen=True, slots=True)
class BackgroundFact:
    """One problem, medicine, allergy, device or procedure as it came; "" and None: unknown. `source`: its place."""

    kind: Kind
    text: str
    code_system: str
    code: str
    status: str
    verification: str
    began_said: str
    began_on: date | None
    ended_said: str
    source: str

    def for_rules(self) -> Background:
        """As the rules read it. A withdrawn statement is passed on as withdrawn, whatever status stands beside it."""
        withdrawn = self.verification.lower() in _WITHDRAWN
        return Background(
            kind=self.kind,
            text=self.text,
            codes=((self.code_system, self.code),) if self.code else (),
            status=self.verification if withdrawn else self.status,
            onset=self.began_on,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """Everything but today's answers."""

    background: tuple[BackgroundFact, ...]
    doctors: tuple[DoctorAnswer, ...]

    def for_rules(self) -> tuple[Background, ...]:
        """The background as the rules read it."""
        return tuple(fact.for_rules() for fact in self.background)


def known(patient_id: UUID) -> Known:
    """The background of a patient, newest first, and the doctors' answers, oldest first. One query."""
    rows = _everything_known(connection.alias).rows(_ANY, patient_id)
    background = [_background(row) for row in rows if row[-1] != _DOCTOR]
    doctors = [_doctor(row) for row in rows if row[-1] == _DOCTOR]
    return Known(
        tuple(sorted(background, key=lambda fact: (fact.kind, _backwards(fact.began_on), fact.text, fact.source))),
        tuple(sorted(doctors, key=lambda one: (one.on, one.condition))),
    )


_ANY = UUID(int=1)  # stands for the patient's id in the compiled statement


@cache
def _everything_known(alias: str) -> Prepared:
    first, *others = (_of_kind(kind, model, _ANY) for kind, model in _TABLES)
    return Prepared(first.union(*others, _doctors(_ANY), all=True), alias)


def _of_kind(kind: Kind, model: type[Row], patient_id: UUID) -> QuerySet[Any, tuple[Any, ...]]:
    # A newer version of the same source resource replaces an older one, unless nobody could read the newer one.
    newer = m.ImportedResource.objects.filter(
        patient_id=patient_id,
        resource_type=OuterRef("source__resource_type"),
        source_id=OuterRef("source__source_id"),
        version__gt=OuterRef("source__version"),
        refused_because="",
    )
    rows = model._default_manager.filter(Q(source__isnull=True) | ~Exists(newer), patient_id=patient_id)
    return rows.annotate(said_by=F("recorded_by"), of=F("source__source_id"), kind=Value(kind.value)).values_list(
        *_COLUMNS, "of", "kind"
    )


def _doctors(patient_id: UUID) -> QuerySet[Any, tuple[Any, ...]]:
    # In the same columns as the background, so that one query fetches both: this stands on a page of twelve queries.
    rows = m.DoctorAnswer.objects.filter(patient_id=patient_id)
    blanks = {name: Value("", CharField()) for name in ("blank1", "blank2", "of")}
    return rows.annotate(kind=Value(_DOCTOR), **blanks).values_list(
        "asked",
        "condition",
        "answered_by",
        "verdict",
        "limits",
        "blank1",
        "answered_on",
        "blank2",
        "recorded_by",
        "of",
        "kind",
    )


def _background(row: tuple[Any, ...]) -> BackgroundFact:
    text, system, code, status, verification, began_said, began_on, ended_said, said_by, of, kind = row
    source = f"{kind}/{of}" if of else f"told/{said_by}"
    began = _day(began_on) if began_on else None
    return BackgroundFact(Kind(kind), text, system, code, status, verification, began_said, began, ended_said, source)


def _doctor(row: tuple[Any, ...]) -> DoctorAnswer:
    asked, condition, answered_by, verdict, limits, _, on, *_rest = row
    return DoctorAnswer(condition, asked, answered_by, _day(on), Verdict(verdict), limits)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _backwards(day: date | None) -> int:
    return -day.toordinal() if day else 0


def today(now: datetime, time_zone: str) -> date:
    """The day by the practice's clock."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """An answer as the record keeps it."""
    return {
        "question": answer.question,
        "said": answer.said.value,
        "detail": answer.detail,
        "sites": [{"region": site.region, "side": site.side.value} for site in answer.sites],
        "chosen": list(answer.chosen),
        "number": answer.number,
    }


def answer_from_json(item: Mapping[str, Any]) -> Answer:
    """The answer that `answer_as_json` wrote."""
    return Answer(
        question=item["question"],
        said=Said(item["said"]),
        detail=item["detail"],
        sites=tuple(BodySite(RegionId(site["region"]), Side(site["side"])) for site in item["sites"]),
        chosen=tuple(item["chosen"]),
        number=item["number"],
    )


def answers_by_question(items: Iterable[Mapping[str, Any]] | None) -> dict[str, Answer]:
    """{question: answer} of stored answers."""
    return {item["question"]: answer_from_json(item) for item in items or ()}


def rulebook() -> Rulebook:
    """The questions and rules in use."""
    return knowledge.book().screening


def consultations() -> frozenset[str]:
    """What a doctor's answer can close: the `answered_as` of every rule that any profile makes a consultation."""
    rules = rulebook().rules
    return frozenset(rule.answered_as for rule in rules if rule.answered_as and Action.CONSULT in rule.actions.values())
