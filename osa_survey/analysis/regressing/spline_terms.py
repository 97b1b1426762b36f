"""The functions of formulas beyond those of the formula engine; they keep what they learnt from the data."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osa_survey.errors import AnalysisError, Problem

Floats = NDArray[np.float64]


def natural_spline(x: ArrayLike, knots: Floats) -> Floats:
    """Return a basis of natural cubic splines, linear beyond the outer knots.

    Parameters
    ----------
    x : array of float, shape (respondents,)
        The predictor.
    knots : ndarray of float, shape (k,)
        Knots, increasing, the outer ones included.

    Returns
    -------
    ndarray of float, shape (respondents, k − 1)
        The cardinal splines of all knots but the first (1 at their own knot, 0 at the others): with an intercept they
        span all natural splines with these knots.

    Examples
    --------
    >>> natural_spline([0.0, 1.0, 2.0], np.array([0.0, 1.0, 2.0])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    from scipy.interpolate import CubicSpline

    values = np.asarray(x, dtype=np.float64)
    spline = CubicSpline(knots, np.eye(len(knots))[:, 1:], bc_type="natural")
    inside = np.clip(values, knots[0], knots[-1])
    return np.asarray(spline(inside) + spline(inside, 1) * (values - inside)[:, None])


@functools.cache
def formula_context() -> Mapping[str, Any]:
    """Return the functions by their names in formulas: ``sqrt``, ``bs`` and ``cr``."""
    from formulaic.transforms import TRANSFORMS
    from formulaic.utils.stateful_transforms import stateful_transform

    @stateful_transform  # type: ignore[untyped-decorator]
    def cr(x: Any, df: int = 4, _state: Any = None) -> dict[int, Floats]:
        """Return natural cubic splines with df columns; knots at quantiles of the first data."""
        state = {} if _state is None else _state
        if "knots" not in state:
            knots = np.unique(np.quantile(np.asarray(x, dtype=np.float64), np.linspace(0, 1, int(df) + 1)))
            if df < 2 or len(knots) < df + 1:
                message = f"a natural spline with df = {df} needs {int(df) + 1} different quantiles"
                hint = "df is 2 or more; take fewer, or leave the spline out where a variable has few values"
                raise AnalysisError(Problem("spline", message, key="blocks", hint=hint))
            state["knots"] = knots
        basis = natural_spline(x, state["knots"])
        return {number + 1: basis[:, number] for number in range(basis.shape[1])}

    @stateful_transform  # type: ignore[untyped-decorator]
    def bs(x: Any, df: int = 4, degree: int = 3, _state: Any = None) -> Any:
        """Return B-splines; values beyond the ends of the first data continue the outer pieces."""
        return TRANSFORMS["bs"](x, df=df, degree=degree, extrapolation="extend", _state=_state)

    return {"sqrt": np.sqrt, "bs": bs, "cr": cr}
