"""What can go wrong, said so that a person can mend it.

Every error carries a table of problems: all are collected first and raised once.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SHOWN_PROBLEMS = 8


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, and what to do next.

    Attributes
    ----------
    code : str
        A stable word, for example ``"missing_column"``.
    message : str
        What was found, without any respondent's text.
    file, row, column, item : str, int
        Where. ``row`` is the row a spreadsheet shows; 0 and "" mean "does not apply".
    key : str
        The key path inside a definition, codebook or study file.
    hint : str
        What to do next.
    count : int
        How many cells, rows or entries this problem stands for.
    analysis : str
        The id of the analysis in the study file that the problem comes from.
    """

    code: str
    message: str
    file: str = ""
    row: int = 0
    column: str = ""
    item: str = ""
    key: str = ""
    hint: str = ""
    count: int = 1
    analysis: str = ""

    def where(self, words: Mapping[str, str] = MappingProxyType({})) -> str:
        """Return the place of the problem in words, those of a language if given, or an empty string."""
        named = (
            ("file", self.file),
            ("analysis", self.analysis),
            ("key", self.key),
            ("item", self.item),
            ("column", self.column),
        )
        parts = [f"{words.get(name, name)} '{value}'" for name, value in named if value]
        if self.row:
            parts.append(f"row {self.row}")
        return ", ".join(parts)

    def __str__(self) -> str:
        lines = [f"{self.code}: {self.message}" + (f" ({self.count} times)" if self.count > 1 else "")]
        if self.where():
            lines.append(f"  at: {self.where()}")
        if self.hint:
            lines.append(f"  try: {self.hint}")
        return "\n".join(lines)


class OsaSurveyError(Exception):
    """Base class: a list of problems with one message.

    Parameters
    ----------
    problems : str or Problem or iterable of Problem
        A plain sentence becomes a single problem with the code of the class.

    Attributes
    ----------
    problems : tuple of Problem
        All problems that were found.
    """

    default_code = "error"
    exit_code = 2

    def __init__(self, problems: str | Problem | Iterable[Problem], *, hint: str = "") -> None:
        if isinstance(problems, str):
            problems = (Problem(self.default_code, problems, hint=hint),)
        elif isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.as_text())

    def as_text(self, most: int = SHOWN_PROBLEMS) -> str:
        """Return the problems as lines: all of them, or the first ones and how many are left.

        Parameters
        ----------
        most : int
            How many are shown.
        """
        problems = self.problems
        if len(problems) == 1:
            return str(problems[0])
        counts = Counter(problem.code for problem in problems)
        summary = ", ".join(f"{number} x {code}" for code, number in counts.items())
        shown = "\n".join(str(problem) for problem in problems[:most])
        rest = len(problems) - most
        more = f"\n… and {rest} more; the attribute 'table' of this error holds all" if rest > 0 else ""
        return f"{len(problems)} problems: {summary}\n{shown}{more}"

    @property
    def table(self) -> pd.DataFrame:
        """All problems, one row each."""
        import pandas as pd

        names = [field.name for field in fields(Problem)]
        return pd.DataFrame([[getattr(problem, name) for name in names] for problem in self.problems], columns=names)


class DefinitionError(OsaSurveyError):
    """An instrument, variable, codebook or study file breaks its format."""

    default_code = "definition"


class ResponseError(OsaSurveyError):
    """A raw export cannot be read, or holds answers its codebook does not declare."""

    default_code = "response"


class AdmissionError(OsaSurveyError):
    """Adulthood or consent cannot be shown, so nothing may be read further."""

    default_code = "no_way_to_show_adulthood"


class AnalysisError(OsaSurveyError):
    """An analysis cannot be done on these data or with these arguments."""

    default_code = "analysis"


class ArgumentError(AnalysisError, TypeError):
    """A public function was called with arguments it does not take; also a ``TypeError``, as Python has it."""

    default_code = "wrong_arguments"


class OutputError(OsaSurveyError):
    """A result cannot be written; what was there before is untouched."""

    default_code = "output"


def describe_value(value: object, *, declared: bool = False, seen: int = 1) -> str:
    """Return how a value may be shown in a message.

    A value is shown only if it is a declared option, a number, or was seen in five records or more;
    otherwise only its kind and length are named.

    Parameters
    ----------
    value : object
        The value of one cell.
    declared : bool
        Whether it is one of the declared options.
    seen : int
        In how many records it occurs.

    Returns
    -------
    str
        The text for a message.

    Examples
    --------
    >>> describe_value("secret")
    '<text, 6 characters>'
    >>> describe_value(7)
    '7'
    """
    text = str(value).strip()
    if declared or seen >= MINIMUM_RECORDS_TO_SHOW or _is_short_number(text):
        return text
    return f"<text, {len(text)} characters>"


MINIMUM_RECORDS_TO_SHOW = 5
LONGEST_SHOWN_NUMBER = 6
MOST_NAMES = 12


def _is_short_number(text: str) -> bool:
    """Tell whether a text is a number; long ones may be telephone numbers or ids and are not shown."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return len(text) <= LONGEST_SHOWN_NUMBER


def counted_findings(number: int) -> str:
    """Return a number of findings in words.

    Examples
    --------
    >>> counted_findings(1), counted_findings(2)
    ('1 finding', '2 findings')
    """
    return "1 finding" if number == 1 else f"{number} findings"


def nearest(name: str, known: Sequence[str], *, most: int = 3, all_in: str = "") -> str:
    """Return a hint naming the nearest known names.

    Parameters
    ----------
    name : str
        What was written.
    known : sequence of str
        The names there are.
    most : int
        How many near ones are named.
    all_in : str
        Where all of them can be read, said where they are too many to be named.

    Examples
    --------
    >>> nearest("gendr", ["gender", "age"])
    "did you mean 'gender'?"
    """
    alike = [item for item in known if _bare(item) == _bare(name)]
    close = alike or difflib.get_close_matches(name, list(known), n=most, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"'{item}'" for item in close) + "?"
    if not known:
        return "no names are known here"
    rest = len(known) - MOST_NAMES
    more = f" and {rest} more" + (f": {all_in}" if all_in else "") if rest > 0 else ""
    return "known names: " + ", ".join(f"'{item}'" for item in list(known)[:MOST_NAMES]) + more


def _bare(name: str) -> str:
    """Return a name without what is often typed another way: case, spaces, hyphens, underscores, dots."""
    return re.sub(r"[\W_]", "", name).casefold()
