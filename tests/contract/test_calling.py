"""Arguments that do not exist are told as problems, with what to write instead: every public name, Python and file."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import osa_survey
from osa_survey.calling import CALLED, ELSEWHERE, unknown_argument
from osa_survey.errors import AnalysisError, ArgumentError, DefinitionError
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import load_study
from osa_survey.plan.verbs import STUDY_VERBS, VERBS, entry_problems, verb
from tests.contract.test_analyses import ARGUMENTS, data
from tests.made_up_folders import STUDY, write_study

PUBLIC = [name for name in osa_survey.__all__ if name != "__version__"]
MISSPELT = "no_such_argument"
PEOPLE = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [1.0, 3.0, 3.0]})


def _raised(name: str, *args: Any, **kwargs: Any) -> ArgumentError:
    with pytest.raises(ArgumentError) as caught:
        getattr(osa_survey, name)(*args, **kwargs)
    assert isinstance(caught.value, AnalysisError)
    assert isinstance(caught.value, TypeError)
    return caught.value


@pytest.mark.parametrize("name", PUBLIC)
def test_a_misspelt_argument_of_any_public_function_is_a_problem(name: str) -> None:
    function = getattr(osa_survey, name)
    open_to_all = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in inspect.signature(function).parameters.values())
    found = _raised(name, **{MISSPELT: 1})
    assert open_to_all or ("unknown_argument", MISSPELT) in {(one.code, one.key) for one in found.problems}
    assert all(one.hint for one in found.problems)


@pytest.mark.parametrize("name", PUBLIC)
def test_signature_docstring_and_pickle_are_those_of_the_function(name: str) -> None:
    function = getattr(osa_survey, name)
    home = inspect.unwrap(function)
    assert inspect.signature(function) == inspect.signature(home)
    assert function.__doc__ == home.__doc__
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize("name", sorted(VERBS))
def test_weights_as_an_argument_of_an_analysis_name_the_place_where_they_belong(name: str) -> None:
    taken = inspect.signature(verb(name)).parameters
    found = _raised(name, data(name), **ARGUMENTS[name], weights="w", **({} if "strata" in taken else {"strata": "s"}))
    by_key = {one.key: one for one in found.problems}
    assert {one.code for one in found.problems} == {"unknown_argument"}
    assert "every analysis uses them" in by_key["weights"].message
    assert 'weights = "w"' in by_key["weights"].hint
    assert f"{name}(scored, …)" in by_key["weights"].hint
    assert 'strata = "s"' in by_key["strata"].hint


@pytest.mark.parametrize("word", sorted(ELSEWHERE))
@pytest.mark.parametrize("file", ["", "study.toml"])
def test_every_word_that_belongs_elsewhere_says_what_to_write(word: str, file: str) -> None:
    problem = unknown_argument("describe", word, ["variables", "by"], file=file, value="w")
    assert problem.message.startswith(f"'describe' has no argument '{word}': ")
    assert not set("{}") & set(problem.hint)
    assert ("[" in problem.hint) >= bool(file)


def test_the_hint_in_python_works() -> None:
    scored = data("screening_shares")
    hint = _raised("screening_shares", scored, weights="age").problems[0].hint
    assert hint == (
        'scored = declare_design(scored, sample = "probability|quota|opt-in", weights = "age"), '
        "then screening_shares(scored, …)"
    )
    weighted = osa_survey.declare_design(scored, sample="opt-in", weights="age")  # type: ignore[arg-type]
    assert "weighted" in osa_survey.screening_shares(weighted).method


def test_names_of_other_programs_lead_to_ours_only_where_they_exist() -> None:
    assert unknown_argument("regress", "dv", ["outcome", "blocks"]).hint == "here it is called 'outcome'"
    assert unknown_argument("correlate", "dv", ["variables"]).hint == "here it is called 'variables'"
    assert unknown_argument("flow", "dv", ["alpha"]).hint == "known names: 'alpha'"
    taken = {name for one in VERBS for name in inspect.signature(verb(one)).parameters}
    assert {here for places in CALLED.values() for here in places} <= taken


def test_all_problems_of_a_call_are_told_together() -> None:
    found = _raised("crosstab", PEOPLE, rwo="x", weights="w")
    assert [(one.code, one.key) for one in found.problems] == [
        ("unknown_argument", "rwo"),
        ("unknown_argument", "weights"),
        ("missing_argument", "row"),
        ("missing_argument", "column"),
    ]
    assert found.problems[0].hint == "did you mean 'row'?"


def test_arguments_without_a_name_and_twice() -> None:
    found = _raised("correlate", PEOPLE, ["y"], "pearson")
    assert [(one.code, one.hint) for one in found.problems] == [("too_many_arguments", "name all behind 'variables'")]
    found = _raised("correlate", PEOPLE, ["y"], variables=["x"])
    assert [(one.code, one.key) for one in found.problems] == [("argument_twice", "variables")]


def test_no_value_of_a_respondent_is_repeated() -> None:
    assert "Maria" not in str(_raised("crosstab", PEOPLE, weights="Maria, 41, Ghent"))


@pytest.mark.parametrize("name", ["rake", "declare_design", "trim_weights", "impute", "score", "screen", "admit"])
def test_a_step_that_was_left_out_is_named(name: str) -> None:
    more: dict[str, Any] = {"rake": {"margins": {}}, "declare_design": {"sample": "quota"}, "impute": {"seed": 1}}
    more = more.get(name, {}) | ({"codebook": None} if name == "admit" else {})
    (problem,) = _raised(name, PEOPLE, **more).problems
    assert problem.code == "wrong_kind"
    assert "not DataFrame" in problem.message
    assert "read_export(path)" in problem.hint


def test_an_analysis_refuses_completed_sets_by_its_own_reason() -> None:
    from tests.composed_answers import data as composed

    with pytest.raises(AnalysisError) as caught:
        osa_survey.fiml(composed("gaps", True, ""), outcome="score", predictors=["x"])
    assert [one.code for one in caught.value.problems] == ["does_not_compose"]


def test_a_type_error_from_within_is_passed_on() -> None:
    def inner(data: object) -> None:
        raise TypeError("of its own")

    from osa_survey.calling import checked

    with pytest.raises(TypeError, match="of its own") as caught:
        checked(inner, "inner", __name__)(1)
    assert not isinstance(caught.value, ArgumentError)


@pytest.mark.parametrize("name", sorted((*VERBS, *STUDY_VERBS)))
def test_a_misspelt_argument_of_any_verb_is_a_finding_of_the_study_file(name: str) -> None:
    entry = AnalysisEntry(id="a", do=name, **{**ARGUMENTS.get(name, {}), MISSPELT: 1, "strata": "town"})
    found = {one.key: one for one in entry_problems(entry, 2, (), "study.toml") if one.code == "unknown_argument"}
    assert set(found) == {f"analyses[2].{MISSPELT}", "analyses[2].strata"}
    assert found["analyses[2].strata"].hint.startswith('[weights] strata = "town"')


def test_options_of_an_imputation_are_those_of_impute() -> None:
    entry = AnalysisEntry(id="a", do="delta_sensitivity", m=5, iteratoins=3)
    found = [one for one in entry_problems(entry, 1, (), "study.toml") if one.code == "unknown_argument"]
    assert [one.key for one in found] == ["analyses[1].iteratoins"]
    assert found[0].hint.startswith("did you mean 'iterations'")
    from tests.composed_answers import data as composed

    with pytest.raises(ArgumentError, match="did you mean 'iterations'"):
        osa_survey.delta_sensitivity(
            composed("imputing", False, ""), lambda given: None, "y", [0], pick={}, seed=1, iteratoins=3
        )


def test_weights_in_an_entry_of_a_study_file_name_their_table(tmp_path: Path) -> None:
    study = STUDY.replace('do = "describe"', 'do = "describe"\nweights = "w"', 1)
    assert study != STUDY
    with pytest.raises(DefinitionError) as caught:
        load_study(write_study(tmp_path, study=study))
    (problem,) = caught.value.problems
    assert problem.key.endswith(".weights")
    assert '[weights] variable = "w"' in problem.message
