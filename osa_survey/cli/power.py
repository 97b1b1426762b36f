"""``osa-survey power``: the power of a study before its first respondent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it; no export is needed.")] = Path(
        "study.toml"
    ),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("power"),
    n: Annotated[
        list[int] | None,
        typer.Option("--n", min=4, help="A sample size; may be repeated. By default the study file's."),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option("--replicates", min=2, help="Simulated studies of each size; by default the study file's."),
    ] = None,
    target: Annotated[
        float | None, typer.Option("--target", min=0.01, max=0.99, help="The power asked for; by default .80.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", help="Processes, -1 for all; they change no byte.")
    ] = None,
) -> None:
    """Carry out the whole plan on simulated studies: power curve, required size, errors of sign and size.

    Finished batches are kept beside the output folder, so that the same command goes on after an interruption.

    In Python: osa_survey.plan.power("study.toml", sizes=[200, 400], folder="power.batches")
    """
    from osa_survey.cli.progress import counting
    from osa_survey.plan import power, write_power
    from osa_survey.plan.summaries import power_summary

    folder = out.with_name(out.name + ".batches")
    with counting("simulating studies") as progress:
        result = power(
            study, sizes=n or (), replicates=replicates, target=target, folder=folder, workers=workers,
            progress=progress,
        )  # fmt: skip
    written = write_power(result, study, out)
    typer.echo(power_summary(result, written, folder))
