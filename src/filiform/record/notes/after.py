"""The second half of a note: the needles, other treatments, measures, decision, plan, follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from filiform.clinical import evaluate, needle
from filiform.clinical.needle.events import NeedleIn, Sensation
from filiform.clinical.needle.ledger import settle
from filiform.clinical.terms import Side
from filiform.knowledge import book
from filiform.knowledge.scales import scales
from filiform.record import gathered
from filiform.record.gathered import Row
from filiform.record.notes.words import Section, Words, date_words, movement, muscle, side_word
from filiform.record.whole import Whole

MOST_ASIDE = 50  # lines of a note; all of them stand beside the session
TOO_SOON = 0.0  # hours since the needles: the re-test at the table follows at once


def from_needles_on(whole: Whole, words: Words) -> Iterator[Section]:
    """The sections from the needles on."""
    yield _session(whole, words)
    if whole.rows["aside"]:
        yield Section("aside", _("Needle events beside the session, in no count"), lines=tuple(_aside(whole, words)))
    yield _treatments(whole)
    yield _measures(whole)
    if whole.rows["adverse"]:
        lines = tuple(_adverse(row) for row in whole.in_order("adverse"))
        yield Section("adverse", _("Adverse events, as observed"), lines=lines)
    yield _decision(whole, words)
    yield _plan(whole)
    yield _follow(whole, words)


def _session(whole: Whole, words: Words) -> Section:
    row, state = whole.only("session"), whole.state
    if row is None or state is None:
        return Section("session", _("Needling"), lines=(_("No needles were used at this visit."),))
    facts = (
        (_("Opened"), words.time(row["opened_at"])),
        (_("Closed"), words.time(row["closed_at"])),
        (_("Room"), row["room__name"]),
        (
            _("Count"),
            _("opened %(opened)s = in %(inserted)s + unused %(unused)s; out %(out)s; left in %(left)s; tray %(tray)s")
            % {
                "opened": state.opened,
                "inserted": state.inserted,
                "unused": state.unused,
                "out": state.out,
                "left": state.indwelling,
                "tray": state.tray,
            },
        ),
    )
    head = (
        _("Muscle"),
        _("Side"),
        _("Needles"),
        _("Size, mm"),
        _("Depth, mm"),
        _("Technique"),
        _("Twitches"),
        _("Felt"),
    )
    felt = _felt(whole.events)
    rows = tuple(_needled(one, state, felt) for one in state.muscles)
    against = (_("Against a lock. %(about)s: %(because)s") % line for line in _held(whole))
    lines = (*(one.because for one in state.incidents), *dict.fromkeys(against))
    return Section("session", _("Needling"), facts, head if rows else (), rows, lines)


def _held(whole: Whole) -> Iterator[Mapping[str, str]]:
    """What went in or was opened although a gate would have refused it; a lot unknown to the stock is no such thing."""
    return ({"about": one.about, "because": one.block.because} for one in whole.held() if one.must_be_seen)


def _aside(whole: Whole, words: Words) -> Iterator[str]:
    """What came too late or from nobody known, so that who signs has read it."""
    rows = sorted(whole.rows["aside"], key=lambda one: (str(one["received_at"]), one["event_id"]))
    for row in rows[:MOST_ASIDE]:
        event = needle.event_from(gathered.structure(row["body"]))
        what = needle.BY_KIND[event.kind].says
        if isinstance(event, NeedleIn):
            what = _("A needle went in: %(muscle)s, %(side)s.") % {
                "muscle": muscle(event.muscle),
                "side": side_word(event.side),
            }
        why = _("after the session was closed") if row["why"] == "closed" else _("nothing proves who entered it")
        times = {"at": words.time(event.at), "came": words.time(row["received_at"]), "why": why}
        yield f"{what} " + _("Entered %(at)s, came %(came)s, %(why)s.") % times
    if len(rows) > MOST_ASIDE:
        yield _("And %(n)s more.") % {"n": len(rows) - MOST_ASIDE}


def _felt(events: Iterable[needle.Event]) -> Mapping[str, list[str]]:
    """What was felt at each needle, in words, by the needle's id."""
    found: dict[str, list[str]] = {}
    for event in settle(events).standing.values():
        if isinstance(event, Sensation):
            familiar = f" ({_('familiar')})" if event.familiar else ""
            found.setdefault(event.needle, []).append(f"{event.feeling.value}{familiar}")
    return found


def _needled(one: Any, state: needle.State, felt: Mapping[str, list[str]]) -> tuple[str, ...]:
    mine = [n for n in state.needles if (n.muscle, n.side) == (one.muscle, one.side)]
    packs = {pack.id: f"{pack.gauge_mm:g} x {pack.length_mm:g}" for pack in state.packs}
    return (
        muscle(one.muscle),
        side_word(one.side),
        str(one.needles),
        _each(packs.get(n.pack, "?") for n in mine),
        _each("-" if n.depth_mm is None else f"{n.depth_mm:g}" for n in mine),
        _each("-" if n.technique is None else n.technique.value for n in mine),
        str(one.twitches),
        _each(text for n in mine for text in felt.get(n.id, ())),
    )


def _each(texts: Iterable[str]) -> str:
    """Every text once, in order; "-" for none."""
    return ", ".join(dict.fromkeys(texts)) or "-"


def _treatments(whole: Whole) -> Section:
    lines = tuple(
        _("%(kind)s, %(minutes)s minutes") % {"kind": row["kind"], "minutes": row["minutes"]}
        + (f". {row['detail']}" if row["detail"] else "")
        for row in whole.in_order("treatment")
    )
    return Section("treatments", _("Other treatments"), lines=lines or (_("None recorded."),))


def _measures(whole: Whole) -> Section:
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in whole.in_order("measure"):
        found.setdefault((row["kind"], row["what"], row["side"]), {})[row["moment"]] = row
    people = _people(whole)
    rows = tuple((_measure_name(*key), *_pair(key[0], at, people)) for key, at in found.items())
    if not rows:
        return Section("measures", _("Measures"), lines=(_("Nothing was measured at this visit."),))
    return Section("measures", _("Measures"), head=(_("Measure"), _("Before"), _("After"), _("Change")), rows=rows)


def _measure_name(kind: str, what: str, side: str) -> str:
    if kind != "range":
        return _("Pain, 0 to 10") if kind == "pain" else _("Tightness, 0 to 10")
    return f"{movement(what)}, °" if side == Side.MIDLINE else f"{movement(what)}, {side_word(side)}, °"


def _people(whole: Whole) -> str:
    drawing = whole.newest("drawing")
    areas = gathered.structure(drawing["areas"]) if drawing else ()
    return evaluate.people_of((area["region"] for area in areas), book().people)


def _pair(kind: str, at: Mapping[str, Row], people: str) -> tuple[str, str, str]:
    before, after = (gathered.number(at[m]["value"]) if m in at else None for m in ("before", "after"))
    found = evaluate.change(
        scales()[kind],
        None if before is None else float(before),
        None if after is None else float(after),
        hours_since=TOO_SOON,
        people=people,
    )
    return str("-" if before is None else before), str("-" if after is None else after), verdict(found.verdict)


def verdict(found: evaluate.Verdict) -> str:
    """The judgement in words."""
    return {
        evaluate.Verdict.BETTER: _("better"),
        evaluate.Verdict.SAME: _("same"),
        evaluate.Verdict.WORSE: _("worse"),
        evaluate.Verdict.TOO_EARLY: _("too early to tell"),
    }.get(found, "-")


def _adverse(row: Row) -> str:
    parts = [row["what"]]
    if row["began_hours_after"] is not None:
        parts.append(_("began %(h)s h after") % {"h": gathered.number(row["began_hours_after"])})
    if row["lasted_hours"] is not None:
        parts.append(_("lasted %(h)s h") % {"h": gathered.number(row["lasted_hours"])})
    parts += [text for text in (row["treatment_needed"], row["detail"]) if text]
    return "; ".join(parts)


_DECISIONS = {"continue": "Continue", "change": "Change", "stop": "Stop", "refer": "Refer"}


def _decision(whole: Whole, words: Words) -> Section:
    row = whole.newest("decision")
    if row is None:
        return Section("decision", _("Decision"), lines=(_("No decision was made."),))
    fact = (str(_DECISIONS.get(row["kind"], row["kind"])), str(row["because"]))
    return Section("decision", _("Decision"), (fact,))


def _plan(whole: Whole) -> Section:
    episode = whole.only("episode")
    row = max(whole.rows["plan"], key=lambda one: (str(one["recorded_at"]), one["number"]), default=None)
    if episode is None or row is None:
        return Section("plan", _("Plan of care"), lines=(_("There is no plan of care."),))
    facts = [
        (_("Problem"), f"{episode['problem']} ({_('examined')} {date_words(episode['examined_on'])})"),
        (_("Goals"), "; ".join(gathered.structure(row["goals"]))),
        (_("Visits"), f"{row['visits']}, {row['frequency']}"),
        (_("Beside the needles"), "; ".join(gathered.structure(row["active_treatments"]))),
        (_("Source of the pain"), row["source_of_pain"]),
        (_("Needling can"), row["needling_can"]),
        (_("Needling cannot"), row["needling_cannot"]),
        (_("Home programme"), row["home_programme"]),
        (_("Re-check"), date_words(row["recheck_on"])),
    ]
    return Section("plan", _("Plan of care"), tuple((label, value) for label, value in facts if value))


def _follow(whole: Whole, words: Words) -> Section:
    rows = sorted(whole.rows["follow_up"], key=lambda one: int(one["hours"]))
    ways = {"text": _("text message"), "email": _("e-mail"), None: _("the practice calls")}
    facts = tuple(
        (
            _("%(hours)s hours") % {"hours": row["hours"]},
            f"{words.time(row['due_at'])}, {ways[row['message__channel']]}",
        )
        for row in rows
    )
    return Section("follow", _("Follow-ups"), facts, lines=() if facts else (_("None."),))
