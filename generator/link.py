"""References followed: what leads to no record is reported, with the id that was probably meant."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from generator.diagnostics import Diagnostic, Path
from generator.fields import Party
from generator.prose import Prose
from generator.records import Event, Record
from generator.refs import Known, Ref, nearest
from generator.site import Site

# Chains that must end: a part of itself, or a copy of its own copy, says nothing.
_CHAINS = frozenset({"part_of", "derived_from", "member_of", "total_of"})


def check_references(site: Site, record: Record, drafts: Set[Ref] = frozenset()) -> tuple[Diagnostic, ...]:
    """What is wrong with the references of one record. Those to `drafts` are told apart."""
    return (
        *_wrong_references(site, record, drafts),
        *_misspelt_parties(site, record),
        *_loose_sources(site, record),
    )


def _wrong_references(site: Site, record: Record, drafts: Set[Ref]) -> Iterator[Diagnostic]:
    listed = set[tuple[Path, Ref]]()
    for ref, path, offset in record.references:
        is_item = offset is None and type(path[-1]) is int
        if ref not in site.records:
            yield _missing(site, record, ref, path, offset, drafts)
        elif is_item and (path[:-1], ref) in listed:
            said = f"this list names {ref.id} twice"
            yield Diagnostic(site.at(record.ref, path), "ref-twice", said, "delete one of them")
        elif ref == record.ref and not (offset is not None and ref.kind == "source"):  # it may quote itself
            where, said = site.at(record.ref, path, offset), "this record refers to itself"
            yield Diagnostic(where, "ref-self", said, "delete it, or name another")
        if is_item:
            listed.add((path[:-1], ref))


def _missing(site: Site, record: Record, ref: Ref, path: Path, offset: int | None, drafts: Set[Ref]) -> Diagnostic:
    where = site.at(record.ref, path, offset)
    kinds = {kind.kind: kind for kind in site.kinds}
    if ref.kind not in kinds:
        meant = nearest(ref.kind, kinds)
        hint = f"did you mean {meant}:{ref.id}?" if meant else f"the kinds are {', '.join(kinds)}"
        return Diagnostic(where, "ref-kind", f"“{ref.kind}” is not a kind of record", hint)
    folder = kinds[ref.kind].folder
    if ref in drafts:
        said = f"the {ref.kind} “{ref.id}” is a draft and will not be published"
        hint = f"when it is ready, delete “status: draft” from {folder}/{ref.id}.yaml; until then, remove this"
        return Diagnostic(where, "ref-draft", said, hint)
    is_link = offset is not None and ref.kind != "source"
    return Diagnostic(where, "ref-missing", f"there is no {ref.kind} “{ref.id}”", _instead(site, ref, folder, is_link))


def _instead(site: Site, ref: Ref, folder: str, is_link: bool) -> str:
    """What to write for a record that is not there: one of another kind, the id it has now, or the nearest id."""
    others = [other for kind in site.kinds if (other := Ref(kind.kind, ref.id)) in site.records]
    if others:
        another = f"{others[0]} is of another kind; name one of {folder}/"
        return f"did you mean {others[0]}?" if is_link else another
    if renamed := next((other.id for other in site.of_kind(ref.kind) if ref.id in other.aliases), None):
        return f"its id is {renamed} now"
    meant = site.derived(_names)[ref.kind].nearest(ref.id)
    return f"did you mean {meant}?" if meant else f"add {folder}/{ref.id}.yaml, or choose one that exists"


def _names(site: Site) -> Mapping[str, Known]:
    return {kind.kind: Known(record.id for record in site.of_kind(kind.kind)) for kind in site.kinds}


def _names_of_actors(site: Site) -> Known:
    return Known(actor.id for actor in site.of_kind("actor"))


def _misspelt_parties(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A holder may be a plain name; what nearly is an actor's id was meant as one."""
    for path, value in record.leaves:
        ref = value.ref if isinstance(value, Party) else None
        if ref is None or ref in site.records:
            continue
        if meant := site.derived(_names_of_actors).nearest(ref.id, 0.8):
            yield Diagnostic(
                site.at(record.ref, path),
                "ref-missing",
                f"there is no actor “{ref.id}”",
                f"did you mean {meant}?",
            )


def _loose_sources(site: Site, record: Record) -> Iterator[Diagnostic]:
    """`[source-id]` and `@source-id`, which a reader would see as they are: a citation was meant."""
    for path, value in record.leaves:
        if not isinstance(value, Prose) or not ("@" in value.plain or "[" in value.plain):
            continue
        text = _CITATION_OR_CODE.sub(lambda found: " " * len(found[0]), value.text)
        for found in _LOOSE_SOURCE.finditer(text):
            source = found[1] or found[2]
            if "-" in source and found[0] in value.plain and Ref("source", source) in site.records:
                said, where = f"“{found[0]}” names a source, but is no citation", found.start()
                yield Diagnostic(site.at(record.ref, path, where), "md-citation", said, f"write [@{source}]")


_CITATION_OR_CODE = re.compile(r"\[@[^\[\]]*\]|(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LOOSE_SOURCE = re.compile(r"(?<![\\\]`])\[([a-z0-9-]+)\](?![(\[:`])|(?<![\w\\/@`-])@([a-z0-9-]+)(?![\w/@`-]|\.\w)")


def check_cycles(site: Site, starts: Iterable[Ref]) -> Iterator[Diagnostic]:
    """Each circle that one of these records leads into, once, told where it closes: one for each record that does so.

    Walked without recursion: a chain can be longer than Python's stack.
    """
    done: set[Ref] = set()
    told: set[Ref] = set()
    for start in starts:
        chain: dict[Ref, Path] = {}
        waiting = [(start, _chained(site, start))] if start not in done else []
        while waiting:
            ref, following = waiting[-1]
            step = next(following, None)
            if step is None:
                done.add(ref)
                chain.pop(ref, None)
                waiting.pop()
                continue
            target, chain[ref] = step
            if target in chain:
                if ref not in told:  # of records that all lead to each other, every two are a circle
                    told.add(ref)
                    yield _circle(site, list(chain), target, chain[ref])
            elif target not in done:
                waiting.append((target, _chained(site, target)))


def _circle(site: Site, chain: list[Ref], first: Ref, path: Path) -> Diagnostic:
    circle = [ref.id for ref in chain[chain.index(first) :]]
    shown = ", ".join(circle[:10]) + (f" and {len(circle) - 10:,} more" if len(circle) > 10 else "")
    message = f"these lead back to each other: {shown}"
    return Diagnostic(site.at(chain[-1], path), "ref-cycle", message, "one of them must end the chain")


def _chained(site: Site, ref: Ref) -> Iterator[tuple[Ref, Path]]:
    """The records of its own kind that this one rests on, follows from, is part of, or adds up."""
    record = site.records[ref]
    for target, path, offset in record.references:
        if offset is None and _is_chain(record, path) and target != ref and target in site.records:
            yield target, path


def _is_chain(record: Record, path: Path) -> bool:
    if isinstance(record, Event):
        return path[0] == "links" and record.links[int(path[1])].relation != "contradicts"
    return path[0] in _CHAINS
