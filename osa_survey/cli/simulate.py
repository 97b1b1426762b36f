"""``osa-survey simulate``: a study's raw export before its first respondent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import SimulatedPlatform


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it; no export is needed.")] = Path(
        "study.toml"
    ),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("simulated"),
    n: Annotated[int | None, typer.Option("--n", min=1, help="People; by default as the study file says.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 1,
    platform: Annotated[
        SimulatedPlatform | None, typer.Option("--platform", help="Whose layout; by default the codebook's.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Threads; they change no byte.")] = 1,
) -> None:
    """Simulate the raw export of a study: a folder with export, codebook and study file to check, run and report.

    In Python: osa_survey.plan.simulate_study("study.toml", "simulated", n=1000, seed=1)
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import simulate_study
    from osa_survey.plan.summaries import simulation_summary

    with working("simulating"):
        written = simulate_study(
            study, out, n=n, seed=seed, platform=platform.value if platform else None, workers=workers
        )
    typer.echo(simulation_summary(written))
