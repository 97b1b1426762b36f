"""Whether groups are measured alike: the ladder, its rules, and the size of what differs."""

from osa_survey.psychometrics.invariance.alignments import alignment
from osa_survey.psychometrics.invariance.comparability import invariance
from osa_survey.psychometrics.invariance.invariance_sentences import verdict_words

__all__ = ["alignment", "invariance", "verdict_words"]
