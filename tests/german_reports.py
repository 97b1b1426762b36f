"""Everything a report shows of a result in one language, and which of its words were left in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import matplotlib.pyplot as plt
from matplotlib.text import Text

from osa_survey import plots
from osa_survey.disclosure import Profile
from osa_survey.formatting import with_points
from osa_survey.languages import catalogue, in_language
from osa_survey.report.exhibits import tables_of
from osa_survey.report.messages import ABBREVIATIONS, MESSAGES
from osa_survey.report.tables import print_table
from osa_survey.results import Result

HOLE = re.compile(r"(?<!\w)–(?!\w)|\bnan\b|[\ue000\uf8ff]|:\s*(?:[;,]|\.(?!\d)|$)|\( *\)|,\s*[,;]")
"""A dash that is no part of a word or range, "nan", and what a number that was taken out would leave behind."""
WORD = re.compile(r"[^\W\d_]{3,}")
GERMAN = frozenset(
    word.casefold()
    for texts in (*catalogue("de").values(), MESSAGES["de"], ABBREVIATIONS["de"])
    for text in texts.values()
    for word in WORD.findall(text)
)
"""The words of the German texts: names and terms that both languages share are among them."""
SHARED = frozenset([
    "mdn", "aic", "bic", "vif", "rrr", "sr²", "δr²", "cfi", "srmr", "kmo", "rmsr", "caic", "sabic", "δχ²", "δcfi",
    "δrmsea", "δsrmr", "matrix", "orange", "forest", "plot", "cochran", "friedman", "hotelling", "kendall", "lawley",
    "little", "nagelkerke", "pillai", "roy", "welch", "wilcoxon", "wilks",
])  # fmt: skip
"""Further symbols, names of persons and words that both languages share."""


def texts_of(result: Result, profile: Profile, language: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a released result that a report shows, each with what it is; numbers alone are left out."""
    for name, table in tables_of(result):
        if len(table.frame):
            printed = print_table(table, profile, language, name)
            yield "title", printed.title
            yield "row head", printed.row_head
            for column in printed.columns:
                yield "head", column.head
                yield "head", column.spanner
            for row in printed.rows:
                yield "row", row.head
                for cell in row.cells:
                    yield "cell", cell.text
            for _, note in printed.notes:
                yield "note", note
        for sentence in table.sentences(language):
            yield "sentence", sentence
        if table.plot in plots.PLOTS and (len(table.frame) or table.more):
            yield "alternative text", plots.alt_text(table, language)
            yield "figure note", plots.figure_note(table, language)
            yield "figure title", in_language(plots.figure_title(table), language, "titles")
            figure = plots.draw(table, language=language).figure
            figure.canvas.draw()
            for artist in figure.findobj(Text):
                yield "figure", artist.get_text()
            plt.close("all")


def left_in_english(
    english: Iterable[tuple[str, str]], german: Iterable[tuple[str, str]], own: Iterable[str]
) -> set[str]:
    """Return words of the English texts that stand in the German ones too, but for own names and words both share."""
    ours = {word for name in own for word in words(name)} | SHARED | GERMAN
    before = {word for _, text in english for word in words(text)} - ours
    return {f"{kind}: {text} [{', '.join(sorted(both))}]" for kind, text in german if (both := words(text) & before)}


def holes_in(sentence: str) -> list[str]:
    """Return what stands in a sentence where a number should."""
    return HOLE.findall(sentence)


def words(text: str) -> set[str]:
    """Return the words of a text in small letters."""
    return {word.casefold() for word in WORD.findall(text)}


def in_points(sentence: str, language: str) -> str:
    """Return a sentence with decimal points, as the tables of the tests have them."""
    return with_points(sentence) if language == "de" else sentence
