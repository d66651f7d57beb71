"""Bytes to JSON, strictly: what could be read in two ways, or could hurt the reader, is refused whole."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from filiform.interop.fhir.limits import ASK_AGAIN, MAX_BYTES, MAX_DEPTH, MAX_KEYS, MAX_STRING, SPLIT, NotTaken

_GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
# A line break cannot stand inside a JSON string, so what surrounds one is always indentation.
_INDENTATION = re.compile(r"[ \t\r]*\n[ \t\r]*")


def unpack(data: bytes) -> bytes:
    """`data` itself, or what it unpacks to when it is gzip; never more than MAX_BYTES are made (a bomb stops there)."""
    if len(data) > MAX_BYTES:
        raise _too_large()
    if not data.startswith(_GZIP):
        return data
    parts: list[bytes] = []
    rest, room = data, MAX_BYTES + 1
    while rest:
        stream = zlib.decompressobj(wbits=31)
        try:
            part = stream.decompress(rest, room)
        except zlib.error as error:
            raise NotTaken("The file is damaged: gzip cannot unpack it.", f"gzip says: {error}", ASK_AGAIN) from None
        parts.append(part)
        room -= len(part)
        if room <= 0:
            raise _too_large()
        if not stream.eof:
            raise NotTaken("The file is cut short: the gzip data end early.", f"byte {len(data)}", ASK_AGAIN)
        rest = stream.unused_data
        if rest and not rest.startswith(_GZIP):
            raise NotTaken("The file has something after its gzip data.", f"{len(rest)} bytes at the end", ASK_AGAIN)
    return b"".join(parts)


def _too_large() -> NotTaken:
    return NotTaken(f"The file is larger than {MAX_BYTES // 2**20} MB.", "the whole file, unpacked", SPLIT)


def parse(data: bytes) -> tuple[str, dict[str, Any]]:
    """The text and the object it holds. Raises NotTaken for anything but one clean JSON object in UTF-8."""
    text = _decode(data)
    try:
        tree = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotTaken(f"The file is not JSON: {error.msg}.", where, ASK_AGAIN) from None
    except RecursionError:
        raise _too_deep("the whole file") from None
    except ValueError:  # Python's own refusal of a whole number of thousands of digits
        raise NotTaken("A number is too long to be one.", "the whole file", ASK_AGAIN) from None
    if not isinstance(tree, dict):
        raise NotTaken("The file is JSON, but not one object.", "line 1, column 1", ASK_AGAIN)
    check_strings(tree)
    return text, tree


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTaken("The file is not text in UTF-8.", f"byte {error.start}", ASK_AGAIN) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotTaken(f'The key "{_short(twice)}" stands twice in one object.', _like(made), ASK_AGAIN)
    if len(pairs) > MAX_KEYS:
        raise NotTaken(f"An object has more than {MAX_KEYS} keys.", _like(made), ASK_AGAIN)
    return made


def _like(made: dict[str, Any]) -> str:
    """Which object: the parser knows no path yet, so its type and id, or its first keys."""
    if isinstance(made.get("resourceType"), str):
        return f"in {_short(made['resourceType'])}/{_short(str(made.get('id', '?')))}"
    return "in the object with the keys " + ", ".join(_short(key) for key in list(made)[:4])


def _constant(name: str) -> float:
    raise NotTaken(f"{name} is not a number in JSON.", f'search the file for "{name}"', ASK_AGAIN)


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotTaken("A number is too large to be one.", f'search the file for "{_short(text)}"', ASK_AGAIN)
    return number


def _short(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode().replace("\x00", "?")
    return clean if len(clean) <= 60 else clean[:57] + "..."


def _too_deep(where: str) -> NotTaken:
    return NotTaken(f"Objects and lists are nested more than {MAX_DEPTH} deep.", where, ASK_AGAIN)


def check_strings(tree: object) -> None:
    """Raises NotTaken for text no database can keep (NUL, half a surrogate pair), text too long, nesting too deep."""
    stack: list[tuple[object, str, int]] = [(tree, "$", 0)]
    while stack:
        node, path, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(f"JSON path {path[:200]}")
        pairs: Iterator[tuple[Any, Any]] = iter(node.items() if isinstance(node, dict) else enumerate(node))  # type: ignore[arg-type]
        for key, value in pairs:
            kind = type(value)
            if kind is str:
                if not value.isascii() or len(value) > MAX_STRING or "\x00" in value:
                    _check_string(value, f"{path}.{key}")
            elif kind is dict or kind is list:
                stack.append((value, f"{path}.{key}", depth + 1))
            if type(key) is str and (not key.isascii() or "\x00" in key):
                _check_string(key, f"{path}, the key {_short(key)}")


def _check_string(value: str, path: str) -> None:
    if len(value) > MAX_STRING:
        raise NotTaken(f"A text is longer than {MAX_STRING} characters.", f"JSON path {path}", SPLIT)
    if "\x00" in value:
        raise NotTaken("A text holds the character NUL, which no record can keep.", f"JSON path {path}", ASK_AGAIN)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotTaken("A text holds half a character (a lone surrogate).", f"JSON path {path}", ASK_AGAIN) from None


def resource_texts(text: str) -> list[str]:
    """Per entry of a bundle the text of its resource, as it came without indentation; "" where an entry has none.

    `text` has been through `parse`, so it is known to be good JSON. The source is kept as text because a number such
    as 1.50 does not survive being read and written.
    """
    texts: list[str] = []
    for key, start, _ in _members(text, _after_space(text, 0)):
        if key == "entry" and text[start] == "[":
            texts = [_resource_text(text, at) for at in _items(text, start)]
    return texts


def _resource_text(text: str, at: int) -> str:
    if text[at] != "{":
        return ""
    for key, start, end in _members(text, at):
        if key == "resource":
            return _INDENTATION.sub("", text[start:end])
    return ""


_PLAIN = json.JSONDecoder()


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Key, start and end of each value of the object that begins at `at`."""
    at = _after_space(text, at + 1)
    while text[at] == '"':
        key, at = scanstring(text, at + 1, True)
        start = _after_space(text, _after_space(text, at) + 1)
        _, end = _PLAIN.raw_decode(text, start)
        yield key, start, end
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)


def _items(text: str, at: int) -> Iterator[int]:
    """The start of each item of the list that begins at `at`."""
    at = _after_space(text, at + 1)
    while text[at] != "]":
        yield at
        _, end = _PLAIN.raw_decode(text, at)
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
