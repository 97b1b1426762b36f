"""Keys of the scales on sexual wellbeing: worked examples, and every item moves its scales by one, in its direction."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.codebooks.load import codebook_problems
from osa_survey.dataset import ScoredData, admit, keyed_items
from osa_survey.errors import AnalysisError, ResponseError
from osa_survey.instruments import Library, load_library
from osa_survey.scoring import ScoringRule, scale_scores, score
from tests.made_up_studies import codebook, export_of

# Lowest and highest answer of each item, written down from the sources and not read from the definitions.
ALWAYS_ASKED = (1, 2, 15, 16)  # items of the FSFI without the answer "no sexual activity"
FREQUENCY_OF_DESIRE = (1, 2, 10)  # items of the SDI-2 that end at 7
LIMITS = {
    "nsss_s": ([1] * 12, [5] * 12),
    "natsal_sw": ([1] * 13, [5] * 13),
    "gmrel": ([1] * 5, [7] * 5),
    "sdi2": ([0] * 14, [7 if n in FREQUENCY_OF_DESIRE else 8 for n in range(1, 15)]),
    "sis_ses_sf": ([1] * 14, [4] * 14),
    "ssss": ([1] * 11, [4] * 11),
    "fsfi": ([1 if n in ALWAYS_ASKED else 0 for n in range(1, 20)], [5] * 19),
    "fsfi6": ([1, 0, 0, 0, 1, 0], [5] * 6),
    "iief5": ([1, 0, 0, 0, 0], [5] * 5),
}
# Scale → (items by position, negative where reversed; how they are put together; ends of the range).
KEYS = {
    ("nsss_s", "total"): (range(1, 13), "sum", (12, 60)),
    ("nsss_s", "mean"): (range(1, 13), "mean", (1, 5)),
    ("natsal_sw", "mean"): ((1, 2, 3, -4, -5, -6, -7, -8, -9, 10, 11, 12, 13), "mean", (1, 5)),
    ("gmrel", "total"): (range(1, 6), "sum", (5, 35)),
    ("gmrel", "mean"): (range(1, 6), "mean", (1, 7)),
    ("sdi2", "dyadic"): (range(1, 9), "sum", (0, 62)),
    ("sdi2", "solitary"): ((10, 11, 12), "sum", (0, 23)),
    ("sis_ses_sf", "ses"): ((-1, -3, -8, -10, -11, -14), "sum", (6, 24)),
    ("sis_ses_sf", "sis1"): ((-4, -9, -12, -13), "sum", (4, 16)),
    ("sis_ses_sf", "sis2"): ((-2, -5, -6, -7), "sum", (4, 16)),
    ("ssss", "total"): (range(1, 12), "sum", (11, 44)),
    ("ssss", "mean"): (range(1, 12), "mean", (1, 4)),
    ("fsfi", "desire"): ((1, 2), "sum", (1.2, 6)),
    ("fsfi", "arousal"): ((3, 4, 5, 6), "sum", (0, 6)),
    ("fsfi", "lubrication"): ((7, 8, 9, 10), "sum", (0, 6)),
    ("fsfi", "orgasm"): ((11, 12, 13), "sum", (0, 6)),
    ("fsfi", "satisfaction"): ((14, 15, 16), "sum", (0.8, 6)),
    ("fsfi", "pain"): ((17, 18, 19), "sum", (0, 6)),
    ("fsfi6", "total"): (range(1, 7), "sum", (2, 30)),
    ("iief5", "total"): (range(1, 6), "sum", (1, 25)),
}
DIRECTION_ASKED = ("gmrel", "sis_ses_sf")
# Rosen et al. (2000): a domain score is the raw sum times its factor, the total the sum of the six.
DOMAIN_FACTORS = {"desire": 0.6, "arousal": 0.3, "lubrication": 0.3, "orgasm": 0.4, "satisfaction": 0.4, "pain": 0.4}
COMPOSED = {("fsfi", "total")}
scales = pytest.mark.parametrize(("instrument", "scale"), sorted(KEYS), ids=".".join)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def block_of(instrument: str) -> dict[str, object]:
    block: dict[str, object] = {"instrument": instrument, "columns": "q{n}"}
    if instrument in DIRECTION_ASKED:
        block["codes"] = {str(n): n for n in range(LIMITS[instrument][0][0], LIMITS[instrument][1][0] + 1)}
    return block


def scored(instrument: str, answers: np.ndarray, rules: dict[str, ScoringRule] | None = None) -> ScoredData:
    """Score rows of answers through an export and a codebook; NaN is an empty cell."""
    cells = {
        f"q{n}": ["" if np.isnan(value) else f"{value:g}" for value in column] for n, column in enumerate(answers.T, 1)
    }
    export = export_of({"age": ["30"] * len(answers), **cells})
    return score(admit(export, codebook(blocks={"b": block_of(instrument)}), load_library()), rules)


def one(instrument: str, *answers: float) -> dict[str, float]:
    """Return the scores of one person by scale."""
    frame = scored(instrument, np.array([answers], dtype=float)).frame
    return {scale: float(frame[f"b_{scale}"][0]) for name, scale in KEYS if name == instrument}


def times(instrument: str, scale: str) -> float:
    return DOMAIN_FACTORS.get(scale, 1.0) if instrument == "fsfi" else 1.0


def test_the_keys_cover_every_scale_of_the_group(library: Library) -> None:
    assert {(name, scale.id) for name in LIMITS for scale in library.instrument(name).scales} == set(KEYS) | COMPOSED
    for name, (low, high) in LIMITS.items():
        instrument = library.instrument(name)
        options = [instrument.options_of(item.id) for item in instrument.items]
        assert ([option.low for option in options], [option.high for option in options]) == (low, high)


@scales
def test_constant_answers_give_the_ends_of_the_range(instrument: str, scale: str) -> None:
    """All items at one pole: reversed items of a one-way scale swap the ends, a mixed key meets in between."""
    items, how, ends = KEYS[instrument, scale]
    result = scored(instrument, np.array(LIMITS[instrument], dtype=float)).frame[f"b_{scale}"]
    if all(n > 0 for n in items):
        assert tuple(result) == pytest.approx(ends)
    elif all(n < 0 for n in items):
        assert tuple(result) == ends[::-1]
    else:
        # Natsal-SW: seven straight items at 1 and six reversed at 5 give 37/13; the other pole 41/13
        assert (how, result.tolist()) == ("mean", pytest.approx([37 / 13, 41 / 13]))


@scales
def test_the_best_answer_to_every_item_gives_the_upper_end(instrument: str, scale: str) -> None:
    items, _, ends = KEYS[instrument, scale]
    low, high = np.array(LIMITS[instrument], dtype=float)
    turned = np.isin(np.arange(1, len(low) + 1), [-n for n in items if n < 0])
    answers = np.array([np.where(turned, high, low), np.where(turned, low, high)])
    assert tuple(scored(instrument, answers).frame[f"b_{scale}"]) == pytest.approx(ends)


@scales
def test_an_item_raised_by_one_moves_its_own_scales_only_and_in_its_direction(instrument: str, scale: str) -> None:
    items, how, _ = KEYS[instrument, scale]
    low = np.array(LIMITS[instrument][0], dtype=float)
    k = len(low)
    answers = np.tile(low, (k + 1, 1))
    answers[1:] += np.eye(k)
    result = scored(instrument, answers).frame[f"b_{scale}"].to_numpy()
    step = times(instrument, scale) * (1 / len(items) if how == "mean" else 1.0)
    expected = [step if n in items else -step if -n in items else 0.0 for n in range(1, k + 1)]
    assert result[1:] - result[0] == pytest.approx(expected)


@scales
def test_keyed_items_and_scale_scores_agree_with_the_key(instrument: str, scale: str) -> None:
    items, how, _ = KEYS[instrument, scale]
    low, high = np.array(LIMITS[instrument])
    answers = np.random.default_rng(21).integers(low, high + 1, (12, len(low))).astype(float)
    data = scored(instrument, answers)
    keyed = keyed_items(data.responses, "b", scale)
    by_key = np.array([answers[:, n - 1] if n > 0 else (low + high)[-n - 1] - answers[:, -n - 1] for n in items]).T
    assert np.array_equal(keyed.values, by_key)
    assert list(keyed.signs) == [1 if n > 0 else -1 for n in items]
    by_hand = times(instrument, scale) * (by_key.mean(axis=1) if how == "mean" else by_key.sum(axis=1))
    found = scale_scores(keyed.values, how, len(items), times=times(instrument, scale)).score
    assert found == pytest.approx(by_hand)
    assert data.frame[f"b_{scale}"].to_numpy() == pytest.approx(by_hand)


@scales
def test_one_gap_and_there_is_no_score_unless_the_study_says_so(instrument: str, scale: str) -> None:
    """No author's missing rule was read: all items; a declared departure prorates, and a gap is never zero."""
    items, _, ends = KEYS[instrument, scale]
    low, high = np.array(LIMITS[instrument], dtype=float)
    answers = np.where(np.isin(np.arange(1, len(low) + 1), [-n for n in items if n < 0]), low, high)[None, :]
    answers[0, abs(items[0]) - 1] = np.nan
    name = f"b_{scale}"
    assert np.isnan(scored(instrument, answers).frame[name][0])
    rule = {name: ScoringRule(len(items) - 1, "one gap is allowed in this made-up study")}
    # the mean of the other items takes the place of the gap: only in the SDI-2 do items end at different codes
    expected = {"dyadic": 55 * 8 / 7, "solitary": 16 * 3 / 2}.get(scale, ends[1])
    assert scored(instrument, answers, rule).frame[name][0] == pytest.approx(expected)


@pytest.mark.parametrize("instrument", sorted(LIMITS))
def test_answers_outside_the_options_are_refused(instrument: str) -> None:
    low, high = LIMITS[instrument]
    for beyond in (low[0] - 1, high[0] + 1):
        answers = np.array([low], dtype=float)
        answers[0, 0] = beyond
        with pytest.raises(ResponseError) as caught:
            scored(instrument, answers)
        assert [problem.column for problem in caught.value.problems] == ["q1"]


def test_worked_examples_of_the_excitation_and_inhibition_scales() -> None:
    """Tests of a public scorer, in its own re-blocked order, moved to the places of the published order."""
    assert one("sis_ses_sf", *[1] * 14) == {"ses": 24, "sis1": 16, "sis2": 16}
    assert one("sis_ses_sf", *[4] * 14) == {"ses": 6, "sis1": 4, "sis2": 4}
    blocked = [1, 2, 3, 4, 1, 2, 1, 1, 4, 4, 2, 2, 2, 3]
    places = [1, 3, 8, 10, 11, 14, 4, 9, 12, 13, 2, 5, 6, 7]
    answers = [answer for _, answer in sorted(zip(places, blocked, strict=True))]
    # 4+3+2+1+4+3 = 17; 4+4+1+1 = 10; 3+3+3+2 = 11
    assert one("sis_ses_sf", *answers) == {"ses": 17, "sis1": 10, "sis2": 11}
    # columns left in the re-blocked order would mix the scales
    assert one("sis_ses_sf", *blocked) != {"ses": 17, "sis1": 10, "sis2": 11}


def test_an_agree_last_export_of_the_excitation_scales_is_declared_in_the_codebook(library: Library) -> None:
    block = {"instrument": "sis_ses_sf", "columns": "q{n}"}
    problems = codebook_problems(codebook(blocks={"b": block}), library, "codebook.toml")
    assert [problem.code for problem in problems] == ["polarity_not_stated"]
    # 4 is strongly agree in this export: full agreement is the upper end
    cells = {"age": ["30"], **{f"q{n}": ["4"] for n in range(1, 15)}}
    book = codebook(blocks={"b": {**block, "codes": {"1": 4, "2": 3, "3": 2, "4": 1}}})
    assert score(admit(export_of(cells), book, library)).frame["b_ses"].tolist() == [24]


@pytest.mark.parametrize(
    ("answers", "domains", "total"),
    [
        ([5] * 19, [6.0] * 6, 36.0),
        ([4] * 19, [4.8] * 6, 28.8),
        ([1] * 19, [1.2] * 6, 7.2),
        ([3, 3, 4, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 3, 3, 2, 3, 3, 3], [3.6, 3.9, 3.6, 2.4, 3.2, 3.6], 20.3),
        ([3 if n in ALWAYS_ASKED else 0 for n in range(1, 20)], [3.6, 0, 0, 0, 2.4, 0], 6.0),
    ],
    ids=["all_5", "all_4", "all_1", "mixed", "no_activity"],
)
def test_worked_examples_of_the_female_sexual_function_index(
    answers: list[int], domains: list[float], total: float
) -> None:
    """Tests of a public scorer (awell-score)."""
    frame = scored("fsfi", np.array([answers], dtype=float)).frame
    assert [frame[f"b_{domain}"][0] for domain in DOMAIN_FACTORS] == pytest.approx(domains)
    assert frame["b_total"][0] == pytest.approx(total)


def test_every_domain_score_of_the_female_index_is_the_same_multiple_of_the_item_mean(library: Library) -> None:
    """The factors only level the number of items: factor times number of items is 1.2 in all six domains."""
    for domain, factor in DOMAIN_FACTORS.items():
        scale = library.instrument("fsfi").scale(domain)
        assert factor * len(scale.items) == pytest.approx(1.2)
        assert scale.times == factor
    total = library.instrument("fsfi").scale("total")
    assert (total.of, total.range) == (tuple(DOMAIN_FACTORS), (2.0, 36.0))


def test_worked_examples_of_the_erectile_function_index() -> None:
    """Tests of a public scorer (awell-score); the last two have answers 0, no activity."""
    rows = np.array([[5, 5, 5, 5, 5], [3, 3, 3, 3, 3], [1, 0, 0, 0, 0], [1, 1, 2, 0, 4]], dtype=float)
    assert scored("iief5", rows).frame["b_total"].tolist() == [25, 15, 1, 8]
    # a skipped item is not a zero
    assert np.isnan(one("iief5", 3, 3, np.nan, 3, 3)["total"]) and one("iief5", 3, 3, 0, 3, 3)["total"] == 12


def test_hand_computed_scores() -> None:
    # NSSS-S: 1 + 2 + 3 + 4 + 5 twice is 30, and 1 + 5: together 36, mean 3
    assert one("nsss_s", 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 5) == {"total": 36, "mean": 3}
    # Natsal-SW: straight 5+4+3+2+1+5+4 = 24; reversed 6-1, 6-2, 6-3, 6-4, 6-5, 6-1 = 5+4+3+2+1+5 = 20: 44 / 13
    natsal = one("natsal_sw", 5, 4, 3, 1, 2, 3, 4, 5, 1, 2, 1, 5, 4)
    assert natsal == {"mean": pytest.approx(44 / 13)}
    # SDI-2: 7+6+5+4+3+2+1+0 = 28; items 9, 13, 14 count nowhere; 7 + 8 + 1 = 16
    assert one("sdi2", 7, 6, 5, 4, 3, 2, 1, 0, 8, 7, 8, 1, 8, 8) == {"dyadic": 28, "solitary": 16}
    # SSSS: 4+3+2+1 twice is 20, and 4+4+4 = 12: 32
    assert one("ssss", 4, 3, 2, 1, 4, 3, 2, 1, 4, 4, 4) == {"total": 32, "mean": pytest.approx(32 / 11)}
    # GMREL 7+6+5+4+3 = 25; FSFI-6 5+4+3+2+1+0 = 15, here with 1 in the overall item
    assert one("gmrel", 7, 6, 5, 4, 3) == {"total": 25, "mean": 5}
    assert one("fsfi6", 5, 4, 3, 2, 1, 0) == {"total": 15}


def test_codes_of_ten_answers_are_no_answers_of_the_desire_inventory() -> None:
    """An open data set runs to 9 on every item, and the frequency items end at 7."""
    answers = np.array([[7.0, 8.0, *[0.0] * 12]])
    with pytest.raises(ResponseError) as caught:
        scored("sdi2", answers)
    assert [problem.column for problem in caught.value.problems] == ["q2"]


def test_no_threshold_of_the_function_scales_is_on_by_default(library: Library) -> None:
    cuts = [(name, cut) for name in (*LIMITS, "sds") for cut in library.instrument(name).cutoffs]
    assert [(name, cut.rule, cut.value) for name, cut in cuts] == [
        ("fsfi", "<=", 26.55),
        ("fsfi6", "<=", 19),
        *(("iief5", "<=", value) for value in (21, 16, 11, 7)),
    ]
    for _, cut in cuts:
        assert not cut.default
        assert "no activity" in cut.reason


def test_answers_that_mean_no_activity_are_labelled_as_such(library: Library) -> None:
    zeros = {
        name: [
            n
            for n, item in enumerate(library.instrument(name).items, 1)
            if library.instrument(name).options_of(item.id).labels.get(0, "").startswith("no ")
            and library.instrument(name).options_of(item.id).no_activity == (0,)
        ]
        for name in ("fsfi", "fsfi6", "iief5")
    }
    assert zeros == {
        "fsfi": [n for n in range(1, 20) if n not in ALWAYS_ASKED],
        "fsfi6": [2, 3, 4, 6],
        "iief5": [2, 3, 4, 5],
    }


def test_an_entry_without_a_key_refuses_and_says_what_is_missing(library: Library) -> None:
    assert library.instrument("sds").scales == ()
    cells = {"age": ["30"], **{f"q{n}": ["1"] for n in range(1, 14)}}
    book = codebook(blocks={"b": {"instrument": "sds", "columns": "q{n}"}})
    with pytest.raises(AnalysisError, match="No scoring key was found") as caught:
        score(admit(export_of(cells), book, library))
    assert [problem.code for problem in caught.value.problems] == ["no_scoring_key"]
    assert "content of items 1 to 12" in str(caught.value)
