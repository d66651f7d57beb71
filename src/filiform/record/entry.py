"""Who enters events in which session, sealed when the page opens: the author of an event is proven, whoever sends it.

An entry is a signed text that the server gives to a signed-in therapist with the session's page. Every event that is
entered there is sent with it, by whoever is signed in by then: the author stays the one the entry names. It says
nothing secret and opens no door; to send it, somebody of the practice must be signed in. It has no end, because a
tablet may come back into the net after days, and refusing its events would lose the only witness of a needle.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

_SALT = "filiform.session.entry"
LONGEST = 500  # characters; a real one has about 200


@dataclass(frozen=True, slots=True)
class Entry:
    """`by` enters events of session `session_id` on `device`."""

    session_id: UUID
    by: str
    device: str


def sealed(entry: Entry) -> str:
    """The signed text of `entry`, with the time of signing in it."""
    return signing.dumps([entry.session_id.hex, entry.by, entry.device], salt=_SALT)


def opened(text: str) -> Entry | None:
    """The entry that `text` proves; None when it is not one of ours, or was signed with a key that is gone."""
    if len(text) > LONGEST:
        return None
    try:
        session, by, device = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return Entry(UUID(session), by, device)
