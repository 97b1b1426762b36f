"""``osa-survey instruments``: the shelf of definitions, scoring sheets, checks, comparisons, drafts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from osa_survey.cli.choices import OutputFormat

group = typer.Typer(no_args_is_help=True)
StudyFolder = Annotated[Path | None, typer.Option("--study", help="A study folder with definitions of its own.")]
Format = Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")]


@group.callback()
def command() -> None:
    """List, show, check, compare and draft the definitions of instruments.

    In Python: osa_survey.list_instruments(osa_survey.load_library())
    """


def _print(found: Any, output: OutputFormat) -> None:
    text = found.as_text() if output is OutputFormat.text else json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    typer.echo(text)


@group.command("list")
def list_shelf(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words to find in title, construct, scales, source.")
    ] = None,
    study: StudyFolder = None,
    output: Format = OutputFormat.text,
) -> None:
    """List the instruments with key, cut-offs and licence; found by construct or any word.

    In Python: osa_survey.list_instruments(osa_survey.load_library(), "loneliness")
    """
    from osa_survey.instruments import list_instruments, load_library

    _print(list_instruments(load_library(study), " ".join(words or ())), output)


@group.command("show")
def show(
    instrument: Annotated[str, typer.Argument(help="The id of an instrument, or a TOML file.")],
    study: StudyFolder = None,
) -> None:
    """Print the scoring sheet: everything needed to score a form by hand, with evidence and doubts.

    In Python: print(osa_survey.scoring_sheet(osa_survey.load_instrument("scs")))
    """
    from osa_survey.instruments import find_instrument, scoring_sheet

    typer.echo(scoring_sheet(find_instrument(instrument, study)), nl=False)


@group.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The TOML file of a new instrument.")], output: Format = OutputFormat.text
) -> int:
    """Check a new definition. Exit code 1 if there are findings, 2 if the file breaks the format.

    In Python: osa_survey.check_definition("instruments/mine.toml").findings
    """
    from osa_survey.plan import check_definition

    found = check_definition(file)
    _print(found, output)
    return found.exit_code


@group.command("compare")
def compare(
    first: Annotated[str, typer.Argument(help="The id of an instrument, or a TOML file.")],
    second: Annotated[str, typer.Argument(help="Another one.")],
    study: StudyFolder = None,
    output: Format = OutputFormat.text,
) -> int:
    """Show two definitions side by side. Exit code 1 if they differ.

    In Python: osa_survey.compare_instruments(osa_survey.load_instrument("ppcs6"), osa_survey.load_instrument("ppcs18"))
    """
    from osa_survey.instruments import compare_instruments, find_instrument

    found = compare_instruments(find_instrument(first, study), find_instrument(second, study))
    _print(found, output)
    return 1 if found.differences else 0


@group.command("draft")
def draft(
    file: Annotated[
        Path,
        typer.Argument(help=".qsf, .lss, REDCap dictionary, DDI-Codebook, Table Schema, Psych-DS, data-dict.yaml."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The study folder; made if absent, nothing is overwritten.")],
) -> None:
    """Draft a codebook and own instruments from a questionnaire, every guess marked "# check:".

    In Python: osa_survey.draft_definitions("survey.qsf", "my_study")
    """
    from osa_survey.drafting import draft_definitions

    typer.echo(draft_definitions(file, out).summary())
