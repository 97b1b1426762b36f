"""``osa-survey demo``: the main job on an embedded example."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import Demonstration
from osa_survey.cli.progress import show_written


def command(
    example: Annotated[Demonstration, typer.Argument(help="osa: simulated answers; fair: real answers of 1974.")] = (
        Demonstration.osa
    ),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("demo-report"),
) -> None:
    """Write an example study and its raw export, run the whole pipeline on it, and report.

    In Python: osa_survey.plan.demonstrate("osa", "demo-report")
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import demonstrate

    with working("running the example"):
        written = demonstrate(example.value, out)
    show_written(written)
