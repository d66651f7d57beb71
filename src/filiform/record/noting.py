"""The note of a visit in sections, written from the record: what is not in the record is said to be missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from filiform.clinical.terms import MuscleId, RegionId
from filiform.knowledge import book
from filiform.knowledge.movements import movements
from filiform.record import gathered, names
from filiform.record.gathered import Row
from filiform.record.whole import Whole

Facts = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: facts (label, value), then a table (`head` and `rows`), then sentences."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


def as_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """As the record keeps it."""
    kept: list[dict[str, Any]] = json.loads(json.dumps([asdict(one) for one in sections]))
    return kept


def from_json(kept: Iterable[dict[str, Any]]) -> tuple[Section, ...]:
    """What `as_json` made."""
    return tuple(
        Section(
            one["id"],
            one["title"],
            tuple((label, value) for label, value in one["facts"]),
            tuple(one["head"]),
            tuple(tuple(row) for row in one["rows"]),
            tuple(one["lines"]),
        )
        for one in kept
    )


def content_hash(kept: object, added_words: str) -> str:
    """SHA-256 (hex) of a note's sections and of the therapist's own words."""
    text = json.dumps([kept, added_words], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Words:
    """How ids, times and yes or no are written in this practice's notes."""

    def __init__(self, whole: Whole, staff: dict[str, str]) -> None:
        self._zone = ZoneInfo(whole.visit["place__practice__time_zone"])
        self._staff = staff

    def time(self, value: object) -> str:
        """Day and time by the practice's clock; "-" when there is none."""
        if value is None:
            return "-"
        moment = value if isinstance(value, datetime) else gathered.at(value)
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%b %Y, %H:%M}"

    def who(self, actor_id: str) -> str:
        """Who wrote a row."""
        if actor_id.startswith("patient:"):
            return _("the patient")
        return self._staff.get(actor_id, _("somebody who is not on record"))


def date_words(value: object) -> str:
    """A date as people read it."""
    found = value if isinstance(value, date) else gathered.day(value)
    return f"{found.day} {found:%b %Y}"


def muscle(name: str) -> str:
    """The muscle's name; an id that knowledge does not hold any more is shown as it is."""
    found = book().muscles.get(MuscleId(name))
    return found.name if found else name.replace("_", " ")


def region(name: str) -> str:
    """The region in the patient's words."""
    found = book().regions.get(RegionId(name))
    return found.words if found else name.replace("_", " ")


def side_word(side: str | None) -> str:
    """The side in words, the patient's own."""
    return {"left": _("left"), "right": _("right"), "midline": _("middle")}.get(side or "", _("both sides"))


def yes_no(value: object) -> str:
    """Yes or no."""
    return _("yes") if value else _("no")


def before_needles(whole: Whole, words: Words) -> Iterator[Section]:
    """Who, when and where; screening; consent; where it hurts; what the hand found."""
    yield Section("visit", _("Visit"), tuple(_visit(whole, words)))
    yield _screening(whole, words)
    yield _consent(whole, words)
    drawing = whole.newest("drawing")
    areas = gathered.structure(drawing["areas"]) if drawing else []
    drawn = tuple(f"{side_word(a['side']).capitalize()}: {region(a['region'])}, {a['intensity']}/10" for a in areas)
    yield Section("pain", _("Pain drawing"), lines=drawn or (_("No pain was drawn at this visit."),))
    yield _palpation(whole)


def _visit(whole: Whole, words: Words) -> Facts:
    row = whole.visit
    yield _("Patient"), names.shown(row["patient__family"], row["patient__given"])
    born = row["patient__birth_date"]
    yield _("Born"), date_words(born) if born else (row["patient__birth_date_said"] or _("not known"))
    place = ", ".join(filter(None, (row["place__practice__name"], row["place__name"], row["room__name"])))
    yield _("Place"), place
    yield _("Therapist"), ", ".join(filter(None, (row["practitioner__name"], row["practitioner__title"])))
    yield _("Visit"), words.time(row["starts_at"])
    yield _("Arrived"), words.time(row["arrived_at"])
    if row["reason"]:
        yield _("Reason"), row["reason"]
    session = whole.only("session")
    if session:
        yield (
            _("Identity"),
            _("birth date asked and right, %(at)s") % {"at": words.time(session["identity_confirmed_at"])},
        )


_DISPOSITIONS = {
    "proceed": "go ahead",
    "proceed_modified": "go ahead with changes",
    "region_excluded": "go ahead, not everywhere",
    "defer": "not today",
    "consult_first": "ask a doctor first",
    "refuse": "do not needle",
    "emergency": "urgent care",
}


def _screening(whole: Whole, words: Words) -> Section:
    row = whole.newest("screening")
    if row is None:
        return Section("screening", _("Screening"), lines=(_("Not screened at this visit."),))
    result = gathered.structure(row["result"])
    facts = (
        (_("Result"), str(_DISPOSITIONS.get(row["disposition"], row["disposition"]))),
        (_("Cleared"), yes_no(row["cleared"])),
        (_("When"), f"{words.time(row['recorded_at'])}, {words.who(row['recorded_by'])}"),
        (_("Rules"), row["profile"]),
    )
    limits = [_restriction(one) for one in result.get("restrictions", ())]
    found = [one["because"] for one in result.get("findings", ())]
    return Section("screening", _("Screening"), facts, lines=tuple(dict.fromkeys([*limits, *found])))


def _restriction(one: Row) -> str:
    target = region(one["target"]) if one["scope"] == "region" else muscle(one["target"])
    where = f"{target}, {side_word(one['side'])}" if one["scope"] in ("region", "muscle") else target
    kind = {"avoid": _("No needles"), "modify": _("With care"), "consult": _("Ask first")}.get(one["action"], "")
    return f"{kind}: {where}. {one['because']}" if one["action"] == "avoid" else f"{kind}: {where}"


def _consent(whole: Whole, words: Words) -> Section:
    row = whole.newest("consent")
    if row is None:
        return Section("consent", _("Consent"), lines=(_("No consent was signed at this visit."),))
    sites = [f"{region(s['region'])} ({side_word(s['side'])})" for s in gathered.structure(row["sites"])]
    facts = [
        (_("Signed"), f"{words.time(row['recorded_at'])}, {row['signed_by']}"),
        (_("Text"), row["text_version"]),
        (_("Regions"), "; ".join(sites)),
        (_("Told of the lung"), yes_no(row["pleural_risk_told"])),
    ]
    if row["withdrawn_at"] is not None:
        facts.append((_("Withdrawn"), words.time(row["withdrawn_at"])))
    return Section("consent", _("Consent"), tuple(facts))


def _palpation(whole: Whole) -> Section:
    newest = {(row["muscle"], row["side"]): row for row in whole.in_order("palpation")}
    rows = tuple(
        (
            muscle(row["muscle"]),
            side_word(row["side"]),
            yes_no(row["taut_band"]),
            f"{row['tenderness']}/3",
            yes_no(row["familiar_pain"]),
            yes_no(row["twitch"]),
        )
        for row in newest.values()
    )
    head = (_("Muscle"), _("Side"), _("Taut band"), _("Tender"), _("Familiar pain"), _("Twitch"))
    nothing = () if rows else (_("No muscle was palpated on record."),)
    return Section("palpation", _("Palpation"), head=head if rows else (), rows=rows, lines=nothing)


def movement(what: str) -> str:
    """The movement in words."""
    found = movements().get(what)
    return found.name if found else what.replace("_", " ")


def measure_name(row: Row) -> str:
    """What was measured: pain, tightness, or a movement with its side."""
    if row["kind"] != "range":
        return _("Pain, 0 to 10") if row["kind"] == "pain" else _("Tightness, 0 to 10")
    side = "" if row["side"] == "midline" else f", {side_word(row['side'])}"
    return f"{movement(row['what'])}{side}, °"


def measures(whole: Whole) -> Iterable[tuple[str, str, str, str, str, str]]:
    """(kind, movement, side, name, before, after); "-" when not taken; the newest value of each counts."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    named: dict[tuple[str, str, str], str] = {}
    for row in whole.in_order("measure"):
        key = (row["kind"], row["what"], row["side"])
        found.setdefault(key, {})[row["moment"]] = str(gathered.number(row["value"]))
        named[key] = measure_name(row)
    return [(*key, named[key], at.get("before", "-"), at.get("after", "-")) for key, at in found.items()]
