"""Invariance ladders: steps, what cannot be tested, planted differences found and sized, verdicts under comparisons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import osa_survey as osa
from benchmarks.recovery_factor_models import SHIFT, ladder_recovery
from osa_survey.errors import AnalysisError
from osa_survey.plan.invariance_verdicts import with_verdicts
from osa_survey.psychometrics.confirmatory import fit_factor_model
from osa_survey.psychometrics.invariance.ladders import Freed, LadderModel, step_syntax, untestable
from osa_survey.psychometrics.invariance.rules import rules_for
from tests.made_up_studies import screened

MODEL = "f =~ a + b + c + d + e"
ITEMS = list("abcde")
LOADINGS = np.array([0.7, 0.8, 0.6, 0.7, 0.8])
RUNS = 50
BAND_Z = 3.9


def people(n: int = 1500, *, shift: float = 0.0, item_shift: float = 0.0, seed: int = 6) -> pd.DataFrame:
    """Men and women whose factor means differ by ``shift``, and whose answers to ``c`` by ``item_shift`` more."""
    rng = np.random.default_rng(seed)
    woman = np.repeat([0, 1], n)
    trait = rng.normal(size=2 * n) + shift * woman
    values = trait[:, None] * LOADINGS + rng.normal(size=(2 * n, 5)) * np.sqrt(1 - LOADINGS**2)
    values[:, 2] += item_shift * woman
    frame = pd.DataFrame(values, columns=ITEMS)
    return frame.assign(gender=pd.Categorical(np.where(woman, "woman", "man"), categories=["man", "woman"]))


def cut(frame: pd.DataFrame, edges: list[float]) -> pd.DataFrame:
    return frame.assign(**{item: np.digitize(frame[item], edges).astype(float) for item in ITEMS})


class TestSteps:
    @pytest.mark.parametrize("thresholds", [1, 2, 3])
    def test_degrees_of_freedom_of_ordinal_steps(self, thresholds: int) -> None:
        edges = {1: [0.5], 2: [-0.5, 0.7], 3: [-0.8, 0.0, 0.9]}[thresholds]
        frame = cut(people(600), edges)
        groups = [frame.loc[frame["gender"] == label, ITEMS].to_numpy() for label in ("man", "woman")]
        model = LadderModel({"f": tuple(ITEMS)}, (), dict.fromkeys(ITEMS, thresholds), 2)
        df = []
        for step in model.steps:
            fit = fit_factor_model(groups, ITEMS, step_syntax(model, step), estimator="WLSMV", parameterisation="theta")
            assert fit.inference.covariance is not None, step
            df.append(fit.inference.chi_squared.df)
        k = len(ITEMS)
        # thresholds equal: k (t - 2) more; loadings: k less one variance; intercepts: k less one mean; residuals: k.
        # One threshold: nothing is gained before the intercepts; there 2 k less mean, variance and k residuals.
        expected = {1: [0, 0, k - 2, k], 2: [0, k - 1, k - 1, k], 3: [k, k - 1, k - 1, k]}[thresholds]
        assert np.diff(df).tolist() == expected
        for step, gained in zip(model.steps[1:], expected, strict=True):
            assert bool(untestable(model, step)) == (gained == 0)

    def test_first_step_is_each_group_alone(self) -> None:
        frame = people(400)
        groups = [frame.loc[frame["gender"] == label, ITEMS].to_numpy() for label in ("man", "woman")]
        model = LadderModel({"f": tuple(ITEMS)}, (), {}, 2)
        both = fit_factor_model(groups, ITEMS, step_syntax(model, "configural"))
        alone = [fit_factor_model(group, ITEMS, MODEL) for group in groups]
        chi = sum(fit.inference.chi_squared.value for fit in alone)
        assert both.inference.chi_squared.value == pytest.approx(chi, rel=1e-6)

    def test_what_is_given_up_is_free(self) -> None:
        model = LadderModel({"f": tuple(ITEMS)}, (), {}, 2)
        assert "c ~ c(n.c, n.c)*1" in step_syntax(model, "scalar")
        assert "c ~ c(n.c.g1, n.c.g2)*1" in step_syntax(model, "scalar", (Freed("intercepts", "c"),))


class TestVerdicts:
    def test_alike(self) -> None:
        result = osa.invariance(people(shift=0.5), MODEL, "gender")
        assert result.pick("step_verdict", term="verdict")["level"] == "means comparable"
        size = result.more["size"]
        assert size.frame.loc[size.frame["quantity"] == "item_bias", "estimate"].abs().max() < 1e-6
        latent = size.pick("latent_difference")
        assert latent["conf_low"] < 0.5 < latent["conf_high"]

    @pytest.mark.parametrize("ordinal", [False, True])
    def test_one_item_that_differs_is_found_and_sized(self, ordinal: bool) -> None:
        frame = people(shift=0.3, item_shift=0.5)
        frame = cut(frame, [-0.9, 0.1, 0.8, 1.6]) if ordinal else frame
        result = osa.invariance(frame, MODEL, "gender")
        assert result.settings["estimator"] == ("WLSMV" if ordinal else "MLR")
        assert result.pick("step_verdict", term="verdict")["level"] == "means comparable with care"
        given_up = result.more["given_up"].frame
        assert given_up["term"].tolist() == ["c"]
        assert given_up["level"].tolist() == ["intercepts"]
        size = result.more["size"]
        shift = size.pick("item_bias", term="c")["estimate"]
        observed = size.pick("mean_difference")["estimate"]
        # residual variances are still free at this step, so that other ordinal items shift a little
        assert size.pick("scale_bias")["estimate"] == pytest.approx(shift, abs=0.05 if ordinal else 1e-6)
        assert 0.3 < shift < 0.65
        assert observed > shift
        step = "intercepts" if ordinal else "scalar"
        assert result.pick("step_verdict", term=step)["level"] == "does not hold"
        assert result.pick("step_verdict", term=f"{step} (partial)")["level"] == "holds"
        assert "with care" in result.sentences()[0]

    def test_many_items_that_differ(self) -> None:
        frame = people(item_shift=0.6)
        women = frame["gender"] == "woman"
        frame.loc[women, ["a", "e"]] += [0.5, -0.7]
        result = osa.invariance(frame, MODEL, "gender")
        assert result.pick("step_verdict", term="verdict")["level"] == "associations comparable, means not"
        assert "means cannot" in result.sentences()[0]
        assert "Mittelwerte nicht" in result.sentences("de")[0]

    def test_without_a_search(self) -> None:
        result = osa.invariance(people(item_shift=0.5), MODEL, "gender", partial=False)
        assert "given_up" not in result.more
        assert result.pick("step_verdict", term="verdict")["level"] == "associations comparable, means not"

    def test_two_answers_say_what_is_assumed(self) -> None:
        result = osa.invariance(cut(people(), [0.2]), MODEL, "gender")
        for step in ("thresholds", "loadings"):
            assert result.pick("step_verdict", term=step)["level"].startswith("assumed, not testable")
        assert result.pick("step_verdict", term="verdict")["level"] == "means comparable"
        assert not (result.frame.loc[result.frame["term"] == "loadings", "quantity"] == "chi_squared_difference").any()

    def test_gaps_by_full_information(self) -> None:
        frame = people(shift=0.4)
        gaps = np.random.default_rng(2).random((len(frame), 5)) < 0.1
        frame[ITEMS] = frame[ITEMS].mask(gaps)
        result = osa.invariance(frame, MODEL, "gender")
        assert result.settings["missing"] == "fiml"
        assert result.n_used == len(frame) - int(gaps.all(axis=1).sum())
        assert result.pick("step_verdict", term="verdict")["level"] == "means comparable"

    def test_rules_name_estimator_and_groups(self) -> None:
        assert rules_for("WLSMV", 2, 1000, "loadings") == ()
        assert rules_for("ML", 5, 1000, "metric") == ()
        assert [rule.cfi for rule in rules_for("ML", 12, 5000, "metric")] == [0.020]
        two = rules_for("MLR", 2, 250, "scalar")
        assert all("2 groups" in rule.name for rule in two)
        assert two[1].broken(-0.006, 0.011, 0.0)
        assert not two[1].broken(-0.004, 0.020, 0.020)
        small = rules_for("ML", 2, 250, "metric")
        assert [rule.told.rpartition(" ")[2] for rule in small] == ["[partly]", "[partly]"]
        assert "SRMR recalled" in small[1].told
        assert all(rule.where for rule in small)
        assert all(rule.where for rule in rules_for("ML", 12, 5000, "metric") if rule.verified != "recalled")
        said = " ".join(osa.invariance(people(200), MODEL, "gender").notes)
        assert "Chen 2007 (ML, 2 groups, n above 300) [partly]" in said
        notes = " ".join(osa.invariance(cut(people(300), [-0.5, 0.4, 1.0]), MODEL, "gender").notes)
        assert "No rule for changes of fit indices was published for WLSMV with 2 groups" in notes


class TestRefusals:
    def test_one_group(self) -> None:
        frame = people(400)
        with pytest.raises(AnalysisError, match="fewer than two groups"):
            osa.invariance(frame.loc[frame["gender"] == "man"], MODEL, "gender")

    def test_small_groups_are_named(self) -> None:
        frame = people(400)
        genders = ["man", "woman", "another gender"]
        frame["gender"] = frame["gender"].cat.set_categories(genders)
        frame.loc[:9, "gender"] = "another gender"
        result = osa.invariance(frame, MODEL, "gender")
        assert any("another gender" in note for note in result.notes)

    @pytest.mark.parametrize("model", ["f =~ a + b\ng =~ c + d\nh =~ f + g", "f =~ 1*a + b + c\nf ~~ 1*f"])
    def test_models_a_ladder_cannot_hold(self, model: str) -> None:
        with pytest.raises(AnalysisError, match="ladder cannot hold"):
            osa.invariance(people(400), model, "gender")

    def test_estimators_without_a_difference_test(self) -> None:
        with pytest.raises(AnalysisError, match="no difference test"):
            osa.invariance(people(400), MODEL, "gender", estimator="DWLS")  # type: ignore[arg-type]


class TestUnderComparisons:
    def test_not_tested_until_it_was(self) -> None:
        scored = screened(600, 3)
        compared = osa.compare_groups(scored, "c_total", "gender")
        assert "Measurement invariance across groups: not tested." in compared.notes
        tested = osa.invariance(scored, "c", "gender")
        (told, _) = with_verdicts([compared, tested], scored)
        assert "Measurement invariance across groups: not tested." not in told.notes
        assert any(note.startswith("Measurement invariance across groups: ") for note in told.notes)
        pd.testing.assert_frame_equal(told.frame, compared.frame)

    def test_of_other_groups_nothing_is_said(self) -> None:
        scored = screened(600, 3)
        compared = osa.compare_groups(scored, "c_total", "gender")
        with pytest.raises(AnalysisError, match="not under"):
            osa.with_invariance(osa.describe(scored, ["c_total"]), osa.invariance(scored, "c", "gender"))
        assert with_verdicts([compared], scored) == (compared,)


@pytest.mark.parametrize("estimator", ["ML", "WLSMV"])
def test_recovery_of_a_true_ladder(estimator: str) -> None:
    """Fifty samples; the full run of 500 stands in benchmarks/recovery_factor_models.py."""
    found = ladder_recovery(estimator, RUNS, 20261127)
    band = 0.01 + BAND_Z * np.sqrt(0.05 * 0.95 / RUNS)
    assert (np.abs(found.rejected - 0.05) < band).all()
    assert abs(found.coverage - 0.95) < band
    assert abs(found.mean_difference - SHIFT) < 0.01 + BAND_Z * found.error
