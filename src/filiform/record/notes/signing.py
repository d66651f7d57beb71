"""What stands against signing a note: the table of the path, asked about the whole visit."""

from __future__ import annotations

from filiform.clinical import path
from filiform.clinical.terms import Block
from filiform.record.whole import Whole


def against_signing(found: Whole) -> tuple[Block, ...]:
    """Every reason against signing now, from the table of the path; empty when the note may be signed."""
    if found.visit["state"] != "arrived":
        return (Block("note.not_arrived", "The patient did not come to this visit: there is nothing to sign."),)
    stands = where(found)
    if stands.note_signed:
        return path.may(path.Move.SIGN_NOTE, stands)
    turns = (turn for turn in path.TABLE if not (turn.needling and stands.no_needles))
    return tuple(
        Block(
            f"note.missing.{turn.move.value}", f"Still to do before signing: {turn.words[0].lower()}{turn.words[1:]}."
        )
        for turn in turns
        if turn.move is not path.Move.SIGN_NOTE and not turn.done(stands)
    )


def where(found: Whole) -> path.Where:
    """How far the visit has come, for signing.

    A visit at which nobody was needled needs a decision with its reason and no needles; care that ends there needs no
    plan. What was not measured before the needles cannot be measured later: the note says so, it does not wait for it.
    """
    screening, session, decision = found.newest("screening"), found.only("session"), found.newest("decision")
    consent = found.newest("consent")
    state = path.Session.NONE if session is None else path.Session.OPEN
    if session is not None and session["closed_at"] is not None:
        state = path.Session.CLOSED
    ends = decision is not None and decision["kind"] in ("stop", "refer")
    return path.Where(
        arrived=True,
        screened=screening is not None,
        cleared=bool(screening and screening["cleared"]),
        consented=consent is not None and (session is not None or consent["withdrawn_at"] is None),
        located=session is not None or found.newest("choice") is not None,
        session=state,
        retested=any(row["moment"] == "after" for row in found.rows["measure"]),
        decided=decision is not None,
        planned=bool(found.rows["plan"]) or ends,
        followed=bool(found.rows["follow_up"]),
        note_signed=bool(found.rows["note"]),
        no_needles=session is None and decision is not None,
    )
