"""locate: which muscles fit the pain that was drawn and what the hand found. Ranked by match, not by safety.

Exact inference in a noisy-OR network of every muscle on each side over the places of the drawing; the maths, and why it
is exact for every drawing, are in docs/adr/0006-locator.md. Pure: the numbers are data, in knowledge/locate. numpy is
loaded when something is located, not before.
"""

from filiform.clinical.locate.answer import (
    CITES,
    METHOD,
    Answer,
    Candidate,
    Explained,
    Move,
    MuscleSet,
    Press,
    RedFlag,
    Restricted,
    locate,
    moves,
    red_flags,
)
from filiform.clinical.locate.drawing import Pain, Palpated
from filiform.clinical.locate.known import Complaint, Known, Level, Measured, Mimic, Sign, Signs, Told, Zone

__all__ = [
    "CITES",
    "METHOD",
    "Answer",
    "Candidate",
    "Complaint",
    "Explained",
    "Known",
    "Level",
    "Measured",
    "Mimic",
    "Move",
    "MuscleSet",
    "Pain",
    "Palpated",
    "Press",
    "RedFlag",
    "Restricted",
    "Sign",
    "Signs",
    "Told",
    "Zone",
    "locate",
    "moves",
    "red_flags",
]
