"""Two tablets, a bad network and a server that is the fold alone: a tenth of what `bench needles` plays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from filiform.clinical.needle import counting, gates, ledger, tally
from tests.clinical.needle.ward import FoldAlone, Ward

STEPS_AT_ONCE = 50


def play(machine: type[Ward], steps: int, *, to_find: bool = False, anew: bool = False) -> int:
    """Play `machine` for `steps` steps; how many were played.

    `to_find` looks for a failure and does not shrink it; `anew` plays otherwise each time.
    """
    before = machine.steps
    how = settings(
        max_examples=steps // 32 + 1,  # some runs end sooner
        stateful_step_count=STEPS_AT_ONCE,
        phases=[Phase.generate] if to_find else list(settings().phases),
        derandomize=not anew,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]
    return machine.steps - before


@pytest.mark.control("C-201")
def test_no_needle_is_lost_or_invented_and_nothing_closes_with_one_unaccounted_for() -> None:
    assert play(Ward, 17_000) >= 17_000


class Forgetful(FoldAlone):
    """Acknowledges what it does not keep."""

    def take(self, batch: list[Any]) -> set[str]:
        super().take(batch[1:])
        return {body["id"] for body in batch}


class Doubling(FoldAlone):
    """Keeps a repeat as another event."""

    def __init__(self) -> None:
        super().__init__()
        self.repeats: list[str] = []

    def take(self, batch: list[Any]) -> set[str]:
        self.repeats += [body["id"] for body in batch if body["id"] in self.events]
        return super().take(batch)

    def ids(self) -> list[str]:
        return [*super().ids(), *self.repeats]


class Refusing(FoldAlone):
    """Does not acknowledge what it holds already: the outbox never empties."""

    def take(self, batch: list[Any]) -> set[str]:
        known = set(self.events)
        return super().take(batch) - known


def broken_server(server: type[FoldAlone]) -> type[Ward]:
    return type("Broken", (Ward,), {"make_server": lambda self: server()})


@pytest.mark.control("C-201")
@pytest.mark.parametrize("server", [Forgetful, Doubling, Refusing], ids=lambda one: one.__name__)
def test_a_server_that_loses_doubles_or_dams_up_is_found(server: type[FoldAlone]) -> None:
    with pytest.raises(AssertionError):
        play(broken_server(server), 5_000, to_find=True)


# Guards of the fold, each taken out: (where, name, what stands there instead).
TAKEN_OUT: dict[str, tuple[Any, str, Any]] = {
    "an undo takes nothing back": (ledger, "_taken_back", lambda everything, circle: set()),
    "said to be neither is out": (
        tally,
        "_where",
        lambda out, left: tally.Where.LEFT_IN if left else tally.Where.OUT,
    ),
    "a count need not cover everything": (counting, "uncovered", lambda ledger, covers: ()),
    "the chest is not asked about": (gates, "_chest_not_asked", lambda state, over_lung: ()),
}


@pytest.mark.control("C-201")
@pytest.mark.parametrize("guard", TAKEN_OUT)
def test_without_a_guard_of_the_fold_the_machine_finds_it(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*TAKEN_OUT[guard])
    with pytest.raises(AssertionError):
        play(Ward, 20_000, to_find=True)
