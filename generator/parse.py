"""Files to validated records, one file at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from generator.diagnostics import Diagnostic, Location
from generator.fields import PLACEHOLDER
from generator.parallel import slices
from generator.records import Explainer, Record
from generator.refs import Ref, id_problem, nearest
from generator.same import Edited, differing
from generator.simpleyaml import simple_yaml
from generator.yamltext import decoded

if TYPE_CHECKING:
    from concurrent.futures import Executor

_EXPLAINER = "content/explainer.yaml"

File = tuple[str, bytes, type[Record]]
Answer = tuple["Parsed | None", list[Diagnostic]]


class Parsed(NamedTuple):
    """A valid record, and the file it was written in."""

    record: Record
    path: str


@dataclass(frozen=True)
class Files:
    """All files of records as they were read: by path, the records, which of them are drafts, and what is wrong."""

    content: Mapping[str, bytes]
    kinds: tuple[type[Record], ...]
    parsed: Mapping[str, Parsed]
    drafts: Mapping[str, Ref]
    problems: Mapping[str, list[Diagnostic]]


def parse(
    content: Mapping[str, bytes],
    kinds: tuple[type[Record], ...],
    before: Files | None = None,
    executor: "Executor | None" = None,
) -> Files:
    """The records in these files. What is as it was `before` is not read again."""
    known = before if before and before.kinds == kinds else Files({}, kinds, {}, {}, {})
    changed = differing(known.content, content)
    read, drafts, problems = dict[str, Parsed](), dict(known.drafts), dict(known.problems)
    for path in changed:
        drafts.pop(path, None)
        problems.pop(path, None)
    misplaced: list[Diagnostic] = []
    files = list(record_files({path: content[path] for path in changed if path in content}, kinds, misplaced))
    for (path, _, _), (entry, found) in zip(files, parse_files(files, executor), strict=True):
        if entry:
            read[path] = entry
            if entry.record.status == "draft":
                drafts[path] = entry.record.ref
        if found:
            problems[path] = found
    problems |= {diagnostic.location.path: [diagnostic] for diagnostic in misplaced}
    parsed = Edited(known.parsed, read, changed - read.keys()) if changed else known.parsed
    return Files(content, kinds, parsed, drafts, problems)


def with_drafts(files: Files) -> Mapping[str, Parsed]:
    """All records, for a preview. The explainer cannot list sections that are drafts yet: they come last."""
    explainer = files.parsed[_EXPLAINER].record
    assert isinstance(explainer, Explainer)
    found = [ref for ref in files.drafts.values() if ref.kind == "section" and ref not in explainer.sections]
    if not found:
        return files.parsed
    record = explainer.model_copy(update={"sections": (*explainer.sections, *sorted(found))})
    return Edited(files.parsed, {_EXPLAINER: Parsed(record, _EXPLAINER)})


def parse_file(path: str, content: bytes, kind: type[Record]) -> Answer:
    """The record in one file, whose name is its id; or what is wrong with it."""
    record_id = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    if problem := id_problem(record_id):
        return None, [Diagnostic(Location(path), *problem)]
    if record := _plainly_right(path, content, kind, record_id):
        return Parsed(_without_note(record), path), []
    return _read_with_places(path, content, kind, record_id)


def _read_with_places(path: str, content: bytes, kind: type[Record], record_id: str) -> Answer:
    """As `parse_file`. Few files are read so, and until one is, its modules need not be loaded."""
    from generator import yamlfile
    from generator.mistakes import explained, lost_text, unwritten

    document, found = yamlfile.parse(path, content)
    if document is None:
        return None, found
    if "id" in document.data:
        hint = "delete the line; to rename the record, rename the file and list the old id in aliases:"
        return None, [Diagnostic(document.at_key(("id",)), "key-unknown", "the id is the file’s name", hint)]
    try:
        record = kind.model_validate({**document.data, "id": record_id})
    except ValidationError as error:
        return None, explained(document, kind, error.errors(include_url=False))
    found = [*lost_text(document, kind), *(() if record.status == "draft" else unwritten(document))]
    return Parsed(_without_note(record), path), found


def _plainly_right(path: str, content: bytes, kind: type[Record], record_id: str) -> Record | None:
    """The record in a file of the plainest YAML. Where something is wrong the parser has to tell its place."""
    text, problems = decoded(path, content)
    data = None if problems or PLACEHOLDER in text else simple_yaml(text)
    if data is None or "id" in data:
        return None
    try:
        return kind.model_validate({**data, "id": record_id})
    except ValidationError:
        return None


def _without_note(record: Record) -> Record:
    """Dropped here so that nothing downstream can publish it."""
    return record.model_copy(update={"note": None}) if record.note else record


def parse_files(files: Sequence[File], executor: "Executor | None" = None) -> list[Answer]:
    """`parse_file` of each, in their order: by `executor` if there is one."""
    if executor is None:
        return _parse_batch(files)
    return list(chain.from_iterable(executor.map(_parse_batch, slices(files, len(files), 400))))


def _parse_batch(files: Sequence[File]) -> list[Answer]:
    return [parse_file(*file) for file in files]


def record_files(
    content: Mapping[str, bytes], kinds: tuple[type[Record], ...], found: list[Diagnostic]
) -> Iterator[File]:
    """The file of every record with its kind; what is wrong with where others lie is added to `found`."""
    by_folder = {kind.folder: kind for kind in kinds}
    for path, data in sorted(content.items()):
        if not path.endswith(".yaml"):
            continue
        folder = path.removeprefix("content/").rpartition("/")[0]
        if folder == "" and path != _EXPLAINER:
            if path.lower() == _EXPLAINER:
                continue  # told as the explainer that is missing, or whose name is there twice
            said = "a record lies in the folder of its kind"
            found.append(Diagnostic(Location(path), "kind-unknown", said, "move it, say into events/"))
        elif folder in by_folder:
            yield path, data, by_folder[folder]
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
