"""The first half of a note: who, when and where, screening, consent, where it hurts, what the hand found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from filiform.clinical.pain_drawing import Area
from filiform.knowledge.pain_drawing import marking
from filiform.record import drawn, gathered, names
from filiform.record.gathered import Row
from filiform.record.notes.words import Section, Words, date_words, muscle, region, side_word, yes_no
from filiform.record.whole import Whole


def before_needles(whole: Whole, words: Words) -> Iterator[Section]:
    """The sections up to the needles."""
    yield Section("visit", _("Visit"), tuple(_visit(whole, words)))
    yield _screening(whole, words)
    yield _consent(whole, words)
    yield _pain(whole)
    yield _palpation(whole)


def _pain(whole: Whole) -> Section:
    row = whole.newest("drawing")
    lines = [_area(area) for area in drawn.from_json(gathered.structure(row["areas"]))] if row else []
    if row and row["finished"] is not None and not row["finished"]:  # SQLite gathers true and false as 1 and 0
        lines.append(_("Drawn by the patient by link, not finished."))
    elif row and not lines:
        lines.append(_("Nothing hurts."))
    return Section("pain", _("Pain drawing"), lines=tuple(lines) or (_("No pain was drawn at this visit."),))


def _area(area: Area) -> str:
    known = marking()
    said = [known.qualities[name].words for name in area.qualities if name in known.qualities]
    since = known.since.get(area.since or "")
    said += [since.words] if since else []
    where = f"{side_word(area.site.side).capitalize()}: {region(area.site.region)}, {area.intensity}/10"
    return ", ".join([where, *said])


def _visit(whole: Whole, words: Words) -> Iterator[tuple[str, str]]:
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
    newest = {(row["muscle"], row["side"], row["point"] or 1): row for row in whole.in_order("palpation")}
    several = Counter((name, side) for name, side, _point in newest)
    rows = tuple(
        (
            _pressed(row, several[row["muscle"], row["side"]]),
            side_word(row["side"]),
            _looked(row["taut_band"]),
            _("not looked for") if row["tenderness"] is None else f"{row['tenderness']}/3",
            _looked(row["familiar_pain"]),
            _looked(row["twitch"]),
        )
        for row in newest.values()
        if row["view"] != ""  # taken back
    )
    head = (_("Muscle"), _("Side"), _("Taut band"), _("Tender"), _("Familiar pain"), _("Twitch"))
    nothing = () if rows else (_("No muscle was palpated on record."),)
    return Section("palpation", _("Palpation"), head=head if rows else (), rows=rows, lines=nothing)


def _pressed(row: Row, points: int) -> str:
    """The muscle, with the number of its point when several were pressed."""
    if points == 1:
        return muscle(row["muscle"])
    return _("%(muscle)s, point %(n)d") % {"muscle": muscle(row["muscle"]), "n": row["point"] or 1}


def _looked(found: bool | None) -> str:
    return _("not looked for") if found is None else yes_no(found)
