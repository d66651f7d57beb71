"""For negative controls: a property test that can be run anew, small and without shrinking."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings

QUICK = settings(
    max_examples=300,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def again(law: Callable[..., None]) -> Callable[[], None]:
    """The law at the size of a negative control; strategies given by place or by name."""
    inner = law.hypothesis.inner_test  # type: ignore[attr-defined]
    strategies = law.hypothesis._given_kwargs  # type: ignore[attr-defined]
    return QUICK(given(**strategies)(inner))
