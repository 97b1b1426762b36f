"""Mori et al. (2020): pooled prevalence of sexting, from simulated respondents of every pooled study."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from osa_survey.simulation import Claim, KnownSum, PublishedNumbers, SimulatedExport, round_to_counts
from osa_survey.studies.definitions import Study
from osa_survey.studies.raw_exports import raw_export

BEHAVIOURS = ("sending", "receiving", "reciprocal", "forwarding")
YES, NO = 1, 2
MEASURED, NOT_MEASURED = 1, 2
LOWEST_AGE, HIGHEST_AGE = 18, 28
NORMAL_95 = 1.959963984540054
TEXTS = {
    "age": "How old are you, in years?",
    "study": "Number of the study",
    "sending": "Have you ever sent a sext to another adult?",
    "receiving": "Have you ever received a sext from another adult?",
    "reciprocal": "Have you ever both sent and received sexts?",
    "forwarding": "Have you ever forwarded a sext without consent?",
}


def study_sizes(studies: int, respondents: int, spread: float, smallest: int) -> NDArray[np.int64]:
    """Return sizes of studies that add up to all respondents: normal quantiles of their logarithms."""
    from scipy.special import ndtri

    shape = np.exp(spread * ndtri((np.arange(studies) + 0.5) / studies))
    expected = smallest + (respondents - smallest * studies) * shape / shape.sum()
    whole = KnownSum(np.ones(studies, dtype=bool), respondents, respondents, "respondents")
    return round_to_counts(expected, [whole])


def true_shares(claim: Claim, sizes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a true share for each study, spread as widely as the printed interval of the pooled share tells.

    Notes
    -----
    With nearly equal weights the squared standard error of a pooled share is (τ² + mean p(1 − p)/n)/k. The shares are
    drawn from a beta distribution with the mean of the claim and the variance τ², one from each of k equal slices.
    """
    from scipy.special import betaincinv

    k, mean = len(sizes), claim.number
    error = (claim.scaled(claim.high) - claim.scaled(claim.low)) / (2 * NORMAL_95)
    tau2 = k * error**2 - float(np.mean(mean * (1 - mean) / sizes))
    both = mean * (1 - mean) / tau2 - 1
    slices = (rng.permutation(k) + rng.random(k)) / k
    return np.asarray(betaincinv(mean * both, (1 - mean) * both, slices), dtype=np.float64)


def draw(published: PublishedNumbers, seed: int) -> SimulatedExport:
    """Return respondents of fifty studies, each asked what its study measured.

    How many studies there are, how many measured each behaviour, all respondents, pooled shares and their intervals are
    published; sizes of studies, and which measured what, are assumed.
    """
    rng = np.random.default_rng(seed)
    studies = int(published.claim("studies").value)
    spread, smallest = published.value("spread of log sizes"), int(published.value("smallest study"))
    sizes = rng.permutation(study_sizes(studies, published.n, spread, smallest))
    study = np.repeat(np.arange(1, studies + 1), sizes)
    codes: dict[str, NDArray[np.float64]] = {
        "age": rng.integers(LOWEST_AGE, HIGHEST_AGE + 1, published.n).astype(float),
        "study": study.astype(float),
    }
    texts = dict(TEXTS)
    for name in BEHAVIOURS:
        chosen = np.sort(rng.permutation(studies)[: int(published.claim(f"{name}_k").value)])
        share = np.full(studies, np.nan)
        share[chosen] = true_shares(published.claim(name), sizes[chosen], rng)
        chance = share[study - 1]
        answered = np.where(rng.random(published.n) < chance, YES, NO)
        codes[f"{name}_measured"] = np.where(np.isnan(chance), NOT_MEASURED, MEASURED).astype(float)
        codes[name] = np.where(np.isnan(chance), np.nan, answered)
        texts[f"{name}_measured"] = f"Whether the study measured {name}"
    return raw_export(published, seed, codes, texts, rng, truth={"studies": studies})


STUDY = Study("mori_2020", draw, figure="pooled_proportion")
