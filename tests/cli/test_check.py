"""The command ``check``: exit codes, text and JSON, strict checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from osa_survey.cli.main import app
from osa_survey.errors import AnalysisError
from osa_survey.plan import check_study, finding_codes, run_study
from tests.written_studies import write_files

CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[paradata]
started = "begun"

[attention.first]
column = "attention"
passed = [4]

[variables.age]
column = "age"
type = "number"
maximum = 99

[variables.group]
column = "group"
type = "nominal"
labels = { 3 = "first", 4 = "second" }
"""
STUDY = """
format = 1
title = "Made up"
seed = 1

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"
"""


def write(folder: Path, groups: list[int], header: str = "age,group,begun,attention") -> Path:
    lines = [f"{20 + n},{group},2026-05-{1 + n:02d} 10:00,{4 if n else 1}" for n, group in enumerate(groups)]
    return write_files(folder, study=STUDY, codebook=CODEBOOK, data=[header, *lines])


def run(*arguments: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)
    return outcome.return_value, outcome.output


def test_nothing_to_decide_ends_in_0(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3, 4] * 10))
    assert code == 0, output
    assert "no findings" in output
    assert "flagged, at least one attention check failed: 1" in output


def test_findings_end_in_1_under_their_level(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3] * 10 + [4] * 10))
    assert code == 1
    assert "Values: 1 finding\n" in output
    assert "3 became 4 on 2026-05-11" in output


def test_json_holds_level_code_and_place(tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path / "study", [3] * 10 + [4] * 10), "--format", "json")
    assert code == 1
    (finding,) = json.loads(output)["findings"]
    assert (finding["level"], finding["code"], finding["column"]) == ("values", "options_changed", "group")


def test_strict_checks_say_more(tmp_path: Path) -> None:
    study = write(tmp_path / "study", [3, 4] * 10, header="age,group,begun,attention,spare")
    text = (study / "data.csv").read_text(encoding="utf-8").splitlines()
    (study / "data.csv").write_text("\n".join([text[0], *(f"{line},7" for line in text[1:])]), encoding="utf-8")
    assert run("check", study)[0] == 0
    code, output = run("check", study, "--strict")
    assert code == 1
    found = {problem.code for problem in check_study(study, strict=True).findings}
    assert found == {"unknown_column", "no_consent_declared"}
    assert found <= set(finding_codes())
    assert "spare" in output


def test_an_attention_check_may_exclude(tmp_path: Path) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    text = STUDY + '\n[exclude]\nattention_checks = { reason = "preregistered" }\n'
    (study / "study.toml").write_text(text, encoding="utf-8")
    assert check_study(study).facts["excluded by the study file, preregistered"] == "1"


@pytest.mark.parametrize("old", ['[attention.first]\ncolumn = "attention"', 'started = "begun"'])
def test_a_column_the_codebook_names_must_be_there(tmp_path: Path, old: str) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    path = study / "codebook.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, old[:-1] + 'x"'), encoding="utf-8")
    outcome = CliRunner().invoke(app, ["check", str(study)], standalone_mode=False)
    assert "missing_column" in str(outcome.exception)


def test_guesses_of_a_draft_are_findings_until_their_marks_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(
        "age,gender,calm\n" + "".join(f"{20 + n % 40},{1 + n % 2},{1 + n % 3}\n" for n in range(80)), encoding="utf-8"
    )
    assert run("init", tmp_path / "study", "--export", tmp_path / "export.csv")[0] in (0, None)
    files = {name: tmp_path / "study" / name for name in ("codebook.toml", "study.toml")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    code, output = run("check", tmp_path / "study", "--format", "json")
    assert code == 1
    found = {one["file"]: one for one in json.loads(output)["findings"] if one["code"] == "unconfirmed"}
    assert {name: one["count"] for name, one in found.items()} == {
        name: text.count("# check:") for name, text in texts.items()
    }
    for name, one in found.items():
        first = next(n for n, line in enumerate(texts[name].splitlines(), 1) if "# check:" in line)
        assert one["row"] == first
        assert f" {first}" in one["message"].partition(" on ")[2]
    for name, path in files.items():
        path.write_text("\n".join(line.partition("# check:")[0] for line in texts[name].splitlines()), encoding="utf-8")
    code, output = run("check", tmp_path / "study")
    assert "unconfirmed" not in output
    assert code == 0, output


NAMING = {
    'do = "regress"\noutcome = "group"\nmodel = "logistic"\nblocks = [["age"]]\nevent = {}': (
        "event", '"First"', '"first"',
    ),
    'do = "regress"\noutcome = "age"\nblocks = [["group"]]\nreferences = {{ group = {} }}': (
        "references", '"frist"', '"first"',
    ),
    'do = "margins"\noutcome = "age"\nblocks = [["group"]]\nat = {{ group = [{}] }}': (
        "at", '"first", "secnd"', '"first", "second"',
    ),
    'do = "prevalence"\nactivities = ["group"]\nbase = "answered"\nyes = {}': ("yes", '"fist"', '"first"'),
    'do = "roc"\nscore = "age"\nreference = "group"\ncase = {}': ("case", '"1st"', '"first"'),
    'do = "compare_with_target"\ntargets = {{ group = {{ {} = 40, second = 60, source = "x" }} }}': (
        "targets", "First", "first",
    ),
    'do = "compare_with_target"\ntargets = {{ "group * group" = {{ "{} * second" = 40, "first * first" = 60 }} }}': (
        "targets", "First", "first",
    ),
    'do = "anova"\noutcome = "age"\nbetween = "group"\n'
    "contrasts = {{ ends = {{ group = {{ {} = 1, second = -1 }} }} }}": (
        "contrasts.ends", "frst", "first",
    ),
    'do = "mediate"\nx = "group"\nmediators = "age"\ny = "age"\ncontrast = ["second", {}]': (
        "contrast", '"frist"', '"first"',
    ),
    'do = "mediate"\nmodel = 7\nx = "age"\nmediators = "age"\ny = "age"\nmoderator = "group"\nat = [{}]': (
        "at", '"frist"', '"first"',
    ),
    'do = "multiverse"\noutcomes = {{ high = {{ variable = "group", is = {} }} }}\npredictors = ["age"]': (
        "outcomes.high.is", '"frist"', '"first"',
    ),
    'do = "multiverse"\noutcomes = ["age"]\npredictors = ["group"]\n'
    'exclusions = {{ few = {{ variable = "group", is = ["second", {}] }} }}': (
        "exclusions.few.is", '"frist"', '"first"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("entry", NAMING, ids=[argument for argument, *_ in NAMING.values()])
def test_a_category_that_the_codebook_does_not_declare_is_found_before_anything_is_run(
    tmp_path: Path, entry: str
) -> None:
    argument, wrong, right = NAMING[entry]
    study = write(tmp_path / "study", [3, 4] * 10)
    for given, expected in ((wrong, 1), (right, 0)):
        text = f'{STUDY}\n[[analyses]]\nid = "one"\n{entry.format(given)}\n'
        (study / "study.toml").write_text(text, encoding="utf-8")
        check = check_study(study)
        # twenty people are too few for some of these analyses, which is said at the level of analyses
        findings = [one for one, level in zip(check.findings, check.levels, strict=True) if level == "file"]
        assert [(one.code, one.key) for one in findings] == [("unknown_category", f"analyses[1].{argument}")] * expected
        assert all("'first'" in one.hint or "'second'" in one.hint for one in findings)


REFUSED = {
    'do = "prevalence"\nactivities = ["group"]\nbase = "answered"': ("engaged_category", "analyses[1].yes"),
    'do = "regress"\noutcome = "group"\nblocks = ["age"]\nmodel = "logit"': ("event", "analyses[1].event"),
    'do = "compare_groups"\noutcome = "group"\nby = "group"': ("repeated_variable", "analyses[1]"),
}  # fmt: skip


@pytest.mark.parametrize("entry", REFUSED)
def test_what_run_would_refuse_is_found_by_check_with_the_same_words(tmp_path: Path, entry: str) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    (study / "study.toml").write_text(f'{STUDY}\n[[analyses]]\nid = "one"\n{entry}\n', encoding="utf-8")
    found = check_study(study)
    with pytest.raises(AnalysisError) as caught:
        run_study(study)
    assert found.findings == caught.value.problems
    assert set(found.levels) == {"analyses"}
    code, key = REFUSED[entry]
    assert (found.findings[0].code, found.findings[0].key, found.findings[0].analysis) == (code, key, "one")
    shown = run("check", study)[1]
    assert "Analyses: 1 finding\n" in shown
    assert "analysis 'one'" in shown


def test_check_stops_an_analysis_where_its_resampling_begins(tmp_path: Path) -> None:
    """An analysis that would draw for hours is no burden of check, and what follows it is still looked at."""
    study = write(tmp_path / "study", [3, 4] * 10)
    slow = 'do = "mediate"\nx = "age"\ny = "age2"\nmediators = ["age3"]\ndraws = 500000'
    entries = f'[[analyses]]\nid = "slow"\n{slow}\n[[analyses]]\nid = "next"\n{next(iter(REFUSED))}\n'
    (study / "study.toml").write_text(f"{STUDY}\n{entries}", encoding="utf-8")
    more = '[variables.age2]\ncolumn = "a2"\ntype = "number"\n[variables.age3]\ncolumn = "a3"\ntype = "number"\n'
    (study / "codebook.toml").write_text(f"{CODEBOOK}\n{more}", encoding="utf-8")
    lines = (study / "data.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{n * 7 % 5},{n * 3 % 7}" for n, line in enumerate(lines[1:])]
    (study / "data.csv").write_text("\n".join([f"{lines[0]},a2,a3", *rows]) + "\n", encoding="utf-8")
    findings = check_study(study).findings
    assert [(one.code, one.analysis) for one in findings] == [("engaged_category", "next")]


@pytest.mark.parametrize(("first", "expected"), [(61, 1), (51, 0), (0.51, 1), (6100, 0)])
def test_targets_that_nearly_add_up_are_found(tmp_path: Path, first: float, expected: int) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    margin = f'[weights.rake.group]\nfirst = {first}\nsecond = {0.69 if first < 1 else 49}\nsource = "x"\n'
    (study / "study.toml").write_text(f"{STUDY}\n[weights]\n{margin}", encoding="utf-8")
    findings = check_study(study).findings
    assert [(one.code, one.key) for one in findings] == [("target_sum", "weights.rake.group")] * expected
    assert all(f"add up to {first + (0.69 if first < 1 else 49):g}" in one.message for one in findings)


def test_a_gap_declared_as_an_answer_is_found(tmp_path: Path) -> None:
    study = write(tmp_path / "study", [3, 4] * 10)
    for labels, expected in (('{ 3 = "first", 4 = "second", -9 = "-9" }', 1), ('{ 3 = "3", 4 = "4", -9 = "-9" }', 0)):
        text = CODEBOOK.replace('{ 3 = "first", 4 = "second" }', labels)
        (study / "codebook.toml").write_text(text, encoding="utf-8")
        findings = check_study(study).findings
        assert [(one.code, one.key) for one in findings] == [("gap_as_answer", "variables.group.labels")] * expected
        assert all("missing = { not_answered = [-9] }" in one.hint for one in findings)
