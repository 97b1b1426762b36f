"""Correlation matrices of items under weights and over completed sets, as exploratory analyses take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.domains import composition_notes, composition_references, composition_words, versions
from osa_survey.analysis.estimates import Estimates, joined_sets
from osa_survey.analysis.measuring.latent_numbers import latent_answers
from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.analysis.set_estimates import SetEstimate, of_statistics
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.exploratory.compositions import Composition, JointTest
from osa_survey.psychometrics.exploratory.item_correlations import (
    SINGULAR,
    ItemCorrelations,
    Kind,
    item_correlations,
    items_of,
    smoothed,
)
from osa_survey.psychometrics.item_statistics import Missing, complete_cases
from osa_survey.psychometrics.ordinal import Categories, categories, polychoric_matrix
from osa_survey.psychometrics.ordinal.pairwise_polychorics import pairwise_polychorics
from osa_survey.weighting import Statistics, weighted_correlations

Floats = NDArray[np.float64]
SINGULAR_TEST = "not tested: the data leave no inverse for so many correlations at once"
NOTE_MEAN = "Factored is the mean of the correlation matrices of the sets; all errors come from its total covariance."
SMOOTHED = "The correlations of pairs did not fit together; the matrix was smoothed to a positive definite one."
NASSIRI = (
    "Nassiri, V., Lovik, A., Molenberghs, G., & Verbeke, G. (2018). On using multiple imputation for exploratory "
    "factor analysis of incomplete data. Behavior Research Methods, 50(2), 501–517. doi:10.3758/s13428-017-1013-4"
)
LEE = (
    "Lee, T., & Cai, L. (2012). Alternative multiple imputation inference for mean and covariance structure modeling. "
    "Journal of Educational and Behavioral Statistics, 37(6), 675–702. doi:10.3102/1076998612458320 (pages recalled)"
)


@dataclass(frozen=True, repr=False)
class PooledMatrix:
    """Correlations of items with the covariance their data ask for.

    Attributes
    ----------
    found : ItemCorrelations
        The mean of the sets' matrices; ``n`` counts respondents, of several sets the fewest.
    sample : Sample
        The respondents used.
    r : Estimates
        The correlations below the diagonal, column by column.
    composition : Composition
        What tables say and take.
    """

    found: ItemCorrelations
    sample: Sample
    r: Estimates
    composition: Composition


def pooled_matrix(data: Data, scales: str | Sequence[str] | None, kind: Kind, missing: Missing) -> PooledMatrix:
    """Return the correlation matrix of items under the design of the data, pooled over completed sets.

    Parameters
    ----------
    data : ScoredData, ImputedData
        Data with a design, or completed sets.
    scales : str or sequence of str, optional
        As of ``efa``.
    kind : {"pearson", "polychoric"}
        Which correlations.
    missing : {"listwise", "pairwise"}
        Complete cases, or everybody who answered both items of a pair.

    Raises
    ------
    AnalysisError
        As of ``item_correlations``, of any set.

    Notes
    -----
    Correlations of each set are weighted; their covariance is linearised, from replicate weights, or (without a
    design) distribution-free. Over sets the mean matrix is taken, which stays positive definite, with the covariance
    of Rubin's rules (Nassiri et al., 2018; Lee & Cai, 2012).
    """
    sets, parts = [], []
    for version in versions(data):
        items = items_of(version, scales)
        design = getattr(version, "design", None)
        answered = ~np.isnan(items.values)
        used = complete_cases(items.values) if missing == "listwise" else np.asarray(answered.any(axis=1))
        if design is not None:
            used = used & (design.weights > 0)
        own = replace(items, values=items.values[used])
        parts.append(item_correlations(own, kind, missing))
        sets.append(CompletedSet((), used, None if design is None else design.within(used)))
    sample = Sample(tuple(sets), isinstance(data, ImputedData))
    answers = [one.values for one in parts]
    said, coded = said_correlations(sample, answers, kind)
    r = joined_sets(sample, said)
    R = square_matrix(r.estimate, answers[0].shape[1])
    notes = dict.fromkeys(note for one in parts for note in one.notes)
    if float(np.linalg.eigvalsh(R)[0]) < SINGULAR:
        R = smoothed(R)
        notes[SMOOTHED] = None
    n = min(one.n for one in parts)
    first = items_of(versions(data)[0], scales)
    found = ItemCorrelations(first, answers[0], R, n, kind, missing, tuple(notes))
    effective = _effective_n(sample, said, r, n)
    drawn = _random_matrix(sample, coded, effective) if coded else None
    composition = Composition(
        words=composition_words(sample),
        notes=(*((NOTE_MEAN,) if sample.imputed else ()), *composition_notes(sample)),
        references=(*((NASSIRI, LEE) if sample.imputed else ()), *composition_references(sample)),
        dropped=len(first.values) - n if missing == "listwise" else sample.n_dropped,
        effective_n=effective,
        test=_joint_test(r),
        random_matrix=drawn,
    )
    return PooledMatrix(found, sample, r, composition)


def check_effective(pooled: PooledMatrix) -> None:
    """Raise ``too_few_respondents`` where random data of the effective size have no more respondents than items."""
    k, effective = len(pooled.found.R), pooled.composition.effective_n
    if effective <= k:
        message = f"the correlations are known as well as from {effective} respondents; more than {k} are needed"
        hint = "say how many factors, or take fewer items"
        raise AnalysisError(Problem("too_few_respondents", message, column=pooled.found.items.name, hint=hint))


def complete_correlations(values: Floats, weights: Floats) -> Statistics:
    """Return all weighted correlations of complete answers below the diagonal, column by column.

    Notes
    -----
    With contributions w/Σw · (z_i z_j − r(z_i² + z_j²)/2) as ``weighted_correlations``, by matrix products.
    """
    share = weights / weights.sum()
    centred = values - share @ values
    with np.errstate(invalid="ignore", divide="ignore"):
        z = centred / np.sqrt(share @ centred**2)
        first, second = np.triu_indices(values.shape[1], 1)
        r = ((z * share[:, None]).T @ z)[first, second]

    def contributions() -> Floats:
        squared = z**2
        return np.asarray(
            share[:, None] * (z[:, first] * z[:, second] - r * (squared[:, first] + squared[:, second]) / 2)
        )

    return Statistics(r, contributions)


def said_correlations(
    sample: Sample, answers: Sequence[Floats], kind: Kind
) -> tuple[list[SetEstimate], tuple[Categories, ...]]:
    """Return what each set says of its correlations, and the answers as categories of polychoric ones."""
    coded: tuple[Categories, ...] = ()
    if kind == "polychoric":
        coded = tuple(one.items for one in latent_answers(answers, answers[0].shape[1]))
    said = []
    for place, one in enumerate(sample.sets):
        statistic = _polychoric(coded[place]) if coded else _pearson(answers[place])
        how = "two-step covariance" if coded else "distribution-free covariance"
        said.append(of_statistics(one, statistic, df=one.n - 1.0, how=how, what="a correlation matrix"))
    return said, coded


def _pearson(values: Floats) -> Callable[[Floats], Statistics]:
    if not np.isnan(values).any():
        return lambda weights: complete_correlations(values, weights)
    pairs = np.column_stack(np.triu_indices(values.shape[1], 1)).astype(np.int64)
    return lambda weights: weighted_correlations(values, pairs, weights)


def _polychoric(items: Categories) -> Callable[[Floats], Statistics]:
    def statistic(weights: Floats) -> Statistics:
        found = pairwise_polychorics(items, weights)
        return Statistics(found.pairs.rho, lambda: found.correlation_contributions(items, weights))

    return statistic


def square_matrix(r: Floats, k: int) -> Floats:
    """Return the matrix of correlations below the diagonal, column by column."""
    R = np.eye(k)
    first, second = np.triu_indices(k, 1)
    R[first, second] = R[second, first] = r
    return R


def _effective_n(sample: Sample, said: Sequence[SetEstimate], r: Estimates, n: int) -> int:
    simple = []
    for one, own in zip(sample.sets, said, strict=True):
        assert own.influence is not None
        weights = np.ones(one.n) if one.weights is None else one.weights
        share = weights / weights.sum()
        spread = (own.influence() ** 2 / share[:, None]).sum(axis=0)
        simple.append(spread / (one.n - 1))
    expected, total = np.mean(simple, axis=0), np.diag(r.covariance)
    known = np.isfinite(total)
    return min(n, int(n * expected[known].sum() / total[known].sum() + 1e-9)) if known.any() else n


def _joint_test(r: Estimates) -> JointTest:
    found = r.test(range(len(r.estimate)))
    method = "Wald test that all correlations are zero" + (" (D1)" if r.pooled else "")
    warning = "" if np.isfinite(found.statistic) else SINGULAR_TEST
    return JointTest(found.statistic, found.df1, found.df2, found.p_value, found.name, method, warning)


def _random_matrix(sample: Sample, coded: Sequence[Categories], n: int) -> Callable[[np.random.Generator], Floats]:
    """Return how polychoric correlations of unrelated answers with the weighted shares of each item are drawn."""
    margins = []
    for one, items in zip(sample.sets, coded, strict=True):
        weights = np.ones(one.n) if one.weights is None else one.weights
        shares = pairwise_polychorics(items, weights).margins
        margins.append(shares / shares.sum(axis=1, keepdims=True))
    edges = np.cumsum(np.mean(margins, axis=0), axis=1)

    def drawn(generator: np.random.Generator) -> Floats:
        uniform = generator.random((n, len(edges)))
        answers = np.column_stack([np.searchsorted(edge[:-1], own) for edge, own in zip(edges, uniform.T, strict=True)])
        return np.asarray(np.nan_to_num(polychoric_matrix(categories(answers.astype(np.float64))).correlations))

    return drawn
