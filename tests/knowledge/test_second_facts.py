"""Every figure beside the screening against its second entry in tests/cases/second_facts.toml, typed from facts.md."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from filiform.clinical.adverse import Rate, Scheme
from filiform.clinical.coding import CodeBook, NeedlingCode, Purpose
from filiform.clinical.screen.operator import Jurisdiction
from filiform.knowledge import Book, book

FILE = Path(__file__).parents[1] / "cases" / "second_facts.toml"
TYPED = tomllib.loads(FILE.read_text(encoding="utf-8"))


def _studies(known: Book) -> dict[str, object]:
    return {name: f"{one.n or 'unknown'} {one.of}" for name, one in known.adverse.studies.items()}


def _rates(known: Book) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for rate in known.adverse.rates:
        found.setdefault(rate.study, []).append(_rate(rate))
    return dict(found)


def _rate(rate: Rate) -> str:
    limits = f" ({rate.low:g}-{rate.high:g})" if rate.low is not None and rate.high is not None else ""
    return f"{rate.event} {rate.value:g} {rate.per} of {rate.of}{limits}"


def _grades(known: Book) -> dict[str, object]:
    return {name: _scheme(one) for name, one in known.adverse.schemes.items()}


def _scheme(scheme: Scheme) -> list[str]:
    return [f"{one.id}: {' '.join(sorted(one.any_of))}".rstrip() for one in scheme.grades]


def _serious(known: Book) -> dict[str, object]:
    return {"events": _sorted(name for name, one in known.adverse.events.items() if one.serious)}


def _aftercare(known: Book) -> dict[str, object]:
    limits, silence = known.follow.limits, known.follow.silence
    return {
        "strong_pain": limits.strong_pain,
        "fever_c": limits.fever_c,
        "fever_f": limits.fever_f,
        "silent_messages": silence.messages,
        "silent": f"{silence.usual.word}, near {silence.hazard} {silence.sooner.word}",
    }


def _spans(known: Book) -> dict[str, object]:
    return {name: f"{one.low}-{one.high} {one.unit}" for name, one in known.dosage.spans.items()}


def _needles(known: Book) -> dict[str, object]:
    needles = known.dosage.needles
    uses: dict[str, object] = {use.where: list(use.hundredths) for use in needles.uses}
    return {
        "lengths_mm": list(needles.lengths_mm),
        "outside_percent": list(needles.outside_percent),
        "rules": len(needles.rules),
    } | uses


def _statements(known: Book) -> dict[str, object]:
    return {topic: len(held) for topic, held in known.dosage.statements.items()}


def _depths(known: Book) -> dict[str, object]:
    return {"muscles": [" ".join(one.muscles) for one in known.dosage.depths]}


def _measures(known: Book) -> dict[str, object]:
    return {name: f"{one.better} {one.licence}" for name, one in known.scales.items()}


def _people(known: Book) -> dict[str, object]:
    return {name: " ".join(sorted(one.regions)) for name, one in known.people.items() if one.regions}


def _prevalence(known: Book) -> dict[str, object]:
    """The first muscle of each entry with a percentage; the others of an entry are the same muscle group."""
    found = {
        name: [f"{one.muscles[0]} {one.percent[0]}-{one.percent[1]}" for one in condition.usual if one.percent]
        for name, condition in known.conditions.items()
    }
    return {name: told for name, told in found.items() if told}


def _codes(known: Book) -> dict[str, object]:
    codes = known.codes
    (ended,) = codes.ended.values()
    return {
        **{one.code: _code(one) for one in codes.needling},
        "injection": _sorted(codes.injection),
        "disguise": _sorted(codes.disguise),
        "ended": f"{ended.code} {ended.since} {' '.join(ended.instead)}",
        **{str(purpose): _of(codes, purpose) for purpose in Purpose},
        "notes": len(codes.notes),
    }


def _code(code: NeedlingCode) -> str:
    return (
        f"{code.least} or more since {code.since}"
        if code.most is None
        else f"{code.least}-{code.most} since {code.since}"
    )


def _of(codes: CodeBook, purpose: Purpose) -> str:
    """Codes of one purpose; those that facts.md does not name are marked unsure in the book and are not typed here."""
    unsure = "not among the collected facts, verify"
    return _sorted(
        name
        for name, one in codes.diagnoses.items()
        if one.purpose is purpose and unsure not in {cite.locator for cite in one.cites}
    )


def _places(known: Book) -> dict[str, object]:
    return {name: "; ".join(_law_of(one)) for name, one in known.jurisdictions.items()}


def _law_of(place: Jurisdiction) -> Iterable[str]:
    yield f"{'yes' if place.permitted else 'no'} {' '.join(place.roles)}"
    if place.not_roles:
        yield f"never {' '.join(place.not_roles)}"
    if place.months_licensed:
        yield f"{place.months_licensed} months{' or coursework' if place.or_coursework else ''}"
    if place.training_hours:
        kind = f"{' in person' if place.in_person else ''}{' approved course' if place.approved_course else ''}"
        yield f"{place.training_hours} hours{kind}"
    if place.contested:
        yield "contested"


def _law(known: Book) -> dict[str, object]:
    (as_of,) = {one.as_of for one in known.jurisdictions.values()}
    (days,) = {(one.good_until - one.as_of).days for one in known.jurisdictions.values()}
    return {"as_of": as_of, "good_for_days": days}


def _sorted(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


PARTS: Mapping[str, Callable[[Book], dict[str, object]]] = {
    "studies": _studies, "rates": _rates, "grades": _grades, "serious": _serious, "aftercare": _aftercare,
    "spans": _spans, "needles": _needles, "statements": _statements, "depths": _depths, "measures": _measures,
    "people": _people, "prevalence": _prevalence, "codes": _codes, "places": _places, "law": _law,
}  # fmt: skip


def typed(part: str) -> dict[str, Any]:
    """The second entry of one part; long lists are texts over several lines, in any order."""
    listed = {("serious", "events"), ("codes", "diagnosis"), ("codes", "safety"), ("codes", "adverse")}
    return {key: _sorted(value.split()) if (part, key) in listed else value for key, value in TYPED[part].items()}


@pytest.mark.control("C-173")
@pytest.mark.parametrize("part", PARTS)
def test_every_figure_is_entered_twice_and_alike(part: str) -> None:
    entered = PARTS[part](book())  # named, so that a failure prints the part and not the whole book
    assert entered == typed(part)


def test_no_part_is_left_out() -> None:
    assert list(TYPED) == list(PARTS)


@pytest.mark.control("C-173")
def test_a_slip_of_one_digit_is_seen() -> None:
    """Negative control: the same comparison fails when one place asks for a month less."""
    colorado = book().jurisdictions["US-CO"]
    slip = MappingProxyType({**book().jurisdictions, "US-CO": replace(colorado, months_licensed=23)})
    assert _places(replace(book(), jurisdictions=slip)) != typed("places")
