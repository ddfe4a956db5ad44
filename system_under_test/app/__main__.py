"""``python -m system_under_test.app``: the web application in one process; SIGTERM drains it."""

import argparse
import signal

import uvicorn

from system_under_test.app.factory import create_app
from system_under_test.settings import AppSettings, load_settings
from system_under_test.telemetry.logs import configure_logs

DRAIN_SECONDS = 8


def main() -> int:
    """Serve until SIGTERM or SIGINT; return 0 after an orderly end."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.app", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    settings = load_settings(AppSettings)
    configure_logs()
    # uvicorn raises the signal again once it has drained; without handlers of ours the process
    # would then end by the signal instead of with status 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=arguments.host,
            port=arguments.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    raise SystemExit(main())
