"""What to type instead of a reference that cannot be read: text in, a hint out, or nothing where none is sure."""

import re

from generator.refs import ID

_FILE_OF_ID = re.compile(rf"@?(?:[\w.-]*/)*({ID.pattern})/?(?:\.ya?ml|\.html)?")  # a path, an address, or a mark
_BETWEEN_IDS = re.compile(r"\s*[,;]\s*|\s+")
_SPACED_REF = re.compile(rf"([A-Za-z]+) *: *({ID.pattern})")
_PATH_OF_REF = re.compile(rf"(?:content)?/?([a-z]+)s/({ID.pattern})/?(?:\.yaml)?")


def apart(kind: str, text: str) -> str:
    """For what holds an id of this kind and more: a locator, or other ids."""
    source, comma, locator = text.partition(",")
    if kind == "source" and comma and ID.fullmatch(source) and not ID.fullmatch(locator.strip()):
        return f"write source: {source} and, on the next line, locator: {locator.strip()}"
    ids = _BETWEEN_IDS.split(text)
    if len(ids) > 1 and all(map(ID.fullmatch, ids)):
        is_one = f"write {'-'.join(ids)}; " if text.split() == ids else ""
        return f"{is_one}to name several, put commas between them: [{', '.join(ids)}]"
    return ""


def id_in(kind: str, text: str) -> str:
    """For a web address, a path or a mark that stands in place of an id of this kind."""
    if "://" in text:
        return f"write the id of its record in {kind}s/"
    meant = _FILE_OF_ID.fullmatch(text)
    return f"write {meant[1]}" if meant and meant[1] != text else ""


def ref_in(text: str) -> str:
    """For what is nearly `kind:id`: with spaces, or a path."""
    meant = _SPACED_REF.fullmatch(text) or _PATH_OF_REF.fullmatch(text)
    return f"write {meant[1].lower()}:{meant[2]}" if meant else ""
