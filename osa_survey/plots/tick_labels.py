"""Numbers along an axis, with the decimal mark of the language."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, PercentFormatter, ScalarFormatter

from osa_survey.formatting import marks, numerals_of


class _Localised(Formatter):
    """Another formatter's labels with the marks of a language."""

    def __init__(self, inner: Formatter, language: str) -> None:
        self._inner = inner
        with numerals_of(language):
            self._mark = marks().decimal

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._inner(x, pos).replace(".", self._mark)

    def format_ticks(self, values: list[float]) -> list[str]:
        """Return the labels of all ticks."""
        return [label.replace(".", self._mark) for label in self._inner.format_ticks(values)]

    def set_locs(self, locs: list[float]) -> None:
        """Pass on where the ticks are."""
        self._inner.set_locs(locs)

    def get_offset(self) -> str:
        """Return the offset, if any."""
        return self._inner.get_offset()


def localise_ticks(ax: Axes, language: str) -> None:
    """Give the numbers along both axes, and along those of panels inside, the decimal mark of a language.

    Parameters
    ----------
    ax : Axes
        Drawn axes. Labels that a figure set itself are in its language already.
    language : {"en", "de"}
        The language.
    """
    if language == "en":
        return
    for panel in ax.child_axes:
        if isinstance(panel, Axes):
            localise_ticks(panel, language)
    for axis in (ax.xaxis, ax.yaxis):
        formatter = axis.get_major_formatter()
        if isinstance(formatter, ScalarFormatter | PercentFormatter):
            axis.set_major_formatter(_Localised(formatter, language))
