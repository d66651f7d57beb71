"""What a disk holds after a power cut, rebuilt from what a process wrote, synced, renamed and acknowledged.

The model, after POSIX and no kinder: a write or a new length is sure only when a sync of that file, begun after it, has
returned; a new, removed or renamed name only when a sync of the folder has. At the cut each unsure write may be there,
may not, or may be torn at a 512-byte sector; of the names some first part. Disks that lie about syncs are not modelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
KEPT, WHOLE = 0.6, 0.85  # of unsure writes: how many are there, and how many of these are whole
FOLDER = "."  # the one folder that is modelled


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written into the file called `name` at `offset`."""

    name: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Create:
    name: str


@dataclass(frozen=True, slots=True)
class Unlink:
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class SyncBegins:
    """`by` pairs it with its end; `name` is a file, or FOLDER."""

    by: str
    name: str


@dataclass(frozen=True, slots=True)
class SyncEnds:
    by: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The first bytes of an answer that says that `event` is stored were handed to the network."""

    event: str


Change = Write | Truncate
Naming = Create | Unlink | Rename
Operation = Change | Naming | SyncBegins | SyncEnds | Acknowledged


@dataclass(frozen=True, slots=True)
class Cut:
    """A disk after a cut: the files by name, and every event acknowledged before it."""

    after: int  # operations
    files: dict[str, bytes | bytearray]
    acknowledged: frozenset[str]


@dataclass
class _File:
    """`sure` is on the disk; `unsure` was written since, each with the place in the order of all operations."""

    sure: bytearray
    unsure: list[tuple[int, Change]] = field(default_factory=list)


class Disk:
    """One folder. `files` were synced before anything else happened."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = [_File(bytearray(content)) for content in files.values()]
        self._now = {name: number for number, name in enumerate(files)}  # as the process sees it
        self._sure = dict(self._now)  # as the disk holds it
        self._naming: list[tuple[int, Naming, int]] = []  # (order, what, number of the file)
        self._syncs: dict[str, tuple[int, int | None]] = {}  # by: (order, number of the file, None for the folder)
        self._order = 0
        self.acknowledged: set[str] = set()

    def does(self, operation: Operation) -> None:
        """The next thing that happened."""
        self._order += 1
        match operation:
            case Acknowledged(event):
                self.acknowledged.add(event)
            case SyncBegins(by, name):
                if name == FOLDER or name in self._now:
                    self._syncs[by] = (self._order, None if name == FOLDER else self._now[name])
            case SyncEnds(by):
                self._synced(*self._syncs.pop(by, (0, None)))
            case Write(name) | Truncate(name):
                if name in self._now:  # else its name is gone already: nobody can find it after the cut
                    self._files[self._now[name]].unsure.append((self._order, operation))
            case _:
                self._named(operation)

    def cut(self, after: int, chance: Random) -> Cut:
        """The power fails now."""
        names = dict(self._sure)
        survive = chance.randint(0, len(self._naming))  # a file system's own journal keeps the order of names
        for _, naming, number in self._naming[:survive]:
            _rename(names, naming, number)
        files = {name: self._after_cut(self._files[number], chance) for name, number in names.items()}
        return Cut(after, files, frozenset(self.acknowledged))

    def _synced(self, began: int, number: int | None) -> None:
        if number is None:
            while self._naming and self._naming[0][0] < began:
                _, naming, named = self._naming.pop(0)
                _rename(self._sure, naming, named)
            return
        file = self._files[number]
        for order, change in file.unsure:
            if order < began:
                _apply(file.sure, change)
        file.unsure = [one for one in file.unsure if one[0] >= began]

    def _named(self, naming: Naming) -> None:
        if isinstance(naming, Create):
            self._files.append(_File(bytearray()))
            number = len(self._files) - 1
        elif naming.name in self._now:
            number = self._now[naming.name]
        else:
            return
        _rename(self._now, naming, number)
        self._naming.append((self._order, naming, number))

    def _after_cut(self, file: _File, chance: Random) -> bytes | bytearray:
        if not file.unsure:
            return file.sure  # not copied: a database of many megabytes is mostly sure
        image = bytearray(file.sure)
        for _, change in file.unsure:
            if chance.random() < KEPT:
                _apply(image, change if chance.random() < WHOLE else _torn(change))
        return image


def cuts(files: dict[str, bytes], operations: Sequence[Operation], at: Iterable[int], chance: Random) -> Iterator[Cut]:
    """A cut after so many operations for each number in `at`. Use each before asking for the next: it may be shared."""
    disk, done = Disk(files), 0
    for after in sorted(at):
        for operation in operations[done:after]:
            disk.does(operation)
        done = max(done, after)
        yield disk.cut(after, chance)


def put(files: dict[str, bytes | bytearray], folder: Path) -> None:
    """Write what the disk held into an empty folder."""
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _rename(names: dict[str, int], naming: Naming, number: int) -> None:
    if isinstance(naming, Create):
        names[naming.name] = number
    else:
        names.pop(naming.name, None)
        if isinstance(naming, Rename):
            names[naming.to] = number


def _apply(image: bytearray, change: Change) -> None:
    if isinstance(change, Truncate):
        del image[change.length :]
        image.extend(bytes(change.length - len(image)))
        return
    end = change.offset + len(change.data)
    if len(image) < change.offset:
        image.extend(bytes(change.offset - len(image)))
    image[change.offset : end] = change.data


def _torn(change: Change) -> Change:
    """Whole sectors of the first half only; a length is new or it is not."""
    if isinstance(change, Truncate):
        return change
    return Write(change.name, change.offset, change.data[: len(change.data) // SECTOR // 2 * SECTOR])
