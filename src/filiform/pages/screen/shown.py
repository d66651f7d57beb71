"""What the screening page shows: questions in sections, the result in words, limits put together, evidence named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filiform.clinical.screen import (
    Action,
    Answer,
    AnswerKind,
    Disposition,
    Evidence,
    Finding,
    Question,
    Restriction,
    Result,
    Scope,
)
from filiform.clinical.terms import BodySite, Cite, MuscleId, RegionId, Side
from filiform.knowledge import book
from filiform.pages.screen.forms import PLACES, Given, Sheet, Tile, from_answer, tiles
from filiform.record import screening
from filiform.record.reads.screen import ScreeningToday
from filiform.record.screening import BackgroundFact
from filiform.web import bodylist
from filiform.web.limits import gist
from filiform.web.parts import Chip, Kind

NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is drawn. `open` says that it still has no definite answer; `record` is why we ask."""

    question: Question
    kind: str
    options: SafeString  # the question's own options, as tiles
    answers: SafeString  # yes, no, none of these, not sure
    given: Given
    places: tuple[str, ...]
    record: str
    last: str
    wrong: str
    open: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A screenful of questions."""

    id: str
    title: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: what it asks for, why, on what evidence."""

    chip: Chip
    condition: str
    because: str
    tell: str
    evidence: tuple[str, ...]
    cites: tuple[Cite, ...]
    doctor: str  # what a doctor's answer to it carries; "" when no doctor is asked


@dataclass(frozen=True, slots=True)
class Limit:
    """Restrictions of one rule put together: "No needles: left arm ..."."""

    chip: Chip
    because: str
    where: str
    every: str = ""  # every place by its own name, where `where` says it in fewer words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result in one line: a heading, a kind and a sentence that says what it means."""

    kind: Kind
    icon: str
    heading: str
    means: str


def sections(page: ScreeningToday, sheet: Sheet | None) -> tuple[Section, ...]:
    """The due questions, warning signs first. With a `sheet` (refused) what was sent is shown, else what is stored."""
    rules = book().screening
    asks = _asks(page)
    by_page: dict[str, list[Asked]] = {}
    for question in page.questions:
        by_page.setdefault(question.page, []).append(_asked(question, page, sheet, asks))
    flagged = {name for name, asked in by_page.items() if any(a.question.condition == "red_flag" for a in asked)}
    order = sorted(rules.pages, key=lambda one: one.id not in flagged)  # stable: within each, the book's order
    return tuple(Section(one.id, one.title, tuple(by_page[one.id])) for one in order if one.id in by_page)


def verdict(page: ScreeningToday) -> Verdict | None:
    """What today's stored answers lead to, in words; None before there are any."""
    result = page.result
    if result is None:
        return None
    if page.outdated:
        means = _("Something new is known since these answers were saved. Save the answers again before you go on.")
        return Verdict(Kind.WARN, "unsure", _("Screen again"), means)
    if result.disposition in _HARD:
        return _HARD_VERDICTS[result.disposition]()
    if result.ask:
        n = len(result.ask)
        means = ngettext(
            "%(n)d question has no clear answer. Not known is never safe.",
            "%(n)d questions have no clear answer. Not known is never safe.",
            n,
        ) % {"n": n}
        return Verdict(Kind.WARN, "question", _("Not cleared yet"), means)
    return _CLEAR[result.disposition]()


_HARD = frozenset({Disposition.EMERGENCY, Disposition.REFUSE, Disposition.DEFER, Disposition.CONSULT_FIRST})
_HARD_VERDICTS = {
    Disposition.EMERGENCY: lambda: Verdict(
        Kind.CALL, "call-now", _("Act on the warning sign now"), _("No needling today. See below what to do.")
    ),
    Disposition.REFUSE: lambda: Verdict(
        Kind.STOP, "no", _("Do not needle"), _("Offer another treatment. The reasons stand below.")
    ),
    Disposition.DEFER: lambda: Verdict(
        Kind.STOP, "no", _("Do not needle today"), _("Wait until what stands below is over, then screen again.")
    ),
    Disposition.CONSULT_FIRST: lambda: Verdict(
        Kind.WARN,
        "question",
        _("Ask a doctor first"),
        _("Record the doctor's answer below; then the result is made anew."),
    ),
}
_CLEAR = {
    Disposition.REGION_EXCLUDED: lambda: Verdict(
        Kind.WARN, "screened", _("Cleared, but not everywhere"), _("Some places must not be needled; they are locked.")
    ),
    Disposition.PROCEED_MODIFIED: lambda: Verdict(
        Kind.WARN, "screened", _("Cleared, with changes"), _("Needle with the changes below.")
    ),
    Disposition.PROCEED: lambda: Verdict(
        Kind.OK, "screened", _("Cleared for today"), _("Nothing that was asked stands against needling.")
    ),
}


def findings(result: Result | None) -> tuple[Found, ...]:
    """The findings, the strictest first."""
    if result is None:
        return ()
    return tuple(_found(one) for one in result.findings)


def consultations(found: Iterable[Found] = ()) -> dict[str, str]:
    """{what a doctor's answer carries: words} of the consultations in `found`; of every one there is without it."""
    asked = {one.doctor: one.condition if one.doctor in book().screening.conditions else one.because for one in found}
    asked.pop("", None)
    return asked or {name: name for name in sorted(screening.consultations())}


def alerts(found: Iterable[Found]) -> tuple[str, ...]:
    """What the patient is told at once, each sentence once."""
    return tuple(dict.fromkeys(one.tell or one.because for one in found if one.chip.kind is Kind.CALL))


def limits(result: Result | None) -> tuple[Limit, ...]:
    """The restrictions, put together by reason: places and muscles first, then changes to the treatment."""
    grouped: dict[tuple[str, str, str, str], list[Restriction]] = {}
    for one in result.restrictions if result else ():
        grouped.setdefault((one.scope, one.action, one.because, one.side or ""), []).append(one)
    return tuple(
        _limit(group) for _key, group in sorted(grouped.items(), key=lambda pair: _LIMIT_ORDER[pair[1][0].scope])
    )


def background(facts: Iterable[BackgroundFact]) -> dict[str, list[dict[str, str]]]:
    """The record by kind, in words. What is not known is said to be not known."""
    found: dict[str, list[dict[str, str]]] = {str(word): [] for word in _kinds().values()}
    for fact in facts:
        found[_kinds()[fact.kind.value]].append(
            {
                "text": fact.text or f"{fact.code_system} {fact.code}",
                "status": " · ".join(filter(None, (fact.status, fact.verification))) or _("status not known"),
                "when": _when(fact),
                "source": source_words(fact.source),
            }
        )
    return found


def source_words(source: str) -> str:
    """Where a piece of evidence comes from."""
    kind = source.partition("/")[0].partition(":")[0]
    return {
        "answer": _("said today"),
        "doctor": _("a doctor's answer"),
        "told": _("told here"),
    }.get(kind, _("the imported record"))


def _kinds() -> dict[str, str]:
    return {
        "problem": _("Problems"),
        "medicine": _("Medicines"),
        "allergy": _("Allergies"),
        "device": _("Devices and implants"),
        "procedure": _("Operations and procedures"),
    }


def _when(fact: BackgroundFact) -> str:
    began, ended = _day(fact.began_said) or _("date not known"), _day(fact.ended_said)
    return _("%(began)s until %(ended)s") % {"began": began, "ended": ended} if ended else began


def _day(said: str) -> str:
    """What an import said of a date, without the time of day; words stay as they are."""
    day, t, _clock = said.partition("T")
    return day if t and day[:4].isdecimal() else said


@dataclass(frozen=True, slots=True)
class _Asks:
    """Questions without a clear answer in the stored result, and what the record says beside each, by their words."""

    open: frozenset[str]
    record: Mapping[str, str]


def _asks(page: ScreeningToday) -> _Asks:
    stored = page.result.ask if page.result else ()
    return _Asks(
        frozenset(ask.question.partition(_SAYS)[0] for ask in stored),
        {ask.question.partition(_SAYS)[0]: ask.question.partition(_SAYS)[2] for ask in page.now_known.ask},
    )


_SAYS = " The record says: "


def _asked(question: Question, page: ScreeningToday, sheet: Sheet | None, asks: _Asks) -> Asked:
    stored = page.answers.get(question.id)
    given = from_answer(stored) if stored else NOTHING
    if sheet is not None:
        given = sheet.given.get(question.id, NOTHING)
    drawn = tiles(question, given)
    return Asked(
        question=question,
        kind=question.kind.value,
        options=_tiles(question, [tile for tile in drawn if tile.option]),
        answers=_tiles(question, [tile for tile in drawn if not tile.option]),
        given=given,
        places=(*given.places, *[""] * max(1, PLACES - len(given.places)))
        if question.kind is AnswerKind.REGIONS
        else (),
        record=asks.record.get(question.words, ""),
        last=_last(question, page),
        wrong=sheet.wrong.get(question.id, "") if sheet else "",
        open=page.result is not None and (question.words in asks.open or stored is None),
    )


def _tiles(question: Question, drawn: Iterable[Tile]) -> SafeString:
    """Radios or boxes. Made here and not in a template: three hundred includes took longer than all the rest."""
    kind, box = ("checkbox", " box") if question.several else ("radio", "")
    return format_html_join(
        "",
        '<label class="opt{}"><input type="{}" name="a-{}" value="{}"{}><span>{}</span></label>',
        ((box, kind, question.id, t.value, _CHECKED if t.checked else "", t.words) for t in drawn),
    )


_CHECKED = SafeString(" checked")


def _last(question: Question, page: ScreeningToday) -> str:
    if page.last is None or question.id not in page.last.answers:
        return ""
    said = _answer_words(question, page.last.answers[question.id])
    return _("%(date)s: %(said)s") % {"date": date_format(page.last.on, "j M Y"), "said": said}


def _answer_words(question: Question, answer: Answer) -> str:
    said = {"yes": _("yes"), "no": _("no"), "unsure": _("not sure")}[answer.said.value]
    options = {option.id: option.words for option in question.options}
    parts = [options.get(one, one) for one in answer.chosen] or [said]
    if answer.number is not None:
        parts = [f"{answer.number:g} {question.unit}".strip()]
    parts += [bodylist.said(answer.sites)] if answer.sites else []
    parts += [f"“{answer.detail}”"] if answer.detail else []
    return ", ".join(parts)


def _found(one: Finding) -> Found:
    rules = {rule.id: rule for rule in book().screening.rules}
    rule = rules.get(one.rule)  # None: a result kept from rules that are gone by now
    return Found(
        chip=action_chip(one.action),
        condition=book().screening.conditions.get(one.condition, one.condition),
        because=one.because,
        tell=rule.tell if rule else "",
        evidence=tuple(_evidence(piece) for piece in one.evidence),
        cites=one.cites,
        doctor=rule.answered_as if rule and one.action is Action.CONSULT else "",
    )


def action_chip(action: Action) -> Chip:
    """What a rule asks for, in words."""
    return {
        Action.ALERT: Chip(Kind.CALL, _("Act now"), "call-now"),
        Action.REFUSE: Chip(Kind.STOP, _("Do not needle"), "no"),
        Action.DEFER: Chip(Kind.STOP, _("Wait"), "clock"),
        Action.CONSULT: Chip(Kind.WARN, _("Ask a doctor first"), "question"),
        Action.REGION: Chip(Kind.STOP, _("Not in these places"), "no"),
        Action.MODIFY: Chip(Kind.INFO, _("Needle with changes"), "edit"),
        Action.NOTE: Chip(Kind.PLAIN, _("Note"), "info"),
        Action.NONE: Chip(Kind.PLAIN, _("Nothing to do"), "info"),
    }[action]


def _evidence(piece: Evidence) -> str:
    when = date_format(piece.date, "j M Y") if piece.date else _("no date")
    return f"{piece.text} — {source_words(piece.source)}, {when}"


_LIMIT_ORDER = {Scope.REGION: 0, Scope.MUSCLE: 1, Scope.TECHNIQUE: 2, Scope.PATIENT: 3}


def _limit(group: list[Restriction]) -> Limit:
    first = group[0]
    if first.scope is Scope.REGION:
        short, every = gist(one.target for one in group), _places(group)
        chip = Chip(Kind.STOP, _("No needles"), "no", _one_side(group))
        return Limit(chip, first.because, short, every if len(group) > 2 else "")
    if first.scope is Scope.MUSCLE:
        muscles = book().muscles
        names = sorted({muscles[MuscleId(one.target)].name for one in group if one.target in muscles})
        count = ngettext("%(n)d muscle", "%(n)d muscles", len(names)) % {"n": len(names)}
        chip = Chip(Kind.STOP, _("Not these muscles"), "locked", _one_side(group))
        return Limit(chip, first.because, count, ", ".join(names))
    if first.scope is Scope.TECHNIQUE and first.action == "avoid":
        names = sorted({"estim": _("electrical stimulation")}.get(one.target, one.target) for one in group)
        return Limit(Chip(Kind.STOP, _("Not this technique"), "no"), first.because, ", ".join(names))
    return Limit(Chip(Kind.INFO, _("Change"), "edit"), first.because, "")


def _one_side(group: list[Restriction]) -> Side | None:
    sides = {one.side for one in group}
    return sides.pop() if len(sides) == 1 else None


def _places(group: list[Restriction]) -> str:
    order = {region: number for number, region in enumerate(book().regions)}
    ordered = sorted(group, key=lambda one: order[RegionId(one.target)])
    return ", ".join(dict.fromkeys(_place(one) for one in ordered))


def _place(one: Restriction) -> str:
    region = RegionId(one.target)
    return bodylist.words(BodySite(region, one.side)) if one.side else book().regions[region].words
