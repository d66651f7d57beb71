"""The launcher `./filiform`, run for real in a small checkout of its own whose requirements need no download.

Every test copies the launcher beside a requirements folder and a `filiform.config` that prints its arguments. The one
package there is to install is a wheel made here, pinned with its hash as the real ones are.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.path.realpath(sys.executable)
TOOLS = ("sh", "dirname", "readlink", "cmp", "cp", "mv", "rm", "mkdir", "id", "grep", "cat")
MAIN = "import sys\nprint('ran', *sys.argv[1:])\n"


@dataclass(frozen=True)
class Checkout:
    """A checkout at `home`, and a folder `bin` that is all the launcher finds on its PATH."""

    home: Path
    bin: Path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run its launcher from another folder."""
        return self.start(*arguments, **environment).finish()

    def start(self, *arguments: str, **environment: str) -> "Started":
        """Start its launcher from another folder and go on."""
        process = subprocess.Popen(
            [str(self.home / "filiform"), *arguments],
            cwd=self.bin,
            env={"PATH": str(self.bin), "HOME": str(self.bin), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return Started(process)

    def need(self, name: str, text: str) -> None:
        """Write requirements/NAME.txt."""
        (self.home / "requirements" / f"{name}.txt").write_text(text)

    def has(self, package: str) -> bool:
        """Whether the environment can import `package`."""
        command = [str(self.home / ".venv" / "bin" / "python"), "-c", f"import {package}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Started:
    """A launcher that is running."""

    process: subprocess.Popen[str]

    def finish(self) -> subprocess.CompletedProcess[str]:
        """Wait for it."""
        out, err = self.process.communicate(timeout=120)
        return subprocess.CompletedProcess(self.process.args, self.process.returncode, out, err)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout in a folder whose name has a space, and a PATH with a Python and, when this machine has it, uv.

    Both ways of installing do what the tests say; uv's takes a tenth of the time.
    """
    made = _checkout(tmp_path / "my clinic")
    (made.bin / "python3").symlink_to(PYTHON)
    if shutil.which("uv"):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = " ".join(f"{name}='{value}'" for name, value in (kept | {"UV_CACHE_DIR": f"{tmp_path}/cache"}).items())
        _stub(made.bin / "uv", f'{own} exec uv "$@"')
    return made


@pytest.fixture
def without_uv(checkout: Checkout) -> Checkout:
    """The same with a PATH that has no uv, so that venv and pip install."""
    (checkout.bin / "uv").unlink(missing_ok=True)
    return checkout


def _checkout(home: Path) -> Checkout:
    package = home / "src" / "filiform" / "config"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(MAIN)
    shutil.copy(ROOT / "filiform", home / "filiform")
    (home / "requirements").mkdir()
    for name in ("app", "dev"):
        (home / "requirements" / f"{name}.txt").write_text(f"# nothing for {name}\n")
    tools = home.parent / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    return Checkout(home, tools)


def _wheel(folder: Path, name: str) -> str:
    """Make an importable wheel in `folder`; the requirement that pins it."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": "",
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{at},sha256={_digest(text)},{len(text)}" for at, text in files.items()]
    files[f"{name}-1.0.dist-info/RECORD"] = "\n".join([*lines, f"{name}-1.0.dist-info/RECORD,,", ""])
    with zipfile.ZipFile(path, "w") as archive:
        for at, text in files.items():
            archive.writestr(at, text)
    return f"{name} @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _stub(path: Path, script: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    path.chmod(0o755)


def _one_line(done: subprocess.CompletedProcess[str], *says: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    for words in says:
        assert words in done.stderr


# ---- first use, and every use after it


def test_first_use_installs_with_pip_and_the_second_only_runs(without_uv: Checkout) -> None:
    without_uv.need("app", _wheel(without_uv.home / "wheels", "needed"))
    first = without_uv.run("hello", "two words")
    assert (first.returncode, first.stdout) == (0, "ran hello two words\n"), first.stderr
    assert "first use" in first.stderr
    assert without_uv.has("needed")
    # With the tools of installing gone, only a launcher that installs nothing can still run.
    for tool in ("python3", "rm", "mkdir", "cp"):
        (without_uv.bin / tool).unlink()
    second = without_uv.run("--version")
    assert (second.returncode, second.stdout, second.stderr) == (0, "ran --version\n", "")


def test_first_use_installs_with_uv_when_it_is_there(checkout: Checkout) -> None:
    if not (checkout.bin / "uv").exists():
        pytest.skip("needs uv: see https://docs.astral.sh/uv/")
    checkout.need("app", _wheel(checkout.home / "wheels", "needed"))
    done = checkout.run("hello")
    assert (done.returncode, done.stdout) == (0, "ran hello\n"), done.stderr
    assert checkout.has("needed")
    assert not checkout.has("pip"), "this environment was not made by uv"


def test_it_runs_through_symbolic_links_whatever_the_folder(checkout: Checkout) -> None:
    checkout.run("hello")
    (checkout.bin / "direct").symlink_to(checkout.home / "filiform")
    (checkout.bin / "filiform-link").symlink_to("direct")
    done = subprocess.run(
        ["./filiform-link", "hello"], cwd=checkout.bin, env={"PATH": str(checkout.bin)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran hello\n", "")


def test_a_module_in_the_working_folder_shadows_nothing(checkout: Checkout) -> None:
    (checkout.bin / "runpy.py").write_text("raise SystemExit('shadowed')")
    assert checkout.run("hello").stdout == "ran hello\n"


# ---- changes and broken-off installs


def test_numpy_gets_one_thread_unless_somebody_says_otherwise(checkout: Checkout) -> None:
    """Its own threads wait for each other on a busy machine: a matrix product then took fifty times as long."""
    main = checkout.home / "src" / "filiform" / "config" / "__main__.py"
    main.write_text("import os\nprint(os.environ['OPENBLAS_NUM_THREADS'])\n")
    assert checkout.run("doctor").stdout == "1\n"
    assert checkout.run("doctor", OPENBLAS_NUM_THREADS="4").stdout == "4\n"


def test_a_changed_requirement_is_installed(checkout: Checkout) -> None:
    checkout.run("hello")
    assert not checkout.has("later")
    checkout.need("app", _wheel(checkout.home / "wheels", "later"))
    done = checkout.run("hello")
    assert (done.returncode, done.stdout) == (0, "ran hello\n"), done.stderr
    assert "changed" in done.stderr
    assert checkout.has("later")
    assert checkout.run("hello").stderr == ""


def test_a_changed_requirement_is_installed_by_pip_too(without_uv: Checkout) -> None:
    test_a_changed_requirement_is_installed(without_uv)


def test_a_change_needs_no_python_but_that_of_the_environment(checkout: Checkout) -> None:
    checkout.run("hello")
    (checkout.bin / "python3").unlink()
    checkout.need("app", "# changed\n")
    assert checkout.run("hello").stdout == "ran hello\n"


def test_test_tools_come_only_with_the_commands_that_need_them(checkout: Checkout) -> None:
    checkout.need("dev", _wheel(checkout.home / "wheels", "linter"))
    checkout.run("serve")
    assert not checkout.has("linter")
    assert checkout.run("check").returncode == 0
    assert checkout.has("linter")
    assert checkout.run("serve").stderr == "", "the tools stay, so there is nothing to change"


def test_a_wrong_hash_installs_nothing_and_a_practice_goes_on(checkout: Checkout) -> None:
    pinned = _wheel(checkout.home / "wheels", "linter")
    checkout.run("serve")
    checkout.need("dev", pinned[:-65] + "0" * 64 + "\n")
    refused = checkout.run("check")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "installing did not work" in refused.stderr
    assert not checkout.has("linter")
    assert checkout.run("serve").stdout == "ran serve\n"
    checkout.need("dev", pinned)
    assert checkout.run("check").stdout == "ran check\n"
    assert checkout.has("linter")


@pytest.mark.parametrize("how", ["no stamp", "change broken off", "python gone"])
def test_a_half_made_environment_is_made_again(checkout: Checkout, how: str) -> None:
    checkout.run("hello")
    venv = checkout.home / ".venv"
    (venv / "left-behind").touch()
    if how == "no stamp":
        shutil.rmtree(venv / "filiform-stamp")
    elif how == "change broken off":
        (venv / "filiform-stamp" / "busy").touch()
        checkout.need("app", "# changed\n")
    else:
        (venv / "bin" / "python").unlink()
    done = checkout.run("hello")
    assert (done.returncode, done.stdout) == (0, "ran hello\n"), done.stderr
    assert not (venv / "left-behind").exists()


def test_two_at_once_install_once(checkout: Checkout) -> None:
    started = [checkout.start("hello") for _ in range(3)]
    done = [one.finish() for one in started]
    assert [one.stdout for one in done] == ["ran hello\n"] * 3, [one.stderr for one in done]
    assert sum("first use" in one.stderr for one in done) == 1


def test_a_launcher_that_was_killed_holds_nobody_up(without_uv: Checkout) -> None:
    _stub(without_uv.bin / "python3", f'case "$*" in *ensurepip*) kill -9 $PPID ;; esac\n{_as_itself(without_uv)}')
    killed = without_uv.run("hello")
    assert killed.returncode == -9
    (without_uv.bin / "python3").unlink()
    (without_uv.bin / "python3").symlink_to(PYTHON)
    assert without_uv.run("hello").stdout == "ran hello\n"


def _as_itself(checkout: Checkout) -> str:
    """The rest of a stub that is Python in all else, and gives its own path as the real one."""
    return f'case "$*" in *realpath*) echo "{checkout.bin}/python3" ;; *) exec {PYTHON} "$@" ;; esac'


# ---- what is missing, in one line


def test_without_python_one_line_says_how_to_get_it(without_uv: Checkout) -> None:
    (without_uv.bin / "python3").unlink()
    _one_line(without_uv.run("hello"), "Python 3.11, 3.12 or 3.13", "https://www.python.org/downloads/")


def test_the_line_names_the_package_that_this_system_has(without_uv: Checkout) -> None:
    (without_uv.bin / "python3").unlink()
    _stub(
        without_uv.bin / "apt-cache",
        'case "$2" in python3.12-venv) echo "Package: python3.12-venv" ;; *) exit 100 ;; esac',
    )
    _one_line(without_uv.run("hello"), "apt install python3.12-venv")


@pytest.mark.parametrize("version", ["(3, 10)", "(3, 14)"])
def test_a_python_too_old_or_too_new_is_not_taken(without_uv: Checkout, version: str) -> None:
    launcher = (without_uv.home / "filiform").read_text()
    assert "sys.version_info[:2]" in launcher
    (without_uv.home / "filiform").write_text(launcher.replace("sys.version_info[:2]", version))
    _one_line(without_uv.run("hello"), "Python 3.11, 3.12 or 3.13")


def test_a_shim_that_does_not_run_is_passed_over(checkout: Checkout) -> None:
    _stub(checkout.bin / "python3.13", "echo not found >&2; exit 127")
    assert checkout.run("hello").stdout == "ran hello\n"


def test_filiform_python_is_honoured_and_checked(checkout: Checkout) -> None:
    _one_line(checkout.run("hello", FILIFORM_PYTHON="/nowhere/python3"), "/nowhere/python3", "3.13")
    (checkout.bin / "python3").unlink()
    assert checkout.run("hello", FILIFORM_PYTHON=PYTHON).stdout == "ran hello\n"


def test_without_the_venv_module_one_line_says_what_to_install(without_uv: Checkout) -> None:
    _stub(without_uv.bin / "apt-get", "exit 0")
    _stub(without_uv.bin / "python3", f'case "$*" in *ensurepip*) exit 1 ;; esac\n{_as_itself(without_uv)}')
    _one_line(without_uv.run("hello"), f"apt install python3.{sys.version_info[1]}-venv")
    assert not (without_uv.home / ".venv").exists()


@pytest.fixture
def closed() -> Iterator[Checkout]:
    """A checkout that the user who runs it cannot write to, in a folder that everybody can enter."""
    folder = Path(tempfile.mkdtemp(prefix="filiform-closed-"))
    folder.chmod(0o755)
    made = _checkout(folder / "clinic")
    made.home.chmod(0o555)
    yield made
    made.home.chmod(0o755)
    shutil.rmtree(folder)


def test_a_checkout_that_cannot_be_written_to_says_so(closed: Checkout) -> None:
    somebody = 65534 if os.geteuid() == 0 else None  # root may write anywhere
    done = subprocess.run(
        [str(closed.home / "filiform"), "hello"],
        cwd="/",
        env={"PATH": str(closed.bin)},
        user=somebody,
        capture_output=True,
        text=True,
    )
    _one_line(done, str(closed.home), "cannot be written to")
