"""Testing whether a difference is small enough not to matter: equivalence and non-inferiority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from osa_survey.analysis.arguments import different
from osa_survey.analysis.domains import composition_notes, composition_references
from osa_survey.analysis.equivalence.equivalence_bounds import Side, SmallestEffect, check_side, declared_bounds
from osa_survey.analysis.equivalence.equivalence_proportions import REFERENCES, ProportionInterval
from osa_survey.analysis.equivalence.equivalence_rows import Compared, equivalence_result
from osa_survey.analysis.equivalence.equivalence_sources import (
    compared_coefficient,
    compared_correlation,
    compared_means,
    compared_pair,
    compared_proportions,
)
from osa_survey.analysis.regressing.model_kinds import Model
from osa_survey.analysis.regressing.model_requests import ModelRequest, fitted_model
from osa_survey.analysis.samples import Data, Sample, sample_of
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Result

Of = Literal["means", "paired", "proportions", "correlation", "coefficient"]
NEEDED = {
    "means": ("outcome", "by"),
    "paired": ("first", "second"),
    "proportions": ("outcome", "by"),
    "correlation": ("first", "second"),
    "coefficient": ("outcome", "blocks", "term"),
}
ALSO = {
    "means": ("groups",),
    "paired": (),
    "proportions": ("groups", "event", "interval"),
    "correlation": (),
    "coefficient": ("event",),
}
TITLES = {
    "means": "Equivalence of means",
    "paired": "Equivalence of paired means",
    "proportions": "Equivalence of proportions",
    "correlation": "Equivalence of a correlation to zero",
    "coefficient": "Equivalence of a coefficient to zero",
}


def equivalence(
    data: Data,
    of: Of,
    *,
    outcome: str | None = None,
    by: str | None = None,
    groups: Sequence[str] = (),
    first: str | None = None,
    second: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    term: str | None = None,
    model: Model = "linear",
    event: str | None = None,
    smallest_effect: SmallestEffect | None = None,
    side: Side = "both",
    alpha: float = 0.05,
    interval: ProportionInterval = "wald",
) -> Result:
    """Test whether a difference, a correlation or a coefficient is smaller than the smallest one that would matter.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled.
    of : {"means", "paired", "proportions", "correlation", "coefficient"}
        What is tested.
    outcome, by : str, optional
        Means and proportions: the outcome and the groups.
    groups : sequence of str
        Which two categories of ``by``, first minus second; needed where more than two occur.
    first, second : str, optional
        Paired means and correlations: the two variables.
    blocks, term, model : optional
        Coefficients: the model as in ``regress``, and the term of its last block.
    event : str, optional
        The category that is counted, by default "yes"; of a logistic model the event.
    smallest_effect : mapping
        One quantity with its value, or with its lower and upper bound, and ``source``: who chose it and why. Means:
        ``mean_difference``, ``hedges_g``, ``cohens_d``, ``cohens_d_unequal``. Paired: ``mean_difference``, ``d_z``,
        ``d_av``. Proportions: ``risk_difference``. Correlation: ``r``. Coefficient: ``b``, ``beta`` (linear),
        ``odds_ratio``, ``rate_ratio``. In a study file it is that of the hypothesis an entry tests.
    side : {"both", "lower", "upper"}
        Both bounds (equivalence), or one (non-inferiority): the lower one where more is better, the upper one where
        less is better.
    alpha : float
        Level of each one-sided test; intervals have level 1 − 2α.
    interval : {"wald", "newcombe", "miettinen_nurminen", "farrington_manning"}
        Of proportions: Wald's normal approximation, poor near 0 and 1 and in small groups, or an interval that holds
        its level there. Under weights or imputation Wald's alone.

    Returns
    -------
    Result
        The difference with its 1 − 2α interval and the two-sided test of no difference; both bounds on its scale with
        their one-sided tests (``level``); ``equivalence`` (1 if established, p the larger of both); and
        ``smallest_effect`` as declared.

    Raises
    ------
    AnalysisError
        ``no_bounds``, ``no_source``, ``bounds``, ``bounds_unit``; an argument that is missing or belongs to another
        kind of test; unknown variables and categories.

    Notes
    -----
    Two one-sided tests (Schuirmann, 1987) of a difference d with error s against the bounds L and U: (d − L)/s must be
    large and (d − U)/s small, which is so where the 1 − 2α interval lies within the bounds. Welch's t of means, paired
    t, z of two proportions with the unpooled error (other intervals: ``equivalence_proportions.proportions_test``),
    Fisher's z of a correlation, Wald's test of a coefficient (ratios on their logarithm). Under weights or imputation
    the error is that of the design, pooled, with its degrees of freedom. Bounds in standard deviations are multiplied
    by those of the sample, which are taken as known.

    References
    ----------
    Lakens, D. (2017). Equivalence tests: A practical primer for t tests, correlations, and meta-analyses. Social
    Psychological and Personality Science, 8(4), 355–362. doi:10.1177/1948550617697177

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"before": [3.0, 4.0, 5.0, 6.0, 4.0], "after": [3.1, 3.9, 5.0, 6.1, 3.9]})
    >>> bounds = {"mean_difference": 0.5, "source": "half a scale point"}
    >>> result = equivalence(data, "paired", first="before", second="after", smallest_effect=bounds)
    >>> str(result.pick("equivalence")["level"])
    'equivalent'
    """
    check_side(side)
    if not 0 < alpha < 0.5:
        hint = "alpha = 0.05 gives 90% intervals"
        raise AnalysisError(Problem("alpha", f"alpha must lie between 0 and .5, not {alpha}", key="alpha", hint=hint))
    given = {"outcome": outcome, "by": by, "groups": groups, "first": first, "second": second, "blocks": blocks,
             "term": term, "event": event, "interval": "" if interval == "wald" else interval}  # fmt: skip
    if interval not in get_args(ProportionInterval):
        hint = nearest(interval, get_args(ProportionInterval)) or ", ".join(get_args(ProportionInterval))
        raise AnalysisError(Problem("unknown_choice", f"there is no interval '{interval}'", key="interval", hint=hint))
    _check_arguments(of, given)
    bounds = declared_bounds(smallest_effect)
    sample: Sample
    if of == "coefficient":
        fitted = fitted_model(data, ModelRequest(outcome=outcome, blocks=blocks, model=model, event=event))
        sample, one = fitted.sample, compared_coefficient(fitted, str(term))
    else:
        names = {"outcome": outcome, "by": by} if of in ("means", "proportions") else {"first": first, "second": second}
        different(**{key: str(name) for key, name in names.items()})
        sample = sample_of(data, [str(name) for name in names.values()])
        one = _compared(of, sample, groups, event, interval)
    titles = {column.info.name: column.info.title for column in sample.first.columns}
    settings = {"of": of, **{key: value for key, value in given.items() if value}}
    return equivalence_result(
        [one],
        bounds,
        side,
        alpha,
        title=TITLES[of] if side == "both" else TITLES[of].replace("Equivalence", "Non-inferiority"),
        used=int(one.n),
        dropped=len(sample.first.used) - int(one.n),
        labels=titles,
        settings={**settings, **({"model": model} if of == "coefficient" else {})},
        notes=composition_notes(sample if sample.design is not None or sample.imputed else None),
        references=(
            *([REFERENCES[interval]] if interval in REFERENCES else []),
            *composition_references(sample if sample.design is not None or sample.imputed else None),
        ),
    )


def _compared(
    of: str, sample: Sample, groups: Sequence[str], event: str | None, interval: ProportionInterval
) -> Compared:
    if of == "means":
        return compared_means(sample, groups)
    if of == "proportions":
        return compared_proportions(sample, groups, event, interval)
    return compared_pair(sample) if of == "paired" else compared_correlation(sample)


def _check_arguments(of: str, given: dict[str, Any]) -> None:
    """Raise an AnalysisError for arguments that are missing or belong to another kind of test."""
    if of not in NEEDED:
        hint = nearest(of, get_args(Of)) or ", ".join(get_args(Of))
        raise AnalysisError(Problem("unknown_choice", f"there is no equivalence of '{of}'", key="of", hint=hint))
    needed, known = NEEDED[of], (*NEEDED[of], *ALSO[of])
    problems = [
        Problem("missing_argument", f"equivalence of {of} needs '{name}'", key=name, hint=f"{name} = …")
        for name in needed
        if not given[name]
    ]
    problems += [
        Problem("unknown_argument", f"equivalence of {of} takes no '{name}'", key=name, hint=f"leave {name} out")
        for name, value in given.items()
        if value and name not in known
    ]
    if problems:
        raise AnalysisError(problems)
