"""``osa-survey release``: what may be shared of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import DisclosureProfile


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("release"),
    disclosure: Annotated[
        DisclosureProfile | None, typer.Option("--disclosure", help="Which counts may be shown; one for release.")
    ] = None,
) -> None:
    """Write what may be shared: codebook, synthetic twin, records after the checks, data-protection note.

    In Python: osa_survey.release_study("study.toml", "release")
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import release_study

    with working("running the study and its synthetic twin, checking what may be shared"):
        written = release_study(study, out, profile=disclosure.value if disclosure else None)
    for path in written:
        typer.echo(f"written: {path}")
