"""The command line: one module for each command, each a thin shell around one library call."""

from osa_survey.cli.main import main, program

__all__ = ["main", "program"]
