"""What the hand adds: findings as likelihood ratios, and which muscle to press next.

The ratios are assumptions (knowledge/locate/palpation.toml). They are ordered as the agreement between examiners is:
the familiar pain and tenderness weigh most, taut band and twitch little (facts.md section 4). The four findings count
as independent of each other in a muscle whose state is known, which makes their product too sure of itself; `strength`
shows how much depends on them: every ratio to that power, 1/2 (halved on the logarithmic scale) or 2 (doubled).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from filiform.clinical.locate.drawing import Palpated
from filiform.clinical.locate.known import Known, Sign, Signs
from filiform.clinical.terms import MuscleId, MuscleSide


def strongest(
    palpation: Sequence[Palpated], signs: Signs, muscles: Mapping[MuscleId, object]
) -> dict[MuscleSide, Palpated]:
    """For each pressed muscle and side the point that speaks most for it. Raises ValueError for an unknown muscle.

    A point at which nothing was looked for is none: it would outweigh one that speaks against the muscle.
    """
    found: dict[MuscleSide, Palpated] = {}
    for point in sorted(palpation, key=lambda point: (ratio(point, signs), repr(point))):
        if point.muscle not in muscles:
            raise ValueError(f"{point.muscle!r} is not a muscle of the table.")
        if any(value is not None for _, value in _looks(point, signs)):
            found[MuscleSide(point.muscle, point.side)] = point
    return found


def ratio(point: Palpated, signs: Signs) -> float:
    """The likelihood ratio of everything found at one point; what was not looked for counts 1."""
    return math.prod(sign.ratio(value) for sign, value in _looks(point, signs) if value is not None)


def _looks(point: Palpated, signs: Signs) -> Iterator[tuple[Sign, int | None]]:
    return zip((signs.familiar_pain, signs.tenderness, signs.taut_band, signs.twitch), point.findings, strict=True)


def ratios(found: Mapping[MuscleSide, Palpated], known: Known, strength: float = 1.0) -> dict[MuscleSide, float]:
    """The ratio of each pressed muscle, to the power of `strength`."""
    return {one: ratio(point, known.signs) ** strength for one, point in found.items()}


def gain(chance: float, signs: Signs) -> float:
    """The bits that pressing a muscle is expected to tell, when the chance that it is a source is `chance`.

    What is found depends on this muscle's state only, so this is all that it tells about the whole body: the mutual
    information of finding and state.
    """
    total = 0.0
    for if_source, if_not in _findings(signs.familiar_pain, signs.tenderness, signs.taut_band, signs.twitch):
        mean = chance * if_source + (1 - chance) * if_not
        total += chance * if_source * _log2(if_source / mean) + (1 - chance) * if_not * _log2(if_not / mean)
    return max(total, 0.0)


def _log2(value: float) -> float:
    return math.log2(value) if value > 0 else 0.0  # of a finding that never happens nothing is expected


@lru_cache(maxsize=8)
def _findings(*signs: Sign) -> tuple[tuple[float, float], ...]:
    """How often each combination of findings comes, in a source and in a muscle that is none."""
    return tuple(
        (
            math.prod(sign.if_source[value] for sign, value in zip(signs, values, strict=True)),
            math.prod(sign.if_not[value] for sign, value in zip(signs, values, strict=True)),
        )
        for values in product(*(range(len(sign.if_source)) for sign in signs))
    )
