"""Work grows as the size of what is read does, not as its square, whatever the text repeats."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from generator import markdown
from generator.sentences import sentences
from generator.yamlfile import Document, parse

TIMES = 8


def grows_evenly(do: Callable[[Any], object], make: Callable[[int], Any], size: int) -> None:
    """Eight times as much takes eight times as long, with room for chance; a square would be 64 times."""
    small, large = (_work(do, make(count)) for count in (size, TIMES * size))
    assert large < 3 * TIMES * small + 0.02, (small, large)


def _work(do: Callable[[Any], object], what: Any) -> float:
    """Seconds of work, the least of three."""
    found = []
    for _ in range(3):
        started = time.process_time()
        do(what)
        found.append(time.process_time() - started)
    return min(found)


def every_place(document: Document) -> None:
    for offset in range(len(document.data["a"])):
        document.at(("a",), offset)


@pytest.mark.parametrize("start", ["", "'", '"', ">\n  "])
def test_to_tell_the_places_of_many_mistakes_in_one_text(start: str) -> None:
    def written(count: int) -> Document:
        document, _ = parse("a.yaml", f"a: {start}{'x' * count}{start.strip(chr(10) + ' >')}\n".encode())
        assert document
        return document

    grows_evenly(every_place, written, 1_000)


@pytest.mark.parametrize("stops", [".", "…", "?!"])
def test_stops_in_a_row_that_end_no_sentence(stops: str) -> None:
    grows_evenly(lambda text: sentences.__wrapped__(text), lambda count: "A" + stops * count + "a", 1_000)


def test_headings_in_a_row_that_say_nothing() -> None:
    grows_evenly(markdown.read, lambda count: "A.[@a].\n\n" + "##\n" * count + "a", 750)


def test_a_file_of_ten_thousand_unknown_keys_is_told_once() -> None:
    (told,) = parse("a.yaml", "".join(f"k{number}: x\n" for number in range(10_000)).encode())[1]
    assert (told.code, told.location.line, told.message) == ("limit", 501, "more than 500 keys stand side by side here")


def test_a_key_that_is_written_a_thousand_times_is_told_once() -> None:
    (told,) = parse("a.yaml", b"a: x\n" * 1_000)[1]
    assert told.message == "“a” is written twice: on line 1 and on line 2; so are 998 fields after it"
