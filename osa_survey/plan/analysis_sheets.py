"""What an analysis of a study file takes, on a page: its arguments with kinds and defaults, and one entry."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.plan.analysis_arguments import Argument, analysis_names, arguments_of, summary_of
from osa_survey.plan.analysis_examples import example_of
from osa_survey.plan.analysis_synonyms import analysis_called, names_elsewhere

WIDTH = 100
COMMON = (
    "Every entry also takes title, tests and tested (a hypothesis of the study file), missing and weights with reason "
    "(where it departs from [missing_data] or [weights])."
)


@dataclass(frozen=True)
class AnalysisSheet:
    """One analysis of a study file.

    Attributes
    ----------
    name, summary : str
        What ``do`` calls it, and what it does.
    arguments : tuple of Argument
        What it takes, required arguments first.
    example : str
        One entry of a study file, as TOML.
    """

    name: str
    summary: str
    arguments: tuple[Argument, ...]
    example: str

    def as_text(self) -> str:
        """Return the sheet as lines for a terminal."""
        lines = [f"{self.name}: {self.summary}", "", *self.example.splitlines(), ""]
        for one in self.arguments:
            lines.append(f"{one.name}: {one.takes}{_by_default(one)}")
            lines += textwrap.wrap(plain(one.text), WIDTH, initial_indent="    ", subsequent_indent="    ")
        return "\n".join([*lines, "", *textwrap.wrap(COMMON, WIDTH)])

    def as_dict(self) -> dict[str, Any]:
        """Return the sheet as plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class AnalysisList:
    """Analyses a study file can name.

    Attributes
    ----------
    sheets : tuple of AnalysisSheet
        The analyses.
    """

    sheets: tuple[AnalysisSheet, ...]

    def as_text(self) -> str:
        """Return one line for each analysis."""
        width = max((len(one.name) for one in self.sheets), default=0)
        lines = [f"{one.name:<{width}}  {one.summary}" for one in self.sheets]
        return "\n".join([*lines, "", "arguments and an example: osa-survey analyses show NAME"])

    def as_dict(self) -> dict[str, Any]:
        """Return the sheets as plain values for JSON."""
        return {"analyses": [one.as_dict() for one in self.sheets]}


def analysis_sheet(name: str) -> AnalysisSheet:
    """Return what an analysis of a study file takes.

    Parameters
    ----------
    name : str
        What ``do`` calls it, or what other programs call it.

    Raises
    ------
    DefinitionError
        ``unknown_analysis``, with the nearest names.

    Examples
    --------
    >>> [one.name for one in analysis_sheet("t-test").arguments][:2]
    ['outcome', 'by']
    """
    names = analysis_names()
    found = name if name in names else analysis_called(name)
    if not found:
        raise DefinitionError(Problem("unknown_analysis", f"there is no analysis '{name}'", hint=nearest(name, names)))
    return AnalysisSheet(found, summary_of(found), arguments_of(found), example_of(found))


def list_analyses(words: str | Sequence[str] = ()) -> AnalysisList:
    """Return the analyses a study file can name, those with all the words in name, summary or names elsewhere.

    Parameters
    ----------
    words : str or sequence of str
        Words to look for; by default all analyses.
    """
    wanted = [word.casefold() for word in (words.split() if isinstance(words, str) else words)]
    sheets = [analysis_sheet(name) for name in analysis_names()]
    searched = {
        one.name: f"{one.name} {one.summary} {' '.join(names_elsewhere(one.name))}".casefold() for one in sheets
    }
    return AnalysisList(tuple(one for one in sheets if all(word in searched[one.name] for word in wanted)))


def plain(text: str) -> str:
    """Return a text of a docstring without its marks."""
    return re.sub(r"``?([^`]*)``?", r"\1", text)


def _by_default(one: Argument) -> str:
    if one.default == "required":
        return " (required)"
    return f" (by default {one.default})" if one.default else " (optional)"
