"""The twelve traps of published and shared scoring keys, each as a regression test."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from osa_survey.analysis import screening_shares
from osa_survey.codebooks.load import codebook_problems
from osa_survey.errors import AnalysisError, ResponseError
from osa_survey.instruments import Instrument, load_library
from tests.made_up_studies import codebook, score_answers

SHELF = load_library()
SCORED = sorted(name for name, instrument in SHELF.instruments.items() if instrument.scales)
shelf = pytest.mark.parametrize("name", SCORED)


def rows_of(instrument: Instrument, *where: str) -> list[list[float]]:
    """Return rows in which every item has its lowest or its highest answer."""
    options = [instrument.options_of(item.id) for item in instrument.items]
    return [[getattr(option, end) for option in options] for end in where]


def raised(instrument: Instrument) -> list[list[float]]:
    """Return the lowest answers, then one row for each item with that item at its next answer."""
    (low,) = rows_of(instrument, "low")
    rows = [low]
    for number, item in enumerate(instrument.items):
        rows.append([*low[:number], instrument.options_of(item.id).codes[1], *low[number + 1 :]])
    return rows


def variant(instrument: Instrument, identifier: str, order: list[int]) -> Instrument:
    """Return the same items in another order as a definition with an id of its own."""
    old = [item.id for item in instrument.items]
    new = {old[place - 1]: f"{identifier}_{n:02d}" for n, place in enumerate(order, start=1)}
    content = instrument.model_dump(by_alias=True)
    content |= {"id": identifier, "evidence": (), "alerts": (), "cutoffs": ()}
    content["items"] = [{**content["items"][place - 1], "id": new[old[place - 1]]} for place in order]
    for scale in content["scales"]:
        scale["items"] = [re.sub(r"[^-].*", lambda found: new[found[0]], name) for name in scale["items"]]
    return Instrument.model_validate(content)


def test_trap_01_direction_of_swls_is_explicit_and_an_import_that_may_be_reversed_is_asked() -> None:
    labels = SHELF.instrument("swls").response_options["agreement"].labels
    assert (labels[1], labels[7]) == ("strongly disagree", "strongly agree")
    frame = score_answers("swls", [1] * 5, [7] * 5).frame
    assert frame["b_total"].tolist() == [5, 35]
    for name in SCORED:
        instrument = SHELF.instrument(name)
        if instrument.ask_polarity:
            book = codebook(blocks={"b": {"instrument": name, "columns": "q{n}"}})
            problems = codebook_problems(book, SHELF, "codebook.toml")
            assert [problem.code for problem in problems] == ["polarity_not_stated"]
    # every scale says which way is up, and both ends of its answers have a label or a declared direction
    assert all(scale.higher_means for name in SCORED for scale in SHELF.instrument(name).scales)


@shelf
def test_trap_02_one_item_raised_moves_each_scale_in_the_declared_direction(name: str) -> None:
    """A constant vector gives the same under an opposite key: only items raised one at a time show the sign."""
    instrument = SHELF.instrument(name)
    rows = raised(instrument)
    frame = score_answers(instrument.id, *rows).frame
    for scale in instrument.scales:
        if scale.score == "count":
            continue
        change = np.sign(np.round(frame[f"b_{scale.id}"].to_numpy()[1:] - frame[f"b_{scale.id}"][0], 9))
        behind = instrument.items_behind(scale.id)
        expected = [
            0 if item.id not in behind else -1 if instrument.reverses(scale.id, item.id) else 1
            for item in instrument.items
        ]
        assert change.tolist() == expected, scale.id


def test_trap_02_an_opposite_key_of_a_pair_has_the_same_range_and_constant_vector() -> None:
    right = SHELF.instrument("tipi")
    content = right.model_dump(by_alias=True)
    content |= {"id": "pairs", "evidence": ()}
    content["items"] = [{**item, "id": item["id"].replace("tipi", "pairs")} for item in content["items"]]
    for scale in content["scales"]:
        signed = [name.replace("tipi", "pairs") for name in scale["items"]]
        scale["items"] = [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in signed]
    wrong = Instrument.model_validate(content)
    constant, one_raised = [4] * 10, [5, *[4] * 9]
    by_right = score_answers("tipi", constant, one_raised).frame["b_extraversion"].tolist()
    by_wrong = score_answers(wrong, constant, one_raised).frame["b_extraversion"].tolist()
    assert right.scale("extraversion").range == wrong.scale("extraversion").range
    assert by_right[0] == by_wrong[0] == 4
    assert (by_right[1], by_wrong[1]) == (4.5, 3.5)


@shelf
def test_trap_03_dropped_item_a_constant_vector_gives_the_constant(name: str) -> None:
    """An item left out while the divisor stays gives less than 4 for all 4; every scale is checked at each answer."""
    instrument = SHELF.instrument(name)
    codes = sorted(set.intersection(*(set(instrument.options_of(item.id).codes) for item in instrument.items)))
    frame = score_answers(name, *[[code] * len(instrument.items) for code in codes]).frame
    for scale in instrument.scales:
        if scale.of or scale.score == "count":
            continue
        for code, found in zip(codes, frame[f"b_{scale.id}"], strict=True):
            ends = [instrument.options_of(item) for item in scale.item_ids]
            keyed = [code if s > 0 else e.low + e.high - code for s, e in zip(scale.signs, ends, strict=True)]
            expected = sum(keyed) if scale.score == "sum" else sum(keyed) / len(keyed)
            assert found == pytest.approx(scale.times * expected), (scale.id, code)


def test_trap_03_all_four_on_the_support_scale_is_four() -> None:
    frame = score_answers("mspss", [4] * 12).frame
    assert {frame[f"b_{scale.id}"][0] for scale in SHELF.instrument("mspss").scales if scale.score == "mean"} == {4.0}


def test_trap_04_labels_belong_to_items() -> None:
    instrument = SHELF.instrument("audit_c")
    labels = [tuple(instrument.options_of(item.id).labels.values()) for item in instrument.items]
    assert len(set(labels)) == 3
    assert labels[1][0] == "1 or 2"


@pytest.mark.parametrize("name", ["ppcs18", "sdi2", "bps", "ras", "csbd19"])
def test_trap_05_no_item_or_band_without_a_source(name: str) -> None:
    """Bands of apps (PPCS-18 at 50, BPS at 7, a range of 0 to 112) are not on the shelf; what is there has a source."""
    instrument = SHELF.instrument(name)
    bounds = {cut.value for cut in instrument.cutoffs}
    assert not bounds & {"ppcs18": {50}, "bps": {7}}.get(name, set())
    assert all(cut.source for cut in instrument.cutoffs)
    assert all(cut.verified != "recalled" for cut in instrument.cutoffs if cut.default)
    assert (0, 112) not in {scale.range for scale in instrument.scales}
    sizes = {"ppcs18": 18, "sdi2": 14, "bps": 5, "ras": 7, "csbd19": 19}
    assert len(instrument.items) == sizes[name]


def test_trap_06_the_twelve_items_of_the_short_satisfaction_scale() -> None:
    tags = " ".join(item.tag for item in SHELF.instrument("nsss_s").items)
    # the other set drops variety, the partner's opening and the partner's orgasm and adds arousal intensity and focus
    assert len(SHELF.instrument("nsss_s").items) == 12
    assert "variety" in tags and "partner" in tags
    assert "intensity" not in tags and "focus" not in tags


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("rses", [7, 3, 9, 4, 5, 10, 1, 8, 6, 2]),
        ("sis_ses_sf", [1, 3, 8, 10, 11, 14, 4, 9, 12, 13, 2, 5, 6, 7]),
        ("dass21", [3, 5, 10, 13, 16, 17, 21, 2, 4, 7, 9, 15, 19, 20, 1, 6, 8, 11, 12, 14, 18]),
        ("fsfi", [*range(1, 16), 17, 18, 19, 16]),
    ],
)
def test_trap_07_another_order_is_another_id(name: str, order: list[int]) -> None:
    """The same answers, asked in another order, score alike under an id of their own and otherwise not."""
    instrument = SHELF.instrument(name)
    other = variant(instrument, f"{name}_other_order", order)
    codes = sorted(set.intersection(*(set(instrument.options_of(item.id).codes) for item in instrument.items)))
    own = np.random.default_rng(11).choice(codes, len(order))
    asked = own[[place - 1 for place in order]]
    names = [f"b_{scale.id}" for scale in instrument.scales]
    here = score_answers(name, own.tolist()).frame[names].iloc[0].tolist()
    there = score_answers(other, asked.tolist()).frame[names].iloc[0].tolist()
    assert here == pytest.approx(there)
    mixed = score_answers(name, asked.tolist()).frame[names].iloc[0].tolist()
    assert mixed != pytest.approx(here)


def test_trap_07_both_orders_of_the_self_esteem_scale_ship_under_their_own_ids() -> None:
    worth, contentment = SHELF.instrument("rses"), SHELF.instrument("rses_satisfied_first")
    assert {item.tag for item in worth.items} == {item.tag for item in contentment.items}
    places = [
        [number for number, sign in enumerate(i.scale("total").signs, 1) if sign < 0] for i in (worth, contentment)
    ]
    assert places == [[3, 5, 8, 9, 10], [2, 5, 6, 8, 9]]


def test_trap_07_an_order_is_part_of_the_id_so_an_id_cannot_ship_twice() -> None:
    with pytest.raises(ValueError, match="must be called"):
        content = SHELF.instrument("rses").model_dump(by_alias=True)
        Instrument.model_validate({**content, "items": content["items"][::-1]})


def test_trap_08_the_cut_off_is_26_55_and_not_26() -> None:
    (cut,) = SHELF.instrument("fsfi").cutoffs
    assert (cut.rule, cut.value) == ("<=", 26.55)
    # 7.7 + 18.7: desire 3.6, satisfaction 4.0, pain 6.0, orgasm 4.0, arousal 4.5, lubrication 4.2 is 26.3
    answers = [3, 3, 4, 4, 4, 3, 4, 4, 3, 3, 3, 3, 4, 3, 3, 4, 5, 5, 5]
    data = score_answers("fsfi", answers, [5] * 19)
    assert data.frame["b_total"][0] == pytest.approx(26.3)
    assert 26 < data.frame["b_total"][0] <= 26.55
    assert screening_shares(data, cutoffs="b_total <= 26.55").pick("proportion")["estimate"] == 0.5


@shelf
def test_trap_09_missing_is_never_zero(name: str) -> None:
    """All other answers at the top: a gap gives no score or the mean of the others, never a lower sum."""
    instrument = SHELF.instrument(name)
    for scale in instrument.scales:
        if scale.of or scale.score == "count":
            continue
        best = {}
        for item, sign in zip(scale.item_ids, scale.signs, strict=True):
            options = instrument.options_of(item)
            best[item] = options.high if sign > 0 else options.low
        (low,) = rows_of(instrument, "low")
        row = [best.get(item.id, lowest) for item, lowest in zip(instrument.items, low, strict=True)]
        first = [item.id for item in instrument.items].index(scale.item_ids[0])
        found = score_answers(name, row, [*row[:first], "", *row[first + 1 :]]).frame[f"b_{scale.id}"]
        assert found[0] == pytest.approx(scale.range[1])
        if not math.isnan(found[1]):
            assert found[1] == pytest.approx(scale.range[1])


@pytest.mark.parametrize("name", ["iief5", "scs", "phq9"])
def test_trap_09_a_zero_is_read_only_where_the_item_offers_it(name: str) -> None:
    instrument = SHELF.instrument(name)
    (high,) = rows_of(instrument, "high")
    zero = [0, *high[1:]]
    if 0 in instrument.options_of(instrument.items[0].id).codes:
        assert score_answers(name, zero).frame["b_total"][0] == sum(high[1:])
    else:
        with pytest.raises(ResponseError):
            score_answers(name, zero)
        assert math.isnan(score_answers(name, zero, undeclared="invalid").frame["b_total"][0])


@pytest.mark.parametrize("value", ["False", "True", False, True, "no", "yes"])
def test_trap_09_truth_values_are_not_read_as_zero_or_one(value: object) -> None:
    with pytest.raises(ResponseError):
        score_answers("phq9", [value, *[0] * 8])
    assert math.isnan(score_answers("phq9", [value, *[0] * 8], undeclared="invalid").frame["b_total"][0])


@pytest.mark.parametrize("name", ["rses", "phq9", "gad7", "dass21", "who5"])
def test_trap_10_an_export_of_another_code_base_is_refused_until_it_is_declared(name: str) -> None:
    """Codes 1 to 4 instead of 0 to 3: the top answer is none of the options, and is never moved silently."""
    instrument = SHELF.instrument(name)
    low, high = rows_of(instrument, "low", "high")
    assert set(low) == {0}
    with pytest.raises(ResponseError):
        score_answers(name, [value + 1 for value in high])
    options = instrument.options_of(instrument.items[0].id).codes
    assert options == tuple(range(len(options)))


@pytest.mark.parametrize("name", ["scs", "ssss", "gmsex", "nsss_s", "ras", "ecr_s", "tipi", "cpui9"])
def test_trap_11_sum_and_mean_are_both_there_and_named(name: str) -> None:
    instrument = SHELF.instrument(name)
    ways: dict[tuple[str, ...], dict[str, str]] = {}
    for scale in instrument.scales:
        ways.setdefault(scale.items, {})[scale.score] = scale.title
    for found in ways.values():
        assert set(found) == {"sum", "mean"}
        assert found["sum"].endswith(", sum") and found["mean"].endswith(", mean")
    low, high = rows_of(instrument, "low", "high")
    frame = score_answers(name, low, high).frame
    for scale in instrument.scales:
        if scale.score == "sum":
            twin = next(other for other in instrument.scales if other.items == scale.items and other.score == "mean")
            per_item = (frame[f"b_{scale.id}"] / len(scale.items)).tolist()
            assert per_item == pytest.approx(frame[f"b_{twin.id}"].tolist())


@pytest.mark.parametrize("name", ["hbi19", "scs", "isst", "cius", "ucla3"])
def test_trap_12_cut_offs_the_authors_do_not_stand_behind_are_off_and_say_why(name: str) -> None:
    instrument = SHELF.instrument(name)
    assert instrument.cutoffs
    assert not any(cut.default for cut in instrument.cutoffs)
    assert all(len(cut.reason) > 30 for cut in instrument.cutoffs)
    low, high = rows_of(instrument, "low", "high")
    data = score_answers(name, low, high)
    with pytest.raises(AnalysisError) as caught:
        screening_shares(data)
    assert "off by default" in str(caught.value)
    assert instrument.cutoffs[0].reason in str(caught.value)
    # asked for by name, the share is told, with the reason beside it
    asked = screening_shares(data, cutoffs=f"b_{instrument.cutoffs[0].name}")
    assert asked.pick("proportion")["estimate"] == 0.5
    assert any(instrument.cutoffs[0].reason in note for note in asked.notes)
