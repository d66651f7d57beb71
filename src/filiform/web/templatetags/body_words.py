"""Muscle and region ids as people read them."""

from django.template import Library

from filiform.clinical.terms import MuscleId, RegionId
from filiform.knowledge import book

register = Library()


@register.filter
def muscle_name(muscle: str) -> str:
    """The muscle's name; an unknown id as it is, so that nothing on an old record disappears."""
    found = book().muscles.get(MuscleId(muscle))
    # A long pair of names may break after the slash, and nowhere else.
    return found.name.replace("/", "/\u200b") if found else muscle.replace("_", " ")


@register.filter
def region_words(region: str) -> str:
    """The region in the patient's words; an unknown id as it is."""
    found = book().regions.get(RegionId(region))
    return found.words if found else region.replace("_", " ")
