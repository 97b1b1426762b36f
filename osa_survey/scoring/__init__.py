"""Scores: the missing rule of the definition, the evidence for its key, and a log of what was scored."""

from osa_survey.scoring.clusters import local_cluster
from osa_survey.scoring.keying_results import keying
from osa_survey.scoring.logs import PRORATION_NOTE, scoring_log
from osa_survey.scoring.partitions import PartitionedScores, score_partitions
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scores import ScaleScores, scale_scores, score
from osa_survey.scoring.verdicts import KeyingVerdict, keying_verdict

__all__ = [
    "PRORATION_NOTE",
    "KeyingVerdict",
    "PartitionedScores",
    "ScaleScores",
    "ScoringRule",
    "keying",
    "keying_verdict",
    "local_cluster",
    "scale_scores",
    "score",
    "score_partitions",
    "scoring_log",
]
