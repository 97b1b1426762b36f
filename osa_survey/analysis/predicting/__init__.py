"""What a regression says in the outcome's units: predictions, contrasts, slopes."""
