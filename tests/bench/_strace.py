"""What a running server writes, syncs and answers, seen by strace, as operations of `_disk`.

strace starts the server, or is attached to its processes when the making of a demo is not worth a trace; for attaching
more must be allowed. With `-yy` each call names its file or its connection, with `-xx` every byte is there.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench._disk import (
    FOLDER,
    Acknowledged,
    Create,
    Operation,
    Rename,
    SyncBegins,
    SyncEnds,
    Truncate,
    Unlink,
    Write,
)

FILES = (
    "openat,open,creat,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fdatasync,fsync,sync_file_range,syncfs"
)
NAMES = "unlink,unlinkat,rename,renameat,renameat2,link,linkat"
SENDS = "write,writev,sendto,sendmsg,sendmmsg"
LONGEST = 200_000  # bytes of a call that are written down
ATTACHED_WITHIN = 20  # seconds
# Calls that change a file in a way that the model does not know: a trace with one in it proves nothing.
NOT_MODELLED = frozenset(
    {"pwritev", "pwritev2", "truncate", "fallocate", "link", "linkat", "sync_file_range", "syncfs"}
)

_LINE = re.compile(r"^(\d+) +(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)$", re.DOTALL)
_RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$", re.DOTALL)
_RESULT = re.compile(r"\)\s+= (-?\d+)")
_HANDLE = re.compile(r"^(\d+)<((?:->|[^<>])*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_WRITTEN = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?, (\d+), (\d+)')
_PEER = re.compile(r"^TCP(?:v6)?:\[.*->.*:(\d+)\]$")


class NotTraced(Exception):
    """The server cannot be traced; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first bytes of one HTTP answer on the connection whose other end is `port`."""

    port: int
    status: int


def words(log: Path) -> list[str]:
    """The strace that writes everything the model needs to `log`; a command, or -p and processes, come after it."""
    calls = f"trace={FILES},{NAMES},{SENDS}"
    return ["strace", "-f", "-yy", "-xx", "-s", str(LONGEST), "-e", "signal=none", "-e", calls, "-o", str(log)]


@contextmanager
def traced(processes: Sequence[int], log: Path) -> Iterator[None]:
    """Everything inside is written to `log`. Raises NotTraced when strace may not attach."""
    attach = [word for process in processes for word in ("-p", str(process))]
    try:
        strace = subprocess.Popen([*words(log), *attach], stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        raise NotTraced("strace is not installed: apt install strace") from None
    try:
        _wait_until_attached(strace, len(processes))
        yield
    finally:
        strace.terminate()
        strace.wait()
        assert strace.stderr is not None
        strace.stderr.close()


def _wait_until_attached(strace: subprocess.Popen[str], processes: int) -> None:
    assert strace.stderr is not None
    said = ""
    until = time.monotonic() + ATTACHED_WITHIN
    while said.count(" attached") < processes and time.monotonic() < until:
        line = strace.stderr.readline()
        if not line:
            break
        said += line
    if said.count(" attached") < processes:
        raise NotTraced(f"strace may not attach (in a container: --cap-add SYS_PTRACE; else be root): {said.strip()}")


@dataclass
class _Reader:
    """Reads one trace. `folder` is the one that is modelled, of it the files whose names begin with `begins`."""

    folder: Path
    files: set[str]
    begins: str
    begun: dict[str, tuple[str, str]] = field(default_factory=dict)  # by process: (call, arguments so far)

    def read(self, lines: Iterable[str]) -> Iterator[Operation | Answer]:
        """Each call when it takes effect: writes and answers when they begin, syncs when they begin and end."""
        for line in lines:
            parts = _LINE.match(line.rstrip("\n"))
            if parts is None:
                continue
            process, rest = parts.groups()
            resumed = _RESUMED.match(rest)
            if resumed:
                call, before = self.begun.pop(process, (resumed.group(1), ""))
                yield from self._ends(process, call, before + resumed.group(2))
            elif match := _CALL.match(rest):
                call, arguments = match.groups()
                yield from self._begins(process, call, arguments)
                if arguments.endswith("<unfinished ...>"):
                    self.begun[process] = (call, arguments.removesuffix("<unfinished ...>"))
                else:
                    yield from self._ends(process, call, arguments)

    def _begins(self, process: str, call: str, arguments: str) -> Iterator[Operation | Answer]:
        if call in SENDS.split(","):
            yield from _answers(arguments)
        if (name := self._file(arguments)) is None:
            return
        if call in NOT_MODELLED or (call == "write" and name != FOLDER):
            raise NotTraced(f"the trace holds {call} on {name}, which the model of a disk does not know")
        if call in ("fdatasync", "fsync"):
            yield SyncBegins(process, name)
        elif call == "pwrite64":
            yield Write(name, *_written(arguments))

    def _ends(self, process: str, call: str, arguments: str) -> Iterator[Operation]:
        """What only counts when it was done, by its result."""
        result = _RESULT.search(arguments)
        done = result is not None and int(result.group(1)) >= 0
        if call in ("fdatasync", "fsync"):
            yield from (SyncEnds(process),) if done else ()
        elif call == "pwrite64" and self._file(arguments) is not None:
            if result is None or int(result.group(1)) != len(_written(arguments)[1]):
                raise NotTraced("a write to the database failed, or was not whole, while it was traced")
        elif not done:
            return
        elif call == "ftruncate" and (name := self._file(arguments)) not in (None, FOLDER):
            assert name is not None
            yield Truncate(name, int(arguments.partition(">, ")[2].partition(")")[0]))
        elif call in ("openat", "open", "creat", *NAMES.split(",")):
            yield from self._naming(call, arguments)

    def _naming(self, call: str, arguments: str) -> Iterator[Operation]:
        names = [
            name for text, _ in _TEXT.findall(arguments) if (name := self._inside(_bytes(text).decode())) is not None
        ]
        if not names or names[0] == FOLDER:
            return
        if call.startswith("rename") and len(names) == 2:
            self.files.discard(names[0])
            self.files.add(names[1])
            yield Rename(*names)
        elif call.startswith("unlink"):
            self.files.discard(names[0])
            yield Unlink(names[0])
        elif call in ("openat", "open", "creat"):
            if "O_CREAT" in arguments and names[0] not in self.files:
                self.files.add(names[0])
                yield Create(names[0])
            elif "O_TRUNC" in arguments:
                yield Truncate(names[0], 0)

    def _file(self, arguments: str) -> str | None:
        """The name of the file that a call's first argument is open on, when it lies in the folder."""
        handle = _HANDLE.match(arguments)
        if handle is None or not handle.group(2).startswith("\\x"):
            return None
        return self._inside(_bytes(handle.group(2)).decode())

    def _inside(self, path: str) -> str | None:
        if path == str(self.folder):
            return FOLDER
        name = path.removeprefix(f"{self.folder}/")
        # SQLite makes its index of the WAL anew after a crash.
        modelled = name != path and name.startswith(self.begins) and "/" not in name and not name.endswith("-shm")
        return name if modelled else None


def operations(log: Path, folder: Path, files: Iterable[str], begins: str) -> list[Operation | Answer]:
    """What happened to the files of `folder` whose names begin so, and every answer, in order. Raises NotTraced.

    `files` were there before.
    """
    with log.open(encoding="ascii", errors="replace") as lines:
        return list(_Reader(folder.resolve(), set(files), begins).read(lines))


def acknowledged(seen: Iterable[Operation | Answer], sent: Mapping[int, Sequence[Sequence[str]]]) -> list[Operation]:
    """The operations, with each answer replaced by the events it acknowledges.

    `sent` is by the tablet's port: the events of each request on that connection, in order. Every answer there must
    have said that they are held. Raises NotTraced when answers and requests do not match.
    """
    waiting = {port: iter(requests) for port, requests in sent.items()}
    found: list[Operation] = []
    for one in seen:
        if not isinstance(one, Answer):
            found.append(one)
        elif one.port in waiting:
            events = next(waiting[one.port], None)
            if events is None or one.status != 200:
                raise NotTraced(f"an answer {one.status} that no event waits for: {events}")
            found += map(Acknowledged, events)
    left = sum(len(list(requests)) for requests in waiting.values())
    if left:
        raise NotTraced(f"{left} requests were sent and no answer to them was seen")
    return found


def _answers(arguments: str) -> Iterator[Answer]:
    handle = _HANDLE.match(arguments)
    peer = _PEER.match(handle.group(2)) if handle else None
    first = _TEXT.search(arguments)
    if peer and first and (text := _bytes(first.group(1))).startswith(b"HTTP/1.1 "):
        yield Answer(int(peer.group(1)), int(text[9:12]))


def _written(arguments: str) -> tuple[int, bytes]:
    """Offset and bytes of a pwrite64."""
    found = _WRITTEN.search(arguments)
    if found is None or found.group(2):
        raise NotTraced(f"a write of more than {LONGEST} bytes was cut short in the trace")
    return int(found.group(4)), _bytes(found.group(1))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def may_trace() -> None:
    """Raises NotTraced when another process of this user may not be traced here."""
    with subprocess.Popen(["sleep", "10"]) as other:
        try:
            with traced([other.pid], Path(os.devnull)):
                pass
        finally:
            other.terminate()
