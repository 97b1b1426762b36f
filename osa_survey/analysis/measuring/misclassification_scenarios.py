"""A scenario: the prevalence behind a screening, if it were as accurate as somebody states."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric
from osa_survey.analysis.domains import composes, composition_notes, composition_references, composition_words
from osa_survey.analysis.measuring.composed_scenarios import REFERENCE_EFFECTIVE, composed_scenario
from osa_survey.analysis.measuring.roc_rows import add_number, share
from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, find, is_hidden, is_known, with_interval
from osa_survey.analysis.samples import Sample, sample_of
from osa_survey.dataset import Column, ScoredData, column_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.effects.misclassifications import Accuracy, true_prevalence
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

REFERENCES = (
    "Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of a screening test. American Journal "
    "of Epidemiology, 107(1), 71–76. https://doi.org/10.1093/oxfordjournals.aje.a112510",
    "Lang, Z., & Reiczigel, J. (2014). Confidence limits for prevalence of disease adjusted for estimated sensitivity "
    "and specificity. Preventive Veterinary Medicine, 113(1), 13–22. https://doi.org/10.1016/j.prevetmed.2013.09.015",
)
NOT_DIAGNOSES = "Screening scores are not diagnoses: a person beyond a cut-off screens positive, no more."
SCENARIO = (
    "A scenario, not an estimate: it holds if the accuracy stated was found in people like these, by the reference "
    "standard named."
)
STATED = (
    "Assumed: sensitivity {sensitivity:g} (found in {n_sensitivity:g} cases), specificity {specificity:g} (in "
    "{n_specificity:g} others), reference standard: {standard}. Their sampling error is in the interval."
)
EFFECTIVE = (
    "The effective n is the number of people, drawn alone and alike, that would leave the apparent prevalence the "
    "variance it has; it stands for n in the interval of the scenario."
)
TEXTS = {
    "en": {
        "apparent": "{name}: {number} screened positive.",
        "true": "If the accuracy assumed held (reference standard: {standard}), the prevalence would be {number}: a "
        "scenario, not an estimate.",
        "diagnosis": "Screening positive is not a diagnosis.",
    },
    "de": {
        "apparent": "{name}: {number} fielen im Screening auf.",
        "true": "Träfe die angenommene Genauigkeit zu (Referenzstandard: {standard}), wäre die Prävalenz {number}: ein "
        "Szenario, keine Schätzung.",
        "diagnosis": "Im Screening aufzufallen ist keine Diagnose.",
    },
}


@dataclass(frozen=True)
class ScenarioWords:
    """Sentences of a scenario: what was seen, what it would mean, what it is not."""

    name: str
    standard: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        text, told = TEXTS[language], []
        for key, quantity in (("apparent", "apparent_prevalence"), ("true", "true_prevalence")):
            row = find(table, quantity)
            number = NOT_SHOWN[language] if is_hidden(row) else NOT_DEFINED[language]
            if row is not None and is_known(row):
                number = with_interval(row, language)
            told.append(text[key].format(name=self.name, standard=self.standard, number=number))
        return (*told, text["diagnosis"])


def misclassification_scenario(
    data: ScoredData | ImputedData | pd.DataFrame,
    score: str,
    positive: str | float,
    *,
    sensitivity: Mapping[str, float],
    specificity: Mapping[str, float],
    reference_standard: str,
    conf_level: float = 0.95,
) -> Result:
    """Return the prevalence that would give this share of positives, if a stated accuracy held.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; weights of a design are used, imputed sets pooled.
    score : str
        A screening score, or a categorical variable that holds who screened positive.
    positive : float or str
        The cut-off, at or above which a score is positive; or the category.
    sensitivity, specificity : mapping
        ``{"estimate": 0.8, "n": 120}``: the share, and the number of cases (of non-cases) it was found in. There is no
        default: who states them answers for them.
    reference_standard : str
        What told cases from non-cases where the accuracy was found.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``apparent_prevalence`` (Wilson interval; under weights or over imputed sets logit), ``true_prevalence``
        (Rogan–Gladen, interval of Lang and Reiczigel, which holds the uncertainty of the accuracy), and the assumed
        ``sensitivity`` and ``specificity``. Under weights or over imputed sets also ``effective_n``, and over sets
        ``fmi`` of the apparent prevalence.

    Raises
    ------
    AnalysisError
        ``accuracy`` for shares that are none, people that are missing, no reference standard.

    Notes
    -----
    Under weights or over imputed sets the share q of positives is weighted and pooled, v its design-based and pooled
    variance with ν degrees of freedom, and the interval is that of n* = q(1 − q)/v · (z/t)² people with the normal and
    t(ν) quantiles: Korn and Graubard's effective n in the interval of Lang and Reiczigel. Where everybody or nobody is
    positive n* is the number of respondents.

    See Also
    --------
    osa_survey.effects.misclassifications.true_prevalence : The formulas.

    Examples
    --------
    >>> people = pd.DataFrame({"score": np.repeat([10.0, 30.0], [860, 140])})
    >>> stated = {"sensitivity": {"estimate": 0.8, "n": 200}, "specificity": {"estimate": 0.9, "n": 300}}
    >>> found = misclassification_scenario(people, "score", 24, reference_standard="interview", **stated)
    >>> float(round(found.pick("true_prevalence")["estimate"], 4))
    0.0571
    """
    check_conf_level(conf_level)
    accuracies = _accuracies(sensitivity, specificity, reference_standard)
    column = column_of(data.original if isinstance(data, ImputedData) else data, score)
    sample = sample_of(data, [score]) if composes(data) else None
    if sample is None:
        rows, n = _plain_rows(column, positive, accuracies, conf_level)
    else:
        rows = composed_scenario(sample, lambda one: _positives(one.columns[0], positive), accuracies, conf_level)
        n = sample.n
    for name, one in zip(("sensitivity", "specificity"), accuracies, strict=True):
        rows.add(name, outcome=score, n=one.n, estimate=one.share, method="stated by the user, not estimated here")
    standard = reference_standard.strip()
    stated = STATED.format(
        sensitivity=accuracies[0].share,
        n_sensitivity=accuracies[0].n,
        specificity=accuracies[1].share,
        n_specificity=accuracies[1].n,
        standard=standard,
    )
    title = column.info.title
    return Result.from_rows(
        rows,
        title=f"Misclassification scenario: {title}",
        analysis="misclassification_scenario",
        method="Rogan–Gladen scenario with the interval of Lang and Reiczigel" + composition_words(sample),
        n_used=n,
        n_dropped=len(column.values) - n,
        settings={
            "score": score,
            "positive": positive,
            "sensitivity": dict(sensitivity),
            "specificity": dict(specificity),
            "reference_standard": standard,
            "conf_level": conf_level,
        },
        notes=(SCENARIO, stated, NOT_DIAGNOSES, *_effective(sample)),
        references=(*REFERENCES, *((REFERENCE_EFFECTIVE,) if sample else ()), *composition_references(sample)),
        wording=ScenarioWords(title, standard),
        labels={score: title},
        layout=Layout(
            ("outcome",),
            (
                Show("apparent_prevalence"),
                Show("apparent_prevalence", "interval"),
                Show("true_prevalence"),
                Show("true_prevalence", "interval"),
                Show("apparent_prevalence", "n"),
                *(() if sample is None else (Show("effective_n"),)),
                *((Show("fmi"),) if sample is not None and sample.imputed else ()),
            ),
            row_head="Screening",
        ),
        plot="scenario_dots",
    )


def _plain_rows(
    column: Column, positive: str | float, accuracies: tuple[Accuracy, Accuracy], conf_level: float
) -> tuple[Rows, int]:
    """Return both prevalences of answers that count alike, and how many there are."""
    name, used, above = column.info.name, column.answered, _positives(column, positive)
    n, k = int(used.sum()), int(above.sum())
    if n == 0:
        raise AnalysisError(Problem("no_respondents", f"nobody has '{name}'", column=name))
    rows = Rows()
    rows.cell("all", used)
    rows.cell("positive", above)
    rows.cell("negative", used & ~above)
    rows.total("all", ["positive", "negative"])
    keys = {"outcome": name, "n": n, "cells": ["positive", "negative"]}
    add_number(rows, "apparent_prevalence", share(k, n, conf_level), conf_level, **keys)
    add_number(rows, "true_prevalence", true_prevalence(k, n, *accuracies, conf_level), conf_level, **keys)
    return rows, n


def _effective(sample: Sample | None) -> tuple[str, ...]:
    return () if sample is None else (EFFECTIVE, *composition_notes(sample))


def _accuracies(
    sensitivity: Mapping[str, float], specificity: Mapping[str, float], standard: str
) -> tuple[Accuracy, Accuracy]:
    problems, found = [], []
    for name, given in (("sensitivity", sensitivity), ("specificity", specificity)):
        share_given = float(given.get("estimate", math.nan)) if isinstance(given, Mapping) else math.nan
        people = float(given.get("n", math.nan)) if isinstance(given, Mapping) else math.nan
        if not (0 < share_given <= 1 and people >= 1):
            message = f"{name} needs an estimate above 0 and up to 1 and the n it was found in"
            hint = f"{name} = {{ estimate = 0.8, n = 120 }}, from the validation study"
            problems.append(Problem("accuracy", message, key=name, hint=hint))
        found.append(Accuracy(share_given, people))
    if not standard.strip():
        message = "the reference standard of the accuracy is not named"
        hint = "say what told cases from others there, a structured interview for example"
        problems.append(Problem("accuracy", message, key="reference_standard", hint=hint))
    if not problems and found[0].share + found[1].share <= 1:
        message = "sensitivity + specificity is not above one: such a screening tells nothing about anybody"
        problems.append(Problem("accuracy", message, key="sensitivity"))
    if problems:
        raise AnalysisError(problems)
    return found[0], found[1]


def _positives(column: Column, positive: str | float) -> NDArray[np.bool_]:
    if isinstance(positive, str):
        if positive not in column.info.labels:
            hint = nearest(positive, list(column.info.labels))
            message = f"'{column.info.name}' has no category '{positive}'"
            raise AnalysisError(Problem("unknown_category", message, column=column.info.name, hint=hint))
        return np.asarray(column.values == column.info.codes[column.info.labels.index(positive)])
    check_numeric(column, ordinal=True)
    return np.asarray(column.values >= float(positive))
