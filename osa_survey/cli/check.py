"""``osa-survey check``: what a person must decide on before numbers are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import OutputFormat


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    output: Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")] = OutputFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="Also report what is only worth a look.")] = False,
) -> int:
    """Check the files, the columns and the values of a study. Exit code 1 if there are findings.

    In Python: osa_survey.check_study("study.toml").findings
    """
    from osa_survey.plan import check_study

    check = check_study(study, strict=strict)
    typer.echo(
        check.as_text() if output is OutputFormat.text else json.dumps(check.as_dict(), ensure_ascii=False, indent=2)
    )
    return 1 if check.findings else 0
