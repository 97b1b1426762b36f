"""The made-up answers of the page of what composes: complete and imputed, unweighted, weighted, with replicates."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import osa_survey
from osa_survey.dataset import ImputedData, ScoredData, SurveyDesign
from osa_survey.weighting import survey_design
from osa_survey.weighting.replicating import replicated_design
from tests.made_up_regressions import as_imputed, as_scored, people
from tests.made_up_studies import codebook, export_of, screened

SETS = 3
TOWN = 15
"""Respondents of a cluster."""


@cache
def answers() -> pd.DataFrame:
    """Return 120 made-up adults."""
    base = people()
    n = len(base)
    rng = np.random.default_rng(4)

    def yes_no(share: float) -> pd.Categorical:
        return pd.Categorical.from_codes((rng.random(n) < share).astype(int), ["no", "yes"])

    return base.assign(
        gender=pd.Categorical.from_codes(rng.integers(0, 2, n), ["man", "woman"]),
        age=rng.integers(18, 70, n).astype(float),
        osa=yes_no(0.6),
        sexting=yes_no(0.4),
        positive=rng.integers(0, 5, n).astype(float),
        negative=rng.integers(0, 3, n).astype(float),
        site=np.arange(n) % 8 * 1.0,
        town=np.arange(n) // TOWN * 1.0,
    )


@cache
def completed() -> tuple[pd.DataFrame, ...]:
    """Return sets that differ in the answers of the first respondents."""
    found = []
    for seed in range(SETS):
        one, few = answers().copy(), np.arange(24)
        drawn = np.random.default_rng(seed)
        for name in one.columns.drop("town"):
            one[name] = one[name].iloc[np.r_[drawn.permutation(few), 24 : len(one)]].array
        found.append(one)
    return tuple(found)


def design_of(n: int, word: str) -> SurveyDesign | None:
    """Return a plan of clusters with weights, with jackknife replicates, or none."""
    if not word:
        return None
    weights = np.random.default_rng(8).uniform(0.5, 2, n)
    frame = pd.DataFrame({"town": np.arange(n) // TOWN * 1.0, "w": weights})
    plan = survey_design(frame, sample="quota", weights="w", clusters="town")
    return plan if word == "weights" else replicated_design(plan, "JK1")


@cache
def _with_gaps() -> ScoredData:
    """Return scored answers of 80 adults with gaps, for what imputes by itself."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=80)
    y = x + rng.normal(size=80)
    gaps = rng.random(80) < 0.2
    export = export_of({"age": ["30"] * 80, "x": x, "y": np.where(gaps, "", y.astype(str))})
    number = {"type": "number"}
    variables = {name: {"column": name, **number} for name in ("x", "y")}
    book = codebook(variables={"age": {"column": "age", "type": "number", "maximum": 99}, **variables})
    return osa_survey.score(osa_survey.admit(export, book))


@cache
def _imputed() -> ImputedData:
    return osa_survey.impute(_with_gaps(), seed=1, m=SETS, iterations=3, variables=["x", "y"])


@cache
def _screened() -> ScoredData:
    return screened(120, 6, related=True)


@cache
def _screened_sets() -> ImputedData:
    return osa_survey.impute(_screened(), seed=2, m=SETS, iterations=3, variables=["c_total"])


def data(kind: str, imputed: bool, word: str) -> Any:
    """Return the made-up answers of one combination."""
    if kind == "people":
        design = design_of(len(answers()), word)
        return as_imputed(answers(), completed(), design) if imputed else as_scored(answers(), design)
    if kind in ("items", "waves"):
        names = list("abcd" if kind == "items" else "abcdef")
        items = pd.DataFrame(np.random.default_rng(5).normal(size=(120, len(names))), columns=names)
        items = items.add(items["a"], axis=0)
        if not imputed and not word:
            return items
        design = design_of(120, word)
        return as_imputed(items, _shuffled(items), design) if imputed else as_scored(items, design)
    if kind in ("rated", "ratings", "rated waves"):
        drawn, names = np.random.default_rng(6), list("abcdef" if kind == "rated waves" else "abcde")
        ratings = drawn.normal(size=(120, 1)) + drawn.normal(size=(120, len(names)))
        rated = pd.DataFrame(np.clip(np.round(ratings), -1, 1), columns=names)
        if kind != "ratings":
            rated["gender"] = pd.Categorical.from_codes(drawn.integers(0, 2, 120), ["man", "woman"])
        if not imputed and not word:
            return rated
        design = design_of(120, word)
        return as_imputed(rated, _shuffled(rated), design) if imputed else as_scored(rated, design)
    if kind == "gaps":
        people_with_gaps = answers().assign(x=lambda rows: rows["x"].mask(np.arange(len(rows)) % 7 == 0))
        design = design_of(len(people_with_gaps), word)
        return as_imputed(people_with_gaps, completed(), design) if imputed else as_scored(people_with_gaps, design)
    scored = {"screened": _screened, "imputing": _with_gaps}[kind]()
    if kind == "screened" and imputed:
        design = design_of(len(scored), word)
        sets = tuple(replace(one, design=design) for one in _screened_sets().completed)
        return ImputedData(replace(scored, design=design), sets, _screened_sets().record)
    design = design_of(len(scored), word)
    whole = replace(scored, design=design)
    if kind == "imputing" and imputed:
        sets = tuple(replace(one, design=design) for one in _imputed().completed)
        return ImputedData(whole, sets, _imputed().record)
    return as_imputed_of(whole) if imputed else whole


def _shuffled(items: pd.DataFrame) -> list[pd.DataFrame]:
    """Return sets that differ in the answers of the first respondents to the first item."""
    found = []
    for seed in range(SETS):
        order = np.r_[np.random.default_rng(seed).permutation(24), 24 : len(items)]
        found.append(items.assign(a=items["a"].to_numpy()[order]))
    return found


def as_imputed_of(scored: ScoredData) -> ImputedData:
    """Return the same answers as completed sets."""
    return ImputedData(scored, (scored,) * SETS, _imputed().record)
