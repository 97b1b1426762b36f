"""Graded response models of whatever data there are: complete answers, weights, completed sets."""

from __future__ import annotations

import numpy as np

from osa_survey import psychometrics
from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
)
from osa_survey.analysis.estimate_fields import estimate_fields, undefined_words
from osa_survey.analysis.estimates import Estimates, Sample
from osa_survey.analysis.measuring.composed_graded_models import ComposedGraded, composed_graded
from osa_survey.analysis.measuring.item_samples import answered_items
from osa_survey.analysis.samples import Data
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_response.graded_analyses import NOTE_TRAIT, REFERENCES, GradedWords, check_items
from osa_survey.psychometrics.item_response.graded_tables import (
    base_rows,
    information_result,
    item_information_result,
    items_result,
)
from osa_survey.results import Layout, Result, Show

NO_LIKELIHOOD = (
    "Log-likelihood, AIC and BIC are left out: weighted answers have a pseudo-likelihood, and the likelihoods of "
    "completed sets are not pooled."
)
CURVES = "Information is that of the pooled parameters; the marginal reliability is the mean over the sets."


def graded_response(data: Data, scale: str | None = None, *, conf_level: float = 0.95) -> Result:
    """Fit a graded response model to the items of a scale.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame whose columns are keyed items; weights of a design are used, imputed sets pooled.
    scale : str, optional
        With scored data the scored column; may be left out if there is only one. With a data frame, what print calls
        the scale.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``marginal_reliability``, and of answers without weights or imputed sets ``log_likelihood``, ``aic``, ``bic``;
        ``more["items"]`` with discriminations (``discrimination``) and difficulties (``difficulty``, one for each
        answer but the lowest, in standard deviations of the trait), their t or z intervals, and over imputed sets
        ``fmi``; ``more["information"]`` of the test and ``more["item_information"]`` of each item over the trait.
        ``engine`` is the `GradedModel`, with the pooled parameters over imputed sets.

    Raises
    ------
    AnalysisError
        Fewer than three items, an item without two different answers or with too many, too few respondents;
        ``not_converged`` where the weighted answers or a completed set have no proper maximum; ``does_not_compose``
        where nobody gives some answer in one of the sets.

    Notes
    -----
    Under weights the weighted marginal log-likelihood is maximised (pseudo maximum likelihood); errors are linearised,
    w s H⁻¹ with the scores s and the observed information H, or those of replicate weights. Over imputed sets
    parameters, and difficulties as they are, are pooled by Rubin's rules.

    References
    ----------
    Samejima, F. (1969). Psychometrika, 34(S1), 1-97. doi:10.1007/BF03372160

    Skinner, C. J. (1989). Domain means, regression and multivariate analysis. In C. J. Skinner, D. Holt & T. M. F.
    Smith (Eds.), Analysis of complex surveys (pp. 59-87). Wiley.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> items = pd.DataFrame({f"i{n}": np.digitize(trait + rng.normal(size=300), [-1, 1]) for n in range(4)})
    >>> float(graded_response(items.astype(float)).pick("marginal_reliability")["estimate"]) > 0.6
    True
    """
    if not composes(data):
        return psychometrics.graded_response(data, scale, conf_level=conf_level)  # type: ignore[arg-type]
    check_conf_level(conf_level)
    items, sample, answers = answered_items(data, scale)
    check_items(items)
    found = composed_graded(sample, [values[one.used] for one, values in zip(sample.sets, answers, strict=True)])
    model = found.model
    notes = (NOTE_TRAIT, NO_LIKELIHOOD, *((CURVES,) if sample.imputed else ()), *composition_notes(sample))
    rows, common = base_rows(items, model)
    rows.add(
        "marginal_reliability",
        estimate=found.reliability,
        method="variance of the scores over it plus their mean squared error",
        **common,
    )
    return Result.from_rows(
        rows,
        title=f"Graded response model of {items.title}",
        analysis="graded_response",
        method=f"graded response model by marginal {_likelihood(sample)} (61 quadrature points)"
        + composition_words(sample),
        n_used=sample.n,
        n_dropped=sample.n_dropped,
        settings={"scale": items.name, "conf_level": conf_level},
        notes=notes,
        references=(*REFERENCES, *composition_references(sample)),
        more={
            "information": information_result(items, model, composition_notes(sample)),
            "items": _items(items, sample, found, conf_level),
            "item_information": item_information_result(items, model, composition_notes(sample)),
        },
        labels={items.name: items.title},
        wording=GradedWords(items.title),
        layout=Layout(rows=("outcome",), show=(Show("marginal_reliability"),), row_head="Scale"),
        plot="lines",
        engine=model,
    )


def _likelihood(sample: Sample) -> str:
    return "maximum likelihood" if sample.design is None else "pseudo maximum likelihood"


def _items(items: ItemMatrix, sample: Sample, found: ComposedGraded, conf_level: float) -> Result:
    starts = found.model.starts

    def number(numbers: Estimates, place: int) -> dict[str, object]:
        fields: dict[str, object] = estimate_fields(numbers, place, conf_level)
        if not np.isfinite(numbers.std_error[place]):
            fields = {"estimate": fields["estimate"], "warning": undefined_words(numbers)}
        if numbers.fmi is not None:
            fields["fmi"] = float(numbers.fmi[place])
        return fields

    return items_result(
        items,
        found.model,
        lambda item: number(found.raw, int(starts[item])),
        lambda item, answer: number(found.difficulties, int(starts[item]) - item + answer),
        composition_notes(sample),
    )
