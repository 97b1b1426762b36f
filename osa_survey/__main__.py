"""`python -m osa_survey`, the same as the command `osa-survey`."""

from __future__ import annotations

from osa_survey.cli import program

if __name__ == "__main__":
    program()
