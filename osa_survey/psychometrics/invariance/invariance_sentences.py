"""An invariance ladder in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

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
VERDICTS = {
    "en": {
        "means comparable": "means of {title} can be compared across {by}",
        "means comparable with care": (
            "means of {title} can be compared across {by} with care: some items differ between the groups"
        ),
        "associations comparable, means not": (
            "associations with {title} can be compared across {by}, means cannot: items differ between the groups"
        ),
        "not comparable": "{title} does not measure alike across {by}: means and associations cannot be compared",
    },
    "de": {
        "means comparable": "Mittelwerte von {title} sind über {by} vergleichbar",
        "means comparable with care": (
            "Mittelwerte von {title} sind über {by} mit Vorsicht vergleichbar: Einige Items unterscheiden sich "
            "zwischen den Gruppen"
        ),
        "associations comparable, means not": (
            "Zusammenhänge mit {title} sind über {by} vergleichbar, Mittelwerte nicht: Items unterscheiden sich "
            "zwischen den Gruppen"
        ),
        "not comparable": "{title} misst über {by} nicht gleich: Mittelwerte und Zusammenhänge sind nicht vergleichbar",
    },
}
TEXTS = {
    "en": {
        "verdict": "Measurement invariance (n = {n}): {verdict}.",
        "step": "{step}{partial}: Δχ²({df}) = {value}, p {p}",
        "partial": ", some given up",
        "hidden": "Measurement invariance of {title} across {by} is not shown: too few people stand behind it.",
    },
    "de": {
        "verdict": "Messinvarianz (n = {n}): {verdict}.",
        "step": "{step}{partial}: Δχ²({df}) = {value}, p {p}",
        "partial": ", einige aufgegeben",
        "hidden": "Die Messinvarianz von {title} über {by} wird nicht gezeigt: Zu wenige Personen stehen dahinter.",
    },
}
PARTIAL = " (partial)"


@dataclass(frozen=True)
class InvarianceWording:
    """The verdict first, then the tests behind it.

    Attributes
    ----------
    title, by : str
        What print calls the scale and the groups.
    """

    title: str
    by: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        row = table.loc[(table["quantity"] == "step_verdict") & (table["term"] == "verdict")].iloc[0]
        if row["suppressed"]:
            return (text["hidden"].format(title=self.title, by=self.by),)
        verdict = verdict_words(str(row["level"]), self.title, self.by, language)
        sentences = [text["verdict"].format(n=formatting.count(row["n"]), verdict=verdict)]
        clauses = []
        for _, test in table.loc[table["quantity"] == "chi_squared_difference"].iterrows():
            if test["suppressed"] or pd.isna(test["estimate"]):
                continue
            name = str(test["term"])
            clauses.append(
                text["step"].format(
                    step=STEPS[language][name.removesuffix(PARTIAL)],
                    partial=text["partial"] if name.endswith(PARTIAL) else "",
                    df=formatting.count(test["df1"]),
                    value=formatting.decimal(test["estimate"]),
                    p=formatting.p_value(test["p_value"]),
                )
            )
        if clauses:
            listed = "; ".join(clauses)
            sentences.append(f"{listed[0].upper()}{listed[1:]}.")
        return tuple(sentences)


def verdict_words(code: str, title: str, by: str, language: str = "en") -> str:
    """Return a verdict in words."""
    return VERDICTS[language][code].format(title=title, by=by)
