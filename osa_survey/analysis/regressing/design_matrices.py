"""The design matrix of a regression: built once, dummy-coded against the declared reference, checked for rank."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from osa_survey.analysis.regressing.collinearity import check_rank
from osa_survey.analysis.regressing.model_formulas import FUNCTIONS, ModelTerms
from osa_survey.analysis.regressing.predictor_frames import predictor_frames
from osa_survey.analysis.regressing.spline_terms import formula_context
from osa_survey.dataset import Column
from osa_survey.errors import AnalysisError, Problem

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Term:
    """One column of a design matrix.

    Attributes
    ----------
    name, label : str
        ``gender[woman]`` for tables and ledger; ``Gender: woman`` for print.
    predictor : str
        The predictor it belongs to: a variable, a product (``age:gender``) or a function.
    block : int
        The block it enters with, from 1; 0 is the intercept.
    people : tuple of (str, int)
        The groups of people the coefficient compares, where these are countable: category and reference of a nominal
        predictor, or the two values of a column that has only two.
    reference : str
        For a category of a nominal predictor, the name of the reference term; else "".
    """

    name: str
    label: str
    predictor: str
    block: int
    people: tuple[tuple[str, int], ...] = ()
    reference: str = ""


@dataclass(frozen=True, repr=False)
class Design:
    """A design matrix with the meaning of its columns.

    Attributes
    ----------
    matrices : tuple of ndarray of float, shape (respondents used, columns)
        One for each completed set (one, if nothing was imputed); the first column is the intercept.
    frames : tuple of DataFrame
        The predictors each was made from, called v0, v1, … with categories c0, c1, …
    spec : object
        How frames become matrices, transformations with what they learnt from the first set.
    nominal : mapping of str to tuple of str
        Short name of each predictor with categories → their labels, the reference first.
    terms : tuple of Term
        One per column.
    references : mapping of str to str
        Reference term → its printed label.
    categories : mapping of str to tuple of (str, str, int)
        Nominal predictor → term, category and number of people of each category, the reference first.
    titles : mapping of str to str
        Predictor → printed title.
    """

    matrices: tuple[NDArray[np.float64], ...]
    frames: tuple[pd.DataFrame, ...]
    spec: Any
    nominal: Mapping[str, tuple[str, ...]]
    terms: tuple[Term, ...]
    references: Mapping[str, str]
    categories: Mapping[str, tuple[tuple[str, str, int], ...]]
    titles: Mapping[str, str]

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The matrix of the first set."""
        return self.matrices[0]

    def rebuilt(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the matrix of other values of the predictors, by the transformations of the first set."""
        with np.errstate(all="ignore"):
            return np.asarray(self.spec.get_model_matrix(frame, context=formula_context()), dtype=np.float64)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return max(term.block for term in self.terms)

    def upto(self, block: int) -> NDArray[np.intp]:
        """Return the positions of the columns that are in the model once this block has entered."""
        return np.array([position for position, term in enumerate(self.terms) if term.block <= block], dtype=np.intp)


def design_matrix(
    terms: ModelTerms,
    sets: Sequence[Sequence[Column]],
    used: Sequence[NDArray[np.bool_]],
    *,
    as_categories: Sequence[str] = (),
    references: Mapping[str, str] | None = None,
) -> Design:
    """Return the design matrix of the respondents used, in every completed set.

    Parameters
    ----------
    terms : ModelTerms
        The terms of each block.
    sets : sequence of sequences of Column
        For each set the variables of ``terms``, in that order.
    used : sequence of ndarray of bool
        For each set, who has an answer to everything.
    as_categories : sequence of str
        Ordinal or numeric predictors to be dummy-coded. Nominal predictors always are.
    references : mapping of str to str, optional
        Reference categories other than the declared ones.

    Raises
    ------
    AnalysisError
        If a predictor is constant, its reference category is empty, the columns are linearly dependent (all columns
        of the dependency are named), or there are too few respondents.
    """
    columns = sets[0]
    frames, nominal = predictor_frames(sets, used, as_categories, references or {})
    matrix, spec, names, blocks, owners = _built(terms, frames[0], columns, nominal)
    described = _Names(columns, nominal)
    found = [Term(INTERCEPT, "Intercept", INTERCEPT, 0)]
    for position in range(1, len(names)):
        name, label = described.name(names[position]), described.label(names[position])
        people = described.people(names[position])
        if not people or ":" in names[position]:
            people += _two_values(name, matrix[:, position])
        predictor = described.name(owners[position])
        reference = described.reference(names[position])
        found.append(Term(name, label, predictor, blocks[position], people, reference))
    titles = {described.name(owner): described.label(owner) for owner in owners[1:]}
    shown = [f"v{number}" for number in range(len(columns)) if f"v{number}" in owners and f"v{number}" in nominal]
    categories = {described.name(short): described.categories(short) for short in shown}
    design = Design(
        matrices=(matrix,),
        frames=tuple(frames),
        spec=spec,
        nominal={short: tuple(label for label, _ in members) for short, members in nominal.items()},
        terms=tuple(found),
        references={
            members[0][0]: f"{titles[predictor]}: {members[0][1]} (reference)"
            for predictor, members in categories.items()
        },
        categories=categories,
        titles=titles,
    )
    design = replace(design, matrices=(matrix, *(design.rebuilt(frame) for frame in frames[1:])))
    for one in design.matrices:
        check_rank(one, [term.name for term in design.terms])
    return design


def _built(
    terms: ModelTerms, frame: pd.DataFrame, columns: Sequence[Column], nominal: Mapping[str, object]
) -> tuple[NDArray[np.float64], Any, list[str], list[int], list[str]]:
    """Return the matrix and how it was made, and of each column its name, block and term, all in short names."""
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    block_of: dict[str, int] = {}
    ordered = []
    try:
        for number, text in enumerate(terms.blocks, start=1):
            for term in Formula(f"1 + {text}", _ordering="none"):
                if str(term) not in block_of:
                    block_of[str(term)] = 0 if str(term) == "1" else number
                    ordered.append(term)
        _check_terms([str(term) for term in ordered], columns, nominal)
        for number in set(range(1, len(terms.blocks) + 1)) - set(block_of.values()):
            message = f"block {number} adds nothing to the blocks before it"
            raise AnalysisError(Problem("empty_block", message, key="blocks", hint="leave it out"))
        with np.errstate(all="ignore"):
            built = Formula(ordered, _ordering="none").get_model_matrix(
                frame, context=formula_context(), output="numpy"
            )
    except FormulaicError as error:
        hint = f"operators are + - : * ^ ( ); functions are {', '.join(FUNCTIONS)}"
        raise AnalysisError(Problem("unreadable_formula", "the formula cannot be read", hint=hint)) from error
    matrix = np.asarray(built, dtype=np.float64)
    owners = [""] * matrix.shape[1]
    for term, where in built.model_spec.term_slices.items():
        owners[where] = [str(term)] * (where.stop - where.start)
    if not np.isfinite(matrix).all():
        message = "a function in the formula gives values that are not finite, for example log(0)"
        raise AnalysisError(
            Problem("not_finite", message, key="formula", hint="transform or recode the variable first")
        )
    return matrix, built.model_spec, list(built.model_spec.column_names), [block_of[owner] for owner in owners], owners


def _check_terms(texts: list[str], columns: Sequence[Column], nominal: Mapping[str, object]) -> None:
    if "1" not in texts:
        raise AnalysisError(
            Problem("no_intercept", "a model needs its intercept", key="formula", hint="leave out '-1'")
        )
    if len(texts) == 1:
        raise AnalysisError(Problem("no_predictor", "the model has no predictor", hint="name one in blocks"))
    names = _Names(columns, {})
    for text in texts:
        parts = text.split(":")
        absent = [part for part in parts if len(parts) > 1 and part not in texts]
        if absent:
            both = "*".join(names.name(part) for part in parts)
            message = f"the product {names.name(text)} stands without {names.name(absent[0])}"
            raise AnalysisError(Problem("product_alone", message, key="blocks", hint=f"write '{both}'"))
        inside = [short for short in re.findall(r"v\d+", text) if short in nominal and short not in parts]
        if inside:
            message = f"a function of the categories of {names.name(inside[0])} has no meaning"
            raise AnalysisError(
                Problem("function_of_categories", message, key="formula", hint="take it out of the brackets")
            )


class _Names:
    """From short names back to the names of variables and categories."""

    _PART = re.compile(r"v(\d+)(?:\[(?:T\.)?c(\d+)\])?")

    def __init__(self, columns: Sequence[Column], nominal: Mapping[str, list[tuple[str, int]]]) -> None:
        self._infos = [column.info for column in columns]
        self._nominal = nominal

    def name(self, short: str) -> str:
        return self._PART.sub(lambda match: self._put(match, title=False), short)

    def label(self, short: str) -> str:
        parts = (self._PART.sub(lambda match: self._put(match, title=True), part) for part in short.split(":"))
        return " × ".join(re.sub(r"^I\((.+) \*\* 2\)$", r"\1²", part) for part in parts)

    def _put(self, match: re.Match[str], *, title: bool) -> str:
        info = self._infos[int(match[1])]
        variable = info.title if title else info.name
        if match[2] is None:
            return variable
        category = self._nominal[f"v{match[1]}"][int(match[2])][0]
        return f"{variable}: {category}" if title else f"{variable}[{category}]"

    def people(self, short: str) -> tuple[tuple[str, int], ...]:
        groups = {}
        for match in self._PART.finditer(short):
            if match[2] is not None:
                for position in (int(match[2]), 0):
                    groups[self.name(f"v{match[1]}[c{position}]")] = self._nominal[f"v{match[1]}"][position][1]
        return tuple(groups.items())

    def reference(self, short: str) -> str:
        match = self._PART.fullmatch(short)
        return self.name(f"v{match[1]}[c0]") if match and match[2] is not None else ""

    def categories(self, short: str) -> tuple[tuple[str, str, int], ...]:
        members = enumerate(self._nominal[short])
        return tuple((self.name(f"{short}[c{k}]"), category, people) for k, (category, people) in members)


def _two_values(name: str, values: NDArray[np.float64]) -> tuple[tuple[str, int], ...]:
    """Return the two groups of a column that has two values only."""
    low, high = values.min(), values.max()
    at_low, at_high = int((values == low).sum()), int((values == high).sum())
    return ((f"{name} = {low:g}", at_low), (f"{name} = {high:g}", at_high)) if at_low + at_high == len(values) else ()
