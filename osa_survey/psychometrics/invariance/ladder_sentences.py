"""The steps of an invariance ladder in words, of groups or of waves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from osa_survey import formatting

STEPS = {
    "en": {
        "metric": "equal loadings",
        "scalar": "equal intercepts",
        "strict": "equal residual variances",
        "thresholds": "equal thresholds",
        "loadings": "equal loadings",
        "intercepts": "equal intercepts",
        "residuals": "equal residual variances",
    },
    "de": {
        "metric": "gleiche Ladungen",
        "scalar": "gleiche Interzepte",
        "strict": "gleiche Residualvarianzen",
        "thresholds": "gleiche Schwellen",
        "loadings": "gleiche Ladungen",
        "intercepts": "gleiche Interzepte",
        "residuals": "gleiche Residualvarianzen",
    },
}
STEP = "{step}{partial}: {statistic} = {value}, p {p}"
GIVEN_UP = {"en": ", some given up", "de": ", einige aufgegeben"}
PARTIAL = " (partial)"


def ladder_sentences(
    table: pd.DataFrame, language: str, texts: Mapping[str, str], verdict: Callable[[str], str], **names: str
) -> tuple[str, ...]:
    """Return the verdict of a ladder and the tests behind it, from the released table.

    Parameters
    ----------
    table : DataFrame
        The released rows.
    language : str
        The language.
    texts : mapping of str to str
        ``verdict`` with places for n and verdict, and ``hidden``.
    verdict : callable
        From the code of a verdict to words.
    **names
        What fills the other places of ``hidden``.
    """
    row = table.loc[(table["quantity"] == "step_verdict") & (table["term"] == "verdict")].iloc[0]
    if row["suppressed"]:
        return (texts["hidden"].format(**names),)
    sentences = [texts["verdict"].format(n=formatting.count(row["n"]), verdict=verdict(str(row["level"])))]
    clauses = []
    for _, test in table.loc[table["quantity"] == "chi_squared_difference"].iterrows():
        if test["suppressed"] or pd.isna(test["estimate"]):
            continue
        name = str(test["term"])
        clauses.append(
            STEP.format(
                step=STEPS[language][name.removesuffix(PARTIAL)],
                partial=GIVEN_UP[language] if name.endswith(PARTIAL) else "",
                statistic=f"Δχ²({formatting.count(test['df1'])})",
                value=formatting.decimal(test["estimate"]),
                p=formatting.p_value(test["p_value"]),
            )
        )
    if clauses:
        listed = "; ".join(clauses)
        sentences.append(f"{listed[0].upper()}{listed[1:]}.")
    return tuple(sentences)
