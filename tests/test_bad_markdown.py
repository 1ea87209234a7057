"""Texts in Markdown: what is refused in them and where, what stays the text it is, and what never gets out."""

import re
import time

import html5lib
import pytest
from conftest import Project
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import MARK, accepted, refused, refused_text

from generator import markdown
from generator.markdown import MAX_PROSE
from generator.markdownprose import MAX_COLUMNS, MAX_DEPTH

EVENT = "title: A day\nwhen: 2025-03-01\nsection: what-happened\ncites: [town-notice]\ntext: |\n  {}\n"

REFUSED = {
    "a script": ("Hm ▸<script>alert(1)</script>", "md-html"),
    "a script as a block": ("▸<script>alert(1)</script>", "md-html"),
    "a closing tag": ("Hm ▸</p> it", "md-html"),
    "an element with a handler": ("Hm ▸<img src=x onerror=alert(1)>", "md-html"),
    "a line break of HTML": ("One▸<br>two", "md-html"),
    "a comment": ("▸<!-- hidden -->", "md-html"),
    "a comment in a line": ("Hm ▸<!-- hidden --> it", "md-html"),
    "a CDATA section": ("▸<![CDATA[x]]>", "md-html"),
    "a processing instruction": ("▸<?php echo 1 ?>", "md-html"),
    "a declaration": ("▸<!DOCTYPE html>", "md-html"),
    "an element with a slash for its space": ("Hm ▸<svg/onload=alert(1)>", "md-html"),
    "an element whose attributes touch": ('Hm ▸<img src="x"onerror="alert(1)">', "md-html"),
    "an element of a word processor": ("Hm ▸<o:p></o:p>", "md-html"),
    "a closing tag with more": ("Hm ▸</p x>", "md-html"),
    "HTML in a quote": ("> One\n  > ▸<b>two</b>", "md-html"),
    "HTML in a list": ("- One\n  - ▸<div>two</div>", "md-html"),
    "HTML in a table": ("| a |\n  |---|\n  | ▸<b>b</b> |", "md-html"),
    "HTML in a heading": ("## A ▸<b>heading</b>", "md-html"),
    "a link to a script": ("See ▸[it](javascript:alert(1))", "url-scheme"),
    "a link to a script in capitals": ("See ▸[it](JAVASCRIPT:alert(1))", "url-scheme"),
    "a link to a script in codes": ("See ▸[it](&#106;avascript:alert(1))", "url-scheme"),
    "a link to a script with a tab": ("See ▸[it](<java&Tab;script:alert(1)>)", "url-scheme"),
    "a script in angles": ("See ▸<javascript:alert(1)>", "url-scheme"),
    "data": ("See ▸[it](data:text/html,x)", "url-scheme"),
    "a file": ("See ▸[it](file:///etc/passwd)", "url-scheme"),
    "a definition of a script": ("See [it][1].\n\n  ▸[1]: javascript:alert(1)", "url-scheme"),
    "a definition nothing uses": ("See it.\n\n  ▸[1]: javascript:alert(1)", "url-scheme"),
    "a definition in a quote": ("> See it.\n\n  > ▸[1]: javascript:alert(1)", "url-scheme"),
    "a second definition": ("See [it][1].\n\n  [1]: https://example.org/\n  ▸[1]: javascript:alert(1)", "url-scheme"),
    "a definition over two lines": ("See it.\n\n  ▸[a\n  b]: javascript:alert(1)", "url-scheme"),
    "no scheme": ("See ▸[it](//evil.example/x)", "url-scheme"),
    "a relative address": ("See ▸[it](../x)", "url-relative"),
    "an address from the root": ("See ▸[it](/x)", "url-relative"),
    "an anchor": ("See ▸[it](#x)", "url-relative"),
    "a query": ("See ▸[it](?x)", "url-relative"),
    "no address": ("See ▸[it]()", "url-relative"),
    "a host that is not closed": ("See ▸[it](https://[é/)", "url-host"),
    "a host in brackets": ("See ▸[it](<https://[é]/>)", "url-host"),
    "a host that holds a slash": ("See ▸[it](https://example℀.org/)", "url-host"),
    "a backslash": ("See ▸[it](https://good.example\\\\@evil.example/)", "url-chars"),
    "a private host": ("See ▸[it](https://localhost/)", "url-host"),
    "an address with a change of direction": ("See ▸[it](https://example.org/%E2%80%AE)", "text-bidi"),
    "a mail to nobody": ("See ▸[it](mailto:nobody)", "url-mail"),
    "a space in an address": ("See ▸[it](https://example.org/a b)", "url-chars"),
    "an id with capitals": ("See ▸[it](event:Bridge-Closed)", "id-chars"),
    "an id with an underscore": ("See ▸[it](event:bridge_closed)", "id-chars"),
    "a kind without an id": ("See ▸[it](event:)", "ref-form"),
    "a picture from elsewhere": ("▸![it](https://example.org/a.png)", "md-image-remote"),
    "a picture from elsewhere without a scheme": ("▸![it](//example.org/a.png)", "md-image-remote"),
    "a picture as data": ("▸![it](data:image/svg+xml,x)", "url-scheme"),
    "a picture from here": ("▸![it](a.png)", "md-image"),
    "an image whose text breaks out": ('▸![" onerror="alert(1)](a.png)', "md-image"),
    "a placed record inside a sentence": ("Here ▸![](figure:crossings) it is", "md-embed"),
    "a footnote that is not defined": ("It is so.▸[^1]", "md-footnote"),
    "a footnote that is defined": ("It is so.▸[^1] Or not.[^1]\n\n  [^1]: Perhaps.", "md-footnote"),
    "a footnote that is defined by a word": ("It is so.▸[^1]\n\n  [^1]: perhaps", "md-footnote"),
    "a footnote that is defined twice": ("▸[^1]: perhaps\n  [^1]: not", "md-footnote"),
    "a citation of nothing": ("It is so.▸[@]", "md-citation"),
    "a citation with capitals": ("It is so.▸[@Town]", "md-citation"),
    "a citation without its mark": ("It is so.▸[@town-notice; valley-post]", "md-citation"),
    "a citation that is not closed": ("It is so.▸[@town-notice", "md-citation"),
    "a citation that is not closed before a paragraph": ("It is so.▸[@town-notice\n\n  And so.", "md-citation"),
    "a citation that is not closed before another": ("It.▸[@town-notice, p. 4. So [@valley-post].", "md-citation"),
    "a citation that is not closed before a link": ("It.▸[@town-notice [so](event:bridge-closed)", "md-citation"),
    "citations that are not closed": ("It is so.▸[@town-notice; @valley-post", "md-citation"),
    "citations parted by a comma": ("It is so.▸[@town-notice, @valley-post]", "md-citation"),
    "a citation without brackets": ("It is so ▸@town-2025.", "md-citation"),
    "a citation without brackets in emphasis": ("It is *▸@town-2025*.", "md-citation"),
    "a citation without brackets in a link": ("It [is so ▸@town-2025](event:bridge-closed).", "md-citation"),
    "a citation in parentheses": ("It is so (▸@town-notice).", "md-citation"),
    "a citation of one word in parentheses": ("It is so (▸@notice, p. 4).", "md-citation"),
    "a citation with a space": ("It is so [ ▸@notice].", "md-citation"),
    "a link that is not closed": ("See ▸[it](event:bridge-closed", "md-link"),
    "a link that is not closed in a sentence": ("See ▸[it](event:bridge-closed and so.", "md-link"),
    "a link to elsewhere that is not closed": ("See ▸[it](https://example.org/ and so.", "md-link"),
    "a link without its middle": ("See ▸[it(event:bridge-closed).", "md-link"),
    "a link with a space in its middle": ("See ▸[it] (event:bridge-closed).", "md-link"),
    "a link without words": ("See ▸[](event:bridge-closed).", "md-link"),
    "a link with a space for words": ("See ▸[ ](event:bridge-closed).", "md-link"),
    "a link with a no-break space for words": ("See ▸[\u00a0](event:bridge-closed).", "md-link"),
    "a link to elsewhere without words": ("See ▸[](https://example.org/).", "md-link"),
    "a link without its beginning": ("See it▸](event:bridge-closed).", "md-link"),
    "a placed record that is not closed": ("It:\n\n  !▸[](figure:crossings", "md-link"),
    "a heading of the page": ("▸# It is so", "md-heading"),
    "quotes within quotes": ("▸" + "> " * 100 + "It", "md-depth"),
    "7 quotes": ("▸" + ">" * (MAX_DEPTH + 1) + "It", "md-depth"),
    "lists within lists": ("▸" + "- " * 100 + "It", "md-depth"),
    "a table that is too wide": ("▸" + "|a" * 21 + "|\n  " + "|-" * 21 + ("|\n  " + "|b" * 21) * 9, "limit"),
    "20,001 characters": ("x" * MAX_PROSE + "▸x", "limit"),
    "a link to no kind of record": ("See ▸[it](evnt:bridge-closed)", "ref-kind"),
    "a link to no record": ("See ▸[it](event:bridge)", "ref-missing"),
    "a citation of no record": ("It is so.▸[@town-notce]", "ref-missing"),
    "a second citation of no record": ("It is so.[@town-notice; ▸@nobody]", "ref-missing"),
    "a placed record that is none": ("It:\n\n  ▸![](figure:deaths)", "ref-missing"),
}

NESTED = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import '//evil.example'</style>",
]


@pytest.mark.parametrize("what", REFUSED)
def test_a_text_is_refused_with(built: Project, what: str) -> None:
    text, code = REFUSED[what]
    refused_text(built, "events/case.yaml", EVENT.replace("{}", text), code)


@pytest.mark.parametrize("html", NESTED)
def test_html_that_changes_when_read_twice_is_html(built: Project, html: str) -> None:
    built.write("events/case.yaml", EVENT.replace("{}", html))
    result = built.run("check")
    assert result.exit_code == 1 and "error[md-html]" in result.output
    assert set(re.findall(r"error\[([a-z-]+)\]", result.output)) == {"md-html"}


LITERAL = [
    "5 < 6 & 7 > 3",
    "{{ 7*7 }}",
    "{% include 'x' %}",
    "${x}",
    "<%= x %>",
    "&lt;b&gt;",
    '-- "c" (c)',
    "x@y.z",
    'the page said href="nowhere/" and src="#lost"',
    "a <b, c> d, <x_y> and </ p>",
    "&#" + "9" * 5000 + ";",
]


@pytest.mark.parametrize("text", LITERAL)
def test_a_text_is_shown_as_it_was_typed(built: Project, text: str) -> None:
    built.write("events/case.yaml", EVENT.replace("{}", text))
    accepted(built)
    page = html5lib.parse(built.tree()["events/case/index.html"], namespaceHTMLElements=False)
    shown = " ".join("".join(page.itertext()).split())
    assert text.replace("&lt;", "<").replace("&gt;", ">") in shown


NAMES = ["x@town-2025.org", "@Town_2025", "@townnotice", "(@Town)", "(@town on the wire)", "@town@valley-1.example"]
NAMES += [
    "\\@town-2025",
    "\\[@town-2025]",
    "\\[it](event:its-id)",
    "\\[it\\](event:its-id)",
    "[it\\](event:its-id)",
    "`[@town-2025`",
    "`@town-2025`",
    "[sic]",
    "[it] (so: it was)",
    "[it (http:x) was",
]


@pytest.mark.parametrize("text", NAMES)
def test_what_is_no_citation_and_no_link_is_text(text: str) -> None:
    prose = markdown.read(f"Hm {text} so")
    assert prose.problems == () and prose.plain == f"Hm {text.replace(chr(92), '').replace('`', '')} so"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(1)", "+1", "-1", "\\t=1"])
def test_what_a_spreadsheet_would_run_is_text_there_too(built: Project, text: str) -> None:
    built.write("terms/case.yaml", f'term: "a"\nshort: x\nexpansion: "{text}"\n')
    accepted(built)
    table = built.tree()["data/terms.csv"].decode()
    shown = text.replace("\\t", "")
    assert f"'{shown}" in table and f",{shown}" not in table


def test_joiners_belong_to_emoji_and_to_indic_words(built: Project) -> None:
    text = "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 and क्\u200dष."
    built.write("events/case.yaml", EVENT.replace("{}", text))
    accepted(built)
    assert text in built.tree()["events/case/index.html"].decode()


def test_arabic_inside_an_english_sentence_keeps_its_direction_to_itself(built: Project) -> None:
    built.write("events/case.yaml", EVENT.replace("{}", "He said “السلام عليكم” and left."))
    accepted(built)
    assert "“<bdi>السلام عليكم</bdi>” and left" in built.tree()["events/case/index.html"].decode()


@pytest.mark.parametrize("mark", ['"', "'", "*", "_", "[", "](", "`", "<", "![", "[@", "&", "\\"])
def test_twenty_thousand_marks_are_read_in_time(built: Project, mark: str) -> None:
    text = (mark * MAX_PROSE)[: MAX_PROSE - 2]
    built.write("events/case.yaml", EVENT.replace("{}", f"x {text}"[:MAX_PROSE]))
    result = built.run("check")
    assert result.exit_code in (0, 1) and (result.exception is None or isinstance(result.exception, SystemExit))


@pytest.mark.parametrize("text", ["<a{}", "<a {}", "<a {}>", "[x](https://a{}b", "<a{}>"])
@pytest.mark.parametrize("mark", ["-", "=", " ", ":", "/", "a "])
def test_what_is_nearly_a_tag_or_a_link_is_read_in_time(text: str, mark: str) -> None:
    started = time.process_time()
    markdown.read(text.format((mark * MAX_PROSE)[: MAX_PROSE - 20]))
    assert time.process_time() - started < 1


def test_a_table_of_a_million_cells_is_too_large(built: Project) -> None:
    built.write("events/case.yaml", EVENT.replace("{}", "\n  ".join(["|a" * 1000] * 1000)))
    refused(built, "content/events/case.yaml:1:1 limit")


def test_the_widest_table_and_the_deepest_quote_that_are_allowed(built: Project) -> None:
    table = "|a" * MAX_COLUMNS + "|\n  " + "|-" * MAX_COLUMNS + "|"
    built.write("events/case.yaml", EVENT.replace("{}", f"{table}\n\n  {'> ' * MAX_DEPTH}It"))
    accepted(built)


WORDS = """<script> <b onload=" ]( [ ] ( ) ![ [@ [^ &#106; & < > ` ``` javascript: https://a.example/ // event:a
\\ " ' * _ | - --- ~~ <!-- --> <? ]]> \u05d0 é {{ a"""
MARKS = st.sampled_from([*WORDS.split(), "\n", "\n\n", " ", "\t", "# ", "> ", "1. ", "[1]: "])


@given(st.lists(MARKS, max_size=30).map("".join) | st.text(max_size=80))
@settings(max_examples=1500)
def test_any_text_becomes_well_formed_html_that_runs_nothing(text: str) -> None:
    text = re.sub("[\0\r\ud800-\udfff]", "", text)
    prose = markdown.read(text)
    html = "".join(segment for segment in prose.segments if isinstance(segment, str))
    assert all(0 <= problem.offset <= len(text) and problem.code and problem.message for problem in prose.problems)
    names = re.findall(r"<([a-z0-9]+)((?: [a-z]+=\"[^\"<>]*\")*)(?: /)?>|</[a-z0-9]+>|(<)", html)
    assert not any(stray for _, _, stray in names), html
    allowed = set("p a em strong code pre ul ol li blockquote hr br table thead tbody tr th td bdi".split())
    assert {name for name, _, _ in names} - {""} <= allowed
    for _, attributes, _ in names:
        assert set(re.findall(r" ([a-z]+)=", attributes)) <= {"href", "rel", "title", "class", "start", "style"}
    if not prose.problems:
        assert all(link.startswith(("https://", "http://", "mailto:")) for link in re.findall(r'href="([^"]*)"', html))


@given(before=st.text(st.sampled_from("ab .\n>-*"), max_size=30), after=st.text(st.sampled_from("ab ."), max_size=10))
def test_html_is_told_where_it_stands(before: str, after: str) -> None:
    text = f"{before}x <b>{after}"
    found = [problem.offset for problem in markdown.read(text).problems if problem.code == "md-html"]
    assert found in ([], [text.index("<b>")])


def test_the_mark_of_these_tests_is_taken_out() -> None:
    assert all(text.count(MARK) == 1 for text, _ in REFUSED.values())
