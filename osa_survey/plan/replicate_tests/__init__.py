"""Tests of many simulated studies by the array functions of the analyses, without their tables."""

from osa_survey.plan.replicate_tests.dispatching import QuickTest, quick_test

__all__ = ["QuickTest", "quick_test"]
