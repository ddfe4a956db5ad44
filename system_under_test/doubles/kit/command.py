"""Starting a double: options from the command line or the environment, listening, serving."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from typing import Any

import uvicorn
from starlette.types import ASGIApp

DRAIN_SECONDS = 1
MAX_PORT = 65_535


def port_number(value: str) -> int:
    """Return ``value`` as a TCP port; 0 lets the system choose one."""
    if not value.isascii() or not value.isdigit() or int(value) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be a port between 0 and {MAX_PORT}, not {value!r}")
    return int(value)


def positive(value: str) -> int:
    """Return ``value`` as an integer above zero."""
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not {value!r}")
    return int(value)


class Options(argparse.ArgumentParser):
    """Options of the double ``name``, each also readable from ``DOUBLE_<NAME>_<OPTION>``."""

    def __init__(self, name: str, description: str | None) -> None:
        super().__init__(prog=f"python -m system_under_test.doubles.{name}", description=description)
        self._prefix = f"DOUBLE_{name.upper()}_"
        self.setting("--host", default="127.0.0.1", help="address to listen on")

    def setting(self, flag: str, *, default: str | None = None, help: str, **options: Any) -> None:
        """Add ``flag``; it is required when there is neither a default nor the environment variable."""
        variable = self._prefix + flag.removeprefix("--").replace("-", "_").upper()
        value = os.environ.get(variable, default)
        self.add_argument(flag, default=value, required=value is None, help=f"{help} (or {variable})", **options)


def listen(name: str, host: str, port: int) -> socket.socket:
    """Return a listening TCP socket; ends the process with status 1 and one sentence when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Naming the protocol makes asyncio set TCP_NODELAY on the connections; without it every answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        print(f"The {name} double cannot listen on {host} port {port}: {error.strerror}.", file=sys.stderr)
        raise SystemExit(1) from None
    return listener


def address(listener: socket.socket) -> str:
    """Return ``host:port`` of a listener, in brackets for IPv6."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class DoubleServer(uvicorn.Server):
    """Serves one application and says in one line when it is ready."""

    def __init__(self, app: ASGIApp, announcement: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        )
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then tell it."""
        await super().startup(sockets)
        if self.started:
            print(self._announcement, flush=True)


def serve(app: ASGIApp, listener: socket.socket, announcement: str) -> int:
    """Serve until SIGTERM or SIGINT; return 0 after an orderly end."""
    # uvicorn raises the signal again once it has drained; without handlers of ours the process
    # would then end by the signal instead of with status 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server = DoubleServer(app, announcement)
    asyncio.run(server.serve(sockets=[listener]))
    return 0 if server.started else 1
