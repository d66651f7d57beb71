"""What an import may be at most, and how it is refused. Each limit is far above real records (the largest: 2.3 MB)."""

from __future__ import annotations

MAX_BYTES = 64 * 1024 * 1024  # unpacked; a packed file is held to the same
MAX_ENTRIES = 50_000
MAX_DEPTH = 64  # objects and lists inside one another; R4 itself needs about 20
MAX_STRING = 8 * 1024 * 1024  # characters: an attached scan fits
MAX_KEYS = 1_000  # in one object; the longest R4 type has about 60


class NotTaken(Exception):
    """A file refused whole: what is wrong, where it is, what to do. Nothing of it is stored."""

    def __init__(self, what: str, where: str, do: str) -> None:
        super().__init__(f"{what} Where: {where}. {do}")
        self.what, self.where, self.do = what, where, do


ASK_AGAIN = "Ask the sender for the file again; nothing of this one was stored."
SPLIT = "Ask the sender for a smaller file, one patient in each; nothing of this one was stored."
