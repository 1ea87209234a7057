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
    problems = list(lost_text(document, kind))
    # Dropped here so that nothing downstream can publish it.
    record = record.model_copy(update={"note": None}) if record.note else record
    return Parsed(record, path), problems


def parse_files(files: Sequence[File], jobs: int = 1, executor: Executor | None = None) -> list[Answer]:
    """`parse_file` of each, in their order: in up to `jobs` processes, or by `executor` if there is one."""
    batches = slices(files, jobs if executor is None else len(files), 400)
    if executor is not None:
        return [answer for answers in executor.map(_parse_batch, batches) for answer in answers]
    return [answer for answers in together([partial(_parse_batch, batch) for batch in batches]) for answer in answers]


def _parse_batch(files: Sequence[File]) -> list[Answer]:
    return [parse_file(*file) for file in files]
