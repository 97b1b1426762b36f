"""Words for the sizes of a result, by a rule that is named and cited. No analysis does this by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from osa_survey.analysis.phrases import check_language, is_hidden, is_known, with_interval
from osa_survey.effects.rules import RULES, Rule
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import QUANTITIES, Layout, Result, Show, label_of
from osa_survey.results.rows import Cells

NOTE_RULE = "Words follow one rule of thumb. They say how a size compares with others, not whether it matters."
NOTE_INTERVAL = "The word is that of the estimate; where both ends of the interval have other words, these are named."
NOTE_VERIFIED = "The thresholds of this rule are {verified}: {where}."
VERIFIED = {"seen": "verified", "partly": "verified in part", "recalled": "recalled"}
SAYS = {
    "en": "{label}{where} = {size}: {word} by the rule {rule}{ends}.",
    "de": "{label}{where} = {size}: nach der Regel {rule} „{word}“{ends}.",
}
ENDS = {"en": " (interval from {low} to {high})", "de": " (Intervall von „{low}“ bis „{high}“)"}


@dataclass(frozen=True)
class InterpretationWords:
    """Sentences that call each size of a table by a rule's words; a suppressed size has none.

    Attributes
    ----------
    rule : str
        A name of ``RULES``.
    labels : tuple of (str, str)
        Variable → what print says.
    """

    rule: str
    labels: tuple[tuple[str, str], ...] = ()

    def __call__(self, table: pd.DataFrame, language: str) -> tuple[str, ...]:
        """Return one sentence for each size that is shown."""
        check_language(language)
        rule, titles = RULES[self.rule], dict(self.labels)
        sentences = []
        for _, row in table.iterrows():
            scale = rule.scale(str(row["quantity"]))
            if scale is None or is_hidden(row) or not is_known(row):
                continue
            keys = [titles.get(row[key], row[key]) for key in ("contrast", "term", "group", "level") if row[key]]
            word = scale.word(row["quantity"], row["estimate"])
            sentences.append(
                SAYS[language].format(
                    label=label_of(row["quantity"], language),
                    where=f" ({', '.join(keys)})" if keys else "",
                    size=with_interval(row, language),
                    word=word,
                    rule=rule.name,
                    ends=self._ends(row, word, language),
                )
            )
        return tuple(sentences)

    def _ends(self, row: pd.Series, word: str, language: str) -> str:
        scale = RULES[self.rule].scale(str(row["quantity"]))
        if scale is None or np.isnan(row["conf_low"]):
            return ""
        low, high = (scale.word(row["quantity"], row[bound]) for bound in ("conf_low", "conf_high"))
        return "" if low == high == word else ENDS[language].format(low=low, high=high)


def interpret(result: Result, rule: str) -> Result:
    """Call the effect sizes of a result small, medium or large, by a rule that must be named.

    Parameters
    ----------
    result : Result
        Of any analysis, before or after the gate.
    rule : {"cohen1988", "funder2019", "gignac2016", "lovakov2021", "sawilowsky2009", "landis1977", "koo2016"}
        The rule. There is no default: rules disagree, and none fits every field.

    Returns
    -------
    Result
        The sizes the rule covers, unchanged, with the rule as reference. ``sentences()`` says the words; they are made
        from the numbers the table shows, so that a suppressed size has none.

    Raises
    ------
    AnalysisError
        If there is no such rule, or it covers none of the result's sizes.

    Examples
    --------
    >>> from osa_survey.analysis import compare_groups
    >>> people = pd.DataFrame({
    ...     "score": [1.0, 2.0, 3.0, 4.0, 5.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    ...     "gender": pd.Categorical(["man"] * 5 + ["woman"] * 5, categories=["man", "woman"]),
    ... })
    >>> interpret(compare_groups(people, "score", "gender"), "lovakov2021").sentences()[0].partition(": ")[2]
    'large by the rule lovakov2021 (interval from large to very small).'
    """
    if rule not in RULES:
        hint = nearest(rule, list(RULES))
        raise AnalysisError(Problem("unknown_rule", f"there is no rule '{rule}'", key="rule", hint=hint))
    chosen = RULES[rule]
    covered = np.array([chosen.scale(quantity) is not None for quantity in result.frame["quantity"]], dtype=bool)
    if not covered.any():
        held = sorted({q for q in result.frame["quantity"] if any(other.scale(q) for other in RULES.values())})
        others = sorted(name for name, other in RULES.items() if any(other.scale(quantity) for quantity in held))
        message = f"the rule '{rule}' covers no number of this result"
        hint = f"rules that do: {', '.join(others)}" if others else "the result holds no effect size a rule is for"
        raise AnalysisError(Problem("rule_does_not_fit", message, key="rule", hint=hint))
    quantities = list(dict.fromkeys(result.frame.loc[covered, "quantity"]))
    frame = result.frame.loc[covered]
    keys = [key for key in ("outcome", "term", "contrast", "group", "level") if (frame[key] != "").any()]
    behind = result.cells.behind or ((),) * len(result.frame)
    cells = replace(result.cells, behind=tuple(names for names, kept in zip(behind, covered, strict=True) if kept))
    return Result(
        title=f"{result.title}: sizes by the rule {rule}",
        analysis="interpret",
        frame=frame,
        method=f"Words for effect sizes by the rule {rule}: {_thresholds(chosen, quantities)}",
        n_used=result.n_used,
        n_dropped=result.n_dropped,
        settings={"rule": rule, "of": result.analysis},
        notes=(NOTE_RULE, NOTE_INTERVAL, NOTE_VERIFIED.format(verified=VERIFIED[chosen.verified], where=chosen.where)),
        references=(chosen.source,),
        cells=cells if result.cells.behind else Cells(),
        wording=InterpretationWords(rule, tuple(result.labels.items())),
        labels=result.labels,
        layout=Layout(
            rows=tuple(keys) or ("outcome",),
            show=tuple(show for name in quantities for show in (Show(name), Show(name, "interval"))),
        ),
        id=result.id,
        released_under=result.released_under,
    )


def _thresholds(rule: Rule, quantities: list[str]) -> str:
    parts = []
    for scale in rule.scales:
        labels = [QUANTITIES[name].label for name in quantities if name in scale.quantities]
        if labels:
            bounds = ", ".join(
                f"{word} from {threshold:g}" for word, threshold in zip(scale.words[1:], scale.thresholds, strict=True)
            )
            parts.append(f"{', '.join(labels)}: {bounds}, else {scale.words[0]}")
    return "; ".join(parts)
