"""``osa-survey studies``: published studies, reproduced on simulated answers and checked against themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The id of the study; see 'osa-survey studies list'.")]
Own = Annotated[Path | None, typer.Option("--folder", help="A folder of your own: published/ and studies/.")]


@group.callback()
def command() -> None:
    """List published studies, reproduce one on simulated answers, check its printed numbers.

    In Python: osa_survey.run_published("doering_2017")
    """


@group.command("list")
def list_all(folder: Own = None) -> None:
    """List the studies: respondents, printed numbers, how many a run reproduces.

    In Python: print(osa_survey.studies.study_listing())
    """
    from osa_survey.studies import study_listing

    typer.echo(study_listing(folder))


@group.command("run")
def run(
    study: Name,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the simulation; never chosen for its result.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Where raw export, tables and figure are kept.")] = None,
    folder: Own = None,
) -> int:
    """Simulate the raw export, run the normal pipeline, compare. Exit code 1 if a number lies outside its tolerance.

    In Python: osa_survey.run_published("doering_2017", seed=1)
    """
    from osa_survey.cli.progress import working
    from osa_survey.studies import reproduction_text, run_published

    with working("reproducing the study"):
        result = run_published(study, seed, out, folder=folder)
    typer.echo(reproduction_text(result))
    if out is not None:
        typer.echo(f"\nwritten to {out}")
    return int(bool((result.frame.loc[result.frame["quantity"] == "within_tolerance", "estimate"] != 1).any()))


@group.command("check")
def check(study: Name, folder: Own = None) -> int:
    """Check whether the printed numbers can be true together. Exit code 1 if some cannot.

    In Python: osa_survey.check_published("iran_2024")
    """
    from osa_survey.studies import check_published, checks_text

    result = check_published(study, folder)
    typer.echo(checks_text(result))
    return int(bool((result.frame["estimate"] == 0).any()))


@group.command("diagnose")
def diagnose(
    study: Name,
    seeds: Annotated[int, typer.Option("--seeds", min=2, help="How many seeds, from 1 on.")] = 20,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; they change no number.")] = 1,
    folder: Own = None,
) -> None:
    """Reproduce a study with many seeds: bias, coverage and power, each with its Monte-Carlo error.

    In Python: osa_survey.studies.diagnose_published("grov_2011", 20)
    """
    from osa_survey.cli.progress import working
    from osa_survey.studies import diagnose_published, diagnosis_text

    with working("reproducing the study"):
        result = diagnose_published(study, seeds, folder=folder, workers=workers)
    typer.echo(diagnosis_text(result))
