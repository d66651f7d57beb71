"""The benchmarks' own arithmetic: a limit that cannot be missed would make every table worthless."""

import pytest

from tests.bench._frame import Row, percentile, seconds, show


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([5.0], 95, 5.0),
        ([4, 3, 2, 1], 50, 2),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 21)), 95, 19),
        ([1, 2], 100, 2),
    ],
)
def test_percentiles_are_values_that_occurred(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_there_is_no_percentile_of_nothing(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_every_run_is_timed() -> None:
    ran: list[int] = []
    took = seconds(lambda: ran.append(1), 3)
    assert (len(ran), len(took)) == (3, 3)
    assert all(time >= 0 for time in took)


def test_a_limit_that_is_passed_fails_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    kept, broken, free = Row("a", 1.0, "s", 1.0), Row("b", 1.001, "s", 1.0), Row("c", 9.0, "s")
    assert show("x", [kept, free]) == 0
    assert show("x", [kept, broken]) == 1
    assert "TOO MUCH" in capsys.readouterr().out


def test_a_least_that_is_not_reached_fails_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    assert show("x", [Row("a", 3.0, "cuts", least=3.0)]) == 0
    assert show("x", [Row("a", 2.0, "cuts", least=3.0)]) == 1
    assert "at least 3 cuts" in (said := capsys.readouterr().out) and "TOO LITTLE" in said
