"""Test–retest reliability: the same score of the same people, measured twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from osa_survey.analysis.arguments import check_conf_level, check_numeric, different
from osa_survey.analysis.correlating.associations import pearson
from osa_survey.analysis.measuring.retest_sentences import RetestWords
from osa_survey.dataset import ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.effects.intraclass_correlations import FORMS, Form, intraclass_correlations
from osa_survey.errors import AnalysisError, Problem
from osa_survey.psychometrics import reliable_change
from osa_survey.results import Layout, Result, Rows, Show

SMALLEST = 4
FLAT = "not defined: a measurement does not vary"
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


def retest(data: ScoredData | pd.DataFrame, first: str, second: str, *, conf_level: float = 0.95) -> Result:
    """Return how well a second measurement of the same people repeats the first.

    Parameters
    ----------
    data : ScoredData or DataFrame
        One row for each person.
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
    differences over the root of two; the reliable change is ``z sqrt(2)`` times it.

    References
    ----------
    McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
    Psychological Methods, 1(1), 30-46. doi:10.1037/1082-989X.1.1.30

    Examples
    --------
    >>> people = pd.DataFrame({"t1": [1.0, 2.0, 3.0, 4.0, 5.0], "t2": [1.5, 2.5, 3.0, 4.5, 6.0]})
    >>> float(retest(people, "t1", "t2").pick("icc", level="ICC(3,1)")["estimate"].round(3))
    0.978
    """
    refuse_imputed(data, "retest")
    refuse_design(data, "retest")
    check_conf_level(conf_level)
    different(first=first, second=second)
    columns = columns_of(data, [first, second])
    check_numeric(*columns)
    both = columns[0].answered & columns[1].answered
    ratings = np.column_stack([column.values[both] for column in columns])
    n = len(ratings)
    if n < SMALLEST:
        message = f"fewer than {SMALLEST} people have both '{first}' and '{second}'"
        raise AnalysisError(Problem("too_few_respondents", message, column=second))
    rows = Rows()
    rows.cell("both", n)
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
    titles = {column.info.name: column.info.title for column in columns}
    return Result.from_rows(
        rows,
        title=f"Test–retest reliability of {columns[0].info.title}",
        analysis="retest",
        method="intraclass correlations of two measurements (two-way), Pearson's r, standard error of measurement",
        n_used=n,
        n_dropped=len(both) - n,
        settings={"first": first, "second": second, "conf_level": conf_level},
        notes=(NOTE,),
        references=REFERENCES,
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
        warning=FLAT if flat else "" if np.isfinite(r.low) else "no interval: the correlation is perfect",
        cells=["both"],
        **keys,
    )
    change = ratings[:, 1] - ratings[:, 0]
    sem = float(change.std(ddof=1) / np.sqrt(2.0))
    values = (
        ("mean_difference", float(change.mean()), "mean of second minus first", ""),
        ("sem", sem, "standard deviation of the differences over the root of two", ""),
        ("reliable_change", reliable_change(sem, conf_level), "z times the root of two times SEM", f"{conf_level:g}"),
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
