"""The table of parameters: what the model says, and what it leaves to convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from osa_survey.errors import AnalysisError, Problem, nearest
from osa_survey.psychometrics.confirmatory.conventions import (
    Conventions,
    Parameter,
    Parameterisation,
    equate,
    numbered,
)
from osa_survey.psychometrics.confirmatory.syntax import Statement, parse_model

EQUAL = ("loadings", "intercepts", "residuals", "thresholds", "lv.variances", "lv.covariances", "means")


@dataclass(frozen=True)
class ParameterTable:
    """All parameters of a model.

    Attributes
    ----------
    rows : tuple of Parameter
        Group by group.
    observed, latent : tuple of str
        Items and factors.
    n_groups, n_free : int
        Groups, and free parameters after equalities.
    ordered : bool
        Whether the items are ordinal.
    parameterisation : {"delta", "theta"}
        What is fixed to identify the answers behind ordinal items.
    means : bool
        Whether means are part of the model.
    syntax : str
        The user's text.
    """

    rows: tuple[Parameter, ...]
    observed: tuple[str, ...]
    latent: tuple[str, ...]
    n_groups: int
    n_free: int
    ordered: bool
    parameterisation: Parameterisation
    means: bool
    syntax: str


def parameter_table(
    syntax: str,
    *,
    n_groups: int = 1,
    thresholds: Mapping[str, int] | None = None,
    parameterisation: Parameterisation = "delta",
    means: bool = False,
    std_lv: bool = False,
    orthogonal: bool = False,
    group_equal: Sequence[str] = (),
    group_partial: Sequence[str] = (),
) -> ParameterTable:
    """Return the parameters of a model with lavaan's conventions for what is not said.

    Parameters
    ----------
    syntax : str
        The model.
    n_groups : int
        Groups.
    thresholds : mapping of str to int, optional
        Ordinal item → number of thresholds. Given, all items are ordinal.
    parameterisation : {"delta", "theta"}
        Total variances (delta) or residual variances (theta) of ordinal items are fixed.
    means : bool
        Whether means are modelled; needed for several groups.
    std_lv : bool
        Factors get variance one instead of a marker item.
    orthogonal : bool
        Factors are uncorrelated.
    group_equal : sequence of str
        Kinds that are equal in all groups: ``loadings``, ``intercepts``, ``residuals``, ``thresholds``,
        ``lv.variances``, ``lv.covariances``, ``means``.
    group_partial : sequence of str
        Exceptions, such as ``"x3~1"``.

    Returns
    -------
    ParameterTable
        Free, fixed and equal parameters.

    Raises
    ------
    AnalysisError
        If the model cannot be read or asks for something unknown.
    """
    unknown = [name for name in group_equal if name not in EQUAL]
    if unknown:
        raise AnalysisError(
            [
                Problem("unknown_option", f"group_equal does not know '{name}'", hint=nearest(name, EQUAL))
                for name in unknown
            ]
        )
    statements = parse_model(syntax)
    observed, latent = variables_of(statements)
    ordered = thresholds is not None
    means = means or ordered or any(s.op == "~1" for s in statements)
    builder = Conventions(statements, observed, latent, n_groups)
    builder.measurement(std_lv, "loadings" in group_equal)
    builder.residuals(ordered, parameterisation, "thresholds" in group_equal)
    builder.covariances(orthogonal)
    if thresholds is not None:
        builder.thresholds(thresholds)
        if parameterisation == "delta":
            builder.scales("thresholds" in group_equal)
    if means:
        builder.intercepts(
            ordered, bool({"intercepts", "thresholds"} & set(group_equal)) and "means" not in group_equal
        )
    builder.check_used()
    drafts = builder.drafts
    equate(drafts, latent, group_equal, group_partial)
    merged = [(s.lhs, s.rhs) for s in statements if s.op == "=="]
    rows, n_free = numbered(drafts, merged)
    return ParameterTable(rows, observed, latent, n_groups, n_free, ordered, parameterisation, means, syntax)


def variables_of(statements: Sequence[Statement]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the observed and the latent variables of a model, in order of appearance."""
    latent = tuple(dict.fromkeys(s.lhs for s in statements if s.op == "=~"))
    observed = tuple(dict.fromkeys(s.rhs for s in statements if s.op == "=~" and s.rhs not in latent))
    problems = []
    for s in statements:
        if s.op == "~" and (s.lhs not in latent or s.rhs not in latent):
            problems.append(
                Problem(
                    "not_supported", f"'{s.lhs} ~ {s.rhs}': regressions join latent variables only", hint="use regress"
                )
            )
        for name in (s.lhs, s.rhs) if s.op == "~~" else (s.lhs,) if s.op in ("~1", "|", "~*~") else ():
            if name not in latent and name not in observed:
                hint = nearest(name, [*observed, *latent])
                problems.append(Problem("unknown_variable", f"'{name}' measures no factor of the model", hint=hint))
    if problems:
        raise AnalysisError(problems)
    return observed, latent
