"""The tag of a number's content control: the id of its row, shortened where Word could not hold it."""

from __future__ import annotations

import hashlib

LONGEST = 64  # characters Word accepts in a tag
DIGEST = 16  # hexadecimal digits that tell shortened ids apart


def control_tag(identifier: str) -> str:
    """Return the tag under which a number of the ledger stands in a Word document.

    Parameters
    ----------
    identifier : str
        The id of a row or of a result.

    Returns
    -------
    str
        The id itself if it has at most 64 characters, which is what Word takes; else its beginning, ``~`` and the
        first 16 digits of its SHA-256. To find the row of a tag, make the tags of all ids of the ledger.

    Examples
    --------
    >>> control_tag("gender_gap/main/mean/scs_total//man/")
    'gender_gap/main/mean/scs_total//man/'
    >>> len(control_tag("x" * 80)), control_tag("x" * 80) == control_tag("x" * 81)
    (64, False)
    """
    if len(identifier) <= LONGEST:
        return identifier
    digest = hashlib.sha256(identifier.encode("utf-8")).hexdigest()[:DIGEST]
    return f"{identifier[: LONGEST - DIGEST - 1]}~{digest}"
