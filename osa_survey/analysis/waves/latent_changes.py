"""Latent change between waves: how much a scale changes, how people differ in that, and what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from osa_survey.analysis.arguments import check_conf_level, variable_names
from osa_survey.analysis.domains import composes
from osa_survey.analysis.samples import Data
from osa_survey.analysis.waves.latent_change_conditions import conditional_change
from osa_survey.analysis.waves.latent_change_fits import (
    ChangeRequest,
    composed_change,
    is_conditional,
    plain_change,
)
from osa_survey.analysis.waves.latent_change_models import KINDS, ChangeModel, Kind
from osa_survey.analysis.waves.latent_change_numbers import change_numbers
from osa_survey.analysis.waves.latent_change_predictors import Predictors
from osa_survey.analysis.waves.latent_change_rows import (
    ChangeParts,
    change_layout,
    change_rows,
    fit_table,
    predictor_table,
)
from osa_survey.analysis.waves.latent_change_sentences import LatentChangeSentences
from osa_survey.analysis.waves.wave_notes import NOT_TESTED
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.factor_tables import GAPS, METHODS, NOTE_CHOSEN
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL
from osa_survey.psychometrics.invariance.wave_items import Wave
from osa_survey.results import Result

ESTIMATORS = ("ML", "MLR", "WLSMV", "ULSMV")
SCALE = (
    "Levels have the scale of the first item; loadings and intercepts (of ordinal items thresholds, loadings and "
    "intercepts) are equal in all waves, and residuals of the same item covary."
)
OF_SCORES = (
    "Levels are the scores as they are, errors of measurement included: they make people seem to differ more in "
    "change, and change seem to go with a low first level."
)
WITH_ERROR = "Scores have an error of equal variance in all waves, told apart by what is said of the changes."
AT_MEANS = "Mean changes are those of people at the mean of all predictors; correlations are beyond the predictors."
NUMBERS_FOR_PREDICTORS = "With predictors items are taken as numbers (MLR)."
OBSERVATIONAL = "Change between waves is not an effect of anything that happened in between."
KIND_WORDS = {
    "free": "a mean and a variance for every change",
    "constant": "the same change between all waves for a person",
    "proportional": "changes in proportion to the level before",
    "dual": "a constant part of change and a part in proportion to the level before",
}
REFERENCES = (
    "McArdle, J. J. (2009). Latent variable modeling of differences and changes with longitudinal data. Annual Review "
    "of Psychology, 60, 577–605. https://doi.org/10.1146/annurev.psych.60.110707.163612",
    "Kievit, R. A., Brandmaier, A. M., Ziegler, G., van Harmelen, A.-L., de Mooij, S. M. M., Moutoussis, M., … Dolan, "
    "R. J. (2018). Developmental cognitive neuroscience using latent change score models. Developmental Cognitive "
    "Neuroscience, 33, 99–117. https://doi.org/10.1016/j.dcn.2017.11.007",
)


def latent_change(
    data: Data,
    waves: Sequence[Wave],
    *,
    of: Literal["items", "scores"] = "items",
    predictors: str | Sequence[str] = (),
    kind: Kind = "free",
    estimator: Literal["auto", "ML", "MLR", "WLSMV", "ULSMV"] = "auto",
    missing: Literal["auto", "listwise", "fiml"] = "auto",
    conf_level: float = 0.95,
) -> Result:
    """Model the change of a scale from wave to wave as latent variables.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person.
    waves : sequence of str or of sequence of str
        For each wave, in order: of items a scored column, block or instrument of scored data, or the items in the same
        order in every wave; of scores a column of numbers.
    of : {"items", "scores"}
        Whether levels are measured by the items, so that errors of measurement stand apart, or are the scores.
    predictors : str or sequence of str
        Variables that may go with the first level and with changes; of nominal ones each category against the
        reference.
    kind : {"free", "constant", "proportional", "dual"}
        What is said of changes. ``"free"``: a mean and a variance for each. With three waves or more also
        ``"constant"`` (a person changes by the same amount between all waves), ``"proportional"`` (by a multiple of the
        level before) or ``"dual"`` (both).
    estimator : {"auto", "ML", "MLR", "WLSMV", "ULSMV"}
        ``"auto"``: of items WLSMV where none has more than five different answers and nothing predicts, else MLR.
    missing : {"auto", "listwise", "fiml"}
        ``"auto"``: every answer by full-information maximum likelihood with ML and MLR, so that people who missed a
        wave take part; complete people with the others, and of imputed sets.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``latent_change`` (mean change, by ``contrast``) with a z test, ``latent_change_sd`` (in SD of the first level),
        ``change_variance``, ``change_r`` (with the first level, and of changes with each other), with ``kind`` also
        ``proportional_change``. ``more["predictors"]``: ``b`` and ``beta`` on the first level and on changes.
        ``more["fit"]``: fit of the model.

    Raises
    ------
    AnalysisError
        ``too_few_waves``; ``different_items``; ``different_categories`` where a nominal predictor has other categories
        in other completed sets; ``does_not_compose`` for ``"fiml"`` of completed sets; what the answers cannot carry.

    Notes
    -----
    ``level_t = level_(t-1) + change_t``. From items the first item sets the scale (loading 1, intercept 0); loadings
    and intercepts are equal in all waves (test that first: ``longitudinal_invariance``). With ordinal items the first
    level has mean 0. Functions of parameters have delta-method errors; correlations have intervals on Fisher's z. Under
    weights or over imputed sets the model is fitted to weighted or pooled moments, as in ``invariance``; ``"ML"`` is
    MLR then, and tests are t tests. Ordinal items with predictors are modelled given the predictors (Muthén, 1984):
    nothing is assumed of the predictors' distribution.

    References
    ----------
    McArdle, J. J. (2009). Latent variable modeling of differences and changes with longitudinal data. Annual Review of
    Psychology, 60, 577-605. doi:10.1146/annurev.psych.60.110707.163612

    Kievit, R. A., et al. (2018). Developmental cognitive neuroscience using latent change score models. Developmental
    Cognitive Neuroscience, 33, 99-117. doi:10.1016/j.dcn.2017.11.007

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"joy_1": [1.0, 2.0, 3.0, 4.0, 6.0], "joy_2": [2.0, 2.5, 3.5, 6.0, 6.0]})
    >>> result = latent_change(people, ["joy_1", "joy_2"], of="scores")
    >>> float(result.pick("latent_change")["estimate"].round(3))
    0.8
    """
    check_conf_level(conf_level)
    _check_options(waves, of, kind, estimator)
    names = variable_names(predictors, at_least=0)
    if names and kind == "proportional":
        message = "purely proportional changes have no part of their own that predictors could go with"
        raise AnalysisError(Problem("predictors", message, key="predictors", hint='kind = "free" or "dual"'))
    asked = ChangeRequest(tuple(waves), of, tuple(names), kind, estimator, missing)
    found = (
        conditional_change(data, asked)
        if is_conditional(asked)
        else composed_change(data, asked)
        if composes(data)
        else plain_change(data, asked)  # type: ignore[arg-type]
    )
    measured, terms, model, fit = found.levels, found.predictors, found.model, found.fit
    how, gaps = found.estimator, found.missing
    numbers = change_numbers(fit, model, conf_level, found.basis, found.turned)
    compared = found.turned is None
    parts = ChangeParts(fit, model, numbers, terms, measured.name, measured.waves, conf_level, compared)
    labels = {measured.name: measured.title, **measured.labels}
    for latent in model.changes:
        labels[parts.said(latent)] = " − ".join(labels.get(wave, wave) for wave in parts.said(latent).split(" − "))
    fields: dict[str, Any] = {
        "analysis": "latent_change",
        "method": f"latent change score model of {len(waves)} waves ({of}): {KIND_WORDS[kind]}; {METHODS[how]}; "
        f"{GAPS[gaps].replace('respondents who answered every item', 'people with every answer')}{found.basis.words}",
        "n_used": fit.n,
        "n_dropped": found.n_all - fit.n,
        "settings": {
            "waves": [wave if isinstance(wave, str) else list(wave) for wave in waves],
            "of": of,
            "predictors": names,
            "kind": kind,
            "estimator": how,
            "missing": gaps,
            "conf_level": conf_level,
        },
        "labels": {**labels, **dict(zip(terms.terms, terms.titles, strict=True))},
        "references": (*REFERENCES, *found.basis.references),
    }
    rows = change_rows(parts)
    more = {"predictors": predictor_table(parts, fields)} if names else {}
    just = "no degrees of freedom: the model fits by construction" if fit.inference.chi_squared.df == 0 else ""
    more["fit"] = fit_table(parts, fields, [just] if just else [])
    return Result.from_rows(
        rows,
        title=f"Latent change of {measured.title} over {len(waves)} waves",
        notes=(*_notes(of, how, estimator, kind, names), *found.basis.notes),
        wording=LatentChangeSentences(measured.title, labels),
        layout=change_layout(rows),
        more=more,
        plot="change_dots",
        engine=fit,
        **fields,
    )


def _check_options(waves: Sequence[Wave], of: str, kind: str, estimator: str) -> None:
    problems = []
    for name, value, known in (("of", of, ("items", "scores")), ("kind", kind, KINDS),
                               ("estimator", estimator, ("auto", *ESTIMATORS))):  # fmt: skip
        if value not in known:
            message = f"{name} cannot be '{value}'"
            problems.append(Problem("unknown_option", message, key=name, hint=nearest(value, known)))
    least = 2 if kind == "free" else 3
    if isinstance(waves, str) or len(waves) < least:
        message = f"{least} waves are needed{'' if kind == 'free' else f' for {kind} change'}"
        hint = 'waves = ["scale_1", "scale_2"], or lists of items'
        problems.append(Problem("too_few_waves", message, key="waves", hint=hint))
    if problems:
        raise AnalysisError(problems)


def _notes(of: str, how: str, estimator: str, kind: str, predictors: Sequence[str]) -> tuple[str, ...]:
    notes = [NOT_TESTED]
    if of == "items":
        if estimator == "auto":
            notes.append(NUMBERS_FOR_PREDICTORS if predictors else NOTE_CHOSEN[how in ORDINAL])
        notes.append(SCALE)
    else:
        notes.append(OF_SCORES if kind == "free" else WITH_ERROR)
    if predictors:
        notes.append(AT_MEANS)
    return (*notes, OBSERVATIONAL)


__all__ = ["ChangeModel", "Predictors", "latent_change"]
