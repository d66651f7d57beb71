"""Who needles, and where: the rules on the practitioner, as findings beside those on the patient (row M7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filiform.clinical.screen.result import Action, Ask, Evidence, Finding
from filiform.clinical.terms import Cite


class Role(StrEnum):
    """Who needles: physical therapist, physical therapist assistant, doctor, acupuncturist."""

    PT = "PT"
    PTA = "PTA"
    MD = "MD"
    LAC = "LAc"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """What is known of one place (ISO 3166-2). `permitted`: whether the law lets `roles` needle; `not_roles` never may.

    `months_licensed` is the time in practice that it asks for, which pre-licence coursework replaces when
    `or_coursework`. `training_hours` (0: none are known to be asked for) are hours of dry needling training, in person
    when `in_person`, of a course that the board approved when `approved_course`. `duties` is what it asks of the visit
    itself. `contested`: sources contradict each other. Known to hold on `as_of`; after `good_until` it is asked anew.
    """

    id: str
    name: str
    permitted: bool
    roles: tuple[Role, ...]
    not_roles: tuple[Role, ...]
    months_licensed: int
    or_coursework: bool
    because: str
    contested: bool
    cites: tuple[Cite, ...]
    as_of: date
    good_until: date
    training_hours: int = 0
    in_person: bool = False
    approved_course: bool = False
    duties: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """The practitioner as far as told; None is unknown. `coursework`: dry needling was taught before the licence."""

    place: str | None = None
    role: Role | None = None
    months_licensed: int | None = None
    coursework: bool | None = None
    training_hours: float | None = None
    in_person: bool | None = None
    approved: bool | None = None


def operator_rules(
    operator: Operator, places: Mapping[str, Jurisdiction], on: date
) -> tuple[tuple[Finding, ...], tuple[Ask, ...]]:
    """What stands against this practitioner needling there on the day `on`, and what must be known.

    Unknown law is asked for, and so is one that nobody has looked at for too long; a prohibition stands meanwhile.
    """
    if operator.place is None or operator.role is None:
        return (), tuple(_unknown(operator))
    place = places.get(operator.place)
    if place is None:
        text = f"Nothing is on file about the law of {operator.place}. May a {operator.role} needle there?"
        return (), (Ask("jurisdiction", text),)
    return _in_place(operator, operator.role, place, on)


def _unknown(operator: Operator) -> Iterator[Ask]:
    if operator.place is None:
        yield Ask("jurisdiction", "In which country or state is the patient needled?")
    if operator.role is None:
        yield Ask("credential", "Who needles: physical therapist, assistant, doctor or acupuncturist?")


def _in_place(
    operator: Operator, role: Role, place: Jurisdiction, on: date
) -> tuple[tuple[Finding, ...], tuple[Ask, ...]]:
    if (role in place.roles and not place.permitted) or role in place.not_roles:
        rule = "screen.jurisdiction" if not place.permitted else "screen.credential_role"
        return (_refused(rule, operator, role, place),), ()
    if role not in place.roles:
        return (), (Ask("jurisdiction", f"The law of {place.name} on a {role} is not on file. May they needle there?"),)
    told = [*_too_old(place, on), *_contested(role, place), *_time(operator, role, place), *_trained(operator, place)]
    asks = [one for one in told if isinstance(one, Ask)]
    refused = [_refused(one, operator, role, place) for one in told if isinstance(one, str)]
    return (*refused, *_duties(operator, role, place)), tuple(asks)


def _too_old(place: Jurisdiction, on: date) -> Iterator[Ask]:
    if on > place.good_until:
        text = f"What is on file about the law of {place.name} was looked at on {place.as_of}, more than a year ago."
        yield Ask("jurisdiction", f"{text} Is it still so? Ask the board.")


def _time(operator: Operator, role: Role, place: Jurisdiction) -> Iterator[Ask | str]:
    """A question, or the id of the rule that refuses."""
    if not place.months_licensed or (place.or_coursework and operator.coursework):
        return
    if operator.months_licensed is None:
        yield Ask("credential", f"For how many months has the {role} held a licence? {place.because}")
    elif operator.months_licensed < place.months_licensed:
        yield "screen.credential_months"


def _trained(operator: Operator, place: Jurisdiction) -> Iterator[Ask | str]:
    """As `_time`. A course before the licence tells of training; its hours then stand in a note, see `_duties`."""
    if not place.training_hours:
        return
    wanted = [
        (operator.training_hours, operator.training_hours is None or operator.training_hours >= place.training_hours)
    ]
    wanted += [(operator.in_person, operator.in_person is not False)] if place.in_person else []
    wanted += [(operator.approved, operator.approved is not False)] if place.approved_course else []
    if not all(enough for _, enough in wanted):
        yield "screen.credential_training"
    elif any(told is None for told, _ in wanted) and not operator.coursework:
        yield Ask("credential", f"Is the training proven: {_training(place)}? {place.because}")


def _training(place: Jurisdiction) -> str:
    what = f"at least {place.training_hours} hours of dry needling training"
    what += ", in person and not online" if place.in_person else ""
    return what + (", of a course that the board has approved" if place.approved_course else "")


def _duties(operator: Operator, role: Role, place: Jurisdiction) -> Iterator[Finding]:
    """What the place asks besides, as a note: it belongs to a later step, or stands on a certificate."""
    words = [place.duties] if place.duties else []
    if place.training_hours and operator.coursework and operator.training_hours is None:
        words.append(f"A course before the licence was told; read on its certificate: {_training(place)}.")
    if words:
        told = Evidence(f"{role} in {place.name}", None, "facts:jurisdiction")
        because = f"{' '.join(words)} As known on {place.as_of}; no legal advice."
        yield Finding("screen.jurisdiction_duties", "jurisdiction", Action.NOTE, because, (told,), place.cites)


def _contested(role: Role, place: Jurisdiction) -> tuple[Ask, ...]:
    """What sources contradict each other about, or nobody read, never lets anybody needle by itself."""
    if not place.contested:
        return ()
    text = f"The law of {place.name} is contested or unsure. {place.because} May a {role} needle there? Ask the board."
    return (Ask("jurisdiction", text),)


def _refused(rule: str, operator: Operator, role: Role, place: Jurisdiction) -> Finding:
    condition = "jurisdiction" if rule == "screen.jurisdiction" else "credential"
    held = "" if operator.months_licensed is None else f", licensed for {operator.months_licensed} months"
    held += "" if operator.training_hours is None else f", {operator.training_hours:g} hours of training"
    told = Evidence(f"{role} in {place.name}{held}", None, "facts:therapist_role")
    doubt = " Sources contradict each other; ask the board." if place.contested else ""
    because = f"{place.because}{doubt} As known on {place.as_of}; no legal advice."
    return Finding(rule, condition, Action.REFUSE, because, (told,), place.cites)
