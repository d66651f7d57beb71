"""Which lot may be taken in and opened, and what makes two written lots one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical import stock
from filiform.clinical.stock import Lot, before_opening_lot, before_putting_away, before_recall, before_receiving, key

TODAY = date(2026, 11, 23)
LOT = Lot("F2611-42", "Alder Needles", Decimal("0.30"), Decimal("40.0"), 10, date(2028, 1, 31))


def rules(blocks: Any) -> list[str]:
    return [block.rule for block in blocks]


def test_a_lot_as_it_should_be_may_be_taken_in_and_opened() -> None:
    assert before_receiving(LOT, 5, TODAY, None) == () == before_receiving(LOT, 5, TODAY, LOT)
    assert before_opening_lot(LOT.number, LOT.expiry, LOT.expiry, LOT, False) == ()
    assert before_opening_lot("Borrowed", TODAY, TODAY, None, False) == ()


@pytest.mark.control("C-215")
@pytest.mark.parametrize(
    ("expiry", "on", "known", "recalled", "expected"),
    [
        (LOT.expiry, LOT.expiry + timedelta(1), LOT, False, ["pack.expired"]),
        (TODAY - timedelta(1), TODAY, None, False, ["pack.expired"]),
        (date(2030, 1, 1), TODAY, LOT, False, ["pack.other_expiry"]),
        (date(2030, 1, 1), date(2029, 1, 1), LOT, False, ["pack.other_expiry", "pack.expired"]),
        (LOT.expiry, TODAY, LOT, True, ["pack.recalled"]),
        (LOT.expiry, LOT.expiry + timedelta(1), LOT, True, ["pack.expired", "pack.recalled"]),
    ],
)
def test_an_expired_recalled_or_misread_lot_is_not_opened(
    expiry: date, on: date, known: Lot | None, recalled: bool, expected: list[str]
) -> None:
    assert rules(before_opening_lot(LOT.number, expiry, on, known, recalled)) == expected


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        ({"number": " - "}, "stock.number", "lot number"),
        ({"number": "x" * 61}, "stock.number", "60"),
        ({"maker": " "}, "stock.maker", "made"),
        ({"gauge_mm": Decimal("1.01")}, "stock.gauge", "1.01"),
        ({"gauge_mm": Decimal("NaN")}, "stock.gauge", "NaN"),
        ({"length_mm": Decimal(4)}, "stock.length", "4"),
        ({"needles": 0}, "stock.needles", "0"),
        ({"needles": 201}, "stock.needles", "201"),
        ({"expiry": TODAY - timedelta(1)}, "pack.expired", "was good until 2026-11-22"),
        ({"expiry": date(2208, 1, 31)}, "stock.expiry", "2208"),
    ],
)
def test_a_label_that_cannot_be_right_is_refused_by_name(change: dict[str, Any], rule: str, says: str) -> None:
    (block,) = before_receiving(replace(LOT, **change), 5, TODAY, None)
    assert block.rule == rule
    assert says in block.because


@pytest.mark.parametrize("packs", [0, -1, 10_001])
def test_a_number_of_packs_that_cannot_be_is_refused(packs: int) -> None:
    assert rules(before_receiving(LOT, packs, TODAY, None)) == ["stock.packs"]
    assert "stock.packs" in rules(before_putting_away(packs, 20_000, "Damaged"))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"maker": "Birch"}, "maker"),
        ({"gauge_mm": Decimal("0.25")}, "diameter"),
        ({"length_mm": Decimal(30)}, "length"),
        ({"needles": 5}, "needles in a pack"),
        ({"expiry": date(2029, 1, 31)}, "last day"),
    ],
)
def test_another_lot_under_the_same_number_is_refused(change: dict[str, Any], what: str) -> None:
    (block,) = before_receiving(replace(LOT, **change), 5, TODAY, LOT)
    assert block.rule == "stock.another_lot"
    assert f"with {what} " in block.because


def test_all_reasons_are_said_at_once() -> None:
    worst = Lot("", "", Decimal(9), Decimal(999), 0, date(2020, 1, 1))
    assert len(before_receiving(worst, 0, TODAY, None)) == 7


def test_packs_are_put_away_for_a_reason_and_only_those_that_are_there() -> None:
    assert before_putting_away(3, 3, "Damaged") == ()
    assert rules(before_putting_away(4, 3, "Damaged")) == ["stock.more_than_there"]
    assert rules(before_putting_away(1, 3, " ")) == ["stock.reason"] == rules(before_recall(""))
    assert rules(before_recall("x" * 301)) == ["stock.reason"]
    assert before_recall("The maker wrote on 3 March.") == ()


@pytest.mark.control("C-216")
@pytest.mark.parametrize("written", ["f2611-42", "F2611 42", " F2611.42", "F26II_42", "f26ii/42"])
def test_a_lot_is_one_however_it_was_written(written: str) -> None:
    assert key(written) == key("F2611-42")


def test_another_number_is_another_lot() -> None:
    assert len({key(one) for one in ("F2611-42", "F2611-43", "F2612-42", "G2611-42", "2611-42")}) == 5


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_and_never_longer(written: str) -> None:
    assert key(key(written)) == key(written)
    assert len(key(written)) <= len(written)


def test_without_the_gate_of_a_recall_a_recalled_lot_would_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the test that refuses fails when what it tests is taken out."""
    monkeypatch.setattr(stock, "before_opening", lambda *label: ())
    with pytest.raises(AssertionError):
        assert rules(before_opening_lot(LOT.number, TODAY - timedelta(1), TODAY, None, False)) == ["pack.expired"]
