"""The locator: time and exactness beside pyAgrum, pgmpy and plain enumeration, on the same networks and drawings."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from filiform.clinical.locate import Pain, drawing, locate, planning, tables
from filiform.clinical.locate.network import Network
from filiform.clinical.terms import BodySite
from tests.bench._frame import percentile, seconds
from tests.clinical.locate.real import EVERYWHERE, KNOWN, MUSCLES, dense, network, patch

ROOT = Path(__file__).resolve().parents[2]
RIVALS = Path(__file__).with_name("_rivals.py")
NEEDS, VENV = ROOT / "requirements" / "bench.txt", ROOT / ".venv-bench"
ENGINES = {
    "pyagrum": ("LazyPropagation", "ShaferShenoyInference"),
    "pgmpy": ("BeliefPropagation", "VariableElimination"),
}
LIMIT = 60  # seconds for another program and a drawing; an engine that did not finish is not asked for more places
FEW = 20  # muscles that plain enumeration can take: a million sets
MOST_MS = {10: 2.0, 20: 20.0, 174: 150.0}
TIMES, CLOSE = 100.0, 1e-9
WIDE = 16
HEAD = ("drawing", "places", "causes", "width", "ours ms", "answer ms", "pyagrum ms", "pgmpy ms", "all sets ms")


@dataclass(frozen=True)
class Drawing:
    """A drawing of the benchmark: its name, its places."""

    name: str
    sites: Sequence[BodySite]


@dataclass(frozen=True)
class Told:
    """What another program did: its time and posteriors, or in words why there are none."""

    engine: str
    seconds: float | None
    posteriors: Sequence[float] = ()
    failed: str = ""


def main(argv: list[str]) -> int:
    """Measure all; `--quick` gives the others 10 seconds. 0 when every limit was kept and every posterior agrees."""
    limit = 10 if "--quick" in argv else LIMIT
    python = environment()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"locate: {platform.machine()}, {os.cpu_count()} processors, load {load}, Python {platform.python_version()},"
    )
    print(f"numpy {np.__version__} with {os.environ.get('OPENBLAS_NUM_THREADS', 'all its')} thread(s)")
    print("given to the others: only the muscles that reach a drawn place, silent places already in their chances, one")
    print(
        "noisy-OR node a place, all observed; all posteriors asked; without the building of their network. Ours: from"
    )
    print(
        "the places to all posteriors, network and plan included, nothing kept from before. answer: candidates, sets,"
    )
    print(f"shares and what to press next. Time is the best of some runs; {limit} s and 6 GB for another program.")
    drawings = [
        Drawing("patch", patch(5, 2)),
        Drawing("patch", patch(5, 1)),
        Drawing("patch", patch(10, 1)),
        Drawing("densest", dense(10)),
        Drawing("patch", patch(20, 1)),
        Drawing("densest", dense(20)),
        Drawing("patch", patch(40, 1)),
        Drawing("everything", EVERYWHERE),
    ]
    print("  " + "".join(f"{name:>{WIDE}}" for name in HEAD))
    gave_up: set[str] = set()
    kept = [row(one, python, limit, gave_up) for one in drawings]
    from tests.bench import _locate_page

    return int(not all(kept) or _locate_page.rows() > 0)


def environment() -> Path:
    """The Python of .venv-bench, which is made, or made anew when its pins have changed, with hashes checked."""
    python, stamp = VENV / "bin" / "python", VENV / "bench.txt"
    if not stamp.exists() or stamp.read_bytes() != NEEDS.read_bytes():
        print("Filiform: installing what is compared with into .venv-bench ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(NEEDS)], check=True)
        stamp.write_bytes(NEEDS.read_bytes())
    return python


def row(one: Drawing, python: Path, limit: int, gave_up: set[str]) -> bool:
    """Measure and print one drawing; whether its limits were kept."""
    made = network(one.sites)
    found = tables.solve(made)
    ours, whole = ours_ms(made), answer_ms(one.sites)
    told = {rival: best(rival, made, python, limit, gave_up) for rival in ENGINES}
    difference = max(
        (abs(a - b) for each in told.values() for a, b in zip(found.chance, each.posteriors, strict=False)),
        default=0.0,
    )
    sets = enumeration(made)
    if sets is not None:
        difference = max(difference, *(abs(a - b) for a, b in zip(found.chance, sets[1], strict=True)))
    finished = [each.seconds * 1000 for each in told.values() if each.seconds is not None]
    times = min(finished) / ours if finished else None
    cells = [one.name, len(made.places), len(made.causes), width(made), f"{ours:.2f}", f"{whole:.1f}"]
    cells += [*map(shown, told.values()), f"{sets[0]:.1f}" if sets else "too many"]
    print("  " + "".join(f"{cell:>{WIDE}}" for cell in cells), flush=True)
    return judged(made, ours, times, difference, told)


def judged(made: Network, ours: float, times: float | None, difference: float, told: dict[str, Told]) -> bool:
    """Print and return whether the drawing's limits were kept."""
    most = MOST_MS.get(len(made.places))
    verdicts = [("largest difference of a posterior", f"{difference:.1e}", difference <= CLOSE)]
    if most is not None:
        verdicts.append((f"at most {most:g} ms", f"{ours:.2f} ms", ours <= most))
    if times is not None:
        verdicts.append((f"at least {TIMES:g} times the fastest other", f"{times:.0f} times", times >= TIMES))
    engines = ", ".join(f"{rival} {each.engine}" for rival, each in told.items() if each.seconds is not None)
    line = "; ".join(f"{what}: {value} {'ok' if fine else 'NOT KEPT'}" for what, value, fine in verdicts)
    print(f"             {line}" + (f"; best engines: {engines}" if engines else ""))
    return all(fine for _, _, fine in verdicts)


def shown(told: Told) -> str:
    return told.failed if told.seconds is None else f"{told.seconds * 1000:.1f}"


def width(made: Network) -> int:
    return planning.plan(len(made.places), masks(made)).width


def masks(made: Network) -> tuple[int, ...]:
    return tuple(sum(1 << link.place for link in cause.links) for cause in made.causes if len(cause.links) > 1)


def ours_ms(made: Network) -> float:
    """From the places to all posteriors, nothing kept: the best of 25 runs, in milliseconds."""

    def once() -> None:
        planning.plan.cache_clear()
        tables.solve(drawing.network_of(made.places, {}, KNOWN))

    once()
    return percentile(seconds(once, 25), 1) * 1000


def answer_ms(sites: Sequence[BodySite]) -> float:
    """The whole answer of `locate`, the plan kept: the best of 5 runs, in milliseconds."""
    drawn = [Pain(site, 5) for site in sites]
    return percentile(seconds(lambda: locate(drawn, [], {}, MUSCLES, KNOWN), 5), 1) * 1000


# --- the others ---


def best(rival: str, made: Network, python: Path, limit: int, gave_up: set[str]) -> Told:
    """The fastest engine of one program. One that did not finish is not asked for more places."""
    tried = []
    for engine in ENGINES[rival]:
        if f"{rival} {engine}" not in gave_up:
            tried.append(asked(rival, engine, made, python, limit))
            if tried[-1].seconds is None:
                gave_up.add(f"{rival} {engine}")
    done = [one for one in tried if one.seconds is not None]
    if done:
        return min(done, key=lambda one: one.seconds or 0.0)
    return tried[0] if tried else Told("", None, failed="not with fewer")


def asked(rival: str, engine: str, made: Network, python: Path, limit: int) -> Told:
    """One engine, one drawing, in a process of its own."""
    parents: list[list[tuple[int, float]]] = [[] for _ in made.places]
    for number, cause in enumerate(made.causes):
        for link in cause.links:
            parents[link.place].append((number, link.chance))
    question = {
        "rival": rival,
        "engine": engine,
        "runs": 5,
        "patience": limit / 4,
        "leak": made.leak,
        "chances": [cause.chance for cause in made.causes],
        "parents": parents,
    }
    try:
        done = subprocess.run(
            [str(python), str(RIVALS)],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Told(engine, None, failed="did not finish")
    if done.returncode:
        return Told(engine, None, failed="out of memory" if "Memory" in done.stderr else "failed")
    found = json.loads(done.stdout)
    return Told(engine, found["seconds"], found["posteriors"])


def enumeration(made: Network) -> tuple[float, Sequence[float]] | None:
    """Every set of muscles added up: milliseconds and posteriors; None when there are more than FEW muscles."""
    count = len(made.causes)
    if count > FEW:
        return None
    begun = time.perf_counter()
    present = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1
    chances = np.array([cause.chance for cause in made.causes])
    weight = np.where(present, chances, 1 - chances).prod(axis=1)
    quiet = np.ones((1 << count, len(made.places)))
    for number, cause in enumerate(made.causes):
        for link in cause.links:
            quiet[:, link.place] *= np.where(present[:, number], 1 - link.chance, 1.0)
    weight *= (1 - (1 - made.leak) * quiet).prod(axis=1)
    posteriors = (weight @ present / weight.sum()).tolist()
    return (time.perf_counter() - begun) * 1000, posteriors
