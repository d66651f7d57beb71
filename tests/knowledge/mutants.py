"""Changes every deciding value of the knowledge beside the screening, and asks the tests' own cases: who notices?

A mutant is one TOML file with one value changed: a figure, a day, a limit, a queue, a sign, a role, a grade, a code, or
an entry that is gone. It is loaded by the loader that ships. It is noticed by that loader, by a vignette, by a second
entry, or by a test of the figures. Not changed: sentences, sources, ids, colours of the map and single phrases of the
vocabulary; people review the first two, vignettes test the last. `./filiform bench mutation` runs all.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from filiform.clinical.adverse import Effect, Per, Treatment
from filiform.clinical.anatomy import Hazard
from filiform.clinical.evaluate import Better, Licence
from filiform.clinical.follow.book import Queue
from filiform.clinical.screen.operator import Role
from filiform.knowledge import Book, KnowledgeError, book, loading
from filiform.knowledge.adverse import load_adverse
from filiform.knowledge.coding import load_coding
from filiform.knowledge.conditions import load_conditions
from filiform.knowledge.dosage import load_dosage
from filiform.knowledge.follow import load_follow
from filiform.knowledge.instruments import load_people, load_scales
from filiform.knowledge.jurisdictions import RULES, load_jurisdictions
from filiform.knowledge.loading import HERE
from filiform.knowledge.parsed import parse
from tests.knowledge.guards import GUARDS, known_to_all

Key = str | int
At = tuple[Key, ...]

# Values that are one of a few; each is changed into each other.
ONE_OF: Mapping[str, tuple[str, ...]] = {
    "queue": tuple(one.word for one in Queue),
    "then": tuple(one.word for one in Queue),
    "sooner": tuple(one.word for one in Queue),
    "hazard": (Hazard.PLEURA.value, Hazard.CORD.value),
    "treatment_needed": tuple(Treatment),
    "better": tuple(Better),
    "licence": tuple(Licence),
    "per": tuple(Per),
    "rule": RULES,
    "people": ("", "low_back", "neck"),
    "event": ("any", "bruising"),
    "study": ("brady_2014", "boyce_2020"),
}
# Ids that stand as lists; each is left out in turn. `any` and `roles` also get one more.
LISTS = frozenset(
    {
        "ways", "may_be", "roles", "not_roles", "regions", "any", "muscles", "instead", "injection", "disguise", "mild",
        "reassuring", "alone", "lengths_mm", "groups",
    }
)  # fmt: skip
MORE = {"any": tuple(Effect), "roles": tuple(Role)}
# Not changed: words for people, sources, what names an entry.
LEFT = frozenset(
    {
        "words", "note", "text", "because", "cites", "signs", "action", "design", "of", "unit", "name", "licence_words",
        "can", "cannot", "first", "found_in", "topic", "tell_patient", "where", "id", "joint", "duties", "between",
        "plain", "past", "also_known", "neutral",
    }
)  # fmt: skip
# Tables whose entries are left out one by one.
ENTRIES = frozenset(
    {"line", "scale", "people", "place", "event", "scheme", "study", "code", "condition", "diagnosis", "safety",
     "adverse", "ended", "sign", "screening", "gauge"}
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed value. `hard`: it weakens something that stops, calls or grades."""

    what: str
    hard: bool
    make: Callable[[], Book]


@dataclass(frozen=True)
class File:
    """A file, how the book is made when it has changed, and which changes weaken something that stops."""

    path: str
    load: Callable[[Book], Book]
    hard: Callable[[At, Any, Any], bool]

    @property
    def full(self) -> Path:
        return HERE / self.path


# --- how a changed file comes into the book ---


def _follow(known: Book) -> Book:
    adverse = load_adverse(HERE / "adverse_events", known.sources)
    follow = load_follow(HERE / "aftercare", known.sources, adverse, known.screening.vocabulary)
    return replace(known, adverse=adverse, follow=follow)


def _scales(known: Book) -> Book:
    people = load_people(HERE / "instruments" / "people.toml", known.sources, known.regions)
    scales = load_scales(HERE / "instruments" / "scales.toml", known.sources, people)
    return _conditions(replace(known, people=MappingProxyType(people), scales=MappingProxyType(scales)))


def _codes(known: Book) -> Book:
    return _conditions(replace(known, codes=load_coding(HERE / "coding", known.sources)))


def _conditions(known: Book) -> Book:
    file = HERE / "conditions" / "conditions.toml"
    found = load_conditions(file, known.sources, known.muscles, known.scales, known.people, known.codes)
    return replace(known, conditions=MappingProxyType(found))


def _dosage(known: Book) -> Book:
    return replace(known, dosage=load_dosage(HERE, known.sources, known.muscles))


def _places(known: Book) -> Book:
    file = HERE / "jurisdictions" / "dry_needling.toml"
    return replace(known, jurisdictions=load_jurisdictions(file, known.sources))


# --- what is a hard stop ---

RANK = {one.word: one for one in Queue}
LINES = parse(HERE / "aftercare" / "lines.toml")["line"]
EXPECTED = frozenset(name for name, line in LINES.items() if line["queue"] == Queue.NONE.word)  # nobody calls


def _calls_later(at: At, old: Any, new: Any) -> bool:
    """After-care: a milder queue, a later hour, a higher limit, a way or an alarm that is gone."""
    key = at[-1]
    if key in ("queue", "then", "sooner"):
        return new is None or RANK[new] < RANK[old]
    if key in ("strong_pain", "fever_c", "fever_f", "until", "messages"):
        return new is None or new > old
    if at[0] in ("sign", "screening"):
        return not {at[1]} & {"well", "less", "pain_low", "heat_normal", "sore", "stiff", "neck", "tired"}
    return key == "hazard" or (at[0] == "line" and at[1] not in EXPECTED and (len(at) == 2 or at[2] == "ways"))


def _grades_milder(at: At, old: Any, new: Any) -> bool:
    return new is None and at[0] == "scheme"


def _lets_needle(at: At, old: Any, new: Any) -> bool:
    """The law: something that stood against needling is gone or shorter."""
    key = at[2] if len(at) > 2 else ""
    if key == "rule":
        return old == "prohibited"
    if key == "roles":
        return True
    if key == "contested":
        return old is True
    return key in ("not_roles", "or_coursework") or (key == "months_licensed" and (new is None or new < old))


def _goes_on_longer(at: At, old: Any, new: Any) -> bool:
    """Dosage: a course that is stopped later, a needle that goes in deeper."""
    decides = at[:2] in (("span", "no_change_visits"), ("span", "worse_visits")) or at[0] == "outside_percent"
    return decides and (new is None or new > old or at[0] == "outside_percent")


def _believes_more(at: At, old: Any, new: Any) -> bool:
    """Measures: the wrong way is better, or soreness is believed."""
    return at[-1] == "better" or at[0] == "settling" or "error" in at


def _bills(at: At, old: Any, new: Any) -> bool:
    return at[0] in ("code", "disguise", "ended", "injection")


def _promises(at: At, old: Any, new: Any) -> bool:
    return at[-1] == "source_stays"


FILES = (
    File("aftercare/lines.toml", _follow, _calls_later),
    File("aftercare/words.toml", _follow, _calls_later),
    File("adverse_events/schemes.toml", _follow, _grades_milder),
    File("adverse_events/events.toml", _follow, lambda at, old, new: False),
    File("adverse_events/rates.toml", _follow, lambda at, old, new: False),
    File("instruments/scales.toml", _scales, _believes_more),
    File("instruments/people.toml", _scales, lambda at, old, new: False),
    File("jurisdictions/dry_needling.toml", _places, _lets_needle),
    File("dosage/technique.toml", _dosage, _goes_on_longer),
    File("dosage/depth.toml", _dosage, lambda at, old, new: False),
    File("needles/filiform.toml", _dosage, _goes_on_longer),
    File("coding/cpt.toml", _codes, _bills),
    File("coding/icd10cm.toml", _codes, _bills),
    File("conditions/conditions.toml", _conditions, _promises),
)
# What is shown for a condition is our own choice and decides nothing; only its honest limit and its figures do.
SHOWN = {"conditions/conditions.toml": frozenset({"muscles", "measures", "codes", "usual"})}


# --- every change of a file ---


def mutants() -> Iterator[Mutant]:
    """Every mutant, in a fixed order."""
    for file in FILES:
        for at, old, new in changes(parse(file.full)):
            if at[-1] in SHOWN.get(file.path, ()) or (len(at) > 1 and at[-2] in SHOWN.get(file.path, ())):
                continue
            changed = "gone" if new is None else f"{old!r} -> {new!r}"
            what = f"{file.path} {'.'.join(map(str, at))}: {changed}"
            yield Mutant(what, file.hard(at, old, new), _maker(file, at, new))


def changes(data: Mapping[str, Any], at: At = ()) -> Iterator[tuple[At, Any, Any]]:
    """(where, what stands there, what instead; None: taken out) for every deciding value below `data`."""
    for key, value in data.items():
        here = (*at, key)
        if key == "cites" or (key in LEFT and not (len(at) == 1 and at[0] in ENTRIES)):
            continue
        if len(here) == 2 and at[0] in ENTRIES:
            yield here, value, None
        yield from _inside(here, value)


def _inside(at: At, value: Any) -> Iterator[tuple[At, Any, Any]]:
    key = str(at[-1])
    if at[0] == "sign":
        return  # its phrases are tested by vignettes, one by one
    if isinstance(value, dict):
        yield from changes(value, at)
    elif isinstance(value, list):
        yield from _in_list(at, value)
    elif isinstance(value, str):
        yield from ((at, value, other) for other in ONE_OF.get(key, ()) if other != value)
    else:
        yield from ((at, value, other) for other in _near(value))


def _in_list(at: At, value: list[Any]) -> Iterator[tuple[At, Any, Any]]:
    key = str(at[-1])
    for number, one in enumerate(value):
        if isinstance(one, dict):
            yield (*at, number), one, None
            yield from changes(one, (*at, number))
        elif key in LISTS:
            yield (*at, number), one, None
        elif not isinstance(one, str):
            yield from (((*at, number), one, other) for other in _near(one))
    yield from ((at, value, [*value, other]) for other in MORE.get(key, ()) if other not in value)


def _near(value: Any) -> tuple[Any, ...]:
    """Values beside a number, a day or a yes."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, date):
        return (value - timedelta(days=1), value + timedelta(days=1))
    if isinstance(value, float):
        return (round(value * 0.9, 6), round(value * 1.1, 6))
    return (value - 1, value + 1)


def _maker(file: File, at: At, new: Any) -> Callable[[], Book]:
    def make() -> Book:
        changed = copy.deepcopy(parse(file.full))
        _put(changed, at, new)
        with _read_as(file.full, changed):
            return file.load(book())

    return make


def _put(data: Any, at: At, new: Any) -> None:
    for key in at[:-1]:
        data = data[key]
    if new is None:
        del data[at[-1]]
    else:
        data[at[-1]] = new


@contextmanager
def _read_as(file: Path, data: dict[str, Any]) -> Iterator[None]:
    """The loader reads `data` where `file` is; every other file as it is."""
    kept = loading.parse
    loading.parse = lambda asked: data if asked == file else kept(asked)
    try:
        yield
    finally:
        loading.parse = kept


# --- who notices ---


def noticed_by(mutant: Mutant) -> str:
    """The first of the guards that notices; "" when none does."""
    try:
        changed = mutant.make()
    except KnowledgeError:
        return "loader"
    with known_to_all(changed):
        return next((name for name, guard in GUARDS.items() if not _passes(guard)), "")


def _passes(guard: Callable[[], None]) -> bool:
    try:
        guard()
    except Exception:  # a case that cannot be read any more notices as well
        return False
    return True
