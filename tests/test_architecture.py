"""What keeps the house a house: import contracts, pure floors, sizes, nothing of one machine, and proven controls.

Every check here has a negative control: a small tree that breaks the rule and must be caught.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
TESTS = ROOT / "tests"
DRAWING = ROOT / "drawing"  # makes the figure; for development only
CONTROLS = ROOT / "docs" / "safety" / "controls.toml"

MODULE_LINES = 400
FUNCTION_LINES = 60

# ---- imports: the contracts of pyproject.toml


LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"


def _lint_imports(folder: Path, package: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=folder,
        env={"PYTHONPATH": str(package), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_import_contracts_are_kept() -> None:
    done = _lint_imports(ROOT, SOURCE)
    assert done.returncode == 0, done.stdout


# What breaks a contract, and what import-linter then prints of it.
BREACHES = {
    "drawing": ({"knowledge/a.py": "import drawing"}, "A practice gets drawings and never draws BROKEN"),
    "upwards": ({"clinical/a.py": "import filiform.web"}, "Floors: imports go down only BROKEN"),
    "sideways": ({"interop/a.py": "import filiform.pages.plan"}, "Floors: imports go down only BROKEN"),
    "no place yet": ({"reports/__init__.py": ""}, "Floors: imports go down only BROKEN"),
    "pages meet": ({"pages/plan/b.py": "import filiform.pages.screen"}, "Pages do not import pages BROKEN"),
    "rows seen": ({"pages/plan/b.py": "import filiform.record.models"}, "Only record imports record.models BROKEN"),
    "clinical impure": ({"clinical/a.py": "import django"}, "The clinical floor is pure BROKEN"),
    "knowledge impure": ({"knowledge/a.py": "import random"}, "The clinical floor is pure BROKEN"),
    "circle": (
        {"clinical/a.py": "import filiform.clinical.b", "clinical/b.py": "import filiform.clinical.a"},
        "No circles among siblings BROKEN",
    ),
}


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """A house with every floor empty, held by the contracts of this one."""
    floors = ("config", "pages/plan", "pages/screen", "interop", "web", "record/models", "knowledge", "clinical")
    for floor in floors:
        folder = tmp_path / "filiform" / floor
        folder.mkdir(parents=True)
        for level in (folder, *folder.parents):
            if tmp_path in level.parents:
                (level / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return tmp_path


def test_an_empty_house_keeps_the_contracts(skeleton: Path) -> None:
    done = _lint_imports(skeleton, skeleton)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("what", BREACHES)
def test_every_breach_is_caught(what: str, skeleton: Path) -> None:
    files, printed = BREACHES[what]
    for at, text in files.items():
        path = skeleton / "filiform" / at
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
    done = _lint_imports(skeleton, skeleton)
    assert done.returncode == 1
    assert printed in done.stdout


# ---- the two lower floors are pure

WITHOUT_DJANGO = """
import importlib, pkgutil, sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "psycopg") or name.startswith(("filiform.record", "filiform.web")):
            raise ImportError(f"{name} is above this floor")

sys.meta_path.insert(0, Wall())
for floor in ("filiform.clinical", "filiform.knowledge"):
    package = importlib.import_module(floor)
    for module in pkgutil.walk_packages(package.__path__, floor + "."):
        importlib.import_module(module.name)
print(sum(name.startswith("filiform.") for name in sys.modules))
"""

# No disk, no clock, no chance, no network. `datetime` and `date` are allowed as values; asking them the time is not.
IMPURE_MODULES = frozenset(
    {
        "os",
        "io",
        "pathlib",
        "shutil",
        "tempfile",
        "time",
        "random",
        "secrets",
        "uuid",
        "socket",
        "subprocess",
        "logging",
    }
)
IMPURE_CALLS = frozenset({"now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "getenv", "input"})


def test_the_lower_floors_import_without_django() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_the_wall_in_front_of_django_holds() -> None:
    script = WITHOUT_DJANGO + "import django\n"
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "django is above this floor" in done.stderr


def _impure(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in IMPURE_CALLS:
                yield f"line {node.lineno} calls {called}()"
            continue
        else:
            continue
        yield from (f"line {node.lineno} imports {n}" for n in names if n.partition(".")[0] in IMPURE_MODULES)


def test_the_clinical_floor_has_no_disk_no_clock_and_no_chance() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in sorted((SOURCE / "filiform" / "clinical").rglob("*.py"))
        for fault in _impure(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    ["import random", "from uuid import uuid4", "import os.path", "x = datetime.now()", "open('x')", "date.today()"],
)
def test_what_is_impure_is_seen(code: str) -> None:
    assert list(_impure(ast.parse(code)))


def test_a_date_as_a_value_is_pure() -> None:
    assert list(_impure(ast.parse("from datetime import date\nx = date(2026, 1, 1)\n"))) == []


# ---- sizes


def _python_files() -> list[Path]:
    return [
        path
        for folder in (SOURCE, TESTS, DRAWING)
        for path in sorted(folder.rglob("*.py"))
        if not {"node_modules", "migrations"} & set(path.parts)
    ]


def _too_long(name: str, text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name}() has {length} lines"


def test_no_module_and_no_function_is_too_long() -> None:
    found = [
        fault
        for path in _python_files()
        for fault in _too_long(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    assert found == [], "\n".join(found)


def test_what_is_too_long_is_seen() -> None:
    body = "    pass\n"
    assert list(_too_long("m", "x = 1\n" * MODULE_LINES)) == []
    assert list(_too_long("m", "x = 1\n" * (MODULE_LINES + 1))) == ["m has 401 lines"]
    assert list(_too_long("m", "def f():\n" + body * (FUNCTION_LINES - 1))) == []
    assert list(_too_long("m", "def f():\n" + body * FUNCTION_LINES)) == ["m:1 f() has 61 lines"]


# ---- nothing of one machine

# Written in pieces, so that this file does not find itself.
OF_A_MACHINE = {
    "a path of one machine": re.compile(r"(?<![\w./~-])/(?:wo" + r"rk|ro" + r"ot|tm" + r"p)/[\w.]"),
    "a home folder": re.compile(r"(?<![\w.])/(?:ho" + r"me|Us" + r"ers)/[a-z]\w*/"),
    "a package index": re.compile(r"--(?:extra-)?index" + r"-url|--find" + r"-links|pypi\.org/sim" + r"ple"),
    "a package host": re.compile(r"pythonho" + r"sted\.org|registry\.np" + r"mjs|arti" + r"factory|\.pkg\.d" + r"ev/"),
}
NOT_TRACKED = ("uv.lock", ".venv", "node_modules", "db.sqlite3")


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("needs a git checkout: what is tracked cannot be known here")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def _of_a_machine(text: str) -> list[str]:
    return [what for what, pattern in OF_A_MACHINE.items() if pattern.search(text)]


def test_no_tracked_file_names_a_machine_a_mirror_or_a_package_host() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in _tracked()
        for what in _of_a_machine(path.read_bytes().decode("utf-8", "ignore"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["cd /wo" + "rk/main", "/ro" + "ot/.cache", "'/tm" + "p/x'", "/ho" + "me/anna/x", "--index" + "-url=https://x"],
)
def test_what_is_of_a_machine_is_seen(text: str) -> None:
    assert _of_a_machine(text)


@pytest.mark.parametrize("text", ["https://a.example/work/x", "src/root/x", "frame/work/y", "/work", "and/or/tmp/z"])
def test_an_address_that_only_looks_like_it_is_not(text: str) -> None:
    assert _of_a_machine(text) == []


def test_lock_files_with_addresses_and_environments_are_not_tracked() -> None:
    assert [path for path in _tracked() if set(path.relative_to(ROOT).parts) & set(NOT_TRACKED)] == []


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    for name in ("app", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)==", text, re.MULTILINE)
        blocks = [block for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if block[:1].isalnum()]
        assert len(pins) == len(blocks) > 10
        assert [block for block in blocks if "--hash=sha256:" not in block] == []


# ---- every control is proven


def _proofs() -> dict[str, set[str]]:
    """The control ids that tests are marked with, and where."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for control in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(control, set()).add(str(path.relative_to(ROOT)))
    return found


def _marked(tree: ast.Module) -> list[str]:
    return [
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "control"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _controls() -> dict[str, dict[str, object]]:
    return tomllib.loads(CONTROLS.read_text(encoding="utf-8")) if CONTROLS.exists() else {}


def test_every_marked_test_names_a_control_that_is_described() -> None:
    unknown = {control: sorted(at) for control, at in _proofs().items() if control not in _controls()}
    assert unknown == {}


def test_every_control_is_proven_by_a_test() -> None:
    assert sorted(set(_controls()) - set(_proofs())) == []


def test_every_control_says_what_it_does_which_harm_it_stops_and_where_it_is_proven() -> None:
    proofs = _proofs()
    for control, told in _controls().items():
        assert set(told) == {"what", "hazard", "tests"}, control
        assert re.fullmatch(r"C-\d{3}", control)
        assert told["what"], control
        assert told["hazard"], control
        listed = told["tests"]
        assert isinstance(listed, list)
        assert set(listed) <= proofs.get(control, set()), f"{control}: a listed file has no test marked with it"


def test_markers_are_read_from_decorators_and_from_whole_modules() -> None:
    text = "@pytest.mark.control('C-001')\ndef test_x(): ...\npytestmark = [pytest.mark.control('C-002')]\n"
    assert _marked(ast.parse(text)) == ["C-001", "C-002"]
