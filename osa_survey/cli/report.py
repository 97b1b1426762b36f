"""``osa-survey report``: the whole study as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import DisclosureProfile
from osa_survey.cli.progress import show_written


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    out: Annotated[Path, typer.Option("--out", help="The output folder.")] = Path("report"),
    disclosure: Annotated[
        DisclosureProfile | None, typer.Option("--disclosure", help="Which counts may be shown; else the study file's.")
    ] = None,
) -> None:
    """Run a study and write its report: documents, figures, tables and the ledger.

    In Python: osa_survey.report_study("study.toml", "report")
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import report_study
    from osa_survey.results.hidden_parts import hidden_words

    with working("running the analyses and writing the report"):
        written = report_study(study, out, profile=disclosure.value if disclosure else None)
    show_written(written)
    if words := hidden_words(out / "results.jsonl"):
        typer.echo(words)
