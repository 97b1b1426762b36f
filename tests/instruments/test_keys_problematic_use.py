"""Keys of the scales on problematic use: worked examples, and every item moves its scales by one, upwards."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import ScoredData, admit, keyed_items
from osa_survey.errors import AnalysisError, ResponseError
from osa_survey.instruments import Library, load_library
from osa_survey.scoring import ScoringRule, scale_scores, score
from tests.made_up_studies import codebook, export_of

# Scale → (items by position, how they are put together, lowest and highest code), written down from the sources
# and not read from the definitions. No item of this group is reversed.
KEYS = {
    ("ppcs18", "total"): (range(1, 19), "sum", 1, 7),
    ("csbd19", "total"): (range(1, 20), "sum", 1, 4),
    ("csbd7", "total"): (range(1, 8), "sum", 1, 4),
    ("isst", "total"): (range(1, 26), "sum", 0, 1),
    ("bps", "total"): (range(1, 6), "sum", 0, 2),
    ("cpui9", "total"): (range(1, 10), "sum", 1, 7),
    ("cpui9", "mean"): (range(1, 10), "mean", 1, 7),
    ("hbi19", "total"): (range(1, 20), "sum", 1, 5),
    ("hbi19", "coping"): ((1, 3, 6, 8, 13, 16, 18), "sum", 1, 5),
    ("hbi19", "control"): ((2, 4, 7, 10, 11, 12, 15, 17), "sum", 1, 5),
    ("hbi19", "consequences"): ((5, 9, 14, 19), "sum", 1, 5),
    ("cius", "total"): (range(1, 15), "sum", 0, 4),
}
N_ITEMS = {"ppcs18": 18, "csbd19": 19, "csbd7": 7, "isst": 25, "bps": 5, "cpui9": 9, "hbi19": 19, "cius": 14}
RANGES = {
    ("ppcs18", "total"): (18, 126),
    ("csbd19", "total"): (19, 76),
    ("csbd7", "total"): (7, 28),
    ("isst", "total"): (0, 25),
    ("bps", "total"): (0, 10),
    ("cpui9", "total"): (9, 63),
    ("cpui9", "mean"): (1, 7),
    ("hbi19", "total"): (19, 95),
    ("hbi19", "coping"): (7, 35),
    ("hbi19", "control"): (8, 40),
    ("hbi19", "consequences"): (4, 20),
    ("cius", "total"): (0, 56),
}
scales = pytest.mark.parametrize(("instrument", "scale"), sorted(KEYS))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def scored(instrument: str, answers: np.ndarray, rules: dict[str, ScoringRule] | None = None) -> ScoredData:
    """Score rows of answers through an export and a codebook; NaN is an empty cell."""
    cells = {
        f"q{n}": ["" if np.isnan(value) else f"{value:g}" for value in column] for n, column in enumerate(answers.T, 1)
    }
    export = export_of({"age": ["30"] * len(answers), **cells})
    block = {"instrument": instrument, "columns": "q{n}"}
    if instrument == "isst":
        block["codes"] = {"0": 0, "1": 1}
    return score(admit(export, codebook(blocks={"b": block}), load_library()), rules)


def test_the_keys_cover_every_scale_of_the_group(library: Library) -> None:
    shipped = {(name, scale.id) for name in N_ITEMS for scale in library.instrument(name).scales}
    assert shipped == set(KEYS)
    assert {name: len(library.instrument(name).items) for name in N_ITEMS} == N_ITEMS


@scales
def test_constant_answers_give_the_ends_of_the_range(instrument: str, scale: str) -> None:
    _, _, low, high = KEYS[instrument, scale]
    answers = np.array([[low] * N_ITEMS[instrument], [high] * N_ITEMS[instrument]], dtype=float)
    assert tuple(scored(instrument, answers).frame[f"b_{scale}"]) == RANGES[instrument, scale]


@scales
def test_an_item_raised_by_one_moves_its_own_scales_only(instrument: str, scale: str) -> None:
    items, how, low, _ = KEYS[instrument, scale]
    k = N_ITEMS[instrument]
    answers = np.full((k + 1, k), float(low))
    answers[1:] += np.eye(k)
    result = scored(instrument, answers).frame[f"b_{scale}"].to_numpy()
    step = 1 / len(items) if how == "mean" else 1.0
    expected = [step if n in items else 0.0 for n in range(1, k + 1)]
    assert result[1:] - result[0] == pytest.approx(expected)


@scales
def test_keyed_items_and_scale_scores_agree_with_the_key(instrument: str, scale: str) -> None:
    items, how, low, high = KEYS[instrument, scale]
    answers = np.random.default_rng(20).integers(low, high + 1, (12, N_ITEMS[instrument])).astype(float)
    data = scored(instrument, answers)
    keyed = keyed_items(data.responses, "b", scale)
    chosen = answers[:, [n - 1 for n in items]]
    assert np.array_equal(keyed.values, chosen)
    assert set(keyed.signs) == {1}
    by_hand = chosen.mean(axis=1) if how == "mean" else chosen.sum(axis=1)
    assert scale_scores(keyed.values, how, len(items)).score == pytest.approx(by_hand)
    assert data.frame[f"b_{scale}"].to_numpy() == pytest.approx(by_hand)


@scales
def test_one_gap_and_there_is_no_score_unless_the_study_says_so(instrument: str, scale: str) -> None:
    """No source has a missing rule: all items; a declared departure prorates, and a skipped item is never zero."""
    items, how, _, high = KEYS[instrument, scale]
    answers = np.full((1, N_ITEMS[instrument]), float(high))
    answers[0, items[0] - 1] = np.nan
    name = f"b_{scale}"
    assert np.isnan(scored(instrument, answers).frame[name][0])
    rule = {name: ScoringRule(len(items) - 1, "one gap is allowed in this made-up study")}
    # everyone else answered the highest code, so the prorated score is the upper end of the range
    assert scored(instrument, answers, rule).frame[name][0] == pytest.approx(RANGES[instrument, scale][1])
    assert load_library().instrument(instrument).scale(scale).score == how


@pytest.mark.parametrize("instrument", sorted(N_ITEMS))
def test_answers_outside_the_options_are_refused(instrument: str) -> None:
    _, _, low, high = next(key for (name, _), key in KEYS.items() if name == instrument)
    for beyond in (low - 1, high + 1):
        answers = np.full((1, N_ITEMS[instrument]), float(low))
        answers[0, 2] = beyond
        with pytest.raises(ResponseError) as caught:
            scored(instrument, answers)
        assert [(problem.code, problem.column) for problem in caught.value.problems] == [("not_an_option", "q3")]


def test_worked_example_of_the_compulsive_internet_use_scale() -> None:
    """A constant vector v gives 14 v: 0, 14, 28, 42, 56 (a third-party scorer with tests)."""
    answers = np.repeat(np.arange(5.0)[:, None], 14, axis=1)
    assert scored("cius", answers).frame["b_total"].tolist() == [0, 14, 28, 42, 56]


def test_true_and_false_are_no_answers_to_a_question_of_how_often() -> None:
    cells = {"age": ["30"], **{f"q{n}": ["False"] for n in range(1, 15)}}
    book = codebook(blocks={"b": {"instrument": "cius", "columns": "q{n}"}})
    with pytest.raises(ResponseError, match="not_a_number"):
        admit(export_of(cells), book, load_library())


def test_hand_computed_scores() -> None:
    # PPCS-18: 1 2 3 4 5 6 7 seven answers sum to 28, twice 56, then 1 2 3 4 = 10: together 66, below 76
    ppcs = np.array([[1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4]], dtype=float)
    assert scored("ppcs18", ppcs).frame["b_total"].tolist() == [66]
    # BPS: 2 + 1 + 0 + 1 + 0 = 4, which is at the threshold
    assert scored("bps", np.array([[2.0, 1, 0, 1, 0]])).frame["b_total"].tolist() == [4]
    # HBI-19 with answer 5 on coping, 3 on control, 1 on consequences: 35 + 24 + 4 = 63
    hbi = np.array([[5, 3, 5, 3, 1, 5, 3, 5, 1, 3, 3, 3, 5, 1, 3, 5, 3, 5, 1]], dtype=float)
    frame = scored("hbi19", hbi).frame
    assert [frame[f"b_{name}"][0] for name in ("coping", "control", "consequences", "total")] == [35, 24, 4, 63]
    # CPUI-9: 1 + 2 + 3 + 4 + 5 + 6 + 7 + 1 + 7 = 36, mean 4
    cpui = scored("cpui9", np.array([[1.0, 2, 3, 4, 5, 6, 7, 1, 7]])).frame
    assert (cpui["b_total"][0], cpui["b_mean"][0]) == (36, 4)


def test_the_subscales_of_the_hypersexual_behavior_inventory_share_out_its_items(library: Library) -> None:
    instrument = library.instrument("hbi19")
    parts = [name for scale in ("coping", "control", "consequences") for name in instrument.scale(scale).items]
    assert sorted(parts) == sorted(instrument.scale("total").items)


def test_the_internet_sex_screening_test_asks_which_value_is_yes(library: Library) -> None:
    block = {"instrument": "isst", "columns": "q{n}"}
    problems = codebook_problems(codebook(blocks={"b": block}), library, "codebook.toml")
    assert [problem.code for problem in problems] == ["polarity_not_stated"]
    # 1 is yes and 2 is no in this export: three yes answers count 3
    cells = {"age": ["30"], **{f"q{n}": ["1" if n <= 3 else "2"] for n in range(1, 26)}}
    book = codebook(blocks={"b": {**block, "codes": {"1": 1, "2": 0}}})
    assert codebook_problems(book, library, "codebook.toml") == []
    assert score(admit(export_of(cells), book, library)).frame["b_total"].tolist() == [3]


def test_a_form_of_seventeen_items_is_not_the_scale_of_eighteen(library: Library) -> None:
    columns = tuple(f"q{n}" for n in range(1, 18))
    book = codebook(blocks={"b": {"instrument": "ppcs18", "columns": columns}})
    assert [problem.code for problem in codebook_problems(book, library, "codebook.toml")] == ["wrong_columns"]


def test_thresholds_are_on_only_where_they_were_read_and_the_authors_stand_behind_them(library: Library) -> None:
    cuts = {(name, cut.rule, cut.value): cut.default for name in N_ITEMS for cut in library.instrument(name).cutoffs}
    assert cuts == {
        ("ppcs18", ">=", 76): True,
        ("bps", ">=", 4): True,
        ("csbd19", ">=", 50): False,
        ("csbd7", ">=", 18): False,
        ("isst", ">=", 9): False,
        ("isst", ">=", 19): False,
        ("hbi19", ">=", 53): False,
        ("cius", ">=", 21): False,
        ("cius", ">=", 28): False,
    }
    for name in N_ITEMS:
        for cut in library.instrument(name).cutoffs:
            assert cut.meaning.startswith("at or above")


def test_a_score_of_problematic_use_asks_for_moral_disapproval_beside_it(library: Library) -> None:
    for name in sorted(set(N_ITEMS) - {"cius"}):
        assert any("moral disapproval" in pitfall for pitfall in library.instrument(name).pitfalls), name


def test_an_entry_without_a_key_refuses_and_says_what_is_missing(library: Library) -> None:
    entry = library.instrument("cypat")
    assert entry.scales == ()
    with pytest.raises(AnalysisError, match="No scoring key was found") as caught:
        scored("cypat", np.ones((1, 11)))
    assert [problem.code for problem in caught.value.problems] == ["no_scoring_key"]
    assert "items 7 to 11" in str(caught.value)
