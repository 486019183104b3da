"""What an attack could reach: a key file, a key in the environment, listeners, a process, files; and whether it did."""

import contextlib
import hashlib
import json
import os
import secrets
import selectors
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

KEY_NAME: Final = "ANTHROPIC_API_KEY"
_PLACES: Final = ("/tmp", "/var/tmp", "/dev/shm", "/dev", "/", "/run", "/root", "/home", "..")
_STRANGERS: Final = (("8.8.8.8", 53), ("224.0.0.251", 5353), ("255.255.255.255", 9))
_SERVICES: Final = (
    "/run/dbus/system_bus_socket",
    "/var/run/docker.sock",
    "/tmp/.X11-unix/X0",
    "/run/systemd/notify",
    "/dev/log",
)
_VICTIM: Final = "import time\nwhile True: time.sleep(60)"


class World:
    """Planted for the attacks, with contents that nobody can guess. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.marker, self.key, self.abstract = (
            f"{name}-{secrets.token_hex(12)}" for name in ("marker", "key", "abstract")
        )
        self.home, self.outside, self.work = folder / "home", folder / "outside", folder / "work"
        self.callers: list[str] = []
        self._before = os.environ.get(KEY_NAME)
        self._files(folder)

    def _files(self, folder: Path) -> None:
        for made in (self.home / ".ssh", self.outside, self.work):
            made.mkdir(parents=True)
        (self.home / ".ssh" / "id_ed25519").write_text(self.marker)
        (self.outside / "spare").write_text("spare")
        (self.work / "run.toml").write_text(self.marker)
        (self.home / "program.py").write_text(f"found = {self.marker!r}")
        with contextlib.closing(sqlite3.connect(self.home / "data.sqlite")) as database:
            database.execute(f'CREATE TABLE "{self.marker}" (a)')

    def __enter__(self) -> Self:
        os.environ[KEY_NAME] = self.key
        self._victim = subprocess.Popen([sys.executable, "-S", "-c", _VICTIM])
        self._selector = selectors.DefaultSelector()
        self._end, self._wake = socket.socketpair()
        self._sockets = list(self._listeners())
        for made in (*self._sockets, self._wake):
            self._selector.register(made, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self._state = self._outside()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.send(b"x")
        self._thread.join()
        for made in (*self._sockets, self._end, self._wake):
            made.close()
        self._selector.close()
        self._victim.kill()
        self._victim.wait()
        if self._before is None:
            del os.environ[KEY_NAME]
        else:
            os.environ[KEY_NAME] = self._before

    def _listeners(self) -> Iterator[socket.socket]:
        stream = socket.create_server(("127.0.0.1", 0))
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagram.bind(("127.0.0.1", 0))
        self.port, self.udp_port = stream.getsockname()[1], datagram.getsockname()[1]
        yield from (stream, datagram)
        for address in (f"\0{self.abstract}", str(self.home / "socket")):
            made = socket.socket(socket.AF_UNIX)
            made.bind(address)
            made.listen()
            yield made

    def _listen(self) -> None:
        while True:
            for ready, _ in self._selector.select():
                if ready.fileobj is self._wake:
                    return
                self._take(ready.fileobj)

    def _take(self, ready: Any) -> None:
        if ready.type == socket.SOCK_DGRAM:
            self.callers.append(f"datagram {ready.recv(100)!r}")
            return
        caller, _ = ready.accept()
        with caller, contextlib.suppress(OSError):
            caller.settimeout(0.2)
            self.callers.append(f"connection {ready.getsockname()!r}")
            caller.recv(1000)
            caller.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    def told(self, caged: bool = True) -> dict[str, object]:
        """What an attack is given: where everything is. Hiding it would be no protection.

        Uncaged, it is not told of what would be harmed in earnest.
        """
        ssh = self.home / ".ssh" / "id_ed25519"
        return {
            "home": str(self.home), "key_file": str(ssh), "file_name": ssh.name, "port": self.port, "udp_port": self.udp_port,
            "abstract": self.abstract, "socket": str(self.home / "socket"), "victim": self._victim.pid, "outer": os.getpid(),
            "outside": str(self.outside), "spare": str(self.outside / "spare"), "work": str(self.work),
            "database": str(self.home / "data.sqlite"), "program": str(self.home / "program.py"), "url": f"http://127.0.0.1:{self.port}",
            "places": [str(self.outside), *(_PLACES if caged else ())], "strangers": _STRANGERS if caged else (),
            "services": _SERVICES if caged else (),
        }  # fmt: skip

    def fill(self, source: str) -> str:
        """A text with `@name@` put in for each thing told."""
        for name, value in self.told().items():
            source = source.replace(f"@{name}@", str(value))
        return source

    def reached(self, said: str) -> set[str]:
        """What an attack got: in what it said, or by its traces. Forgets the traces."""
        found = {name for name, secret in (("marker", self.marker), ("key", self.key)) if secret in said}
        found |= {"listener"} if self.callers else set()
        found |= {"outside"} if self._outside() != self._state else set()
        found |= {"victim"} if self._victim.poll() is not None else set()
        self.callers.clear()
        return found

    def repair(self) -> None:
        """Put the files outside back after an uncaged run."""
        for file in self.outside.iterdir():
            file.rmdir() if file.is_dir() else file.unlink()
        (self.outside / "spare").write_text("spare")
        self._state = self._outside()

    def _outside(self) -> str:
        """All that lies outside of the cage for attacks to change, as one digest. Modes, names, times and contents."""
        seen = []
        for file in sorted((*self.outside.rglob("*"), *self.home.rglob("*"), *self.work.rglob("*"))):
            about = file.lstat()
            text = file.read_bytes() if file.is_file() and not file.is_symlink() else b""
            seen.append([str(file), about.st_mode, about.st_mtime_ns, about.st_nlink, hashlib.sha256(text).hexdigest()])
        strays = [str(p) for root in ("/tmp", "/var/tmp", "/dev/shm", "/run") for p in Path(root).glob("planted_by_*")]
        return json.dumps([seen, strays])


def processes(command: str) -> set[int]:
    """Ids of the processes whose command line holds a text. What a process forks keeps its command line.

    Those below this process, and those that belong to nobody any more: what other tests run beside this one looks alike.
    """
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if command in (folder / "cmdline").read_text("utf-8", "replace") and not _of_others(int(folder.name)):
                found.add(int(folder.name))
    return found


def _of_others(pid: int) -> bool:
    """Whether a process lies below another test process than this one."""
    while pid > 1 and pid != os.getpid():
        folder = Path(f"/proc/{pid}")
        if "pytest" in (folder / "cmdline").read_text("utf-8", "replace"):
            return True
        pid = int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return False
