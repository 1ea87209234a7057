"""The short way through a text gives what the long way gives, or nothing."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from generator import inputs
from generator.build import build
from generator.markdownprose import parsed_prose
from generator.prose import Prose
from generator.simpleprose import simple_prose

ROOT = Path(__file__).parent.parent

PLAIN = ["word", "Ä", "1986.", "1.", " ", " ", "  ", "\n", "\n\n", ".", ",", "!", "…", "“q”", '"', "—", ":", "(", ")"]
MARKS = ["*", "**", "*a*", "**b c**", "_", "`", "\\", "&amp;", "&", "<b>", "#", "# ", "- ", "+", ">", "|", "---", "~~~"]
LINKS = ["[@post]", "[@post, p. 4; @mail]", "[@ x]", "[x](event:y)", "[x](https://example.org/)", "![](figure:x)"]
ODD = ["[a]: b", "[", "]", "===", "'", "\u00a0", "\u200d", "كلمة", "http://example.org", "[^1]", "\t"]
OPEN = ["@", "@post", "@post-1", "(@post)", "[@post", "[x](event:y", "[x(event:y)", "[x] (event:y)", "](event:y)"]
PIECES = st.sampled_from([*PLAIN, *MARKS, *LINKS, *ODD, *OPEN])


@given(st.lists(PIECES, max_size=14).map("".join))
@example("One [@post] [@mail].\n\nTwo *a* and **b c**, then [x\ny](event:y)!")
@example("[^x](event:y)")
@example("a\n1. b")
@example("*a **b* c**")
@example("a\n*b* c")
@example("\u00a0a")
@example("*a @b-1*")
@example("[a @b-1](event:y)")
@example("[@a, @b]")
def test_a_text_read_the_short_way_is_the_same(text: str) -> None:
    text = text.strip()
    short = simple_prose(text)
    assert short is None or short == parsed_prose(text)


def test_ordinary_texts_take_the_short_way() -> None:
    for text in ("Plain words.", "One [@post].\n\nTwo *a* and **b c** [x](event:y).", "In 2022 prices\nrose."):
        assert simple_prose(text) is not None


def test_most_of_the_real_texts_take_the_short_way_and_are_the_same() -> None:
    site = build(inputs.read(ROOT)).site
    assert site is not None
    texts = [v.text for record in site.records.values() for _, v in record.leaves if isinstance(v, Prose)]
    short = [(text, found) for text in texts if (found := simple_prose(text))]
    assert len(short) > 0.8 * len(texts)
    assert all(found == parsed_prose(text) for text, found in short)
