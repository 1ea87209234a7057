"""The preview: answers from the build in memory, and tells open pages when there is a new one.

Livereload's handler speaks with its client script; the rest of livereload is not used, because it builds inside the
server's loop, drops changes that come quickly, serves files by path and answers to any name.
"""

import asyncio
import errno
import gc
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from socket import socket

from livereload.handlers import LiveReloadHandler
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError

from generator.answers import HTML, TYPES, Answer, Preview
from generator.build import Memo
from generator.diagnostics import as_text, counted, has_errors
from generator.watch import Made, Maker, builds, rebuild

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LARGEST_REQUEST = 64 * 1024
PORTS = 50
MOST_VIEWED = 3
# How long a build may hold up an answer, in seconds.
TURN = 0.0005


def serve(root: Path, host: str, port: int, open_browser: bool, say: Callable[[str], None]) -> None:
    """Preview the project at `root` until it is interrupted. `OSError` when the address cannot be had."""
    sys.setswitchinterval(TURN)
    server = Server(root, host, port, say)
    if port and server.port != port:
        say(f"Port {port} is taken; using {server.port}.")
    if not server.is_private:
        say(f"Whoever can reach this machine as {host} sees the preview, drafts included.")
    with suppress(KeyboardInterrupt):
        asyncio.run(server.run(open_browser))
    say("Stopped.")


def listen(host: str, port: int) -> list[socket]:
    """Sockets at this port, or at the next one that is free."""
    for candidate in range(port, min(port + PORTS, 65536)):
        with suppress(TakenError):
            return _bound(host, candidate)
    raise OSError(errno.EADDRINUSE, f"the ports {port} to {candidate} are all taken")


class TakenError(Exception):
    pass


def _bound(host: str, port: int) -> list[socket]:
    try:
        return bind_sockets(port, host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise TakenError from error
        raise


class Server:
    """One running preview. `preview` alone changes: it is replaced, in the server's loop, after a build."""

    def __init__(
        self,
        root: Path,
        host: str,
        port: int,
        say: Callable[[str], None],
        make: Maker | None = None,
    ) -> None:
        self.root, self.say = root, say
        memo = Memo(lasts=True)
        self.make = make or partial(rebuild, memo=memo)
        self.make_viewed = None if make else (lambda inputs: rebuild(inputs, memo, tuple(self.viewed)))
        self.viewed: dict[str, None] = {}
        self.sockets = listen(host, port)
        self.port: int = self.sockets[0].getsockname()[1]
        given = f"[{host}]" if ":" in host else host
        everywhere = given in ("0.0.0.0", "[::]")
        self.url = f"http://{'127.0.0.1' if everywhere else given}:{self.port}/"
        self.names = frozenset(f"{name}:{self.port}" for name in (*LOOPBACK, given.lower()))
        self.preview = Preview()
        self._ended = threading.Event()
        self._failure: BaseException | None = None

    async def run(self, open_browser: bool = False) -> None:
        """Build, serve and watch until `stop`."""
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self._open = open_browser
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not in the main thread
                self._loop.add_signal_handler(number, self._stopped.set)
        self._http = HTTPServer(self._application(), max_body_size=LARGEST_REQUEST, max_header_size=LARGEST_REQUEST)
        worker = threading.Thread(target=self._work, daemon=True)
        worker.start()
        try:
            await self._stopped.wait()
        finally:
            self._ended.set()
            await self._close()
            worker.join(1)
        if self._failure:
            raise self._failure

    @property
    def is_private(self) -> bool:
        """Whether only this machine can reach it."""
        return all(ip_address(bound.getsockname()[0]).is_loopback for bound in self.sockets)

    def stop(self) -> None:
        """End, from any thread."""
        with suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _close(self) -> None:
        self._http.stop()
        for open_socket in self.sockets:
            open_socket.close()
        for page in tuple(Socket.waiters):
            page.close()
        await self._http.close_all_connections()

    def _application(self) -> Application:
        return Application(
            [
                ("/livereload", Socket),
                ("/-/state.json", State),
                ("/-/record.json", Whereabouts),
                (".*", Page),
            ],
            server=self,
            log_function=lambda handler: None,
            websocket_max_message_size=LARGEST_REQUEST,
        )

    def _work(self) -> None:
        """The worker's thread: builds, while the loop goes on answering."""
        try:
            for made in builds(self.root, self._ended, self.say, self.make, self.make_viewed):
                with suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(self._publish, made)
        except BaseException as error:
            self._failure = error
            self.stop()

    def _publish(self, made: Made) -> None:
        if made.in_haste:
            self.preview = self.preview.with_pages(made.inputs, made.build)
            Socket.tell()
            return
        is_first = not self.preview.inputs.templates
        self.preview = self.preview.after(made.inputs, made.build)
        for diagnostic in made.build.diagnostics if has_errors(made.build.diagnostics) else ():
            self.say(as_text(diagnostic))
        outcome = "Built" if made.build.is_good else "Not built"
        self.say(f"{outcome} in {made.seconds:.2f} s: {counted(made.build.diagnostics)}")
        if is_first:
            gc.collect()
            gc.freeze()  # what stays for good need not be looked through again at every build
            self._http.add_sockets(self.sockets)
            self.say(f"The preview, drafts included: {self.url}  (Ctrl-C stops it)")
            if self._open:
                # A browser that runs in the terminal would hold up the loop.
                threading.Thread(target=webbrowser.open, args=(self.url,), daemon=True).start()
        Socket.tell()

    def view(self, path: str) -> None:
        """Remember that somebody looks at this page: it will be made before others."""
        if page := self.preview.file_of(path):
            self.viewed = dict.fromkeys([page, *self.viewed][:MOST_VIEWED])


class Guarded(RequestHandler):
    """Answers only to the preview's own names, so that no page elsewhere can be made to read it; changes nothing."""

    @property
    def server(self) -> Server:
        server: Server = self.settings["server"]
        return server

    @property
    def host(self) -> str:
        """The name it was asked by."""
        # Not `request.host`, which tornado makes up when there is none.
        return self.request.headers.get("Host", "").lower()

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        if self.host not in self.server.names:
            self.refuse(403, f"The preview answers only to {self.server.url}; --host gives it another name.")
        elif self.request.method not in ("GET", "HEAD"):
            self.set_header("Allow", "GET, HEAD")
            self.refuse(405, "The preview only shows; it changes nothing.")

    def refuse(self, status: int, words: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", TYPES["txt"])
        self.finish(words + "\n")

    def write_error(self, status_code: int, **_: object) -> None:
        self.refuse(status_code, f"{status_code} {self._reason}")

    def send(self, answer: Answer) -> None:
        self.set_status(answer.status)
        if answer.location:
            self.set_header("Location", answer.location + (f"?{self.request.query}" if self.request.query else ""))
            return
        if answer.type not in (HTML, TYPES["json"]):
            self.set_header("Cache-Control", self._kept_for())
        self.set_header("Content-Type", answer.type)
        self.write(answer.body)

    def _kept_for(self) -> str:
        # A new stylesheet that has to ask for its fonts again gets them too late, and the page has others from then on.
        is_named_by_hash = self.request.path.startswith("/assets/")
        return "max-age=31536000, immutable" if is_named_by_hash else "no-cache"  # which is asked about by its ETag

    def head(self) -> None:
        self.get()


class Page(Guarded):
    """Any address of the site."""

    def get(self) -> None:
        self.server.view(self.request.path)
        self.send(self.server.preview.page(self.request.path, self.host))


class State(Guarded):
    """Asked by an open page at `page` whenever something was built."""

    def get(self) -> None:
        page = self.get_query_argument("page", "/")
        if self.get_query_argument("seen", ""):
            self.server.view(page)
        self.send(self.server.preview.state(page, self.get_query_argument("has", ""), self.host))


class Whereabouts(Guarded):
    """The file and line of the first record among all `of`."""

    def get(self) -> None:
        self.send(self.server.preview.whereabouts(self.get_query_arguments("of")))


class Socket(Guarded, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """Livereload's side of the wire, for the preview's own pages only."""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished and not self.check_origin(self.request.headers.get("Origin", "")):
            self.refuse(403, "Only the preview's own pages may listen.")

    def check_origin(self, origin: str) -> bool:
        return origin == f"http://{self.request.headers['Host']}".lower()

    def open(self, *_: str, **__: str) -> None:
        self.set_nodelay(True)  # what is told is short, and waited for

    @classmethod
    def tell(cls) -> None:
        """Let every open page ask what is new."""
        for page in tuple(cls.waiters):
            page.ask_again()

    def ask_again(self) -> None:
        with suppress(WebSocketClosedError):  # the page has gone, and its going is not yet told
            self.write_message({"command": "reload", "path": "*"})

    def on_message(self, message: str | bytes) -> None:
        try:
            super().on_message(message)
        except (ValueError, TypeError, AttributeError, RecursionError):
            self.close(1003, "not livereload's protocol")
            return
        if self in self.waiters:
            # What was built while the page was loading, or while the server was away, is told at once.
            self.ask_again()
