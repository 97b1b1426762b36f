"""What every analysis promises, whichever it is: a new one is found here by its name in the study file's verbs."""

from __future__ import annotations

import inspect
import pickle
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import osa_survey
from osa_survey import plots
from osa_survey.dataset import ScoredData, SurveyDesign, columns_of
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.formatting import with_points
from osa_survey.plan.verbs import VERBS, verb
from osa_survey.results import COLUMNS, Result, release
from tests.made_up_studies import screened

N = 400
OF_A_SCALE = ("reliability", "dimensionality", "efa", "polychoric")
SMALL = 3
ROUNDING = 0.5
"""A printed number may differ from the table's by half a unit of its last digit."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "describe": {"variables": ["score", "osa"], "by": "gender"},
    "compare_groups": {"outcome": "score", "by": "gender"},
    "prevalence": {"activities": ["osa", "sexting"], "by": ["gender"], "base": "answered"},
    "multiple_responses": {"options": ["osa", "sexting"], "by": "gender"},
    "paired": {"pairs": [["positive", "negative"]]},
    "crosstab": {"row": "gender", "column": "osa"},
    "correlate": {"variables": ["score", "age", "positive"]},
    "partial_correlations": {"variables": ["score", "positive", "negative"], "controls": ["age", "gender"]},
    "compare_correlations": {"first": ["score", "age"], "second": ["score", "positive"]},
    "regress": {"outcome": "score", "blocks": [["age"], ["gender"]]},
    "mixed_model": {"outcome": "score", "blocks": [["age", "gender"]], "groups": "site"},
    "gee": {"outcome": "osa", "blocks": [["age"], ["gender"]], "groups": "site", "family": "logit"},
    "fixed_effects": {"outcome": "score", "blocks": [["age", "gender"]], "groups": "site"},
    "margins": {"outcome": "osa", "blocks": [["age", "gender"]], "model": "logistic"},
    "meta_analysis": {"outcome": "osa", "by": "gender"},
    "simple_slopes": {
        "outcome": "score",
        "blocks": ["age*positive", "gender"],
        "predictor": "positive",
        "moderator": "age",
    },
    "apim": {"x": ["positive", "negative"], "y": ["score", "age"], "draws": 200},
    "cross_lagged": {"waves": [["positive", "age"], ["negative", "score"]]},
    "change": {
        "waves": ["positive", "negative"],
        "by": "gender",
        "reliability": {"estimate": 0.8, "kind": "retest", "source": "made up"},
    },
    "latent_change": {"waves": ["positive", "negative"], "of": "scores", "predictors": ["age", "gender"]},
    "longitudinal_invariance": {"waves": [["i0", "i1", "i2"], ["j0", "j1", "j2"]]},
    "attrition": {"variables": ["score", "age", "gender"], "later": "positive"},
    "mediate": {"x": "age", "mediators": "positive", "y": "score", "covariates": ["gender"], "draws": 400},
    "cfa": {"model": "trait =~ i0 + i1 + i2 + i3 + i4"},
    "alignment": {"model": "trait =~ i0 + i1 + i2 + i3 + i4", "by": "gender"},
    "invariance": {"model": "trait =~ i0 + i1 + i2 + i3 + i4", "by": "gender"},
    "reliability": {"by": "gender", "factors": 2, "ordinal_alpha": True, "details": True, "draws": 200},
    "retest": {"first": "positive", "second": "negative"},
    "polychoric": {"numbers": ["age"]},
    "diagnose": {"outcome": "score", "blocks": ["age", "gender"]},
    "screening_shares": {},
    "agreement": {"first": "positive", "second": "negative"},
    "code_agreement": {"coders": ["osa", "sexting"], "by": "gender", "draws": 100},
    "multiverse": {
        "outcomes": {"score": {}, "high": {"variable": "score", "at_least": 20}},
        "predictors": ["positive"],
        "covariates": ["age", "gender"],
        "exclusions": {"young": {"variable": "age", "below": 25}},
        "models": ["linear", "rank", "logistic"],
        "preregistered": {"covariates": ["age"]},
        "cases": "own",
        "test": "both",
        "draws": 50,
    },
    "roc": {"score": "score", "reference": "osa", "compare": "age", "prevalence": [0.05], "draws": 100},
    "misclassification_scenario": {
        "score": "positive",
        "positive": 3,
        "sensitivity": {"estimate": 0.8, "n": 100},
        "specificity": {"estimate": 0.75, "n": 200},
        "reference_standard": "structured interview",
    },
    "dimensionality": {"draws": 20},
    "efa": {"factors": 1},
    "graded_response": {},
    "item_bias": {"by": "gender"},
    "latent_classes": {"variables": ["i0", "i1", "i2"], "classes": [1, 2], "starts": 5},
    "latent_profiles": {"variables": ["i0", "i1", "i2"], "classes": [1, 2], "starts": 5, "outcomes": ["i4"]},
    "careless": {},
    "compare_with_target": {"targets": {"gender": {"man": 0.48, "woman": 0.5, "another gender": 0.02}}},
    "manova": {"outcomes": ["score", "positive"], "between": "gender"},
    "friedman": {"variables": ["positive", "negative", "age"]},
    "cochran_q": {"variables": ["osa", "sexting", "paid"]},
    "anova": {
        "outcome": "rating",
        "between": ["gender"],
        "within": {"kind": ["positive", "negative"]},
        "covariates": ["age"],
    },
    "equivalence": {
        "of": "means",
        "outcome": "score",
        "by": "gender",
        "groups": ["man", "another gender"],
        "smallest_effect": {"hedges_g": 0.3, "source": "made up"},
    },
    "fiml": {"outcome": "score", "predictors": ["age", "positive"]},
    "little_mcar": {"variables": ["score", "age", "positive"]},
}
"""Arguments for the made-up data below; an analysis without an entry fails this test."""

NEW_ITEMS = (
    "dimensionality",
    "efa",
    "graded_response",
    "item_bias",
    "latent_classes",
    "latent_profiles",
    "careless",
)
"""Analyses of items with a few answers each."""

MAY_LEAVE_INTERVAL: frozenset[str] = frozenset()
"""Methods whose interval need not hold the estimate, such as bias-corrected ones. None so far."""


def data(verb_name: str) -> pd.DataFrame | ScoredData:
    """Return made-up answers of adults, with one gender answered by three people only."""
    if verb_name == "screening_shares":
        return screened(N, SMALL)
    generator = np.random.default_rng(7)
    gender = np.array(["man"] * 180 + ["woman"] * (N - 180 - SMALL) + ["another gender"] * SMALL)
    trait = generator.normal(size=N)
    if verb_name in NEW_ITEMS:
        items = pd.DataFrame({f"i{n}": np.round(trait + generator.normal(size=N)).clip(-2, 2) for n in range(5)})
        categories = ["man", "woman", "another gender"]
        return items.assign(gender=pd.Categorical(gender, categories=categories)) if verb_name == "item_bias" else items
    if verb_name in ("reliability", "polychoric", "cfa", "alignment", "invariance", "longitudinal_invariance"):
        items = pd.DataFrame({f"i{n}": np.round(trait + generator.normal(size=N)) for n in range(5)})
        if verb_name == "longitudinal_invariance":
            later = 0.5 * trait + generator.normal(size=N)
            return items.assign(**{f"j{n}": np.round(later + generator.normal(size=N)) for n in range(3)})
        if verb_name == "polychoric":
            return items.assign(age=generator.integers(18, 70, N).astype(float))
        return items.assign(gender=pd.Categorical(gender, categories=["man", "woman", "another gender"]))
    yes_no = pd.CategoricalDtype(["no", "yes"])
    people = pd.DataFrame(
        {
            "score": 20 + 4 * trait + generator.normal(size=N),
            "age": generator.integers(18, 70, N).astype(float),
            "gender": pd.Categorical(gender, categories=["man", "woman", "another gender"]),
            "osa": pd.Series(np.where(generator.random(N) < 0.6, "yes", "no")).astype(yes_no),
            "sexting": pd.Series(np.where(generator.random(N) < 0.4, "yes", "no")).astype(yes_no),
            "positive": generator.integers(0, 5, N).astype(float),
            "negative": generator.integers(0, 3, N).astype(float),
        }
    )
    if verb_name == "cochran_q":
        people["paid"] = pd.Series(np.where(generator.random(N) < 0.2, "yes", "no")).astype(yes_no)
    if verb_name in ("mixed_model", "gee", "fixed_effects"):
        people["site"] = generator.integers(0, 20, N).astype(float)
    if verb_name == "attrition":
        people["positive"] = people["positive"].mask(generator.random(N) < 0.3)
    if verb_name in ("little_mcar", "fiml"):
        people[["score", "age"]] = people[["score", "age"]].mask(generator.random((N, 2)) < 0.15)
    return people


def as_scored(people: pd.DataFrame | ScoredData) -> ScoredData:
    """Return made-up answers as scored data."""
    if isinstance(people, ScoredData):
        return people
    columns = columns_of(people, list(people.columns))
    values = pd.DataFrame({column.info.name: column.values for column in columns})
    reasons = pd.DataFrame({column.info.name: column.reasons for column in columns})
    return ScoredData(values, reasons, {column.info.name: column.info for column in columns}, None)  # type: ignore[arg-type]


def run(name: str) -> Result:
    return verb(name)(data(name), **ARGUMENTS[name])


def tables(result: Result) -> list[Result]:
    return [result, *(deeper for part in result.more.values() for deeper in tables(part))]


@pytest.mark.parametrize("name", sorted(VERBS))
class TestEveryAnalysis:
    def test_is_public_and_documented(self, name: str) -> None:
        function = verb(name)
        assert name in osa_survey.__all__
        assert next(iter(inspect.signature(function).parameters)) == "data"
        for heading in ("Parameters", "Returns"):
            assert heading in (function.__doc__ or ""), f"the docstring of {name} lacks {heading}"

    def test_tells_each_argument_and_error_in_its_own_docstring(self, name: str) -> None:
        told = inspect.getdoc(verb(name)) or ""
        parts = dict(re.findall(r"^(\w[\w ]+)\n-{3,}\n(.*?)(?=^\w[\w ]+\n-{3,}\n|\Z)", told, re.M | re.S))
        assert {"Parameters", "Returns", "Raises"} <= set(parts)
        entries = re.findall(r"^(\w[\w, ]*?)(?: : .*)?$", parts["Parameters"], re.M)
        named = [one.strip() for entry in entries for one in entry.split(",")]
        assert named
        assert set(named) == set(inspect.signature(verb(name)).parameters)
        assert len(named) == len(set(named))
        assert "``psychometrics." not in told, "a reader of the public page cannot see what another room says"

    def test_keeps_the_input_unchanged(self, name: str) -> None:
        given = data(name)
        frame = given if isinstance(given, pd.DataFrame) else given.frame
        before = frame.copy(deep=True)
        verb(name)(given, **ARGUMENTS[name])
        pd.testing.assert_frame_equal(frame, before)

    def test_returns_a_full_result(self, name: str) -> None:
        result = run(name)
        assert result.analysis == name
        assert result.title
        assert result.method
        assert result.n_used > 0
        for part in tables(result):
            assert tuple(part.table.columns) == COLUMNS
            assert len(part.table) > 0
            assert part.layout is not None, f"{part.title} has no layout for print"
            shown = {show.quantity for show in part.layout.show}
            assert shown <= set(part.table["quantity"]), f"{part.title} prints quantities it does not hold"

    def test_intervals_hold_their_estimates(self, name: str) -> None:
        for part in tables(run(name)):
            table = part.table.dropna(subset=["estimate", "conf_low", "conf_high"])
            table = table.loc[~table["method"].isin(MAY_LEAVE_INTERVAL)]
            assert (table["conf_low"] <= table["estimate"]).all()
            assert (table["estimate"] <= table["conf_high"]).all()
            assert table["conf_level"].between(0.5, 1, inclusive="neither").all()

    @pytest.mark.parametrize("language", ["en", "de"])
    def test_sentences_say_only_what_the_tables_hold(self, name: str, language: str) -> None:
        result = run(name)
        sentences = result.sentences(language)
        assert sentences
        held = {0.95, 95.0, 5.0}  # the interval's level, and the rule of five expected answers
        for part in tables(result):
            numbers = part.table.select_dtypes("number").to_numpy().ravel()
            held |= set(numbers[~np.isnan(numbers)])
        held |= {100 * value for value in held}
        for sentence in sentences:
            said = sentence if language == "en" else with_points(sentence)
            plain = re.sub(r"[A-Za-zÄÖÜäöüß_²]+[0-9]+|[0-9]+(?=[.-]?(?:%|-%| %)-?(?:CI|KI|I))", "", said)
            for text in re.findall(r"[−-]?\d[\d,]*\.?\d*|[−-]?\.\d+", plain):
                clean = text.replace("−", "-").replace(",", "").rstrip(".")
                digits = len(clean.partition(".")[2])
                unit = 10.0**-digits
                # a p value is printed as a bound below .001 or above .999
                known = clean in ("0.001", ".001", ".999") or any(
                    abs(abs(float(clean)) - abs(value)) <= ROUNDING * unit * 1.0001 for value in held
                )
                assert known, f"{text} in «{sentence}» is in no table of the result"

    def test_survives_a_pickle_without_its_engine(self, name: str) -> None:
        released = release(run(name), JOURNAL)
        again = pickle.loads(pickle.dumps(released))
        pd.testing.assert_frame_equal(again.table, released.table)
        assert again.sentences("en") == released.sentences("en")

    def test_draws_its_figure_and_says_it_in_words(self, name: str) -> None:
        released = release(run(name), JOURNAL)
        axes = plots.draw(released)
        assert axes.figure is not None
        assert plots.alt_text(released, "en")
        assert plots.alt_text(released, "de") != plots.alt_text(released, "en")

    def test_uses_weights_or_refuses_them(self, name: str) -> None:
        people: Any = data(name)
        arguments = dict(ARGUMENTS[name])
        if name in OF_A_SCALE:  # scored data have items of scales, not any variables
            people = screened(120, 6, related=True)
            arguments |= {"factors": 1} if "factors" in arguments else {}
            arguments |= {"numbers": ["c_total"]} if "numbers" in arguments else {}
        weights = np.random.default_rng(8).uniform(0.5, 2, len(people))
        whole = people if name in OF_A_SCALE else as_scored(people)
        scored = replace(whole, design=SurveyDesign("probability", weights))
        try:
            weighted = verb(name)(scored, **arguments)
        except AnalysisError as error:
            assert {problem.code for problem in error.problems} == {"does_not_compose"}
            return
        plain = verb(name)(people, **arguments)
        assert not weighted.table["estimate"].equals(plain.table["estimate"])
        assert any("declared weights" in note for note in weighted.notes), "no note says that numbers are weighted"
        for language, words in (("en", "weighted"), ("de", "gewichtet")):
            assert words in " ".join(weighted.sentences(language))

    def test_shows_no_group_of_three(self, name: str) -> None:
        result = run(name)
        released = release(result, JOURNAL)
        for whole, part in zip(tables(result), tables(released), strict=True):
            small = whole.table["group"].eq("another gender") & whole.table["n"].eq(SMALL)
            assert part.table.loc[small, ["estimate", "n", "conf_low"]].isna().all(axis=None)
        for language in ("en", "de"):
            for sentence in released.sentences(language):
                assert not re.search(rf"\bn = {SMALL}\b", sentence)
        assert not re.search(rf"\bn = {SMALL}\b", plots.alt_text(released, "en"))
