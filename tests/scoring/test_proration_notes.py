"""A prorated score says so wherever it is described."""

from __future__ import annotations

from osa_survey.analysis import describe
from osa_survey.dataset import admit
from osa_survey.scoring import PRORATION_NOTE, ScoringRule, score, scoring_log
from tests.made_up_studies import codebook, export_of, instrument, library_with


def test_the_note_stands_under_the_log_and_the_description_of_prorated_scores_only() -> None:
    lines = [("1", "2", "3"), ("2", "", "3"), ("4", "1", "5"), ("3", "3", "3")]
    export = export_of({"age": ["30"] * 4, **{f"q{n + 1}": [line[n] for line in lines] for n in range(3)}})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    responses = admit(export, book, library_with(instrument()))
    strict, prorated = score(responses), score(responses, {"c_total": ScoringRule(2, "preregistered")})
    assert PRORATION_NOTE in scoring_log(prorated).notes
    assert PRORATION_NOTE in describe(prorated, ["c_total"]).notes
    assert PRORATION_NOTE not in describe(prorated, ["age"]).notes
    assert PRORATION_NOTE not in describe(strict, ["c_total"]).notes
    assert PRORATION_NOTE not in scoring_log(strict).notes
