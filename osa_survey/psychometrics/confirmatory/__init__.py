"""Confirmatory factor models."""
