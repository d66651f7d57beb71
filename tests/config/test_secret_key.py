"""The key that signs sessions and links."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from filiform.config.secret_key import secret_key

AT_ONCE = 8


def test_a_given_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    assert secret_key("given", tmp_path / "data") == "given"
    assert not (tmp_path / "data").exists()


def test_a_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    made = secret_key(None, data)
    assert len(made) >= 60
    assert secret_key("", data) == made
    assert [path.name for path in data.iterdir()] == ["secret_key"]
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_practices_never_have_the_same_key(tmp_path: Path) -> None:
    assert secret_key(None, tmp_path / "a") != secret_key(None, tmp_path / "b")


def test_processes_that_start_at_once_agree_on_one_whole_key(tmp_path: Path) -> None:
    for round_ in range(20):
        together = Barrier(AT_ONCE)

        def start(_: int, together: Barrier = together, data: Path = tmp_path / str(round_)) -> str:
            together.wait()
            return secret_key(None, data)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            keys = set(pool.map(start, range(AT_ONCE)))
        assert len(keys) == 1
        assert len(keys.pop()) >= 60
