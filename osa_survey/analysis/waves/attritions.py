"""Attrition: how people who did not come back differed, in the first wave, from those who did."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, variable_names
from osa_survey.analysis.comparing.two_groups import welch_t
from osa_survey.analysis.domains import composes, composition_notes, composition_references, composition_words
from osa_survey.analysis.phrases import NOT_DEFINED, NOT_SHOWN, check_language, is_hidden, with_interval
from osa_survey.analysis.proportion_intervals import wilson
from osa_survey.analysis.samples import sample_of
from osa_survey.analysis.waves.composed_attritions import composed_attrition_rows
from osa_survey.analysis.waves.staying_models import staying_model
from osa_survey.dataset import Column, ScoredData, columns_of
from osa_survey.dataset.imputed import ImputedData
from osa_survey.effects.risk_differences import risk_difference
from osa_survey.effects.standardised_differences import hedges_g
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

ALL, BACK, GONE = "first wave", "returned", "did not return"
CONTRAST = f"{GONE} − {BACK}"
PLAIN = "Hedges' g, Welch's t, score intervals of differences in shares; each variable for itself"
COMPOSED = "Hedges' g, t tests and t intervals of differences; each variable for itself"
CHANCE = (
    "Differences tell on which measured variables people who returned are selected; small ones do not show that "
    "nothing else differs."
)
RETURNED = "Who returned is what happened: it is read from the answers as they came in and never imputed."
REMEDY = "Imputation or weights by the variables that differ use what is known of those who did not return."
TEXTS = {
    "en": {
        "retained": "Of those in the first wave {number} returned.",
        "hedges_g": "{term}: those who did not return differed by g = {number}.",
        "risk_difference": "{term}, {level}: the difference in shares (did not return − returned) was {number}.",
        "hidden": "{term}: the number is {not_shown}.",
        "undefined": "{term}: the number is {not_defined}.",
        "not_evidence": "Intervals that include zero are not evidence of no difference.",
    },
    "de": {
        "retained": "Von den Personen der ersten Welle kamen {number} wieder.",
        "hedges_g": "{term}: Wer nicht wiederkam, unterschied sich um g = {number}.",
        "risk_difference": "{term}, {level}: Der Unterschied der Anteile (nicht wiedergekommen − wiedergekommen) war "
        "{number}.",
        "hidden": "{term}: Die Zahl wird {not_shown}.",
        "undefined": "{term}: Die Zahl ist {not_defined}.",
        "not_evidence": "Intervalle, die null einschließen, sind kein Beleg dafür, dass es keinen Unterschied gibt.",
    },
}


@dataclass(frozen=True)
class AttritionSentences:
    """One sentence for the share that returned, and one for each difference.

    Attributes
    ----------
    labels : mapping of str to str
        Variables → what print says.
    """

    labels: Mapping[str, str]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in a language."""
        check_language(language)
        text, said = TEXTS[language], []
        for _, row in table.iterrows():
            kind = "retained" if row["quantity"] == "proportion" else str(row["quantity"])
            if kind not in text:
                continue
            term = self.labels.get(row["outcome"], row["outcome"])
            if is_hidden(row):
                said.append(text["hidden"].format(term=term, not_shown=NOT_SHOWN[language]))
            elif math.isnan(row["estimate"]):
                said.append(text["undefined"].format(term=term, not_defined=NOT_DEFINED[language]))
            else:
                number = with_interval(row, language)
                said.append(text[kind].format(term=term, level=row["level"], number=number))
        sizes = table.loc[table["quantity"].isin(("hedges_g", "risk_difference"))]
        if ((sizes["conf_low"] <= 0) & (sizes["conf_high"] >= 0)).any():
            said.append(text["not_evidence"])
        return tuple(said)


def attrition(
    data: ScoredData | ImputedData | pd.DataFrame,
    variables: str | Sequence[str],
    later: str | Sequence[str],
    *,
    model: bool = False,
    conf_level: float = 0.95,
) -> Result:
    """Compare people who returned for a later wave with those who did not.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person of the first wave, with the columns of the later wave beside it. Weights are those of
        the first wave; of imputed sets the first-wave variables are pooled.
    variables : str or sequence of str
        Variables of the first wave to compare; each by everyone who answered it.
    later : str or sequence of str
        Variables of the later wave: who answered any of them returned.
    model : bool
        Whether to add a logistic regression of having returned on all variables at once, of those who answered all.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``proportion`` that returned with a Wilson interval; for each number ``hedges_g`` (did not return − returned)
        and Welch's ``mean_difference``; for each category of nominal variables ``risk_difference`` of its share.
        ``more["model"]`` where asked: the table of ``regress``, design-based and pooled as the rest.

    Raises
    ------
    AnalysisError
        ``one_group`` if everybody or nobody returned; unknown variables; with ``model`` what ``regress`` refuses.

    Notes
    -----
    Under weights shares and means are weighted, their errors linearised or those of replicate weights: people who did
    not return and those who did are two domains of the first wave's design. Over imputed sets differences are pooled by
    Rubin's rules. Who returned is read from the answers as they came in: imputed answers of the later wave would turn
    everybody into someone who returned.

    Examples
    --------
    >>> people = pd.DataFrame({"age": [20.0, 22, 30, 35, 41, 50], "joy_2": [1.0, np.nan, 3, 2, np.nan, 4]})
    >>> float(round(attrition(people, "age", "joy_2").pick("proportion")["estimate"], 2))
    0.67
    """
    check_conf_level(conf_level)
    names, after = variable_names(variables), variable_names(later)
    variable_names([*names, *after])
    whole = data.original if isinstance(data, ImputedData) else data
    columns = columns_of(whole, [*names, *after])
    back = np.logical_or.reduce([column.answered for column in columns[len(names) :]])
    if back.all() or not back.any():
        message = f"{'everybody' if back.all() else 'nobody'} answered a variable of the later wave"
        hint = "name variables of the later wave in later = …, and keep the rows of those who did not return"
        raise AnalysisError(Problem("one_group", message, key="later", hint=hint))
    sample = sample_of(data, names, complete_cases=False) if composes(data) else None
    rows = _plain_rows(columns[: len(names)], back, conf_level)
    n = len(back)
    if sample is not None:
        rows = composed_attrition_rows(sample, names, back, (ALL, BACK, GONE), conf_level)
        n = sample.n
    labels = {column.info.name: column.info.title for column in columns}
    kinds = [name for name in ("hedges_g", "mean_difference", "risk_difference")
             if name in rows.quantities]  # fmt: skip
    shown = tuple(show for name in kinds for show in (Show(name), Show(name, "interval")))
    return Result.from_rows(
        rows,
        title="Attrition: people who did not return compared with those who did",
        analysis="attrition",
        method=(PLAIN if sample is None else COMPOSED) + composition_words(sample),
        n_used=n,
        n_dropped=len(back) - n,
        settings={"variables": names, "later": after, "conf_level": conf_level, **({"model": True} if model else {})},
        notes=(CHANCE, REMEDY, *(() if sample is None else (RETURNED, *composition_notes(sample)))),
        references=composition_references(sample),
        more={"model": staying_model(data, names, back, conf_level)} if model else {},
        wording=AttritionSentences(labels),
        labels=labels,
        layout=Layout(rows=("outcome", "level"), show=(Show("proportion"), *shown), row_head="Variable"),
        plot="attrition_dots",
    )


def _plain_rows(columns: Sequence[Column], back: NDArray[np.bool_], conf_level: float) -> Rows:
    """Return the share that returned and all differences, of answers that count alike."""
    rows = Rows()
    for name, people in ((ALL, len(back)), (BACK, int(back.sum())), (GONE, int((~back).sum()))):
        rows.cell(name, people)
    rows.total(ALL, [BACK, GONE])
    share = wilson(int(back.sum()), len(back), conf_level)
    rows.add("proportion", outcome=ALL, term=BACK, n=len(back), estimate=float(back.mean()), conf_low=share[0],
             conf_high=share[1], conf_level=conf_level, method="Wilson interval", cells=[BACK, GONE])  # fmt: skip
    for column in columns:
        if column.info.type == "nominal":
            _shares(rows, column, back, conf_level)
        else:
            _means(rows, column, back, conf_level)
    return rows


def _means(rows: Rows, column: Column, back: NDArray[np.bool_], conf_level: float) -> None:
    name = column.info.name
    gone, came = (column.values[column.answered & who] for who in (~back, back))
    cells = [f"{name}, {GONE}", f"{name}, {BACK}"]
    for cell, values in zip(cells, (gone, came), strict=True):
        rows.cell(cell, len(values))
    keys: dict[str, Any] = {"outcome": name, "contrast": CONTRAST, "n": len(gone) + len(came), "cells": cells}
    if len(gone) < 2 or len(came) < 2:
        rows.add("hedges_g", warning="too few answers", **keys)
        return
    size, test = hedges_g(gone, came, conf_level), welch_t(gone, came, conf_level)
    known = not math.isnan(size.low)
    rows.add("hedges_g", estimate=size.estimate, conf_low=size.low, conf_high=size.high, method=size.method,
             conf_level=conf_level if known else math.nan, warning=size.warning, **keys)  # fmt: skip
    rows.add("mean_difference", estimate=test.difference, std_error=test.std_error, conf_low=test.low,
             conf_high=test.high, conf_level=conf_level, statistic=test.t, statistic_name="t", df1=test.df,
             p_value=test.p_value, method="Welch's t", **keys)  # fmt: skip


def _shares(rows: Rows, column: Column, back: NDArray[np.bool_], conf_level: float) -> None:
    name = column.info.name
    gone, came = (column.values[column.answered & who] for who in (~back, back))
    for code, label in zip(column.info.codes, column.info.labels, strict=True):
        cells = []
        events = []
        for word, values in ((GONE, gone), (BACK, came)):
            people = int((values == code).sum())
            cells.append(f"{name}={label}, {word}")
            rows.cell(cells[-1], people)
            events.append((float(people), float(len(values))))
        keys: dict[str, Any] = {"outcome": name, "level": label, "contrast": CONTRAST, "cells": cells,
                                "n": sum(people for people, _ in events)}  # fmt: skip
        if not len(gone) or not len(came):
            rows.add("risk_difference", warning="too few answers", **keys)
            continue
        size = risk_difference(events[0], events[1], conf_level)
        level = math.nan if math.isnan(size.low) else conf_level
        rows.add("risk_difference", estimate=size.estimate, conf_low=size.low, conf_high=size.high, method=size.method,
                 conf_level=level, warning=size.warning, **keys)  # fmt: skip
    for word, values in ((GONE, gone), (BACK, came)):
        rows.cell(f"{name}, {word}", len(values))
        rows.total(f"{name}, {word}", [f"{name}={label}, {word}" for label in column.info.labels])
