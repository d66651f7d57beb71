"""`./filiform serve`: the practice's own server."""

import argparse
import sys

from filiform.config import durable
from filiform.config.server import address, check_port, serve_until_stopped
from filiform.config.start import migrate, start_django

DEFAULT_PORT = 8000


def run(argv: list[str]) -> int:
    """Bring the database up to date, then serve until stopped; refused when what it stores might not last."""
    wanted = parser().parse_args(argv)
    check_port(wanted.host, wanted.port)
    start_django()
    durable.check()
    applied = migrate()
    if applied:
        print(f"Filiform: the database was brought up to date ({applied} migrations).", file=sys.stderr)
    print(f"Filiform: {address(wanted.host, wanted.port)}  (Ctrl-C stops it)", file=sys.stderr, flush=True)
    serve_until_stopped(wanted.host, wanted.port)
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of `serve`."""
    made = argparse.ArgumentParser(prog="./filiform serve", description="Run the practice's own server.")
    made.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
    made.add_argument("--port", type=port_number, default=DEFAULT_PORT, help=f"port (default: {DEFAULT_PORT})")
    return made


def port_number(text: str) -> int:
    """A port from 1 to 65535; raises argparse's error otherwise, which exits with 2."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)
