"""Needles: 200,000 steps of two tablets against the fold and the door; 10,000 streams in Python and in JavaScript."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests import needs
from tests.bench._frame import Row, show

FOLD_STEPS, DOOR_STEPS, STREAMS = 160_000, 40_000, 10_000
SHOWN = 5  # of what is wrong


def main(arguments: Sequence[str]) -> int:
    """`./filiform bench needles [PERCENT]`: all of it, or a part. Random seeds are new with each run."""
    part = float(arguments[0]) / 100 if arguments else 1.0
    wrong: list[str] = []
    rows = [
        *_counted("steps against the fold", _fold, int(FOLD_STEPS * part), wrong),
        *_counted("steps against the door", _door, int(DOOR_STEPS * part), wrong),
        *_counted("streams in both folds", _both, int(STREAMS * part), wrong),
        Row("counterexamples", len(wrong), "", limit=0),
    ]
    for text in wrong[:SHOWN]:
        print(text)
    return show("The needle ledger", rows)


def _counted(what: str, run: Callable[[int, list[str]], int], wanted: int, wrong: list[str]) -> list[Row]:
    began = time.monotonic()
    done = run(wanted, wrong)
    took = time.monotonic() - began
    return [Row(what, done, "", least=wanted), Row("  in", took, "s")]


def _fold(steps: int, wrong: list[str]) -> int:
    from tests.clinical.needle.ward import Ward

    return _played(Ward, steps, wrong)


def _door(steps: int, wrong: list[str]) -> int:
    """The door with a database of its own, in a transaction that is taken back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.config.settings")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    try:
        with suppress(_Over), transaction.atomic():
            from tests import clinic
            from tests import steps as visits
            from tests.pages import walk
            from tests.pages.test_ledger_ward import ward

            one = visits.reach(clinic.make(now=walk.began()), "opened", walk.began())
            done = _played(ward(one), steps, wrong)
            raise _Over
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()
    return done


class _Over(Exception):
    """Takes the transaction back."""


def _played(machine: type, steps: int, wrong: list[str]) -> int:
    from tests.clinical.needle.test_ward import play

    before: int = machine.steps  # type: ignore[attr-defined]
    try:
        play(machine, steps, anew=True)
    except AssertionError as error:
        wrong.append(f"{machine.__name__}: {error}")
    done: int = machine.steps - before  # type: ignore[attr-defined]
    return done


def _both(streams: int, wrong: list[str]) -> int:
    from tests.clinical.needle import both

    node, seed = needs.node_alone(), time.time_ns() & 0xFFFFFFFF
    here = both.streams(streams // 2, seed)
    pairs = list(zip(here, both.in_the_page(node, here), strict=True))
    pairs += both.made_in_the_page(node, streams - streams // 2, seed)
    for stream, there in pairs:
        wrong += [f"seed {seed}: {text}" for text in both.difference(both.answer(stream), there)]
    return len(pairs)
