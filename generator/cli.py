"""Options in, exit code out, diagnostics printed. Exit codes: 0 fine, 1 content, 2 usage, 3 the machine, 4 the lock."""

import atexit
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.diagnostics import Diagnostic, as_github, as_json, as_text, counted, has_errors, in_order, printable

if TYPE_CHECKING:
    from generator.build import Build
    from generator.inputs import Inputs
    from generator.place import OutputError
    from generator.site import Site
    from generator.unchanged import Past

ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The project’s folder.",
)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the site goes; default: site in the root.",
)
BASE_URL = click.option("--base-url", default=None, help="The public address, for sitemap, feed and canonical links.")
PORTABLE = click.option("--portable", is_flag=True, help="Links name index.html, so that the site works from disk.")
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count, help="Processes to use; default: one a core."
)


def main() -> None:
    """The console script."""
    try:
        cli()
    except ImportError as error:
        if error.name not in ("yaml", "yaml._yaml"):
            raise
        click.echo(
            "explainer: PyYAML lacks libyaml; reinstall it from a wheel: pip install --force-reinstall pyyaml",
            err=True,
        )
        raise SystemExit(3) from None
    except SystemExit as end:
        # What was built is still held by the frames of `end`: the system takes its memory back faster than Python.
        for stream in filter(None, (sys.stdout, sys.stderr)):  # there is none where it was closed for us
            with suppress(OSError):
                stream.flush()
        atexit._run_exitfuncs()  # other processes end, for whom nobody waits any more
        os._exit(int(end.code or 0))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="explainer-generator")
def cli() -> None:
    """Builds an explainer in which every sentence can be traced to its source."""


@cli.command()
@ROOT
@OUT
@click.option("--drafts", is_flag=True, help="Include records that are drafts.")
@BASE_URL
@PORTABLE
@JOBS
@click.option("--no-cache", is_flag=True, help="Use nothing remembered; the site is the same.")
def build(
    root: Path,
    out: Path | None,
    drafts: bool,
    base_url: str | None,
    portable: bool,
    jobs: int,
    no_cache: bool,
) -> object:
    """Build the site, or leave the old one and say what is wrong."""
    return _build(root, out, base_url, portable, jobs, drafts=drafts, remember=not no_cache)


@cli.command()
@ROOT
@OUT
@BASE_URL
@PORTABLE
@JOBS
def publish(root: Path, out: Path | None, base_url: str | None, portable: bool, jobs: int) -> object:
    """Build the site, unless something in it changed silently since the last release."""
    return _build(root, out, base_url, portable, jobs, is_public=True)


def _build(
    root: Path,
    out: Path | None,
    base_url: str | None,
    portable: bool,
    jobs: int,
    drafts: bool = False,
    is_public: bool = False,
    remember: bool = False,
) -> object:
    """Build and write the site. What was made is returned: nobody is to wait until its memory is free (see `main`)."""
    gc.disable()  # a build makes millions of small values, all of which live until it ends
    from generator.unchanged import LastBuild, Past
    from generator.urls import base_problem

    if base_url and (trouble := base_problem(base_url)):
        raise click.UsageError(f"--base-url: {trouble.message}{trouble.hint and f'; {trouble.hint}'}")
    target = out or root / "site"
    _refuse_out(target, root)
    started = time.perf_counter()
    last = LastBuild(root, target, (drafts, base_url, portable), jobs) if remember else None
    if last and (past := last.past()):
        _print(past.diagnostics, "text", err=True)
        _say(past, 0, started)
        return None
    if last:
        last.begin()
    reading = last.read if last else _reading(root, jobs)
    from generator.build import build as make
    from generator.progress import progress
    from generator.write import OutputError, write

    with progress("Reading", started):
        read, memo = reading()
    with progress("Building", started):
        made = make(read, drafts=drafts, base_url=base_url, portable=portable, jobs=jobs, memo=memo)
        found = _with_release(made, read) if is_public else made.diagnostics
    _print(found, "text", err=True)
    if has_errors(found):
        click.echo(f"Not built: {counted(found)}. The old site is untouched.", err=True)
        raise SystemExit(1)
    try:
        with progress("Writing", started):
            written = last.write(made, read, memo) if last and memo else write(made.files, target)
    except OutputError as error:
        _fail(error)
    ended = Past(made.pages, len(made.site.records) if made.site else 0, written.files, tuple(found))
    if last:
        last.keep(ended, written.manifest)
    _say(ended, written.changed, started)
    return read, memo, made


def _reading(root: Path, jobs: int) -> "Callable[[], tuple[Inputs, None]]":
    """What gives the project's files, which another process reads while this one loads the rest of the tool."""
    from generator.inputs import read
    from generator.parallel import Ahead

    files = Ahead(partial(read, root)).result if jobs > 1 else partial(read, root)
    return lambda: (files(), None)


def _fail(error: "OutputError") -> NoReturn:
    click.echo(f"explainer: error[{error.code}]: {error.message}", err=True)
    if error.hint:
        click.echo(f"  hint: {error.hint}", err=True)
    raise SystemExit(error.exit_code) from None


@contextmanager
def _writing(goal: Path) -> Iterator[None]:
    """Around what writes: a disk that is full or not ours to write to is the machine’s matter."""
    try:
        yield
    except OSError as error:
        click.echo(f"explainer: error[out-failed]: {goal} could not be written: {error.strerror}", err=True)
        raise SystemExit(3) from None


def _say(past: "Past", changed: int, started: float) -> None:
    seconds = time.perf_counter() - started
    click.echo(
        f"{past.pages} pages from {past.records} records, {changed} of {past.files} files changed, "
        f"{seconds:.2f} s, {counted(past.diagnostics)}"
    )


def _with_release(made: "Build", read: "Inputs") -> Sequence[Diagnostic]:
    """What was found, and what changed silently since the last release."""
    from generator.release import check_release
    from generator.statements import LOCK

    if made.site is None or not made.is_good:
        return made.diagnostics
    return in_order([*made.diagnostics, *check_release(made.site, read.content.get(LOCK))])


@cli.command()
@ROOT
def release(root: Path) -> None:
    """Record what is published now, so that nothing of it changes silently later."""
    from generator import inputs
    from generator.build import build as make
    from generator.release import released
    from generator.statements import LOCK

    read = inputs.read(root)
    made = make(read)
    found = _with_release(made, read)
    # That nothing or not all is recorded is what this command mends.
    found = [d for d in found if d.code not in ("release-missing", "release-unrecorded")]
    _print(found, "text", err=True)
    if made.site is None or has_errors(found):
        click.echo(f"Not recorded: {counted(found)}.", err=True)
        raise SystemExit(1)
    text, goal = released(made.site), root / LOCK
    making = goal.with_name(f".{goal.name}.new")
    with _writing(goal):
        making.write_text(text, encoding="utf-8", newline="\n")
        making.replace(goal)
    click.echo(f"{LOCK} records {len(made.site.records)} records as of {made.site.explainer.as_of}: commit it")


def _refuse_out(target: Path, root: Path) -> None:
    goal, home = Path(os.path.abspath(target)), Path(os.path.abspath(root))
    if goal == home or goal in home.parents:
        raise click.UsageError(f"--out {target} holds the project itself")
    own = goal.relative_to(home).parts[0] if goal.is_relative_to(home) else ""
    if own in ("content", "templates", "seeds", "generator", "tests", ".cache", ".git"):
        raise click.UsageError(f"--out {target} is a folder of the project, or lies in one")


@cli.command()
@ROOT
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--release", "is_public", is_flag=True, help="Also what changed silently since the last release.")
@click.option("--coverage", is_flag=True, help="How many sentences that need a source have one, section by section.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text")
def check(root: Path, strict: bool, is_public: bool, coverage: bool, form: str) -> None:
    """Say everything that is wrong, and write nothing."""
    from generator import inputs
    from generator.build import build as make

    read = inputs.read(root)
    made = make(read)
    found = _with_release(made, read) if is_public else made.diagnostics
    _print(found, form)
    if form == "text":
        if coverage and made.site:
            _print_coverage(made.site)
        click.echo(f"{len(made.site.records) if made.site else 0} records checked: {counted(found)}")
    if has_errors(found) or (strict and found):
        raise SystemExit(1)


@cli.command("format")
@ROOT
@click.option("--check", "is_check", is_flag=True, help="Only list what would change; exit 1 if anything would.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
def format_(root: Path, is_check: bool, paths: tuple[Path, ...]) -> None:
    """Give every record, or those at and below PATHS, its canonical form; comments and line breaks stay."""
    from generator.format import format_records, from_root
    from generator.place import OutputError

    try:
        only = [from_root(root, path) for path in paths] or ["."]
    except ValueError:
        raise click.UsageError(f"only what lies in {root} can be formatted") from None
    try:
        done = format_records(root, only, writes=not is_check)
    except OutputError as error:
        _fail(error)
    if not done.records and not done.diagnostics:
        raise click.UsageError("there is no record here")
    _print(done.diagnostics, "text", err=True)
    for path in done.changed:
        click.echo(printable(path))
    said = f"{len(done.changed)} of {done.records} records {'would change' if is_check else 'changed'}"
    click.echo(f"{said}, {counted(done.diagnostics)}" if done.diagnostics else said)
    if has_errors(done.diagnostics) or (is_check and done.changed):
        raise SystemExit(1)


@cli.command()
@ROOT
@click.option("--host", default="127.0.0.1", show_default=True, help="The name or address to answer to.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="If taken, the next free.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
def serve(root: Path, host: str, port: int, open_browser: bool) -> None:
    """Preview the site, drafts included; pages change as files are saved."""
    from generator.serve import serve as preview

    try:
        preview(root, host, port, open_browser, click.echo)
    except OSError as error:
        click.echo(f"explainer: error[serve-address]: cannot serve at {host}:{port}: {error.strerror}", err=True)
        raise SystemExit(3) from None


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schema"),
    help="Where the files go.",
)
def schema(out: Path) -> None:
    """Write a JSON Schema for each kind of record, for completion and hover help in editors."""
    from generator.exports import schema as schema_of
    from generator.records import KINDS

    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            text = json.dumps(schema_of(kind), ensure_ascii=False, indent=1)
            (out / f"{kind.kind}.json").write_text(text + "\n", encoding="utf-8")
    click.echo(f"{len(KINDS)} schemas in {out}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
def init(folder: Path) -> None:
    """Start a small complete explainer in DIR."""
    starter = Path(__file__).parent / "starter"
    if folder.exists() and any(found.name != ".git" for found in folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty")
    with _writing(folder):
        for source in sorted(starter.rglob("*.yaml")):
            goal = folder / source.relative_to(starter)
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_bytes(source.read_bytes())
        (folder / ".gitignore").write_text("/site/\n/.cache/\n/.site.*\n", encoding="utf-8")
    click.echo(f"An explainer to start from is in {folder}. Next: cd {folder}, then explainer serve")


@cli.command()
@ROOT
@click.argument("kind")
@click.argument("record_id", metavar="ID")
def new(root: Path, kind: str, record_id: str) -> None:
    """Write a commented skeleton of a record: a draft until its facts are in."""
    from generator.records import KINDS
    from generator.refs import id_problem, nearest
    from generator.skeleton import skeleton

    kinds = {k.kind: k for k in KINDS if k.folder}
    if kind not in kinds:
        meant = nearest(kind, kinds)
        raise click.UsageError(
            f"there is no kind “{printable(kind)}”; "
            + (f"did you mean {meant}?" if meant else f"kinds: {', '.join(kinds)}")
        )
    if problem := id_problem(record_id):
        raise click.UsageError(printable(f"{problem[1]}: {problem[2]}"))
    path = root / "content" / kinds[kind].folder / f"{record_id}.yaml"
    if path.exists():
        raise click.UsageError(f"{path} exists already")
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(skeleton(kinds[kind], root / "content"), encoding="utf-8")
    click.echo(f"{path}: fill it in, then delete the line “status: draft”")


def _print_coverage(site: "Site") -> None:
    from generator.coverage import shares

    for section, share in site.derived(shares).items():
        if share.claims:
            name = section.id if section else "elsewhere"
            percent = 100 * share.covered // share.claims
            click.echo(f"{name:<24}{share.covered} of {share.claims} sentences ({percent}%)")


def _print(diagnostics: Sequence[Diagnostic], form: str, err: bool = False) -> None:
    if form == "json":
        click.echo(as_json(diagnostics))
        return
    shown = as_github if form == "github" else as_text
    for diagnostic in diagnostics:
        click.echo(shown(diagnostic), err=err)
