"""The methods paragraph: scales are told once, however many scores they have."""

from __future__ import annotations

from osa_survey.dataset import ScaleLog
from osa_survey.instruments import load_library
from osa_survey.plan.methods import scale_sentences


def _entry(instrument: str, scale: str, title: str, score: str, n_items: int, basis: str = "complete") -> ScaleLog:
    return ScaleLog(
        name=f"{instrument}_{scale}", block=instrument, scale=scale, instrument=instrument, title=title, score=score,
        n_items=n_items, min_answered=n_items, basis=basis, scored=10, prorated=0, not_scored=0, why_not={},
        verified="seen",
    )  # fmt: skip


def test_sum_and_mean_of_the_same_items_are_one_sentence() -> None:
    swls = load_library().instruments["swls"]
    log = [_entry("swls", scale.id, f"{swls.title}: {scale.title}", scale.score, 5) for scale in swls.scales]
    assert {entry.score for entry in log} == {"sum", "mean"}
    (told,) = scale_sentences(log, {"swls": swls}, "en")
    assert told == (
        "Satisfaction With Life Scale (Diener et al., 1985): sum and mean of 5 items; a score needs all of them "
        "(no published rule)."
    )
    (german,) = scale_sentences(log, {"swls": swls}, "de")
    assert "Summe und Mittelwert aus 5 Items" in german


def test_different_rules_are_told_apart() -> None:
    swls = load_library().instruments["swls"]
    log = [_entry("swls", scale.id, "t", scale.score, 5) for scale in swls.scales]
    log[1] = _entry("swls", log[1].scale, "t", log[1].score, 5, basis="study: a reason")
    told = scale_sentences(log, {"swls": swls}, "en")
    assert len(told) == 2
    assert told[1].endswith("(study: a reason).")
