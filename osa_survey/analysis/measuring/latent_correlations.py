"""Correlations of answer tendencies of whatever data there are: complete answers, weights, completed sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from osa_survey import psychometrics
from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.measuring.latent_numbers import latent_answers, latent_numbers
from osa_survey.analysis.measuring.latent_rows import LatentTables, composed_latent_result
from osa_survey.analysis.samples import CompletedSet, Data, Sample
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics.answer_correlations import check_latent_options, checked_categories, latent_variables
from osa_survey.psychometrics.item_statistics import Missing, complete_cases
from osa_survey.results import Result


def polychoric(
    data: Data,
    scale: str | None = None,
    *,
    numbers: Sequence[str] = (),
    missing: Missing = "pairwise",
    method: Literal["two_step", "ml"] = "two_step",
    conf_level: float = 0.95,
) -> Result:
    """Correlate the tendencies behind the answers to the items of a scale.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data; weights of a design are used, imputed sets pooled. Or a data frame whose columns are items with
        ordered answers.
    scale : str, optional
        With scored data the scored column whose items are meant; may be left out if there is only one. With a data
        frame, what print calls the items.
    numbers : sequence of str
        Numbers or scores to correlate with the items too (polyserial) and with each other (Pearson).
    missing : {"pairwise", "listwise"}
        Each correlation from everybody who has both, or all from those who have everything.
    method : {"two_step", "ml"}
        Of pairs of items: thresholds from the margins, then the correlation (as lavaan and Mplus); or both by full
        maximum likelihood, so that each pair has thresholds of its own (as ``polycor::polychor(ML = TRUE)``).
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        One row ``latent_r`` for each pair: ``term`` is named first, ``outcome`` later; ``method`` says whether it is
        polychoric, tetrachoric (two answers each), polyserial or Pearson; χ² and p test whether normal tendencies fit
        the cross table. ``more["thresholds"]`` holds where on the normal tendency one answer gives way to the next (in
        its standard deviations). Under weights or over imputed sets the intervals are t intervals of Fisher's z, and
        without weights F and p pool the test of normal tendencies by D2.

    Raises
    ------
    AnalysisError
        If there are fewer than two variables, an item has more than 100 different answers, or a number is unknown.

    Notes
    -----
    Under weights thresholds are normal quantiles of the weighted margins, and each correlation maximises the weighted
    likelihood of its table (pseudo maximum likelihood). Errors are linearised from the influences of Muthén (1984), in
    which the information is the outer product of scores (of full maximum likelihood from the scores of each pair's own
    model, with the expected information), or those of replicate weights. Over imputed sets correlations
    are pooled by Rubin's rules on Fisher's z.

    References
    ----------
    Muthén, B. (1984). A general structural equation model with dichotomous, ordered categorical, and continuous latent
    variable indicators. Psychometrika, 49(1), 115-132. doi:10.1007/BF02294210

    Examples
    --------
    >>> import pandas as pd
    >>> answers = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [40, 20, 20, 40], axis=0)
    >>> float(polychoric(pd.DataFrame(answers, columns=["a", "b"])).pick("latent_r")["estimate"].round(3))
    0.5
    """
    if not composes(data):
        return psychometrics.polychoric(
            data, scale, numbers=numbers, missing=missing, method=method, conf_level=conf_level,  # type: ignore[arg-type]
        )  # fmt: skip
    check_latent_options(conf_level, missing, method)
    names = [numbers] if isinstance(numbers, str) else list(numbers)
    sets, values = [], []
    for version in versions(data):
        items, columns = latent_variables(version, scale, names)
        own = np.column_stack([items.values, *(column.values for column in columns)])
        if own.shape[1] < 2:
            message = "one variable has no correlation: two items are needed, or one item and a number"
            raise AnalysisError(Problem("too_few_variables", message, column=items.name))
        answered = ~np.isnan(own)
        used = complete_cases(own) if missing == "listwise" else np.asarray(answered.sum(axis=1) >= 1)
        design = getattr(version, "design", None)
        if design is not None:
            used = used & (design.weights > 0)
        if not used.any():
            message = f"nobody gave answers to the items of '{items.name}'"
            raise AnalysisError(Problem("no_respondents", message, column=items.name))
        sets.append(CompletedSet((), used, None if design is None else design.within(used)))
        values.append(own[used])
    k = items.values.shape[1]
    checked_categories(np.concatenate(values)[:, :k], items)
    sample = Sample(tuple(sets), isinstance(data, ImputedData))
    found = latent_numbers(sample, latent_answers(values, k), full=method == "ml")
    both = min(int(((~np.isnan(one)).sum(axis=1) >= 2).sum()) for one in values)
    titles = dict(zip(items.columns, items.labels, strict=True)) | {c.info.name: c.info.title for c in columns}
    settings = {
        "scale": items.name, "numbers": tuple(names), "missing": missing, "method": method, "conf_level": conf_level,
    }  # fmt: skip
    every = (*items.columns, *names)
    return composed_latent_result(LatentTables(items, sample, found, every, titles, settings, conf_level, both))
