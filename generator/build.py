"""The recipe: `Inputs` to `Build`. Pure, and each line of `build` is a stage.

The first stage that finds errors is the last to run, so that one mistake makes one message.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from generator.accent import accent_is_seen
from generator.changes import Since
from generator.check import check_addresses, check_record, compare_record
from generator.copies import Copies, check_copies, find_copies
from generator.coverage import Survey, survey, uncited
from generator.diagnostics import Diagnostic, has_errors, in_order
from generator.exports import Exported, exports
from generator.filecheck import Web, check_files
from generator.inputs import Inputs
from generator.link import check_cycles, check_references
from generator.looks import Looks, Question, look, look_together
from generator.parallel import Ahead
from generator.parse import Files, parse, with_drafts
from generator.plan import Page, plan
from generator.quotations import Examined, examine
from generator.reads import NoticingSite, Unnoticed
from generator.records import KINDS, Record
from generator.refs import Ref
from generator.render import Rendering, render
from generator.site import Assembled, Site, assemble
from generator.sitefiles import SiteFiles
from generator.templating import compiled
from generator.waivers import judged

if TYPE_CHECKING:
    from concurrent.futures import Executor


@dataclass(frozen=True)
class Build:
    """What came of the inputs: the files, when there are no errors; and all that was found, in order."""

    files: SiteFiles = field(default_factory=SiteFiles)
    diagnostics: tuple[Diagnostic, ...] = ()
    site: Site | None = None
    pages: int = 0
    rendered: int = 0
    """How many of the pages were not remembered."""

    @property
    def is_good(self) -> bool:
        return not has_errors(self.diagnostics)


@dataclass
class Memo:
    """What one build leaves for the next one of the same project, so that only what differs is made again.

    One that `lasts`, in a process that builds again and again, also knows who read what.
    """

    lasts: bool = False
    files: Files | None = None
    assembled: Assembled | None = None
    addressed: Site | None = None
    linked: Looks[tuple[Diagnostic, ...]] | None = None
    examined: Looks[Examined] | None = None
    surveyed: Looks[Survey] | None = None
    checked: Looks[tuple[Diagnostic, ...]] | None = None
    compared: Looks[tuple[Diagnostic, ...]] | None = None
    copies: Copies | None = None
    planned: dict[Ref, Page] = field(default_factory=dict)
    rendering: Rendering | None = None
    exported: Exported = field(default_factory=Exported)
    web: Web | None = None

    @property
    def records(self) -> Iterable[Record]:
        """All records of the site."""
        return self.assembled.site.records.values() if self.assembled else ()


def build(
    inputs: Inputs,
    *,
    drafts: bool = False,
    base_url: str | None = None,
    portable: bool = False,
    kinds: tuple[type[Record], ...] = KINDS,
    jobs: int = 1,
    executor: "Executor | None" = None,
    memo: Memo | None = None,
    only: Collection[str] | None = None,
) -> Build:
    """The site's files, or why there are none. `base_url` replaces the explainer's.

    Up to `jobs` processes share the work; `executor`, if given, takes the reading of the records instead. What the
    last build left in `memo` is not made again. The bytes are the same. With `only`, just those pages are made, for
    somebody who waits for them.
    """
    remembers, memo = memo is not None, memo or Memo()
    compiling = Ahead(partial(compiled, inputs.templates)) if jobs > 1 and not memo.rendering else None
    memo.files = parse(inputs.content, kinds, memo.files, executor)
    found = [*inputs.problems, *chain.from_iterable(memo.files.problems.values())]
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)))
    withheld = {} if drafts else memo.files.drafts
    parsed = with_drafts(memo.files) if drafts else memo.files.parsed
    if withheld:
        parsed = {path: one for path, one in parsed.items() if path not in withheld}
    memo.assembled = assemble(parsed, kinds, inputs.content, inputs.seeds, memo.assembled)
    site = memo.assembled.site
    since = Since(site, jobs, remembers, memo.lasts)
    found += _linked(site, withheld.values(), memo, since)
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)), site=site)
    site, doubts = _examined(site, memo, since)
    if only is None:  # nobody waits for what is told of records that are much like another
        memo.copies = find_copies(site, memo.copies)
        doubts += check_copies(site, memo.copies)
    found += [*_addressed(site, memo), *accent_is_seen(site, inputs.templates), *judged(site, doubts)]
    if has_errors(found):
        return Build(diagnostics=tuple(in_order(found)), site=site)
    planned = plan(NoticingSite(site, Unnoticed()), memo.planned, only)  # notes what is derived of what
    pages = tuple(page for page in planned if only is None or page.path in only)
    base = normal_base(base_url or site.explainer.base_url or "")
    files, problems, rendering = render(
        site,
        pages,
        inputs.templates,
        portable=portable,
        base_url=base,
        before=memo.rendering,
        since=since,
        compiling=compiling,
        is_hasty=only is not None,
    )
    if rendering:
        memo.rendering = rendering
        files |= exports(site, pages, base, memo.exported, jobs)
        if base:
            from generator.social import previews  # with what draws; nothing else here needs it

            files |= previews(site, inputs.templates)
        memo.web = check_files(files, rendering.links, memo.web)
        problems += memo.web.wrong
    found += problems
    rendered = rendering.fresh if rendering else 0
    return Build(SiteFiles() if has_errors(found) else files, tuple(in_order(found)), site, len(pages), rendered)


def _linked(site: Site, drafts: Iterable[Ref], memo: Memo, since: Since) -> list[Diagnostic]:
    """What is wrong with references; they are remembered if nothing is."""
    linked = look(site, since, Question(partial(check_references, drafts=set(drafts)), memo.linked, ()))
    found = [*chain.from_iterable(linked), *_cycles(site, memo.linked, since)]
    if not has_errors(found):
        memo.linked = linked
    return found


def _cycles(site: Site, before: Looks[Any] | None, since: Since) -> Iterable[Diagnostic]:
    """Circles of records. Where there were none before, one leads through a record that changed."""
    if before and not any(check_cycles(site, since(before.site).records & site.records.keys())):
        return ()
    return check_cycles(site, site.order)


def _examined(site: Site, memo: Memo, since: Since) -> tuple[Site, list[Diagnostic]]:
    """The site with what is found of its quotations and sentences, which pages show, and all doubts about records."""
    examined, surveyed, checked, compared = look_together(
        site,
        since,
        [
            Question(examine, memo.examined, Examined()),
            Question(survey, memo.surveyed, Survey()),
            Question(check_record, memo.checked, ()),
            Question(compare_record, memo.compared, ()),
        ],
    )
    evidence, coverage = examined.each("evidence", memo.examined), surveyed.each("coverage", memo.surveyed)
    site = replace(site, evidence=evidence, coverage=coverage)
    since.settle(site)
    memo.linked = memo.linked and replace(memo.linked, site=site)
    memo.examined, memo.surveyed = replace(examined, site=site), replace(surveyed, site=site)
    memo.checked, memo.compared = replace(checked, site=site), replace(compared, site=site)
    return site, [*chain(*(one.diagnostics for one in examined), *checked, *compared), *uncited(site, surveyed.found)]


def _addressed(site: Site, memo: Memo) -> Iterable[Diagnostic]:
    """Records that would have one address; the others' are remembered."""
    collisions = [*check_addresses(site, memo.addressed)]
    memo.addressed = None if collisions else site
    return collisions


def normal_base(url: str) -> str:
    """The public address with one slash at its end; empty when there is none."""
    return url.rstrip("/") + "/" if url else ""
