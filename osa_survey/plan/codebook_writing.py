"""The codebook of a study for people and for machines, written to a folder."""

from __future__ import annotations

from pathlib import Path

from osa_survey.codebooks.data_dict_format import data_dict_yaml
from osa_survey.codebooks.ddi_format import ddi_codebook
from osa_survey.codebooks.dictionaries import dictionary_of
from osa_survey.codebooks.frictionless_format import table_schema
from osa_survey.codebooks.psych_ds_format import psych_ds
from osa_survey.codebooks.redcap_format import redcap_dictionary
from osa_survey.dataset import Export, Responses, admit
from osa_survey.disclosure import JOURNAL, Profile, profile_named
from osa_survey.errors import OsaSurveyError
from osa_survey.export.files import write_text
from osa_survey.export.folders import output_folder
from osa_survey.plan.author_texts import refuse_identifying_texts
from osa_survey.plan.gate_step import gate_facts
from osa_survey.plan.partner_step import study_couples
from osa_survey.plan.running import StudyRun, run_study
from osa_survey.plan.study_folder import Study, load_study, read_study_export
from osa_survey.report.codebook_counts import Beside
from osa_survey.report.codebook_pages import codebook_page

PAGE = "codebook.html"
REDCAP = "redcap_data_dictionary.csv"
SCHEMA = "table_schema.json"
PSYCH_DS = "dataset_description.json"
DDI = "ddi_codebook.xml"
DATA_DICT = "data-dict.yaml"


def write_codebook(study: Study | Path | str, directory: Path | str, *, profile: str | None = None) -> tuple[Path, ...]:
    """Write the codebook of a study.

    Parameters
    ----------
    study : Study or Path or str
        A study, its file or its folder.
    directory : Path or str
        The output folder. It is built aside and moved into place; one that this program did not write is refused.
    profile : {"journal", "workbench"}, optional
        Which counts may be shown; by default the study file's choice for its report.

    Returns
    -------
    tuple of Path
        ``codebook.html`` for people (question, options with counts and bars, missing by reason, scales; small cells
        hidden, free text and identifiers closed); for programs, without any answers, ``redcap_data_dictionary.csv``,
        ``table_schema.json`` (Frictionless), ``dataset_description.json`` (Psych-DS), ``ddi_codebook.xml``
        (DDI-Codebook 2.5) and ``data-dict.yaml``.

    Raises
    ------
    OsaSurveyError
        If the files cannot be read, adulthood cannot be shown, or the folder cannot be written.

    Notes
    -----
    Under a profile that hides counts the study is run, because its report may be published too: the page describes the
    people of the report and hides what both together would give back. A study that cannot be run has no report; its
    page hides small counts and what the page alone would give back.
    """
    study = study if isinstance(study, Study) else load_study(study)
    rules = profile_named(profile or study.file.report.disclosure)
    export = read_study_export(study)
    if rules.for_release:
        refuse_identifying_texts(study, export)
    run = _published_run(study, rules)
    if run is None:
        admitted = admit(export, study.said_codebook, study.said_library, undeclared="invalid")
        texts = codebook_texts(study, export, admitted, rules)
    else:
        texts = codebook_texts(study, export, run.prepared.scored.responses, rules, beside_report(run))
    if not rules.for_release:
        texts["NOT FOR RELEASE.txt"] = rules.banner + "\n"
    directory = Path(directory)
    with output_folder(directory, "codebook") as partial:
        for name, text in texts.items():
            write_text(partial / name, text)
    return tuple(directory / name for name in texts)


def beside_report(run: StudyRun) -> Beside:
    """Return what the codebook of a study must know of its report."""
    study, scored = run.prepared.study, run.prepared.scored
    facts = gate_facts(study, scored)
    rules = profile_named(study.file.report.disclosure)
    couples = study_couples(study, scored)
    return Beside(
        results=run.results,
        profile=rules if rules.for_release else JOURNAL,
        gaps=facts["gaps"],
        overrides=facts["overrides"],
        earlier=facts["earlier"],
        withheld=frozenset() if couples is None else couples.given_away,
    )


def _published_run(study: Study, rules: Profile) -> StudyRun | None:
    """Return the run of the report that may be published beside a codebook; None where there is no such report."""
    if not (rules.for_release and rules.threshold):
        return None
    try:
        return run_study(study)
    except OsaSurveyError:
        return None


def codebook_texts(
    study: Study, export: Export, admitted: Responses, rules: Profile, beside: Beside | None = None
) -> dict[str, str]:
    """Return the files of a codebook: name → text.

    Parameters
    ----------
    study : Study
        The study.
    export : Export
        Its raw export.
    admitted : Responses
        The answers of its adults, for the counts of the page.
    rules : Profile
        Which counts may be shown.
    beside : Beside, optional
        The report that is published too.
    """
    page = codebook_page(
        admitted,
        wording=export.wording,
        order=export.facts.order or export.names,
        profile=rules,
        language=study.file.report.language,
        beside=beside,
        harmonised={name: variable.title for name, variable in study.library.variables.items()},
    )
    codebook = study.said_codebook
    columns = dictionary_of(codebook, admitted.instruments, export.wording, export.names)
    sources = tuple(instrument.citation.text for instrument in admitted.instruments.values())
    return {
        PAGE: page,
        REDCAP: redcap_dictionary(codebook, admitted.instruments, export.wording),
        SCHEMA: table_schema(codebook, admitted.instruments, export.wording, export.names),
        PSYCH_DS: psych_ds(columns, sources),
        DDI: ddi_codebook(columns, export.file, sources),
        DATA_DICT: data_dict_yaml(columns),
    }
