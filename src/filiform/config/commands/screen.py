"""`./filiform screen`: may this patient be needled, where not, and what must be known first (contracts.md)."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from filiform.clinical.screen import Background, Kind, Result, screen
from filiform.clinical.screen.facts_in import FactsRefused, read_facts
from filiform.clinical.screen.facts_map import screen_facts, with_more
from filiform.clinical.screen.operator import Operator, operator_rules
from filiform.clinical.terms import MuscleId, MuscleSide, Side
from filiform.config.inputs import read_text
from filiform.config.start import Refused
from filiform.knowledge import Book, book

LAW = {"jurisdiction": "The law of the place"}
_WITHDRAWN = ("refuted", "entered-in-error")


def run(argv: list[str]) -> int:
    """0: the answer was printed; 1: the input was refused, every reason on standard error; 2: wrong usage."""
    wanted = parser().parse_args(argv)
    if wanted.conditions:
        _say(conditions())
        return 0
    try:
        result = _by_facts(wanted) if wanted.facts else _by_fhir(wanted)
    except FactsRefused as refused:
        for problem in refused.problems:
            print(f"Filiform: {wanted.facts}: {problem}", file=sys.stderr)
        return 1
    _say(result.as_json())
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `screen`."""
    made = argparse.ArgumentParser(prog="./filiform screen", description="Say whether a patient may be needled today.")
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--facts", metavar="FILE", help="facts as one JSON object, also gzipped; - reads them")
    what.add_argument("--fhir", metavar="FILE", help="a FHIR R4 bundle of one patient, also gzipped; - reads it")
    what.add_argument("--conditions", action="store_true", help="print every condition id with its words")
    made.add_argument("--plan", metavar="MUSCLE[:SIDE],...", type=_plan, default=(), help="without a side: both")
    made.add_argument("--estim", action="store_true", help="electrical stimulation is planned")
    made.add_argument("--on", metavar="DATE", type=_day, default=None, help="the day of the visit (default: today)")
    made.add_argument("--profile", default="default", choices=book().screening.profiles)
    return made


def conditions() -> dict[str, str]:
    """Every condition id that an answer can carry, with its words."""
    return {**book().screening.conditions, **LAW}


def _say(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23") from None


def _plan(text: str) -> tuple[MuscleSide, ...]:
    return tuple(dict.fromkeys(one for item in text.split(",") for one in _planned(item.strip())))


def _planned(item: str) -> Iterator[MuscleSide]:
    muscle, colon, side = item.partition(":")
    if muscle not in book().muscles:
        raise argparse.ArgumentTypeError(f"{muscle!r} is no muscle of this knowledge")
    if colon and side not in tuple(Side):
        raise argparse.ArgumentTypeError(f"{side!r} is none of {', '.join(Side)}")
    for one in (Side(side),) if colon else (Side.LEFT, Side.RIGHT):
        yield MuscleSide(MuscleId(muscle), one)


def _settings(wanted: argparse.Namespace, known: Book) -> dict[str, Any]:
    """What both kinds of input share."""
    return {
        "book_rules": known.screening,
        "plan": wanted.plan,
        "muscles": known.muscles,
        "estim": wanted.estim,
        "profile": wanted.profile,
    }


def _on(wanted: argparse.Namespace) -> date:
    given: date | None = wanted.on
    return given or date.today()  # noqa: DTZ011 - the day by the clock of the place where the command is typed


# --- facts ---


def _by_facts(wanted: argparse.Namespace) -> Result:
    known, on = book(), _on(wanted)
    facts = read_facts(_parsed(read_text(wanted.facts), wanted.facts), on)
    return screen_facts(facts, symptoms=known.symptoms, places=known.jurisdictions, on=on, **_settings(wanted, known))


def _parsed(text: str, name: str) -> object:
    """Strict JSON: no key twice, no NaN, not deeper than a person writes."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise Refused(f"{name} is nested too deeply to be facts") from None
    except ValueError as error:
        raise Refused(f"{name} is not JSON: {error}") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice, and which one counts is not known")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


# --- FHIR ---


def _by_fhir(wanted: argparse.Namespace) -> Result:
    from filiform.interop.fhir.limits import MAX_BYTES, NotTaken
    from filiform.interop.fhir.reading import read_bundle

    try:
        bundle = read_bundle(read_text(wanted.fhir, MAX_BYTES).encode(), wanted.fhir)
    except NotTaken as refused:
        raise Refused(f"{wanted.fhir}: {refused}") from None
    for one in bundle.refused:
        print(f"Filiform: {wanted.fhir}: {one.resource} is kept aside: {one.because}", file=sys.stderr)
    if bundle.patient.deceased:
        print(f"Filiform: {wanted.fhir}: the record says that the patient has died.", file=sys.stderr)
    on, known = _on(wanted), book()
    result = screen(
        [], background(bundle), on=on, patient_age=_age(bundle.patient.birth.day, on), **_settings(wanted, known)
    )
    return with_more(result, *operator_rules(Operator(), known.jurisdictions, on))


def background(bundle: Any) -> list[Background]:
    """The problems, medicines, allergies, devices and procedures of a bundle, as the rules read them."""
    return [_fact(one) for one in bundle.resources if one.fact is not None]


def _fact(one: Any) -> Background:
    fact = one.fact
    withdrawn = fact.verification.lower() in _WITHDRAWN
    return Background(
        kind=Kind(fact.kind.value),
        text=fact.text,
        codes=((fact.code_system, fact.code),) if fact.code else (),
        status=fact.verification if withdrawn else fact.status,
        onset=fact.began.day,
        source=f"{one.resource_type}/{one.source_id}",
    )


def _age(born: date | None, on: date) -> int | None:
    """Whole years on a day; None when unknown or not yet born."""
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
