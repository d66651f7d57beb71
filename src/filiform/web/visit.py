"""What every step's page of a visit shows around its own content: the patient's banner, the steps, the next one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from filiform.record.reads import visit as visits
from filiform.record.reads.visit import VisitHead
from filiform.web import limits
from filiform.web.parts import Chip, Kind, RailStep, StepState


def visit_context(request: HttpRequest, head: VisitHead, step: str) -> dict[str, object]:
    """Context for `web/visit_banner.html` and the rail: `head`, `chips`, `steps`, `born`, `next_step`, `step`."""
    following = visits.next_step(head)
    return {
        "head": head,
        "born": born(head),
        "chips": chips(head),
        "steps": rail(head, step, following),
        "step": step,
        "next_step": following,
        "next_url": step_url(following, head),
        "next_label": label(following) if following else "",
    }


def born(head: VisitHead) -> str:
    """The birth date as people read it; what an import said when no whole date is known; or that it is not known."""
    if head.birth_date is not None:
        return date_format(head.birth_date, "j M Y")
    return head.birth_date_said or gettext("not known")


def chips(head: VisitHead) -> list[Chip]:
    """Restrictions first, then screening, consent and needles. A restriction never scrolls away."""
    return [*restriction_chips(head), _screening_chip(head), _consent_chip(head), *_session_chips(head)]


def restriction_chips(head: VisitHead) -> list[Chip]:
    """One chip for each reason and side; six at most, then how many more there are."""
    found = limits.chips(head.restrictions)
    if len(found) <= 6:
        return found
    more = ngettext("%(n)d more restriction", "%(n)d more restrictions", len(found) - 5) % {"n": len(found) - 5}
    return [*found[:5], Chip(Kind.STOP, more, "no")]


def rail(head: VisitHead, step: str, following: str) -> list[RailStep]:
    """The steps of the visit; the next one is marked, and only it."""
    done = visits.steps_done(head)
    return [RailStep(label(name), _state(name, done, following), step_url(name, head)) for name in visits.STEPS]


def label(step: str) -> str:
    """The step's name as people read it."""
    return {
        "screen": gettext("Screen"),
        "consent": gettext("Consent"),
        "locate": gettext("Locate"),
        "needle": gettext("Needle"),
        "evaluate": gettext("Evaluate"),
        "plan": gettext("Plan"),
        "follow": gettext("Follow"),
        "note": gettext("Note"),
    }.get(step, step)


def step_url(step: str, head: VisitHead) -> str:
    """The address of a step of this visit; "" when there is none."""
    try:
        return reverse(f"{step}:visit", args=[head.visit_id])
    except NoReverseMatch:
        return ""


def local(moment: datetime, zone: str) -> datetime:
    """`moment` by the practice's clock."""
    return moment.astimezone(ZoneInfo(zone))


def _state(name: str, done: frozenset[str], following: str) -> StepState:
    if name == following:
        return StepState.NEXT
    return StepState.DONE if name in done else StepState.TODO


def _screening_chip(head: VisitHead) -> Chip:
    if head.screening is None:
        return Chip(Kind.WARN, gettext("Not screened today"), "question")
    if head.cleared:
        return Chip(Kind.OK, gettext("Screened today: clear"), "screened")
    if head.screening.get("disposition") in ("emergency", "refuse", "defer"):
        return Chip(Kind.STOP, gettext("Do not needle today"), "no")
    return Chip(Kind.WARN, gettext("Screening: review"), "review")


def _consent_chip(head: VisitHead) -> Chip:
    if head.consent is None:
        return Chip(Kind.WARN, gettext("Consent missing"), "signed")
    if head.consent.withdrawn:
        return Chip(Kind.STOP, gettext("Consent withdrawn"), "no")
    return Chip(Kind.OK, gettext("Consent signed today"), "signed")


def _session_chips(head: VisitHead) -> list[Chip]:
    if head.session is None or head.session.closed_at is not None:
        return []
    count = len(head.session.state.open_needles)
    return [Chip(Kind.NEEDLE, ngettext("%(n)d needle in", "%(n)d needles in", count) % {"n": count}, "needle")]
