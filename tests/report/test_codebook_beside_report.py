"""A codebook and a report of the same people: what neither gives away alone, both together give away neither."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from osa_survey.dataset import Responses, admit
from osa_survey.disclosure import JOURNAL, SECURE_ROOM
from osa_survey.plan import load_study, release_study, run_study, write_codebook
from osa_survey.plan.codebook_writing import PAGE, beside_report
from osa_survey.plan.gate_step import gate_facts
from osa_survey.report.codebook_counts import Beside, ColumnCounts, count_columns
from osa_survey.report.printed import HIDDEN
from osa_survey.results import Result, Rows, release_together
from tests.made_up_studies import codebook, export_of
from tests.reidentification import Shown, everybody, frequency_table, people, recovered, shown_by
from tests.written_studies import write_files

STUDIES = int(os.environ.get("OSA_SURVEY_TABLES", "24"))
AT_ONCE = 24
NAMES = ("a", "b", "c")


def answers(data: np.ndarray) -> Responses:
    """Return answers to three made-up questions."""
    labels = {str(code): f"answer {code}" for code in range(5)}
    variables = {name: {"column": name, "type": "nominal", "labels": labels} for name in NAMES}
    book = codebook(variables={"age": {"column": "age", "type": "number"}, **variables})
    columns = {name: data[:, position].tolist() for position, name in enumerate(NAMES)}
    return admit(export_of({"age": ["30"] * len(data), **columns}), book)


def nobody(size: int) -> np.ndarray:
    return np.zeros(size, dtype=bool)


def of_codebook(counts: dict[str, ColumnCounts], data: np.ndarray, shape: list[int]) -> list[Shown]:
    """Return the options of a codebook that anybody chose as cells of an attack."""
    cells = []
    for position, name in enumerate(NAMES):
        for place, code in enumerate(np.unique(data[:, position])):
            number = counts[name].options[int(code)].n
            atoms = np.zeros(shape, dtype=bool)
            atoms[tuple(slice(None) if axis != position else place for axis in range(3))] = True
            cells.append(Shown(atoms.ravel(), int((data[:, position] == code).sum()), number is None))
    return cells


def of_report(released: list[Result], members: list, chosen: list, data: np.ndarray, shape: list[int]) -> list[Shown]:
    return [
        cell
        for result, own, key in zip(released, members, chosen, strict=True)
        for cell in shown_by(result, own, key, data, shape)
    ]


@pytest.mark.timeout(0 if STUDIES > 100 else 300)
@pytest.mark.parametrize("block", range(max(1, STUDIES // AT_ONCE)))
def test_no_hidden_count_is_recovered_from_both(block: int) -> None:
    apart = 0
    for seed in range(block * AT_ONCE, (block + 1) * AT_ONCE):
        generator = np.random.default_rng([seed, 7])
        data = people(generator)
        ways = [key for number in (2, 3) for key in itertools.combinations(range(3), number)]
        chosen = [ways[int(k)] for k in generator.choice(len(ways), size=int(generator.integers(1, 3)), replace=False)]
        tables, members = zip(*(frequency_table(data, key, f"t{k}") for k, key in enumerate(chosen)), strict=True)
        tables = tuple(
            replace(table, settings={"variables": [NAMES[k] for k in key]})
            for table, key in zip(tables, chosen, strict=True)
        )

        def gaps(names: object, size: int = len(data)) -> np.ndarray:
            return nobody(size)

        released = list(release_together(tables, JOURNAL, gaps=gaps))
        shape = [len(np.unique(data[:, position])) for position in range(3)]
        shown = of_report(released, list(members), chosen, data, shape)
        responses = answers(data)
        alone = of_codebook(count_columns(responses, JOURNAL), data, shape)
        together = of_codebook(count_columns(responses, JOURNAL, Beside(tables, JOURNAL, gaps)), data, shape)
        assert not [cell for cell in together if not cell.hidden and 0 < cell.count < JOURNAL.threshold], seed
        known = everybody(data, shape)
        assert not recovered([*shown, known]), seed
        assert not recovered([*shown, *together, known]), seed
        apart += not block and not apart and (_opened(shown, alone) or bool(recovered([*shown, *alone])))
    assert apart > 0 or block, "no study was drawn in which a codebook for itself gives a table of the report back"


def _opened(shown: list[Shown], alone: list[Shown]) -> bool:
    """Tell whether a codebook shows the very number that the report hides."""
    return any(
        one.hidden and not other.hidden and one.count == other.count and (one.atoms == other.atoms).all()
        for one in shown
        for other in alone
    )


STUDY = """
format = 1
title = "Made up"
seed = 1

[[data]]
export = "data.csv"

[fieldwork]
sample = "opt-in"

[sharing]
twin = false

[[analyses]]
id = "table"
do = "crosstab"
row = "gender"
column = "often"

[[analyses]]
id = "described"
do = "describe"
variables = ["gender"]
"""
CODEBOOK = """
format = 1
title = "Made up"

[eligibility]
age = "age"

[variables.age]
column = "age"
type = "number"

[variables.gender]
column = "gender"
type = "nominal"
title = "Gender"
labels = { 1 = "man", 2 = "woman" }

[variables.ever]
column = "ever"
type = "nominal"
labels = { 0 = "never", 1 = "ever" }

[variables.often]
column = "often"
type = "nominal"
labels = { 1 = "rarely", 2 = "daily" }
asked_if = { variable = "ever", codes = [1] }
"""
WOMEN, NEVER = 50, 3


def written(folder: Path, *, analyses: str = STUDY) -> Path:
    """Write a study of 50 men, of whom 10 never did, and 50 women, of whom 3 never did."""
    lines = ["age,gender,ever,often"]
    for gender, never in ((1, 10), (2, NEVER)):
        for person in range(WOMEN):
            ever = int(person >= never)
            lines.append(f"30,{gender},{ever},{1 + person % 2 if ever else ''}")
    return write_files(folder, study=analyses, codebook=CODEBOOK, data=lines)


def test_a_planted_difference_between_codebook_and_report_is_caught(tmp_path: Path) -> None:
    # the report counts the 47 women who were asked how often; a codebook with 50 women tells of the three who never did
    folder = written(tmp_path / "study", analyses=STUDY[: STUDY.index('[[analyses]]\nid = "described"')])
    run = run_study(folder)
    facts = gate_facts(run.prepared.study, run.prepared.scored)
    report = {result.id: result for result in release_together(run.results, JOURNAL, **facts)}
    assert report["table"].pick("count", group="woman", level="total")["estimate"] == WOMEN - NEVER
    responses = run.prepared.scored.responses
    alone = count_columns(responses, JOURNAL)
    together = count_columns(responses, JOURNAL, beside_report(run))
    assert [option.n for option in alone["gender"].options] == [WOMEN, WOMEN]
    assert [option.n for option in together["gender"].options] == [None, None]
    assert together["ever"] == alone["ever"]
    for written_by in (write_codebook(folder, tmp_path / "codebook"), release_study(folder, tmp_path / "out")):
        page = next(path for path in written_by if path.name == PAGE).read_text(encoding="utf-8")
        assert HIDDEN in page.partition("Gender")[2].partition("</table>")[0]


def test_the_codebook_hides_what_the_report_hides(tmp_path: Path) -> None:
    run = run_study(written(tmp_path / "study"))
    released = release_together(run.results, JOURNAL, **gate_facts(run.prepared.study, run.prepared.scored))
    described = next(result for result in released if result.id == "described")
    hidden = {
        row["level"]: row["suppressed"] != ""
        for _, row in described.table.iterrows()
        if row["quantity"] == "count" and row["level"]
    }
    counts = count_columns(run.prepared.scored.responses, JOURNAL, beside_report(run))["gender"]
    assert {option.label: option.n is None for option in counts.options} == hidden


def test_the_report_does_not_depend_on_the_codebook_or_on_the_order_of_its_tables(tmp_path: Path) -> None:
    run = run_study(written(tmp_path / "study"))
    facts = gate_facts(run.prepared.study, run.prepared.scored)
    forth = release_together(run.results, JOURNAL, **facts)
    back = release_together(run.results[::-1], JOURNAL, **facts)[::-1]
    for one, other in zip(forth, back, strict=True):
        assert one.table.equals(other.table)


def test_a_study_that_cannot_be_run_has_a_codebook_all_the_same(tmp_path: Path) -> None:
    folder = written(tmp_path / "study", analyses=STUDY.replace('column = "often"', 'column = "age"'))
    assert load_study(folder)
    pages = write_codebook(folder, tmp_path / "codebook")
    assert "woman" in pages[0].read_text(encoding="utf-8")


def test_a_gap_of_a_few_people_hides_no_answers_but_in_a_secure_room() -> None:
    # two of 102 refused: n of 100 says that two gave no answer; where gaps identify, the answered are hidden with them
    data = np.array([[0, 0, 0]] * 60 + [[1, 1, 1]] * 40)
    responses = answers(np.vstack([data, [[1, 1, 1]] * 2]))
    reasons = responses.reasons.copy()
    codes = responses.codes.copy()
    reasons.loc[100:, "a"] = 1
    codes.loc[100:, "a"] = np.nan
    responses = replace(responses, codes=codes, reasons=reasons)
    found = count_columns(responses, JOURNAL)["a"]
    assert (found.answered.n, found.missing.n) == (100, 2)
    assert [(reason.label, reason.n) for reason in found.reasons] == [("no_answer", 2)]
    assert [option.n for option in found.options[:2]] == [60, 40]
    strict = count_columns(responses, SECURE_ROOM)["a"]
    assert strict.answered.n is None


def test_counts_without_people_are_compared_by_their_relations() -> None:
    # the report counts 40 and 60 of the 103 who answered, apart from any codebook: beside them a codebook must not say
    # 103, nor that ten of the 113 whom the flow counts gave no answer
    data = np.array([[0, 0, 0]] * 3 + [[1, 0, 0]] * 40 + [[2, 0, 0]] * 60 + [[0, 0, 0]] * 10)
    responses = answers(data)
    reasons, codes = responses.reasons.copy(), responses.codes.copy()
    reasons.loc[103:, "a"] = 1
    codes.loc[103:, "a"] = np.nan
    responses = replace(responses, codes=codes, reasons=reasons)
    rows = Rows()
    for code in (1, 2):
        rows.cell(f"a{code}", data[:, 0] == code)
        rows.add("count", outcome="a", level=str(code), n=103, estimate=1, cells=[f"a{code}"])
    shown = Result.from_rows(rows, title="t", analysis="crosstab", method="m", n_used=103, id="t")

    def gaps(names: object) -> np.ndarray:
        return nobody(113)

    alone = count_columns(responses, JOURNAL)["a"]
    beside = count_columns(responses, JOURNAL, Beside((shown,), JOURNAL, gaps))["a"]
    assert [option.n for option in alone.options[:3]] == [None, None, 60]
    assert (alone.answered.n, alone.missing.n) == (103, 10)
    assert [option.n for option in beside.options[:3]] == [None, 40, 60]
    assert (beside.answered.n, beside.missing.n) == (None, None)
