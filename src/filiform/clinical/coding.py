"""Which billing code fits a session: by distinct muscles, one code for a session, never two.

A proposal for the person who bills, with what the payer must be asked. Codes and limits come from knowledge/coding, in
our own words; the code set's own descriptions are copyright of the American Medical Association and are not here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.terms import Block, Cite, Level, MuscleId, MuscleSide
from filiform.clinical.texts import Paragraph


@dataclass(frozen=True, slots=True)
class NeedlingCode:
    """One procedure code: from `least` to `most` distinct muscles (None: no upper end), in use since a day."""

    code: str
    words: str
    least: int
    most: int | None
    since: date
    cites: tuple[Cite, ...]

    def fits(self, muscles: int, on: date) -> bool:
        """Whether it is the code for so many distinct muscles on that day."""
        return self.since <= on and self.least <= muscles and (self.most is None or muscles <= self.most)


class Purpose(StrEnum):
    """What a diagnosis code is used for here."""

    DIAGNOSIS = "diagnosis"
    SAFETY = "safety"  # what the screening asks about
    ADVERSE = "adverse"  # what may come of needling


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """One ICD-10-CM code; a dash at its end means that further digits follow. `words` are our own."""

    code: str
    words: str
    purpose: Purpose
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class EndedCode:
    """A code that is no longer valid from a day on, and those that took its place."""

    code: str
    since: date
    instead: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Everything on codes. `injection` codes are not for the same muscle, `disguise` codes never stand for needling."""

    needling: tuple[NeedlingCode, ...]
    injection: frozenset[str]
    injection_cites: tuple[Cite, ...]
    disguise: frozenset[str]
    disguise_cites: tuple[Cite, ...]
    sides_cites: tuple[Cite, ...]
    both_cites: tuple[Cite, ...]
    diagnoses: Mapping[str, DiagnosisCode]
    ended: Mapping[str, EndedCode]
    notes: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """The proposed code (None: none), the distinct muscles that it counts, why, and what the payer must be asked."""

    code: NeedlingCode | None
    muscles: tuple[MuscleId, ...]
    because: str
    asks: tuple[Block, ...] = ()


def propose(needled: Iterable[MuscleSide], on: date, codes: CodeBook) -> Coded:
    """The one code for what was needled in one session. Left and right of a muscle count as one; so do many needles."""
    sides = frozenset(needled)
    muscles = tuple(sorted({one.muscle for one in sides}))
    if not muscles:
        return Coded(None, (), "No muscle was needled, so there is nothing to code.")
    code = _fitting(len(muscles), on, codes)
    if code is None:
        first = min(one.since for one in codes.needling)
        return Coded(None, muscles, f"There is no such code for {on}; the first came on {first}.")
    because = f"{_counted(len(muscles))}: {code.code}. Muscles are counted, not needles, and one code for a session."
    return Coded(code, muscles, because, _asks(code, len(sides), on, codes))


def _fitting(muscles: int, on: date, codes: CodeBook) -> NeedlingCode | None:
    return next((one for one in codes.needling if one.fits(muscles, on)), None)


def _counted(muscles: int) -> str:
    return "One muscle" if muscles == 1 else f"{muscles} different muscles"


def _asks(code: NeedlingCode, sides: int, on: date, codes: CodeBook) -> tuple[Block, ...]:
    """Whether counting left and right apart would give another code: nobody is sure how payers count."""
    other = _fitting(sides, on, codes)
    if other is None or other == code:
        return ()
    because = (
        f"Left and right of a muscle are counted as one here. A payer who counts them apart would want {other.code}: "
        "ask the payer."
    )
    return (Block("coding.sides", because, Level.WARN, codes.sides_cites),)


def check_bill(
    bill: Collection[str], needled: Iterable[MuscleSide] | None, on: date, codes: CodeBook
) -> tuple[Block, ...]:
    """What stands against billing these codes for one session; `needled` is None when nobody said what was needled."""
    found: list[Block] = []
    ours = {one.code for one in codes.needling} & set(bill)
    if len(ours) > 1:
        because = f"{' and '.join(sorted(ours))} are never billed for the same session: one code by distinct muscles."
        found.append(Block("coding.both", because, Level.STOP, codes.both_cites))
    if ours and codes.injection & set(bill):
        because = "An injection code beside it is not for the same muscle: say which muscle was injected."
        found.append(Block("coding.injection", because, Level.CONSULT, codes.injection_cites))
    if needled is not None:
        found += _against_count(ours, set(bill), propose(needled, on, codes), codes)
    return tuple(found)


def _against_count(ours: set[str], bill: set[str], coded: Coded, codes: CodeBook) -> list[Block]:
    fitting = {coded.code.code} if coded.code else set()
    if not ours and fitting and bill & codes.disguise:
        because = f"Needling is not billed as {', '.join(sorted(bill & codes.disguise))}. {coded.because}"
        return [Block("coding.disguised", because, Level.STOP, codes.disguise_cites)]
    if len(ours) == 1 and ours != fitting:
        return [Block("coding.count", f"{ours.pop()} does not fit. {coded.because}", Level.STOP, codes.both_cites)]
    return []


def check_diagnosis(code: str, on: date, codes: CodeBook) -> tuple[Block, ...]:
    """What stands against a diagnosis code on a day; a code that is not on file is no fault."""
    ended = codes.ended.get(code)
    if ended is None or on < ended.since:
        return ()
    because = f"{code} has not been valid since {ended.since}: choose {', '.join(ended.instead)}."
    return (Block("coding.invalid", because, Level.STOP, ended.cites),)
