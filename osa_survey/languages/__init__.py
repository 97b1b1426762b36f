"""What analyses write in English, in the language of a report: matched by catalogues when it is printed."""

from osa_survey.languages.catalogues import PARTS, SOURCE, Part, catalogue
from osa_survey.languages.translations import in_language, translation, worded

__all__ = ["PARTS", "SOURCE", "Part", "catalogue", "in_language", "translation", "worded"]
