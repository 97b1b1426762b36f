"""The public table of correlations of answer tendencies: what it holds, says and hides."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from osa_survey import polychoric
from osa_survey.dataset import admit
from osa_survey.disclosure import JOURNAL
from osa_survey.errors import AnalysisError
from osa_survey.psychometrics.ordinal import categories, polychoric_matrix
from osa_survey.results import release
from osa_survey.scoring import score
from tests.made_up_studies import codebook, export_of, instrument, library_with


def people(n: int = 400, seed: int = 3) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=n)
    cuts = [-0.8, 0.3, 1.2]
    items = {f"i{k}": np.digitize(0.7 * trait + 0.7 * generator.normal(size=n), cuts) + 1.0 for k in range(3)}
    yes = (0.7 * trait + 0.7 * generator.normal(size=n) > 0) * 1.0
    return pd.DataFrame(
        {**items, "y0": yes, "y1": 1.0 * (trait > 0.2), "age": 40 + 5 * trait + generator.normal(size=n)}
    )


def test_rows_name_their_kind_and_hold_the_matrix() -> None:
    result = polychoric(people(), numbers=["age"])
    expected = polychoric_matrix(categories(people().drop(columns="age").to_numpy()))
    row = result.pick("latent_r", term="i0", outcome="i1")
    assert row["estimate"] == expected.correlations[0, 1]
    assert row["std_error"] == expected.std_errors[0, 1]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert row["df1"] == 8
    assert 0 <= row["p_value"] <= 1
    assert row["method"].startswith("polychoric")
    assert result.pick("latent_r", term="y0", outcome="y1")["method"].startswith("tetrachoric")
    assert result.pick("latent_r", term="i0", outcome="age")["method"].startswith("polyserial")
    assert len(result.table) == 15
    both = polychoric(people().assign(b=people()["age"] ** 2), numbers=["age", "b"])
    pearson = both.pick("latent_r", term="age", outcome="b")
    assert pearson["estimate"] == pytest.approx(np.corrcoef(people()["age"], people()["age"] ** 2)[0, 1])


def test_normal_answers_pass_and_others_fail_the_test_of_the_surface() -> None:
    generator = np.random.default_rng(1)
    z = generator.normal(size=(4000, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    normal = pd.DataFrame(np.digitize(z, [-1, 0, 1]), columns=["a", "b"])
    assert polychoric(normal).pick("latent_r")["p_value"] > 0.01
    crossed = pd.DataFrame(np.digitize(np.column_stack([z[:, 0], z[:, 0] * np.sign(z[:, 1])]), [-1, 0, 1]))
    assert polychoric(crossed).table["p_value"].iloc[0] < 0.001


def test_gaps_pairwise_and_listwise() -> None:
    data = people()[["i0", "i1", "i2"]]
    data.iloc[:50, 0] = np.nan
    data.iloc[50:80, 1] = np.nan
    pairwise, listwise = polychoric(data), polychoric(data, missing="listwise")
    assert pairwise.pick("latent_r", term="i0", outcome="i2")["n"] == 350
    assert set(listwise.table["n"]) == {320}
    assert listwise.n_dropped == 80


def test_empty_cells_constant_items_and_perfect_pairs_are_said() -> None:
    data = people(60)[["i0", "i1"]].assign(copy=people(60)["i0"], same=2.0, nobody=np.nan)
    result = polychoric(data)
    assert "perfect" in result.pick("latent_r", term="i0", outcome="copy")["warning"]
    assert "same answer" in result.pick("latent_r", term="i0", outcome="same")["warning"]
    assert math.isnan(result.pick("latent_r", term="i0", outcome="nobody")["estimate"])
    assert math.isnan(result.more["thresholds"].pick("threshold", outcome="same")["estimate"])
    for part in (result, *result.more.values()):
        assert (part.table.loc[part.table["estimate"].isna(), "warning"] != "").all()
    sparse = pd.DataFrame({"a": [1, 1, 1, 2, 2, 2, 3, 3, 3, 3] * 3, "b": [1, 1, 2, 1, 2, 3, 2, 3, 3, 2] * 3})
    row = polychoric(sparse).pick("latent_r")
    assert row["warning"] == "2 empty cells in the cross table"
    assert "empty cells" in " ".join(polychoric(sparse).sentences("en"))
    assert "leere Zellen" in " ".join(polychoric(sparse).sentences("de"))


def test_scored_data_give_keyed_items() -> None:
    generator = np.random.default_rng(4)
    trait = generator.normal(size=200)
    answers = [np.clip(np.round(3 + sign * trait + 0.8 * generator.normal(size=200)), 1, 5) for sign in (1, -1, 1)]
    columns = {"age": [30] * 199 + [31], **{f"q{i}": column.astype(int) for i, column in enumerate(answers, start=1)}}
    book = codebook(blocks={"c": {"instrument": "calm", "columns": "q{n}"}})
    scored = score(admit(export_of(columns), book, library_with(instrument())))
    result = polychoric(scored, "c_total", numbers=["age", "c_total"])
    assert result.pick("latent_r", term="c_01", outcome="c_02")["estimate"] > 0
    assert result.pick("latent_r", term="c_01", outcome="c_total")["estimate"] > 0.7
    assert result.labels["c_02"] == "calm thing 2 (R)"
    assert "calm thing" in result.sentences("en")[0]


def test_a_threshold_beside_a_rare_answer_is_hidden() -> None:
    """A threshold and n give the number of people below it away."""
    data = people()[["i0", "i1"]]
    data.iloc[:3, 0] = 9.0
    released = release(polychoric(data), JOURNAL)
    taus = released.more["thresholds"]
    assert taus.pick("threshold", outcome="i0", level="4|9")["suppressed"]
    assert math.isnan(taus.pick("threshold", outcome="i0", level="4|9")["estimate"])
    assert not taus.pick("threshold", outcome="i0", level="1|2")["suppressed"]


@pytest.mark.parametrize(
    ("data", "arguments", "code"),
    [
        (people()[["i0"]], {}, "too_few_variables"),
        (people(), {}, "too_many_answers"),
        (people(), {"numbers": ["gone"]}, "unknown_variable"),
        (people(), {"numbers": ["age"], "missing": "fiml"}, "unknown_option"),
        (people(), {"numbers": ["age"], "conf_level": 95}, "conf_level"),
        (people().assign(g=pd.Categorical(["a", "b"] * 200)), {"numbers": ["g"]}, "not_a_number"),
    ],
)
def test_no_answer_is_an_error_with_a_code(data: pd.DataFrame, arguments: dict[str, object], code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        polychoric(data, "made up", **arguments)  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == [code]
