"""A text as segments: finished HTML, and holes for what depends on the page."""

import pytest

from generator import markdownrules
from generator.markdown import MAX_BRACKETS, read
from generator.prose import Citation, Cited, Embed, Heading, RecordLink
from generator.records import KINDS
from generator.refs import Ref


def test_citations_links_and_placed_records_are_holes() -> None:
    prose = read("It [began](event:start) so.[@a; @b, p. 4]\n\n![](figure:f)\n\n## Then")
    assert prose.problems == ()
    assert [segment for segment in prose.segments if not isinstance(segment, str)] == [
        RecordLink(Ref("event", "start"), 3),
        Cited((Citation("a", "", 27), Citation("b", "p. 4", 32))),
        Embed(Ref("figure", "f"), 43),
        Heading(2, False),
        Heading(2, True),
    ]
    assert prose.plain == "It began so. Then"


def test_the_address_of_a_link_to_a_record_may_be_given_apart() -> None:
    prose = read("It [began][x] so, [x].\n\n[x]: event:start")
    found = [segment for segment in prose.segments if not isinstance(segment, str)]
    assert prose.problems == ()
    assert found == [RecordLink(Ref("event", "start"), 3), RecordLink(Ref("event", "start"), 18)]


def test_a_day_stays_with_its_month_at_the_end_of_a_line() -> None:
    for text in ("On 8 January and 13\nMarch, 9 marched.", "On 8 January and 13\nMarch, `9` marched."):
        prose = read(text)
        assert "8\u00a0January and 13\u00a0March, " in "".join(map(str, prose.segments))
        assert prose.plain == "On 8 January and 13 March, 9 marched."


def test_where_lines_end_in_a_paragraph_changes_no_byte() -> None:
    for text, broken in (
        ("a *b c* d.", "a\n*b\nc* d."),
        ("a `b` c.", "a\n`b` c."),
        ("a [b c](event:x).", "a [b\nc](event:x)."),
    ):
        words = ["".join(part for part in read(one).segments if isinstance(part, str)) for one in (text, broken)]
        assert words[0] == words[1]


def test_a_german_day_stays_with_its_month_too() -> None:
    assert "7.\u00a0April und 13.\u00a0M" in "".join(map(str, read("Am 7. April und 13.\nMärz.").segments))


def test_only_what_is_spoken_counts_as_a_word() -> None:
    assert read("It was so – 1,200 people, [more](event:e) & *more*.[@a; @b]").words == 7


def test_a_mark_of_a_note_follows_the_stop_without_a_space() -> None:
    for text in ("It is so [@a].", "It is so[@a].", "It is so. [@a]", "It is so.[@a]"):
        prose = read(text)
        assert prose.segments == ("<p>It is so.", Cited((Citation("a", "", text.index("[")),)), "</p>\n")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("a\\\nb", "<p>a<br />\nb</p>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("[a](https://a.example/?b&c)", '<p><a href="https://a.example/?b&amp;c" rel="external noopener">a</a></p>\n'),
        (
            "[a](https://例え.jp/)",
            '<p><a href="https://例え.jp/" rel="external noopener" title="https://xn--r8jz45g.jp/">a</a></p>\n',
        ),
        ("|a|\n|-|\n|b|", "<table class"),
        ("A “שלום” b", "<p>A “<bdi>שלום</bdi>” b</p>\n"),
    ],
)
def test_markdown_becomes_this_html(text: str, html: str) -> None:
    prose = read(text)
    assert prose.problems == () and "".join(map(str, prose.segments)).startswith(html)


def test_problems_are_told_in_the_order_of_the_text() -> None:
    prose = read("A <b>x</b> [y](z) <i>\n\n> [^1]\n\n[k]: javascript:x\n\n![](a.png)")
    told = [(problem.offset, problem.code) for problem in prose.problems]
    assert told == [
        (2, "md-html"),
        (11, "url-relative"),
        (18, "md-html"),
        (25, "md-footnote"),
        (31, "url-scheme"),
        (50, "md-image"),
    ]


def test_each_closing_tag_without_its_opening_is_told() -> None:
    assert [problem.offset for problem in read("a </b> c </b>").problems] == [2, 9]


def test_a_thousand_brackets_are_read_and_one_more_is_not() -> None:
    assert read("[" * MAX_BRACKETS).problems == ()
    (problem,) = read("x" + "[" * (MAX_BRACKETS + 1)).problems
    assert (problem.code, problem.offset) == ("limit", MAX_BRACKETS + 1)


def test_refused_html_would_still_only_be_text() -> None:
    html = "".join(str(segment) for segment in read("<script>x</script>\n\nand <b onclick='x'>").segments)
    assert "<script" not in html and "<b" not in html


def test_hints_know_every_kind_of_record() -> None:
    assert {*markdownrules.KINDS, "explainer"} == {kind.kind for kind in KINDS}
