"""``osa-survey codebook``: what every column holds, for people and for machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import DisclosureProfile


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("codebook"),
    disclosure: Annotated[
        DisclosureProfile | None, typer.Option("--disclosure", help="Which counts may be shown; else the study file's.")
    ] = None,
) -> None:
    """Write the codebook: an HTML page with counts, a REDCap data dictionary, and a Frictionless Table Schema.

    In Python: osa_survey.plan.write_codebook("study.toml", "codebook")
    """
    from osa_survey.plan import write_codebook

    for path in write_codebook(study, out, profile=disclosure.value if disclosure else None):
        typer.echo(f"written: {path}")
