"""Published numbers of a scale beside those found, for information only: populations differ."""

from __future__ import annotations

import math

from osa_survey import formatting
from osa_survey.dataset import KeyedItems
from osa_survey.psychometrics import ItemStatistics, feldt_interval
from osa_survey.scoring.item_naming import printed_r


def published_beside_found(keyed: KeyedItems, statistics: ItemStatistics, n: int) -> list[str]:
    """Return a sentence for each entry of the evidence that holds an alpha, a mean or a standard deviation.

    Parameters
    ----------
    keyed : KeyedItems
        Items after keying.
    statistics : ItemStatistics
        Their statistics.
    n : int
        Respondents behind them.

    Returns
    -------
    list of str
        They inform and never decide: another population may be more reliable, higher or more alike.
    """
    covariance, means = statistics.moments.covariance, statistics.moments.mean
    size = {"mean": len(means) / keyed.scale.times, "sum": 1 / keyed.scale.times}.get(keyed.scale.score)
    here = {"mean": float(means.sum()) / size, "sd": math.sqrt(float(covariance.sum())) / size} if size else {}
    sentences = []
    for entry in keyed.instrument.evidence:
        if entry.scale not in ("", keyed.scale.id):
            continue
        parts = []
        if entry.alpha is not None:
            low, high = feldt_interval(statistics.alpha, n, len(means))
            between = "" if math.isnan(low) else f", 95 % from {printed_r(low)} to {printed_r(high)}"
            parts.append(f"alpha {printed_r(entry.alpha)} (here {printed_r(statistics.alpha)}{between})")
        for name, value in (("mean", entry.mean), ("sd", entry.sd)):
            if value is not None and name in here and entry.scale:
                parts.append(f"{name} {formatting.decimal(value)} (here {formatting.decimal(here[name])})")
        if parts:
            sample = f", {entry.population}" if entry.population else ""
            sentences.append(f"for information only: published{sample}: {', '.join(parts)}")
    return sentences
