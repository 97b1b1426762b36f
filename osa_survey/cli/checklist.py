"""``osa-survey checklist``: a reporting guideline, filled in as far as the data can."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import ReportingChecklist


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    which: Annotated[ReportingChecklist, typer.Option("--which", help="The guideline.")] = ReportingChecklist.strobe,
    out: Annotated[Path, typer.Option("--out", help="The file: .docx or .md.")] = Path("checklist.docx"),
) -> None:
    """Fill in a checklist: computed numbers, facts of the fieldwork, places in the report, or why there is no answer.

    In Python: osa_survey.write_checklist("study.toml", "strobe", "checklist.docx")
    """
    from osa_survey.cli.progress import working
    from osa_survey.plan import write_checklist

    with working("running the study and filling in the checklist"):
        written = write_checklist(study, which.value, out)
    typer.echo(f"written: {written}")
