"""`./filiform demo`: a practice in the middle of its morning, made anew at every start, in a database of its own."""

import argparse
import gc
import os
import shutil
import sys
import threading
import time
import webbrowser
from pathlib import Path

from filiform.config import durable
from filiform.config.commands.serve import port_number
from filiform.config.server import address, check_port, serve_until_stopped
from filiform.config.start import ROOT, start_django

DEFAULT_PORT = 8000


def run(argv: list[str]) -> int:
    """Make the demo's practice and serve it until stopped."""
    wanted = parser().parse_args(argv)
    check_port("127.0.0.1", wanted.port)
    use_own_data(wanted.port)
    start_django()
    make_practice(address("127.0.0.1", wanted.port))
    durable.check(lasting=False)  # a demo may be in memory: it is made anew at every start
    page = address("127.0.0.1", wanted.port) + "demo/"
    print(f"Filiform: the demo is ready: {page}  (Ctrl-C stops it)", flush=True)
    if not wanted.no_browser:
        threading.Thread(target=_open_when_up, args=(page,), daemon=True).start()
    serve_until_stopped("127.0.0.1", wanted.port)
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `demo`."""
    made = argparse.ArgumentParser(prog="./filiform demo", description="Serve a made-up practice, anew at every start.")
    made.add_argument("--port", type=port_number, default=DEFAULT_PORT, help=f"port (default: {DEFAULT_PORT})")
    made.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return made


def use_own_data(port: int) -> Path:
    """Point the settings at the demo's own, empty folder: never the practice's data, nor another demo's.

    Must run before the settings are read. A DATABASE_URL of the practice is left out on purpose.
    """
    folder = Path(os.environ.get("FILIFORM_DATA") or ROOT / "data") / f"demo-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ.pop("DATABASE_URL", None)
    os.environ["FILIFORM_DATA"] = str(folder)
    os.environ["FILIFORM_DEMO"] = "1"
    return folder


def make_practice(base_url: str) -> None:
    """Migrate the demo's database and fill it."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from filiform.config.demo.make import make

    began = time.monotonic()
    with connection.cursor() as cursor:
        # The demo's data is made anew at every start, so nothing is lost if the power fails while it is made.
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA journal_mode=MEMORY")
    gc.disable()  # a fifth of the time goes into looking for circles that a process of a minute never fills
    call_command("migrate", interactive=False, verbosity=0)
    make(timezone.now(), base_url, _progress)
    connection.close()
    _to_disk(Path(str(connection.settings_dict["NAME"])))
    gc.enable()
    print(f"\rFiliform: made in {time.monotonic() - began:.0f} s.{' ' * 40}", file=sys.stderr)


def _to_disk(database: Path) -> None:
    """From here on the demo keeps what it acknowledges like any practice, so what was made so far must last, too."""
    for path in (database, database.parent):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _progress(done: int, of: int) -> None:
    if done % 25 == 0 or done == of:
        print(
            f"\rFiliform: making six months of a practice, {done} of {of} sessions ",
            end="",
            file=sys.stderr,
            flush=True,
        )


def _open_when_up(page: str) -> None:
    import socket
    from urllib.parse import urlsplit

    port = urlsplit(page).port
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                webbrowser.open(page)
                return
        time.sleep(0.1)
