"""Imputing scored answers: which gaps are filled, scores from completed items, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import ImputedData, ScoredData, admit
from osa_survey.errors import AnalysisError
from osa_survey.imputation import convergence, impute, r_hat
from osa_survey.imputation.features import feature_table
from osa_survey.imputation.model_columns import ModelScale
from osa_survey.instruments.reasons import IMPLIED, IMPUTED, REASON_CODES
from osa_survey.plots import alt_text, draw
from osa_survey.scoring import scale_scores, score
from tests.imputation.made_up_answers import N, model_column, scored_answers, text
from tests.made_up_studies import codebook, export_of

ITEMS = ("c_01", "c_02", "c_03")
M = 4


@pytest.fixture(scope="module")
def scored() -> ScoredData:
    return scored_answers()


@pytest.fixture(scope="module")
def imputed(scored: ScoredData) -> ImputedData:
    return impute(scored, seed=1, m=M, iterations=5)


def gaps(data: ScoredData, name: str, reason: str) -> np.ndarray:
    return (data.reasons[name] == REASON_CODES[reason]).to_numpy()


def test_gaps_without_an_answer_behind_them_stay_in_every_set(scored: ScoredData, imputed: ImputedData) -> None:
    not_shown, refused = gaps(scored, "partner", "not_shown"), gaps(scored, "income", "refused")
    assert not_shown.sum() > 40
    assert refused.sum() > 20
    for completed in imputed:
        np.testing.assert_array_equal(completed.frame["partner"].isna(), not_shown)
        np.testing.assert_array_equal(completed.frame["income"].isna(), refused)
        assert (completed.reasons.loc[not_shown, "partner"] == REASON_CODES["not_shown"]).all()
    assert imputed.record.kept == {
        "partner": {"not_shown": int(not_shown.sum())},
        "income": {"refused": int(refused.sum())},
    }


def test_refused_answers_are_filled_where_asked_and_only_answers_are_used(scored: ScoredData) -> None:
    asked = impute(
        scored, seed=1, m=2, iterations=2, variables=["income", "age", "c_total"], impute_reasons=["refused"]
    )
    assert not asked.record.kept
    assert asked.record.imputed["income"] == scored.frame["income"].isna().sum()
    given = set(scored.frame["income"].dropna())
    assert set(asked.completed[0].frame["income"]) <= given
    assert asked.completed[0].frame["mood"].isna().any(), "what takes no part keeps its gaps"


def test_answers_as_given_are_untouched(scored: ScoredData, imputed: ImputedData) -> None:
    before = scored_answers()
    pd.testing.assert_frame_equal(scored.frame, before.frame)
    pd.testing.assert_frame_equal(scored.responses.codes, before.responses.codes)
    for completed in imputed:
        for name in ("age", "mood", "gender", "visits", "income", "partner"):
            answered = scored.frame[name].notna()
            np.testing.assert_array_equal(completed.frame.loc[answered, name], scored.frame.loc[answered, name])
            filled = completed.frame[name].notna() & ~answered
            assert (completed.reasons.loc[filled, name] == IMPUTED).all()
            assert (completed.reasons.loc[answered, name] == 0).all()
            assert completed.frame[name].dtype == scored.frame[name].dtype
    assert IMPUTED not in (0, IMPLIED, *REASON_CODES.values())


def test_scales_are_scored_again_from_their_completed_items(scored: ScoredData, imputed: ImputedData) -> None:
    assert scored.frame["c_total"].isna().any()
    for completed in imputed:
        items = completed.responses.codes[list(ITEMS)].to_numpy(float)
        by_hand = items[:, 0] + (6 - items[:, 1]) + items[:, 2]  # the second item is reversed on 1 to 5
        np.testing.assert_array_equal(completed.frame["c_total"], by_hand)
        touched = scored.responses.codes[list(ITEMS)].isna().any(axis=1)
        np.testing.assert_array_equal(completed.reasons["c_total"] == IMPUTED, touched)
        assert set(np.unique(items)) <= {1, 2, 3, 4, 5}
        log = completed.scale_log("c_total")
        assert (log.scored, log.prorated, log.not_scored, dict(log.why_not)) == (N, 0, 0, {})
        assert completed.keying is scored.keying
    assert "c_total" not in imputed.record.methods


def test_methods_follow_the_type_of_the_variable(imputed: ImputedData) -> None:
    assert imputed.record.methods == {
        **dict.fromkeys(ITEMS, "predictive mean matching"),
        "income": "predictive mean matching",
        "visits": "predictive mean matching",
        "partner": "predictive mean matching",
        "mood": "ordinal logit model",
        "gender": "multinomial logit model",
    }
    assert any("item level" in rule for rule in imputed.record.rules)
    assert "gap: partner" in imputed.record.predictors["mood"]
    assert len(imputed) == N
    assert imputed.m == M


def test_items_give_way_to_totals_where_they_are_too_many(scored: ScoredData) -> None:
    few = scored_answers(n=60)
    found = impute(few, seed=1, m=2, iterations=2, variables=["c_total", "age", "mood", "gender", "alone", "visits"])
    assert any("not feasible" in rule and "10 rows" in rule for rule in found.record.rules)
    assert {"c_01", "c_03"} & set(found.record.predictors["c_02"])
    assert "c_total" not in found.record.predictors["c_02"], "a total does not predict its own items"
    assert not set(ITEMS) & set(found.record.predictors["mood"])
    assert any("most strongly correlated" in rule for rule in found.record.rules)


def test_relations_survive(scored: ScoredData) -> None:
    big = scored_answers(seed=3, n=1500, blank=0.3)
    full = scored_answers(seed=3, n=1500, blank=0.0)
    found = impute(big, seed=1, m=5, iterations=8)
    truth = full.frame["c_total"].corr(full.frame["mood"])
    r = np.mean([completed.frame["c_total"].corr(completed.frame["mood"]) for completed in found])
    assert r == pytest.approx(truth, abs=0.03)  # 4 / √(1500) times 1 − r²
    means = [completed.frame["c_total"].mean() for completed in found]
    assert np.mean(means) == pytest.approx(full.frame["c_total"].mean(), abs=0.25)


def test_a_shift_moves_the_imputed_scores_by_as_much(scored: ScoredData) -> None:
    options = {"seed": 2, "m": 2, "iterations": 1, "variables": ["income", "age", "c_total"]}
    plain, none = impute(scored, **options), impute(scored, delta={"income": 0.0}, **options)
    pd.testing.assert_frame_equal(plain.completed[1].frame, none.completed[1].frame)
    up = impute(scored, delta={"income": 100.0}, **options)
    gap = scored.frame["income"].isna() & plain.completed[0].frame["income"].notna()
    change = up.completed[0].frame["income"] - plain.completed[0].frame["income"]
    assert set(change[gap]) == {100.0}
    assert set(change[~gap].dropna()) == {0.0}


def test_a_shift_of_a_scale_is_shared_by_its_items_and_stays_in_range(scored: ScoredData) -> None:
    shifted = impute(scored, seed=2, m=2, iterations=1, delta={"c_total": 0.3}, variables=["c_total", "age"])
    plain = impute(scored, seed=2, m=2, iterations=1, variables=["c_total", "age"])
    gap = scored.responses.codes["c_02"].isna()
    change = shifted.completed[0].responses.codes["c_02"] - plain.completed[0].responses.codes["c_02"]
    low = plain.completed[0].responses.codes["c_02"] == 1
    first = gap & ~low & (scored.responses.codes[list(ITEMS)].isna().sum(axis=1) == 1)
    assert (shifted.completed[0].responses.codes[list(ITEMS)].min() >= 1).all()
    assert np.median(change[first]) == pytest.approx(-0.1, abs=1e-6)  # reversed, a third of 0.3, in float32


def test_only_those_who_declined_are_shifted_where_asked(scored: ScoredData) -> None:
    options = {"seed": 2, "m": 2, "iterations": 1, "variables": ["income", "age"], "impute_reasons": ["refused"]}
    plain = impute(scored, **options)
    shifted = impute(scored, delta={"income": -50.0}, delta_reasons=["refused"], **options)
    change = shifted.completed[0].frame["income"] - plain.completed[0].frame["income"]
    refused = gaps(scored, "income", "refused")
    assert set(change[refused]) == {-50.0}
    assert set(change[~refused]) == {0.0}


def test_the_weight_predicts_and_is_not_imputed() -> None:
    found = impute(scored_answers(weights=True), seed=1, m=2, iterations=1)
    assert all("survey weight" in names for names in found.record.predictors.values())
    assert "w" not in found.record.methods
    assert any("weight" in rule for rule in found.record.rules)


def test_a_category_of_one_person_and_a_constant_answer() -> None:
    scored = scored_answers()
    frame = scored.frame.copy()
    frame["mood"] = frame["mood"].where(frame["mood"] != 4, 3.0)
    frame.loc[frame["mood"].first_valid_index(), "mood"] = 4.0
    frame["visits"] = frame["visits"].where(frame["visits"].isna(), 2.0)
    rare = ScoredData(frame, scored.reasons, scored.variables, scored.responses, scored.log, scored.keying)
    found = impute(rare, seed=1, m=2, iterations=3)
    assert found.completed[0].frame["mood"].notna().all()
    assert "visits" not in found.record.methods
    assert any("same answer" in rule for rule in found.record.rules)
    assert found.completed[0].frame["visits"].isna().equals(rare.frame["visits"].isna())


def test_nothing_to_fill_gives_sets_that_are_alike() -> None:
    found = impute(scored_answers(blank=0.0), seed=1, m=3, variables=["age", "mood"])
    assert any("no gap" in rule for rule in found.record.rules)
    pd.testing.assert_frame_equal(found.completed[0].frame, found.original.frame)
    with pytest.raises(AnalysisError, match="nothing_imputed"):
        convergence(found)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"m": 1}, "one_completed_set"),
        ({"iterations": 0}, "too_few_iterations"),
        ({"variables": ["moood"]}, "mood"),
        ({"impute_reasons": ["not_shown"]}, "never_imputed"),
        ({"impute_reasons": ["refusd"]}, "refused"),
        ({"methods": {"mood": "pm"}}, "pmm"),
        ({"methods": {"gender": "normal"}}, "method_does_not_fit"),
        ({"methods": {"nobody": "pmm"}}, "unknown_variable"),
        ({"interactions": [["mood", "age"]]}, "three_variables"),
        ({"interactions": [["mood", "age", "agee"]]}, "age"),
        ({"delta": {"gender": 1.0}}, "no_shift"),
        ({"delta": {"income": float("nan")}}, "bad_delta"),
        ({"delta": {"income": 1.0}, "delta_reasons": ["refused"]}, "not_imputed"),
        ({"weights": "partner"}, "bad_weights"),
        ({"weights": "wt"}, "unknown_variable"),
    ],
)
def test_what_is_refused_says_why(scored: ScoredData, options: dict[str, object], code: str) -> None:
    with pytest.raises(AnalysisError, match=code) as error:
        impute(scored, **{"seed": 1, "m": 2, "iterations": 1, **options})
    assert all(problem.hint for problem in error.value.problems)


def test_a_variable_nobody_answered_is_refused(scored: ScoredData) -> None:
    frame, reasons = scored.frame.copy(), scored.reasons.copy()
    frame["mood"], reasons["mood"] = np.nan, np.uint8(REASON_CODES["not_answered"])
    empty = ScoredData(frame, reasons, scored.variables, scored.responses, scored.log, scored.keying)
    with pytest.raises(AnalysisError, match="nothing_observed"):
        impute(empty, seed=1, m=2, iterations=1)


def test_no_respondent_shows_in_a_repr(imputed: ImputedData) -> None:
    for thing in (imputed, imputed.record, imputed.completed[0]):
        assert len(repr(thing)) < 200
        assert "array" not in repr(thing)
    assert imputed._repr_html_() is None


class TestConvergence:
    def test_r_hat_by_hand(self) -> None:
        # second halves (1, 3) and (2, 4): W = 2, means 2 and 3, variance .5; √(½ + .5/2) = .866
        assert r_hat(np.array([[9.0, 9.0, 1.0, 3.0], [9.0, 9.0, 2.0, 4.0]])) == pytest.approx(np.sqrt(0.75))
        assert np.isnan(r_hat(np.ones((3, 3))))

    def test_table_traces_and_figure(self, imputed: ImputedData) -> None:
        result = convergence(imputed)
        assert set(result.table["outcome"]) == set(imputed.record.methods)
        assert result.pick("imputed", outcome="mood")["estimate"] == imputed.original.frame["mood"].isna().sum()
        traces = convergence(imputed, ["mood"]).more["traces"]
        last = traces.pick("imputed_mean", outcome="mood", group="chain 1", level="5")["estimate"]
        gap = imputed.original.frame["mood"].isna()
        assert last == pytest.approx(imputed.completed[0].frame.loc[gap, "mood"].mean())
        ax = draw(traces)
        lines = ax.child_axes[0].lines
        assert len(lines) == M
        assert lines[0].get_ydata()[-1] == pytest.approx(last)
        assert "4 chains over 5 iterations" in alt_text(traces)
        assert result.sentences("en")
        assert result.sentences("de")

    def test_chains_that_do_not_agree_are_flagged(self, imputed: ImputedData) -> None:
        from dataclasses import replace

        apart = np.repeat(np.arange(4.0)[:, None], 5, axis=1) + np.random.default_rng(1).normal(0, 0.1, (4, 5))
        record = replace(imputed.record, trace_means={**imputed.record.trace_means, "mood": apart})
        result = convergence(replace(imputed, record=record))
        assert "differ" in result.pick("rhat_mean", outcome="mood")["warning"]
        assert "differ" in result.sentences()[0]

    def test_an_unknown_variable_is_named(self, imputed: ImputedData) -> None:
        with pytest.raises(AnalysisError, match="mood"):
            convergence(imputed, ["moood"])


def test_categories_are_imputed_in_their_declared_order() -> None:
    generator = np.random.default_rng(4)
    n = 900
    trait = generator.standard_normal(n)
    often = np.digitize(trait + 0.3 * generator.standard_normal(n), [-0.5, 0.8])  # 0 never, 1 rarely, 2 often
    codes = np.array(["2", "3", "1"])[often]  # never = 2, rarely = 3, often = 1
    given = np.where(generator.random(n) < 0.3, "", codes)
    export = export_of({"age": ["30"] * n, "trait": text(trait), "often": given})
    book = codebook(
        variables={
            "age": {"column": "age", "type": "number"},
            "trait": {"column": "trait", "type": "number"},
            "often": {"column": "often", "type": "ordinal", "labels": {"2": "never", "3": "rarely", "1": "often"}},
        }
    )
    scored = score(admit(export, book))
    found = impute(scored, seed=1, m=3, iterations=2, variables=["trait", "often"])
    gap = scored.frame["often"].isna().to_numpy()
    for completed in found:
        values = completed.frame["often"].to_numpy()
        assert set(values) == {1.0, 2.0, 3.0}
        right = (values[gap] == codes[gap].astype(float)).mean()
        assert right > 0.6, "by the order of the codes the middle category would be 'never', and few would fit"
    with pytest.raises(AnalysisError, match="no quantities"):
        impute(scored, seed=1, m=2, variables=["trait", "often"], methods={"often": "normal"})


def test_a_question_nobody_was_shown_is_no_predictor() -> None:
    scored = scored_answers()
    frame, reasons = scored.frame.copy(), scored.reasons.copy()
    for name in ("gender", "partner"):
        frame[name], reasons[name] = np.nan, np.uint8(REASON_CODES["not_shown"])
    empty = ScoredData(frame, reasons, scored.variables, scored.responses, scored.log, scored.keying)
    found = impute(empty, seed=1, m=2, iterations=1)
    assert "gender" not in found.record.predictors["mood"]
    assert found.completed[0].frame["gender"].isna().all()


@pytest.mark.parametrize("how", ["sum", "mean", "count"])
def test_passive_totals_are_those_of_the_scoring(how: str) -> None:
    generator = np.random.default_rng(6)
    items = generator.integers(1, 6, (100, 3)).astype(float)
    columns = [model_column(f"i{k}", items[:, k], "ordinal") for k in range(3)]
    scale = ModelScale("s", "s", ("i0", "i1", "i2"), (1, -1, 1), how, (4.0, 5.0), (6.0, 6.0, 6.0))
    table = feature_table(columns, [scale])
    keyed = np.column_stack([items[:, 0], 6 - items[:, 1], items[:, 2]])
    expected = scale_scores(keyed, how, 3, (4.0, 5.0)).score
    passive = table.derived[0].values(table.design)[:, 0]
    assert abs(np.corrcoef(passive, expected)[0, 1]) == pytest.approx(1)
    assert np.corrcoef(passive, expected)[0, 1] > 0
    assert 0.3 < passive.std() < 3


def test_scales_of_scales_and_counts_of_no_activity_follow_their_items() -> None:
    generator = np.random.default_rng(9)
    n = 200
    trait = generator.standard_normal(n)
    items = np.clip(np.round(3 + np.outer(trait, np.ones(19)) + generator.standard_normal((n, 19))), 1, 5)
    items[generator.random(n) < 0.2, 4] = 0  # "no sexual activity" where the item offers it
    given = np.where(generator.random((n, 19)) < 0.05, "", items.astype(int).astype(str))
    export = export_of({"age": ["30"] * n, **{f"q{k + 1}": given[:, k] for k in range(19)}})
    scored = score(admit(export, codebook(blocks={"f": {"instrument": "fsfi", "columns": "q{n}"}})))
    assert scored.frame["f_total"].isna().any()
    found = impute(scored, seed=1, m=2, iterations=2, variables=["f_total"])
    for completed in found:
        again = score(completed.responses)
        pd.testing.assert_frame_equal(completed.frame, again.frame)
        assert completed.frame["f_total"].notna().all()
        assert completed.scale_log("f_total").no_activity == again.scale_log("f_total").no_activity
        touched = (given == "").any(axis=1)
        np.testing.assert_array_equal(completed.reasons["f_total"] == IMPUTED, touched)
