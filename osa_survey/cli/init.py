"""``osa-survey init``: draft a codebook and a study file from an export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    directory: Annotated[Path, typer.Argument(help="The study folder; made if absent.")],
    export: Annotated[Path, typer.Option("--export", help="The raw export as downloaded from the platform.")],
    companions: Annotated[
        list[Path] | None,
        typer.Option("--with", help="Survey structure, dictionary or value list of the platform; may be repeated."),
    ] = None,
) -> None:
    """Draft codebook.toml and study.toml from an export, every guess marked "# check:".

    In Python: osa_survey.draft_study("export.csv", "my_study")
    """
    from osa_survey.drafting import draft_study

    draft = draft_study(export, directory, companions=companions or ())
    typer.echo(draft.summary())
