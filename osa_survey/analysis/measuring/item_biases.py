"""Items that work differently in groups, in whatever data there are: complete answers, weights, completed sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.composed_numbers import cell_people
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    restricted,
    versions,
)
from osa_survey.analysis.measuring.composed_item_differences import ComposedItems, composed_difference_tests
from osa_survey.analysis.measuring.item_samples import answered_items
from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.psychometrics.item_response.graded_analyses import check_items
from osa_survey.psychometrics.item_response.item_bias import (
    BiasExtras,
    bias_group,
    bias_result,
    check_varied,
    kept_groups,
    plain_item_bias,
)
from osa_survey.results import Result

WALD = "Wald test of ordinal logits"
KNOWN = "What people are matched on counts as known, as it does without weights."
WEIGHTED_R2 = "Changes of R² are those of the weighted likelihood."
POOLED_R2 = "Tests are pooled by D1; changes of R² are means over the sets, and the same items are flagged in all sets."
REFERENCE_LUMLEY = (
    "Lumley, T. (2017). Pseudo-R² statistics under complex sampling. Australian & New Zealand Journal of Statistics, "
    "59(2), 187–194. https://doi.org/10.1111/anzs.12187"
)
REFERENCE_D1 = (
    "Li, K. H., Raghunathan, T. E., & Rubin, D. B. (1991). Large-sample significance levels from multiply imputed data "
    "using moment-based statistics and an F reference distribution. Journal of the American Statistical Association, "
    "86(416), 1065–1073. https://doi.org/10.1080/01621459.1991.10475152"
)


def item_bias(
    data: Data,
    scale: str | None = None,
    *,
    by: str,
    matching: Literal["trait", "rest"] = "trait",
    purify: bool = True,
) -> Result:
    """Test whether groups with the same trait answer the items of a scale differently.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame of keyed items and the grouping; weights of a design are used, imputed sets pooled.
    scale : str, optional
        With scored data the scored column; may be left out if there is only one. With a data frame, what print calls
        the scale.
    by : str
        The grouping: a nominal or ordinal variable. Groups of fewer than 50 (in some set) are left out.
    matching : {"trait", "rest"}
        What respondents are matched on: the trait of a (weighted) graded response model, or the mean of the other
        items.
    purify : bool
        Whether flagged items are taken out of the matching and the tests repeated.

    Returns
    -------
    Result
        For each item (``term``) and kind (``level``: uniform, non-uniform, total) rows ``dif`` (likelihood ratio test,
        ``p_adjusted`` by Holm over items for the total), ``dif_nagelkerke`` and ``dif_mcfadden`` (changes of R²), and
        ``dif_beta_change`` (uniform: by which share the group changes the trait's coefficient); ``more["groups"]``
        counts the groups. Under weights ``dif`` is a design-based Wald test (F), over imputed sets D1.

    Raises
    ------
    AnalysisError
        Too few items, or fewer than two groups of 50; ``not_converged`` where the trait of weighted answers or of a
        completed set cannot be estimated.

    Notes
    -----
    Nested ordinal logits of the item on the trait, plus the group (uniform), plus group by trait (non-uniform). An item
    is called different where the adjusted p is below .05 and Nagelkerke's R² changes by .035 or more (large: .070), the
    limits of Jodoin and Gierl (2001); Zumbo and Thomas' .13 and .26 flag far fewer. The change of the trait's
    coefficient (Crane et al. 2004, who look closer from .10 on) is shown and flags nothing.

    Under weights the logits maximise the weighted likelihood; the group, its product with the trait and both are tested
    by Wald tests with linearised or replicate covariances, over imputed sets pooled by D1. The changes of McFadden's
    and Nagelkerke's R² come from the likelihood under weights with mean one (Lumley, 2017) and are averaged over
    imputed sets; the change of the trait's coefficient is that of the pooled coefficients. Which items are taken out of
    the matching is decided on the pooled numbers, for all sets alike.

    References
    ----------
    Jodoin, M. G., & Gierl, M. J. (2001). Applied Measurement in Education, 14(4), 329-349.
    doi:10.1207/S15324818AME1404_2

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> people = pd.DataFrame({f"i{n}": 1.0 * np.digitize(trait + rng.normal(size=300), [-1, 1]) for n in range(4)})
    >>> people["group"] = pd.Categorical(["one", "two"] * 150)
    >>> float(item_bias(people, by="group").pick("count", level="flagged")["estimate"])
    0.0
    """
    if not composes(data):
        return plain_item_bias(versions(data)[0], scale, by, matching, purify)
    first, *others = versions(data)
    group = bias_group(first, by, matching)
    for version in others:
        bias_group(version, by, matching)
    items, sample, answers = answered_items(data, scale, by)
    check_items(items)
    masks = {code: _members(code) for code in group.info.codes}
    kept = kept_groups({code: restricted(sample, who).n for code, who in masks.items()}, by)
    tested = restricted(sample, lambda one: np.isin(one.columns[0].values, kept))
    for one, values in zip(tested.sets, answers, strict=True):
        check_varied(items, values[one.used])
    indicators = [
        np.column_stack([(one.columns[0].values == code).astype(np.float64) for code in kept[1:]])
        for one in tested.sets
    ]
    tests = composed_difference_tests(ComposedItems(tested, answers, indicators), matching=matching, purify=purify)
    sizes = {code: cell_people(sample, who) for code, who in masks.items()}
    return bias_result(items, group, sizes, kept, tests, tested.n, matching, purify, _extras(tested))


def _members(code: float) -> Callable[[CompletedSet], NDArray[np.bool_]]:
    return lambda one: np.asarray(one.columns[0].values == code)


def _extras(sample: Sample) -> BiasExtras:
    weighted = sample.design is not None
    notes = (KNOWN, *((WEIGHTED_R2,) if weighted else ()), *((POOLED_R2,) if sample.imputed else ()))
    own = (*((REFERENCE_LUMLEY,) if weighted else ()), *((REFERENCE_D1,) if sample.imputed else ()))
    return BiasExtras(
        WALD + (", D1" if sample.imputed else ""),
        composition_words(sample),
        (*notes, *composition_notes(sample)),
        (*own, *composition_references(sample)),
    )
