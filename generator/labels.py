"""What a reader sees for the words that editors choose from: one table for each choice."""

from collections.abc import Mapping

LABELS: Mapping[str, Mapping[str, str]] = {
    "assessment": {
        "established": "Answer established",
        "likely": "Answer likely",
        "unresolved": "Unresolved",
        "unsupported": "Not supported by evidence",
    },
    "audit": {
        "verbatim": "The speaker’s words, as printed",
        "altered": "Altered: not exactly the speaker’s words",
        "paraphrase": "Not a quotation: a paraphrase inside quotation marks",
        "unattributed": "The speaker is missing",
    },
    "certainty": {"confirmed": "confirmed", "reported": "reported", "disputed": "disputed", "denied": "denied"},
    "control": {
        "state": "state-controlled",
        "party": "controlled by a party to it",
        "independent": "independent",
        "intergovernmental": "intergovernmental",
        "unknown": "control unknown",
    },
    "passage": {
        "supported": "Supported",
        "altered": "Altered",
        "contradicted": "Contradicted",
        "garbled": "Garbled",
        "unclear": "Cannot be traced",
    },
    "relation": {
        "caused-by": "Caused by",
        "response-to": "In response to",
        "part-of": "Part of",
        "contradicts": "Contradicts",
    },
    "seen": {"whole": "read whole", "opening": "opening read", "excerpt": "excerpt read"},
    "source": {
        "agency": "News agency",
        "newspaper": "Newspaper or magazine",
        "broadcaster": "Broadcaster",
        "ngo": "Rights group or other NGO",
        "official": "Official source",
        "intergovernmental": "Intergovernmental body",
        "monitor": "Monitor",
        "reference": "Reference work",
        "other": "Other kind of source",
    },
    "sources": {
        "agency": "News agencies",
        "newspaper": "Newspapers and magazines",
        "broadcaster": "Broadcasters",
        "ngo": "Rights groups and other NGOs",
        "official": "Official sources",
        "intergovernmental": "Intergovernmental bodies",
        "monitor": "Monitors",
        "reference": "Reference works",
        "other": "Other sources",
    },
    "actors": {"person": "People", "organisation": "Organisations"},
    "places": {"country": "Countries", "region": "Regions", "city": "Cities and towns", "site": "Sites"},
    "value": {"superseded": "superseded", "retracted": "withdrawn", "disputed": "disputed"},
}


def label(choice: str | None, of: str) -> str:
    """The words for a choice; a choice that has none, of a kind added later, as it is written."""
    return LABELS.get(of, {}).get(choice or "", (choice or "").replace("-", " "))
