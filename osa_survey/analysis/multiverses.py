"""The multiverse: one question under every combination of declared choices, and a joint test of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric, variable_names
from osa_survey.analysis.multiverse_choices import (
    Specification,
    choice_problems,
    coded,
    covariate_columns,
    excluded,
    marked,
    predictor_values,
    subsets,
)
from osa_survey.analysis.multiverse_rows import (
    CURVE,
    add_choices,
    add_curve_points,
    add_joint_test,
    curve_of,
)
from osa_survey.analysis.multiverse_runs import computed_units
from osa_survey.analysis.multiverse_sentences import MultiverseWords
from osa_survey.analysis.prevalence_rows import MaskCells
from osa_survey.dataset import ScoredData, columns_of, refuse_design, refuse_imputed
from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.specification_units import Unit
from osa_survey.results import Layout, Result, Rows, Show

Mask = NDArray[np.bool_]
MOST = 20_000
LEAST = 10
REFERENCES = (
    "Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour, "
    "4(11), 1208–1214. https://doi.org/10.1038/s41562-020-0912-z",
    "Steegen, S., Tuerlinckx, F., Gelman, A., & Vanpaemel, W. (2016). Increasing transparency through a multiverse "
    "analysis. Perspectives on Psychological Science, 11(5), 702–712. https://doi.org/10.1177/1745691616658637",
)
NOTES = (
    "Estimates are partial correlations, the one scale that all codings and models share.",
    "All specifications are of the respondents with an answer to every outcome, predictor and covariate; only the "
    "exclusions change who is in.",
    "The joint test shuffles the predictor over the respondents, the same shuffle in every specification: its null "
    "hypothesis is that the predictor goes with nothing, the covariates included.",
    "Specifications are as many as were declared, not as many as are sensible: their number proves nothing.",
)


def multiverse(
    data: ScoredData | pd.DataFrame,
    outcomes: Sequence[str] | Mapping[str, Mapping[str, Any]],
    predictors: Sequence[str],
    *,
    covariates: Sequence[str] = (),
    exclusions: Mapping[str, Mapping[str, Any]] | None = None,
    models: Sequence[str] = ("linear",),
    preregistered: Mapping[str, Any] | None = None,
    predicted: Literal["positive", "negative"] = "positive",
    draws: int = 500,
    seed: int = 1,
    workers: int | None = None,
    resume: str | Path | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Answer one question under every combination of declared choices.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents. Weights and imputed sets are refused.
    outcomes : sequence of str, or mapping of str to mapping
        Alternative outcomes: scores under several scoring rules, for example. With a mapping a title stands for
        ``{"variable": …}`` with ``"at_least"`` (a binary coding) or ``"log": True``.
    predictors : sequence of str
        Alternative codings of the predictor of interest: numbers, or categories of two.
    covariates : sequence of str
        Each is in or out.
    exclusions : mapping of str to mapping
        Title → ``{"variable": …}`` with ``"below"``, ``"above"`` or ``"is"``: each is in force or not.
    models : sequence of {"linear", "rank", "logistic"}
        Logistic models are of binary outcomes only.
    preregistered : mapping, optional
        The specification to mark: ``outcome``, ``predictor``, ``model`` (by default the first declared),
        ``covariates`` and ``exclusions`` (by default none).
    predicted : {"positive", "negative"}
        The direction predicted.
    draws, seed : int
        Shuffles of the joint test.
    workers : int, optional
        Processes; by default those of ``joblib.parallel_config`` (a cluster, for example), else one.
    resume : str or Path, optional
        A folder for finished parts: an interrupted run begun again with it goes on where it stopped.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        Rows ``specifications``, ``curve_median``, ``curve_same_sign``, ``curve_significant`` and ``curve_stouffer``
        with the p of the joint permutation test. ``more["choices"]`` has the median estimate by choice,
        ``more["curve"]`` up to a hundred specifications by rank, the preregistered one among them. ``engine`` is the
        table of all.

    Raises
    ------
    AnalysisError
        ``does_not_compose``; unknown variables or choices; more than 20,000 specifications; an outcome or predictor
        that is the same for everybody left.

    See Also
    --------
    osa_survey.models.specification_units.partial_correlations : The formulas.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame(rng.normal(size=(100, 3)), columns=["use", "age", "score"])
    >>> people["score"] += people["use"]
    >>> found = multiverse(people, ["score"], ["use"], covariates=["age"], draws=99)
    >>> found.pick("specifications")["estimate"].item(), found.pick("curve_median")["p_value"].item()
    (2.0, 0.01)
    """
    refuse_imputed(data, "multiverse")
    refuse_design(data, "multiverse")
    check_conf_level(conf_level)
    rules = dict(exclusions or {})
    codings = dict(outcomes) if isinstance(outcomes, Mapping) else {name: {} for name in variable_names(outcomes)}
    problems = choice_problems(codings, rules, models)
    if predicted not in ("positive", "negative"):
        problems.append(Problem("unknown_choice", "predicted is positive or negative", key="predicted"))
    if draws < 1:
        problems.append(Problem("draws", f"{draws} shuffles cannot be drawn", key="draws", hint="500 is usual"))
    if problems:
        raise AnalysisError(problems)
    sources = {name: str(coding.get("variable", name)) for name, coding in codings.items()}
    focal, controls = variable_names(predictors), variable_names(covariates, at_least=0)
    known = list(dict.fromkeys([*sources.values(), *focal, *controls]))
    columns = dict(zip(known, columns_of(data, known), strict=True))
    check_numeric(*(columns[name] for name in sources.values()), ordinal=True)
    complete = np.logical_and.reduce([column.answered for column in columns.values()])
    out = {name: excluded(columns_of(data, [rule["variable"]])[0], rule, name) for name, rule in rules.items()}
    values = {name: coded(columns[source].values[complete], codings[name]) for name, source in sources.items()}
    focal_values = {name: predictor_values(columns[name])[complete] for name in focal}
    parts = [covariate_columns(columns[name])[complete] for name in controls]
    ends = np.cumsum([part.shape[1] for part in parts]).tolist()
    places = {
        name: tuple(range(end - part.shape[1], end)) for name, part, end in zip(controls, parts, ends, strict=True)
    }
    design = np.hstack(parts) if parts else np.empty((int(complete.sum()), 0))
    sets = subsets(controls)
    units, specifications, people = [], [], []
    for without in subsets(list(rules)):
        inside = complete & ~np.logical_or.reduce([np.zeros_like(complete), *(out[name] for name in without)])
        for outcome, predictor, model in _combinations(values, focal, models, inside[complete]):
            used = inside[complete]
            _check(values[outcome][used], focal_values[predictor][used], outcome, predictor, without)
            chosen = tuple(tuple(place for name in one for place in places[name]) for one in sets)
            units.append(
                Unit(values[outcome], focal_values[predictor], design, chosen, used, model, int(draws), int(seed))
            )
            specifications += [Specification(outcome, predictor, model, one, without) for one in sets]
            people += [inside] * len(sets)
    if not specifications:
        message = "no outcome is binary: there is nothing a logistic model could be of"
        raise AnalysisError(Problem("unknown_choice", message, key="models", hint='models = ["linear"]'))
    if len(specifications) > MOST:
        message = f"the choices make {len(specifications):,} specifications, more than {MOST:,}"
        raise AnalysisError(Problem("too_many", message, key="covariates", hint="declare fewer choices"))
    position = marked(specifications, preregistered)
    numbers = np.concatenate(computed_units(units, None if resume is None else Path(resume), workers))
    logistic = np.array([one.model == "logistic" for one in specifications])
    curve = curve_of(specifications, numbers, logistic, position)
    labels = {name: column.info.title for name, column in columns.items()}
    fields = {"analysis": "multiverse", "n_used": int(complete.sum()), "n_dropped": int((~complete).sum())}
    rows, choices, points = Rows(), Rows(), Rows()
    cells = MaskCells()
    everybody = cells.name(rows, complete, "complete")
    cells.name(choices, complete, "complete")
    behind = [cells.name(points, mask, f"without {', '.join(one.exclusions) or 'nobody'}")
              for mask, one in zip(people, specifications, strict=True)]  # fmt: skip
    add_joint_test(rows, curve, logistic, 1.0 if predicted == "positive" else -1.0, everybody, focal[0])
    add_choices(choices, curve, everybody)
    add_curve_points(points, curve, conf_level, behind)
    return Result.from_rows(
        rows,
        title=f"Multiverse of {len(specifications):,} specifications",
        method=f"specification curve of partial correlations; joint permutation test ({draws:,} shuffles)",
        settings={
            "outcomes": {name: dict(coding) for name, coding in codings.items()},
            "predictors": tuple(focal),
            "covariates": tuple(controls),
            "exclusions": {name: dict(rule) for name, rule in rules.items()},
            "models": tuple(models),
            "preregistered": dict(preregistered) if preregistered is not None else None,
            "predicted": predicted,
            "draws": draws,
            "seed": seed,
            "conf_level": conf_level,
        },
        notes=NOTES if preregistered is not None else (*NOTES, "No specification is marked as preregistered."),
        references=REFERENCES,
        wording=MultiverseWords(),
        labels=labels,
        layout=_layout(),
        plot="specification_curve",
        engine=_whole(curve.r, curve.p, curve.df, curve.n, specifications),
        more={
            "choices": Result.from_rows(
                choices,
                title="Median estimate by choice",
                method="medians over specifications",
                layout=Layout(("outcome", "level"), (Show("curve_median"), Show("specifications")), row_head="Choice"),
                labels=labels,
                **fields,
            ),
            "curve": Result.from_rows(
                points,
                title=f"Specifications by rank{f' ({CURVE} evenly spaced)' if len(specifications) > CURVE else ''}",
                method="partial correlations with Fisher's z intervals",
                layout=Layout(
                    ("level", "outcome", "term", "contrast", "group"),
                    (
                        Show("specification_estimate"),
                        Show("specification_estimate", "interval"),
                        Show("specification_estimate", "p"),
                        Show("specification_estimate", "n"),
                    ),
                    row_head="Specification",
                ),
                labels=labels,
                **fields,
            ),
        },
        **fields,
    )


def _combinations(
    values: Mapping[str, NDArray[np.float64]], focal: Sequence[str], models: Sequence[str], used: Mask
) -> list[tuple[str, str, str]]:
    """Return outcome, predictor and model; logistic models of binary outcomes only."""
    binary = {name: bool(np.isin(own[used], (0.0, 1.0)).all()) for name, own in values.items()}
    return [
        (outcome, predictor, model)
        for outcome in values
        for predictor in focal
        for model in dict.fromkeys(models)
        if model != "logistic" or binary[outcome]
    ]


def _check(
    y: NDArray[np.float64], x: NDArray[np.float64], outcome: str, predictor: str, without: Sequence[str]
) -> None:
    after = f" after the exclusions {', '.join(without)}" if without else ""
    if len(y) < LEAST:
        message = f"fewer than {LEAST} complete respondents are left{after}"
        raise AnalysisError(Problem("too_few_respondents", message))
    for name, own in ((outcome, y), (predictor, x)):
        if np.ptp(own) == 0:
            message = f"'{name}' is the same for everybody{after}"
            raise AnalysisError(Problem("constant_variable", message, column=name))


def _layout() -> Layout:
    names = ("specifications", "curve_median", "curve_same_sign", "curve_significant", "curve_stouffer")
    shown = [Show(name) for name in names]
    for place, name in ((5, "curve_stouffer"), (4, "curve_significant"), (3, "curve_same_sign"), (2, "curve_median")):
        shown.insert(place, Show(name, "p"))
    return Layout(("term",), tuple(shown), row_head="Predictor")


def _whole(
    r: NDArray[np.float64],
    p: NDArray[np.float64],
    df: NDArray[np.float64],
    n: NDArray[np.float64],
    specifications: Sequence[Specification],
) -> pd.DataFrame:
    """Return every specification with its estimate, one row each; no respondent is in it."""
    choices = [
        {"outcome": one.outcome, "predictor": one.predictor, "model": one.model,
         "covariates": ", ".join(one.covariates), "exclusions": ", ".join(one.exclusions)}
        for one in specifications
    ]  # fmt: skip
    return pd.DataFrame(choices).assign(n=n, df=df, estimate=r, p_value=p)
