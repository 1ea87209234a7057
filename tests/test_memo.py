"""What is remembered changes no byte: any row of edits, built each after the other, gives what a clean build gives."""

import hashlib
import os
import random
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import exports, inputs, looks, render
from generator.build import Memo, build
from generator.inputs import Inputs
from generator.kept import keep, kept
from generator.parallel import slices

ROOT = Path(__file__).parent.parent
STARTER = inputs.read(ROOT / "generator" / "starter")
SEQUENCES = 1000 if os.environ.get("EXPLAINER_NIGHTLY") else 100

WORDS = "bridge river mayor closed opened ferry town".split()
MORE = ["“quoted words stand here”", "5 March 2025", "1,200", "*soft*", "Wednesday, 5 March 2025", "a ferry"]
EVENT = "title: {}\nwhen: 2025-0{}-1{}\nsection: what-happened\nimportance: {}\ntext: {}[@{}]\n"
SOURCE = "title: {}\npublisher: P\nkind: newspaper\nlanguage: en\npublished: 2025-05-0{}\nurl: https://p.example/{}\n"
TEMPLATE = b"{% extends 'base.html' %}\n{% block main %}\n<h1>{{ page.title }}</h1>\n{% endblock %}\n"
SETTINGS = ["licence: CC BY", "base_url: https://site.example/a", "rules: {url-http: off, single-source: error}"]
TITLE = re.compile(rb"(?m)^(title|name|term|label): .*")
PROSE = re.compile(rb"(?m)^((?:text|summary|short|answer|role|context): [^|\n]*)$")

POST, SAID = "content/sources/valley-post.yaml", "“There will be a new bridge, and it will be here.”"

Files = dict[str, bytes]
Edit = Callable[[random.Random, Files, Files], None]


def held(words: str, source: bytes = STARTER.content[POST]) -> Files:
    """The source of the quotation with its text archived."""
    text = words.encode()
    more = f"text: {{file: post.txt, sha256: {hashlib.sha256(text).hexdigest()}, captured: 2025-03-06}}\n"
    return {"seeds/post.txt": text, POST: re.sub(rb"(?m)^text: \{.*\n", b"", source) + more.encode()}


def words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=3)).capitalize()


def records(content: Mapping[str, bytes], kind: str = "") -> list[str]:
    found = [path for path in content if path.startswith(f"content/{kind}") and path.endswith(".yaml")]
    return sorted(path for path in found if path != "content/explainer.yaml")


def retitle(chance: random.Random, content: Files, _: Files) -> None:
    path = chance.choice(records(content))
    content[path] = TITLE.sub(rb"\1: " + words(chance).encode(), content[path], count=1)


def say_more(chance: random.Random, content: Files, _: Files) -> None:
    path = chance.choice(records(content))
    content[path] = PROSE.sub(rb"\1 " + chance.choice(MORE).encode(), content[path], count=1)


def retype(chance: random.Random, content: Files, _: Files) -> None:
    """Another way to write the same."""
    path = chance.choice(sorted(content))
    content[path] = b"# " + words(chance).encode() + b"\n" + content[path]


def move_in_time(chance: random.Random, content: Files, _: Files) -> None:
    path = chance.choice(records(content, "events") or ["content/explainer.yaml"])
    content[path] = re.sub(rb"(?m)^when: .*", b"when: 2025-03-%02d" % chance.randint(1, 28), content[path], count=1)


def add_event(chance: random.Random, content: Files, _: Files) -> None:
    source = chance.choice([Path(path).stem for path in records(content, "sources")] or ["town-notice"])
    month, day, importance = chance.randint(1, 5), chance.randint(0, 9), chance.randint(1, 3)
    text = EVENT.format(words(chance), month, day, importance, words(chance), source)
    if chance.random() < 0.4:
        text += "links:\n- relation: response-to\n  event: bridge-closed\n"
    content[f"content/events/e-{chance.randint(0, 9)}.yaml"] = text.encode()


def add_source(chance: random.Random, content: Files, _: Files) -> None:
    name = f"s-{chance.randint(0, 4)}"
    text = SOURCE.format(words(chance), chance.randint(1, 9), name)
    text += "derived_from: town-notice\n" if chance.random() < 0.3 else ""
    content[f"content/sources/{name}.yaml"] = text.encode()


def delete(chance: random.Random, content: Files, _: Files) -> None:
    del content[chance.choice(records(content))]


def rename(chance: random.Random, content: Files, _: Files) -> None:
    path = Path(chance.choice(records(content)))
    text = content.pop(path.as_posix())
    new = path.with_name(f"r-{chance.randint(0, 5)}.yaml")
    content[new.as_posix()] = text + f"\naliases: [{path.stem}]\n".encode()


def draft(chance: random.Random, content: Files, _: Files) -> None:
    path = chance.choice(records(content))
    text = content[path]
    content[path] = text.replace(b"status: draft\n", b"") if b"status: draft" in text else b"status: draft\n" + text


def configure(chance: random.Random, content: Files, _: Files) -> None:
    path, line = "content/explainer.yaml", chance.choice(SETTINGS).encode()
    content[path] = re.sub(rb"(?m)^" + line.partition(b":")[0] + rb": .*\n", b"", content[path])
    if chance.random() < 0.6:
        content[path] += line + b"\n"


def change_template(chance: random.Random, _: Files, templates: Files) -> None:
    name = chance.choice(["records/event.html", "records/source.html", "pages/section.html", "base.html"])
    mark = b"<!-- " + words(chance).encode() + b" -->\n"
    templates[name] = mark + re.sub(rb"^<!--.*?-->\n", b"", templates[name])


def replace_template(chance: random.Random, _: Files, templates: Files) -> None:
    name = chance.choice(["pages/timeline.html", "pages/about.html"])
    templates[name] = STARTER.templates[name] if templates[name] == TEMPLATE else TEMPLATE


def change_asset(chance: random.Random, _: Files, templates: Files) -> None:
    templates["assets/theme.css"] += b"/* %d */\n" % chance.randint(0, 9)


def archive(chance: random.Random, content: Files, _: Files) -> None:
    """Keep the text of the source that is quoted, in one edition or another."""
    if POST in content:
        content |= held(f"{words(chance)}: {SAID}{words(chance) if chance.random() < 0.5 else ''}", content[POST])


EDITS: list[Edit] = [
    *(retitle, say_more, retype, move_in_time, add_event, add_event, add_source, delete, rename, draft),
    *(configure, change_template, replace_template, change_asset, archive, archive),
]
STEPS = st.lists(st.tuples(st.integers(0, len(EDITS) - 1), st.integers(0, 2**16)), min_size=1, max_size=4)


def editions(steps: list[tuple[int, int]]) -> Iterator[Inputs]:
    made = STARTER
    for number, seed in steps:
        content, templates = {**made.content, **made.seeds}, dict(made.templates)
        EDITS[number](random.Random(seed), content, templates)
        seeds = {path: content.pop(path) for path in list(content) if path.startswith("seeds/")}
        made = replace(made, content=content, templates=templates, seeds=seeds)
        yield made


@settings(max_examples=SEQUENCES, suppress_health_check=list(HealthCheck))
@given(STEPS, st.booleans(), st.booleans())
def test_what_is_remembered_changes_no_byte_and_no_diagnostic(
    steps: list[tuple[int, int]], drafts: bool, lasts: bool
) -> None:
    memo = Memo(lasts=lasts)
    build(STARTER, memo=memo, drafts=drafts)
    for edition in editions(steps):
        clean = build(edition, drafts=drafts)
        hasty = build(edition, drafts=drafts, memo=memo, only={"index.html", "events/bridge-closed/index.html"})
        assert all(clean.files[path] == data for path, data in hasty.files.items() if clean.is_good)
        made = build(edition, drafts=drafts, memo=memo)
        assert made.diagnostics == clean.diagnostics
        assert list(made.files) == list(clean.files)
        assert [path for path, data in clean.files.items() if made.files[path] != data] == []


def leave(chance: random.Random, file: Path) -> None:
    """Nothing happens to what is kept."""


def spoil(chance: random.Random, file: Path) -> None:
    data, before = bytearray(file.read_bytes()), file.stat()
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut_short(chance: random.Random, file: Path) -> None:
    os.truncate(file, chance.randrange(file.stat().st_size))


def put_a_copy_there(chance: random.Random, file: Path) -> None:
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data)


def kill_the_next(chance: random.Random, file: Path) -> None:
    """A build is killed while it keeps something else in the same place."""
    seconds = chance.uniform(1e-5, 2e-3)
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM ends a process that does not expect it
        keep([b"something else"] * 100_000, file)
    finally:
        os._exit(0)


HAPPENINGS: list[Callable[[random.Random, Path], None]] = [
    leave,
    leave,
    spoil,
    cut_short,
    put_a_copy_there,
    kill_the_next,
]


@settings(max_examples=SEQUENCES // 4, suppress_health_check=list(HealthCheck))
@given(STEPS, st.integers(0, 2**16))
def test_what_is_kept_on_the_disk_changes_no_byte(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]], seed: int
) -> None:
    chance = random.Random(seed)
    file = tmp_path_factory.mktemp("kept") / "memo"
    first = Memo()
    build(STARTER, memo=first)
    stamp, is_whole = keep(first, file, first.records), True
    for edition in editions(steps):
        happens = chance.choice(HAPPENINGS)
        happens(chance, file)
        is_whole = is_whole and happens is leave
        memo: Memo | None = kept(file, stamp)
        assert isinstance(memo, Memo) or not is_whole
        memo = memo or Memo()
        made, clean = build(edition, memo=memo), build(edition)
        assert made.diagnostics == clean.diagnostics
        assert made.files == clean.files and list(made.files) == list(clean.files)
        if made.is_good and chance.random() < 0.7:
            stamp, is_whole = keep(memo, file, memo.records), True


@settings(max_examples=SEQUENCES // 10, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_what_several_processes_remember_changes_no_byte(steps: list[tuple[int, int]]) -> None:
    memo = Memo()
    with pytest.MonkeyPatch.context() as patch:
        for module in (exports, looks, render):  # so that a small site is shared too
            patch.setattr(module, "slices", lambda items, jobs, least: slices(items, jobs, 1))
        build(STARTER, memo=memo, jobs=3)
        for edition in editions(steps):
            made, clean = build(edition, memo=memo, jobs=3), build(edition)
            assert made.diagnostics == clean.diagnostics
            assert made.files == clean.files


FIGURE, ABOUT, HOME = "content/figures/crossings.yaml", "pages/about.html", "content/explainer.yaml"
AREA = b'{"type": "Polygon", "coordinates": [[[8, 46], [9, 46], [9, 47], [8, 46]]]}'
FEATURE = b'{"type": "Feature", "properties": {"name": "Uri"}, "geometry": ' + AREA + b"}"
MAP = {"content/map.geojson": b'{"type": "FeatureCollection", "features": [' + FEATURE + b"]}"}


def with_map(credit: bytes) -> bytes:
    return STARTER.content[HOME] + b"map: {file: map.geojson, focus: Uri, credit: " + credit + b"}\n"


def about(more: bytes) -> dict[str, bytes]:
    return {ABOUT: STARTER.templates[ABOUT].replace(b"<h1", more + b"<h1", 1)}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            {FIGURE: STARTER.content[FIGURE].replace(b"value: 1200", b"value: 1200.5")},
            {FIGURE: STARTER.content[FIGURE].replace(b"value: 1200", b"value: 1200.50")},
        ),
        ({HOME: with_map(b"us"), **MAP}, MAP),
        ({}, {HOME: STARTER.content[HOME] + b"status: draft\n"}),
    ],
    ids=["the same number in other digits", "no map any more", "a draft that cannot be one"],
)
def test_what_differs_in_little_is_seen(first: Files, then: Files) -> None:
    memo = Memo()
    build(replace(STARTER, content={**STARTER.content, **first}), memo=memo)
    edition = replace(STARTER, content={**STARTER.content, **then})
    for _ in range(2):
        made, clean = build(edition, memo=memo), build(edition)
        assert (made.diagnostics, made.files) == (clean.diagnostics, clean.files)


@pytest.mark.parametrize(
    "more",
    [
        b"{% include ['own.html', 'pages/404.html'] %}",
        b"{% set name = 'own.html' %}{% include name %}",
        b"{% if site.nothing is defined %}{% include 'own.html' %}{% endif %}",
        b"{{ site.nothing }}",
        b"{{ site.explainer }}",
    ],
)
def test_templates_are_seen_however_they_are_named(more: bytes) -> None:
    memo = Memo()
    for own in (b"one", b"two"):
        edition = replace(STARTER, templates={**STARTER.templates, **about(more), "own.html": own})
        made, clean = build(edition, memo=memo), build(edition)
        assert (made.diagnostics, made.files) == (clean.diagnostics, clean.files)


def test_what_a_module_of_macros_imports_is_seen_by_each_page_that_uses_it() -> None:
    memo = Memo()
    module = b"{% set name = 'own.html' %}{% from name import word %}{% macro say() %}{{ word }}{% endmacro %}"
    more = about(b"{% import 'module.html' as module %}{{ module.say() }}")
    missing = {"pages/404.html": more[ABOUT]}
    for own in (b"{% set word = 'one' %}", b"{% set word = 'two' %}"):
        templates = {**STARTER.templates, **more, **missing, "module.html": module, "own.html": own}
        made, clean = (
            build(replace(STARTER, templates=templates), memo=memo),
            build(replace(STARTER, templates=templates)),
        )
        assert clean.is_good and (made.diagnostics, made.files) == (clean.diagnostics, clean.files)


@pytest.mark.parametrize(
    "more", [b"{{ site.order|length }}", b"{{ site.by_kind.event|length }}", b"{{ site.renamed|length }}"]
)
def test_whatever_a_template_asks_of_the_site_is_seen(more: bytes) -> None:
    memo, event = Memo(), b"title: New\nwhen: 2025-03-05\nsection: what-happened\ntext: New.[@valley-post]\n"
    for content in (STARTER.content, {**STARTER.content, "content/events/one.yaml": event + b"aliases: [two]\n"}):
        edition = replace(STARTER, content=content, templates={**STARTER.templates, **about(more)})
        made, clean = build(edition, memo=memo), build(edition)
        assert clean.is_good and (made.diagnostics, made.files) == (clean.diagnostics, clean.files)


@pytest.mark.parametrize("more", [b"{{ record|string }}", b"{% for name, value in record %}{{ name }}{% endfor %}"])
def test_a_record_is_not_shown_past_its_fields(more: bytes) -> None:
    shown = b"{% for record in site.of_kind('event') %}" + more + b"{% endfor %}"
    made = build(replace(STARTER, templates={**STARTER.templates, **about(shown)}))
    assert [(found.code, found.location.path) for found in made.diagnostics] == [("tpl-error", f"templates/{ABOUT}")]


@pytest.mark.parametrize("name", sorted(name for name in STARTER.templates if name.endswith(".html")))
def test_every_template_is_seen_when_it_changes(name: str) -> None:
    memo = Memo()
    build(STARTER, memo=memo)
    edited = re.sub(
        rb"<(p|div|span|li|a|h2|figure|section|blockquote|svg|td|g)\b", rb'<\1 data-edited=""', STARTER.templates[name]
    )
    edition = replace(STARTER, templates={**STARTER.templates, name: edited})
    made, clean = build(edition, memo=memo), build(edition)
    assert (made.diagnostics, made.files) == (clean.diagnostics, clean.files)


@pytest.fixture(scope="module")
def explainer() -> tuple[Inputs, Memo]:
    read, memo = inputs.read(ROOT), Memo()
    assert build(read, memo=memo).is_good
    return read, memo


def test_only_pages_that_differ_are_rendered_again(explainer: tuple[Inputs, Memo]) -> None:
    read, memo = explainer
    chance, rendered, changed = random.Random(7), 0, 0
    for path in chance.sample(records(read.content), 30):
        before = memo.rendering
        edited = re.sub(
            rb"(?m)^(title|name|term|label|text|summary|short): (?=\w)", rb"\1: Indeed ", read.content[path]
        )
        made = build(replace(read, content={**read.content, path: edited}), memo=memo)
        assert made.is_good and before and memo.rendering
        now = memo.rendering
        rendered += sum(before.links.get(path) is not links for path, links in now.links.items())
        changed += sum(before.files.get(path) != content for path, content in now.files.items())
    assert changed > 100
    assert rendered <= 1.2 * changed


def test_a_record_typed_another_way_renders_nothing(explainer: tuple[Inputs, Memo]) -> None:
    read, memo = explainer
    build(read, memo=memo)
    before = memo.rendering
    commented = {path: data + b"\n# the same\n" for path, data in read.content.items() if path.endswith(".yaml")}
    build(replace(read, content={**read.content, **commented}), memo=memo)
    assert before and memo.rendering
    assert all(memo.rendering.links[path] is links for path, links in before.links.items())


EARLY = "content/events/too-early.yaml"
WRONG = b"title: A wrong day\nwhen: 2031-03-04\nsection: what-happened\ntext: Wrong. [@valley-post]\n"


def test_what_was_found_during_a_build_that_failed_is_not_lost() -> None:
    memo = Memo()
    first, second = held(f"She said: {SAID}"), held(f"A later edition. {SAID}, said the mayor of the town.")
    for texts, wrong in ((first, {}), (second, {EARLY: WRONG}), (second, {})):
        content = {**STARTER.content, POST: texts[POST], **wrong}
        edition = replace(STARTER, content=content, seeds={"seeds/post.txt": texts["seeds/post.txt"]})
        made, clean = build(edition, memo=memo), build(edition)
        assert made.is_good is not bool(wrong)
        assert (made.diagnostics, made.files) == (clean.diagnostics, clean.files)
