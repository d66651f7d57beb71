"""One next step at every point of a visit, no move out of turn, and every reason against opening a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.clinical.path import (
    TABLE,
    Credential,
    Move,
    Opening,
    Session,
    Step,
    Where,
    may,
    may_open_session,
    next_step,
)
from filiform.clinical.terms import Block

TODAY = date(2026, 11, 23)
DONE = Where(
    arrived=True,
    screened=True,
    cleared=True,
    consented=True,
    located=True,
    session=Session.CLOSED,
    retested=True,
    decided=True,
    planned=True,
    followed=True,
    note_signed=True,
)
READY = Opening(
    on=TODAY,
    credentials=(Credential(date(2024, 1, 1), date(2027, 1, 1)),),
    screened_on=TODAY,
    cleared=True,
    consent_blocks=(),
    birth_date=date(1984, 3, 12),
    said_birth_date=date(1984, 3, 12),
)
somewhere = st.builds(
    Where,
    **{name: st.booleans() for name in Where.__dataclass_fields__ if name != "session"},
    session=st.sampled_from(Session),
)


def advance(where: Where, move: Move) -> Where:
    """The visit after `move` was done."""
    changed: dict[Move, dict[str, object]] = {
        Move.ARRIVE: {"arrived": True},
        Move.SCREEN: {"screened": True},
        Move.CLEAR: {"cleared": True},
        Move.CONSENT: {"consented": True},
        Move.LOCATE: {"located": True},
        Move.OPEN_SESSION: {"session": Session.OPEN},
        Move.CLOSE_SESSION: {"session": Session.CLOSED},
        Move.RETEST: {"retested": True},
        Move.DECIDE: {"decided": True},
        Move.PLAN: {"planned": True},
        Move.FOLLOW: {"followed": True},
        Move.SIGN_NOTE: {"note_signed": True},
    }
    return replace(where, **changed[move])  # type: ignore[arg-type]


def test_a_visit_goes_through_the_steps_in_their_order() -> None:
    where, moves, steps = Where(), [], []
    while (step := next_step(where)).move is not None:
        moves.append(step.move)
        steps.append(step.step)
        where = advance(where, step.move)
    assert moves == list(Move)
    assert list(dict.fromkeys(steps)) == [one for one in Step if one is not Step.LEARN]
    assert where == DONE
    assert next_step(where).words == "The visit is done"


def test_without_needles_a_visit_still_ends_in_a_decision_a_plan_and_a_note() -> None:
    where, moves = Where(no_needles=True), []
    while (step := next_step(where)).move is not None:
        moves.append(step.move)
        where = advance(where, step.move)
    assert moves == [Move.ARRIVE, Move.SCREEN, Move.DECIDE, Move.PLAN, Move.SIGN_NOTE]


@pytest.mark.control("C-013")
def test_a_session_that_was_opened_is_closed_whatever_is_decided_since() -> None:
    where = replace(DONE, session=Session.OPEN, no_needles=True, note_signed=False)
    assert next_step(where).move is Move.CLOSE_SESSION
    assert [block.rule for block in may(Move.SIGN_NOTE, where)] == ["path.not_yet"]


@given(somewhere)
def test_the_next_step_is_always_a_legal_move(where: Where) -> None:
    step = next_step(where)
    if step.move is not None and not where.note_signed:
        assert may(step.move, where) == ()


@pytest.mark.control("C-013")
@given(somewhere, st.sampled_from(Move))
def test_no_move_comes_before_what_it_rests_on(where: Where, move: Move) -> None:
    if may(move, where) == ():
        rows = [
            turn.move for turn in TABLE if not (where.no_needles and where.session is Session.NONE and turn.needling)
        ]
        before = [turn for turn in TABLE if turn.move in rows[: rows.index(move)]]
        assert all(turn.done(where) for turn in before)
        assert not where.note_signed


def test_a_move_out_of_turn_says_what_comes_first() -> None:
    assert may(Move.CONSENT, Where(arrived=True))[0].because == "First comes another step: screen for today."
    assert may(Move.SCREEN, replace(DONE, note_signed=False)) == (), "screening again is allowed"
    assert may(Move.SCREEN, DONE)[0].rule == "path.signed"
    without = Where(arrived=True, screened=True, decided=True, planned=True, no_needles=True)
    assert may(Move.OPEN_SESSION, without)[0].rule == "path.no_needles"
    assert may(Move.SIGN_NOTE, without) == ()


def test_the_blocks_of_the_next_move_are_kept_with_it() -> None:
    block = Block("screening.not_cleared", "No.")
    assert next_step(Where(), (block,)).blocks == (block,)
    assert next_step(DONE, (block,)).blocks == ()


@pytest.mark.control("C-014")
def test_everything_in_order_opens_the_session() -> None:
    assert may_open_session(READY) == ()


@pytest.mark.control("C-014")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"credentials": ()}, "credential.not_valid"),
        ({"credentials": (Credential(date(2020, 1, 1), date(2026, 11, 22)),)}, "credential.not_valid"),
        ({"credentials": (Credential(date(2026, 11, 24), date(2028, 1, 1)),)}, "credential.not_valid"),
        ({"screened_on": None}, "screening.missing"),
        ({"screened_on": date(2026, 11, 22)}, "screening.not_today"),
        ({"cleared": False}, "screening.not_cleared"),
        ({"consent_blocks": (Block("consent.missing", "No."),)}, "consent.missing"),
        ({"birth_date": None}, "identity.unknown"),
        ({"said_birth_date": None}, "identity.not_asked"),
        ({"said_birth_date": date(1984, 12, 3)}, "identity.differs"),
    ],
)
def test_each_thing_that_is_missing_refuses_by_itself(change: dict[str, object], rule: str) -> None:
    blocks = may_open_session(replace(READY, **change))  # type: ignore[arg-type]
    assert [block.rule for block in blocks] == [rule]


@pytest.mark.control("C-014")
def test_a_credential_is_valid_on_its_first_and_its_last_day() -> None:
    for credential in (Credential(TODAY, date(2027, 1, 1)), Credential(date(2020, 1, 1), TODAY)):
        assert may_open_session(replace(READY, credentials=(credential,))) == ()


def test_all_reasons_are_told_at_once() -> None:
    worst = replace(
        READY, credentials=(), screened_on=None, birth_date=None, consent_blocks=(Block("consent.x", "No."),)
    )
    rules = [block.rule for block in may_open_session(worst)]
    assert rules == ["credential.not_valid", "screening.missing", "consent.x", "identity.unknown"]


def test_a_credential_that_ended_says_when() -> None:
    past = Credential(date(2020, 1, 1), date(2026, 1, 31))
    (block,) = may_open_session(replace(READY, credentials=(past,)))
    assert "ended on 2026-01-31" in block.because
