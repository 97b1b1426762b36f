"""Does a scale measure alike in all waves of the same people? The ladder over waves and its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from osa_survey.dataset import ScoredData
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
    complete_answers_seen,
)
from osa_survey.psychometrics.invariance.size_tables import PLAIN, Basis, LadderParts, cells_of, given_up_table, started
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


@dataclass(frozen=True, repr=False)
class WaveMoments:
    """Moments of all waves together, and how they came about.

    Attributes
    ----------
    items : WaveItems
        Items of all waves.
    sample : GroupSample
        What the models are fitted to.
    seen : AnswersSeen
        The answers behind it, of every column.
    estimator, missing : str
        As chosen.
    basis : Basis
        What tables owe to weights and imputed sets.
    """

    items: WaveItems
    sample: GroupSample
    seen: AnswersSeen
    estimator: str
    missing: str
    basis: Basis = PLAIN


def plain_waves(data: ScoredData | pd.DataFrame, waves: Sequence[Wave], estimator: str, missing: str) -> WaveMoments:
    """Return the moments of waves of people who count alike.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Data without weights and imputed sets.
    waves, estimator, missing
        As of ``osa_survey.longitudinal_invariance``.
    """
    items = wave_items(data, waves)
    values = items.items.values
    how = chosen_estimator(values, estimator)
    gaps = chosen_missing(values, how, missing)
    check_estimator(how, gaps)
    check_answers(items, how)
    (sample,) = prepared([values], items.items.names, [""], how, gaps)
    seen = complete_answers_seen([values], ordinal=True) if how in ORDINAL else AnswersSeen((sample.means,))
    return WaveMoments(items, sample, seen, how, gaps)


def wave_ladder_result(moments: WaveMoments, request: LadderRequest, waves: Sequence[Wave]) -> Result:
    """Climb the ladder of waves and return its result.

    Parameters
    ----------
    moments : WaveMoments
        What the models are fitted to.
    request : LadderRequest
        How.
    waves : sequence
        As asked for.
    """
    how, items, sample = request.estimator, moments.items, moments.sample
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
    return _result(parts, ladder, items, moments.seen, settings)


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
