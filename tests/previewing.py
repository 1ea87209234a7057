"""A preview that runs beside a test, and plain sockets to speak with it."""

import asyncio
import base64
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import quote

from generator.serve import Server
from generator.watch import Maker

PATIENCE = 20


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes
    raw: bytes


class Visitor:
    """Asks a preview for what it serves. `until` waits on what the preview says, never on the clock."""

    port: int

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._said: Queue[str] = Queue()

    def _say(self, line: str) -> None:
        self.lines.append(line)
        self._said.put(line)

    @property
    def builds(self) -> list[str]:
        """What it said of each build."""
        return [line for line in self.lines if line.startswith(("Built", "Not built"))]

    def until_ready(self) -> None:
        while not self._said.get(timeout=PATIENCE).startswith("The preview"):
            pass

    def until(self, holds: Callable[[], bool]) -> None:
        """Return when it holds, which is asked again after each thing said; fail when nothing more is said."""
        while not holds():
            try:
                self._said.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError("\n".join(self.lines)) from None

    def send(self, request: bytes) -> bytes:
        """Everything that comes back until the connection is closed."""
        with closing(self.connect()) as connection:
            try:
                connection.sendall(request)
                return b"".join(iter(lambda: connection.recv(65536), b""))
            except (ConnectionResetError, BrokenPipeError):
                return b""  # refused before all of it was read

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def head(self, request: bytes) -> Reply:
        """The answer's first lines, of a connection that may stay open."""
        with closing(self.connect()) as connection, connection.makefile("rb") as lines:
            connection.sendall(request)
            return reply(b"".join(iter(lines.readline, b"\r\n")).removesuffix(b"\r\n"))

    def get(self, path: str) -> Reply:
        host = f"127.0.0.1:{self.port}"
        return reply(self.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()))

    def text(self, path: str) -> str:
        return self.get(path).body.decode()

    def state(self, page: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.get(f"/-/state.json?page={quote(page, safe='')}").body)
        return found

    def panel(self, page: str = "/") -> str:
        return str(self.state(page)["panel"])

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        with closing(self.connect()) as connection:
            listener = Listener(connection, self.port)
            listener.send({"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]})
            assert listener.next()["command"] == "hello"
            listener.send({"command": "info", "url": f"http://127.0.0.1:{self.port}/"})
            yield listener


class Running(Visitor):
    """A preview in a thread of this process."""

    def __init__(self, root: Path, make: Maker | None = None, port: int = 0) -> None:
        super().__init__()
        self.server = Server(root, "127.0.0.1", port, self._say, make)
        self.port, self.url = self.server.port, self.server.url
        self._thread = threading.Thread(target=lambda: asyncio.run(self.server.run()))

    def start(self) -> None:
        self._thread.start()
        self.until_ready()

    def stop(self) -> None:
        self.server.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


class Started(Visitor):
    """`explainer serve` as a process of its own, of which the system says what it uses."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        line = [sys.executable, "-u", "-m", "generator", "serve", "--root", str(root), "--port", "0"]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.until_ready()
        self.port = int(self.lines[-1].split("127.0.0.1:")[1].split("/")[0])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._say(line.rstrip())

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def memory(self) -> float:
        """In MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    @property
    def processor_time(self) -> float:
        """In seconds, in steps of a hundredth."""
        found = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK")


class Listener:
    """A page's side of the websocket."""

    def __init__(self, connection: socket.socket, port: int) -> None:
        self._file = connection.makefile("rwb")
        self._file.write(handshake(port, f"Origin: http://127.0.0.1:{port}\r\n"))
        self._file.flush()
        assert self._file.readline().split()[1] == b"101"
        while self._file.readline() != b"\r\n":
            pass

    def send(self, message: object) -> None:
        self.send_text(json.dumps(message).encode())

    def send_text(self, data: bytes) -> None:
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        self._file.write(b"\x81" + length + bytes(4) + data)  # masked with zeros
        self._file.flush()

    def next(self) -> dict[str, object]:
        """The next message; an empty one when the connection ended."""
        head = self._file.read(2)
        if len(head) < 2 or head[0] & 0x0F == 8:
            return {}
        length = head[1] if head[1] < 126 else struct.unpack("!H", self._file.read(2))[0]
        found: dict[str, object] = json.loads(self._file.read(length))
        return found

    def close(self) -> None:
        self._file.close()


def handshake(port: int, more: str) -> bytes:
    return (
        f"GET /livereload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n{more}\r\n"
    ).encode()


def reply(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Reply(int(first.split()[1]), headers, body, raw)


@contextmanager
def running(root: Path, make: Maker | None = None, port: int = 0) -> Iterator[Running]:
    preview = Running(root, make, port)
    preview.start()
    try:
        yield preview
    finally:
        preview.stop()
