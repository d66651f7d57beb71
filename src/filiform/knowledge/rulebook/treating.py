"""What is treated and how far: the conditions, and what is proposed after each visit with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from filiform.clinical.condition import Condition, Usual
from filiform.clinical.dosage import course
from filiform.clinical.evaluate import Change, change
from filiform.clinical.plan import CAREFUL, MOST_VISITS, Choice, History, Reason, propose
from filiform.knowledge import Book
from filiform.knowledge.rulebook.words import Numbered, link, table

CONDITIONS, PROPOSALS = "What is treated, and what needling cannot do", "What is proposed after a visit"
CHOICES = {
    Choice.CONTINUE: "go on",
    Choice.CHANGE: "change something",
    Choice.STOP: "stop",
    Choice.REFER: "refer to a doctor",
    None: "speaks for none",
}


def headings(book: Book) -> Iterator[tuple[str, str]]:
    """The chapters of this part, each with what it holds in a few words."""
    yield CONDITIONS, f"{len(book.conditions)} conditions"
    yield PROPOSALS, f"{len(examples(book))} reasons"


def chapters(book: Book, reached: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Conditions, then proposals. `reached` are the titles of the vignettes that give each reason, by its id."""
    yield from _conditions(book)
    yield from _proposals(book, reached)


def _conditions(book: Book) -> Iterator[str]:
    number = Numbered(book)
    yield from (f"## {CONDITIONS}", "")
    yield "That a condition stands here says that needling is used for it, not that it helps. A percentage is of the"
    yield "patients of one study, not of the patient in front of you; muscles without one are our own choice."
    yield ""
    for condition in book.conditions.values():
        yield from _condition(condition, book, number)
    yield from number.listed()


def _condition(condition: Condition, book: Book, number: Numbered) -> Iterator[str]:
    yield from (f"### {condition.words}", "")
    yield f"- What needling may do: {condition.can}"
    yield f"- **What it cannot do**: {condition.cannot}"
    yield f"- Before the first needle: {condition.first}"
    measures = (link(book.scales[name].words) for name in condition.measures)
    yield f"- Measures that fit, most usual first: {', '.join(measures)}"
    group = book.people[condition.people].words if condition.people else "depends on where it hurts"
    yield f"- Whose published figures fit: {group}"
    yield f"- Sources: {number(condition.cites)}"
    yield ""
    yield from table(
        ("muscles in which trigger points are usually looked for", "found in", "source"),
        ((_muscles(one, book), _percent(one), number(one.cites)) for one in condition.usual),
    )
    codes = (book.codes.diagnoses[code] for code in condition.codes)
    yield from table(("code", "our words", "source"), ((one.code, one.words, number(one.cites)) for one in codes))


def _muscles(usual: Usual, book: Book) -> str:
    return ", ".join(book.muscles[muscle].name for muscle in usual.muscles)


def _percent(usual: Usual) -> str:
    if usual.percent is None:
        return "no figure"
    low, high = usual.percent
    return f"{low} %" if low == high else f"{low} to {high} %"


# --- proposals ---


def _proposals(book: Book, reached: Mapping[str, Sequence[str]]) -> Iterator[str]:
    number, kept = Numbered(book), course(book.dosage)
    low, high = kept.usual_visits
    yield from (f"## {PROPOSALS}", "")
    yield f"- Advice: a person decides, and may decide otherwise. The most careful reason wins: {_in_order()}."
    yield "- All reasons are shown, whichever of them decided. A visit that was not measured, or was measured while"
    yield (
        "  soreness may hide the effect, is not counted either way. A measure without a published figure "
        "proves nothing."
    )
    yield (
        f"- A course is usually {low} to {high} visits ({number(kept.usual_cites)}); a plan holds "
        f"{MOST_VISITS} at most."
    )
    yield (
        f"- Not better over {kept.change_after} visits: change. Over {kept.stop_after}: stop "
        f"({number(kept.stop_cites)})."
    )
    yield f"- Worse at {kept.worse_running} visits running: a doctor is asked ({number(kept.worse_cites)})."
    yield ""
    rows = (
        (CHOICES[reason.choice], reason.because, f"`{reason.rule}`", number(reason.cites), len(reached.get(rule, ())))
        for rule, reason in examples(book).items()
    )
    yield from table(("it speaks for", "for instance", "reason", "source", "vignettes"), rows)
    for rule in examples(book):
        yield from (f"**Vignettes that give** `{rule}`", "", *(f"- {case}" for case in reached.get(rule, ())), "")
    yield from number.listed()


def _in_order() -> str:
    return ", ".join(CHOICES[one] for one in CAREFUL)


def examples(book: Book) -> Mapping[str, Reason]:
    """Every reason that can be given, each as the rules themselves say it of a made-up course."""
    found: dict[str, Reason] = {}
    for history in _histories(book):
        for reason in propose(history, course(book.dosage)).reasons:
            found.setdefault(reason.rule, reason)
    return found


def _histories(book: Book) -> Iterator[History]:
    better, same, worse = (_pain(book, value) for value in (3, 7, 10))
    yield _history(red_flags=("numb between the legs",))
    yield _history((worse,), (worse,))
    yield _history((worse,))
    yield _history(goals=True)
    yield _history((same,), (same,), (same,))
    yield _history(active=False)
    yield _history(active=None)
    yield _history((better,), planned=2)
    yield _history((better,))
    yield _history((same,))
    yield _history(())
    yield _history(condition=next(one for one in book.conditions.values() if one.source_stays))


def _pain(book: Book, value: float) -> Change:
    """Low back pain that began at 7 of 10."""
    return change(book.scales["pain"], 7, value, hours_since=None, people="low_back")


def _history(
    *visits: tuple[Change, ...],
    planned: int | None = None,
    goals: bool = False,
    red_flags: tuple[str, ...] = (),
    active: bool | None = True,
    condition: Condition | None = None,
) -> History:
    return History(
        visits=visits,
        planned=planned,
        goals_reached=goals,
        red_flags=red_flags,
        active_treatment=active,
        condition=condition,
    )
