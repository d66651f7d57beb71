"""Pieces as the `d` of an SVG path, relative and with one decimal, and back again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drawing.curves import Point
from drawing.fit import Piece, flat

__all__ = ["flat", "from_d", "to_d"]
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")


def to_d(chains: Sequence[Sequence[Piece]], closed: bool) -> str:
    """The path of one or more chains of pieces. Straight pieces are written as lines."""
    return "".join(_chain(chain, closed) for chain in chains)


def _chain(chain: Sequence[Piece], closed: bool) -> str:
    x, y = _whole(chain[0][0])
    out = _Writer()
    out.put("M", (x, y))
    for k, piece in enumerate(chain):
        start, one, two, end = (_whole(p) for p in piece)
        straight = one == start and two == end
        if straight and closed and k == len(chain) - 1:
            break  # Z draws it
        if straight:
            out.put("l", (end[0] - x, end[1] - y))
        else:
            out.put("c", (one[0] - x, one[1] - y, two[0] - x, two[1] - y, end[0] - x, end[1] - y))
        x, y = end
    return out.text + ("Z" if closed else "")


def _whole(p: Point) -> tuple[int, int]:
    return round(p[0] * 10), round(p[1] * 10)


class _Writer:
    """Numbers as short as the grammar of paths allows: no sign of plus, no leading zero, a space only where needed."""

    def __init__(self) -> None:
        self.text, self._last, self._number = "", "", ""

    def put(self, command: str, tenths: Sequence[int]) -> None:
        if command != self._last:
            self.text, self._last, self._number = self.text + command, command, ""
        for value in tenths:
            number = _number(value)
            if self._number and not number.startswith("-") and not (number.startswith(".") and "." in self._number):
                self.text += " "
            self.text, self._number = self.text + number, number


def _number(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    text = (str(whole) if whole or not rest else "") + (f".{rest}" if rest else "")
    return "-" + text if tenths < 0 else text


def from_d(d: str) -> list[list[Piece]]:
    """The chains of a path as `to_d` writes it; raises ValueError for anything else."""
    chains: list[list[Piece]] = []
    at = start = (0.0, 0.0)
    tokens = _TOKEN.findall(d)
    if "".join(tokens) != re.sub(r"\s", "", d):
        raise ValueError(f"not a path of ours: {d[:60]}")
    command, values = "", iter(tokens)
    for token in values:
        if token.isalpha():
            command = token
            if command == "Z":
                if at != start:
                    chains[-1].append((at, at, start, start))
                at = start
                continue
            token = next(values)
        if command == "M":
            at = start = (float(token), float(next(values)))
            chains.append([])
            command = "l"  # what follows M without a letter would be lines; ours always has a letter
        elif command in ("l", "c"):
            piece = _read(command, at, float(token), values)
            chains[-1].append(piece)
            at = piece[3]
        else:
            raise ValueError(f"{command!r} is not a command of ours: {d[:60]}")
    return chains


def _read(command: str, at: Point, first: float, values: Iterator[str]) -> Piece:
    rest = [first, *(float(next(values)) for _ in range(1 if command == "l" else 5))]
    points = [_plus(at, dx, dy) for dx, dy in zip(rest[::2], rest[1::2], strict=True)]
    return (at, at, points[0], points[0]) if command == "l" else (at, points[0], points[1], points[2])


def _plus(at: Point, dx: float, dy: float) -> Point:
    return round(at[0] + dx, 1), round(at[1] + dy, 1)
