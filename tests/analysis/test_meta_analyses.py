"""Pooling of groups: what it refuses, what it says, and that a hidden group does not come back."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey.analysis import meta_analysis
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.results import release

CONF = 0.95


def frame(counts: dict[str, tuple[int, int]]) -> pd.DataFrame:
    rows = [(name, answer) for name, (yes, n) in counts.items() for answer in ["yes"] * yes + ["no"] * (n - yes)]
    people = pd.DataFrame(rows, columns=["country", "sexting"])
    return people.assign(
        country=pd.Categorical(people["country"]),
        sexting=pd.Categorical(people["sexting"], ["no", "yes"]),
        age=np.arange(len(people)) % 50 + 18.0,
    )


def studies(**more: list[float]) -> pd.DataFrame:
    given = {"d": [0.2, 0.4, 0.6], "se": [0.1, 0.1, 0.1], **more}
    return pd.DataFrame({"study": pd.Categorical(["a", "b", "c"]), **given})


def test_by_hand() -> None:
    # Equal variances .01: mean .4; s² = .04, τ² = .04 − .01 = .03; SE² = .04/3; I² = .03/.04.
    result = meta_analysis(studies(), "d", "study", std_error="se")
    pooled = result.pick("pooled_estimate", level="")
    t = 4.302652729749464  # 97.5 % of t with 2 degrees of freedom
    assert pooled["estimate"] == pytest.approx(0.4)
    assert pooled["conf_low"] == pytest.approx(0.4 - t * math.sqrt(0.04 / 3))
    assert result.pick("tau_squared")["estimate"] == pytest.approx(0.03)
    assert result.pick("i_squared")["estimate"] == pytest.approx(0.75)
    further = result.pick("pooled_estimate", level="prediction")
    assert further["conf_high"] == pytest.approx(0.4 + t * math.sqrt(0.04 / 3 + 0.03))
    assert "few groups" in pooled["warning"]


def test_nobody_engaged_in_one_group_is_said() -> None:
    result = meta_analysis(frame({"a": (0, 40), "b": (20, 60), "c": (30, 70)}), "sexting", "country")
    row = result.pick("proportion", group="a")
    assert row["estimate"] == pytest.approx(0.5 / 41)
    assert "half a person" in row["warning"]


def test_means_are_pooled_for_numbers() -> None:
    people = frame({"a": (10, 40), "b": (20, 60), "c": (30, 70)})
    result = meta_analysis(people, "age", "country")
    for name, group in people.groupby("country", observed=True):
        row = result.pick("mean", group=name)
        assert row["estimate"] == pytest.approx(group["age"].mean())
        assert row["std_error"] == pytest.approx(group["age"].sem())


@pytest.mark.parametrize(
    ("data", "outcome", "options", "words"),
    [
        (studies(se=[0.1, 0.0, 0.1]), "d", {"std_error": "se"}, "a standard error is 0 or below"),
        (studies(d=[0.1, math.nan, math.nan]), "d", {"std_error": "se"}, "1 group has an estimate"),
        (frame({"a": (1, 5), "b": (2, 9)}), "sexting", {"measure": "mean"}, "does not fit"),
        (frame({"a": (1, 5), "b": (2, 9)}), "sexting", {"measure": "odds"}, "measure cannot be"),
        (frame({"a": (1, 5), "b": (2, 9)}), "sexting", {"spread": "ml"}, "spread cannot be"),
        (frame({"a": (1, 5), "b": (2, 9)}), "sexting", {"conf_level": 95}, "conf_level"),
    ],
)
def test_what_is_refused(data: pd.DataFrame, outcome: str, options: dict, words: str) -> None:
    by = "study" if "study" in data else "country"
    with pytest.raises(AnalysisError, match=words):
        meta_analysis(data, outcome, by, **options)


def test_a_study_named_twice_is_refused() -> None:
    twice = pd.concat([studies(), studies().iloc[:1]])
    with pytest.raises(AnalysisError, match="names a study twice"):
        meta_analysis(twice, "d", "study", std_error="se")


def test_two_groups_are_hidden_where_one_is_small() -> None:
    counts = {"a": (2, 40), "b": (20, 60), "c": (30, 70), "d": (25, 50)}
    shown = release(meta_analysis(frame(counts), "sexting", "country"), JOURNAL)
    own = shown.table.loc[shown.table["quantity"] == "proportion"]
    hidden = own.loc[own["suppressed"] != "", "group"].tolist()
    assert "a" in hidden and len(hidden) >= 2
    for quantity in ("pooled_proportion", "tau_squared", "i_squared", "heterogeneity"):  # they would give it back
        assert shown.table.loc[shown.table["quantity"] == quantity, "suppressed"].eq("suppressed").all()
    assert shown.pick("groups")["estimate"] == 4
    large = release(meta_analysis(frame({**counts, "a": (12, 40)}), "sexting", "country"), JOURNAL)
    assert np.isfinite(large.pick("pooled_proportion", level="")["estimate"])


def test_sentences() -> None:
    alike = meta_analysis(frame({"a": (20, 40), "b": (30, 60), "c": (35, 70)}), "sexting", "country")
    assert "not evidence that they are alike" in " ".join(alike.sentences())
    apart = meta_analysis(frame({"a": (4, 40), "b": (30, 60), "c": (65, 70)}), "sexting", "country")
    assert "more than sampling error" in " ".join(apart.sentences())
    assert "Vorhersageintervall" in " ".join(apart.sentences("de"))
