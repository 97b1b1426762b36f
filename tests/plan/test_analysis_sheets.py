"""What the analyses take, as the command and the page say it: from the functions, with entries that fit."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from osa_survey.errors import DefinitionError
from osa_survey.plan import analysis_sheet, list_analyses
from osa_survey.plan.analysis_arguments import OF_THE_PROGRAM, analysis_names
from osa_survey.plan.analysis_examples import EXAMPLES, example_of
from osa_survey.plan.analysis_pages import PAGE, analyses_page
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.verbs import SUPPLIED, entry_problems, verb


class _Everything(tuple[str, ...]):
    """Names of which every one is known: examples make up their variables."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)


@pytest.mark.parametrize("name", analysis_names())
def test_the_example_of_an_analysis_fits_its_function(name: str) -> None:
    (content,) = tomllib.loads(example_of(name))["analyses"]
    entry = AnalysisEntry.model_validate(content)
    assert entry.do == name
    assert entry_problems(entry, 1, _Everything(("a",)), "study.toml") == []


@pytest.mark.parametrize("name", analysis_names())
def test_every_argument_has_kind_default_and_text(name: str) -> None:
    sheet = analysis_sheet(name)
    parameters = dict(list(inspect.signature(verb(name)).parameters.items())[1:])
    left_out = {*OF_THE_PROGRAM, *SUPPLIED.get(name, ()), "options" if name == "delta_sensitivity" else ""}
    assert {one.name for one in sheet.arguments} == set(parameters) - left_out
    for one in sheet.arguments:
        assert one.takes and one.text, one
        assert "psychometrics" not in one.text, "a reference to another page is replaced by what stands there"
        assert (one.default == "required") == (parameters[one.name].default is inspect.Parameter.empty)
        assert not re.search(r"\b(sequence|mapping|bool|float)\b", one.takes), one


def test_every_analysis_has_an_example_and_no_other() -> None:
    assert set(EXAMPLES) == set(analysis_names())


def test_the_sheet_of_one_analysis_by_hand() -> None:
    shown = analysis_sheet("prevalence").as_text()
    assert 'base: "eligible" | "asked" | "answered" | "engaged" (required)' in shown
    assert "conf_level: number (by default 0.95)" in shown
    assert 'yes = "ja"' in shown
    assert "``" not in shown
    assert analysis_sheet("cfa").arguments[0].text.startswith("A model in lavaan's syntax"), "text of psychometrics.cfa"


def test_an_analysis_is_found_by_the_names_other_programs_give_it() -> None:
    assert analysis_sheet("t test").name == "compare_groups"
    assert [one.name for one in list_analyses("alpha").sheets] == ["reliability"]
    assert len(list_analyses().sheets) == len(analysis_names())
    with pytest.raises(DefinitionError) as caught:
        analysis_sheet("regres")
    assert caught.value.problems[0].hint == "did you mean 'regress' or 'retest'?"


def test_the_page_is_what_the_functions_say(checkout: Path) -> None:
    """Written anew by ``python -m osa_survey.plan.analysis_pages``."""
    assert (checkout / PAGE).read_text(encoding="utf-8") == analyses_page()


def test_a_wrong_argument_leads_to_the_sheet() -> None:
    entry = AnalysisEntry.model_validate({"id": "one", "do": "crosstab", "rows": "gender", "column": "nobody_knows"})
    known = [f"variable_{n}" for n in range(40)]
    hints = {problem.code: problem.hint for problem in entry_problems(entry, 1, known, "study.toml")}
    assert (
        hints["unknown_argument"] == "did you mean 'row' or 'draws'?; with examples: osa-survey analyses show crosstab"
    )
    assert hints["missing_argument"].endswith("what it means: osa-survey analyses show crosstab")
    assert hints["unknown_variable"].endswith("and 28 more: the names under [variables] and [blocks] of the codebook; "
                                              "a score is called block_scale")  # fmt: skip
