"""The tables of correlations of answer tendencies, and of their thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc, ndtri

from osa_survey.psychometrics.answer_correlation_sentences import LatentWords
from osa_survey.psychometrics.item_matrices import ItemMatrix
from osa_survey.psychometrics.item_statistics import Missing
from osa_survey.psychometrics.ordinal import Categories, PolychoricMatrix
from osa_survey.psychometrics.ordinal.full_polychorics import FullPolychorics
from osa_survey.psychometrics.ordinal.influences import threshold_influences
from osa_survey.results import Layout, Result, Rows, Show

OLSSON = (
    "Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika, "
    "44(4), 443–460. https://doi.org/10.1007/BF02296207"
)
POLYSERIAL = (
    "Olsson, U., Drasgow, F., & Dorans, N. J. (1982). The polyserial correlation coefficient. Psychometrika, 47(3), "
    "337–347. https://doi.org/10.1007/BF02294164"
)
MUTHEN = (
    "Muthén, B. (1984). A general structural equation model with dichotomous, ordered categorical, and continuous "
    "latent variable indicators. Psychometrika, 49(1), 115–132. https://doi.org/10.1007/BF02294210"
)
NOTE_NORMAL = "Each coefficient assumes that two normal tendencies lie behind the two answers."
NOTE_TEST = (
    "χ² and p of a pair ask whether normal tendencies fit its cross table (likelihood ratio), not whether the "
    "correlation is zero."
)
NOTE_EMPTY = "Nothing was added to empty cells of cross tables, except where two answers meet two answers."
TWO_STEP = "two-step maximum likelihood"
FULL = "full maximum likelihood, thresholds of each pair estimated along"
UNKNOWN = "not defined: the correlation is not known"
NO_ERROR = "no interval: the correlation is perfect, or the information is singular"
NOTE_PAIRWISE = "Each correlation uses everybody who has both (pairwise n)."
NOTE_LISTWISE = "Only respondents who have everything were used (listwise)."


@dataclass(frozen=True)
class LatentPair:
    """One correlation of the table."""

    first: str
    second: str
    n: int
    rho: float
    std_error: float
    conf_low: float
    conf_high: float
    kind: str
    warning: str
    chi_squared: float = np.nan
    df: int = 0


@dataclass(frozen=True, repr=False)
class LatentParts:
    """Everything the tables are filled from."""

    items: ItemMatrix
    answers: Categories
    found: PolychoricMatrix
    pairs: tuple[LatentPair, ...]
    titles: Mapping[str, str]
    used: int
    dropped: int
    missing: Missing
    conf_level: float
    numbers: tuple[str, ...]
    full: FullPolychorics | None = None


def latent_result(parts: LatentParts) -> Result:
    """Return the table of correlations, with the table of thresholds beside it."""
    rows = Rows()
    for pair in parts.pairs:
        cell = f"{pair.first}|{pair.second}"
        rows.cell(cell, pair.n)
        rows.add(
            "latent_r",
            term=pair.first,
            outcome=pair.second,
            n=pair.n,
            estimate=pair.rho,
            std_error=pair.std_error,
            conf_low=pair.conf_low,
            conf_high=pair.conf_high,
            conf_level=np.nan if np.isnan(pair.conf_low) else parts.conf_level,
            statistic=pair.chi_squared,
            statistic_name="" if np.isnan(pair.chi_squared) else "χ²",
            df1=np.nan if np.isnan(pair.chi_squared) else pair.df,
            p_value=np.nan if np.isnan(pair.chi_squared) else float(chdtrc(pair.df, pair.chi_squared)),
            method=f"{pair.kind}, {_interval_of(parts, pair)}",
            warning=pair.warning,
            cells=[cell],
        )
    kinds = list(dict.fromkeys(pair.kind for pair in parts.pairs))
    how = ", ".join(kinds)
    return Result.from_rows(
        rows,
        title=f"Correlations of the answer tendencies of {parts.items.title}",
        analysis="polychoric",
        method=f"{how[0].upper()}{how[1:]} correlations by {TWO_STEP if parts.full is None else FULL} "
        f"({parts.missing})",
        n_used=parts.used,
        n_dropped=parts.dropped,
        settings={
            "scale": parts.items.name,
            "numbers": parts.numbers,
            "missing": parts.missing,
            "method": "two_step" if parts.full is None else "ml",
            "conf_level": parts.conf_level,
        },
        notes=(NOTE_LISTWISE if parts.missing == "listwise" else NOTE_PAIRWISE, NOTE_NORMAL, NOTE_TEST, NOTE_EMPTY),
        references=(
            OLSSON,
            *((MUTHEN,) if parts.full is None else ()),
            *((POLYSERIAL,) if parts.numbers else ()),
        ),
        more={"thresholds": _thresholds(parts) if parts.full is None else pair_thresholds(parts, parts.full)},
        labels={parts.items.name: parts.items.title, **parts.titles},
        wording=LatentWords(parts.items.title, tuple(parts.titles.items())),
        layout=Layout(rows=("term",), show=(Show("latent_r"),), across="outcome", row_head="Item"),
        plot="correlation_heatmap",
        engine=parts.found,
    )


def _interval_of(parts: LatentParts, pair: LatentPair) -> str:
    if pair.kind == "Pearson":
        return "Fisher's z interval"
    return "two-step interval" if parts.full is None or pair.kind == "polyserial" else "maximum likelihood interval"


def pair_thresholds(parts: LatentParts, full: FullPolychorics) -> Result:
    """Return the thresholds of both items of each pair, estimated with its correlation."""
    rows = Rows()
    normal = float(ndtri(0.5 + parts.conf_level / 2.0))
    pairs, names = parts.found.pairs, parts.items.columns
    for number, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
        table = pairs.tables[number]
        for item, other, margin, taus, errors in (
            (i, j, table.sum(axis=1), full.first_thresholds[number], full.first_errors[number]),
            (j, i, table.sum(axis=0), full.second_thresholds[number], full.second_errors[number]),
        ):
            answers = parts.answers.answers[item]
            cells = [f"{names[item]}|{names[other]}|answer {answer:g}" for answer in answers]
            for cell, people in zip(cells, margin, strict=False):
                rows.cell(cell, float(people))
            chosen = np.flatnonzero(margin[: len(answers)] > 0)
            for below, above in pairwise(chosen):
                tau, error = float(taus[below]), float(errors[below])
                rows.add(
                    "threshold",
                    outcome=names[item],
                    term=names[other],
                    level=f"{answers[below]:g}|{answers[above]:g}",
                    n=int(table.sum()),
                    estimate=tau,
                    std_error=error,
                    conf_low=tau - normal * error,
                    conf_high=tau + normal * error,
                    conf_level=np.nan if np.isnan(error) else parts.conf_level,
                    method="full maximum likelihood, observed information",
                    warning=UNKNOWN if np.isnan(tau) else "" if np.isfinite(error) else NO_ERROR,
                    cells=[cells[below], cells[above]],
                )
    return Result.from_rows(
        rows,
        title=f"Thresholds of the pairs of items of {parts.items.title}",
        analysis="polychoric",
        method="thresholds estimated with the correlation of each pair; intervals by the observed information",
        n_used=parts.used,
        n_dropped=parts.dropped,
        settings={"scale": parts.items.name, "missing": parts.missing},
        labels=dict(parts.titles),
        layout=Layout(rows=("outcome", "term"), show=(Show("threshold"),), across="level", row_head="Item, with"),
    )


def _thresholds(parts: LatentParts) -> Result:
    """Return where one answer gives way to the next; a threshold gives away the two answers it parts."""
    rows = Rows()
    normal = float(ndtri(0.5 + parts.conf_level / 2.0))
    counts = parts.answers.counts
    for item, name in enumerate(parts.items.columns):
        answers, taus = parts.answers.answers[item], parts.found.thresholds[item]
        n = int(counts[item].sum())
        for answer, people in zip(answers, counts[item], strict=True):
            rows.cell(f"{name}|answer {answer:g}", int(people))
        common = {"outcome": name, "n": n, "method": "normal quantile of the share at or below"}
        if not len(taus):
            rows.cell(name, n)
            rows.add("threshold", warning="not defined: everybody gave the same answer", cells=[name], **common)
            continue
        influence = threshold_influences(taus, counts[item])
        errors = np.sqrt((influence**2 * counts[item]).sum(axis=1))
        for place, tau in enumerate(taus):
            rows.add(
                "threshold",
                level=f"{answers[place]:g}|{answers[place + 1]:g}",
                estimate=tau,
                std_error=errors[place],
                conf_low=tau - normal * errors[place],
                conf_high=tau + normal * errors[place],
                conf_level=parts.conf_level,
                cells=[f"{name}|answer {answers[place + step]:g}" for step in (0, 1)],
                **common,
            )
    return Result.from_rows(
        rows,
        title=f"Thresholds of the items of {parts.items.title}",
        analysis="polychoric",
        method="normal quantiles of cumulative shares; intervals by the delta method",
        n_used=parts.used,
        n_dropped=parts.dropped,
        settings={"scale": parts.items.name, "missing": parts.missing},
        labels=dict(parts.titles),
        layout=Layout(rows=("outcome",), show=(Show("threshold"),), across="level", row_head="Item"),
    )
