"""No silent change: what differs from what was published is told in an update, or is only typing.

What was published is kept in a file of the content, which `explainer release` writes and people read in a diff.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.diagnostics import Diagnostic, Location, Severity, first_words
from generator.language import lexicon_of
from generator.records import Update
from generator.refs import KIND_AND_ID, Ref
from generator.site import Site
from generator.statements import LOCK, Released, Statement, located
from generator.wording import Token, Wording, tokens

_ALIKE = 0.5
"""Two statements that share so much of their words are one, edited."""


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that now says something else; one of the two is missing where it was added or removed."""

    was: Statement | None
    now: Statement | None


def released(site: Site) -> str:
    """The file that records this site as published."""
    return Released.of(site).written()


def check_release(site: Site, lock: bytes | None) -> list[Diagnostic]:
    """What would change silently if this site were published now."""
    if lock is None:
        said, hint = "nothing is recorded as published", "run explainer release when this is published"
        return [Diagnostic(Location(LOCK), "release-missing", said, hint, Severity.WARNING)]
    try:
        before = Released.read(lock.decode())
    except ValueError:
        said, hint = "this is not what explainer release wrote", "take the file from the last release again"
        return [Diagnostic(Location(LOCK), "release-unreadable", said, hint)]
    return [*_gone(site, before), *_misdated(site, before), *_untold(site, before)]


# -- what is gone --------------------------------------------------------------------------------------------------


def _gone(site: Site, before: Released) -> Iterator[Diagnostic]:
    """Addresses that were published and that nothing answers to any more."""
    known = {record.address_of(name) for record in site.records.values() for name in (record.id, *record.aliases)}
    for ref, address in before.addresses:
        if address not in known:
            said = f"{ref} was published at {address or '/'} and is gone"
            hint = f"add {ref.id} to the aliases: of the {ref.kind} that takes its place"
            yield Diagnostic(Location(LOCK), "release-gone", said, hint)


def _names(site: Site) -> dict[Ref, Ref]:
    """Every name that a record has or had, and the one it has."""
    return {
        Ref(record.kind, name): record.ref for record in site.records.values() for name in (*record.aliases, record.id)
    }


def _as_named_now(said: Sequence[Statement], names: Mapping[Ref, Ref]) -> Sequence[Statement]:
    """What was published, with the names that records have now: to be renamed changes nothing that is said of them."""
    new = {old: ref for old, ref in names.items() if old != ref}
    return [_renamed(statement, new) for statement in said] if new else said


def _renamed(said: Statement, new: Mapping[Ref, Ref]) -> Statement:
    sources = tuple(sorted(new.get(ref, ref).id for ref in (Ref("source", name) for name in said.sources)))
    facts = "; ".join(_renamed_fact(fact, new) for fact in said.text.split("; ")) if said.is_facts else said.text
    return replace(said, text=facts, sources=sources)


def _renamed_fact(fact: str, new: Mapping[Ref, Ref]) -> str:
    """`event event:curfew`, `stated_by tokayev`: the name of a field and what it holds."""
    field, _, value = fact.partition(" ")
    if field in _PARTIES:
        actor = Ref("actor", value)
        return f"{field} {new[actor].id}" if actor in new else fact
    found = KIND_AND_ID.fullmatch(value)
    ref = Ref(found[1], found[2]) if found else None
    return f"{field} {new[ref]}" if ref and ref in new else fact


_PARTIES = frozenset({"stated_by", "holder"})


# -- updates -------------------------------------------------------------------------------------------------------


def _new_updates(site: Site, before: Released) -> list[Update]:
    published = {ref for ref, _ in before.addresses}
    updates = (update for update in site.of_kind("update") if isinstance(update, Update))
    return [update for update in updates if update.ref not in published]


def _misdated(site: Site, before: Released) -> Iterator[Diagnostic]:
    """What tells of a change since the last release is not older than it."""
    for update in _new_updates(site, before):
        if update.on.text < before.as_of:
            said = f"this update is new, but dated before the last release, which was as of {before.as_of}"
            hint = "write the day on which it is published"
            yield Diagnostic(site.at(update.ref, ("on",)), "release-date", said, hint)


def _told(site: Site, before: Released) -> frozenset[Ref]:
    """The records of which new updates tell, and the new ones that those refer to."""
    published = {ref for ref, _ in before.addresses}
    affected = {ref for update in _new_updates(site, before) for ref in update.affects}
    brought = {
        ref
        for ref in site.records.keys() - published
        if ref.kind == "update"
        or any(user in affected for user in site.backlinks.get(ref, ()) if user.kind != "update")
    }
    return frozenset(affected | brought)


def _untold(site: Site, before: Released) -> Iterator[Diagnostic]:
    told, found = _told(site, before), changes(site, before)
    for ref, changed in found.items():
        if ref not in told and ref in site.records:
            yield _demand(site, ref, changed, before.as_of)
    if any(ref in told for ref in found):
        said, hint = "what updates tell of is not recorded yet", "run explainer release, and commit the file"
        yield Diagnostic(Location(LOCK), "release-unrecorded", said, hint, Severity.WARNING)


def _demand(site: Site, ref: Ref, changed: Sequence[Change], as_of: str) -> Diagnostic:
    first = next((change for change in changed if change.now), changed[0])
    where = site.at(ref)
    for statement, path, offset in located(site.records[ref]):
        if statement == first.now:
            where = site.at(ref, path, None if statement.is_facts else offset)
            break
    more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
    hint = f"tell of it in a record in updates/, with affects: [{ref}] and on: {as_of} or later; or put it back"
    return Diagnostic(where, "release-untold", f"{_said(first)}{more}", hint)


def _said(change: Change) -> str:
    if change.was is None:
        return "this was not published before"
    if change.now is None:
        return f"“{first_words(change.was.text, 120)}” was published, and is gone"
    if change.was.sources != change.now.sources:
        return f"this was published with other sources: {', '.join(change.was.sources) or 'none'}"
    return f"this was published as “{first_words(change.was.text, 120)}”"


# -- what differs --------------------------------------------------------------------------------------------------


def changes(site: Site, before: Released) -> Mapping[Ref, Sequence[Change]]:
    """What says something else than was published, by the record in which it stands, or stood."""
    names = _names(site)
    was = [(names.get(said.ref, said.ref), said) for said in _as_named_now(before.statements, names)]
    now = [(said.ref, said) for said in Released.of(site).statements]
    # The same words, then the same but for punctuation; then moved to another record.
    was, now = _unmatched(was, now, lambda ref, said: (ref, said.is_facts, said.text, said.sources))
    was, now = _unmatched(was, now, lambda ref, said: (ref, said.is_facts, _bare(said), said.sources))
    was, now = _unmatched(was, now, lambda ref, said: said if said.is_facts else (_bare(said), said.sources))
    if not was and not now:
        return {}
    words = Counter(token.word for said in before.statements for token in tokens(said.text))
    wording = Wording(site.explainer.language, lexicon_of(site), words)
    old, new = _by_record(was), _by_record(now)
    found = {ref: list(_changed(old.get(ref, []), new.get(ref, []), wording)) for ref in sorted({*old, *new})}
    return {ref: changed for ref, changed in found.items() if changed}


_Said = tuple[Ref, Statement]
_Key = Callable[[Ref, Statement], Hashable]


def _unmatched(was: list[_Said], now: list[_Said], key: _Key) -> tuple[list[_Said], list[_Said]]:
    """Both lists without what has the same key in both, each as often as in both."""
    left, right = Counter(key(*said) for said in was), Counter(key(*said) for said in now)
    return _without(was, key, left & right), _without(now, key, left & right)


def _without(said: list[_Said], key: _Key, gone: Counter[Hashable]) -> list[_Said]:
    left, rest = Counter(gone), list[_Said]()
    for ref, statement in said:
        found = key(ref, statement)
        if left[found]:
            left[found] -= 1
        else:
            rest.append((ref, statement))
    return rest


def _bare(said: Statement) -> tuple[tuple[str, bool], ...]:
    return tuple((token.word, token.is_quoted) for token in tokens(said.text))


_Worded = tuple[Statement, tuple[Token, ...]]


def _by_record(said: Iterable[_Said]) -> dict[Ref, list[_Worded]]:
    found: dict[Ref, list[_Worded]] = {}
    for ref, statement in said:
        found.setdefault(ref, []).append((statement, tokens(statement.text)))
    return found


def _changed(was: list[_Worded], now: list[_Worded], wording: Wording) -> Iterator[Change]:
    """The statements of one record, each with the one it was made from."""
    gone, added = dict(enumerate(was)), dict(enumerate(now))
    for old, new in _pairs(was, now):
        if old in gone and new in added:
            (before, words), (after, new_words) = gone.pop(old), added.pop(new)
            if before.sources != after.sources or wording.changes(words, new_words):
                yield Change(before, after)
    yield from (Change(None, after) for after, words in added.values() if words or after.sources)
    yield from (Change(before, None) for before, words in gone.values() if words or before.sources)


def _pairs(was: list[_Worded], now: list[_Worded]) -> Iterator[tuple[int, int]]:
    """What can be one statement before and after an edit, the likest first."""
    counts, new_counts = ([Counter(token.word for token in words) for _, words in said] for said in (was, now))
    likeness = {
        (old, new): _likeness(counts[old], new_counts[new])
        for old, (before, _) in enumerate(was)
        for new, (after, _) in enumerate(now)
        if before.is_facts == after.is_facts and (not before.is_facts or before.field == after.field)
    }
    yield from sorted((pair for pair, like in likeness.items() if like >= _ALIKE), key=lambda pair: -likeness[pair])


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)
