"""A computed multiverse as a result: tables, notes, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from osa_survey.analysis.describing.prevalence_rows import MaskCells
from osa_survey.analysis.domains import NOTE_POOLED, REFERENCE_BARNARD, REFERENCE_RUBIN
from osa_survey.analysis.multiverse.composed_curves import ComposedCurve
from osa_survey.analysis.multiverse.multiverse_choices import Choices, rule_label
from osa_survey.analysis.multiverse.multiverse_rows import CURVE, Curve, add_choices, add_curve_points, add_joint_tests
from osa_survey.analysis.multiverse.multiverse_scoring import AS_SCORED, rule_in_words
from osa_survey.analysis.multiverse.multiverse_sentences import MultiverseWords
from osa_survey.analysis.multiverse.multiverse_units import Enumerated
from osa_survey.analysis.multiverse.verb_specifications import VerbAnalysis
from osa_survey.analysis.samples import Data
from osa_survey.dataset import ScoredData
from osa_survey.dataset.imputed import ImputedData
from osa_survey.results import Layout, Result, Rows, Show
from osa_survey.weighting import REFERENCE_RAO_WU, design_note, sample_notes, sample_references

REFERENCES = (
    "Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour, "
    "4(11), 1208–1214. https://doi.org/10.1038/s41562-020-0912-z",
    "Steegen, S., Tuerlinckx, F., Gelman, A., & Vanpaemel, W. (2016). Increasing transparency through a multiverse "
    "analysis. Perspectives on Psychological Science, 11(5), 702–712. https://doi.org/10.1177/1745691616658637",
)
NOTES = (
    "Estimates are partial correlations, the one scale that all codings and models share.",
    "Specifications are as many as were declared, not as many as are sensible: their number proves nothing.",
)
NOTE_CASES = {
    "common": "All specifications are of the respondents with an answer to every outcome, predictor and covariate; "
    "only the exclusions change who is in.",
    "own": "Each specification is of the respondents who have an answer to its own variables.",
}
NOTE_TESTS = {
    "permutation": "The joint permutation test shuffles the predictor over the respondents, the same shuffle in every "
    "specification: its null hypothesis is that the predictor goes with nothing, the covariates included.",
    "bootstrap": "The joint bootstrap test resamples respondents, the same resample in every specification, after the "
    "association found was taken out of the outcome: its null hypothesis is that the predictor goes with the outcome "
    "in no specification, whatever it has to do with the covariates.",
}
NOTE_PLAN = (
    "The joint bootstrap test resamples the sampling plan (Rao, Wu & Yue, 1992, or the declared bootstrap replicates), "
    "the same resample in every specification, and takes (b* − b)/SE of each coefficient: its null hypothesis is that "
    "the predictor goes with the outcome in no specification."
)
NOTE_SCALE = (
    "A coefficient becomes a partial correlation by the ratio of the residual spreads of predictor and outcome; its "
    "interval is that of the coefficient on this scale, so that it holds zero exactly where p says so."
)
NOTE_VARYING = (
    "Whom these exclusions leave out differs between the completed sets, as they look at imputed values: {names}. n is "
    "the fewest of any set."
)
NOTE_VERB = "Estimates are {what}, each the row of its own analysis."
NOTE_SWAPS = (
    "The joint permutation test exchanges the two answers of a pair in a random half of the respondents, the same in "
    "every specification: its null hypothesis is that both answers are alike."
)
NOTE_UNMARKED = "No specification is marked as preregistered."
NOTE_RULE = "Scoring rule '{title}' of {scale}: {words}."


def multiverse_result(
    data: Data, choices: Choices, found: ComposedCurve, settings: Mapping[str, Any], verb: VerbAnalysis | None = None
) -> Result:
    """Return a computed multiverse with its tables, notes, sentences and figure; settings are its arguments."""
    made, curve = found.made, found.curve
    test, everybody = settings["test"], made.everybody
    fields: dict[str, Any] = {
        "analysis": "multiverse",
        "n_used": int(everybody.sum()),
        "n_dropped": int((~everybody).sum()),
        "labels": _labels(made, choices),
    }
    rows, medians, points = Rows(), Rows(), Rows()
    cells = MaskCells()
    cell = cells.name(rows, everybody, "everybody")
    cells.name(medians, everybody, "everybody")
    add_joint_tests(rows, curve, 1.0 if settings["predicted"] == "positive" else -1.0, cell, choices.predictors[0])
    add_choices(medians, curve, cell)
    add_curve_points(points, curve, settings["conf_level"], found.people, cells, found.groups)
    total = len(made.specifications)
    kinds = ("permutation", "bootstrap") if test == "both" else (test,)
    scale = NOTES[0] if verb is None else NOTE_VERB.format(what=curve.method)
    notes = [scale, NOTES[1], NOTE_CASES[choices.cases], *_test_notes(kinds, found, verb)]
    notes += [NOTE_VARYING.format(names=", ".join(found.varying))] if found.varying else []
    notes += [NOTE_RULE.format(title=title, scale=fields["labels"].get(scale, scale), words=words)
              for scale, title, words in _rules(data, choices)]  # fmt: skip
    notes += [NOTE_UNMARKED] if curve.preregistered is None else []
    drawn = {"permutation": "shuffles", "bootstrap": "resamples under the null hypothesis"}
    valid = [kind for kind, one in zip(kinds, curve.tests, strict=True) if not one.refused]
    counts = {kind: one.drawn.shape[1] for kind, one in zip(kinds, curve.tests, strict=True)}
    told = " and ".join(f"joint {kind} test ({counts[kind]:,} {drawn[kind]})" for kind in valid) or "no joint test"
    words = "partial correlations" if found.design is None else "weighted partial correlations"
    words = words if verb is None else curve.method
    words += f", pooled over {found.m} completed sets" if found.m > 1 else ""
    return Result.from_rows(
        rows,
        title=f"Multiverse of {total:,} specifications",
        method=f"specification curve of {words}; {told}",
        settings=dict(settings),
        notes=(*notes, *_composition(found)),
        references=(*REFERENCES, *_composition_references(found)),
        wording=MultiverseWords(test == "bootstrap", verb is not None),
        layout=_layout(("term", "level") if test == "both" else ("term",)),
        plot="specification_curve",
        engine=_whole(curve),
        more={
            "choices": Result.from_rows(
                medians,
                title="Median estimate by choice",
                method="medians over specifications",
                layout=Layout(("outcome", "level"), (Show("curve_median"), Show("specifications")), row_head="Choice"),
                **fields,
            ),
            "curve": Result.from_rows(
                points,
                title=f"Specifications by rank{f' ({CURVE} evenly spaced)' if total > CURVE else ''}",
                method=curve.method,
                layout=Layout(
                    ("level", "outcome", "term", "contrast", "group"),
                    (
                        Show("specification_estimate"),
                        Show("specification_estimate", "interval"),
                        Show("specification_estimate", "p"),
                        Show("specification_estimate", "n"),
                    ),
                    row_head="Specification",
                ),
                **fields,
            ),
        },
        **fields,
    )


def _test_notes(kinds: Sequence[str], found: ComposedCurve, verb: VerbAnalysis | None) -> list[str]:
    """Return what each joint test is, or why there is none."""
    if verb is not None:
        valid = NOTE_SWAPS if verb.kind.shuffles == "pair" else NOTE_TESTS["permutation"]
        told = [_sentence(test.refused) if test.refused else valid for test in found.curve.tests]
        return list(dict.fromkeys(told))
    if found.design is None and found.m == 1:
        return [NOTE_TESTS[kind] for kind in kinds]
    notes = [NOTE_SCALE]
    for test in found.curve.tests:
        text = _sentence(test.refused) if test.refused else NOTE_PLAN
        notes += [text] if text not in notes else []
    return notes


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."


def _composition(found: ComposedCurve) -> tuple[str, ...]:
    """Return what the table owes its readers for weights, imputation, and how people came into the sample."""
    design = found.design
    notes = [] if design is None else [design_note(design)]
    notes += [NOTE_POOLED.format(m=found.m)] if found.m > 1 else []
    return (*notes, *sample_notes(design))


def _composition_references(found: ComposedCurve) -> tuple[str, ...]:
    tested = any(not test.refused for test in found.curve.tests) and found.design is not None
    plan = (REFERENCE_RAO_WU,) if tested else ()
    pooled = (REFERENCE_RUBIN, REFERENCE_BARNARD) if found.m > 1 else ()
    return (*plan, *pooled, *sample_references(found.design))


def _labels(made: Enumerated, choices: Choices) -> dict[str, str]:
    """Return the titles of variables, and of scoring rules as the words of a specification call them."""
    titles = dict(made.titles)
    for scale, rules in choices.scoring.items():
        for rule in (AS_SCORED, *rules):
            titles[rule_label(scale, rule)] = rule if len(choices.scoring) == 1 else rule_label(scale, rule)
        titles[f"scoring of {scale}"] = f"scoring of {titles.get(scale, scale)}"
    titles |= {one.words: one.told(titles) for one in made.specifications}
    return titles


def _rules(data: Data, choices: Choices) -> list[tuple[str, str, str]]:
    data = data.original if isinstance(data, ImputedData) else data
    if not isinstance(data, ScoredData):
        return []
    return [
        (scale, title, rule_in_words(data.scale_log(scale), rule))
        for scale, rules in choices.scoring.items()
        for title, rule in rules.items()
    ]


def _layout(rows: tuple[str, ...]) -> Layout:
    names = ("curve_median", "curve_same_sign", "curve_significant", "curve_stouffer")
    shown = [Show("specifications"), *(Show(name, part) for name in names for part in ("estimate", "p"))]
    return Layout(rows, tuple(shown), row_head="Predictor")


def _whole(curve: Curve) -> pd.DataFrame:
    """Return every specification with its estimate, one row each; no respondent is in it."""
    choices = [
        {"outcome": one.outcome, "predictor": one.predictor, "model": one.model,
         "covariates": one.covariate_set or ", ".join(one.covariates), "exclusions": ", ".join(one.exclusions),
         "scoring": ", ".join(rule_label(*rule) for rule in one.scoring)}
        for one in curve.specifications
    ]  # fmt: skip
    return pd.DataFrame(choices).assign(n=curve.n, df=curve.df, estimate=curve.r, p_value=curve.p)
