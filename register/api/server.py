"""Runs the register under uvicorn. Owns the listening socket and the ready line; refuses an access log."""

import logging
import signal
import socket
from pathlib import Path

import uvicorn
from sqlalchemy import Engine

from kiosk.domain.bug_report import NoOutsideWords
from register.api.app import make_app
from register.domain.clock import wall_ms
from register.domain.refusal import Unusable

BACKLOG = 256
"""Connections waiting to be accepted when every kiosk of a city comes back at once."""
CONNECTIONS_MAX = 512
"""Above this uvicorn answers 503 itself."""
IDLE_S = 75
"""How long a quiet kiosk keeps its connection; a little over its heartbeat."""
SHUTDOWN_S = 10
"""How long a request under way may take to finish at shutdown."""

LOGGERS_OF_OTHERS = ("uvicorn.error", "asyncio")
"""They log a bug with its message, which may hold what a client sent."""


def serve(engine: Engine, *, host: str, port: int, ready_file: Path | None) -> None:
    """Serve until a signal; prints one line when listening. Raises Unusable when the address cannot be had."""
    listening = _listen(host, port)
    config = uvicorn.Config(
        make_app(engine, wall_ms),
        access_log=False,
        log_level="warning",
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        server_header=False,
        lifespan="off",
        ws="none",
    )
    for name in LOGGERS_OF_OTHERS:
        logging.getLogger(name).addFilter(NoOutsideWords())
    bound_host, bound_port = listening.getsockname()[:2]
    shown = f"[{bound_host}]" if ":" in bound_host else bound_host
    url = f"http://{shown}:{bound_port}"
    signal.signal(signal.SIGTERM, _leave)  # uvicorn raises it again when it has shut down
    if ready_file is not None:
        ready_file.write_text(url + "\n")
    print(f"ready {url}", flush=True)  # noqa: T201 - the promise of the command line
    uvicorn.Server(config).run(sockets=[listening])


def _leave(*_: object) -> None:
    """End as after Ctrl+C: the store is closed, and SQLite folds its log into the file that people copy."""
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        raise Unusable(f"--host {host} --port {port}: cannot listen there: {error}") from error
    return listening
