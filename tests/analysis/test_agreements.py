"""Agreement of instruments and coders: published examples, hand arithmetic, bootstrap, disclosure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from osa_survey import agreement, code_agreement, join_coder_sheets, release
from osa_survey.disclosure import JOURNAL
from osa_survey.effects.agreements import gwet_ac1, limits_of_agreement
from osa_survey.effects.coder_alphas import coincidences, krippendorff_alphas
from osa_survey.errors import AnalysisError
from osa_survey.plots import alt_text, draw

PRINTED = 5e-4  # three digits printed
# Bland and Altman (1986), Lancet 327, 307–310: peak flow of 17 people by two meters, first readings
LARGE = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
# Krippendorff (2011), Computing Krippendorff's alpha-reliability: four coders of twelve units, 0 for no code
FOUR = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def alpha(codes: np.ndarray, metric: str) -> float:
    values = np.where(codes == 0, np.nan, codes - 1.0).T
    k = int(codes.max())
    return float(krippendorff_alphas(np.ones((1, len(values))), coincidences(values, k), k, metric)[0, 0])  # type: ignore[arg-type]


def test_published_alphas() -> None:
    assert alpha(FOUR, "nominal") == pytest.approx(0.743, abs=PRINTED)
    assert alpha(FOUR, "ordinal") == pytest.approx(0.815, abs=PRINTED)
    two = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]) + 1
    assert alpha(two, "nominal") == pytest.approx(0.095, abs=PRINTED)
    five = np.array([[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]])
    assert alpha(five, "nominal") == pytest.approx(0.692, abs=PRINTED)


def test_published_limits_of_agreement() -> None:
    found = limits_of_agreement(np.array(LARGE, float) - np.array(MINI))
    assert found.bias.estimate == pytest.approx(-2.1, abs=0.05)
    # the paper prints d̄ ± 2 s of the rounded numbers: −79.7 and 75.5 with s = 38.8; here 1.96 s
    spread = (found.upper.estimate - found.lower.estimate) / (2 * 1.959964)
    assert spread == pytest.approx(38.8, abs=0.05)
    mean, s = round(found.bias.estimate, 1), round(spread, 1)
    assert [mean - 2 * s, mean + 2 * s] == pytest.approx([-79.7, 75.5])


def test_ac1_where_kappa_is_paradoxical() -> None:
    # p_o = .944, π = .972: p_e = 2 × .972 × .028 = .054432
    found = gwet_ac1(np.array([[118.0, 5.0], [2.0, 0.0]]))
    assert found.estimate == pytest.approx((0.944 - 0.054432) / (1 - 0.054432))


def test_the_error_of_ac1_is_that_of_resamples() -> None:
    table = np.array([[80.0, 15, 5], [10, 50, 10], [5, 10, 40]])
    drawn = np.random.default_rng(3).multinomial(225, (table / 225).ravel(), size=3000).reshape(-1, 3, 3)
    spread = np.std([gwet_ac1(one.astype(float)).estimate for one in drawn])
    assert gwet_ac1(table).std_error == pytest.approx(spread, rel=0.05)  # 3000 resamples: SE of an SD is 1.3%


def test_categories_of_two_instruments() -> None:
    kinds = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    drawn = np.random.default_rng(4)
    first = drawn.integers(0, 3, 200)
    second = np.where(drawn.random(200) < 0.7, first, drawn.integers(0, 3, 200))
    frame = pd.DataFrame({n: pd.Categorical.from_codes(v, dtype=kinds) for n, v in (("a", first), ("b", second))})
    found = agreement(frame, "a", "b")
    assert found.pick("observed_agreement")["estimate"] == np.mean(first == second)
    shares = np.array([[np.mean((first == i) & (second == j)) for j in range(3)] for i in range(3)])
    expected = shares.sum(axis=0) @ shares.sum(axis=1)
    assert found.pick("kappa")["estimate"] == pytest.approx((np.trace(shares) - expected) / (1 - expected))
    assert {"gwet_ac1", "kappa_weighted"} <= set(found.table["quantity"])
    assert "Cohen" in alt_text(release(found, JOURNAL))
    with pytest.raises(AnalysisError, match="same categories"):
        agreement(frame.assign(b=frame["b"].cat.rename_categories({"low": "none"})), "a", "b")


def test_the_figure_of_differences_draws_groups_not_people() -> None:
    drawn = np.random.default_rng(6)
    frame = pd.DataFrame({"a": drawn.normal(size=95)}).assign(b=lambda rows: rows["a"] + drawn.normal(size=95))
    found = agreement(frame, "a", "b")
    marks = [line for line in draw(release(found, JOURNAL)).lines if line.get_marker() == "o"]
    assert len(marks[0].get_xdata()) == 8
    groups = found.more["groups"].table
    assert groups.loc[groups["quantity"] == "bias", "n"].min() >= 10
    weighted = groups.loc[groups["quantity"] == "bias", ["n", "estimate"]].prod(axis=1).sum() / 95
    assert found.pick("bias")["estimate"] == pytest.approx(weighted)


class TestCoders:
    kinds = ("fun", "trust", "worry")

    def sheets(self) -> dict[str, pd.DataFrame]:
        drawn = np.random.default_rng(2)
        codes = drawn.integers(0, 3, 150)
        other = np.where(drawn.random(150) < 0.8, codes, drawn.integers(0, 3, 150))
        names = np.array(self.kinds)
        text = ["something a person wrote"] * 150
        one = pd.DataFrame({"answer": range(150), "theme": names[codes], "text": text})
        two = pd.DataFrame({"answer": range(150), "theme": names[other], "text": text})
        return {"A": one, "B": two.sample(frac=1, random_state=1)}

    def test_sheets_are_joined_by_key_without_texts(self) -> None:
        joined = join_coder_sheets(self.sheets(), key="answer", code="theme", categories=self.kinds)
        assert list(joined.columns) == ["A", "B"]
        assert joined["A"].astype(str).tolist() == self.sheets()["A"]["theme"].tolist()
        assert (joined["A"] == joined["B"]).mean() > 0.75

    def test_strange_codes_are_counted_not_quoted(self) -> None:
        sheets = self.sheets()
        sheets["B"].iloc[0, 1] = "something a person wrote"
        with pytest.raises(AnalysisError) as caught:
            join_coder_sheets(sheets, key="answer", code="theme", categories=self.kinds)
        assert "1 codes" in str(caught.value)
        assert "wrote" not in str(caught.value)

    def test_alpha_codes_and_themes(self) -> None:
        joined = join_coder_sheets(self.sheets(), key="answer", code="theme", categories=self.kinds)
        joined = joined.assign(gender=pd.Categorical(["man", "woman", "woman"] * 50))
        found = code_agreement(joined, ["A", "B"], by="gender", draws=500)
        row = found.pick("krippendorff_alpha", level="nominal")
        same = (joined["A"] == joined["B"]).mean()
        n = pd.concat([joined["A"], joined["B"]]).value_counts()
        chance = 1 - (n * (n - 1)).sum() / (300 * 299)
        assert row["estimate"] == pytest.approx(1 - (1 - same) / chance)
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
        fun = found.more["codes"].pick("proportion", outcome="A", level="fun")
        assert fun["estimate"] == (joined["A"] == "fun").mean()
        agreed = joined.loc[(joined["A"] == joined["B"]) & (joined["gender"] == "man"), "A"]
        themes = found.more["themes"].pick("proportion", group="man", level="trust")
        assert themes["estimate"] == (agreed == "trust").mean()
        assert themes["n"] == len(agreed)
        assert "wrote" not in " ".join(found.sentences("en"))

    def test_one_code_is_no_agreement_beyond_chance(self) -> None:
        kinds = pd.CategoricalDtype(["fun", "trust"])
        frame = pd.DataFrame({name: pd.Series(["fun"] * 20, dtype=kinds) for name in "AB"})
        row = code_agreement(frame, ["A", "B"]).pick("krippendorff_alpha")
        assert np.isnan(row["estimate"])
        assert row["warning"]
