"""The same people more than once: links, attrition, change, lagged paths."""
