"""Calling public functions: an argument that does not exist is told as a problem, with what to write instead."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from osa_survey.errors import ArgumentError, Problem, nearest

KEYWORDS = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
POSITIONS = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
ANSWERS = ("data", "scored", "responses", "result", "export", "study")
"""What the first parameter of a step or of an analysis is called."""


@dataclass(frozen=True)
class Elsewhere:
    """Where something belongs that is no argument of an analysis: why, and what to write in Python and in a study file.

    Attributes
    ----------
    why : str
        What it belongs to.
    python, study : str
        What to write; ``{function}`` is the analysis, ``{name}`` the argument, ``{value}`` what was given.
    """

    why: str
    python: str
    study: str


def _plan(key: str) -> Elsewhere:
    declared = f'scored = declare_design(scored, sample = "probability|quota|opt-in", {key} = "{{value}}")'
    return Elsewhere(
        "weights and sampling plan belong to the answers, so that every analysis uses them",
        f"{declared}, then {{function}}(scored, …)",
        f'[weights] {"variable" if key == "weights" else key} = "{{value}}"',
    )


IMPUTATION = Elsewhere(
    "missing answers are imputed before an analysis, once for all of them",
    "imputed = impute(scored, seed = 1), then {function}(imputed, …)",
    '[missing_data] method = "multiple_imputation"',
)
DISCLOSURE = Elsewhere(
    "what may be shown is decided after an analysis",
    'release({function}(scored, …), profile_named("journal"))',
    '[report] disclosure = "journal"',
)
LANGUAGE = Elsewhere(
    "a result speaks every language", '{function}(scored, …).sentences("de")', '[report] language = "de"'
)
EXCLUSION = Elsewhere(
    "who is left out is decided before scoring, with a reason", "exclude(responses, rules), then score", "[exclude]"
)
ENTRY = Elsewhere(
    "it belongs to an entry of the study file",
    "leave {name} out: it says nothing about how numbers are computed",
    '[[analyses]] do = "{function}" and {name} = …',
)
SMALLEST = Elsewhere(
    "a smallest effect of interest belongs to an equivalence test",
    "equivalence(scored, …, smallest_effect = …)",
    "[[hypotheses]] smallest_effect = …",
)
HYPOTHESIS = Elsewhere(
    "what is tested together belongs to the hypotheses of the study file",
    "leave {name} out, or adjust = … where the analysis has it",
    "[[hypotheses]] id = …, family = …, and tests = its id here",
)
ELSEWHERE: Mapping[str, Elsewhere] = {
    **dict.fromkeys(
        ("weights", "weight", "sample_weight", "sample_weights", "sampling_weights", "survey_weights", "pweights"),
        _plan("weights"),
    ),
    **dict.fromkeys(("design", "survey_design"), _plan("weights")),
    **dict.fromkeys(("strata", "stratum", "stratify"), _plan("strata")),
    **dict.fromkeys(("clusters", "psu", "primary_sampling_unit"), _plan("clusters")),
    **dict.fromkeys(("fpc", "population_size"), _plan("fpc")),
    **dict.fromkeys(("replicates", "replicate_weights", "repweights"), _plan("replicates")),
    **dict.fromkeys(("imputed", "impute", "imputation", "imputations", "m", "missing", "dropna", "na_rm"), IMPUTATION),
    **dict.fromkeys(("disclosure", "profile", "threshold"), DISCLOSURE),
    **dict.fromkeys(("language", "lang"), LANGUAGE),
    **dict.fromkeys(("exclude", "exclusions"), EXCLUSION),
    **dict.fromkeys(("smallest_effect", "sesoi", "bounds", "margin"), SMALLEST),
    **dict.fromkeys(("family", "hypothesis", "hypotheses"), HYPOTHESIS),
    **dict.fromkeys(("id", "do", "title", "tests", "tested", "reason"), ENTRY),
}
"""Words that are an argument elsewhere → where they belong."""
CALLED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("dv", "dependent", "y", "response"), ("outcome", "outcomes", "variables")),
    **dict.fromkeys(("iv", "ivs", "x", "predictor", "predictors", "independent"), ("blocks", "predictors", "by")),
    **dict.fromkeys(("group", "groups", "grouping", "groupby", "between"), ("by", "between", "groups")),
    **dict.fromkeys(("covariate", "covariates", "controls"), ("covariates", "controls", "blocks")),
    **dict.fromkeys(("alpha", "ci", "confidence", "confidence_level", "level"), ("conf_level", "alpha")),
    **dict.fromkeys(("items", "vars", "columns"), ("variables", "scale", "scales")),
    **dict.fromkeys(("nboot", "n_boot", "bootstrap", "replications", "n_draws"), ("draws",)),
    **dict.fromkeys(("random_state", "rng"), ("seed",)),
    **dict.fromkeys(("padjust", "p_adjust", "multiplicity"), ("adjust",)),
    **dict.fromkeys(("effect_size", "effsize"), ("effect_sizes",)),
}
"""What arguments are called elsewhere → their names here, the likeliest first."""

STEPS: Mapping[str, str] = {
    "ScoredData": "score first: scored = score(admit(read_export(path), load_codebook(path)))",
    "Responses": "admit first: responses = admit(read_export(path), load_codebook(path))",
    "Export": "read first: export = read_export(path)",
    "Codebook": "read first: codebook = load_codebook(path)",
}
"""What a function takes first → the step that gives it."""
SCORED = ("ScoredData", "ImputedData")
"""Answers with or without completed sets: an analysis of the other kind refuses them itself, with the reason."""
KINDS = (*STEPS, "ImputedData", "DataFrame", "Result", "PartitionedScores", "Harmonised")
"""Classes of answers and results; whatever else a function takes first it looks at itself."""


def checked(function: Callable[..., Any], name: str, home: str) -> Callable[..., Any]:
    """Return a public function that tells wrong arguments as problems, all at once.

    Parameters
    ----------
    function : callable
        The function.
    name, home : str
        Its public name and the module that shows it, under which it is also pickled.

    Returns
    -------
    callable
        The same function with the same signature and docstring. Called with arguments it does not take, it raises
        ``ArgumentError``; errors from within pass unchanged.
    """
    signature = inspect.signature(function)
    kinds = _kinds_of_the_first(function)
    analyses = signature.return_annotation == "Result" and any(kind.__name__ in SCORED for kind in kinds)

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentError(_problems(name, signature, args, kwargs) or str(error)) from None
        if kinds and args and not (isinstance(args[0], kinds) or (analyses and type(args[0]).__name__ in SCORED)):
            raise ArgumentError(_wrong_kind(name, args[0], kinds))
        return function(*args, **kwargs)

    called.__module__, called.__qualname__ = home, name
    return called


def unknown_argument(
    function: str, name: str, known: Collection[str], *, value: object = None, file: str = "", key: str = ""
) -> Problem:
    """Return the problem of an argument that a function does not take, and what to write instead.

    Parameters
    ----------
    function, name : str
        The function and the argument.
    known : collection of str
        The arguments it takes.
    value : object
        What was given; a name is repeated in the hint.
    file, key : str
        The study file and the place in it; without a file the hint is in Python.

    Examples
    --------
    >>> unknown_argument("crosstab", "weight", ["row", "column"], value="w").hint
    'scored = declare_design(scored, sample = "probability|quota|opt-in", weights = "w"), then crosstab(scored, …)'
    >>> unknown_argument("describe", "variable", ["variables", "by"]).hint
    "did you mean 'variables'?"
    """
    message = f"'{function}' has no argument '{name}'"
    place = ELSEWHERE.get(name)
    if place is not None:
        given = value if isinstance(value, str) and value.isidentifier() else "…"
        hint = (place.study if file else place.python).format(function=function, name=name, value=given)
        return Problem("unknown_argument", f"{message}: {place.why}", file, key=key or name, hint=hint)
    called = [other for other in CALLED.get(name, ()) if other in known]
    hint = f"here it is called '{called[0]}'" if called else nearest(name, list(known))
    return Problem("unknown_argument", message, file, key=key or name, hint=hint)


def _kinds_of_the_first(function: Callable[..., Any]) -> tuple[type, ...]:
    """Return the classes of what a function takes first; none where it takes anything, plain values or protocols."""
    try:
        first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
    except (NameError, StopIteration):
        return ()
    kinds = get_args(first.annotation) or (first.annotation,)
    ours = all(isinstance(kind, type) and kind.__name__ in KINDS for kind in kinds)
    return tuple(kinds) if ours else ()


def _wrong_kind(name: str, given: object, kinds: tuple[type, ...]) -> Problem:
    takes = " or ".join(kind.__name__ for kind in kinds)
    message = f"'{name}' takes {takes} first, not {type(given).__name__}"
    return Problem("wrong_kind", message, hint=STEPS.get(kinds[0].__name__, f"give {takes}"))


def _problems(
    name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> list[Problem]:
    """Return what keeps arguments from fitting a signature."""
    parameters = signature.parameters
    open_to_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
    by_position = [one for one in parameters.values() if one.kind in POSITIONS]
    by_keyword = [one.name for one in parameters.values() if one.kind in KEYWORDS]
    told = [one for one in by_keyword if not (by_position and one == by_position[0].name and one in ANSWERS)]
    unknown = [] if open_to_all else [one for one in kwargs if one not in by_keyword]
    problems = [unknown_argument(name, one, told, value=kwargs[one]) for one in unknown]
    problems += _misplaced(name, parameters.values(), by_position, args, kwargs)
    given = {one.name for one in by_position[: len(args)]} | set(kwargs)
    for one in parameters.values():
        if one.kind in (*KEYWORDS, *POSITIONS) and one.default is inspect.Parameter.empty and one.name not in given:
            message = f"'{name}' needs the argument '{one.name}'"
            problems.append(Problem("missing_argument", message, key=one.name, hint=f"add {one.name} = …"))
    return problems


def _misplaced(
    name: str,
    parameters: Iterable[inspect.Parameter],
    by_position: list[inspect.Parameter],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> list[Problem]:
    """Return what is wrong with arguments without a name: too many of them, or one that is named, too."""
    problems = []
    takes_more = any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters)
    if len(args) > len(by_position) and not takes_more:
        message = f"'{name}' takes {len(by_position)} arguments without a name, {len(args)} were given"
        hint = f"name all behind '{by_position[-1].name}'" if by_position else "leave them out"
        problems.append(Problem("too_many_arguments", message, hint=hint))
    for one in by_position[: len(args)]:
        if one.name in kwargs:
            message = f"'{name}' was given the argument '{one.name}' twice"
            problems.append(Problem("argument_twice", message, key=one.name, hint="give it once"))
    return problems
