"""One question in all declared ways."""
