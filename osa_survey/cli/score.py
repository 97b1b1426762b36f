"""``osa-survey score``: scale scores with the log of who was scored and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import DisclosureProfile


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    out: Annotated[
        Path | None, typer.Option("--out", help="A .csv, .parquet, .sav or .dta file, one row a respondent.")
    ] = None,
    disclosure: Annotated[
        DisclosureProfile,
        typer.Option("--disclosure", help="Rows are written under workbench alone; others refuse them."),
    ] = DisclosureProfile.workbench,
) -> None:
    """Score every scale by its definition and say who was scored, prorated, not scored, and why.

    In Python: osa_survey.plan.score_study("study.toml", "scores.csv")
    """
    from osa_survey.plan import score_study
    from osa_survey.plan.summaries import scoring_summary

    scored = score_study(study, out, profile=disclosure.value)
    typer.echo(scoring_summary(scored))
    if out is not None:
        typer.echo(f"written: {out} (one row for each respondent: for your own machine, NOT FOR RELEASE)")
