"""Entries without a key keep their facts, refuse to be scored and say what is missing; marks say what was read."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import admit
from osa_survey.errors import AnalysisError
from osa_survey.instruments import Library, load_library
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of

# Entry → (items, whether their number was read in a source, what its note must name as missing).
UNSCORED = {
    "cypat": (11, True, "content of items 7 to 11"),
    "cysexmq": (14, True, "which of the fourteen items belongs to which motive"),
    "pces": (47, True, "which items are positive and which negative effects"),
    "pums": (24, False, "which item belongs to which of the eight motivations"),
    "s_iat_sex": (12, False, "which item belongs to which of the two factors"),
    "sds": (13, True, "that the answers are summed"),
    "sos": (6, True, "was read in one public scorer alone"),
}
WITHOUT_ITEMS = {"isst_gsv": "how many items there are"}
# What was read in fewer than two sources, in whole or in part.
PARTLY = {"hbi19", "isst", "natsal_sw", "nsss_s", "ssss"}
RECALLED = {"cpui9", "csbd19", "csbd7", "gmrel", "sdi2"}
MARKED_ELSEWHERE = {"audit_c", "dass21", "fsfi", "fsfi6", "iief5", "phq9", "who5"}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_exactly_these_entries_have_no_key(library: Library) -> None:
    assert {name for name, entry in library.instruments.items() if not entry.scales} == {*UNSCORED, *WITHOUT_ITEMS}


@pytest.mark.parametrize("name", sorted(UNSCORED))
def test_an_entry_without_a_key_refuses_and_says_what_is_missing(library: Library, name: str) -> None:
    k, counted, missing = UNSCORED[name]
    entry = library.instrument(name)
    assert len(entry.items) == k
    assert counted or "recalled" in entry.verification_note
    assert (entry.verified, entry.cutoffs) == ("recalled", ())
    low = entry.options_of(entry.items[0].id).low
    cells = {"age": ["30"], **{f"q{n}": [f"{low:g}"] for n in range(1, k + 1)}}
    book = codebook(blocks={"b": {"instrument": name, "columns": "q{n}"}})
    data = admit(export_of(cells), book, library)
    assert data.items("b").tolist() == np.full((1, k), low).tolist()
    with pytest.raises(AnalysisError, match="No scoring key was found") as caught:
        score(data)
    assert [problem.code for problem in caught.value.problems] == ["no_scoring_key"]
    assert missing in str(caught.value)


@pytest.mark.parametrize("name", sorted(WITHOUT_ITEMS))
def test_an_entry_without_items_cannot_be_named_by_a_block(library: Library, name: str) -> None:
    entry = library.instrument(name)
    assert (entry.items, entry.scales, entry.response_options) == ((), (), {})
    book = codebook(blocks={"b": {"instrument": name, "columns": "q{n}"}})
    (problem,) = codebook_problems(book, library, "codebook.toml")
    assert (problem.code, problem.key) == ("no_items", "blocks.b.instrument")
    assert WITHOUT_ITEMS[name] in problem.message


def test_a_key_that_was_not_read_twice_is_not_called_seen(library: Library) -> None:
    marks = {name: entry.verified for name, entry in library.instruments.items() if name not in MARKED_ELSEWHERE}
    assert {name for name, mark in marks.items() if mark == "partly"} == PARTLY
    assert {name for name, mark in marks.items() if mark == "recalled"} == {*RECALLED, *UNSCORED, *WITHOUT_ITEMS}


def test_a_seen_instrument_has_no_scale_that_rests_on_memory_alone_but_named_ones(library: Library) -> None:
    """The mean beside a published sum may be a convention that was recalled; nothing else may."""
    recalled = {
        (name, scale.id)
        for name, entry in library.instruments.items()
        if entry.verified == "seen" and name not in MARKED_ELSEWHERE
        for scale in entry.scales
        if scale.verified == "recalled"
    }
    assert recalled == {("rses", "mean"), ("rses_satisfied_first", "mean"), ("swls", "mean")}


def test_thresholds_the_authors_do_not_stand_behind_are_off_and_say_why(library: Library) -> None:
    for name, reason in {"hbi19": "No adequate threshold", "scs": "No threshold", "isst": "no cut-off scores"}.items():
        cuts = library.instrument(name).cutoffs
        assert cuts
        for cut in cuts:
            assert not cut.default
            assert reason in cut.reason
