"""No command, whether it succeeds or fails, lets out what people typed, who they are, or a small group."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from osa_survey import plots, read_export
from osa_survey.cli.main import COMMANDS
from osa_survey.codebooks import load_codebook
from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.plan import run_study
from osa_survey.quality.gap_patterns import OTHER
from osa_survey.results import release
from osa_survey.scoring import score
from tests.contract.planted_answers import CANARIES, CODEBOOK, STRINGS, THRESHOLD, assert_clean, leaks, osa, write_study

pytestmark = pytest.mark.xdist_group("leaks")

TOLD = ("no_answer", OTHER, "no score", "scored from fewer items")
"""Gaps: n tells how many there are."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("leaks") / "study")


@pytest.fixture(scope="module")
def report(study: Path) -> Path:
    out = study.parent / "report"
    code, said = osa("report", study, "--out", out)
    assert code == 0, said
    assert_clean(said, out, canaries=list(CANARIES.values()))
    return out


COMMAND_LINES: dict[str, tuple[str, ...]] = {
    "check": ("check", "{study}", "--strict"),
    "audit": ("audit", "{study}"),
    "check as JSON": ("check", "{study}", "--format", "json"),
    "score": ("score", "{study}", "--out", "{out}.csv"),
    "run": ("run", "{study}", "--out", "{out}"),
    "run for a journal": ("run", "{study}", "--out", "{out}", "--disclosure", "journal"),
    "run for a secure room": ("run", "{study}", "--out", "{out}", "--disclosure", "secure-room"),
    "codebook": ("codebook", "{study}", "--out", "{out}"),
    "codebook on the workbench": ("codebook", "{study}", "--out", "{out}", "--disclosure", "workbench"),
    "codebook as a spreadsheet": ("codebook", "{study}", "--to-xlsx", "{out}.xlsx"),
    "codebook beside another": ("codebook", "{study}", "--crosswalk", "{study}"),
    "init": ("init", "{out}", "--export", "{study}/data.csv"),
    "release": ("release", "{study}", "--out", "{out}"),
    "checklist": ("checklist", "{study}", "--which", "cherries", "--out", "{out}.docx"),
    "checklist as text": ("checklist", "{study}", "--which", "sager", "--out", "{out}.md"),
    "instruments": ("instruments", "show", "scs"),
    "analyses": ("analyses", "show", "regress"),
    "check of undeclared answers": ("check", "{strict}"),
    "codebook of undeclared answers": ("codebook", "{strict}", "--out", "{out}"),
    "simulate": ("simulate", "{study}", "--out", "{out}", "--n", "60"),
    "simulate what nobody declared": ("simulate", "{strict}", "--out", "{out}", "--n", "60"),
    "power": ("power", "{planned}", "--out", "{out}", "--n", "60", "--replicates", "40"),
    "studies": ("studies", "list"),
}
FAILING: dict[str, tuple[str, ...]] = {
    "undeclared answers": ("report", "{strict}", "--out", "{out}"),
    "undeclared answers, run": ("run", "{strict}", "--out", "{out}"),
    "undeclared answers, score": ("score", "{strict}", "--out", "{out}.csv"),
    "text as a category": ("run", "{text}", "--out", "{out}"),
    "a date as a number": ("run", "{date}", "--out", "{out}"),
    "an identifier as an item": ("score", "{item}"),
    "no such analysis": ("run", "{study}", "--only", "nothing", "--out", "{out}"),
    "another format": ("score", "{study}", "--out", "{out}.docx"),
    "rows for a journal": ("score", "{study}", "--out", "{out}.csv", "--disclosure", "journal"),
    "real answers for teaching": ("report", "{study}", "--out", "{out}"),
    "release of undeclared answers": ("release", "{strict}", "--out", "{out}"),
    "release of an identifier as a number": ("release", "{number}", "--out", "{out}"),
    "release of the workbench": ("release", "{study}", "--out", "{out}", "--disclosure", "workbench"),
    "another kind of checklist": ("checklist", "{study}", "--out", "{out}.csv"),
    "a folder of others": ("run", "{study}", "--out", "{study}"),
    "no export": ("init", "{out}", "--export", "{study}/nothing.csv"),
    "a spreadsheet that is none": ("codebook", "{study}", "--from-xlsx", "{study}/data.csv"),
    "an export as an instrument": ("instruments", "check", "{study}/data.csv"),
    "an export as a questionnaire": ("instruments", "draft", "{study}/data.csv", "--out", "{out}"),
    "an export as a study": ("check", "{study}/data.csv"),
    "an export as a manuscript": ("verify", "{study}/data.csv", "--results", "{study}"),
    "an export as a ledger": ("diff", "{study}/data.csv", "{study}"),
    "audit of undeclared answers": ("audit", "{strict}"),
    "checklist of undeclared answers": ("checklist", "{strict}", "--out", "{out}.docx"),
    "power without a plan": ("power", "{study}", "--out", "{out}"),
    "power of text as a category": ("power", "{text}", "--out", "{out}"),
    "amendment of nothing": ("amend", "{study}", "--reason", "typo", "--tier", "blind", "--by", "A. Author"),
    "an export that is frozen": ("freeze", "{study}/data.csv"),
    "an export that is simulated": ("simulate", "{study}/data.csv", "--out", "{out}"),
    "a published study that is none": ("studies", "check", "nothing", "--folder", "{study}"),
    "an example that is none": ("demo", "nothing", "--out", "{out}"),
    "start with no export": ("start", "{study}/nothing.csv", "--yes"),
}
PLAN = """
[[hypotheses]]
id = "h1"
text = "Incomes differ."

[power]
replicates = 40
"""


def arguments(template: tuple[str, ...], folder: Path, study: Path) -> list[str]:
    """Return a command line with its folders, which are written if it needs them."""
    places = {"study": str(study), "out": str(folder / "out")}
    items = ["mail", *(f"Q{n}" for n in range(2, 11))]
    variants = {
        "strict": CODEBOOK,
        "text": CODEBOOK.replace('column = "comment"\ntype = "text"', 'column = "comment"\ntype = "number"'),
        "date": CODEBOOK.replace('column = "born"\ntype = "date"', 'column = "born"\ntype = "number"'),
        "number": CODEBOOK.replace('column = "phone"\ntype = "identifier"', 'column = "phone"\ntype = "number"'),
        "item": CODEBOOK.replace('columns = "Q{n}"', f"columns = {items}"),
    }
    for name, codebook in variants.items():
        if any("{" + name + "}" in part for part in template):
            places[name] = str(write_study(folder / name, undeclared="", codebook=codebook))
    if any("{planned}" in part for part in template):
        planned = write_study(folder / "planned")
        text = (planned / "study.toml").read_text(encoding="utf-8")
        tested = text.replace('do = "compare_groups"', 'do = "compare_groups"\ntests = "h1"')
        (planned / "study.toml").write_text(tested + PLAN, encoding="utf-8")
        places["planned"] = str(planned)
    return [part.format(**places) for part in template]


@pytest.mark.parametrize("name", sorted(COMMAND_LINES))
def test_no_command_lets_out_what_people_typed_or_who_they_are(name: str, study: Path, tmp_path: Path) -> None:
    code, said = osa(*arguments(COMMAND_LINES[name], tmp_path, study))
    assert code in (0, 1), said
    assert "Traceback" not in said
    rows = name == "score"  # its file holds every respondent's numbers and is marked as not for release
    written = [path for path in tmp_path.iterdir() if path.name.startswith("out")]
    assert_clean(said, *written, canaries=STRINGS if rows else list(CANARIES.values()))


@pytest.mark.parametrize("name", sorted(FAILING))
def test_no_failing_command_quotes_anybody(name: str, study: Path, tmp_path: Path) -> None:
    line = arguments(FAILING[name], tmp_path, study)
    if name == "real answers for teaching":
        line += ["--disclosure", "teaching"]
    code, said = osa(*line)
    assert code == 2, said
    assert "Traceback" not in said
    assert_clean(said, canaries=list(CANARIES.values()))
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.csv").exists()


def test_a_frozen_plan_and_its_amendments_hold_no_answer(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    told = [osa("freeze", folder)]
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^seed = \d+$", "seed = 424242", text), encoding="utf-8")
    told.append(osa("check", folder))
    told.append(osa("amend", folder, "--reason", "typo", "--tier", "blind", "--by", "A. Author"))
    told.append(osa("freeze", folder))
    assert [code for code, _ in told] == [0, 1, 0, 2], told
    assert_clean("".join(said for _, said in told), folder / "frozen", canaries=list(CANARIES.values()))


def test_verifying_and_comparing_reports_quote_nobody(report: Path) -> None:
    told = [osa("verify", report / "report.docx"), osa("verify", report.parent / "study" / "data.csv")]
    told += [osa("diff", report, report), osa("diff", report, report.parent / "study")]
    assert [code for code, _ in told] == [0, 2, 0, 2], told
    assert_clean("".join(said for _, said in told), canaries=list(CANARIES.values()))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_ten_minutes_with_an_export_quote_nobody(language: str, study: Path, tmp_path: Path) -> None:
    export = tmp_path / "answers.csv"
    shutil.copyfile(study / "data.csv", export)
    code, said = osa("start", export, "--yes", "--language", language)
    assert code == 0, said
    assert_clean(said, tmp_path / "answers_study", canaries=list(CANARIES.values()))
    assert (tmp_path / "answers_study" / "report" / "report.html").exists()


def test_every_command_is_tried() -> None:
    tried = {line[0] for line in (*COMMAND_LINES.values(), *FAILING.values())} | {"report"}
    assert set(COMMANDS) == tried
    works = {line[0] for line in COMMAND_LINES.values()} | {"report", "freeze", "amend", "verify", "diff", "start"}
    assert set(COMMANDS) - works == {"demo"}  # it makes its own answers


def test_the_report_shows_no_small_group_anywhere(report: Path) -> None:
    lines = (report / "results.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["record"] == "row" and not row["id"].startswith("flow/")]
    assert any(row["suppressed"] for row in rows)
    for row in rows:
        assert row["n"] is None or row["n"] == 0 or row["n"] >= THRESHOLD, row["id"]
        told = row["level"] in TOLD or (row["quantity"] == "missing" and not row["level"])
        if row["quantity"] in ("count", "missing") and row["estimate"] is not None and not told:
            assert row["estimate"] == 0 or row["estimate"] >= THRESHOLD, row["id"]
    hidden = [row for row in rows if row["group"] == "another gender" and row["quantity"] != "standardised_residual"]
    assert hidden
    assert all(row["estimate"] is None and row["n"] is None for row in hidden)


def test_the_release_note_stands_in_report_and_ledger(report: Path) -> None:
    lines = (report / "results.jsonl").read_text(encoding="utf-8").splitlines()
    notes = {row["id"]: row for row in map(json.loads, lines) if row["record"] == "release_note"}
    assert notes["by_gender"]["outcome"] in ("partly", "withheld")
    assert notes["by_gender"]["rules"]["threshold"] > 0
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "Release note" in page
    assert f"{notes['by_gender']['hidden']} of {notes['by_gender']['numbers']} numbers are hidden" in page


def test_figures_draw_released_numbers_only(study: Path) -> None:
    drawn = 0
    for result in run_study(study).results:
        released = release(result, JOURNAL)
        if released.plot not in plots.PLOTS:
            continue
        tables = [released, *released.more.values()]
        numbers = sum(len(table.frame) for table in tables)
        axes = plots.draw(released).figure.axes
        points = sum(len(line.get_xdata()) for ax in axes for line in ax.lines if line.get_marker() not in ("", "None"))
        points += sum(
            len(group.get_offsets()) for ax in axes for group in ax.collections if len(group.get_offsets()) > 1
        )
        assert points <= numbers, f"the figure of {released.title} draws more points than the table has numbers"
        assert not leaks(
            "\n".join(text.get_text() for ax in axes for text in ax.texts).encode(), list(CANARIES.values())
        )
        drawn += 1
    assert drawn > 4


def test_what_a_notebook_shows_holds_no_row(study: Path) -> None:
    export = read_export(study / "data.csv")
    responses = admit(export, load_codebook(study / "codebook.toml"), undeclared="invalid")
    scored = score(responses)
    run = run_study(study)
    shown = [repr(value) for value in (export, responses, scored, run, run.prepared)]
    for value in (export, responses, scored):
        html = getattr(value, "_repr_html_", lambda: None)()
        shown.append(html or "")
    for result in run.results:
        shown += [repr(result), repr(result.cells), result._repr_html_()]
        assert "NOT FOR RELEASE" in result._repr_html_()
    assert_clean("\n".join(shown), canaries=list(CANARIES.values()))
