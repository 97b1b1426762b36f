"""How well something is measured: reliability, factor models, screening, agreement."""
