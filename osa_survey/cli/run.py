"""``osa-survey run``: every analysis of the study file, as tables and a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import DisclosureProfile


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("results"),
    only: Annotated[list[str] | None, typer.Option("--only", help="The id of an analysis; may be repeated.")] = None,
    disclosure: Annotated[
        DisclosureProfile, typer.Option("--disclosure", help="Which counts may be shown.")
    ] = DisclosureProfile.workbench,
) -> None:
    """Run the analyses of a study and write results.jsonl and one table for each.

    In Python: osa_survey.plan.write_run(osa_survey.run_study("study.toml"), "results")
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import run_study, write_run
    from osa_survey.plan.summaries import run_summary

    with working("running the analyses"):
        finished = run_study(study, only=only or ())
    folder = write_run(finished, out, profile=disclosure.value)
    typer.echo(run_summary(finished, folder, disclosure.value))
