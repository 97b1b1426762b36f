"""The tables of a power analysis: the curve, the size that is needed, and how far significant estimates mislead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osa_survey.analysis.planning.detection_rates import (
    Share,
    average_of,
    exaggeration,
    known_truth,
    power_of,
    wrong_sign,
)
from osa_survey.analysis.planning.power_sentences import PowerSentences
from osa_survey.analysis.planning.required_sizes import required_size
from osa_survey.analysis.proportion_intervals import INTERVAL_NAMES, INTERVAL_REFERENCES, Interval
from osa_survey.results import Layout, Result, Rows, Show

Floats = NDArray[np.float64]
CONF_LEVEL = 0.95
AS_PLANNED = "as planned"
REFERENCES = (
    "Gelman, A., & Carlin, J. (2014). Beyond power calculations: Assessing Type S (sign) and Type M (magnitude) "
    "errors. Perspectives on Psychological Science, 9(6), 641–651. doi:10.1177/1745691614551642",
    "Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B, 16(2), "
    "175–185. doi:10.1111/j.2517-6161.1954.tb00159.x",
)
NOTE_SIMULATED = "Every number comes from simulated studies; intervals show the error of simulation only."
NOTE_SIZE = "n counts people who begin the questionnaire, before anybody is excluded or leaves a gap."
NOTE_TRUTH = (
    "The true value of a test is {how}; types S and M are left out where it cannot be told from zero, and for tests "
    "without direction."
)
NOTE_ADJUSTED = "p values are adjusted over the hypotheses of a family ({adjust})."
AVERAGE, GIVEN = "its average estimate at the largest size", "the one that the study file gives"


@dataclass(frozen=True, repr=False)
class PowerCell:
    """The simulated studies of one size under one setting.

    Attributes
    ----------
    setting : str
        What is varied; "as planned" where nothing is.
    n : int
        People in each study.
    estimates, p_values : ndarray of float, shape (studies, hypotheses)
        What the tests say.
    failures : mapping of str to int
        Why tests could not be made.
    """

    setting: str
    n: int
    estimates: Floats
    p_values: Floats
    failures: Mapping[str, int]


def power_result(
    cells: Sequence[PowerCell],
    hypotheses: Mapping[str, str],
    truths: Sequence[float],
    *,
    target: float,
    alpha: float,
    interval: Interval,
    adjust: str,
    title: str,
    tests: Mapping[str, str],
    seed: int,
) -> Result:
    """Return the tables of simulated studies.

    Parameters
    ----------
    cells : sequence of PowerCell
        Setting by setting, size by size; the setting "as planned" stands first.
    hypotheses : mapping of str to str
        Id → text, in the order of the columns of the cells.
    truths : sequence of float
        The true value of each test; NaN where it is not given.
    target, alpha : float
        The power asked for, and the level of the tests.
    interval : {"wilson", "clopper_pearson"}
        The interval of a power.
    adjust : str
        How p values were adjusted over hypotheses.
    title : str
        The study's title.
    tests : mapping of str to str
        Hypothesis → the number that tests it, in words.
    seed : int
        The seed.

    Returns
    -------
    Result
        ``power`` by hypothesis and size, as planned. ``more["required"]`` holds ``required_n`` of each setting,
        ``more["errors"]`` ``average_estimate``, ``type_s`` and ``type_m``, ``more["settings"]`` the power of every
        setting where something is varied.
    """
    tables = {name: Rows() for name in ("curve", "required", "errors", "settings")}
    settings = list(dict.fromkeys(cell.setting for cell in cells))
    for position, hypothesis in enumerate(hypotheses):
        for setting in settings:
            own = [cell for cell in cells if cell.setting == setting]
            shares = _add_curve(tables, own, hypothesis, position, alpha, interval)
            _add_required(tables["required"], own, shares, hypothesis, target)
            truth = truths[position]
            if math.isnan(truth) or setting != AS_PLANNED:
                largest = max(own, key=lambda cell: cell.n)
                truth = known_truth(average_of(largest.estimates[:, position], CONF_LEVEL))
            _add_errors(tables["errors"], own, hypothesis, position, truth, alpha, interval)
    replicates = max(len(cell.p_values) for cell in cells)
    given = any(not math.isnan(truth) for truth in truths)
    notes = [NOTE_SIMULATED, NOTE_SIZE, NOTE_TRUTH.format(how=f"{GIVEN}, else {AVERAGE}" if given else AVERAGE)]
    if adjust != "none":
        notes.append(NOTE_ADJUSTED.format(adjust=adjust))
    notes += [f"{hypothesis} is tested by {row}." for hypothesis, row in tests.items()]
    common: dict[str, Any] = {
        "analysis": "power",
        "n_used": 0,
        "labels": dict(hypotheses),
        "settings": {"replicates": replicates, "target": target, "alpha": alpha, "adjust": adjust, "seed": seed},
    }
    more = {
        "required": _required(tables["required"], title, target, common),
        "errors": _errors(tables["errors"], title, common),
    }
    if len(settings) > 1:
        more["settings"] = _settings(tables["settings"], title, common)
    return Result.from_rows(
        tables["curve"],
        title=f"Power before fielding: {title} (simulated)",
        method=f"share of {replicates:,} simulated studies with p < {alpha:g}, {INTERVAL_NAMES[interval]} intervals",
        references=(*REFERENCES, INTERVAL_REFERENCES[interval]),
        layout=Layout(
            rows=("outcome", "level"), show=(Show("power"), Show("power", "interval")), row_head="Hypothesis, n"
        ),
        notes=tuple(notes),
        wording=PowerSentences(dict(hypotheses), target, replicates),
        more=more,
        plot="power_curve",
        **common,
    )


def _add_curve(
    tables: Mapping[str, Rows], own: Sequence[PowerCell], hypothesis: str, position: int, alpha: float,
    interval: Interval,
) -> list[Share]:  # fmt: skip
    shares = []
    for cell in own:
        p_values = cell.p_values[:, position]
        found = power_of(p_values, alpha, interval, CONF_LEVEL)
        shares.append(found)
        fields: dict[str, Any] = {
            "outcome": hypothesis,
            "level": str(cell.n),
            "n": cell.n,
            "estimate": found.share,
            "std_error": found.std_error,
            "conf_low": found.low,
            "conf_high": found.high,
            "conf_level": CONF_LEVEL,
            "method": f"{INTERVAL_NAMES[interval]} interval over {len(p_values):,} simulated studies",
            "warning": _failed(p_values, cell.failures),
        }
        if cell.setting == AS_PLANNED:
            tables["curve"].add("power", **fields)
        tables["settings"].add("power", term=cell.setting, **fields)
    return shares


def _failed(p_values: Floats, failures: Mapping[str, int]) -> str:
    number = int(np.isnan(p_values).sum())
    if not number:
        return ""
    listed = ", ".join(code for code in failures) or "undefined"
    return f"no test in {number:,} of {len(p_values):,} studies, counted as not detected ({listed})"


def _add_required(
    rows: Rows, own: Sequence[PowerCell], shares: Sequence[Share], hypothesis: str, target: float
) -> None:
    found = required_size([cell.n for cell in own], shares, target, CONF_LEVEL)
    rows.add(
        "required_n",
        outcome=hypothesis,
        term=own[0].setting,
        estimate=found.n,
        conf_low=found.low,
        conf_high=found.high if math.isfinite(found.high) else math.nan,
        conf_level=CONF_LEVEL,
        method=found.how,
        warning=found.warning,
    )


def _add_errors(
    rows: Rows, own: Sequence[PowerCell], hypothesis: str, position: int, truth: float, alpha: float,
    interval: Interval,
) -> None:  # fmt: skip
    for cell in own:
        estimates, p_values = cell.estimates[:, position], cell.p_values[:, position]
        keys: dict[str, Any] = {"outcome": hypothesis, "term": cell.setting, "level": str(cell.n), "n": cell.n}
        average = average_of(estimates, CONF_LEVEL)
        rows.add(
            "average_estimate", estimate=average.mean, std_error=average.std_error, conf_low=average.low,
            conf_high=average.high, conf_level=CONF_LEVEL, method="mean over simulated studies", **keys,
        )  # fmt: skip
        sign = wrong_sign(estimates, p_values, truth, alpha, interval, CONF_LEVEL)
        rows.add(
            "type_s", estimate=sign.share, std_error=sign.std_error, conf_low=sign.low, conf_high=sign.high,
            conf_level=CONF_LEVEL, method=f"of {sign.n:,} significant studies", **keys,
        )  # fmt: skip
        size = exaggeration(estimates, p_values, truth, alpha, CONF_LEVEL)
        rows.add(
            "type_m", estimate=size.mean, std_error=size.std_error, conf_low=size.low, conf_high=size.high,
            conf_level=CONF_LEVEL, method=f"mean |estimate| / |{truth:.4g}| of {size.n:,} significant studies", **keys,
        )  # fmt: skip


def _required(rows: Rows, title: str, target: float, common: Mapping[str, Any]) -> Result:
    return Result.from_rows(
        rows,
        title=f"Sample size for a power of {target:.0%}: {title} (simulated)",
        method="probit of power on √n with Fieller's interval",
        layout=Layout(
            rows=("outcome", "term"),
            show=(Show("required_n"), Show("required_n", "interval")),
            row_head="Hypothesis, assumption",
        ),
        **common,
    )


def _errors(rows: Rows, title: str, common: Mapping[str, Any]) -> Result:
    return Result.from_rows(
        rows,
        title=f"What significant estimates would look like: {title} (simulated)",
        method="type S: share with the wrong sign; type M: mean size against the true value",
        layout=Layout(
            rows=("outcome", "term", "level"),
            show=(Show("average_estimate"), Show("type_s"), Show("type_m"), Show("type_m", "interval")),
            row_head="Hypothesis, assumption, n",
        ),
        **common,
    )


def _settings(rows: Rows, title: str, common: Mapping[str, Any]) -> Result:
    return Result.from_rows(
        rows,
        title=f"Power under other assumptions: {title} (simulated)",
        method="one assumption varied at a time, with the same random numbers",
        layout=Layout(
            rows=("outcome", "term", "level"),
            show=(Show("power"), Show("power", "interval")),
            row_head="Hypothesis, assumption, n",
        ),
        **common,
    )
