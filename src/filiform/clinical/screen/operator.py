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
    `or_coursework`. `contested`: sources contradict each other. Known to hold on `as_of`.
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


@dataclass(frozen=True, slots=True)
class Operator:
    """The practitioner as far as told; None is unknown."""

    place: str | None = None
    role: Role | None = None
    months_licensed: int | None = None
    coursework: bool | None = None


def operator_rules(
    operator: Operator, places: Mapping[str, Jurisdiction]
) -> tuple[tuple[Finding, ...], tuple[Ask, ...]]:
    """What stands against this practitioner needling there, and what must be known. Unknown law is asked for."""
    if operator.place is None or operator.role is None:
        return (), tuple(_unknown(operator))
    place = places.get(operator.place)
    if place is None:
        text = f"Nothing is on file about the law of {operator.place}. May a {operator.role} needle there?"
        return (), (Ask("jurisdiction", text),)
    return _in_place(operator, operator.role, place)


def _unknown(operator: Operator) -> Iterator[Ask]:
    if operator.place is None:
        yield Ask("jurisdiction", "In which country or state is the patient needled?")
    if operator.role is None:
        yield Ask("credential", "Who needles: physical therapist, assistant, doctor or acupuncturist?")


def _in_place(operator: Operator, role: Role, place: Jurisdiction) -> tuple[tuple[Finding, ...], tuple[Ask, ...]]:
    if (role in place.roles and not place.permitted) or role in place.not_roles:
        rule = "screen.jurisdiction" if not place.permitted else "screen.credential_role"
        return (_refused(rule, operator, role, place),), ()
    if role not in place.roles:
        return (), (Ask("jurisdiction", f"The law of {place.name} on a {role} is not on file. May they needle there?"),)
    doubt = _contested(role, place)
    if not place.months_licensed or (place.or_coursework and operator.coursework):
        return (), doubt
    if operator.months_licensed is None:
        asked = Ask("credential", f"For how many months has the {role} held a licence? {place.because}")
        return (), (*doubt, asked)
    if operator.months_licensed < place.months_licensed:
        return (_refused("screen.credential_months", operator, role, place),), doubt
    return (), doubt


def _contested(role: Role, place: Jurisdiction) -> tuple[Ask, ...]:
    """What sources contradict each other about, or nobody read, never lets anybody needle by itself."""
    if not place.contested:
        return ()
    text = f"The law of {place.name} is contested or unsure. {place.because} May a {role} needle there? Ask the board."
    return (Ask("jurisdiction", text),)


def _refused(rule: str, operator: Operator, role: Role, place: Jurisdiction) -> Finding:
    condition = "jurisdiction" if rule == "screen.jurisdiction" else "credential"
    held = "" if operator.months_licensed is None else f", licensed for {operator.months_licensed} months"
    told = Evidence(f"{role} in {place.name}{held}", None, "facts:therapist_role")
    doubt = " Sources contradict each other; ask the board." if place.contested else ""
    because = f"{place.because}{doubt} As known on {place.as_of}; no legal advice."
    return Finding(rule, condition, Action.REFUSE, because, (told,), place.cites)
