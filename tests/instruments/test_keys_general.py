"""Keys of the general scales: worked examples, and every item moves its own scales in its own direction."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import ScoredData, admit, keyed_items
from osa_survey.errors import ResponseError
from osa_survey.instruments import Library, load_library
from osa_survey.scoring import ScoringRule, scale_scores, score
from tests.made_up_studies import codebook, export_of

# Instrument → (items, lowest code, highest code, reversed items), written down from the sources and not read from the
# definitions.
FORMS = {
    "phq9": (9, 0, 3, ()),
    "gad7": (7, 0, 3, ()),
    "who5": (5, 0, 5, ()),
    "dass21": (21, 0, 3, ()),
    "ecr_rs": (9, 1, 7, (1, 2, 3, 4)),
    "ecr_s": (12, 1, 7, (1, 5, 8, 9)),
    "ucla3": (3, 1, 3, ()),
    "supps_p": (20, 1, 4, (3, 6, 8, 9, 10, 13, 14, 15, 16, 17, 18, 20)),
    "tipi": (10, 1, 7, (2, 4, 6, 8, 10)),
    "mspss": (12, 1, 7, ()),
    "ras": (7, 1, 5, (4, 7)),
    "audit_c": (3, 0, 4, ()),
}
ITEMS = {
    ("phq9", "total"): range(1, 10),
    ("gad7", "total"): range(1, 8),
    ("who5", "total"): range(1, 6),
    ("dass21", "depression"): (3, 5, 10, 13, 16, 17, 21),
    ("dass21", "anxiety"): (2, 4, 7, 9, 15, 19, 20),
    ("dass21", "stress"): (1, 6, 8, 11, 12, 14, 18),
    ("ecr_rs", "avoidance"): range(1, 7),
    ("ecr_rs", "anxiety"): range(7, 10),
    ("ecr_s", "anxiety"): (2, 4, 6, 8, 10, 12),
    ("ecr_s", "avoidance"): (1, 3, 5, 7, 9, 11),
    ("ucla3", "total"): range(1, 4),
    ("supps_p", "negative_urgency"): (6, 8, 13, 15),
    ("supps_p", "lack_of_perseverance"): (1, 4, 7, 11),
    ("supps_p", "lack_of_premeditation"): (2, 5, 12, 19),
    ("supps_p", "sensation_seeking"): (9, 14, 16, 18),
    ("supps_p", "positive_urgency"): (3, 10, 17, 20),
    ("tipi", "extraversion"): (1, 6),
    ("tipi", "agreeableness"): (2, 7),
    ("tipi", "conscientiousness"): (3, 8),
    ("tipi", "emotional_stability"): (4, 9),
    ("tipi", "openness"): (5, 10),
    ("mspss", "total"): range(1, 13),
    ("mspss", "significant_other"): (1, 2, 5, 10),
    ("mspss", "family"): (3, 4, 8, 11),
    ("mspss", "friends"): (6, 7, 9, 12),
    ("ras", "total"): range(1, 8),
    ("audit_c", "total"): range(1, 4),
}
TIMES = {"percentage": 4, "depression_doubled": 2, "anxiety_doubled": 2, "stress_doubled": 2}
SUMS_BESIDE_MEANS = {"ecr_s", "supps_p", "tipi"}
ONLY_MEANS = {"ecr_rs", "mspss"}
KEYS = {
    **{(name, scale): (items, "sum") for (name, scale), items in ITEMS.items()},
    **{key: (items, "mean") for key, items in ITEMS.items() if key[0] in ONLY_MEANS | SUMS_BESIDE_MEANS},
    **{(name, f"{scale}_sum"): (items, "sum") for (name, scale), items in ITEMS.items() if name in SUMS_BESIDE_MEANS},
    ("mspss", "total_sum"): (range(1, 13), "sum"),
    ("ras", "mean"): (range(1, 8), "mean"),
    ("who5", "percentage"): (range(1, 6), "sum"),
    **{("dass21", f"{scale}_doubled"): (items, "sum") for (name, scale), items in ITEMS.items() if name == "dass21"},
}
scales = pytest.mark.parametrize(("instrument", "scale"), sorted(KEYS))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def block_of(instrument: str) -> dict[str, object]:
    """Return a block whose export values are the codes of the definition, said where the definition asks for it."""
    _, low, high, _ = FORMS[instrument]
    block: dict[str, object] = {"instrument": instrument, "columns": "q{n}"}
    if instrument in ("who5", "supps_p"):
        block["codes"] = {str(code): code for code in range(low, high + 1)}
    return block


def scored(instrument: str, answers: np.ndarray, rules: dict[str, ScoringRule] | None = None) -> ScoredData:
    """Score rows of answers through an export and a codebook; NaN is an empty cell."""
    cells = {
        f"q{n}": ["" if np.isnan(value) else f"{value:g}" for value in column] for n, column in enumerate(answers.T, 1)
    }
    export = export_of({"age": ["30"] * len(answers), **cells})
    return score(admit(export, codebook(blocks={"b": block_of(instrument)}), load_library()), rules)


def scores_of(instrument: str, *answers: float) -> dict[str, float]:
    """Return all scores of one made-up respondent by the id of the scale."""
    frame = scored(instrument, np.array([answers], dtype=float)).frame
    return {scale.id: frame[f"b_{scale.id}"][0] for scale in load_library().instrument(instrument).scales}


def by_hand(instrument: str, scale: str, answers: np.ndarray) -> np.ndarray:
    """Score rows of answers by the keys of this file."""
    items, how = KEYS[instrument, scale]
    _, low, high, reverse = FORMS[instrument]
    keyed = np.column_stack([low + high - answers[:, n - 1] if n in reverse else answers[:, n - 1] for n in items])
    return np.asarray(TIMES.get(scale, 1) * (keyed.mean(axis=1) if how == "mean" else keyed.sum(axis=1)))


def test_the_keys_cover_every_scale_of_the_group(library: Library) -> None:
    shipped = {(name, scale.id) for name in FORMS for scale in library.instrument(name).scales}
    assert shipped == set(KEYS)
    for name, (k, low, high, _) in FORMS.items():
        instrument = library.instrument(name)
        assert len(instrument.items) == k
        codes = {instrument.options_of(item.id).codes for item in instrument.items}
        assert codes == {tuple(map(float, range(low, high + 1)))}, name


@scales
def test_constant_answers_give_the_ends_of_the_range_where_nothing_is_reversed(instrument: str, scale: str) -> None:
    items, how = KEYS[instrument, scale]
    k, low, high, reverse = FORMS[instrument]
    answers = np.array([[low] * k, [high] * k], dtype=float)
    result = scored(instrument, answers).frame[f"b_{scale}"].tolist()
    turned = len(set(items) & set(reverse))
    straight = len(items) - turned
    # all at the lowest code: straight items count low, reversed ones high; all at the highest code the other way round
    size = (len(items) if how == "mean" else 1) / TIMES.get(scale, 1)
    assert result == pytest.approx(
        [(straight * low + turned * high) / size, (straight * high + turned * low) / size], abs=1e-12
    )
    declared = load_library().instrument(instrument).scale(scale).range
    if not turned:
        assert tuple(result) == declared
    best = [[high if (n in reverse) == worst else low for n in range(1, k + 1)] for worst in (True, False)]
    assert tuple(scored(instrument, np.array(best, dtype=float)).frame[f"b_{scale}"]) == declared


@scales
def test_an_item_raised_by_one_moves_its_own_scales_in_its_direction(instrument: str, scale: str) -> None:
    items, how = KEYS[instrument, scale]
    k, low, _, reverse = FORMS[instrument]
    answers = np.full((k + 1, k), float(low))
    answers[1:] += np.eye(k)
    result = scored(instrument, answers).frame[f"b_{scale}"].to_numpy()
    step = TIMES.get(scale, 1) * (1 / len(items) if how == "mean" else 1.0)
    expected = [(-step if n in reverse else step) if n in items else 0.0 for n in range(1, k + 1)]
    assert result[1:] - result[0] == pytest.approx(expected)


@scales
def test_keyed_items_and_scale_scores_agree_with_the_key(instrument: str, scale: str) -> None:
    items, how = KEYS[instrument, scale]
    k, low, high, reverse = FORMS[instrument]
    answers = np.random.default_rng(21).integers(low, high + 1, (12, k)).astype(float)
    data = scored(instrument, answers)
    keyed = keyed_items(data.responses, "b", scale)
    assert [int(sign) for sign in keyed.signs] == [-1 if n in reverse else 1 for n in items]
    expected = by_hand(instrument, scale, answers)
    times = TIMES.get(scale, 1.0)
    assert scale_scores(keyed.values, how, len(items), times=times).score == pytest.approx(expected)
    assert data.frame[f"b_{scale}"].to_numpy() == pytest.approx(expected)


@scales
def test_one_gap_and_there_is_no_score_unless_the_study_says_so(instrument: str, scale: str) -> None:
    """No missing rule was read in a source: all items; a declared departure prorates, and a gap is never zero."""
    items, _ = KEYS[instrument, scale]
    k, low, high, reverse = FORMS[instrument]
    answers = np.array([[low if n in reverse else high for n in range(1, k + 1)]], dtype=float)
    answers[0, items[0] - 1] = np.nan
    name = f"b_{scale}"
    assert np.isnan(scored(instrument, answers).frame[name][0])
    rule = {name: ScoringRule(len(items) - 1, "one gap is allowed in this made-up study")}
    # all others are at the upper end after keying, so the prorated score is the upper end of the range
    top = load_library().instrument(instrument).scale(scale).range[1]
    assert scored(instrument, answers, rule).frame[name][0] == pytest.approx(top)


@pytest.mark.parametrize("instrument", sorted(FORMS))
def test_answers_outside_the_options_are_refused(instrument: str) -> None:
    k, low, high, _ = FORMS[instrument]
    for beyond in (low - 1, high + 1):
        answers = np.full((1, k), float(low))
        answers[0, 2] = beyond
        with pytest.raises(ResponseError) as caught:
            scored(instrument, answers)
        assert [problem.column for problem in caught.value.problems] == ["q3"]


def test_worked_examples_of_the_patient_health_questionnaires() -> None:
    """Test data of the awell-score library for PHQ-9 and GAD-7."""
    assert scores_of("phq9", 3, 0, 1, 2, 0, 0, 1, 0, 3) == {"total": 10}
    assert scores_of("phq9", *[0] * 9) == {"total": 0}
    assert scores_of("phq9", *[3] * 9) == {"total": 27}
    assert scores_of("gad7", 3, 0, 1, 2, 0, 0, 1) == {"total": 7}


def test_worked_example_of_the_well_being_index() -> None:
    """Raw 15 is 60 percent, 25 is 100 percent (awell-score documentation); the percentage is 4 times the raw score."""
    assert scores_of("who5", 3, 3, 3, 3, 3) == {"total": 15, "percentage": 60}
    assert scores_of("who5", 5, 5, 5, 5, 5) == {"total": 25, "percentage": 100}
    assert scores_of("who5", 2, 2, 2, 2, 2) == {"total": 10, "percentage": 40}


def test_the_well_being_cut_off_on_the_raw_score_is_the_one_on_the_percentage(library: Library) -> None:
    cut = next(cut for cut in library.instrument("who5").cutoffs if cut.default)
    assert (cut.rule, cut.value) == ("<", 13)
    assert [raw for raw in range(26) if raw < cut.value] == [raw for raw in range(26) if 4 * raw < 50]


def test_worked_example_of_the_relationship_structures() -> None:
    # avoidance: items 1 to 4 turn from 6 to 2, with 3 and 3 that is 14 over 6 items; a documentation prints 2.33
    result = scores_of("ecr_rs", 6, 6, 6, 6, 3, 3, 6, 6, 6)
    assert result["anxiety"] == 6
    assert result["avoidance"] == pytest.approx(14 / 6)


def test_first_three_items_of_the_alcohol_test() -> None:
    # the worked example of the long form begins 4, 1, 2; its consumption part is 7
    assert scores_of("audit_c", 4, 1, 2) == {"total": 7}


def test_hand_computed_scores_with_reversed_items() -> None:
    # RAS 5 4 3 2 1 5 1: items 4 and 7 turn into 4 and 5; 5 + 4 + 3 + 4 + 1 + 5 + 5 = 27
    assert scores_of("ras", 5, 4, 3, 2, 1, 5, 1) == {"total": 27, "mean": pytest.approx(27 / 7)}
    # TIPI 7 2 6 3 5 1 4 2 5 6: 6, 2, 8, 4, 10 turn into 7, 6, 6, 5, 2
    tipi = scores_of("tipi", 7, 2, 6, 3, 5, 1, 4, 2, 5, 6)
    assert tipi["extraversion"] == (7 + 7) / 2
    assert tipi["agreeableness"] == (6 + 4) / 2
    assert tipi["conscientiousness"] == (6 + 6) / 2
    assert tipi["emotional_stability"] == (5 + 5) / 2
    assert tipi["openness_sum"] == 5 + 2
    # ECR-S 1 to 7 and 1 to 5: anxiety 2 + 4 + 6 + (8 - 1) + 3 + 5, avoidance (8 - 1) + 3 + (8 - 5) + 7 + (8 - 2) + 4
    ecr = scores_of("ecr_s", 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5)
    assert (ecr["anxiety_sum"], ecr["avoidance_sum"]) == (27, 30)
    assert (ecr["anxiety"], ecr["avoidance"]) == (27 / 6, 30 / 6)


def test_agreeing_with_everything_is_impulsive_in_three_facets_only() -> None:
    """Code 1 is strongly agree: agreement with reversed items is impulsive, with straight ones it is not."""
    result = scores_of("supps_p", *[1] * 20)
    assert {name for name, value in result.items() if value == 4 and not name.endswith("_sum")} == {
        "negative_urgency",
        "sensation_seeking",
        "positive_urgency",
    }
    assert result["lack_of_perseverance"] == result["lack_of_premeditation"] == 1


def test_all_four_gives_a_mean_of_four_on_every_support_scale() -> None:
    """A syntax in use drops item 12 of the friends scale and still divides by 4."""
    assert scores_of("mspss", *[4] * 12) == {
        "total": 4,
        "significant_other": 4,
        "family": 4,
        "friends": 4,
        "total_sum": 48,
    }


@pytest.mark.parametrize("instrument", ["dass21", "mspss", "supps_p", "tipi", "ecr_s", "ecr_rs"])
def test_subscales_share_out_the_items(library: Library, instrument: str) -> None:
    parts = [
        item
        for scale in library.instrument(instrument).scales
        if not scale.id.endswith(("_sum", "_doubled")) and scale.id != "total"
        for item in scale.item_ids
    ]
    assert sorted(parts) == [item.id for item in library.instrument(instrument).items]


def test_bands_of_the_distress_scales_are_those_of_the_doubled_scores(library: Library) -> None:
    """A raw anxiety of 5 is 10 when doubled, moderate; a published table of halved bands calls it mild."""
    printed = {"depression": (10, 14, 21, 28), "anxiety": (8, 10, 15, 20), "stress": (15, 19, 26, 34)}
    for scale, bounds in printed.items():
        cuts = [cut for cut in library.instrument("dass21").cutoffs if cut.scale == f"{scale}_doubled"]
        assert [(cut.rule, cut.value) for cut in cuts] == [(">=", bound) for bound in bounds]
    assert {cut.scale for cut in library.instrument("dass21").cutoffs} == {f"{scale}_doubled" for scale in printed}
    # five answers of 1 to items of anxiety
    found = scores_of("dass21", *[1 if n in (2, 4, 7, 9, 15) else 0 for n in range(1, 22)])
    assert (found["anxiety"], found["anxiety_doubled"]) == (5, 10)


def test_thresholds_are_on_only_where_they_were_read_and_hold_for_everybody(library: Library) -> None:
    on = {(name, c.scale, c.rule, c.value) for name in FORMS for c in library.instrument(name).cutoffs if c.default}
    assert on == {
        ("phq9", "total", ">=", 10),
        ("gad7", "total", ">=", 10),
        ("who5", "total", "<", 13),
        ("audit_c", "total", ">=", 4),
        ("audit_c", "total", ">=", 3),
    }
    by_group = {c.applies_to.category: c.value for c in library.instrument("audit_c").cutoffs if c.applies_to}
    assert by_group == {"man": 4, "woman": 3}
    assert all("no cut-off is applied" in c.everyone_else for c in library.instrument("audit_c").cutoffs)
    for name in FORMS:
        for cut in library.instrument(name).cutoffs:
            assert cut.meaning.startswith(("at or above", "at or below", "above", "below"))


def test_the_question_about_self_harm_asks_for_a_safety_protocol(library: Library) -> None:
    (alert,) = library.instrument("phq9").alerts
    assert alert.item == "phq9_09" and "safety protocol" in alert.note
    assert "item 9" in library.instrument("phq9").scale("total").note


@pytest.mark.parametrize("instrument", ["who5", "supps_p"])
def test_a_direction_that_differs_between_exports_is_asked_for(library: Library, instrument: str) -> None:
    block = {"instrument": instrument, "columns": "q{n}"}
    problems = codebook_problems(codebook(blocks={"b": block}), library, "codebook.toml")
    assert [problem.code for problem in problems] == ["polarity_not_stated"]


def test_labels_belong_to_items(library: Library) -> None:
    """A public definition of the alcohol test gives all items the labels of the first one."""
    for name, distinct in (("audit_c", 3), ("ras", 3)):
        instrument = library.instrument(name)
        labels = {tuple(instrument.options_of(item.id).labels.values()) for item in instrument.items}
        assert len(labels) == distinct


def test_the_short_attachment_form_was_read_twice(library: Library) -> None:
    """Two sources: an open form with means in mind, and a study's script that sums; both reverse 1, 5, 8 and 9."""
    assert {scale.verified for scale in library.instrument("ecr_s").scales} == {"seen"}
