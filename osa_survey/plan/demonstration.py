"""The main job on an embedded example, from a raw export written here to a report."""

from __future__ import annotations

from pathlib import Path

from osa_survey.export.files import write_bytes
from osa_survey.export.folders import output_folder
from osa_survey.instruments import data_dictionary
from osa_survey.plan.reporting import report_study

STUDY = "study"
REPORT = "report"


def demonstrate(example: str, out: Path | str, *, seed: int = 1) -> tuple[Path, ...]:
    """Write an example study with its raw export, and report it by the normal pipeline.

    Parameters
    ----------
    example : {"osa", "fair"}
        ``osa``: 1,500 simulated adults in the shape of Döring and Mohseni (2018). ``fair``: the answers of the 1974
        survey of married women that ship inside statsmodels.
    out : Path or str
        The output folder: ``study/`` holds the raw export, codebook and study file, ``report/`` the report.
    seed : int
        The seed of the simulation; ``fair`` has none.

    Returns
    -------
    tuple of Path
        The report's files.

    Raises
    ------
    OutputError
        If the folder cannot be written or is not one of ours; what was there before is untouched.
    """
    out = Path(out)
    with output_folder(out, "demonstration") as partial:
        study = partial / STUDY
        study.mkdir()
        for source in sorted((data_dictionary() / "examples" / example).glob("*.toml")):
            write_bytes(study / source.name, source.read_bytes())
        _write_export(example, study, seed)
        written = report_study(study, partial / REPORT)
        relative = [path.relative_to(partial) for path in written]
    return tuple(out / path for path in relative)


def _write_export(example: str, study: Path, seed: int) -> None:
    if example == "fair":
        from osa_survey.simulation import write_fair_export

        write_fair_export(study / "fair.csv")
        return
    from osa_survey.simulation import simulate_example, write_qualtrics_csv

    write_qualtrics_csv(simulate_example(seed=seed), study / "osa_simulated.csv")
