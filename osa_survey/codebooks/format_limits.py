"""What each format of data dictionaries cannot hold, so that nobody expects it back."""

from __future__ import annotations

CODEBOOK_ONLY: tuple[str, ...] = (
    "eligibility",
    "paradata",
    "attention",
    "ignored",
    "simulated",
    "file",
)
"""Parts of a codebook that describe the study and not a column; no format of data dictionaries has them.

Only the column that identifies a record comes back. Columns that the codebook leaves out are described by their name;
they come back as left out where the format can name a column without describing it.
"""

CANNOT_HOLD: dict[str, tuple[str, ...]] = {
    "Table Schema": (),
    "Psych-DS metadata": (),
    "DDI-Codebook": (),
    "data-dict.yaml": (),
    "REDCap data dictionary": ("title of the study", "language", "identifying column", "columns left out"),
}
"""Format → what of a dictionary it cannot hold. Line breaks and repeated blanks in a question are no content."""
