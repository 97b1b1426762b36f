"""What print calls a scale and its waves, from the titles of its scores."""

from __future__ import annotations

import re
from collections.abc import Sequence

FORMS = (re.compile(r"(.+) \(([^()]+)\)"), re.compile(r"(.+), ([^,]+)"), re.compile(r"(.+): ([^:]+)"))
"""Scale (wave), scale, wave and scale: wave."""


def wave_titles(titles: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return what the titles share, and what tells the waves apart.

    Titles that share nothing stand for the waves as they are; the first names the scale.

    Examples
    --------
    >>> wave_titles(["Joy (Wave 1)", "Joy (Wave 2)"])
    ('Joy', ('Wave 1', 'Wave 2'))
    >>> wave_titles(["joy_1", "joy_2"])
    ('joy_1', ('joy_1', 'joy_2'))
    """
    for form in FORMS:
        found = [form.fullmatch(title) for title in titles]
        parts = [(match.group(1), match.group(2)) for match in found if match is not None]
        waves = tuple(wave for _, wave in parts)
        if len(parts) == len(titles) and len({scale for scale, _ in parts}) == 1 and len(set(waves)) == len(waves):
            return parts[0][0], waves
    return titles[0], tuple(titles)
