"""``python -m system_under_test.doubles.storage``: an S3 stand-in (moto) for development and tests."""

import argparse
import signal
import threading

from system_under_test.doubles.refusal import refuse_production


def main() -> int:
    """Serve until SIGTERM; end with 2 in production, where a double must never run."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.doubles.storage", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    refuse_production("storage double")

    # Heavy, and only needed once it is clear that the double may run.
    from moto.server import ThreadedMotoServer

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = ThreadedMotoServer(arguments.host, arguments.port, verbose=False)
    server.start()
    print(f"storage double ready on http://{arguments.host}:{arguments.port}", flush=True)
    stop.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
