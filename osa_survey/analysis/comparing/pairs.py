"""Two ratings by the same people, such as positive against negative outcomes."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence

import numpy as np

from osa_survey.analysis.arguments import check_conf_level
from osa_survey.analysis.comparing.any_ratings import any_result
from osa_survey.analysis.comparing.composed_paired_sizes import add_composed_paired_sizes
from osa_survey.analysis.comparing.composed_pairs import add_composed_pair, composed_pair
from osa_survey.analysis.comparing.pair_arguments import RatedPair, named_pairs, pair_title, rated_pairs
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
    two = (names[0], names[1])
    found = rated_pairs(versions(data)[0], named)
    rows, sized = Rows(), Rows()
    if composes(data):
        composed, no_anchor = _composed_rows(rows, sized, data, named, sizes, two, lowest, conf_level)
    else:
        composed, no_anchor = None, _plain_rows(rows, sized, found, sizes, two, lowest, conf_level)
    anyone = np.logical_or.reduce([pair.used for pair in found])
    used, dropped = int(anyone.sum()), int((~anyone).sum())
    labels = {column.info.name: column.info.title for pair in found for column in pair.both}
    labels |= {pair.name: pair_title(pair.name, pair.both) for pair in found}
    title = f"{two[0].capitalize()} against {two[1]} ratings"
    more = {}
    if sizes:
        more["effect_sizes"] = sizes_result(
            sized, title=title, analysis="paired", used=used, dropped=dropped, labels=labels, keys=("outcome",)
        )
    held = rows.quantities
    if "proportion" in held:
        more["any"] = any_result(rows, labels, used, dropped)
    adjusted = len(found) > 1
    return Result.from_rows(
        rows,
        title=title if pairs is not None else pair_title("", found[0].both),
        analysis="paired",
        method=(METHOD if composed is None else METHOD_COMPOSED)
        + ("; p adjusted by Holm over the pairs" if adjusted else "")
        + composition_words(composed),
        n_used=used,
        n_dropped=dropped,
        settings={
            "pairs": {name: list(pair) for name, pair in named.items()},
            "sides": list(names),
            "lowest": lowest,
            "conf_level": conf_level,
            **({"effect_sizes": list(sizes)} if sizes else {}),
        },
        more=more,
        notes=_notes(two, composed, no_anchor),
        references=(
            *REFERENCES,
            *((ADJUSTMENT_REFERENCES["holm"],) if adjusted else ()),
            *composition_references(composed),
        ),
        labels=labels,
        wording=PairSentences({pair.name: labels[pair.name] for pair in found}, two),
        layout=_layout(held),
        plot="paired_means",
    )


def _notes(sides: tuple[str, str], composed: Sample | None, no_anchor: Sequence[str]) -> tuple[str, ...]:
    listed = ", ".join(dict.fromkeys(no_anchor))
    return (
        f"Differences are {sides[0]} \u2212 {sides[1]}; each pair describes those with both ratings.",
        NOTE_SIZES if composed is None else NOTE_COMPOSED,
        *composition_notes(composed),
        *((f"% any is left out where no lowest value is declared: {listed}.",) if no_anchor else ()),
    )


def _layout(held: Container[str]) -> Layout:
    show = (
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
    )
    return Layout(rows=("outcome",), across="group", show=show, row_head="Pair")


def _plain_rows(
    rows: Rows,
    sized: Rows,
    found: Sequence[RatedPair],
    sizes: Sequence[str],
    sides: tuple[str, str],
    lowest: float | None,
    conf_level: float,
) -> list[str]:
    """Add the rows of all pairs of complete, unweighted data; return titles of variables without a lowest value."""
    compared = [paired_comparison(*pair.values, conf_level) for pair in found]
    adjusted = adjusted_p_values(np.array([comparison.p_value for comparison in compared]), "holm")
    no_anchor = []
    further = [size for size in sizes if size not in ("d_z", "d_av")]
    for pair, comparison, p_adjusted in zip(found, compared, adjusted, strict=True):
        p = float(p_adjusted) if len(found) > 1 else math.nan
        no_anchor += add_pair(rows, pair.name, pair.both, comparison, pair.used, sides, lowest, p, conf_level)
        add_signed_rank(rows, pair.name, pair.values, sides)
        add_paired_sizes(rows, further, pair.name, pair.values, sides, conf_level)
        add_paired_sizes(sized, sizes, pair.name, pair.values, sides, conf_level)
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
