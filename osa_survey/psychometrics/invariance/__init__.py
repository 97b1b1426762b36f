"""Whether groups or waves are measured alike: the ladder, its rules, and the size of what differs."""

from osa_survey.psychometrics.invariance.invariance_sentences import verdict_words
from osa_survey.psychometrics.invariance.wave_sentences import wave_verdict_words

__all__ = ["verdict_words", "wave_verdict_words"]
