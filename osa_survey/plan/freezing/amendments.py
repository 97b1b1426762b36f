"""Amending a frozen plan: what changed, why, how much was known by then, and who signed it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.export.files import write_text
from osa_survey.plan.freezing.changes import Change, changes_between
from osa_survey.plan.freezing.contents import content_hash, plan_content
from osa_survey.plan.freezing.frozen_plans import FOLDER, as_json, clock_text, load_frozen_plan
from osa_survey.plan.freezing.seen_results import results_of_plan
from osa_survey.plan.study_folder import Study, load_study

AMENDING_REASONS: dict[str, str] = {
    "typo": "a slip of writing",
    "coding_error": "the plan did not say what was meant",
    "data_quality": "the data are not as expected",
    "recruitment": "sample or fieldwork came out otherwise",
    "instrument": "an instrument or its scoring changed",
    "infeasible": "the planned analysis cannot be done",
    "assumption": "an assumption of the planned analysis is violated",
    "reviewer": "a reviewer or editor asked for it",
    "new_question": "a question that the plan did not have",
    "other": "said in the note",
}
TIERS: dict[str, str] = {
    "clerical": "words only; no number can change",
    "blind": "decided before anyone saw outcome data",
    "informed": "decided by someone who had seen outcome data",
}
ABOUT_DATA = ("typo", "data_quality", "recruitment")
"""Reasons that do not explain why an analysis is another one than planned."""
ARGUMENTS = "study.analyses."


@dataclass(frozen=True)
class Amendment:
    """A recorded amendment.

    Attributes
    ----------
    number : int
        Its number, from 1.
    reason, tier, note : str
        A word of ``AMENDING_REASONS``, a word of ``TIERS``, and free words.
    signed_off : tuple of str
        Who agreed.
    changes : tuple of Change
        What differs from the plan before.
    path : Path
        The file that holds it.
    warnings : tuple of str
        What speaks against tier or reason; the amendment is recorded all the same.
    """

    number: int
    reason: str
    tier: str
    note: str
    signed_off: tuple[str, ...]
    changes: tuple[Change, ...]
    path: Path
    warnings: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Return the amendment as lines for a terminal."""
        lines = [f"amendment {self.number}: {self.reason}, {self.tier}, signed off by {', '.join(self.signed_off)}"]
        lines += [f"  {change.path}: {change.in_words}" for change in self.changes]
        return "\n".join([*lines, *(f"warning: {one}" for one in self.warnings), f"written: {self.path}"])


def amend_study(
    study: Study | Path | str,
    *,
    reason: str,
    tier: str,
    signed_off: Sequence[str],
    note: str = "",
    now: datetime | None = None,
) -> Amendment:
    """Record that the plan changed after it was frozen.

    Parameters
    ----------
    study : Study or Path or str
        A study with a frozen plan; its files as they are now are the amended plan.
    reason : str
        A word of ``AMENDING_REASONS``; ``other`` needs a note.
    tier : {"clerical", "blind", "informed"}
        How much was known when it was decided. What an informed change touches is exploratory from then on.
    signed_off : sequence of str
        Who agreed: one name or more.
    note : str
        Why, in words.
    now : datetime, optional
        The time; by default the clock's.

    Returns
    -------
    Amendment
        What was written into ``frozen/amendment-<n>.json``; its time stands in a file of its own.

    Raises
    ------
    DefinitionError
        ``not_frozen``, ``nothing_to_amend``, ``unknown_reason``, ``unknown_tier``, ``no_sign_off``, ``no_note``;
        ``tier_too_low`` if a clerical amendment would change a key that moves numbers.
    """
    study = study if isinstance(study, Study) else load_study(study)
    frozen = load_frozen_plan(study.folder)
    if frozen is None:
        hint = "run 'osa-survey freeze' first; before that the study file can be edited freely"
        raise DefinitionError(Problem("not_frozen", "this study has no frozen plan", study.name, hint=hint))
    content = plan_content(study)
    changes = changes_between(frozen.current, content)
    names = tuple(name.strip() for name in signed_off if name.strip())
    problems = _problems(changes, reason, tier, names, note, study.name)
    if problems:
        raise DefinitionError(problems)
    number = len(frozen.amendments) + 1
    hashes = {frozen.sha256, *(str(one["sha256"]) for one in frozen.amendments)}
    seen = results_of_plan(study.folder, hashes) if tier == "blind" else ()
    record = {
        "record": "amendment",
        "number": number,
        "builds_on": frozen.last_hash,
        "reason": reason,
        "tier": tier,
        "note": note.strip(),
        "signed_off": list(names),
        "changes": [change.as_dict() for change in changes],
        **({"results_there": list(seen)} if seen else {}),
        "plan": content,
    }
    record["sha256"] = content_hash(record)
    folder = study.folder / FOLDER
    time = {"record": "time", "of": record["sha256"], "time": clock_text(now)}
    write_text(folder / f"amendment-{number}.time.json", as_json(time))
    path = write_text(folder / f"amendment-{number}.json", as_json(record))
    warnings = _warnings(changes, reason, seen)
    return Amendment(number, reason, tier, note.strip(), names, changes, path, warnings)


def _warnings(changes: Sequence[Change], reason: str, seen: Sequence[str]) -> tuple[str, ...]:
    """Return what speaks against the tier and the reason of an amendment."""
    found = []
    if seen:
        found.append(
            f"results of this plan are in {', '.join(seen)}: whoever has seen them decides informed, not blind; the "
            "record and the report say that they were there"
        )
    moved = [change.path for change in changes if change.path.startswith(ARGUMENTS) and not change.clerical]
    if moved and reason in ABOUT_DATA:
        found.append(
            f"the reason {reason} is about the data, and {', '.join(moved)} changes an analysis: assumption, "
            "infeasible, coding_error, reviewer or new_question would say why"
        )
    return tuple(found)


def _problems(
    changes: Sequence[Change], reason: str, tier: str, names: Sequence[str], note: str, file: str
) -> list[Problem]:
    problems = []
    if not changes:
        message = "the study is as it was frozen or last amended"
        problems.append(Problem("nothing_to_amend", message, file, hint="edit the files first, then amend"))
    if reason not in AMENDING_REASONS:
        hint = nearest(reason, list(AMENDING_REASONS))
        problems.append(Problem("unknown_reason", f"there is no reason '{reason}'", hint=hint))
    if tier not in TIERS:
        problems.append(Problem("unknown_tier", f"there is no tier '{tier}'", hint=nearest(tier, list(TIERS))))
    if not names:
        problems.append(Problem("no_sign_off", "nobody has signed the amendment off", hint="name who agreed"))
    if reason == "other" and not note.strip():
        problems.append(Problem("no_note", "the reason 'other' needs a note", hint="say why in a sentence"))
    moving = [change.path for change in changes if not change.clerical]
    if tier == "clerical" and moving:
        message = "a clerical amendment cannot change keys that move numbers"
        hint = "choose the tier blind or informed"
        problems.append(
            Problem("tier_too_low", message, file, key=moving[0].partition(".")[2], hint=hint, count=len(moving))
        )
    return problems
