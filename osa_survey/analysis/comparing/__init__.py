"""Groups of people compared, and answers of the same people."""
