"""Common English words in the texts of documents: HTML, Word, Markdown, plain text, and the words of figures."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

ENGLISH = frozenset(
    """
    the of and with by from for to as at been than that this these which who whom whose all any none each every
    between without within under above below not no is are were has have had does did it its then there or on
    mean means total sum score scores scale scales item items count counts number numbers age gender group groups
    missing source shown answer answers answered asked question questions people person persons participants respondent
    respondents record records value values level levels size sizes share shares percentage percent interval intervals
    confidence weights weighted unweighted table figure notes see report study studies data file files column columns
    row rows variable variables label labels type analysis analyses effect effects smallest largest lowest highest
    difference differences outcome outcomes predictor predictors terms models fitted estimate estimates error errors
    deviation range rate rates reason reasons excluded exclusion exclusions included kept left dropped consent checked
    finding findings year years month months day days time times week weeks yes nobody nothing never always often
    rarely sometimes woman women man's men education country countries language languages methods software computed
    calculated declared unknown reference category categories text page title written read used using one two three four
    five six seven eight nine ten more most less least few fewer much some new old high low higher lower true false how
    what why when where whether because but can could may might must should will would own other others another both
    only same hypothesis hypotheses family primary secondary exploratory confirmatory raw codebook identifier
    identifiers numeric string date dates scoring scored planned covariates covariate chosen given based adjusted
    simultaneous sample samples wave waves correlation correlations coefficient reliability loading loadings
    prevalence frequency distribution description comparison summary overview hidden suppressed removed added changed
    """.split()  # noqa: SIM905 - a page of words is read more easily than a list of strings
)
"""Words that no German text of the program has; those that German shares (in, an, was, Median, …) are left out."""
NOUNS = frozenset("Item Items OR Person Rate Score Scores Software Text Variable Wave".split())  # noqa: SIM905
"""With a capital letter these are German."""
NO_WORDS = (
    r"`[^`]*`",  # code
    r"https?://\S+",
    r"\b[0-9a-f]{16,}\b",  # digests
    r"\b[\w-]+(?:/[\w.-]+)+",  # paths and ids of definitions
    r"\b\w+_\w+\b",  # names of columns and settings
    r"\[[a-z_.]+\] [a-z_]+",  # keys of the study file
    r"\b[a-z_]+ = '[^']*'",  # lines for the study file
    r"Schlüssel '[^']*'",
    r"\{.*\}",  # what a plan said before and says now
    r"\b(?:study|codebook)\.\S+",
    r"^(?:study|codebook|template)$",  # files by the name of their hash
    r"^Harmonisiert als .*",
    r"\[\[\w+\]\]|„[a-z_]+“|osa-survey \w+",  # tables, analyses and commands to write
    r"\((?:gender|sex)\)",  # the English terms that the guideline tells apart
    r"[Pp]redictive [Mm]ean [Mm]atching",
    r"\b[\w.-]+\.(?:toml|csv|jsonl|svg|html|docx|md)\b",
    r"^\S+: (?=\S)",  # the code of a remark, a label of the study
)
"""What looks like words and is none: names that stand in files of the study."""
SOURCE = re.compile(r"\(\d{4}[a-z]?\)\. |^Quelle: |doi\.org|doi:10\.")
"""A printed source keeps its language."""
POINT = re.compile(r"(?<![\w.,/-])\d*\.\d{1,2}(?![\w.]|\.\d)|(?<![\d.])\d+\.\d{4,}")
"""A number with a decimal point; groups of thousands, versions and paths are none."""
HIDDEN = (r"<style.*?</style>", r"<defs>.*?</defs>", r"<metadata>.*?</metadata>", r'<span class="name">[^<]*</span>')
INLINE = re.compile(r"</?(?:b|i|em|strong|sup|sub|a|span|small|tspan)\b[^>]*>")
WORD = re.compile(r"[^\W\d_]+")


def english_in(path: Path) -> dict[str, list[str]]:
    """Return text → the English words in it, for every text of a document that holds one."""
    found = {}
    for text in dict.fromkeys(texts_of_file(path)):
        if ENGLISH.isdisjoint(WORD.findall(text.casefold())) or SOURCE.search(text):
            continue
        said = text
        for pattern in NO_WORDS:
            said = re.sub(pattern, " ", said)
        words = {word.casefold() for word in WORD.findall(said) if word not in NOUNS}
        if wrong := sorted(words & ENGLISH):
            found[text] = wrong
    return found


def points_in(path: Path) -> list[str]:
    """Return the texts of a document in which a number has a decimal point."""
    return [text for text in texts_of_file(path) if POINT.search(text) and not SOURCE.search(text)]


def texts_of_file(path: Path) -> Iterator[str]:
    """Yield the texts of a document, without its markup."""
    if path.suffix in (".html", ".svg"):
        yield from _texts_of_page(path.read_text(encoding="utf-8"))
    elif path.suffix == ".docx":
        yield from _texts_of_word(path)
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        yield from (cell.strip() for line in lines for cell in line.split(" | ") if cell.strip())


def _texts_of_page(page: str) -> Iterator[str]:
    yield from (text.strip() for text in re.findall(r"<!-- (.*?) -->", page, flags=re.S))
    for hidden in HIDDEN:
        page = re.sub(hidden, "", page, flags=re.S)
    told = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', page)
    found = [html.unescape(text).strip() for text in (*told, *re.findall(r">([^<]+)<", INLINE.sub("", page)))]
    yield from filter(None, found)


def _texts_of_word(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml|docProps/core\.xml", name):
                continue
            page = archive.read(name).decode("utf-8")
            yield from map(html.unescape, re.findall(r'\b(?:descr|title)="([^"]*)"', page))
            for paragraph in re.findall(r"<w:p[ >].*?</w:p>", page, flags=re.S):
                yield html.unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", paragraph)))
            if name.startswith("docProps"):
                yield from re.findall(r"<(?:dc:title|dc:subject|dc:description|cp:keywords)>([^<]+)<", page)
