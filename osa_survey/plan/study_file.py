"""The format of a study file: data, exclusions, scoring, weights, gaps, simulation, power, analyses, report."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from osa_survey.instruments.files import FileModel
from osa_survey.plan.fieldwork_entry import Fieldwork
from osa_survey.plan.missing_data_entry import MissingDataEntry
from osa_survey.plan.multiverse_entry import MULTIVERSE, MultiverseEntry
from osa_survey.plan.power_entry import PowerEntry
from osa_survey.plan.weights_entry import WeightsEntry
from osa_survey.quality import ExclusionRule
from osa_survey.sharing import DataProtectionEntry, SharingEntry
from osa_survey.simulation.population_files import PopulationEntry

Language = Literal["en", "de"]
IMPUTED = "imputed"
ABOUT_GAPS = ("little_mcar", "fiml")
"""Analyses whose matter is the gaps: they take the answers as given without being told to."""


class DataEntry(FileModel):
    """One export and its codebook.

    Attributes
    ----------
    wave, country : str or int
        What is true of all records of this export; each becomes a nominal variable of the study.
    undeclared : {"refuse", "invalid"}
        What happens to values the codebook does not declare: an error, or a gap with the reason ``invalid``.
    """

    export: str
    codebook: str = "codebook.toml"
    undeclared: Literal["refuse", "invalid"] = "refuse"
    wave: int | str = ""
    country: str = ""


class ExcludeEntry(FileModel):
    """One check that excludes, with its threshold and its reason."""

    reason: str = Field(min_length=1)
    longest_run: int | None = Field(default=None, ge=2)
    below: float | None = Field(default=None, ge=0)
    above: float | None = Field(default=None, ge=0, lt=1)
    below_median_share: float | None = Field(default=None, gt=0, lt=1)
    block: str = ""

    def rule(self, check: str) -> ExclusionRule:
        """Return the entry as a rule of the quality room."""
        thresholds = {
            "straight_lining": self.longest_run,
            "response_variability": self.below,
            "item_missingness": self.above,
            "completion_time": self.below_median_share,
        }
        threshold = thresholds.get(check)
        return ExclusionRule(check, self.reason, float("nan") if threshold is None else float(threshold), self.block)


class ScoringEntry(FileModel):
    """A missing rule that departs from the definition of a scale."""

    min_answered: int = Field(ge=1)
    reason: str = Field(min_length=1)


class Hypothesis(FileModel):
    """A hypothesis, its family for multiplicity, and the smallest effect that would matter."""

    id: str
    text: str
    family: str = "primary"
    smallest_effect: dict[str, float | tuple[float, float] | str] = {}


class FamilyEntry(FileModel):
    """How the p values of all hypotheses of a family are adjusted together.

    Attributes
    ----------
    adjust : str
        The method; ``romano_wolf`` resamples respondents and computes every analysis of the family again.
    conf_level : float
        The level of simultaneous intervals.
    draws : int
        Resamples of ``romano_wolf``.
    """

    adjust: Literal["none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by", "romano_wolf"] = "holm"
    conf_level: float = Field(default=0.95, gt=0.5, lt=1)
    draws: int = Field(default=1000, ge=100)


class AnalysisEntry(FileModel):
    """One analysis: an id, the public function, and its arguments under their own names.

    Attributes
    ----------
    tests : str
        The hypothesis it tests.
    tested : mapping of str to str
        Which of its numbers test the hypothesis: ``{ quantity = "b", term = "age" }``; by default all that the analysis
        is about.
    missing : str
        ``"listwise"``, or another way in which the analysis treats gaps itself: it then takes the answers as given, not
        the completed sets of ``[missing_data]``.
    weights : {"", "none"}
        ``"none"``: the analysis leaves the weights and the sampling plan of ``[weights]`` out.
    reason : str
        Why it departs from the rest of the study; printed with its table.
    """

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    do: str
    title: str = ""
    tests: str = ""
    tested: dict[str, str] = {}
    missing: str = ""
    weights: Literal["", "none"] = ""
    reason: str = ""

    @field_validator("weights", mode="before")
    @classmethod
    def _weights_of_the_study(cls, value: object) -> object:
        if value in ("", "none"):
            return value
        named = value if isinstance(value, str) and value.isidentifier() else "…"
        raise ValueError(
            "weights belong to the study, so that every analysis uses them: write "
            f'[weights] variable = "{named}"; here only weights = "none" with reason = why leaves them out'
        )

    @property
    def as_given(self) -> bool:
        """Whether the analysis takes the answers with their gaps."""
        return self.treats_gaps or self.do in ABOUT_GAPS

    @property
    def treats_gaps(self) -> bool:
        """Whether the entry says how its analysis treats gaps itself."""
        return self.missing not in ("", IMPUTED)

    @property
    def unweighted(self) -> bool:
        """Whether the analysis leaves the weights out."""
        return self.weights == "none"

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the analysis function."""
        return dict(self.model_extra or {})


class OverrideEntry(FileModel):
    """A disclosure rule that does not hold for one analysis, with the written reason that is printed."""

    analysis: str
    rule: Literal["differencing", "previous_release", "full_cells", "extremes", "quantiles", "residual_df", "dominance"]
    reason: str = Field(min_length=1)


class ReportEntry(FileModel):
    """What is written, under which disclosure profile, in which language and style.

    Attributes
    ----------
    style : {"apa", "plain"}
        APA 7, or a plain journal style.
    template : str
        A DOCX beside the study file whose page and named styles the Word document takes.
    previous : str
        ``results.jsonl`` of a report that left before, or its folder: numbers that differ from it by a few people are
        hidden.
    overrides : tuple of OverrideEntry
        Rules overruled for single analyses. The threshold, and what protects it, is never overruled.
    text : str
        A text beside the study file that names numbers by their ids, ``{{ id }}``; it opens the report, filled.
    """

    formats: tuple[Literal["html", "docx", "pdf"], ...] = ("html",)
    disclosure: Literal["workbench", "journal", "teaching", "secure-room"] = "journal"
    language: Language = "en"
    style: Literal["apa", "plain"] = "apa"
    template: str = ""
    previous: str = ""
    overrides: tuple[OverrideEntry, ...] = ()
    text: str = ""


class StudyFile(FileModel):
    """A study: one file is the plan, the simulation, the analysis and the report."""

    format: Literal[1]
    title: str
    seed: int = Field(ge=0)
    data: tuple[DataEntry, ...] = Field(min_length=1)
    fieldwork: Fieldwork
    exclude: dict[str, ExcludeEntry] = {}
    scoring: dict[str, dict[str, ScoringEntry]] = {}
    weights: WeightsEntry | None = None
    missing_data: MissingDataEntry | None = None
    simulation: PopulationEntry | None = None
    power: PowerEntry | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    families: dict[str, FamilyEntry] = {}
    analyses: tuple[AnalysisEntry, ...] = ()
    multiverse: MultiverseEntry | None = None
    report: ReportEntry = ReportEntry()
    sharing: SharingEntry = SharingEntry()
    data_protection: DataProtectionEntry = DataProtectionEntry()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        ids = [entry.id for entry in self.analyses]
        problems += [f"two analyses have the id '{name}'" for name in sorted({i for i in ids if ids.count(i) > 1})]
        known = {hypothesis.id for hypothesis in self.hypotheses}
        for entry in self.analyses:
            if entry.tests and entry.tests not in known:
                problems.append(f"analysis '{entry.id}' tests '{entry.tests}', which is no hypothesis")
            if entry.tested and not entry.tests:
                problems.append(f"analysis '{entry.id}' has tested, but tests no hypothesis: add tests = its id")
        used = {hypothesis.family for hypothesis in self.hypotheses}
        problems += [f"no hypothesis belongs to the family '{name}'" for name in self.families if name not in used]
        if self.multiverse is not None and MULTIVERSE in ids:
            problems.append(f"an analysis has the id '{MULTIVERSE}', which is that of [multiverse]")
        able = (*ids, *([MULTIVERSE] if self.multiverse is not None else []))
        unknown = [entry.analysis for entry in self.report.overrides if entry.analysis not in able]
        problems += [f"report.overrides names '{name}', which is no analysis" for name in unknown]
        problems += self._departures()
        problems += self._power_problems(ids, known)
        problems += _data_problems(self.data)
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def imputes(self) -> bool:
        """Whether missing answers are imputed."""
        return self.missing_data is not None and self.missing_data.imputes

    def _power_problems(self, ids: list[str], known: set[str]) -> list[str]:
        problems = []
        for name, entry in (self.power.tests if self.power else {}).items():
            if name not in known:
                problems.append(f"power.tests.{name}: there is no hypothesis of this id")
            if entry.analysis and entry.analysis not in ids:
                problems.append(f"power.tests.{name}.analysis: there is no analysis '{entry.analysis}'")
        return problems

    def _departures(self) -> list[str]:
        """Return what is wrong with analyses that leave the imputation or the weights out."""
        problems = []
        for entry in self.analyses:
            departs = (entry.treats_gaps and self.imputes) or (entry.unweighted and self.weights is not None)
            if departs and not entry.reason:
                problems.append(f"analysis '{entry.id}' departs from the rest of the study; add reason = why")
            if entry.unweighted and self.weights is None:
                problems.append(f"analysis '{entry.id}' has weights = 'none', but the study has no [weights]")
            if entry.missing == IMPUTED and not self.imputes:
                problems.append(f"analysis '{entry.id}' has missing = 'imputed', but [missing_data] imputes nothing")
        return problems


def _data_problems(data: tuple[DataEntry, ...]) -> list[str]:
    """Return what keeps several exports from being one study: they share a codebook and are told apart."""
    problems = []
    if len({entry.codebook for entry in data}) > 1:
        problems.append("data: all exports of a study share one codebook; give each codebook a study of its own")
    if len({entry.undeclared for entry in data}) > 1:
        problems.append("data: undeclared must be the same for all exports")
    names = [entry.export for entry in data]
    problems += [
        f"data: the export '{name}' is named twice" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    for name in ("wave", "country"):
        given = [str(getattr(entry, name)).strip() != "" for entry in data]
        if any(given) and not all(given):
            problems.append(f"data: {name} is given for some exports and not for all")
    return problems
