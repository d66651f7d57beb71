"""Answers to the screening as they come from a form, a link or a file: read strictly, everything wrong named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from filiform.clinical.screen import Answer, AnswerKind, Question, Said
from filiform.clinical.terms import Block, BodySite
from filiform.record import screening, sites
from filiform.record.write import Refused

_KEYS = frozenset({"question", "said", "detail", "sites", "chosen", "number"})
_LONGEST_DETAIL = 2000  # characters
_MOST_SITES = 200


class _Wrong(Exception):
    """One answer is wrong; the text is for the person who gave it."""


def read_answers(items: Iterable[Mapping[str, Any]]) -> tuple[Answer, ...]:
    """The answers, in the order of the questions. Refused as a whole, with one block for each wrong answer."""
    found: dict[str, Answer] = {}
    blocks: list[Block] = []
    for item in items:
        name = str(item.get("question", ""))
        try:
            question = _question(name, found)
            found[name] = _answer(question, item)
        except _Wrong as wrong:
            blocks.append(Block(f"screen.answer.{name[:60]}", str(wrong)))
        except Refused as refusal:
            blocks.append(Block(f"screen.answer.{name[:60]}", refusal.blocks[0].because))
    if blocks:
        raise Refused(*blocks)
    order = {question.id: number for number, question in enumerate(screening.rulebook().questions)}
    return tuple(sorted(found.values(), key=lambda answer: order[answer.question]))


def _question(name: str, found: Mapping[str, Answer]) -> Question:
    if name in found:
        raise _Wrong(f"The question {name!r} was answered twice.")
    try:
        return screening.rulebook().question(name)
    except ValueError:
        raise _Wrong(f"There is no screening question {name[:60]!r}.") from None


def _answer(question: Question, item: Mapping[str, Any]) -> Answer:
    unknown = sorted(set(item) - _KEYS)
    if unknown:
        raise _Wrong(f"An answer has no part {unknown[0][:60]!r}.")
    said = _said(item.get("said", ""))
    chosen = _chosen(question, item.get("chosen") or ())
    if said is Said.NO and chosen:
        raise _Wrong("Answered no and something else at once. Choose one of them.")
    if question.kind is AnswerKind.CHOICE and said is Said.YES and len(chosen) > 1 and not question.several:
        raise _Wrong("Choose one of these only.")
    return Answer(
        question=question.id,
        said=said,
        detail=_detail(item.get("detail") or ""),
        sites=_sites(item.get("sites") or ()),
        chosen=chosen,
        number=_number(question, item.get("number")),
    )


def _said(value: object) -> Said:
    try:
        return Said(str(value))
    except ValueError:
        raise _Wrong(f"{str(value)[:60]!r} is not an answer. The answers are yes, no and unsure.") from None


def _chosen(question: Question, values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise _Wrong("The chosen options must be a list.")
    known = {option.id for option in question.options}
    for value in values:
        if value not in known:
            raise _Wrong(f"There is no option {str(value)[:60]!r}.")
    return tuple(option.id for option in question.options if option.id in values)


def _detail(value: object) -> str:
    text = str(value).replace("\x00", "").strip()
    if len(text) > _LONGEST_DETAIL:
        raise _Wrong(f"At most {_LONGEST_DETAIL} characters, please.")
    return text


def _sites(values: object) -> tuple[BodySite, ...]:
    if not isinstance(values, list | tuple) or len(values) > _MOST_SITES:
        raise _Wrong("The places must be a list.")
    found = []
    for value in values:
        if not isinstance(value, Mapping) or set(value) != {"region", "side"}:
            raise _Wrong("A place has a region and a side.")
        found.append(sites.site(str(value["region"]), str(value["side"])))
    return sites.once(found)


def _number(question: Question, value: object) -> float | None:
    if value is None or value == "":
        return None
    if question.kind is not AnswerKind.NUMBER:
        raise _Wrong("This question is not answered with a number.")
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        raise _Wrong(f"{str(value)[:60]!r} is not a number.") from None
    low, high = question.lowest, question.highest
    if not math.isfinite(number) or (low is not None and number < low) or (high is not None and number > high):
        raise _Wrong(f"The number must be between {_bound(low)} and {_bound(high)} {question.unit}.".replace(" .", "."))
    return number


def _bound(value: float | None) -> str:
    return "any number" if value is None else f"{value:g}"
