"""What needling is used for (row M10), which muscles are usual in it, and what needling cannot do about it (row M23).

The list is the article's ten and osteoarthritis. That a condition stands here says that needling is used for it, not
that it helps. No clinician has reviewed this.
"""

from __future__ import annotations

from dataclasses import dataclass

from filiform.clinical.terms import Cite, MuscleId


@dataclass(frozen=True, slots=True)
class Usual:
    """Muscles in which trigger points are usually looked for. `percent`: in how many patients of a study, (low, high).

    The percentage is of the muscles of one entry together; it was found in the patients of that study, not in this one.
    """

    muscles: tuple[MuscleId, ...]
    percent: tuple[int, int] | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `codes` are ICD-10-CM codes of `coding`, `measures` ids of scales, most usual first.

    `people` is the group whose figures fit ("" when it depends on the place). `can` and `cannot` say plainly what
    needling may do for it and what it does not change; `source_stays`: it eases pain and leaves the source as it is.
    `first` is what must be ruled out or asked before.
    """

    id: str
    words: str
    codes: tuple[str, ...]
    usual: tuple[Usual, ...]
    measures: tuple[str, ...]
    people: str
    can: str
    cannot: str
    source_stays: bool
    first: str
    cites: tuple[Cite, ...]

    @property
    def muscles(self) -> tuple[MuscleId, ...]:
        """The usual muscles, each once."""
        return tuple(dict.fromkeys(muscle for one in self.usual for muscle in one.muscles))
