"""The program ``osa-survey``: its commands, its exit codes, and how errors are shown."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import typer

from osa_survey._version import __version__
from osa_survey.errors import OsaSurveyError

EXIT_WRONG = 2
COMMANDS = (
    "start",
    "init",
    "check",
    "score",
    "run",
    "report",
    "verify",
    "diff",
    "audit",
    "freeze",
    "amend",
    "release",
    "checklist",
    "codebook",
    "instruments",
    "analyses",
    "simulate",
    "power",
    "studies",
    "demo",
)

app = typer.Typer(
    name="osa-survey",
    help="From a raw survey export on adults' online sexual activities to a reproducible report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"osa_survey {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """From a raw survey export on adults' online sexual activities to a reproducible report."""


for command in COMMANDS:
    module = importlib.import_module(f"osa_survey.cli.{command}")
    if hasattr(module, "group"):
        app.add_typer(module.group, name=command)
    else:
        app.command(command)(module.command)


def main() -> int:
    """Run the command line.

    Returns
    -------
    int
        0 fine, 1 findings, 2 unreadable input, undeclared values where numbers would be made, or wrong use.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        outcome = app(prog_name="osa-survey", standalone_mode=False)
    except OsaSurveyError as error:
        typer.echo(f"{type(error).__name__}: {error.as_text(len(error.problems))}", err=True)
        return EXIT_WRONG
    except typer.Abort:
        typer.echo("stopped", err=True)
        return EXIT_WRONG
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            typer.echo(f"osa-survey: {error.format_message()}", err=True)
            return EXIT_WRONG
        raise
    return outcome if isinstance(outcome, int) else 0


def program() -> NoReturn:
    """Run the command line and leave with its exit code.

    The process ends at once after its streams are flushed: reading threads of a library that are still winding down at
    the end of a short run would otherwise abort it, and its exit code with it.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
