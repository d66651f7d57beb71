"""The steps of a visit, the one next step, and what must be true before a session is opened.

One table says the order: it names the next step on the page, refuses a move out of turn and can be drawn in the docs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.terms import Block, Cite, Sure

LICENSED = (Cite("article", Sure.FOUND, "section Are There Side Effects From Dry Needling?"),)


class Step(StrEnum):
    """The steps of a patient's path, in their order. LEARN and BOOK come before the visit."""

    LEARN = "learn"
    BOOK = "book"
    SCREEN = "screen"
    CONSENT = "consent"
    LOCATE = "locate"
    NEEDLE = "needle"
    EVALUATE = "evaluate"
    PLAN = "plan"
    FOLLOW = "follow"


class Session(StrEnum):
    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """How far a visit has come. `no_needles`: nothing is needled today (refused, deferred, or the patient said no)."""

    arrived: bool = False
    screened: bool = False
    cleared: bool = False
    consented: bool = False
    located: bool = False
    session: Session = Session.NONE
    retested: bool = False
    decided: bool = False
    planned: bool = False
    followed: bool = False
    note_signed: bool = False
    no_needles: bool = False


class Move(StrEnum):
    """What is done next at a visit."""

    ARRIVE = "arrive"
    SCREEN = "screen"
    CLEAR = "clear"
    CONSENT = "consent"
    LOCATE = "locate"
    OPEN_SESSION = "open_session"
    CLOSE_SESSION = "close_session"
    RETEST = "retest"
    DECIDE = "decide"
    PLAN = "plan"
    FOLLOW = "follow"
    SIGN_NOTE = "sign_note"


@dataclass(frozen=True, slots=True)
class Turn:
    """One row of the table: a move, its step, the words on its button, and how to see that it is done.

    `needling`: the move is left out when nothing is needled today.
    """

    move: Move
    step: Step
    words: str
    done: Callable[[Where], bool]
    needling: bool = False


TABLE: tuple[Turn, ...] = (
    Turn(Move.ARRIVE, Step.BOOK, "Mark the patient as arrived", lambda w: w.arrived),
    Turn(Move.SCREEN, Step.SCREEN, "Screen for today", lambda w: w.screened),
    Turn(Move.CLEAR, Step.SCREEN, "Settle what the screening asks", lambda w: w.cleared, needling=True),
    Turn(Move.CONSENT, Step.CONSENT, "Ask for consent", lambda w: w.consented, needling=True),
    Turn(Move.LOCATE, Step.LOCATE, "Find the points", lambda w: w.located, needling=True),
    Turn(Move.OPEN_SESSION, Step.NEEDLE, "Open the session", lambda w: w.session is not Session.NONE, needling=True),
    Turn(Move.CLOSE_SESSION, Step.NEEDLE, "Count and close", lambda w: w.session is Session.CLOSED, needling=True),
    Turn(Move.RETEST, Step.EVALUATE, "Test again", lambda w: w.retested, needling=True),
    Turn(Move.DECIDE, Step.EVALUATE, "Decide what comes next", lambda w: w.decided),
    Turn(Move.PLAN, Step.PLAN, "Write the plan", lambda w: w.planned),
    Turn(Move.FOLLOW, Step.FOLLOW, "Make the follow-ups", lambda w: w.followed, needling=True),
    Turn(Move.SIGN_NOTE, Step.FOLLOW, "Sign the note", lambda w: w.note_signed),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next. `move` is None when the visit is done; `blocks` say why it cannot be done yet."""

    move: Move | None
    step: Step
    words: str
    blocks: tuple[Block, ...] = ()


def next_step(where: Where, blocks: tuple[Block, ...] = ()) -> NextStep:
    """Exactly one next step. `blocks` are those of the next move, found by whoever knows its facts; they are kept."""
    for turn in _turns(where):
        if not turn.done(where):
            return NextStep(turn.move, turn.step, turn.words, blocks)
    return NextStep(None, Step.FOLLOW, "The visit is done")


def may(move: Move, where: Where) -> tuple[Block, ...]:
    """Reasons why `move` is out of turn. A move that was done may be done again until the note is signed."""
    if where.note_signed:
        return (Block("path.signed", "The note is signed: write an amendment instead."),)
    turns = _turns(where)
    moves = [turn.move for turn in turns]
    if move not in moves:
        return (Block("path.no_needles", "Nothing is needled at this visit."),)
    for turn in turns[: moves.index(move)]:
        if not turn.done(where):
            return (Block("path.not_yet", f"First comes another step: {turn.words.lower()}."),)
    return ()


def _turns(where: Where) -> tuple[Turn, ...]:
    """The rows that apply. Once a session was opened it must be closed and re-tested, whatever was decided since."""
    if where.no_needles and where.session is Session.NONE:
        return tuple(turn for turn in TABLE if not turn.needling)
    return TABLE


@dataclass(frozen=True, slots=True)
class Credential:
    """A practitioner's permission to needle: valid from `issued_on` to `expires_on`, the last day included."""

    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The facts that decide whether a session may be opened on the local day `on`.

    `screened_on` is the day of the newest screening, None when there is none; `cleared` its result. `consent_blocks`
    come from `consent.covers`. `birth_date` is the one on record, `said_birth_date` what the patient answered.
    """

    on: date
    credentials: tuple[Credential, ...]
    screened_on: date | None
    cleared: bool
    consent_blocks: tuple[Block, ...]
    birth_date: date | None
    said_birth_date: date | None


def may_open_session(facts: Opening) -> tuple[Block, ...]:
    """Every reason against opening the session, so that nobody has to find them one by one (M15)."""
    return (*_credential(facts), *_screening(facts), *facts.consent_blocks, *identity(facts))


def _credential(facts: Opening) -> tuple[Block, ...]:
    if any(one.issued_on <= facts.on <= one.expires_on for one in facts.credentials):
        return ()
    past = max((one.expires_on for one in facts.credentials if one.expires_on < facts.on), default=None)
    because = (
        f"The dry needling credential ended on {past}." if past else "There is no dry needling credential on record."
    )
    return (
        Block("credential.not_valid", f"{because} Another therapist needles, or it is renewed first.", cites=LICENSED),
    )


def _screening(facts: Opening) -> tuple[Block, ...]:
    if facts.screened_on is None:
        return (Block("screening.missing", "The patient has not been screened today."),)
    if facts.screened_on != facts.on:
        return (Block("screening.not_today", f"The screening is of {facts.screened_on}: ask again what has changed."),)
    if not facts.cleared:
        return (Block("screening.not_cleared", "Today's screening is not cleared: settle what it asks first."),)
    return ()


def identity(facts: Opening) -> tuple[Block, ...]:
    """Is this the right patient's record? Asked once, as the patient's birth date; an unknown one confirms nobody."""
    if facts.birth_date is None:
        because = "The record holds no birth date, so it cannot be told whether this is the right patient."
        return (Block("identity.unknown", because),)
    if facts.said_birth_date is None:
        return (Block("identity.not_asked", "Ask the patient for their birth date."),)
    if facts.said_birth_date != facts.birth_date:
        because = "That is not the birth date on this record: make sure that this is the right patient's record."
        return (Block("identity.differs", because),)
    return ()
