"""Why a value declared missing has no answer, where its label says so in plain words; always told, to be confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from osa_survey.errors import Problem
from osa_survey.instruments.reasons import Reason

WORDS: dict[Reason, str] = {
    "refused": r"refus|verweiger|prefers? not|rather not|declin|do(es)? not want to|don'?t want to"
    r"|m(ö|oe)chte (ich )?nicht|will (ich )?nicht",
    "dont_know": r"do(es)?n'?t know|do(es)? not know|\bdk\b|wei(ß|ss)( ich)? (es )?nicht"
    r"|can'?t remember|cannot remember",
    "not_applicable": r"not applicable|\bn/?a\b|inapplicable|does not apply|doesn'?t apply|nicht zutreffend"
    r"|trifft (auf mich )?nicht zu|entf(ä|ae)llt|\btnz\b",
    "not_shown": r"not asked|not shown|not displayed|not administered|not seen|nicht gefragt|nicht gestellt"
    r"|nicht erhoben|nicht gezeigt|nicht gesehen|nicht angezeigt",
    "broke_off": r"br(oke|eak)[- ]?off|dropped out|drop[- ]?out|abbruch|abgebrochen",
    "not_answered": r"no answer|not answered|no response|unanswered|left blank|keine angabe|keine antwort"
    r"|nicht beantwortet|\bk\.? ?a\.?(?!\w)|^missing$|^fehlend$|^fehlender wert$",
    "technical": r"technical (error|problem|failure|reason)|technisch|system error|data error",
    "withdrawn": r"withdr(awn|ew)|consent revoked|widerruf|zur(ü|ue)ckgezogen",
}
"""Whole reasons in English and German. Words that name no single reason, such as "skipped", are left out."""
PATTERNS = {reason: re.compile(words) for reason, words in WORDS.items()}


def reason_of_label(label: str) -> Reason | None:
    """Return the reason a label names, None if it names none or more than one.

    Examples
    --------
    >>> reason_of_label("Refused"), reason_of_label("weiß nicht"), reason_of_label("skipped")
    ('refused', 'dont_know', None)
    >>> reason_of_label("refused / don't know")
    """
    text = " ".join(label.replace("’", "'").casefold().replace("ß", "ss").split())
    plain = " ".join(label.replace("’", "'").lower().split())
    found = [reason for reason, pattern in PATTERNS.items() if pattern.search(plain) or pattern.search(text)]
    return found[0] if len(found) == 1 else None


def reasons_of_labels(
    missing_values: Mapping[str, tuple[str, ...]], labels: Mapping[str, Mapping[str, str]], file: str
) -> tuple[dict[str, dict[str, Reason]], tuple[Problem, ...]]:
    """Return the reasons of values declared missing, and one finding for each different label that named one.

    Parameters
    ----------
    missing_values : mapping of str to tuple of str
        Column → values the file declares missing.
    labels : mapping of str to mapping of str to str
        Column → value → label.
    file : str
        The file's name, for the findings.

    Returns
    -------
    reasons : dict
        Column → value → reason; a value without a telling label is left out and stays "not answered".
    findings : tuple of Problem
        ``reason_from_label``: value, label and reason, the first column and the number of columns.
    """
    reasons: dict[str, dict[str, Reason]] = {}
    places: dict[tuple[str, str, Reason], list[str]] = {}
    for column, values in missing_values.items():
        for value in values:
            label = labels.get(column, {}).get(value, "")
            reason = reason_of_label(label) if label else None
            if reason is not None:
                reasons.setdefault(column, {})[value] = reason
                places.setdefault((value, label, reason), []).append(column)
    findings = []
    for (value, label, reason), columns in places.items():
        message = f"the value {value}, labelled '{label}', is declared missing and was read as {reason}"
        hint = f"confirm it, or say otherwise in the codebook: missing = {{ {reason} = [{value}] }}"
        findings.append(Problem("reason_from_label", message, file, column=columns[0], hint=hint, count=len(columns)))
    return reasons, tuple(findings)
