"""Style sheets, scripts and pictures as they are sent: out of memory, packed, and ours without their comments.

Our sources say why they are as they are, and a tablet need not load that. Only comments, empty lines and indentation
are left out; nothing is renamed or joined. A minifier was tried and does more harm than it saves: rjsmin takes spaces
out of nested template literals, and so out of the text by which two contents of one event are compared.

whitenoise answers: which form for whom, 304, how long it may be kept. Nothing is written to the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.headers import Headers

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Response, StaticFile

OURS = Path(__file__).resolve().parents[1]
PACKED = frozenset({".js", ".css", ".svg"})
# At a line's end only where no quotation mark follows: then the two strokes cannot be inside a text.
JS_COMMENT = re.compile(r"^\s*//.*|\s+// [^\"'`]*$")
CSS_TEXT_OR_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|/\*.*?\*/""", re.DOTALL)


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """whitenoise's, with the files that can be packed taken from memory."""

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, Any] | None = None) -> Any:
        """What answers requests for `url`."""
        if Path(path).suffix not in PACKED:
            return super().get_static_file(path, url, stat_cache=stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return _WhenAsked(path, tuple(headers.items()))


@dataclass(frozen=True, slots=True)
class _WhenAsked:
    """Packed with the first request: most of what other packages bring is never asked for."""

    path: str
    headers: tuple[tuple[str, str], ...]

    def get_response(self, method: str, asked: Mapping[str, str]) -> Response:
        return _packed(self).get_response(method, asked)


class _Packed(StaticFile):  # type: ignore[misc]
    """whitenoise's file, whose forms are {encoding: the bytes themselves, in place of a path}."""

    def __init__(self, plain: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        bodies = {None: plain, "gzip": gzip.compress(plain, mtime=0)}
        self._forms = {name: SimpleNamespace(path=body, size=len(body), mtime=0) for name, body in bodies.items()}
        tag = hashlib.sha256(plain).hexdigest()[:32]
        super().__init__("", [*headers, ("ETag", f'"{tag}"')])

    def get_file_stats(self, *_: object) -> dict[str | None, SimpleNamespace]:
        return self._forms

    def get_response(self, method: str, asked: Mapping[str, str]) -> Response:
        """whitenoise's answer; always the whole file, because none is large."""
        asked = {**asked, "HTTP_RANGE": ""}
        answer = super().get_response("HEAD" if method == "GET" else method, asked)
        if method != "GET" or answer.status != HTTPStatus.OK:
            return answer
        body, headers = self.get_path_and_headers(asked)
        return Response(HTTPStatus.OK, headers, BytesIO(body))


@cache
def _packed(one: _WhenAsked) -> _Packed:
    """Once in a process, however often the middleware is made."""
    return _Packed(as_sent(Path(one.path)), one.headers)


def as_sent(file: Path) -> bytes:
    """The bytes of `file` as a browser gets them: those of other packages as they are."""
    plain = file.read_bytes()
    shorter = {".js": _script, ".css": _style}.get(file.suffix)
    if shorter is None or not file.is_relative_to(OURS):
        return plain
    return shorter(plain.decode()).encode()


def _script(text: str) -> str:
    """A script without comments; as it is where a template literal goes over a line's end, or a comment over many."""
    lines = text.split("\n")
    if "/*" in text or any(line.count("`") % 2 for line in lines):
        return text
    return _lines(JS_COMMENT.sub("", line) for line in lines)


def _style(text: str) -> str:
    """A style sheet without comments and indentation."""
    return _lines(CSS_TEXT_OR_COMMENT.sub(lambda found: found[1] or "", text).split("\n"))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in map(str.strip, lines) if line)
