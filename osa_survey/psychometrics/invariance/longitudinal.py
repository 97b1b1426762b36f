"""Does a scale measure alike in all waves of the same people? The ladder over waves and its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from osa_survey.dataset import ScoredData, refuse_design, refuse_imputed
from osa_survey.psychometrics.confirmatory.factor_models import chosen_missing
from osa_survey.psychometrics.confirmatory.factor_tables import GAPS, METHODS, NOTE_CHOSEN
from osa_survey.psychometrics.confirmatory.modelled_items import Groups, chosen_estimator
from osa_survey.psychometrics.confirmatory.preparation import ORDINAL, check_estimator, prepared
from osa_survey.psychometrics.confirmatory.samples import GroupSample
from osa_survey.psychometrics.invariance.climbing import climb, common_step
from osa_survey.psychometrics.invariance.invariance_tables import (
    COMPARABLE,
    NOTE_CONFIGURAL,
    PARTLY,
    add_step,
    ladder_layout,
    ladder_references,
    verdict_of,
)
from osa_survey.psychometrics.invariance.ladder_requests import (
    AnswersSeen,
    LadderRequest,
    check_ladder_request,
    complete_answers_seen,
)
from osa_survey.psychometrics.invariance.size_tables import LadderParts, cells_of, given_up_table, started
from osa_survey.psychometrics.invariance.wave_items import Wave, WaveItems, check_answers, wave_items
from osa_survey.psychometrics.invariance.wave_ladders import WaveLadder
from osa_survey.psychometrics.invariance.wave_sentences import WaveWording
from osa_survey.psychometrics.invariance.wave_shifts import wave_shifts, wave_size_table
from osa_survey.results import Result

LITTLE = (
    "Liu, Y., Millsap, R. E., West, S. G., Tein, J.-Y., Tanaka, R., & Grimm, K. J. (2017). Testing measurement "
    "invariance in longitudinal data with ordered-categorical measures. Psychological Methods, 22(3), 486–506. "
    "https://doi.org/10.1037/met0000075"
)
NOTE_NO_RULE = (
    "Published rules for changes of fit indices were made for groups of different people; none is borrowed for waves "
    "of the same people, so the difference test alone decides. A step holds where it is not significant at .05."
)
NOTE_RESIDUALS = "Residuals of the same item covary over all waves."


def longitudinal_invariance(
    data: ScoredData | pd.DataFrame,
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
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items as columns; one row for each person.
    waves : sequence of str or of sequence of str
        For each wave, in order, a scored column, block or instrument of scored data (``["joy_1", "joy_2"]``), or the
        items, in the same order in every wave (``[["a_1", "b_1", "c_1"], ["a_2", "b_2", "c_2"]]``).
    estimator : {"auto", "ML", "MLR", "MLM", "WLSMV", "ULSMV"}
        ``"auto"`` takes WLSMV where no item has more than five different answers, else MLR.
    missing : {"auto", "listwise", "fiml"}
        ``"auto"`` uses every answer by full-information maximum likelihood with ML and MLR, so that people who missed
        a wave take part; and people who answered every item in every wave with the others.
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
        ordinal item has answers in some waves only; ``does_not_compose`` under weights or imputation.

    Notes
    -----
    One model of all waves in which factors covary over waves, and residuals of the same item too. Numbers: configural,
    metric (loadings), scalar (+ intercepts), strict (+ residual variances). Ordinal items (Wu & Estabrook 2016, theta
    parameterisation): configural, thresholds, + loadings, + intercepts, + residual variances, with the first wave in
    place of the first group. A step holds where the scaled difference test is not significant at .05; published rules
    for changes of fit indices were made for groups and are not borrowed.

    References
    ----------
    Liu, Y., Millsap, R. E., West, S. G., Tein, J.-Y., Tanaka, R., & Grimm, K. J. (2017). Testing measurement invariance
    in longitudinal data with ordered-categorical measures. Psychological Methods, 22(3), 486-506.
    doi:10.1037/met0000075

    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different levels of
    invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014-1045. doi:10.1007/s11336-016-9506-0

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> first = rng.normal(size=400)
    >>> second = 0.6 * first + rng.normal(size=400)
    >>> joy = {f"i{n}_{w}": f + rng.normal(size=400) for w, f in ((1, first), (2, second)) for n in "abc"}
    >>> result = longitudinal_invariance(pd.DataFrame(joy), [["ia_1", "ib_1", "ic_1"], ["ia_2", "ib_2", "ic_2"]])
    >>> result.pick("step_verdict", term="verdict")["level"]
    'means comparable'
    """
    check_ladder_request(estimator, conf_level)
    refuse_imputed(data, "longitudinal_invariance")
    refuse_design(data, "longitudinal_invariance")
    items = wave_items(data, waves)
    values = items.items.values
    how = chosen_estimator(values, estimator)
    gaps = chosen_missing(values, how, missing)
    check_estimator(how, gaps)
    check_answers(items, how)
    samples = prepared([values], items.items.names, [""], how, gaps)
    ordinal = how in ORDINAL
    seen = complete_answers_seen([values], ordinal=True) if ordinal else AnswersSeen((samples[0].means,))
    request = LadderRequest(how, gaps, estimator == "auto", partial, conf_level, len(values))
    return wave_ladder_result(items, samples[0], seen, request, waves)


def wave_ladder_result(
    items: WaveItems, sample: GroupSample, seen: AnswersSeen, request: LadderRequest, waves: Sequence[Wave]
) -> Result:
    """Climb the ladder of waves and return its result.

    Parameters
    ----------
    items : WaveItems
        Items of all waves.
    sample : GroupSample
        What the models are fitted to.
    seen : AnswersSeen
        The answers behind it, of every column.
    request : LadderRequest
        How.
    waves : sequence
        As asked for.
    """
    how = request.estimator
    ladder = items.ladder(how, sample.counts if how in ORDINAL else ())
    steps = climb(ladder, (sample,), how, search_partial=request.partial)
    parts = LadderParts(
        items=items.items,
        groups=Groups("", "waves", ("all",), (), ()),
        ladder=ladder,
        steps=steps,
        shifts=(),
        estimator=how,
        missing=request.missing,
        chosen=request.chosen,
        conf_level=request.conf_level,
        n_all=request.n_all,
        basis=request.basis,
    )
    settings: dict[str, Any] = {
        "waves": [wave if isinstance(wave, str) else list(wave) for wave in waves],
        "estimator": how,
        "missing": request.missing,
        "partial": request.partial,
        "conf_level": request.conf_level,
    }
    return _result(parts, ladder, items, seen, settings)


def _result(
    parts: LadderParts, ladder: WaveLadder, items: WaveItems, seen: AnswersSeen, settings: dict[str, Any]
) -> Result:
    last, title = parts.steps[-1].fit, parts.items.title
    rows = started(parts)
    for step in parts.steps:
        add_step(rows, parts, step)
    verdict = verdict_of(parts)
    rows.add(
        "step_verdict",
        outcome=parts.items.name,
        term="verdict",
        level=verdict,
        n=last.n,
        estimate=float(verdict in (COMPARABLE, PARTLY)),
        method=parts.estimator,
        cells=cells_of(parts),
    )
    more = {}
    common = common_step(parts.steps)
    if common is not None:
        kinds = dict(zip(items.items.names, seen.kinds, strict=True)) if seen.kinds else {}
        answers = {item: kinds[item] for item in ladder.items if item in kinds}
        shifts = wave_shifts(common.fit, ladder, answers, seen.means[0])
        more["size"] = wave_size_table(parts, ladder, items, shifts, common)
    if any(step.freed for step in parts.steps):
        more["given_up"] = given_up_table(parts, "longitudinal_invariance", "Differs between waves")
    notes = [NOTE_CHOSEN[bool(ladder.categories)]] if parts.chosen else []
    notes += [NOTE_CONFIGURAL, NOTE_RESIDUALS, NOTE_NO_RULE]
    notes += [f"{step.name}: {step.assumed}." for step in parts.steps if step.assumed]
    notes += parts.basis.notes
    return Result.from_rows(
        rows,
        title=f"Longitudinal invariance of {title} over {ladder.n_waves} waves",
        analysis="longitudinal_invariance",
        method=(
            f"confirmatory factor analysis of all waves: {METHODS[parts.estimator]}; {GAPS[parts.missing]}; "
            f"scaled difference tests between nested steps{parts.basis.words}"
        ),
        n_used=last.n,
        n_dropped=parts.n_all - last.n,
        settings=settings,
        notes=tuple(notes),
        references=(LITTLE, *ladder_references(parts), *parts.basis.references),
        more=more,
        labels={parts.items.name: title, **parts.items.labels, "verdict": "Verdict"},
        wording=WaveWording(title),
        layout=ladder_layout(rows, "Equal in all waves"),
        plot="step_dots",
        engine=parts.steps,
    )
