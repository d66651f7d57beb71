"""The command line: which commands there are, and the module that runs each.

Only the module of the command that was asked for is imported, so that `--version` costs nothing and a broken
command does not break the others. To add one: a module in `commands/` with `run(argv) -> int`, and a line here.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import cast

from filiform import __version__
from filiform.config.start import Refused

DONE, REFUSED, USAGE = 0, 1, 2

Run = Callable[[list[str]], int]


@dataclass(frozen=True)
class Command:
    """A command's name as typed, the module in `filiform.config.commands` that runs it, and its line in --help."""

    name: str
    module: str
    help: str


COMMANDS = (
    Command("demo", "demo", "Serve a made-up practice in the middle of its morning."),
    Command("serve", "serve", "Run the practice's own server."),
    Command("import", "import_", "Take in FHIR R4 bundles, one JSON line a file."),
    Command("export", "export", "Print everything the record holds on one person."),
    Command("screen", "screen", "Say whether a patient may be needled, where not, and what to ask first."),
    Command("locate", "locate", "Rank the muscles that fit a pain drawing, by match and not by safety."),
    Command("session", "session", "Fold a session's events and say where every needle is."),
    Command("aftercare", "aftercare", "Say how soon somebody must call a patient who answered after a visit."),
    Command("schema", "schema", "Say what a command reads and prints, as JSON Schema."),
    Command("doctor", "doctor", "Say what state this installation is in."),
    Command("test", "test", "Run all tests, or those that pytest's arguments name."),
    Command("check", "check", "Run the linters, types, import contracts and migrations."),
    Command("bench", "bench", "Run one benchmark by name and print its table."),
)


def main(argv: list[str]) -> int:
    """Run the command that `argv` names; 0 done, 1 refused, 2 wrong usage (the contract of every command)."""
    name, rest = (argv[0], argv[1:]) if argv else ("--help", [])
    if name in ("--version", "-V"):
        print(f"filiform {__version__}")
        return DONE
    if name in ("--help", "-h", "help"):
        print(usage(), end="", file=sys.stdout if argv else sys.stderr)
        return DONE if argv else USAGE
    command = find(name)
    if command is None:
        print(unknown(name), file=sys.stderr)
        return USAGE
    return _run(command, rest)


def find(name: str) -> Command | None:
    """The command called `name`, if there is one."""
    return next((command for command in COMMANDS if command.name == name), None)


def load(command: Command) -> Run:
    """The command's `run`; imports its module."""
    return cast(Run, import_module(f"filiform.config.commands.{command.module}").run)


def usage() -> str:
    """What --help prints: every command with its line."""
    width = max(len(command.name) for command in COMMANDS)
    lines = (f"  {command.name.ljust(width)}  {command.help}" for command in COMMANDS)
    return "\n".join(
        (
            "Filiform: dry needling, done safely, recorded as it happens, followed until the patient is better.",
            "",
            "usage: ./filiform COMMAND [arguments]     ./filiform COMMAND --help     ./filiform --version",
            "",
            *lines,
            "",
        )
    )


def unknown(name: str) -> str:
    """What to say about a command that is not there, with the nearest that is."""
    near = get_close_matches(name, [command.name for command in COMMANDS], n=1, cutoff=0.5)
    advice = f'did you mean "{near[0]}"?' if near else "./filiform --help lists the commands."
    return f'Filiform: there is no command "{name}"; {advice}'


def _run(command: Command, rest: list[str]) -> int:
    try:
        return load(command)(rest)
    except Refused as refused:
        print(f"Filiform: {refused}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Filiform: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return _nobody_reads()


def _nobody_reads() -> int:
    """`filiform ... | head` closed the pipe: leave quietly, and do not let Python complain when it flushes."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return REFUSED
