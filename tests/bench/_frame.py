"""What benchmarks share: timing, percentiles, and a table with what is allowed beside what was measured.

A benchmark is a file with `main(arguments) -> int`: 0 when every limit was kept. Times are in seconds.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, how much, in which unit, and the most and the least allowed."""

    what: str
    value: float
    unit: str
    limit: float | None = None  # the most; None: no limit
    least: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the value is within its limits."""
        return (self.limit is None or self.value <= self.limit) and (self.least is None or self.value >= self.least)

    @property
    def limits(self) -> str:
        """The limits in words, "" when there is none."""
        most = "" if self.limit is None else f"at most {self.limit:g} {self.unit}"
        least = "" if self.least is None else f"at least {self.least:g} {self.unit}"
        return ", ".join(filter(None, (least, most)))


def seconds(action: Callable[[], object], times: int) -> list[float]:
    """How long each of `times` runs of `action` took."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        took.append(time.perf_counter() - begun)
    return took


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank, nothing interpolated)."""
    if not values or not 0 < percent <= 100:
        raise ValueError(f"the {percent}th percentile of {len(values)} values")
    rank = -(-len(values) * percent // 100)
    return sorted(values)[int(rank) - 1]


def show(title: str, rows: Sequence[Row]) -> int:
    """Print the table; 0 when every limit was kept, else 1."""
    print(title)
    for row in rows:
        verdict = "" if not row.limits else "ok" if row.kept else "TOO MUCH" if row.least is None else "TOO LITTLE"
        print(f"  {row.what:<44}{row.value:>10.3f} {row.unit:<8}{row.limits:<24}{verdict}".rstrip())
    return int(not all(row.kept for row in rows))
