"""What stands on every page of a patient: the practice's name and number, and the emergency card."""

from __future__ import annotations

from django.utils.translation import gettext as _

from filiform.record.reads.follow import Face


def face_context(face: Face, note: str = "") -> dict[str, object]:
    """Context for `patient_base.html` and `web/emergency.html`. `note` stands below the signs."""
    number = face.emergency_number
    heading = (
        _("Call %(number)s now if you have") % {"number": number} if number else _("Call for help now if you have")
    )
    card = {
        "heading": heading,
        "items": (
            _("trouble breathing, or chest pain when you breathe in"),
            _("a sudden very bad headache, or a weak arm, leg or face"),
            _("bleeding or swelling that does not stop"),
            _("passed out, or feel very ill"),
        ),
        "note": note,
        "number": number,
    }
    return {"practice_name": face.practice, "practice_phone": face.phone, "card": card, "face": face}
