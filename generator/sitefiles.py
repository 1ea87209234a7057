"""The files of a site: the content of each by its path, and a digest of it.

A build that goes on from one kept on the disk takes most of its files over from there. They stay there until somebody
asks for them, and few are asked for: whether the old site has a file already, its digest tells.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256


class SiteFiles(Mapping[str, bytes]):
    """Contents by path, in a stated order."""

    def __init__(self, contents: Mapping[str, bytes] | None = None, digests: Mapping[str, str] | None = None) -> None:
        """Digests that are not given are worked out when somebody asks."""
        self._contents: dict[str, bytes | int] = dict(contents or {})  # or by which number `_read` knows it
        self._digests = dict(digests or {})
        self._read: Callable[[int], memoryview] = _nothing

    @classmethod
    def elsewhere(
        cls, numbers: dict[str, int], digests: dict[str, str], read: Callable[[int], memoryview]
    ) -> "SiteFiles":
        """Files that are read by number when somebody asks for them."""
        files = cls()
        files._contents, files._digests, files._read = dict(numbers), digests, read
        return files

    def __getitem__(self, path: str) -> bytes:
        content = self._contents[path]
        return content if isinstance(content, bytes) else bytes(self._read(content))

    def view(self, path: str) -> memoryview:
        """The content of a file, not copied from where it lies."""
        content = self._contents[path]
        return memoryview(content) if isinstance(content, bytes) else self._read(content)

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def __contains__(self, path: object) -> bool:
        return path in self._contents

    def __or__(self, others: Mapping[str, bytes]) -> "SiteFiles":
        """These and the others, which win. Where both have files elsewhere, that is the same place."""
        if not isinstance(others, SiteFiles):
            others = SiteFiles(others)
        files = SiteFiles()
        files._contents = {**self._contents, **others._contents}
        files._digests = {**self._digests, **others._digests}
        for path in others._contents.keys() - others._digests.keys():
            files._digests.pop(path, None)
        files._read = others._read if self._read is _nothing else self._read
        return files

    def renewed(self, paths: Iterable[str], made: "SiteFiles") -> "SiteFiles":
        """What was made of these paths, or else is here of them, in their order."""
        files = self | made
        contents, digests = files._contents, files._digests
        files._contents = {path: contents[path] for path in paths}
        files._digests = {path: digests[path] for path in files._contents if path in digests}
        return files

    def digest(self, path: str) -> str:
        """SHA-256 of a file, in hexadecimal digits."""
        found = self._digests.get(path)
        if found is None:
            found = self._digests[path] = sha256(self[path]).hexdigest()
        return found


def _nothing(number: int) -> memoryview:
    raise KeyError(number)
