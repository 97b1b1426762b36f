"""Every figure by its name: what a result's ``plot`` refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from matplotlib.axes import Axes

from osa_survey.errors import AnalysisError, nearest
from osa_survey.formatting import numerals_of
from osa_survey.plots.agreements import agreement_dots, agreement_dots_alt, bland_altman, bland_altman_alt
from osa_survey.plots.attritions import attrition_dots, attrition_dots_alt
from osa_survey.plots.changes import change_dots, change_dots_alt
from osa_survey.plots.cross_tables import stacked_bars, stacked_bars_alt
from osa_survey.plots.diverging_bars import diverging_bars, diverging_bars_alt
from osa_survey.plots.dyads import dyad_dots, dyad_dots_alt
from osa_survey.plots.equivalence_intervals import equivalence_intervals, equivalence_intervals_alt
from osa_survey.plots.factor_models import (
    aligned_means,
    aligned_means_alt,
    loading_dots,
    loading_dots_alt,
    step_dots,
    step_dots_alt,
)
from osa_survey.plots.flow_diagrams import flow_diagram, flow_diagram_alt
from osa_survey.plots.forests import coefficients, coefficients_alt
from osa_survey.plots.items import item_rest_bars, item_rest_bars_alt
from osa_survey.plots.lines import lines, lines_alt
from osa_survey.plots.loadings import loading_heatmap, loading_heatmap_alt
from osa_survey.plots.matrices import correlation_heatmap, correlation_heatmap_alt
from osa_survey.plots.means import group_means, group_means_alt, paired_means, paired_means_alt
from osa_survey.plots.missing_maps import missing_map, missing_map_alt
from osa_survey.plots.option_bars import option_bars, option_bars_alt
from osa_survey.plots.path_diagrams import path_diagram, path_diagram_alt
from osa_survey.plots.patterns import pattern_bars, pattern_bars_alt
from osa_survey.plots.power_curves import power_curve, power_curve_alt
from osa_survey.plots.prevalence_lines import prevalence_lines, prevalence_lines_alt
from osa_survey.plots.prevalences import prevalence_bars, prevalence_bars_alt
from osa_survey.plots.quality_bars import flag_bars, flag_bars_alt, missing_bars, missing_bars_alt
from osa_survey.plots.reproductions import reproduction_dots, reproduction_dots_alt
from osa_survey.plots.roc_curves import roc_curve, roc_curve_alt, scenario_dots, scenario_dots_alt
from osa_survey.plots.shifts import shift_line, shift_line_alt
from osa_survey.plots.slope_lines import slope_lines, slope_lines_alt
from osa_survey.plots.specification_curves import specification_curve, specification_curve_alt
from osa_survey.plots.study_forests import study_forest, study_forest_alt
from osa_survey.plots.summaries import summary_boxes, summary_boxes_alt
from osa_survey.plots.targets import target_dots, target_dots_alt
from osa_survey.plots.tick_labels import localise_ticks
from osa_survey.plots.traces import trace_lines, trace_lines_alt
from osa_survey.results import Result, translated


class Plot(Protocol):
    """A figure: drawn from the table of a result only."""

    def __call__(self, result: Result, *, ax: Axes | None = None, language: str = "en") -> Axes:
        """Draw the result and return the axes."""


PLOTS: dict[str, Plot] = {
    "agreement_dots": agreement_dots,
    "aligned_means": aligned_means,
    "attrition_dots": attrition_dots,
    "bland_altman": bland_altman,
    "change_dots": change_dots,
    "coefficients": coefficients,
    "correlation_heatmap": correlation_heatmap,
    "diverging_bars": diverging_bars,
    "equivalence_intervals": equivalence_intervals,
    "dyad_dots": dyad_dots,
    "flag_bars": flag_bars,
    "flow_diagram": flow_diagram,
    "group_means": group_means,
    "item_rest_bars": item_rest_bars,
    "loading_dots": loading_dots,
    "lines": lines,
    "loading_heatmap": loading_heatmap,
    "missing_bars": missing_bars,
    "missing_map": missing_map,
    "option_bars": option_bars,
    "paired_means": paired_means,
    "path_diagram": path_diagram,
    "pattern_bars": pattern_bars,
    "power_curve": power_curve,
    "prevalence_bars": prevalence_bars,
    "prevalence_lines": prevalence_lines,
    "reproduction_dots": reproduction_dots,
    "roc_curve": roc_curve,
    "scenario_dots": scenario_dots,
    "shift_line": shift_line,
    "slope_lines": slope_lines,
    "specification_curve": specification_curve,
    "stacked_bars": stacked_bars,
    "step_dots": step_dots,
    "study_forest": study_forest,
    "summary_boxes": summary_boxes,
    "target_dots": target_dots,
    "trace_lines": trace_lines,
}
ALT_TEXTS: dict[str, Callable[[Result, str], str]] = {
    "agreement_dots": agreement_dots_alt,
    "aligned_means": aligned_means_alt,
    "attrition_dots": attrition_dots_alt,
    "bland_altman": bland_altman_alt,
    "change_dots": change_dots_alt,
    "coefficients": coefficients_alt,
    "correlation_heatmap": correlation_heatmap_alt,
    "diverging_bars": diverging_bars_alt,
    "equivalence_intervals": equivalence_intervals_alt,
    "dyad_dots": dyad_dots_alt,
    "flag_bars": flag_bars_alt,
    "flow_diagram": flow_diagram_alt,
    "group_means": group_means_alt,
    "item_rest_bars": item_rest_bars_alt,
    "loading_dots": loading_dots_alt,
    "lines": lines_alt,
    "loading_heatmap": loading_heatmap_alt,
    "missing_bars": missing_bars_alt,
    "missing_map": missing_map_alt,
    "option_bars": option_bars_alt,
    "paired_means": paired_means_alt,
    "path_diagram": path_diagram_alt,
    "pattern_bars": pattern_bars_alt,
    "power_curve": power_curve_alt,
    "prevalence_bars": prevalence_bars_alt,
    "prevalence_lines": prevalence_lines_alt,
    "reproduction_dots": reproduction_dots_alt,
    "roc_curve": roc_curve_alt,
    "scenario_dots": scenario_dots_alt,
    "shift_line": shift_line_alt,
    "slope_lines": slope_lines_alt,
    "specification_curve": specification_curve_alt,
    "stacked_bars": stacked_bars_alt,
    "step_dots": step_dots_alt,
    "study_forest": study_forest_alt,
    "summary_boxes": summary_boxes_alt,
    "target_dots": target_dots_alt,
    "trace_lines": trace_lines_alt,
}


def draw(result: Result, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw a result with the figure it names.

    Parameters
    ----------
    result : Result
        A result with a ``plot``.
    ax : Axes, optional
        Where to draw; by default a new figure, reached as ``ax.figure``.
    language : {"en", "de"}
        The language of the words that are not in the table.

    Returns
    -------
    Axes
        The axes.

    Raises
    ------
    AnalysisError
        If the result names no known figure.
    """
    drawing = PLOTS[_known(result)]
    with numerals_of(language):
        axes = drawing(translated(result, language), ax=ax, language=language)
    for one in [axes] if ax is not None else axes.figure.axes:
        localise_ticks(one, language)
    return axes


def alt_text(result: Result, language: str = "en") -> str:
    """Return what the figure of a result shows, in words, from the numbers of its table.

    Parameters
    ----------
    result : Result
        A result with a ``plot``.
    language : {"en", "de"}
        The language.

    Returns
    -------
    str
        What is compared, the direction, and the interval; never a suppressed number.
    """
    words = ALT_TEXTS[_known(result)]
    with numerals_of(language):
        return words(translated(result, language), language)


def _known(result: Result) -> str:
    if result.plot not in PLOTS:
        hint = nearest(result.plot, list(PLOTS))
        raise AnalysisError(f"there is no figure '{result.plot}' for {result.analysis}", hint=hint)
    return result.plot
