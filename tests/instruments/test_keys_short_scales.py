"""Keys of the short scales of the shipped examples, and of both item orders of the self-esteem scale."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import ScoredData, admit
from osa_survey.instruments import Library, load_library
from osa_survey.scoring import ScoringRule, score
from osa_survey.simulation.item_responses import simulate_items
from tests.made_up_studies import codebook, export_of

# Instrument → (items, lowest code, highest code, reversed items), written down from the sources and not read from the
# definitions.
FORMS = {
    "scs": (10, 1, 4, ()),
    "ppcs6": (6, 1, 7, ()),
    "swls": (5, 1, 7, ()),
    "gmsex": (5, 1, 7, ()),
    "rses": (10, 0, 3, (3, 5, 8, 9, 10)),
    "rses_satisfied_first": (10, 0, 3, (2, 5, 6, 8, 9)),
}
HOW = {name: ("total",) if name == "ppcs6" else ("total", "mean") for name in FORMS}
ASKS_FOR_THE_DIRECTION = {"swls", "gmsex", "rses", "rses_satisfied_first"}
# Item of the order with worth first → the same item in the order with contentment first.
SAME_ITEM = {1: 7, 2: 3, 3: 9, 4: 4, 5: 5, 6: 10, 7: 1, 8: 8, 9: 6, 10: 2}
scales = pytest.mark.parametrize(("instrument", "scale"), [(name, how) for name in FORMS for how in HOW[name]])


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def block_of(instrument: str) -> dict[str, object]:
    _, low, high, _ = FORMS[instrument]
    block: dict[str, object] = {"instrument": instrument, "columns": "q{n}"}
    if instrument in ASKS_FOR_THE_DIRECTION:
        block["codes"] = {str(code): code for code in range(low, high + 1)}
    return block


def scored(instrument: str, answers: np.ndarray, rules: dict[str, ScoringRule] | None = None) -> ScoredData:
    """Score rows of answers through an export and a codebook; NaN is an empty cell."""
    cells = {
        f"q{n}": ["" if np.isnan(value) else f"{value:g}" for value in column] for n, column in enumerate(answers.T, 1)
    }
    export = export_of({"age": ["30"] * len(answers), **cells})
    return score(admit(export, codebook(blocks={"b": block_of(instrument)}), load_library()), rules)


def test_the_keys_cover_the_scales(library: Library) -> None:
    for name, (k, low, high, reverse) in FORMS.items():
        instrument = library.instrument(name)
        assert {scale.id for scale in instrument.scales} >= set(HOW[name])
        assert {instrument.options_of(item.id).codes for item in instrument.items} == {
            tuple(map(float, range(low, high + 1)))
        }
        signs = [-1 if n in reverse else 1 for n in range(1, k + 1)]
        assert {tuple(scale.signs) for scale in instrument.scales} == {tuple(signs)}
        assert instrument.ask_polarity == (name in ASKS_FOR_THE_DIRECTION)


@scales
def test_constant_answers_meet_in_between_where_items_are_reversed(instrument: str, scale: str) -> None:
    k, low, high, reverse = FORMS[instrument]
    answers = np.array([[low] * k, [high] * k], dtype=float)
    result = scored(instrument, answers).frame[f"b_{scale}"].tolist()
    r, size = len(reverse), k if scale == "mean" else 1
    assert result == pytest.approx([((k - r) * low + r * high) / size, ((k - r) * high + r * low) / size])


@scales
def test_an_item_raised_by_one_moves_the_scale_in_its_direction(instrument: str, scale: str) -> None:
    k, low, _, reverse = FORMS[instrument]
    answers = np.full((k + 1, k), float(low))
    answers[1:] += np.eye(k)
    result = scored(instrument, answers).frame[f"b_{scale}"].to_numpy()
    step = 1 / k if scale == "mean" else 1.0
    assert result[1:] - result[0] == pytest.approx([-step if n in reverse else step for n in range(1, k + 1)])


@scales
def test_one_gap_and_there_is_no_score_unless_the_study_says_so(instrument: str, scale: str) -> None:
    k, low, high, reverse = FORMS[instrument]
    answers = np.array([[low if n in reverse else high for n in range(1, k + 1)]], dtype=float)
    answers[0, 0] = np.nan
    name = f"b_{scale}"
    assert np.isnan(scored(instrument, answers).frame[name][0])
    rule = {name: ScoringRule(k - 1, "one gap is allowed in this made-up study")}
    top = high if scale == "mean" else k * high
    assert scored(instrument, answers, rule).frame[name][0] == pytest.approx(top)


def test_worked_examples_of_the_short_pornography_scale(library: Library) -> None:
    """Tests of a third-party scorer: 6, 19 just below the threshold, 20 at it, 42."""
    rows = np.array([[1] * 6, [4, 4, 4, 4, 2, 1], [4, 4, 4, 4, 2, 2], [7] * 6], dtype=float)
    assert scored("ppcs6", rows).frame["b_total"].tolist() == [6, 19, 20, 42]
    (cut,) = library.instrument("ppcs6").cutoffs
    assert (cut.rule, cut.value, cut.default, cut.verified) == (">=", 20, True, "seen")


def test_worked_example_of_a_self_esteem_sum() -> None:
    """Answers of a public exercise with its total of 21: A A D a d a a a a d, from 0 (D) to 3 (A)."""
    # straight 1, 2, 4, 6, 7: 3 + 3 + 2 + 2 + 2 = 12; reversed 3, 5, 8, 9, 10: 3 + 2 + 1 + 1 + 2 = 9
    answers = [3, 3, 0, 2, 1, 2, 2, 2, 2, 1]
    assert scored("rses", np.array([answers], dtype=float)).frame["b_total"].tolist() == [21]


def test_the_two_orders_hold_the_same_items_and_give_the_same_score(library: Library) -> None:
    first, second = library.instrument("rses"), library.instrument("rses_satisfied_first")
    assert sorted(SAME_ITEM.values()) == list(range(1, 11))
    for here, there in SAME_ITEM.items():
        assert first.items[here - 1].tag == second.items[there - 1].tag
        assert first.scale("total").signs[here - 1] == second.scale("total").signs[there - 1]
    answers = np.random.default_rng(22).integers(0, 4, (12, 10)).astype(float)
    moved = np.empty_like(answers)
    for here, there in SAME_ITEM.items():
        moved[:, there - 1] = answers[:, here - 1]
    expected = scored("rses", answers).frame["b_total"].tolist()
    assert scored("rses_satisfied_first", moved).frame["b_total"].tolist() == expected
    # left in the other order the range is the same and the scores are not
    assert scored("rses_satisfied_first", answers).frame["b_total"].tolist() != expected


def test_the_keying_evidence_tells_the_two_orders_apart(library: Library) -> None:
    """Answers to one order read with the other: items 2, 3, 6 and 10 are keyed the wrong way round."""
    rng = np.random.default_rng(23)
    first = library.instrument("rses")
    answers = simulate_items(first, "total", rng.standard_normal(200), rng)
    right, wrong = (scored(name, answers).keying["b_total"] for name in ("rses", "rses_satisfied_first"))
    assert right.verdict == "agrees"
    assert wrong.verdict == "contradicts"


@pytest.mark.parametrize("instrument", sorted(ASKS_FOR_THE_DIRECTION))
def test_a_codebook_without_the_direction_is_not_accepted(library: Library, instrument: str) -> None:
    book = codebook(blocks={"b": {"instrument": instrument, "columns": "q{n}"}})
    assert [p.code for p in codebook_problems(book, library, "codebook.toml")] == ["polarity_not_stated"]
