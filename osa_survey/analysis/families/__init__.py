"""Tests that belong together: adjusted p values and simultaneous intervals."""
