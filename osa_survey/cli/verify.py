"""``osa-survey verify``: a manuscript against the results behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import OutputFormat


def command(
    manuscript: Annotated[Path, typer.Argument(help="A .docx file: the edited report, or a text of your own.")],
    results: Annotated[
        Path | None, typer.Option("--results", help="results.jsonl or its folder; else the one beside the manuscript.")
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--earlier", help="The ledger of an earlier run, to tell stale numbers."),
    ] = None,
    unjudged: Annotated[bool, typer.Option("--unjudged", help="List the numbers that were not judged, too.")] = False,
    output: Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")] = OutputFormat.text,
) -> int:
    """Find numbers that no result backs, changed ones, and statistics that contradict themselves. Exit code 1 if any.

    In Python: osa_survey.verify_manuscript("manuscript.docx", "report/results.jsonl").findings
    """
    from osa_survey.report.verification import verify_manuscript

    found = verify_manuscript(manuscript, results, earlier=earlier)
    if output is OutputFormat.text:
        typer.echo(found.as_text(unjudged=unjudged))
    else:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    return 1 if found.findings else 0
