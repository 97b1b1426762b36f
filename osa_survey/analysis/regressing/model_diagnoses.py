"""Diagnosis of a regression: influence, and tests of what the model assumes, without showing any respondent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.domains import composition_notes
from osa_survey.analysis.phrases import NOT_SHOWN, check_language, interval_of, is_hidden
from osa_survey.analysis.regressing.diagnosis_checks import check_rows
from osa_survey.analysis.regressing.model_kinds import Model
from osa_survey.analysis.regressing.model_requests import ModelRequest, model_or_result
from osa_survey.analysis.regressing.model_rows import predictor_rows
from osa_survey.analysis.regressing.regression_tables import shared_fields
from osa_survey.analysis.regressing.residual_bins import residual_bins
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Layout, Result, Show

NOTE = (
    "Tests of assumptions reject small deviations in large samples and miss large ones in small samples: read them "
    "with the residuals. Maxima and counts describe the sample; no respondent is named."
)
TEXTS = {
    "en": "Of the groups by fitted value, the mean residual was furthest from zero in the {term} from below: "
    "{number}, {interval}.",
    "de": "Unter den Gruppen nach vorhergesagtem Wert lag das mittlere Residuum in der {term} von unten am weitesten "
    "von null: {number}, {interval}.",
}
ORDINALS = {
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    "de": ("ersten", "zweiten", "dritten", "vierten", "fünften", "sechsten", "siebten", "achten", "neunten", "zehnten"),
}
HIDDEN = {"en": "The mean residuals are {why}.", "de": "Die mittleren Residuen werden {why}."}


@dataclass(frozen=True)
class DiagnosisSentences:
    """One sentence about the residuals, from the released table."""

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentence in a language."""
        check_language(language)
        shown = table.loc[[not is_hidden(row) for _, row in table.iterrows()]]
        if not len(shown):
            return (HIDDEN[language].format(why=NOT_SHOWN[language]),)
        row = shown.iloc[int(np.argmax(np.abs(shown["estimate"].to_numpy(dtype=float))))]
        term = ORDINALS[language][int(row["term"].rsplit(" ", maxsplit=1)[1]) - 1]
        number = formatting.decimal(row["estimate"], 3)
        term = f"{term} ({row['contrast']})" if row["contrast"] else term
        return (TEXTS[language].format(term=term, number=number, interval=interval_of(row, language)),)


def diagnose(
    data: ScoredData | ImputedData | pd.DataFrame,
    outcome: str | None = None,
    blocks: Sequence[str] | Sequence[Sequence[str]] | None = None,
    *,
    model: Model = "linear",
    formula: str | None = None,
    event: str | float | None = None,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
    in_order: bool = False,
    seed: int = 1,
    conf_level: float = 0.95,
) -> Result:
    """Return what speaks for and against a regression, from its residuals.

    Parameters
    ----------
    data, outcome, blocks, model, formula, event, as_categories, references
        The model, as in ``regress``; its last block is used. Fractional models have robust errors (HC0).
    in_order : bool
        Whether neighbouring rows may be related, so that the Durbin–Watson statistic of a linear model is wanted.
    seed : int
        Of the draws of quantile residuals (models other than linear ones).
    conf_level : float
        Level of the intervals of mean residuals.

    Returns
    -------
    Result
        ``residual_mean`` in groups of equal size by fitted value; of outcomes without order for each category
        (``contrast``). ``more["checks"]``: of linear models numbers and maxima of Cook's distances (over 4/n),
        leverages (over 2p/n) and studentised residuals (beyond ±3), ``breusch_pagan``, ``reset``, ``shapiro_wilk`` up
        to 5,000 respondents, ``durbin_watson`` if asked. Of all other models one-step distances from scores and
        information, randomised quantile residuals (beyond ±3, ``shapiro_wilk``), ``reset`` as the Wald test of squares
        and cubes of the linear predictor, ``hosmer_lemeshow`` of events, ``pearson_dispersion`` of counts.
        ``more["predictors"]``: ``vif``.

    Raises
    ------
    AnalysisError
        What ``regress`` refuses; ``separation``; ``does_not_compose`` where different people are used in different
        completed sets.

    Notes
    -----
    Mean residuals, ``reset`` and ``vif`` follow the design and are pooled over completed sets; what has no rule there
    has no number and says so in its row.
    """
    bare = data.original if isinstance(data, ImputedData) else data
    robust = model == "fractional" and getattr(bare, "design", None) is None
    request = ModelRequest(outcome=outcome, blocks=blocks, model=model, formula=formula, event=event,
                           as_categories=as_categories, references=references, conf_level=conf_level,
                           errors="HC0" if robust else "classical")  # fmt: skip
    fitted, settings = model_or_result(data, request, "diagnose", "its residuals")
    settings |= {"in_order": True} if in_order else {}
    settings |= {} if fitted.linear else {"seed": seed}
    bins, labels = residual_bins(fitted)
    fields = shared_fields(fitted, settings, "diagnose")
    fields |= {"labels": {**fields["labels"], **labels}}
    checks = check_rows(fitted, in_order=in_order, seed=seed)
    held = list(dict.fromkeys(checks.table["quantity"]))
    show = [Show(name) for name in held]
    show += [
        Show(name, "p") for name in held if checks.table.loc[checks.table["quantity"] == name, "p_value"].notna().any()
    ]
    name = fitted.outcome.info.title + (f": {fitted.outcome.event}" if fitted.binary else "")
    more = {
        "checks": Result.from_rows(checks, title=f"Checks of the {fitted.outcome.kind.title} regression of {name}",
                                   layout=Layout(rows=("outcome",), show=tuple(show), row_head="Model"), notes=(NOTE,),
                                   **fields),
        "predictors": Result.from_rows(predictor_rows(fitted), title=f"Variance inflation of the predictors of {name}",
                                       layout=Layout(rows=("term",), show=(Show("vif", head="VIF"),),
                                                     row_head="Predictor"), **fields),
    }  # fmt: skip
    keys = ("contrast", "term") if fitted.outcome.kind.outcome == "categories" else ("term",)
    return Result.from_rows(
        bins,
        title=f"Mean residuals by fitted value, {name} ({fitted.outcome.kind.title} regression)",
        wording=DiagnosisSentences(),
        notes=composition_notes(fitted.sample),
        layout=Layout(rows=keys, show=(Show("residual_mean", "n"), Show("residual_mean"),
                                            Show("residual_mean", "interval")), row_head="Fitted value"),
        more=more,
        plot="coefficients",
        engine=fitted,
        **fields,
    )  # fmt: skip
