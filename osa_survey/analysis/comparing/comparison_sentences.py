"""The sentences of ``compare_groups``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from osa_survey import formatting
from osa_survey.analysis.phrases import (
    NOT_DEFINED,
    NOT_EVIDENCE,
    NOT_SHOWN,
    check_language,
    deciding_p,
    find,
    is_hidden,
    is_known,
    listed,
    not_adjusted,
    printed_test,
    shown,
    with_interval,
)
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "groups": "{outcome} by {by}: {parts}.",
        "group": "{group} M = {mean}, SD = {sd}, n = {n}",
        "group_hidden": "{group} {not_shown}",
        "difference": "The difference in means ({contrast}) was {difference}; Welch's {test}; Hedges' g = {g}.",
        "ranks": "Wilcoxon's rank sum test: {test}; rank-biserial r = {r}.",
        "hidden": "The comparison of the groups ({contrast}) is {not_shown}.",
        "undefined": "The difference in means ({contrast}) was {difference}; its test is {not_defined}.",
        "zero": "The interval of the difference includes zero: {not_evidence}.",
        "omnibus": "Means over the groups of {by}: Welch's {test}; ω² = {size} (equal variances).",
        "omnibus_wald": "Means over the groups of {by}: {test}.",
        "ranks_undefined": "The rank test is {not_defined}.",
        "holm": "Differences of pairs with an adjusted p (Holm) below {alpha}: {pairs}.",
        "no_holm": "No difference of a pair that is shown has an adjusted p (Holm) below {alpha}; {not_evidence}.",
        "difference_design": "The difference in means ({contrast}) was {difference}; design-based {test}; "
        "Hedges' g = {g}.",
        "ranks_design": "Design-based rank test: {test}; rank-biserial r = {r}.",
        "kruskal_design": "Design-based rank test: {test}.",
        "omnibus_undefined": "The test of equal means over the groups of {by} is {not_defined}.",
        "kruskal": "Kruskal–Wallis test: {test}.",
        "pairs": "Games–Howell: intervals that exclude zero were found for {pairs}.",
        "pair": "{contrast} ({difference}, p {p})",
        "no_pairs": "Games–Howell: every interval shown includes zero; {not_evidence}.",
        "pairs_hidden": "Comparisons of {number} pairs are {not_shown}.",
        "pair_hidden": "The comparison of one pair is {not_shown}.",
    },
    "de": {
        "groups": "{outcome} nach {by}: {parts}.",
        "group": "{group} M = {mean}, SD = {sd}, n = {n}",
        "group_hidden": "{group} {not_shown}",
        "difference": "Die Differenz der Mittelwerte ({contrast}) betrug {difference}; Welch-Test {test}; "
        "Hedges' g = {g}.",
        "ranks": "Wilcoxon-Rangsummentest: {test}; rang-biseriales r = {r}.",
        "hidden": "Der Vergleich der Gruppen ({contrast}) wird {not_shown}.",
        "undefined": "Die Differenz der Mittelwerte ({contrast}) betrug {difference}; der Test ist {not_defined}.",
        "zero": "Das Intervall der Differenz schließt null ein: {not_evidence}.",
        "omnibus": "Mittelwerte über die Gruppen von {by}: Welch-Test {test}; ω² = {size} (gleiche Varianzen).",
        "omnibus_wald": "Mittelwerte über die Gruppen von {by}: {test}.",
        "ranks_undefined": "Der Rangtest ist {not_defined}.",
        "holm": "Differenzen der Paare mit adjustiertem p (Holm) unter {alpha}: {pairs}.",
        "no_holm": "Keine gezeigte Differenz eines Paars hat ein adjustiertes p (Holm) unter {alpha}; {not_evidence}.",
        "difference_design": "Die Differenz der Mittelwerte ({contrast}) betrug {difference}; designbasiert {test}; "
        "Hedges' g = {g}.",
        "ranks_design": "Designbasierter Rangtest: {test}; rang-biseriales r = {r}.",
        "kruskal_design": "Designbasierter Rangtest: {test}.",
        "omnibus_undefined": "Der Test auf gleiche Mittelwerte über die Gruppen von {by} ist {not_defined}.",
        "kruskal": "Kruskal-Wallis-Test: {test}.",
        "pairs": "Games-Howell: Intervalle ohne Null fanden sich für {pairs}.",
        "pair": "{contrast} ({difference}, p {p})",
        "no_pairs": "Games-Howell: Alle gezeigten Intervalle schließen null ein; {not_evidence}.",
        "pairs_hidden": "Die Vergleiche von {number} Paaren werden {not_shown}.",
        "pair_hidden": "Der Vergleich eines Paars wird {not_shown}.",
    },
}


@dataclass(frozen=True)
class ComparisonWords:
    """Sentences of a comparison of groups.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable → what print says.
    by : str
        The grouping variable.
    design : bool
        Whether the tests follow a sampling design, so that they are not Welch's and Wilcoxon's.
    """

    labels: tuple[tuple[str, str], ...] = ()
    by: str = ""
    design: bool = False

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        sentences = [self._groups(table, language)]
        if find(table, "welch_anova") is None:
            return (*sentences, *self._two(table, language))
        return (*sentences, *self._more(table, language))

    def _groups(self, table: pd.DataFrame, language: str) -> str:
        text, titles = TEXTS[language], dict(self.labels)
        parts = []
        for _, mean in table.loc[table["quantity"] == "mean"].iterrows():
            group = str(mean["group"])
            sd = find(table, "sd", group=group)
            group = in_language(group, language, "words")
            if is_hidden(mean) or sd is None:
                parts.append(text["group_hidden"].format(group=group, not_shown=NOT_SHOWN[language]))
                continue
            n = formatting.count(mean["n"])
            parts.append(text["group"].format(group=group, mean=shown(mean), sd=shown(sd), n=n))
        outcome = str(table["outcome"].iloc[0])
        return text["groups"].format(
            outcome=titles.get(outcome, outcome), by=titles.get(self.by, self.by), parts="; ".join(parts)
        )

    def _two(self, table: pd.DataFrame, language: str) -> list[str]:
        text = TEXTS[language]
        names = ("mean_difference", "hedges_g", "rank_sum", "rank_biserial")
        difference, g, ranks, r = (find(table, name) for name in names)
        if difference is None or g is None or ranks is None or r is None:
            return []
        contrast = in_language(str(difference["contrast"]), language, "words")
        if is_hidden(difference):
            return [text["hidden"].format(contrast=contrast, not_shown=NOT_SHOWN[language])]
        if math.isnan(difference["statistic"]):
            not_defined = NOT_DEFINED[language]
            return [text["undefined"].format(contrast=contrast, difference=shown(difference), not_defined=not_defined)]
        kind = "_design" if self.design else ""
        sentences = [
            text[f"difference{kind}"].format(
                contrast=contrast,
                difference=with_interval(difference, language),
                test=printed_test(difference),
                g=with_interval(g, language),
            ),
            text[f"ranks{kind}"].format(test=printed_test(ranks), r=with_interval(r, language))
            if is_known(ranks)
            else text["ranks_undefined"].format(not_defined=NOT_DEFINED[language]),
        ]
        if difference["conf_low"] <= 0 <= difference["conf_high"]:
            sentences.append(text["zero"].format(not_evidence=NOT_EVIDENCE[language]))
        return sentences

    def _more(self, table: pd.DataFrame, language: str) -> list[str]:
        text = TEXTS[language]
        by = dict(self.labels).get(self.by, self.by)
        welch, size, ranks = (find(table, name) for name in ("welch_anova", "omega_squared", "kruskal_wallis"))
        sentences = []
        wald = size is None or find(table, "games_howell") is None
        if wald and welch is not None and is_known(welch):
            sentences.append(text["omnibus_wald"].format(by=by, test=printed_test(welch)))
        elif welch is None or is_hidden(welch) or not is_known(welch) or size is None:
            sentences.append(text["omnibus_undefined"].format(by=by, not_defined=NOT_DEFINED[language]))
        else:
            words = {"by": by, "test": printed_test(welch), "size": with_interval(size, language)}
            sentences.append(text["omnibus"].format(**words))
        if ranks is not None and is_known(ranks):
            kind = "kruskal_design" if self.design else "kruskal"
            sentences.append(text[kind].format(test=printed_test(ranks)))
        return sentences + self._pairs(table, language)

    @staticmethod
    def _apart(row: pd.Series, holm: bool) -> bool:
        """Tell whether a pair differs: by its adjusted p, or by an interval that is simultaneous."""
        if holm:
            return deciding_p(row) < 1 - float(row["conf_level"])
        return bool(row["conf_low"] > 0 or row["conf_high"] < 0)

    def _pairs(self, table: pd.DataFrame, language: str) -> list[str]:
        text = TEXTS[language]
        holm = find(table, "games_howell") is None
        quantity = "mean_difference" if holm else "games_howell"
        rows = [row for _, row in table.loc[table["quantity"] == quantity].iterrows()]
        known = [row for row in rows if not math.isnan(row["conf_low"])]
        apart = [row for row in known if self._apart(row, holm)]
        alpha = formatting.shortest(1 - float(table["conf_level"].max()), 3).removeprefix("0")
        hidden = sum(is_hidden(row) for row in rows)
        sentences = []
        if apart:
            pairs = [
                text["pair"].format(
                    contrast=in_language(str(row["contrast"]), language, "words"),
                    difference=with_interval(row, language),
                    p=formatting.p_value(row["p_adjusted"]),
                )
                for row in apart
            ]
            sentences.append(text["holm" if holm else "pairs"].format(pairs=listed(pairs, language), alpha=alpha))
        elif known:
            words = {"not_evidence": NOT_EVIDENCE[language], "alpha": alpha}
            sentences.append(text["no_holm" if holm else "no_pairs"].format(**words))
        if apart and holm:
            sentences += not_adjusted(pd.DataFrame(apart), language)
        if hidden:
            key = "pair_hidden" if hidden == 1 else "pairs_hidden"
            sentences.append(text[key].format(number=hidden, not_shown=NOT_SHOWN[language]))
        return sentences
