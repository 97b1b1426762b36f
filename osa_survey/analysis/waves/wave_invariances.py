"""Does a scale measure alike in all waves? The ladder over waves of whatever data there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from osa_survey.analysis.composed_bases import composed_gaps, moments_basis
from osa_survey.analysis.composed_moments import Floats, composed_moments
from osa_survey.analysis.domains import composes, versions
from osa_survey.analysis.modelled_answers import Version, answer_sets, answering, with_items
from osa_survey.analysis.samples import Data
from osa_survey.psychometrics.confirmatory.modelled_items import chosen_estimator
from osa_survey.psychometrics.invariance.ladder_requests import AnswersSeen, LadderRequest, check_ladder_request
from osa_survey.psychometrics.invariance.longitudinal import WaveMoments, plain_waves, wave_ladder_result
from osa_survey.psychometrics.invariance.wave_items import Wave, WaveItems, check_answers, wave_items
from osa_survey.results import Result


def longitudinal_invariance(
    data: Data,
    waves: Sequence[Wave],
    *,
    estimator: Literal["auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"] = "auto",
    missing: Literal["auto", "listwise", "fiml"] = "auto",
    partial: bool = True,
    conf_level: float = 0.95,
) -> Result:
    """Test whether a scale measures alike in all waves of the same people, step by step.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        Scored data, or a data frame with keyed items as columns; one row for each person.
    waves : sequence of str or of sequence of str
        For each wave, in order, a scored column, block or instrument of scored data (``["joy_1", "joy_2"]``), or the
        items, in the same order in every wave (``[["a_1", "b_1", "c_1"], ["a_2", "b_2", "c_2"]]``).
    estimator : {"auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"}
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR. Under weights or over
        imputed sets ``"ML"`` is MLR, because its tests are not scaled.
    missing : {"auto", "listwise", "fiml"}
        ``"auto"`` uses every answer by full-information maximum likelihood with ML and MLR, so that people who missed
        a wave take part; and people who answered every item in every wave with the others, and of imputed sets.
    partial : bool
        Whether single equalities are given up where a step does not hold.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        The rows of ``invariance``: for each step fit, difference test and ``step_verdict``; a row ``step_verdict`` with
        term ``verdict`` says what may be compared. ``more["size"]`` holds the shift of items and scale in scale points,
        the observed difference of means and the difference of factor means (in SD of the first wave);
        ``more["given_up"]`` what was freed.

    Raises
    ------
    AnalysisError
        ``too_few_waves``; ``different_items`` where the waves do not hold the same items; ``empty_category`` where an
        ordinal item has answers in some waves only; ``does_not_compose`` for ``"fiml"`` of completed sets, and where
        replicate weights leave a category empty.

    Notes
    -----
    One model of all waves in which factors covary over waves, and residuals of the same item too. Numbers: configural,
    metric (loadings), scalar (+ intercepts), strict (+ residual variances). Ordinal items (Wu & Estabrook 2016, theta
    parameterisation): configural, thresholds, + loadings, + intercepts, + residual variances, with the first wave in
    place of the first group. A step holds where the scaled difference test is not significant at .05; published rules
    for changes of fit indices were made for groups and are not borrowed.

    Under weights and over imputed sets models are fitted to weighted moments, or to moments pooled over imputed sets by
    Rubin's rules, with tests scaled by the (total) covariance of the moments; see ``invariance``. With gaps under
    weights the moments are those of the weighted saturated likelihood.

    References
    ----------
    Liu, Y., Millsap, R. E., West, S. G., Tein, J.-Y., Tanaka, R., & Grimm, K. J. (2017). Testing measurement invariance
    in longitudinal data with ordered-categorical measures. Psychological Methods, 22(3), 486-506.
    doi:10.1037/met0000075

    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of
    invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014-1045. doi:10.1007/s11336-016-9506-0

    Oberski, D. (2014). lavaan.survey: An R package for complex survey analysis of structural equation models. Journal
    of Statistical Software, 57(1), 1-27. doi:10.18637/jss.v057.i01

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> first = rng.normal(size=400)
    >>> second = 0.6 * first + rng.normal(size=400)
    >>> joy = {f"i{n}_{w}": f + rng.normal(size=400) for w, f in ((1, first), (2, second)) for n in "abc"}
    >>> result = longitudinal_invariance(pd.DataFrame(joy), [["ia_1", "ib_1", "ic_1"], ["ia_2", "ib_2", "ic_2"]])
    >>> result.pick("step_verdict", term="verdict")["level"]
    'means comparable'
    """
    check_ladder_request(estimator, conf_level)
    moments = _moments(data, waves, estimator, missing)
    request = LadderRequest(
        moments.estimator,
        moments.missing,
        estimator == "auto",
        partial,
        conf_level,
        len(moments.items.items.values),
        moments.basis,
    )
    return wave_ladder_result(moments, request, waves)


def _moments(data: Data, waves: Sequence[Wave], estimator: str, missing: str) -> WaveMoments:
    if not composes(data):
        return plain_waves(versions(data)[0], waves, estimator, missing)
    items: list[WaveItems] = []

    def read(version: Version) -> Floats:
        items.append(wave_items(with_wave_items(version, waves), waves))
        return items[-1].items.values

    everybody, answers = answer_sets(data, read)
    how = chosen_estimator(answers[0], estimator)
    how = "MLR" if how == "ML" else how
    gaps = composed_gaps(everybody, answers, how, missing)
    for one in items:
        check_answers(one, how)
    sample, chosen = answering(everybody, answers, gaps)
    codes = [np.zeros(len(values), dtype=np.int64) for values in chosen]
    moments = composed_moments(sample, chosen, codes, items[0].items.names, [""], how)
    seen = AnswersSeen(moments.means, moments.kinds)
    return WaveMoments(items[0], moments.samples[0], seen, how, gaps, moments_basis(sample, moments))


def with_wave_items(version: Version, waves: Sequence[Wave]) -> Version:
    """Return the data, or of data without scored scales the variables that stand in lists of items."""
    lists = [wave for wave in waves if not isinstance(wave, str)]
    if isinstance(waves, str) or len(lists) < len(waves):
        return version
    return with_items(version, [str(item) for wave in lists for item in wave])


__all__ = ["longitudinal_invariance"]
