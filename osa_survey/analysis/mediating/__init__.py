"""Mediation and moderation by paths of regressions."""
