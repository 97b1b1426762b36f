"""Correlations of pairs, matrices, groups; partial ones; correlations compared."""
