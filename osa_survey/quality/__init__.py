"""Data quality: each check in a file of its own. Checks flag; only the study file excludes."""

from osa_survey.quality.careless_indices import CarelessIndices, careless_indices
from osa_survey.quality.careless_responses import careless
from osa_survey.quality.exclusions import ExclusionRule, exclude
from osa_survey.quality.flows import flow
from osa_survey.quality.gap_patterns import missing_patterns
from osa_survey.quality.gaps import missingness
from osa_survey.quality.screening import Flags, flags, screen

__all__ = [
    "CarelessIndices",
    "ExclusionRule",
    "Flags",
    "careless",
    "careless_indices",
    "exclude",
    "flags",
    "flow",
    "missing_patterns",
    "missingness",
    "screen",
]
