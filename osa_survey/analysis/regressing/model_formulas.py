"""Predictors as people write them ("age", "age:gender", an R-style formula) become checked text for the formula engine.

Formulas are data, not programs: only variable names, numbers, operators and a short list of functions pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from osa_survey.errors import AnalysisError, Problem, nearest

Blocks = Sequence[str] | Sequence[Sequence[str]]
FUNCTIONS = ("I", "log", "log10", "exp", "sqrt", "center", "scale", "poly", "bs", "cr")
"""``poly(x, 2)`` are orthogonal polynomials, ``bs(x, df=4)`` B-splines and ``cr(x, df=4)`` natural cubic splines."""
KEYWORDS = ("df", "degree")
OPERATORS = frozenset(("+", "-", ":", "*", "**", "/", "(", ")", "~", ",", "="))
_CALL = re.compile(rf"\s*(?:{'|'.join(FUNCTIONS)})\(")
_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>`[^`]+`)|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<number>\d+(?:\.\d+)?)|(?P<operator>\*\*|\^|\S))"
)


@dataclass(frozen=True)
class ModelTerms:
    """What the formula engine gets.

    Attributes
    ----------
    blocks : tuple of str
        The right-hand side of each block, with variables called ``v0``, ``v1``, …
    variables : tuple of str
        The variables by their own names; position = number in the short name.
    """

    blocks: tuple[str, ...]
    variables: tuple[str, ...]


def terms_of_blocks(blocks: Blocks) -> ModelTerms:
    """Return the terms of blocks of predictor names.

    Parameters
    ----------
    blocks : sequence of str or of sequence of str Each inner sequence enters together; names alone are one block.
    ``"a:b"`` is a product, ``"a*b"`` both predictors and their product.

    Examples
    --------
    >>> terms_of_blocks([["age"], ["age*religious"]])
    ModelTerms(blocks=('v0', 'v0*v1'), variables=('age', 'religious'))
    """
    known: dict[str, str] = {}
    texts = []
    problems = []
    nested = [[entry] if isinstance(entry, str) else list(entry) for entry in blocks]
    if all(isinstance(entry, str) for entry in blocks):
        nested = [[name for entry in nested for name in entry]]
    for block in nested:
        terms = []
        for entry in block:
            if _CALL.match(entry):
                terms.append(_text(entry, known))
                continue
            parts = re.split(r"([:*])", entry)
            if any(not part.strip() for part in parts):
                hint = "write one predictor, 'a:b' for a product or 'a*b' for both predictors and their product"
                problems.append(Problem("unreadable_term", f"'{entry}' is no predictor", key="blocks", hint=hint))
                continue
            terms.append("".join(part if part in ":*" else _short(part.strip(), known) for part in parts))
        if not block:
            problems.append(Problem("empty_block", "a block has no predictor", key="blocks", hint="leave it out"))
        texts.append(" + ".join(terms))
    if problems:
        raise AnalysisError(problems)
    return ModelTerms(tuple(texts), tuple(known))


def terms_of_formula(formula: str) -> tuple[str, ModelTerms]:
    """Return the outcome and the terms of an R-style formula.

    Parameters
    ----------
    formula : str
        ``outcome ~ predictors``; a name with blanks stands in backticks; ``^`` and ``**`` are powers inside ``I(…)``.

    Returns
    -------
    outcome : str
        The name on the left.
    terms : ModelTerms
        The right-hand side, as one block.

    Raises
    ------
    AnalysisError
        If the formula is not one, or holds anything but names, numbers, operators and the functions of ``FUNCTIONS``.

    Examples
    --------
    >>> terms_of_formula("affairs ~ age * religious + I(age^2)")
    ('affairs', ModelTerms(blocks=('v0 * v1 + I( v0 ** 2 )',), variables=('age', 'religious')))
    """
    left, tilde, right = formula.partition("~")
    outcome = left.strip().strip("`")
    if not tilde or not outcome or not right.strip() or "~" in right or re.search(r"[()+*:^]", outcome):
        hint = "write 'outcome ~ predictor + predictor' with the name of a variable on the left"
        raise AnalysisError(Problem("unreadable_formula", "this is no formula", key="formula", hint=hint))
    known: dict[str, str] = {}
    return outcome, ModelTerms((_text(right, known),), tuple(known))


def _text(right: str, known: dict[str, str]) -> str:
    """Return the right-hand side of a formula, or a function in a block, as the formula engine reads it."""
    tokens = []
    for match in _TOKEN.finditer(right):
        if match["quoted"]:
            tokens.append(_short(match["quoted"].strip("`"), known))
        elif match["name"]:
            follows = right[match.end() :].lstrip()
            if follows.startswith("(") or (follows.startswith("=") and match["name"] in KEYWORDS):
                tokens.append(match["name"] if follows.startswith("=") else _function(match["name"]))
            else:
                tokens.append(_short(match["name"], known))
        elif match["number"]:
            tokens.append(match["number"])
        else:
            operator = "**" if match["operator"] == "^" else match["operator"]
            if operator not in OPERATORS:
                hint = "names with other signs stand in backticks; operators are + - : * ^ ( )"
                message = f"the sign '{operator}' cannot stand in a formula"
                raise AnalysisError(Problem("unreadable_formula", message, key="formula", hint=hint))
            tokens.append(operator)
    text = " ".join(tokens).replace(" ,", ",").replace(" = ", "=")
    return re.sub(r"\b([A-Za-z]\w*) \(", r"\1(", text)  # the engine knows a function by its bracket


def _function(name: str) -> str:
    if name in FUNCTIONS:
        return name
    if name in ("C", "factor", "as.factor"):
        hint = "declare it as nominal in the codebook, make it a pandas Categorical, or name it in as_categories"
    else:
        hint = nearest(name, FUNCTIONS)
    message = f"'{name}(…)' cannot stand in a formula"
    raise AnalysisError(Problem("unknown_function", message, key="formula", hint=hint))


def _short(name: str, known: dict[str, str]) -> str:
    return known.setdefault(name, f"v{len(known)}")
