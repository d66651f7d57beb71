"""`docs/path.md`: a visit's steps as a diagram, drawn from the one table that orders them (`clinical.path.TABLE`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from filiform.clinical.path import TABLE, Move, Turn


def path_page(table: Sequence[Turn] = TABLE) -> str:
    """The page: what each arrow means, the diagram, and the table in words."""
    return "\n".join([*_head(), *_diagram(table), "", *_words(table)]) + "\n"


def _head() -> Iterator[str]:
    yield from (
        "# The path of a visit",
        "",
        "Generated from `clinical/path.py`; do not edit. Every move is refused before its turn, and may be done again",
        "until the note is signed. The ways named *no needles* are those of a visit at which nothing is needled: it",
        "was refused, deferred, or the patient said no. A session that was opened is closed and re-tested, whatever",
        "was decided since.",
        "",
    )


def _diagram(table: Sequence[Turn]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {table[0].move}")
    yield from (f"    {turn.move}: {turn.words}" for turn in table)
    yield from (f"    {one.move} --> {other.move}" for one, other in pairwise(table))
    yield f"    {table[-1].move} --> [*]"
    yield from (f"    {one} --> {other}: no needles" for one, other in _short_ways(table))
    yield "```"


def _short_ways(table: Sequence[Turn]) -> Iterator[tuple[Move, Move]]:
    """The steps that follow each other when nothing is needled, and do not otherwise."""
    kept = [number for number, turn in enumerate(table) if not turn.needling]
    for one, other in pairwise(kept):
        if other > one + 1:
            yield table[one].move, table[other].move


def _words(table: Sequence[Turn]) -> Iterator[str]:
    yield from ("| step | move | on its button | when nothing is needled |", "|---|---|---|---|")
    for turn in table:
        yield f"| {turn.step} | {turn.move} | {turn.words} | {'left out' if turn.needling else 'done'} |"
