"""Says that it is ready, what its environment is, and that five jobs wait."""

import json
import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        pages = {"/ready": "ready", "/metrics": "jobs 5\n", "/env": json.dumps(dict(os.environ))}
        body = pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
    print("begun", flush=True)
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
