"""``osa-survey audit``: what a kind second reviewer would ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import Language, OutputFormat


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    language: Annotated[
        Language | None, typer.Option("--language", help="The language of the remarks; else the report's.")
    ] = None,
    output: Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")] = OutputFormat.text,
) -> int:
    """Run a study and look at it as a kind second reviewer would. Exit code 1 if there are remarks.

    In Python: osa_survey.audit_study("study.toml").findings
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import audit_study

    with working("running the analyses"):
        found = audit_study(study, language=language.value if language else None)
    text = found.as_text() if output is OutputFormat.text else json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    typer.echo(text)
    return 1 if found.findings else 0
