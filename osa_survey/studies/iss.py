"""International Sex Survey: composition, shares at risk, and the fit of a scale, for 82,243 adults in 42 countries."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from osa_survey.instruments import load_instrument
from osa_survey.simulation import (
    Claim,
    PublishedNumbers,
    SimulatedExport,
    draw_correlated,
    drawn_by_kind,
    reconstruct_scores,
)
from osa_survey.simulation.item_responses import thresholds
from osa_survey.studies.definitions import Study
from osa_survey.studies.minor_factors import misfitting_answers
from osa_survey.studies.printed_counts import nearest_count
from osa_survey.studies.raw_exports import raw_export

FACTS = (
    "country", "language", "sex_birth", "gender", "sexual_orientation", "education", "work", "residence",
    "relationship_status",
)  # fmt: skip
YES, NO = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 99
CSBD_SIZES, PPCS_SIZES = (3, 3, 3, 3, 7), (3, 3, 3, 3, 3, 3)
CANDIDATES = 1.25
"""Simulated answers for each respondent, from which those at and below the cut-offs are drawn."""
SOUGHT, NOT_SOUGHT, OTHERWISE = 1, 2, 3

Floats = NDArray[np.float64]


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return adults whose composition, ages and shares at risk are printed as published for every seed.

    The composition is that of the respondents with complete answers on attention; the others are drawn from it, and
    their ages bring mean and standard deviation of all to those printed. Loadings, thresholds, factors and the misfit
    of the models are assumed, such that the printed fit comes out.
    """
    rng = np.random.default_rng(seed)
    n, complete = published.n, published.claim("composition").n or 0
    inside = rng.permutation(np.arange(n) < complete)
    codes: dict[str, Floats] = {"complete_attention": np.where(inside, YES, NO).astype(float)}
    for fact in FACTS:
        counts = [int(claim.value) for claim in claims_of(published, fact)]
        codes[fact] = _composed(counts, inside, rng)
    years = [int(claim.id.rpartition("_")[2]) for claim in claims_of(published, "age_years")]
    known = np.repeat(years, [int(claim.value) for claim in claims_of(published, "age_years")]).astype(float)
    codes["age"] = np.empty(n)
    codes["age"][inside] = rng.permutation(known)
    codes["age"][~inside] = other_ages(published, known, n - complete, rng)
    codes["age_year"] = codes["age"]
    answers = _answers(published, rng)
    at_risk = answers["csbd"].sum(axis=1) >= published.value("csbd cutoff")
    codes["csbd_high"] = np.where(at_risk, YES, NO).astype(float)
    codes["treatment"] = _treatment(published, at_risk, rng)
    texts = {name: name.replace("_", " ") for name in codes}
    for name, scale in (("csbd", "csbd19"), ("ppcs", "ppcs18")):
        instrument = load_instrument(scale)
        for place, item in enumerate(instrument.items):
            codes[f"{name}_{place + 1}"] = answers[name][:, place]
            texts[f"{name}_{place + 1}"] = f"{instrument.short_title}, item {place + 1} (content: {item.tag})"
    return raw_export(published, seed, codes, texts, rng, truth={"high risk of CSBD": int(at_risk.sum())})


def claims_of(published: PublishedNumbers, fact: str) -> tuple[Claim, ...]:
    """Return the counts of a fact of the composition, one for each category."""
    return tuple(claim for claim in published.claims if claim.id.startswith(f"{fact}_") and claim.quantity == "count")


def other_ages(published: PublishedNumbers, known: Floats, others: int, rng: np.random.Generator) -> Floats:
    """Return ages of those without a table, which bring all to the printed mean and standard deviation."""
    n = len(known) + others
    mean, sd = (published.claim(name).number for name in ("age", "age_sd"))
    total = mean * n - known.sum()
    squares = sd**2 * (n - 1) + n * mean**2 - (known**2).sum()
    spread = math.sqrt((squares - total**2 / others) / (others - 1))
    return reconstruct_scores(f"{total / others:.3f}", f"{spread:.3f}", others, LOWEST_AGE, HIGHEST_AGE, rng)


def _composed(counts: list[int], inside: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return categories from 1: exactly as counted inside, drawn with the same shares outside."""
    shares = np.array(counts) / sum(counts)
    found = np.asarray(1.0 + rng.choice(len(counts), len(inside), p=shares), dtype=np.float64)
    found[inside] = 1.0 + rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return found


def _answers(published: PublishedNumbers, rng: np.random.Generator) -> dict[str, Floats]:
    """Return answers to both scales, with the printed shares at or above both cut-offs."""
    n = published.n
    size = int(CANDIDATES * n)
    r = published.value("r of scales")
    among = np.full(len(CSBD_SIZES), math.sqrt(published.value("csbd factor r")))
    along = np.array([published.value(f"ppcs factor {place + 1}") for place in range(len(PPCS_SIZES))])
    kinds = (("csbd", among, CSBD_SIZES, 4), ("ppcs", along, PPCS_SIZES, 7))
    columns = sum(2 + len(sizes) + sum(sizes) for _, _, sizes, _ in kinds)
    normals = draw_correlated(size, np.eye(columns), rng, exact=True)
    drawn, first, before = {}, 0, normals[:, 0]
    for name, weights, sizes, options in kinds:
        general, own, errors = np.split(normals[:, first:], [1, 1 + len(sizes)], axis=1)
        errors = errors[:, : 1 + sum(sizes)]
        if name == "ppcs":
            general = r * before[:, np.newaxis] + math.sqrt(1 - r**2) * general
        factors = weights * general + np.sqrt(1 - weights**2) * own
        cuts = thresholds(options, published.value(f"{name} level"))
        loading, minor = published.value(f"{name} loading"), published.value(f"{name} minor loading")
        drawn[name] = 1.0 + misfitting_answers(factors, sizes, loading, minor, cuts, errors)
        first += 2 + len(sizes) + sum(sizes)
    csbd, ppcs = (drawn[name].sum(axis=1) >= published.value(f"{name} cutoff") for name in ("csbd", "ppcs"))
    csbd_total, ppcs_total = nearest_count(published, "csbd"), nearest_count(published, "ppu")
    both = round(published.value("share of ppu at high risk of csbd") * csbd_total)
    wanted = {3: both, 1: csbd_total - both, 2: ppcs_total - both, 0: n - csbd_total - ppcs_total + both}
    chosen = drawn_by_kind(csbd + 2 * ppcs, wanted, rng, replace=True)
    return {name: np.asarray(values[chosen], dtype=np.float64) for name, values in drawn.items()}


def _treatment(published: PublishedNumbers, at_risk: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return what those at high risk say on treatment, NaN for everybody else."""
    people = int(at_risk.sum())
    sought, not_sought = (nearest_count(published, name, people) for name in ("csbd_treatment", "csbd_no_treatment"))
    kinds = np.repeat([SOUGHT, NOT_SOUGHT, OTHERWISE], [sought, not_sought, people - sought - not_sought])
    found = np.full(len(at_risk), np.nan)
    found[at_risk] = rng.permutation(kinds)
    return found


STUDY = Study("iss", draw, figure="proportion")
