"""Data and models that allow no regression are refused with an error that says what to do."""

from __future__ import annotations

import numpy as np
import pytest

from osa_survey.analysis import regress
from osa_survey.errors import AnalysisError
from tests.analysis.regression_people import codes_of, people


def test_perfect_collinearity_names_the_columns() -> None:
    data = people()
    data["months"] = 12 * data["age"]
    with pytest.raises(AnalysisError) as caught:
        regress(data, "score", [["age", "gender", "months"]])
    assert codes_of(caught.value) == {"perfect_collinearity"}
    assert "'months' is an exact linear combination of 'age'" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"outcome": "score", "blocks": [["constant"]]}, "constant_predictor"),
        ({"outcome": "score", "blocks": [["text"]]}, "undeclared_categories"),
        ({"formula": "score ~ text"}, "undeclared_categories"),
        ({"formula": "score ~ C(gender)"}, "unknown_function"),
        ({"formula": "score ~ __import__('os')"}, "unknown_function"),
        ({"formula": "score ~ age.real + {age}"}, "unreadable_formula"),
        ({"formula": "score ~ log(gender)"}, "function_of_categories"),
        ({"formula": "score ~ age - 1"}, "no_intercept"),
        ({"formula": "score ~ age +"}, "unreadable_formula"),
        ({"formula": "score + age"}, "unreadable_formula"),
        ({"formula": "score ~ age", "outcome": "score"}, "two_models"),
        ({"outcome": "score"}, "no_model"),
        ({"outcome": "score", "blocks": [["agee"]]}, "unknown_variable"),
        ({"outcome": "score", "blocks": [["age"], ["age"]]}, "empty_block"),
        ({"outcome": "score", "blocks": [["age:gender"]]}, "product_alone"),
        ({"outcome": "score", "blocks": [["age*"]]}, "unreadable_term"),
        ({"outcome": "score", "blocks": [["score"]]}, "outcome_as_predictor"),
        ({"outcome": "constant", "blocks": [["age"]]}, "constant_outcome"),
        ({"outcome": "gender", "blocks": [["age"]]}, "nominal_outcome"),
        ({"outcome": "gender", "blocks": [["age"]], "model": "logistic"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "model": "logistic"}, "event"),
        ({"outcome": "sexting", "blocks": [["age"]], "model": "logistic", "event": "perhaps"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "event": "yes"}, "event"),
        ({"outcome": "score", "blocks": [["age"]], "model": "lasso"}, "unknown_choice"),
        ({"outcome": "score", "blocks": [["age"]], "errors": "cluster"}, "cluster"),
        ({"outcome": "score", "blocks": [["age"]], "errors": "cluster", "cluster": "constant"}, "one_cluster"),
        ({"outcome": "score", "blocks": [["age"]], "references": {"gender": "man"}}, "unknown_predictor"),
        ({"outcome": "score", "blocks": [["gender"]], "references": {"gender": "another gender"}}, "empty_reference"),
        ({"outcome": "copy", "blocks": [["age"]]}, "exact_fit"),
        ({"outcome": "score", "blocks": [["empty"]]}, "no_respondents"),
        ({"outcome": "score", "blocks": [["endless"]]}, "infinite_value"),
    ],
)
def test_clear_errors(arguments: dict[str, object], code: str) -> None:
    data = people()
    data["constant"] = 1.0
    data["text"] = "secret words"
    data["copy"] = 2 * data["age"] + 1
    data["empty"] = np.nan
    data["endless"] = np.inf
    with pytest.raises(AnalysisError) as caught:
        regress(data, **arguments)  # type: ignore[arg-type]
    assert code in codes_of(caught.value)
    assert "secret" not in str(caught.value)
    assert all(problem.hint for problem in caught.value.problems)


def test_too_few_respondents() -> None:
    with pytest.raises(AnalysisError) as caught:
        regress(people().iloc[:3], "score", [["age", "site"]])
    assert codes_of(caught.value) == {"too_few_respondents"}


def test_only_one_outcome_left() -> None:
    data = people()
    data.loc[data["sexting"] == "yes", "age"] = np.nan
    with pytest.raises(AnalysisError) as caught:
        regress(data, "sexting", ["age"], model="logistic")
    assert codes_of(caught.value) == {"constant_outcome"}


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(AnalysisError):
        regress(people(), "score", ["age"]).sentences("fr")
