"""Invariance over waves: what is equal when, planted differences, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.confirmatory.difference_tests import difference_test
from osa_survey.psychometrics.confirmatory.fits import fit_factor_model
from osa_survey.psychometrics.invariance.ladders import Freed
from osa_survey.psychometrics.invariance.wave_ladders import WaveLadder

ITEMS = ("a", "b", "c", "d", "e")
WAVES = [[f"{item}_{wave}" for item in ITEMS] for wave in (1, 2)]
PEOPLE = 700
SAMPLES = 120
SHIFT = 0.5
THREE_ERRORS = 0.15
"""Three standard errors of an item's mean difference at this n, or of a latent difference in SD."""


def people(n: int = PEOPLE, seed: int = 3, **moved: float) -> pd.DataFrame:
    """Return two waves of five items, the factor mean .3 higher in the second; ``moved`` shifts single items there."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=n)
    later = 0.3 + 0.7 * first + 0.6 * rng.normal(size=n)
    common = 0.4 * rng.normal(size=(n, len(ITEMS)))
    found = {}
    for wave, level in ((1, first), (2, later)):
        for place, item in enumerate(ITEMS):
            shift = moved.get(item, 0.0) if wave == 2 else 0.0
            found[f"{item}_{wave}"] = level + common[:, place] + 0.7 * rng.normal(size=n) + shift
    return pd.DataFrame(found)


def cut(frame: pd.DataFrame, edges: list[float]) -> pd.DataFrame:
    return frame.apply(lambda column: np.searchsorted(edges, column).astype(float))


def ladder(categories: int = 0) -> WaveLadder:
    columns = {item: (f"{item}_1", f"{item}_2") for item in ITEMS}
    return WaveLadder(
        {"f": ITEMS}, {"f": ("f", "f.2")}, columns, dict.fromkeys(ITEMS, categories) if categories else {}
    )


class TestSteps:
    @pytest.mark.parametrize(
        ("thresholds", "gains"),
        [
            # p thresholds, m items: equal thresholds p·m − 2·m (intercepts and variances of wave 2 become free),
            # loadings m − 1, intercepts m − 1, residuals m; with one threshold the first three come to m − 2 together
            (3, (5 * 3 - 10, 4, 4, 5)),
            (2, (0, 4, 4, 5)),
            (1, (0, 0, 3, 5)),
        ],
    )
    def test_degrees_of_freedom_of_ordinal_steps(self, thresholds: int, gains: tuple[int, ...]) -> None:
        answers = cut(people(), list(np.linspace(-0.8, 1.0, thresholds)))
        model = ladder(thresholds)
        dfs = []
        for step in model.steps:
            names = [name for wave in WAVES for name in wave]
            fit = fit_factor_model(
                answers[names].to_numpy(), names, model.syntax(step), estimator="WLSMV", parameterisation="theta"
            )
            dfs.append(fit.inference.chi_squared.df)
        assert tuple(np.diff(dfs)) == gains
        # 45 correlations less 10 loadings, 1 factor covariance and 5 residual covariances
        assert dfs[0] == 45 - 10 - 1 - 5

    def test_equal_parameters_share_a_label_and_given_up_ones_do_not(self) -> None:
        model = ladder()
        text = model.syntax("scalar")
        assert "c_1 ~ n.c*1" in text
        assert "c_2 ~ n.c*1" in text
        freed = model.syntax("scalar", (Freed("intercepts", "c"),))
        assert "n.c*1" not in freed
        assert "a_1 ~~ a_2" in text

    def test_names_lead_back_to_items(self) -> None:
        assert [ladder().base(name) for name in ("c_2", "f.2", "f")] == ["c", "f", "f"]


class TestVerdicts:
    def test_alike(self) -> None:
        found = osa.longitudinal_invariance(people(), WAVES)
        assert found.pick("step_verdict", term="verdict")["level"] == "means comparable"
        assert found.settings["estimator"] == "MLR"
        difference = found.more["size"].pick("latent_difference")
        assert difference["estimate"] == pytest.approx(0.3, abs=THREE_ERRORS)
        assert difference["conf_low"] < 0.3 < difference["conf_high"]
        assert "can be compared over the waves" in found.sentences()[0]
        assert "über die Wellen vergleichbar" in found.sentences("de")[0]

    @pytest.mark.parametrize("ordinal", [False, True])
    def test_one_item_that_moved_is_found_and_sized(self, ordinal: bool) -> None:
        frame = people(d=SHIFT)
        if ordinal:
            frame = cut(frame, [-1.2, -0.3, 0.5, 1.4])
        found = osa.longitudinal_invariance(frame, WAVES)
        step = "intercepts" if ordinal else "scalar"
        assert found.pick("step_verdict", term="verdict")["level"] == "means comparable with care"
        assert found.more["given_up"].table["term"].tolist() == ["d_1"]
        assert found.pick("step_verdict", term=step)["level"] == "does not hold"
        size = found.more["size"]
        shift = size.pick("item_bias", term="d_1")["estimate"]
        expected = SHIFT
        if ordinal:
            own, same = (cut(one, [-1.2, -0.3, 0.5, 1.4])["d_2"].mean() for one in (people(d=SHIFT), people()))
            expected = own - same
        assert shift == pytest.approx(expected, abs=THREE_ERRORS)
        others = size.table.loc[(size.table["quantity"] == "item_bias") & (size.table["term"] != "d_1"), "estimate"]
        assert size.pick("scale_bias")["estimate"] == pytest.approx(shift + others.sum(), abs=1e-9)
        # equal parameters give no shift; residual variances of ordinal items still differ at this step
        assert np.abs(others).max() < (THREE_ERRORS / 2 if ordinal else 1e-4)

    def test_many_items_that_moved(self) -> None:
        found = osa.longitudinal_invariance(people(a=0.6, c=-0.5, e=0.4), WAVES)
        assert found.pick("step_verdict", term="verdict")["level"] == "associations comparable, means not"
        assert "means cannot" in found.sentences()[0]

    def test_two_answers_say_what_is_assumed(self) -> None:
        found = osa.longitudinal_invariance(cut(people(), [0.2]), WAVES)
        for step in ("thresholds", "loadings"):
            assert found.pick("step_verdict", term=step)["level"].startswith("assumed, not testable")

    def test_people_who_missed_a_wave_take_part(self) -> None:
        frame = people()
        gone = np.random.default_rng(2).random(len(frame)) < 0.3
        frame.loc[gone, WAVES[1]] = np.nan
        found = osa.longitudinal_invariance(frame, WAVES)
        assert found.settings["missing"] == "fiml"
        assert found.n_used == len(frame)
        listwise = osa.longitudinal_invariance(frame, WAVES, missing="listwise")
        assert listwise.n_used == int((~gone).sum())

    def test_the_order_of_people_changes_nothing(self) -> None:
        frame = people(300)
        first = osa.longitudinal_invariance(frame, WAVES)
        again = osa.longitudinal_invariance(frame.sample(frac=1, random_state=5), WAVES)
        np.testing.assert_allclose(first.table["estimate"], again.table["estimate"], atol=1e-6)


def test_the_difference_test_keeps_its_level() -> None:
    """Samples that measure alike: the metric step is rejected in five of a hundred."""
    rejected, names = 0, [name for wave in WAVES for name in wave]
    for seed in range(SAMPLES):
        answers = people(250, seed=100 + seed)[names].to_numpy()
        fits = [fit_factor_model(answers, names, ladder().syntax(step)) for step in ("configural", "metric")]
        rejected += difference_test(*fits).p_value < 0.05
    assert abs(rejected / SAMPLES - 0.05) <= 0.01 + 3 * np.sqrt(0.05 * 0.95 / SAMPLES)


@pytest.mark.parametrize(
    ("waves", "options", "code"),
    [
        (WAVES[:1], {}, "too_few_waves"),
        ("a_1", {}, "too_few_waves"),
        ([WAVES[0], WAVES[1][:3]], {}, "different_items"),
        ([WAVES[0], WAVES[0]], {}, "repeated_variable"),
        ([["a_1"], ["a_2"]], {}, "too_few_items"),
        (["a_1", "a_2"], {}, "waves"),
        ([WAVES[0], ["a_2", "b_2", "c_2", "d_2", "z_2"]], {}, "unknown_item"),
        (WAVES, {"estimator": "DWLS"}, "unknown_option"),
        (WAVES, {"conf_level": 2}, "conf_level"),
    ],
)
def test_refusals(waves: Any, options: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as error:
        osa.longitudinal_invariance(people(200), waves, **options)
    assert code in {problem.code for problem in error.value.problems}


def test_answers_that_occur_in_one_wave_only_are_refused() -> None:
    frame = cut(people(), [-0.5, 0.5])
    frame["b_2"] = frame["b_2"].clip(upper=1)
    with pytest.raises(AnalysisError, match="not every answer occurs in every wave"):
        osa.longitudinal_invariance(frame, WAVES)
