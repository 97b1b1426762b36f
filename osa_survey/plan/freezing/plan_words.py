"""A plan in words: names of variables as titles, settings and their values without the names of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from osa_survey import formatting
from osa_survey.analysis.multiplicity import ADJUSTMENT_TITLES
from osa_survey.languages import SOURCE, translation, worded
from osa_survey.plan.study_file import AnalysisEntry
from osa_survey.plan.study_folder import Study
from osa_survey.plan.verb_titles import VERB_TITLES

NAME = re.compile(r"[^\W\d]\w*")
FORMULA = re.compile(r"[*:~+|()]")
TITLES = {
    "by": "by",
    "x": "independent variable",
    "y": "dependent variable",
    "m": "completed sets",
    "yes": "counts as yes",
    "of": "equivalence of",
    "at": "values of the moderator",
    "errors": "kind of standard errors",
    "draws": "resamples",
    "rake": "margins",
    "fpc": "finite populations",
    "nest": "clusters numbered within strata",
    "lonely": "strata with one cluster",
    "outside": "respondents without a target",
    "trim": "largest weight (multiple of the mean)",
    "trim_below": "smallest weight (multiple of the mean)",
    "below": "below a standard deviation of",
    "above": "above a share of",
    "below_median_share": "below a share of the median time of",
}
"""Settings whose name does not say what they are; the others are said as they are named."""
SOURCE_KEY = "source"
QUOTED = {"en": "“{}”", "de": "„{}“"}


@dataclass(frozen=True)
class PlanWords:
    """Says parts of a plan in a language.

    Attributes
    ----------
    language : str
        The language of the report.
    titles : mapping of str to str
        Variable or score → its title.
    """

    language: str
    titles: Mapping[str, str]

    def said(self, text: str, *values: str) -> str:
        """Return a text of the catalogue of documents, its places filled with what is said already."""
        return worded(self.language, text, *values)

    def word(self, text: str) -> str:
        """Return a word of plans, or a word as it is."""
        found = translation(text, self.language, "plans")
        return text if found is None else found

    def setting(self, name: str) -> str:
        """Return what a setting is called."""
        return self.word(TITLES.get(name, name.replace("_", " ")))

    def settings(self, named: Mapping[str, Any]) -> list[str]:
        """Return settings one by one, each with its value."""
        return [f"{self.setting(name)}: {self.value(value)}" for name, value in named.items()]

    def title(self, name: str) -> str:
        """Return the title of a variable or score, or its name."""
        return self.titles.get(name, name)

    def quantity(self, text: str) -> str:
        """Return a text of the program that names variables, such as "mean of age", with their titles."""
        return self.word(NAME.sub(lambda found: self.titles.get(found[0], found[0]), text))

    def adjustment(self, name: object) -> str:
        """Return what a way to adjust p is called."""
        return self.word(ADJUSTMENT_TITLES.get(str(name), str(name).replace("_", " ")))

    def analysis(self, entry: AnalysisEntry) -> str:
        """Return an analysis: its id, its kind, its settings, and the hypothesis it tests."""
        parts = [f"{entry.id}: {self.word(VERB_TITLES.get(entry.do, entry.do))}"]
        parts += self.settings(entry.arguments)
        if entry.tests:
            parts.append(self.said("tests {0}", entry.tests))
        return "; ".join(parts)

    def effect(self, named: Mapping[str, Any]) -> str:
        """Return a smallest effect: its sizes, and where they come from."""
        sizes = ", ".join(f"{name} = {self.value(value)}" for name, value in named.items() if name != SOURCE_KEY)
        return sizes + self._source(named)

    def value(self, value: Any) -> str:
        """Return the value of a setting."""
        if isinstance(value, bool):
            return self.word("true" if value else "false")
        if isinstance(value, int | float):
            return formatting.shortest(float(value))
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple):
            return ", ".join(f"({self.value(part)})" if _holds(part) else self._quoted(str(part)) for part in value)
        return self._text(str(value))

    def _mapping(self, value: Mapping[str, Any]) -> str:
        parts = []
        for key, part in value.items():
            if key == SOURCE_KEY:
                continue
            said = self.titles.get(key) or self.setting(key)
            parts.append(f"{said} ({self.value(part)})" if _holds(part) else f"{said} {self.value(part)}")
        return ", ".join(parts) + self._source(value)

    def _source(self, value: Mapping[str, Any]) -> str:
        return " " + self.said("(source: {0})", str(value[SOURCE_KEY])) if value.get(SOURCE_KEY) else ""

    def _quoted(self, text: str) -> str:
        """Return a text that stands among others, with quotation marks where a comma is its own."""
        said = self._text(text)
        return QUOTED[self.language].format(said) if text in self.titles and "," in said else said

    def _text(self, text: str) -> str:
        if text in self.titles:
            return self.titles[text]
        if FORMULA.search(text):
            said = NAME.sub(lambda found: self._quoted(found[0]) if found[0] in self.titles else found[0], text)
            return said.replace(" * ", " × ")
        found = None if self.language == SOURCE else translation(text, self.language, "plans")
        return text.replace("_", " ") if found is None else found


def _holds(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def plan_words(study: Study) -> PlanWords:
    """Return what says parts of the plan of a study in the language of its report."""
    titles = dict(_titles(study))
    return PlanWords(study.file.report.language, titles)


def _titles(study: Study) -> Iterable[tuple[str, str]]:
    for name, entry in study.said_codebook.variables.items():
        title = entry.title or name
        yield name, title
        for option in entry.columns:
            yield f"{name}_{option}", f"{title}: {option.replace('_', ' ')}"
    library = study.said_library
    for block, content in study.codebook.blocks.items():
        instrument = library.instrument(content.instrument)
        for scale in instrument.scales:
            yield f"{block}_{scale.id}", f"{instrument.short_title}: {scale.title}"
