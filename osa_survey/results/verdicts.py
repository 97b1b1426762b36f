"""What the gate decided about a result, and how a release note says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

RULES: dict[str, dict[str, str]] = {
    "threshold": {
        "en": "too few people, or a number that would give theirs back",
        "de": "zu wenige Personen, oder eine Zahl, die deren Zahl verriete",
    },
    "differencing": {
        "en": "would give it back together with another table",
        "de": "würde sie zusammen mit einer anderen Tabelle verraten",
    },
    "previous_release": {
        "en": "differs by a few people from an earlier release",
        "de": "unterscheidet sich um wenige Personen von einer früheren Veröffentlichung",
    },
    "full_cells": {
        "en": "a whole group gave the same answer",
        "de": "eine ganze Gruppe gab dieselbe Antwort",
    },
    "extremes": {"en": "smallest or largest value of one person", "de": "kleinster oder größter Wert einer Person"},
    "quantiles": {"en": "quantile with too few people beyond it", "de": "Quantil mit zu wenigen Personen jenseits"},
    "residual_df": {"en": "too few residual degrees of freedom", "de": "zu wenige Residualfreiheitsgrade"},
    "dominance": {"en": "a few people contribute nearly all", "de": "wenige Personen tragen fast alles bei"},
    "partners": {
        "en": "one partner of a couple could read the other's answer",
        "de": "eine Person eines Paares könnte die Antwort der anderen ablesen",
    },
    "identifying_text": {"en": "text that points at a person", "de": "Text, der auf eine Person weist"},
}
"""Rule → why a number is hidden, in words."""
NEVER_OVERRULED = ("threshold", "partners", "identifying_text")
TEXTS = {
    "en": {
        "released": "Released under '{profile}': all {numbers} numbers are shown.",
        "partly": "Released under '{profile}': {hidden} of {numbers} numbers are hidden ({why}).",
        "withheld": "Withheld under '{profile}': all {numbers} numbers are hidden ({why}).",
        "not_for_release": "Not for release: the profile '{profile}' hides nothing.",
        "closed": "Closed in {n} places: text that points at a person, or a day (shown by its month).",
        "overruled": "Rule '{rule}' overruled for {n} numbers: {reason}",
    },
    "de": {
        "released": "Freigegeben unter „{profile}“: Alle {numbers} Zahlen sind sichtbar.",
        "partly": "Freigegeben unter „{profile}“: {hidden} von {numbers} Zahlen sind verborgen ({why}).",
        "withheld": "Zurückgehalten unter „{profile}“: Alle {numbers} Zahlen sind verborgen ({why}).",
        "not_for_release": "Nicht zur Weitergabe: Das Profil „{profile}“ verbirgt nichts.",
        "closed": "An {n} Stellen geschlossen: Text, der auf eine Person weist, oder ein Tag (gezeigt als Monat).",
        "overruled": "Regel „{rule}“ aufgehoben für {n} Zahlen: {reason}",
    },
}


@dataclass(frozen=True)
class Override:
    """A rule that does not hold for one analysis, with the reason that is printed.

    Attributes
    ----------
    analysis : str
        The id of the analysis.
    rule : str
        A word of ``RULES``, but for those of ``NEVER_OVERRULED``.
    reason : str
        Why the numbers may leave nevertheless.
    """

    analysis: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """What one rule found in a result.

    Attributes
    ----------
    rule : str
        A word of ``RULES``.
    numbers : int
        How many numbers (or texts) it concerns.
    reason : str
        The reason of an override; "" where the rule holds.
    """

    rule: str
    numbers: int
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the gate decided about a result and its further tables.

    Attributes
    ----------
    profile : str
        The disclosure profile.
    for_release : bool
        Whether the profile lets output leave the machine.
    numbers, hidden : int
        Numbers of the result, and how many of them are hidden.
    findings : tuple of Finding
        Rule by rule; a number hidden by several rules counts for the first.
    """

    profile: str
    for_release: bool
    numbers: int
    hidden: int
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> str:
        """``released``, ``partly``, ``withheld`` or ``not_for_release``."""
        if not self.for_release:
            return "not_for_release"
        if not self.hidden:
            return "released"
        return "withheld" if self.hidden == self.numbers else "partly"

    def note(self, language: str = "en") -> str:
        """Return the release note: what is shown, what is hidden and by which rules, and every override's reason.

        Parameters
        ----------
        language : {"en", "de"}
            The language.

        Examples
        --------
        >>> Verdict("journal", True, 40, 2, (Finding("residual_df", 2),)).note()
        "Released under 'journal': 2 of 40 numbers are hidden (2 too few residual degrees of freedom)."
        """
        texts = TEXTS[language]
        holding = [finding for finding in self.findings if not finding.reason and finding.rule != "identifying_text"]
        why = ", ".join(f"{finding.numbers} {RULES[finding.rule][language]}" for finding in holding)
        words = [texts[self.outcome].format(profile=self.profile, numbers=self.numbers, hidden=self.hidden, why=why)]
        words += [texts["closed"].format(n=f.numbers) for f in self.findings if f.rule == "identifying_text"]
        words += [
            texts["overruled"].format(rule=f.rule, n=f.numbers, reason=f.reason) for f in self.findings if f.reason
        ]
        return " ".join(words)

    def record(self, identifier: str) -> dict[str, Any]:
        """Return the verdict as a line of the ledger."""
        return {
            "record": "release_note",
            "id": identifier,
            "profile": self.profile,
            "outcome": self.outcome,
            "numbers": self.numbers,
            "hidden": self.hidden,
            "rules": {finding.rule: finding.numbers for finding in self.findings if not finding.reason},
            "overrides": [
                {"rule": finding.rule, "numbers": finding.numbers, "reason": finding.reason}
                for finding in self.findings
                if finding.reason
            ],
        }


def overridden(overrides: Iterable[Override], analysis: str) -> dict[str, str]:
    """Return rule → reason of the overrides of one analysis."""
    return {entry.rule: entry.reason for entry in overrides if entry.analysis == analysis}
