"""The questions to a key and the power of the check, each against numbers from outside."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from osa_survey.dataset import Responses, admit, keyed_items
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments import load_library
from osa_survey.results import release
from osa_survey.scoring import KeyingVerdict, KeyQuestion, block_evidence, expected_items, keying, score
from osa_survey.scoring.expected_correlations import (
    attenuation,
    detection_power,
    expected_item_rest,
    respondents_needed,
)
from osa_survey.scoring.key_evidence import critical_z
from osa_survey.scoring.key_questions import combined_verdict
from osa_survey.scoring.scale_membership import (
    ScaleKey,
    common_part,
    correlation_errors,
    fit_of_item,
    scale_memberships,
)
from osa_survey.simulation.key_mutations import with_item_turned, with_items_swapped
from osa_survey.simulation.key_trials import key_verdicts, simulate_answers
from tests.made_up_studies import codebook, export_of, instrument, library_with

SHELF = load_library().instruments
DASS = SHELF["dass21"]
MONTE_CARLO = 0.06
"""Four standard errors of a standard deviation from 2,000 samples, relative: 4 / sqrt(2 * 2000)."""


def question(verdict: KeyingVerdict, name: str) -> KeyQuestion:
    found = verdict.question(name)
    assert found is not None
    return found


def test_two_dependent_correlations_have_the_variance_of_olkin_and_siotani() -> None:
    """r12 - r13 by their covariance formula (Steiger, 1980, equation 3, with a shared variable), written out."""
    r12, r13, r23, n = 0.5, 0.3, 0.4, 150
    r = np.array([[1, r12, r13], [r12, 1, r23], [r13, r23, 1]])
    gradient = np.zeros((3, 3))
    gradient[0, 1] = gradient[1, 0] = 0.5
    gradient[0, 2] = gradient[2, 0] = -0.5
    covariance = r23 * (1 - r12**2 - r13**2) - 0.5 * r12 * r13 * (1 - r12**2 - r13**2 - r23**2)
    variance = ((1 - r12**2) ** 2 + (1 - r13**2) ** 2 - 2 * covariance) / n
    assert float(correlation_errors(r, gradient, n)) == pytest.approx(math.sqrt(variance), rel=1e-12)


def test_the_gradient_of_the_fit_is_that_of_finite_differences() -> None:
    generator = np.random.default_rng(4)
    r = np.corrcoef(generator.normal(size=(40, 6)) + generator.normal(size=(40, 1)), rowvar=False)
    items, signs = np.array([1, 3, 4]), np.array([1, -1, 1])
    r[3] *= -1
    r[:, 3] *= -1
    fit, gradient = fit_of_item(r, 0, common_part(r, items, signs))
    step = 1e-6
    for i in range(6):
        for j in range(i):
            changed = r.copy()
            changed[i, j] += step
            changed[j, i] += step
            moved = fit_of_item(changed, 0, common_part(changed, items, signs))[0] - fit
            assert moved / step == pytest.approx(2 * gradient[i, j], abs=1e-5)


def test_the_standard_error_of_a_difference_is_the_spread_over_samples() -> None:
    loading, between, n = 0.7, 0.4, 300
    factors = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    r = loading**2 * np.where(np.equal.outer(factors, factors), 1.0, between)
    np.fill_diagonal(r, 1.0)
    keys = [ScaleKey("one", (0, 1, 2, 3), (1,) * 4), ScaleKey("other", (4, 5, 6, 7), (1,) * 4)]
    true = scale_memberships(r, n, keys)["one"]
    assert true is not None
    assert true.own[0] == pytest.approx(loading)
    assert true.other[0, 0] == pytest.approx(loading * between)
    generator = np.random.default_rng(6)
    root = np.linalg.cholesky(r)
    found = []
    for _ in range(2000):
        sample = np.corrcoef(root @ generator.standard_normal((8, n)))
        fit = scale_memberships(sample, n, keys)["one"]
        assert fit is not None
        found.append(fit.difference[0, 0])
    assert np.std(found) == pytest.approx(float(true.std_error[0, 0]), rel=MONTE_CARLO)


def test_an_item_turned_or_reversed_by_its_key_fits_its_scale_as_well() -> None:
    answers = simulate_answers(SHELF["ecr_s"], 1000, np.random.default_rng(2))
    right = key_verdicts(SHELF["ecr_s"], answers)
    wrong = key_verdicts(with_item_turned(SHELF["ecr_s"], "ecr_s_03"), answers)
    assert question(right["avoidance"], "membership").verdict == "agrees"
    assert question(wrong["avoidance"], "membership").verdict != "contradicts"
    assert question(wrong["avoidance"], "reversal").verdict == "contradicts"


def test_swapped_items_are_named_with_the_scale_they_fit() -> None:
    answers = simulate_answers(DASS, 1000, np.random.default_rng(3))
    one, other = DASS.scale("depression").item_ids[0], DASS.scale("stress").item_ids[2]
    told = key_verdicts(with_items_swapped(DASS, one, other), answers)
    assert told["depression"].flagged == (other,)
    assert told["stress"].flagged == (one,)
    assert "fits 'stress'" in question(told["depression"], "membership").reasons[0]
    assert question(told["anxiety"], "membership").verdict != "contradicts"


def test_scales_of_one_thing_cause_no_alarm_and_nothing_is_claimed() -> None:
    generator = np.random.default_rng(8)
    for _ in range(20):
        told = key_verdicts(DASS, simulate_answers(DASS, 500, generator, scale_correlation=1 - 1e-9))
        assert {question(verdict, "membership").verdict for verdict in told.values()} == {"cannot tell"}


def test_attenuation_is_what_cutting_a_normal_variable_does() -> None:
    latent = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    for options in (2, 3, 5, 7):
        cuts = np.linspace(-1.5, 1.5, options - 1) if options > 2 else [0.0]
        assert attenuation(options) == pytest.approx(np.corrcoef(latent, np.searchsorted(cuts, latent))[0, 1], abs=1e-4)


@pytest.mark.parametrize("name", ["rses", "isst", "supps_p", "swls", "mspss"])
def test_expected_item_rest_correlations_are_those_of_the_simulation(name: str) -> None:
    entry = SHELF[name]
    answers = simulate_answers(entry, 20_000, np.random.default_rng(9))
    for scale, verdict in key_verdicts(entry, answers).items():
        expected = expected_items(entry, scale)
        # first order in the latent correlation: the second-order part of two binary items is below .01
        assert np.array(verdict.item_rest) == pytest.approx(expected.item_rest, abs=0.03), scale
        if name == "swls":
            assert verdict.numbers["alpha"] == pytest.approx(0.87, abs=0.01)


def test_power_and_number_needed_are_two_sides_of_one_formula() -> None:
    r = expected_item_rest(np.full(8, 0.55))
    z = critical_z(8)
    needed = int(respondents_needed(r, z))
    assert detection_power(r, needed, z).min() >= 0.95
    assert detection_power(r, needed - 1, z).min() < 0.95
    assert respondents_needed(np.array([-0.1, 0.5]), z) == math.inf
    assert math.isnan(respondents_needed(np.array([math.nan]), z))


def test_the_formula_of_the_power_is_that_of_the_simulation() -> None:
    entry, n = SHELF["bps"], 200
    generator = np.random.default_rng(10)
    hits = [
        key_verdicts(with_item_turned(entry, "bps_01"), simulate_answers(entry, n, generator))["total"].verdict
        == "contradicts"
        for _ in range(300)
    ]
    power = detection_power(expected_items(entry, "total").item_rest, n, critical_z(5))[0]
    assert power < 0.95
    # 3 standard errors of a rate of 300 samples
    assert np.mean(hits) == pytest.approx(power, abs=0.08)


def calm(values: np.ndarray, labels: dict[str, str] | None = None, **block: object) -> Responses:
    cells = {f"q{n}": [f"{value:g}" for value in column] for n, column in enumerate(values.T, start=1)}
    export = export_of({"age": ["30"] * len(values), **cells}, value_labels={"q1": labels} if labels else {})
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}", **block}})
    return admit(export, book, library_with(instrument()), undeclared="invalid")


def calm_answers(n: int = 400) -> np.ndarray:
    return simulate_answers(instrument(), n, np.random.default_rng(12), loading=0.8)


def test_labels_of_the_export_tell_the_direction() -> None:
    values = calm_answers()
    silent = score(calm(values)).keying["c_total"]
    assert question(silent, "direction").verdict == "cannot tell"
    right = score(calm(values, {"1": "Not at all", "5": "fully", "3": "so-so"})).keying["c_total"]
    assert question(right, "direction").verdict == "agrees"
    assert right.verdict == "agrees"
    assert "the export's own labels give the definition's labels the definition's codes" in right.reasons
    wrong = score(calm(values, {"1": "fully", "5": "not at all"})).keying["c_total"]
    assert question(wrong, "direction").verdict == "contradicts" == wrong.verdict
    assert wrong.flagged == ("c_01",)
    # a codebook that turns the values round agrees with such labels
    turned = {str(code): 6 - code for code in range(1, 6)}
    again = score(calm(values, {"1": "fully", "5": "not at all"}, codes=turned)).keying["c_total"]
    assert question(again, "direction").verdict == "agrees"


def test_answers_coded_one_too_low_contradict_the_code_base() -> None:
    responses = calm(calm_answers() - 1)
    evidence = block_evidence(responses, "c")
    assert sum(evidence.undeclared.values()) == int((calm_answers() == 1).sum())
    verdict = score(responses).keying["c_total"]
    base = question(verdict, "code base")
    assert base.verdict == "contradicts" == verdict.verdict
    assert "nobody used the code 5 (highest)" in base.reasons[0]


def test_stray_answers_outside_the_codes_are_counted_and_no_shift() -> None:
    values = calm_answers()
    values[:7, 1] = 9
    verdict = score(calm(values)).keying["c_total"]
    base = question(verdict, "code base")
    assert base.verdict == "agrees"
    assert base.reasons[0] == "7 answers to 1 items lie outside the declared codes"
    assert verdict.verdict == "agrees"


def test_a_reversed_item_counts_at_the_end_it_was_answered_at() -> None:
    responses = calm(np.array([[2.0, 5.0, 3.0]] * 6))
    keyed = keyed_items(responses, "c", "total")
    verdict = score(responses).keying["c_total"]
    assert keyed.values[0, 1] == 1
    assert "nobody used the code 1 (lowest)" in question(verdict, "code base").reasons[0]


def test_the_whole_verdict_follows_from_the_questions() -> None:
    def asked(*verdicts: str) -> tuple[KeyQuestion, ...]:
        names = ("reversal", "membership", "code base")
        return tuple(KeyQuestion(n, v, ()) for n, v in zip(names, verdicts, strict=False))  # type: ignore[arg-type]

    assert combined_verdict(asked("agrees", "cannot tell", "cannot tell")) == "agrees"
    assert combined_verdict(asked("cannot tell", "agrees", "agrees")) == "cannot tell"
    assert combined_verdict(asked("cannot tell", "doubtful", "agrees")) == "cannot tell"
    assert combined_verdict(asked("agrees", "doubtful", "agrees")) == "doubtful"
    assert combined_verdict(asked("agrees", "agrees", "contradicts")) == "contradicts"
    assert combined_verdict(asked("doubtful", "agrees", "agrees")) == "doubtful"


def test_the_questions_are_a_table_that_passes_the_gate() -> None:
    data = score(calm(calm_answers()))
    table = keying(data).more["questions"]
    assert table.pick("verdict", term="reversal")["level"] == "agrees"
    assert table.pick("verdict", term="direction")["level"] == "cannot tell"
    assert "declared anchors" in table.pick("verdict", term="direction")["warning"]
    reversal = question(data.keying["c_total"], "reversal")
    assert table.pick("power", term="reversal")["estimate"] == pytest.approx(reversal.power)
    hidden = release(keying(score(calm(calm_answers(3)))), JOURNAL).more["questions"]
    assert hidden.table["estimate"].isna().all()


def test_the_order_of_people_and_of_scales_makes_no_difference() -> None:
    answers = simulate_answers(DASS, 300, np.random.default_rng(14))
    there = key_verdicts(DASS, answers)
    turned = key_verdicts(DASS.model_copy(update={"scales": DASS.scales[::-1]}), answers[::-1])
    back = {verdict.columns: verdict for verdict in turned.values()}
    assert len(back) == len(there) == 3
    for verdict in there.values():
        again = back[verdict.columns]
        assert again.verdict == verdict.verdict
        assert question(again, "membership").power == pytest.approx(question(verdict, "membership").power)


def test_published_alpha_sets_the_number_needed() -> None:
    made_up = instrument()
    entry = {"scale": "total", "statement": "made up", "alpha": 0.9, "source": "made up", "verified": "seen"}
    reliable = instrument(evidence=[entry])
    assert expected_items(made_up, "total").source == "typical"
    assert expected_items(reliable, "total").source == "alpha"
    answers = simulate_answers(reliable, 5000, np.random.default_rng(15))
    verdict = key_verdicts(reliable, answers)["total"]
    assert verdict.numbers["alpha"] == pytest.approx(0.9, abs=0.02)
    assert verdict.numbers["n_needed"] < key_verdicts(made_up, answers)["total"].numbers["n_needed"]
    loadings = {"calm_01": 0.5, "calm_02": -0.6, "calm_03": 0.7}
    given = instrument(evidence=[{**entry, "loadings": loadings}])
    assert expected_items(given, "total").loadings.tolist() == [0.5, 0.6, 0.7]


def test_published_moments_stand_beside_those_of_the_scores_and_decide_nothing() -> None:
    entry = {"scale": "total", "statement": "made up", "mean": 3.5, "sd": 9.0, "alpha": 0.1, "source": "made up"}
    shelf = library_with(instrument(evidence=[{**entry, "verified": "seen"}]))
    values = calm_answers()
    cells = {f"q{n}": [f"{value:g}" for value in column] for n, column in enumerate(values.T, start=1)}
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    data = score(admit(export_of({"age": ["30"] * len(values), **cells}), book, shelf))
    verdict = data.keying["c_total"]
    total = data.frame["c_total"]
    (told,) = [reason for reason in verdict.reasons if reason.startswith("for information only")]
    assert f"mean 3.50 (here {total.mean():.2f})" in told
    assert f"sd 9.00 (here {total.std():.2f})" in told
    assert "95 % from" in told
    assert question(verdict, "reversal").verdict == "agrees" == verdict.verdict
