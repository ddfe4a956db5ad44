"""A service for tests: answers over HTTP, or misbehaves as it is told. Standard library only."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

METRICS = '# TYPE jobs gauge\njobs{queue="a"} 2\njobs{queue="b"} 3\n'


class Handler(BaseHTTPRequestHandler):
    """`/ready`, `/metrics`, and `/self`: what the process sees of its surroundings."""

    def do_GET(self) -> None:
        known = {
            "/ready": "ok",
            "/metrics": METRICS,
            "/self": json.dumps({"cwd": os.getcwd(), "env": dict(os.environ)}),
        }
        body = known.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body)


def daemonize() -> None:
    """A grandchild in a session of its own, which ignores SIGTERM and whose parent is gone."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    middle = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {code!r}], start_new_session=True)"
    subprocess.run([sys.executable, "-c", middle], check=True, start_new_session=True)


def main() -> None:
    """`taken` says that its address is in use, the first `--takes` times, counted in the file `--count`."""
    options = argparse.ArgumentParser()
    options.add_argument("mode", choices=["serve", "exit", "hang", "taken", "eat"])
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--code", type=int, default=0)
    options.add_argument("--count", type=Path)
    options.add_argument("--takes", type=int, default=1)
    options.add_argument("--say", default="")
    options.add_argument("--stubborn", action="store_true")
    options.add_argument("--family", action="store_true")
    given = options.parse_args()
    if given.say:
        print(given.say, flush=True)
    if given.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if given.family:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        daemonize()
    if given.mode == "taken":
        with given.count.open("a+") as count:
            count.write(f"{given.port}\n")
            count.seek(0)
            if len(count.readlines()) <= given.takes:
                sys.exit("OSError: [Errno 98] Address already in use")
    if given.mode == "exit":
        print("\n".join(f"line {n}" for n in range(1, 31)), flush=True)
        sys.exit(given.code)
    if given.mode == "eat":
        print(len(b"x" * 400_000_000), flush=True)
    if given.mode == "hang":
        time.sleep(600)
    ThreadingHTTPServer((given.host, given.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
