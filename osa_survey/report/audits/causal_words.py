"""Words of cause and effect about people who were asked once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osa_survey.report.audits.subjects import AuditSubject, Remark, Texts

CAUSAL = re.compile(
    r"\beffects? of\b|\bimpact(?:s|ed)?\b|\bcaus(?:e|es|ed|ing|al)\b|\blead(?:s|ing)? to\b|\bled to\b"
    r"|\binfluenc(?:e|es|ed|ing)\b|\bdue to\b|\bresults? in\b|\bconsequences? of\b|\bprotects? against\b"
    r"|\bAuswirkung(?:en)?\b|\bEinfluss\b|\bbeeinfluss\w+|\bverursach\w+|\bführ(?:t|en) zu\b|\bbewirk\w+"
    r"|\bFolgen? (?:von|der|des)\b|\bUrsachen?\b|\bwirk(?:t|en) sich\b|\bkausal\w*",
    re.IGNORECASE,
)
TEXTS: Texts = {
    "causal_words": {
        "en": (
            "'{words}' speaks of cause and effect, and everyone was asked once",
            "write of differences, associations or predictors, or say on which design the claim rests",
        ),
        "de": (
            "'{words}' spricht von Ursache und Wirkung, und alle wurden einmal befragt",
            "von Unterschieden, Zusammenhängen oder Prädiktoren schreiben oder sagen, auf welchem Design es beruht",
        ),
    }
}


def check(subject: AuditSubject) -> Iterator[Remark]:
    """Yield a remark for each text with causal words in a study of one wave."""
    if subject.waves > 1:
        return
    for place, text in subject.words():
        match = CAUSAL.search(text)
        if match is not None:
            yield Remark("causal_words", place, {"words": match[0]})
