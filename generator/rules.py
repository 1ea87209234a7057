"""The rules an editor can switch in explainer.yaml and waive in a record. docs/rules.md explains each.

Only what is a matter of judgement is here. What breaks the site, and a quotation that is not in its source, is
always an error.
"""

RULES = (
    "date-order",
    "date-source",
    "date-weekday",
    "record-copied",
    "record-orphan",
    "section-unlisted",
    "section-stale",
    "source-unused",
    "source-twice",
    "single-source",
    "quote-unrecorded",
    "uncited",
    "figure-contradicted",
    "figure-preferred",
    "figure-total",
    "figure-unlabelled",
    "url-http",
    "url-tracking",
    "word-loaded",
    "word-speech",
    "word-weasel",
    "date-relative",
    "waiver-unused",
)
