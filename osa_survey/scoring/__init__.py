"""Scores: the missing rule of the definition, the evidence for its key, and a log of what was scored."""

from osa_survey.scoring.keying import KeyingVerdict, keying, keying_verdict
from osa_survey.scoring.logs import scoring_log
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scores import ScaleScores, scale_scores, score

__all__ = [
    "KeyingVerdict",
    "ScaleScores",
    "ScoringRule",
    "keying",
    "keying_verdict",
    "scale_scores",
    "score",
    "scoring_log",
]
