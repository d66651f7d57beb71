"""Which questions this visit must answer, and which of them still have no definite answer."""

from __future__ import annotations

from collections.abc import Sequence

from filiform.clinical.screen.book import AnswerKind, Profile, Question, Rulebook
from filiform.clinical.screen.facts import Answer, Said
from filiform.clinical.screen.result import Ask
from filiform.clinical.screen.signs import Known, evidence_order


def open_questions(book: Rulebook, known: Known, answers: Sequence[Answer], profile: Profile) -> tuple[Question, ...]:
    """The questions that are due and have no definite answer."""
    settled = _settled(book, answers)
    return tuple(one for one in book.questions if is_due(one, known, profile) and one.id not in settled)


def _settled(book: Rulebook, answers: Sequence[Answer]) -> set[str]:
    """The questions answered definitely; one unsure answer among several leaves the question open."""
    definite = {one.question for one in answers if _definite(book.question(one.question), one)}
    return definite - {one.question for one in answers if not _definite(book.question(one.question), one)}


def _definite(question: Question, answer: Answer) -> bool:
    """Whether the question needs no further answer. "Yes" to a list without saying which is not enough."""
    if answer.said is Said.UNSURE:
        return False
    if question.kind is AnswerKind.REGIONS:
        return bool(answer.sites)
    if question.kind is AnswerKind.NUMBER:
        return answer.number is not None and _possible(question, answer.number)
    if question.kind is AnswerKind.CHOICE:
        return answer.said is Said.NO or bool(answer.chosen) or bool(answer.detail)
    return question.kind is not AnswerKind.TEXT or answer.said is Said.NO or bool(answer.detail)


def _possible(question: Question, number: float) -> bool:
    low_enough = question.highest is None or number <= question.highest
    return low_enough and (question.lowest is None or number >= question.lowest)


def is_due(question: Question, known: Known, profile: Profile) -> bool:
    """Whether this visit must answer `question`."""
    if question.profiles and profile not in question.profiles:
        return False
    if question.kind is AnswerKind.REGIONS and known.sites(question.ask_if):
        return False
    return is_triggered(question, known)


def is_triggered(question: Question, known: Known) -> bool:
    """Whether `question` belongs to this visit: asked of everybody, or called for by a sign."""
    if not question.ask_if:
        return True
    return any(map(known.holds, question.ask_if)) and not any(map(known.holds, question.ask_unless))


def ask_for(question: Question, known: Known, book: Rulebook) -> Ask:
    """The question, with what the record holds that makes us ask and is no finding of its own."""
    seen = set(known.reminders.get(question.id, ()))
    hints = [sign for sign in question.ask_if if sign not in book.ruled]
    seen |= {fact.evidence for sign in hints for fact in known.signs.get(sign, ()) if not fact.answered}
    told = [f"{one.text} ({one.date or 'no date'})" for one in sorted(seen, key=evidence_order)]
    return Ask(question.condition, question.words + (f" The record says: {'; '.join(told)}." if told else ""))
