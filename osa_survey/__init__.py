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

_HOMES: dict[str, str] = {
    "read_export": "osa_survey.ingest",
    "load_codebook": "osa_survey.codebooks",
    "load_library": "osa_survey.instruments",
    "load_instrument": "osa_survey.instruments",
    "load_variable": "osa_survey.instruments",
    "midpoints": "osa_survey.instruments",
    "list_instruments": "osa_survey.instruments",
    "scoring_sheet": "osa_survey.instruments",
    "compare_instruments": "osa_survey.instruments",
    "admit": "osa_survey.dataset",
    "harmonise": "osa_survey.dataset",
    "arousal_classes": "osa_survey.dataset",
    "screen": "osa_survey.quality",
    "exclude": "osa_survey.quality",
    "flow": "osa_survey.quality",
    "missing_patterns": "osa_survey.quality",
    "missingness": "osa_survey.quality",
    "score": "osa_survey.scoring",
    "score_partitions": "osa_survey.scoring",
    "local_cluster": "osa_survey.scoring",
    "keying": "osa_survey.scoring",
    "scoring_log": "osa_survey.scoring",
    "reliability": "osa_survey.analysis",
    "cfa": "osa_survey.analysis",
    "invariance": "osa_survey.analysis",
    "longitudinal_invariance": "osa_survey.analysis",
    "alignment": "osa_survey.analysis",
    "retest": "osa_survey.analysis",
    "dimensionality": "osa_survey.analysis",
    "efa": "osa_survey.analysis",
    "graded_response": "osa_survey.analysis",
    "item_bias": "osa_survey.analysis",
    "latent_classes": "osa_survey.analysis",
    "latent_profiles": "osa_survey.analysis",
    "careless": "osa_survey.quality",
    "careless_indices": "osa_survey.quality",
    "polychoric": "osa_survey.analysis",
    "impute": "osa_survey.imputation",
    "convergence": "osa_survey.imputation",
    "delta_sensitivity": "osa_survey.imputation",
    "little_mcar": "osa_survey.imputation",
    "fiml": "osa_survey.analysis",
    "describe": "osa_survey.analysis",
    "compare_groups": "osa_survey.analysis",
    "with_invariance": "osa_survey.analysis",
    "prevalence": "osa_survey.analysis",
    "multiple_responses": "osa_survey.analysis",
    "paired": "osa_survey.analysis",
    "crosstab": "osa_survey.analysis",
    "correlate": "osa_survey.analysis",
    "partial_correlations": "osa_survey.analysis",
    "compare_correlations": "osa_survey.analysis",
    "equivalence": "osa_survey.analysis",
    "anova": "osa_survey.analysis",
    "manova": "osa_survey.analysis",
    "friedman": "osa_survey.analysis",
    "cochran_q": "osa_survey.analysis",
    "regress": "osa_survey.analysis",
    "mixed_model": "osa_survey.analysis",
    "gee": "osa_survey.analysis",
    "fixed_effects": "osa_survey.analysis",
    "margins": "osa_survey.analysis",
    "meta_analysis": "osa_survey.analysis",
    "simple_slopes": "osa_survey.analysis",
    "mediate": "osa_survey.analysis",
    "apim": "osa_survey.analysis",
    "cross_lagged": "osa_survey.analysis",
    "change": "osa_survey.analysis",
    "latent_change": "osa_survey.analysis",
    "with_longitudinal_invariance": "osa_survey.analysis",
    "attrition": "osa_survey.analysis",
    "link_waves": "osa_survey.analysis",
    "diagnose": "osa_survey.analysis",
    "screening_shares": "osa_survey.analysis",
    "roc": "osa_survey.analysis",
    "multiverse": "osa_survey.analysis",
    "agreement": "osa_survey.analysis",
    "join_coder_sheets": "osa_survey.analysis",
    "code_agreement": "osa_survey.analysis",
    "misclassification_scenario": "osa_survey.analysis",
    "compare_with_target": "osa_survey.analysis",
    "describe_weights": "osa_survey.analysis",
    "declare_design": "osa_survey.weighting",
    "rake": "osa_survey.weighting",
    "calibrate": "osa_survey.weighting",
    "trim_weights": "osa_survey.weighting",
    "with_replicates": "osa_survey.weighting",
    "interpret": "osa_survey.analysis",
    "convert": "osa_survey.effects",
    "simulate": "osa_survey.simulation",
    "simulate_example": "osa_survey.simulation",
    "load_published": "osa_survey.simulation",
    "run_published": "osa_survey.studies",
    "check_published": "osa_survey.studies",
    "simulate_study": "osa_survey.plan",
    "power": "osa_survey.plan",
    "write_power": "osa_survey.plan",
    "draft_study": "osa_survey.drafting",
    "draft_definitions": "osa_survey.drafting",
    "load_study": "osa_survey.plan",
    "check_study": "osa_survey.plan",
    "freeze_study": "osa_survey.plan",
    "audit_study": "osa_survey.plan",
    "amend_study": "osa_survey.plan",
    "crosswalk": "osa_survey.plan",
    "check_definition": "osa_survey.plan",
    "run_study": "osa_survey.plan",
    "report_study": "osa_survey.plan",
    "release_study": "osa_survey.plan",
    "fill_checklist": "osa_survey.plan",
    "write_checklist": "osa_survey.plan",
    "draw": "osa_survey.plots",
    "write_report": "osa_survey.report",
    "verify_manuscript": "osa_survey.report",
    "compare_runs": "osa_survey.report",
    "release": "osa_survey.results",
    "profile_named": "osa_survey.disclosure",
}
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
