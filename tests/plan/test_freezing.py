"""Freezing a plan, amending it, and what results, report and check say of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from osa_survey.errors import DefinitionError, OutputError
from osa_survey.plan import amend_study, check_study, freeze_study, load_study, run_study, write_run
from osa_survey.plan.freezing import AMENDING_REASONS, TIERS, load_frozen_plan, plan_statuses
from osa_survey.plan.freezing.changes import affected_analyses, changes_between
from osa_survey.plan.freezing.contents import content_hash, plan_content
from osa_survey.plan.freezing.deviations import deviations
from osa_survey.plan.freezing.preregistrations import preregistration
from osa_survey.plan.freezing.statuses import amended_analyses
from osa_survey.plan.reporting import study_report
from osa_survey.report import Report
from osa_survey.report.exhibits import arrange
from osa_survey.report.printed_records import printed_lines
from osa_survey.results import read_ledger
from tests.made_up_folders import CODEBOOK, STUDY, write_study

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SIGNED = ["A. Author", "B. Author"]
RUN_LENGTH = ("longest_run = 10", "longest_run = 9")


def edit(folder: Path, old: str, new: str, name: str = "study.toml") -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = write_study(tmp_path / "study")
    freeze_study(folder, now=NOON)
    return folder


def printed_text(report: Report) -> str:
    return "".join(printed_lines(report, arrange(report)))


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in check_study(folder).findings]


# --- the hash ---------------------------------------------------------------------------------------------------


def test_the_hash_ignores_comments_order_and_defaults(tmp_path: Path) -> None:
    first = content_hash(plan_content(load_study(write_study(tmp_path / "a"))))
    changed = STUDY.replace("seed = 7", "# a comment\nseed   =  7").replace(
        'do = "describe"\nvariables', 'missing = ""\ndo = "describe"\nvariables'
    )
    assert content_hash(plan_content(load_study(write_study(tmp_path / "b", study=changed)))) == first
    report = STUDY + '\n[report]\nformats = ["docx"]\nlanguage = "de"\n'
    assert content_hash(plan_content(load_study(write_study(tmp_path / "c", study=report)))) == first


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("longest_run = 10", "longest_run = 9", "study.exclude.straight_lining.longest_run"),
        ("seed = 7", "seed = 8", "study.seed"),
        ('by = "gender"', 'by = "partnered"', "study.analyses.gap.by"),
        ("Men score higher", "Women score higher", "study.hypotheses.h1.text"),
    ],
)
def test_the_hash_sees_what_moves_numbers(tmp_path: Path, old: str, new: str, path: str) -> None:
    before = plan_content(load_study(write_study(tmp_path / "a")))
    after = plan_content(load_study(write_study(tmp_path / "b", study=STUDY.replace(old, new))))
    assert content_hash(before) != content_hash(after)
    assert [change.path for change in changes_between(before, after)] == [path]


def test_the_plan_holds_instrument_versions_and_the_codebook(tmp_path: Path) -> None:
    content = plan_content(load_study(write_study(tmp_path / "a")))
    assert content["definitions"]["instruments/scs"]["version"] >= 1
    other = CODEBOOK.replace("not_answered = [0] }\nreference", "refused = [0] }\nreference")
    changed = plan_content(load_study(write_study(tmp_path / "b", codebook=other)))
    assert {change.path.partition(".")[0] for change in changes_between(content, changed)} == {"codebook"}


# --- the files --------------------------------------------------------------------------------------------------


def test_freezing_writes_the_plan_and_its_time_apart(frozen: Path) -> None:
    plan = json.loads((frozen / "frozen" / "plan.json").read_text(encoding="utf-8"))
    assert plan["sha256"] == content_hash(plan["plan"])
    assert "2026" not in json.dumps({**plan, "plan": ""})
    time = json.loads((frozen / "frozen" / "plan.time.json").read_text(encoding="utf-8"))
    assert time["time"] == "2026-03-01T12:00:00Z"
    assert time["data"][0]["present"] is True
    assert len(time["data"][0]["sha256"]) == 64


def test_the_same_plan_gives_the_same_bytes_at_any_time(tmp_path: Path) -> None:
    texts = []
    for name, moment in (("a", NOON), ("b", datetime(2027, 1, 1, tzinfo=UTC))):
        folder = write_study(tmp_path / name)
        freeze_study(folder, now=moment)
        texts.append((folder / "frozen" / "plan.json").read_bytes())
    assert texts[0] == texts[1]


def test_a_plan_can_be_frozen_before_there_are_data(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    (folder / "data.csv").unlink()
    freeze_study(folder, now=NOON)
    plan = load_frozen_plan(folder)
    assert plan is not None
    assert not plan.data_present
    text = (folder / "frozen" / "preregistration_aspredicted.md").read_text(encoding="utf-8")
    assert "No export of the data was in the study folder" in text


@pytest.mark.parametrize("registry", ["osf", "aspredicted"])
def test_the_preregistration_says_what_the_study_file_says(frozen: Path, registry: str) -> None:
    text = (frozen / "frozen" / f"preregistration_{registry}.md").read_text(encoding="utf-8")
    plan = load_frozen_plan(frozen)
    assert plan is not None
    parts = ("Men score higher than women.", "longest run: 10", "preregistered", "comparisons of groups")
    for told in (plan.sha256, *parts):
        assert told in text
    assert "to be written by the authors" in text


WHOLE_PLAN = """
[scoring.scs.total]
min_answered = 8
reason = "by convention"

[weights]
variable = "satisfaction"

[missing_data]
method = "multiple_imputation"
m = 3

[families.primary]
adjust = "holm"
"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_registries_carry_the_same_plan(tmp_path: Path, language: str) -> None:
    study = load_study(write_study(tmp_path / "s", study=f'{STUDY}{WHOLE_PLAN}\n[report]\nlanguage = "{language}"\n'))
    osf, aspredicted = (preregistration(study, registry, "abc", False) for registry in ("osf", "aspredicted"))
    told = {line for line in osf.splitlines() if line and not line.startswith("#")}
    assert told <= set(aspredicted.splitlines())
    headings = {line.removeprefix("## ") for line in osf.splitlines() if line.startswith("## ")}
    known = {line.lstrip("# ") for line in aspredicted.splitlines() if line.startswith("#")}
    replaced = {
        "en": {"Hypotheses", "Existing data"},
        "de": {"Hypothesen", "Vorhandene Daten"},
    }
    assert headings - known == replaced[language]
    parts = {
        "en": ("variable: satisfaction", "p adjusted by Holm", "multiple imputation", "longest run: 10"),
        "de": ("satisfaction", "p adjustiert nach Holm", "multiple Imputation", "längste Folge: 10"),
    }
    for part in (*parts[language], "8"):
        assert part in aspredicted


def test_a_frozen_plan_is_not_frozen_again(frozen: Path) -> None:
    with pytest.raises(OutputError, match="already_frozen"):
        freeze_study(frozen)


# --- amendments -------------------------------------------------------------------------------------------------


def test_an_edit_without_an_amendment_fails_the_check_and_an_amendment_mends_it(frozen: Path) -> None:
    assert codes(frozen) == []
    edit(frozen, *RUN_LENGTH)
    found = check_study(frozen).findings
    assert [(one.code, one.key) for one in found] == [("plan_edited", "exclude.straight_lining.longest_run")]
    amendment = amend_study(frozen, reason="data_quality", tier="blind", signed_off=SIGNED, now=NOON)
    assert [change.in_words for change in amendment.changes] == ["10 → 9"]
    assert codes(frozen) == []


def test_amendments_build_on_each_other(frozen: Path) -> None:
    edit(frozen, *RUN_LENGTH)
    amend_study(frozen, reason="data_quality", tier="blind", signed_off=SIGNED)
    edit(frozen, "seed = 7", "seed = 8")
    second = amend_study(frozen, reason="other", tier="blind", signed_off=SIGNED, note="a better seed")
    assert second.number == 2
    assert [change.path for change in second.changes] == ["study.seed"]
    plan = load_frozen_plan(frozen)
    assert plan is not None
    assert len(plan.amendments) == 2
    assert plan.amendments[1]["builds_on"] == plan.amendments[0]["sha256"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"reason": "whim"}, "unknown_reason"),
        ({"tier": "high"}, "unknown_tier"),
        ({"signed_off": [" "]}, "no_sign_off"),
        ({"reason": "other"}, "no_note"),
        ({"tier": "clerical"}, "tier_too_low"),
    ],
)
def test_an_amendment_needs_reason_tier_and_sign_off(frozen: Path, arguments: dict[str, object], code: str) -> None:
    edit(frozen, *RUN_LENGTH)
    usual = {"reason": "data_quality", "tier": "blind", "signed_off": SIGNED}
    with pytest.raises(DefinitionError) as caught:
        amend_study(frozen, **{**usual, **arguments})  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == [code]
    assert not (frozen / "frozen" / "amendment-1.json").exists()


def test_nothing_to_amend_and_nothing_frozen(frozen: Path, tmp_path: Path) -> None:
    usual = {"reason": "typo", "tier": "clerical", "signed_off": SIGNED}
    with pytest.raises(DefinitionError, match="nothing_to_amend"):
        amend_study(frozen, **usual)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="not_frozen"):
        amend_study(write_study(tmp_path / "other"), **usual)  # type: ignore[arg-type]


def test_words_can_be_amended_as_clerical_but_no_hypothesis(frozen: Path) -> None:
    edit(frozen, 'reason = "preregistered"', 'reason = "as registered"')
    amend_study(frozen, reason="typo", tier="clerical", signed_off=SIGNED)
    edit(frozen, "Men score higher", "Women score higher")
    with pytest.raises(DefinitionError, match="tier_too_low"):
        amend_study(frozen, reason="typo", tier="clerical", signed_off=SIGNED)


@pytest.mark.parametrize("name", ["plan.json", "amendment-1.json"])
def test_a_record_edited_by_hand_is_found(frozen: Path, name: str) -> None:
    edit(frozen, *RUN_LENGTH)
    amend_study(frozen, reason="data_quality", tier="informed", signed_off=SIGNED)
    edit(frozen / "frozen", '"longest_run": ', '"longest_run":  1', name)
    assert codes(frozen) == ["plan_damaged"]
    with pytest.raises(DefinitionError, match="plan_damaged"):
        load_frozen_plan(frozen)


def test_a_tier_raised_by_hand_is_found(frozen: Path) -> None:
    edit(frozen, *RUN_LENGTH)
    amend_study(frozen, reason="data_quality", tier="informed", signed_off=SIGNED)
    edit(frozen / "frozen", '"tier": "informed"', '"tier": "blind"', "amendment-1.json")
    assert codes(frozen) == ["plan_damaged"]


def test_every_reason_and_tier_has_words() -> None:
    assert all(len(words) > 5 for words in (*AMENDING_REASONS.values(), *TIERS.values()))


# --- marks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "tier", "status"),
    [
        ("", "", "", "confirmatory"),
        (*RUN_LENGTH, "blind", "confirmatory"),
        (*RUN_LENGTH, "informed", "exploratory"),
        (*RUN_LENGTH, "", "exploratory"),
        ('reason = "preregistered"', 'reason = "as registered"', "clerical", "confirmatory"),
        ('row = "gender"\ncolumn = "partnered"', 'row = "partnered"\ncolumn = "gender"', "informed", "confirmatory"),
        ('outcome = "scs_total"\nby = "gender"', 'outcome = "scs_total"\nby = "partnered"', "informed", "exploratory"),
        ("Men score higher", "Women score higher", "informed", "exploratory"),
    ],
)
def test_what_makes_an_analysis_exploratory(frozen: Path, old: str, new: str, tier: str, status: str) -> None:
    if old:
        edit(frozen, old, new)
    if tier:
        amend_study(frozen, reason="data_quality", tier=tier, signed_off=SIGNED)
    statuses = plan_statuses(load_study(frozen))
    assert statuses["gap"] == status
    assert statuses["sample"] == "exploratory"


def test_a_blind_amendment_after_results_were_written_is_recorded_with_a_warning(frozen: Path, tmp_path: Path) -> None:
    """Results of the plan inside the folder or beside it are found; of another plan, or simulated, they are not."""
    plan = load_frozen_plan(frozen)
    assert plan is not None
    heads = {
        frozen / "report": {"definitions": {"frozen_plan": plan.sha256}, "simulated": False},
        tmp_path / "results": {"definitions": {"frozen_plan": plan.sha256}, "simulated": False},
        tmp_path / "twin": {"definitions": {"frozen_plan": plan.sha256}, "simulated": True},
        tmp_path / "other": {"definitions": {"frozen_plan": "0" * 64}, "simulated": False},
    }
    for folder, head in heads.items():
        folder.mkdir()
        (folder / "results.jsonl").write_text(json.dumps(head) + "\n", encoding="utf-8")
    edit(frozen, 'by = "gender"', 'by = "partnered"')
    done = amend_study(frozen, reason="data_quality", tier="blind", signed_off=SIGNED)
    told, about = done.warnings
    assert told.startswith("results of this plan are in ../results, report: ")
    assert "the reason data_quality is about the data, and study.analyses.gap.by changes an analysis" in about
    assert all(f"warning: {one}" in done.as_text() for one in done.warnings)
    assert json.loads(done.path.read_text(encoding="utf-8"))["results_there"] == ["../results", "report"]
    table = deviations(load_study(frozen))
    assert table is not None
    assert set(table.table["group"]) == {
        "Amendment 1: data_quality, blind, signed off by A. Author, B. Author; results of the plan were there already"
    }


def test_a_blind_amendment_before_any_results_has_no_warning(frozen: Path) -> None:
    edit(frozen, *RUN_LENGTH)
    done = amend_study(frozen, reason="data_quality", tier="blind", signed_off=SIGNED)
    assert done.warnings == ()
    assert "results_there" not in json.loads(done.path.read_text(encoding="utf-8"))


def test_a_repeated_analysis_is_touched_with_the_one_it_repeats() -> None:
    entries = {"a": {"do": "regress"}, "b": {"do": "delta_sensitivity", "analysis": "a"}, "c": {"do": "describe"}}
    before = {"study": {"analyses": {**entries, "a": {"do": "describe"}}}}
    after = {"study": {"analyses": entries}}
    assert affected_analyses(changes_between(before, after), after) == {"a", "b"}


@pytest.fixture(scope="module")
def amended_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("amended") / "study")
    freeze_study(folder, now=NOON)
    edit(folder, *RUN_LENGTH)
    amend_study(folder, reason="data_quality", tier="blind", signed_off=SIGNED, note="lines of nine")
    edit(folder, "seed = 7", "seed = 8")
    return folder


def test_ledger_tables_and_report_bear_the_marks(amended_run: Path, tmp_path: Path) -> None:
    run = run_study(amended_run)
    out = write_run(run, tmp_path / "out")
    head, rows = read_ledger(out / "results.jsonl")
    statuses = {str(row["id"]).partition("/")[0]: row["plan_status"] for row in rows}
    assert statuses["gap"] == "exploratory"
    assert statuses["flow"] == "exploratory"
    plan = load_frozen_plan(amended_run)
    assert plan is not None
    assert head["definitions"]["frozen_plan"] == plan.last_hash
    assert set(pd.read_csv(out / "tables" / "gap.csv")["plan_status"]) == {"exploratory"}
    page = printed_text(study_report(run, profile="workbench"))
    for told in (
        "Deviations from the frozen plan",
        "Amendment 1: data_quality, blind, signed off by A. Author, B. Author (lines of nine)",
        "10 → 9",
        "Not amended",
        "7 → 8",
        "2 settings differ from the frozen plan; 1 of them without an amendment.",
        "0 of 6 analyses are confirmatory",
        "Exploratory: differs from the frozen plan",
        plan.sha256,
    ):
        assert told in page, told


def test_without_a_frozen_plan_nothing_is_marked(tmp_path: Path) -> None:
    run = run_study(write_study(tmp_path / "study"), only=["sample"])
    assert {result.plan_status for result in run.results} == {""}
    out = write_run(run, tmp_path / "out")
    assert "frozen_plan" not in read_ledger(out / "results.jsonl")[0]["definitions"]
    assert "plan_status" not in (out / "tables" / "sample.csv").read_text(encoding="utf-8")


def test_a_plan_kept_says_so_in_german(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", study=STUDY + '\n[report]\nlanguage = "de"\n')
    freeze_study(folder, now=NOON)
    page = printed_text(study_report(run_study(folder, only=["gap"]), profile="workbench"))
    assert "Nichts weicht vom eingefrorenen Plan ab." in page
    assert "Konfirmatorisch: prüft Hypothese h1" in page


PREDICTOR = ('outcome = "scs_total"\nby = "gender"', 'outcome = "scs_total"\nby = "partnered"')
SAMPLE = ('reason = "preregistered"', 'reason = "as registered"')


@pytest.mark.parametrize(
    ("language", "unamended", "amended"),
    [
        (
            "en",
            "Confirmatory: tests hypothesis h1 as the frozen plan says.",
            "Confirmatory: tests hypothesis h1 as the frozen plan says, as amended (amendment 2, blind).",
        ),
        (
            "de",
            "Konfirmatorisch: prüft Hypothese h1, wie der eingefrorene Plan es sagt.",
            "Konfirmatorisch: prüft Hypothese h1, wie der eingefrorene Plan nach Änderung es sagt (Nachtrag 2, blind).",
        ),
    ],
)
def test_an_amended_analysis_is_not_called_as_planned(
    tmp_path: Path, language: str, unamended: str, amended: str
) -> None:
    kept = next(part for part in STUDY.split("[[analyses]]") if 'id = "gap"' in part).replace('"gap"', '"gap_kept"')
    study = f'{STUDY}\n[[analyses]]{kept}\n[report]\nlanguage = "{language}"\n'
    folder = write_study(tmp_path / "study", study=study)
    freeze_study(folder, now=NOON)
    edit(folder, *SAMPLE)
    amend_study(folder, reason="typo", tier="clerical", signed_off=SIGNED)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text.replace(*PREDICTOR, 1), encoding="utf-8")
    amend_study(folder, reason="coding_error", tier="blind", signed_off=SIGNED)
    run = run_study(folder, only=["gap", "gap_kept"])
    notes = {result.id: result.notes[-1] for result in run.analyses}
    assert notes == {"gap": amended, "gap_kept": unamended}
    page = printed_text(study_report(run, profile="workbench"))
    share = {"en": "2 of 7 analyses are confirmatory (1 of them as amended)", "de": "(1 davon nach Änderung durch"}
    assert share[language] in page


def test_an_amendment_of_what_all_rest_on_is_named_under_each(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    freeze_study(folder, now=NOON)
    edit(folder, *RUN_LENGTH)
    amend_study(folder, reason="data_quality", tier="blind", signed_off=SIGNED)
    edit(folder, *PREDICTOR)
    amend_study(folder, reason="coding_error", tier="blind", signed_off=SIGNED)
    plan = load_frozen_plan(folder)
    assert plan is not None
    amended = amended_analyses(plan)
    assert amended["gap"] == ((1, "blind"), (2, "blind"))
    assert amended["sample"] == ((1, "blind"),)
