"""What many simulated studies found: power and required sizes."""
