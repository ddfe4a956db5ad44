"""``python -m system_under_test.app``: the web application in one process; SIGTERM drains it."""

import argparse
import math
import signal
import sys
import time
from types import FrameType

import uvicorn

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop, open_shop
from system_under_test.help.errors import HelpError
from system_under_test.settings import AppSettings, load_settings
from system_under_test.telemetry.logs import configure_logs
from system_under_test.telemetry.tracing import start_tracing, stop_tracing

DRAIN_SECONDS = 8


class DrainingServer(uvicorn.Server):
    """Says "not ready" as soon as it is told to end, and goes on serving for ``delay`` seconds.

    Whoever shares out the requests needs that time to notice; without it they would meet a closed door. Each answer
    of that time also ends its connection: a client that kept it would lose a request to the moment of closing.
    """

    def __init__(self, config: uvicorn.Config, shop: Shop, delay: float) -> None:
        super().__init__(config)
        self._shop = shop
        self._delay = delay
        self._close_at = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; a second signal ends the wait."""
        if self._shop.draining or not self._delay:
            self._shop.draining = True
            super().handle_exit(sig, frame)
            return
        self._shop.draining = True
        # uvicorn adds these headers to every answer, looks at them once a second, and keeps to "close" itself.
        self.config.encoded_headers = [*self.config.encoded_headers, (b"connection", b"close")]
        self._close_at = time.monotonic() + self._delay

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: close the door when it is time."""
        if time.monotonic() >= self._close_at:
            self.should_exit = True
        return await super().on_tick(counter)


def main() -> int:
    """Serve until SIGTERM or SIGINT; return 0 after an orderly end."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.app", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    settings = load_settings(AppSettings)
    configure_logs()
    start_tracing("village-calendar-api")
    # uvicorn raises the signal again once it has drained; without handlers of ours the process
    # would then end by the signal instead of with status 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    shop = open_shop(settings)
    try:
        app = create_app(settings, shop)
    except HelpError as error:
        print(f"Village Calendar cannot start: {error}", file=sys.stderr)
        shop.close()
        return 2
    server = DrainingServer(
        uvicorn.Config(
            app,
            host=arguments.host,
            port=arguments.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        ),
        shop,
        settings.drain_delay,
    )
    server.run()
    stop_tracing()
    return 0 if server.started else 1


if __name__ == "__main__":
    raise SystemExit(main())
