"""A study on disk: the study file, its codebook, and the definitions they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from osa_survey.codebooks import Codebook, load_codebook
from osa_survey.dataset import NO_ACTIVITY, Export
from osa_survey.errors import DefinitionError, Problem, nearest
from osa_survey.instruments import Library, load_library, read_definition
from osa_survey.plan.composition import composition_problems
from osa_survey.plan.missing_data_entry import missing_data_problems
from osa_survey.plan.multiverse_checks import multiverse_problems
from osa_survey.plan.said_definitions import said_codebook, said_library
from osa_survey.plan.study_data import read_exports, study_variable_problems, with_study_variables
from osa_survey.plan.study_file import StudyFile
from osa_survey.plan.verbs import entry_problems
from osa_survey.plan.weights_entry import weights_problems
from osa_survey.quality import ExclusionRule
from osa_survey.quality.exclusions import CHECKS
from osa_survey.results import file_sha256
from osa_survey.scoring import ScoringRule

STUDY_FILE = "study.toml"
GUESS_MARK = "# check:"


@dataclass(frozen=True)
class Study:
    """A study file with everything it names.

    Attributes
    ----------
    file : StudyFile
        The plan.
    folder : Path
        Where the study file is; paths in it start here.
    name : str
        The study file's name.
    codebook : Codebook
        The codebook, with the variables wave and country where the study file gives them.
    library : Library
        The shelf and the study's own definitions.
    """

    file: StudyFile
    folder: Path
    name: str
    codebook: Codebook
    library: Library

    @property
    def export(self) -> Path:
        """The raw export, the first where there are several."""
        return self.folder / self.file.data[0].export

    @property
    def template(self) -> Path | None:
        """The Word document whose styles the report takes, if the study file names one."""
        return self.folder / self.file.report.template if self.file.report.template else None

    @property
    def exclusion_rules(self) -> tuple[ExclusionRule, ...]:
        """What excludes, in the order of the study file."""
        return tuple(entry.rule(check) for check, entry in self.file.exclude.items())

    @property
    def scoring_rules(self) -> dict[str, ScoringRule]:
        """Scored column → a missing rule that departs from the definition."""
        return {
            f"{block}_{scale}": ScoringRule(entry.min_answered, entry.reason)
            for block, scales in self.file.scoring.items()
            for scale, entry in scales.items()
        }

    @property
    def said_library(self) -> Library:
        """The definitions with titles and tags in the language of the report: what admits, scores and prints."""
        return said_library(self.library, self.file.report.language)

    @property
    def said_codebook(self) -> Codebook:
        """The codebook with titles in the language of the report for variables that have none of their own."""
        return said_codebook(self.codebook, self.library, self.file.report.language)

    @property
    def variable_names(self) -> tuple[str, ...]:
        """Every variable and score an analysis can name."""
        return known_names(self.codebook, self.library)

    @property
    def unconfirmed(self) -> Mapping[str, tuple[int, ...]]:
        """File → the lines on which a guess of the draft still bears its mark, files without any left out."""
        used = sorted({f"instruments/{block.instrument}.toml" for block in self.codebook.blocks.values()})
        own = [name for name in used if (self.folder / name).is_file()]
        found = {}
        for name in dict.fromkeys([self.file.data[0].codebook, self.name, *own]):
            text = (self.folder / name).read_text(encoding="utf-8-sig")
            found[name] = tuple(n for n, line in enumerate(text.splitlines(), start=1) if GUESS_MARK in line)
        return {name: lines for name, lines in found.items() if lines}

    @property
    def definition_hashes(self) -> Mapping[str, str]:
        """SHA-256 of the study file, the codebook, and every definition they use."""
        used = {f"instruments/{block.instrument}" for block in self.codebook.blocks.values()}
        used |= {f"variables/{entry.maps_to}" for entry in self.codebook.variables.values() if entry.maps_to}
        mapped = [self.library.variables[name.removeprefix("variables/")] for name in used if name[0] == "v"]
        used |= {f"answers/{variable.answers}" for variable in mapped if variable.answers}
        hashes = {name: self.library.hashes[name] for name in sorted(used)}
        hashes["study"] = file_sha256(self.folder / self.name)
        hashes["codebook"] = file_sha256(self.folder / self.file.data[0].codebook)
        if self.template is not None:
            hashes["template"] = file_sha256(self.template)
        return hashes


def known_names(codebook: Codebook, library: Library) -> tuple[str, ...]:
    """Return the variables of a codebook that analyses can use, and the scores of its blocks."""
    names: list[str] = []
    for name, entry in codebook.variables.items():
        if entry.type == "multiple":
            names.extend(f"{name}_{option}" for option in entry.columns)
        elif not entry.is_restricted:
            names.append(name)
    for block, content in codebook.blocks.items():
        instrument = library.instrument(content.instrument)
        names.extend(f"{block}_{scale.id}" for scale in instrument.scales)
        if instrument.activity_items:
            names.append(f"{block}_{NO_ACTIVITY}")
    return tuple(names)


def load_study(path: Path | str) -> Study:
    """Return a study whose file, codebook, definitions and analyses fit together.

    Parameters
    ----------
    path : Path or str
        ``study.toml``, or the folder that holds it.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    DefinitionError
        With all problems of the study file and the codebook, each located by file and key.
    """
    path = Path(path)
    path = path / STUDY_FILE if path.is_dir() else path
    file = read_definition(path, StudyFile)
    folder = path.parent
    library = load_library(folder)
    codebook = load_codebook(folder / file.data[0].codebook, library)
    problems = study_variable_problems(codebook, file.data, path.name)
    if problems:
        raise DefinitionError(problems)
    codebook = with_study_variables(codebook, file.data)
    problems = [*_rule_problems(file, codebook, library, path.name)]
    problems.extend(_template_problems(file.report.template, folder, path.name))
    known = known_names(codebook, library)
    if file.weights is not None:
        problems.extend(weights_problems(file.weights, codebook, known, path.name))
    if file.missing_data is not None:
        problems.extend(missing_data_problems(file.missing_data, codebook, known, path.name))
    problems.extend(multiverse_problems(file, codebook, library, known, path.name))
    for position, entry in enumerate(file.analyses, start=1):
        own = entry_problems(entry, position, known, path.name) + composition_problems(entry, position, file, path.name)
        problems.extend(replace(problem, analysis=entry.id) for problem in own)
    if problems:
        raise DefinitionError(problems)
    return Study(file, folder, path.name, codebook, library)


def read_study_export(study: Study) -> Export:
    """Return the raw export of a study, read as its codebook says; several are bound together."""
    return read_exports(study.file.data, study.folder, study.codebook.file)


def _rule_problems(file: StudyFile, codebook: Codebook, library: Library, name: str) -> list[Problem]:
    problems = []
    for check in file.exclude:
        if check not in CHECKS:
            message = f"there is no check '{check}'"
            problems.append(
                Problem("unknown_check", message, name, key=f"exclude.{check}", hint=nearest(check, list(CHECKS)))
            )
    for block, scales in file.scoring.items():
        if block not in codebook.blocks:
            hint = nearest(block, list(codebook.blocks))
            problems.append(
                Problem("unknown_block", f"there is no block '{block}'", name, key=f"scoring.{block}", hint=hint)
            )
            continue
        known = [scale.id for scale in library.instrument(codebook.blocks[block].instrument).scales]
        for scale in scales:
            if scale not in known:
                message = f"block '{block}' has no scale '{scale}'"
                key = f"scoring.{block}.{scale}"
                problems.append(Problem("unknown_scale", message, name, key=key, hint=nearest(scale, known)))
    return problems


def _template_problems(template: str, folder: Path, name: str) -> list[Problem]:
    if not template or (folder / template).is_file():
        return []
    found = sorted(path.name for path in folder.glob("*.docx"))
    message = f"there is no file '{template}' beside the study file"
    hint = nearest(template, found) or "name a .docx, or leave template out"
    return [Problem("template_missing", message, name, key="report.template", hint=hint)]
