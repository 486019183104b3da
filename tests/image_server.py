"""A server of pictures that misbehaves in every way that was met in public."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import points_made

PICTURE = points_made.picture([{"x": 50, "y": 50}])


class Server:
    """Answers by path; `seen` counts requests, `peak` is the most slow ones at once."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.at_once = self.peak = 0
        self.end = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with lock:
                    owner.seen[self.path] += 1
                try:
                    owner.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        lock = self.lock = threading.Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        path = to.path
        if path == "/endless":
            _head(to, 200, "image/png")
            while not self.end.wait(0.01):
                to.wfile.write(b"x" * 20_000)
        elif path == "/drip":
            _head(to, 200, "image/png")
            while not self.end.wait(0.1):
                to.wfile.write(b"x")
        elif path == "/silent":
            self.end.wait(5)
        elif path == "/claims_5gb":
            _head(to, 200, "image/png", {"content-length": str(5 * 2**30)})
        elif path == "/page":
            _body(to, 200, "text/html", b"<html>gone</html>")
        elif path == "/page_as_image":
            _body(to, 200, "image/jpeg", b"<html>gone</html>")
        elif path == "/cut":
            _body(to, 200, "image/png", PICTURE[:-40])
        elif path.startswith("/loop"):
            _head(to, 302, "text/html", {"location": "/loop" + path[5:] + "x", "content-length": "0"})
        elif path == "/moved":
            _head(to, 302, "text/html", {"location": "/good", "content-length": "0"})
        elif path == "/to_files":
            _head(to, 302, "text/html", {"location": "file:///etc/passwd", "content-length": "0"})
        elif (path == "/busy" and self.seen[path] < 3) or path == "/always_busy":
            _body(to, 503, "text/plain", b"later")
        elif path == "/gone":
            _body(to, 404, "text/plain", b"no")
        else:
            if path.startswith("/slow"):
                with self.lock:
                    self.at_once += 1
                    self.peak = max(self.peak, self.at_once)
                time.sleep(0.1)
                with self.lock:  # before the answer: the next request may come before this thread goes on
                    self.at_once -= 1
            _body(to, 200, "image/png", PICTURE)


def _head(to: BaseHTTPRequestHandler, status: int, kind: str, more: dict[str, str] | None = None) -> None:
    to.send_response(status)
    to.send_header("content-type", kind)
    for name, value in (more or {}).items():
        to.send_header(name, value)
    to.end_headers()


def _body(to: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    _head(to, status, kind, {"content-length": str(len(body))})
    to.wfile.write(body)


@contextmanager
def serving() -> Iterator[Server]:
    found = Server()
    try:
        yield found
    finally:
        found.end.set()
        found.http.shutdown()
        found.http.server_close()
