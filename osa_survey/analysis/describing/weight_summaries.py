"""What the weights cost: design effect, effective n, range."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.describing.margin_cells import weight_cells
from osa_survey.analysis.phrases import check_language, find, is_hidden
from osa_survey.dataset import ImputedData, ScoredData, SurveyDesign
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import WeightEffect, design_sentences, sample_notes, sample_references, weight_effect

REFERENCE_KISH = "Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics, 8(2), 183–200."
NOTE_RANGE = "Lowest and highest weight are multiples of the mean."
NOTE_KISH = (
    "Kish's design effect is what weighting costs a mean that has nothing to do with the weights; the standard errors "
    "of other tables come from the design itself."
)
TEXTS = {
    "en": {
        "range": "Weights run from {low} to {high} times their mean.",
        "hidden": "The range of the weights is not shown, because its ends are the weights of single people.",
        "effect": "The design effect of the weights is {deff}, so that {n} respondents are worth {effective}.",
    },
    "de": {
        "range": "Die Gewichte reichen vom {low}- bis zum {high}-Fachen ihres Mittelwerts.",
        "hidden": "Die Spannweite der Gewichte wird nicht gezeigt, weil ihre Enden Gewichte einzelner Personen sind.",
        "effect": "Der Designeffekt der Gewichte beträgt {deff}; {n} Befragte zählen so viel wie {effective}.",
    },
}


@dataclass(frozen=True)
class WeightWords:
    """The sentences of a table of weights."""

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        names = ("weight_minimum", "weight_maximum", "kish_deff", "effective_n")
        low, high, deff, effective = (find(table, name) for name in names)
        if low is None or high is None or deff is None or effective is None:
            return ()
        text = TEXTS[language]
        words = {
            "low": formatting.decimal(low["estimate"], 2),
            "high": formatting.decimal(high["estimate"], 2),
            "deff": formatting.decimal(deff["estimate"], 2),
            "n": formatting.count(deff["n"]),
            "effective": formatting.decimal(effective["estimate"], 1),
        }
        span = "hidden" if is_hidden(low) or is_hidden(high) else "range"
        return (text[span].format(**words), text["effect"].format(**words))


def describe_weights(data: ScoredData | ImputedData) -> Result:
    """Describe the weights: their range, their design effect, and the effective number of respondents.

    Parameters
    ----------
    data : ScoredData or ImputedData
        With a declared design; completed sets share it.

    Returns
    -------
    Result
        ``effective_n``, ``kish_deff``, ``weight_cv``, ``weight_minimum`` and ``weight_maximum``.

    Raises
    ------
    AnalysisError
        If no design is declared.
    """
    whole = data.original if isinstance(data, ImputedData) else data
    design = whole.design if isinstance(whole, ScoredData) else None
    if design is None:
        hint = "declare_design(scored, sample=…, weights=…), or [weights] in the study file"
        raise AnalysisError(Problem("no_design", "no weights are declared", hint=hint))
    return weight_table(whole, design)


def weight_table(data: ScoredData, design: SurveyDesign) -> Result:
    """Return the table of ``describe_weights`` for respondents and their design."""
    effect: WeightEffect = weight_effect(design.weights)
    rows = Rows()
    cells = weight_cells(rows, data)
    for quantity, value in (
        ("effective_n", effect.effective_n),
        ("kish_deff", effect.deff),
        ("weight_cv", effect.cv),
        ("weight_minimum", effect.minimum),
        ("weight_maximum", effect.maximum),
    ):
        rows.add(quantity, term="weights", n=effect.n, estimate=value, cells=cells)
    return Result.from_rows(
        rows,
        title="Weights",
        analysis="describe_weights",
        method="Kish's design effect n Σw²/(Σw)²",
        n_used=effect.n,
        n_dropped=len(design) - effect.n,
        settings={"sample": design.sample},
        notes=(*design_sentences(design), NOTE_RANGE, NOTE_KISH, *sample_notes(design)),
        references=(REFERENCE_KISH, *sample_references(design)),
        wording=WeightWords(),
        layout=Layout(
            rows=("term",),
            show=(
                Show("kish_deff", "n"),
                Show("effective_n"),
                Show("kish_deff"),
                Show("weight_cv"),
                Show("weight_minimum"),
                Show("weight_maximum"),
            ),
            row_head="",
        ),
    )
