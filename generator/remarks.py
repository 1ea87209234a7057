"""What a rule says of one record alone. Its place in the file is looked up last, since few records have any."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.diagnostics import Diagnostic, Path, Severity
from generator.refs import Ref
from generator.site import Site


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning about the text at `path` of a record, `offset` characters from its start."""

    path: Path
    offset: int
    code: str
    message: str
    hint: str


def located(site: Site, ref: Ref, remarks: Iterable[Remark]) -> Iterator[Diagnostic]:
    """The remarks on this record as warnings, at their places in its file."""
    for remark in remarks:
        where = site.at(ref, remark.path, remark.offset)
        yield Diagnostic(where, remark.code, remark.message, remark.hint, Severity.WARNING)
