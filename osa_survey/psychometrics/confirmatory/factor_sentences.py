"""A factor model in words, from the released table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting

VERSIONS = {
    "unscaled": {"en": "", "de": ""},
    "scaled": {"en": "scaled ", "de": "skaliertes "},
    "robust": {"en": "robust ", "de": "robuster "},
}
TEXTS = {
    "en": {
        "fit": "Fit of the factor model of {title}: {version}χ²({df}) = {value}{p}{indices}, n = {n}.",
        "exact": "The factor model of {title} has no degrees of freedom: its fit cannot be tested (n = {n}).",
        "hidden": "The fit of the factor model of {title} is not shown: too few people stand behind it.",
        "interval": ", 90% CI {bounds}",
        "warning": "Before use: {warning}.",
    },
    "de": {
        "fit": "Passung des Faktorenmodells von {title}: {version}χ²({df}) = {value}{p}{indices}, n = {n}.",
        "exact": "Das Faktorenmodell von {title} hat keine Freiheitsgrade: Die Passung ist nicht prüfbar (n = {n}).",
        "hidden": "Die Passung des Faktorenmodells von {title} wird nicht gezeigt: Zu wenige Personen stehen dahinter.",
        "interval": ", 90-%-KI {bounds}",
        "warning": "Vor dem Gebrauch: {warning}.",
    },
}
NAMES = {"cfi": "CFI", "tli": "TLI", "rmsea": "RMSEA", "srmr": "SRMR"}
PREFERRED = ("robust", "scaled", "unscaled")


@dataclass(frozen=True)
class FactorWording:
    """One sentence on fit, and one on what must be known before use.

    Attributes
    ----------
    title : str
        What print calls the model.
    """

    title: str

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences in one language."""
        text = TEXTS[language]
        tests = table.loc[table["quantity"] == "chi_squared"]
        test = tests.loc[tests["level"] == "scaled"] if (tests["level"] == "scaled").any() else tests
        row = test.iloc[0]
        if row["suppressed"]:
            return (text["hidden"].format(title=self.title),)
        sentences = []
        n = formatting.count(row["n"])
        if row["df1"] == 0:
            sentences.append(text["exact"].format(title=self.title, n=n))
        else:
            p = "" if pd.isna(row["p_value"]) else f", p {formatting.p_value(row['p_value'])}"
            version = VERSIONS[str(row["level"])][language]
            sentences.append(
                text["fit"].format(
                    title=self.title,
                    version=version,
                    df=formatting.count(row["df1"]),
                    value=formatting.decimal(row["statistic"]),
                    p=p,
                    indices="".join(indices(table, language)),
                    n=n,
                )
            )
        if row["warning"]:
            sentences.append(text["warning"].format(warning=row["warning"]))
        return tuple(sentences)


def indices(table: pd.DataFrame, language: str) -> list[str]:
    """Return the fit indices as clauses: of each the most robust version there is."""
    clauses = []
    for quantity, name in NAMES.items():
        found = table.loc[(table["quantity"] == quantity) & (table["suppressed"] == "")]
        for level in PREFERRED:
            rows = found.loc[found["level"] == level]
            if len(rows):
                row = rows.iloc[0]
                prefix = VERSIONS[level][language] if level == "robust" else ""
                clause = f", {prefix}{name} = {formatting.decimal(row['estimate'], 3, bounded=True)}"
                if not pd.isna(row["conf_low"]):
                    bounds = formatting.interval(row["conf_low"], row["conf_high"], 3, bounded=True)
                    clause += TEXTS[language]["interval"].format(bounds=bounds)
                clauses.append(clause)
                break
    return clauses
