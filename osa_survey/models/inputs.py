"""What a likelihood may be given: shapes, finite numbers, weights, columns that do not depend on each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from osa_survey.errors import AnalysisError, Problem
from osa_survey.models.cross_products import weighted_cross
from osa_survey.models.fits import Fit, Floats

DEPENDENT = 1e-9
"""A column whose part outside the columns before it is below this share of its length is a combination of them."""
NEAR = 1e-6
"""Below this share the information, which squares it, has lost more than half of its digits."""
DOUBTFUL = 1e-5
"""Below this share the cross products have too few digits to decide, and the columns themselves are asked."""
INVOLVED = 1e-6
"""A standardised weight below this is rounding: the column takes no part in the combination."""


@dataclass(frozen=True, repr=False)
class Inputs:
    """Arrays that passed the checks; weights are always there.

    Attributes
    ----------
    y, weights, offset : ndarray of float, shape (respondents,)
        Outcome, weights and what is added to the (first) linear predictor; no offset is None.
    X, Z : ndarray of float, shape (respondents, columns)
        The design matrix, and that of a second part or None.
    """

    y: Floats
    X: Floats
    weights: Floats
    Z: Floats | None
    offset: Floats | None

    @property
    def used(self) -> NDArray[np.bool_]:
        """Who has a positive weight."""
        return self.weights > 0

    def with_weight(self) -> Inputs:
        """Return the arrays of those with a positive weight: whatever the others have must not disturb the search."""
        used = self.used
        if used.all():
            return self
        Z, offset = self.Z, self.offset
        return Inputs(
            self.y[used],
            self.X[used],
            self.weights[used],
            None if Z is None else Z[used],
            None if offset is None else offset[used],
        )


def all_rows(fit: Fit, used: NDArray[np.bool_]) -> Fit:
    """Return the fit with scores of zero for those without weight."""
    if used.all():
        return fit
    scores = np.zeros((len(used), fit.scores.shape[1]))
    scores[used] = fit.scores
    return replace(fit, scores=scores)


def checked(
    y: Floats,
    X: Floats,
    weights: Floats | None,
    Z: Floats | None = None,
    offset: Floats | None = None,
    *,
    family: str,
    takes_z: bool = False,
    takes_offset: bool = True,
) -> Inputs:
    """Return the arrays as floats, or raise one error with all that is wrong.

    Raises
    ------
    AnalysisError
        Shapes that do not fit, numbers that are not finite, negative or all-zero weights, a matrix or an offset the
        family does not take.
    """
    y, X = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    if y.ndim != 1 or X.ndim != 2 or len(X) != len(y) or not len(y):
        message = f"an outcome of shape {y.shape} does not go with a design matrix of shape {X.shape}"
        raise AnalysisError(Problem("shapes_differ", message, hint="give one row of X for each outcome"))
    problems = []
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    if Z is not None and not takes_z:
        problems.append(Problem("no_second_part", f"{family} has no second part", hint="leave Z out"))
    if offset is not None and not takes_offset:
        problems.append(Problem("no_offset", f"{family} takes no offset", hint="leave the offset out"))
    Z = None if Z is None else np.asarray(Z, dtype=np.float64)
    offset = None if offset is None else np.asarray(offset, dtype=np.float64)
    for word, array in (("outcome", y), ("design matrix", X), ("weights", w), ("second part", Z), ("offset", offset)):
        if array is None:
            continue
        if len(array) != len(y):
            message = f"{word}: {len(array)} rows, but the outcome has {len(y)}"
            problems.append(Problem("shapes_differ", message, hint="give one row for each outcome"))
        elif not np.isfinite(array).all():
            count = int((~np.isfinite(array)).sum())
            message = f"{word}: {count} values are missing or infinite"
            problems.append(Problem("not_finite", message, hint="leave these respondents out, or impute"))
    if not problems and (w < 0).any():
        message = f"{int((w < 0).sum())} weights are negative"
        problems.append(Problem("negative_weights", message, hint="weights are zero or larger"))
    if not problems and not (w > 0).any():
        problems.append(Problem("no_weight", "all weights are zero", hint="check the weights, or who is included"))
    if problems:
        raise AnalysisError(problems)
    return Inputs(y, X, w, Z, offset)


def check_columns(X: Floats, w: Floats, cross: Floats | None = None, *, part: str = "") -> None:
    """Refuse constant, zero and (nearly) linearly dependent columns, and more columns than respondents.

    Parameters
    ----------
    X : ndarray of float, shape (respondents, columns)
        The design matrix, the intercept first.
    w : ndarray of float, shape (respondents,)
        Weights; respondents without weight do not count.
    cross : ndarray of float, optional
        X'WX if it is known already.
    part : str
        Which matrix, for the message: "" or for example "second part".

    Raises
    ------
    AnalysisError
        One problem for each column, counted from 0.

    Notes
    -----
    The Cholesky factor of the scaled cross products shows each column's part outside the columns before it. Where that
    is so small that cross products cannot tell, a QR decomposition of the columns decides.
    """
    k = X.shape[1]
    present = int((w > 0).sum())
    if present <= k:
        message = f"{present} respondents are too few for {k} columns"
        raise AnalysisError(Problem("too_few_respondents", message, hint="use fewer predictors"))
    cross = weighted_cross(X, w) if cross is None else cross
    length = np.sqrt(np.diag(cross))
    problems = []
    if (length > 0).all():
        factor, failed = lapack.dpotrf(cross / np.outer(length, length), lower=1)
        if failed == 0 and (np.diag(factor) > DOUBTFUL).all():
            return
    rows = X[w > 0] * np.sqrt(w[w > 0])[:, None]
    exact = np.linalg.norm(rows, axis=0)
    scaled = rows / np.where(exact > 0, exact, 1.0)
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    where = f" of the {part}" if part else ""
    for position in map(int, np.flatnonzero(diagonal < NEAR)):
        exactly = diagonal[position] < DEPENDENT
        earlier = np.array([column for column in range(position) if diagonal[column] >= DEPENDENT], dtype=np.intp)
        solution = np.linalg.lstsq(scaled[:, earlier], scaled[:, position], rcond=None)[0] if len(earlier) else earlier
        others = [int(column) for column in earlier[np.abs(solution) > INVOLVED]]
        if exactly and others in ([], [0]):
            message = f"column {position}{where} is the same for everybody"
            problems.append(Problem("constant_predictor", message, column=str(position), hint="leave it out"))
            continue
        how, code, hint = "an exact", "perfect_collinearity", "leave one of them out"
        if not exactly:
            how, code, hint = "so nearly a", "near_collinearity", "subtract the mean first, or use fewer powers"
        named = ", ".join(map(str, others))
        message = f"column {position}{where} is {how} linear combination of columns {named}"
        message += "" if exactly else " that estimates lose their digits"
        problems.append(Problem(code, message, column=str(position), hint=hint))
    if problems:
        raise AnalysisError(problems)


def check_counts(y: Floats, w: Floats, family: str) -> None:
    """Refuse outcomes that are not counts, or that are zero for everybody."""
    if (y < 0).any() or (y != np.floor(y)).any():
        odd = int(((y < 0) | (y != np.floor(y))).sum())
        message = f"{family} needs counts 0, 1, 2, …; {odd} outcomes are negative or not whole"
        raise AnalysisError(Problem("not_counts", message, hint="use a linear model, or count anew"))
    if not y[w > 0].any():
        raise AnalysisError(Problem("constant_outcome", "all counts are zero", hint="there is nothing to explain"))


def check_binary(y: Floats, w: Floats, family: str) -> None:
    """Refuse outcomes other than 0 and 1, or of one kind only."""
    if ((y != 0) & (y != 1)).any():
        message = f"{family} needs outcomes 0 and 1"
        raise AnalysisError(Problem("not_binary", message, hint="recode the outcome"))
    if len(np.unique(y[w > 0])) < 2:
        message = "the outcome is the same for everybody"
        raise AnalysisError(Problem("constant_outcome", message, hint="there is nothing to explain"))


def check_categories(y: Floats, w: Floats, k: int, family: str) -> tuple[str, ...]:
    """Refuse outcomes that are not 0 … k − 1 and categories nobody is in; return a warning for those with one case."""
    if k < 2:
        raise AnalysisError(Problem("too_few_categories", f"{family} needs two categories or more"))
    if ((y < 0) | (y >= k) | (y != np.floor(y))).any():
        message = f"{family}({k}) needs outcomes 0 … {k - 1}"
        raise AnalysisError(Problem("not_categories", message, hint="number the categories from 0 in their order"))
    counts = np.bincount(y[w > 0].astype(np.intp), minlength=k)
    problems = [
        Problem("empty_category", f"nobody is in category {category + 1} of {k}", hint="merge it with a neighbour")
        for category in map(int, np.flatnonzero(counts == 0))
    ]
    if problems:
        raise AnalysisError(problems)
    lonely = ", ".join(str(int(category) + 1) for category in np.flatnonzero(counts == 1))
    return (f"sparse category: one respondent only in category {lonely} of {k}",) if lonely else ()
