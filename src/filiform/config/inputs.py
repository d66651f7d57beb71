"""Reading a command's FILE, a path or - for standard input, gzipped or not, within a limit; saying what is wrong."""

import gzip
import io
import json
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filiform.config.start import Refused

MAX_BYTES = 16 * 1024 * 1024
GZIP = b"\x1f\x8b"
MOST_TOLD = 20


class BadJson(ValueError):
    """The input is no JSON that can be used; `faults` say where and why."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def read_text(name: str, most: int = MAX_BYTES) -> str:
    """The text of FILE, UTF-8, unpacked when gzipped. Raises Refused over `most` bytes: a bomb fills nothing."""
    try:
        data = sys.stdin.buffer.read(most + 1) if name == "-" else _file(name, most)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror or error}; check its name and its rights") from None
    return _decoded(_within(name, _unpacked(name, _within(name, data, most), most), most), name)


def read_json(name: str, most: int = MAX_BYTES) -> object:
    """The JSON of FILE. Raises Refused as `read_text`, and BadJson: also for a key that comes twice, as one is lost."""
    text = read_text(name, most)
    try:
        return json.loads(text, object_pairs_hook=_once)
    except BadJson:
        raise
    except (ValueError, RecursionError) as wrong:  # also a number of too many digits
        raise BadJson(f"the input: is not JSON that can be read ({wrong}).") from None


def tell(name: str, faults: Sequence[object], rest: str = "more faults.") -> None:
    """Say on standard error what is wrong with FILE, a line each; of very many only the first."""
    for fault in faults[:MOST_TOLD]:
        print(f"Filiform: {name}: {fault}", file=sys.stderr)
    if len(faults) > MOST_TOLD:
        print(f"Filiform: and {len(faults) - MOST_TOLD} {rest}", file=sys.stderr)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = sorted({key for key, _ in pairs if [one for one, _ in pairs].count(key) > 1})
        raise BadJson(*(f"{key}: comes twice; which one is meant?" for key in twice))
    return found


def _file(name: str, most: int) -> bytes:
    with Path(name).open("rb") as file:
        return file.read(most + 1)


def _within(name: str, data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise Refused(f"{name} is longer than {most // 1024 // 1024} MB, which no such file is; send less at once")
    return data


def _unpacked(name: str, data: bytes, most: int) -> bytes:
    if not data.startswith(GZIP):
        return data
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(data)).read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"{name} looks gzipped and cannot be unpacked ({error}); pack it again") from None


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from None
