"""Two ratings by the same people, such as positive against negative outcomes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.arguments import check_conf_level, check_numeric
from osa_survey.analysis.comparing.any_ratings import any_result
from osa_survey.analysis.comparing.composed_paired_sizes import add_composed_paired_sizes
from osa_survey.analysis.comparing.composed_pairs import add_composed_pair, composed_pair
from osa_survey.analysis.comparing.pair_rows import add_pair, add_paired_sizes, add_signed_rank
from osa_survey.analysis.comparing.pair_sentences import PairSentences
from osa_survey.analysis.comparing.paired_comparisons import paired_comparison
from osa_survey.analysis.domains import (
    composes,
    composition_notes,
    composition_references,
    composition_words,
    versions,
)
from osa_survey.analysis.effect_sizes import PAIRED_SIZES, check_sizes, sizes_result
from osa_survey.analysis.multiplicity import ADJUSTMENT_REFERENCES, adjusted_p_values
from osa_survey.analysis.samples import Data, Sample, sample_of
from osa_survey.dataset import Column, columns_of
from osa_survey.errors import AnalysisError, Problem
from osa_survey.results import Layout, Result, Rows, Show

REFERENCES = (
    "Algina, J., & Keselman, H. J. (2003). Approximate confidence intervals for effect sizes. Educational and "
    "Psychological Measurement, 63, 537–553. doi:10.1177/0013164403256358",
    "Lakens, D. (2013). Calculating and reporting effect sizes to facilitate cumulative science. Frontiers in "
    "Psychology, 4, 863. doi:10.3389/fpsyg.2013.00863",
)

METHOD = "Paired t test of the mean difference; d_z with a noncentral t interval"
METHOD_COMPOSED = "t test of the mean difference; d_z and d_av with linearised t intervals"
NOTE_SIZES = "d_z = M(d) / SD(d). d_av = M(d) / √((SD₁² + SD₂²) / 2), with the interval of d_z times SD(d) / that root."
NOTE_COMPOSED = "d_z = M(d) / SD(d). d_av = M(d) / √((SD₁² + SD₂²) / 2). Both have linearised t intervals."


def paired(
    data: Data,
    pairs: Sequence[Sequence[str]] | Mapping[str, Sequence[str]] | None = None,
    *,
    first: str | None = None,
    second: str | None = None,
    sides: tuple[str, str] | None = None,
    lowest: float | None = None,
    effect_sizes: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Result:
    """Compare two ratings of the same people, pair by pair.

    Parameters
    ----------
    data : ScoredData, ImputedData or DataFrame
        The data; weights of a design are used, imputed sets pooled.
    pairs : sequence of (str, str) or mapping, optional
        For each pair the two variables, for example positive and negative outcomes of one activity. A mapping gives
        each pair its name.
    first, second : str, optional
        One pair, in place of ``pairs``.
    sides : tuple of (str, str), optional
        What the two sides are called; by default "positive" and "negative" for ``pairs``, "first" and "second" for
        ``first`` and ``second``.
    lowest : float, optional
        The anchor that means "not at all"; ratings above it count as "any". By default the lowest declared value of
        each variable; where none is declared, "% any" is left out and a note says so.
    effect_sizes : sequence of str
        Further sizes: ``g_z`` (d_z corrected for small samples), ``d_rm``, ``matched_rank_biserial``.
    conf_level : float
        Level of all intervals.

    Returns
    -------
    Result
        For each pair M, SD and % any of both sides, and the mean difference (first − second) with its paired t test,
        d_z and d_av with intervals, and Wilcoxon's ``signed_rank`` test (of plain data); p of t is also adjusted by
        Holm over the pairs. The sizes asked for are rows too; ``more["effect_sizes"]`` prints them.

    Raises
    ------
    AnalysisError
        If a variable is unknown or nominal, or a pair has fewer than two people with both answers.

    Notes
    -----
    Only people with both ratings of a pair are in it. With d the differences and n people, d_z = M(d) / SD(d); its
    interval divides the noncentral t interval of the statistic by √n. d_av = M(d) / s_av with
    s_av = √((SD₁² + SD₂²) / 2); its interval is that of d_z times SD(d) / s_av (Algina & Keselman, 2003).

    References
    ----------
    Algina, J., & Keselman, H. J. (2003). Approximate confidence intervals for effect sizes. Educational and
    Psychological Measurement, 63, 537–553. doi:10.1177/0013164403256358

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"pleasure": [4.0, 3.0, 5.0, 4.0], "regret": [1.0, 2.0, 1.0, 3.0]})
    >>> result = paired(data, first="pleasure", second="regret", lowest=1)
    >>> float(result.pick("mean_difference")["estimate"])
    2.25
    """
    check_conf_level(conf_level)
    sizes = check_sizes(effect_sizes, tuple(PAIRED_SIZES), "paired")
    named = named_pairs(pairs, first, second)
    names = tuple(sides or (("positive", "negative") if pairs is not None else ("first", "second")))
    if len(names) != 2 or names[0] == names[1]:
        raise AnalysisError(
            Problem("sides", "the two sides need two names", key="sides", hint="('positive', 'negative')")
        )
    sets = versions(data)
    columns = columns_of(sets[0], [variable for pair in named.values() for variable in pair])
    check_numeric(*columns, ordinal=True)
    found: list[tuple[str, tuple[Column, Column], NDArray[np.bool_]]] = []
    problems = []
    for position, (name, pair) in enumerate(named.items()):
        both = (columns[2 * position], columns[2 * position + 1])
        used = both[0].answered & both[1].answered
        if getattr(sets[0], "design", None) is not None:
            used &= sets[0].design.weights > 0  # type: ignore[union-attr]
        if used.sum() < 2:
            message = "fewer than two people have both ratings of this pair"
            hint = "look at missingness(data), or leave the pair out"
            problems.append(Problem("too_few_pairs", message, column=" and ".join(pair), hint=hint))
            continue
        found.append((name, both, used))
    if problems:
        raise AnalysisError(problems)
    rows, sized = Rows(), Rows()
    if composes(data):
        composed, no_anchor = _composed_rows(rows, sized, data, named, sizes, (names[0], names[1]), lowest, conf_level)
    else:
        composed, no_anchor = None, _plain_rows(rows, sized, found, sizes, (names[0], names[1]), lowest, conf_level)
    anyone = np.logical_or.reduce([used for *_, used in found])
    titles = {column.info.name: column.info.title for column in columns}
    labels = titles | {name: _title(name, both) for name, both, _ in found}
    notes = [
        f"Differences are {names[0]} \u2212 {names[1]}; each pair describes those with both ratings.",
        NOTE_SIZES if composed is None else NOTE_COMPOSED,
        *composition_notes(composed),
    ]
    used_people, dropped = int(anyone.sum()), int((~anyone).sum())
    more = {}
    if sizes:
        title = f"{names[0].capitalize()} against {names[1]} ratings"
        more["effect_sizes"] = sizes_result(
            sized,
            title=title,
            analysis="paired",
            used=used_people,
            dropped=dropped,
            labels=labels,
            keys=("outcome",),
        )
    held = rows.quantities
    if "proportion" in held:
        more["any"] = any_result(rows, labels, used_people, dropped)
    if no_anchor:
        listed = ", ".join(dict.fromkeys(no_anchor))
        notes.append(f"% any is left out where no lowest value is declared: {listed}.")
    return Result.from_rows(
        rows,
        title=f"{names[0].capitalize()} against {names[1]} ratings" if pairs is not None else _title("", found[0][1]),
        analysis="paired",
        method=(METHOD if composed is None else METHOD_COMPOSED)
        + ("; p adjusted by Holm over the pairs" if len(found) > 1 else "")
        + composition_words(composed),
        n_used=used_people,
        n_dropped=dropped,
        settings={
            "pairs": {name: list(pair) for name, pair in named.items()},
            "sides": list(names),
            "lowest": lowest,
            "conf_level": conf_level,
            **({"effect_sizes": list(sizes)} if sizes else {}),
        },
        more=more,
        notes=tuple(notes),
        references=(
            *REFERENCES,
            *((ADJUSTMENT_REFERENCES["holm"],) if len(found) > 1 else ()),
            *composition_references(composed),
        ),
        labels=labels,
        wording=PairSentences({name: labels[name] for name, *_ in found}, (names[0], names[1])),
        layout=Layout(
            rows=("outcome",),
            across="group",
            show=(
                Show("mean"),
                Show("sd"),
                *([Show("proportion", head="% any")] if "proportion" in held else []),
                Show("mean_difference", head="Difference"),
                Show("mean_difference", "interval"),
                Show("mean_difference", "n"),
                Show("mean_difference", "statistic", "t test"),
                Show("mean_difference", "p"),
                Show("d_z"),
                Show("d_z", "interval"),
                Show("d_av"),
                *([Show("signed_rank", "p", "p (signed rank)")] if "signed_rank" in held else []),
            ),
            row_head="Pair",
        ),
        plot="paired_means",
    )


def _plain_rows(
    rows: Rows,
    sized: Rows,
    found: Sequence[tuple[str, tuple[Column, Column], NDArray[np.bool_]]],
    sizes: Sequence[str],
    sides: tuple[str, str],
    lowest: float | None,
    conf_level: float,
) -> list[str]:
    """Add the rows of all pairs of complete, unweighted data; return titles of variables without a lowest value."""
    compared = [paired_comparison(both[0].values[used], both[1].values[used], conf_level) for _, both, used in found]
    adjusted = adjusted_p_values(np.array([comparison.p_value for comparison in compared]), "holm")
    no_anchor = []
    for (name, both, used), comparison, p_adjusted in zip(found, compared, adjusted, strict=True):
        p = float(p_adjusted) if len(found) > 1 else math.nan
        no_anchor += add_pair(rows, name, both, comparison, used, sides, lowest, p, conf_level)
        values = (both[0].values[used], both[1].values[used])
        add_signed_rank(rows, name, values, sides)
        add_paired_sizes(rows, [size for size in sizes if size not in ("d_z", "d_av")], name, values, sides, conf_level)
        add_paired_sizes(sized, sizes, name, values, sides, conf_level)
    return no_anchor


def _composed_rows(
    rows: Rows,
    sized: Rows,
    data: Data,
    named: Mapping[str, tuple[str, str]],
    sizes: Sequence[str],
    sides: tuple[str, str],
    lowest: float | None,
    conf_level: float,
) -> tuple[Sample, list[str]]:
    """Add the rows of all pairs under weights or over imputed sets, and the sizes asked for."""
    samples = {name: sample_of(data, list(pair)) for name, pair in named.items()}
    compared = {name: composed_pair(sample, conf_level) for name, sample in samples.items()}
    adjusted = adjusted_p_values(np.array([one.difference.p_value for one in compared.values()]), "holm")
    no_anchor = []
    for (name, sample), p_adjusted in zip(samples.items(), adjusted, strict=True):
        p = float(p_adjusted) if len(named) > 1 else math.nan
        no_anchor += add_composed_pair(rows, name, sample, compared[name], sides, lowest, p, conf_level)
        further = [size for size in sizes if size not in ("d_z", "d_av")]
        add_composed_paired_sizes(rows, further, name, sample, compared[name], sides, conf_level)
        add_composed_paired_sizes(sized, sizes, name, sample, compared[name], sides, conf_level)
    return next(iter(samples.values())), no_anchor


def named_pairs(
    pairs: Sequence[Sequence[str]] | Mapping[str, Sequence[str]] | None, first: str | None, second: str | None
) -> dict[str, tuple[str, str]]:
    """Return the name of each pair with its two variables."""
    if (pairs is None) == (first is None and second is None) or (first is None) != (second is None):
        hint = "pairs=[('positive', 'negative'), …], or first='…', second='…'"
        raise AnalysisError(Problem("no_pairs", "either pairs, or first and second are needed", key="pairs", hint=hint))
    listed: list[tuple[str, Sequence[str]]]
    if pairs is None:
        listed = [("", (str(first), str(second)))]
    else:
        listed = list(pairs.items()) if isinstance(pairs, Mapping) else [("", pair) for pair in pairs]
    found: dict[str, tuple[str, str]] = {}
    problems = []
    for name, pair in listed:
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            message = "a pair is two different variables"
            problems.append(Problem("no_pair", message, key="pairs", hint="('positive', 'negative')"))
            continue
        key = name or f"{pair[0]} \u2212 {pair[1]}"
        if key in found:
            problems.append(Problem("repeated_pair", "this pair is named twice", key="pairs", hint="name it once"))
        found[key] = (pair[0], pair[1])
    if not found and not problems:
        problems.append(Problem("no_pairs", "no pair is named", key="pairs", hint="name one or more"))
    if problems:
        raise AnalysisError(problems)
    return found


def _title(name: str, both: tuple[Column, Column]) -> str:
    first, second = both
    ours = name in ("", f"{first.info.name} \u2212 {second.info.name}")
    if not ours:
        return name
    topic, colon, side = first.info.title.partition(": ")
    if colon and second.info.title.startswith(f"{topic}: "):
        return f"{topic}: {side} \u2212 {second.info.title.removeprefix(f'{topic}: ')}"
    return f"{first.info.title} \u2212 {second.info.title}"
