"""The objects that travel: Export, Responses, ScoredData, and the one door between them."""

from osa_survey.dataset.admission import admit
from osa_survey.dataset.arousal_classes import arousal_classes
from osa_survey.dataset.binding import bind_exports
from osa_survey.dataset.columns import Column, column_of, columns_of
from osa_survey.dataset.designs import (
    Calibration,
    DesignRecord,
    MarginRecord,
    ReplicateWeights,
    Stage,
    SurveyDesign,
    refuse_design,
)
from osa_survey.dataset.exports import Export
from osa_survey.dataset.harmonising import Harmonised, harmonise
from osa_survey.dataset.imputed import ImputationRecord, ImputedData
from osa_survey.dataset.keyed import KeyedItems, keyed_items
from osa_survey.dataset.no_activity import NO_ACTIVITY, no_activity_answers
from osa_survey.dataset.platform_facts import OptionSet, PlatformFacts
from osa_survey.dataset.responses import Exclusion, Responses, require_responses
from osa_survey.dataset.scored import ScaleLog, ScoredData
from osa_survey.dataset.variables import VariableInfo

__all__ = [
    "NO_ACTIVITY",
    "Calibration",
    "Column",
    "DesignRecord",
    "Exclusion",
    "Export",
    "Harmonised",
    "ImputationRecord",
    "ImputedData",
    "KeyedItems",
    "MarginRecord",
    "OptionSet",
    "PlatformFacts",
    "ReplicateWeights",
    "Responses",
    "ScaleLog",
    "ScoredData",
    "Stage",
    "SurveyDesign",
    "VariableInfo",
    "admit",
    "arousal_classes",
    "bind_exports",
    "column_of",
    "columns_of",
    "harmonise",
    "keyed_items",
    "no_activity_answers",
    "refuse_design",
    "require_responses",
]
