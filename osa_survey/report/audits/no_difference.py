"""Claims that there is no difference, without a test that could show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditedAnalysis, AuditSubject, Remark, Texts

CLAIM = re.compile(
    r"\bno (?:significant )?(?:differences?|effects?|associations?|relations?|relationships?|correlations?)\b"
    r"|\b(?:do|does|did) not differ\b|\bnot (?:significantly )?(?:different|associated|related|correlated)\b"
    r"|\bequivalent\b|\bequally\b"
    r"|\bkein\w* (?:signifikant\w+ )?(?:Unterschied|Zusammenhang|Effekt|Korrelation)\w*"
    r"|\bunterscheiden sich nicht\b|\bunterscheidet sich nicht\b|\bhängt nicht\b|\bhängen nicht\b|\bäquivalent\b",
    re.IGNORECASE,
)
TEXTS: Texts = {
    "no_difference_untested": {
        "en": (
            "'{words}' is claimed, and no equivalence test is among the analyses",
            "a p above .05 shows no equality: test against the smallest effect of interest, or report the interval",
        ),
        "de": (
            "'{words}' wird behauptet, und kein Äquivalenztest ist unter den Analysen",
            "ein p über ,05 zeigt keine Gleichheit: gegen den kleinsten bedeutsamen Effekt testen oder das Intervall "
            "berichten",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each claim of no difference in a study without an equivalence test."""
    if any(_tests_equivalence(analysis) for analysis in subject.analyses):
        return
    for place, text in subject.words():
        match = CLAIM.search(text)
        if match is not None:
            yield Remark("no_difference_untested", place, {"words": match[0]})


def _tests_equivalence(analysis: AuditedAnalysis) -> bool:
    named = [analysis.do, *analysis.arguments, *(table.method for table in analysis.tables())]
    return any("equivalence" in name.casefold() or "tost" in name.casefold().split("_") for name in named)
