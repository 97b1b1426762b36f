"""Texts with ids: filled with the numbers the report prints, or refused with the line of each fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from osa_survey.disclosure import JOURNAL, WORKBENCH
from osa_survey.errors import DefinitionError
from osa_survey.plan import report_study, run_study
from osa_survey.plan.reporting import study_report
from osa_survey.report import fill_text, text_sections
from osa_survey.results import Result, Rows, release
from tests.made_up_folders import STUDY, write_study


def result() -> Result:
    rows = Rows()
    rows.cell("small", 3)
    rows.add(
        "hedges_g", outcome="x", contrast="a − b", n=1540, estimate=-0.4567, std_error=0.1, conf_low=-0.65,
        conf_high=-0.26, conf_level=0.95, statistic=-2.104, statistic_name="t", df1=98, p_value=0.0379,
    )  # fmt: skip
    rows.add("proportion", outcome="x", level="yes", n=1540, estimate=0.6824)
    rows.add("mean", outcome="x", group="c", n=3, estimate=2.5, cells=["small"])
    return Result.from_rows(rows, title="t", analysis="compare_groups", method="m", n_used=1540, id="gap")


G = "gap/main/hedges_g/x/a − b//"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (f"g = {{{{ {G} }}}}.", "g = −0.46."),
        (f"{{{{{G}|interval}}}}", "[−0.65, −0.26]"),
        (f"p {{{{ {G} | p }}}}", "p = .038"),
        (f"{{{{ {G} | statistic }}}}", "t(98) = −2.10"),
        (f"n = {{{{ {G} | n }}}}", "n = 1,540"),
        (f"SE = {{{{ {G} | std_error }}}}", "SE = 0.10"),
        ("{{ gap/main/proportion/x///yes }} said yes", "68.2% said yes"),
        ("no number here", "no number here"),
    ],
)
def test_placeholders_are_filled_as_the_report_prints_numbers(text: str, filled: str) -> None:
    assert fill_text(text, [release(result(), WORKBENCH)], file="results.md") == filled + "\n"


def test_a_hidden_number_stays_hidden() -> None:
    text = fill_text("M = {{ gap/main/mean/x//c/ }}", [release(result(), JOURNAL)], file="results.md")
    assert text == "M = ‡\n"


def test_all_faults_are_told_together_with_their_lines() -> None:
    text = "fine\n{{ gap/main/hedges_g/x/a − c// }}\n" + f"{{{{ {G} | q }}}}\n{{{{ {G} | p_adjusted }}}}\n{{{{ open\n"
    with pytest.raises(DefinitionError) as caught:
        fill_text(text, [release(result(), WORKBENCH)], file="results.md")
    found = [(problem.code, problem.row) for problem in caught.value.problems]
    assert found == [("unknown_id", 2), ("unknown_part", 3), ("no_such_number", 4), ("stray_braces", 5)]
    assert {problem.file for problem in caught.value.problems} == {"results.md"}
    assert G in caught.value.problems[0].hint


def test_headings_make_sections() -> None:
    sections = text_sections("Before.\n\n# One\nIn one.\n\nStill\none.\n\n## Two\n\nIn two.\n", "de")
    told = [(part.heading, part.paragraphs) for part in sections]
    assert told == [
        ("Ergebnisse in Worten", ("Before.",)),
        ("One", ("In one.", "Still one.")),
        ("Two", ("In two.",)),
    ]


def test_the_study_file_names_the_text_that_opens_the_report(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=STUDY + '\n[report]\ntext = "results.md"\n')
    text = "# Findings\n\nScores had M = {{ sample/main/mean/scs_total/// }}.\n"
    (folder / "results.md").write_text(text, encoding="utf-8")
    run = run_study(folder, only=["sample"])
    report = study_report(run, profile="workbench")
    mean = next(one for one in run.analyses if one.id == "sample").pick("mean", outcome="scs_total")["estimate"]
    assert report.sections[0].heading == "Findings"
    assert report.sections[0].paragraphs == (f"Scores had M = {mean:.2f}.",)
    (folder / "results.md").write_text("M = {{ sample/main/mean/scs_totla/// }}.\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="sample/main/mean/scs_total"):
        study_report(run, profile="workbench")


def test_a_text_that_is_not_there_stops_before_anything_is_computed(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=STUDY + '\n[report]\ntext = "absent.md"\n')
    with pytest.raises(DefinitionError, match="text_unreadable"):
        report_study(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
