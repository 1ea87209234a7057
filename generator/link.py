"""References followed: what leads to no record is reported, with the id that was probably meant."""

from collections.abc import Iterator, Set

from generator.diagnostics import Diagnostic
from generator.records import Record, references, values
from generator.refs import Ref, nearest
from generator.site import Site
from generator.yamlfile import Path

# Chains that must end: a part of itself, or a copy of its own copy, says nothing.
_CHAINS = {"place": "part_of", "source": "derived_from", "actor": "member_of"}


def check_references(site: Site, drafts: Set[Ref] = frozenset()) -> Iterator[Diagnostic]:
    for record in site.records.values():
        for ref, path, offset in references(record):
            if ref not in site.records:
                yield _missing(site, record, ref, path, offset, drafts)
            elif ref == record.ref and offset is None and path[0] != "see":
                yield Diagnostic(
                    site.at(record.ref, path),
                    "ref-self",
                    "this record refers to itself",
                    "delete it, or name another",
                )
        yield from _misspelt_parties(site, record)
    yield from _cycles(site)


def _missing(site: Site, record: Record, ref: Ref, path: Path, offset: int | None, drafts: Set[Ref]) -> Diagnostic:
    where = site.at(record.ref, path, offset)
    kinds = {kind.kind: kind for kind in site.kinds}
    if ref.kind not in kinds:
        meant = nearest(ref.kind, kinds)
        return Diagnostic(
            where,
            "ref-kind",
            f"“{ref.kind}” is not a kind of record",
            f"did you mean {meant}:{ref.id}?" if meant else "",
        )
    if ref in drafts:
        return Diagnostic(
            where,
            "ref-draft",
            f"the {ref.kind} “{ref.id}” is a draft and will not be published",
            "make it ready, or remove this",
        )
    known = [other.id for other in site.of_kind(ref.kind)]
    meant = nearest(ref.id, known)
    hint = (
        f"did you mean {meant}?" if meant else f"add {kinds[ref.kind].folder}/{ref.id}.yaml, or choose one that exists"
    )
    return Diagnostic(where, "ref-missing", f"there is no {ref.kind} “{ref.id}”", hint)


def _misspelt_parties(site: Site, record: Record) -> Iterator[Diagnostic]:
    """A holder may be a plain name; what nearly is an actor's id was meant as one."""
    actors = [actor.id for actor in site.of_kind("actor")]
    for path, value in values(record):
        ref = getattr(value, "ref", None)
        if isinstance(ref, Ref) and ref not in site.records and (meant := nearest(ref.id, actors, 0.8)):
            yield Diagnostic(
                site.at(record.ref, path),
                "ref-missing",
                f"there is no actor “{ref.id}”",
                f"did you mean {meant}?",
            )


def _cycles(site: Site) -> Iterator[Diagnostic]:
    done: set[Ref] = set()
    for start in site.records.values():
        chain: dict[Ref, None] = {}
        record: Record | None = start
        while record is not None and record.ref not in done and record.kind in _CHAINS:
            if record.ref in chain:
                names = [ref.id for ref in chain][:10]
                where = site.at(record.ref, (_CHAINS[record.kind],))
                yield Diagnostic(
                    where,
                    "ref-cycle",
                    f"these lead back to each other: {', '.join(names)}",
                    "one of them must end the chain",
                )
                break
            chain[record.ref] = None
            target = getattr(record, _CHAINS[record.kind])
            record = site.records.get(target) if target and target != record.ref else None
        done |= chain.keys()
