"""Files to validated records, one file at a time."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from generator import yamlfile
from generator.diagnostics import Diagnostic, Location
from generator.mistakes import explained, lost_text
from generator.parallel import slices, together
from generator.records import Record
from generator.refs import id_problem
from generator.simpleyaml import simple_yaml
from generator.yamltext import decoded

File = tuple[str, bytes, type[Record]]
Answer = tuple["Parsed | None", list[Diagnostic]]


@dataclass(frozen=True)
class Parsed:
    """A valid record, and the file it was written in."""

    record: Record
    path: str


def parse_file(path: str, content: bytes, kind: type[Record]) -> Answer:
    """The record in one file, whose name is its id; or what is wrong with it."""
    record_id = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    if problem := id_problem(record_id):
        return None, [Diagnostic(Location(path), *problem)]
    if record := _plainly_right(path, content, kind, record_id):
        return Parsed(_without_note(record), path), []
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
    return Parsed(_without_note(record), path), list(lost_text(document, kind))


def _plainly_right(path: str, content: bytes, kind: type[Record], record_id: str) -> Record | None:
    """The record in a file of the plainest YAML. Where something is wrong the parser has to tell its place."""
    text, problems = decoded(path, content)
    data = None if problems else simple_yaml(text)
    if data is None or "id" in data:
        return None
    try:
        return kind.model_validate({**data, "id": record_id})
    except ValidationError:
        return None


def _without_note(record: Record) -> Record:
    """Dropped here so that nothing downstream can publish it."""
    return record.model_copy(update={"note": None}) if record.note else record


def parse_files(files: Sequence[File], jobs: int = 1, executor: Executor | None = None) -> list[Answer]:
    """`parse_file` of each, in their order: in up to `jobs` processes, or by `executor` if there is one."""
    batches = slices(files, jobs if executor is None else len(files), 400)
    if executor is not None:
        return [answer for answers in executor.map(_parse_batch, batches) for answer in answers]
    return [answer for answers in together([partial(_parse_batch, batch) for batch in batches]) for answer in answers]


def _parse_batch(files: Sequence[File]) -> list[Answer]:
    return [parse_file(*file) for file in files]
