"""Categories that a study puts together for its analyses: the answers are kept as they came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence


def merged_categories(labels: Sequence[str], merge: Mapping[str, str]) -> tuple[str, ...]:
    """Return the categories that are left, each at the place of its first.

    Parameters
    ----------
    labels : sequence of str
        The categories in their declared order.
    merge : mapping of str to str
        Category → the category it is analysed as.

    Examples
    --------
    >>> merged_categories(["woman", "man", "another gender", "no label"], {
    ...     "another gender": "another answer", "no label": "another answer"})
    ('woman', 'man', 'another answer')
    """
    return tuple(dict.fromkeys(merge.get(label, label) for label in labels))


def merge_problem(labels: Sequence[str], merge: Mapping[str, str], *, ordered: bool) -> str:
    """Return what is wrong with a declared merge, or "".

    Parameters
    ----------
    labels : sequence of str
        The categories in their declared order.
    merge : mapping of str to str
        Category → the category it is analysed as.
    ordered : bool
        Whether their order has a meaning, so that only neighbours can be one.

    Examples
    --------
    >>> merge_problem(["never", "rarely", "often"], {"never": "seldom", "often": "seldom"}, ordered=True)
    "merge puts categories together that are not neighbours in their order: 'seldom'"
    """
    unknown = [name for name in merge if name not in labels]
    if unknown:
        return f"merge names '{unknown[0]}', which is not one of the labels"
    after = [merge.get(label, label) for label in labels]
    people = Counter(after)
    alone = [new for new in merge.values() if people[new] == 1]
    if alone:
        return f"merge puts nothing together under '{alone[0]}': a category needs at least two of the labels"
    if len(people) < 2 and merge:
        return "merge leaves one category only"
    if ordered:
        for name, size in people.items():
            first = after.index(name)
            if after[first : first + size] != [name] * size:
                return f"merge puts categories together that are not neighbours in their order: '{name}'"
    return ""
