"""Change of a score between waves: mean change, and how many people changed more than error alone explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from osa_survey import formatting
from osa_survey.analysis.arguments import (
    check_categorical,
    check_conf_level,
    check_numeric,
    margin_name,
    variable_names,
)
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.samples import CompletedSet, Data, Sample, sample_of
from osa_survey.analysis.waves.change_rows import Step, add_step, add_threshold, first_sd
from osa_survey.analysis.waves.change_sentences import ChangeSentences
from osa_survey.analysis.waves.reliable_changes import Reliability, change_threshold, reliability_of
from osa_survey.analysis.waves.wave_notes import NOT_TESTED
from osa_survey.dataset import Column, columns_of
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.invariance.wave_titles import wave_titles
from osa_survey.results import Layout, Result, Rows, Show

Members = Callable[[CompletedSet], NDArray[np.bool_]]
CRITERION = 1.96
NOTE_D = "d_z = M(d) / SD(d); d_av = M(d) / √((SD₁² + SD₂²) / 2). People with both waves only."
NOTE_NONE = "No reliability was given, so that reliable change of persons is not told."
NOTE_BEYOND = (
    "Reliably higher or lower: a change beyond {criterion} standard errors of a difference (reliability {estimate}: "
    "{words}), the same for all groups. Without any change about {share} of people are expected beyond it in each "
    "direction. Intervals of shares take reliability and SD as known."
)
NOTE_MEAN = (
    "Regression to the mean: error of measurement alone brings people far from the mean in one wave nearer to it in "
    "the other; do not read change of people chosen for their first score as change."
)
NOTE_NEUTRAL = "Higher and lower are directions of the score, not better or worse; nothing here is a diagnosis."
REFERENCES = (
    "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical approach to defining meaningful change "
    "in psychotherapy research. Journal of Consulting and Clinical Psychology, 59(1), 12–19. "
    "https://doi.org/10.1037/0022-006X.59.1.12",
    "Algina, J., & Keselman, H. J. (2003). Approximate confidence intervals for effect sizes. Educational and "
    "Psychological Measurement, 63, 537–553. doi:10.1177/0013164403256358",
)


def change(
    data: Data,
    waves: Sequence[str],
    *,
    by: str | None = None,
    reliability: str | Mapping[str, Any] | None = None,
    criterion: float = CRITERION,
    against: Literal["first", "previous"] = "first",
    conf_level: float = 0.95,
) -> Result:
    """Tell how a score changed between waves, on average and for how many people reliably.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        One row for each person; weights of a design are used, imputed sets pooled.
    waves : sequence of str
        The score in each wave, in order: ``["joy_1", "joy_2"]``.
    by : str, optional
        A variable with categories: every number for each of them too.
    reliability : str or mapping, optional
        What reliable change rests on: ``{"estimate": 0.84, "kind": "retest", "source": "…"}`` (kinds ``retest``,
        ``alpha``, ``omega``), or ``"omega"`` or ``"alpha"`` of the items of the first wave. Left out, reliable
        change is not told.
    criterion : float
        How many standard errors of a difference count as reliable.
    against : {"first", "previous"}
        With three waves or more, what each is compared with.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        For each pair of waves (``contrast``, later − earlier) and group ``mean_difference`` with its paired t test,
        ``d_z``, ``d_av``, without weights and imputation ``r`` of the waves, and the shares ``changed`` (``level``
        "reliably lower", "no reliable change", "reliably higher"). ``more["reliable_change"]`` prints the shares;
        ``more["threshold"]`` holds ``sd``, ``sem`` and ``change_threshold``.

    Raises
    ------
    AnalysisError
        If a variable is unknown or no number, a reliability cannot be used, or fewer than two people have both waves.

    Notes
    -----
    Smallest reliable change: ``criterion · √2 · SD₁ √(1 − r)`` with the SD of the earlier wave of all people with both
    waves (Jacobson & Truax, 1991); the same for all groups. Shares have Wilson intervals, under weights or imputation
    logit intervals; mean change as in ``paired``.

    References
    ----------
    Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical approach to defining meaningful change in
    psychotherapy research. Journal of Consulting and Clinical Psychology, 59(1), 12-19. doi:10.1037/0022-006X.59.1.12

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"joy_1": [10.0, 12.0, 14.0, 16.0], "joy_2": [11.0, 12.0, 20.0, 15.0]})
    >>> given = {"estimate": 0.8, "kind": "retest", "source": "made up"}
    >>> result = change(people, ["joy_1", "joy_2"], reliability=given)
    >>> float(result.pick("changed", level="reliably higher")["estimate"])
    0.25
    """
    check_conf_level(conf_level)
    names = variable_names(waves, at_least=2)
    _check_options(criterion, against)
    columns = columns_of(versions(data)[0], [*names, *([by] if by else [])])
    check_numeric(*columns[: len(names)], ordinal=True)
    if by:
        check_categorical(columns[-1])
    basis = reliability_of(data, names[0], reliability) if reliability is not None else None
    composed = composes(data)
    rows, thresholds = Rows(), Rows()
    steps = [
        _step(data, names[0 if against == "first" else place - 1], names[place], by, basis, criterion)
        for place in range(1, len(names))
    ]
    groups = _groups(columns[-1] if by else None)
    for step in steps:
        add_step(rows, step, groups, conf_level, composed=composed)
        if basis is not None:
            add_threshold(thresholds, step, basis.words, criterion, f"{step.contrast}|{groups[-1][0]}")
    scale, said = wave_titles([column.info.title for column in columns[: len(names)]])
    short = dict(zip(names, said, strict=True))
    labels = {column.info.name: column.info.title for column in columns}
    labels |= {step.contrast: " − ".join(short[part] for part in step.contrast.split(" − ")) for step in steps}
    fields: dict[str, Any] = {
        "analysis": "change",
        "n_used": max(step.sample.n for step in steps),
        "n_dropped": min(step.sample.n_dropped for step in steps),
        "settings": {
            "waves": names,
            "by": by,
            "reliability": dict(reliability) if isinstance(reliability, Mapping) else reliability,
            "criterion": criterion,
            "against": against,
            "conf_level": conf_level,
        },
        "labels": labels,
        "references": (*REFERENCES, *composition_references(steps[0].sample if composed else None)),
    }
    notes = (
        NOT_TESTED,
        NOTE_D,
        *_reliability_notes(basis, criterion),
        *composition_notes(steps[0].sample if composed else None),
    )
    method = "linearised t intervals" if composed else "d_z with a noncentral t interval"
    result = Result.from_rows(
        rows,
        title=f"Change of {scale}" + (f" by {columns[-1].info.title}" if by else ""),
        method=f"paired t test of the mean change; {method}"
        + (f"; reliable change beyond {criterion:g} standard errors of a difference" if basis else "")
        + composition_words(steps[0].sample if composed else None),
        notes=notes,
        wording=ChangeSentences(scale, labels),
        layout=_layout(rows, bool(by)),
        plot="change_dots",
        **fields,
    )
    if basis is None:
        return result
    return replace(
        result, more={"reliable_change": _shares(result, bool(by)), "threshold": _thresholds(thresholds, fields)}
    )


def _check_options(criterion: float, against: str) -> None:
    problems = []
    if against not in ("first", "previous"):
        hint = nearest(against, ("first", "previous"))
        problems.append(Problem("unknown_option", f"against cannot be '{against}'", key="against", hint=hint))
    if not criterion > 0:
        message = f"criterion must be above 0, not {criterion}"
        problems.append(Problem("criterion", message, key="criterion", hint="criterion = 1.96"))
    if problems:
        raise AnalysisError(problems)


def _step(data: Data, first: str, later: str, by: str | None, basis: Reliability | None, criterion: float) -> Step:
    sample: Sample = sample_of(data, [later, first, *([by] if by else [])])
    if sample.n < 2:
        message = "fewer than two people have both waves"
        hint = "look at missingness(data) and attrition(data, …)"
        raise AnalysisError(Problem("too_few_pairs", message, column=f"{first} and {later}", hint=hint))
    threshold = change_threshold(first_sd(sample), basis.estimate, criterion) if basis else None
    return Step(first, f"{later} − {first}", sample, threshold)


def _groups(column: Column | None) -> list[tuple[str, Members | None]]:
    if column is None:
        return [("", None)]

    def members(code: float) -> Members:
        return lambda one: np.asarray(one.columns[2].values == code)

    named = [(label, members(code)) for code, label in zip(column.info.codes, column.info.labels, strict=True)]
    return [*named, (margin_name(column), None)]


def _reliability_notes(basis: Reliability | None, criterion: float) -> tuple[str, ...]:
    if basis is None:
        return NOTE_NONE, NOTE_MEAN
    share = formatting.percent(float(ndtr(-criterion)), 1)
    estimate = formatting.decimal(basis.estimate, bounded=True)
    said = NOTE_BEYOND.format(criterion=f"{criterion:g}", estimate=estimate, words=basis.words, share=share)
    return said, NOTE_MEAN, NOTE_NEUTRAL


def _layout(rows: Rows, grouped: bool) -> Layout:
    there = rows.quantities
    show = (
        Show("mean_difference", head="Mean change"),
        Show("mean_difference", "interval"),
        Show("mean_difference", "n"),
        Show("mean_difference", "statistic", "t test"),
        Show("mean_difference", "p"),
        Show("d_z"),
        Show("d_z", "interval"),
        Show("d_av"),
        Show("r", head="r of the waves"),
    )
    keys = ("contrast", "group") if grouped else ("contrast",)
    return Layout(rows=keys, show=tuple(one for one in show if one.quantity in there), row_head="Later − earlier")


def _shares(result: Result, grouped: bool) -> Result:
    """Return the shares of people who changed reliably: the same rows, laid out side by side."""
    kept = (result.frame["quantity"] == "changed").to_numpy()
    behind = tuple(own for own, keep in zip(result.cells.behind, kept, strict=True) if keep)
    return replace(
        result,
        title="Reliable change of persons",
        method="reliable change index (Jacobson & Truax, 1991)",
        frame=result.frame.loc[kept],
        cells=replace(result.cells, behind=behind),
        notes=(),
        plot="",
        layout=Layout(
            rows=("contrast", "group") if grouped else ("contrast",),
            across="level",
            show=(Show("changed", head="%"), Show("changed", "interval")),
            row_head="Later − earlier",
        ),
    )


def _thresholds(rows: Rows, fields: Mapping[str, Any]) -> Result:
    return Result.from_rows(
        rows,
        title="Smallest reliable change",
        method="SD and standard error of measurement of the earlier wave",
        layout=Layout(
            rows=("contrast",), show=(Show("sd"), Show("sem"), Show("change_threshold")), row_head="Later − earlier"
        ),
        **fields,
    )
