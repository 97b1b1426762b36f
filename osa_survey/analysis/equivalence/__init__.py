"""Equivalence and non-inferiority within bounds named beforehand."""
