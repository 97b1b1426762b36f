"""How many respondents each index of careless responding flags. Nobody is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from osa_survey import formatting
from osa_survey.dataset import ScoredData
from osa_survey.languages import in_language
from osa_survey.quality.careless_cuts import MEADE
from osa_survey.quality.careless_indices import CarelessIndices, careless_indices
from osa_survey.results import Layout, Result, Rows, Show

TWO_OR_MORE = "two_or_more"
NOTES = (
    "Indices flag, they do not exclude: who is left out is decided in the study file, before looking at results.",
    "A scale without reverse-keyed items can be answered alike with care; low scorers often do.",
    "Thresholds are customs, not laws, and most are recalled from their sources; look at how often each index flags.",
)
SENTENCES = {
    "en": {
        "one": "{n} of {all} respondents lie beyond the threshold of: {what}.",
        "several": "{n} of {all} respondents are flagged by two indices or more.",
        "none": "No index flags anyone that may be shown.",
        "hidden": "Fewer than five, or a number not shown: {what}.",
    },
    "de": {
        "one": "{n} von {all} Befragten liegen jenseits der Schwelle von: {what}.",
        "several": "{n} von {all} Befragten sind durch zwei oder mehr Indizes markiert.",
        "none": "Kein Index markiert jemanden, der gezeigt werden darf.",
        "hidden": "Weniger als fünf, oder nicht gezeigt: {what}.",
    },
}


@dataclass(frozen=True)
class CarelessWords:
    """One sentence for each index that flags somebody.

    Attributes
    ----------
    titles : tuple of (str, str)
        Index → what print says.
    """

    titles: tuple[tuple[str, str], ...]

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text, titles = SENTENCES[language], dict(self.titles)
        found = []
        for _, row in table.loc[table["quantity"] == "count"].iterrows():
            what = in_language(titles[str(row["level"])], language, "words")
            if row["suppressed"]:
                found.append(text["hidden"].format(what=what))
            elif row["estimate"] > 0:
                key = "several" if row["level"] == TWO_OR_MORE else "one"
                numbers = {"n": formatting.count(row["estimate"]), "all": formatting.count(row["n"])}
                found.append(text[key].format(what=what, **numbers))
        return tuple(found) or (text["none"],)


def careless(
    data: ScoredData | pd.DataFrame,
    scales: Mapping[str, Sequence[str]] | None = None,
    *,
    seconds: str | None = None,
    cuts: Mapping[str, float] | None = None,
) -> Result:
    """Return how many respondents each index of careless responding flags. Nobody is dropped.

    Parameters
    ----------
    data : ScoredData or DataFrame
        Scored data, or a data frame with keyed items in the order of the questionnaire.
    scales : mapping of str to sequence of str, optional
        Of a data frame: the item columns of each scale; by default all columns are one scale.
    seconds : str, optional
        Of a data frame: the column with the seconds each respondent took.
    cuts : mapping of str to float, optional
        Thresholds instead of the customary ones, for example ``{"longstring": 0.8}``.

    Returns
    -------
    Result
        Rows ``count`` and ``proportion`` with the index as ``level``, and those flagged by two or more; ``n`` is who
        has the index. ``more["distributions"]`` holds quantiles of each index. ``engine`` is the `CarelessIndices` with
        one row for each respondent: it never leaves through reports.

    Raises
    ------
    AnalysisError
        Unknown columns or thresholds, or no items.

    Notes
    -----
    Longest run (as share of all items), spread (IRV), Mahalanobis distance, even–odd consistency, psychometric
    synonyms and antonyms, person-total correlation, normed Guttman errors (mean over scales), person fit lz* (summed
    over scales), seconds per item, failed attention or infrequency items. Where a total and its subscales share items,
    each item counts once. Customary thresholds and their sources are ``careless_cuts.CUTS``; longest run, consistency
    and correlations are shares or coefficients without a unit, lz* is in standard deviations, time in seconds.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data. Psychological Methods, 17(3),
    437-455. doi:10.1037/a0028085

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=(60, 1))
    >>> items = pd.DataFrame(np.clip(np.round(3 + trait + rng.normal(size=(60, 6))), 1, 5), columns=list("abcdef"))
    >>> items.iloc[:3] = 3.0
    >>> found = careless(items)
    >>> float(found.pick("count", level="irv")["estimate"])
    4.0
    """
    found = careless_indices(data, scales, seconds=seconds, cuts=cuts)
    n = len(found)
    rows = Rows()
    rows.everybody("all", n)
    titles = {name: found.cuts[name].title for name in found.cuts}
    titles[TWO_OR_MORE] = "two indices or more"
    for name in found.flags.columns:
        cut = found.cuts[name]
        known = int(found.frame[name].notna().sum())
        mark = "" if cut.verified == "set" else f" ({cut.verified})"
        _count(rows, name, int(found.flags[name].sum()), known, n, f"{cut.side} {cut.value:g}: {cut.basis}{mark}")
    several = int((found.flags.sum(axis=1) >= 2).sum())
    _count(rows, TWO_OR_MORE, several, n, n, "two indices or more")
    left = tuple(f"Not computed, {titles[name]}: {why}." for name, why in found.left_out.items())
    references = tuple(dict.fromkeys([*(found.cuts[name].reference for name in found.flags.columns), MEADE]))
    return Result.from_rows(
        rows,
        title="Careless responding: respondents flagged by each index",
        analysis="careless",
        method="indices of careless responding with customary thresholds",
        n_used=n,
        settings={"cuts": {name: found.cuts[name].value for name in found.flags.columns}},
        notes=(*NOTES, *found.notes, *left),
        references=references,
        more={"distributions": _distributions(found, titles)},
        labels=titles,
        wording=CarelessWords(tuple(titles.items())),
        layout=Layout(
            rows=("level",),
            show=(Show("count", "estimate", "n"), Show("proportion", "estimate", "%"), Show("count", "n", "of")),
            row_head="Index",
        ),
        plot="flag_bars",
        engine=found,
    )


def _count(rows: Rows, name: str, people: int, known: int, n: int, method: str) -> None:
    rows.cell(name, people)
    rows.cell(f"{name}|rest", known - people)
    rows.cell(f"{name}|known", known)
    rows.cell(f"{name}|unknown", n - known)
    rows.total(f"{name}|known", [name, f"{name}|rest"])
    rows.total("all", [f"{name}|known", f"{name}|unknown"])
    share = people / known if known else float("nan")
    nobody = "" if known else "nobody has this index"
    rows.add("count", level=name, n=known, estimate=people, method=method, warning=nobody, cells=[name])
    rows.add("proportion", level=name, n=known, estimate=share, method=method, warning=nobody, cells=[name])


def _distributions(found: CarelessIndices, titles: Mapping[str, str]) -> Result:
    """Return the quartiles of each index."""
    rows = Rows()
    for name in found.frame.columns:
        values = found.frame[name].dropna().to_numpy()
        rows.cell(f"{name}|known", len(values))
        for share in (0.25, 0.50, 0.75):
            estimate = float(np.quantile(values, share)) if len(values) else float("nan")
            rows.add(
                "quantile",
                outcome=name,
                level=f"{share:g}",
                n=len(values),
                estimate=estimate,
                warning="" if len(values) else "nobody has this index",
                cells=[f"{name}|known"],
            )
    return Result.from_rows(
        rows,
        title="Indices of careless responding: quartiles",
        analysis="careless",
        method="quartiles of everybody who has the index",
        n_used=len(found),
        labels=dict(titles),
        layout=Layout(rows=("outcome",), show=(Show("quantile"),), across="level", row_head="Index"),
    )
