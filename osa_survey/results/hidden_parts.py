"""How much of a released report is hidden, read from its ledger, in one line for whoever wrote it."""

from __future__ import annotations

import json
from pathlib import Path

LARGE = 0.5
"""A share of hidden numbers from which on an analysis is hidden in large part."""
MOST_NAMED = 5
FOUND = "{some} of {all} results are hidden in large part: {named}"
WAY_OUT = "merge in the codebook puts categories of few people together (data_dictionary/README.md)"


def hidden_words(ledger: Path) -> str:
    """Return which results of a report are hidden in large part, and a way out; "" where none is.

    Parameters
    ----------
    ledger : Path
        Its ``results.jsonl``.
    """
    records = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    notes = [one for one in records if one.get("record") == "release_note"]
    largely = [one for one in notes if one["numbers"] and one["hidden"] >= LARGE * one["numbers"]]
    if not largely:
        return ""
    largely.sort(key=lambda one: -one["hidden"] / one["numbers"])
    named = [f"{one['id']} ({one['hidden']} of {one['numbers']} numbers)" for one in largely[:MOST_NAMED]]
    named += ["…"] if len(largely) > MOST_NAMED else []
    return f"{FOUND.format(some=len(largely), all=len(notes), named=', '.join(named))}\n  try: {WAY_OUT}"
