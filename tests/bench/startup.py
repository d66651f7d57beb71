"""Starting: `./filiform --version`, and how large an environment made from requirements/app.txt is."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench._frame import Row, percentile, seconds, show

ROOT = Path(__file__).resolve().parents[2]
TIMES = 20
VERSION_SECONDS = 0.15
ENVIRONMENT_MB = 250


def main(argv: list[str]) -> int:
    """Measure both; `--quick` leaves out the environment, which is made anew from the package caches."""
    took = seconds(_version, TIMES)
    rows = [Row("./filiform --version, 95th percentile", percentile(took, 95), "s", VERSION_SECONDS)]
    if "--quick" not in argv:
        rows.append(Row("environment for the application", _environment_mb(), "MB", ENVIRONMENT_MB))
    return show("startup", rows)


def _version() -> None:
    subprocess.run([str(ROOT / "filiform"), "--version"], check=True, stdout=subprocess.DEVNULL)


def _environment_mb() -> float:
    """With everything compiled, as it is after a while of use."""
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        python = str(venv / "bin" / "python")
        wanted = ["--quiet", "--require-hashes", "-r", str(ROOT / "requirements" / "app.txt")]
        if shutil.which("uv"):
            subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(venv)], check=True)
            subprocess.run(["uv", "pip", "install", "--python", python, "--compile-bytecode", *wanted], check=True)
        else:
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
            subprocess.run([python, "-m", "pip", "install", *wanted], check=True)
        return sum(path.lstat().st_size for path in venv.rglob("*") if path.is_file()) / 1_000_000
