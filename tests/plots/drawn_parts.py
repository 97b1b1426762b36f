"""What is drawn in an axes, read back: texts, bars, dots, ends of intervals; and the results they are drawn from."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from osa_survey.disclosure import JOURNAL
from osa_survey.plots.palette import MARKERS
from osa_survey.results import Result, release
from tests import made_up_results as made
from tests.made_up_screening import screening_results

RESULTS = {
    **made.every_result(),
    "traces": made.traces_result(),
    "shifts": made.shifts_result(),
    "cfa": made.factor_model_result(),
    "invariance": made.steps_result(),
    "mediate": made.paths_result(),
    "apim": made.dyads_result(),
    "attrition": made.attrition_result(),
    "change": made.change_result(),
    "alignment": made.aligned_result(),
    "run_published": made.reproduction_result(),
    "power": made.power_curve_result(),
    **screening_results(),
}


NEAR = 1e-9  # drawn numbers are the table's numbers times 1 or 100


def released(name: str) -> Result:
    return release(RESULTS[name], JOURNAL)


def texts(ax: Axes) -> list[str]:
    inside = [ax, *ax.child_axes]
    found = [t.get_text() for a in inside for t in a.findobj(Text)]
    return [text.replace("\n", " ") for text in found if text]


def bars(ax: Axes) -> list[Rectangle]:
    return [bar for container in ax.containers for bar in container if isinstance(bar, Rectangle)]


def dots(ax: Axes) -> list[tuple[float, float]]:
    lines = [line for line in ax.lines if line.get_marker() in MARKERS and len(line.get_xdata()) == 1]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines]


def interval_ends(ax: Axes) -> list[tuple[float, float]]:
    ends = []
    for collection in ax.collections:
        for segment in getattr(collection, "get_segments", list)():
            ends.append((float(segment[0][0]), float(segment[1][0])))
    return ends
