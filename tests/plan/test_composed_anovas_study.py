"""Analyses of variance and repeated tests from a study file with weights and imputation, in a family, as a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from osa_survey import anova, cochran_q, friedman, manova
from osa_survey.plan import report_study, run_study
from osa_survey.plan.composition import takes_imputed
from tests.plan.test_weights import CODEBOOK

SAME = 1e-9
"""Relative: the same arithmetic in another order."""
N = 240
VARIABLES = "".join(
    f'[variables.{name}]\ncolumn = "{name}"\ntype = "number"\n' for name in ("calm", "hurry", "joy")
) + "".join(
    f'[variables.{name}]\ncolumn = "{name}"\ntype = "nominal"\nlabels = {{ 0 = "no", 1 = "yes" }}\n'
    for name in ("chats", "reads", "posts")
)
STUDY = """
format = 1
title = "Ratings"
seed = 5
[[data]]
export = "data.csv"
[fieldwork]
sample = "quota"
[[hypotheses]]
id = "h1"
text = "Ratings differ."
[[hypotheses]]
id = "h2"
text = "Activities differ."
[families.primary]
adjust = "holm"
[weights]
variable = "w"
clusters = "town"
{replicates}
[missing_data]
method = "multiple_imputation"
m = 3
iterations = 2
impute_reasons = ["refused"]
variables = ["calm", "hurry", "joy", "chats", "reads", "posts", "age", "gender"]
[[analyses]]
id = "mixed"
do = "anova"
outcome = "rating"
between = ["gender"]
within = { kind = ["calm", "hurry", "joy"] }
covariates = ["age"]
tests = "h1"
tested = { term = "kind" }
[[analyses]]
id = "both"
do = "manova"
outcomes = ["calm", "joy"]
between = "gender"
[[analyses]]
id = "ranks"
do = "friedman"
variables = ["calm", "hurry", "joy"]
[[analyses]]
id = "shares"
do = "cochran_q"
variables = ["chats", "reads", "posts"]
tests = "h2"
[report]
formats = ["html"]
language = "{language}"
"""
REPLICATES = 'make_replicates = { kind = "JK1" }'


def _study(folder: Path, replicates: str = "", language: str = "en") -> Path:
    generator = np.random.default_rng(4)
    trait = generator.standard_normal(N)
    people = pd.DataFrame(
        {
            "age": generator.integers(18, 70, N),
            "gender": generator.choice([1, 2], N),
            "band": 1,
            "town": np.arange(N) % 12,
            "w": np.round(generator.uniform(0.5, 2, N), 3),
        }
    )
    for place, name in enumerate(("calm", "hurry", "joy")):
        rating = pd.Series(np.round(4 + 0.3 * place + trait + generator.standard_normal(N), 1).astype(str))
        people[name] = rating.mask(generator.random(N) < 0.1, "-8")
    for place, name in enumerate(("chats", "reads", "posts")):
        said = pd.Series((generator.random(N) < 0.4 + 0.1 * place).astype(int).astype(str))
        people[name] = said.mask(generator.random(N) < 0.05, "-8")
    folder.mkdir()
    people.to_csv(folder / "data.csv", index=False)
    book = CODEBOOK.replace(', 3 = "another gender"', "") + VARIABLES + "[missing]\nrefused = [-8]\n"
    (folder / "codebook.toml").write_text(book, encoding="utf-8")
    text = STUDY.replace("{replicates}", replicates).replace("{language}", language)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("replicates", ["", REPLICATES])
def test_analyses_take_the_sets_under_the_design_of_the_study(tmp_path: Path, replicates: str) -> None:
    run = run_study(_study(tmp_path / "study", replicates))
    assert run.answers is not None
    data = run.answers.imputed
    assert data is not None
    assert data.completed[0].design is not None
    assert (data.completed[0].design.replicates is None) == (replicates == "")
    found = {result.id: result for result in run.analyses}
    within = {"kind": ["calm", "hurry", "joy"]}
    by_hand = {
        "mixed": anova(data, "rating", between="gender", within=within, covariates="age"),
        "both": manova(data, ["calm", "joy"], between="gender"),
        "ranks": friedman(data, ["calm", "hurry", "joy"]),
        "shares": cochran_q(data, ["chats", "reads", "posts"]),
    }
    for name, result in by_hand.items():
        own = found[name].table.loc[found[name].table["quantity"].isin(result.table["quantity"])]
        np.testing.assert_allclose(own["estimate"].dropna(), result.table["estimate"].dropna(), rtol=SAME)
        assert "pooled over 3 imputed sets" in found[name].method
        assert "weighted" in found[name].method
    first, second = found["mixed"].pick("anova_effect", term="kind"), found["shares"].pick("cochran_q")
    p = sorted([first["p_value"], second["p_value"]])
    adjusted = sorted([first["p_adjusted"], second["p_adjusted"]])
    np.testing.assert_allclose(adjusted, [min(1, 2 * p[0]), max(p[1], min(1, 2 * p[0]))], rtol=SAME)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("pooled by D1 over 3 sets", "which needs no sphericity", "compared by Wald")),
        ("de", ("über 3 Datensätze nach D1 gepoolt", "setzt keine Sphärizität voraus", "nach Wald verglichen")),
    ],
)
def test_the_report_says_which_rules(tmp_path: Path, language: str, said: tuple[str, ...]) -> None:
    (page,) = report_study(_study(tmp_path / "study", language=language), tmp_path / "out")[:1]
    text = page.read_text(encoding="utf-8").replace("’", "'")
    for words in said:
        assert words in text


@pytest.mark.parametrize("name", ["anova", "manova", "friedman", "cochran_q"])
def test_the_study_file_knows_that_sets_are_taken(name: str) -> None:
    assert takes_imputed(name)
