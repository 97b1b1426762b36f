"""Groups and studies pooled with random effects."""
