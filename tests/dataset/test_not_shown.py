"""What a platform did not show: it explains gaps and unticked boxes, and leaves answers alone."""

from __future__ import annotations

import numpy as np

from osa_survey.dataset import OptionSet, PlatformFacts, admit
from osa_survey.instruments.reasons import REASON_CODES
from tests.made_up_studies import codebook, export_of

HIDDEN = np.array([False, True, True, False, True])
CELLS = {
    "age": ["30", "31", "32", "33", "34"],
    "a": ["1", "0", "1", "", ""],
    "b": ["0", "0", "0", "1", "0"],
}
ENTRIES = {
    "age": {"column": "age", "type": "number"},
    "set": {"type": "multiple", "columns": {"a": "a", "b": "b"}, "ticked": [1]},
    "alone": {"column": "b", "type": "nominal", "labels": {"0": "no", "1": "yes"}},
}


def test_an_unticked_box_nobody_saw_is_a_gap() -> None:
    facts = PlatformFacts(
        sets=(OptionSet("q", {"a": "first", "b": "second"}, ("1",), ("0",)),), not_shown={"a": HIDDEN, "b": HIDDEN}
    )
    responses = admit(export_of(CELLS, facts=facts), codebook(variables=ENTRIES))
    hidden = REASON_CODES["not_shown"]
    # the third record has a tick although the question was hidden: the answer stays, the 0 beside it does not
    assert responses.reasons["set_a"].tolist() == [0, hidden, 0, 0, hidden]
    np.testing.assert_array_equal(responses.codes["set_a"], [1, np.nan, 1, 0, np.nan])
    assert responses.reasons["set_b"].tolist() == [0, hidden, hidden, 0, hidden]
    assert responses.reasons["alone"].tolist() == [0, hidden, hidden, 0, hidden]
    assert responses.codes.isna().to_numpy().tolist() == (responses.reasons > 0).to_numpy().tolist()


def test_a_zero_outside_a_set_stays_an_answer() -> None:
    facts = PlatformFacts(not_shown={"b": HIDDEN})
    responses = admit(export_of(CELLS, facts=facts), codebook(variables={k: ENTRIES[k] for k in ("age", "alone")}))
    assert responses.codes["alone"].tolist() == [0, 0, 0, 1, 0]
