"""Analyses a multiverse can stand around besides ``regress``: their arguments, and the row that is the estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from osa_survey.analysis.comparing.comparisons import compare_groups
from osa_survey.analysis.comparing.pairs import paired
from osa_survey.analysis.correlating.correlations import correlate
from osa_survey.analysis.correlating.partial_correlations import partial_correlations
from osa_survey.analysis.factorial.factorial_variances import anova
from osa_survey.analysis.grouped.fixed_effect_regressions import fixed_effects
from osa_survey.analysis.grouped.gee_regressions import gee
from osa_survey.analysis.grouped.mixed_regressions import mixed_model
from osa_survey.analysis.mediating.mediations import mediate
from osa_survey.analysis.regressing.regressions import regress
from osa_survey.analysis.tested_numbers import RATIOS
from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.results import Result
from osa_survey.results.columns import KEY_COLUMNS

AS_DECLARED = "main"
"""The title of the analysis with its arguments as they are declared."""
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a specification becomes a call, and which of its rows is the estimate.

    Attributes
    ----------
    run : callable
        The analysis.
    placed : callable
        From outcome, predictor, covariates and the declared arguments to the arguments of a specification.
    quantities : tuple of str
        What the estimate can be, the first that is there.
    chosen : tuple of str
        Arguments that the choices give.
    tested : str
        The quantity whose row has the p of the estimate, where its own has none.
    by_predictor : bool
        Whether the term of the row is the predictor.
    covariates : bool
        Whether it takes covariates.
    shuffles : {"predictor", "pair", ""}
        What is shuffled under the null hypothesis; "" where respondents cannot be exchanged.
    """

    run: Callable[..., Result]
    placed: Callable[[str, str, Sequence[str], Arguments], dict[str, Any]]
    quantities: tuple[str, ...]
    chosen: tuple[str, ...]
    tested: str = ""
    by_predictor: bool = False
    covariates: bool = False
    shuffles: Literal["predictor", "pair", ""] = "predictor"


@dataclass(frozen=True)
class VerbAnalysis:
    """The analysis of a multiverse.

    Attributes
    ----------
    do : str
        Its name.
    arguments : mapping
        Its arguments besides those of the choices.
    ways : mapping of str to mapping
        Title → arguments that differ.
    row : mapping of str to str
        Key columns that tell the row of the estimate.
    """

    do: str
    arguments: Arguments = field(default_factory=dict)
    ways: Mapping[str, Arguments] = field(default_factory=dict)
    row: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What is known of the analysis."""
        return KINDS[self.do]

    @property
    def titles(self) -> tuple[str, ...]:
        """The ways it is run, as declared first."""
        return (AS_DECLARED, *self.ways)

    def call(self, data: Any, outcome: str, predictor: str, covariates: Sequence[str], way: str) -> Result:
        """Return the result of one specification."""
        given = {**self.arguments, **self.ways.get(way, {})}
        return self.kind.run(data, **{**given, **self.kind.placed(outcome, predictor, covariates, given)})


def _blocks(outcome: str, predictor: str, covariates: Sequence[str], given: Arguments) -> dict[str, Any]:
    return {"outcome": outcome, "blocks": [[predictor, *covariates]]}


def _anova(outcome: str, predictor: str, covariates: Sequence[str], given: Arguments) -> dict[str, Any]:
    further = given.get("between", ())
    others = [further] if isinstance(further, str) else list(further)
    return {
        "outcome": outcome,
        "between": [predictor, *(one for one in others if one != predictor)],
        "covariates": list(covariates),
    }


_MODEL: dict[str, Any] = {"quantities": ("b",), "chosen": ("outcome", "blocks"), "by_predictor": True,
                          "covariates": True}  # fmt: skip
KINDS: dict[str, Kind] = {
    "compare_groups": Kind(
        compare_groups, lambda y, x, c, given: {"outcome": y, "by": x}, ("hedges_g", "omega_squared"),
        ("outcome", "by"), tested="mean_difference",
    ),
    "paired": Kind(
        paired, lambda y, x, c, given: {"pairs": [[y, x]]}, ("d_z",), ("pairs",), tested="mean_difference",
        shuffles="pair",
    ),
    "correlate": Kind(
        correlate, lambda y, x, c, given: {"variables": [y, x]}, ("r", "rho", "tau"), ("variables",)
    ),
    "partial_correlations": Kind(
        partial_correlations, lambda y, x, c, given: {"variables": [y, x], "controls": list(c)},
        ("partial_r", "semipartial_r"), ("variables", "controls"), covariates=True,
    ),
    "anova": Kind(
        anova, _anova, ("partial_eta_squared",), ("outcome", "covariates"), tested="anova_effect", by_predictor=True,
        covariates=True,
    ),
    "mediate": Kind(
        mediate, lambda y, x, c, given: {"x": x, "y": y, "covariates": list(c)}, ("indirect",),
        ("x", "y", "covariates"), covariates=True,
    ),
    "regress": Kind(regress, _blocks, **_MODEL),
    "gee": Kind(gee, _blocks, shuffles="", **_MODEL),
    "mixed_model": Kind(mixed_model, _blocks, shuffles="", **_MODEL),
    "fixed_effects": Kind(fixed_effects, _blocks, shuffles="", **_MODEL),
}  # fmt: skip


def verb_analysis(given: Mapping[str, Any], covariates: bool) -> VerbAnalysis:
    """Return the analysis that is declared, or every problem with it.

    Parameters
    ----------
    given : mapping
        ``do``, ``arguments``, ``ways`` and ``row``.
    covariates : bool
        Whether covariates are among the choices.
    """
    known = ("do", "arguments", "ways", "row")
    problems = [
        Problem("unknown_choice", f"analysis has no '{name}'", key="analysis", hint=", ".join(known))
        for name in given
        if name not in known
    ]
    do = str(given.get("do", ""))
    if do not in KINDS:
        hint = nearest(do, list(KINDS)) or ", ".join(KINDS)
        message = f"no multiverse stands around '{do}'"
        problems.append(Problem("unknown_analysis", message, key="analysis.do", hint=hint))
        raise AnalysisError(problems)
    kind, row = KINDS[do], {key: str(value) for key, value in dict(given.get("row", {})).items()}
    ways = {str(title): dict(one) for title, one in dict(given.get("ways", {})).items()}
    named = {"arguments": given.get("arguments", {}), **{f"ways.{title}": one for title, one in ways.items()}}
    for key, names in named.items():
        problems += [
            Problem("unknown_choice", f"'{name}' is given by the choices", key=f"analysis.{key}", hint="leave it out")
            for name in names
            if name in kind.chosen
        ]
    if AS_DECLARED in ways:
        message = f"'{AS_DECLARED}' is the analysis as it is declared"
        problems.append(Problem("unknown_choice", message, key="analysis.ways", hint="give the way another title"))
    problems += [
        Problem("unknown_key", f"a row has no key '{name}'", key="analysis.row", hint=", ".join(KEY_COLUMNS))
        for name in row
        if name not in KEY_COLUMNS
    ]
    if row.get("quantity") in RATIOS:
        message = "a ratio is one, not zero, where there is no association"
        problems.append(Problem("unknown_choice", message, key="analysis.row", hint='row = { quantity = "b" }'))
    if covariates and not kind.covariates:
        message = f"'{do}' takes no covariates"
        hint = "leave covariates out, or take partial_correlations or regress"
        problems.append(Problem("unknown_choice", message, key="covariates", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return VerbAnalysis(do, dict(given.get("arguments", {})), ways, row)


def named_in(arguments: Any, known: Sequence[str]) -> Iterator[str]:
    """Yield the variables that arguments name, in lists and tables too."""
    if isinstance(arguments, str):
        if arguments in known:
            yield arguments
    elif isinstance(arguments, Mapping):
        for key, value in arguments.items():
            yield from named_in(key, known)
            yield from named_in(value, known)
    elif isinstance(arguments, list | tuple):
        for one in arguments:
            yield from named_in(one, known)


def estimate_row(analysis: VerbAnalysis, result: Result, predictor: str) -> pd.Series:
    """Return the row of a result that is the estimate; its ``p_value`` is that of its test.

    Raises
    ------
    AnalysisError
        ``nothing_tested`` if no row fits, ``several_rows`` if more than one does.
    """
    kind, table = analysis.kind, result.frame
    table = table.loc[~table["method"].str.startswith("reference")]
    wanted = (analysis.row["quantity"],) if "quantity" in analysis.row else kind.quantities
    found = next((own for name in wanted if len(own := table.loc[table["quantity"] == name])), table.iloc[:0])
    if kind.by_predictor and "term" not in analysis.row:
        found = found.loc[(found["term"] == predictor) | found["term"].str.startswith(f"{predictor}[")]
    for key, value in analysis.row.items():
        found = found.loc[found[key] == value]
    if len(found) != 1:
        keys = [f"{key} = {sorted(set(table[key]) - {''})[:6]}" for key in KEY_COLUMNS if (table[key] != "").any()]
        several = len(found) > 1
        message = f"{'more than one row' if several else 'no row'} of {analysis.do} fits {analysis.row or wanted[0]}"
        code = "several_rows" if several else "nothing_tested"
        raise AnalysisError(Problem(code, message, key="row", hint="its rows have " + "; ".join(keys)))
    row = found.iloc[0].copy()
    if kind.tested and np.isnan(row["p_value"]):
        tests = table.loc[table["quantity"] == kind.tested]
        same = tests.loc[(tests[["term", "contrast", "outcome"]] == row[["term", "contrast", "outcome"]]).all(axis=1)]
        row["p_value"] = float(same["p_value"].iloc[0]) if len(same) == 1 else np.nan
    return row
