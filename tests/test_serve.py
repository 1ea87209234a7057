"""The preview answers what was built, to its own pages, and to nobody else."""

import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from conftest import STARTER, Project
from previewing import Running, handshake, reply, running

from generator.build import Build
from generator.inputs import Inputs
from generator.watch import rebuild

SECRET = "kept-from-every-reader"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("served") / "project"
    shutil.copytree(STARTER, root)
    for name in (".env", "secret.txt", "seeds/minutes.txt", "site/secret.txt", "../secret.txt", "content/.hidden.yaml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(SECRET)
    with running(root) as found:
        yield found


# The way to a file beside the site, spelled in every way that a server has ever been taken in by.
_WAYS = [
    way + file
    for file in ("secret.txt", ".env", "seeds/minutes.txt")
    for way in (
        "/../",
        "/../../",
        "/./../",
        "/assets/../../",
        "/%2e%2e/",
        "/%2e%2e%2f",
        "/..%2f",
        "/.%2e/",
        "/%252e%252e/",
        "/..%5c",
        "/..\\",
        "/%c0%ae%c0%ae/",
        "/..;/",
        "//",
        "/////",
        "/-/source/",
        "/-/source/../",
        "/-/source/%2e%2e/",
        "/-/source/content/../",
        "/-/source/templates/../../",
    )
]
_FILES = [
    "/_headers",
    "/.nojekyll",
    "/.git/config",
    "/%2enojekyll",
    "/assets/../_headers",
    "/-/source//etc/passwd",
    "/-/source/content/.hidden.yaml",
    "/etc/passwd",
    "/index.html%00.txt",
    "/%00",
    "/%ff%fe",
    "/events%00/",
    "/?%0d%0aSet-Cookie:%20a=b",
    "/%0d%0aSet-Cookie:%20a=b",
    "/events/bridge-closed?\x01",
    "/-/state.json?page=/%00",
    "/-/state.json?page=%ff",
    "/-/state.json?page=../../secret.txt",
    "/-/record.json?of=../../secret.txt",
    "/-/record.json?of=%ff",
    "/forcereload",
    "http://elsewhere.example/secret.txt",
    "file:///etc/passwd",
    "*",
]
OWN = "Host: 127.0.0.1:{port}\r\n"
HOSTILE = {
    **{f"path {path}": f"GET {path} HTTP/1.1\r\n{OWN}" for path in (*_WAYS, *_FILES)},
    **{
        f"host {host}": f"GET / HTTP/1.1\r\nHost: {host}\r\n"
        for host in (
            "elsewhere.example",
            "elsewhere.example:{port}",
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.1.elsewhere.example:{port}",
            "localhost:{port}.elsewhere.example",
            "user@127.0.0.1:{port}",
            "0.0.0.0:{port}",
            "",
        )
    },
    "no host": "GET / HTTP/1.1\r\n",
    "no host, old protocol": "GET / HTTP/1.0\r\n",
    "two hosts": f"GET / HTTP/1.1\r\n{OWN}Host: elsewhere.example\r\n",
    **{
        f"method {method}": f"{method} / HTTP/1.1\r\n{OWN}Content-Length: 0\r\n"
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get")
    },
    "preflight": f"OPTIONS / HTTP/1.1\r\n{OWN}Origin: http://elsewhere.example\r\n"
    "Access-Control-Request-Method: GET\r\n",
    "a line of 70 kB": f"GET /{'a' * 70_000} HTTP/1.1\r\n{OWN}",
    "a header of 70 kB": f"GET / HTTP/1.1\r\n{OWN}Cookie: {'a' * 70_000}\r\n",
    "a body of 70 kB": f"POST / HTTP/1.1\r\n{OWN}Content-Length: 70000\r\n",
    "a body in the dark": f"POST / HTTP/1.1\r\n{OWN}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    "no protocol": f"GET /\r\n{OWN}",
    "nonsense": "\x16\x03\x01\r\n",
}
SOCKETS = {
    "foreign": "Origin: http://elsewhere.example\r\n",
    "foreign, same port": "Origin: http://elsewhere.example:{port}\r\n",
    "null": "Origin: null\r\n",
    "another port": "Origin: http://127.0.0.1:1\r\n",
    "another scheme": "Origin: https://127.0.0.1:{port}\r\n",
    "a longer name": "Origin: http://127.0.0.1:{port}.elsewhere.example\r\n",
    "empty": "Origin: \r\n",
    "missing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_gets_nothing(preview: Running, name: str, caplog: pytest.LogCaptureFixture) -> None:
    request = HOSTILE[name].replace("{port}", str(preview.port)) + "Connection: close\r\n\r\n"
    raw = preview.send(request.encode("latin-1"))
    refused = not raw or reply(raw).status in (301, 302, 400, 403, 404, 405, 413, 431)
    # What a query says is not looked at, so these pages are the ordinary ones.
    assert refused or name in ORDINARY, raw[:300]
    assert SECRET.encode() not in raw and b"root:" not in raw
    assert b"\naccess-control-" not in raw.lower() and b"\nset-cookie" not in raw.lower()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


ORDINARY = (
    "path /?%0d%0aSet-Cookie:%20a=b",
    "path /-/record.json?of=../../secret.txt",
    "path /-/state.json?page=../../secret.txt",
    "path /-/state.json?page=/%00",
)


@pytest.mark.parametrize("name", SOCKETS)
def test_only_the_previews_own_pages_may_listen(preview: Running, name: str) -> None:
    found = preview.head(handshake(preview.port, SOCKETS[name].replace("{port}", str(preview.port))))
    assert found.status == 403
    assert "upgrade" not in found.headers


@pytest.mark.parametrize("said", [b"[]", b"null", b'"hello"', b"{", b"\xff", b"{}", b"[" * 60_000, b'{"command": 5}'])
def test_nonsense_on_the_socket_harms_nobody(preview: Running, said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with preview.listening() as listener:
        assert listener.next()["command"] == "reload"
        listener.send_text(said)
    assert preview.get("/").status == 200
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_page_may_load_nothing_from_elsewhere_and_is_shown_in_no_frame(preview: Running) -> None:
    page = preview.get("/")
    assert page.status == 200
    assert page.headers["x-frame-options"] == "deny"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cross-origin-resource-policy"] == "same-origin"
    policy = page.body.partition(b'Content-Security-Policy" content="')[2].partition(b'"')[0].decode()
    assert policy.startswith(f"connect-src 'self' ws://127.0.0.1:{preview.port}; default-src 'none'")
    assert "unsafe" not in policy


def test_the_published_bytes_differ_from_the_preview_only_by_what_it_adds(project: Project) -> None:
    assert project.run("build").exit_code == 0
    published = project.tree()["index.html"].decode()
    assert "livereload" not in published and "/-/" not in published and "data-record" not in published
    with running(project.root) as preview:
        assert "livereload" in preview.text("/")


def test_an_address_without_its_slash_leads_to_the_page(preview: Running) -> None:
    found = preview.get("/events/bridge-closed?x=1")
    assert (found.status, found.headers["location"]) == (302, "/events/bridge-closed/?x=1")


def test_an_unknown_address_shows_the_sites_own_page_with_links_that_work(preview: Running) -> None:
    found = preview.get("/nowhere/at/all/")
    assert found.status == 404
    assert b'href="/assets/' in found.body


def test_only_what_its_content_names_is_kept_without_asking(preview: Running) -> None:
    styles = preview.state("/")["styles"]
    assert isinstance(styles, list)
    for path, said in {
        styles[0]: "max-age=31536000, immutable",
        "assets/none.css": "no-store",
        "-/preview.css": "no-cache",
        "feed.xml": "no-cache",
        "": "no-store",
    }.items():
        assert preview.get(f"/{path}").headers["cache-control"] == said, path


def test_what_is_asked_with_head_has_no_body(preview: Running) -> None:
    raw = preview.send(f"HEAD / HTTP/1.1\r\nHost: localhost:{preview.port}\r\nConnection: close\r\n\r\n".encode())
    assert reply(raw).status == 200
    assert reply(raw).body == b""


def test_it_listens_on_loopback_alone(preview: Running) -> None:
    assert [bound.getsockname()[0] for bound in preview.server.sockets] == ["127.0.0.1"]
    assert preview.server.is_private
    # Another address of this machine, which a server open to all would answer at.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", preview.port), timeout=5)


def test_a_record_leads_to_its_file(preview: Running) -> None:
    found = json.loads(preview.get("/-/record.json?of=event:nothing&of=event:bridge-closed").body)
    assert found["href"] == "/-/source/content/events/bridge-closed.yaml#L1"
    assert "The town closes the bridge" in preview.text("/-/source/content/events/bridge-closed.yaml")
    assert json.loads(preview.get("/-/record.json?of=event:nothing").body) is None


def test_each_record_on_a_page_says_which_one_it_is(preview: Running) -> None:
    assert 'data-record="event:bridge-closed"' in preview.text("/events/bridge-closed/")
    assert 'data-record="event:bridge-closed"' in preview.text("/timeline/")


def test_drafts_are_in_the_preview_and_marked_and_never_in_a_build(project: Project) -> None:
    text = (project.root / "content/events/bridge-closed.yaml").read_text(encoding="utf-8")
    project.write("events/rumour.yaml", text.replace("The town closes the bridge", "A rumour") + "status: draft\n")
    with running(project.root) as preview:
        assert preview.get("/events/rumour/").status == 200
        assert preview.state("/timeline/")["drafts"] == ["/events/rumour/"]
        panel = preview.panel("/events/rumour/")
        assert "This page is in no build." in panel and "/-/source/content/events/rumour.yaml#L1" in panel
        assert "in no build" not in preview.panel("/events/bridge-closed/")
    assert project.run("build").exit_code == 0
    assert [path for path, data in project.tree().items() if "rumour" in path or b"rumour" in data.lower()] == []


def test_a_failed_build_leaves_the_last_good_page_and_says_what_is_wrong(project: Project) -> None:
    with running(project.root) as preview:
        before = preview.get("/events/bridge-closed/").body
        project.edit("events/bridge-closed.yaml", "section: what-happened", "section: what-hapened")
        preview.until(lambda: "Not built" in preview.panel())
        assert preview.get("/events/bridge-closed/").body == before
        panel = preview.panel("/events/bridge-closed/")
        assert '<a href="/-/source/content/events/bridge-closed.yaml#L3">' in panel
        assert "content/events/bridge-closed.yaml:3:10" in panel
        assert "section: <mark>what-hapened</mark>" in panel
        assert "did you mean" in panel and "ref-missing" in panel
        assert "did you mean" in preview.text("/-/source/content/events/bridge-closed.yaml")
        project.edit("events/bridge-closed.yaml", "what-hapened", "what-happened")
        preview.until(lambda: preview.panel() == "")


def test_pages_made_before_the_others_are_taken_back_when_another_fails(project: Project) -> None:
    own = project.root / "templates/pages/about.html"
    own.parent.mkdir(parents=True)
    own.write_text("{% if view.explainer.title == 'Too far' %}{{ nothing }}{% endif %}")
    with running(project.root) as preview:
        before = preview.text("/")
        text = (project.root / "content/explainer.yaml").read_text(encoding="utf-8")
        project.write("explainer.yaml", re.sub("(?m)^title:.*$", "title: Too far", text))
        preview.until(lambda: "templates/pages/about.html" in preview.panel())
        assert preview.text("/") == before


def test_when_nothing_was_ever_built_the_page_says_why_and_then_appears(project: Project) -> None:
    good = (project.root / "content/explainer.yaml").read_text(encoding="utf-8")
    project.write("explainer.yaml", "title: [")
    with running(project.root) as preview:
        found = preview.get("/any/page/")
        assert found.status == 503
        assert b"content/explainer.yaml:1:8" in found.body and b"/-/preview.js" in found.body
        first = preview.state("/")["page"]
        project.write("explainer.yaml", good)
        preview.until(lambda: preview.get("/").status == 200)
        assert preview.state("/")["page"] != first


def test_what_a_mistake_quotes_is_text_and_never_markup(project: Project) -> None:
    with running(project.root) as preview:
        project.edit("events/bridge-closed.yaml", "section: what-happened", "section: <script>x</script>")
        preview.until(lambda: "Not built" in preview.panel())
        assert "<script" not in preview.panel()
        assert "&lt;script&gt;" in preview.panel()


def test_hundreds_of_mistakes_are_counted_and_some_are_shown(project: Project) -> None:
    for number in range(60):
        project.write(f"events/broken-{number}.yaml", "title: [" + "x" * 5000)
    with running(project.root) as preview:
        page = preview.text("/")
        assert "60 errors" in page and "And 10 more" in page
        assert page.count('<li class="error">') == 50
        assert len(page) < 100_000


def test_only_the_address_of_a_changed_style_differs(project: Project) -> None:
    styles = project.root / "templates/assets/theme.css"
    with running(project.root) as preview:
        before = preview.state("/")
        styles.parent.mkdir(parents=True)
        styles.write_text(":root { --paper: #123456 }")
        preview.until(lambda: preview.state("/")["styles"] != before["styles"])
        assert preview.state("/")["page"] == before["page"]


def test_an_open_page_gets_the_new_one_with_the_answer_and_only_then(preview: Running) -> None:
    def asked(page: str, has: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(preview.get(f"/-/state.json?page={page}&has={has}").body)
        return found

    path = "/events/bridge-closed/"
    other = asked(path, "another")
    assert other["html"] == preview.text(path)
    assert f'name="explainer-preview" content="{other["page"]}"' in preview.text(path)
    assert "html" not in asked(path, str(other["page"]))
    assert "html" not in preview.state(path)
    assert "html" not in asked("/gone/", "another")
    assert "html" not in asked("/events/bridge-closed", "another")
    assert "html" not in asked("/data/site.json", "another")


def test_a_page_that_comes_back_is_told_to_ask_at_once(preview: Running) -> None:
    with preview.listening() as listener:
        assert listener.next()["command"] == "reload"


def test_every_open_page_is_told_of_a_build(project: Project) -> None:
    with running(project.root) as preview, preview.listening() as first, preview.listening() as second:
        assert [listener.next()["command"] for listener in (first, second)] == ["reload", "reload"]
        project.edit("events/bridge-closed.yaml", "The town closes", "The council closes")
        for listener in (first, second):
            assert listener.next()["command"] == "reload"
        preview.until(lambda: "The council closes" in preview.text("/events/bridge-closed/"))


def test_it_outlives_a_mistake_of_its_own(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    def make(inputs: Inputs) -> Build:
        if b"boom" in inputs.content["content/events/bridge-closed.yaml"]:
            raise ZeroDivisionError("a fault of ours")
        return rebuild(inputs)

    with running(project.root, make) as preview:
        project.edit("events/bridge-closed.yaml", "The town closes", "boom closes")
        preview.until(lambda: "internal-error" in preview.panel())
        project.edit("events/bridge-closed.yaml", "boom closes", "The mayor closes")
        preview.until(lambda: "The mayor closes" in preview.text("/events/bridge-closed/"))
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.fixture
def command(project: Project) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "generator", "serve", "--root", str(project.root), *arguments]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        started.append(
            subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _lines_until(process: subprocess.Popen[str], start: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(start):
            return lines
    raise AssertionError(lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_interrupted_with_pages_open(
    command: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = command("--port", "0")
    port = int(_lines_until(process, "The preview")[-1].split("127.0.0.1:")[1].split("/")[0])
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as page:
        page.sendall(handshake(port, f"Origin: http://127.0.0.1:{port}\r\n"))
        assert page.recv(12) == b"HTTP/1.1 101"
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output.splitlines()[-1], errors) == (0, "Stopped.", "")


def test_a_port_that_is_taken_is_told_and_the_next_one_used(command: Callable[..., subprocess.Popen[str]]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        lines = _lines_until(command("--port", str(port)), "The preview")
    used = int(lines[-1].split("127.0.0.1:")[1].split("/")[0])
    assert used > port
    assert lines[0] == f"Port {port} is taken; using {used}."


def test_a_preview_that_others_can_reach_says_so(command: Callable[..., subprocess.Popen[str]]) -> None:
    lines = _lines_until(command("--host", "0.0.0.0", "--port", "0"), "The preview")
    assert lines[0] == "Whoever can reach this machine as 0.0.0.0 sees the preview, drafts included."


def test_an_address_that_is_not_this_machines_is_refused(command: Callable[..., subprocess.Popen[str]]) -> None:
    process = command("--host", "192.0.2.1", "--port", "8000")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 3
    assert errors.startswith("explainer: error[serve-address]: cannot serve at 192.0.2.1:8000: ")
