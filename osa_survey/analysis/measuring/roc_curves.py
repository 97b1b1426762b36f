"""ROC analysis: a score, or two, against a reference, with cut-offs by a named criterion."""

from __future__ import annotations

import math
from collections.abc import Sequence

from osa_survey.analysis.domains import composes, composition_notes, composition_references, composition_words
from osa_survey.analysis.measuring.composed_roc import composed_parts
from osa_survey.analysis.measuring.roc_arguments import Direction, Interval, RocRequest, check_roc_choices, roc_sets
from osa_survey.analysis.measuring.roc_parts import plain_parts
from osa_survey.analysis.measuring.roc_rows import STEP
from osa_survey.analysis.measuring.roc_sentences import AreaWords, CutOffWords
from osa_survey.analysis.samples import Data
from osa_survey.effects.cut_offs import Criterion
from osa_survey.results import Layout, Result, Show

REFERENCES = (
    "DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated "
    "receiver operating characteristic curves. Biometrics, 44(3), 837–845. https://doi.org/10.2307/2531595",
    "Simel, D. L., Samsa, G. P., & Matchar, D. B. (1991). Likelihood ratios with confidence. Journal of Clinical "
    "Epidemiology, 44(8), 763–770. https://doi.org/10.1016/0895-4356(91)90128-V",
    "Mercaldo, N. D., Lau, K. F., & Zhou, X. H. (2007). Confidence intervals for predictive values with an emphasis to "
    "case-control studies. Statistics in Medicine, 26(10), 2170–2183. https://doi.org/10.1002/sim.2677",
)
NOT_DIAGNOSES = "Screening scores are not diagnoses: a person beyond a cut-off screens positive, no more."
NO_PREVALENCE = "Predictive values need a stated prevalence: the share of cases in a study is not one."
CURVE = f"Between two points of the curve lie at least {STEP} cases and {STEP} others; the area is of all scores."


def roc(
    data: Data,
    score: str,
    reference: str,
    *,
    case: str = "",
    compare: str = "",
    direction: Direction = "higher",
    criterion: Criterion = "youden",
    at_least: float | None = None,
    cutoffs: Sequence[float] = (),
    prevalence: float | Sequence[float] = (),
    interval: Interval = "delong",
    draws: int = 2000,
    seed: int = 1,
    conf_level: float = 0.95,
) -> Result:
    """Hold a screening score against a reference.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents.
    score : str
        The score (a number, count or ordinal variable).
    reference : str
        A categorical variable: what a better instrument, an interview or another criterion found.
    case : str, optional
        The category of ``reference`` that is a case; by default the last declared one, if there are two.
    compare : str, optional
        A second score of the same people, whose area is compared with the first.
    direction : {"higher", "lower"}
        Which scores speak for a case.
    criterion : {"youden", "closest", "equal", "sensitivity", "specificity"}
        How the best cut-off is found; ``sensitivity`` and ``specificity`` hold that share at ``at_least``.
    at_least : float, optional
        The sensitivity or specificity asked for.
    cutoffs : sequence of float
        Further cut-offs, a published one for example.
    prevalence : float or sequence of float
        Shares of cases in a population for which predictive values are wanted.
    interval : {"delong", "bootstrap"}
        The interval of areas and of their difference.
    draws, seed : int
        Of the bootstrap within cases and non-cases.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``auc`` of each score and ``auc_difference``. ``more["cut_offs"]`` holds for each cut-off (``level``, a
        rule) ``cutoff`` with a percentile bootstrap interval of the best one, ``sensitivity``, ``specificity``,
        ``youden_j``, ``lr_positive``, ``lr_negative``, ``above_cutoff`` and, for each stated prevalence
        (``contrast``), ``ppv`` and ``npv``; ``more["curve"]`` holds points of the curve.

    Raises
    ------
    AnalysisError
        ``does_not_compose`` for bootstrap intervals under weights or over imputed sets; unknown words or variables;
        ``no_cutoff`` if no cut-off has the level asked for.

    Notes
    -----
    A person at or above a cut-off (with "lower": at or below) screens positive; cut-offs are scores that occur. R's
    pROC places them halfway between two scores, which gives the same sensitivity and specificity.

    Under weights areas are weighted placements with linearised or replicate errors; under weights and over imputed sets
    intervals of areas, shares and predictive values are made on the logit, those of likelihood ratios on the log, and
    pooled there by Rubin's rules (without weights with DeLong's variance in each set). The best cut-off is then the
    median of those of the sets, taken as given: its interval would need a bootstrap within them.

    Examples
    --------
    >>> import pandas as pd
    >>> reference = pd.Categorical(["no", "no", "no", "yes", "yes", "yes"], categories=["no", "yes"])
    >>> people = pd.DataFrame({"score": [1.0, 2.0, 4.0, 3.0, 5.0, 6.0], "interview": reference})
    >>> found = roc(people, "score", "interview", draws=50)
    >>> float(round(found.pick("auc")["estimate"], 3)), found.more["cut_offs"].pick("cutoff")["estimate"].item()
    (0.889, 3.0)
    """
    shares = (float(prevalence),) if isinstance(prevalence, int | float) else tuple(float(one) for one in prevalence)
    check_roc_choices(criterion, at_least, direction, interval, shares, conf_level)
    asked = RocRequest(
        criterion, math.nan if at_least is None else float(at_least), tuple(map(float, cutoffs)), shares, interval,
        draws, seed, conf_level,
    )  # fmt: skip
    sample, sets = roc_sets(data, score, reference, case, compare, direction)
    found = sets[0]
    parts = composed_parts(sample, sets, asked) if composes(data) else plain_parts(found, asked)
    labels = {column.info.name: column.info.title for column in (*found.scores, found.reference)}
    fields = {
        "analysis": "roc",
        "n_used": sample.n,
        "n_dropped": sample.n_dropped,
        "labels": labels,
    }
    settings = {
        "score": score,
        "reference": reference,
        "case": found.case,
        "compare": compare,
        "direction": direction,
        "criterion": criterion,
        "at_least": at_least,
        "cutoffs": tuple(cutoffs),
        "prevalence": shares,
        "interval": interval,
        "draws": draws,
        "seed": seed,
        "conf_level": conf_level,
    }
    title = f"{labels[score]} against {labels[reference]} ({found.case})"
    return Result.from_rows(
        parts.areas,
        title=f"ROC analysis: {title}",
        method=f"ROC analysis; {parts.words}; cut-off: {asked.how}" + composition_words(sample),
        settings=settings,
        notes=(
            NOT_DIAGNOSES,
            f"A case is '{found.case}' in {labels[reference]}.",
            *composition_notes(sample),
        ),
        references=(*REFERENCES, *composition_references(sample)),
        wording=AreaWords(f"{labels[reference]}: {found.case}", labels),
        layout=_area_layout(bool(compare), sample.imputed),
        plot="roc_curve",
        more={
            "cut_offs": Result.from_rows(
                parts.cut_offs,
                title=f"Cut-offs: {title}",
                method=parts.cut_off_words,
                notes=(NOT_DIAGNOSES, *parts.notes, *(() if shares else (NO_PREVALENCE,)), *composition_notes(sample)),
                wording=CutOffWords(labels),
                layout=_cut_off_layout(bool(shares)),
                **fields,
            ),
            "curve": Result.from_rows(
                parts.curve,
                title=f"Points of the ROC curve: {title}",
                method="sensitivity and specificity at cut-offs",
                notes=(CURVE,),
                layout=Layout(("term", "level"), (Show("sensitivity"), Show("specificity")), row_head="Cut-off"),
                **fields,
            ),
        },
        **fields,
    )


def _area_layout(compared: bool, imputed: bool) -> Layout:
    shown = [Show("auc"), Show("auc", "interval"), Show("auc", "n")]
    if compared:
        shown += [Show("auc_difference"), Show("auc_difference", "interval"), Show("auc_difference", "p")]
    if imputed:
        shown.append(Show("fmi"))
    return Layout(("term",), tuple(shown), row_head="Score")


def _cut_off_layout(predicted: bool) -> Layout:
    quantities = ["sensitivity", "specificity", "lr_positive", "lr_negative", "above_cutoff"]
    shown = [part for name in quantities for part in (Show(name), Show(name, "interval"))]
    shown.insert(0, Show("cutoff", "interval"))
    shown.append(Show("sensitivity", "n", "Cases"))
    shown.append(Show("specificity", "n", "Others"))
    if predicted:
        shown += [Show("ppv"), Show("ppv", "interval"), Show("npv"), Show("npv", "interval")]
    return Layout(("level", "contrast") if predicted else ("level",), tuple(shown), row_head="Cut-off")
