"""Statistics as a text states them: tests with degrees of freedom and p, means, shares, intervals, counts."""

from __future__ import annotations

import math
import re

from osa_survey.report.verification.numbers_in_text import NUMBER, SIGNS, read_number
from osa_survey.report.verification.statements import StatedInterval, StatedNumber, StatedTest, Statements, inside
from osa_survey.report.verification.worded_statistics import worded_numbers

VALUE = rf"[{SIGNS}]?{NUMBER}"
P = rf"p\s*(?P<relation>[<>=≤≥])\s*(?P<p>{NUMBER})"
TEST = re.compile(
    rf"(?<!\w)(?P<name>χ²|χ2|X²|X2|t|F|z|Z|H|Q|r|r_s|ρ)\s*"
    rf"(?:\(\s*(?P<df1>{NUMBER}|∞)(?:\s*[,;]\s*(?P<df2>{NUMBER}|∞))?(?:\s*[,;]\s*[nN]\s*=\s*{NUMBER})?\s*\))?"
    rf"\s*=\s*(?P<value>{VALUE})(?:\s*(?:[,;]|(?P<open>\())\s*{P}(?(open)(?=[^()]*\))))?"
)
LONE_P = re.compile(rf"(?<!\w){P}")
LEVEL = r"(?:(?<![\w.,])(?P<level>\d\d(?:\.\d+)?)\s?-?%-?\s?)?"
INTERVAL = re.compile(
    rf"{LEVEL}(?:CI|KI)(?:\s*[=:]?\s*\[\s*(?P<low>{VALUE})\s*%?\s*[,;]\s*(?P<high>{VALUE})\s*%?\s*\]"
    rf"|\s*[=:,]?\s*(?:from\s+|von\s+|\(\s*)?(?P<from>{VALUE})\s*%?\s*(?:to|bis|[–,;])\s*(?P<to>{VALUE}))"
)
LABELS = (
    "M|SD|SE|Mdn|OR|IRR|RRR|B|β|α|ω|d|g|n|N|r|r_s|ρ|τ|κ|η²|ω²|ε²|R²|R2|ΔR²|ΔR2|V|φ"
    "|CFI|TLI|RMSEA|SRMR|AUC|ICC|VIF|AIC|BIC"
)
LABELLED = re.compile(rf"(?<![\w.])(?P<label>{LABELS})\s*=\s*(?P<value>{VALUE})")
PERCENT = re.compile(
    rf"(?<![\w.,])(?P<value>{VALUE})(?:\s?%(?!\s*-?(?:CI|KI|confid))|\s+(?:per\s?cent|Prozent)\b(?!\s*(?:confid|KI)))"
)
SHARE = re.compile(rf"(?<![\w.,])(?P<part>\d[\d,]*)\s+(?:of|von)\s+(?P<whole>\d[\d,]*)\s*\((?P<share>{NUMBER})\s?%\)")
NEEDS_MORE = ("r", "ρ", "r_s", "z", "Z", "H", "Q")
"""Names that are no test without degrees of freedom or p."""


def statements_of(sentence: str) -> Statements:
    """Return the statistics of a sentence.

    Examples
    --------
    >>> found = statements_of("Men scored higher (M = 23.56), t(98) = 2.10, p = .038, g = 0.42 [0.02, 0.83].")
    >>> found.tests[0].name, found.tests[0].df1, [one.label for one in found.numbers]
    ('t', 98.0, ['M', 'g'])
    >>> statements_of("The odds ratio was 3.44.").numbers[0].label
    'OR'
    """
    tests = []
    for match in TEST.finditer(sentence):
        if match["name"] in NEEDS_MORE and match["p"] is None and match["df1"] is None:
            continue
        tests.append(
            StatedTest(
                match["name"].replace("χ2", "χ²").replace("X2", "χ²").replace("X²", "χ²"),
                read_number(match["value"]),
                _df(match["df1"]),
                _df(match["df2"]),
                match["relation"] or "",
                read_number(match["p"]) if match["p"] else None,
                match[0] + (")" if match["open"] else ""),
                match.span(),
            )
        )
    covered = [test.span for test in tests]
    intervals = [_interval(match) for match in INTERVAL.finditer(sentence)]
    numbers = [
        StatedNumber(match["label"].replace("R2", "R²"), read_number(match["value"]), match[0], match.span())
        for match in LABELLED.finditer(sentence)
        if not inside(match.start(), covered)
    ]
    numbers += [
        StatedNumber("p" if match["relation"] == "=" else "bound", read_number(match["p"]), match[0], match.span())
        for match in LONE_P.finditer(sentence)
        if not inside(match.start(), covered)
    ]
    shares = [
        (read_number(match["part"]), read_number(match["whole"]), read_number(match["share"]), match[0])
        for match in SHARE.finditer(sentence)
    ]
    numbers += [
        StatedNumber("percent", read_number(match["value"]), match[0], match.span())
        for match in PERCENT.finditer(sentence)
    ]
    covered += [interval.span for interval in intervals]
    covered += [number.span for number in numbers]
    numbers += worded_numbers(sentence, covered)
    return Statements(tuple(tests), tuple(numbers), tuple(intervals), tuple(shares))


def _interval(match: re.Match[str]) -> StatedInterval:
    low, high = (read_number(match[name] or match[other]) for name, other in (("low", "from"), ("high", "to")))
    level = read_number(match["level"]) if match["level"] else None
    return StatedInterval(low, high, level, match[0], match.span())


def _df(text: str | None) -> float:
    if text is None:
        return math.nan
    return math.inf if text == "∞" else read_number(text).value
