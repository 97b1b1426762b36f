"""Planted truth comes back, targets of both kinds are kept apart, and what cannot hold is refused together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from osa_survey.dataset import Responses
from osa_survey.errors import DefinitionError
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.scoring import score
from osa_survey.simulation import as_responses, population, simulate
from osa_survey.simulation.latent_items import score_moments
from osa_survey.simulation.observed_targets import attenuated, latent_d, observed_d
from tests.made_up_populations import entry, small_codebook
from tests.made_up_studies import codebook as plain_codebook
from tests.made_up_studies import instrument, library_with

N = 40_000
SE = 4.0
"""Checks of sampled numbers allow this many standard errors; seeds are fixed, so they either pass or do not."""


def drawn(n: int = N, seed: int = 1, **changes: Any) -> Responses:
    codebook = small_codebook()
    return as_responses(simulate(codebook, entry(**changes), n, seed), codebook)


def sums(responses: Responses) -> np.ndarray:
    """The score of the block scs: a plain sum."""
    return responses.items("scs").sum(axis=1)


def alpha(items: np.ndarray) -> float:
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))


def test_published_mean_sd_and_alpha_of_the_definition_come_back() -> None:
    # data_dictionary/instruments/scs.toml: mean 23.5583, SD 7.7961, alpha .8959.
    items = drawn().items("scs")
    total = items.sum(axis=1)
    assert total.mean() == pytest.approx(23.5583, abs=SE * 7.7961 / np.sqrt(N))
    assert total.std(ddof=1) == pytest.approx(7.7961, abs=SE * 7.7961 / np.sqrt(2 * N))
    # Feldt: the SE of alpha is near (1 - alpha) sqrt(2 k / ((k - 1) n)).
    assert alpha(items) == pytest.approx(0.8959, abs=SE * (1 - 0.8959) * np.sqrt(2 * 10 / (9 * N)))


def test_asked_for_mean_sd_and_alpha_come_back_in_a_reversed_scale() -> None:
    scales = {"rses": {"alpha": 0.8, "mean": 22.0, "sd": 5.0}}
    codebook = small_codebook()
    name = next(name for name in population(codebook).planted["scales"] if name.startswith("rses"))
    share = {"variables": {"ever": {"shares": {"yes": 1.0}}}}
    responses = as_responses(simulate(codebook, entry(scales={name: scales["rses"]}, **share), N, 2), codebook)
    scored = score(responses)
    total = scored.frame[name].to_numpy()
    assert total.mean() == pytest.approx(22.0, abs=SE * 5 / np.sqrt(N))
    assert total.std(ddof=1) == pytest.approx(5.0, abs=SE * 5 / np.sqrt(2 * N))
    assert scored.keying[name].verdict != "contradicted"


def test_margins_of_items_come_back() -> None:
    shares = (0.7, 0.2, 0.07, 0.03)
    responses = drawn(scales={"scs_total": {"margins": {"scs_03": shares}}})
    for code, share in zip((1, 2, 3, 4), shares, strict=True):
        found = (responses.codes["scs_03"] == code).mean()
        assert found == pytest.approx(share, abs=SE * np.sqrt(share * (1 - share) / N))


def test_shares_numbers_and_options_come_back() -> None:
    variables = {
        "gender": {"shares": {"man": 0.3, "woman": 0.65, "another gender": 0.05}},
        "ever": {"shares": {"yes": 0.8}},
        "hours": {"mean": 12, "sd": 3, "decimals": 1},
        "ways": {"shares": {"alone": 0.6, "together": 0.5, "other": 0.9}},
        "age": {"distribution": "uniform", "minimum": 20, "maximum": 29},
    }
    responses = drawn(variables=variables)
    for code, share in ((1, 0.3), (2, 0.65), (3, 0.05)):
        found = (responses.codes["gender"] == code).mean()
        assert found == pytest.approx(share, abs=SE * np.sqrt(share * (1 - share) / N))
    assert responses.codes["hours"].mean() == pytest.approx(12, abs=SE * 3 / np.sqrt(N))
    assert responses.codes["hours"].std() == pytest.approx(3, abs=SE * 3 / np.sqrt(2 * N) + 0.001)
    ages = np.bincount(responses.codes["age"].astype(int), minlength=30)[20:]
    assert ages.sum() == N
    assert stats.chisquare(ages).pvalue > 0.001
    # Of the 80 % who were asked; with nothing ticked (.4 x .5 x .1 = .02) the answer is a gap.
    told = responses.codes["ways_alone"].notna()
    assert told.mean() == pytest.approx(0.8 * 0.98, abs=SE * 0.5 / np.sqrt(N))
    assert responses.codes["ways_alone"].sum() / (0.8 * N) == pytest.approx(0.6, abs=SE * 0.5 / np.sqrt(0.8 * N))


def test_a_latent_d_of_50_shows_as_42_with_three_items_at_alpha_70() -> None:
    """Alpha .70 within the groups, as the formula of attenuation has it: .50 x sqrt(.70) = .418."""
    assert round(attenuated(0.50, 0.70), 2) == 0.42
    definition, library = instrument(), library_with(instrument())
    codebook = plain_codebook(
        blocks={"calm": {"instrument": "calm", "columns": "c{n}"}},
        variables={
            "age": {"column": "age", "type": "number", "maximum": 99},
            "gender": {"column": "gender", "type": "nominal", "labels": {"1": "man", "2": "woman"}},
        },
    )
    within = 1 / np.sqrt(1 + 0.25 * 0.5**2)
    effects = [{"outcome": "calm_total", "of": "gender", "level": "woman", "d": 0.5, "scale": "latent"}]

    def planted(target: float) -> Any:
        scales = {"calm_total": {"alpha": target}}
        return population(codebook, entry(scales=scales, effects=effects), library)

    # Alpha of everyone is larger than alpha within groups, because groups differ; .7122 gives .70 within.
    who = planted(0.7122)
    inside = score_moments(who.scales[0].items, 0.25 * within, within)
    assert inside.alpha == pytest.approx(0.70, abs=0.003)
    truth = who.planted["effects"][0]
    assert truth["d latent"] == 0.5
    assert round(truth["d observed"], 2) == 0.42
    responses = as_responses(simulate(codebook, who, N, 3, library=library), codebook, library)
    items = responses.items("calm").astype(np.float64)
    total = items[:, 0] + 6 - items[:, 1] + items[:, 2]
    women = responses.codes["gender"].to_numpy() == 2
    pooled = np.sqrt((total[women].var(ddof=1) + total[~women].var(ddof=1)) / 2)
    d = (total[women].mean() - total[~women].mean()) / pooled
    assert d == pytest.approx(truth["d observed"], abs=SE * np.sqrt(4 / N + d**2 / (2 * N)))
    # And the other way round: .42 asked for in scores is planted as .50.
    observed = [{**effects[0], "d": truth["d observed"], "scale": "observed"}]
    back = population(codebook, entry(scales={"calm_total": {"alpha": 0.7122}}, effects=observed), library)
    assert back.planted["effects"][0]["d latent"] == pytest.approx(0.5, abs=1e-6)
    assert definition.id == "calm"


def test_observed_and_latent_d_are_inverse() -> None:
    items = population(small_codebook()).scales[0].items
    for d in (-1.2, -0.2, 0.3, 0.9):
        assert latent_d(items, observed_d(items, d, 0.3), 0.3) == pytest.approx(d, abs=1e-8)
        assert abs(observed_d(items, d, 0.3)) < abs(d)


@pytest.mark.parametrize("scale", ["latent", "observed"])
def test_correlations_come_back_on_the_scale_they_were_asked_for(scale: str) -> None:
    who = population(
        small_codebook(),
        entry(
            correlations=[{"between": ["scs_total", "hours"], "r": 0.4, "scale": scale}],
            variables={"ever": {"shares": {"yes": 1.0}}},
        ),
    )
    told = who.planted["correlations"][0]
    assert told[f"r {scale}"] == pytest.approx(0.4, abs=1e-9)
    assert told["r observed"] < told["r latent"]
    responses = as_responses(simulate(small_codebook(), who, N, 6), small_codebook())
    r = np.corrcoef(sums(responses), responses.codes["hours"])[0, 1]
    assert r == pytest.approx(told["r observed"], abs=SE * (1 - r**2) / np.sqrt(N))


def test_odds_ratios_come_back_and_the_share_stays() -> None:
    effects = [
        {"outcome": "ever", "of": "gender", "level": "woman", "odds_ratio": 2.0, "scale": "observed"},
        {"outcome": "ever", "of": "age", "odds_ratio": 0.7, "per": 10, "scale": "observed"},
    ]
    shares = {"ever": {"shares": {"yes": 0.3}}, "gender": {"shares": {"man": 0.5, "woman": 0.5}}}
    responses = drawn(effects=effects, variables=shares)
    yes = (responses.codes["ever"] == 1).to_numpy()
    assert yes.mean() == pytest.approx(0.3, abs=SE * np.sqrt(0.21 / N) + 0.004)
    design = np.column_stack([np.ones(N), responses.codes["gender"] == 2, responses.codes["age"] / 10])
    b = np.zeros(3)
    for _ in range(25):
        chance = 1 / (1 + np.exp(-design @ b))
        information = (design * (chance * (1 - chance))[:, np.newaxis]).T @ design
        b += np.linalg.solve(information, design.T @ (yes - chance))
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    assert b[1] == pytest.approx(np.log(2.0), abs=SE * errors[1])
    assert b[2] == pytest.approx(np.log(0.7), abs=SE * errors[2])


def test_rates_of_gaps_come_back_by_reason_and_belong_to_persons() -> None:
    gaps = {"rates": {"refused": 0.06, "not_answered": 0.04}, "of": {"gender": {"refused": 0.2}}, "person_share": 0.5}
    responses = drawn(gaps=gaps)
    reasons = responses.reasons[list(responses.item_columns("scs"))].to_numpy()
    left = (reasons > 0).mean(axis=1)
    for word, rate in (("refused", 0.06), ("not_answered", 0.04)):
        share = (reasons == REASON_CODES[word]).mean(axis=1)
        assert share.mean() == pytest.approx(rate, abs=SE * share.std() / np.sqrt(N))
    # With ten independent questions the variance of the share would be .1 x .9 / 10 = .009.
    assert left.var() > 2 * 0.009
    gender = (responses.reasons["gender"] == REASON_CODES["refused"]).mean()
    assert gender == pytest.approx(0.2, abs=SE * np.sqrt(0.16 / N))


def test_flaws_come_in_their_shares_and_are_found_where_they_were_planted() -> None:
    flaws = {
        "no_consent": 0.02,
        "age_unknown": 0.03,
        "age_impossible": 0.01,
        "break_offs": 0.05,
        "duplicates": 0.02,
        "near_duplicates": 0.01,
        "speeders": 0.04,
    }
    kinds = {"straight_line": 0.03, "bot_random": 0.02, "bot_script": 0.01}
    codebook = small_codebook()
    simulated = simulate(codebook, entry(flaws=flaws, careless={"kinds": kinds}), N, 8)
    planted = simulated.truth["planted"]
    expected = {name.replace("_", " ").replace("break offs", "break-offs"): share for name, share in flaws.items()}
    for name, share in {**expected, **kinds}.items():
        assert planted[name] == pytest.approx(share * N, abs=SE * np.sqrt(share * N) + 0.05 * share * N), name
    responses = as_responses(simulated, codebook)
    steps = {step.code: step.n for step in responses.history}
    where = {name: set(rows) for name, rows in simulated.truth["planted_records"].items()}
    assert steps["no_consent"] == int((simulated.column("consent").texts != "1").sum())
    assert steps["age_unknown"] >= len(where["age unknown"] - where["no consent"])
    kept = responses.rows - 1
    lines = np.isin(kept, list(where["straight_line"] - where["break-offs"]))
    items = responses.items("scs")[lines]
    assert (np.nanmax(items, axis=1) == np.nanmin(items, axis=1)).all()
    speeders = list(where["speeders"] - where["no consent"] - where["break-offs"])
    assert simulated.seconds[speeders].max() < 0.2 * np.median(simulated.seconds)
    texts = simulated.frame.drop(columns=["time_taken", "reached"])
    copies = texts.duplicated(keep=False).to_numpy()
    assert copies[sorted(where["duplicates"])].all()


def test_nobody_under_age_is_ever_simulated() -> None:
    for changes in ({}, {"variables": {"age": {"distribution": "uniform"}}}, {"flaws": {"age_impossible": 0.2}}):
        texts = simulate(small_codebook(), entry(**changes), 3000, 9).column("age").values
        ages = np.array([float(text) for text in texts if text not in ("", "-99", "-98")])
        assert ages.min() >= 18
    with pytest.raises(DefinitionError, match="out_of_range"):
        population(small_codebook(), entry(variables={"age": {"minimum": 16}}))


def test_groups_waves_and_couples() -> None:
    variables = small_codebook().model_dump(exclude_unset=True)["variables"]
    variables |= {
        "country": {"column": "country", "type": "nominal", "labels": {str(n): f"c{n}" for n in range(1, 9)}},
        "wave": {"column": "wave", "type": "nominal", "labels": {"1": "first", "2": "second"}},
        "person": {"column": "person", "type": "identifier"},
        "couple": {"column": "couple", "type": "number"},
    }
    codebook = small_codebook(variables=variables)
    waves = {"variable": "wave", "person": "person", "stability": 0.6, "keep": 0.75, "change": {"scs_total": 0.3}}
    changes = {"groups": {"country": {"icc": 0.2}}, "couples": {"variable": "couple", "similarity": 0.5}}
    who = population(codebook, entry(waves=waves, **changes))
    simulated = simulate(codebook, who, 20_000, 5)
    frame = as_responses(simulated, codebook).codes.assign(person=simulated.person)
    frame["total"] = frame[[f"scs_{n:02d}" for n in range(1, 11)]].sum(axis=1)
    first, second = frame[frame["wave"] == 1].set_index("person"), frame[frame["wave"] == 2].set_index("person")
    assert len(first) == 20_000
    assert len(second) == pytest.approx(15_000, abs=SE * np.sqrt(20_000 * 0.75 * 0.25))
    assert set(second.index) <= set(first.index)
    assert simulated.column("person").texts[0].startswith("P")
    between = first.groupby("country")["total"].mean().var(ddof=0) / first["total"].var()
    assert 0.1 < between < 0.25
    both = first.loc[second.index]
    within = both["total"] - both.groupby("country")["total"].transform("mean")
    later = second["total"] - second.groupby("country")["total"].transform("mean")
    rho = who.scales[0].moments.with_latent
    assert np.corrcoef(within, later)[0, 1] == pytest.approx(0.6 * rho**2, abs=0.05)
    assert second["total"].mean() > both["total"].mean() + 1
    pairs = first.sort_index()
    inside = pairs["total"] - pairs.groupby("country")["total"].transform("mean")
    assert np.corrcoef(inside[::2], inside[1::2])[0, 1] == pytest.approx(0.5 * rho**2, abs=0.05)
    assert (pairs["couple"].to_numpy()[::2] == pairs["couple"].to_numpy()[1::2]).all()


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_nothing(workers: int) -> None:
    alone = simulate(small_codebook(), None, 9000, 11)
    together = simulate(small_codebook(), None, 9000, 11, workers=workers)
    assert alone.frame.equals(together.frame)
    assert alone.truth == together.truth


def test_a_flaw_left_out_changes_no_answer_of_the_others() -> None:
    plain = simulate(small_codebook(), entry(), 500, 3, by_arrival=False)
    gaps = simulate(small_codebook(), entry(gaps={"rates": {"refused": 0.2}}), 500, 3, by_arrival=False)
    same, other = plain.column("scs_4").texts, gaps.column("scs_4").texts
    assert (other == "-99").sum() > 50
    assert (same[other != "-99"] == other[other != "-99"]).all()


def test_every_number_is_listed_as_published_or_assumed() -> None:
    told = {"scs_total": {"alpha": 0.85, "source": "a table"}}
    who = population(small_codebook(), entry(scales=told, variables={"hours": {"mean": 9, "why": "a guess"}}))
    by_name = {assumption.quantity: assumption for assumption in who.assumptions}
    assert len(by_name) == len(who.assumptions)
    assert (by_name["alpha of scs_total"].status, by_name["alpha of scs_total"].source) == ("published", "a table")
    assert by_name["mean of scs_total"].status == "published"
    assert by_name["mean of hours"].why == "a guess"
    assert by_name["share of gender: another gender"].status == "assumed"
    assert all(assumption.why for assumption in who.assumptions)


def test_all_that_cannot_hold_is_refused_together_and_located() -> None:
    wrong = entry(
        variables={"gendr": {}, "gender": {"shares": {"men": 0.4, "woman": 0.9, "man": 0.4}}},
        scales={"scs_totl": {}, "scs_total": {"alpha": 0.5, "mean": 39.9, "sd": 12}},
        correlations=[{"between": ["scs_total", "hour"], "r": 0.4, "scale": "latent"}],
        effects=[
            {"outcome": "hours", "of": "gender", "level": "women", "d": 0.5, "scale": "latent"},
            {"outcome": "ever", "of": "gender", "level": "woman", "d": 0.5, "scale": "latent"},
            {"outcome": "scs_total", "of": "gender", "b": 0.5, "scale": "latent"},
        ],
        groups={"age": {}},
        gaps={"rates": {"technical": 0.1}},
    )
    with pytest.raises(DefinitionError) as caught:
        population(small_codebook(), wrong)
    found = {(problem.code, problem.key) for problem in caught.value.problems}
    assert found >= {
        ("unknown_variable", "simulation.variables.gendr"),
        ("unknown_category", "simulation.variables.gender.shares"),
        ("wrong_shares", "simulation.variables.gender.shares"),
        ("unknown_scale", "simulation.scales.scs_totl"),
        ("out_of_reach", "simulation.scales.scs_total"),
        ("unknown_category", "simulation.effects[1].level"),
        ("not_a_number", "simulation.effects[2]"),
        ("no_level", "simulation.effects[3].level"),
        ("unknown_variable", "simulation.groups.age"),
        ("no_export_value", "simulation.gaps.rates.technical"),
    }
    assert all(problem.file == "study.toml" for problem in caught.value.problems)


def test_correlations_that_cannot_hold_together_and_circles_are_refused() -> None:
    triangle = [("scs_total", "hours", 0.9), ("hours", "age", 0.9), ("scs_total", "age", -0.9)]
    told = [{"between": [a, b], "r": r, "scale": "latent"} for a, b, r in triangle]
    with pytest.raises(DefinitionError, match="impossible_correlations"):
        population(small_codebook(), entry(correlations=told))
    circle = [
        {"outcome": "hours", "of": "age", "b": 0.1, "scale": "latent"},
        {"outcome": "age", "of": "hours", "b": 0.1, "scale": "latent"},
    ]
    with pytest.raises(DefinitionError, match="circular_effects"):
        population(small_codebook(), entry(effects=circle))


def test_a_scale_of_the_study_file_with_a_table_of_its_own_is_closed_to_unknown_keys() -> None:
    with pytest.raises(ValueError, match="scale"):
        entry(effects=[{"outcome": "scs_total", "of": "gender", "level": "woman", "d": 0.5}])
    with pytest.raises(ValueError, match="keep one"):
        entry(scales={"scs_total": {"alpha": 0.8, "loadings": 0.7}})
