"""One line of the day as it is shown: where the patient is, in words, and the one next step for who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from filiform.clinical.access import Act, Role, may
from filiform.record.reads.book import Standing, TodayLine
from filiform.web.parts import Chip, Kind
from filiform.web.visit import local


@dataclass(frozen=True, slots=True)
class Step:
    """The one next step. `post`: a button that changes the visit, else a link."""

    label: str
    url: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    line: TodayLine
    time: datetime
    lasts: str
    chip: Chip
    step: Step | None
    now: bool
    patient_url: str
    late: bool


def shown(line: TodayLine, role: Role, zone: str, now: datetime) -> Row:
    """The row for `line`; the step is None when `role` has nothing to do."""
    late = line.standing is Standing.BOOKED and now > line.starts_at
    return Row(
        line=line,
        time=local(line.starts_at, zone),
        lasts=gettext("%(m)s min") % {"m": line.minutes},
        chip=_chip(line, role, late),
        step=_step(line, role),
        now=line.standing is Standing.IN_SESSION,
        patient_url=reverse("chart:patient", args=[line.patient_id]),
        late=late,
    )


# Marked for translation here, translated when shown: a day has a hundred lines, and each needs one of these.
_CHIPS = {
    Standing.BOOKED: (Kind.PLAIN, gettext_noop("Booked"), "book"),
    Standing.CANCELLED: (Kind.PLAIN, gettext_noop("Cancelled"), "close"),
    Standing.MISSED: (Kind.PLAIN, gettext_noop("Did not come"), "close"),
    Standing.TO_SCREEN: (Kind.INFO, gettext_noop("Arrived. To be screened"), "arrived"),
    Standing.QUESTIONS_OPEN: (Kind.WARN, gettext_noop("Therapist must review"), "warning"),
    Standing.STOPPED: (Kind.STOP, gettext_noop("Do not needle today"), "stop"),
    Standing.CONSENT_MISSING: (Kind.INFO, gettext_noop("Screened. Consent missing"), "signed"),
    Standing.READY: (Kind.OK, gettext_noop("Ready: screened, signed"), "screened"),
    Standing.TO_RETEST: (Kind.INFO, gettext_noop("Counted. Re-test to do"), "check"),
    Standing.TO_DECIDE: (Kind.INFO, gettext_noop("Re-tested. Decision to make"), "plan"),
    Standing.NOTE_MISSING: (Kind.INFO, gettext_noop("Note to sign"), "note"),
    Standing.SIGNED: (Kind.PLAIN, gettext_noop("Note signed"), "check"),
}


def _chip(line: TodayLine, role: Role, late: bool) -> Chip:
    if line.standing is Standing.IN_SESSION:
        n = line.needles_in
        return Chip(Kind.NEEDLE, ngettext("%(n)d needle in", "%(n)d needles in", n) % {"n": n}, "needle")
    if late:
        return Chip(Kind.WARN, gettext("Expected, not here yet"), "clock")
    kind, text, icon = _CHIPS[line.standing]
    return Chip(kind, gettext(text), icon)


# What a therapist does next, by where the visit stands: the step's page and the words on the button.
_THERAPIST_STEPS = {
    Standing.TO_SCREEN: ("screen:visit", gettext_noop("Screen")),
    Standing.QUESTIONS_OPEN: ("screen:visit", gettext_noop("Review")),
    Standing.STOPPED: ("screen:visit", gettext_noop("See why")),
    Standing.CONSENT_MISSING: ("consent:visit", gettext_noop("Ask consent")),
    Standing.READY: ("locate:visit", gettext_noop("Start")),
    Standing.IN_SESSION: ("needle:visit", gettext_noop("Open session")),
    Standing.TO_RETEST: ("evaluate:visit", gettext_noop("Re-test")),
    Standing.TO_DECIDE: ("plan:visit", gettext_noop("Decide")),
    Standing.NOTE_MISSING: ("note:visit", gettext_noop("Write note")),
    Standing.SIGNED: ("note:visit", gettext_noop("Read note")),
}


def _step(line: TodayLine, role: Role) -> Step | None:
    if line.standing is Standing.BOOKED:
        if may(role, Act.MARK_ARRIVAL):
            return None
        return Step(gettext("Arrived"), reverse("today:arrived", args=[line.visit_id]), post=True)
    if may(role, Act.SCREEN):
        return None
    found = _THERAPIST_STEPS.get(line.standing)
    return Step(gettext(found[1]), reverse(found[0], args=[line.visit_id])) if found else None
