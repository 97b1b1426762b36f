"""Analysis of variance with any factors between and within people; rank tests of repeated answers."""
