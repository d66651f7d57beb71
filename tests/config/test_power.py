"""The power fails while a practice is served: nothing acknowledged is lost. With unsafe settings the same test loses.

The small sister of `./filiform bench power`, which cuts the demo 1,000 times. The model of the disk is tested first: a
model that never loses anything would prove nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests import needs
from tests.bench import _server, power
from tests.bench._disk import (
    FOLDER,
    Acknowledged,
    Create,
    Cut,
    Operation,
    Rename,
    SyncBegins,
    SyncEnds,
    Truncate,
    Unlink,
    Write,
    cuts,
)
from tests.bench._strace import Answer, NotTraced, acknowledged, operations

CUTS = 25
TAPS = 25

# ---- the disk


def _after(*happened: Operation, times: int = 200) -> list[Cut]:
    """The disk after everything that happened, cut `times` times."""
    chance = Random(1)
    return [one for _ in range(times) for one in cuts({"a": b"old!" * 512}, happened, [len(happened)], chance)]


def _sync(name: str, by: str = "1") -> tuple[Operation, Operation]:
    return SyncBegins(by, name), SyncEnds(by)


NEW = Write("a", 0, b"new!" * 512)


def test_what_was_not_synced_may_be_there_or_not_or_be_torn() -> None:
    found = {bytes(one.files["a"]) for one in _after(NEW)}
    assert found == {b"old!" * 512, b"new!" * 512, b"new!" * 256 + b"old!" * 256}


def test_what_was_synced_is_there() -> None:
    assert {bytes(one.files["a"]) for one in _after(NEW, *_sync("a"))} == {b"new!" * 512}
    shorter = (Truncate("a", 4), *_sync("a"))
    assert {bytes(one.files["a"]) for one in _after(NEW, *shorter)} == {b"new!"}


def test_a_sync_covers_neither_another_file_nor_what_was_written_after_it_began() -> None:
    others = (Create("b"), Write("b", 0, b"x"), *_sync("b"))
    assert len({bytes(one.files["a"]) for one in _after(NEW, *others)}) > 1
    begun = SyncBegins("1", "a")
    assert len({bytes(one.files["a"]) for one in _after(begun, NEW, SyncEnds("1"))}) > 1
    assert len({bytes(one.files["a"]) for one in _after(NEW, begun)}) > 1, "it has not returned yet"


def test_a_name_is_sure_when_its_folder_was_synced() -> None:
    for change, names in (
        (Create("b"), ({"a"}, {"a", "b"})),
        (Unlink("a"), ({"a"}, set())),
        (Rename("a", "b"), ({"a"}, {"b"})),
    ):
        assert {frozenset(one.files) for one in _after(change)} == {frozenset(one) for one in names}
        assert {frozenset(one.files) for one in _after(change, *_sync(FOLDER))} == {frozenset(names[1])}


def test_an_old_file_keeps_what_was_written_into_it_under_a_new_name() -> None:
    (one,) = _after(Rename("a", "b"), Write("b", 0, b"NEW!"), *_sync("b"), *_sync(FOLDER), times=1)
    assert bytes(one.files["b"]).startswith(b"NEW!old!")


def test_a_cut_knows_what_was_acknowledged_before_it() -> None:
    happened: list[Operation] = [Acknowledged("e1"), NEW, Acknowledged("e2")]
    found = list(cuts({"a": b""}, happened, [1, 2, 3], Random(1)))
    assert [sorted(one.acknowledged) for one in found] == [["e1"], ["e1"], ["e1", "e2"]]


# ---- the trace


def _hex(text: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text)


def _read(tmp_path: Path, *lines: str) -> list[Operation | Answer]:
    log = tmp_path / "strace"
    there = _hex(str(tmp_path.resolve()).encode())
    log.write_text("".join(line.replace("HERE", there) + "\n" for line in lines))
    return operations(log, tmp_path, {"a"}, begins="")


FILE = f"7<HERE{_hex(b'/a')}>"


def test_a_trace_is_read_in_the_order_in_which_things_took_effect(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        f'11 pwrite64({FILE}, "{_hex(b"ab")}", 2, 4096) = 2',
        f"11 fdatasync({FILE} <unfinished ...>",
        f'12 writev(9<TCP:[127.0.0.1:80->127.0.0.1:5000]>, [{{iov_base="{_hex(b"HTTP/1.1 200 OK")}"}}], 1) = 15',
        "11 <... fdatasync resumed>)           = 0",
        f"11 ftruncate({FILE}, 0) = 0",
        "11 fsync(8<HERE>) = 0",
        f'11 openat(AT_FDCWD<HERE>, "HERE{_hex(b"/b")}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 9<HERE{_hex(b"/b")}>',
        f'11 unlink("HERE{_hex(b"/b")}") = 0',
        f'11 pwrite64(7<{_hex(b"/elsewhere/a")}>, "{_hex(b"no")}", 2, 0) = 2',
        f"11 fdatasync({FILE}) = -1 EIO (Input/output error)",
        "11 +++ exited with 0 +++",
    )
    assert found == [
        Write("a", 4096, b"ab"),
        SyncBegins("11", "a"),
        Answer(5000, 200),
        SyncEnds("11"),
        Truncate("a", 0),
        SyncBegins("11", FOLDER),
        SyncEnds("11"),
        Create("b"),
        Unlink("b"),
        SyncBegins("11", "a"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"11 fallocate({FILE}, 0, 0, 4096) = 0",
        f'11 write({FILE}, "{_hex(b"ab")}", 2) = 2',
        f'11 pwrite64({FILE}, "{_hex(b"ab")}"..., 9999, 0) = 9999',
        f'11 pwrite64({FILE}, "{_hex(b"ab")}", 2, 0) = 1',
        f'11 pwrite64({FILE}, "{_hex(b"ab")}", 2, 0) = -1 ENOSPC (No space left on device)',
    ],
)
def test_what_the_model_does_not_know_is_no_proof(line: str, tmp_path: Path) -> None:
    with pytest.raises(NotTraced):
        _read(tmp_path, line)


def test_an_answer_acknowledges_the_event_that_its_tablet_sent_next() -> None:
    seen = [Answer(5000, 200), Answer(6000, 200), Answer(5000, 200), Answer(7, 404)]
    found = acknowledged(seen, {5000: [["a1"], ["a2", "a3"]], 6000: [["b1"]]})
    assert found == [Acknowledged("a1"), Acknowledged("b1"), Acknowledged("a2"), Acknowledged("a3")]
    for sent in ({5000: [["a1"]], 6000: [["b1"]]}, {5000: [["a1"], ["a2"], ["a3"]], 6000: [["b1"]]}):
        with pytest.raises(NotTraced):
            acknowledged(seen, sent)
    with pytest.raises(NotTraced, match="500"):
        acknowledged([Answer(5000, 500)], {5000: [["a1"]]})


# ---- a practice


@dataclass(frozen=True, slots=True)
class Made:
    data: Path
    password: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A practice with a session under way."""
    needs.strace()
    data = tmp_path_factory.mktemp("power")
    needs.disk(data)
    return Made(data, _server.make_practice(data))


def _cut(made: Made, at: Path, spoilt: Sequence[str] = ()) -> power.Found:
    shutil.copytree(made.data, at)
    return power.cut(power.trace_practice(at, made.password, TAPS, spoilt), CUTS, seed=7)


def _nothing_is_lost(found: power.Found) -> None:
    assert len(found.lost) == CUTS
    assert (sum(found.lost), found.unsound) == (0, [])


@pytest.mark.control("C-212")
def test_what_was_acknowledged_survives_every_power_cut(made: Made, tmp_path: Path) -> None:
    _nothing_is_lost(_cut(made, tmp_path / "data"))


@pytest.mark.control("C-212")
def test_with_unsafe_settings_and_no_guard_the_same_cuts_lose_some(made: Made, tmp_path: Path) -> None:
    found = _cut(made, tmp_path / "data", spoilt=_server.NORMAL_ON_WAL)
    with pytest.raises(AssertionError):
        _nothing_is_lost(found)
    assert sum(found.lost) > 0


def test_an_unsound_database_is_seen(made: Made, tmp_path: Path) -> None:
    broken = tmp_path / "x.sqlite3"
    whole = (made.data / "filiform.sqlite3").read_bytes()
    broken.write_bytes(whole)
    assert power.look(broken, frozenset()) == (frozenset(), "")
    broken.write_bytes(whole[:8192] + bytes(4096) + whole[12288:])
    assert power.look(broken, frozenset())[1]
    broken.write_bytes(whole)
    with closing(sqlite3.connect(broken)) as there:
        there.execute("INSERT INTO record_erasurepermit (id, because, at) VALUES ('1', 'a test', '2026-01-01')")
        there.execute("DELETE FROM record_auditrow WHERE number = 3")
        there.commit()
    assert power.look(broken, frozenset())[1] == "the audit chain has a gap"
