"""The plan fixed before the data: freeze it, amend it, and say what departs from it."""

from osa_survey.plan.freezing.amendments import AMENDING_REASONS, TIERS, Amendment, amend_study
from osa_survey.plan.freezing.frozen_plans import FrozenPlan, freeze_study, load_frozen_plan
from osa_survey.plan.freezing.statuses import CONFIRMATORY, EXPLORATORY, plan_statuses, with_statuses

__all__ = [
    "AMENDING_REASONS",
    "CONFIRMATORY",
    "EXPLORATORY",
    "TIERS",
    "Amendment",
    "FrozenPlan",
    "amend_study",
    "freeze_study",
    "load_frozen_plan",
    "plan_statuses",
    "with_statuses",
]
