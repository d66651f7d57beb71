"""What was done about each problem of a session, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from filiform.clinical.needle.ledger import Ledger
from filiform.clinical.needle.problems import Outcome, Problem, ProblemOver, Step, StepDone, Wrong


@dataclass(frozen=True, slots=True)
class Mended:
    """One problem: what was done about it, and how it ended; no outcome: it has not ended."""

    id: str
    what: Wrong
    needle: str | None
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def words(self) -> str:
        """For the note: what was wrong, what was done, how it ended."""
        done = f" Done: {_words(self.steps)}." if self.steps else ""
        return f"Problem: {_words((self.what,))}.{done} Ended: {_words(self.outcomes) or 'not recorded'}."


def mended(ledger: Ledger) -> tuple[Mended, ...]:
    """Every problem that stands, by id; steps and outcomes in the order of their names, each once."""
    steps: dict[str, set[Step]] = {}
    outcomes: dict[str, set[Outcome]] = {}
    for event in ledger.standing.values():
        if isinstance(event, StepDone):
            steps.setdefault(event.problem, set()).add(event.step)
        elif isinstance(event, ProblemOver):
            outcomes.setdefault(event.problem, set()).add(event.outcome)
    return tuple(
        Mended(
            name, event.what, event.needle, tuple(sorted(steps.get(name, ()))), tuple(sorted(outcomes.get(name, ())))
        )
        for name, event in ledger.standing.items()
        if isinstance(event, Problem)
    )


def _words(names: tuple[Wrong, ...] | tuple[Step, ...] | tuple[Outcome, ...]) -> str:
    return ", ".join(one.value.replace("_", " ") for one in names)
