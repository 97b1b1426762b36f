"""The analyses a study file can name: each is one public function, with the same words as arguments."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from osa_survey.analysis.regressing.model_formulas import terms_of_blocks
from osa_survey.calling import unknown_argument
from osa_survey.errors import Problem, nearest
from osa_survey.imputation import impute
from osa_survey.plan.analysis_synonyms import analysis_called
from osa_survey.plan.factor_names import factor_problems
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.weights_entry import NAMES_IN
from osa_survey.results import Result

VERBS: tuple[str, ...] = (
    "describe",
    "compare_groups",
    "prevalence",
    "paired",
    "multiple_responses",
    "crosstab",
    "correlate",
    "partial_correlations",
    "compare_correlations",
    "equivalence",
    "anova",
    "manova",
    "friedman",
    "cochran_q",
    "screening_shares",
    "roc",
    "multiverse",
    "agreement",
    "code_agreement",
    "misclassification_scenario",
    "regress",
    "mixed_model",
    "gee",
    "fixed_effects",
    "margins",
    "simple_slopes",
    "mediate",
    "apim",
    "cross_lagged",
    "change",
    "latent_change",
    "attrition",
    "diagnose",
    "compare_with_target",
    "meta_analysis",
    "reliability",
    "cfa",
    "invariance",
    "longitudinal_invariance",
    "alignment",
    "retest",
    "dimensionality",
    "efa",
    "graded_response",
    "item_bias",
    "latent_classes",
    "latent_profiles",
    "careless",
    "polychoric",
    "little_mcar",
    "fiml",
)
STUDY_VERBS: tuple[str, ...] = ("convergence", "delta_sensitivity")
"""Analyses of imputed answers: their data, seed and settings are those of ``[missing_data]``."""
ELSEWHERE = {
    "careless": "osa_survey.quality",
    "little_mcar": "osa_survey.imputation",
    **dict.fromkeys(STUDY_VERBS, "osa_survey.imputation"),
}
"""Homes of those that are not in ``analysis``."""
IMPUTING = tuple(inspect.signature(impute).parameters)[1:]
SUPPLIED = {"delta_sensitivity": ("seed",)}
VARIABLE_ARGUMENTS = (
    "variables",
    "outcome",
    "predictors",
    "by",
    "group",
    "activities",
    "pairs",
    "row",
    "column",
    "blocks",
    "cluster",
    "groups",
    "slopes",
    "scale",
    "scales",
    "frequency",
    "options",
    "numbers",
    "first",
    "second",
    "targets",
    "at",
    "contrast",
    "slope",
    "predictor",
    "moderator",
    "std_error",
    "outcomes",
    "between",
    "covariates",
    "x",
    "y",
    "mediators",
    "couple",
    "waves",
    "later",
    "role",
    "score",
    "reference",
    "compare",
    "coders",
    "controls",
)
CATEGORIES = {
    **dict.fromkeys(("correlate", "compare_correlations", "equivalence"), ("groups",)),
    **dict.fromkeys(("longitudinal_invariance", "latent_change"), ("waves",)),
    "mediate": ("contrast",),
    "anova": ("pairs",),
}
"""Arguments that name categories, blocks, items or factors here and variables elsewhere; they are checked elsewhere."""
NAMED_HERE = {"anova": ("outcome",)}
"""Arguments that give ratings within people a name of their own."""
DEFINED = ("outcomes", "predictors")
"""Arguments that may give a variable a name and a rule of its own: ``{ high = { variable = "score", … } }``."""
SHOWN_BY = "osa-survey analyses show {}"
INTERACTION_MARKS = (":", "*")


def verb(name: str) -> Callable[..., Result]:
    """Return the analysis function a study file calls by this name."""
    home = importlib.import_module(ELSEWHERE.get(name, "osa_survey.analysis"))
    function: Callable[..., Result] = getattr(home, name)
    return function


def entry_problems(entry: AnalysisEntry, position: int, known: Sequence[str], file: str) -> list[Problem]:
    """Return what is wrong with one entry: its verb, its arguments, the variables it names.

    Parameters
    ----------
    entry : AnalysisEntry
        The entry.
    position : int
        Its place in the study file, from 1.
    known : sequence of str
        Every variable and score of the study.
    file : str
        The study file's name, for the message.
    """
    key = f"analyses[{position}]"
    if entry.do not in VERBS and entry.do not in STUDY_VERBS:
        message = f"there is no analysis '{entry.do}'"
        called = analysis_called(entry.do)
        near = nearest(entry.do, [*VERBS, *STUDY_VERBS], all_in="osa-survey analyses list")
        hint = f'here it is called do = "{called}"' if called else near
        return [Problem("unknown_analysis", message, file, key=f"{key}.do", hint=hint)]
    parameters = dict(list(inspect.signature(verb(entry.do)).parameters.items())[1:])
    problems = []
    takes = _arguments_of(parameters)
    for name, value in entry.arguments.items():
        if name not in takes:
            found = unknown_argument(entry.do, name, takes, value=value, file=file, key=f"{key}.{name}")
            hint = "; ".join(part for part in (found.hint, f"with examples: {SHOWN_BY.format(entry.do)}") if part)
            problems.append(replace(found, hint=hint))
    for name, parameter in parameters.items():
        needed = parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_KEYWORD
        if needed and name not in (*entry.arguments, *SUPPLIED.get(entry.do, ())):
            message = f"'{entry.do}' needs the argument '{name}'"
            hint = f"add {name} = {allowed_values(verb(entry.do), name)}; what it means: {SHOWN_BY.format(entry.do)}"
            problems.append(Problem("missing_argument", message, file, key=f"{key}.{name}", hint=hint))
    elsewhere = (*CATEGORIES.get(entry.do, ()), *(NAMED_HERE.get(entry.do, ()) if "within" in entry.arguments else ()))
    for name in (name for name in VARIABLE_ARGUMENTS if name not in elsewhere):
        for variable in variables_named(name, entry.arguments.get(name)):
            if variable not in known:
                message = f"there is no variable or score '{variable}'"
                hint = nearest(variable, list(known), all_in=NAMES_IN)
                problems.append(Problem("unknown_variable", message, file, key=f"{key}.{name}", hint=hint))
    return [*problems, *factor_problems(entry, key, known, file)]


def _arguments_of(parameters: Mapping[str, inspect.Parameter]) -> list[str]:
    """Return the arguments an analysis takes; those it passes on to ``impute`` are its own, too."""
    takes = [one for one, entry in parameters.items() if entry.kind is not inspect.Parameter.VAR_KEYWORD]
    return takes if len(takes) == len(parameters) else [*takes, *(one for one in IMPUTING if one not in takes)]


def allowed_values(function: Callable[..., Result], name: str) -> str:
    """Return the words an argument takes, where its type lists them, else "…"."""
    annotation = inspect.signature(function).parameters[name].annotation
    scope = vars(importlib.import_module(function.__module__))
    literal = re.fullmatch(r"Literal\[(.*)\]", str(annotation))
    words = ast.literal_eval(f"({literal[1]},)") if literal else get_args(scope.get(str(annotation), annotation))
    return " | ".join(f'"{word}"' for word in words if isinstance(word, str)) or "…"


def variables_named(argument: str, value: Any) -> Iterator[str]:
    """Yield the variables an argument names; titles of pairs, categories of targets, names of outcomes are none."""
    if argument in ("targets", "at"):
        value = list(value) if isinstance(value, dict) else []
    if argument in DEFINED and isinstance(value, dict):
        value = [part.get("variable", name) if isinstance(part, dict) else [name, part] for name, part in value.items()]
    yield from _names(list(value.values()) if argument == "pairs" and isinstance(value, dict) else value)


def _names(value: Any) -> Iterator[str]:
    """Yield the variable names in an argument: alone, in lists of lists, in a table, or joined as an interaction."""
    if isinstance(value, str) and re.match(r"\s*\w+\(", value):
        yield from terms_of_blocks([[value]]).variables
    elif isinstance(value, str):
        for mark in INTERACTION_MARKS:
            value = value.replace(mark, " ")
        yield from value.split()
    elif isinstance(value, dict):
        yield from (str(key) for key in value)
        for part in value.values():
            yield from _names(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _names(part)
