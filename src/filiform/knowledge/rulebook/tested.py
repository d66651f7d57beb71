"""How the screening rules are tested: which vignettes show a rule stopping, milder or asking, and near but silent.

The counting is the tests' own (tests/clinical/screen/coverage.py); here it is only printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from filiform.clinical.screen.book import Rulebook
from filiform.knowledge.rulebook.words import table

HEADING = "How it is tested"
SHOWN = 6  # vignettes named in a line; the others are counted
FORMS = {
    "asked": "a question is open that could make it hold",
    "beside": "the needle is beside the place that it leaves out",
}


@dataclass(frozen=True, slots=True)
class Tested:
    """The ids of the vignettes that show one rule.

    `stop`: it holds with its `strictest` action. `caution`: each milder form that it can have, by name. `go`: near and
    silent. `profiles`: where it holds in each profile, empty when the profiles agree.
    """

    strictest: str
    stop: tuple[str, ...]
    caution: Mapping[str, tuple[str, ...]]
    go: tuple[str, ...]
    profiles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def chapter(tested: Mapping[str, Tested], book: Rulebook) -> Iterator[str]:
    """The totals over all rules; nothing when nothing was counted."""
    if not tested:
        return
    yield from (f"## {HEADING}", "")
    yield "Vignettes are patients in a few lines, written from the facts, with what the screening must say of each."
    yield "Of every rule they show three things, where its own shape lets it have them: **stop**, it holds with its"
    yield "strictest action; **caution**, a milder action, an open question, or a needle beside the place; **go**,"
    yield "something near is told and the rule says nothing. The tests fail while one of them was never seen."
    yield ""
    yield from table(("what", "rules that can have it", "seen in", "seen how often"), _totals(tested))
    differing = [one for one in tested.values() if one.profiles]
    pairs = sum(bool(ids) for one in differing for ids in one.profiles.values())
    possible = len(differing) * len(book.profiles)
    yield f"{len(differing)} rules differ between the profiles: rule and profile seen in {pairs} of {possible} pairs."
    yield ""


def _totals(tested: Mapping[str, Tested]) -> Iterator[tuple[object, ...]]:
    yield _total("stop: holds with its strictest action", [one.stop for one in tested.values()])
    forms = sorted({form for one in tested.values() for form in one.caution}, key=lambda form: (form in FORMS, form))
    for form in forms:
        shown = [one.caution[form] for one in tested.values() if form in one.caution]
        yield _total(f"caution: {FORMS.get(form) or f'holds as {form.upper()} only'}", shown)
    yield _total("go: near and silent", [one.go for one in tested.values()])


def _total(what: str, shown: Sequence[Sequence[str]]) -> tuple[object, ...]:
    return what, len(shown), sum(bool(ids) for ids in shown), sum(map(len, shown))


def lines(one: Tested) -> Iterator[str]:
    """The vignettes of one rule."""
    yield f"- Stop, {one.strictest.upper()}: {_named(one.stop)}"
    yield from (f"- Caution, {FORMS.get(form) or form.upper()}: {_named(ids)}" for form, ids in one.caution.items())
    yield f"- Go, near and silent: {_named(one.go)}"


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{', '.join(f'`{one}`' for one in ids[:SHOWN])}{more}" if ids else "none yet"
