"""``osa-survey diff``: which numbers changed between two runs, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from osa_survey.cli.choices import OutputFormat


def command(
    before: Annotated[Path, typer.Argument(help="An output folder of run or report, or its results.jsonl.")],
    after: Annotated[Path, typer.Argument(help="The later one.")],
    output: Annotated[OutputFormat, typer.Option("--format", help="Text, or JSON for programs.")] = OutputFormat.text,
) -> int:
    """Show which numbers changed and why: data, exclusions, definitions, seed, versions. Exit code 1 if any changed.

    In Python: osa_survey.compare_runs("results.previous", "results").differences
    """
    from osa_survey.report import compare_runs

    found = compare_runs(before, after)
    text = found.as_text() if output is OutputFormat.text else json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
    typer.echo(text)
    return 1 if found.differences else 0
