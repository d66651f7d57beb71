"""The problem, medicine, allergy, device or procedure that a resource states: in the sender's words, nothing added.

What did not come is "": a missing status is unknown and is never read as active. A code that nothing maps keeps its
system and its text. ValueError says, in a sentence, why a resource states nothing that can be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from filiform.interop.fhir.dates import said, said_choice
from filiform.record.incoming import FactKind, IncomingFact, Said

Resource = dict[str, Any]
Finder = Callable[[Any], Resource | None]

MAX_TEXT = 500  # the columns of the record; the source keeps the whole
MAX_SYSTEM = 200
MAX_CODE = 100
MAX_STATUS = 60
MAX_SAID = 40


def fact_of(resource: Resource, find: Finder) -> IncomingFact | None:
    """The fact in `resource`, None for a type that is kept as history only. `find` follows a reference."""
    read = _READERS.get(resource["resourceType"])
    if read is None:
        return None
    strange = _strange(resource)
    if strange:
        raise ValueError(
            f'It carries a modifier ("{strange[:100]}") that may change its meaning and is not understood.'
        )
    return read(resource, find)


def _strange(resource: Resource) -> str:
    """FHIR forbids acting on a resource whose modifier extensions or implicit rules are not understood."""
    listed = resource.get("modifierExtension")
    if listed:
        return str(listed[0].get("url")) if isinstance(listed[0], dict) else "modifierExtension"
    return str(resource.get("implicitRules") or "")


def _problem(resource: Resource, find: Finder) -> IncomingFact:
    return _fact(
        FactKind.PROBLEM,
        resource.get("code"),
        status=concept_code(resource.get("clinicalStatus")),
        verification=concept_code(resource.get("verificationStatus")),
        began=_onset(resource),
        ended=said_choice(resource, "abatement"),
    )


def _onset(resource: Resource) -> Said:
    """When it began. The day it was written down is another day: then the words say so and no day is given."""
    began = said_choice(resource, "onset")
    recorded = resource.get("recordedDate")
    return Said(f"recorded {recorded}") if not began.text and recorded else began


def _allergy(resource: Resource, find: Finder) -> IncomingFact:
    return _fact(
        FactKind.ALLERGY,
        resource.get("code"),
        status=concept_code(resource.get("clinicalStatus")),
        verification=concept_code(resource.get("verificationStatus")),
        began=_onset(resource),
        ended=Said(),
    )


def _medicine(resource: Resource, find: Finder) -> IncomingFact | None:
    """An order or a statement. An order's intent (a proposal, a plan, an order) stands under `verification`."""
    if resource.get("doNotPerform") is True:  # an order not to give it: kept as source, never listed as taken
        return None
    concept = resource.get("medicationCodeableConcept")
    if concept is None:
        concept = _referenced_medicine(resource.get("medicationReference"), find)
    period = resource.get("effectivePeriod")
    return _fact(
        FactKind.MEDICINE,
        concept,
        status=str(resource.get("status") or ""),
        verification=str(resource.get("intent") or ""),
        began=said(resource.get("authoredOn")) if "authoredOn" in resource else said_choice(resource, "effective"),
        ended=said(period.get("end")) if isinstance(period, dict) else Said(),
    )


def _referenced_medicine(reference: Any, find: Finder) -> Any:
    found = find(reference)
    if found is not None and found.get("resourceType") == "Medication":
        return found.get("code")
    display = reference.get("display") if isinstance(reference, dict) else None
    if isinstance(display, str) and display:
        return {"text": display}
    raise ValueError("It refers to a medicine that is not in this bundle and gives no name for it.")


def _device(resource: Resource, find: Finder) -> IncomingFact:
    names = [node.get("name") for node in resource.get("deviceName") or [] if isinstance(node, dict)]
    named = next((name for name in names if isinstance(name, str) and name), "")
    concept = resource.get("type") or ({"text": named} if named else None)
    return _fact(
        FactKind.DEVICE,
        concept,
        status=str(resource.get("status") or ""),
        verification="",
        began=Said(),  # R4 has no day of implantation here, and the day of manufacture is not one
        ended=Said(),
    )


def _procedure(resource: Resource, find: Finder) -> IncomingFact | None:
    """What was done. R4 lets one stand without a name (a code is optional): it is kept as history only."""
    if not concept_parts(resource.get("code"))[0]:
        return None
    period = resource.get("performedPeriod")
    return _fact(
        FactKind.PROCEDURE,
        resource.get("code"),
        status=str(resource.get("status") or ""),
        verification="",
        began=said_choice(resource, "performed"),
        ended=said(period.get("end")) if isinstance(period, dict) else Said(),
    )


_READERS: dict[str, Callable[[Resource, Finder], IncomingFact | None]] = {
    "Condition": _problem,
    "AllergyIntolerance": _allergy,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Device": _device,
    "Procedure": _procedure,
}


def _fact(kind: FactKind, concept: Any, *, status: str, verification: str, began: Said, ended: Said) -> IncomingFact:
    text, system, code = concept_parts(concept)
    if not text:
        raise ValueError(f"It names no {kind.value}: there is neither a code nor a text.")
    _within(system, MAX_SYSTEM, "code system")
    _within(code, MAX_CODE, "code")
    _within(status, MAX_STATUS, "status")
    _within(verification, MAX_STATUS, "verification")
    return IncomingFact(
        kind=kind,
        text=shortened(text, MAX_TEXT),
        code_system=system,
        code=code,
        status=status,
        verification=verification,
        began=_short_said(began),
        ended=_short_said(ended),
    )


def concept_parts(concept: Any) -> tuple[str, str, str]:
    """Text, code system and code of a CodeableConcept; the first coding with a code counts. All "" for nothing."""
    if not isinstance(concept, dict):
        return "", "", ""
    listed = concept.get("coding")
    codings = [node for node in listed if isinstance(node, dict)] if isinstance(listed, list) else []
    coded = next((node for node in codings if node.get("code")), {})
    system, code = str(coded.get("system") or ""), str(coded.get("code") or "")
    shown = next((node["display"] for node in codings if node.get("display")), "")
    unnamed = f"code {code} ({system or 'no code system'})" if code else ""
    return str(concept.get("text") or shown or unnamed), system, code


def concept_code(concept: Any) -> str:
    """The code of a status concept as it came, or its text, or ""."""
    text, _, code = concept_parts(concept)
    return code or text


def shortened(text: str, most: int) -> str:
    """`text` with an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _short_said(given: Said) -> Said:
    return Said(shortened(given.text, MAX_SAID), given.day)


def _within(text: str, most: int, what: str) -> None:
    # A code cut short is another code; so it is refused and not shortened.
    if len(text) > most:
        raise ValueError(f"Its {what} is longer than {most} characters.")
