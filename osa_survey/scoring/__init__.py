"""Scores: the missing rule of the definition, the evidence for its key, and a log of what was scored."""

from osa_survey.scoring.block_evidence import BlockEvidence, block_evidence, item_memberships
from osa_survey.scoring.clusters import local_cluster
from osa_survey.scoring.expected_correlations import ExpectedItems, expected_items
from osa_survey.scoring.key_questions import KeyQuestion
from osa_survey.scoring.keying_results import keying
from osa_survey.scoring.logs import PRORATION_NOTE, scoring_log
from osa_survey.scoring.partitions import PartitionedScores, score_partitions
from osa_survey.scoring.rules import ScoringRule
from osa_survey.scoring.scale_scores import ScaleScores, scale_scores
from osa_survey.scoring.scores import score
from osa_survey.scoring.verdicts import KeyingVerdict, keying_verdict

__all__ = [
    "BlockEvidence",
    "ExpectedItems",
    "KeyQuestion",
    "PRORATION_NOTE",
    "KeyingVerdict",
    "PartitionedScores",
    "ScaleScores",
    "ScoringRule",
    "block_evidence",
    "expected_items",
    "item_memberships",
    "keying",
    "keying_verdict",
    "local_cluster",
    "scale_scores",
    "score",
    "score_partitions",
    "scoring_log",
]
