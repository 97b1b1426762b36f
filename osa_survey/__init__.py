"""osa_survey: from a raw survey export on adults' online sexual activities to a reproducible report.

The names below are loaded when first used, so that importing the package is fast.
"""

from __future__ import annotations

import functools
import importlib
import logging
from typing import Any

from osa_survey._version import __version__

logging.getLogger(__name__).addHandler(logging.NullHandler())

_OFFERED: dict[str, tuple[str, ...]] = {
    "osa_survey.ingest": ("read_export",),
    "osa_survey.codebooks": ("load_codebook",),
    "osa_survey.instruments": (
        "load_library",
        "load_instrument",
        "load_variable",
        "midpoints",
        "list_instruments",
        "scoring_sheet",
        "compare_instruments",
    ),
    "osa_survey.dataset": (
        "admit",
        "harmonise",
        "arousal_classes",
    ),
    "osa_survey.quality": (
        "screen",
        "exclude",
        "flow",
        "missing_patterns",
        "missingness",
        "careless",
        "careless_indices",
    ),
    "osa_survey.scoring": (
        "score",
        "score_partitions",
        "local_cluster",
        "keying",
        "scoring_log",
    ),
    "osa_survey.analysis": (
        "reliability",
        "cfa",
        "invariance",
        "longitudinal_invariance",
        "alignment",
        "retest",
        "dimensionality",
        "efa",
        "graded_response",
        "item_bias",
        "latent_classes",
        "latent_profiles",
        "polychoric",
        "fiml",
        "describe",
        "compare_groups",
        "with_invariance",
        "prevalence",
        "multiple_responses",
        "paired",
        "crosstab",
        "correlate",
        "partial_correlations",
        "compare_correlations",
        "equivalence",
        "anova",
        "manova",
        "friedman",
        "cochran_q",
        "regress",
        "mixed_model",
        "gee",
        "fixed_effects",
        "margins",
        "meta_analysis",
        "simple_slopes",
        "mediate",
        "apim",
        "cross_lagged",
        "change",
        "latent_change",
        "with_longitudinal_invariance",
        "attrition",
        "link_waves",
        "diagnose",
        "screening_shares",
        "roc",
        "multiverse",
        "agreement",
        "join_coder_sheets",
        "code_agreement",
        "misclassification_scenario",
        "compare_with_target",
        "describe_weights",
        "interpret",
    ),
    "osa_survey.imputation": (
        "impute",
        "convergence",
        "delta_sensitivity",
        "little_mcar",
    ),
    "osa_survey.weighting": (
        "declare_design",
        "rake",
        "calibrate",
        "trim_weights",
        "with_replicates",
    ),
    "osa_survey.effects": ("convert",),
    "osa_survey.simulation": (
        "simulate",
        "simulate_example",
        "load_published",
    ),
    "osa_survey.studies": (
        "run_published",
        "check_published",
    ),
    "osa_survey.plan": (
        "simulate_study",
        "power",
        "write_power",
        "list_analyses",
        "analysis_sheet",
        "load_study",
        "check_study",
        "freeze_study",
        "audit_study",
        "amend_study",
        "crosswalk",
        "check_definition",
        "run_study",
        "report_study",
        "release_study",
        "fill_checklist",
        "write_checklist",
    ),
    "osa_survey.drafting": (
        "draft_study",
        "draft_definitions",
    ),
    "osa_survey.plots": ("draw",),
    "osa_survey.report": (
        "write_report",
        "verify_manuscript",
        "compare_runs",
    ),
    "osa_survey.results": ("release",),
    "osa_survey.disclosure": ("profile_named",),
}
"""What each folder offers."""
_HOMES = {name: home for home, names in _OFFERED.items() for name in names}
__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'osa_survey' has no attribute '{name}'")
    return _public(name)


@functools.cache
def _public(name: str) -> Any:
    checked = importlib.import_module("osa_survey.calling").checked
    return checked(getattr(importlib.import_module(_HOMES[name]), name), name, __name__)


def __dir__() -> list[str]:
    return sorted(__all__)
