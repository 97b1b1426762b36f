"""Test–retest reliability: the same score of the same people, measured twice."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import stdtrit

from osa_survey.analysis.arguments import check_conf_level, check_numeric, different
from osa_survey.analysis.correlating.associations import pearson
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.measuring.composed_retests import add_composed_retest
from osa_survey.analysis.measuring.retest_sentences import RetestWords
from osa_survey.analysis.samples import Data, Sample, sample_of
from osa_survey.dataset import columns_of
from osa_survey.effects.intraclass_correlations import FORMS, Form, intraclass_correlations
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics import reliable_change
from osa_survey.results import Layout, Result, Rows, Show

SMALLEST = 4
FLAT = "not defined: a measurement does not vary"
PERFECT = "no interval: the correlation is perfect"
LEVELS: tuple[Form, ...] = ("ICC(2,1)", "ICC(3,1)")
REFERENCES = (
    "McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients. "
    "Psychological Methods, 1(1), 30–46. https://doi.org/10.1037/1082-989X.1.1.30",
    "Weir, J. P. (2005). Quantifying test-retest reliability using the intraclass correlation coefficient and the SEM. "
    "Journal of Strength and Conditioning Research, 19(1), 231–240. https://doi.org/10.1519/15184.1",
    "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical approach to defining meaningful change "
    "in psychotherapy research. Journal of Consulting and Clinical Psychology, 59(1), 12–19. "
    "https://doi.org/10.1037/0022-006X.59.1.12",
)
NOTE = (
    "ICC(2,1) asks for the same values, ICC(3,1) for the same order and distances; people who changed between the "
    "measurements lower both."
)
NOTE_Z = (
    "Intraclass correlations are pooled and bounded on Fisher's z, with errors that assume no distribution; the "
    "standard error of measurement is that of all sets together."
)
DIFFERENCE = "mean of second minus first"
SEM = "standard deviation of the differences over the root of two"
RELIABLE = "z times the root of two times SEM"
WORDS = {"mean_difference": DIFFERENCE, "sem": SEM, "reliable_change": RELIABLE, "flat": FLAT, "perfect": PERFECT}


def retest(data: Data, first: str, second: str, *, conf_level: float = 0.95) -> Result:
    """Return how well a second measurement of the same people repeats the first.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person; weights of a design are used, imputed sets pooled.
    first, second : str
        The score (or number) at the first and at the second measurement.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``icc`` (``level`` ``ICC(2,1)`` for agreement and ``ICC(3,1)`` for consistency, of single measurements),
        ``r``, ``mean_difference`` (second minus first), ``sem``, ``reliable_change``, and ``mean`` and ``sd``
        of both measurements.

    Raises
    ------
    AnalysisError
        If a variable is no number, both are the same, or fewer than four people have both.

    Notes
    -----
    The standard error of measurement is the root of the error mean square, which is the standard deviation of the
    differences over the root of two; the reliable change is ``z sqrt(2)`` times it. Under weights all moments are
    weighted. There and over imputed sets both intraclass correlations are pooled and bounded on Fisher's z,
    ``log((1 + rho) / (1 - rho)) / 2``, with distribution-free errors, linearised ones or those of replicate weights.

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30-46. doi:10.1037/1082-989X.1.1.30

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"t1": [1.0, 2.0, 3.0, 4.0, 5.0], "t2": [1.5, 2.5, 3.0, 4.5, 6.0]})
    >>> float(retest(people, "t1", "t2").pick("icc", level="ICC(3,1)")["estimate"].round(3))
    0.978
    """
    check_conf_level(conf_level)
    different(first=first, second=second)
    columns = columns_of(versions(data)[0], [first, second])
    check_numeric(*columns)
    sample = sample_of(data, [first, second]) if composes(data) else None
    both = columns[0].answered & columns[1].answered
    ratings = np.column_stack([column.values[both] for column in columns])
    n = len(ratings) if sample is None else sample.n
    if n < SMALLEST:
        message = f"fewer than {SMALLEST} people have both '{first}' and '{second}'"
        raise AnalysisError(Problem("too_few_respondents", message, column=second))
    rows = Rows()
    rows.cell("both", n)
    if sample is None:
        _add_plain(rows, ratings, first, second, conf_level)
    else:
        add_composed_retest(rows, sample, (first, second), conf_level, WORDS)
    titles = {column.info.name: column.info.title for column in columns}
    return Result.from_rows(
        rows,
        title=f"Test–retest reliability of {columns[0].info.title}",
        analysis="retest",
        method="intraclass correlations of two measurements (two-way), Pearson's r, standard error of measurement"
        + composition_words(sample),
        n_used=n,
        n_dropped=len(both) - n,
        settings={"first": first, "second": second, "conf_level": conf_level},
        notes=_notes(sample),
        references=REFERENCES + composition_references(sample),
        wording=RetestWords(titles[first], titles[second]),
        labels=titles,
        layout=Layout(
            rows=("outcome",),
            show=(
                Show("icc"),
                Show("icc", "interval"),
                Show("r"),
                Show("r", "interval"),
                Show("mean_difference"),
                Show("sem"),
                Show("reliable_change"),
                Show("mean_difference", "n"),
            ),
            row_head="Score",
        ),
        plot="paired_means",
    )


def _notes(sample: Sample | None) -> tuple[str, ...]:
    return (NOTE, *((NOTE_Z,) if sample is not None else ()), *composition_notes(sample))


def _add_plain(rows: Rows, ratings: np.ndarray, first: str, second: str, conf_level: float) -> None:
    n = len(ratings)
    flat = not (np.ptp(ratings, axis=0) > 0).all()
    found = intraclass_correlations(ratings, conf_level) if not flat else {}
    for form in LEVELS:
        one = found.get(form)
        rows.add(
            "icc",
            outcome=first,
            contrast=second,
            level=form,
            n=n,
            estimate=one.estimate if one is not None else np.nan,
            conf_low=one.low if one is not None else np.nan,
            conf_high=one.high if one is not None else np.nan,
            conf_level=conf_level if one is not None and one.bounded else np.nan,
            method=f"{FORMS[form]}; interval of McGraw and Wong",
            warning=one.warning if one is not None else FLAT,
            cells=["both"],
        )
    _add_rest(rows, ratings, first, second, conf_level, flat)


def _add_rest(rows: Rows, ratings: np.ndarray, first: str, second: str, conf_level: float, flat: bool) -> None:
    n = len(ratings)
    keys: dict[str, Any] = {"outcome": first, "contrast": second}
    r = pearson(ratings[:, 0], ratings[:, 1], conf_level)
    rows.add(
        "r",
        n=n,
        estimate=r.estimate,
        conf_low=r.low,
        conf_high=r.high,
        conf_level=np.nan if np.isnan(r.low) else conf_level,
        method="Pearson's r, Fisher's z interval",
        warning=FLAT if flat else "" if np.isfinite(r.low) else PERFECT,
        cells=["both"],
        **keys,
    )
    change = ratings[:, 1] - ratings[:, 0]
    sem = float(change.std(ddof=1) / np.sqrt(2.0))
    values = (
        ("mean_difference", float(change.mean()), DIFFERENCE, ""),
        ("sem", sem, SEM, ""),
        ("reliable_change", reliable_change(sem, conf_level), RELIABLE, f"{conf_level:g}"),
    )
    for name, scores in zip((first, second), ratings.T, strict=True):
        half = float(stdtrit(n - 1, 0.5 + conf_level / 2.0)) * float(scores.std(ddof=1)) / np.sqrt(n)
        mean = float(scores.mean())
        rows.add(
            "mean",
            outcome=first,
            group=name,
            n=n,
            estimate=mean,
            conf_low=mean - half,
            conf_high=mean + half,
            conf_level=conf_level,
            method="mean with t interval",
            cells=["both"],
        )
        rows.add("sd", outcome=first, group=name, n=n, estimate=float(scores.std(ddof=1)), cells=["both"])
    for quantity, value, method, level in values:
        rows.add(quantity, n=n, estimate=value, method=method, level=level, cells=["both"], **keys)
