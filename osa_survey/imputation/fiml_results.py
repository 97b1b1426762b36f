"""A linear regression from all answers by full-information maximum likelihood, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from osa_survey import formatting
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.imputation.fiml_estimates import FimlMoments, fiml_moments, fiml_regression
from osa_survey.instruments.reasons import REASON_CODES
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.results.display import printed

INTERCEPT = "(Intercept)"
REFERENCE = (
    "Enders, C. K., & Bandalos, D. L. (2001). The relative performance of full information maximum likelihood "
    "estimation for missing data in structural equation models. Structural Equation Modeling, 8(3), 430–457. "
    "doi:10.1207/S15328007SEM0803_5"
)
NOTES = (
    "Every answer counts, also of respondents with gaps. Valid where gaps are missing at random given the variables of "
    "the model and all of them are multivariate normal; standard errors come from the observed information.",
)
NOT_SHOWN = "not_shown"


def plain_fiml(columns: tuple[Column, ...], conf_level: float) -> Result:
    """Return the regression of the first column on the others, of answers without weights; see ``osa_survey.fiml``."""
    values = np.column_stack([column.values for column in columns])
    moments = fiml_moments(values)
    found = fiml_regression(moments)
    z = float(stats.norm.ppf(0.5 + conf_level / 2))
    numbers = []
    for b, error in zip(found.estimate[:-2].tolist(), found.std_error[:-2].tolist(), strict=True):
        numbers.append({
            "estimate": b, "std_error": error, "conf_low": b - z * error, "conf_high": b + z * error,
            "conf_level": conf_level, "statistic": b / error, "statistic_name": "z",
            "p_value": 2 * float(stats.norm.sf(abs(b / error))),
        })  # fmt: skip
    return fiml_result(columns, moments, numbers, float(found.estimate[-1]), conf_level)


def fiml_columns(
    data: ScoredData | pd.DataFrame, outcome: str, predictors: Sequence[str], conf_level: float
) -> tuple[Column, ...]:
    """Return the outcome and the predictors; what cannot be is an error that lists everything."""
    names = list(dict.fromkeys(predictors))
    problems = []
    if not names:
        problems.append(Problem("no_predictor", "no predictor is named", key="predictors", hint="name one or more"))
    if outcome in names:
        problems.append(Problem("same_variable", f"'{outcome}' cannot predict itself", column=outcome))
    if not 0 < conf_level < 1:
        problems.append(Problem("bad_level", f"conf_level is {conf_level:g}", key="conf_level", hint="such as 0.95"))
    columns = columns_of(data, [outcome, *names])
    problems += [
        Problem(
            "not_a_number",
            f"'{column.info.name}' is nominal: its categories are no quantities",
            column=column.info.name,
            hint="use multiple imputation, which has models for categories",
        )
        for column in columns
        if column.info.type == "nominal"
    ]
    if problems:
        raise AnalysisError(problems)
    return columns


@dataclass(frozen=True)
class FimlExtras:
    """What a table says more, or else, under weights.

    Attributes
    ----------
    how : str
        Where errors come from.
    words : str
        End of the Methods line.
    notes, references : tuple of str
        Notes in place of those on errors; more references.
    """

    how: str = "observed information"
    words: str = ""
    notes: tuple[str, ...] = NOTES
    references: tuple[str, ...] = ()


PLAIN = FimlExtras()


def fiml_result(
    columns: Sequence[Column],
    moments: FimlMoments,
    numbers: Sequence[dict[str, Any]],
    r2: float,
    conf_level: float,
    extras: FimlExtras = PLAIN,
) -> Result:
    """Return the table of a regression from all answers; ``numbers`` are columns of intercept and predictors."""
    outcome, *names = (column.info.name for column in columns)
    complete = int(np.logical_and.reduce([column.answered for column in columns]).sum())
    rows = Rows()
    for term, number in zip([INTERCEPT, *names], numbers, strict=True):
        rows.add("b", outcome=outcome, term=term, n=moments.n, method=f"FIML, {extras.how}", **number)
    rows.add("r2", outcome=outcome, n=moments.n, estimate=r2, method="FIML")
    titles = {column.info.name: column.info.title for column in columns}
    said = f"{complete} of {moments.n} respondents answered every variable; {moments.patterns} patterns of gaps occur."
    rest = [] if moments.converged else ["The EM algorithm has not come to rest: the numbers are not final."]
    return Result.from_rows(
        rows,
        title=f"Linear regression of {titles[outcome]} from all answers",
        analysis="fiml",
        method="linear regression by full-information maximum likelihood" + extras.words,
        n_used=moments.n,
        n_dropped=len(columns[0].values) - moments.n,
        settings={"outcome": outcome, "predictors": tuple(names), "conf_level": conf_level},
        notes=(said, *rest, *_not_shown(columns), *extras.notes),
        references=(REFERENCE, *extras.references),
        wording=_words,
        labels=titles,
        layout=Layout(
            rows=("term",),
            show=(Show("b"), Show("b", "std_error"), Show("b", "interval"), Show("b", "p"), Show("r2")),
            row_head="Predictor",
        ),
        plot="coefficients",
    )


def _not_shown(columns: Sequence[Column]) -> list[str]:
    named = [column.info.title for column in columns if (column.reasons == REASON_CODES[NOT_SHOWN]).any()]
    if not named:
        return []
    return [f"Not everybody was asked: {', '.join(named)}. The model treats these as answers that exist."]


TEXTS = {
    "en": "{term}: b = {b}, {level}% CI [{low}, {high}], from all answers of {n} respondents.",
    "de": "{term}: b = {b}, {level}-%-KI [{low}; {high}], aus allen Antworten von {n} Befragten.",
}


def _words(table: pd.DataFrame, language: str) -> tuple[str, ...]:
    own = table.loc[(table["quantity"] == "b") & (table["term"] != INTERCEPT) & (table["suppressed"] == "")]
    return tuple(
        TEXTS[language].format(
            term=row["term"],
            b=printed("b", row["estimate"]),
            low=printed("b", row["conf_low"]),
            high=printed("b", row["conf_high"]),
            level=formatting.decimal(100 * row["conf_level"], 0),
            n=formatting.count(row["n"]),
        )
        for row in own.to_dict("records")
    )
