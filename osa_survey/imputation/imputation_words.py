"""How missing answers were imputed, in words for a methods section."""

from __future__ import annotations

from collections import Counter

from osa_survey.dataset import ImputedData
from osa_survey.imputation.model_columns import ON_REQUEST

METHODS = {
    "en": {},
    "de": {
        "predictive mean matching": "Predictive Mean Matching",
        "Bayesian normal linear model": "bayesianisches lineares Normalmodell",
        "logistic model": "logistisches Modell",
        "ordinal logit model": "ordinales Logitmodell",
        "multinomial logit model": "multinomiales Logitmodell",
        "Poisson model": "Poisson-Modell",
    },
}
REASON_WORDS = {
    "en": {
        "not_shown": "not shown",
        "not_applicable": "not applicable",
        "withdrawn": "withdrawn",
        "refused": "refused",
        "dont_know": "don't know",
    },
    "de": {
        "not_shown": "nicht gezeigt",
        "not_applicable": "nicht zutreffend",
        "withdrawn": "zurückgezogen",
        "refused": "verweigert",
        "dont_know": "weiß nicht",
    },
}
TEXTS = {
    "en": {
        "made": "Missing answers were imputed {m} times by chained equations ({iterations} iterations, seed {seed}); "
        "results are pooled by Rubin's rules.",
        "methods": "Methods: {methods}.",
        "method": "{method} ({n} {columns})",
        "column": "variable or item",
        "columns": "variables and items",
        "scales": "Scores were computed again from the completed items of each set.",
        "never": "Never imputed: questions that were not shown or not applicable, and withdrawn answers, because there "
        "is no answer behind them.",
        "left": "Not imputed either, because the study file does not ask for it: {reasons}.",
        "asked": "Imputed because the study file asks for it: {reasons}.",
        "kept": "Gaps that stay occur with these reasons: {reasons}.",
        "weights": "The survey weight is a predictor in every imputation model.",
        "none": "No answer was missing that may be imputed.",
    },
    "de": {
        "made": "Fehlende Antworten wurden {m}-mal durch verkettete Gleichungen imputiert ({iterations} Iterationen, "
        "Startwert {seed}); Ergebnisse sind nach Rubins Regeln zusammengefasst.",
        "methods": "Verfahren: {methods}.",
        "method": "{method} ({n} {columns})",
        "column": "Variable oder Item",
        "columns": "Variablen und Items",
        "scales": "Skalenwerte wurden in jedem Datensatz aus den ergänzten Items neu berechnet.",
        "never": "Nie imputiert werden nicht gezeigte und nicht zutreffende Fragen und zurückgezogene Antworten, weil "
        "hinter ihnen keine Antwort steht.",
        "left": "Ebenfalls nicht imputiert, weil die Studiendatei es nicht verlangt: {reasons}.",
        "asked": "Imputiert, weil die Studiendatei es verlangt: {reasons}.",
        "kept": "Lücken, die bleiben, haben diese Gründe: {reasons}.",
        "weights": "Das Gewicht ist Prädiktor in jedem Imputationsmodell.",
        "none": "Keine Antwort fehlte, die imputiert werden darf.",
    },
}
WEIGHT = "survey weight"


def imputation_sentences(
    imputed: ImputedData, impute_reasons: tuple[str, ...] = (), language: str = "en"
) -> tuple[str, ...]:
    """Return how missing answers were imputed, and which never are.

    Parameters
    ----------
    imputed : ImputedData
        The completed sets.
    impute_reasons : tuple of str
        The reasons that were asked for.
    language : {"en", "de"}
        The language.

    Returns
    -------
    tuple of str
        Sentences without counts of people.
    """
    text, words, record = TEXTS[language], REASON_WORDS[language], imputed.record
    told = []
    if record.methods:
        told.append(text["made"].format(m=record.m, iterations=record.iterations, seed=record.seed))
        used = [
            text["method"].format(
                method=METHODS[language].get(method, method), n=number, columns=text["column" + "s" * (number > 1)]
            )
            for method, number in Counter(record.methods.values()).items()
        ]
        told.append(text["methods"].format(methods=", ".join(used)))
        if any(name not in imputed.original.variables for name in record.methods):
            told.append(text["scales"])
    else:
        told.append(text["none"])
    told.append(text["never"])
    asked = [words[reason] for reason in impute_reasons]
    left = [words[reason] for reason in ON_REQUEST if reason not in impute_reasons]
    if asked:
        told.append(text["asked"].format(reasons=", ".join(asked)))
    if left:
        told.append(text["left"].format(reasons=", ".join(left)))
    kept = [words[reason] for reason in words if any(reason in gaps for gaps in record.kept.values())]
    if kept:
        told.append(text["kept"].format(reasons=", ".join(kept)))
    if any(WEIGHT in names for names in record.predictors.values()):
        told.append(text["weights"])
    return tuple(told)
