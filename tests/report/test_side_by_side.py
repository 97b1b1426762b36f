"""Models side by side: their last blocks, one column group each, bearing the ids of the models' numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from osa_survey.disclosure import JOURNAL
from osa_survey.report import Report, Section, build_report, html_page
from osa_survey.report.side_by_side import compared_models
from osa_survey.results import Layout, Result, Show
from osa_survey.results.rows import Cells
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


def _family(name: str, quantities: dict[str, str]) -> Result:
    """A model that shows other quantities, each within one part of the model."""
    model = _model(name)
    frame = model.frame.loc[model.frame["level"] == "Block 2"]
    parts = [frame.assign(quantity=quantity, contrast=part) for quantity, part in quantities.items()]
    show = tuple(Show(quantity, part) for quantity in quantities for part in ("estimate", "interval"))
    keys = ("level", "contrast", "term") if any(quantities.values()) else ("level", "term")
    layout = Layout(rows=keys, show=(*show, Show(next(iter(quantities)), "p")), row_head="Predictor")
    return replace(model, frame=pd.concat(parts, ignore_index=True), cells=Cells(), layout=layout)


@pytest.mark.parametrize("quantity", ["rate_ratio", "relative_risk_ratio", "odds_ratio", "b"])
def test_every_family_is_set_side_by_side(quantity: str) -> None:
    (table,) = compared_models(_report(*(_family(name, {quantity: ""}) for name in ("cam", "sexting"))))["regress_2"]
    women = next(row for row in table.rows if row.head == "Gender: woman")
    assert [cell.text for cell in women.cells] == ["1.42", "[1.10, 1.83]", ".030"] * 2
    assert women.cells[0].id == f"regress/main/{quantity}/cam/gender[woman]//Block 2"


def test_parts_of_a_model_keep_their_rows_apart() -> None:
    parts = {"rate_ratio": "count", "odds_ratio": "zero part"}
    (table,) = compared_models(_report(*(_family(name, parts) for name in ("cam", "sexting"))))["regress_2"]
    assert [row.head for row in table.rows if row.depth == 0] == ["Count", "Zero part"]
    women = [row for row in table.rows if row.head == "Gender: woman"]
    assert [[bool(cell.text) for cell in row.cells] for row in women] == [
        [True, True, False, False, True] * 2,
        [False, False, True, True, False] * 2,
    ]


def test_predictions_stand_beside_each_other_and_not_beside_coefficients() -> None:
    shown = [replace(_family(name, {"prediction": ""}), analysis="margins") for name in ("cam", "sexting")]
    frames = [replace(model, frame=model.frame.assign(level=""),
                      layout=Layout(rows=("term",), show=(Show("prediction"), Show("prediction", "interval"))))
              for model in shown]  # fmt: skip
    found = compared_models(_report(_model("cam"), *frames))
    assert list(found) == ["margins_2"]
    women = next(row for row in found["margins_2"][0].rows if row.head == "Gender: woman")
    assert [cell.text for cell in women.cells] == ["1.420", "[1.100, 1.830]"] * 2


def test_models_of_different_families_are_not_set_side_by_side() -> None:
    assert compared_models(_report(_family("cam", {"rate_ratio": ""}), _model("sexting"))) == {}


def test_a_row_with_p_and_no_effect_is_left_out() -> None:
    models = []
    for name in ("cam", "sexting"):
        model = _model(name)
        extra = model.frame.loc[model.frame["level"] == "Block 2"].assign(quantity="b")
        ratios = model.frame.loc[model.frame["term"] != "(Intercept)"]
        show = (Show("b"), Show("odds_ratio"), Show("odds_ratio", "interval"), Show("b", "p"))
        layout = Layout(rows=("level", "term"), show=show, row_head="Predictor")
        frame = pd.concat([ratios, extra], ignore_index=True)
        models.append(replace(model, frame=frame, cells=Cells(), layout=layout))
    (table,) = compared_models(_report(*models))["regress_2"]
    assert [column.head for column in table.columns] == ["OR", "95% CI", "p"] * 2
    assert len(table.rows) == 4
    assert "(Intercept)" not in [row.head for row in table.rows]
