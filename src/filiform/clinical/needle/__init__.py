"""The `needle` step: the events of a session, and the fold that says where every needle is.

`event_from` and `read_lines` read events, `fold` turns them into a `State`, `before_opening` and `before_insertion` say
what stands against the next act. Why it is built of references and not of times: docs/adr/0005-session-ledger.md.
"""

from filiform.clinical.needle.events import BY_KIND, EVENTS, EXPECTED_FEELINGS, Event
from filiform.clinical.needle.gates import (
    before_closing,
    before_insertion,
    before_leaving_in,
    before_opening,
    dwell,
    longest_dwell,
)
from filiform.clinical.needle.reading import (
    EventError,
    Known,
    as_dict,
    canonical,
    event_again,
    event_from,
    kinds,
    parsed,
    read_lines,
)
from filiform.clinical.needle.state import State, fold
from filiform.clinical.needle.tally import Needle, Pack, Where

__all__ = [
    "BY_KIND",
    "EVENTS",
    "EXPECTED_FEELINGS",
    "Event",
    "EventError",
    "Known",
    "Needle",
    "Pack",
    "State",
    "Where",
    "as_dict",
    "before_closing",
    "before_insertion",
    "before_leaving_in",
    "before_opening",
    "canonical",
    "dwell",
    "event_again",
    "event_from",
    "fold",
    "kinds",
    "longest_dwell",
    "parsed",
    "read_lines",
]
