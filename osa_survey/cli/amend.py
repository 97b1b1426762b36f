"""``osa-survey amend``: record what changed after the plan was frozen, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    study: Annotated[Path, typer.Argument(help="study.toml, or the folder that holds it.")] = Path("study.toml"),
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help="typo, coding_error, data_quality, recruitment, instrument, infeasible, assumption, reviewer, "
            "new_question or other.",
        ),
    ] = "",
    tier: Annotated[
        str, typer.Option("--tier", help="clerical: words only; blind: before outcome data were seen; informed: after.")
    ] = "",
    by: Annotated[list[str] | None, typer.Option("--by", help="Who signs it off; may be repeated.")] = None,
    note: Annotated[str, typer.Option("--note", help="Why, in words.")] = "",
) -> None:
    """Record the changes since the plan was frozen or last amended, with reason, tier and sign-off.

    In Python: osa_survey.amend_study("study.toml", reason="data_quality", tier="blind", signed_off=["A. Author"])
    """
    from osa_survey.plan import amend_study

    typer.echo(amend_study(study, reason=reason, tier=tier, signed_off=by or (), note=note).as_text())
