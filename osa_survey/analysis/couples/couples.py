"""Actor–partner interdependence of couples, from files with a row for each couple or for each person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.couples.composed_couples import dyad_coefficients, exchange_test
from osa_survey.analysis.couples.dyad_members import Couples, Pair, long_members, wide_members
from osa_survey.analysis.couples.dyad_rows import Drawing, coefficient_rows, correlation_rows, information_rows
from osa_survey.analysis.couples.dyad_sentences import DyadSentences
from osa_survey.analysis.domains import composition_notes, composition_references, composition_words
from osa_survey.analysis.samples import Data, Sample
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Show

ALPHA = 0.05
LEAST_DRAWS = 100
COUPLES = "n counts couples in which both members answered everything; the number of people is twice as large."
ARBITRARY = (
    "Nothing tells the members apart, so that their order in the file is arbitrary: a test below .05 would say that "
    "the order is not arbitrary after all."
)
TESTED = "Members were treated as {how} because the omnibus test gave {sign} .05; the choice by a test is exploratory."
ASSOCIATION = "Actor and partner coefficients are associations within couples; nothing here says what causes what."
RATIO = "k = partner/actor: 1 couple pattern, 0 actor only, −1 contrast (Kenny & Ledermann, 2010)."
BOUNDED = "Intervals by resampling couples."
BOUNDED_COMPOSED = "Intervals on Fisher's z with linearised or replicate errors."
REFERENCES = (
    "Kenny, D. A., Kashy, D. A., & Cook, W. L. (2006). Dyadic data analysis. Guilford.",
    "Kenny, D. A., & Ledermann, T. (2010). Detecting, measuring, and testing dyadic patterns in the actor–partner "
    "interdependence model. Journal of Family Psychology, 24(3), 359–366. doi:10.1037/a0019651",
    "Olsen, J. A., & Kenny, D. A. (2006). Structural equation modeling with interchangeable dyads. Psychological "
    "Methods, 11(2), 127–141. doi:10.1037/1082-989X.11.2.127",
)


def apim(
    data: Data,
    x: str | Sequence[str] | Sequence[Sequence[str]],
    y: str | Sequence[str],
    *,
    couple: str | None = None,
    role: str | None = None,
    roles: Sequence[str] = (),
    distinguishable: bool | None = None,
    draws: int = 2000,
    seed: int = 1,
    conf_level: float = 0.95,
) -> Result:
    """Tell how a person's outcome goes with own predictors (actor) and with the partner's (partner).

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each couple, or, with ``couple``, one for each person. Couples with a gap are left out. Weights are
        those of couples: with them, a row for each couple.
    x : str, sequence of str, or sequence of pairs
        With a row for each couple the two columns of the predictor, or a pair for each of several predictors; with
        ``couple`` one predictor or several.
    y : str or (str, str)
        The outcome, in the same way.
    couple : str, optional
        The variable that both members share, in files with a row for each person.
    role : str, optional
        In such files a variable with two categories that tells the members of every couple apart.
    roles : (str, str), optional
        In files with a row for each couple what first and second members are called, if something tells them apart.
    distinguishable : bool, optional
        Whether members have coefficients of their own. By default, where roles are known, what the omnibus test says at
        .05; without roles members are indistinguishable.
    draws, seed : int
        Draws of intervals of k and of correlations, and their seed.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        ``distinguishability`` first; ``actor``, ``partner`` and ``partner_ratio`` (k) for each predictor (``term``), by
        ``group`` if members are distinguishable, then also ``role_difference`` (``contrast`` says of what).
        ``more["correlations"]``: ``within_r``, ``cross_partner_r`` and, for indistinguishable members, the intraclass
        correlation ``icc`` of each variable.

    Raises
    ------
    AnalysisError
        ``no_roles`` where distinguishable members are asked for and nothing tells them apart; ``not_couples``;
        ``too_few_respondents``; ``perfect_collinearity`` for predictors that both members share; ``does_not_compose``
        for weights of persons.

    Notes
    -----
    Maximum likelihood with normal errors, in closed form: for indistinguishable members from sums and differences of
    the couple, for distinguishable ones by least squares with correlated residuals. Errors use n, as structural
    equation programs do. Under weights the weighted likelihood is maximised with linearised or replicate errors, over
    imputed sets coefficients are pooled by Rubin's rules (``more["missing_information"]``); k is drawn from the pooled
    coefficients, correlations are pooled on Fisher's z. The omnibus test is then D3, under weights a Wald test of the
    same constraints (D1 over sets).

    References
    ----------
    Kenny, D. A., Kashy, D. A., & Cook, W. L. (2006). Dyadic data analysis. Guilford.
    Olsen, J. A., & Kenny, D. A. (2006). doi:10.1037/1082-989X.11.2.127

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> x = np.random.default_rng(1).normal(size=(200, 2))
    >>> y = 0.5 * x + 0.2 * x[:, ::-1] + np.random.default_rng(2).normal(size=(200, 2))
    >>> couples = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "y1": y[:, 0], "y2": y[:, 1]})
    >>> result = apim(couples, ["x1", "x2"], ["y1", "y2"])
    >>> [float(round(result.pick(name)["estimate"], 1)) for name in ("actor", "partner")]
    [0.5, 0.2]
    """
    check_conf_level(conf_level)
    if draws < LEAST_DRAWS:
        message = f"{draws} draws are too few for an interval"
        raise AnalysisError(Problem("draws", message, key="draws", hint="2000 or more are usual"))
    couples = _couples(data, x, y, couple, role, roles)
    if distinguishable and not couples.first.roles:
        hint = "name role = … (a row for each person) or roles = [first, second] (a row for each couple)"
        message = "nothing tells the members of a couple apart"
        raise AnalysisError(Problem("no_roles", message, key="distinguishable", hint=hint))
    settings: dict[str, Any] = {
        "x": x if isinstance(x, str) else [one if isinstance(one, str) else list(one) for one in x],
        "y": y if isinstance(y, str) else list(y),
        **{name: value for name, value in (("couple", couple), ("role", role), ("roles", list(roles))) if value},
        "distinguishable": distinguishable, "draws": draws, "seed": seed, "conf_level": conf_level,
    }  # fmt: skip
    return _result(couples, distinguishable, Drawing(draws, seed, conf_level), settings)


def _couples(data: Data, x: Any, y: Any, couple: str | None, role: str | None, roles: Sequence[str]) -> Couples:
    if couple is not None:
        names = [x] if isinstance(x, str) else list(x)
        if roles or not isinstance(y, str) or not all(isinstance(name, str) for name in names):
            message = "with couple each variable is named once"
            hint = "write x = 'a', y = 'b' and role = 'the variable that tells the members apart'"
            raise AnalysisError(Problem("layout", message, key="couple", hint=hint))
        return long_members(data, [*names, y], couple, role)
    pairs = [x] if not isinstance(x, str) and all(isinstance(one, str) for one in x) else x
    listed = [] if isinstance(pairs, str) else [*pairs, y]
    if not listed or any(isinstance(pair, str) or len(pair) != 2 for pair in listed) or role:
        message = "each variable has two columns, one for each member"
        hint = "write x = ['a_1', 'a_2'], y = ['b_1', 'b_2']; with a row for each person name couple = …"
        raise AnalysisError(Problem("layout", message, key="x", hint=hint))
    if roles and (len(roles) != 2 or roles[0] == roles[1]):
        message = "roles are two different words, for first and second members"
        raise AnalysisError(Problem("layout", message, key="roles", hint="write roles = ['woman', 'man']"))
    found: list[Pair] = [(str(first), str(second)) for first, second in listed]
    return wide_members(data, found, roles)


def _composed_notes(sample: Sample) -> tuple[str, ...]:
    """Return the notes of weights and imputation, for which a respondent is a couple here."""
    said = composition_notes(sample)
    return tuple(
        one.replace("n are people", "n are couples").replace("n counts people", "n counts couples") for one in said
    )


def _result(couples: Couples, asked: bool | None, drawing: Drawing, settings: dict[str, Any]) -> Result:
    members, sample = couples.first, couples.sample
    test = exchange_test(couples)
    apart = asked if asked is not None else bool(members.roles) and test.test.p_value < ALPHA
    fit = dyad_coefficients(couples, apart)
    labels = dict(zip(members.names, members.titles, strict=True))
    how = "distinguishable" if apart else "indistinguishable"
    notes = [COUPLES, ASSOCIATION, RATIO]
    if not members.roles:
        notes.insert(1, ARBITRARY)
    elif asked is None:
        notes.insert(1, TESTED.format(how=how, sign="p <" if apart else "p of at least"))
    drawn = "k" if couples.composed else "k and correlations"
    fields: dict[str, Any] = {
        "analysis": "apim",
        "method": f"actor–partner interdependence model of {how} members, maximum likelihood; {drawn} with "
        f"drawn intervals ({drawing.draws} draws, seed {drawing.seed})" + composition_words(sample),
        "n_used": min(one.rows_used for one in couples.members),
        "n_dropped": members.rows - min(one.rows_used for one in couples.members),
        "settings": settings,
        "labels": labels,
        "references": (*REFERENCES, *composition_references(sample)),
    }
    correlations = correlation_rows(couples, apart, drawing)
    kinds = [name for name in ("icc", "within_r", "cross_partner_r") if (correlations.table["quantity"] == name).any()]
    by = ("group",) if apart else ()
    how_bounded = BOUNDED_COMPOSED if couples.composed else BOUNDED
    more = {
        "correlations": Result.from_rows(
            correlations,
            title="Correlations within persons and across partners",
            layout=Layout(
                rows=("term", "outcome", *by),
                show=tuple(show for name in kinds for show in (Show(name), Show(name, "interval"))),
                row_head="Variables",
            ),
            notes=(f"{how_bounded} The intraclass correlation is that of double entry.", *_composed_notes(sample)),
            **fields,
        )
    }
    if sample.imputed:
        more["missing_information"] = Result.from_rows(
            information_rows(couples, fit, apart),
            title="Fraction of missing information of actor and partner coefficients",
            layout=Layout(rows=("term", *by, "contrast"), show=(Show("fmi"),), row_head="Predictor"),
            **fields,
        )
    shown = [show for name in ("actor", "partner") for show in (Show(name), Show(name, "interval"), Show(name, "p"))]
    differences = (Show("role_difference"), Show("role_difference", "interval")) if apart else ()
    tests = (Show("distinguishability"), Show("distinguishability", "p"))
    return Result.from_rows(
        coefficient_rows(couples, fit, test, apart, drawing),
        title=f"Actor and partner associations with {members.titles[-1]} ({how} members)",
        layout=Layout(
            rows=("term", *by, *(("contrast",) if apart else ())),
            show=(*shown, Show("partner_ratio"), Show("partner_ratio", "interval"), *differences, *tests),
            row_head="Predictor",
        ),
        notes=(*notes, *_composed_notes(sample)),
        more=more,
        wording=DyadSentences(labels),
        plot="dyad_dots",
        **fields,
    )
