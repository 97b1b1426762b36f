"""Regressions of people in groups: mixed models, estimating equations, fixed effects."""
