"""The recipe: `Inputs` to `Build`. Pure, and each line of `build` is a stage.

The first stage that finds errors is the last to run, so that one mistake makes one message.
"""

from collections.abc import Container, Hashable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any

from generator.check import check_addresses, check_record, compare_record
from generator.coverage import Survey, survey
from generator.diagnostics import Diagnostic, Location, has_errors, in_order
from generator.exports import exports
from generator.filecheck import Links, check_files
from generator.inputs import Inputs
from generator.link import check_cycles, check_references
from generator.memo import Table
from generator.parse import Answer, File, Parsed, parse_files
from generator.plan import plan
from generator.quotations import Examined, examine
from generator.reads import Looks, Since, look
from generator.records import KINDS, Record
from generator.refs import Ref, nearest
from generator.render import Rendering, render
from generator.site import Site, assemble
from generator.social import previews
from generator.waivers import judged


@dataclass(frozen=True)
class Build:
    """What came of the inputs: the files, when there are no errors; and all that was found, in order."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    site: Site | None = None
    pages: int = 0

    @property
    def is_good(self) -> bool:
        return not has_errors(self.diagnostics)


@dataclass
class Memo:
    """What one build leaves for the next one of the same project, so that only what differs is made again."""

    parsed: Table[str, Answer] = field(default_factory=Table)
    linked: Looks[tuple[Diagnostic, ...]] | None = None
    examined: Looks[Examined] | None = None
    checked: Looks[tuple[Diagnostic, ...]] | None = None
    compared: Looks[tuple[Diagnostic, ...]] | None = None
    surveyed: Table[Ref, Survey] = field(default_factory=Table)
    rendering: Rendering | None = None
    exported: Table[Hashable, Any] = field(default_factory=Table)
    links: Table[str, Links] = field(default_factory=Table)


def build(
    inputs: Inputs,
    *,
    drafts: bool = False,
    base_url: str | None = None,
    portable: bool = False,
    kinds: tuple[type[Record], ...] = KINDS,
    jobs: int = 1,
    executor: Executor | None = None,
    memo: Memo | None = None,
    only: Container[str] | None = None,
) -> Build:
    """The site's files, or why there are none. `base_url` replaces the explainer's.

    Up to `jobs` processes share the work; `executor`, if given, takes the reading of the records instead. What the
    last build left in `memo` is not made again. The bytes are the same. With `only`, no more than those pages are made
    of the site, for one that waits for them.
    """
    remembers, memo = memo is not None, memo or Memo()
    found = list(inputs.problems)
    parsed, withheld = _parse(inputs, kinds, drafts, found, memo, jobs, executor)
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)))
    before = memo.linked.site if memo.linked else None
    site = assemble(parsed, kinds, inputs.content, inputs.seeds, before)
    since = Since(site, jobs, remembers)
    linked = look(site, partial(check_references, drafts=withheld), memo.linked, since)
    found += chain.from_iterable(linked)
    found += check_cycles(site, [ref for ref in site.records if before is None or ref in since(before).records])
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)), site=site)
    memo.linked = linked
    examined = look(site, examine, memo.examined, since)
    site = replace(site, evidence={ref: found.evidence for ref, (_, found) in examined.found.items() if found.evidence})
    site, uncited = survey(site, memo.surveyed)
    since.settle(site)
    memo.examined = replace(examined, site=site)
    memo.checked = look(site, check_record, memo.checked, since)
    memo.compared = look(site, compare_record, memo.compared, since)
    doubts = [doubt for found in examined for doubt in found.diagnostics]
    found += check_addresses(site)
    found += judged(site, [*chain(*memo.checked, *memo.compared), *doubts, *uncited])
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)), site=site)
    pages = tuple(page for page in plan(site) if only is None or page.path in only)
    base = normal_base(base_url or site.explainer.base_url or "")
    known = partial(render, before=memo.rendering, since=since)
    files, problems, rendering = known(site, pages, inputs.templates, portable=portable, base_url=base)
    if rendering and only is None:
        memo.rendering = rendering
        files |= exports(site, pages, base, memo.exported)
        files |= previews(site, inputs.templates) if base else {}
        problems += check_files(files, memo.links)
    found += problems
    return Build({} if has_errors(found) else files, tuple(in_order(found)), site, len(pages))


def normal_base(url: str) -> str:
    """The public address with one slash at its end; empty when there is none."""
    return url.rstrip("/") + "/" if url else ""


def _parse(
    inputs: Inputs,
    kinds: tuple[type[Record], ...],
    drafts: bool,
    found: list[Diagnostic],
    memo: Memo,
    jobs: int = 1,
    executor: Executor | None = None,
) -> tuple[list[Parsed], set[Ref]]:
    parsed, withheld = [], set[Ref]()
    for record, problems in _answers(list(record_files(inputs, kinds, found)), memo, jobs, executor):
        found += problems
        if record is None:
            continue
        if record.record.status == "draft" and not drafts:
            withheld.add(record.record.ref)
        else:
            parsed.append(record)
    return parsed, withheld


def _answers(files: list[File], memo: Memo, jobs: int, executor: Executor | None) -> Iterator[Answer]:
    """What `parse_file` says of each file, in their order."""
    known = [memo.parsed.known(path, (content, kind)) for path, content, kind in files]
    missing = [file for file, answer in zip(files, known, strict=True) if answer is None]
    made = iter(parse_files(missing, jobs, executor))
    for (path, content, kind), answer in zip(files, known, strict=True):
        yield answer or memo.parsed.remember(path, (content, kind), next(made))
    memo.parsed.forget()


def record_files(inputs: Inputs, kinds: tuple[type[Record], ...], found: list[Diagnostic]) -> Iterator[File]:
    """The file of every record with its kind; what is wrong with where others lie is added to `found`."""
    by_folder = {kind.folder: kind for kind in kinds}
    for path, content in sorted(inputs.content.items()):
        if not path.endswith(".yaml"):
            continue
        folder = path.removeprefix("content/").rpartition("/")[0]
        if folder == "" and path != "content/explainer.yaml":
            found.append(
                Diagnostic(
                    Location(path),
                    "kind-unknown",
                    "a record lies in the folder of its kind",
                    "move it, say into events/",
                )
            )
        elif folder in by_folder:
            yield path, content, by_folder[folder]
        elif folder.partition("/")[0] in by_folder:
            kind, _, name = path.removeprefix("content/").removesuffix(".yaml").partition("/")
            hint = f"put the file itself into {kind}/, say as {name.replace('/', '-')}.yaml"
            found.append(Diagnostic(Location(path), "id-chars", f"“{name}” cannot be an id", hint))
        else:
            meant = nearest(folder, by_folder)
            hint = (
                f"did you mean {meant}/?" if meant else f"the folders are {', '.join(sorted(filter(None, by_folder)))}"
            )
            found.append(Diagnostic(Location(path), "kind-unknown", f"“{folder}” is not a kind of record", hint))
