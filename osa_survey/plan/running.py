"""Running a study: from the raw export to every result, in the order of the study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osa_survey.dataset import Responses, ScoredData, admit
from osa_survey.disclosure import Profile, profile_named, refuse_real_answers
from osa_survey.errors import AnalysisError, DefinitionError, OsaSurveyError, Problem, nearest
from osa_survey.export.files import write_text
from osa_survey.export.folders import output_folder
from osa_survey.export.table_texts import table_text
from osa_survey.plan.composition import with_departure
from osa_survey.plan.computing import attempted
from osa_survey.plan.families import family_members, with_declared_bounds, with_families
from osa_survey.plan.freezing.deviations import deviations
from osa_survey.plan.freezing.frozen_plans import load_frozen_plan
from osa_survey.plan.freezing.statuses import with_statuses
from osa_survey.plan.gate_step import gate_facts
from osa_survey.plan.imputation_step import StudyAnswers, imputation_results, study_answers
from osa_survey.plan.invariance_verdicts import with_verdicts
from osa_survey.plan.multiverse_entry import MULTIVERSE
from osa_survey.plan.multiverse_step import study_multiverse
from osa_survey.plan.package_versions import package_versions
from osa_survey.plan.study_folder import Study, load_study, read_study_export
from osa_survey.plan.weighting_step import weight_results, weighted
from osa_survey.progressing import tell
from osa_survey.quality import exclude, flow, missing_patterns, missingness, screen
from osa_survey.results import Ledger, Result, ledger_lines, release_together, with_plan_status
from osa_survey.scoring import keying, score, scoring_log


@dataclass(frozen=True, repr=False)
class PreparedStudy:
    """A study whose export has been read, admitted, screened and scored.

    Attributes
    ----------
    study : Study
        The study.
    admitted : Responses
        All adults, before the study file's exclusions.
    scored : ScoredData
        The answers as given, scored and weighted.
    records : int
        Records in the file.
    sha256 : str
        The hash of the export.
    reading : str
        How the export was recognised.
    files : tuple of mapping
        Name, SHA-256 and number of records of each export.
    """

    study: Study
    admitted: Responses
    scored: ScoredData
    records: int
    sha256: str
    reading: str
    files: tuple[Mapping[str, Any], ...]

    def __repr__(self) -> str:
        return f"<PreparedStudy: {self.study.file.title}; {len(self.scored)} adults of {self.records} records>"


@dataclass(frozen=True, repr=False)
class StudyRun:
    """Every result of a study, before the gate.

    Attributes
    ----------
    prepared : PreparedStudy
        What the results were computed from.
    flow : tuple of Result
        The respondents' flow.
    quality : tuple of Result
        Screening, and missing answers by reason.
    scales : tuple of Result
        The scoring log and the keying evidence; empty without scales.
    analyses : tuple of Result
        The analyses of the study file, in its order, each with its id.
    weights : tuple of Result
        The weights, and the sample against the margins they were raked to; empty without ``[weights]``.
    imputation : tuple of Result
        Little's test and the convergence of the chains; empty without imputation.
    answers : StudyAnswers or None
        What the analyses took.
    deviations : tuple of Result
        What differs from the frozen plan; empty without one.
    multiverse : tuple of Result
        Other ways to answer the question of an analysis; empty without ``[multiverse]``.
    """

    prepared: PreparedStudy
    flow: tuple[Result, ...]
    quality: tuple[Result, ...]
    scales: tuple[Result, ...]
    analyses: tuple[Result, ...]
    weights: tuple[Result, ...] = ()
    imputation: tuple[Result, ...] = ()
    answers: StudyAnswers | None = None
    deviations: tuple[Result, ...] = ()
    multiverse: tuple[Result, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """All results in order."""
        return (
            *self.flow,
            *self.quality,
            *self.scales,
            *self.weights,
            *self.imputation,
            *self.analyses,
            *self.multiverse,
            *self.deviations,
        )

    def ledger_head(self, profile: Profile) -> Ledger:
        """Return the first line of the ledger."""
        study = self.prepared.study
        attested = study.codebook.eligibility.attested
        plan = load_frozen_plan(study.folder)
        frozen = {} if plan is None else {"frozen_plan": plan.last_hash}
        told = {}
        if attested is not None:
            told["adulthood"] = f"attested: {attested.how}; by {attested.by}; documented in {attested.documented}"
        return Ledger(
            seed=study.file.seed,
            profile=profile.name,
            data=tuple({**entry, **told} for entry in self.prepared.files),
            definitions={**study.definition_hashes, **frozen},
            versions=package_versions(),
            simulated=self.prepared.admitted.simulated,
        )

    def __repr__(self) -> str:
        return f"<StudyRun: {self.prepared.study.file.title}; {len(self.analyses)} analyses>"


def prepare_study(study: Study | Path | str) -> PreparedStudy:
    """Read, admit, exclude and score.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.

    Returns
    -------
    PreparedStudy
        Everything an analysis needs.

    Raises
    ------
    OsaSurveyError
        From the step that cannot be done, with all its problems.
    """
    study = study if isinstance(study, Study) else load_study(study)
    entry = study.file.data[0]
    export = read_study_export(study)
    admitted = admit(export, study.said_codebook, study.said_library, undeclared=entry.undeclared)
    kept = exclude(admitted, study.exclusion_rules)
    if len(kept) == 0:
        steps = "; ".join(f"{step.n} {step.reason}" for step in kept.history)
        raise AnalysisError(Problem("nobody_left", f"no record is left for analysis ({steps})", export.file))
    scored = weighted(score(kept, study.scoring_rules), study.file, study.name)
    alone = {"file": study.export.name, "sha256": export.sha256, "records": admitted.n_records}
    files = export.reading.get("files") or (alone,)
    return PreparedStudy(study, admitted, scored, admitted.n_records, export.sha256, export.recognised_by, files)


def run_study(study: Study | Path | str, *, only: Sequence[str] = (), workers: int | None = None) -> StudyRun:
    """Return every result of a study.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    only : sequence of str
        Ids of analyses; by default all. That of ``[multiverse]`` is ``"multiverse"``.
    workers : int, optional
        Processes that impute and resample; by default those of ``joblib.parallel_config``. They change no result.

    Returns
    -------
    StudyRun
        Results before the gate.

    Raises
    ------
    OsaSurveyError
        From any step; problems of analyses are collected over all of them, each with the analysis it comes from.
    """
    prepared = prepare_study(study)
    plan = prepared.study.file
    ids = [entry.id for entry in plan.analyses] + ([MULTIVERSE] if plan.multiverse is not None else [])
    unknown = [name for name in only if name not in ids]
    if unknown:
        raise DefinitionError(
            [Problem("unknown_analysis", f"there is no analysis '{name}'", hint=nearest(name, ids)) for name in unknown]
        )
    answers = study_answers(prepared.scored, plan, prepared.study.name, workers=workers)
    needed = {*only, *family_members(plan, only)}
    analyses: list[Result] = []
    problems: list[Problem] = []
    for position, entry in enumerate(plan.analyses, start=1):
        if only and entry.id not in needed:
            continue
        tell("analyses", position - 1, len(plan.analyses))
        result, refused = attempted(entry, position, answers, plan, prepared.study.name)
        if result is None:
            problems.extend(refused)
            continue
        analyses.append(with_declared_bounds(with_departure(result, entry, plan), entry, plan).with_id(entry.id))
    tell("analyses", len(plan.analyses), len(plan.analyses))
    other: tuple[Result, ...] = ()
    if not only or MULTIVERSE in only:
        try:
            other = study_multiverse(prepared.study, prepared.admitted, answers, workers=workers)
        except OsaSurveyError as error:
            problems.extend(error.problems)
    if problems:
        raise AnalysisError(problems)
    adjusted = with_families(analyses, answers, plan, prepared.study.name, workers=workers)
    shown = [one for one in adjusted if not only or one.id in only]
    responses = prepared.scored.responses
    scales = (scoring_log(prepared.scored), keying(prepared.scored)) if prepared.scored.log else ()
    study = prepared.study
    departed = deviations(study)
    return StudyRun(
        prepared=prepared,
        flow=with_statuses((flow(responses),), study),
        quality=with_statuses((screen(prepared.admitted), missingness(responses), missing_patterns(responses)), study),
        scales=with_statuses(scales, study),
        analyses=with_statuses(with_verdicts(shown, prepared.scored), study),
        weights=with_statuses(weight_results(prepared.scored), study),
        imputation=with_statuses(imputation_results(answers), study),
        answers=answers,
        deviations=() if departed is None else (departed,),
        multiverse=with_statuses(other, study),
    )


def write_run(run: StudyRun, directory: Path | str, *, profile: str = "workbench") -> Path:
    """Write ``results.jsonl`` and one CSV for each table, built aside and moved into place.

    Parameters
    ----------
    run : StudyRun
        A run.
    directory : Path or str
        The output folder; replaced only if it is one of ours.
    profile : str
        The disclosure profile.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If nothing can be written; what was there before is untouched.
    """
    rules = profile_named(profile)
    study = run.prepared.study
    refuse_real_answers(rules, simulated=study.codebook.simulated)
    released = release_together(run.results, rules, **gate_facts(study, run.prepared.scored))
    directory = Path(directory)
    with output_folder(directory, "run") as partial:
        write_text(partial / "results.jsonl", "".join(ledger_lines(run.ledger_head(rules), released)))
        (partial / "tables").mkdir()
        for result in released:
            name = result.id or result.analysis
            write_text(partial / "tables" / f"{name}.csv", table_text(with_plan_status(result.frame, result)))
            for key, table in result.more.items():
                text = table_text(with_plan_status(table.frame, result))
                write_text(partial / "tables" / f"{name}.{key}.csv", text)
        if rules.banner:
            write_text(partial / "NOT FOR RELEASE.txt", rules.banner + "\n")
    return directory
