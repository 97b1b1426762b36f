"""The questions a key is asked, each with its own verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["agrees", "doubtful", "contradicts", "cannot tell"]
QuestionName = Literal["reversal", "membership", "direction", "code base"]


@dataclass(frozen=True)
class KeyQuestion:
    """One question to a key and what was found.

    Attributes
    ----------
    name : {"reversal", "membership", "direction", "code base"}
        Do all items of the scale run the same way? Does each fit its own scale best? Does a high code mean what the
        definition says? Are the codes those of the definition, not shifted by one?
    verdict : {"agrees", "doubtful", "contradicts", "cannot tell"}
        The answer.
    reasons : tuple of str
        Why, in words.
    flagged : tuple of str
        Columns of the items that speak against the key.
    power : float
        With which power the mistake would have been found; NaN where no test is behind the verdict.
    """

    name: QuestionName
    verdict: Verdict
    reasons: tuple[str, ...]
    flagged: tuple[str, ...] = ()
    power: float = math.nan


def combined_verdict(questions: tuple[KeyQuestion, ...]) -> Verdict:
    """Return the verdict on the whole key.

    Parameters
    ----------
    questions : tuple of KeyQuestion
        The first one is the reversal of items.

    Returns
    -------
    str
        ``contradicts`` if any question contradicts; ``doubtful`` if any is doubtful and the reversal is not undecided;
        else the verdict on the reversal. ``agrees`` therefore says nothing on a question whose own verdict is
        ``cannot tell``.
    """
    verdicts = [question.verdict for question in questions]
    if "contradicts" in verdicts:
        return "contradicts"
    if "doubtful" in verdicts and verdicts[0] == "agrees":
        return "doubtful"
    return verdicts[0]
