"""Screening shares: how many score at or beyond a cut-off, and how many are not compared with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.measuring.screening_rows import (
    ComposedScreening,
    ScreenedScale,
    screened_scale,
    screening_rows,
)
from osa_survey.analysis.measuring.screening_sentences import ScreeningSentences
from osa_survey.analysis.proportion_intervals import INTERVAL_REFERENCES
from osa_survey.analysis.samples import sample_of
from osa_survey.dataset import ScaleLog, ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.instruments import Cutoff
from osa_survey.results import Layout, Result, Show
from osa_survey.scoring.definition_notes import activity_note, beside_notes, cutoff_note, unverified_note

TITLE = "Shares at or beyond screening cut-offs"
NOT_DIAGNOSES = "Screening scores are not diagnoses."


def screening_shares(
    data: ScoredData | ImputedData,
    scales: str | Sequence[str] | None = None,
    *,
    cutoffs: str | Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> Result:
    """Tell what share of respondents scores at or beyond each screening cut-off.

    Parameters
    ----------
    data : ScoredData or ImputedData
        Scored answers; weights of a design are used, imputed sets pooled.
    scales : str or sequence of str, optional
        Scored columns such as ``"phq9_total"``; by default every scale with a cut-off that is on, or asked for.
    cutoffs : str or sequence of str, optional
        Cut-offs that are off by default, each as its definition writes it after the scored column, such as
        ``"fsfi_total <= 26.55"``. Those that are on are always told.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Result
        For each cut-off a row ``proportion`` (``level`` is the rule, ``group`` the group it is for, ``statistic`` the
        cut-off, ``n`` those compared) with a Wilson interval (logit under weights or imputation), and for each scale
        rows ``count`` of those not compared:
        an answer means no activity, no cut-off for the group, group not known, no score.

    Raises
    ------
    AnalysisError
        If a scale or cut-off is unknown, or a scale has no cut-off that is on or asked for; the reasons of those that
        are off are told. All problems are listed.

    Notes
    -----
    A cut-off screens; it does not diagnose. The source, its verification and what happens to everyone else stand in
    the notes. Whoever gave an answer that means no sexual activity is never compared with a cut-off. Under weights
    shares are weighted and counts stay people; over imputed sets, in each of which everybody is compared anew, shares
    are pooled on the log odds and counts are means.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association, 22, 209–212. doi:10.1080/01621459.1927.10502953
    """
    whole = data.original if isinstance(data, ImputedData) else data
    if not isinstance(whole, ScoredData):
        message = f"screening_shares takes ScoredData, not {type(data).__name__}: cut-offs belong to definitions"
        raise AnalysisError(message, hint="score the responses first: scored = score(responses)")
    check_conf_level(conf_level)
    chosen = _chosen(whole, _listed(scales), _listed(cutoffs))
    sets = [
        [screened_scale(one, entry, own) for entry, own in chosen]
        for one in versions(data)
        if isinstance(one, ScoredData)
    ]
    found, composed = sets[0], None
    if composes(data):
        sample = sample_of(data, [entry.name for entry, _ in chosen], complete_cases=False)
        composed = ComposedScreening(sample, tuple(sets))
    data = whole
    used = _n_used(found, composed)
    interval = "Wilson" if composed is None else "logit"
    titles = {scale.column: data.variables[scale.column].title for scale in found}
    return Result.from_rows(
        screening_rows(found, conf_level, composed),
        title=TITLE + (f", {next(iter(titles.values()))}" if len(titles) == 1 else ""),
        analysis="screening_shares",
        method=f"Percentages of those compared with a screening cut-off, with {interval} intervals"
        + composition_words(None if composed is None else composed.sample),
        n_used=used,
        n_dropped=len(data) - used,
        settings={
            "scales": list(titles),
            "cutoffs": [_name(entry, cutoff) for entry, own in chosen for cutoff in own],
            "conf_level": conf_level,
        },
        notes=(*_notes(data, chosen), *composition_notes(None if composed is None else composed.sample)),
        references=(INTERVAL_REFERENCES["wilson"],) if composed is None else composition_references(composed.sample),
        wording=ScreeningSentences(titles),
        labels=titles,
        layout=Layout(
            rows=("outcome", "level", "group"),
            show=(
                Show("proportion", head="% of those compared"),
                Show("proportion", "interval"),
                Show("proportion", "n", "Compared"),
                Show("count", "estimate", "Not compared"),
            ),
            row_head="Scale and cut-off",
        ),
        plot="prevalence_bars",
    )


def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    if names is None:
        return None
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def _name(entry: ScaleLog, cutoff: Cutoff) -> str:
    return f"{entry.block}_{cutoff.name}"


def _chosen(
    data: ScoredData, scales: list[str] | None, cutoffs: list[str] | None
) -> list[tuple[ScaleLog, tuple[Cutoff, ...]]]:
    """Return each scale with its cut-offs that are on or asked for."""
    asked = {" ".join(name.split()) for name in cutoffs or ()}
    known: dict[str, tuple[ScaleLog, list[Cutoff]]] = {}
    for entry in data.log:
        instrument = data.responses.instruments[entry.instrument]
        known[entry.name] = (entry, [cutoff for cutoff in instrument.cutoffs if cutoff.scale == entry.scale])
    names = {_name(entry, cutoff): entry.name for entry, own in known.values() for cutoff in own}
    problems = [
        Problem("unknown_scale", f"there is no scale '{name}'", key="scales", hint=nearest(name, list(known)))
        for name in scales or ()
        if name not in known
    ]
    problems += [
        Problem("unknown_cutoff", f"there is no cut-off '{name}'", key="cutoffs", hint=nearest(name, list(names)))
        for name in sorted(asked - set(names))
    ]
    wanted = [name for name in known if scales is None or name in scales]
    problems += [
        Problem("scale_not_named", f"'{names[name]}' is not among the scales", key="cutoffs", hint="add it to scales")
        for name in sorted(asked & set(names))
        if names[name] not in wanted
    ]
    chosen = []
    for name in wanted:
        entry, own = known[name]
        used = tuple(cutoff for cutoff in own if cutoff.default or _name(entry, cutoff) in asked)
        if used:
            chosen.append((entry, used))
        elif scales is not None:
            problems.append(_nothing_on(entry, own))
    if not chosen and not problems:
        off = [_nothing_on(entry, own) for entry, own in known.values() if own]
        problems = off or [Problem("no_cutoff", "no scale of these data has a cut-off")]
    if problems:
        raise AnalysisError(problems)
    return chosen


def _nothing_on(entry: ScaleLog, cutoffs: Sequence[Cutoff]) -> Problem:
    """Return the problem of a scale without a cut-off that is on: why each is off, and how to ask for it."""
    if not cutoffs:
        return Problem("no_cutoff", f"'{entry.name}' has no cut-off", column=entry.name, hint="describe its score")
    reasons = dict.fromkeys(cutoff.reason for cutoff in cutoffs)
    names = ", ".join(f'"{_name(entry, cutoff)}"' for cutoff in cutoffs)
    message = f"every cut-off of '{entry.name}' is off by default: {' '.join(reasons)}"
    return Problem("cutoffs_off", message, column=entry.name, hint=f"if it is wanted all the same: cutoffs = [{names}]")


def _n_used(scales: Sequence[ScreenedScale], composed: ComposedScreening | None) -> int:
    """Return how many are compared with at least one cut-off."""
    everyone = np.logical_or.reduce([compared.people for scale in scales for compared in scale.cutoffs])
    return int((everyone if composed is None else everyone & composed.sample.first.used).sum())


def _notes(data: ScoredData, chosen: Sequence[tuple[ScaleLog, Sequence[Cutoff]]]) -> tuple[str, ...]:
    notes = [NOT_DIAGNOSES]
    for entry, cutoffs in chosen:
        instrument = data.responses.instruments[entry.instrument]
        title = data.variables[entry.name].title
        notes += [cutoff_note(instrument, cutoff, scale=title) for cutoff in cutoffs]
        notes += [unverified_note(instrument), activity_note(instrument)]
        notes += beside_notes(instrument, data.variables)
    return tuple(dict.fromkeys(note for note in notes if note))
