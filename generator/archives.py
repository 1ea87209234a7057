"""The archived text of a source: read, folded, and held to be the very one that its record describes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from generator.folding import Folded, fold
from generator.records import Source
from generator.site import Site

LONGEST_TEXT = 4 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why an archived text cannot be used: the key it is about, and what is told."""

    key: str
    code: str
    message: str
    hint: str


def archived(site: Site, source: Source) -> Folded | None:
    """The archived text of a source, if it is there and is the one that was archived."""
    found = held(site, source)
    return found if isinstance(found, Folded) else None


def held(site: Site, source: Source) -> Folded | Unusable | None:
    """The archived text of a source, or why that cannot be used; None where its record names none."""
    if source.text is None:
        return None
    name = f"seeds/{source.text.file.removeprefix('seeds/')}"
    data = site.seeds.get(name)
    if data is None:
        return Unusable("file", "file-missing", f"{name} does not exist", _where_it_went(site, source.text.sha256))
    if len(data) > LONGEST_TEXT:
        said = f"{name} has {len(data):,} bytes; {LONGEST_TEXT:,} is the most"
        return Unusable(
            "file", "limit", said, "keep the chapters that are quoted, each as the text of a source of its own"
        )
    return _read(name, data, source.text.sha256.lower())  # Windows prints capitals


def _where_it_went(site: Site, wanted: str) -> str:
    if path := site.derived(_paths_of_texts).get(wanted.lower()):
        return f"the text is in {path}: write {path.removeprefix('seeds/')}"
    return "put the file there, or correct the name"


def _paths_of_texts(site: Site) -> Mapping[str, str]:
    paths: dict[str, str] = {}
    for path, data in site.seeds.items():
        paths.setdefault(sha256(data).hexdigest(), path)
    return paths


@lru_cache(maxsize=64)
def _read(name: str, data: bytes, wanted: str) -> Folded | Unusable:
    if (found := sha256(data).hexdigest()) != wanted:
        hint = f"restore {name}; or, if it had to change, write {found}, its SHA-256 now"
        if sha256(data.replace(b"\r\n", b"\n")).hexdigest() == wanted:
            hint = f"only its line ends differ: save {name} with LF, not CRLF"
        return Unusable("sha256", "text-hash", "the archived text is not the one described", hint)
    try:
        return fold(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Unusable("file", "enc", f"{name} is not UTF-8", "save it as UTF-8, and renew its sha256:")
