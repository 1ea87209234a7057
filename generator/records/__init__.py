"""Every kind of record an editor keeps, listed in `KINDS`. The field descriptions are the editor’s manual.

A kind is one class here and one template, `templates/records/<kind>.html`; addresses, pages, exports, JSON
Schema and the checks of references follow from the class.
"""

from generator.records.actor import Actor
from generator.records.base import Record, citations
from generator.records.dispute import Dispute
from generator.records.event import Event
from generator.records.explainer import Explainer
from generator.records.figure import Figure, Value
from generator.records.place import Place
from generator.records.quote import Quote
from generator.records.section import Section
from generator.records.source import Source
from generator.records.term import Term
from generator.records.update import Update

KINDS: tuple[type[Record], ...] = (
    Explainer,
    Section,
    Event,
    Quote,
    Source,
    Actor,
    Place,
    Figure,
    Dispute,
    Term,
    Update,
)

__all__ = [
    "KINDS",
    "Actor",
    "Dispute",
    "Event",
    "Explainer",
    "Figure",
    "Place",
    "Quote",
    "Record",
    "Section",
    "Source",
    "Term",
    "Update",
    "Value",
    "citations",
]
