"""Reading a command's FILE: a path or - for standard input, gzipped or not, within a limit."""

import gzip
import io
import sys
import zlib
from pathlib import Path

from filiform.config.start import Refused

MAX_BYTES = 16 * 1024 * 1024
GZIP = b"\x1f\x8b"


def read_text(name: str, most: int = MAX_BYTES) -> str:
    """The text of FILE, UTF-8, unpacked when gzipped. Raises Refused over `most` bytes: a bomb fills nothing."""
    try:
        data = sys.stdin.buffer.read(most + 1) if name == "-" else _file(name, most)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror or error}; check its name and its rights") from None
    return _decoded(_within(name, _unpacked(name, _within(name, data, most), most), most), name)


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
