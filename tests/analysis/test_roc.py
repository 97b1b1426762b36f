"""ROC analysis and misclassification scenarios: hand arithmetic, pROC, planted truth, refusals, disclosure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from osa_survey import misclassification_scenario, release, roc
from osa_survey.analysis.measuring.roc_rows import STEP, curve_points
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.cut_offs import best_positions, merits, operating_points
from osa_survey.effects.diagnostic_accuracies import likelihood_ratio, predictive_value
from osa_survey.effects.misclassifications import Accuracy, true_prevalence
from osa_survey.effects.roc_areas import area_under_curve, roc_areas
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text, draw

R_NUMBERS = Path(__file__).parent.parent / "parity" / "roc.json"
SAME = 1e-12  # closed formulas in double precision
SIMULATED = 2000
BAND = 0.01  # what a nominal interval may be off beside simulation error (design, "How numbers are trusted")


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(R_NUMBERS.read_text(encoding="utf-8"))
    return found


def people(given: dict[str, Any]) -> pd.DataFrame:
    reference = pd.Categorical.from_codes(given["case"], ["no", "yes"])
    return pd.DataFrame({"a": np.array(given["a"], float), "b": np.array(given["b"], float), "interview": reference})


class TestAgainstR:
    def test_areas_intervals_and_their_comparison(self, in_r: dict[str, Any]) -> None:
        found = roc(people(in_r), "a", "interview", compare="b", draws=50)
        for name in ("a", "b"):
            row = found.pick("auc", term=name)
            low, area, high = in_r[f"ci_{name}"]
            assert [row["conf_low"], row["estimate"], row["conf_high"]] == pytest.approx([low, area, high], abs=SAME)
        test = found.pick("auc_difference")
        assert [test["statistic"], test["p_value"]] == pytest.approx(in_r["test"], abs=1e-10)
        covariance = roc_areas(people(in_r)[["a", "b"]].to_numpy(), np.array(in_r["case"]) == 1).covariance
        assert [covariance[0, 0], covariance[1, 1], covariance[0, 1]] == pytest.approx(in_r["variance"], abs=SAME)

    @pytest.mark.parametrize(("place", "criterion"), [(0, "youden"), (1, "closest")])
    def test_best_cut_offs(self, in_r: dict[str, Any], place: int, criterion: Any) -> None:
        found = roc(people(in_r), "a", "interview", criterion=criterion, draws=50).more["cut_offs"]
        # pROC's threshold lies halfway below the lowest score that is positive
        assert found.pick("cutoff")["estimate"] == in_r["thresholds"][place] + 0.5
        for quantity in ("sensitivity", "specificity"):
            assert found.pick(quantity)["estimate"] == pytest.approx(in_r[quantity][place], abs=SAME)

    def test_low_scores_for_cases_are_the_mirror(self, in_r: dict[str, Any]) -> None:
        mirrored = people(in_r).assign(a=lambda rows: -rows["a"])
        one = roc(people(in_r), "a", "interview", draws=100)
        other = roc(mirrored, "a", "interview", direction="lower", draws=100)
        assert other.pick("auc")["estimate"] == pytest.approx(one.pick("auc")["estimate"], abs=SAME)
        first, second = one.more["cut_offs"].pick("cutoff"), other.more["cut_offs"].pick("cutoff")
        assert [second["estimate"], second["conf_low"], second["conf_high"]] == pytest.approx(
            [-first["estimate"], -first["conf_high"], -first["conf_low"]]
        )


class TestByHand:
    def test_area_counts_pairs(self) -> None:
        drawn = np.random.default_rng(3)
        scores, cases = np.round(drawn.normal(size=60) * 2), drawn.random(60) < 0.4
        apart = scores[cases][:, None] - scores[~cases][None, :]
        pairs = ((apart > 0) + 0.5 * (apart == 0)).mean()
        assert roc_areas(scores[:, None], cases).areas[0] == pytest.approx(pairs, abs=SAME)

    def test_ratios_and_predictive_values(self) -> None:
        ratio = likelihood_ratio((80, 100), (30, 150))
        half = 1.959963984540054 * np.sqrt(1 / 80 - 1 / 100 + 1 / 30 - 1 / 150)
        assert [ratio.estimate, ratio.low, ratio.high] == pytest.approx([4, 4 * np.exp(-half), 4 * np.exp(half)])
        value = predictive_value((80, 100), (30, 150), 0.1)
        assert value.estimate == pytest.approx(0.08 / (0.08 + 0.18))
        assert likelihood_ratio((8, 10), (0, 10)).warning
        assert predictive_value((0, 10), (0, 10), 0.1).warning

    def test_criteria(self) -> None:
        points = operating_points(np.array([1.0, 2, 3, 4, 2, 3, 4, 5]), np.repeat([False, True], 4))
        assert points.sensitivity.tolist() == [1, 1, 0.75, 0.5, 0.25]
        assert points.specificity.tolist() == [0, 0.25, 0.5, 0.75, 1]
        at = {
            name: points.cut_offs[best_positions(merits(points.sensitivity, points.specificity, name, 0.75))].tolist()
            for name in ("youden", "closest", "equal", "sensitivity", "specificity")
        }
        assert at == {
            "youden": [2, 3, 4, 5],  # J = .25 at each
            "closest": [3, 4],  # .0625 + .25
            "equal": [3, 4],
            "sensitivity": [3],
            "specificity": [4],
        }

    def test_scenario(self) -> None:
        # q = .14: (.14 + .9 − 1)/(.8 + .9 − 1) = .04/.7
        found = true_prevalence(140, 1000, Accuracy(0.8, 200), Accuracy(0.9, 300))
        assert found.estimate == pytest.approx(0.04 / 0.7)
        # the worked numbers: q′ = 141.92073/1003.84146, Se′ = 161/202, Sp′ = 271/302
        q, se, sp, z2 = 141.9207294 / 1003.8414588, 161 / 202, 271 / 302, 3.8414588
        p = (q + sp - 1) / (se + sp - 1)
        v = q * (1 - q) / 1003.8414588 + p**2 * se * (1 - se) / 202 + (1 - p) ** 2 * sp * (1 - sp) / 302
        shift = 2 * z2 * (p * se * (1 - se) / 202 - (1 - p) * sp * (1 - sp) / 302)
        half = np.sqrt(z2 * v) / (se + sp - 1)
        assert [found.low, found.high] == pytest.approx([max(0, p + shift - half), p + shift + half], abs=1e-7)
        assert true_prevalence(20, 1000, Accuracy(0.8, 200), Accuracy(0.9, 300)).estimate == 0
        assert "outside" in true_prevalence(20, 1000, Accuracy(0.8, 200), Accuracy(0.9, 300)).warning

    def test_more_doubt_about_the_accuracy_widens_the_scenario(self) -> None:
        known, unsure = (true_prevalence(300, 1000, Accuracy(0.8, n), Accuracy(0.9, n)) for n in (10_000, 60))
        assert unsure.high - unsure.low > 1.5 * (known.high - known.low)


class TestPlantedTruth:
    def test_delong_covers_the_area_of_two_normals(self) -> None:
        # two normals one SD apart: the area is Φ(1/√2)
        truth, drawn = float(stats.norm.cdf(np.sqrt(0.5))), np.random.default_rng(12)
        cases = np.repeat([True, False], [60, 120])
        held, areas = 0, []
        for _ in range(SIMULATED):
            area = area_under_curve(roc_areas((drawn.normal(size=180) + cases)[:, None], cases), 0)
            held += area.low <= truth <= area.high
            areas.append(area.estimate)
        error = np.sqrt(0.95 * 0.05 / SIMULATED)
        assert abs(held / SIMULATED - 0.95) <= BAND + stats.norm.ppf(1 - 0.025 / 2) * error
        assert abs(np.mean(areas) - truth) <= 4 * np.std(areas) / np.sqrt(SIMULATED)

    def test_the_scenario_covers_the_prevalence(self) -> None:
        truth, se, sp, drawn = 0.15, 0.8, 0.9, np.random.default_rng(13)
        held = 0
        for _ in range(SIMULATED):
            k = drawn.binomial(800, truth * se + (1 - truth) * (1 - sp))
            found = true_prevalence(
                int(k), 800, Accuracy(drawn.binomial(120, se) / 120, 120), Accuracy(drawn.binomial(200, sp) / 200, 200)
            )
            held += found.low <= truth <= found.high
        error = np.sqrt(0.95 * 0.05 / SIMULATED)
        assert abs(held / SIMULATED - 0.95) <= BAND + stats.norm.ppf(1 - 0.025 / 2) * error

    def test_bootstrap_and_delong_agree(self) -> None:
        drawn = np.random.default_rng(5)
        case = drawn.random(600) < 0.3
        frame = pd.DataFrame({"s": drawn.normal(size=600) + case, "r": pd.Categorical.from_codes(case * 1, ["n", "y"])})
        one, other = (roc(frame, "s", "r", interval=kind).pick("auc") for kind in ("delong", "bootstrap"))
        assert other["std_error"] == pytest.approx(one["std_error"], rel=0.06)  # 2000 draws: SE of an SD is 1.6%
        assert other["conf_low"] == pytest.approx(one["conf_low"], abs=0.004)


def made_up() -> pd.DataFrame:
    drawn = np.random.default_rng(8)
    case = drawn.random(500) < 0.3
    kind = pd.Categorical.from_codes(case * 1, ["no", "yes"])
    return pd.DataFrame({"score": np.round(20 + 4 * drawn.normal(size=500) + 4 * case), "interview": kind})


def test_each_cut_off_is_followed_by_what_it_is_not() -> None:
    found = roc(made_up(), "score", "interview", cutoffs=[30], prevalence=[0.05, 0.2], draws=100).more["cut_offs"]
    for language, reminder in (("en", "not a diagnosis"), ("de", "keine Diagnose")):
        told = found.sentences(language)
        assert len(told) == 4
        assert all(reminder in sentence for sentence in told[1::2])
    assert len(found.table.loc[found.table["quantity"] == "ppv"]) == 4


def test_predictive_values_need_a_prevalence() -> None:
    found = roc(made_up(), "score", "interview", draws=50).more["cut_offs"]
    assert not found.table["quantity"].isin(["ppv", "npv"]).any()
    assert any("stated prevalence" in note for note in found.notes)


def test_between_points_of_the_curve_lie_enough_people() -> None:
    drawn = np.random.default_rng(2)
    values, cases = drawn.normal(size=300), drawn.random(300) < 0.3
    points = curve_points(values, cases, [0.0])
    assert 0.0 in points
    assert len(points) > 10
    for kind in (cases, ~cases):
        assert (np.histogram(values[kind], [-np.inf, *points, np.inf])[0] >= STEP).all()


def test_the_figure_marks_the_cut_off_and_hides_what_the_gate_hides() -> None:
    found = roc(made_up(), "score", "interview", draws=50)
    shown = release(found, JOURNAL)
    cut = shown.more["cut_offs"]
    mark = next(line for line in draw(shown).lines if line.get_marker() == "D")
    assert mark.get_ydata()[0] == pytest.approx(cut.pick("sensitivity")["estimate"])
    assert mark.get_xdata()[0] == pytest.approx(1 - cut.pick("specificity")["estimate"])
    assert "ROC curve" in alt_text(shown)
    few = made_up().assign(score=lambda rows: np.where(np.arange(500) < 3, 99.0, rows["score"]))
    given = release(roc(few, "score", "interview", cutoffs=[99], draws=50), JOURNAL)
    row = given.more["cut_offs"].table.loc[lambda rows: rows["level"] == "≥ 99"]
    assert row.loc[row["quantity"].isin(["specificity", "above_cutoff"]), "estimate"].isna().all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"criterion": "yuden"}, "unknown_choice"),
        ({"criterion": "sensitivity"}, "not_a_share"),
        ({"at_least": 0.8}, "unused_argument"),
        ({"prevalence": 5}, "not_a_share"),
        ({"case": "perhaps"}, "unknown_category"),
    ],
)
def test_refusals(options: dict[str, Any], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        roc(made_up(), "score", "interview", **options)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_scenario_without_people_or_reference_standard_is_refused() -> None:
    with pytest.raises(AnalysisError) as caught:
        misclassification_scenario(
            made_up(), "score", 24, sensitivity={"estimate": 0.8}, specificity={"n": 20.0}, reference_standard=" "
        )
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["sensitivity", "specificity", "reference_standard"]
