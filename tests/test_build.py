"""The main job through the front door: YAML in, a site out."""

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner
from conftest import STARTER, Project

from generator import inputs
from generator.build import Memo, build
from generator.cli import cli
from generator.records import KINDS
from generator.refs import Ref

ROOT = Path(__file__).parent.parent


def test_a_good_project_becomes_a_complete_site(project: Project) -> None:
    result = project.run("build")
    assert result.exit_code == 0, result.output
    files = project.tree()
    fixed = [
        "index.html",
        "what-happened/index.html",
        "timeline/index.html",
        "about/index.html",
        "all/index.html",
    ]
    fixed += [f"{kind.folder}/index.html" for kind in KINDS if kind.kind not in ("explainer", "section", "event")]
    fixed += [
        "events/bridge-closed/index.html",
        "404.html",
        "sitemap.xml",
        "robots.txt",
        "feed.xml",
        "_headers",
        ".nojekyll",
    ]
    fixed += ["data/events.json", "data/events.csv", "data/figures/crossings.csv", "data/schema/event.json"]
    assert [path for path in fixed if path not in files] == []
    assert re.fullmatch(r"\d+ pages from \d+ records, .* 0 warnings\n", result.output)


def test_every_page_is_valid_html_with_one_h1_and_unique_ids(project: Project) -> None:
    made = build(inputs.read(project.root))
    assert made.is_good
    for path, page in made.files.items():
        if path.endswith(".html"):
            parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = parser.parse(page.decode())
            assert len(tree.findall(".//h1")) == 1, path
            ids = [element.get("id") for element in tree.iter() if element.get("id")]
            assert len(ids) == len(set(ids)), path


def test_drafts_and_notes_appear_nowhere_but_drafts_do_in_preview(project: Project) -> None:
    project.write("terms/secret.yaml", "term: Xyzzydraft\nshort: A draft.\nstatus: draft\n")
    project.edit("terms/inspection.yaml", "term: Inspection", "term: Inspection\nnote: Xyzzynote")
    project.write(
        "sources/town-notice.yaml",
        (project.root / "content/sources/town-notice.yaml").read_text() + "note: Xyzzynote\n",
    )
    for drafts in (False, True):
        made = build(inputs.read(project.root), drafts=drafts)
        assert made.is_good, made.diagnostics
        everything = b"".join(made.files.values())
        assert b"Xyzzynote" not in everything
        assert (b"Xyzzydraft" in everything) is drafts


def test_a_withdrawn_source_is_an_error_at_every_statement_that_rests_on_it(project: Project) -> None:
    project.edit("sources/valley-post.yaml", "seen: whole", "seen: whole\nstatus: draft")
    result = project.run("check")
    assert result.exit_code == 1
    assert result.output.count("error[ref-draft]: the source “valley-post” is a draft") == 3


def test_an_alias_is_a_page_that_leads_to_the_record(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", "importance: 1", "importance: 1\naliases: [closure]")
    files = build(inputs.read(project.root)).files
    assert b'content="0; url=../../events/bridge-closed/"' in files["events/closure/index.html"]


def test_whatever_it_was_called_before_the_explainer_is_at_home(project: Project) -> None:
    project.edit("explainer.yaml", "language: en", "language: en\naliases: [bridge]")
    assert b'http-equiv="refresh"' not in build(inputs.read(project.root)).files["index.html"]


def test_an_old_address_of_an_update_is_a_place_on_the_page_of_updates(project: Project) -> None:
    update = "on: 2025-05-01\nkind: correction\naffects: [event:bridge-closed]\nsummary: A change.\naliases: [old]\n"
    project.write("updates/new.yaml", update)
    assert b'<span id="old"></span>' in build(inputs.read(project.root)).files["updates/index.html"]


SECTION = (
    "label: After\nquestion: What came after?\nanswer: Nothing yet.\nbody: |\n  So far.\n\n  ## Later\n\n  Perhaps.\n"
)


def test_a_section_with_parts_needs_no_events(project: Project) -> None:
    project.write("sections/after.yaml", SECTION)
    project.edit("explainer.yaml", "[what-happened]", "[what-happened, after]")
    assert project.run("build").exit_code == 0
    assert b'href="#part-1"' in project.tree()["after/index.html"]


def test_a_preview_shows_a_section_that_is_a_draft_and_what_belongs_to_it(project: Project) -> None:
    memo = Memo()
    build(inputs.read(project.root), drafts=True, memo=memo)
    project.write("sections/after.yaml", f"status: draft\n{SECTION}")
    event = "status: draft\ntitle: A day\nwhen: 2025-03-04\nsection: after\ntext: So it was.[@town-notice]\n"
    project.write("events/day.yaml", event)
    made = build(inputs.read(project.root), drafts=True, memo=memo)
    assert made.is_good, made.diagnostics
    assert b'href="after/"' in made.files["index.html"] and b"A day" in made.files["after/index.html"]
    assert made.site and Ref("explainer", "explainer") in made.site.backlinks[Ref("section", "after")]
    assert b"after" not in b"".join(
        build(inputs.read(project.root)).files[path] for path in ("index.html", "sitemap.xml")
    )


def test_a_draft_is_not_told_to_become_one(project: Project) -> None:
    project.write("terms/pier.yaml", "term: Pier\nshort: A pillar of a bridge.\nstatus: draft\n")
    assert build(inputs.read(project.root), drafts=True).diagnostics == ()


@pytest.mark.parametrize("by", ["a waiver", "a rule"])
def test_a_section_that_is_left_out_of_the_list_has_a_page_that_no_navigation_leads_to(
    project: Project, by: str
) -> None:
    event = "title: A day\nsection: {}\ntext: So it [was](section:after).\ncites: [town-notice]\nwhen: "
    for day in range(2, 9):
        section = ["what-happened", "after"][day % 2]
        project.write(f"events/day-{day}.yaml", f"{event.format(section)}{{date: 2025-03-0{day}, until: 2025-03-12}}\n")
    waiver = "waive:\n  - {rule: section-unlisted, why: It is read from the day alone.}\n"
    project.write("sections/after.yaml", SECTION + waiver * (by == "a waiver"))
    if by == "a rule":
        project.edit("explainer.yaml", "title:", 'rules: {section-unlisted: "off"}\ntitle:')
    made = build(inputs.read(project.root), base_url="https://example.org/")
    assert made.is_good, made.diagnostics
    pages = {path: data.decode() for path, data in made.files.items() if path.endswith((".html", ".xml"))}
    assert not [path for path, page in pages.items() if re.search(r"<nav[^>]*>(?:(?!</nav>).)*after/", page, re.S)]
    assert "What came after?" not in pages["index.html"] and "What came after?" in pages["all/index.html"]
    assert "A day" in pages["after/index.html"] and "Previous and next" not in pages["after/index.html"]
    assert 'class="block ink"' in pages["index.html"] and "after/" in pages["sitemap.xml"]


def test_a_section_leads_to_all_that_belongs_to_it(project: Project) -> None:
    number = "  - {value: 3, stated_by: The town, stated_on: 2025-03-04, cites: [town-notice]}\n"
    figure = f"label: Trucks\ncounts: Trucks.\nunit: trucks\nsection: what-happened\nvalues:\n{number}"
    project.write("figures/trucks.yaml", figure)
    page = build(inputs.read(project.root)).files["what-happened/index.html"].decode()
    assert page.count('href="../figures/trucks/"') == 1
    assert page.count('href="../figures/crossings/"') == 1  # which stands in the text


def test_what_is_true_is_true_in_the_data(project: Project) -> None:
    project.edit("events/bridge-closed.yaml", '"16:30"', '"16:30", approximate: true')
    (event,) = json.loads(build(inputs.read(project.root)).files["data/events.json"])
    assert event["when"] == {"date": "2025-03-03", "time": "16:30", "approximate": True}


def test_a_table_without_records_has_a_head(project: Project) -> None:
    files = build(inputs.read(project.root)).files
    assert (files["data/disputes.csv"], files["data/disputes.json"]) == (b"id\r\n", b"[]\n")


def test_the_schemas_take_a_bare_source_and_a_bare_year_as_the_tool_does(project: Project) -> None:
    files = build(inputs.read(project.root)).files
    event = json.loads(files["data/schema/event.json"])["properties"]
    assert [choice.get("type") for choice in event["cites"]["items"]["anyOf"]] == ["string", None]
    assert [choice["type"] for choice in event["when"]["anyOf"]] == ["string", "integer", "object"]
    below = event["when"]["anyOf"][2]["properties"]
    assert [choice["type"] for choice in below["until"]["anyOf"]] == ["string", "integer"]


def test_the_schemas_on_the_site_are_those_of_what_lies_beside_them() -> None:
    files = build(inputs.read(ROOT)).files
    for kind in KINDS:
        made = json.loads(files[f"data/schema/{kind.kind}.json"])
        path = f"data/{kind.folder}.json" if kind.folder else "data/explainer.json"
        data = json.loads(files[path])
        for row in data if kind.folder else [data]:
            assert {*made["required"]} <= row.keys() <= made["properties"].keys()


def test_the_schemas_refuse_the_numbers_that_the_tool_refuses(project: Project) -> None:
    files = build(inputs.read(project.root)).files
    section, event, place = (json.loads(files[f"data/schema/{kind}.json"]) for kind in ("section", "event", "place"))
    assert section["properties"]["stale_after"]["minimum"] == 0
    assert [event["properties"]["importance"][name] for name in ("minimum", "maximum")] == [1, 3]
    assert [point["maximum"] for point in place["$defs"]["Point"]["properties"].values() if "maximum" in point] == [
        90,
        180,
    ]


def test_a_sentence_of_the_editors_gets_no_second_full_stop(project: Project) -> None:
    files = build(inputs.read(project.root)).files
    pages = b"".join(page for path, page in files.items() if path.endswith(".html"))
    assert b"library." in pages and b"library.." not in pages


WAITING = """
from generator import progress
progress.AFTER = 0.05
from generator.cli import main
main()
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_terminal_is_told_what_a_build_is_at_and_a_pipe_is_not(project: Project) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", WAITING, "build", "--no-cache", "--root", str(project.root)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True, text=True)
    os.close(theirs)
    told = os.read(ours, 4_000).decode()  # as much as a terminal holds
    os.close(ours)
    assert re.search(r"\r\x1b\[KBuilding … [0-9.]+ s", told) and told.endswith("\r\x1b[K")
    assert done.stdout.count("\n") == 1
    assert subprocess.run(command, capture_output=True, check=True).stderr == b""


def test_a_retracted_value_never_stands_without_its_label(project: Project) -> None:
    project.edit(
        "figures/crossings.yaml",
        "section: what-happened",
        "  - value: 7777\n    stated_by: Valley Post\n    stated_on: 2025-03-02\n    cites: [valley-post]\n"
        "    status: retracted\n    reason: The paper withdrew it.\nsection: what-happened",
    )
    files = build(inputs.read(project.root)).files
    shown = 0
    for path, data in files.items():
        text = "" if path.endswith((".woff2", ".png")) else data.decode()
        for found in re.finditer(r"7,?777", text):
            shown += 1
            assert (
                "withdrawn" in text[found.start() : found.end() + 40]
                or "retracted" in text[found.start() : found.end() + 400]
            ), path
    assert shown >= 3


def test_formulas_are_defused_in_csv_and_plain_in_html(project: Project) -> None:
    project.edit("terms/inspection.yaml", "term: Inspection", 'term: "=1+1 Inspection"')
    files = build(inputs.read(project.root)).files
    assert b"'=1+1 Inspection" in files["data/terms.csv"]
    assert b">=1+1 Inspection<" in files["terms/inspection/index.html"]


def test_absolute_addresses_follow_the_base_url(project: Project) -> None:
    assert project.run("build", "--base-url", "https://example.org/x").exit_code == 0
    files = project.tree()
    assert b"<loc>https://example.org/x/events/bridge-closed/</loc>" in files["sitemap.xml"]
    assert b'<link rel="canonical" href="https://example.org/x/timeline/">' in files["timeline/index.html"]
    assert project.run("build", "--base-url", "javascript:alert(1)").exit_code == 2


def test_the_portable_site_names_every_page_in_full(project: Project) -> None:
    made = build(inputs.read(project.root), portable=True)
    assert made.is_good, made.diagnostics
    assert b'href="../timeline/index.html"' in made.files["about/index.html"]


BUILD = """
import sys, hashlib, os
from pathlib import Path
os.umask(int(sys.argv[2], 8))
from generator import inputs
from generator.build import build
from generator.write import write
made = build(inputs.read(Path(sys.argv[1])))
write(made.files, Path(sys.argv[1]) / "site")
print(hashlib.sha256(b"".join(p.encode() + d for p, d in made.files.items())).hexdigest())
"""


def test_the_bytes_do_not_depend_on_hash_seed_zone_locale_umask_or_folder(make_project: Callable[[], Project]) -> None:
    variations = [
        ("0", "UTC", "C", "022"),
        ("1", "Asia/Almaty", "en_US.UTF-8", "077"),
        ("random", "America/New_York", "C.UTF-8", "002"),
    ]
    outcomes = set()
    for seed, zone, locale, umask in variations:
        made = make_project()
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(made.root), umask],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        outcomes.add((done.stdout, json.dumps({path: data.hex() for path, data in made.tree().items()})))
        assert {oct(p.stat().st_mode & 0o777) for p in (made.root / "site").rglob("*") if p.is_file()} == {"0o644"}
    assert len(outcomes) == 1


def test_the_real_content_has_no_errors_and_no_warnings() -> None:
    made = build(inputs.read(ROOT))
    assert made.is_good and not made.diagnostics, "\n".join(map(str, made.diagnostics))


def test_a_project_of_ones_own_is_sound_and_git_leaves_out_what_is_built(tmp_path: Path) -> None:
    own = Project(tmp_path / "own")
    (own.root / ".git").mkdir(parents=True)  # a repository that has just been begun
    assert CliRunner().invoke(cli, ["init", str(own.root)]).exit_code == 0
    assert own.tree("content") == Project(STARTER).tree("content")
    assert own.run("check", "--strict").exit_code == 0
    assert own.run("build").exit_code == 0
    left_out = (own.root / ".gitignore").read_text().split()
    made = {path.name for path in own.root.iterdir()} - {"content", ".git", ".gitignore"}
    assert made and all(f"/{name}/" in left_out for name in made)
    assert CliRunner().invoke(cli, ["init", str(own.root)]).exit_code == 2


def test_check_on_a_missing_project_says_so(tmp_path: Path) -> None:
    result = Project(tmp_path).run("check")
    assert result.exit_code == 1 and "error[file-missing]: there is no explainer.yaml" in result.output


@pytest.mark.parametrize("closed", ["1>&-", "2>&-"])
def test_who_closed_the_output_still_gets_the_exit_code(project: Project, closed: str) -> None:
    tool = (sys.executable, "-c", "from generator.cli import main; main()", "check", "--root", str(project.root))
    for code in (0, 1):
        done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *tool], capture_output=True, text=True)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        project.write("events/wrong.yaml", "title: No more than a title\n")
