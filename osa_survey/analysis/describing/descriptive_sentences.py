"""The sentences of ``describe``."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from osa_survey.analysis.phrases import (
    NOT_SHOWN,
    check_language,
    find,
    is_hidden,
    is_known,
    listed,
    shown,
    with_interval,
)
from osa_survey.languages import in_language

TEXTS = {
    "en": {
        "number": "{title}{group}{weighted}: {parts}, n = {n}.",
        "weighted": " (weighted)",
        "weighted_shares": ", percentages weighted",
        "one": "{title}{group}: n = {n}; a mean and a spread are not defined for so few answers.",
        "hidden": "{title}{group}: {not_shown}.",
        "categories": "{title}{group} (n = {n}{shares}): {parts}.",
        "some_hidden": "{title}{group} (n = {n}{shares}): {parts}; {hidden}: {not_shown}.",
        "all_hidden": "{title}{group} (n = {n}): {hidden}: {not_shown}.",
        "missing": "{title}: {total} answers are missing{parts}.",
        "missing_hidden": "{title}: how many answers are missing is {not_shown}.",
        "empty": "{title}{group}: nobody answered.",
        "group": " ({group})",
        "reason_hidden": "{reason} not shown",
    },
    "de": {
        "number": "{title}{group}{weighted}: {parts}, n = {n}.",
        "weighted": " (gewichtet)",
        "weighted_shares": ", Prozente gewichtet",
        "one": "{title}{group}: n = {n}; Mittelwert und Streuung sind für so wenige Antworten nicht definiert.",
        "hidden": "{title}{group}: {not_shown}.",
        "categories": "{title}{group} (n = {n}{shares}): {parts}.",
        "some_hidden": "{title}{group} (n = {n}{shares}): {parts}; {hidden}: {not_shown}.",
        "all_hidden": "{title}{group} (n = {n}): {hidden}: {not_shown}.",
        "missing": "{title}: {total} Antworten fehlen{parts}.",
        "missing_hidden": "{title}: Wie viele Antworten fehlen, wird {not_shown}.",
        "empty": "{title}{group}: niemand hat geantwortet.",
        "group": " ({group})",
        "reason_hidden": "{reason} nicht gezeigt",
    },
}
REASONS = {
    "refused": "verweigert",
    "dont_know": "weiß nicht",
    "not_applicable": "trifft nicht zu",
    "not_shown": "nicht gezeigt bekommen",
    "broke_off": "abgebrochen",
    "not_answered": "nicht beantwortet",
    "technical": "technisch",
    "withdrawn": "zurückgezogen",
    "invalid": "ungültig",
}


@dataclass(frozen=True)
class DescriptionWords:
    """Sentences of a description: one for each variable and group, one for its gaps.

    Attributes
    ----------
    labels : tuple of (str, str)
        Variable or reason → what print says.
    weighted : bool
        Whether all numbers but n and counts are weighted.
    """

    labels: tuple[tuple[str, str], ...] = ()
    weighted: bool = False

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return the sentences of a table that may have passed the gate."""
        check_language(language)
        sentences = []
        for outcome, rows in table.groupby("outcome", sort=False):
            title = dict(self.labels).get(str(outcome), str(outcome))
            described = rows.loc[rows["quantity"] != "missing"]
            for group, part in described.groupby("group", sort=False):
                sentences.append(self._group(part, title, str(group), language))
            sentences += self._missing(rows, title, language)
        return tuple(sentences)

    def _group(self, rows: pd.DataFrame, title: str, group: str, language: str) -> str:
        text = TEXTS[language]
        words = {
            "title": title,
            "group": text["group"].format(group=in_language(group, language, "words")) if group else "",
        }
        words["not_shown"] = NOT_SHOWN[language]
        count = find(rows, "count", level="")
        if count is None or is_hidden(count):
            return text["hidden"].format(**words)
        if count["estimate"] == 0:
            return text["empty"].format(**words)
        words["n"] = shown(count)
        if find(rows, "mean") is not None:
            return self._number(rows, words, language)
        return self._categories(rows, words, language)

    def _number(self, rows: pd.DataFrame, words: dict[str, str], language: str) -> str:
        mean, sd, median = (find(rows, quantity) for quantity in ("mean", "sd", "median"))
        if mean is None or sd is None or median is None or not is_known(sd):
            return TEXTS[language]["one"].format(**words)
        told = [f"M = {with_interval(mean, language)}", f"SD = {shown(sd)}"]
        told += [f"Mdn = {shown(median)}"] if is_known(median) else []
        weighted = TEXTS[language]["weighted"] if self.weighted else ""
        return TEXTS[language]["number"].format(parts=", ".join(told), weighted=weighted, **words)

    def _categories(self, rows: pd.DataFrame, words: dict[str, str], language: str) -> str:
        parts, hidden = [], []
        for _, row in rows.loc[(rows["quantity"] == "count") & (rows["level"] != "")].iterrows():
            share = find(rows, "proportion", level=row["level"])
            level = in_language(str(row["level"]), language, "words")
            if is_hidden(row) or is_hidden(share):
                hidden.append(level)
                continue
            percent = f" ({shown(share)})" if share is not None else ""
            parts.append(f"{level} {shown(row)}{percent}")
        words["shares"] = TEXTS[language]["weighted_shares"] if self.weighted else ""
        words |= {"hidden": listed(hidden, language), "parts": ", ".join(parts)}
        kind = "categories" if not hidden else "some_hidden" if parts else "all_hidden"
        return TEXTS[language][kind].format(**words)

    def _missing(self, rows: pd.DataFrame, title: str, language: str) -> list[str]:
        text = TEXTS[language]
        total = find(rows, "missing", level="")
        if is_hidden(total):
            return [text["missing_hidden"].format(title=title, not_shown=NOT_SHOWN[language])]
        if total is None or total["estimate"] == 0:
            return []
        parts = []
        for _, row in rows.loc[(rows["quantity"] == "missing") & (rows["level"] != "")].iterrows():
            reason = str(row["level"])
            name = REASONS[reason] if language == "de" else dict(self.labels).get(reason, reason)
            parts.append(text["reason_hidden"].format(reason=name) if is_hidden(row) else f"{name} {shown(row)}")
        why = f" ({', '.join(parts)})" if parts else ""
        return [text["missing"].format(title=title, total=shown(total), parts=why)]
