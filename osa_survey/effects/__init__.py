"""Effect sizes with their intervals, on plain arrays: one kind of size per file, each returns an `Effect`."""

from osa_survey.effects.conversions import Conversion, convert
from osa_survey.effects.effects import Effect

__all__ = ["Conversion", "Effect", "convert"]
