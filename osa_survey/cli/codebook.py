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
    to_xlsx: Annotated[
        Path | None, typer.Option("--to-xlsx", help="Write the codebook as a spreadsheet to correct, and stop.")
    ] = None,
    from_xlsx: Annotated[
        Path | None, typer.Option("--from-xlsx", help="Read a corrected spreadsheet into codebook.toml, and stop.")
    ] = None,
    crosswalk: Annotated[
        Path | None,
        typer.Option("--crosswalk", help="Another study: show what both asked, side by side, and stop."),
    ] = None,
) -> None:
    """Write the codebook: an HTML page with counts, and REDCap, Table Schema, Psych-DS, DDI and data-dict.yaml files.

    In Python: osa_survey.plan.write_codebook("study.toml", "codebook"); with --crosswalk:
    osa_survey.crosswalk("study.toml", "other/study.toml")
    """
    if crosswalk is not None:
        from osa_survey.plan.crosswalks import crosswalk as crosswalk_of

        typer.echo(crosswalk_of(study, crosswalk).as_text())
        return
    if to_xlsx is not None or from_xlsx is not None:
        from osa_survey.plan.codebook_spreadsheets import read_codebook_spreadsheet, write_codebook_spreadsheet

        if from_xlsx is not None:
            typer.echo(f"written: {read_codebook_spreadsheet(study, from_xlsx)}")
        if to_xlsx is not None:
            typer.echo(f"written: {write_codebook_spreadsheet(study, to_xlsx)}")
        return
    from osa_survey.plan import write_codebook

    for path in write_codebook(study, out, profile=disclosure.value if disclosure else None):
        typer.echo(f"written: {path}")
