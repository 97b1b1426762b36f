"""Categories put together after scoring: the answers stay as they came in, analyses see what is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from osa_survey.codebooks import VariableEntry
from osa_survey.dataset import VariableInfo


def merged_variable(
    codes: NDArray[np.float64], info: VariableInfo, entry: VariableEntry | None
) -> tuple[NDArray[np.float64], VariableInfo]:
    """Return the codes and the meaning of a variable as its codebook entry wants them analysed.

    Parameters
    ----------
    codes : ndarray of float, shape (respondents,)
        Codes of the answers; NaN for gaps.
    info : VariableInfo
        What they mean.
    entry : VariableEntry or None
        Its entry; without one, or without ``merge``, nothing changes.

    Notes
    -----
    Categories that are one have the code and the place of the first of them.
    """
    if entry is None or not entry.merge:
        return codes, info
    after = [entry.merge.get(label, label) for label in info.labels]
    first = {label: info.codes[after.index(label)] for label in entry.categories}
    found = codes.copy()
    for code, label in zip(info.codes, after, strict=True):
        found[codes == code] = first[label]
    reference = entry.reference or entry.categories[0]
    return found, replace(info, codes=tuple(first.values()), labels=entry.categories, reference=reference)
