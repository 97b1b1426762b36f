"""Every instrument, every way to show adulthood, every kind of careless answering: simulated, admitted, scored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from osa_survey.codebooks import Codebook
from osa_survey.dataset.exports import SIMULATED
from osa_survey.errors import AdmissionError, AnalysisError, DefinitionError
from osa_survey.instruments import load_library
from osa_survey.scoring import score
from osa_survey.simulation import as_responses, population, simulate
from osa_survey.simulation.careless_kinds import KINDS, careless_answers
from tests.made_up_populations import entry, small_codebook

AGES = {"1": "18–29", "2": "30–49", "3": "50 or over"}
WAYS: dict[str, dict[str, Any]] = {
    "age": {"eligibility": {"age": "a"}, "variables": {"a": {"column": "a", "type": "number"}}},
    "birth_year": {
        "eligibility": {"birth_year": "a", "interview_year": 2026},
        "variables": {"a": {"column": "a", "type": "number"}},
    },
    "age_band": {
        "eligibility": {"age_band": "a", "band_from": {"0": 14, "1": 18, "2": 30, "3": 50}},
        "variables": {"a": {"column": "a", "type": "ordinal", "labels": {"0": "another", **AGES}}},
    },
    "attested": {
        "eligibility": {"attested": {"how": "a panel", "by": "the panel", "documented": "a contract"}},
        "variables": {"q": {"column": "q", "type": "count"}},
    },
}


def with_every_instrument(scored: bool) -> Codebook:
    blocks: dict[str, Any] = {}
    for name, one in load_library().instruments.items():
        if one.items and (one.scales or not scored):
            codes = {f"{code:g}": code for options in one.response_options.values() for code in options.codes}
            blocks[name] = {"instrument": name, "columns": f"{name}_{{n}}"}
            if one.ask_polarity:
                blocks[name]["codes"] = codes
    return Codebook.model_validate({"format": 1, "title": "All", **WAYS["age"], "blocks": blocks})


def test_every_instrument_is_simulated_by_its_definition_and_its_key_fits() -> None:
    unscored = with_every_instrument(scored=False)
    assert as_responses(simulate(unscored, entry(), 60, 1), unscored).findings == ()
    codebook = with_every_instrument(scored=True)
    who = population(codebook)
    simulated = simulate(codebook, entry(), 600, 1)
    responses = as_responses(simulated, codebook)
    assert responses.findings == ()
    items = [name for block in codebook.blocks for name in responses.item_columns(block)]
    assert not responses.codes[items].isna().any(axis=None)
    scored = score(responses)
    assert len(scored.log) > 40
    doubtful = {name for name, verdict in scored.keying.items() if verdict.verdict == "contradicted"}
    assert doubtful == set()
    published = {one.quantity for one in who.assumptions if one.status == "published"}
    assert {"alpha of scs_total", "mean of scs_total", "sd of scs_total"} <= published


@pytest.mark.parametrize("way", WAYS)
def test_everyone_is_an_adult_whatever_shows_it(way: str) -> None:
    codebook = Codebook.model_validate({"format": 1, "title": way, **WAYS[way]})
    alone = as_responses(simulate(codebook, entry(), 400, 2), codebook)
    assert len(alone) == 400
    assert alone.history == ()
    flawed = simulate(codebook, entry(flaws={"age_unknown": 0.1, "age_impossible": 0.1, "duplicates": 0}), 400, 2)
    steps = {step.code: step.n for step in as_responses(flawed, codebook).history}
    planted = flawed.truth["planted"]
    assert steps.get("age_unknown", 0) == planted["age unknown"]
    assert steps.get("age_impossible", 0) == planted["age impossible"]
    assert (planted["age unknown"] > 20) == (way != "attested")
    assert "under_age" not in steps


def test_a_band_that_is_not_adult_is_never_drawn_and_refused_when_asked_for() -> None:
    codebook = Codebook.model_validate({"format": 1, "title": "bands", **WAYS["age_band"]})
    assert "0" not in set(simulate(codebook, entry(), 2000, 2).column("a").texts)
    with pytest.raises(DefinitionError, match="not_adult"):
        population(codebook, entry(variables={"a": {"shares": {"another": 0.1}}}))


def test_nothing_is_admitted_where_nothing_shows_adulthood() -> None:
    codebook = Codebook.model_validate({"format": 1, "title": "none"})
    simulated = simulate(codebook, entry(), 50, 2)
    with pytest.raises(AdmissionError):
        as_responses(simulated, codebook)


@pytest.mark.parametrize("kind", KINDS)
def test_careless_answers_stay_within_the_answers(kind: str) -> None:
    answers = np.array([2, 5, 7, 101, 5, 5, 5, 4, 4, 7])
    ticked = careless_answers(kind, 500, answers, np.random.default_rng(1))
    assert ticked.shape == (500, 10)
    assert ticked.min() >= 0
    assert (ticked < answers).all()
    equal = careless_answers(kind, 500, np.full(20, 5), np.random.default_rng(1))
    changes = (np.diff(equal, axis=1) != 0).mean()
    expected = {"straight_line": 0.0, "alternating": 1.0, "bot_alternating": 1.0, "random": 0.8, "bot_random": 0.8}
    if kind in expected:
        assert changes == pytest.approx(expected[kind], abs=0.02)
    if kind == "bot_script":
        assert (equal == np.median(equal, axis=0)).mean() > 0.9
    if kind in ("midpoint", "bot_normal"):
        assert (equal == 2).mean() > 0.25


def test_careless_answering_sets_in_after_the_onset() -> None:
    careless = {"kinds": {"straight_line": 1.0}, "onset": 0.5}
    responses = as_responses(simulate(small_codebook(), entry(careless=careless), 300, 2), small_codebook())
    items = responses.items("scs")
    assert (items.std(axis=1) > 0).mean() > 0.9
    rses = responses.items("rses")
    shown = ~np.isnan(rses).any(axis=1)
    assert (rses[shown].std(axis=1) == 0).all()


def test_near_duplicates_differ_in_a_few_answers() -> None:
    flaws = {"near_duplicates": 0.1, "no_consent": 0, "break_offs": 0}
    simulated = simulate(small_codebook(), entry(flaws=flaws), 400, 2, by_arrival=False)
    rows = simulated.truth["planted_records"]["near duplicates"]
    assert len(rows) > 20
    table = simulated.frame[[name for name in simulated.frame if name.startswith(("scs", "rses"))]].to_numpy()
    first = {int(person): row for row, person in reversed(list(enumerate(simulated.person)))}
    different = [(table[row] != table[first[int(simulated.person[row])]]).sum() for row in rows]
    assert 0 < np.mean(different) < 2


def test_items_of_groups_with_shifted_thresholds_do_not_mean_the_same() -> None:
    variables = small_codebook().model_dump(exclude_unset=True)["variables"]
    variables["country"] = {"column": "country", "type": "nominal", "labels": {str(n): f"c{n}" for n in range(1, 6)}}
    codebook = small_codebook(variables=variables)

    def item_differences(spread: float) -> float:
        groups = {"country": {"icc": 0.0, "threshold_spread": spread}}
        codes = as_responses(simulate(codebook, entry(groups=groups), 12_000, 3), codebook).codes
        items = codes[[f"scs_{n:02d}" for n in range(1, 11)]]
        means = items.groupby(codes["country"]).mean()
        return float((means.sub(means.mean(axis=1), axis=0) - (means.mean() - means.to_numpy().mean())).std().mean())

    assert item_differences(0.5) > 5 * item_differences(0.0)


def test_circular_filters_and_codes_without_an_export_value_are_refused() -> None:
    variables = small_codebook().model_dump(exclude_unset=True)["variables"]
    variables["ever"]["asked_if"] = {"variable": "often", "codes": [1]}
    with pytest.raises(DefinitionError, match="circular_filters"):
        simulate(small_codebook(variables=variables), n=10)
    blocks = {"rses": {"instrument": "rses", "columns": "r{n}", "codes": {"0": 0, "1": 1, "2": 2}}}
    with pytest.raises(DefinitionError, match="no_export_value"):
        simulate(small_codebook(blocks=blocks), n=10)
    with pytest.raises(AnalysisError, match="cannot be simulated"):
        simulate(small_codebook(), n=0)


def test_free_text_is_never_simulated_and_every_record_is_marked() -> None:
    simulated = simulate(small_codebook(), n=100)
    assert set(simulated.column("remark").texts) == {""}
    assert set(simulated.column(SIMULATED).texts) == {"1"}
    assert "records" in repr(simulated)
    assert "-99" not in repr(simulated)
