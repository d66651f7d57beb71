"""Serving Filiform: one process of granian, as the commands `serve` and `demo` start it."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time

from filiform.config.start import Refused

APPLICATION = "filiform.config.wsgi:application"
THREADS = 4  # requests at a time; more only wait for one another, as SQLite has one writer and Python one lock
STOP_SECONDS = 10
LEAVES_WITHIN = 1.0  # seconds
_PARENT = "FILIFORM_SERVER"  # the process that looks after the worker, told to the worker
_PR_SET_PDEATHSIG = 1  # Linux, sys/prctl.h


def check_port(host: str, port: int) -> None:
    """Raises Refused when `port` cannot be had on `host`.

    Asked before, because granian shares ports between processes: a second server would start without an error and
    take every other request. Asked for a moment: a server that was just killed holds its port until it is gone.
    """
    until = time.monotonic() + LEAVES_WITHIN
    while True:
        try:
            return _listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise Refused(_why_not(host, port, error)) from None
        time.sleep(0.05)


def _listen(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen()


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def serve_until_stopped(host: str, port: int) -> None:
    """Serve `host`:`port` until SIGINT or SIGTERM. WSGI, because every page is synchronous Django."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # The worker is forked from here, and a connection in two processes corrupts a SQLite database.
    connections.close_all()
    os.environ[_PARENT] = str(os.getpid())

    Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,  # addresses of patients' links would be in it
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def end_with_parent() -> None:
    """In the worker: end at once when the process that looks after it was killed. On Linux only.

    An orphan would go on serving and hold the port, and a server started in its place would be refused. Killing loses
    nothing: what was acknowledged is on the disk.
    """
    parent = os.environ.get(_PARENT)
    if parent is None or not sys.platform.startswith("linux"):  # another server runs the application, or another system
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):  # it was killed before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; choose another, for example --port {port + 1}"
    if error.errno == errno.EACCES:
        return f"port {port} is for administrators only; choose one from 1024, for example --port 8000"
    return f"{host} port {port} cannot be served: {error.strerror or error}"
