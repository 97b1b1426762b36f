"""Effect sizes with their intervals, on plain arrays: one kind of size per file, each returns an `Effect`."""
