"""What was asked: instruments, harmonised variables and their answers, read from ``data_dictionary``."""

from osa_survey.instruments.answer_sets import AnswerSet, Midpoints
from osa_survey.instruments.answers import Item, ResponseOptions
from osa_survey.instruments.citations import Citation
from osa_survey.instruments.comparisons import compare_instruments
from osa_survey.instruments.files import json_schemas, read_definition
from osa_survey.instruments.library import (
    Library,
    data_dictionary,
    find_instrument,
    load_instrument,
    load_library,
    load_variable,
)
from osa_survey.instruments.listings import list_instruments
from osa_survey.instruments.model import Evidence, Instrument
from osa_survey.instruments.scales import Alert, Cutoff, Group, MissingRule, Scale
from osa_survey.instruments.scoring_sheets import scoring_sheet
from osa_survey.instruments.variables import HarmonisedVariable, midpoints
from osa_survey.instruments.works import ReferenceWork

__all__ = [
    "Alert",
    "AnswerSet",
    "Citation",
    "Cutoff",
    "Evidence",
    "Group",
    "HarmonisedVariable",
    "Instrument",
    "Item",
    "Library",
    "Midpoints",
    "MissingRule",
    "ReferenceWork",
    "ResponseOptions",
    "Scale",
    "compare_instruments",
    "data_dictionary",
    "find_instrument",
    "json_schemas",
    "list_instruments",
    "load_instrument",
    "load_library",
    "load_variable",
    "midpoints",
    "read_definition",
    "scoring_sheet",
]
