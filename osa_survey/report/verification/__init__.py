"""Holding a manuscript against the results behind it."""

from osa_survey.report.verification.verifying import FINDINGS, Verification, verify_manuscript

__all__ = ["FINDINGS", "Verification", "verify_manuscript"]
