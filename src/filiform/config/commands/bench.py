"""`./filiform bench NAME`: one benchmark of `tests/bench`, printing a table."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from filiform.config.start import ROOT

FOLDER = ROOT / "tests" / "bench"


def run(argv: list[str]) -> int:
    """Run `tests/bench/NAME.py`'s `main(arguments) -> int`; without a name, or with an unknown one, list them."""
    there = benchmarks(FOLDER)
    name = argv[0] if argv else ""
    if name in ("-h", "--help"):
        print(_list(there))
        return 0
    if name not in there:
        problem = f"there is no benchmark {name!r}" if name else "which benchmark?"
        print(f"Filiform: {problem}\n{_list(there)}", file=sys.stderr)
        return 2
    # Benchmarks share tests/bench/_frame.py and the helpers of tests/.
    sys.path.insert(0, str(ROOT))
    main = cast(Callable[[list[str]], int], runpy.run_path(str(there[name]))["main"])
    return main(argv[1:])


def benchmarks(folder: Path) -> dict[str, Path]:
    """The benchmarks by name; a file that begins with an underscore is a helper."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")}


def _list(there: dict[str, Path]) -> str:
    lines = [f"  {name:<12}{_first_line(path)}" for name, path in there.items()]
    return "\n".join(["usage: ./filiform bench NAME [arguments]", "", *lines])


def _first_line(path: Path) -> str:
    """What the benchmark says of itself in its docstring's first line, read without running it."""
    import ast

    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
