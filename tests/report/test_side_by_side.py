"""Models side by side: their last blocks, one column group each, bearing the ids of the models' numbers."""

from __future__ import annotations

import re
from dataclasses import replace

from osa_survey.disclosure import JOURNAL
from osa_survey.report import Report, Section, build_report, html_page
from osa_survey.report.side_by_side import compared_models
from osa_survey.results import Result
from tests import made_up_results as made


def _model(outcome: str, hidden: str = "") -> Result:
    model = made.regression_result()
    frame = model.table
    frame["outcome"] = outcome
    frame.loc[frame["term"] == hidden, "n"] = 3
    return replace(model, frame=frame, title=f"Predictors of {outcome}", labels={**model.labels, "cam": "Camming"})


def _report(*models: Result) -> Report:
    return build_report(title="t", profile=JOURNAL, seed=1, sections=[Section("s", "h", models)])


def test_two_models_share_a_table_of_their_last_blocks() -> None:
    report = _report(_model("cam"), _model("sexting"))
    (table,) = compared_models(report)["regress_2"]
    assert [column.head for column in table.columns] == ["OR", "95% CI", "p"] * 2
    assert [head for head, _ in table.spanners] == ["Camming (n = 1,400)", "sexting (n = 1,400)"]
    women = next(row for row in table.rows if row.head == "Gender: woman")
    assert [cell.text for cell in women.cells] == ["1.42", "[1.10, 1.83]", ".030"] * 2
    assert women.cells[0].id == "regress/main/odds_ratio/cam/gender[woman]//Block 2"
    assert women.cells[3].id == "regress_2/main/odds_ratio/sexting/gender[woman]//Block 2"
    assert len(table.rows) == 5
    page = html_page(report)
    assert "<b>Table 3</b><span>Models side by side" in page
    ids = set(re.findall(r'data-result-id="([^"]+)"', page))
    assert women.cells[0].id in ids


def test_what_the_gate_hides_is_hidden_side_by_side() -> None:
    (table,) = compared_models(_report(_model("cam", hidden="scs_total"), _model("sexting")))["regress_2"]
    row = next(row for row in table.rows if row.head.startswith("Sexual Compulsivity"))
    assert [cell.hidden for cell in row.cells] == [True, True, True, False, False, False]
    assert any("Hidden, because" in note for _, note in table.notes)


def test_terms_of_one_model_only_leave_the_other_blank() -> None:
    lone = _model("cam")
    frame = lone.table
    frame["term"] = frame["term"].replace({"scs_total": "swls_total"})
    (table,) = compared_models(_report(replace(lone, frame=frame), _model("sexting")))["regress_2"]
    texts = {row.head: [cell.text for cell in row.cells] for row in table.rows}
    assert texts["swls_total"] == ["1.06", "[1.02, 1.10]", ".030", "", "", ""]
    assert texts["Sexual Compulsivity Scale, total"][:3] == ["", "", ""]


def test_one_model_has_nothing_beside_it() -> None:
    assert compared_models(_report(_model("cam"))) == {}
