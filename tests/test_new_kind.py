"""A new kind of record is one class and one template."""

from typing import ClassVar

from conftest import Project

from generator import inputs
from generator.build import build
from generator.fields import ActorRef, ProseText, Text
from generator.records import KINDS, Record


class Law(Record):
    kind: ClassVar[str] = "law"
    folder: ClassVar[str] = "laws"
    plural: ClassVar[str] = "Laws"

    title: Text
    text: ProseText
    signed_by: ActorRef | None = None

    @property
    def heading(self) -> str:
        return self.title


TEMPLATE = """
{% macro item(record, view) %}<p>{{ view.link(record) }}</p>{% endmacro %}
{% macro embed(record, view) %}<aside>{{ item(record, view) }}</aside>{% endmacro %}
{% macro full(record, view) %}<h1>{{ record.title }}</h1>{{ view.prose(record.text) }}{% endmacro %}
"""


def test_a_new_kind_has_pages_references_data_and_a_schema(project: Project) -> None:
    project.write(
        "laws/bridges.yaml",
        "title: Bridges Act\ntext: Every bridge is inspected.[@town-notice]\nsigned_by: mayor\n",
    )
    project.edit(
        "sections/what-happened.yaml",
        "body: |\n",
        "body: |\n  The [act](law:bridges) asks for it.\n\n  ![](law:bridges)\n\n",
    )
    target = project.root / "templates/records/law.html"
    target.parent.mkdir(parents=True)
    target.write_text(TEMPLATE)
    made = build(inputs.read(project.root), kinds=(*KINDS, Law))
    assert made.is_good and not made.diagnostics, made.diagnostics
    assert b"<h1>Bridges Act</h1>" in made.files["laws/bridges/index.html"]
    assert b"Bridges Act" in made.files["laws/index.html"]
    assert b'<a href="../laws/bridges/">' in made.files["what-happened/index.html"]
    assert b"Bridges Act" in made.files["actors/mayor/index.html"]
    assert b'"signed_by"' in made.files["data/schema/law.json"] and b"Bridges Act" in made.files["data/laws.csv"]
    project.edit("laws/bridges.yaml", "signed_by: mayor", "signed_by: mayro")
    (wrong,) = build(inputs.read(project.root), kinds=(*KINDS, Law)).diagnostics
    assert (wrong.code, wrong.location.line, wrong.hint) == ("ref-missing", 3, "did you mean mayor?")
