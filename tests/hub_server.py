"""As much of the Hugging Face hub as an upload needs, on a free port: making a repository, the question which files are
large, the Git LFS batch, the uploads themselves, and the commit."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Hub:
    """What was sent, and how to answer."""

    url: str = ""
    token: str = "hf_good"
    refuse: dict[str, int] = field(default_factory=dict)
    """Part of a path -> the status to answer it with."""
    repos: dict[str, dict[str, Any]] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    """Content by SHA-256."""
    committed: dict[str, bytes] = field(default_factory=dict)
    commits: int = 0


@contextmanager
def hub() -> Iterator[Hub]:
    state = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": state}))
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self._body()
        refused = next((status for part, status in self.hub.refuse.items() if part in self.path), 0)
        if self.headers.get("authorization") != f"Bearer {self.hub.token}":
            refused = 401
        if refused:
            self._answer(refused, {"error": "Invalid credentials" if refused == 401 else "not this time"})
        elif self.path == "/api/repos/create":
            self._create(json.loads(body))
        elif "/preupload/" in self.path:
            files = json.loads(body)["files"]
            large = [f["path"].endswith((".parquet", ".png")) for f in files]
            self._answer(200, {"files": [
                {"path": f["path"], "uploadMode": "lfs" if lfs else "regular", "shouldIgnore": False}
                for f, lfs in zip(files, large, strict=True)
            ]})  # fmt: skip
        elif self.path.endswith("/info/lfs/objects/batch"):
            objects = json.loads(body)["objects"]
            self._answer(200, {"transfer": "basic", "objects": [
                o if o["oid"] in self.hub.stored else {**o, "actions": {"upload": {"href": f"{self.hub.url}/lfs/{o['oid']}"}}}
                for o in objects
            ]})  # fmt: skip
        elif "/commit/" in self.path:
            self._commit([json.loads(line) for line in body.splitlines()])
        elif self.path == "/api/validate-yaml":
            self._answer(200, {"errors": [], "warnings": []})
        else:
            self._answer(404, {"error": f"nothing answers {self.path}"})

    def do_GET(self) -> None:
        self._answer(404, {"error": f"nothing answers {self.path}"})

    def do_PUT(self) -> None:
        data = self._body()
        digest = hashlib.sha256(data).hexdigest()
        assert self.path == f"/lfs/{digest}"
        self.hub.stored[digest] = data
        self._answer(200, {})

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked['organization']}/{asked['name']}"
        status = 409 if name in self.hub.repos else 200
        self.hub.repos.setdefault(name, asked)
        self._answer(status, {"url": f"{self.hub.url}/datasets/{name}", "error": "You already created this repo"})

    def _commit(self, operations: list[dict[str, Any]]) -> None:
        for operation in operations:
            value = operation["value"]
            if operation["key"] == "file":
                self.hub.committed[value["path"]] = base64.b64decode(value["content"])
            elif operation["key"] == "lfsFile":
                self.hub.committed[value["path"]] = self.hub.stored[value["oid"]]
        self.hub.commits += 1
        url = f"{self.hub.url}/datasets/you/shop/commit/{'0' * 40}"
        self._answer(200, {"commitUrl": url, "commitOid": "0" * 40, "hookOutput": "", "success": True})

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
