"""Keying evidence: planted keys come back, every single flip is named, and too little evidence is said to be so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from osa_survey.dataset import KeyedItems, ScoredData, admit
from osa_survey.disclosure import JOURNAL
from osa_survey.instruments import Instrument, load_library
from osa_survey.results import release
from osa_survey.scoring import KeyingVerdict, keying, keying_verdict, score
from tests.made_up_studies import codebook, export_of, library_with

N = 500
RSES_REVERSED = (3, 5, 8, 9, 10)
SEEDS = (11, 12, 13)


def made_up(
    identifier: str, k: int, codes: tuple[int, ...], reverse: tuple[int, ...] = (), **changes: Any
) -> Instrument:
    """Return an instrument with the key of a known one and made-up tags."""
    names = [f"{identifier}_{n:02d}" for n in range(1, k + 1)]
    content: dict[str, Any] = {
        "format": 1,
        "id": identifier,
        "version": 1,
        "title": identifier,
        "short_title": identifier.upper(),
        "construct": "made up",
        "citation": {"text": "Made up for tests."},
        "verified": "seen",
        "verification_note": "made up",
        "response_options": {
            "agree": {"codes": codes, "labels": {str(codes[0]): "strongly disagree", str(codes[-1]): "strongly agree"}}
        },
        "items": [{"id": name, "tag": f"thing {n}", "options": "agree"} for n, name in enumerate(names, start=1)],
        "scales": [
            {
                "id": "total",
                "title": "total",
                "items": [("-" if n in reverse else "") + name for n, name in enumerate(names, start=1)],
                "score": "sum",
                "range": [k * codes[0], k * codes[-1]],
                "higher_means": "more",
                "missing": {"min_answered": k, "basis": "complete"},
            }
        ],
        "licence": {"status": "made up", "wording_redistributable": "yes", "verified": "seen"},
    }
    return Instrument.model_validate({**content, **changes})


def keyed(instrument: Instrument, values: np.ndarray) -> KeyedItems:
    """Return items after keying with the values as they are."""
    scale = instrument.scales[0]
    options = [instrument.options_of(name) for name in scale.item_ids]
    return KeyedItems(
        values=values,
        reasons=np.isnan(values).astype(np.uint8),
        columns=scale.item_ids,
        tags=tuple(item.tag for item in instrument.items),
        signs=scale.signs,
        low=np.array([option.low for option in options]),
        high=np.array([option.high for option in options]),
        instrument=instrument,
        scale=scale,
    )


def answers(instrument: Instrument, n: int = N, seed: int = 11, loading: float = 0.65) -> np.ndarray:
    """Return keyed answers of one trait on the instrument's options."""
    generator = np.random.default_rng(seed)
    k = len(instrument.items)
    codes = np.array(instrument.options_of(instrument.items[0].id).codes)
    noise = np.sqrt(1 - loading**2) * generator.normal(size=(n, k))
    latent = loading * generator.normal(size=(n, 1)) + noise + 0.4
    cuts = np.linspace(-1.6, 1.6, len(codes) - 1)
    return codes[np.searchsorted(cuts, latent)].astype(float)


def flipped(values: np.ndarray, *items: int) -> np.ndarray:
    """Return the keyed answers as they would be if these items had been keyed the wrong way."""
    changed = values.copy()
    for item in items:
        changed[:, item] = np.nanmax(values) + np.nanmin(values) - values[:, item]
    return changed


RSES = made_up("rses", 10, (0, 1, 2, 3), RSES_REVERSED)
SWLS = made_up("swls", 5, (1, 2, 3, 4, 5, 6, 7))
KNOWN = {"rses": RSES, "swls": SWLS}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("identifier", KNOWN)
def test_the_right_key_agrees(identifier: str, seed: int) -> None:
    instrument = KNOWN[identifier]
    verdict = keying_verdict(keyed(instrument, answers(instrument, seed=seed)))
    assert verdict.verdict == "agrees"
    assert verdict.flagged == ()
    assert str(verdict) == "the answers agree with the declared key"
    assert verdict.n == N


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("identifier", "item"), [("rses", item) for item in range(10)] + [("swls", item) for item in range(5)]
)
def test_any_single_flip_is_called_out_by_name(identifier: str, item: int, seed: int) -> None:
    instrument = KNOWN[identifier]
    verdict = keying_verdict(keyed(instrument, flipped(answers(instrument, seed=seed), item)))
    assert verdict.verdict == "contradicts"
    assert verdict.flagged == (instrument.items[item].id,)
    assert verdict.flagged_tags == (instrument.items[item].tag,)
    assert any(f"'{instrument.items[item].tag}'" in reason for reason in verdict.reasons)
    declared = instrument.scales[0].signs[item] < 0
    assert any("declared reverse-keyed" in reason for reason in verdict.reasons) == declared


@pytest.mark.parametrize("loading", [0.45, 0.85])
def test_a_flip_shows_in_weak_and_strong_scales(loading: float) -> None:
    values = answers(RSES, loading=loading)
    assert keying_verdict(keyed(RSES, values)).verdict == "agrees"
    assert keying_verdict(keyed(RSES, flipped(values, 4))).flagged == ("rses_05",)


def test_no_item_reversed_at_all_is_called_out() -> None:
    """The commonest mistake: the reversed half of the scale is left as it is."""
    verdict = keying_verdict(keyed(RSES, flipped(answers(RSES, n=200), *(n - 1 for n in RSES_REVERSED))))
    assert verdict.verdict == "contradicts"
    assert any("equally many" in reason for reason in verdict.reasons)
    assert len(verdict.flagged) == 5


@pytest.mark.parametrize("items", [(0, 1, 2), (0, 1, 2, 3)])
def test_a_flipped_majority_names_the_minority_and_says_that_it_cannot_know(items: tuple[int, ...]) -> None:
    verdict = keying_verdict(keyed(SWLS, flipped(answers(SWLS), *items)))
    assert verdict.verdict == "contradicts"
    assert set(verdict.flagged) == {f"swls_{n + 1:02d}" for n in range(5) if n not in items}
    assert any("cannot tell which side" in reason for reason in verdict.reasons)


def test_a_key_wrong_everywhere_looks_right_and_the_reasons_say_so() -> None:
    verdict = keying_verdict(keyed(SWLS, flipped(answers(SWLS), *range(5))))
    assert verdict.verdict == "agrees"
    assert any("every item is reversed" in reason for reason in verdict.reasons)


def test_anchors_in_the_codebook_can_tell_the_direction() -> None:
    items = keyed(SWLS, answers(SWLS))
    upside_down = {"Strongly agree": 1.0, "agree": 2.0, "strongly disagree": 7.0}
    verdict = keying_verdict(items, answer_codes=upside_down)
    assert verdict.verdict == "contradicts"
    assert any("the definition" in reason for reason in verdict.reasons)
    right = {"Strongly agree": 7.0, "strongly disagree": 1.0}
    assert keying_verdict(items, answer_codes=right).verdict == "agrees"
    # numbers instead of labels say nothing
    assert keying_verdict(items, answer_codes={"1": 7.0, "7": 1.0}).verdict == "agrees"


@pytest.mark.parametrize("n", [0, 1, 3, 4, 30, 100])
def test_too_few_people_cannot_tell(n: int) -> None:
    verdict = keying_verdict(keyed(RSES, answers(RSES, n=n)))
    assert verdict.verdict == "cannot tell"
    assert verdict.reasons
    assert verdict.numbers["n_needed"] == 104


def test_one_item_and_two_items() -> None:
    one, two = made_up("one", 1, (1, 2, 3, 4, 5)), made_up("two", 2, (1, 2, 3, 4, 5))
    assert keying_verdict(keyed(one, answers(one))).verdict == "cannot tell"
    values = answers(two)
    assert keying_verdict(keyed(two, values)).verdict == "agrees"
    verdict = keying_verdict(keyed(two, flipped(values, 0)))
    assert verdict.verdict == "contradicts"
    assert set(verdict.flagged) == {"two_01", "two_02"}
    assert any("it cannot be said which" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("seed", SEEDS)
def test_items_that_do_not_correlate_cannot_tell(seed: int) -> None:
    assert keying_verdict(keyed(RSES, answers(RSES, seed=seed, loading=0.0))).verdict == "cannot tell"


@pytest.mark.parametrize("seed", SEEDS)
def test_two_unrelated_halves_are_no_contradiction(seed: int) -> None:
    halves = np.column_stack([answers(SWLS, seed=seed), answers(SWLS, seed=seed + 100)])
    instrument = made_up("double", 10, (1, 2, 3, 4, 5, 6, 7))
    assert keying_verdict(keyed(instrument, halves)).verdict == "agrees"
    assert keying_verdict(keyed(instrument, flipped(halves, 7))).flagged == ("double_08",)


def test_an_item_that_belongs_to_nothing_is_doubtful() -> None:
    values = answers(SWLS)
    values[:, 2] = np.random.default_rng(3).permutation(values[:, 2])
    verdict = keying_verdict(keyed(SWLS, values))
    assert verdict.verdict == "doubtful"
    assert verdict.flagged == ("swls_03",)


def test_a_constant_item_is_doubtful_and_all_constant_cannot_tell() -> None:
    values = answers(SWLS)
    values[:, 2] = 4.0
    verdict = keying_verdict(keyed(SWLS, values))
    assert verdict.verdict == "doubtful"
    assert verdict.flagged == ("swls_03",)
    assert any("does not vary" in reason for reason in verdict.reasons)
    assert keying_verdict(keyed(SWLS, np.full((N, 5), 4.0))).verdict == "cannot tell"
    assert keying_verdict(keyed(SWLS, np.full((N, 5), np.nan))).verdict == "cannot tell"


def test_few_complete_cases_fall_back_on_pairs() -> None:
    values = answers(SWLS, n=1000)
    everyone = np.arange(1000)
    values[everyone, everyone % 5] = np.nan
    verdict = keying_verdict(keyed(SWLS, values))
    # nobody is complete; each pair of items is answered by three fifths
    assert verdict.n == 600
    assert verdict.verdict == "agrees"
    assert keying_verdict(keyed(SWLS, flipped(values, 3))).flagged == ("swls_04",)


def test_published_numbers_inform_and_never_decide() -> None:
    entry = {
        "scale": "total",
        "statement": "made up",
        "n": 100,
        "mean": 1.5,
        "alpha": 0.1,
        "population": "nobody",
        "source": "made up",
        "verified": "seen",
    }
    instrument = made_up("swls", 5, (1, 2, 3, 4, 5, 6, 7), evidence=[entry])
    verdict = keying_verdict(keyed(instrument, answers(instrument)))
    assert verdict.verdict == "agrees"
    assert any(reason.startswith("for information only") and "alpha .10" in reason for reason in verdict.reasons)


def test_the_verdict_does_not_depend_on_the_order_of_people() -> None:
    items = keyed(RSES, flipped(answers(RSES), 2))
    again = replace(items, values=items.values[::-1])
    one, other = keying_verdict(items), keying_verdict(again)
    assert (one.verdict, one.flagged, one.reasons) == (other.verdict, other.flagged, other.reasons)


def scored(n: int = N, item: int | None = None, codes: dict[str, float] | None = None) -> ScoredData:
    """Return a scored study whose key is right, or wrong for one item."""
    values = answers(RSES, n=n)
    if item is not None:
        values = flipped(values, item)
    raw = values.copy()
    raw[:, [i - 1 for i in RSES_REVERSED]] = 3 - raw[:, [i - 1 for i in RSES_REVERSED]]
    columns = {"age": [30] * n, **{f"q{i + 1}": raw[:, i].astype(int) for i in range(10)}}
    block: dict[str, Any] = {"instrument": "rses", "columns": "q{n}", **({"codes": codes} if codes else {})}
    return score(admit(export_of(columns), codebook(blocks={"self": block}), library_with(RSES)))


def test_the_result_holds_verdict_items_and_sentences() -> None:
    data = scored(item=6)
    result = keying(data)
    row = result.pick("verdict", outcome="self_total")
    assert row["level"] == "contradicts" == data.keying["self_total"].verdict
    assert row["estimate"] == 1
    assert "'thing 7'" in row["warning"]
    items = result.more["items"]
    assert items.pick("item_rest", term="self_07")["estimate"] < -0.4
    assert items.pick("item_rest", term="self_07")["warning"] == "flagged"
    assert items.pick("loading", term="self_07")["estimate"] < 0
    assert items.labels["self_07"] == "thing 7"
    bounds = items.table.loc[items.table["quantity"] == "item_rest"]
    assert (bounds["conf_low"] < bounds["estimate"]).all()
    assert (bounds["estimate"] < bounds["conf_high"]).all()
    assert "contradict the declared key; look at ‘thing 7’" in result.sentences("en")[0]
    assert "widersprechen dem angegebenen Schlüssel; zu prüfen: „thing 7“" in result.sentences("de")[0]


def test_an_agreeing_key_carries_no_warning() -> None:
    result = keying(scored())
    assert result.pick("verdict")["level"] == "agrees"
    assert (result.table["warning"] == "").all()
    assert "agree with the declared key" in result.sentences("en")[0]
    assert f"n = {N}" in result.sentences("en")[0]


def test_three_people_leave_nothing_to_show() -> None:
    released = release(keying(scored(n=3)), JOURNAL)
    assert released.table["estimate"].isna().all()
    assert (released.table["warning"] == "").all()
    assert "too few people" in released.sentences("en")[0]
    assert "zu wenige Personen" in released.sentences("de")[0]


def test_the_real_compulsivity_data_agree(shared: Path) -> None:
    data = pd.read_csv(shared / "data" / "scs" / "data.csv")
    values = data.loc[data["age"].between(18, 99), [f"Q{n}" for n in range(1, 11)]].astype(float)
    values = values.where(values != 0).to_numpy()
    instrument = made_up("scs", 10, (1, 2, 3, 4))
    verdict = keying_verdict(keyed(instrument, values), "scs_total")
    assert verdict.verdict == "agrees"
    assert verdict.n == 3111
    assert verdict.numbers["alpha"] == pytest.approx(0.8959, abs=5e-5)
    for item in range(10):
        found: KeyingVerdict = keying_verdict(keyed(instrument, flipped(values, item)))
        assert found.flagged == (f"scs_{item + 1:02d}",)


def shipped_scales() -> list[tuple[str, str]]:
    """Return every scale of every shipped definition that has three items or more."""
    shelf = load_library().instruments
    return [(name, scale.id) for name, entry in shelf.items() for scale in entry.scales if len(scale.items) > 2]


@pytest.mark.parametrize(("identifier", "scale_id"), shipped_scales())
def test_every_shipped_key_is_guarded(identifier: str, scale_id: str) -> None:
    """A simulated sample on the definition's own options agrees with its key; flipping any item is called out."""
    instrument = load_library().instrument(identifier)
    scale = instrument.scale(scale_id)
    generator = np.random.default_rng(21)
    trait = 0.65 * generator.normal(size=N)
    columns, options = [], [instrument.options_of(name) for name in scale.item_ids]
    for option in options:
        latent = trait + np.sqrt(1 - 0.65**2) * generator.normal(size=N)
        cuts = np.linspace(-1.6, 1.6, len(option.codes) - 1)
        columns.append(np.array(option.codes)[np.searchsorted(cuts, latent)])
    values = np.column_stack(columns).astype(float)
    tag_of = {item.id: item.tag for item in instrument.items}
    items = KeyedItems(
        values=values,
        reasons=np.zeros(values.shape, dtype=np.uint8),
        columns=scale.item_ids,
        tags=tuple(tag_of[name] for name in scale.item_ids),
        signs=scale.signs,
        low=np.array([option.low for option in options]),
        high=np.array([option.high for option in options]),
        instrument=instrument,
        scale=scale,
    )
    assert keying_verdict(items).verdict == "agrees"
    for index, name in enumerate(scale.item_ids):
        changed = values.copy()
        changed[:, index] = items.low[index] + items.high[index] - values[:, index]
        verdict = keying_verdict(replace(items, values=changed))
        assert verdict.verdict == "contradicts"
        assert verdict.flagged == (name,)
        assert verdict.flagged_tags == (tag_of[name],)
