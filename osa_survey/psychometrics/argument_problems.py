"""What is wrong with arguments that many analyses of items take."""

from __future__ import annotations

from collections.abc import Sequence

from osa_survey.errors import Problem, nearest


def unknown_options(*asked: tuple[str, object, Sequence[str]]) -> list[Problem]:
    """Return a problem for each argument whose value is none of the words it takes.

    Parameters
    ----------
    asked : tuple of (str, object, sequence of str)
        The name of an argument, its value, and the words it takes.

    Examples
    --------
    >>> unknown_options(("missing", "listwize", ("listwise", "pairwise")))[0].hint
    "did you mean 'listwise'?"
    """
    return [
        Problem("unknown_option", f"{name} cannot be '{value}'", hint=nearest(str(value), known))
        for name, value, known in asked
        if value not in known
    ]


def conf_level_problems(conf_level: float) -> list[Problem]:
    """Return a problem unless a confidence level lies between 0 and 1."""
    if 0 < conf_level < 1:
        return []
    return [Problem("conf_level", "conf_level must lie between 0 and 1", hint="conf_level = 0.95")]
