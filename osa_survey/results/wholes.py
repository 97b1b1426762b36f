"""Parts that are all of their whole: beside hidden zeros nobody knows that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def wholes_above(relations: Iterable[tuple[str, Sequence[str]]], members: Mapping[str, bytes]) -> dict[str, int]:
    """Return for each cell that is all of a whole how many such wholes stand above it.

    Examples
    --------
    >>> import numpy as np
    >>> from osa_survey.results.rows import packed
    >>> everybody, nobody = packed(np.array([True])), packed(np.array([False]))
    >>> wholes_above([("all", ["yes", "no"])], {"all": everybody, "yes": everybody, "no": nobody})
    {'yes': 1}
    """
    above = [
        (total, part)
        for total, parts in relations
        for part in parts
        if part != total and part in members and members[part] == members.get(total)
    ]
    depth: dict[str, int] = {}
    for _ in above:
        deeper = {part: depth.get(total, 0) + 1 for total, part in sorted(above, key=lambda e: depth.get(e[0], 0))}
        if deeper == depth:
            break
        depth = deeper
    return depth
