"""Who read what: kept in memory, with an index and without, or packed for the disk, the answers are the same."""

import pickle
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from generator.readers import Packed, Readers
from generator.reads import Reads, Subject
from generator.refs import Names, Ref

NAMES = [Ref(kind, f"{kind}-{number}") for kind in ("event", "source") for number in range(4)]
SUBJECTS: list[Subject] = [
    *NAMES,
    Ref("event", "withdrawn"),
    *(("backlinks", ref) for ref in NAMES),
    ("evidence", NAMES[3]),
    ("written", Ref("event", "withdrawn")),
    ("template", "base.html"),
    ("kind", "event"),
    ("derived", len),
]
reads = st.dictionaries(
    st.sampled_from(SUBJECTS), st.frozensets(st.sampled_from(["", "*", "title", "text"]), min_size=1)
)
keys = st.one_of(st.sampled_from(NAMES), st.sampled_from(["index.html", "all/index.html", "404.html"]))
steps = st.lists(st.tuples(st.dictionaries(keys, reads), st.sets(keys)), min_size=1, max_size=4)


def as_packed(readers: Readers[object]) -> Readers[object]:
    """As the next run of the tool finds them."""
    found: Readers[object] = pickle.loads(pickle.dumps(Readers.of_packed(Packed(readers.items(), Names(NAMES)))))
    return found


@given(steps, st.integers(0, 3))
def test_who_read_something_is_told_alike_however_that_is_kept(
    steps: list[tuple[dict[object, Reads], set[object]]], packed_after: int
) -> None:
    known: dict[object, Reads] = {}
    plain, indexed, packed = Readers[object](), Readers[object](lasts=True), Readers[object]()
    for number, (made, gone) in enumerate(steps):
        known = {**{key: read for key, read in known.items() if key not in gone}, **made}
        plain, indexed, packed = (one.renewed(made, gone) for one in (plain, indexed, packed))
        if number == packed_after:
            packed = as_packed(packed)
    for readers in (plain, indexed, packed, as_packed(packed)):
        assert dict(readers.items()) == known
        assert all(readers.get(key) == known.get(key) for key in (*NAMES, "index.html", "all/index.html"))
        for subject in SUBJECTS:
            assert seen(readers.of({subject}), subject) == seen(known, subject)
            assert readers.have_read(subject) or not seen(known, subject)


def seen(found: Mapping[object, Reads], subject: Subject) -> dict[object, object]:
    """Who read the subject, and what of it."""
    return {key: reads[subject] for key, reads in found.items() if subject in reads}


@given(st.dictionaries(keys, reads), st.sets(st.sampled_from(SUBJECTS)))
def test_of_several_subjects_all_that_was_read_is_told(known: dict[object, Reads], subjects: set[Subject]) -> None:
    everybody = Readers[object]().renewed(known, set())
    wanted = {
        key: {subject: of_it for subject, of_it in read.items() if subject in subjects}
        for key, read in known.items()
        if not subjects.isdisjoint(read)
    }
    for readers in (everybody, as_packed(everybody)):
        found = readers.of(subjects)
        assert found.keys() == wanted.keys()
        assert all(found[key].items() >= read.items() for key, read in wanted.items())
