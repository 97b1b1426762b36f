"""Regressions of every family: requests, fits, tables, diagnoses."""
