"""The command line: the table of commands, what it prints, and what it does not import."""

import subprocess
import sys
from pathlib import Path

import pytest

from filiform import __version__
from filiform.config import cli
from filiform.config.commands import bench, check
from filiform.config.commands import test as test_command
from filiform.config.start import ROOT, Refused

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_listed_command_can_be_run(command: cli.Command) -> None:
    assert callable(cli.load(command))


def test_every_command_module_is_listed() -> None:
    there = {
        path.stem for path in (ROOT / "src/filiform/config/commands").glob("*.py") if not path.stem.startswith("_")
    }
    assert {command.module for command in cli.COMMANDS} == there


def test_help_lists_every_command_with_its_line(capsys: Captured) -> None:
    assert cli.main(["--help"]) == 0
    printed = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert f"  {command.name} " in printed
        assert command.help in printed


def test_no_command_at_all_is_wrong_usage(capsys: Captured) -> None:
    assert cli.main([]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage: ./filiform COMMAND" in told.err


def test_the_version_is_printed(capsys: Captured) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"filiform {__version__}\n"


@pytest.mark.parametrize(("typed", "says"), [("srve", 'did you mean "serve"?'), ("qqqq", "--help lists the commands")])
def test_an_unknown_command_is_refused_with_the_nearest(typed: str, says: str, capsys: Captured) -> None:
    assert cli.main([typed]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f'no command "{typed}"' in told.err
    assert says in told.err


def test_a_refusal_is_one_line_and_exit_1(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def refuse(argv: list[str]) -> int:
        raise Refused(f"{argv[0]} is not there; look again")

    monkeypatch.setattr(cli, "load", lambda command: refuse)
    assert cli.main(["doctor", "it"]) == 1
    assert capsys.readouterr() == ("", "Filiform: it is not there; look again\n")


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted(argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "load", lambda command: interrupted)
    assert cli.main(["serve"]) == 130
    assert capsys.readouterr().err == "Filiform: stopped.\n"


@pytest.mark.parametrize("typed", ["--version", "--help"])
def test_what_costs_nothing_imports_neither_django_nor_a_command(typed: str) -> None:
    """The 0.15 s of --version are measured by `./filiform bench startup`; here, that nothing heavy can creep in."""
    script = (
        "import sys; from filiform.config.cli import main; main(sys.argv[1:]); "
        "heavy = ('django', 'filiform.config.commands.'); "
        "print([name for name in sys.modules if name.startswith(heavy)], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, typed],
        cwd=ROOT / "src",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "[]\n"


# ---- test


@pytest.mark.parametrize(
    ("argv", "processors", "expected"),
    [
        ([], 1, ["-n", "2", "--dist", "loadscope"]),
        ([], 2, ["-n", "2", "--dist", "loadscope"]),
        ([], 64, ["-n", "4", "--dist", "loadscope"]),
        (["-k", "count", "-q"], 2, ["-n", "2", "--dist", "loadscope", "-k", "count", "-q"]),
        (["-n", "0"], 2, ["-n", "0"]),
        (["-n0"], 2, ["-n0"]),
        (["--pdb"], 2, ["--pdb"]),
        (["-p", "no:xdist"], 2, ["-p", "no:xdist"]),
        (["tests/config"], 2, ["tests/config"]),
        (["tests/config/test_cli.py::test_the_version_is_printed"], 2, None),
    ],
)
def test_all_tests_run_in_several_processes(argv: list[str], processors: int, expected: list[str] | None) -> None:
    assert test_command.arguments(argv, ROOT, processors) == (argv if expected is None else expected)


def test_paths_are_those_of_the_folder_they_were_typed_in() -> None:
    typed = ["config/test_cli.py::test_x", "-k", "nothing"]
    expected = [f"{ROOT}/tests/config/test_cli.py::test_x", "-k", "nothing"]
    assert test_command.arguments(typed, ROOT / "tests", 2) == expected


def test_pytest_s_verdict_is_the_command_s(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_one():\n    assert False\n")
    assert test_command.run([str(tmp_path / "test_one.py"), "-q", "-p", "no:cacheprovider"]) == 1


# ---- check


def test_one_failed_check_fails_them_all(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    good = check.Check("good", ("-c", "print('silent')"))
    bad = check.Check("bad", ("-c", "import sys; print('line 3: wrong'); sys.exit(4)"))
    monkeypatch.setattr(check, "CHECKS", (good, bad))
    assert check.run([]) == 1
    printed = capsys.readouterr().out
    assert "line 3: wrong" in printed
    assert "silent" not in printed
    assert check.run(["good"]) == 0


def test_an_unknown_check_is_wrong_usage(capsys: Captured) -> None:
    assert check.run(["speling"]) == 2
    assert "'speling'" in capsys.readouterr().err


def test_checks_touch_neither_the_practice_s_data_nor_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILIFORM_DATA", "/the/practice")
    monkeypatch.setenv("DATABASE_URL", "postgresql://practice/records")
    shown = check.perform(check.Check("env", ("-c", "import os; print(*os.environ.values())"))).printed
    assert "/the/practice" not in shown
    assert "records" not in shown


# ---- bench


def test_a_benchmark_is_run_by_name_with_its_arguments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "quick.py").write_text('"""Quick."""\ndef main(argv):\n    return len(argv)\n')
    (tmp_path / "_frame.py").write_text("")
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    assert bench.run(["quick", "a", "b", "c"]) == 3


@pytest.mark.parametrize("argv", [[], ["nope"], ["_frame"]])
def test_without_a_known_name_the_benchmarks_are_listed(
    argv: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "quick.py").write_text('"""Quick, says its first line.\n\nMore."""\nraise SystemExit("was run")\n')
    (tmp_path / "_frame.py").write_text("")
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    assert bench.run(argv) == 2
    told = capsys.readouterr().err
    assert "quick       Quick, says its first line.\n" in told
    assert "More" not in told
    assert "  _frame" not in told


def test_every_benchmark_has_a_main_and_a_line() -> None:
    for name, path in bench.benchmarks(bench.FOLDER).items():
        text = path.read_text()
        assert "def main(" in text, name
        assert text.startswith('"""'), name
