"""Figures: each draws from a result's table, takes an axes and gives it back."""

from osa_survey.plots.captions import figure_note, figure_title
from osa_survey.plots.cross_tables import stacked_bars
from osa_survey.plots.diverging_bars import diverging_bars
from osa_survey.plots.flow_diagrams import flow_diagram
from osa_survey.plots.forests import coefficients
from osa_survey.plots.items import item_rest_bars
from osa_survey.plots.lines import lines
from osa_survey.plots.loadings import loading_heatmap
from osa_survey.plots.matrices import correlation_heatmap
from osa_survey.plots.means import group_means, paired_means
from osa_survey.plots.missing_maps import missing_map
from osa_survey.plots.option_bars import option_bars
from osa_survey.plots.patterns import pattern_bars
from osa_survey.plots.prevalence_lines import prevalence_lines
from osa_survey.plots.prevalences import prevalence_bars
from osa_survey.plots.quality_bars import flag_bars, missing_bars
from osa_survey.plots.registry import PLOTS, alt_text, draw
from osa_survey.plots.slope_lines import slope_lines
from osa_survey.plots.summaries import summary_boxes
from osa_survey.plots.traces import trace_lines

__all__ = [
    "PLOTS",
    "alt_text",
    "coefficients",
    "correlation_heatmap",
    "diverging_bars",
    "draw",
    "figure_note",
    "figure_title",
    "flag_bars",
    "flow_diagram",
    "group_means",
    "item_rest_bars",
    "lines",
    "loading_heatmap",
    "missing_bars",
    "missing_map",
    "option_bars",
    "paired_means",
    "pattern_bars",
    "prevalence_bars",
    "prevalence_lines",
    "slope_lines",
    "stacked_bars",
    "summary_boxes",
    "trace_lines",
]
