"""`python -m osa_survey`, the same as the command `osa-survey`."""

from __future__ import annotations

import sys

from osa_survey.cli import main

if __name__ == "__main__":
    sys.exit(main())
