"""An event's id is made before it is sent, so that a tap sent twice is one event."""

from uuid import uuid4

from django.template import Library

register = Library()


@register.simple_tag
def event_id() -> str:
    """A new id for the form it stands in."""
    return str(uuid4())


@register.filter
def numbers(text: str) -> list[str]:
    """The numbers of "5 10 15", for rows of buttons."""
    return text.split()
