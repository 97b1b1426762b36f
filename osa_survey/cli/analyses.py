"""``osa-survey analyses``: what an analysis of a study file takes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from osa_survey.cli.choices import OutputFormat

group = typer.Typer(no_args_is_help=True)
Format = Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")]


@group.callback()
def command() -> None:
    """List the analyses a study file can name, and show what each takes.

    In Python: osa_survey.list_analyses(), osa_survey.analysis_sheet("regress")
    """


@group.command("list")
def list_all(
    words: Annotated[list[str] | None, typer.Argument(help="Words to find in name and summary.")] = None,
    output: Format = OutputFormat.text,
) -> None:
    """List the analyses, each in a line.

    In Python: osa_survey.list_analyses("correlation")
    """
    from osa_survey.plan import list_analyses

    found = list_analyses(words or ())
    typer.echo(
        found.as_text() if output is OutputFormat.text else json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    )


@group.command("show")
def show(
    name: Annotated[str, typer.Argument(help="An analysis, or what other programs call it.")],
    output: Format = OutputFormat.text,
) -> None:
    """Show the arguments of an analysis with their defaults, and one entry of a study file.

    In Python: print(osa_survey.analysis_sheet("regress").as_text())
    """
    from osa_survey.plan import analysis_sheet

    found = analysis_sheet(name)
    typer.echo(
        found.as_text() if output is OutputFormat.text else json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    )
