"""``osa-survey freeze``: fix the plan before the data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
) -> None:
    """Freeze study file, codebook and instrument versions under one hash, and write texts for OSF and AsPredicted.

    In Python: osa_survey.freeze_study("study.toml")
    """
    from osa_survey.plan import freeze_study

    for path in freeze_study(study):
        typer.echo(f"written: {path}")
