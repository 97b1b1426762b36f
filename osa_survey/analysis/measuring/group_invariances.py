"""Are groups measured alike? The invariance ladder and alignment of whatever data there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from osa_survey.analysis.composed_bases import composed_gaps, moments_basis
from osa_survey.analysis.composed_moments import Floats, composed_moments
from osa_survey.analysis.domains import composes, restricted_by, versions
from osa_survey.analysis.modelled_answers import Version, answer_sets, with_items_of
from osa_survey.analysis.samples import Data
from osa_survey.psychometrics.confirmatory.factor_models import usable
from osa_survey.psychometrics.confirmatory.modelled_items import (
    Groups,
    ModelledItems,
    chosen_estimator,
    groups_of,
    modelled_items,
)
from osa_survey.psychometrics.invariance.alignments import alignment_result
from osa_survey.psychometrics.invariance.comparability import (
    compared_groups,
    group_ladder,
    one_factor_items,
    without_groups,
)
from osa_survey.psychometrics.invariance.group_moments import GroupMoments, plain_groups
from osa_survey.psychometrics.invariance.ladder_requests import AnswersSeen, LadderRequest, check_ladder_request
from osa_survey.results import Result


def invariance(
    data: Data,
    model: str,
    by: str,
    *,
    estimator: Literal["auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"] = "auto",
    missing: Literal["auto", "listwise", "fiml"] = "auto",
    partial: bool = True,
    conf_level: float = 0.95,
) -> Result:
    """Test whether a scale measures alike in groups, step by step.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        A block, instrument or scale of scored data, or a model in lavaan's syntax with first-order factors.
    by : str
        A nominal or ordinal variable. Its categories are the groups; those with fewer than 50 respondents are left out.
    estimator : {"auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"}
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR. Under weights or over
        imputed sets ``"ML"`` is MLR, because its tests are not scaled.
    missing : {"auto", "listwise", "fiml"}
        As in ``cfa``; of imputed sets respondents with every answer.
    partial : bool
        Whether single equalities are given up where a step does not hold.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        For each step (``term``) ``chi_squared``, ``cfi``, ``rmsea``, ``srmr``, ``chi_squared_difference`` with its
        scaled difference test, with ML ``rmsea_of_difference`` (90 % interval; p of close fit), ``cfi_change``,
        ``rmsea_change``, ``srmr_change``, and ``step_verdict`` (``level`` in words); a row ``step_verdict`` with term
        ``verdict`` says what may be compared. ``more["size"]`` holds the shift of items and scale in scale points, the
        observed difference of means and the difference of factor means; ``more["given_up"]`` what was freed. Tests of
        single parameters are t tests where the degrees of freedom are finite.

    Raises
    ------
    AnalysisError
        If fewer than two groups are large enough, the answers cannot carry the model, or the model has factors of
        factors; ``empty_category`` where an answer is not given in every completed set; ``does_not_compose`` for
        ``"fiml"`` of completed sets, and where replicate weights leave a category empty.

    Notes
    -----
    Numbers: configural, metric (loadings), scalar (+ intercepts), strict (+ residual variances). Ordinal items (Wu &
    Estabrook 2016, theta parameterisation): configural, thresholds, + loadings, + intercepts, + residual variances; a
    step that two or three answers cannot test is marked "assumed, not testable". A step holds where the scaled
    difference test is not significant at .05, or a rule published for this estimator and number of groups is met; no
    rule is borrowed from another situation.

    Under weights each model is fitted to weighted moments, groups counting by their weights; over imputed sets to
    moments pooled by Rubin's rules. Errors, scaled statistics and scaled difference tests take the (total) covariance
    of the moments of all groups together (Oberski, 2014; Lee & Cai, 2012; Chung & Cai, 2019), so that no statistics of
    sets are averaged. Published rules for changes of fit are not borrowed: the difference test decides.

    References
    ----------
    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of
    invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014-1045. doi:10.1007/s11336-016-9506-0

    Oberski, D. (2014). lavaan.survey: An R package for complex survey analysis of structural equation models. Journal
    of Statistical Software, 57(1), 1-27. doi:10.18637/jss.v057.i01

    Lee, T., & Cai, L. (2012). Alternative multiple imputation inference for mean and covariance structure modeling.
    Journal of Educational and Behavioral Statistics, 37(6), 675-702. doi:10.3102/1076998612458320

    Chung, S., & Cai, L. (2019). Alternative multiple imputation inference for categorical structural equation modeling.
    Multivariate Behavioral Research, 54(3), 323-337. doi:10.1080/00273171.2018.1523000

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> trait = rng.normal(size=600)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=600) for n in range(4)})
    >>> items["gender"] = pd.Categorical(np.repeat(["man", "woman"], 300))
    >>> result = invariance(items, "trait =~ i0 + i1 + i2 + i3", "gender")
    >>> result.pick("step_verdict", term="verdict")["level"]
    'means comparable'
    """
    check_ladder_request(estimator, conf_level)
    found = _moments(data, model, by, estimator, missing)
    request = LadderRequest(
        found.estimator,
        found.missing,
        estimator == "auto",
        partial,
        conf_level,
        len(found.compared.items.values),
        found.basis,
    )
    return group_ladder(found.compared, found.samples, found.seen, request, {"model": model, "by": by})


def alignment(data: Data, model: str, by: str) -> Result:
    """Return factor means of many groups, aligned so that items differ in as few places as possible.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame with keyed items as columns.
    model : str
        A block, instrument or scale of scored data, or a model in lavaan's syntax with first-order factors.
    by : str
        A nominal or ordinal variable. Its categories are the groups; those with fewer than 50 respondents are left out.

    Returns
    -------
    Result
        ``factor_mean`` and ``factor_sd`` of every factor and group, and for each factor ``r2`` of loadings and of
        intercepts (``level``); in ``more["items"]`` the aligned loading and intercept of each item in each group.

    Raises
    ------
    AnalysisError
        If fewer than two groups are large enough, or the model or the answers cannot carry it.

    Notes
    -----
    A configural maximum likelihood model (answers as numbers, every answer used) is fitted first. Under weights the
    configural model is fitted to weighted moments, over imputed sets to moments pooled by Rubin's rules; groups are
    aligned once. In the loss groups count by their respondents, not by weights: by how well their parameters are known.

    References
    ----------
    Asparouhov, T., & Muthén, B. (2014). Multiple-group factor analysis alignment. Structural Equation Modeling, 21(4),
    495-508. doi:10.1080/10705511.2014.919210

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(3)
    >>> trait = rng.normal(size=900) + np.repeat([0.0, 0.4, 0.8], 300)
    >>> items = pd.DataFrame({f"i{n}": trait + rng.normal(size=900) for n in range(4)})
    >>> items["country"] = pd.Categorical(np.repeat(["a", "b", "c"], 300))
    >>> alignment(items, "trait =~ i0 + i1 + i2 + i3", "country").pick("factor_mean", group="a")["estimate"]
    np.float64(0.0)
    """
    found = _moments(data, model, by, "ML", "auto", one_factor=True)
    return alignment_result(found.compared, found.samples, found.missing, found.basis)


def _moments(
    data: Data, model: str, by: str, estimator: str, missing: str, *, one_factor: bool = False
) -> GroupMoments:
    """Return the moments of groups; ``one_factor`` for an alignment, which tests nothing."""
    if not composes(data):
        return plain_groups(versions(data)[0], model, by, estimator, missing, one_factor=one_factor)
    items: list[ModelledItems] = []

    def read(version: Version) -> Floats:
        items.append(modelled_items(without_groups(with_items_of(version, model), by, model), model))
        return items[-1].values

    sample, answers = answer_sets(data, read)
    how = chosen_estimator(answers[0], estimator)
    how = "MLR" if how == "ML" else how
    gaps = composed_gaps(sample, answers, how, missing)
    found = [
        groups_of(version, by, usable(values, gaps) & one.used)
        for version, values, one in zip(versions(data), answers, sample.sets, strict=True)
    ]
    compared = compared_groups(items[0], _in_all(found))
    compared = one_factor_items(compared) if one_factor else compared
    order = [items[0].names.index(name) for name in compared.names]
    labels = compared.groups.labels
    codes, masks = [], []
    for own, values in zip(found, answers, strict=True):
        code = np.full(len(values), -1, dtype=np.int64)
        for number, label in enumerate(labels):
            code[own.masks[own.labels.index(label)]] = number
        codes.append(code)
        masks.append((code >= 0) & usable(values, gaps))
    sample = restricted_by(sample, masks)
    moments = composed_moments(
        sample,
        [values[one.used][:, order] for values, one in zip(answers, sample.sets, strict=True)],
        [code[one.used] for code, one in zip(codes, sample.sets, strict=True)],
        compared.names,
        labels,
        how,
    )
    basis = moments_basis(sample, moments, tested=not one_factor)
    return GroupMoments(compared, moments.samples, AnswersSeen(moments.means, moments.kinds), how, gaps, basis)


def _in_all(found: list[Groups]) -> Groups:
    """Return the groups that are large enough in every set."""
    first = found[0]
    kept = [place for place, label in enumerate(first.labels) if all(label in one.labels for one in found)]
    labels = tuple(first.labels[place] for place in kept)
    lost = tuple(label for label in first.labels if label not in labels)
    return replace(
        first, labels=labels, masks=tuple(first.masks[place] for place in kept), left_out=(*first.left_out, *lost)
    )


__all__ = ["alignment", "invariance"]
