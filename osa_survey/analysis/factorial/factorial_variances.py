"""Analysis of variance and covariance with factors between and within people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import pandas as pd

from osa_survey.analysis.arguments import check_conf_level, unknown_choices
from osa_survey.analysis.domains import composes, composition_words
from osa_survey.analysis.factorial.aligned_ranks import REFERENCE
from osa_survey.analysis.factorial.anova_designs import AnovaDesign, anova_design
from osa_survey.analysis.factorial.anova_effects import (
    AnovaEffect,
    Correction,
    EffectShares,
    anova_effects,
    effect_shares,
)
from osa_survey.analysis.factorial.anova_means import AskedWeights
from osa_survey.analysis.factorial.anova_rows import add_effects, cells_of
from osa_survey.analysis.factorial.anova_sentences import AnovaWords
from osa_survey.analysis.factorial.anova_tables import Asked, tables_beside
from osa_survey.analysis.factorial.composed_designs import ComposedDesign, composed_design
from osa_survey.analysis.factorial.composed_effects import composed_effects
from osa_survey.analysis.factorial.composed_further import check_composed, composed_notes, composed_references
from osa_survey.analysis.factorial.composed_shares import composed_shares
from osa_survey.analysis.factorial.factors import cells_wanted
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, check_adjustment
from osa_survey.analysis.samples import Data
from osa_survey.dataset import ScoredData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Layout, Result, Rows, Show

REFERENCES = (
    "Olejnik, S., & Algina, J. (2003). Generalized eta and omega squared statistics. Psychological Methods, 8(4), "
    "434–447. doi:10.1037/1082-989X.8.4.434",
)
REFERENCE_EPSILON = (
    "Greenhouse, S. W., & Geisser, S. (1959). On methods in the analysis of profile data. Psychometrika, 24(2), "
    "95–112. doi:10.1007/BF02289823",
    "Girden, E. R. (1992). ANOVA: Repeated measures. Sage. doi:10.4135/9781412983419",
)
NOTE_MEASURED = "Generalised η² takes as measured, not assigned: {names}."
NOTE_COVARIATES = "Covariates are centred; means are those at the mean of the covariates."
NOTE_AUTO = "Degrees of freedom within people are corrected: Greenhouse–Geisser where ε ≤ .75, else Huynh–Feldt."


def anova(
    data: Data,
    outcome: str | None = None,
    between: str | Sequence[str] = (),
    *,
    within: Mapping[str, Sequence[str]] | None = None,
    columns: Sequence[str] = (),
    covariates: str | Sequence[str] = (),
    type: Literal[2, 3] = 3,
    sphericity: Correction = "auto",
    manipulated: Sequence[str] = (),
    pairs: Sequence[str] | None = None,
    contrasts: Mapping[str, AskedWeights] | None = None,
    adjust: str = "holm",
    ranks: bool = False,
    conf_level: float = 0.95,
) -> Result:
    """Test the effects of factors between and within people on a number.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The respondents; a design or completed sets are used.
    outcome : str, optional
        The number; with ``within`` what the ratings are called in the table.
    between : str or sequence of str
        Categorical variables.
    within : mapping, optional
        Factor → its levels. With one factor the levels are the variables that hold the ratings. With more, levels are
        names, and ``columns`` has a variable for each combination, the last factor changing fastest.
    columns : sequence of str
        See ``within``.
    covariates : str or sequence of str
        Numbers held constant (centred; no interaction with factors between).
    type : {2, 3}
        Type of the sums of squares of factors between people: each effect adjusted for all others (III), or for all
        that do not contain it (II).
    sphericity : {"auto", "none", "greenhouse_geisser", "huynh_feldt"}
        Correction of the degrees of freedom within people; "auto" is Greenhouse and Geisser's where its ε is .75 or
        less, else Huynh and Feldt's. Under weights or imputed sets all contrasts are tested at once, so that none is
        needed; other words than "auto" are refused.
    manipulated : sequence of str
        Factors between people that were assigned by the study (vignettes, conditions); all others count as measured in
        generalised η². Factors within count as assigned.
    pairs : sequence of str, optional
        Factors whose levels are compared pair by pair, or ``"factor | other"``: within each level of another factor. By
        default every factor.
    contrasts : mapping, optional
        Name → planned contrast: factor → a weight for each of its levels, in their order or by name (levels that are
        not named have none); weights of several factors are multiplied.
    adjust : str
        How p of pairs is adjusted within each entry of ``pairs``, and of planned contrasts together.
    ranks : bool
        Whether each effect is tested on aligned ranks, too; refused under weights.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        For each effect ``anova_effect`` (F with corrected degrees of freedom), ``partial_eta_squared``,
        ``generalised_eta_squared`` and ``omega_squared``. ``more["groups"]`` holds estimated marginal means,
        ``more["contrasts"]`` their pairs, ``more["planned"]`` planned contrasts, ``more["sphericity"]`` Mauchly's test
        and both ε, ``more["welch"]`` Welch's test of a single factor, ``more["aligned_ranks"]`` the rank tests.

    Raises
    ------
    AnalysisError
        ``empty_cells``, ``one_level``, ``within``, ``contrast_weights``, ``unknown_factor``, ``unknown_category``;
        ``one_completed_set``; ``does_not_compose`` for corrections and ranks as said above, and where the sampling plan
        leaves no degrees of freedom.

    Notes
    -----
    One multivariate linear model of all ratings on effect-coded factors; an effect within people is tested on
    orthonormal contrasts, F = (tr H/df_T)/(tr E/df_e), with the sums of squares and products H of the effect and E of
    the error; partial η² is tr H/(tr H + tr E). Contrasts of marginal means have the variance of their own
    difference, so that they need no sphericity. Everybody with a gap in a rating, factor or covariate is left out.
    Under weights effects are Wald's F with linearised or replicate covariances, over imputed sets D1, means and their
    contrasts Rubin's with Barnard and Rubin's degrees of freedom: see ``hypothesis_test`` and ``composed_shares``.

    References
    ----------
    Olejnik, S., & Algina, J. (2003). Generalized eta and omega squared statistics. Psychological Methods, 8(4),
    434–447. doi:10.1037/1082-989X.8.4.434

    Examples
    --------
    >>> data = pd.DataFrame({"before": [3.0, 4, 6, 5], "during": [4.0, 6, 7, 8], "after": [4.0, 5, 8, 6]})
    >>> result = anova(data, within={"time": ["before", "during", "after"]})
    >>> round(float(result.pick("anova_effect", term="time")["statistic"]), 3)
    6.882
    """
    check_conf_level(conf_level)
    check_adjustment(adjust)
    between = [between] if isinstance(between, str) else list(between)
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    _check_choices(type, sphericity)
    ratings = _ratings(outcome, within or {}, columns)
    if not between and not covariates and not within:
        message = "an analysis of variance needs a factor or a covariate"
        raise AnalysisError(Problem("no_factor", message, hint="between = […], or within = { factor = […] }"))

    def design_of(one: ScoredData | pd.DataFrame) -> AnovaDesign:
        return anova_design(one, ratings, between, within or {}, covariates, outcome or "rating")

    measured = [name for name in (*between, *covariates) if name not in manipulated]
    design: AnovaDesign | ComposedDesign
    if composes(data):
        check_composed(data, sphericity, ranks, bool(within))
        design = composed_design(data, ratings, between, within or {}, covariates, outcome or "rating")
    else:
        design = design_of(data)  # type: ignore[arg-type]
    _check_names(design, manipulated, ranks)
    effects, shares = _tested(design, type, sphericity, measured, conf_level)
    rows = Rows()
    cells_of(rows, design)
    add_effects(rows, design, effects, shares, conf_level)
    labels = {**design.titles, **{one.name: one.title for one in design.factors}}
    title = f"{labels.get(design.outcome, design.outcome)}: analysis of {'co' if covariates else ''}variance"
    shared = {"title": title, "analysis": "anova", "n_used": design.n, "n_dropped": design.n_dropped, "labels": labels}
    within_notes = any(one.sphericity is not None for one in effects)
    return Result.from_rows(
        rows,
        **shared,
        method=_method(design, type) + (f"; sphericity: {sphericity.replace('_', '–')}" if within_notes else ""),
        settings=_settings(locals(), ratings),
        notes=_notes(design, measured, within_notes and sphericity == "auto"),
        references=(
            *REFERENCES,
            *(REFERENCE_EPSILON if within_notes else ()),
            *(composed_references(design) if isinstance(design, ComposedDesign) else ()),
            *((ADJUSTMENT_REFERENCES[adjust],) if adjust in ADJUSTMENT_REFERENCES else ()),
            *((REFERENCE,) if ranks else ()),
        ),
        more=tables_beside(
            design, effects, Asked(pairs, contrasts or {}, adjust, ranks, type, conf_level), data, design_of,
            {**shared, "composition": composition_words(design.sample) if isinstance(design, ComposedDesign) else ""},
        ),
        wording=AnovaWords(labels),
        layout=Layout(
            rows=("term",),
            show=(
                Show("anova_effect", "statistic", "F"),
                Show("anova_effect", "p"),
                Show("partial_eta_squared"),
                Show("partial_eta_squared", "interval"),
                Show("generalised_eta_squared"),
                Show("omega_squared", "estimate", "Partial ω²"),
            ),
            row_head="Effect",
        ),
        plot="group_means",
    )  # fmt: skip


def _tested(
    design: AnovaDesign | ComposedDesign, type_: int, sphericity: Correction, measured: Sequence[str], conf_level: float
) -> tuple[tuple[AnovaEffect, ...], tuple[EffectShares, ...]]:
    """Return the effects and their shares of variance."""
    if isinstance(design, ComposedDesign):
        found = composed_effects(design, type_)
        return found, composed_shares(design, found, type_, measured, conf_level)
    found = anova_effects(design, type_, sphericity)
    return found, effect_shares(design, found, measured, conf_level)


def _method(design: AnovaDesign | ComposedDesign, type_: int) -> str:
    kind = "multivariate linear model, " if design.within else ""
    if isinstance(design, AnovaDesign):
        return f"Analysis of variance ({kind}effect coding, type {'I' * type_} sums of squares)"
    words = f"Analysis of variance ({kind}effect coding, type {'I' * type_} hypotheses, Wald's F)"
    return words + composition_words(design.sample)


def _ratings(outcome: str | None, within: Mapping[str, Sequence[str]], columns: Sequence[str]) -> list[str]:
    """Return the variables of the cells within people."""
    hint = 'within = { valence = ["positive", "negative"] }, or with columns = one variable for each combination'
    if not within:
        if outcome is None or columns:
            message = "columns go with within" if columns else "an outcome is needed"
            raise AnalysisError(Problem("no_outcome", message, key="outcome", hint="anova(data, 'score', between=[…])"))
        return [outcome]
    short = [name for name, levels in within.items() if isinstance(levels, str) or len(set(levels)) < 2]
    if short:
        message = f"the factor '{short[0]}' needs two or more different levels"
        raise AnalysisError(Problem("within", message, key=f"within.{short[0]}", hint=hint))
    found = list(columns) or (list(next(iter(within.values()))) if len(within) == 1 else [])
    if len(found) != cells_wanted(within):
        message = f"{cells_wanted(within)} combinations within people need as many variables, {len(found)} are named"
        raise AnalysisError(Problem("within", message, key="columns", hint=hint))
    return found


def _check_choices(type_: int, correction: str) -> None:
    problems = []
    if type_ not in (2, 3):
        problems.append(Problem("unknown_choice", f"type cannot be {type_}", key="type", hint="2 or 3"))
    problems += unknown_choices(("sphericity", correction, get_args(Correction)))
    if problems:
        raise AnalysisError(problems)


def _check_names(design: AnovaDesign | ComposedDesign, manipulated: Sequence[str], ranks: bool) -> None:
    between = [one.name for one in design.between]
    unknown = [name for name in manipulated if name not in between]
    if unknown:
        hint = nearest(unknown[0], between) or "factors between people only"
        message = f"'{unknown[0]}' is no factor between people"
        raise AnalysisError(Problem("unknown_factor", message, key="manipulated", hint=hint))
    if ranks and design.covariates:
        message = "the aligned rank transform has no rule for covariates"
        raise AnalysisError(Problem("ranks", message, key="ranks", hint="leave ranks or the covariates out"))


def _notes(design: AnovaDesign | ComposedDesign, measured: Sequence[str], auto: bool) -> tuple[str, ...]:
    notes = []
    if measured:
        notes.append(NOTE_MEASURED.format(names=", ".join(design.titles.get(name, name) for name in measured)))
    if design.covariates:
        notes.append(NOTE_COVARIATES)
    if auto:
        notes.append(NOTE_AUTO)
    return (*notes, *(composed_notes(design) if isinstance(design, ComposedDesign) else ()))


def _settings(given: Mapping[str, Any], ratings: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that changed a number."""
    names = ("outcome", "between", "within", "covariates", "type", "sphericity", "manipulated", "pairs", "contrasts",
             "adjust", "ranks", "conf_level")  # fmt: skip
    found = {name: given[name] for name in names}
    return {**{key: value for key, value in found.items() if value not in (None, [], {}, ())}, "ratings": ratings}
