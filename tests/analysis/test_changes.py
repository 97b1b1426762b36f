"""Change between waves: hand arithmetic, relations to paired comparisons, weights and imputation, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import change, paired
from osa_survey.analysis.waves.change_rows import LEVELS
from osa_survey.analysis.waves.reliable_changes import change_threshold, reliability_of
from osa_survey.dataset import SurveyDesign
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics import cronbach_alpha
from osa_survey.results import release
from tests.made_up_regressions import as_imputed, as_scored
from tests.made_up_studies import screened

GIVEN = {"estimate": 0.8, "kind": "retest", "source": "made up"}
EXACT = 1e-12
N = 300


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    first = rng.normal(20, 5, N)
    second = 4 + 0.8 * first + rng.normal(0, 3, N) + 1
    third = 4 + 0.8 * second + rng.normal(0, 3, N)
    second[:30] = np.nan
    group = pd.Categorical.from_codes(rng.integers(0, 2, N), ["man", "woman"])
    return pd.DataFrame({"a": first, "b": second, "c": third, "gender": group})


def shares(result: Any, **where: str) -> dict[str, float]:
    return {level: float(result.pick("changed", level=level, **where)["estimate"]) for level in LEVELS}


def test_the_example_of_jacobson_and_truax() -> None:
    """SD 7.5, retest .80: SEM 3.35, standard error of a difference 4.74; from 32.5 to 47.5 the index is 3.16."""
    found = change_threshold(7.5, 0.80, 1.96)
    assert round(found.sem, 2) == 3.35
    assert round(found.change / 1.96, 2) == 4.74
    assert round((47.5 - 32.5) / (found.change / 1.96), 2) == 3.16


def test_by_hand() -> None:
    # SD of a = 2, SEM = 2·√.2 = .8944, threshold 1.96·√2·.8944 = 2.479; changes 3, −1, −3, 1, 0
    frame = pd.DataFrame({"a": [8.0, 12.0, 12.0, 8.0, 10.0], "b": [11.0, 11.0, 9.0, 9.0, 10.0]})
    found = change(frame, ["a", "b"], reliability=GIVEN)
    assert found.more["threshold"].pick("sd")["estimate"] == pytest.approx(2.0)
    assert found.more["threshold"].pick("change_threshold")["estimate"] == pytest.approx(2.4792, abs=5e-5)
    assert shares(found) == pytest.approx({"reliably lower": 0.2, "no reliable change": 0.6, "reliably higher": 0.2})
    assert found.pick("mean_difference")["estimate"] == pytest.approx(0.0)


def test_mean_change_is_that_of_paired(people: pd.DataFrame) -> None:
    found, other = change(people, ["a", "b"]), paired(people, first="b", second="a")
    for quantity in ("mean_difference", "d_z", "d_av"):
        for column in ("estimate", "conf_low", "conf_high", "p_value", "n"):
            assert found.pick(quantity)[column] == pytest.approx(other.pick(quantity)[column], abs=EXACT, nan_ok=True)
    assert "changed" not in set(found.table["quantity"])
    assert any("No reliability was given" in note for note in found.notes)


def test_groups_add_up_and_share_a_threshold(people: pd.DataFrame) -> None:
    found = change(people, ["a", "b"], by="gender", reliability=GIVEN)
    for level in LEVELS:
        rows = [found.pick("changed", level=level, group=group) for group in ("man", "woman", "total")]
        man, woman, total = ((row["n"], row["n"] * row["estimate"]) for row in rows)
        assert man[0] + woman[0] == total[0] == N - 30
        assert man[1] + woman[1] == pytest.approx(total[1])
    whole = change(people, ["a", "b"], reliability=GIVEN)
    assert shares(found, group="total") == shares(whole)
    assert len(found.more["threshold"].table) == 3


def test_each_wave_against_the_first_or_the_one_before(people: pd.DataFrame) -> None:
    first = change(people, ["a", "b", "c"], reliability=GIVEN)
    before = change(people, ["a", "b", "c"], against="previous", reliability=GIVEN)
    assert list(dict.fromkeys(first.table["contrast"])) == ["b − a", "c − a"]
    assert list(dict.fromkeys(before.table["contrast"])) == ["b − a", "c − b"]
    assert first.pick("mean_difference", contrast="c − a")["n"] == N, "everybody has the first and the third"
    own = change(people, ["b", "c"], reliability=GIVEN)
    assert before.pick("d_z", contrast="c − b")["estimate"] == own.pick("d_z")["estimate"]


def test_exactly_the_threshold_is_no_reliable_change(people: pd.DataFrame) -> None:
    limit = change(people, ["a", "b"], reliability=GIVEN).more["threshold"].pick("change_threshold")["estimate"]
    values = (people["b"] - people["a"]).dropna()
    expected = {"reliably lower": (values < -limit).mean(), "reliably higher": (values > limit).mean()}
    found = shares(change(people, ["a", "b"], reliability=GIVEN))
    assert {level: found[level] for level in expected} == pytest.approx(expected)
    assert sum(found.values()) == pytest.approx(1)


def test_without_change_five_of_a_hundred_are_beyond_in_either_direction() -> None:
    """Parallel scores of reliability .8: the share beyond 1.96 standard errors is .05, within four of its errors."""
    rng = np.random.default_rng(9)
    n = 20_000
    true = rng.normal(size=(n, 1)) * np.sqrt(0.8)
    scores = true + rng.normal(size=(n, 2)) * np.sqrt(0.2)
    found = shares(change(pd.DataFrame(scores, columns=["a", "b"]), ["a", "b"], reliability=GIVEN))
    tail = float(stats.norm.sf(1.96))
    for level in ("reliably lower", "reliably higher"):
        assert found[level] == pytest.approx(tail, abs=4 * np.sqrt(tail * (1 - tail) / n))


def test_equal_weights_change_nothing_but_the_kind_of_interval(people: pd.DataFrame) -> None:
    plain = change(people, ["a", "b"], by="gender", reliability=GIVEN)
    weighted = change(as_scored(people, SurveyDesign("probability", np.ones(N))), ["a", "b"], by="gender",
                      reliability=GIVEN)  # fmt: skip
    for quantity in ("mean_difference", "d_z", "d_av"):
        for group in ("man", "woman", "total"):
            own, other = (found.pick(quantity, group=group) for found in (plain, weighted))
            assert own["estimate"] == pytest.approx(other["estimate"], rel=1e-3)
    assert shares(weighted, group="man") == pytest.approx(shares(plain, group="man"))
    assert any("weighted" in note for note in weighted.notes)


def test_weights_count(people: pd.DataFrame) -> None:
    weights = np.where(people["gender"] == "man", 3.0, 1.0)
    found = change(as_scored(people, SurveyDesign("probability", weights)), ["a", "b"], reliability=GIVEN)
    limit = found.more["threshold"].pick("change_threshold")["estimate"]
    kept = people["b"].notna()
    higher = (people["b"] - people["a"])[kept] > limit
    assert shares(found)["reliably higher"] == pytest.approx(np.average(higher, weights=weights[kept]))


def test_imputed_sets_are_pooled(people: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    sets = []
    for _ in range(5):
        one = people.copy()
        one.loc[:29, "b"] = 4 + 0.8 * people["a"][:30] + rng.normal(0, 3, 30)
        sets.append(one)
    found = change(as_imputed(people, sets), ["a", "b"], reliability=GIVEN)
    expected = np.mean([(one["b"] - one["a"]).mean() for one in sets])
    assert found.pick("mean_difference")["estimate"] == pytest.approx(expected)
    assert found.pick("mean_difference")["n"] == N
    assert sum(shares(found).values()) == pytest.approx(1, abs=0.01), "shares are pooled as log odds"


def test_reliability_of_the_items_of_the_first_wave() -> None:
    scored = screened(200, 3, related=True)
    found = reliability_of(scored, "c_total", "alpha")
    signs = {1: 1.0, 2: -1.0, 3: 1.0}
    values = np.column_stack([sign * scored.responses.codes[f"c_0{item}"] for item, sign in signs.items()])
    whole = values[~np.isnan(values).any(axis=1)]
    assert found.estimate == pytest.approx(cronbach_alpha(np.cov(whole, rowvar=False)), abs=1e-6)
    assert reliability_of(scored, "c_total", "omega").estimate == pytest.approx(found.estimate, abs=0.05)
    assert "first wave" in found.words


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"waves": ["a"]}, "too_few_variables"),
        ({"waves": ["a", "a"]}, "repeated_variable"),
        ({"waves": ["a", "gender"]}, "not_a_number"),
        ({"by": "c"}, "no_categories"),
        ({"criterion": 0}, "criterion"),
        ({"against": "last"}, "unknown_option"),
        ({"reliability": "retest"}, "reliability"),
        ({"reliability": "alpha"}, "reliability"),
        ({"reliability": 0.8}, "reliability"),
        ({"reliability": {"estimate": 1.2, "kind": "retest", "source": "x"}}, "reliability"),
        ({"reliability": {"estimate": 0.8, "kind": "retest", "source": " "}}, "reliability"),
        ({"reliability": {"estimate": 0.8, "kind": "guess", "source": "x"}}, "reliability"),
    ],
)
def test_refusals(people: pd.DataFrame, options: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as error:
        change(people, **{"waves": ["a", "b"], **options})
    assert code in {problem.code for problem in error.value.problems}


def test_reliability_of_the_data_is_refused_under_weights() -> None:
    scored = screened(200, 3, related=True)
    weighted = as_scored(pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) + 1}),
                         SurveyDesign("quota", np.linspace(1, 2, 20)))  # fmt: skip
    with pytest.raises(AnalysisError) as error:
        change(weighted, ["a", "b"], reliability="omega")
    assert {problem.code for problem in error.value.problems} == {"does_not_compose"}
    assert scored.design is None


def test_nobody_with_both_waves_is_refused(people: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="fewer than two people"):
        change(people.assign(d=np.where(np.arange(N) < 1, people["a"], np.nan)), ["a", "d"])


def test_all_the_same_change_has_no_test() -> None:
    frame = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0) + 2})
    found = change(frame, ["a", "b"], reliability=GIVEN)
    assert found.pick("mean_difference")["warning"]
    assert "no test" in " ".join(found.sentences())


def test_a_few_who_changed_are_hidden() -> None:
    """Two of sixty are reliably higher: neither their share nor what would give it back is shown."""
    rng = np.random.default_rng(4)
    first = rng.normal(size=60)
    frame = pd.DataFrame({"a": first, "b": first + 0.1 * rng.normal(size=60)})
    frame.loc[:1, "b"] += 20
    released = release(change(frame, ["a", "b"], reliability=GIVEN), JOURNAL)
    for part in (released, released.more["reliable_change"]):
        hidden = part.table.loc[part.table["quantity"] == "changed"]
        assert hidden.loc[hidden["level"] == "reliably higher", "estimate"].isna().all()
        assert hidden.loc[hidden["level"] == "no reliable change", "estimate"].isna().all()
    assert not any("96.7" in sentence or "3.3%" in sentence for sentence in released.sentences())


def test_words_are_neutral(people: pd.DataFrame) -> None:
    found = change(people, ["a", "b"], reliability=GIVEN)
    said = " ".join((*found.sentences(), *found.sentences("de"), *found.notes)).lower()
    for word in ("improve", "recover", "deteriorat", "worsen", "patient", "verbesser", "verschlechter"):
        assert word not in said
    assert "not better or worse" in said
    assert "regression to the mean" in said
