"""The page of the paper outputs, in inches."""

from __future__ import annotations

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 8.27, 11.69, 0.98  # A4 and its margins
TEXT_WIDTH, TEXT_HEIGHT = PAGE_WIDTH - 2 * MARGIN, PAGE_HEIGHT - 2 * MARGIN
CAPTION_ROOM = 1.5  # the caption and the note of a figure stand on the same page


def fitted_width(width: float, height: float, most_width: float, most_height: float) -> float:
    """Return the width at which a picture is no larger than it was drawn, and than the room for it.

    Examples
    --------
    >>> fitted_width(5.0, 4.0, 6.3, 8.0), fitted_width(5.0, 16.0, 6.3, 8.0)
    (5.0, 2.5)
    """
    return width * min(1.0, most_width / width, most_height / height)
