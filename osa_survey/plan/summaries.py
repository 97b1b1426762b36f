"""What the command line says when a step is done."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from osa_survey.dataset import ScoredData
from osa_survey.disclosure import WORKBENCH, profile_named
from osa_survey.instruments.reasons import REASON_TITLES
from osa_survey.plan.running import StudyRun
from osa_survey.results import Result


def scoring_summary(scored: ScoredData) -> str:
    """Return for each scale who was scored, prorated, not scored and why, and the verdict on its key."""
    responses = scored.responses
    lines = [f"{responses.n_records} records, {len(responses)} adults scored"]
    lines += [f"  excluded: {step.n} {step.reason}" for step in responses.history]
    for entry in scored.log:
        why = ", ".join(f"{number} {REASON_TITLES[reason]}" for reason, number in entry.why_not.items())
        lines.append(
            f"{entry.name}: {entry.scored} scored, {entry.prorated} prorated, {entry.not_scored} not scored"
            + (f" ({why})" if why else "")
        )
        verdict = scored.keying[entry.name]
        lines.append(f"  key {verdict.verdict}: {'; '.join(verdict.reasons)}")
        if entry.verified != "seen":
            lines.append(f"  definition '{entry.instrument}' is marked {entry.verified}")
    return "\n".join([*lines, WORKBENCH.banner])


def run_summary(run: StudyRun, folder: Path, profile: str) -> str:
    """Return one line for each analysis and where the output is."""
    rules = profile_named(profile)
    lines = [
        f"{result.id}: {result.title}" + (f" (n = {result.n_used})" if result.n_used >= rules.threshold else "")
        for result in (*run.analyses, *run.multiverse)
    ]
    return "\n".join([*lines, f"written: {folder} (profile {profile})", *filter(None, [rules.banner])])


def simulation_summary(written: Sequence[Path]) -> str:
    """Return the files of a simulated study, and the command that reports it."""
    study = next(path for path in written if path.suffix == ".toml")
    lines = [f"written: {path}" for path in written if path.suffix != ".toml"]
    lines.append("no respondent stands behind these answers; the truth lists every number as published or assumed")
    return "\n".join([*lines, f"next: osa-survey report {study} --out report"])


def power_summary(result: Result, written: Sequence[Path], folder: Path) -> str:
    """Return the curve in words, the size that is needed under each setting, and where the output is."""
    lines = list(result.sentences())
    for row in result.more["required"].frame.to_dict("records"):
        low, high = (f"{bound:,.0f}" if math.isfinite(bound) else "…" for bound in (row["conf_low"], row["conf_high"]))
        known = math.isfinite(row["estimate"])
        size = f"n = {row['estimate']:,.0f} [{low}, {high}]" if known else row["warning"]
        lines.append(f"{row['outcome']}, {row['term']}: {size}")
    rows = result.frame.to_dict("records")
    lines += [f"{row['outcome']}, n = {row['level']}: {row['warning']}" for row in rows if row["warning"]]
    lines += [f"written: {path}" for path in written if path.suffix == ".html"]
    lines.append(f"finished batches are kept in {folder}; the folder can be removed")
    return "\n".join(lines)
