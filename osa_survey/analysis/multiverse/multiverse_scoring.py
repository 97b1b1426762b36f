"""Alternative scoring rules of a multiverse: other missing rules, short forms, sums of what was answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.dataset import KeyedItems, ScaleLog, ScoredData, keyed_items
from osa_survey.errors import Problem, nearest
from osa_survey.scoring import scale_scores

Floats = NDArray[np.float64]
AS_SCORED = "as scored"
"""The rule of the data: that of the definition, or of the study file's [scoring]."""
KEYS = ("items", "min_answered", "min_share", "score")
SCORES = ("mean", "sum")


def scoring_problems(data: Any, scoring: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[Problem]:
    """Return what is wrong with declared scoring rules.

    Parameters
    ----------
    data : ScoredData or DataFrame
        The respondents; a data frame has no items to score again.
    scoring : mapping of str to mapping
        Scored column → title → rule.
    """
    if not scoring:
        return []
    if not isinstance(data, ScoredData):
        message = "a data frame of scores has no items: they cannot be scored by another rule"
        return [Problem("no_items", message, key="scoring", hint="hand over scored answers: osa.score(responses)")]
    scales = {entry.name: entry for entry in data.log}
    problems = []
    for name, rules in scoring.items():
        key = f"scoring.{name}"
        if name not in scales:
            hint = nearest(name, list(scales))
            problems.append(Problem("unknown_scale", f"there is no scale '{name}'", key=key, hint=hint))
        elif scales[name].parts:
            message = f"'{name}' is made of other scales: give rules for them"
            problems.append(Problem("scale_of_scales", message, key=key, hint=", ".join(scales[name].parts)))
        else:
            problems += _rule_problems(keyed_items(data.responses, scales[name].block, scales[name].scale), key, rules)
    return problems


def _rule_problems(keyed: KeyedItems, key: str, rules: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    problems = []
    known = list(keyed.scale.item_ids)
    for title, rule in rules.items():
        place = f"{key}.{title}"
        if title == AS_SCORED:
            message = f"'{AS_SCORED}' is the rule of the data itself"
            problems.append(Problem("unknown_choice", message, key=place, hint="give the rule another title"))
        unknown = [name for name in rule if name not in KEYS]
        if unknown or not rule:
            message = f"a scoring rule has no '{unknown[0]}'" if unknown else "the rule says nothing"
            hint = (nearest(unknown[0], KEYS) if unknown else "") or ", ".join(KEYS)
            problems.append(Problem("unknown_choice", message, key=place, hint=hint))
            continue
        items = list(rule.get("items", known))
        strange = [name for name in items if name not in known]
        if strange or not items:
            message = f"the scale has no item '{strange[0]}'" if strange else "a score needs an item"
            hint = (nearest(strange[0], known) if strange else "") or ", ".join(known)
            problems.append(Problem("unknown_item", message, key=f"{place}.items", hint=hint))
        if "min_answered" in rule and "min_share" in rule:
            message = "min_answered and min_share say the same: give one"
            problems.append(Problem("unknown_choice", message, key=place))
        least, share = rule.get("min_answered", 1), rule.get("min_share", 1.0)
        if not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= max(1, len(items)):
            message = f"min_answered must be a whole number from 1 to {len(items)}"
            problems.append(Problem("too_many_items_asked", message, key=f"{place}.min_answered"))
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 1:
            message = "min_share is a share of the items, above 0 and at most 1"
            problems.append(Problem("out_of_range", message, key=f"{place}.min_share", hint="min_share = 0.8"))
        if rule.get("score", "mean") not in SCORES or ("score" in rule and keyed.scale.score == "count"):
            message = "score is mean or sum" if keyed.scale.score != "count" else "a scale that counts stays a count"
            problems.append(Problem("unknown_choice", message, key=f"{place}.score", hint="leave score out"))
    return problems


def rescored(data: ScoredData, name: str, rule: Mapping[str, Any]) -> Floats:
    """Return a scale scored by another rule, on the metric of the scale so that cut-offs keep their meaning.

    Parameters
    ----------
    data : ScoredData
        The respondents.
    name : str
        The scored column.
    rule : mapping
        ``items`` (ids of a short form; reversed as the scale reverses them), ``min_answered`` or ``min_share`` (by
        default all items must be answered, of ``score = "sum"`` one), ``score``: ``"mean"`` of the answers, or
        ``"sum"`` of them with nothing in place of gaps.

    Returns
    -------
    ndarray of float, shape (respondents,)
        NaN where too few items were answered.

    Notes
    -----
    The mean m of the j chosen items of k becomes a score as the scale makes one: m, or k m where it sums, times its
    multiplier. With ``score = "sum"`` m is the sum of the answers over j, so that a gap pulls the score down. A scale
    that counts stays a count, told for k items.

    Examples
    --------
    >>> made = _on_metric(np.array([[1.0, 4.0, np.nan]]), {"min_answered": 2, "score": "sum"}, "sum", 3, 1.0, ())
    >>> made.tolist()  # 1 + 4 and nothing for the third item
    [5.0]
    """
    entry = data.scale_log(name)
    keyed = keyed_items(data.responses, entry.block, entry.scale)
    chosen = list(rule.get("items", keyed.scale.item_ids))
    values = keyed.values[:, [keyed.scale.item_ids.index(item) for item in chosen]]
    k = len(keyed.scale.item_ids)
    return _on_metric(values, rule, keyed.scale.score, k, keyed.scale.times, tuple(keyed.scale.counted))


def _on_metric(
    values: Floats, rule: Mapping[str, Any], score: str, k: int, times: float, counted: tuple[float, ...]
) -> Floats:
    j = values.shape[1]
    as_sum = rule.get("score") == "sum"
    least = int(rule.get("min_answered", math.ceil(rule["min_share"] * j - 1e-9) if "min_share" in rule else 0))
    least = least or (1 if as_sum else j)
    if score == "count":
        return np.asarray(scale_scores(values, "count", least, counted).score * k / j)
    found = scale_scores(values, "mean", least)
    means = found.score * found.answered / j if as_sum else found.score
    return np.asarray(means * times * (k if score == "sum" else 1))


def rule_in_words(entry: ScaleLog, rule: Mapping[str, Any]) -> str:
    """Return a rule in a few words, for a note.

    Examples
    --------
    >>> log = ScaleLog("a_b", "a", "b", "a", "A", "mean", 8, 8, "complete", 0, 0, 0, {}, "seen")
    >>> rule_in_words(log, {"min_share": 0.75, "items": ["a", "b", "c", "d"]})
    '4 of 8 items, at least 3 answered'
    """
    j = len(rule.get("items", ())) or entry.n_items
    as_sum = rule.get("score") == "sum"
    least = rule.get("min_answered") or (math.ceil(rule["min_share"] * j - 1e-9) if "min_share" in rule else 0)
    least = least or (1 if as_sum else j)
    which = f"{j} of {entry.n_items} items" if j < entry.n_items else f"all {j} items"
    told = ", gaps add nothing" if as_sum else ""
    return f"{which}, at least {least} answered{told}"
