"""Statistics as a text states them: tests with degrees of freedom and p, means, shares, intervals, counts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from osa_survey.report.verification.numbers_in_text import NUMBER, SIGNS, Number, read_number

VALUE = rf"[{SIGNS}]?{NUMBER}"
P = rf"p\s*(?P<relation>[<>=≤≥])\s*(?P<p>{NUMBER})"
TEST = re.compile(
    rf"(?<!\w)(?P<name>χ²|χ2|X²|X2|t|F|z|Z|H|Q|r|r_s|ρ)\s*"
    rf"(?:\(\s*(?P<df1>{NUMBER}|∞)(?:\s*[,;]\s*(?P<df2>{NUMBER}|∞))?(?:\s*[,;]\s*[nN]\s*=\s*{NUMBER})?\s*\))?"
    rf"\s*=\s*(?P<value>{VALUE})(?:\s*[,;]\s*{P})?"
)
LONE_P = re.compile(rf"(?<!\w){P}")
INTERVAL = re.compile(rf"(?:CI|KI)\s*(?:=\s*)?\[\s*(?P<low>{VALUE})\s*%?\s*[,;]\s*(?P<high>{VALUE})\s*%?\s*\]")
LABELS = "M|SD|SE|Mdn|OR|IRR|RRR|B|β|α|ω|d|g|n|N|η²|ω²|ε²|R²|ΔR²|V|φ"
LABELLED = re.compile(rf"(?<![\w.])(?P<label>{LABELS})\s*=\s*(?P<value>{VALUE})")
PERCENT = re.compile(rf"(?<![\w.,])(?P<value>{VALUE})\s?%(?!\s*(?:CI|KI|confid|-KI))")
SHARE = re.compile(rf"(?<![\w.,])(?P<part>\d[\d,]*)\s+(?:of|von)\s+(?P<whole>\d[\d,]*)\s*\((?P<share>{NUMBER})\s?%\)")


@dataclass(frozen=True)
class StatedTest:
    """A test as stated: its name, value, degrees of freedom (∞ is infinite, NaN is absent), and p with its relation."""

    name: str
    value: Number
    df1: float
    df2: float
    relation: str
    p: Number | None
    text: str


@dataclass(frozen=True)
class StatedNumber:
    """A number as stated and what the text calls it: a label, ``percent``, ``p``."""

    label: str
    value: Number
    text: str


@dataclass(frozen=True)
class Statements:
    """Everything one sentence states."""

    tests: tuple[StatedTest, ...]
    numbers: tuple[StatedNumber, ...]
    intervals: tuple[tuple[Number, Number, str], ...]
    shares: tuple[tuple[Number, Number, Number, str], ...]


def statements_of(sentence: str) -> Statements:
    """Return the statistics of a sentence.

    Examples
    --------
    >>> found = statements_of("Men scored higher (M = 23.56), t(98) = 2.10, p = .038, g = 0.42 [0.02, 0.83].")
    >>> found.tests[0].name, found.tests[0].df1, [one.label for one in found.numbers]
    ('t', 98.0, ['M', 'g'])
    """
    tests, covered = [], []
    for match in TEST.finditer(sentence):
        if match["name"] in ("r", "ρ", "r_s", "z", "Z", "H", "Q") and match["p"] is None and match["df1"] is None:
            continue
        tests.append(
            StatedTest(
                match["name"].replace("χ2", "χ²").replace("X2", "χ²").replace("X²", "χ²"),
                read_number(match["value"]),
                _df(match["df1"]),
                _df(match["df2"]),
                match["relation"] or "",
                read_number(match["p"]) if match["p"] else None,
                match[0],
            )
        )
        covered.append(match.span())
    numbers = [
        StatedNumber(match["label"], read_number(match["value"]), match[0])
        for match in LABELLED.finditer(sentence)
        if not _inside(match.start(), covered)
    ]
    numbers += [
        StatedNumber("p" if match["relation"] == "=" else "bound", read_number(match["p"]), match[0])
        for match in LONE_P.finditer(sentence)
        if not _inside(match.start(), covered)
    ]
    intervals = [
        (read_number(match["low"]), read_number(match["high"]), match[0]) for match in INTERVAL.finditer(sentence)
    ]
    shares = [
        (read_number(match["part"]), read_number(match["whole"]), read_number(match["share"]), match[0])
        for match in SHARE.finditer(sentence)
    ]
    numbers += [StatedNumber("percent", read_number(match["value"]), match[0]) for match in PERCENT.finditer(sentence)]
    return Statements(tuple(tests), tuple(numbers), tuple(intervals), tuple(shares))


def _df(text: str | None) -> float:
    if text is None:
        return math.nan
    return math.inf if text == "∞" else read_number(text).value


def _inside(start: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start < high for low, high in spans)
