"""Movements whose range is measured: what they are called, and what textbooks call normal."""

from __future__ import annotations

from dataclasses import dataclass

from filiform.clinical.terms import Cite, Side


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of one joint. `norm` is (low, high) in degrees; it is shown beside a value and decides nothing.

    `paired`: done to the left and to the right (or by the left and the right limb), each measured by itself.
    """

    id: str
    joint: str
    words: str
    paired: bool
    norm: tuple[int, int]
    cites: tuple[Cite, ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides it can be measured on."""
        return (Side.LEFT, Side.RIGHT) if self.paired else (Side.MIDLINE,)

    @property
    def name(self) -> str:
        """Joint and movement in words: "Neck, turn"."""
        return f"{self.joint}, {self.words}"
